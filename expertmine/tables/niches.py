"""What it is about: topics, who is in them, where they lie."""

from __future__ import annotations

import pyarrow as pa

from expertmine.schema import Table
from expertmine.tables.kinds import FACETS, REAL, TEXT, TEXTS, WHOLE

NICHE = 0
"""The layer of the niches."""

TABLES = (
    Table(
        name="topics",
        meaning="A cluster of articles; layer 0 holds the niches, higher layers the themes they belong to.",
        key=("topic_id",),
        columns=(
            ("topic_id", TEXT),
            ("layer", pa.int32()),
            ("parent_id", TEXT),
            ("size", WHOLE),
            ("name", TEXT),
            ("keyphrases", TEXTS),
            ("facets", FACETS),
            ("stability", REAL),
            ("representatives", pa.list_(WHOLE)),
        ),
        nullable=frozenset({"parent_id", "stability"}),
    ),
    Table(
        name="assignments",
        meaning="An article's membership in a topic, strength in (0, 1]; what is in no niche has no row for layer 0.",
        key=("pmid", "topic_id"),
        columns=(("pmid", WHOLE), ("topic_id", TEXT), ("strength", REAL)),
    ),
    Table(
        name="layout",
        meaning="Where an article lies on the map; `fitted`: its topic was found with it, else it came later.",
        key=("pmid",),
        columns=(("pmid", WHOLE), ("x", pa.float32()), ("y", pa.float32()), ("fitted", pa.bool_())),
    ),
    Table(
        name="lineage",
        meaning="The ledger of the topics: a line for each fit and for what became of each topic in it; lines stay.",
        key=("number", "event", "topic_id"),
        columns=(
            ("number", WHOLE),
            ("event", TEXT),
            ("topic_id", TEXT),
            ("layer", pa.int32()),
            ("name", TEXT),
            ("before", TEXTS),
            ("after", TEXTS),
            ("papers", WHOLE),
            ("share", REAL),
        ),
        nullable=frozenset({"share"}),
    ),
)
