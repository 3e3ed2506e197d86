"""PubMed XML cut into records with their dates and words; read with regular expressions, without expertmine."""

from __future__ import annotations

import gzip
import html
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

_START = re.compile(rb"<(PubmedArticle|PubmedBookArticle|DeleteCitation)>")
_PMID = re.compile(rb"<PMID\b[^>]*>\s*(\d+)")
_WORD = re.compile(r"[^\W_]+")
_WORD_OR_BORDER = re.compile(r"[^\W_]+|\|")
_MARKUP = re.compile(r"<[^>]*>")
_YEAR = re.compile(rb"\b(?:1[5-9]|20)\d\d\b")
_MONTH = re.compile(rb"<Month>\s*(\w+)|<MedlineDate>\D*\d{4}\W+([A-Z][a-z]{2})")
_DAY = re.compile(rb"<Day>\s*(\d+)")
_MONTHS = (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec")
UNREADABLE = (OSError, EOFError, zlib.error)
"""What reading a file may raise while somebody is still writing it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as the service sees it."""

    pmid: int
    data: bytes
    dates: dict[str, str]
    """Year/month/day of `entrez`, `pubmed` (created), `revised` and `published`."""

    def text(self, elements: str) -> str:
        """Return the words inside these elements, in lower case, with a bar between one element and the next."""
        pattern = rf"<({elements})\b[^>]*>(.*?)</\1>"
        found = re.findall(pattern, self.data.decode("utf-8", "replace"), re.DOTALL)
        plain = html.unescape(_MARKUP.sub("", "|".join(one for _, one in found)))
        return " ".join(_WORD_OR_BORDER.findall(plain.lower()))


@dataclass(slots=True)
class File:
    """What one file says; its words are indexed when somebody asks for them, once."""

    entries: dict[int, Entry]
    deleted: tuple[int, ...] = ()
    _indexes: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    def index(self, elements: str) -> dict[str, list[int]]:
        """Return for each word of these elements the positions of its records among the entries."""
        if elements not in self._indexes:
            index = self._indexes.setdefault(elements, {})
            for position, entry in enumerate(self.entries.values()):
                for word in set(entry.text(elements).split()) - {"|"}:
                    index.setdefault(word, []).append(position)
        return self._indexes[elements]


def words(text: str) -> list[str]:
    """Return the words of a text as the service keeps them."""
    return _WORD.findall(text.lower())


def read_file(path: Path) -> File:
    """Read a file, gzipped or not; of several records with one PMID the last counts, deletions count in the end."""
    data = path.read_bytes()
    return read_records(gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data)


def read_records(data: bytes) -> File:
    """Return what these bytes hold; a record that is not closed is none."""
    entries: dict[int, Entry] = {}
    deleted: list[int] = []
    for name, piece in _pieces(data):
        pmids = [
            int(pmid) for pmid in (_PMID.findall(piece) if name == b"DeleteCitation" else _PMID.findall(piece)[:1])
        ]
        if name == b"DeleteCitation":
            deleted += pmids
        elif pmids:
            entries[pmids[0]] = Entry(pmids[0], piece, _dates(piece))
    return File({pmid: entry for pmid, entry in entries.items() if pmid not in set(deleted)}, tuple(deleted))


def _pieces(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while found := _START.search(data, at):
        close = b"</" + found[1] + b">"
        end = data.find(close, found.end())
        if end < 0:
            return
        at = end + len(close)
        yield found[1], data[found.start() : at]


def _dates(record: bytes) -> dict[str, str]:
    """Return year/month/day of each event; a record that does not say is as old as its publication."""
    published = _date(_between(record, b"<PubDate>", b"</PubDate>")) or "1900/01/01"
    entrez = _date(_between(record, b'PubStatus="entrez"', b"</PubMedPubDate>")) or published
    created = _date(_between(record, b'PubStatus="pubmed"', b"</PubMedPubDate>")) or entrez
    revised = _date(_between(record, b"<DateRevised>", b"</DateRevised>")) or created
    return {"published": published, "entrez": entrez, "pubmed": created, "revised": revised}


def _between(record: bytes, start: bytes, end: bytes) -> bytes:
    first = record.find(start)
    return record[first : record.find(end, first)] if first >= 0 else b""


def _date(block: bytes) -> str:
    year = _YEAR.search(block)
    if year is None:
        return ""
    month, day = _MONTH.search(block), _DAY.search(block)
    return f"{int(year[0])}/{_month(month[1] or month[2]) if month else 1:02}/{int(day[1]) if day else 1:02}"


def _month(name: bytes) -> int:
    short = name[:3].lower()
    return int(name) if name.isdigit() else _MONTHS.index(short) + 1 if short in _MONTHS else 1


def known(entries: Iterable[Entry]) -> File:
    """Return a file of entries that were made elsewhere."""
    return File({entry.pmid: entry for entry in entries})
