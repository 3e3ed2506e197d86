"""From pairs to humans: average linkage over the pair graph in which what must stay apart stays apart."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from expertmine.identity.compatibility import can_be_one
from expertmine.identity.reading import Floats, Ints, Mentions

Flags = npt.NDArray[np.bool_]
ROUNDING = 9


@dataclass(frozen=True, slots=True)
class Edges:
    """Between two clusters (first < second): the summed evidence of the pairs across, and how many pairs."""

    first: Ints
    second: Ints
    total: Floats
    count: Floats
    banned: Flags

    def where(self, chosen: Flags) -> Edges:
        """Return the chosen edges."""
        return Edges(
            self.first[chosen], self.second[chosen], self.total[chosen], self.count[chosen], self.banned[chosen]
        )


@dataclass(slots=True)
class Bonds:
    """What each cluster of two or more holds: a name for each of its papers, its names, its ORCID."""

    mentions: Mentions
    papers: dict[int, dict[int, int]] = field(default_factory=dict)
    names: dict[int, frozenset[int]] = field(default_factory=dict)
    orcid: dict[int, int] = field(default_factory=dict)
    judged: dict[tuple[int, int], bool] = field(default_factory=dict)

    def join(self, one: int, two: int) -> bool:
        """Merge cluster `two` into `one` unless something forbids it; say whether it was done."""
        papers, others = self._papers_of(one), self._papers_of(two)
        names, more = self._names_of(one), self._names_of(two)
        orcids = {self._orcid_of(one), self._orcid_of(two)} - {-1}
        if len(orcids) > 1 or not self._apart(papers, others) or not self._agree(names, more):
            return False
        self.papers[one] = papers | others if len(papers) >= len(others) else others | papers
        self.names[one] = names | more
        self.orcid[one] = max(orcids, default=-1)
        for held in (self.papers, self.names, self.orcid):
            held.pop(two, None)
        return True

    def _papers_of(self, cluster: int) -> dict[int, int]:
        return self.papers.get(cluster) or {int(self.mentions.paper[cluster]): int(self.mentions.name[cluster])}

    def _names_of(self, cluster: int) -> frozenset[int]:
        return self.names.get(cluster) or frozenset({int(self.mentions.name[cluster])})

    def _orcid_of(self, cluster: int) -> int:
        return self.orcid.get(cluster, int(self.mentions.orcid[cluster]))

    def _apart(self, papers: dict[int, int], others: dict[int, int]) -> bool:
        """Allow a shared paper only where it prints one name twice."""
        return all(papers[paper] == others[paper] for paper in papers.keys() & others.keys())

    def _agree(self, names: frozenset[int], more: frozenset[int]) -> bool:
        return all(self._one(a, b) for a in names for b in more)

    def _one(self, a: int, b: int) -> bool:
        key = (a, b) if a < b else (b, a)
        if key not in self.judged:
            self.judged[key] = can_be_one(self.mentions.names[a], self.mentions.names[b])
        return self.judged[key]


def cluster_mentions(mentions: Mentions, pairs: tuple[Ints, Ints], evidence: Floats) -> Ints:
    """Return for every mention the smallest mention of its cluster; pairs of positive mean `evidence` are joined.

    In each round every cluster looks for the one it has most evidence for; those that choose each other are
    joined. Where all pairs are compared this is average linkage (reciprocal nearest neighbours, Murtagh 1983).
    """
    label = np.arange(len(mentions))
    bonds = Bonds(mentions)
    edges = Edges(pairs[0], pairs[1], evidence, np.ones(len(evidence)), np.zeros(len(evidence), dtype=bool))
    edges = _alive(edges, len(mentions))
    while len(edges.first):
        chosen = _reciprocal(edges, len(mentions))
        renamed = np.arange(len(mentions))
        for place in chosen.tolist():
            one, two = int(edges.first[place]), int(edges.second[place])
            if bonds.join(one, two):
                renamed[two] = one
            else:
                edges.banned[place] = True
        label = renamed[label]
        edges = _alive(_contracted(edges, renamed), len(mentions))
    return label


def _mean(edges: Edges) -> Floats:
    return np.where(edges.banned, -np.inf, np.round(edges.total / edges.count, ROUNDING))


def _alive(edges: Edges, size: int) -> Edges:
    """Drop edges between clusters of which neither can be joined with anything any more."""
    wanted = _mean(edges) > 0
    active = np.zeros(size, dtype=bool)
    active[edges.first[wanted]] = True
    active[edges.second[wanted]] = True
    return edges.where(active[edges.first] | active[edges.second])


def _reciprocal(edges: Edges, size: int) -> Ints:
    """Return the edges that are the best of both their ends; ties go to the earlier mentions."""
    mean = _mean(edges)
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
        _summed(where, edges.count[kept], width),
        np.bincount(where, edges.banned[kept], width) > 0,
    )


def _summed(place: Ints, values: Floats, width: int) -> Floats:
    return np.bincount(place, values, width).astype(np.float64)
