"""The bytes of one file: unpacked as a stream, known by their content, refused in the end unless they are whole."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from isal import igzip, igzip_lib
from lxml import etree

from expertmine.errors import DataError
from expertmine.sources.pieces import PMID_LINE, START

CHUNK = 1 << 17
_EDGE = 1 << 16
_SET = re.compile(rb"<(PubmedArticleSet|PubmedBookArticleSet|MedlineCitationSet)[\s/>]")
_PMID_LINE = re.compile(PMID_LINE.pattern + rb" *\d")
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
_LONGEST_LINE = 8 << 20
"""Bytes within which the first record of JSON Lines must end."""
EXPECTED = "expected PubMed XML, MEDLINE text (.nbib) or PubMed's CSV, plain or gzipped"


@dataclass(frozen=True, slots=True)
class File:
    """A file of a known format: its bytes as they came or where they are."""

    data: bytes | Path
    source: str
    format: str
    encoding: str = "UTF-8"

    def chunks(self) -> Iterator[bytes]:
        """Yield the unpacked bytes, some at a time.

        Raises
        ------
        DataError
            After all that can be read, if the file is cut or damaged.
        """
        return _refusing_cut(self) if self.format == "xml" else _unpack(self.data, self.source)


def open_file(data: bytes | Path, *, source: str) -> File:
    """Tell by its first bytes what a file is.

    Raises
    ------
    DataError
        If the file is empty or of no known format.
    """
    head = _head(_unpack(data, source))
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise DataError(f"'{source}' is empty; {EXPECTED}")
    if start.startswith(b"<") and (_SET.search(head) or START.search(head)):
        encoding = _ENCODING.search(head)
        return File(data, source, "xml", _checked_encoding(encoding[1].decode() if encoding else "UTF-8", source))
    if _PMID_LINE.search(head):
        return File(data, source, "medline")
    line = start.partition(b"\n")[0].rstrip()
    if line.startswith(b"{") and line.endswith(b"}") and b'"pmid"' in line:
        return File(data, source, "jsonl")
    if _CSV.match(start):
        return File(data, source, "csv")
    found = next((words for pattern, words in _KNOWN if pattern.match(start)), f"of no known format ({start[:40]!r}…)")
    raise DataError(f"'{source}' is {found}; {EXPECTED}: save the search again from PubMed in one of these formats")


def _unpack(data: bytes | Path, source: str) -> Iterator[bytes]:
    """Yield the bytes of a file, unpacked if it is a gz: to come to its end proves every checksum."""
    try:
        with data.open("rb") if isinstance(data, Path) else io.BytesIO(data) as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            stream = igzip.open(raw) if packed else raw
            while chunk := stream.read(CHUNK):
                yield chunk
    except (EOFError, igzip.BadGzipFile, igzip_lib.IsalError) as error:  # type: ignore[misc]
        raise DataError(
            f"'{source}' is a cut or damaged gz file ({error}); nothing was read from it: download it again"
        ) from error


def _head(chunks: Iterable[bytes]) -> bytes:
    """Return the first bytes, enough to tell the format; JSON Lines are known by their whole first line."""
    head, is_json = bytearray(), False
    for chunk in chunks:
        head += chunk
        is_json = head[:_EDGE].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
        if len(head) >= _EDGE and not (is_json and b"\n" not in chunk and len(head) < _LONGEST_LINE):
            break
    return bytes(head if is_json else head[:_EDGE])


def _refusing_cut(file: File) -> Iterator[bytes]:
    """Yield what is in an XML file, and refuse one whose last tag does not close what its first one opened."""
    head = tail = b""
    for chunk in _unpack(file.data, file.source):
        head = head if len(head) >= _EDGE else head + chunk[:_EDGE]
        tail = chunk[-_EDGE:] if len(chunk) >= _EDGE else (tail + chunk)[-_EDGE:]
        yield chunk
    wanted = rb"</\w*Set\s*>|<\w+Set\b[^>]*/>" if _SET.search(head) else rb"</\w+\s*>"
    closed = list(re.finditer(wanted, tail))
    if not (closed and _AFTER.match(tail, closed[-1].end())):
        raise DataError(
            f"'{file.source}' ends in the middle of the document; nothing was read from it: download it again"
        )


def _checked_encoding(name: str, source: str) -> str:
    """Return the name by which the parser knows an encoding.

    Refused are those that it does not know, and those in which tags are not ASCII bytes: records are split before they
    are decoded.
    """
    with suppress(LookupError):
        if "<PubmedArticle>".encode(name) == b"<PubmedArticle>":
            for known in (name, codecs.lookup(name).name):
                with suppress(LookupError):
                    etree.XMLParser(encoding=known)
                    return known
    raise DataError(f"'{source}' is XML in {name}; expected UTF-8: convert it first")
