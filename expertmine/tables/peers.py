"""What peers say, and who leads a niche by either."""

from __future__ import annotations

import pyarrow as pa

from expertmine.schema import Table
from expertmine.tables.kinds import PERSON_TOPIC, REAL, TEXT, TEXTS, WHOLE

TABLES = (
    Table(
        name="ballots",
        meaning="What raters wrote, one typed name a row; matched to persons by the nominations stage.",
        key=("source", "place"),
        columns=(
            ("source", TEXT),
            ("place", TEXT),
            ("rater", TEXT),
            ("rater_institution", TEXT),
            ("nominee", TEXT),
            ("nominee_institution", TEXT),
            ("topic", TEXT),
            ("wave", pa.int32()),
            ("date", pa.date32()),
            ("weight", REAL),
        ),
        nullable=frozenset({"rater_institution", "nominee_institution", "date"}),
    ),
    Table(
        name="nominees",
        meaning="A human known to peers only: named by raters, on no paper of the corpus.",
        key=("person_id",),
        columns=(("person_id", TEXT), ("name", TEXT), ("affiliation", TEXT)),
        nullable=frozenset({"affiliation"}),
    ),
    Table(
        name="nominations",
        meaning="One rater's word for one person in one topic, what it weighs and how surely it was matched.",
        key=("nominator", "nominee", "topic_id", "wave"),
        columns=(
            ("nominator", TEXT),
            ("nominee", TEXT),
            ("topic_id", TEXT),
            ("wave", pa.int32()),
            ("weight", REAL),
            ("confidence", REAL),
            ("source", TEXT),
            ("date", pa.date32()),
        ),
        nullable=frozenset({"date"}),
    ),
    Table(
        name="unmatched",
        meaning="A ballot that could not be counted, and why: kept for review, never guessed.",
        key=("source", "place"),
        columns=(
            ("source", TEXT),
            ("place", TEXT),
            ("nominee", TEXT),
            ("reason", TEXT),
            ("candidates", TEXTS),
        ),
    ),
    Table(
        name="standing",
        meaning="What peers say of a person in a topic, with its 90 % interval.",
        key=("person_id", "topic_id"),
        columns=(
            *PERSON_TOPIC,
            ("nominators", WHOLE),
            ("weight", REAL),
            ("standing", REAL),
            ("low", REAL),
            ("high", REAL),
        ),
    ),
    Table(
        name="influencers",
        meaning="Who leads a niche by literature or by peers, beside what volume says of them, and the test of it.",
        key=("person_id", "topic_id"),
        columns=(
            *PERSON_TOPIC,
            ("authority", REAL),
            ("standing", REAL),
            ("combined", REAL),
            ("papers", WHOLE),
            ("niche_papers", WHOLE),
            ("led", WHOLE),
            ("nominators", WHOLE),
            ("volume_rank", WHOLE),
            ("niche_rank", WHOLE),
            ("specialisation", REAL),
            ("lq_low", REAL),
            ("p", REAL),
            ("q", REAL),
            ("quadrant", TEXT),
            ("micro", pa.bool_()),
            ("why", TEXT),
            ("pmids", pa.list_(WHOLE)),
        ),
        nullable=frozenset({"standing", "volume_rank"}),
    ),
)
