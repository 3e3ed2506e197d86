"""Many files, one truth: one record a PMID, whatever the order in which files were added."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expertmine.sources.parsing import RECORDS
from expertmine.sources.winning import Mask, Moments, Origin, find_alive, find_hopeful, find_winners, place_rows
from expertmine.tables import TABLES

_NONE: Mapping[int, int] = MappingProxyType({})
_IDENTITY = ["pmid", "version", "revised"]
_MERIT = [*_IDENTITY, "fullness"]
_WHERE = ["origin", "at"]
_ROOM = 50_000
"""Records that are held before those that cannot win are dropped."""


class Records(NamedTuple):
    """The literature as four declared tables, each sorted by its key."""

    articles: pa.Table
    mentions: pa.Table
    citations: pa.Table
    rejects: pa.Table


def merge_records(files: Iterable[tuple[Origin, pa.Table]], *, tombstones: Mapping[int, int] = _NONE) -> Records:
    """Return one record a PMID out of tables of RECORDS; those of one file come in the order of the file.

    The record with the highest version counts; among these the one revised last (one that does not say when is taken
    for the oldest); among those of one day the one in the fullest format (XML, then MEDLINE text, then rows), so that
    an export with fewer fields empties no record; then the one in the last file, and in it the last.
    Added files stand in the order of their names (9 before 10), then of their hashes; fetched pages follow by arrival.
    A deletion removes the records of its PMID, up to its version, that stand before it: in its file, in the files
    before that one and, if one of the two files was fetched, in those that arrived before. A tombstone removes what
    arrived up to its number.
    """
    pool = _Pool(tombstones)
    for origin, table in files:
        pool.take(origin, table)
    return pool.records()


def _numbered(table: pa.Table, number: int, *, start: int) -> pa.Table:
    """Add the number of the file and each row's place in it."""
    at = np.arange(start, start + table.num_rows)
    return table.append_column("origin", pa.array(np.full_like(at, number))).append_column("at", pa.array(at))


@dataclass(slots=True)
class _Pool:
    """Records that may still win, and all deletions and faults that were seen."""

    tombstones: Mapping[int, int]
    numbers: dict[Origin, int] = field(default_factory=dict)
    """The files, in the order in which they were seen first."""
    lengths: Counter[int] = field(default_factory=Counter)
    held: list[pa.Table] = field(default_factory=list)
    deletes: list[pa.Table] = field(default_factory=list)
    faults: list[pa.Table] = field(default_factory=list)
    room: int = field(default_factory=lambda: _ROOM)

    def __post_init__(self) -> None:
        self._hold(_numbered(RECORDS.empty_table(), 0, start=0))  # no records have columns, too

    def take(self, origin: Origin, table: pa.Table) -> None:
        """Take the next table of a file."""
        number = self.numbers.setdefault(origin, len(self.numbers))
        self._hold(_numbered(table, number, start=self.lengths[number]))
        self.lengths[number] += table.num_rows

    def _hold(self, rows: pa.Table) -> None:
        self.deletes.append(_unnested(rows, "deletes", _WHERE))
        self.faults.append(_unnested(rows, "faults", ["origin"]))
        known = rows.select([*_MERIT, *_WHERE, "article", "mentions", "cited"]).filter(rows["pmid"].is_valid())
        self.held.append(known)
        self.room -= known.num_rows
        if self.room < 0:
            self._keep(find_hopeful)
            self.room = max(_ROOM, sum(part.num_rows for part in self.held))

    def _keep(self, find: Callable[[Moments, pa.Table], Mask]) -> None:
        """Drop the records that are gone and, of the others, those that are not found."""
        origins = list(self.numbers)
        rows = pa.concat_tables([part.select(_MERIT + _WHERE) for part in self.held])
        records = place_rows(rows, origins)
        kept = find_alive(records, place_rows(pa.concat_tables(self.deletes), origins), self.tombstones)
        kept[kept] = find(records.of(kept), rows.filter(pa.array(kept)))
        starts = np.cumsum([part.num_rows for part in self.held[:-1]])
        parts = zip(self.held, np.split(kept, starts), strict=True)
        self.held = [part if mask.all() else part.filter(pa.array(mask)) for part, mask in parts]

    def records(self) -> Records:
        """Return what won; nothing is held any more."""
        self._keep(find_winners)
        won = pa.concat_tables([part.drop_columns(_WHERE) for part in self.held])
        self.held.clear()
        order = pc.sort_indices(won["pmid"])
        articles = _articles(won.select([*_IDENTITY, "article"]).take(order))
        won = won.select(["pmid", "mentions", "cited"])  # what is made into a table is not held beside it
        mentions = _unnested(won.select(["pmid", "mentions"]).take(order), "mentions", ["pmid"])
        won = won.select(["pmid", "cited"]).take(order)
        citations = _unnested(won, "cited", ["pmid"]).rename_columns(["citing", "cited"])
        return Records(articles, _keyed("mentions", mentions), _keyed("citations", citations), self._rejects())

    def _rejects(self) -> pa.Table:
        """Return all faults under the names of their files; a file that came twice counts once."""
        first = {(origin.source, origin.sha256): number for origin, number in reversed(self.numbers.items())}
        faults = pa.concat_tables(self.faults)
        faults = faults.filter(pc.is_in(faults["origin"], value_set=pa.array(first.values(), pa.int64())))
        names = pa.array(_names(list(self.numbers)), pa.string())
        return _keyed("rejects", faults.append_column("source", names.take(faults["origin"].combine_chunks())))


def _unnested(rows: pa.Table, name: str, owners: Sequence[str]) -> pa.Table:
    """Return a row for each element of a list column, beside these columns of the row that owns it."""
    elements, parents = pc.list_flatten(rows[name]), pc.list_parent_indices(rows[name])
    columns = {owner: rows[owner].take(parents) for owner in owners}
    if pa.types.is_struct(elements.type):
        return pa.table(columns | _fields(elements))
    return pa.table({**columns, name: elements})


def _fields(column: pa.ChunkedArray) -> dict[str, pa.ChunkedArray]:
    return dict(zip((field.name for field in column.type), column.flatten(), strict=True))


def _articles(rows: pa.Table) -> pa.Table:
    columns = {name: rows[name] for name in _IDENTITY} | _fields(rows["article"])
    return TABLES["articles"].arrow(pa.table(columns).combine_chunks())


def _keyed(name: str, rows: pa.Table) -> pa.Table:
    """Return a declared table by key."""
    declared = TABLES[name]
    rows = rows.select([column for column, _ in declared.columns])
    return declared.arrow(rows.sort_by([(column, "ascending") for column in declared.key]).combine_chunks())


def _names(origins: Sequence[Origin]) -> list[str]:
    """Return each file's name, with its hash where several files have the same."""
    files = defaultdict(set)
    for origin in origins:
        files[origin.source].add(origin.sha256)
    return [
        f"{origin.source} ({origin.sha256[:8]})" if len(files[origin.source]) > 1 else origin.source
        for origin in origins
    ]
