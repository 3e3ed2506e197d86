"""A survey file's outer shape: its encoding, its delimiter, and which column means what."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from expertmine.errors import ConfigError, DataError, did_you_mean

ROLES: Mapping[str, tuple[str, ...]] = {
    "rater": ("rater", "nominator", "rater_name", "nominator_name", "respondent", "from", "your_name"),
    "rater_institution": (
        "rater_institution", "nominator_institution", "respondent_institution", "rater_affiliation",
        "nominator_affiliation", "from_institution", "your_institution",
    ),
    "nominee": ("nominee", "nominee_name", "expert", "expert_name", "nominated", "person", "name", "to"),
    "nominee_institution": (
        "nominee_institution", "expert_institution", "nominee_affiliation", "expert_affiliation",
        "to_institution", "institution", "affiliation", "hospital",
    ),
    "topic": ("topic", "topic_id", "topic_name", "niche", "subject", "field", "area"),
    "wave": ("wave", "round", "survey_wave"),
    "date": ("date", "submitted", "submit_date", "submission_date", "timestamp", "end_date"),
    "weight": ("weight", "points", "votes"),
}  # fmt: skip
REQUIRED = ("rater", "nominee", "topic")
DELIMITERS = ",;\t|"
HEAVIEST = 1_000_000
"""Most that a ballot may weigh beside others of its rater."""
LONGEST_CELL = 10
"""Lines over which one row may run before a missing quote is the likelier story."""


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
class Survey:
    """A header understood, and the rows below it still as text."""

    columns: Mapping[str, int]
    width: int
    rows: tuple[Row, ...]


def open_survey(data: bytes, *, source: str, columns: Mapping[str, str]) -> Survey:
    """Find encoding, delimiter and header; `columns` (role to header) overrules the guess for its roles."""
    if wrong := [role for role in columns if role not in ROLES]:
        raise ConfigError(
            f"columns: unknown role '{wrong[0]}'{did_you_mean(wrong[0], ROLES)} (roles: {', '.join(ROLES)})"
        )
    lines = list(io.StringIO(decoded(data, source=source), newline=""))
    first = next((at for at, line in enumerate(lines) if line.strip() and not line.startswith("sep=")), None)
    if first is None:
        raise DataError(f"'{source}' is empty; expected a header with {', '.join(REQUIRED)} and one row per nomination")
    try:
        header, *rows = _rows(lines[first:], _delimiter(lines[first:], columns), skipped=first)
    except csv.Error as error:
        raise DataError(f"'{source}' cannot be read as a table ({error}); export the survey as CSV again") from error
    return Survey(_columns(header.cells, columns, source), len(header.cells), tuple(rows))


def decoded(data: bytes, *, source: str) -> str:
    """Return the text; Excel's UTF-16 and cp1252 are taken as well as UTF-8."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise DataError(f"'{source}' is a workbook, expected text; save the sheet as 'CSV UTF-8' and pass that file")
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise DataError(f"'{source}' is not text in UTF-8, UTF-16 or cp1252; save it as 'CSV UTF-8' and pass that file")


def _delimiter(lines: Sequence[str], columns: Mapping[str, str]) -> str:
    """Return the delimiter under which the header makes most sense."""
    headers = {delimiter: next(csv.reader(lines, delimiter=delimiter)) for delimiter in DELIMITERS}
    return max(DELIMITERS, key=lambda each: (len(_guess(headers[each], columns)), len(headers[each])))


def _rows(lines: Iterable[str], delimiter: str, *, skipped: int) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    before = 0
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield Row(skipped + before + 1, skipped + reader.line_num, cells)
        before = reader.line_num


def _plain(header: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", header.lower()).strip("_")


def _guess(header: Sequence[str], columns: Mapping[str, str]) -> dict[str, str]:
    """Map roles to plain headers: as told, else by the first synonym that is there."""
    present = {_plain(cell) for cell in header}
    told = {role: _plain(name) for role, name in columns.items()}
    free = present - set(told.values())
    guessed = {role: next((name for name in names if name in free), None) for role, names in ROLES.items()}
    return {role: name for role, name in {**guessed, **told}.items() if name in present}


def _columns(header: Sequence[str], columns: Mapping[str, str], source: str) -> dict[str, int]:
    found = _guess(header, columns)
    shown = ", ".join(repr(cell.strip()) for cell in header[:20])
    if absent := [name for role, name in columns.items() if role not in found]:
        raise DataError(
            f"'{source}' has no column {absent[0]!r}; its columns are {shown}{did_you_mean(absent[0], header)}"
        )
    if missing := [role for role in REQUIRED if role not in found]:
        raise DataError(
            f"'{source}' has no column for {', '.join(missing)}; its columns are {shown}; expected a "
            f"header with {', '.join(REQUIRED)}: rename them, or say which is which with "
            f"columns={{'{missing[0]}': …}}"
        )
    plain = [_plain(cell) for cell in header]
    if repeated := [name for name in found.values() if plain.count(name) > 1]:
        raise DataError(
            f"'{source}' has {plain.count(repeated[0])} columns '{repeated[0]}'; expected one row per "
            "nominated person: turn the wide survey into long form"
        )
    return {role: plain.index(name) for role, name in found.items()}
