"""Stretches of the catalogue that can be named in a query, and cut until each holds few enough hits to be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from expertmine.errors import SourceError


@dataclass(frozen=True, slots=True)
class Numbers:
    """PMIDs from first to last, among the hits of another condition."""

    first: int
    last: int
    among: str = ""

    def clause(self) -> str:
        """Return it as a condition of a query."""
        return f"{self.among}{self.first}:{self.last}[uid]"

    def parts(self) -> Sequence[Span]:
        """Return disjoint parts that cover it: halves."""
        if self.first == self.last:
            raise SourceError(
                f"the service does not show the record with PMID {self.first} that it counts; run the same command"
                " again later",
                retry=True,
            )
        middle = (self.first + self.last) // 2
        return Numbers(self.first, middle, self.among), Numbers(middle + 1, self.last, self.among)


@dataclass(frozen=True, slots=True)
class Days:
    """Entry dates from first to last: dates of publication heap on the first of January, these do not."""

    first: date
    last: date

    def clause(self) -> str:
        """Return it as a condition of a query."""
        return f"{self.first:%Y/%m/%d}:{self.last:%Y/%m/%d}[edat]"

    def parts(self) -> Sequence[Span]:
        """Return disjoint parts that cover it: halves, or all PMIDs of a single day."""
        if self.first == self.last:
            return (Numbers(1, 2**31 - 1, f"{self.clause()} AND "),)
        middle = self.first + timedelta(days=(self.last - self.first).days // 2)
        return Days(self.first, middle), Days(middle + timedelta(days=1), self.last)


Span: TypeAlias = Days | Numbers
EVERY_DAY = Days(date(1800, 1, 1), date(2199, 12, 31))
"""On one of these PubMed has taken up each record."""
