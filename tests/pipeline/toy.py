"""Two small stages and how often they ran."""

from __future__ import annotations

import pyarrow as pa

from expertmine.config import TermSettings, TopicSettings
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


def follow_toys(
    vectors: pa.Table, *, former: dict[str, pa.Table], settings: TopicSettings
) -> tuple[pa.Table, pa.Table]:
    """Add a line to the ledger: what was known of before, and whether a fit was asked for."""
    ran.append("topics")
    ledger = former.get("lineage", TABLES["lineage"].empty())
    row = {"number": ledger.num_rows + 1, "topic_id": "area", "layer": 2, "name": "+".join(sorted(former))}
    row |= {"event": "fitted" if settings.refit_above == 0 else "extended", "before": [], "after": [], "papers": 0}
    places = TABLES["layout"].rows(
        {"pmid": pmid, "x": 0.0, "y": 0.0, "fitted": True} for pmid in vectors["pmid"].to_pylist()
    )
    return places, pa.concat_tables([ledger, TABLES["lineage"].rows([row])])
