"""The journal: which raw files the corpus holds, what was asked of PubMed and what came, and what was run when."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np

from expertmine.corpus.disk import readable, writable
from expertmine.errors import DataError

Kind: TypeAlias = Literal["records", "survey", "columns", "decisions", "rulings"]
PRIVATE: frozenset[Kind] = frozenset({"survey", "columns", "decisions"})
"""What raters wrote, or what names them: kept in a folder of its own."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE,
  stored TEXT NOT NULL, kind TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS pages (
  query TEXT NOT NULL, number INTEGER NOT NULL, day TEXT NOT NULL, sha256 TEXT NOT NULL, asked BLOB NOT NULL,
  withdrawn BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS searches (
  query TEXT PRIMARY KEY, number INTEGER NOT NULL, day TEXT NOT NULL, most INTEGER, total INTEGER NOT NULL,
  translation TEXT NOT NULL, hits BLOB NOT NULL, withdrawn BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS tombstones (
  pmid INTEGER NOT NULL, arrival INTEGER NOT NULL, day TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS history (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, finished TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  verb TEXT NOT NULL, outcome TEXT NOT NULL, details TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS held (reasons TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file as the source sent it: its name there, the hash of its bytes, its name in raw/, what it holds."""

    name: str
    sha256: str
    stored: str
    kind: Kind
    arrival: int = 0
    """1, 2, 3… in order of arrival."""
    fetched: bool = False
    """A page of a fetch rather than a file that somebody added."""

    @property
    def path(self) -> str:
        """Where it lies in the corpus folder."""
        return f"{'private' if self.kind in PRIVATE else 'raw'}/{self.stored}"


@dataclass(frozen=True, slots=True)
class Chunk:
    """PMIDs that were asked for together, those of them that did not come, and the last complete day by then."""

    asked: frozenset[int]
    withdrawn: frozenset[int]
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A question to PubMed whose every record has come or is accounted for."""

    query: str
    number: int
    """1 for the first time this was asked, 2 for the next."""
    day: date
    """Of the search (UTC); the watermark from which the next refresh looks back."""
    most: int | None
    """The newest so many were wanted; None: all."""
    total: int
    """What the service counted."""
    translation: str
    hits: frozenset[int]
    withdrawn: frozenset[int]
    """Hits that the service listed and never sent."""

    @property
    def is_cut(self) -> bool:
        """Whether more was found than was wanted."""
        return self.most is not None and self.total > self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """A record that the source no longer has, or no longer finds: it is gone unless a later file brings it back."""

    pmid: int
    arrival: int
    """Of the last file that had come before."""
    day: date
    reason: Literal["withdrawn", "left the search"]


Noted = TypeVar("Noted", Chunk, Search, Tombstone)


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    with writable(path.parent), closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.executescript(_SCHEMA)
        with connection:
            yield connection


def _read(path: Path, query: str, *values: int | str) -> list[tuple[Any, ...]]:
    """Ask without writing, so that a corpus in a read-only place can be read."""
    with readable(path):
        if not path.exists():
            return []
    try:
        try:
            return _ask(path, "ro", query, *values)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_READONLY_ROLLBACK:
                raise
        return _ask(path, "rw", query, *values)  # a writer was killed at work: what it had begun is rolled back first
    except sqlite3.Error as error:
        if "no such table" in str(error):  # not begun yet, or written by an older version with less to note
            return []
        raise DataError(f"cannot read '{path}': {error}; restore it from a backup, or rebuild the corpus") from error


def _ask(path: Path, mode: Literal["ro", "rw"], query: str, *values: int | str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=30)) as connection:
        return list(connection.execute(query, values))


def _pack(pmids: Iterable[int]) -> bytes:
    return np.array(sorted(pmids), "<i8").tobytes()


def _unpack(blob: bytes) -> frozenset[int]:
    return frozenset(np.frombuffer(blob, "<i8").tolist())


_UNPACKED: dict[str, Callable[[Any], Any]] = {
    "day": date.fromisoformat, "asked": _unpack, "hits": _unpack, "withdrawn": _unpack,
}  # fmt: skip
"""How to read the columns that lie in the database in another form than in a record."""


def _records(path: Path, kind: type[Noted], where: str, *values: int | str) -> list[Noted]:
    """Return rows of a table as records, whose fields are called like its columns."""
    names = [field.name for field in fields(kind)]
    rows = _read(path, f"SELECT {', '.join(names)} FROM {where}", *values)
    unpack = [_UNPACKED.get(name) for name in names]
    read = ([how(value) if how else value for how, value in zip(unpack, row, strict=True)] for row in rows)
    return [kind(**dict(zip(names, row, strict=True))) for row in read]


def list_files(path: Path) -> list[RawFile]:
    """List the raw files in order of arrival."""
    rows = _read(path, "SELECT name, sha256, stored, kind, seq FROM files ORDER BY seq")
    fetched = {sha256 for (sha256,) in _read(path, "SELECT DISTINCT sha256 FROM pages")}
    return [
        RawFile(name, sha256, stored, kind, arrival, sha256 in fetched) for name, sha256, stored, kind, arrival in rows
    ]


def ever_held_files(path: Path) -> bool:
    """Say whether this journal has noted any file, though it be forgotten by now; one that was lost has not."""
    return bool(_read(path, "SELECT 1 FROM sqlite_sequence WHERE name = 'files'"))


def ever_published(path: Path) -> bool:
    """Say whether this journal has noted that a generation was published."""
    return bool(_read(path, "SELECT 1 FROM history WHERE outcome LIKE 'published %' LIMIT 1"))


def record_files(path: Path, files: list[RawFile]) -> None:
    """Note that these files arrived, all or none; one that is known already is left as it was."""
    with _writing(path) as db:
        _insert_files(db, files)


def replace_record(path: Path, old: str, file: RawFile | None) -> None:
    """Note that a file, by its hash, was exchanged for another in the same place of the order, or is gone."""
    with _writing(path) as db:
        if file is None or db.execute("SELECT 1 FROM files WHERE sha256 = ?", (file.sha256,)).fetchone():
            db.execute("DELETE FROM files WHERE sha256 = ?", (old,))
        else:
            db.execute("UPDATE files SET sha256 = ?, stored = ? WHERE sha256 = ?", (file.sha256, file.stored, old))


def record_chunk(path: Path, query: str, number: int, files: list[RawFile], *, chunk: Chunk) -> None:
    """Note in one step that these pages came for a chunk, so that a fetch goes on behind it."""
    marks = (_pack(chunk.asked), _pack(chunk.withdrawn))
    with _writing(path) as db:
        _insert_files(db, files)
        db.executemany(
            "INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?)",
            [(query, number, chunk.day.isoformat(), file.sha256, *marks) for file in files],
        )


def _insert_files(db: sqlite3.Connection, files: list[RawFile]) -> None:
    db.executemany(
        "INSERT OR IGNORE INTO files (name, sha256, stored, kind) VALUES (?, ?, ?, ?)",
        [(file.name, file.sha256, file.stored, file.kind) for file in files],
    )


def list_chunks(path: Path, query: str, number: int) -> list[Chunk]:
    """List what a search has asked for so far and got, a line a page."""
    return _records(path, Chunk, "pages WHERE query = ? AND number = ? ORDER BY rowid", query, number)


def record_search(path: Path, search: Search, tombstones: Sequence[Tombstone] = ()) -> None:
    """Note that a search is complete, and what is gone; it takes the place of the one before. What came is back."""
    with _writing(path) as db:
        db.execute(
            "INSERT INTO searches VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (query) DO UPDATE SET number = excluded.number,"
            " day = excluded.day, most = excluded.most, total = excluded.total, translation = excluded.translation,"
            " hits = excluded.hits, withdrawn = excluded.withdrawn",
            (search.query, search.number, search.day.isoformat(), search.most, search.total, search.translation,
             _pack(search.hits), _pack(search.withdrawn)),
        )  # fmt: skip
        anew = (search.hits - search.withdrawn).union(one.pmid for one in tombstones)
        db.executemany("DELETE FROM tombstones WHERE pmid = ?", [(pmid,) for pmid in anew])
        db.executemany(
            "INSERT INTO tombstones VALUES (?, ?, ?, ?)",
            [(one.pmid, one.arrival, one.day.isoformat(), one.reason) for one in tombstones],
        )


def list_searches(path: Path) -> list[Search]:
    """List the complete searches, in the order in which each query was first asked."""
    return _records(path, Search, "searches ORDER BY rowid")


def list_tombstones(path: Path) -> list[Tombstone]:
    """List what is gone, in the order in which it was noticed."""
    return _records(path, Tombstone, "tombstones ORDER BY rowid")


def record_run(path: Path, *, verb: str, outcome: str, details: Mapping[str, object] | None = None) -> None:
    """Note that something was run; the only place where a clock is read, and no result depends on it."""
    with _writing(path) as db:
        db.execute(
            "INSERT INTO history (verb, outcome, details) VALUES (?, ?, ?)",
            (verb, outcome, json.dumps(details or {}, sort_keys=True)),
        )


def list_runs(path: Path, *, last: int = 10) -> list[tuple[str, str, str, dict[str, Any]]]:
    """List the latest runs, newest first: when (UTC), verb, outcome, counts."""
    rows = _read(path, "SELECT finished, verb, outcome, details FROM history ORDER BY seq DESC LIMIT ?", last)
    return [(when, verb, outcome, json.loads(details)) for when, verb, outcome, details in rows]


def record_held(path: Path, reasons: str | None) -> None:
    """Note why what a refresh brought may not be published yet; None: it may."""
    with _writing(path) as db:
        db.execute("DELETE FROM held")
        if reasons is not None:
            db.execute("INSERT INTO held VALUES (?)", (reasons,))


def read_held(path: Path) -> str | None:
    """Say why what a refresh brought may not be published yet; None if nothing is held back."""
    return next((reasons for (reasons,) in _read(path, "SELECT reasons FROM held")), None)
