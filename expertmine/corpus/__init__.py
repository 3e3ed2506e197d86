"""A corpus on disk: raw files, a journal, immutable generations of tables. The only room that touches the disk."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec
import pyarrow as pa

from expertmine.config import Config, checked
from expertmine.corpus import journal
from expertmine.corpus.generations import DRAFT, Manifest, Store, TableEntry, replace_file, writable
from expertmine.corpus.journal import Kind, RawFile
from expertmine.errors import ConfigError, DataError, LockedError
from expertmine.tables import table as declared

if TYPE_CHECKING:
    import pandas as pd

    from expertmine.tables import Frame

__all__ = ["Corpus", "Draft"]

FORMAT = 1


class Corpus:
    """A corpus folder. Opening reads nothing and writes nothing; the folder is made by the first write.

    Parameters
    ----------
    path
        The folder. It may not exist yet; if it exists it must be a corpus or empty.

    Raises
    ------
    DataError
        If the path is a file, or a folder with something else in it.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._store = Store(self.path)
        if self.path.exists() and not self.exists:
            if not self.path.is_dir():
                raise DataError(
                    f"'{self.path}' is a file, expected a corpus folder; `expertmine scan FILE` reads files"
                )
            if any(self.path.iterdir()):
                raise DataError(
                    f"'{self.path}' is not a corpus (it has no corpus.toml) and not empty; name another folder"
                )

    def __repr__(self) -> str:
        return f"Corpus('{self.path}')"

    @property
    def exists(self) -> bool:
        """Whether something was ever written to it."""
        return (self.path / "corpus.toml").is_file()

    @property
    def generation(self) -> str | None:
        """The published generation's name, e.g. '000012'."""
        return self._store.current()

    @property
    def manifest(self) -> Manifest:
        """What the published generation holds."""
        return self._store.manifest(self.generation)

    @property
    def config(self) -> Config:
        """The settings of the last run."""
        return checked(self._recorded().get("settings", {}), where=str(self.path / "corpus.toml"))

    @property
    def queries(self) -> list[str]:
        """What was asked of PubMed, in order."""
        return list(self._recorded().get("queries", []))

    def table(self, name: str) -> pa.Table:
        """Read one table of the published generation.

        Raises
        ------
        ConfigError
            If no table has that name, or this corpus does not have it yet.
        """
        return self.tables(name)[name]

    def tables(self, *names: str) -> dict[str, pa.Table]:
        """Read several tables of one and the same generation, though another be published meanwhile."""
        for name in names:
            declared(name)
        try:
            return self._read(names)
        except FileNotFoundError:  # pruned between naming and opening: the newer one is there by now
            pass
        try:
            return self._read(names)
        except FileNotFoundError as error:
            raise DataError(f"'{error}' is gone; restore it from a backup or rebuild the corpus") from error

    def frame(self, name: str) -> pd.DataFrame:
        """Read one table of the published generation as pandas."""
        return cast("pd.DataFrame", self.table(name).to_pandas())

    def raw_files(self) -> list[RawFile]:
        """List the files the sources sent, in order of arrival."""
        return journal.list_files(self.path / "state.sqlite")

    def read_raw(self, file: RawFile) -> bytes:
        """Read a raw file; its content must still be what arrived.

        Raises
        ------
        DataError
            If the file was changed or is gone.
        """
        path = self.path / "raw" / file.stored
        data = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(data).hexdigest() != file.sha256:
            raise DataError(f"'{path}' is gone or was changed since it arrived; restore it from a backup")
        return data

    def runs(self) -> list[tuple[str, ...]]:
        """List the latest runs: when (UTC), verb, outcome."""
        return journal.list_runs(self.path / "state.sqlite")

    @contextmanager
    def writing(self) -> Iterator[Draft]:
        """Hold the corpus for writing; what the block puts into the draft is seen by nobody until published.

        Raises
        ------
        LockedError
            If another process is writing this corpus.
        """
        from filelock import FileLock, Timeout

        with writable(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / "write.lock")
            try:
                lock.acquire(timeout=0)
            except Timeout as error:
                raise LockedError(f"another process is writing '{self.path}'; wait until it has finished") from error
        try:
            if not self.exists:
                self._record({})
            yield Draft(self, self._store)
        finally:
            lock.release()

    def _read(self, names: Iterable[str]) -> dict[str, pa.Table]:
        generation = self.generation
        held = self._store.manifest(generation).tables
        for name in names:
            if name not in held:
                raise ConfigError(self._lacks(name))
        return {name: self._store.read(cast("str", generation), name) for name in names}

    def _lacks(self, name: str) -> str:
        if not self.exists:
            return f"there is no corpus at '{self.path}' yet; make one with `expertmine add` or `expertmine fetch`"
        if not self.manifest.tables:
            return f"{self!r} holds no articles yet; `expertmine add` files to it or `expertmine fetch` a query"
        return f"{self!r} has no table '{name}' yet; run it until '{name}' (`expertmine run {self.path}`)"

    def _recorded(self) -> dict[str, Any]:
        try:
            return tomllib.loads((self.path / "corpus.toml").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DataError(f"'{self.path / 'corpus.toml'}' is damaged ({error}); correct it by hand") from error

    def _record(self, news: dict[str, Any]) -> None:
        import tomli_w

        data = {"format": FORMAT, **self._recorded(), **news}
        with writable(self.path):
            replace_file(self.path / "corpus.toml", tomli_w.dumps(data).encode())


class Draft:
    """The next generation while it is being written: what is put here survives a kill and is taken up again."""

    def __init__(self, corpus: Corpus, store: Store) -> None:
        self._corpus = corpus
        self._store = store
        self._published = corpus.manifest
        self._kept = store.manifest(DRAFT)  # what an interrupted run had finished
        self._tables = dict(self._published.tables)
        self._stages = dict(self._published.stages)

    def table(self, name: str) -> pa.Table:
        """Read a table as the draft has it."""
        entry = self._tables.get(name)
        if entry is None:
            raise ConfigError(self._corpus._lacks(name))
        where = DRAFT if self._kept.tables.get(name) == entry else self._corpus.generation
        return self._store.read(cast("str", where), name)

    def entry(self, name: str) -> TableEntry | None:
        """Say what the draft has of that name."""
        return self._tables.get(name)

    def put(self, name: str, data: Frame, *, origin: str = "computed") -> None:
        """Check a table against its declaration and put it into the draft."""
        checked_data = declared(name).arrow(data)
        with writable(self._corpus.path):
            entry = msgspec.structs.replace(self._store.write(name, checked_data), origin=origin)
        self._tables[name] = entry
        self._keep(tables={name: entry})

    def begin(self, stage: str, *, writes: Iterable[str]) -> None:
        """Forget what an interrupted run had of a stage, so that no mixture of old and new can be taken for whole."""
        if stage in self._kept.stages or any(name in self._kept.tables for name in writes):
            tables = {name: entry for name, entry in self._kept.tables.items() if name not in set(writes)}
            stages = {name: fingerprint for name, fingerprint in self._kept.stages.items() if name != stage}
            self._kept = Manifest(tables=tables, stages=stages)
            self._keep()

    def finish(self, stage: str, *, fingerprint: str) -> None:
        """Note that a stage's tables are all there and what they were made from."""
        self._stages[stage] = fingerprint
        self._keep(stages={stage: fingerprint})

    def reuse(self, stage: str, *, fingerprint: str, writes: Iterable[str]) -> bool:
        """Take a stage's tables from the published generation or from an interrupted run, if made from the same."""
        for manifest in (self._published, self._kept):
            if manifest.stages.get(stage) == fingerprint and all(name in manifest.tables for name in writes):
                self._stages[stage] = fingerprint
                self._tables.update({name: manifest.tables[name] for name in writes})
                return True
        return False

    def add_raw(self, files: Iterable[tuple[str, bytes]], *, kind: Kind) -> list[RawFile]:
        """Keep files as the source sent them; return those that were new."""
        known = {file.sha256 for file in self._corpus.raw_files()}
        new: list[RawFile] = []
        with writable(self._corpus.path):
            (self._corpus.path / "raw").mkdir(exist_ok=True)
            for name, data in files:
                digest = hashlib.sha256(data).hexdigest()
                if digest not in known:
                    known.add(digest)
                    stored = f"{digest[:12]}-{re.sub(r'[^A-Za-z0-9._-]', '_', Path(name).name)[-80:]}"
                    replace_file(self._corpus.path / "raw" / stored, data)
                    new.append(RawFile(name=name, sha256=digest, stored=stored, kind=kind))
            journal.record_files(self._corpus.path / "state.sqlite", new)
        return new

    def record(self, **news: Any) -> None:  # noqa: ANN401 - TOML values
        """Record in corpus.toml what was asked for; unchanged values write nothing."""
        if any(self._corpus._recorded().get(key) != value for key, value in news.items()):
            self._corpus._record(news)

    def publish(self, *, verb: str) -> str | None:
        """Publish the draft as the next generation, unless it equals the published one (then nothing is written)."""
        manifest = Manifest(tables=self._tables, stages=self._stages)
        if manifest == self._published:
            return self._corpus.generation
        with writable(self._corpus.path):
            name = self._store.publish(manifest)
            journal.record_run(self._corpus.path / "state.sqlite", verb=verb, outcome=f"published {name}")
        self._published, self._kept = manifest, Manifest()
        return name

    def _keep(self, *, tables: dict[str, TableEntry] | None = None, stages: dict[str, str] | None = None) -> None:
        self._kept = Manifest(
            tables={**self._kept.tables, **(tables or {})}, stages={**self._kept.stages, **(stages or {})}
        )
        with writable(self._corpus.path):
            self._store.write_manifest(self._kept)
