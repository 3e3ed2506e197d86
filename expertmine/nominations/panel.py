"""Whom to ask first: a panel that covers a niche's communities, countries and settings, and says why each is on it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from expertmine.wording import count, ordinal

HALVING = 0.5
"""What the next person of a group adds beside the one before: with it the coverage is monotone and submodular."""
Group = tuple[str, str]
"""A kind of group and its name, e.g. ('country', 'Norway')."""
SHARES: Mapping[str, float] = {"community": 0.3, "country": 0.2, "setting": 0.2, "reach": 0.2, "credibility": 0.1}
"""What full coverage of each kind is worth; together 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who could be asked."""

    person_id: str
    groups: AbstractSet[Group]
    """The community, country and settings the person speaks for."""
    near: AbstractSet[str]
    """Whom the person has written with in the topic."""
    credibility: float
    """In [½, 1]: from own authority in the topic."""
    institution: str = ""
    """One key for one house; empty where unknown, which limits nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Who may not be asked, or not together."""

    per_institution: int = 2
    suppressed: Collection[str] = frozenset()
    """Person ids."""
    conflicts: Collection[Collection[str]] = frozenset()
    """Pairs of person ids of which at most one may be on the panel."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A person on the panel, what the seat adds to the coverage, and why."""

    person_id: str
    gain: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """The seats in order of choice, the coverage reached and the most that any panel of that size could reach."""

    seats: tuple[Seat, ...]
    coverage: float
    bound: float


def choose_panel(candidates: Iterable[Candidate], *, size: int, rules: Rules = Rules()) -> Panel:
    """Choose whom to ask, the most coverage first.

    Coverage, in [0, 1], is a sum over the groups present among the candidates (each weighed by the square root of its
    people, halved with each further seat), the people whom the panel has written with, and the panel's credibility: it
    is monotone and submodular, so without limits the greedy choice has at least 1 - 1/e of the best possible
    (Nemhauser, Wolsey & Fisher 1978), with a limit per institution at least half (Fisher, Nemhauser & Wolsey 1978);
    pairs in conflict come with no such promise. What holds for this very panel is `bound`: no panel of that size,
    limits or not, covers more (the coverage reached plus the largest gains still open; Leskovec et al. 2007).

    Parameters
    ----------
    candidates
        Everybody who could be asked.
    size
        Most seats; fewer are filled if the rules leave nobody.
    rules
        Suppressed people, limit per institution, conflicts of interest.
    """
    pool = sorted(candidates, key=lambda each: each.person_id)
    state = _Coverage(pool, size)
    conflicts, gone = {frozenset(pair) for pair in rules.conflicts}, {*rules.suppressed}
    open_to = {each.person_id: each for each in pool if each.person_id not in gone}
    seats: list[Seat] = []
    while open_to and len(seats) < size:
        best = max(open_to.values(), key=lambda each: round(state.gain(each), 12))  # of equals the first by id
        seats.append(Seat(best.person_id, state.gain(best), state.reasons(best)))
        state.take(best)
        del open_to[best.person_id]
        full = bool(best.institution) and state.houses[best.institution] >= rules.per_institution
        open_to = {
            one: each
            for one, each in open_to.items()
            if not (full and each.institution == best.institution) and frozenset({one, best.person_id}) not in conflicts
        }
    taken = {seat.person_id for seat in seats}
    gains = sorted((state.gain(each) for each in pool if each.person_id not in taken), reverse=True)
    return Panel(tuple(seats), state.value, min(1.0, state.value + math.fsum(gains[:size])))


class _Coverage:
    """The coverage of the seats taken so far."""

    def __init__(self, pool: Sequence[Candidate], size: int) -> None:
        people = Counter(group for each in pool for group in each.groups)
        total: Counter[str] = Counter()
        for (kind, _), number in sorted(people.items()):
            total[kind] += math.sqrt(number)  # type: ignore[assignment]  # Counter's stubs know whole numbers only
        self._worth = {group: SHARES[group[0]] * math.sqrt(n) / total[group[0]] for group, n in people.items()}
        self._people = people
        self._all = len(frozenset().union(*(each.near | {each.person_id} for each in pool)))
        self._size = size
        self._taken: Counter[Group] = Counter()
        self._reached: set[str] = set()
        self.houses: Counter[str] = Counter()
        self.value = 0.0

    def gain(self, each: Candidate) -> float:
        groups = math.fsum(self._worth[group] * HALVING ** (self._taken[group] + 1) for group in sorted(each.groups))
        reach = SHARES["reach"] * len(self._new(each)) / max(self._all, 1)
        return groups + reach + SHARES["credibility"] * each.credibility / max(self._size, 1)

    def reasons(self, each: Candidate) -> tuple[str, ...]:
        first = sorted(group for group in each.groups if not self._taken[group])
        told = [
            f"first of {kind} {name} ({count(self._people[kind, name], 'person', 'people')})" for kind, name in first
        ]
        again = sorted(group for group in each.groups if self._taken[group])
        told += [f"{ordinal(self._taken[kind, name] + 1)} of {kind} {name}" for kind, name in again]
        if fresh := len(self._new(each) - {each.person_id}):
            told.append(f"wrote with {count(fresh, 'person', 'people')} whom nobody before on the list wrote with")
        return (*told, f"credibility {each.credibility:.2f}")

    def take(self, each: Candidate) -> None:
        self.value += self.gain(each)
        self._taken.update(each.groups)
        self._reached |= each.near | {each.person_id}
        self.houses[each.institution] += 1

    def _new(self, each: Candidate) -> AbstractSet[str]:
        return (each.near | {each.person_id}) - self._reached
