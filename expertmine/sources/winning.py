"""Which record of a PMID counts: the order of records, and what deletions and tombstones remove."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]

_PLACES = 1 << 32
"""More than any file has records."""
_EVERY = 1 << 15
"""Higher than any version."""
_UNDATED = -(1 << 40)
_DIGITS = re.compile(r"([0-9]+)")


class Origin(NamedTuple):
    """Where a table of records came from; no two files have one arrival."""

    source: str
    """The name under which its rejects are kept."""
    sha256: str
    arrival: int
    """1, 2, 3… in order of arrival."""
    fetched: bool
    """A page of a fetch rather than a file that somebody added."""


class Moments(NamedTuple):
    """Where records or deletions stand, one element each."""

    pmid: Whole
    version: Whole
    """Of a deletion: the highest that it removes."""
    ranked: Whole
    """By the rank of the file, then by the place in it."""
    arrived: Whole
    """By the arrival of the file, then by the place in it."""
    fetched: Mask

    def of(self, chosen: Mask) -> Moments:
        """Return some of them."""
        return Moments._make(column[chosen] for column in self)


def place_rows(rows: pa.Table, origins: Sequence[Origin]) -> Moments:
    """Return where rows stand that know their PMID, the number of their file and their place `at` in it."""
    number, at = rows["origin"].to_numpy(), rows["at"].to_numpy()
    ranks = np.empty(len(origins), np.int64)
    ranks[sorted(range(len(origins)), key=lambda one: _rank(origins[one]))] = np.arange(len(origins))
    arrivals = np.array([origin.arrival for origin in origins], np.int64)
    fetched = np.array([origin.fetched for origin in origins], np.bool_)
    return Moments(
        rows["pmid"].to_numpy(),
        rows["version"].fill_null(_EVERY).to_numpy(),
        ranks[number] * _PLACES + at,
        arrivals[number] * _PLACES + at,
        fetched[number],
    )


def _rank(origin: Origin) -> tuple[bool, list[tuple[int, str]], str, int]:
    """Order added files by name (9 before 10), behind them fetched pages by arrival."""
    if origin.fetched:
        return True, [], "", origin.arrival
    parts = _DIGITS.split(origin.source.casefold())  # words and numbers in turn
    parts[1::2] = [digits.lstrip("0") for digits in parts[1::2]]
    key = [(len(part) if place % 2 else 0, part) for place, part in enumerate(parts)]
    return False, key, origin.sha256, origin.arrival


def find_alive(records: Moments, deletions: Moments, tombstones: Mapping[int, int]) -> Mask:
    """Tell which records nothing has removed."""
    added, fetched = deletions.of(~deletions.fetched), deletions.of(deletions.fetched)
    buried = np.fromiter(tombstones, np.int64, len(tombstones))
    until = np.fromiter(tombstones.values(), np.int64, len(tombstones)) * _PLACES + _PLACES - 1
    gone = _latest(buried, until, records.pmid) > records.arrived
    by_arrival = _latest_of_version(deletions, deletions.arrived, records) > records.arrived
    by_rank = _latest_of_version(added, added.ranked, records) > records.ranked
    by_fetch = _latest_of_version(fetched, fetched.arrived, records) > records.arrived
    alive: Mask = ~(gone | np.where(records.fetched, by_arrival, by_rank | by_fetch))
    return alive


def _latest_of_version(deletions: Moments, when: Whole, records: Moments) -> Whole:
    """Return for each record the last moment of a deletion that reaches its version; -1 if there is none."""
    latest = np.full(len(records.pmid), -1)
    for version in np.unique(deletions.version):  # one or two
        chosen = deletions.version == version
        found = _latest(deletions.pmid[chosen], when[chosen], records.pmid)
        latest = np.where(records.version <= version, np.maximum(latest, found), latest)
    return latest


def _latest(pmid: Whole, when: Whole, asked: Whole) -> Whole:
    """Return for each PMID asked for the last moment at which it stands in `pmid`; -1 if it does not."""
    if not len(pmid):
        return np.full(len(asked), -1)
    order = np.lexsort((when, pmid))
    pmid, when = pmid[order], when[order]
    found = np.searchsorted(pmid, asked, side="right") - 1
    return np.where((found >= 0) & (pmid[found] == asked), when[found], -1)


def find_winners(records: Moments, rows: pa.Table) -> Mask:
    """Tell which of the living records is the best of its PMID."""
    best: Mask = _best(records, rows, records.pmid) == np.arange(len(records.pmid))
    return best


def find_hopeful(records: Moments, rows: pa.Table) -> Mask:
    """Tell which of the living records may still win, whatever files come.

    A record that stands before a better one of its kind (file or page) never will: whatever removes the better one
    removes it, too.
    """
    best = _best(records, rows, records.pmid * 2 + records.fetched)
    hopeful: Mask = (records.ranked >= records.ranked[best]) | (records.arrived >= records.arrived[best])
    return hopeful


def _best(records: Moments, rows: pa.Table, group: Whole) -> Whole:
    """Return for each record the number of the best one of its group."""
    revised = rows["revised"].cast(pa.int32()).cast(pa.int64()).fill_null(_UNDATED).to_numpy()
    order = np.lexsort((records.ranked, rows["fullness"].to_numpy(), revised, records.version, group))
    ordered = group[order]
    best: Whole = np.empty_like(order)
    best[order] = order[np.searchsorted(ordered, ordered, side="right") - 1]
    return best
