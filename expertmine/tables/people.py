"""Who wrote it: mentions, persons, what they contributed, how they score."""

from __future__ import annotations

import pyarrow as pa

from expertmine.schema import Table
from expertmine.tables.kinds import PERSON_TOPIC, REAL, TEXT, TEXTS, WHOLE

CLUSTERINGS = 64
"""Drawn to see whose mentions are in doubt, a bit of `stays` each."""
ALWAYS = 2**CLUSTERINGS - 1
"""`stays` of a mention that is its person's in all of them."""

TABLES = (
    Table(
        name="persons",
        meaning="A human, resolved from mentions; the id names its earliest mention when first seen, and stays.",
        key=("person_id",),
        columns=(
            ("person_id", TEXT),
            ("name", TEXT),
            ("last", TEXT),
            ("initials", TEXT),
            ("variants", TEXTS),
            ("orcid", TEXT),
            ("first_year", pa.int32()),
            ("last_year", pa.int32()),
            ("papers", WHOLE),
            ("affiliation", TEXT),
            ("kind", TEXT),
            ("city", TEXT),
            ("country", TEXT),
        ),
        nullable=frozenset({"orcid", "first_year", "last_year", "affiliation", "kind", "city", "country"}),
    ),
    Table(
        name="identities",
        meaning="Who is behind each mention of a human: a partition (groups are no persons and have no row). Bit s of"
        " `stays`: the mention stays the person's in the s-th of 64 drawn clusterings (null: in all).",
        key=("pmid", "position"),
        columns=(
            ("pmid", WHOLE),
            ("position", pa.int32()),
            ("person_id", TEXT),
            ("confidence", REAL),
            ("stays", pa.uint64()),
        ),
        nullable=frozenset({"stays"}),
    ),
    Table(
        name="corrections",
        meaning="What people ruled on two mentions: that they are one human, or not; the last ruling on a pair holds.",
        key=("number",),
        columns=(
            ("number", WHOLE),
            ("source", TEXT),
            ("place", TEXT),
            ("verdict", TEXT),
            ("pmid", WHOLE),
            ("position", pa.int32()),
            ("other_pmid", WHOLE),
            ("other_position", pa.int32()),
            ("by", TEXT),
            ("date", pa.date32()),
        ),
        nullable=frozenset({"date"}),
    ),
    Table(
        name="contributions",
        meaning="Who wrote what in which topic: where topics and persons meet; `stays` as in identities.",
        key=("person_id", "topic_id", "pmid"),
        columns=(
            *PERSON_TOPIC,
            ("pmid", WHOLE),
            ("year", pa.int32()),
            ("position", pa.int32()),
            ("n_mentions", pa.int32()),
            ("strength", REAL),
            ("stays", pa.uint64()),
        ),
        nullable=frozenset({"year", "stays"}),
    ),
    Table(
        name="evidence",
        meaning="What one article adds to one component of one person's score in one topic; the score is their sum.",
        key=("person_id", "topic_id", "component", "pmid"),
        columns=(*PERSON_TOPIC, ("component", TEXT), ("pmid", WHOLE), ("points", REAL)),
    ),
    Table(
        name="scores",
        meaning="An expert's authority in a topic, its 90 % interval, rank 1 the strongest, the interval of the rank,"
        " `tie`: who cannot be told apart by the evidence has one number; one column a component.",
        key=("person_id", "topic_id"),
        columns=(
            *PERSON_TOPIC,
            ("score", REAL),
            ("low", REAL),
            ("high", REAL),
            ("rank", WHOLE),
            ("rank_low", WHOLE),
            ("rank_high", WHOLE),
            ("tie", WHOLE),
        ),
        nullable=frozenset({"rank_low", "rank_high", "tie"}),
        components=True,
    ),
)
