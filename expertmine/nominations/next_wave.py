"""Whom to ask next: those whose answers would most change who stands at the top."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from expertmine.portable import standardise

NOWHERE = ""
"""The group of those who have none of their own and were named by nobody who has one."""
DRAWS, AT_ONCE = 2000, 100


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody to ask next, and the doubt about the top k that the answer is expected to settle."""

    person_id: str
    gain: float


def choose_next(  # noqa: PLR0913 - whom, about whom, and what was heard
    candidates: Mapping[str, float],
    doubts: Mapping[str, float],
    *,
    groups: Mapping[str, str],
    words: Iterable[tuple[str, str]] = (),
    heard: Iterable[str] = (),
    size: int,
) -> list[Invitation]:
    """Choose whom to ask next, one after the other, each by what the answer is expected to settle.

    People know their own group best. If D is the doubt about a group's people, it is taken to shrink like a variance:
    after a answers from the group D / (1 + a) is left, so one more answer settles D / ((1 + a)(2 + a)), times the
    rater's credibility. Whoever is already chosen for this wave counts as heard, so that a wave spreads over the
    groups. Somebody without papers belongs to the groups of those who named them: the doubt about them is shared among
    these groups, and their own answer counts for the commonest.

    Parameters
    ----------
    candidates
        Who could be asked, and how credible each is ([½, 1]).
    doubts
        For each person who may be in the top k, how open that is (see `doubt_top`).
    groups
        The group of each person: the community in a niche, or in a theme the niche of most papers.
    words
        (nominator, nominee) heard so far.
    heard
        Who has answered.
    size
        How many to ask.
    """
    homes = _homes(groups, words)
    doubt: dict[str, float] = defaultdict(float)
    for person, open_doubt in sorted(doubts.items()):
        among = homes.get(person, [NOWHERE])
        for where in among:
            doubt[where] += open_doubt / len(among)
    told = set(heard)
    home = {one: Counter(homes.get(one, [NOWHERE])).most_common(1)[0][0] for one in told.union(candidates)}
    answers = Counter(home[rater] for rater in told)
    left = {one: credibility for one, credibility in sorted(candidates.items()) if one not in told}
    chosen: list[Invitation] = []
    while left and len(chosen) < size:
        settles = {
            where: open_doubt / ((1 + answers[where]) * (2 + answers[where])) for where, open_doubt in doubt.items()
        }
        gains = {one: credibility * settles.get(home[one], 0.0) for one, credibility in left.items()}
        best = min(gains, key=lambda one: (-round(gains[one], 12), one))
        chosen.append(Invitation(best, gains[best]))
        answers[home[best]] += 1
        del left[best]
    return chosen


def _homes(groups: Mapping[str, str], words: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return each person's group; for somebody who has none, the groups of those who named them, in order."""
    homes = {one: [where] for one, where in groups.items()}
    named: dict[str, list[str]] = defaultdict(list)
    for nominator, nominee in set(words):
        if nominee not in groups:
            named[nominee].append(groups.get(nominator, NOWHERE))
    return homes | {one: sorted(where) for one, where in named.items()}


def doubt_top(
    shape: Mapping[str, float], *, k: int, authority: Mapping[str, float], peer_weight: float, seed: int = 0
) -> dict[str, float]:
    """Say for each person how open it is whether they belong to the top k by both sources: p(1 - p), at most ¼.

    p is the share of draws in which the person is among the first k by (1 - w)·z(authority) + w·z(words), where w is
    the weight of peers and somebody unknown to the literature has the authority 0. What is drawn is everybody's share
    of the words, from a Dirichlet law with the parameters `shape` (`alpha` of standing's posterior).
    """
    people = sorted(shape)
    if len(people) <= k:
        return dict.fromkeys(people, 0.0)
    rng = np.random.default_rng(seed)
    alpha = np.array([max(shape[one], 1e-6) for one in people])
    known = (1 - peer_weight) * standardise([authority.get(one, 0.0) for one in people])
    inside = np.zeros(len(people))
    for _ in range(DRAWS // AT_ONCE):
        both = known + peer_weight * standardise(rng.standard_gamma(alpha, size=(AT_ONCE, len(people))))
        inside += (both >= np.partition(both, -k, axis=1)[:, [-k]]).sum(axis=0)
    chance = inside / DRAWS
    return dict(zip(people, (chance * (1 - chance)).tolist(), strict=True))
