"""Survey rows to ballots: what raters wrote, as typed; what is no nomination is set aside with its line."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from expertmine.nominations.layout import HEAVIEST, LONGEST_CELL, Row, Survey, open_survey
from expertmine.tables import TABLES

NOBODY = frozenset({"n/a", "none", "no one", "nobody", "unknown"})
EXCEL_DATE = re.compile(
    r"\d{4}-\d{1,2}(-\d{1,2})?([ T][\d:.]+)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}|[2-6]\d{4}(\.\d+)?"
    r"|\d{1,2}[- ](jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*([- ]\d{2,4})?"
    r"|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-\d{1,4}",
    re.IGNORECASE,
)
FORMULA = re.compile(r"[=@]|[+-].*[|(!]")
CALENDAR = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
EITHER_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def read_ballots(data: bytes, *, source: str, columns: Mapping[str, str] | None = None) -> tuple[pa.Table, pa.Table]:
    r"""Read a survey in long form: one row per nominated person.

    Encoding (UTF-8, UTF-16, cp1252), delimiter and the meaning of the columns are found by looking. Nothing
    is dropped: every row below the header is either a ballot or a reject.

    Parameters
    ----------
    data
        The file's bytes.
    source
        What to call the file in the tables and in messages.
    columns
        Which header stands for which role where the guess would be wrong, e.g. ``{"topic": "relation"}``.
        Roles: rater, nominee, topic (required), rater_institution, nominee_institution, wave (default 1),
        date, weight (default 1).

    Returns
    -------
    ballots, rejects
        `place` is the line in the file. A row that repeats an earlier one is a reject.

    Raises
    ------
    DataError
        If the file is empty, no text, or lacks a required column.
    ConfigError
        If `columns` names an unknown role.

    Examples
    --------
    >>> survey = b"Nominator;Expert;Niche\nA. Orr;Ida Voss;renal stents\nA. Orr;;renal stents\n"
    >>> ballots, rejects = read_ballots(survey, source="survey.csv")
    >>> ballots["nominee"].to_pylist(), rejects["place"].to_pylist(), rejects["reason"].to_pylist()
    (['Ida Voss'], ['3'], ['nominee is empty'])
    """
    survey = open_survey(data, source=source, columns=columns or {})
    kept: dict[tuple[str, ...], dict[str, Any]] = {}
    rejects: list[dict[str, str]] = []
    for row in survey.rows:
        try:
            ballot = {"source": source, "place": str(row.first), **_ballot(_texts(row, survey))}
        except ValueError as fault:
            rejects.append({"source": source, "place": row.place, "reason": str(fault)})
            continue
        first = kept.setdefault(_sameness(ballot), ballot)
        if first is not ballot:
            reason = f"repeats line {first['place']}, which is counted once"
            rejects.append({"source": source, "place": row.place, "reason": reason})
    return TABLES["ballots"].rows(kept.values()), TABLES["rejects"].rows(rejects)


def _texts(row: Row, survey: Survey) -> dict[str, str]:
    """Give each role its cell, one line each; ValueError where the row's shape cannot be trusted."""
    if row.last - row.first >= LONGEST_CELL:
        raise ValueError(f"one cell runs over lines {row.place}; is a closing quote missing?")
    if any(cell.strip() for cell in row.cells[survey.width :]):
        raise ValueError(
            f"{len(row.cells)} cells where the header has {survey.width}; put a name that holds the delimiter in quotes"
        )
    return {role: " ".join(row.cells[at].split()) if at < len(row.cells) else "" for role, at in survey.columns.items()}


def _ballot(texts: Mapping[str, str]) -> dict[str, Any]:
    for role, text in texts.items():
        if FORMULA.match(text):
            raise ValueError(f"{role} is a spreadsheet formula: {text[:40]!r}")
    return {
        "rater": _name(texts, "rater"),
        "rater_institution": texts.get("rater_institution") or None,
        "nominee": _name(texts, "nominee"),
        "nominee_institution": texts.get("nominee_institution") or None,
        "topic": _filled(texts, "topic"),
        "wave": _wave(texts.get("wave", "")),
        "date": _date(texts.get("date", "")),
        "weight": _weight(texts.get("weight", "")),
    }


def _filled(texts: Mapping[str, str], role: str) -> str:
    if not any(letter.isalnum() for letter in texts[role]):
        raise ValueError(f"{role} is empty")
    return texts[role]


def _name(texts: Mapping[str, str], role: str) -> str:
    name = _filled(texts, role)
    if name.lower() in NOBODY:
        raise ValueError(f"{role} is nobody: {name!r}")
    if EXCEL_DATE.fullmatch(name):
        raise ValueError(f"{role} is a date, not a name: {name!r}; a spreadsheet may have changed the cell")
    return name


def _wave(text: str) -> int:
    found = re.fullmatch(r"(\d{1,6})(\.0*)?", text or "1")
    if not found:
        raise ValueError(f"wave is not a whole number: {text!r}")
    return int(found[1])


def _weight(text: str) -> float:
    try:
        weight = float((text or "1").replace(",", "."))
    except ValueError:
        weight = math.nan
    if not 0.0 <= weight <= HEAVIEST:
        raise ValueError(f"weight is not a number from 0 to {HEAVIEST:,}: {text!r}")
    return weight


def _date(text: str) -> datetime.date | None:
    """Read the day of a date or timestamp whose order of parts leaves no doubt."""
    if not text:
        return None
    day = re.split(r"[ T]", text, maxsplit=1)[0]
    if found := CALENDAR.fullmatch(day):
        year, month, number = (int(part) for part in found.groups())
    elif found := DAY_FIRST.fullmatch(day) or EITHER_FIRST.fullmatch(day):
        number, month, year = (int(part) for part in found.groups())
        if "/" in day and number <= 12 and month <= 12 and number != month:
            raise ValueError(f"date can be read in two ways: {text!r}; write it as YYYY-MM-DD")
        number, month = (month, number) if "/" in day and month > 12 else (number, month)
    else:
        raise ValueError(f"date is not understood: {text!r}; write it as YYYY-MM-DD")
    try:
        return datetime.date(year, month, number)
    except ValueError:
        raise ValueError(f"date does not exist: {text!r}; write it as YYYY-MM-DD") from None


def _sameness(ballot: Mapping[str, Any]) -> tuple[str, ...]:
    """Say what makes two rows one ballot; homonyms at two institutions are two persons."""
    parts = ("rater", "rater_institution", "nominee", "nominee_institution", "topic", "wave")
    return tuple(str(ballot[part] or "").casefold() for part in parts)
