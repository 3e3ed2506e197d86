"""Generations: immutable folders of tables, written aside, fsynced, renamed: whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
import pyarrow as pa

from expertmine.corpus.disk import file_hash, link_file, make_home, readable, replace_file, replacing, sync_path
from expertmine.errors import DataError
from expertmine.tables import TABLES

DRAFT = "next"
FORMAT = 1
"""Of what a generation holds; a program that knows another one refuses it."""
KEPT = 3
"""Generations that stay on disk: the published one and two before it, for readers that opened them."""


Made: TypeAlias = Literal["source", "computed", "given"]
"""Where a table comes from: raw files, a stage, or somebody who handed it in."""


class TableEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What the manifest says of one table."""

    sha256: str
    rows: int
    origin: Made


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
                name = path.read_bytes().strip()
        except FileNotFoundError:
            return None
        if not name.isdigit():
            raise DataError(f"'{path}' is damaged; {self.remedy()}")
        return name.decode()

    def published(self) -> tuple[str | None, Manifest]:
        """Name the published generation and read what it holds, though others be published meanwhile."""
        name = self.current()
        held = self.manifest(name)
        if name is None or held != Manifest():
            return name, held
        if name == self.current():
            raise DataError(f"'{self.root / 'CURRENT'}' names generation {name}, which is not there; {self.remedy()}")
        return self.published()

    def remedy(self) -> str:
        """Say what to do where CURRENT names no generation."""
        whole = ", ".join(path.parent.name for path in sorted(self.folder.glob("[0-9]*/manifest.json"))) or "none"
        return f"restore the corpus from a backup, or write into CURRENT a generation that is there ({whole})"

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

        path = find_table(self.folder / generation, name)
        try:
            table: pa.Table = pq.read_table(
                path, columns=list(columns) if columns else None, use_threads=False, page_checksum_verification=True
            )
        except FileNotFoundError:
            raise
        except (pa.ArrowException, OSError) as error:
            raise DataError(f"'{path}' is damaged ({error}); restore it from a backup or rebuild the corpus") from error
        return table

    def verify(self, generation: str, name: str, entry: TableEntry) -> Path:
        """Say where a table lies, if it is the one that the manifest names; what is built on it would be wrong, too."""
        path = find_table(self.folder / generation, name)
        with readable(path):
            if not path.is_file() or file_hash(path) != entry.sha256:
                raise DataError(f"'{path}' is gone or damaged; restore it from a backup or rebuild the corpus")
        return path

    def write(self, name: str, data: pa.Table, *, origin: Made) -> TableEntry:
        """Write a table into the draft; the entry goes into the manifest only once the file is whole."""
        import pyarrow.parquet as pq

        target = self.folder / DRAFT / _file(name)
        make_home(target)
        vectors = any(pa.types.is_fixed_size_list(kind) for kind in data.schema.types)
        with replacing(target) as aside:
            pq.write_table(
                data,
                aside,
                compression="zstd",
                row_group_size=131_072,
                write_page_checksum=True,
                use_dictionary=not vectors,  # numbers hardly come again: they are read three times as fast
            )
        return TableEntry(sha256=file_hash(target), rows=data.num_rows, origin=origin)

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
                make_home(target)
                link_file(self.verify(str(published), name, entry), target)
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
            if find_table(folder, name).exists():
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


def find_table(generation: Path, name: str) -> Path:
    """Say where a table of a generation is: older generations had all in one folder."""
    path = generation / _file(name)
    return path if path.exists() else generation / f"{name}.parquet"
