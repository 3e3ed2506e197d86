"""A survey file's outer shape: text or workbook, its encoding, its delimiter, its rows as text."""

from __future__ import annotations

import csv
import datetime
import io
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from expertmine.errors import DataError
from expertmine.wording import unguarded

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet
    from openpyxl.worksheet.worksheet import Worksheet

DELIMITERS = ",;\t|"
HEAVIEST = 1_000_000
"""Most that a ballot may weigh beside others of its rater."""
TITLE = 20
"""Rows among which the header is."""
LONGEST_CELL = 10
"""Lines over which one row may run before a missing quote is the likelier story."""
WORKBOOK, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
IMPORT_MARK = re.compile(r'\{"ImportId".*\}')
"""What stands in the third line of an export by Qualtrics, the second being the questions in words."""
FREE_TEXT = frozenset({"open-ended response", "response"})
"""What the second line of an export by SurveyMonkey says below a question that has no parts."""
Sense = Callable[[Sequence[str]], tuple[int, ...]]
"""How much a header means; more is better."""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row, and the lines of the file it stands on."""

    first: int
    last: int
    cells: list[str]

    @property
    def place(self) -> str:
        """The line, or the lines, as a reader of the file counts them."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and the rows below it, all as text."""

    header: list[str]
    rows: tuple[Row, ...]


def open_sheet(data: bytes, *, source: str, sense: Sense, needed: Sequence[str]) -> Sheet:
    """Find out what kind of file this is and read its rows; `sense` says how much a header means.

    By that the delimiter of a text is found, and the sheet of a workbook. A title above the header is passed over.

    Raises
    ------
    DataError
        If the file is empty, or neither a workbook nor a table in text.
    """
    rows = _sheet_rows(data, source, sense) if data.startswith(WORKBOOK) else _text_rows(data, source, sense)
    if not rows:
        raise DataError(f"'{source}' is empty; expected a header with {', '.join(needed)} and rows below it")
    headers, depth = _headers(rows, sense)
    return Sheet(max(headers, key=sense), tuple(rows[depth:]))


def read_named(data: bytes, *, source: str, needed: Sequence[str], writer: str) -> list[tuple[Row, dict[str, str]]]:
    """Read a sheet that we wrote ourselves, by the names of its columns: each row, and its cells by column.

    Raises
    ------
    DataError
        As `open_sheet`, and if a column that is needed is not there; `writer` is the verb that writes all of them.
    """
    sheet = open_sheet(data, source=source, sense=lambda header: (len({*header} & {*needed}),), needed=needed)
    header = [cell.strip() for cell in sheet.header]
    if missing := [name for name in needed if name not in header]:
        raise DataError(f"'{source}' has no column {', '.join(missing)}; expected what `{writer}` wrote")
    return [
        (row, {name: unguarded(cell.strip()) for name, cell in zip(header, row.cells, strict=False)})
        for row in sheet.rows
    ]


def _headers(rows: Sequence[Row], sense: Sense) -> tuple[list[list[str]], int]:
    """Return what may be the header, and how many lines stand above the answers: Qualtrics has 3, SurveyMonkey 2.

    So has a sheet with questions, often in merged cells, above their parts: 'Expert 1' above 'Name', 'Institution'.
    """
    if marked := _marked(rows):
        return [row.cells for row in rows[: marked[0]]], marked[0] + 1
    parts = rows[1].cells if len(rows) > 1 else []
    if parts and not parts[0].strip() and any(cell.strip().lower() in FREE_TEXT for cell in parts):
        return [_joined(rows[0].cells, parts)], 2
    filled = [cell for cell in parts if cell.strip()]
    known = sum(sense([cell])[-1] > 0 for cell in filled)
    joined = _two_lines(rows)
    if known > 1 and 2 * known >= len(filled) and max(map(sense, joined)) > sense(rows[0].cells):
        return joined, 2
    return [rows[0].cells], 1


def _two_lines(rows: Sequence[Row]) -> list[list[str]]:
    """Return the first two rows as a header, in the ways in which a part may stand behind its question."""
    parts = rows[1].cells if len(rows) > 1 else []
    return [_joined(rows[0].cells, parts, by=by) for by in (" - ", " ")]


def _marked(rows: Sequence[Row]) -> list[int]:
    """Return on which of the first rows Qualtrics' mark stands."""
    return [at for at, row in enumerate(rows[1:4], 1) if any(map(IMPORT_MARK.fullmatch, row.cells))]


def _joined(questions: Sequence[str], parts: Sequence[str], *, by: str = " - ") -> list[str]:
    """Put the parts of a question behind it, which stands above the first of them only."""
    joined, question = [], ""
    for above, part in zip_longest(questions, parts, fillvalue=""):
        question = above.strip() or question
        free = part.strip() in {"", above.strip()} or part.strip().lower() in FREE_TEXT
        joined.append(above.strip() if free else f"{question}{by}{part.strip()}")
    return joined


def decoded(data: bytes, *, source: str) -> str:
    """Return the text; Excel's UTF-16 and cp1252 are taken as well as UTF-8."""
    if data.startswith((WORKBOOK, OLD_WORKBOOK)):
        raise DataError(f"'{source}' is a workbook of a kind that cannot be read; save it as .xlsx or 'CSV UTF-8'")
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise DataError(f"'{source}' is not text in UTF-8, UTF-16 or cp1252; save it as 'CSV UTF-8' and pass that file")


def _text_rows(data: bytes, source: str, sense: Sense) -> list[Row]:
    lines = list(io.StringIO(decoded(data, source=source), newline=""))
    first = next((at for at, line in enumerate(lines) if line.strip() and not line.startswith("sep=")), None)
    if first is None:
        return []
    try:
        delimiter = _delimiter(lines[first:], sense)
        return _without_title(list(split_rows(lines[first:], delimiter=delimiter, skipped=first)), sense)
    except csv.Error as error:
        raise DataError(f"'{source}' cannot be read as a table ({error}); export the survey as CSV again") from error


def _delimiter(lines: Sequence[str], sense: Sense) -> str:
    """Return the delimiter under which the header makes most sense, wherever it is among the first rows."""
    tops = {each: list(islice(csv.reader(lines, delimiter=each), TITLE)) for each in DELIMITERS}
    return max(DELIMITERS, key=lambda each: (max(map(sense, tops[each])), len(tops[each][0])))


def split_rows(lines: Iterable[str], *, delimiter: str = ",", skipped: int = 0) -> Iterator[Row]:
    """Yield the rows that are not empty; csv.Error where a quote is never closed."""
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    before = 0
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield Row(skipped + before + 1, skipped + reader.line_num, cells)
        before = reader.line_num


def _without_title(rows: list[Row], sense: Sense) -> list[Row]:
    """Return the rows from the header on: what stands alone above it is a title, as is 'Survey:' beside its name.

    Where the first row with two cells means nothing, the header is the first soon below that means something, unless
    it means more together with the row above.
    """
    table = (at for at, row in enumerate(rows) if sum(bool(cell.strip()) for cell in row.cells) > 1)
    rows = rows[next(table, 0) :]
    if not rows or any(sense(rows[0].cells)) or _marked(rows):
        return rows
    least = max(map(sense, _two_lines(rows)))
    headers = (at for at, row in enumerate(rows[:TITLE]) if sense(row.cells)[-1] > 1 and sense(row.cells) > least)
    return rows[next(headers, 0) :]


def _sheet_rows(data: bytes, source: str, sense: Sense) -> list[Row]:
    """Read the sheet whose header means most, of equals the first; formulas stay formulas, so that they are seen."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings(action="ignore"):  # of colours and rules that nobody reads here
            book = load_workbook(io.BytesIO(data), read_only=not _has_merged(data), data_only=False)
            sheets = [_unmerged(sheet) for sheet in book.worksheets]
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError, SyntaxError) as error:
        raise DataError(f"'{source}' is a damaged workbook ({error}); save it as .xlsx or 'CSV UTF-8' again") from error
    filled = filter(None, map(_filled_rows, sheets))
    return max((_without_title(rows, sense) for rows in filled), key=lambda rows: sense(rows[0].cells), default=[])


def _has_merged(data: bytes) -> bool:
    """Say whether a sheet has merged cells, which only a slower reading tells."""
    from zipfile import ZipFile

    with ZipFile(io.BytesIO(data)) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        return any(b"<mergeCell " in book.read(name) for name in sheets)


def _unmerged(sheet: Worksheet | ReadOnlyWorksheet) -> list[list[object]]:
    """Return the values of a sheet; what stands in cells merged over several rows is said of each of them."""
    rows = [list(cells) for cells in sheet.iter_rows(values_only=True)]
    for area in getattr(sheet, "merged_cells", ()):  # nobody asked for them where there are none
        left, top, _, bottom = area.bounds
        for row in rows[top:bottom]:
            row[left - 1] = rows[top - 1][left - 1]
    return rows


def _filled_rows(sheet: Sequence[Sequence[object]]) -> list[Row]:
    rows = [Row(at, at, [_text(cell) for cell in cells]) for at, cells in enumerate(sheet, 1)]
    return [row for row in rows if any(cell.strip() for cell in row.cells)]


def _text(cell: object) -> str:
    """Return a cell as a person reads it: days without midnight, whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time.min else cell.isoformat(sep=" ")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
