"""A folder of PubMed XML as a searchable catalogue; read with regular expressions, without expertmine."""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

_RECORD = re.compile(rb"<(PubmedArticle|PubmedBookArticle)>.*?</\1>", re.DOTALL)
_DELETION = re.compile(rb"<DeleteCitation>.*?</DeleteCitation>", re.DOTALL)
_PMID = re.compile(rb"<PMID\b[^>]*>\s*(\d+)")
_WORD = re.compile(r"[^\W_]+")
_WORDS = r"""(?:"[^"]*"|[^\s()\[\]"]+)"""
_TOKEN = re.compile(
    rf"""\s*(\(|\)|\b(?:AND|OR|NOT)\b|{_WORDS}(?:\s+(?!(?:AND|OR|NOT)\b){_WORDS})*\s*\[[^\]]*\]|{_WORDS})"""
)
_TAGGED = re.compile(r"(.*?)\s*\[([^\]]*)\]\Z", re.DOTALL)
DATES = {
    "edat": "entrez", "entrez date": "entrez", "crdt": "pubmed", "create date": "pubmed", "mdat": "revised",
    "modification date": "revised", "lr": "revised", "dp": "published", "pdat": "published",
    "publication date": "published",
}  # fmt: skip
TEXTS = {
    "ti": "ArticleTitle", "title": "ArticleTitle", "tiab": "ArticleTitle|AbstractText", "mh": "DescriptorName",
    "mesh": "DescriptorName", "mesh terms": "DescriptorName", "au": "LastName|Initials",
    "ta": "Title|ISOAbbreviation", "pt": "PublicationType", "la": "Language", "ad": "Affiliation",
}  # fmt: skip
EVERYTHING = "ArticleTitle|BookTitle|AbstractText|DescriptorName|Keyword"
Pmids = frozenset[int]


class QueryError(Exception):
    """A field that the service does not know."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as the service sees it."""

    pmid: int
    data: bytes
    dates: dict[str, str]

    def words(self, elements: str) -> list[str]:
        """Return the words inside these elements, in lower case."""
        found = re.findall(rf"<({elements})\b[^>]*>(.*?)</\1>", self.data.decode("utf-8", "replace"), re.DOTALL)
        return _WORD.findall(html.unescape(re.sub(r"<[^>]*>", "", " . ".join(text for _, text in found))).lower())


class Catalogue:
    """All records of a folder, by PMID; of several with one PMID the last counts, unless it is deleted."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = {entry.pmid: entry for entry in entries}
        self._words: dict[str, dict[str, set[int]]] = {}
        self._folder: Path | None = None
        self._seen: list[tuple[str, int, int]] = []

    @classmethod
    def read(cls, folder: Path) -> Catalogue:
        """Read every .xml and .xml.gz file of the folder, in the order of their names."""
        catalogue = cls()
        catalogue._folder = folder
        catalogue.refresh()
        return catalogue

    def refresh(self) -> None:
        """Read the folder again if a file has come, gone or changed."""
        paths = sorted(self._folder.glob("*.xml*")) if self._folder else []
        seen = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
        if seen == self._seen:
            return
        self._seen, self.entries, self._words = seen, {}, {}
        for path in paths:
            self._add(path)

    def _add(self, path: Path) -> None:
        data = path.read_bytes()
        data = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
        self.entries |= {entry.pmid: entry for entry in _entries(data)}
        for deletion in _DELETION.findall(data):
            for pmid in _PMID.findall(deletion):
                self.entries.pop(int(pmid), None)

    def search(self, term: str) -> list[int]:
        """Return the hits, the newest first.

        Raises QueryError for an unknown field.
        """
        tokens = [found[1].strip() for found in _TOKEN.finditer(term)]
        hits, rest = self._expression(tokens)
        if rest:
            raise QueryError(" ".join(rest))
        return sorted(hits, reverse=True)

    def _expression(self, tokens: list[str]) -> tuple[Pmids, list[str]]:
        """Operators are read from left to right, as PubMed does; no operator means AND."""
        hits, tokens = self._operand(tokens)
        while tokens and tokens[0] != ")":
            operator = tokens[0] if tokens[0] in _OPERATORS else "AND"
            other, tokens = self._operand(tokens[1:] if tokens[0] in _OPERATORS else tokens)
            hits = _OPERATORS[operator](hits, other)
        return hits, tokens

    def _operand(self, tokens: list[str]) -> tuple[Pmids, list[str]]:
        if tokens and tokens[0] == "(":
            hits, rest = self._expression(tokens[1:])
            return hits, rest[1:]
        return (self._term(tokens[0]) if tokens else frozenset()), tokens[1:]

    def _term(self, token: str) -> Pmids:
        tagged = _TAGGED.match(token)
        text, tag = (tagged[1], tagged[2].lower().partition(":")[0].strip()) if tagged else (token, "")
        if tag in DATES or tag in {"uid", "pmid"}:
            return self._range(text.strip('"'), tag)
        if tag in {"sb", "filter"}:
            return frozenset(self.entries)
        if tag and tag not in TEXTS:
            raise QueryError(tag)
        return self._with_words(text, TEXTS.get(tag, EVERYTHING))

    def _range(self, text: str, tag: str) -> Pmids:
        first, _, last = text.partition(":")
        if tag in {"uid", "pmid"}:
            return frozenset(pmid for pmid in self.entries if int(first) <= pmid <= int(last or first))
        low, high = first, (last or first) + "~"  # "~" sorts behind every digit: 2001 takes in 2001/12/31
        return frozenset(one.pmid for one in self.entries.values() if low <= one.dates[DATES[tag]] <= high)

    def _with_words(self, text: str, elements: str) -> Pmids:
        if elements not in self._words:
            index = self._words.setdefault(elements, {})
            for entry in self.entries.values():
                for word in entry.words(elements):
                    index.setdefault(word, set()).add(entry.pmid)
        sets = [frozenset(self._words[elements].get(word, ())) for word in _WORD.findall(text.lower())]
        return reduce(frozenset.intersection, sets) if sets else frozenset()


_OPERATORS: dict[str, Callable[[Pmids, Pmids], Pmids]] = {
    "AND": frozenset.intersection,
    "OR": frozenset.union,
    "NOT": frozenset.difference,
}


def _entries(data: bytes) -> Iterable[Entry]:
    """Yield the records of one file as they stand there."""
    for found in _RECORD.finditer(data):
        pmid = _PMID.search(found[0])
        if pmid:
            yield Entry(int(pmid[1]), found[0], _dates(found[0]))


def _dates(record: bytes) -> dict[str, str]:
    """Return year/month/day of each event; a record that does not say is as old as its publication."""
    dates = {"published": _date(rb"<PubDate>.*?</PubDate>", record) or "1900/01/01"}
    dates["entrez"] = _date(rb'PubStatus="entrez".*?</PubMedPubDate>', record) or dates["published"]
    dates["pubmed"] = _date(rb'PubStatus="pubmed".*?</PubMedPubDate>', record) or dates["entrez"]
    dates["revised"] = _date(rb"<DateRevised>.*?</DateRevised>", record) or dates["pubmed"]
    return dates


def _date(pattern: bytes, record: bytes) -> str:
    block = re.search(pattern, record, re.DOTALL)
    year = re.search(rb"\b(1[5-9]|20)\d\d\b", block[0]) if block else None
    if block is None or year is None:
        return ""
    month, day = (re.search(rb"<%s>\s*(\d+)" % name, block[0]) for name in (b"Month", b"Day"))
    return f"{int(year[0])}/{int(month[1]) if month else 1:02}/{int(day[1]) if day else 1:02}"
