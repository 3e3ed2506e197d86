"""Articles become vectors; anything with `encode(list[str]) -> ndarray` fits."""

from expertmine.embed.encoders import hash_model, load_encoder
from expertmine.embed.stage import embed_articles
from expertmine.text.vectors import Encoder

__all__ = ["Encoder", "embed_articles", "hash_model", "load_encoder"]
