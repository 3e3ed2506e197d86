"""expertmine: the people who lead a niche, whom volume metrics miss."""
