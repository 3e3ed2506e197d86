"""Rings: groups of raters who all name each other, more than chance and good manners explain."""

from __future__ import annotations

import logging
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations, islice

from expertmine.portable import exp, log

_log = logging.getLogger(__name__)

Names = Mapping[str, AbstractSet[str]]
"""Whom each rater names, oneself left out."""
SMALLEST = 3
MOST_CLIQUES = 5000
"""Groups looked at among raters who hang together; where there are more, everybody names everybody."""
PSEUDO_RATERS = 2.0
"""Raters' worth of belief that a person is named as often as the average one."""
RETURNED, SAID = 1.0, 4.0
"""Words returned, of words said, that are believed before any is seen."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Raters who name each other, and how likely as close a group is anywhere among honest raters."""

    members: tuple[str, ...]
    p: float


def find_rings(words: Iterable[tuple[str, str]], *, alpha: float) -> list[Ring]:
    """Find mutual nomination cliques of three or more that honest raters would hardly form.

    Under honesty, raters name a person as often as those outside the group do (with pseudo-counts), in proportion to
    how many each of them names, and return a word at least as often as words between other raters are returned. A
    group's p is the product of that over its pairs, times the number of groups of its size (Bonferroni). So the core
    of a small niche, whom outsiders name as well, is no ring; people who name each other and whom nobody else names
    are one.

    Parameters
    ----------
    words
        (nominator, nominee) within one topic; repeats and words for oneself are passed over.
    alpha
        Greatest p at which a group is called a ring.

    Returns
    -------
    list of Ring
        The least likely first.

    Examples
    --------
    >>> friends = [(one, other) for one in "abc" for other in "abc" if one != other]
    >>> honest = [(f"r{at}", f"n{at % 4}") for at in range(20)]
    >>> [ring.members for ring in find_rings([*friends, *honest], alpha=0.001)]
    [('a', 'b', 'c')]
    """
    names: dict[str, set[str]] = defaultdict(set)
    for nominator, nominee in words:
        if nominator != nominee:
            names[nominator].add(nominee)
    rings = [Ring(group, _chance(group, names)) for group in _cliques(names)]
    return sorted((ring for ring in rings if ring.p <= alpha), key=lambda ring: (ring.p, ring.members))


def _cliques(names: Names) -> list[tuple[str, ...]]:
    """List the largest groups in which everybody names everybody."""
    import networkx as nx

    raters = sorted(names)
    place = {one: at for at, one in enumerate(raters)}  # numbers, as the order in sets of words differs by run
    mutual = nx.Graph(
        (place[one], place[other]) for one in raters for other in sorted(names[one]) if one in names.get(other, ())
    )
    found: list[list[int]] = []
    for part in sorted(nx.connected_components(mutual), key=min):  # a dense part hides no other
        groups = nx.find_cliques(mutual.subgraph(part))
        found += islice(groups, MOST_CLIQUES)
        if next(groups, None) is not None:
            _log.warning("rings are looked for in the first %d groups of %d raters", MOST_CLIQUES, len(part))
    return sorted(tuple(raters[one] for one in sorted(group)) for group in found if len(group) >= SMALLEST)


def _chance(group: Sequence[str], names: Names) -> float:
    """Return the chance, over all groups of that size, that honest raters are so close."""
    inside = frozenset(group)
    outside = [nominees for rater, nominees in names.items() if rater not in inside]
    heard = Counter(nominee for nominees in outside for nominee in nominees)
    people = frozenset(names).union(*names.values())
    mean = sum(map(len, names.values())) / len(names)
    usual = mean / max(len(people) - 1, 1)
    fame = {one: (heard[one] + PSEUDO_RATERS * usual) / (len(outside) + PSEUDO_RATERS) for one in group}
    manners = _manners(inside, names)
    chances: list[float] = []
    for one, other in combinations(group, 2):
        there = min(1.0, fame[other] * len(names[one]) / mean)
        back = min(1.0, fame[one] * len(names[other]) / mean)
        chances += [max(there, back), max(min(there, back), manners)]
    return min(1.0, math.comb(len(names), len(group)) * float(exp(math.fsum(log(chances)))))


def _manners(inside: AbstractSet[str], names: Names) -> float:
    """Return how often a word between two raters is returned, those within the group left out."""
    said = returned = 0
    for one in names:
        for other in names[one]:
            if other in names and not (one in inside and other in inside):
                said += 1
                returned += one in names[other]
    return (returned + RETURNED) / (said + SAID)
