"""The two generations to compare, read with as little in memory as the comparison needs."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from expertmine.changes.links import COMPARED, LARGE
from expertmine.changes.records import lost_papers
from expertmine.corpus import Corpus
from expertmine.corpus.generations import Store
from expertmine.errors import ConfigError
from expertmine.tables import TABLES

RESULTS = ("topics", "persons", "scores", "influencers")


def read_generations(corpus: Corpus, since: str | None) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    """Return the tables of the earlier and of the published generation; a table that did not change is read once."""
    store = Store(corpus.path)
    published = store.current()
    if published is None:
        raise ConfigError(f"{corpus!r} holds nothing yet; `expertmine add` files to it or `expertmine fetch` a query")
    earlier = _earlier(store, published, since)
    try:
        return _read(store, earlier, published)
    except FileNotFoundError as error:  # pruned while being read
        raise ConfigError(_not_there(store, earlier)) from error


def _read(store: Store, earlier: str, published: str) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    old, new = store.manifest(earlier).tables, store.manifest(published).tables
    before = {name: _table(store, earlier, name) for name in _small(old)}
    after = {
        name: before[name] if name in old and old[name].sha256 == new[name].sha256 else _table(store, published, name)
        for name in _small(new)
    }
    if LARGE in old and LARGE in new:
        before[LARGE] = after[LARGE] = TABLES[LARGE].empty()
        lost = lost_papers(before["articles"], after["articles"])
        if len(lost):
            rows = _table(store, earlier, LARGE)
            before[LARGE] = rows.filter(pc.is_in(rows["pmid"], value_set=lost))
    return before, after


def _small(held: Iterable[str]) -> list[str]:
    return [name for name in held if name in COMPARED and name != LARGE]


def _table(store: Store, generation: str, name: str) -> pa.Table:
    return store.read(generation, name, COMPARED[name] or None)


def _earlier(store: Store, published: str, since: str | None) -> str:
    """Name the generation to compare with: the one asked for, or the last before the published one that was run."""
    older = [folder.name for folder in store.generations() if folder.name < published]
    if since is not None and since.isdecimal():  # 12 is 000012
        since = since.zfill(len(published))
    if since is not None and since not in older:
        raise ConfigError(_not_there(store, since))
    if not older:
        raise ConfigError(f"'{store.root}' has one generation only, {published}: there is nothing to compare it with")
    return since or next((name for name, last in _pairs(older) if _was_run(store, name, last)), older[0])


def _pairs(older: list[str]) -> list[tuple[str, str]]:
    """Pair each generation but the first with the one before it, newest first."""
    return list(zip(older[:0:-1], older[-2::-1], strict=True))


def _was_run(store: Store, name: str, last: str) -> bool:
    """Say whether a generation has results of its own, or those of the one before it beside new records."""
    results, before = (
        {table: entry.sha256 for table, entry in store.manifest(one).tables.items() if table in RESULTS}
        for one in (name, last)
    )
    return results != before or not results


def _not_there(store: Store, name: str) -> str:
    there = ", ".join(folder.name for folder in store.generations())
    return f"generation '{name}' of '{store.root}' is not on disk or not older than the published one (there: {there})"
