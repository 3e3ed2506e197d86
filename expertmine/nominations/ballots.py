"""Survey rows to ballots: what raters wrote, as typed; what is no nomination is set aside with its line."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from expertmine.errors import ConfigError, DataError
from expertmine.nominations.columns import REQUIRED, Columns, find_columns, meaning
from expertmine.nominations.dates import month_is_first, read_date
from expertmine.nominations.layout import HEAVIEST, LONGEST_CELL, Row, Sheet, open_sheet
from expertmine.nominations.names import name_key, place_key
from expertmine.tables import TABLES
from expertmine.wording import unguarded

NOBODY = frozenset(
    {"n/a", "na", "nan", "nil", "null", "none", "no one", "no-one", "nobody", "no idea", "not sure", "unknown"}
    | {"total", "totals", "grand total", "subtotal", "average"}
    | {"not applicable", "not available", "dont know", "do not know", "i dont know", "i do not know", "anonymous"}
)
"""Answers that are no name, less dots, brackets, apostrophes: counted as a person, they would often be named."""
MYSELF = frozenset({"i", "me", "myself", "self"})
PARTED = re.compile(r"[;|/&\n\r]|\band\b", re.IGNORECASE)
"""What separates several names in one cell, as exports of tick boxes print them; a comma may stand within a name."""
EXCEL_DATE = re.compile(
    r"\d{4}-\d{1,2}(-\d{1,2})?([ T][\d:.]+)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}|[2-6]\d{4}(\.\d+)?"
    r"|\d{1,2}[- ](jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*([- ]\d{2,4})?"
    r"|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-\d{1,4}",
    re.IGNORECASE,
)
FORMULA = re.compile(r"[=@]|[+-].*[|(!]")


def read_ballots(
    data: bytes, *, source: str, columns: Mapping[str, str] | None = None, topic: str | None = None
) -> tuple[pa.Table, pa.Table]:
    r"""Read a survey: in long form, one row a nominated person, or in wide form, one row a rater.

    Text or workbook, encoding (UTF-8, UTF-16, cp1252), delimiter, the meaning of the columns and whether dates begin
    with the month are found by looking.
    Nothing is dropped: every row below the header becomes a ballot or a reject. In wide form, and where rows ask a
    question, each name given becomes one, and places left empty do not; a rater who names nobody is a reject. Somebody
    whom one rater names under several questions is one ballot that weighs as much as all of them.

    Parameters
    ----------
    data
        The file's bytes.
    source
        What to call the file in the tables and in messages.
    columns
        Which header stands for which role where the guess would be wrong, e.g. ``{"topic": "relation"}``.
        Roles: rater, nominee, topic (required), rater_institution, nominee_institution, question, wave (default 1),
        date, weight (default 1); in wide form nominee.1, nominee_institution.1, nominee.2, …
    topic
        What the whole survey is about; a column that would be guessed to say so is not read then.

    Returns
    -------
    ballots, rejects
        `place` is the line in the file, in wide form with the number of the name. A row that repeats an earlier one is
        a reject.

    Raises
    ------
    DataError
        If the file is empty, no table, or lacks a required column.
    ConfigError
        If `columns` names an unknown role.

    Examples
    --------
    >>> survey = b"Nominator;Expert;Niche\nA. Orr;Ida Voss;renal stents\nA. Orr;;renal stents\n"
    >>> ballots, rejects = read_ballots(survey, source="survey.csv")
    >>> ballots["nominee"].to_pylist(), rejects["place"].to_pylist(), rejects["reason"].to_pylist()
    (['Ida Voss'], ['3'], ['nominee is empty'])
    >>> wide = b"Your name,Expert 1,Expert 2\nA. Orr,Ida Voss,Ulf Tol\n"
    >>> read_ballots(wide, source="wide.csv", topic="renal stents")[0]["place"].to_pylist()
    ['2.1', '2.2']
    """
    sheet, found = _understood(data, columns, source=source, topic=topic)
    kept: dict[tuple[str, ...], dict[str, Any]] = {}
    asked: dict[tuple[str, ...], set[str]] = defaultdict(set)
    rejects: list[dict[str, str]] = []
    month_first = month_is_first(_cell(row, found.shared.get("date")) for row in sheet.rows)
    for answer in _answers(sheet, found):
        try:
            texts = ({"topic": topic} if topic else {}) | _texts(answer, sheet.header)
            question = answer.question or texts.pop("question", "")
            ballot = {"source": source, "place": answer.place, **_ballot(texts, month_first=month_first)}
            key = _sameness(ballot)
            first = kept.setdefault(key, ballot)
            if question in asked[key]:
                raise ValueError(f"repeats line {first['place']}, which is counted once")
        except ValueError as fault:
            rejects.append({"source": source, "place": answer.shown, "reason": str(fault)})
            continue
        asked[key].add(question)
        if first is not ballot:
            first["weight"] = min(first["weight"] + ballot["weight"], float(HEAVIEST))
    return TABLES["ballots"].rows(kept.values()), TABLES["rejects"].rows(rejects)


def survey_columns(
    data: bytes, *, source: str, columns: Mapping[str, str] | None = None, topic: str | None = None
) -> dict[str, str]:
    """Say which header of a survey is taken for which role.

    Raises as `read_ballots`, and ConfigError where both a topic and a column for it are told.
    """
    if topic and columns and "topic" in columns:
        raise ConfigError(
            f"'{source}': told are the topic '{topic}' and a column for it, '{columns['topic']}'; leave one out"
        )
    sheet, found = _understood(data, columns, source=source, topic=topic)
    if not sheet.rows:
        raise DataError(f"'{source}' has no row below its header; leave it out, or look whether it was saved whole")
    return dict(found.headers)


def unread_columns(
    data: bytes, *, source: str, columns: Mapping[str, str] | None = None, topic: str | None = None
) -> list[str]:
    """Name the columns that hold something but have no role, so are not read; raises as `read_ballots`."""
    sheet, found = _understood(data, columns, source=source, topic=topic)
    read = {*found.shared.values()}.union(*(slot.values() for _, slot in found.slots))
    filled = (at for at in range(len(sheet.header)) if any(_cell(row, at) for row in sheet.rows))
    return [" ".join(sheet.header[at].split()) or f"column {at + 1}" for at in filled if at not in read]


def without_rater(ballots: pa.Table, rater: str, *, institution: str | None = None) -> pa.Table:
    """Leave out what one rater said, however the name was typed; with `institution`, only who gave that one."""
    pairs = zip(ballots["rater"].to_pylist(), ballots["rater_institution"].to_pylist(), strict=True)
    return ballots.filter(pa.array([not _is_rater(*typed, rater, institution) for typed in pairs], pa.bool_()))


def strike_rater(  # noqa: PLR0913 - a survey, how it is read, and whom to strike
    data: bytes,
    rater: str,
    *,
    source: str,
    institution: str | None = None,
    columns: Mapping[str, str] | None = None,
    topic: str | None = None,
) -> tuple[bytes, int, int]:
    """Return a survey, as CSV, without the rows of one rater, how many these are, and how many are left.

    The others' rows, those that are rejects too, stay as typed. Parameters as in `read_ballots` and `without_rater`.
    """
    sheet, found = _understood(data, columns, source=source, topic=topic)
    name, house = found.shared["rater"], found.shared.get("rater_institution")
    left = [row for row in sheet.rows if not _is_rater(_cell(row, name), _cell(row, house), rater, institution)]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([sheet.header, *(row.cells for row in left)])
    return text.getvalue().encode(), len(sheet.rows) - len(left), len(left)


def _is_rater(name: str, house: str | None, rater: str, institution: str | None) -> bool:
    same_house = institution is None or place_key(house) == place_key(institution)
    return same_house and name_key(name) == name_key(rater)


class _Answer(NamedTuple):
    """A place for a name."""

    place: str
    """Where a ballot stands: its line, in wide form with the number of the name."""
    shown: str
    """Where a reject stands: in long form all lines of its row."""
    row: Row
    question: str
    """Which question is answered here, if the column says so."""
    columns: Mapping[str, int]


def _understood(
    data: bytes, columns: Mapping[str, str] | None, *, source: str, topic: str | None
) -> tuple[Sheet, Columns]:
    """Open a survey and find out what its columns mean; parameters and errors as in `read_ballots`."""
    told = columns or {}
    sheet = open_sheet(data, source=source, sense=lambda header: meaning(header, told), needed=REQUIRED)
    return sheet, find_columns(sheet.header, told, source=source, topic=topic)


def _answers(sheet: Sheet, found: Columns) -> Iterator[_Answer]:
    """Yield each place for a name that was filled in; of a row in wide form in which none was, the first."""
    if not found.slots:
        for row in _answered(sheet.rows, found.shared):
            yield _Answer(str(row.first), row.place, row, "", found.shared)
        return
    for row in sheet.rows:
        filled = [(at, slot) for at, slot in enumerate(found.slots, 1) if _cell(row, slot[1]["nominee"])]
        for at, (question, columns) in filled or [(1, found.slots[0])]:
            place = f"{row.first}.{at}"
            yield _Answer(place, place, row, question, {**found.shared, **columns})


def _answered(rows: Sequence[Row], columns: Mapping[str, int]) -> Iterator[Row]:
    """Leave out the places that raters left empty under a question; of a rater who left all empty, one row stays."""
    if "question" not in columns:
        yield from rows
        return
    rater, nominee = columns["rater"], columns["nominee"]
    answered = {_cell(row, rater) for row in rows if _cell(row, nominee)}
    for row in rows:
        if _cell(row, nominee) or _cell(row, rater) not in answered:
            answered.add(_cell(row, rater))
            yield row


def _cell(row: Row, at: int | None) -> str:
    """Return a cell on one line, without the mark that keeps a spreadsheet from computing it; '' where none is."""
    return unguarded(" ".join(_printed(row, at).split()))


def _printed(row: Row, at: int | None) -> str:
    return row.cells[at] if at is not None and at < len(row.cells) else ""


def _texts(answer: _Answer, header: Sequence[str]) -> dict[str, str]:
    """Give each role its cell, one line each; ValueError where the row's shape cannot be trusted."""
    row, columns, width = answer.row, answer.columns, len(header)
    if all(_cell(row, at).casefold() == " ".join(header[at].split()).casefold() for at in columns.values()):
        raise ValueError("repeats the header")
    if row.last - row.first >= LONGEST_CELL:
        raise ValueError(f"one cell runs over lines {row.place}; is a closing quote missing?")
    if any(cell.strip() for cell in row.cells[width:]):
        raise ValueError(
            f"{len(row.cells)} cells where the header has {width}; put a name that holds the delimiter in quotes"
        )
    if sum(len(part.split()) > 1 for part in PARTED.split(_printed(row, columns["nominee"]))) > 1:
        raise ValueError("nominee holds more than one name; give each a row, or a column, of its own")
    return {role: _cell(row, at) for role, at in columns.items()}


def _ballot(texts: Mapping[str, str], *, month_first: bool | None) -> dict[str, Any]:
    """Read a row; ValueError says what is wrong and quotes nothing: in a row that slipped, any cell may hold a name."""
    for role, text in texts.items():
        if FORMULA.match(text):
            raise ValueError(f"{role} is a spreadsheet formula")
    return {
        "rater": _name(texts, "rater"),
        "rater_institution": texts.get("rater_institution") or None,
        "nominee": _name(texts, "nominee"),
        "nominee_institution": texts.get("nominee_institution") or None,
        "topic": _filled(texts, "topic"),
        "wave": _wave(texts.get("wave", "")),
        "date": read_date(texts.get("date", ""), month_first=month_first),
        "weight": _weight(texts.get("weight", "")),
    }


def _filled(texts: Mapping[str, str], role: str) -> str:
    if not any(letter.isalnum() for letter in texts[role]):
        raise ValueError(f"{role} is empty")
    return texts[role]


def _name(texts: Mapping[str, str], role: str) -> str:
    name = _filled(texts, role)
    said = re.sub(r"[.'’:()\[\]]", "", name.lower()).strip()  # noqa: RUF001  the look-alike is what phones type
    if said in NOBODY:
        raise ValueError(f"{role} is nobody: {name!r}")
    if said in MYSELF:
        raise ValueError(f"{role} is no name: {name!r}")
    if EXCEL_DATE.fullmatch(name):
        raise ValueError(f"{role} is a date, not a name: {name!r}; a spreadsheet may have changed the cell")
    return name


def _wave(text: str) -> int:
    found = re.fullmatch(r"(\d{1,6})(\.0*)?", text or "1")
    if not found:
        raise ValueError("wave is not a whole number")
    return int(found[1])


def _weight(text: str) -> float:
    if re.fullmatch(r"[1-9]\d{0,2},\d{3}", text):
        raise ValueError("weight can be read in two ways; write it without a comma")
    try:
        weight = float((text or "1").replace(",", "."))
    except ValueError:
        weight = math.nan
    if not 0.0 <= weight <= HEAVIEST:
        raise ValueError(f"weight is not a number from 0 to {HEAVIEST:,}")
    return weight


def _sameness(ballot: Mapping[str, Any]) -> tuple[str, ...]:
    """Say what makes two rows one ballot; homonyms at two institutions are two persons."""
    parts = ("rater", "rater_institution", "nominee", "nominee_institution", "topic", "wave")
    return tuple(str(ballot[part] or "").casefold() for part in parts)
