"""Lists that keep people off a panel: who must not be asked, who not together."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from expertmine.errors import DataError
from expertmine.nominations.layout import decoded
from expertmine.nominations.names import known_forms, readings
from expertmine.nominations.strangers import compatible


@dataclass(frozen=True, slots=True)
class Listed:
    """The people whom a list means, row by row, and how many entries meant nobody here."""

    rows: tuple[tuple[frozenset[str], ...], ...]
    unknown: int

    def everybody(self) -> frozenset[str]:
        """All who are on the list."""
        return frozenset().union(*(people for row in self.rows for people in row))

    def pairs(self) -> frozenset[frozenset[str]]:
        """Each two people who stand in one row under different columns."""
        return frozenset(
            frozenset({one, other})
            for row in self.rows
            for at, people in enumerate(row)
            for others in row[at + 1 :]
            for one in people
            for other in others
            if one != other
        )


def read_list(data: bytes, persons: Iterable[Mapping[str, Any]], *, source: str, width: int = 1) -> Listed:
    """Read a CSV without header of ids or names, `width` of them a row; a name means everybody who may bear it.

    Raises
    ------
    DataError
        If the file is no text, or a row has fewer entries than `width`.
    """
    known = list(persons)
    ids = {str(person["person_id"]) for person in known}
    rows, unknown = [], 0
    for line, cells in enumerate(csv.reader(io.StringIO(decoded(data, source=source))), 1):
        entries = [cell.strip() for cell in (cells if width > 1 else [", ".join(cells)]) if cell.strip()]
        if not entries:
            continue
        if len(entries) < width:
            raise DataError(
                f"'{source}' line {line} has {len(entries)} people, expected {width}: put names with a comma in quotes"
            )
        meant = tuple(frozenset({one} & ids) or _bearers(one, known) for one in entries[:width])
        unknown += sum(not people for people in meant)
        rows.append(meant)
    return Listed(tuple(rows), unknown)


def _bearers(name: str, persons: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Name everybody who may bear a name: leaving one too many alone is better than asking one too many."""
    forms = [form for form in readings(name) if form.odds == 1]
    return frozenset(
        str(person["person_id"])
        for person in persons
        for known in known_forms(person["last"], [person["name"], *person["variants"]], person["initials"])
        if any(form.last == known.last and compatible(form.given, known.given) for form in forms)
    )
