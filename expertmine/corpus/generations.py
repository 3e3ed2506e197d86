"""Generations: immutable folders of tables, written aside, fsynced, renamed: whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
import pyarrow as pa

from expertmine.errors import DataError
from expertmine.tables import TABLES

DRAFT = "next"
FORMAT = 1
"""Of what a generation holds; a program that knows another one refuses it."""
KEPT = 3
"""Generations that stay on disk: the published one and two before it, for readers that opened them."""


class TableEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What the manifest says of one table."""

    sha256: str
    rows: int
    origin: Literal["source", "computed", "given"]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation holds: its tables by content, its stages by fingerprint. No clock, no machine."""

    format: int = FORMAT
    tables: dict[str, TableEntry] = msgspec.field(default_factory=dict)
    stages: dict[str, str] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Store:
    """The folder generations/ with the file CURRENT beside it."""

    root: Path

    @property
    def folder(self) -> Path:
        """Where the generations lie."""
        return self.root / "generations"

    def current(self) -> str | None:
        """Name the published generation, or None before the first."""
        path = self.root / "CURRENT"
        try:
            with readable(path):
                return path.read_text(encoding="ascii").strip() or None
        except FileNotFoundError:
            return None

    def manifest(self, generation: str | None) -> Manifest:
        """Read what a generation holds; an empty manifest if there is none."""
        path = self.folder / (generation or "") / "manifest.json"
        if generation is None:
            return Manifest()
        try:
            with readable(path):
                manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
        except FileNotFoundError:
            return Manifest()
        except msgspec.DecodeError as error:
            raise DataError(f"'{path}' is damaged ({error}); restore it from a backup or rebuild the corpus") from error
        if manifest.format != FORMAT:
            raise DataError(f"'{path}' is of format {manifest.format}, expected {FORMAT}; install a newer expertmine")
        return manifest

    def read(self, generation: str, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Read one table of one generation, or some of its columns, into memory."""
        import pyarrow.parquet as pq

        path = _find(self.folder / generation, name)
        try:
            table: pa.Table = pq.read_table(
                path, columns=list(columns) if columns else None, use_threads=False, page_checksum_verification=True
            )
        except FileNotFoundError:
            raise
        except (pa.ArrowException, OSError) as error:
            raise DataError(f"'{path}' is damaged ({error}); restore it from a backup or rebuild the corpus") from error
        return table

    def write(self, name: str, data: pa.Table) -> TableEntry:
        """Write a table into the draft; the entry goes into the manifest only once the file is whole."""
        import pyarrow.parquet as pq

        target = self.folder / DRAFT / _file(name)
        _make_home(target)
        aside = target.with_suffix(".tmp")
        vectors = any(pa.types.is_fixed_size_list(kind) for kind in data.schema.types)
        pq.write_table(
            data,
            aside,
            compression="zstd",
            store_schema=True,
            row_group_size=131_072,
            write_page_checksum=True,
            use_dictionary=not vectors,  # numbers hardly come again: they are read three times as fast
        )
        sync_path(aside)
        aside.replace(target)
        return TableEntry(sha256=file_hash(target), rows=data.num_rows, origin="computed")

    def write_manifest(self, manifest: Manifest) -> None:
        """Replace the draft's manifest."""
        self.folder.joinpath(DRAFT).mkdir(parents=True, exist_ok=True)
        data = msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=2)
        replace_file(self.folder / DRAFT / "manifest.json", data)

    def publish(self, manifest: Manifest) -> str:
        """Turn the draft into the next generation; tables it does not hold come from the published one, as links.

        Raises
        ------
        DataError
            If the draft has lost a table that the published generation does not have; the draft is given up.
        """
        draft, published = self.folder / DRAFT, self.current()
        self._remove_unpublished(published)
        held = self.manifest(published).tables
        for name, entry in manifest.tables.items():
            target = draft / _file(name)
            if not target.exists() or file_hash(target) != entry.sha256:
                if name not in held or held[name].sha256 != entry.sha256:
                    self.discard()
                    raise DataError(f"'{target}' is gone or damaged; run the same command again: it is made anew")
                target.unlink(missing_ok=True)
                _make_home(target)
                _link(_find(self.folder / str(published), name), target)
        self.write_manifest(manifest)  # only now: it must not name what is not here
        wanted = {draft / "manifest.json", *(draft / _file(name) for name in manifest.tables)}
        for stray in {path for path in draft.rglob("*") if path.is_file()} - wanted:
            stray.unlink()
        number = 1 + max((int(folder.name) for folder in self.generations()), default=0)
        sync_path(draft)
        draft.rename(self.folder / f"{number:06d}")
        sync_path(self.folder)
        replace_file(self.root / "CURRENT", f"{number:06d}\n".encode("ascii"))
        self.prune(keep=KEPT)
        return f"{number:06d}"

    def _remove_unpublished(self, published: str | None) -> None:
        """Remove what a kill left between its renaming and its publication: nobody has ever seen it."""
        for folder in self.generations():
            if published is not None and folder.name > published:
                _remove(folder)

    def generations(self) -> list[Path]:
        """List the whole generations on disk, oldest first."""
        return sorted(folder for folder in self.folder.glob("[0-9]*") if folder.name.isdigit())

    def copies(self, name: str) -> Iterator[pa.Table]:
        """Read a table of every generation that has it: published, older, left by a kill, or the draft."""
        for folder in sorted(self.folder.glob("*")):
            if _find(folder, name).exists():
                yield self.read(folder.name, name)

    def discard(self) -> None:
        """Remove the draft."""
        _remove(self.folder / DRAFT)

    def prune(self, *, keep: int) -> None:
        """Remove generations until so many are left: the published one and the latest of the others."""
        others = [folder for folder in self.generations() if folder.name != self.current()]
        for folder in others[: max(0, len(others) + 1 - keep)]:
            _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a generation; what raters typed goes last: after a kill it is found while anything made of it is left."""
    for table in sorted(folder.rglob("*.parquet"), key=lambda path: path.stem == "ballots"):
        with suppress(OSError):
            table.unlink()
    shutil.rmtree(folder, ignore_errors=True)


def _file(name: str) -> str:
    """Say where a table lies in its generation; what raters said lies apart."""
    return f"{'private/' if name in TABLES and TABLES[name].private else ''}{name}.parquet"


def _find(generation: Path, name: str) -> Path:
    """Say where a table of a generation is: older generations had all in one folder."""
    path = generation / _file(name)
    return path if path.exists() else generation / f"{name}.parquet"


def _make_home(target: Path) -> None:
    """Make the folder of a file in the draft, closed to others if it is the private one."""
    target.parent.parent.mkdir(parents=True, exist_ok=True)
    target.parent.mkdir(exist_ok=True, mode=0o700 if target.parent.name == "private" else 0o777)


def file_hash(path: Path) -> str:
    """Hash a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def bytes_hash(data: bytes) -> str:
    """Hash bytes as a file that holds them is hashed."""
    return hashlib.sha256(data).hexdigest()


def replace_file(path: Path, data: bytes) -> None:
    """Replace a small file so that a reader, or a crash, sees the old or the new one and nothing between."""
    aside = path.with_name(path.name + ".tmp")
    try:
        aside.write_bytes(data)
        sync_path(aside)
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)  # what a full disk took of it
        raise
    sync_path(path.parent)


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into an error that names the file and the remedy; to be missing is no fault."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DataError(
            f"cannot read '{path}': {error.strerror or error}; check who may read it, and the disk"
        ) from error


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into an error that names the folder and the remedy."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        found = getattr(error, "strerror", None) or error
        raise DataError(
            f"cannot write in '{path}': {found}; check that the folder is writable, the disk not full, or choose"
            " another folder"
        ) from error


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # some filesystems know no hard links
        shutil.copy2(source, target)


def sync_path(path: Path) -> None:
    """Wait until the disk has the file, or the folder's names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
