"""The bytes of one file: unpacked as a stream, known by their content, refused unless they are whole."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from isal import igzip, igzip_lib

from expertmine.errors import DataError

CHUNK = 1 << 17
_EDGE = 1 << 16
_SET = re.compile(rb"<(PubmedArticleSet|PubmedBookArticleSet|MedlineCitationSet)[\s>]")
_RECORD = re.compile(rb"<(?:PubmedArticle|PubmedBookArticle|MedlineCitation|DeleteCitation|DeleteDocument)[\s>]")
_PMID_LINE = re.compile(rb"^(?:\xef\xbb\xbf)?PMID ?- *\d", re.MULTILINE)
_AFTER = re.compile(rb"(?:\s++|<!--.*?-->)*+\Z", re.DOTALL)
_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding=["']([A-Za-z0-9._-]+)["']""")
_KNOWN = (
    (re.compile(rb"<(?:!doctype html|html|head|body)\b", re.IGNORECASE), "a web page (HTML)"),
    (re.compile(rb"<"), "XML without PubMed records"),
    (re.compile(rb"TY  - "), "a RIS file"),
    (re.compile(rb"@\w+\s*\{"), "a BibTeX file"),
    (re.compile(rb"[\[{]"), "JSON"),
    (re.compile(rb"PK\x03\x04"), "a zip archive"),
    (re.compile(rb"%PDF"), "a PDF"),
    (re.compile(rb"(?:\xff\xfe|\xfe\xff)"), "UTF-16 text"),
)  # fmt: skip
_CSV = re.compile(rb"""(?:[^\r\n]*,)?\s*"?PMID"?\s*(?:,|\r?\n)""", re.IGNORECASE)
_JSON_LINES = re.compile(rb"""\{[^\n]*"pmid"[^\n]*\}\s*(?:\n|\Z)""")
EXPECTED = "expected PubMed XML, MEDLINE text (.nbib) or PubMed's CSV, plain or gzipped"


@dataclass(frozen=True, slots=True)
class File:
    """A file that proved whole and readable: its bytes as they came or where they are, its format, its encoding."""

    data: bytes | Path
    format: str
    encoding: str

    def chunks(self) -> Iterator[bytes]:
        """Yield the unpacked bytes, some at a time."""
        return _chunks(self.data)


def open_file(data: bytes | Path, *, source: str) -> File:
    """Read the bytes once to the end, and return them as a file known to be whole.

    Raises
    ------
    DataError
        If the file is empty, cut, damaged or of no known format.
    """
    head, tail = _edges(data, source)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise DataError(f"'{source}' is empty; {EXPECTED}")
    if start.startswith(b"<") and (_SET.search(head) or _RECORD.search(head)):
        _refuse_cut(head, tail, source)
        encoding = _ENCODING.search(head)
        return File(data, "xml", _checked_encoding(encoding[1].decode() if encoding else "UTF-8", source))
    if _PMID_LINE.search(head):
        return File(data, "medline", "UTF-8")
    if _JSON_LINES.match(start):
        return File(data, "jsonl", "UTF-8")
    if _CSV.match(start):
        return File(data, "csv", "UTF-8")
    found = next((words for pattern, words in _KNOWN if pattern.match(start)), f"of no known format ({start[:40]!r}…)")
    raise DataError(f"'{source}' is {found}; {EXPECTED}: save the search again from PubMed in one of these formats")


def _chunks(data: bytes | Path) -> Iterator[bytes]:
    with data.open("rb") if isinstance(data, Path) else io.BytesIO(data) as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        stream = igzip.open(raw) if packed else raw
        while chunk := stream.read(CHUNK):
            yield chunk


def _edges(data: bytes | Path, source: str) -> tuple[bytes, bytes]:
    """Return the first and the last bytes; to reach the last ones proves every checksum of a gz."""
    head = tail = b""
    try:
        for chunk in _chunks(data):
            head = head if len(head) >= _EDGE else head + chunk[:_EDGE]
            tail = chunk[-_EDGE:] if len(chunk) >= _EDGE else (tail + chunk)[-_EDGE:]
    except (EOFError, igzip.BadGzipFile, igzip_lib.IsalError) as error:  # type: ignore[misc]
        raise DataError(
            f"'{source}' is a cut or damaged gz file ({error}); nothing was read from it: download it again"
        ) from error
    return head, tail


def _refuse_cut(head: bytes, tail: bytes, source: str) -> None:
    """Refuse a document whose last tag does not close what its first one opened."""
    wanted = rb"</\w*Set\s*>" if _SET.search(head) else rb"</\w+\s*>"
    closed = list(re.finditer(wanted, tail))
    if not (closed and _AFTER.match(tail, closed[-1].end())):
        raise DataError(f"'{source}' ends in the middle of the document; nothing was read from it: download it again")


def _checked_encoding(name: str, source: str) -> str:
    """Refuse encodings in which tags are not ASCII bytes: records are split before they are decoded."""
    try:
        plain_tags = "<PubmedArticle>".encode(name) == b"<PubmedArticle>"
    except LookupError:
        plain_tags = False
    if not plain_tags:
        raise DataError(f"'{source}' is XML in {name}; expected UTF-8: convert it first")
    return name
