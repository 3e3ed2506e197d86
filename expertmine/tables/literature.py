"""What was written: records as they came, and the words and vectors made of them."""

from __future__ import annotations

import pyarrow as pa

from expertmine.schema import VECTOR, Table
from expertmine.tables.kinds import LINKS, MESH, TEXT, TEXTS, WHOLE

LARGEST_TEAM = 30
"""People of an article beyond whom it is a consortium's and joins nobody."""
GUIDELINES = ("Guideline", "Practice Guideline", "Consensus")
REVIEWS = ("Review", "Systematic Review")
COMMENTS = ("Editorial", "Comment")
INVITED = (*GUIDELINES, *REVIEWS, *COMMENTS)
"""Publication types, by the words they begin with, to which the respected are invited."""
TRIALS = (
    "Clinical Trial", "Randomized Controlled Trial", "Controlled Clinical Trial", "Pragmatic Clinical Trial",
    "Adaptive Clinical Trial", "Equivalence Trial",
)  # fmt: skip
"""Publication types of trials, by the words they begin with."""

TABLES = (
    Table(
        name="articles",
        meaning="One record of the literature: the newest version of it that any source sent.",
        key=("pmid",),
        columns=(
            ("pmid", WHOLE),
            ("year", pa.int32()),
            ("date_start", pa.date32()),
            ("date_end", pa.date32()),
            ("revised", pa.date32()),
            ("title", TEXT),
            ("abstract", TEXT),
            ("journal", TEXT),
            ("issn", TEXT),
            ("types", TEXTS),
            ("mesh", MESH),
            ("keywords", TEXTS),
            ("languages", TEXTS),
            ("doi", TEXT),
            ("retracted", pa.bool_()),
            ("kind", TEXT),
            ("version", pa.int32()),
            ("vernacular_title", TEXT),
            ("links", LINKS),
        ),
        nullable=frozenset({"year", "date_start", "date_end", "revised", "issn", "doi", "vernacular_title"}),
    ),
    Table(
        name="mentions",
        meaning="A name on a paper; position is its 1-based place in the list as printed. Groups have `collective`.",
        key=("pmid", "position"),
        columns=(
            ("pmid", WHOLE),
            ("position", pa.int32()),
            ("last", TEXT),
            ("fore", TEXT),
            ("initials", TEXT),
            ("suffix", TEXT),
            ("collective", TEXT),
            ("orcid", TEXT),
            ("affiliations", TEXTS),
            ("equal_contribution", pa.bool_()),
        ),
        nullable=frozenset({"last", "fore", "initials", "suffix", "collective", "orcid"}),
    ),
    Table(
        name="citations",
        meaning="One paper's reference to another, both by PMID; the cited one need not be in the corpus.",
        key=("citing", "cited"),
        columns=(("citing", WHOLE), ("cited", WHOLE)),
    ),
    Table(
        name="rejects",
        meaning="A record or part of one that could not be taken, and why: kept and counted, never dropped.",
        key=("source", "place"),
        columns=(("source", TEXT), ("place", TEXT), ("reason", TEXT)),
    ),
    Table(
        name="terms",
        meaning="An article's words (title twice, abbreviations expanded, headings added), its candidate phrases.",
        key=("pmid",),
        columns=(("pmid", WHOLE), ("tokens", TEXTS), ("phrases", TEXTS)),
    ),
    Table(
        name="vectors",
        meaning="An article's place in the space of meaning, of unit length, or all zero if no word of it is known;"
        " `lead`: in its few leading directions, which topics see (null: theirs to find).",
        key=("pmid",),
        columns=(("pmid", WHOLE), ("vector", VECTOR), ("lead", VECTOR)),
        nullable=frozenset({"lead"}),
    ),
    Table(
        name="lexicon",
        meaning="The corpus-fitted vocabulary: what a term weighs, where it lies; the fitted part of a text's vector.",
        key=("term",),
        columns=(("term", TEXT), ("idf", pa.float32()), ("vector", VECTOR)),
    ),
    Table(
        name="encodings",
        meaning="What a sentence-transformers model said of a text, by the hash of both: it is asked once a text.",
        key=("digest",),
        columns=(("digest", WHOLE), ("vector", VECTOR)),
    ),
)
