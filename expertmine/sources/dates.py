"""Dates as journals print them, read as intervals: the width says how precise the date is."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

# Written out: the names that `calendar` and `strptime` know are in the language that the process has set.
_WHOLE = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
MONTHS = tuple(name[:3] for name in _WHOLE)
_NAMES = {name: number for names in (_WHOLE, MONTHS) for number, name in enumerate(names, start=1)} | {"sept": 9}
# PubMed Help, "Publication date": winter = January, spring = April, summer = July, fall = October.
_SEASONS = {"winter": 1, "spring": 4, "summer": 7, "autumn": 10, "fall": 10}
_TOKEN = re.compile(
    r"(?P<year>(?<!\d)(?:1[5-9]|20)\d\d(?!\d))|(?P<quarter>[1-4])(?:st|nd|rd|d|th)?\s*(?:quart|trimest)\w*"
    r"|(?P<day>(?<!\d)\d{1,2}(?!\d))|(?P<word>[a-z]+)"
)
_SHORT_END = re.compile(r"(?<!\d)((?:1[5-9]|20)\d\d)[-/](\d\d)(?![\d/-])")
"""'1978-79'; '2020-13-01' is none."""


class Interval(NamedTuple):
    """The first and the last day that a printed date allows."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class _Span:
    """A year, or months of it, or a day of one month."""

    year: int
    first: int = 1
    last: int = 12
    day: int = 0

    @property
    def whole_year(self) -> bool:
        return self.last - self.first == 11

    def interval(self) -> Interval:
        length = calendar.monthrange(self.year, self.last)[1]
        if 0 < self.day <= length and self.first == self.last:
            return Interval(date(self.year, self.first, self.day), date(self.year, self.last, self.day))
        return Interval(date(self.year, self.first, 1), date(self.year, self.last, length))


@lru_cache(maxsize=1 << 11)
def read_date(text: str) -> Interval | None:
    """Return the interval that covers every date named in `text`; None if no year stands in it.

    >>> read_date("1998 Dec-1999 Jan")
    Interval(start=datetime.date(1998, 12, 1), end=datetime.date(1999, 1, 31))
    """
    spans = _spans(_SHORT_END.sub(_with_whole_end, text.lower()))
    dated = {span.year for span in spans if not span.whole_year}
    kept = [span.interval() for span in spans if not span.whole_year or span.year not in dated]
    return Interval(min(one.start for one in kept), max(one.end for one in kept)) if kept else None


def _with_whole_end(found: re.Match[str]) -> str:
    """Write out the last year of a few, where the two digits can be one."""
    year = int(found[1])
    ahead = (int(found[2]) - year) % 100
    return f"{year}-{year + ahead}" if 0 < ahead < 10 else found[0]


def _spans(text: str) -> list[_Span]:
    """Return each year, and each part of a year with the year it belongs to."""
    tokens = [token for token in _TOKEN.finditer(text) if token["year"] or token["day"] or _months(token)]
    years = [int(token["year"]) for token in tokens if token["year"]]
    if not years:
        return []
    before = 1 if tokens[0]["year"] else 0  # "2019 Sep-Oct" names the year first, "Winter 2016" last
    spans: list[_Span] = []
    passed = 0
    for token in tokens:
        months = _months(token)
        if token["year"]:
            spans.append(_Span(int(token["year"])))
            passed += 1
        elif months:
            spans.append(_Span(years[min(passed - before, len(years) - 1)], *months))
        elif spans and not spans[-1].whole_year:
            day = replace(spans[-1], day=int(token["day"]))
            spans[-1:] = [spans[-1], day] if spans[-1].day else [day]
    return spans


def _months(token: re.Match[str]) -> tuple[int, int] | None:
    """Return the first and the last month that a word or a quarter stands for."""
    if token["quarter"]:
        return 3 * int(token["quarter"]) - 2, 3 * int(token["quarter"])
    word = token["word"] or ""
    if word in _SEASONS:
        return _SEASONS[word], _SEASONS[word] + 2
    return (_NAMES[word], _NAMES[word]) if word in _NAMES else None
