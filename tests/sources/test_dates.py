from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.sources.dates import read_date


@pytest.mark.parametrize(
    ("printed", "start", "end"),
    [
        ("2019", (2019, 1, 1), (2019, 12, 31)),
        ("2019 Sep-Oct", (2019, 9, 1), (2019, 10, 31)),
        ("2019 Sep/Oct", (2019, 9, 1), (2019, 10, 31)),
        ("2020 Feb", (2020, 2, 1), (2020, 2, 29)),
        ("2019 Apr 3", (2019, 4, 3), (2019, 4, 3)),
        ("2019 Jun 3-9", (2019, 6, 3), (2019, 6, 9)),
        ("1998 Dec-1999 Jan", (1998, 12, 1), (1999, 1, 31)),
        ("2000 Dec 30-2001 Jan 5", (2000, 12, 30), (2001, 1, 5)),
        ("1999-2000", (1999, 1, 1), (2000, 12, 31)),
        ("Winter 2016", (2016, 1, 1), (2016, 3, 31)),
        ("2016 Winter-Spring", (2016, 1, 1), (2016, 6, 30)),
        ("Fall 2007-Winter 2008", (2007, 10, 1), (2008, 3, 31)),
        ("1978-79", (1978, 1, 1), (1979, 12, 31)),
        ("1999/00", (1999, 1, 1), (2000, 12, 31)),
        ("1976-77 Winter", (1976, 1, 1), (1977, 3, 31)),
        ("1978-02", (1978, 1, 1), (1978, 12, 31)),
        ("2009-10-05", (2009, 1, 1), (2009, 12, 31)),
        ("1976-1977 Winter", (1976, 1, 1), (1977, 3, 31)),
        ("1984 3d Quarter", (1984, 7, 1), (1984, 9, 30)),
        ("2019 Feb 31", (2019, 2, 1), (2019, 2, 28)),
        ("1950 some random date string", (1950, 1, 1), (1950, 12, 31)),
    ],
)
def test_a_printed_date_is_the_interval_it_allows(
    printed: str, start: tuple[int, int, int], end: tuple[int, int, int]
) -> None:
    assert read_date(printed) == (date(*start), date(*end))


def test_a_text_without_a_year_is_no_date() -> None:
    assert read_date("Sep-Oct") is None
    assert read_date("") is None


@given(st.dates(date(1800, 1, 1), date(2099, 12, 31)))
def test_a_full_date_is_itself(day: date) -> None:
    assert read_date(f"{day.year} {day:%b} {day.day}") == (day, day)


@given(st.text(max_size=40))
def test_any_text_gives_an_interval_in_order_or_nothing(text: str) -> None:
    found = read_date(text)
    assert found is None or found.start <= found.end


def test_months_are_english_whatever_language_the_process_speaks() -> None:
    """`calendar.month_name` follows the process's locale, which a program that uses this library may have set."""
    german = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober"]
    code = (
        f"import calendar; calendar.month_name = ['', *{german!r}, 'November', 'Dezember']\n"
        "from expertmine.sources.dates import read_date; print(read_date('2019 March 3').start)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "2019-03-03"
