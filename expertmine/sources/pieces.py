"""Files cut into the bytes of single records, so that a bad record costs itself and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

LIMIT = 64 << 20
"""Bytes of the longest record; real ones stay under 5 MB."""
START = re.compile(rb"<(PubmedArticle|PubmedBookArticle|MedlineCitation|DeleteCitation|DeleteDocument)(?=[\s>])")
_LONGEST_TAG = 24
# What may stand between records: declarations, comments, a DTD, the root's own tags.
_FURNITURE = re.compile(
    rb"(?:\s++|\xef\xbb\xbf|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>"
    rb"|</?(?:PubmedArticleSet|PubmedBookArticleSet|MedlineCitationSet)\b[^>]*>)*+",
    re.DOTALL,
)
PMID_LINE = re.compile(rb"(?<![^\r\n])(?:\xef\xbb\xbf)?PMID {0,2}-")
"""Where a record of MEDLINE text begins, whatever the line ends."""

_LAST_FIELD = re.compile(rb"[\r\n](?:SO|BTI) {0,2}-")
"""SO ends a record, but for that of a book, which has none."""
_CUT = "ends before its source (SO), which all records before it have: was the file cut? download it again"


class Piece(NamedTuple):
    """The bytes of one record, or the fault for which they are none."""

    data: bytes
    fault: str = ""


def split_xml(chunks: Iterable[bytes]) -> Iterator[Piece]:
    """Yield the records of one or several concatenated documents, in memory of one record and one chunk."""
    rest = bytearray()
    cut = _Cut()
    for chunk in chunks:
        rest += chunk
        while (pieces := _next_record(rest, cut)) is not None:
            yield from pieces
        cut.seen = max(cut.seen, len(rest) - _LONGEST_TAG)
        cut.drop_done(rest)
        if len(rest) > LIMIT:
            yield Piece(bytes(rest[:80]), f"longer than {LIMIT >> 20} MB without an end")
            rest, cut = rest[-_LONGEST_TAG:], _Cut()
    yield from _leftover(bytes(rest))


@dataclass(slots=True)
class _Cut:
    """How far some bytes are cut into records, and how far they were searched, so that none is searched twice."""

    done: int = 0
    seen: int = 0
    """Up to here stands no beginning of a record or, where there is one, no end of it."""
    start: tuple[int, bytes] | None = None
    """Where the next record begins, and its tag."""

    def drop_done(self, text: bytearray) -> None:
        """Forget the bytes that are cut."""
        del text[: self.done]
        self.start = self.start and (self.start[0] - self.done, self.start[1])
        self.seen, self.done = self.seen - self.done, 0


def _next_record(text: bytearray, cut: _Cut) -> list[Piece] | None:
    """Return the next record after any stray bytes, and go on behind it; None if it is not all here."""
    if cut.start is None:
        found = START.search(text, cut.seen)
        if found is None:
            return None
        cut.start, cut.seen = (found.start(), found[1]), found.start()
    begin, name = cut.start
    close = b"</" + name + b">"
    end = text.find(close, cut.seen)
    if end < 0:
        return None
    pieces = _stray(bytes(text[cut.done : begin]))
    opening = b"<" + name
    if text.find(opening, begin + 1, end) > 0:  # cheaper than the pattern, and hardly ever there
        again = re.compile(opening + rb"[\s>]").search(text, begin + 1, end)
        if again:
            cut.done, cut.seen, cut.start = again.start(), end, (again.start(), name)
            return [*pieces, Piece(bytes(text[begin : again.start()]), f"<{name.decode()}> is never closed")]
    cut.done = cut.seen = end + len(close)
    cut.start = None
    return [*pieces, Piece(bytes(text[begin : cut.done]))]


def _stray(text: bytes) -> list[Piece]:
    if not text or text.isspace() or _FURNITURE.fullmatch(text):
        return []
    return [Piece(text, "bytes that belong to no record")]


def _leftover(text: bytes) -> Iterator[Piece]:
    start = START.search(text)
    yield from _stray(text[: start.start()] if start else text)
    if start:
        yield Piece(text[start.start() :], f"<{start[1].decode()}> is never closed")


def split_medline(chunks: Iterable[bytes]) -> Iterator[Piece]:
    """Yield the records of a MEDLINE file; each begins with its PMID line.

    The last one is a fault if it lacks the field that ends all before it: nothing else tells that such a file was cut.
    """
    rest, seen, ended = bytearray(), 0, set[bool]()
    for chunk in chunks:
        rest += chunk
        starts = [found.start() for found in PMID_LINE.finditer(rest, seen)]
        for start, end in zip([0, *starts], starts, strict=False):
            for piece in _medline_piece(bytes(rest[start:end])):
                ended.add(_has_end(piece))
                yield piece
        if starts:
            del rest[: starts[-1]]
        if len(rest) > LIMIT:
            yield Piece(bytes(rest[:80]), f"longer than {LIMIT >> 20} MB without an end")
            rest.clear()
        seen = max(len(rest) - _LONGEST_TAG, 0)
    for last in _medline_piece(bytes(rest)):
        yield last._replace(fault=last.fault or _CUT) if ended == {True} and not _has_end(last) else last


def _has_end(piece: Piece) -> bool:
    return _LAST_FIELD.search(piece.data) is not None


def _medline_piece(text: bytes) -> Iterator[Piece]:
    text = text.removeprefix(b"\xef\xbb\xbf")
    if PMID_LINE.match(text):
        yield Piece(text)
    elif text.strip():
        yield Piece(text, "has no PMID line")
