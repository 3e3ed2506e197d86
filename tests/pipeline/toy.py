"""Two small stages and how often they ran."""

from __future__ import annotations

import pyarrow as pa

from expertmine.config import TermSettings
from expertmine.tables import TABLES

ran: list[str] = []


def read_toys(articles: pa.Table, *, settings: TermSettings) -> pa.Table:
    ran.append("terms")
    return TABLES["terms"].rows(
        {"pmid": pmid, "tokens": ["toy"] * settings.phrase_words, "phrases": []}
        for pmid in articles["pmid"].to_pylist()
    )


def embed_toys(terms: pa.Table, *, settings: object) -> tuple[pa.Table, pa.Table]:
    ran.append("embed")
    if "crash" in terms["tokens"][0].as_py():
        raise KeyboardInterrupt
    vectors = TABLES["vectors"].rows({"pmid": pmid, "vector": [1.0]} for pmid in terms["pmid"].to_pylist())
    return vectors, TABLES["lexicon"].rows([{"term": "toy", "idf": 1.0, "vector": [1.0]}])
