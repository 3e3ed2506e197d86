"""Files cut into the bytes of single records, so that a bad record costs itself and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

LIMIT = 64 << 20
"""Bytes of the longest record; real ones stay under 5 MB."""
_START = re.compile(rb"<(PubmedArticle|PubmedBookArticle|MedlineCitation|DeleteCitation|DeleteDocument)(?=[\s>])")
_LONGEST_TAG = 24
# What may stand between records: declarations, comments, a DTD, the root's own tags.
_FURNITURE = re.compile(
    rb"(?:\s++|\xef\xbb\xbf|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>"
    rb"|</?(?:PubmedArticleSet|PubmedBookArticleSet|MedlineCitationSet)\b[^>]*>)*+",
    re.DOTALL,
)
PMID_LINE = re.compile(rb"(?<![^\r\n])(?:\xef\xbb\xbf)?PMID {0,2}-")
"""Where a record of MEDLINE text begins, whatever the line ends."""


class Piece(NamedTuple):
    """The bytes of one record, or the fault for which they are none."""

    data: bytes
    fault: str = ""


def split_xml(chunks: Iterable[bytes]) -> Iterator[Piece]:
    """Yield the records of one or several concatenated documents, in memory of one record and one chunk."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        done = 0
        while (found := _next_record(rest, done)) is not None:
            pieces, done = found
            yield from pieces
        rest = rest[done:]
        if len(rest) > LIMIT:
            yield Piece(rest[:80], f"longer than {LIMIT >> 20} MB without an end")
            rest = rest[-_LONGEST_TAG:]
    yield from _leftover(rest)


def _next_record(text: bytes, at: int) -> tuple[list[Piece], int] | None:
    """Return the next record after any stray bytes, and its end; None if it is not all here."""
    start = _START.search(text, at)
    if start is None:
        return None
    begin, name = start.start(), start[1]
    close = b"</" + name + b">"
    end = text.find(close, begin)
    if end < 0:
        return None
    stray = _stray(text[at:begin])
    if text.find(start[0], begin + 1, end) > 0:  # cheaper than the pattern, and hardly ever there
        again = re.compile(start[0] + rb"[\s>]").search(text, begin + 1, end)
        if again:
            return [*stray, Piece(text[begin : again.start()], f"<{name.decode()}> is never closed")], again.start()
    end += len(close)
    return [*stray, Piece(text[begin:end])], end


def _stray(text: bytes) -> list[Piece]:
    if not text or text.isspace() or _FURNITURE.fullmatch(text):
        return []
    return [Piece(text, "bytes that belong to no record")]


def _leftover(text: bytes) -> Iterator[Piece]:
    start = _START.search(text)
    yield from _stray(text[: start.start()] if start else text)
    if start:
        yield Piece(text[start.start() :], f"<{start[1].decode()}> is never closed")


def split_medline(chunks: Iterable[bytes]) -> Iterator[Piece]:
    """Yield the records of a MEDLINE file; each begins with its PMID line."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        starts = [found.start() for found in PMID_LINE.finditer(rest)]
        for start, end in zip([0, *starts], starts, strict=False):
            yield from _medline_piece(rest[start:end])
        rest = rest[starts[-1] :] if starts else rest
        if len(rest) > LIMIT:
            yield Piece(rest[:80], f"longer than {LIMIT >> 20} MB without an end")
            rest = b""
    yield from _medline_piece(rest)


def _medline_piece(text: bytes) -> Iterator[Piece]:
    text = text.removeprefix(b"\xef\xbb\xbf")
    if PMID_LINE.match(text):
        yield Piece(text)
    elif text.strip():
        yield Piece(text, "has no PMID line")
