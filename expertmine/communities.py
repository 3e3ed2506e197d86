"""Who works with whom in a topic: the people, their communities, and where each stands in them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations, product
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from expertmine.tables import TABLES, Frame
from expertmine.tables.literature import LARGEST_TEAM

HUB_SHARE = 0.1
"""Share of a topic's people, those with the most co-mentions, who are hubs."""
BRIDGES = 2
"""Communities beside the own one that a bridge works with."""
TRIALS = 5
"""Times that the communities are sought; those of the highest modularity are kept."""

Teams: TypeAlias = Mapping[int, AbstractSet[str]]
Ties: TypeAlias = Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Communities:
    """The people of a topic: papers there, whom each wrote with, which community each belongs to (1 the largest)."""

    papers: Mapping[str, int]
    near: Mapping[str, AbstractSet[str]]
    community: Mapping[str, int]

    def hubs(self) -> frozenset[str]:
        """Name the tenth who wrote with the most others, without those who tie with somebody outside that tenth."""
        degrees = sorted((len(self.near[one]) for one in self.papers), reverse=True)
        places = max(1, round(HUB_SHARE * len(degrees)))
        edge = degrees[places] if places < len(degrees) else 0
        return frozenset(one for one in self.papers if len(self.near[one]) > edge)

    def bridges(self) -> frozenset[str]:
        """Name those who wrote with people of several communities beside their own."""
        others = {
            one: {self.community[each] for each in near} - {self.community[one]} for one, near in self.near.items()
        }
        return frozenset(one for one, found in others.items() if len(found) >= BRIDGES)


def find_communities(
    contributions: Frame, topic_id: str, *, citations: Frame | None = None, seed: int = 0
) -> Communities:
    """Find the communities of a topic: who wrote with whom and who cites whom there.

    Communities are those of the highest modularity that the Leiden algorithm finds (Traag, Waltman & van Eck 2019). A
    paper's tie is shared among its pairs (Newman 2001), so that long lists make no community by themselves; a citing
    paper has one tie more, shared among the papers of the topic that it cites (fractional counting, Leydesdorff &
    Opthof 2010) and between the people of both.

    Parameters
    ----------
    contributions, citations
        Tables of these names; without citations only co-mentions count.
    topic_id
        The topic.
    seed
        Of the search.
    """
    table = TABLES["contributions"].arrow(contributions)
    rows = table.filter(pc.field("topic_id") == topic_id).select(["person_id", "pmid"]).to_pylist()
    teams: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        teams[row["pmid"]].add(row["person_id"])
    papers = Counter(one for team in teams.values() for one in team)
    small = {pmid: team for pmid, team in sorted(teams.items()) if len(team) <= LARGEST_TEAM}
    written = _shared_papers(small)
    near: dict[str, set[str]] = {one: set() for one in papers}
    for one, other in written:
        near[one].add(other)
        near[other].add(one)
    pairs = [] if citations is None else _inside(TABLES["citations"].arrow(citations), small)
    community = _number(_leiden(_sum([written, _shared_citations(small, pairs)]), seed), sorted(papers))
    return Communities(dict(papers), {one: frozenset(others) for one, others in near.items()}, community)


def _shared_papers(teams: Teams) -> Ties:
    ties: dict[tuple[str, str], float] = defaultdict(float)
    for team in teams.values():
        for pair in combinations(sorted(team), 2):
            ties[pair] += 1 / (len(team) - 1)
    return ties


def _inside(citations: pa.Table, teams: Teams) -> list[tuple[int, int]]:
    """Return the citations between papers of the topic, in order."""
    papers = pa.array(teams, pa.int64())
    both = (pc.is_in(citations[end], value_set=papers) for end in ("citing", "cited"))
    inside = citations.filter(pc.and_(*both))
    return sorted(zip(inside["citing"].to_pylist(), inside["cited"].to_pylist(), strict=True))


def _shared_citations(teams: Teams, pairs: Iterable[tuple[int, int]]) -> Ties:
    cited: dict[int, list[int]] = defaultdict(list)
    for citing, paper in pairs:
        cited[citing].append(paper)
    ties: dict[tuple[str, str], float] = defaultdict(float)
    for citing, papers in sorted(cited.items()):
        for paper in papers:
            pairs_of_both = list(product(sorted(teams[citing]), sorted(teams[paper])))
            for one, other in pairs_of_both:
                if one != other:
                    ties[min(one, other), max(one, other)] += 1 / (len(papers) * len(pairs_of_both))
    return ties


def _sum(parts: Iterable[Ties]) -> Ties:
    total: dict[tuple[str, str], float] = defaultdict(float)
    for ties in parts:
        for pair, weight in sorted(ties.items()):
            total[pair] += weight
    return total


def _leiden(ties: Ties, seed: int) -> Mapping[str, int]:
    from graspologic_native import leiden

    edges = [(one, other, weight) for (one, other), weight in sorted(ties.items())]
    if not edges:
        return {}
    found: Mapping[str, int] = leiden(edges, seed=seed, trials=TRIALS)[1]
    return found


def _number(found: Mapping[str, int], people: Iterable[str]) -> dict[str, int]:
    """Give communities numbers from the largest down; who is tied to nobody is one alone."""
    members: dict[object, list[str]] = defaultdict(list)
    for one in people:
        members[found.get(one, one)].append(one)
    ordered = sorted(members.values(), key=lambda group: (-len(group), group[0]))
    return {one: number for number, group in enumerate(ordered, 1) for one in group}
