"""From pairs to humans: average linkage over the pair graph in which what must stay apart stays apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from scipy.cluster.hierarchy import DisjointSet

from expertmine.identity.alternatives import RULED, Ties
from expertmine.identity.compatibility import can_be_one
from expertmine.identity.reading import Flags, Floats, Ints, Mentions
from expertmine.identity.rulings import NONE, Rulings

ROUNDING = 9


class Edges(NamedTuple):
    """Between two clusters (first < second): the summed evidence of the pairs across, and how many pairs."""

    first: Ints
    second: Ints
    total: Floats
    pairs: Floats
    banned: Flags

    def where(self, chosen: Flags) -> Edges:
        """Return the chosen edges."""
        return Edges._make(column[chosen] for column in self)


Forms = tuple[frozenset[int], ...]
"""Names that can be one, together; several such where people ruled that different names are one human's."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a cluster holds: a name for each of its papers, its names, its ORCIDs, and the members ruled upon."""

    papers: dict[int, int]
    names: Forms
    orcids: frozenset[int]
    ruled: frozenset[int]


@dataclass(slots=True)
class Bonds:
    """What each cluster of two or more holds, and so what may join it."""

    mentions: Mentions
    rulings: Rulings
    held: dict[int, Held] = field(default_factory=dict)
    judged: dict[tuple[int, int], bool] = field(default_factory=dict)

    def join(self, one: int, two: int, *, ruled: bool = False) -> bool:
        """Merge cluster `two` into `one` unless something forbids it; say whether it was done.

        Nothing forbids what was `ruled` by people.
        """
        mine, other = self._of(one), self._of(two)
        names = self._merged(mine.names, other.names)
        if not ruled and (names is None or self._clash(mine, other)):
            return False
        names = names or mine.names + other.names
        more, fewer = sorted((mine.papers, other.papers), key=len, reverse=True)
        self.held.pop(two, None)
        self.held[one] = Held(more | fewer, names, mine.orcids | other.orcids, mine.ruled | other.ruled)
        return True

    def _of(self, cluster: int) -> Held:
        if cluster in self.held:
            return self.held[cluster]
        name, orcid = int(self.mentions.name[cluster]), int(self.mentions.orcid[cluster])
        return Held(
            {int(self.mentions.paper[cluster]): name},
            (frozenset({name}),),
            frozenset({orcid} - {-1}),
            frozenset({cluster}) if cluster in self.rulings.foes else frozenset(),
        )

    def _clash(self, mine: Held, other: Held) -> bool:
        """Say whether ORCIDs differ, a paper prints two names for them, or people ruled that they are not one."""
        if mine.orcids and other.orcids and not mine.orcids & other.orcids:
            return True
        if any(mine.papers[paper] != other.papers[paper] for paper in mine.papers.keys() & other.papers.keys()):
            return True
        return bool(other.ruled) and any(self.rulings.foes[one] & other.ruled for one in mine.ruled)

    def _merged(self, forms: Forms, others: Forms) -> Forms | None:
        """Put the first forms that agree together; None if none do."""
        for form in forms:
            for other in others:
                if all(self._one(a, b) for a in form for b in other):
                    rest = [one for one in (*forms, *others) if one not in (form, other)]
                    return (form | other, *rest)
        return None

    def _one(self, a: int, b: int) -> bool:
        key = (a, b) if a < b else (b, a)
        if key not in self.judged:
            self.judged[key] = can_be_one(self.mentions.names[a], self.mentions.names[b])
        return self.judged[key]


def cluster_mentions(
    mentions: Mentions, pairs: tuple[Ints, Ints], evidence: Floats, rulings: Rulings = NONE
) -> tuple[Ints, Ties]:
    """Return for every mention the smallest mention of its cluster, and what ties it there.

    Clusters between which the mean `evidence` of the pairs is positive are joined, unless something forbids it.

    Rulings come first: who was ruled to be one human is joined before all others, who was ruled not to be is never
    joined. In each round every cluster looks for the one it has most evidence for; those that choose each other are
    joined. Where all pairs are compared this is average linkage (reciprocal nearest neighbours, Murtagh 1983).
    """
    bonds = Bonds(mentions, rulings)
    ties = Ties.among(len(mentions))
    label = _ruled_one(bonds, ties)
    edges = Edges(pairs[0], pairs[1], evidence, np.ones(len(evidence)), np.zeros(len(evidence), dtype=bool))
    if rulings.same:
        edges = _contracted(edges, label)
    edges = _alive(edges, len(mentions))
    while len(edges.first):
        mean = _mean(edges)
        renamed = np.arange(len(mentions))
        for place in _reciprocal(edges, mean, len(mentions)).tolist():
            one, two = int(edges.first[place]), int(edges.second[place])
            if bonds.join(one, two):
                renamed[two] = one
                ties.join(one, two, float(mean[place]))
            else:
                edges.banned[place] = True
        label = renamed[label]
        edges = _alive(_contracted(edges, renamed), len(mentions))
    return label, ties


def _ruled_one(bonds: Bonds, ties: Ties) -> Ints:
    """Join who was ruled to be one human; return each mention's cluster."""
    one = DisjointSet({end for pair in bonds.rulings.same for end in pair})
    for pair in bonds.rulings.same:
        one.merge(*pair)
    label = np.arange(len(ties.to))
    for ruled in map(sorted, one.subsets()):
        for member in ruled[1:]:
            bonds.join(ruled[0], member, ruled=True)
            ties.join(ruled[0], member, RULED)
        label[ruled] = ruled[0]
    return label


def _mean(edges: Edges) -> Floats:
    return np.where(edges.banned, -np.inf, np.round(edges.total / edges.pairs, ROUNDING))


def _alive(edges: Edges, size: int) -> Edges:
    """Drop edges between clusters of which neither can be joined with anything any more."""
    wanted = _mean(edges) > 0
    active = np.zeros(size, dtype=bool)
    active[edges.first[wanted]] = True
    active[edges.second[wanted]] = True
    return edges.where(active[edges.first] | active[edges.second])


def _reciprocal(edges: Edges, mean: Floats, size: int) -> Ints:
    """Return the edges that are the best of both their ends; ties go to the earlier mentions."""
    wanted = np.flatnonzero(mean > 0)
    order = wanted[np.lexsort((edges.second[wanted], edges.first[wanted], -mean[wanted]))]
    rank = np.arange(len(order))
    best = np.full(size, len(order))
    np.minimum.at(best, edges.first[order], rank)
    np.minimum.at(best, edges.second[order], rank)
    mutual: Ints = order[(best[edges.first[order]] == rank) & (best[edges.second[order]] == rank)]
    return mutual


def _contracted(edges: Edges, renamed: Ints) -> Edges:
    """Rename the ends and add up the edges that now run between the same two clusters."""
    a, b = renamed[edges.first], renamed[edges.second]
    size = len(renamed)
    code = np.minimum(a, b) * size + np.maximum(a, b)
    kept = a != b
    distinct, where = np.unique(code[kept], return_inverse=True)
    width = len(distinct)
    return Edges(
        distinct // size,
        distinct % size,
        _summed(where, edges.total[kept], width),
        _summed(where, edges.pairs[kept], width),
        np.bincount(where, edges.banned[kept], width) > 0,
    )


def _summed(place: Ints, values: Floats, width: int) -> Floats:
    return np.bincount(place, values, width).astype(np.float64)
