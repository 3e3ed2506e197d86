"""A folder of PubMed XML as a catalogue: which records there are, of which day, with which words.

Sets of records are masks over the PMIDs in ascending order, so that AND, OR and NOT cost next to nothing.
"""

from __future__ import annotations

import contextlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tests.eutils.records import UNREADABLE, Entry, File, known, read_file, read_records

__all__ = ["Catalogue", "Entry", "Mask"]

Mask = npt.NDArray[np.bool_]
Stamp = tuple[int, int]


class Catalogue:
    """All records of a folder, by PMID; of several with one PMID the last counts, unless it is deleted."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._given = known(entries)
        self._folder: Path | None = None
        self._arrivals = ""
        self._seen: dict[str, Stamp] | None = None
        self._files: dict[str, File] = {}
        self._taken: list[File] = []
        self._merge()

    @classmethod
    def read(cls, folder: Path, *, arrivals: str = "") -> Catalogue:
        """Read every .xml and .xml.gz file of the folder, in the order of their names.

        With `arrivals`, a day as year/month/day, what comes into the folder later counts as created (or, if the PMID
        was there before, as revised) on that day, whatever its XML says.
        """
        catalogue = cls()
        catalogue._folder, catalogue._arrivals = folder, arrivals
        catalogue.refresh()
        return catalogue

    def refresh(self) -> None:
        """Read what has come or changed in the folder, forget what has gone; nothing else is read again."""
        if self._folder is None:
            return
        seen = _stamps(self._folder)
        if seen == self._seen:
            return
        before, late = self._seen or {}, self._seen is not None
        files = {
            name: self._files[name] if before.get(name) == stamp else self._read(self._folder / name, late=late)
            for name, stamp in seen.items()
        }
        self._seen, self._files = seen, files
        self._merge()

    def take_in(self, data: bytes) -> None:
        """Let this XML follow the files of the folder, as an update that nobody has put there."""
        self._taken.append(self._stamped(read_records(data)))
        self._merge()

    def _read(self, path: Path, *, late: bool) -> File:
        try:
            file = read_file(path)
        except UNREADABLE:  # somebody is writing it; it will change again
            return self._files.get(path.name, File({}))
        return self._stamped(file) if late else file

    def _stamped(self, file: File) -> File:
        """Return the file with the day of its arrival on every record, if that is wanted."""
        if not self._arrivals:
            return file
        fresh = dict.fromkeys(("entrez", "pubmed", "revised"), self._arrivals)
        entries = (
            replace(one, dates=one.dates | ({"revised": self._arrivals} if one.pmid in self.entries else fresh))
            for one in file.entries.values()
        )
        return replace(known(entries), deleted=file.deleted)

    def _merge(self) -> None:
        self.entries: dict[int, Entry] = {}
        self._all = [self._given, *self._files.values(), *self._taken]
        for file in self._all:
            self.entries |= file.entries
            for pmid in file.deleted:
                self.entries.pop(pmid, None)
        self._pmids = sorted(self.entries)
        at = {pmid: position for position, pmid in enumerate(self._pmids)}
        self._places = [  # where each record of a file stands in the masks, or -1: another one has replaced it
            np.array([at[pmid] if self.entries.get(pmid) is one else -1 for pmid, one in file.entries.items()], int)
            for file in self._all
        ]
        self._days: dict[str, tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]] = {}

    def everything(self) -> Mask:
        """Return all records."""
        return np.ones(len(self._pmids), np.bool_)

    def nothing(self) -> Mask:
        """Return no record."""
        return np.zeros(len(self._pmids), np.bool_)

    def numbered(self, first: int, last: int) -> Mask:
        """Return the records with these PMIDs, both ends included."""
        mask = self.nothing()
        mask[bisect_left(self._pmids, first) : bisect_right(self._pmids, last)] = True
        return mask

    def among(self, pmids: Iterable[int]) -> Mask:
        """Return those of these PMIDs that are here."""
        mask = self.nothing()
        places = (bisect_left(self._pmids, pmid) for pmid in pmids if pmid in self.entries)
        mask[np.fromiter(places, np.int64)] = True
        return mask

    def dated(self, kind: str, first: int, last: int) -> Mask:
        """Return the records whose day of this kind lies between two days, written as the number 20010131."""
        if kind not in self._days:
            dates = (self.entries[pmid].dates[kind] for pmid in self._pmids)
            days = np.array([int(date.replace("/", "")) for date in dates], np.int64)
            order = np.argsort(days, kind="stable")
            self._days[kind] = (order, days[order])
        order, days = self._days[kind]
        mask = self.nothing()
        mask[order[np.searchsorted(days, first, "left") : np.searchsorted(days, last, "right")]] = True
        return mask

    def worded(self, elements: str, word: str) -> Mask:
        """Return the records with the word, or with one that begins as it does before its asterisk."""
        mask = self.nothing()
        stem = word[:-1] if word.endswith("*") else None
        for file, places in zip(self._all, self._places, strict=True):
            index = file.index(elements)
            forms = (one for one in index if one.startswith(stem)) if stem else (word,)
            for form in forms:
                here = places[index.get(form, [])]
                mask[here[here >= 0]] = True
        return mask

    def phrased(self, elements: str, phrase: list[str], among: Mask, *, across: bool = False) -> Mask:
        """Return those records in which the words stand side by side; across: also from one element to the next."""
        mask = self.nothing()
        sought = f" {' '.join(phrase)} "
        for place in np.flatnonzero(among):
            text = self.entries[self._pmids[place]].text(elements)
            mask[place] = sought in f" {text.replace('| ', '') if across else text} "
        return mask

    def listed(self, mask: Mask) -> list[int]:
        """Return the PMIDs of a set, the newest first."""
        return [self._pmids[place] for place in np.flatnonzero(mask)[::-1]]


def _stamps(folder: Path) -> dict[str, Stamp]:
    """Return what tells that a file has changed, in the order of the files' names."""
    stamps: dict[str, Stamp] = {}
    for path in sorted(folder.iterdir()):
        if path.name.endswith((".xml", ".xml.gz")):
            with contextlib.suppress(FileNotFoundError):  # gone since it was listed
                stat = path.stat()
                stamps[path.name] = (stat.st_size, stat.st_mtime_ns)
    return stamps
