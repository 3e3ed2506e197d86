"""The public PubMed files, each record read twice: by the library and by an oracle. Read once a session."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from expertmine.sources import parse_file
from tests.sources.invented import SHARED
from tests.sources.oracle import Row, Witnessed, witness

_XML = re.compile(r"\.xml(\.gz)?$")
_CORPORA = [SHARED / "corpora" / f"{name}.xml.gz" for name in ("ivacaftor", "object_in_context")]
FILES = [path for path in sorted((SHARED / "pubmed_xml").rglob("*")) if _XML.search(path.name)]
FILES += [path for path in _CORPORA if path.is_file()]
ARTICLES = (
    "pmid", "year", "date_start", "date_end", "revised", "title", "abstract", "journal", "issn", "types", "mesh",
    "keywords", "languages", "doi", "retracted", "kind", "version", "vernacular_title", "links",
)  # fmt: skip
MENTIONS = (
    "position", "last", "fore", "initials", "suffix", "collective", "orcid", "affiliations", "equal_contribution",
)  # fmt: skip
COLUMNS = ("deletes", *ARTICLES, *(f"mentions.{name}" for name in MENTIONS), "cited")


class Pair(NamedTuple):
    """A record of XML as the oracle finds it and as the library reads it."""

    expected: Witnessed
    found: Row

    @property
    def pmid(self) -> int:
        return int(self.expected.article.get("pmid", 0))


@functools.cache
def tables(path: Path) -> tuple[pa.Table, ...]:
    return tuple(parse_file(path.read_bytes(), source=path.name))


def rows(parts: Iterable[pa.Table]) -> Iterator[Row]:
    """Yield every record, the article's columns beside the others."""
    for table in parts:
        for row in table.to_pylist():
            yield row | (row["article"] or {})


@functools.cache
def read_pairs(path: Path) -> list[Pair]:
    """Return every record of a file; fails if one of the two readers has found more of them."""
    return [Pair(*both) for both in zip(witness(path.read_bytes()), rows(tables(path)), strict=True)]


def all_pairs() -> Iterator[Pair]:
    for path in FILES:
        yield from read_pairs(path)


def columns(expected: Witnessed) -> Row:
    """Return what the oracle finds, by the names in COLUMNS."""
    both = {"cited": expected.cited, "deletes": expected.deletes, "mentions": expected.mentions}
    return columns_found({**expected.article, **both})


def columns_found(row: Row) -> Row:
    """Return a record by the names in COLUMNS."""
    return {name: row.get(name) for name in ("deletes", *ARTICLES)} | {
        **{f"mentions.{name}": [mention[name] for mention in row["mentions"]] for name in MENTIONS},
        "cited": sorted(row["cited"]),
    }


@dataclass
class Tally:
    """One column over all records."""

    compared: int = 0
    lost: list[tuple[int, str, object, object]] = field(default_factory=list)
    """PMID, place, expected, found: values that are gone or changed."""
    made_up: list[tuple[int, str, object]] = field(default_factory=list)


def compare(names: Sequence[str], records: Iterable[tuple[Row, Row]]) -> dict[str, Tally]:
    """Compare what is expected with what was found, value by value."""
    tallies = {name: Tally() for name in names}
    for expected, found in records:
        for name, tally in tallies.items():
            wanted, read = dict(_values(expected[name])), dict(_values(found[name]))
            tally.compared += len(wanted)
            if wanted != read:
                pmid = expected["pmid"] or 0
                gone = [place for place, value in wanted.items() if read.get(place) != value]
                tally.lost += [(pmid, place, wanted[place], read.get(place)) for place in gone]
                tally.made_up += [(pmid, place, read[place]) for place in read.keys() - wanted.keys()]
    return tallies


def _values(value: object, place: str = "") -> Iterator[tuple[str, object]]:
    """Yield each value that is not null with its place in the column."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _values(one, f"{place}.{name}")
    elif isinstance(value, list):
        for number, one in enumerate(value, start=1):
            yield from _values(one, f"{place}[{number}]")
    elif value is not None:
        yield place, value


def report(tallies: dict[str, Tally]) -> str:
    """Return a table of columns: values compared, lost, made up."""
    counts = {name: (one.compared, len(one.lost), len(one.made_up)) for name, one in tallies.items()}
    compared, lost, made_up = (sum(column) for column in zip(*counts.values(), strict=True))
    counts["all"] = (compared, lost, made_up)
    lines = [f"{name:30}{compared:10}{lost:8}{made_up:9}" for name, (compared, lost, made_up) in counts.items()]
    return "\n".join([f"{'column':30}{'compared':>10}{'lost':>8}{'made up':>9}", *lines, ""])
