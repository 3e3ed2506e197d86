"""A corpus on disk: raw files, a journal, immutable generations of tables. The only room that touches the disk."""

from __future__ import annotations

import copy
import shutil
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa

from expertmine.config import Config, checked, checked_record
from expertmine.corpus import journal
from expertmine.corpus.disk import bytes_hash, folder_path, readable, replace_file, writable
from expertmine.corpus.draft import Draft
from expertmine.corpus.generations import Manifest, Store
from expertmine.corpus.journal import Chunk, Kind, RawFile, Search, Tombstone
from expertmine.corpus.parsed import ParsedFiles
from expertmine.errors import ConfigError, DataError, LockedError, did_you_mean
from expertmine.tables import table as declared

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Corpus", "Draft", "ParsedFiles"]

_BEFORE_THE_FIRST_WRITE = {"write.lock", "corpus.toml.tmp"}
"""What a kill may leave in a folder that was to become a corpus."""
_PARTS = ("generations", "raw", "private", "parsed", "state.sqlite", "corpus.toml", "write.lock")
"""What the first writing may have made; what somebody else put beside it stays."""


class Corpus:
    """A corpus folder. Opening reads nothing and writes nothing; the folder is made by the first write.

    Parameters
    ----------
    path
        The folder. It may not exist yet; if it exists it must be a corpus or empty.

    Raises
    ------
    ConfigError
        If the path is empty or none.
    DataError
        If the path is a file, or a folder with something else in it.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = folder_path(path)
        self._journal = self.path / "state.sqlite"
        self._store = Store(self.path)
        self._pin: tuple[str | None, Manifest] | None = None
        with readable(self.path):
            if self.path.exists() and not self.exists:
                self._refuse_other()

    @classmethod
    def from_frame(cls, path: str | Path, frame: pd.DataFrame | pa.Table) -> Corpus:
        """Make a corpus of records of your own, one a row; more can be added, by files or frames.

        Parameters
        ----------
        path
            The folder; if it holds a corpus already, the records are added to it.
        frame
            Columns: `pmid` (a number of the record's own), `title`, `abstract`, `authors` (a list of 'Last FM',
            'Last, Fore', 'Fore Last' or {last, fore, initials, suffix, orcid, affiliations}; or text as PubMed writes
            it), `date` or `year`, `journal`, `issn`, `types`, `mesh`, `keywords`, `languages`, `doi`, `cited`; all but
            `pmid` may be missing.

        Raises
        ------
        DataError
            If the frame is empty, has no `pmid` or an unknown column. A bad row becomes a row of `rejects`.
        """
        from expertmine.acquire import add

        corpus = cls(path)
        add(corpus, frame)
        return corpus

    def __repr__(self) -> str:
        return f"Corpus('{self.path}')"

    @property
    def exists(self) -> bool:
        """Whether something was ever written to it."""
        return (self.path / "corpus.toml").is_file()

    @property
    def generation(self) -> str | None:
        """The published generation's name, e.g. '000012'."""
        return self._pin[0] if self._pin else self._store.current()

    @property
    def manifest(self) -> Manifest:
        """What the published generation holds."""
        return self._pin[1] if self._pin else self._published()[1]

    def pinned(self) -> Corpus:
        """Return this corpus for reading as it is now: a publish changes none of its tables any more.

        Every answer reads from one, so that it is of one generation. That one is kept until three newer ones are there.
        """
        pinned = self if self._pin else copy.copy(self)
        pinned._pin = self._pin or self._published()
        return pinned

    @property
    def config(self) -> Config:
        """The settings of the last run."""
        return checked(self._recorded().get("settings", {}), where=str(self.path / "corpus.toml"))

    @property
    def queries(self) -> list[str]:
        """What was asked of PubMed, in order."""
        queries = self._recorded().get("queries", [])
        if not (isinstance(queries, list) and all(isinstance(query, str) for query in queries)):
            raise DataError(f"'queries' in '{self.path / 'corpus.toml'}' is no list of texts; correct it by hand")
        return queries

    @property
    def held_back(self) -> str | None:
        """Why what a refresh brought is not published yet; None if nothing waits."""
        return journal.read_held(self._journal)

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Read one table of the published generation, or some of its columns.

        Raises
        ------
        ConfigError
            If no table has that name or no column that one, or this corpus does not have the table yet.
        """
        return self._tables({name: [columns] if isinstance(columns, str) else columns})[name]

    def tables(self, *names: str) -> dict[str, pa.Table]:
        """Read several tables of one and the same generation, though another be published meanwhile."""
        return self._tables(dict.fromkeys(names))

    def _tables(self, wanted: Mapping[str, Sequence[str] | None]) -> dict[str, pa.Table]:
        for name, columns in wanted.items():
            known = declared(name).schema.names
            for column in set(columns or ()) - set(known):
                raise ConfigError(f"table '{name}' has no column '{column}'{did_you_mean(column, known)}")
        pinned = self.pinned()
        try:
            return pinned._read(wanted)
        except FileNotFoundError as error:
            if pinned.generation == self._store.current():
                raise DataError(f"'{error}' is gone; restore it from a backup or rebuild the corpus") from error
            if pinned is self:
                raise DataError(
                    f"generation {self.generation} of '{self.path}' gave way to newer ones while it was read; ask again"
                ) from error
        return self._tables(wanted)  # pruned between naming and opening: the newer one is there by now

    def frame(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Read one table of the published generation, or some of its columns, as pandas."""
        return cast("pd.DataFrame", self.table(name, columns).to_pandas())

    def raw_files(self, kind: Kind | None = None) -> list[RawFile]:
        """List the files the sources sent, or those of one kind, in order of arrival."""
        return [file for file in journal.list_files(self._journal) if kind in (None, file.kind)]

    def read_raw(self, file: RawFile) -> bytes:
        """Read a raw file; its content must still be what arrived.

        Raises
        ------
        DataError
            If the file was changed or is gone.
        """
        path = self.where(file)
        with readable(path):
            data = path.read_bytes() if path.is_file() else b""
        if bytes_hash(data) != file.sha256:
            raise DataError(f"'{path}' is gone or was changed since it arrived; restore it from a backup")
        return data

    def where(self, file: RawFile) -> Path:
        """Say where a raw file lies; older corpora kept surveys among the others."""
        path = self.path / file.path
        return path if path.exists() else self.path / "raw" / file.stored

    def searches(self) -> list[Search]:
        """List what was asked of PubMed and came: each query's last complete search."""
        return journal.list_searches(self._journal)

    def chunks(self, query: str, number: int) -> list[Chunk]:
        """List what a search in progress has asked for and got."""
        return journal.list_chunks(self._journal, query, number)

    def tombstones(self) -> list[Tombstone]:
        """List the records that a source no longer has or finds."""
        return journal.list_tombstones(self._journal)

    def runs(self, *, last: int = 10) -> list[tuple[str, str, str, dict[str, Any]]]:
        """List the latest runs, newest first: when (UTC), verb, outcome, counts."""
        return journal.list_runs(self._journal, last=last)

    @contextmanager
    def writing(self) -> Iterator[Draft]:
        """Hold the corpus for writing; what the block puts into the draft is seen by nobody until published.

        Raises
        ------
        DataError
            If the folder cannot be written, or the journal is lost that listed what its tables were made from.
        LockedError
            If another process is writing this corpus.
        """
        from filelock import FileLock, Timeout

        folder_is_new, corpus_is_new = not self.path.exists(), not self.exists
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
            self._refuse_lost_journal()
            yield Draft(self, self._store)
        except BaseException:
            if corpus_is_new and self.generation is None and not self.raw_files():
                self._remove_begun()
            raise
        finally:
            lock.release()
            if folder_is_new and not any(self.path.iterdir()):
                self.path.rmdir()

    def _published(self) -> tuple[str | None, Manifest]:
        found = self._store.published()
        if found[0] is None and (len(self._store.generations()) > 1 or journal.ever_published(self._journal)):
            raise DataError(f"'{self.path / 'CURRENT'}' is gone; {self._store.remedy()}")
        return found

    def _remove_begun(self) -> None:
        """Remove what was begun of a corpus that came to nothing: it would look like one, and hold nothing."""
        for name in _PARTS:
            if (path := self.path / name).is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def _refuse_other(self) -> None:
        """Refuse what is there and neither a corpus nor an empty folder."""
        if not self.path.is_dir():
            raise DataError(f"'{self.path}' is a file, expected a corpus folder; `expertmine scan FILE` reads files")
        if {path.name for path in self.path.iterdir()} - _BEFORE_THE_FIRST_WRITE:
            raise DataError(f"'{self.path}' is not a corpus (it has no corpus.toml) and not empty; name another folder")

    def _refuse_lost_journal(self) -> None:
        """Tables made anew from the files of an empty journal would take the place of all that was published."""
        made = any(entry.origin == "source" and entry.rows for entry in self.manifest.tables.values())
        if made and not journal.ever_held_files(self._journal):
            raise DataError(
                f"'{self._journal}' is gone or empty, though generation {self.generation} was made from files that it"
                f" listed; restore it from a backup, or add the files in '{self.path / 'raw'}' to a new corpus"
            )

    def _read(self, wanted: Mapping[str, Sequence[str] | None]) -> dict[str, pa.Table]:
        for name in wanted:
            if name not in self.manifest.tables:
                raise ConfigError(self._lacks(name))
        generation = cast("str", self.generation)
        return {name: self._store.read(generation, name, columns) for name, columns in wanted.items()}

    def _lacks(self, name: str) -> str:
        if not self.exists:
            return f"there is no corpus at '{self.path}' yet; make one with `expertmine add` or `expertmine fetch`"
        if not self.manifest.tables:
            return f"'{self.path}' holds no articles yet; `expertmine add` files to it or `expertmine fetch` a query"
        return f"'{self.path}' has no table '{name}' yet; run it until '{name}' (`expertmine run {self.path}`)"

    def _recorded(self) -> dict[str, Any]:
        path = self.path / "corpus.toml"
        try:
            with readable(path):
                recorded = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DataError(f"'{path}' is damaged ({error}); correct it by hand") from error
        return checked_record(recorded, where=str(path))

    def _record(self, news: dict[str, Any]) -> None:
        import tomli_w

        with writable(self.path):
            replace_file(self.path / "corpus.toml", tomli_w.dumps(self._recorded() | news).encode())
