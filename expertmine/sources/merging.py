"""Many files, one truth: the highest version of a record wins, then the last file; a deletion removes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from expertmine.sources.parsing import Parsed
from expertmine.tables import TABLES

Whole = NDArray[np.int64]


class Records(NamedTuple):
    """The literature as four declared tables, each sorted by its key."""

    articles: pa.Table
    mentions: pa.Table
    citations: pa.Table
    rejects: pa.Table


def merge_records(parts: Iterable[Parsed]) -> Records:
    """Return one record a PMID out of the parts of all files, in the order in which the files came.

    A record that came before a deletion of its PMID is gone; one that comes after it is back.
    """
    parts = list(parts)
    winners = _winners(parts)
    return Records(
        articles=_gather(parts, "articles", winners, "pmid"),
        mentions=_gather(parts, "mentions", winners, "pmid"),
        citations=_gather(parts, "citations", winners, "citing"),
        rejects=_last_words(parts),
    )


def _winners(parts: Sequence[Parsed]) -> list[Whole]:
    """Return, for each part, the PMIDs whose record is taken from it."""
    if not parts:
        return []
    pmid: Whole = np.concatenate([part.articles["pmid"].to_numpy() for part in parts])
    version: Whole = np.concatenate([part.articles["version"].to_numpy() for part in parts])
    origin = np.repeat(np.arange(len(parts)), [part.articles.num_rows for part in parts])
    alive = origin >= _deleted_in(parts, pmid)
    pmid, version, origin = pmid[alive], version[alive], origin[alive]
    order = np.lexsort((origin, version, pmid))
    ordered = pmid[order]
    last = order[np.append(ordered[1:] != ordered[:-1], True)] if len(order) else order
    last.sort()  # rows stand in the order of their parts
    return np.split(pmid[last], np.searchsorted(origin[last], np.arange(1, len(parts))))


def _deleted_in(parts: Sequence[Parsed], pmid: Whole) -> Whole:
    """Return for each PMID the last part that deletes it; -1 if none does."""
    last = {gone: number for number, part in enumerate(parts) for gone in part.deletions}
    if not last:
        return np.full(len(pmid), -1)
    gone = np.array(sorted(last))
    number = np.array([last[one] for one in sorted(last)])
    place = np.minimum(np.searchsorted(gone, pmid), len(gone) - 1)
    return np.where(gone[place] == pmid, number[place], -1)


def _gather(parts: Sequence[Parsed], name: str, winners: Sequence[Whole], owner: str) -> pa.Table:
    """Return the rows of that table that belong to the winners, by key."""
    declared = TABLES[name]
    kept = [declared.empty()]
    for part, pmids in zip(parts, winners, strict=True):
        table: pa.Table = getattr(part, name)
        kept.append(table.filter(pc.is_in(table[owner], value_set=pa.array(pmids, pa.int64()))))
    whole = pa.concat_tables(kept).combine_chunks()
    return declared.arrow(whole.sort_by([(column, "ascending") for column in declared.key]))


def _last_words(parts: Sequence[Parsed]) -> pa.Table:
    """Return the rejects; where a file was read twice, those of the last reading."""
    rows = {(row["source"], row["place"]): row for part in parts for row in part.rejects.to_pylist()}
    return TABLES["rejects"].rows(rows[key] for key in sorted(rows))
