"""The next generation while it is being written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa

from expertmine.corpus import journal
from expertmine.corpus.disk import bytes_hash, make_home, replace_file, writable
from expertmine.corpus.generations import DRAFT, Made, Manifest, Store, TableEntry, find_table
from expertmine.corpus.journal import Chunk, Kind, RawFile, Search, Tombstone
from expertmine.errors import ConfigError, DataError
from expertmine.tables import table as declared

if TYPE_CHECKING:
    from expertmine.corpus import Corpus
    from expertmine.tables import Frame


class Draft:
    """The next generation while it is being written: what is put here survives a kill and is taken up again."""

    def __init__(self, corpus: Corpus, store: Store) -> None:
        self._corpus = corpus
        self._store = store
        self._published = corpus.manifest
        self._kept = store.manifest(DRAFT)  # what an interrupted run had finished
        self._tables = dict(self._published.tables)
        self._stages = dict(self._published.stages)
        for name in self._tables:
            if not (path := find_table(store.folder / str(corpus.generation), name)).exists():
                raise DataError(f"'{path}' is gone; restore it from a backup or rebuild the corpus")

    def table(self, name: str) -> pa.Table:
        """Read a table as the draft has it."""
        entry = self._tables.get(name)
        if entry is None:
            raise ConfigError(self._corpus._lacks(name))
        if self._kept.tables.get(name) != entry:
            return self._read_published(name, entry)
        try:
            return self._store.read(DRAFT, name)
        except (DataError, FileNotFoundError) as error:
            self._store.discard()
            raise DataError(f"the draft has lost '{name}' ({error}); run the same command again") from error

    def published(self, name: str) -> pa.Table | None:
        """Read a table as it was computed for the published generation; None if it has none, or one that was given."""
        entry = self._published.tables.get(name)
        if entry is None or entry.origin == "given":
            return None
        return self._read_published(name, entry)

    def _read_published(self, name: str, entry: TableEntry) -> pa.Table:
        generation = cast("str", self._corpus.generation)
        self._store.verify(generation, name, entry)
        return self._store.read(generation, name)

    def made_from(self, stage: str) -> str:
        """Return the fingerprint by which a stage's published tables were made."""
        return self._published.stages.get(stage, "")

    def entry(self, name: str) -> TableEntry | None:
        """Say what the draft has of that name."""
        return self._tables.get(name)

    def was_given(self, name: str) -> bool:
        """Say whether somebody handed in the table that the draft has of that name."""
        return name in self._tables and self._tables[name].origin == "given"

    def put(self, name: str, data: Frame, *, origin: Made = "computed") -> None:
        """Check a table against its declaration and put it into the draft."""
        checked_data = declared(name).arrow(data)
        with writable(self._corpus.path):
            entry = self._store.write(name, checked_data, origin=origin)
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

    def drop(self, *, tables: Iterable[str], stages: Iterable[str]) -> None:
        """Leave computed tables out of the next generation, and the fingerprints of these stages."""
        for name in tables:
            if not self.was_given(name):
                self._tables.pop(name, None)
        for name in stages:
            self._stages.pop(name, None)

    def keep_file(self, name: str, data: bytes, *, kind: Kind) -> None:
        """Keep a file as the source sent it; one that is known changes nothing."""
        file = self._store_raw(name, data, kind)
        journal.record_files(self._corpus._journal, [file])

    def forget_file(self, old: RawFile, data: bytes | None) -> None:
        """Put what may stay of a raw file in its place, or remove it; all other raw files are kept as sent."""
        new = self._store_raw(old.name, data, old.kind) if data is not None else None
        with writable(self._corpus.path):
            journal.replace_record(self._corpus._journal, old.sha256, new)
            if new is None or new.stored != old.stored:
                self._corpus.where(old).unlink(missing_ok=True)

    def copies(self, name: str) -> Iterator[pa.Table]:
        """Read a table of every generation on disk, of those that were never published too."""
        return self._store.copies(name)

    def purge(self) -> None:
        """Remove all that may still hold what was forgotten: other generations, the draft, files not in the journal."""
        held = {self._corpus.where(file) for file in self._corpus.raw_files()}
        with writable(self._corpus.path):
            for stray in set((self._corpus.path / "private").glob("*")) - held:
                stray.unlink()
            self._store.discard()
            self._store.prune(keep=1)

    def keep_chunk(self, query: str, number: int, pages: Iterable[tuple[str, bytes]], *, chunk: Chunk) -> None:
        """Keep the pages that came for a chunk of a search: all of them or, if interrupted, none."""
        files = [self._store_raw(name, data, "records") for name, data in pages]
        journal.record_chunk(self._corpus._journal, query, number, files, chunk=chunk)

    def close_search(self, search: Search, tombstones: Sequence[Tombstone] = ()) -> None:
        """Note that a search is complete and what it no longer finds; only now its watermark moves."""
        if search.query not in self._corpus.queries:  # first: killed in between, a refresh asks for what is held
            self.record(queries=[*self._corpus.queries, search.query])
        journal.record_search(self._corpus._journal, search, tombstones)

    def _store_raw(self, name: str, data: bytes, kind: Kind) -> RawFile:
        """Write the bytes; they have not come before the journal says so."""
        digest = bytes_hash(data)
        stored = f"{digest[:12]}-{re.sub(r'[^A-Za-z0-9._-]', '_', Path(name).name)[-80:]}"
        file = RawFile(name, digest, stored, kind)
        target = self._corpus.path / file.path
        with writable(self._corpus.path):
            make_home(target)
            replace_file(target, data)
        return file

    def record(self, **news: Any) -> None:  # noqa: ANN401 - TOML values
        """Record in corpus.toml what was asked for; unchanged values write nothing."""
        if any(self._corpus._recorded().get(key) != value for key, value in news.items()):
            self._corpus._record(news)

    @property
    def changed(self) -> bool:
        """Whether the draft differs from what is published."""
        return Manifest(tables=self._tables, stages=self._stages) != self._published

    def publish(self, *, verb: str, details: Mapping[str, object] | None = None) -> str | None:
        """Publish the draft as the next generation, unless it equals the published one (then nothing is written)."""
        manifest = Manifest(tables=self._tables, stages=self._stages)
        if manifest == self._published:
            return self._corpus.generation
        with writable(self._corpus.path):
            name = self._store.publish(manifest)
        self.note(verb=verb, outcome=f"published {name}", details=details)
        self._published, self._kept = manifest, Manifest()
        return name

    def hold_back(self, reasons: str | None) -> None:
        """Remember, over kills too, why what a refresh brought may not be published yet; None: it may."""
        if reasons != self._corpus.held_back:
            journal.record_held(self._corpus._journal, reasons)

    def note(self, *, verb: str, outcome: str, details: Mapping[str, object] | None = None) -> None:
        """Write a line into the corpus's history."""
        journal.record_run(self._corpus._journal, verb=verb, outcome=outcome, details=details)

    def _keep(self, *, tables: dict[str, TableEntry] | None = None, stages: dict[str, str] | None = None) -> None:
        self._kept = Manifest(
            tables={**self._kept.tables, **(tables or {})}, stages={**self._kept.stages, **(stages or {})}
        )
        with writable(self._corpus.path):
            self._store.write_manifest(self._kept)
