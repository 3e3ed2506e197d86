"""The invented world behind `corpora/sample`: who its people are, what they write, and how PubMed would print it."""
