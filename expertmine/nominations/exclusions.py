"""Lists that keep people off a panel: who must not be asked, who not together."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from expertmine.errors import DataError
from expertmine.nominations.directory import Entry, list_entries
from expertmine.nominations.layout import Row, decoded, split_rows
from expertmine.nominations.names import readings
from expertmine.nominations.strangers import compatible


@dataclass(frozen=True, slots=True)
class Listed:
    """The people whom a list means, row by row."""

    rows: tuple[tuple[frozenset[str], ...], ...]
    unknown: tuple[int, ...]
    """The lines with an entry that means nobody of the corpus."""

    def everybody(self) -> frozenset[str]:
        """All who are on the list."""
        return frozenset().union(*(people for row in self.rows for people in row))

    def pairs(self) -> frozenset[frozenset[str]]:
        """Each two people who stand in one row under different columns."""
        columns = (two for row in self.rows for two in combinations(row, 2))
        return frozenset(frozenset(pair) for two in columns for pair in product(*two) if pair[0] != pair[1])


def read_list(data: bytes, persons: Iterable[Mapping[str, Any]], *, source: str, width: int = 1) -> Listed:
    """Read a CSV without header of ids or names, `width` of them a row; a name means everybody who may bear it.

    Raises
    ------
    DataError
        If the file is no text, or a row has fewer or more entries than `width`.
    """
    known = list_entries(persons)
    ids = {entry.person_id for found in known.values() for entry in found}
    rows, unknown = [], []
    for row in _rows(decoded(data, source=source), source):
        entries = [cell.strip() for cell in (row.cells if width > 1 else [", ".join(row.cells)]) if cell.strip()]
        if width > 1 and len(entries) != width:
            raise DataError(
                f"'{source}' line {row.first} has {len(entries)} people, expected {width} with a comma between them:"
                " put names with a comma in quotes"
            )
        meant = tuple(frozenset({one} & ids) or _bearers(one, known) for one in entries)
        unknown += [row.first] * (not all(meant))
        rows.append(meant)
    return Listed(tuple(rows), tuple(unknown))


def _rows(text: str, source: str) -> Iterator[Row]:
    try:
        yield from split_rows(io.StringIO(text, newline=""))
    except csv.Error as error:
        raise DataError(f"'{source}' cannot be read as a list ({error}); is a closing quote missing?") from error


def _bearers(name: str, known: Mapping[str, Sequence[Entry]]) -> frozenset[str]:
    """Name everybody who may bear a name, in whatever order: leaving one too many alone is better than asking one."""
    return frozenset(
        entry.person_id
        for form in readings(name)
        for entry in known.get(form.last, ())
        if compatible(form.given, entry.form.given)
    )
