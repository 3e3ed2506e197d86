"""Records as rows: the CSV that PubMed's web page exports, JSON Lines, and DataFrames of people who have their own."""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import msgspec
import pyarrow as pa

from expertmine.errors import DataError, did_you_mean
from expertmine.sources.dates import MONTHS
from expertmine.sources.medline import SUFFIX, read_heading, read_short_name
from expertmine.sources.pieces import Piece
from expertmine.sources.plain import plain, unique
from expertmine.sources.records import (
    BadRecordError,
    Heading,
    Record,
    Row,
    add_date,
    add_orcid,
    add_references,
    classified,
    find_doi,
    new_mention,
    only_day,
    read_pmid,
    titled,
)

if TYPE_CHECKING:
    import pandas as pd

    from expertmine.sources.files import File

# Column -> what it holds; the first name of each is ours, the others are PubMed's export and common habits.
COLUMNS = {
    "pmid": "pmid", "title": "title", "abstract": "abstract", "authors": "names", "journal": "journal",
    "journal/book": "journal", "issn": "issn", "date": "date", "year": "date", "publication year": "date",
    "create date": "entered",
    "types": "types", "publication types": "types", "mesh": "mesh", "keywords": "keywords", "languages": "languages",
    "language": "languages", "doi": "doi", "cited": "cited", "references": "cited", "vernacular_title": "vernacular",
}  # fmt: skip
_PASSED_OVER = frozenset({"citation", "first author", "pmcid", "nihms id"})
"""Columns of PubMed's export that say nothing the others do not."""
_NEAR = 0.8
"""How like a column that matters an unknown one must be to be taken for a slip of the pen."""
_NAME_PARTS = ("last", "fore", "initials", "suffix", "collective")
_ISO = re.compile(r"(\d{4})[-/](0[1-9]|1[0-2])(?:[-/](\d\d))?(?!\d).*")
_INITIALS = re.compile(r"[^\W\d_a-z]{1,3}\.?|(?:[^\W\d_a-z]\.?[ -]?){2,4}")
"""JR, J.R., J. R. or J-R, but not ROE J."""


def pack_frame(frame: pd.DataFrame | pa.Table) -> bytes:
    """Return a table's records as JSON Lines: the form in which a corpus keeps them.

    Raises
    ------
    DataError
        If it is no table, is empty, has no column `pmid` or one that nobody knows.
    """
    import pandas as pd

    frame = frame.to_pandas() if isinstance(frame, pa.Table) else frame
    if not isinstance(frame, pd.DataFrame):
        raise DataError(
            f"found a {type(frame).__name__}, expected a path or a DataFrame; give several one by one (*all)"
        )
    if frame.empty:
        raise DataError("found a DataFrame with no rows, expected one record a row")
    columns = {str(name): str(name).strip().lower() for name in frame.columns}
    for name, folded in columns.items():
        if folded not in COLUMNS and folded not in _PASSED_OVER:
            raise DataError(
                f"column '{name}' of the DataFrame is unknown{did_you_mean(folded, COLUMNS)} (columns: "
                f"{', '.join(COLUMNS)}); drop or rename it"
            )
    if "pmid" not in columns.values():
        raise DataError("the DataFrame has no column 'pmid'; every record needs a number of its own")
    rows = cast("list[Row]", frame.rename(columns=columns).to_dict("records"))
    return b"".join(msgspec.json.encode(_kept(row), enc_hook=_plainly, order="sorted") + b"\n" for row in rows)


def check_columns(file: File) -> None:
    """Refuse a file in which a column that answers live on is called almost as it should be: it would be missed late.

    Other columns that nobody knows are passed over: exports have many.

    Raises
    ------
    DataError
        If there is such a column, or the header is not UTF-8.
    """
    for names in _headers(file):
        _check_names(names, file.source)


def _check_names(names: list[str], source: str) -> None:
    if not _is_text(names):
        raise DataError(f"the header of '{source}' is not UTF-8; save the file again as 'CSV UTF-8'")
    held = {COLUMNS.get(name) for name in names}
    strange = [name for name in names if name not in COLUMNS and name not in _PASSED_OVER]
    for wanted in ("title", "abstract", "authors"):
        near = difflib.get_close_matches(wanted, strange, n=1, cutoff=_NEAR)
        if near and COLUMNS[wanted] not in held:
            raise DataError(f"column '{near[0]}' of '{source}' is unknown; did you mean '{wanted}'? rename or drop it")


def _headers(file: File) -> Iterable[list[str]]:
    """Return the names of the columns; rows of JSON Lines have each its own, told once for all that share them."""
    headers: dict[tuple[str, ...], None] = {}
    if file.format == "csv":
        with suppress(csv.Error):  # told where rows are read, like a line that is no JSON
            start = next(file.chunks()).decode("utf-8-sig", "surrogateescape")
            headers[tuple(next(csv.reader(io.StringIO(start, newline="")), ()))] = None
    elif file.format == "jsonl":
        for line in split_lines(file.chunks()):
            with suppress(msgspec.DecodeError):
                headers[tuple(msgspec.json.decode(line.data, type=dict[str, msgspec.Raw]))] = None
    return [[name.strip().lower() for name in names] for names in headers]


_MORE = "\0more"
"""Under which the reader puts what a row has beyond the header."""


def split_csv(chunks: Iterable[bytes]) -> Iterator[Piece]:
    """Yield each row of a CSV file as a JSON record."""
    text = b"".join(chunks).decode("utf-8-sig", "surrogateescape")
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey=_MORE)
    ends, open_quote, before = text.count("\n") + 1, text.count('"') % 2 == 1, 0
    try:
        for row in reader:
            named = {str(name).strip().lower(): value for name, value in row.items() if name and name != _MORE}
            fault = "has more cells than the header has columns" if _MORE in row else ""
            if None in row.values():
                fault = "has fewer cells than the header has columns; was the file cut, or is a quote missing?"
            fault = fault or ("" if _is_text([*named, *named.values()]) else "not UTF-8")
            if open_quote and reader.line_num - before > 1 and reader.line_num >= ends - 1:
                fault = f"a quote opened on line {before + 1} is never closed: all lines from there on are this record"
            yield Piece(b"" if fault else msgspec.json.encode(_kept(named), order="sorted"), fault)
            before = reader.line_num
    except csv.Error as error:
        yield Piece(b"", f"nothing after line {before} can be read ({error}); is a closing quote missing?")


def split_lines(chunks: Iterable[bytes]) -> Iterator[Piece]:
    """Yield each line of a JSON Lines file."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).removeprefix(codecs.BOM_UTF8).split(b"\n")
        yield from (Piece(line) for line in lines if line.strip())
    if rest.strip():
        yield Piece(rest)


def read_row(piece: bytes) -> Record:
    """Return one row as a record."""
    try:
        given = msgspec.json.decode(piece, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise BadRecordError(f"not a JSON object ({error})") from error
    row = {name.strip().lower(): value for name, value in given.items() if not _is_missing(value)}
    cells = {held: row[name] for name, held in reversed(COLUMNS.items()) if name in row}  # of several, the first
    record = Record(
        {
            "pmid": read_pmid(_word(cells.get("pmid"))),
            "version": 1,
            "revised": None,
            **titled(plain(_word(cells.get("title"))), plain(_word(cells.get("vernacular")))),
            "abstract": plain(_word(cells.get("abstract"))),
            "journal": plain(_word(cells.get("journal"))),
            "issn": _word(cells.get("issn")) or None,
            "types": _words(cells.get("types")),
            "mesh": [_heading(one) for one in _list(cells.get("mesh"))],
            "keywords": _words(cells.get("keywords")),
            "languages": [one.lower() for one in _words(cells.get("languages"))],
            "doi": find_doi(_word(cells.get("doi"))),
            "links": [],
        }
    )
    entered = only_day(_date(_word(cells.get("entered"))))
    add_date(record, _date(_word(cells.get("date"))), entered=entered)
    record.article |= classified(record)
    for name in _names(cells.get("names")):
        _add_name(record, name)
    add_references(record, [_word(one) for one in _list(cells.get("cited"))])
    return record


def _date(text: str) -> str:
    """Return a date as journals print it, also one that is written as computers do."""
    found = _ISO.fullmatch(text)
    return f"{found[1]} {MONTHS[int(found[2]) - 1]} {found[3] or ''}" if found else text


def _heading(given: Any) -> Heading:  # noqa: ANN401 - whatever people keep
    """Read a heading: as PubMed writes it, or a row of ours."""
    if isinstance(given, dict):
        return _word(given.get("descriptor")), bool(given.get("major")), _words(given.get("qualifiers"))
    return read_heading(_word(given))


def _kept(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in _PASSED_OVER and not _is_missing(value)}


def _is_missing(value: object) -> bool:
    return (
        value is None
        or value is False
        or (isinstance(value, float) and value != value)
        or (isinstance(value, str) and not value)
    )


def _is_text(cells: Iterable[str | None]) -> bool:
    return not any("\udc80" <= letter <= "\udcff" for cell in cells for letter in cell or "")


def _plainly(value: Any) -> object:  # noqa: ANN401 - whatever a cell may hold
    """Turn arrays, pandas' numbers and dates into JSON's own kinds."""
    return value.tolist() if hasattr(value, "tolist") else str(value)


def _word(value: object) -> str:
    """Return a cell as text; pandas makes whole numbers real where one is missing."""
    whole = isinstance(value, float) and value.is_integer()
    return "" if value is None else str(int(cast("float", value)) if whole else value).strip()


def _list(value: object) -> list[Any]:
    """Return a cell's parts: a list as it is, text cut at semicolons."""
    if isinstance(value, list):
        return value
    return [part.strip() for part in _word(value).split(";") if part.strip()]


def _words(value: object) -> list[str]:
    return unique(plain(str(one)) for one in _list(value))


def _names(value: object) -> list[Any]:
    """Return who signed: a list as it is; text is cut at semicolons if it has any, else at commas as PubMed writes.

    PubMed writes initials behind every last name: 'Roe, Jane' is one name, and 'Roe, J., Poe, A.' are two.
    """
    if isinstance(value, list):
        return value
    text = _word(value).removesuffix(".")
    parts = [part.strip() for part in text.split(";" if ";" in text else ",") if part.strip()]
    behind = any(" " in last and _INITIALS.fullmatch(last.split()[-1]) for last in parts[::2])
    if ";" not in text and parts and len(parts) % 2 == 0 and not behind and all(map(_INITIALS.fullmatch, parts[1::2])):
        return [f"{last}, {initials}" for last, initials in zip(parts[::2], parts[1::2], strict=True)]
    return [text] if ";" not in text and len(parts) == 2 and " " not in parts[0] else parts


def _add_name(record: Record, name: object) -> None:
    """Add one name: {last, fore, initials, …}, 'Last, Fore', 'Last FM' or 'Fore Last'."""
    mention = new_mention(len(record.mentions) + 1)
    record.mentions.append(mention)
    if isinstance(name, dict):
        mention |= {part: plain(_word(name.get(part))) or None for part in _NAME_PARTS}
        mention["affiliations"] = _words(name.get("affiliations"))
        add_orcid(record, mention, [_word(name["orcid"])] if name.get("orcid") else [])
    elif not _is_missing(name):
        mention |= _read_name(plain(str(name)))
    if not (mention["last"] or mention["collective"]):
        record.faults.append((f"name {mention['position']}", "neither a last name nor a group's name"))
        record.mentions.pop()


def _read_name(name: str) -> Row:
    last, comma, fore = (part.strip() for part in name.partition(","))
    words = name.split()
    if not comma and (len(words) < 2 or words[-1].isupper() or SUFFIX.fullmatch(words[-1])):
        return read_short_name(name, None, None)
    if not comma:  # given names first; a particle belongs to the last name
        cut = next((place for place, word in enumerate(words) if word[0].islower()), len(words) - 1)
        fore, last = " ".join(words[:cut]), " ".join(words[cut:])
    return {"last": last, "fore": fore or None, "initials": "".join(word[0] for word in fore.split()) or None}
