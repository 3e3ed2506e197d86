"""The nouns: every table's columns, key and meaning. Stages share these and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from expertmine.errors import ConfigError, did_you_mean
from expertmine.schema import VECTOR, Frame, Table

__all__ = ["TABLES", "Frame", "Table", "table"]

MESH = pa.list_(pa.struct([("descriptor", pa.string()), ("major", pa.bool_()), ("qualifiers", pa.list_(pa.string()))]))
LINKS = pa.list_(pa.struct([("type", pa.string()), ("pmid", pa.int64())]))
FACETS = pa.list_(pa.struct([("facet", pa.string()), ("share", pa.float32())]))


_TEXT, _WHOLE, _REAL = pa.string(), pa.int64(), pa.float64()
_TEXTS = pa.list_(_TEXT)
_PERSON_TOPIC = (("person_id", _TEXT), ("topic_id", _TEXT))

_DECLARED = (
    Table(
        name="articles",
        meaning="One record of the literature: the newest version of it that any source sent.",
        key=("pmid",),
        columns=(
            ("pmid", _WHOLE),
            ("year", pa.int32()),
            ("date_start", pa.date32()),
            ("date_end", pa.date32()),
            ("revised", pa.date32()),
            ("title", _TEXT),
            ("abstract", _TEXT),
            ("journal", _TEXT),
            ("issn", _TEXT),
            ("types", _TEXTS),
            ("mesh", MESH),
            ("keywords", _TEXTS),
            ("languages", _TEXTS),
            ("doi", _TEXT),
            ("retracted", pa.bool_()),
            ("kind", _TEXT),
            ("version", pa.int32()),
            ("vernacular_title", _TEXT),
            ("links", LINKS),
        ),
        nullable=frozenset({"year", "date_start", "date_end", "revised", "issn", "doi", "vernacular_title"}),
    ),
    Table(
        name="mentions",
        meaning="A name on a paper; position is its 1-based place in the list as printed. Groups have `collective`.",
        key=("pmid", "position"),
        columns=(
            ("pmid", _WHOLE),
            ("position", pa.int32()),
            ("last", _TEXT),
            ("fore", _TEXT),
            ("initials", _TEXT),
            ("suffix", _TEXT),
            ("collective", _TEXT),
            ("orcid", _TEXT),
            ("affiliations", _TEXTS),
            ("equal_contribution", pa.bool_()),
        ),
        nullable=frozenset({"last", "fore", "initials", "suffix", "collective", "orcid"}),
    ),
    Table(
        name="citations",
        meaning="One paper's reference to another, both by PMID; the cited one need not be in the corpus.",
        key=("citing", "cited"),
        columns=(("citing", _WHOLE), ("cited", _WHOLE)),
    ),
    Table(
        name="rejects",
        meaning="A record or part of one that could not be taken, and why: kept and counted, never dropped.",
        key=("source", "place"),
        columns=(("source", _TEXT), ("place", _TEXT), ("reason", _TEXT)),
    ),
    Table(
        name="terms",
        meaning="An article's words (title twice, abbreviations expanded, headings added), its candidate phrases.",
        key=("pmid",),
        columns=(("pmid", _WHOLE), ("tokens", _TEXTS), ("phrases", _TEXTS)),
    ),
    Table(
        name="vectors",
        meaning="An article's place in the space of meaning; unit length, or all zero for an article without words.",
        key=("pmid",),
        columns=(("pmid", _WHOLE), ("vector", VECTOR)),
    ),
    Table(
        name="lexicon",
        meaning="The corpus-fitted vocabulary: what a term weighs, where it lies; the fitted part of a text's vector.",
        key=("term",),
        columns=(("term", _TEXT), ("idf", pa.float32()), ("vector", VECTOR)),
    ),
    Table(
        name="topics",
        meaning="A cluster of articles; layer 0 holds the niches, higher layers the themes they belong to.",
        key=("topic_id",),
        columns=(
            ("topic_id", _TEXT),
            ("layer", pa.int32()),
            ("parent_id", _TEXT),
            ("size", _WHOLE),
            ("name", _TEXT),
            ("keyphrases", _TEXTS),
            ("facets", FACETS),
            ("stability", _REAL),
            ("representatives", pa.list_(_WHOLE)),
        ),
        nullable=frozenset({"parent_id", "stability"}),
    ),
    Table(
        name="assignments",
        meaning="An article's membership in a topic, strength in (0, 1]; what is in no niche has no row for layer 0.",
        key=("pmid", "topic_id"),
        columns=(("pmid", _WHOLE), ("topic_id", _TEXT), ("strength", _REAL)),
    ),
    Table(
        name="layout",
        meaning="Where an article lies on the two-dimensional map in which the topics were found.",
        key=("pmid",),
        columns=(("pmid", _WHOLE), ("x", pa.float32()), ("y", pa.float32())),
    ),
    Table(
        name="persons",
        meaning="A human, resolved from mentions; the id names the earliest mention.",
        key=("person_id",),
        columns=(
            ("person_id", _TEXT),
            ("name", _TEXT),
            ("last", _TEXT),
            ("initials", _TEXT),
            ("variants", _TEXTS),
            ("orcid", _TEXT),
            ("first_year", pa.int32()),
            ("last_year", pa.int32()),
            ("papers", _WHOLE),
            ("affiliation", _TEXT),
            ("country", _TEXT),
        ),
        nullable=frozenset({"orcid", "first_year", "last_year", "affiliation", "country"}),
    ),
    Table(
        name="identities",
        meaning="Who is behind each mention of a human: a partition (groups are no persons and have no row).",
        key=("pmid", "position"),
        columns=(("pmid", _WHOLE), ("position", pa.int32()), ("person_id", _TEXT), ("confidence", _REAL)),
    ),
    Table(
        name="contributions",
        meaning="Who wrote what in which topic: where topics and persons meet.",
        key=("person_id", "topic_id", "pmid"),
        columns=(
            *_PERSON_TOPIC,
            ("pmid", _WHOLE),
            ("year", pa.int32()),
            ("position", pa.int32()),
            ("n_mentions", pa.int32()),
            ("strength", _REAL),
        ),
        nullable=frozenset({"year"}),
    ),
    Table(
        name="evidence",
        meaning="What one article adds to one component of one person's score in one topic; the score is their sum.",
        key=("person_id", "topic_id", "component", "pmid"),
        columns=(*_PERSON_TOPIC, ("component", _TEXT), ("pmid", _WHOLE), ("points", _REAL)),
    ),
    Table(
        name="scores",
        meaning="An expert's authority in a topic, its 90 % interval, rank 1 the strongest, one column a component.",
        key=("person_id", "topic_id"),
        columns=(*_PERSON_TOPIC, ("score", _REAL), ("low", _REAL), ("high", _REAL), ("rank", _WHOLE)),
        components=True,
    ),
    Table(
        name="ballots",
        meaning="What raters wrote, one typed name a row; matched to persons by the nominations stage.",
        key=("source", "place"),
        columns=(
            ("source", _TEXT),
            ("place", _TEXT),
            ("rater", _TEXT),
            ("rater_institution", _TEXT),
            ("nominee", _TEXT),
            ("nominee_institution", _TEXT),
            ("topic", _TEXT),
            ("wave", pa.int32()),
            ("date", pa.date32()),
            ("weight", _REAL),
        ),
        nullable=frozenset({"rater_institution", "nominee_institution", "date"}),
    ),
    Table(
        name="nominees",
        meaning="A human known to peers only: named by raters, on no paper of the corpus.",
        key=("person_id",),
        columns=(("person_id", _TEXT), ("name", _TEXT), ("affiliation", _TEXT)),
        nullable=frozenset({"affiliation"}),
    ),
    Table(
        name="nominations",
        meaning="One rater's word for one person in one topic, what it weighs and how surely it was matched.",
        key=("nominator", "nominee", "topic_id", "wave"),
        columns=(
            ("nominator", _TEXT),
            ("nominee", _TEXT),
            ("topic_id", _TEXT),
            ("wave", pa.int32()),
            ("weight", _REAL),
            ("confidence", _REAL),
            ("source", _TEXT),
            ("date", pa.date32()),
        ),
        nullable=frozenset({"date"}),
    ),
    Table(
        name="unmatched",
        meaning="A ballot that could not be counted, and why: kept for review, never guessed.",
        key=("source", "place"),
        columns=(
            ("source", _TEXT),
            ("place", _TEXT),
            ("nominee", _TEXT),
            ("reason", _TEXT),
            ("candidates", _TEXTS),
        ),
    ),
    Table(
        name="standing",
        meaning="What peers say of a person in a topic, with its 90 % interval.",
        key=("person_id", "topic_id"),
        columns=(
            *_PERSON_TOPIC,
            ("nominators", _WHOLE),
            ("weight", _REAL),
            ("standing", _REAL),
            ("low", _REAL),
            ("high", _REAL),
        ),
    ),
    Table(
        name="influencers",
        meaning="Who leads a niche by literature or by peers, beside what volume says of them, and the test of it.",
        key=("person_id", "topic_id"),
        columns=(
            *_PERSON_TOPIC,
            ("authority", _REAL),
            ("standing", _REAL),
            ("combined", _REAL),
            ("papers", _WHOLE),
            ("niche_papers", _WHOLE),
            ("led", _WHOLE),
            ("nominators", _WHOLE),
            ("volume_rank", _WHOLE),
            ("niche_rank", _WHOLE),
            ("specialisation", _REAL),
            ("lq_low", _REAL),
            ("p", _REAL),
            ("q", _REAL),
            ("quadrant", _TEXT),
            ("micro", pa.bool_()),
            ("why", _TEXT),
            ("pmids", pa.list_(_WHOLE)),
        ),
        nullable=frozenset({"standing", "volume_rank"}),
    ),
)

TABLES: Mapping[str, Table] = {table.name: table for table in _DECLARED}


def table(name: str) -> Table:
    """Return the declaration of that name.

    Raises
    ------
    ConfigError
        If no table has that name; the nearest names are offered.
    """
    if name not in TABLES:
        raise ConfigError(f"no table is called '{name}'{did_you_mean(name, TABLES)} (tables: {', '.join(TABLES)})")
    return TABLES[name]
