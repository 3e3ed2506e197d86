"""Whom to ask next: those whose answers would most change who stands at the top."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from expertmine.communities import Communities

NEAR, SAME_COMMUNITY, ELSEWHERE = 1.0, 0.6, 0.1
"""How likely, beside each other, people name somebody they wrote with, of their community, of another one."""
LEARNT = 0.5
"""Share of the doubt about a person that an answer from next to that person settles."""
DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody to ask next, and the doubt about the top k that the answer is expected to settle."""

    person_id: str
    gain: float


def choose_next(
    candidates: Mapping[str, float],
    doubts: Mapping[str, float],
    *,
    communities: Communities,
    heard: Iterable[str] = (),
    size: int,
) -> list[Invitation]:
    """Choose whom to ask next, one after the other, each by what the answer is expected to settle.

    An answer settles doubt about people near the rater (co-mentions, then the same community), in proportion to the
    rater's credibility; what those already heard have settled is gone, and what one of this wave will settle counts no
    more for the next (so a wave spreads over the communities).

    Parameters
    ----------
    candidates
        Who could be asked, and how credible each is ([½, 1]).
    doubts
        For each person who may be in the top k, how open that is (see `doubt_top`).
    communities
        Who is near whom.
    heard
        Who has answered.
    size
        How many to ask.
    """
    open_doubts = dict(doubts)
    for rater in sorted(heard):
        _settle(open_doubts, rater, candidates.get(rater, 0.5), communities)
    left = {one: credibility for one, credibility in sorted(candidates.items()) if one not in set(heard)}
    chosen: list[Invitation] = []
    while left and len(chosen) < size:
        gains = {one: credibility * _reach(open_doubts, one, communities) for one, credibility in left.items()}
        best = min(gains, key=lambda one: (-round(gains[one], 12), one))
        chosen.append(Invitation(best, gains[best]))
        _settle(open_doubts, best, left.pop(best), communities)
    return chosen


def doubt_top(shape: Mapping[str, float], *, k: int, seed: int = 0) -> dict[str, float]:
    """Say for each person how open it is whether they belong to the top k: p(1 - p), at most ¼.

    p is the share of draws of everybody's part of the words, Dirichlet with these parameters (`alpha` of standing's
    posterior), in which the person is among the k largest.
    """
    people = sorted(shape)
    if len(people) <= k:
        return dict.fromkeys(people, 0.0)
    rng = np.random.default_rng(seed)
    draws = rng.standard_gamma(np.array([max(shape[one], 1e-6) for one in people]), size=(DRAWS, len(people)))
    edge = np.partition(draws, -k, axis=1)[:, -k]
    inside = (draws >= edge[:, None]).mean(axis=0)
    return dict(zip(people, (inside * (1 - inside)).tolist(), strict=True))


def _likelihood(rater: str, person: str, communities: Communities) -> float:
    if rater == person:
        return 0.0
    if person in communities.near.get(rater, frozenset[str]()):
        return NEAR
    mine, theirs = communities.community.get(rater), communities.community.get(person)
    return SAME_COMMUNITY if mine is not None and mine == theirs else ELSEWHERE


def _reach(doubts: Mapping[str, float], rater: str, communities: Communities) -> float:
    return math.fsum(doubt * _likelihood(rater, person, communities) for person, doubt in doubts.items())


def _settle(doubts: dict[str, float], rater: str, credibility: float, communities: Communities) -> None:
    for person in doubts:
        doubts[person] *= 1 - LEARNT * credibility * _likelihood(rater, person, communities)
