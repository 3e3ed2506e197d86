"""When a ballot was filled in: days as survey tools and spreadsheets print them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

CALENDAR = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
EITHER_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def month_is_first(cells: Iterable[str]) -> bool | None:
    """Say in which order a column prints 5/31/2024, by the days that can be read in one way; None if none tells."""
    found = [EITHER_FIRST.fullmatch(_day(cell)) for cell in cells]
    orders = {int(each[2]) > 12 for each in found if each and (int(each[1]) > 12) != (int(each[2]) > 12)}
    return orders.pop() if len(orders) == 1 else None


def read_date(text: str, *, month_first: bool | None = None) -> datetime.date | None:
    """Read the day of a date or timestamp; ValueError where the order of its parts stays in doubt."""
    if not text:
        return None
    day = _day(text)
    if found := CALENDAR.fullmatch(day):
        year, month, number = (int(part) for part in found.groups())
    elif found := DAY_FIRST.fullmatch(day):
        number, month, year = (int(part) for part in found.groups())
    elif found := EITHER_FIRST.fullmatch(day):
        number, month, year = (int(part) for part in found.groups())
        either = number <= 12 and month <= 12
        if either and number != month and month_first is None:
            raise ValueError("date can be read in two ways; write it as YYYY-MM-DD")
        if month > 12 or (either and month_first):
            number, month = month, number
    else:
        raise ValueError("date is not understood; write it as YYYY-MM-DD")
    try:
        return datetime.date(year, month, number)
    except ValueError:
        raise ValueError("date does not exist; write it as YYYY-MM-DD") from None


def _day(text: str) -> str:
    return re.split(r"[ T]", text, maxsplit=1)[0]
