"""Which topics of two fits are the same, and what became of the others: by the papers that both fits know.

The same rule, over whole tables, is in `changes.links` and `changes.lineage`; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from expertmine.text.vectors import Array
from expertmine.topics.clusters import NOISE

_PART = 0.1
"""Share of a whole that makes a part of it worth telling."""


@dataclass(frozen=True, slots=True)
class Link:
    """Two topics of which one has half of the other's papers; `same`: each is the other's largest overlap."""

    old: int
    new: int
    common: int
    old_size: int
    new_size: int
    same: bool

    @property
    def is_part(self) -> bool:
        """Whether the new topic has most of its papers from the old one, and a tenth of the old one's."""
        return 2 * self.common >= self.new_size and self.common >= _PART * self.old_size

    @property
    def is_joined(self) -> bool:
        """Whether the old topic gave most of its papers to the new one, and a tenth of the new one's."""
        return 2 * self.common >= self.old_size and self.common >= _PART * self.new_size


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What became of topics: born, split, merged or retired; old and new ones by number."""

    kind: str
    old: tuple[int, ...]
    new: tuple[int, ...]
    common: int = 0


def link_topics(old: Array, new: Array) -> list[Link]:
    """Return the links between the topics of two labellings of the same articles, sorted by old and new number.

    Two topics are the same if each is the other's largest overlap (of equals the one most alike, then the one with
    the first article) and it is at least half of one of them: no topic is the same as two, however a fit comes out.
    """
    both = np.flatnonzero((old != NOISE) & (new != NOISE))
    width = int(new.max(initial=NOISE)) + 1
    pair, first, common = np.unique(old[both] * width + new[both], return_index=True, return_counts=True)
    ours, theirs = pair // max(width, 1), pair % max(width, 1)
    old_size, new_size = np.bincount(old[old != NOISE])[ours], np.bincount(new[new != NOISE])[theirs]
    best = np.lexsort((both[first], old_size + new_size, -common))
    same = _leads(best, ours) & _leads(best, theirs)
    half = 2 * common >= np.minimum(old_size, new_size)
    columns = (ours, theirs, common, old_size, new_size)
    rows = zip(*(column.tolist() for column in columns), same.tolist(), half.tolist(), strict=True)
    return [Link(*row) for *row, near in rows if near]


def _leads(best: Array, owner: Array) -> Array:
    """Return which pairs are the best of their owner; `best` orders the pairs."""
    leads = np.zeros(len(owner), bool)
    leads[best[np.unique(owner[best], return_index=True)[1]]] = True
    return leads


def find_events(links: Iterable[Link], *, old: Iterable[int], new: Iterable[int]) -> list[Event]:
    """Return the splits, mergers, births and retirements among topics; those that stayed are not told."""
    links = list(links)
    parts = _shared([link for link in links if link.is_part], by="old")
    joined = _shared([link for link in links if link.is_joined], by="new")
    told = [link for group in (*parts, *joined) for link in group] + [link for link in links if link.same]
    events = [_event("split", group) for group in parts] + [_event("merged", group) for group in joined]
    events += [Event(kind="born", old=(), new=(one,)) for one in sorted(set(new) - {link.new for link in told})]
    events += [Event(kind="retired", old=(one,), new=()) for one in sorted(set(old) - {link.old for link in told})]
    return events


def _shared(links: list[Link], *, by: str) -> list[list[Link]]:
    """Group links by one of their ends; groups of one are left out."""
    groups: dict[int, list[Link]] = {}
    for link in links:
        groups.setdefault(getattr(link, by), []).append(link)
    return [groups[end] for end in sorted(groups) if len(groups[end]) > 1]


def _event(kind: str, links: list[Link]) -> Event:
    ordered = sorted(links, key=lambda link: (-link.common, link.old, link.new))
    old, new = (tuple(dict.fromkeys(getattr(link, end) for link in ordered)) for end in ("old", "new"))
    return Event(kind=kind, old=old, new=new, common=sum(link.common for link in links))
