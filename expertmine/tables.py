"""The nouns: every table's columns, key and meaning. Stages share these and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from expertmine.errors import ConfigError, TableError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

Frame: TypeAlias = "pa.Table | pd.DataFrame"
"""What stages take; they return Arrow."""

MESH = pa.list_(pa.struct([("descriptor", pa.string()), ("major", pa.bool_()), ("qualifiers", pa.list_(pa.string()))]))
LINKS = pa.list_(pa.struct([("type", pa.string()), ("pmid", pa.int64())]))
FACETS = pa.list_(pa.struct([("facet", pa.string()), ("share", pa.float32())]))
VECTOR = pa.list_(pa.float16())


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A declared table: columns in order, the key that is unique, columns that may be null, one sentence."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[tuple[str, pa.DataType], ...]
    nullable: frozenset[str] = frozenset()
    components: bool = False
    """Whether further float64 columns, one per score component, may follow."""

    @property
    def schema(self) -> pa.Schema:
        """The declared Arrow schema."""
        return pa.schema([pa.field(name, kind, nullable=name in self.nullable) for name, kind in self.columns])

    def arrow(self, data: Frame) -> pa.Table:
        """Return `data` (Arrow or pandas) as a table of exactly this declaration.

        Raises
        ------
        TableError
            Naming every fault at once: missing and unknown columns, types, nulls, repeated keys.
        """
        table = data if isinstance(data, pa.Table) else pa.Table.from_pandas(data, preserve_index=False)
        faults = self._column_faults(table)
        if not faults:
            table, faults = self._cast(table)
        if not faults:
            faults = self._value_faults(table)
        if faults:
            raise TableError(f"table '{self.name}': " + "; ".join(faults))
        return table

    def rows(self, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
        """Return a table of these rows; keys that a row lacks are null."""
        return self.arrow(pa.Table.from_pylist(list(rows), schema=self.schema))

    def empty(self) -> pa.Table:
        """Return the table with no rows."""
        return self.schema.empty_table()

    def _cast(self, table: pa.Table) -> tuple[pa.Table, list[str]]:
        """Bring every column to its declared type, or name those that resist."""
        schema = self._schema_of(table)
        if not table.num_rows:  # columns of nothing have no type to speak of
            return schema.empty_table(), []
        arrays, faults = [], []
        for field in schema:
            try:
                arrays.append(table[field.name].cast(field.type))
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
                faults.append(f"column '{field.name}' is {table[field.name].type}, expected {field.type} ({error})")
        return (table if faults else pa.Table.from_arrays(arrays, schema=schema)), faults

    def _schema_of(self, table: pa.Table) -> pa.Schema:
        """Give the declaration for this very table: its components, its vectors' width."""
        fields = [self._width(field, table) for field in self.schema]
        known = {field.name for field in fields}
        extra = [name for name in table.column_names if name not in known] if self.components else []
        return pa.schema(fields + [pa.field(name, pa.float64(), nullable=False) for name in extra])

    def _width(self, field: pa.Field, table: pa.Table) -> pa.Field:
        """Keep the fixed width of a vector column that has one."""
        if field.type == VECTOR and field.name in table.column_names:
            kind = table.schema.field(field.name).type
            if pa.types.is_fixed_size_list(kind):
                return field.with_type(pa.list_(pa.float16(), kind.list_size))
        return field

    def _column_faults(self, table: pa.Table) -> list[str]:
        have, want = set(table.column_names), {name for name, _ in self.columns}
        faults = [f"column '{name}' is missing" for name, _ in self.columns if name not in have]
        if not self.components:
            faults += [f"column '{name}' is unknown{did_you_mean(name, want)}" for name in sorted(have - want)]
        return faults

    def _value_faults(self, table: pa.Table) -> list[str]:
        faults = [
            f"column '{field.name}' has {table[field.name].null_count} nulls"
            for field in table.schema
            if not field.nullable and table[field.name].null_count
        ]
        groups = table.select(list(self.key)).group_by(list(self.key), use_threads=False).aggregate([([], "count_all")])
        if groups.num_rows < table.num_rows:
            repeated = groups.filter(pc.greater(groups["count_all"], 1)).select(list(self.key)).slice(0, 3).to_pylist()
            faults.append(f"key {self.key} is repeated in {table.num_rows - groups.num_rows} rows, e.g. {repeated}")
        return faults


def _declare() -> Iterator[Table]:
    text, whole, real = pa.string(), pa.int64(), pa.float64()
    texts = pa.list_(text)
    person_topic = (("person_id", text), ("topic_id", text))
    yield Table(
        name="articles",
        meaning="One record of the literature: the newest version of it that any source sent.",
        key=("pmid",),
        columns=(
            ("pmid", whole), ("year", pa.int32()), ("date_start", pa.date32()), ("date_end", pa.date32()),
            ("title", text), ("abstract", text), ("journal", text), ("issn", text), ("types", texts), ("mesh", MESH),
            ("keywords", texts), ("languages", texts), ("doi", text), ("retracted", pa.bool_()), ("kind", text),
            ("version", pa.int32()), ("vernacular_title", text), ("links", LINKS),
        ),
        nullable=frozenset({"year", "date_start", "date_end", "issn", "doi", "vernacular_title"}),
    )  # fmt: skip
    yield Table(
        name="mentions",
        meaning="A name on a paper; position is its 1-based place in the list as printed. Groups have `collective`.",
        key=("pmid", "position"),
        columns=(
            ("pmid", whole), ("position", pa.int32()), ("last", text), ("fore", text), ("initials", text),
            ("suffix", text), ("collective", text), ("orcid", text), ("affiliations", texts),
            ("equal_contribution", pa.bool_()),
        ),
        nullable=frozenset({"last", "fore", "initials", "suffix", "collective", "orcid"}),
    )  # fmt: skip
    yield Table(
        name="citations",
        meaning="One paper's reference to another, both by PMID; the cited one need not be in the corpus.",
        key=("citing", "cited"),
        columns=(("citing", whole), ("cited", whole)),
    )
    yield Table(
        name="rejects",
        meaning="A record or part of one that could not be taken, and why: kept and counted, never dropped.",
        key=("source", "place"),
        columns=(("source", text), ("place", text), ("reason", text)),
    )
    yield Table(
        name="terms",
        meaning="An article's language: its words in order, abbreviations expanded, and its candidate keyphrases.",
        key=("pmid",),
        columns=(("pmid", whole), ("tokens", texts), ("phrases", texts)),
    )
    yield Table(
        name="vectors",
        meaning="An article's place in the space of meaning; unit length, or all zero for an article without words.",
        key=("pmid",),
        columns=(("pmid", whole), ("vector", VECTOR)),
    )
    yield Table(
        name="lexicon",
        meaning="The corpus-fitted vocabulary: what a term weighs, where it lies; any text can be placed by it.",
        key=("term",),
        columns=(("term", text), ("idf", pa.float32()), ("vector", VECTOR)),
    )
    yield Table(
        name="topics",
        meaning="A cluster of articles; layer 0 holds the niches, higher layers the themes they belong to.",
        key=("topic_id",),
        columns=(
            ("topic_id", text), ("layer", pa.int32()), ("parent_id", text), ("size", whole), ("name", text),
            ("keyphrases", texts), ("facets", FACETS), ("stability", real), ("representatives", pa.list_(whole)),
        ),
        nullable=frozenset({"parent_id", "stability"}),
    )  # fmt: skip
    yield Table(
        name="assignments",
        meaning="An article's membership in a topic, strength in (0, 1]; what is in no niche has no row for layer 0.",
        key=("pmid", "topic_id"),
        columns=(("pmid", whole), ("topic_id", text), ("strength", real)),
    )
    yield Table(
        name="layout",
        meaning="Where an article lies on the two-dimensional map in which the topics were found.",
        key=("pmid",),
        columns=(("pmid", whole), ("x", pa.float32()), ("y", pa.float32())),
    )
    yield Table(
        name="persons",
        meaning="A human, resolved from mentions; the id names the earliest mention.",
        key=("person_id",),
        columns=(
            ("person_id", text), ("name", text), ("last", text), ("initials", text), ("variants", texts),
            ("orcid", text), ("first_year", pa.int32()), ("last_year", pa.int32()), ("papers", whole),
            ("affiliation", text), ("country", text),
        ),
        nullable=frozenset({"orcid", "first_year", "last_year", "affiliation", "country"}),
    )  # fmt: skip
    yield Table(
        name="identities",
        meaning="Who is behind each mention of a human: a partition (groups are no persons and have no row).",
        key=("pmid", "position"),
        columns=(("pmid", whole), ("position", pa.int32()), ("person_id", text), ("confidence", real)),
    )
    yield Table(
        name="contributions",
        meaning="Who wrote what in which topic: where topics and persons meet.",
        key=("person_id", "topic_id", "pmid"),
        columns=(
            *person_topic, ("pmid", whole), ("year", pa.int32()), ("position", pa.int32()), ("n_mentions", pa.int32()),
            ("strength", real),
        ),
        nullable=frozenset({"year"}),
    )  # fmt: skip
    yield Table(
        name="evidence",
        meaning="What one article adds to one component of one person's score in one topic; the score is their sum.",
        key=("person_id", "topic_id", "component", "pmid"),
        columns=(*person_topic, ("component", text), ("pmid", whole), ("points", real)),
    )
    yield Table(
        name="scores",
        meaning="An expert's authority in a topic with its 90 % interval, rank 1 the strongest, one column a component.",
        key=("person_id", "topic_id"),
        columns=(*person_topic, ("score", real), ("low", real), ("high", real), ("rank", whole)),
        components=True,
    )
    yield Table(
        name="ballots",
        meaning="What raters wrote, one typed name a row; matched to persons by the nominations stage.",
        key=("source", "place"),
        columns=(
            ("source", text), ("place", text), ("rater", text), ("rater_institution", text), ("nominee", text),
            ("nominee_institution", text), ("topic", text), ("wave", pa.int32()), ("date", pa.date32()),
            ("weight", real),
        ),
        nullable=frozenset({"rater_institution", "nominee_institution", "date"}),
    )  # fmt: skip
    yield Table(
        name="nominees",
        meaning="A human known to peers only: named by raters, on no paper of the corpus.",
        key=("person_id",),
        columns=(("person_id", text), ("name", text), ("affiliation", text)),
        nullable=frozenset({"affiliation"}),
    )
    yield Table(
        name="nominations",
        meaning="One rater's word for one person in one topic, what it weighs and how surely it was matched.",
        key=("nominator", "nominee", "topic_id", "wave"),
        columns=(
            ("nominator", text), ("nominee", text), ("topic_id", text), ("wave", pa.int32()), ("weight", real),
            ("confidence", real), ("source", text), ("date", pa.date32()),
        ),
        nullable=frozenset({"date"}),
    )  # fmt: skip
    yield Table(
        name="unmatched",
        meaning="A ballot that could not be counted, and why: kept for review, never guessed.",
        key=("source", "place"),
        columns=(
            ("source", text),
            ("place", text),
            ("nominee", text),
            ("reason", text),
            ("candidates", texts),
        ),
    )
    yield Table(
        name="standing",
        meaning="What peers say of a person in a topic, with its 90 % interval.",
        key=("person_id", "topic_id"),
        columns=(
            *person_topic, ("nominators", whole), ("weight", real), ("standing", real), ("low", real), ("high", real),
        ),
    )  # fmt: skip
    yield Table(
        name="influencers",
        meaning="Who leads a niche by literature or by peers, beside what volume says of them, and the test of it.",
        key=("person_id", "topic_id"),
        columns=(
            *person_topic, ("authority", real), ("standing", real), ("combined", real), ("papers", whole),
            ("niche_papers", whole), ("nominators", whole), ("volume_rank", whole), ("niche_rank", whole),
            ("specialisation", real), ("lq_low", real), ("p", real), ("q", real), ("quadrant", text),
            ("micro", pa.bool_()), ("why", text), ("pmids", pa.list_(whole)),
        ),
        nullable=frozenset({"standing", "volume_rank"}),
    )  # fmt: skip


TABLES: Mapping[str, Table] = {table.name: table for table in _declare()}


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
