"""The journal: which raw files the corpus holds, in order of arrival, and what was run when."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, cast

Kind: TypeAlias = Literal["records", "survey"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE,
  stored TEXT NOT NULL, kind TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS runs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, finished TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  verb TEXT NOT NULL, outcome TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file as the source sent it: its name there, the hash of its bytes, its name in raw/, what it holds."""

    name: str
    sha256: str
    stored: str
    kind: Kind


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.executescript(_SCHEMA)
        with connection:
            yield connection


def _read(path: Path, query: str, *values: int) -> list[tuple[str, ...]]:
    """Ask without writing, so that a corpus in a read-only place can be read."""
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
        return list(connection.execute(query, values))


def list_files(path: Path) -> list[RawFile]:
    """List the raw files in order of arrival; the later one wins where two hold the same record."""
    rows = _read(path, "SELECT name, sha256, stored, kind FROM files ORDER BY seq")
    return [RawFile(name, sha256, stored, cast("Kind", kind)) for name, sha256, stored, kind in rows]


def record_files(path: Path, files: list[RawFile]) -> None:
    """Note that these files arrived, all or none; one that is known already is left as it was."""
    with _writing(path) as db:
        db.executemany(
            "INSERT OR IGNORE INTO files (name, sha256, stored, kind) VALUES (?, ?, ?, ?)",
            [(file.name, file.sha256, file.stored, file.kind) for file in files],
        )


def record_run(path: Path, *, verb: str, outcome: str) -> None:
    """Note that something was run; the only place where a clock is read, and no result depends on it."""
    with _writing(path) as db:
        db.execute("INSERT INTO runs (verb, outcome) VALUES (?, ?)", (verb, outcome))


def list_runs(path: Path, *, last: int = 10) -> list[tuple[str, ...]]:
    """List the latest runs, newest first: when (UTC), verb, outcome."""
    return _read(path, "SELECT finished, verb, outcome FROM runs ORDER BY seq DESC LIMIT ?", last)
