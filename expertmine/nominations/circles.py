"""Who works with whom in a topic: the people, their circles, and where each stands in them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations

import pyarrow.compute as pc

from expertmine.tables import TABLES, Frame

LARGEST_TEAM = 30
"""Mentions beyond which a paper is a consortium's and joins nobody."""
HUB_SHARE = 0.1
"""Share of a topic's people, those with the most co-mentions, who are hubs."""
BRIDGES = 2
"""Circles beside the own one that a bridge works with."""


@dataclass(frozen=True, slots=True)
class Circles:
    """The people of a topic: papers there, whom each wrote with, which circle each belongs to (1 the largest)."""

    papers: Mapping[str, int]
    near: Mapping[str, AbstractSet[str]]
    circle: Mapping[str, int]

    def hubs(self) -> frozenset[str]:
        """Name those who wrote with the most others."""
        ordered = sorted(self.papers, key=lambda one: (-len(self.near[one]), one))
        return frozenset(ordered[: max(1, round(HUB_SHARE * len(ordered)))] if ordered else ())

    def bridges(self) -> frozenset[str]:
        """Name those who wrote with people of several circles beside their own."""
        others = {one: {self.circle[each] for each in near} - {self.circle[one]} for one, near in self.near.items()}
        return frozenset(one for one, circles in others.items() if len(circles) >= BRIDGES)


def draw_circles(contributions: Frame, topic_id: str, *, seed: int = 0) -> Circles:
    """Draw the circles of a topic: communities of the co-mention network (Louvain; Blondel et al. 2008).

    A paper's tie is shared among its pairs (Newman 2001), so that long lists do not make circles by themselves.
    """
    import networkx as nx

    table = TABLES["contributions"].arrow(contributions)
    rows = table.filter(pc.field("topic_id") == topic_id).select(["person_id", "pmid"]).to_pylist()
    teams: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        teams[row["pmid"]].add(row["person_id"])
    papers = Counter(one for team in teams.values() for one in team)
    ties: Counter[tuple[str, str]] = Counter()
    for _, team in sorted(teams.items()):
        if len(team) <= LARGEST_TEAM:
            for pair in combinations(sorted(team), 2):
                ties[pair] += 1 / (len(team) - 1)  # type: ignore[assignment]  # Counter's stubs know whole numbers only
    network = nx.Graph()
    network.add_nodes_from(sorted(papers))
    network.add_weighted_edges_from((one, other, weight) for (one, other), weight in sorted(ties.items()))
    found = nx.community.louvain_communities(network, seed=seed) if papers else []
    ordered = sorted(found, key=lambda people: (-len(people), min(people)))
    circle = {one: number for number, people in enumerate(ordered, 1) for one in people}
    return Circles(dict(papers), {one: frozenset(network[one]) for one in papers}, circle)
