"""What a word weighs, and what all words for a person come to."""

from __future__ import annotations

import logging
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np

from expertmine.config import NominationSettings
from expertmine.nominations.matching import Word
from expertmine.nominations.rings import find_rings
from expertmine.portable import exp, exp2, few_digits, standardise

log = logging.getLogger(__name__)

_AHEAD = 5
"""From so many years on between the last words and those before, a slip in a date is likelier than a pause."""

PersonTopic = tuple[str, str]
Turn = tuple[str, str, int]
"""A rater's one chance to speak on a topic: nominator, topic, wave."""
Said = tuple[str, str, str]
"""Nominator, nominee, topic."""


@dataclass(frozen=True, slots=True)
class Belief:
    """What the literature says before any peer is heard."""

    credibility: Mapping[PersonTopic, float]
    shares: Mapping[str, Mapping[str, float]]


def in_rings(words: Sequence[Word], settings: NominationSettings) -> set[Said]:
    """Say which words are said inside a ring: between raters who name each other more than chance explains."""
    said: dict[str, set[PersonTopic]] = defaultdict(set)
    for word in words:
        if word.match.sure and word.counts:
            said[word.topic_id].add((word.nominator, word.nominee))
    found = set()
    for topic_id, pairs in said.items():
        for ring in find_rings(sorted(pairs), alpha=settings.ring_alpha):
            found |= {(one, other, topic_id) for one in ring.members for other in ring.members if one != other}
    return found


def weigh_words(
    words: Sequence[Word], belief: Belief, settings: NominationSettings, *, rings: AbstractSet[Said] = frozenset()
) -> tuple[list[float], dict[Turn, float]]:
    """Return what each word carries, and what each rater's turn could have carried at most.

    In a turn the weights for others sum to at most 1, times credibility (½ to 1) and decay; unsure words keep
    their share, so that settling one later takes nothing from the others.
    """
    decays = _decays(words, settings)
    given: dict[Turn, list[float]] = defaultdict(list)
    turns: dict[Turn, float] = {}
    for word, decay in zip(words, decays, strict=True):
        if word.counts:
            turn = word.turn
            given[turn].append(word.ballot["weight"])
            most = belief.credibility.get((word.nominator, word.topic_id), 0.5) * decay
            turns[turn] = max(turns.get(turn, 0.0), most)
    totals = {turn: math.fsum(weights) for turn, weights in given.items()}
    said = {word.said for word in words if word.counts}
    carried = []
    for word, decay in zip(words, decays, strict=True):
        share = 0.0 if word.own else word.ballot["weight"] / totals.get(word.turn, 1.0)
        returned = (word.nominee, word.nominator, word.topic_id) in said
        rules = (settings.reciprocal if returned else 1.0) * (settings.same_institution if word.one_house else 1.0)
        rules *= settings.ring if word.said in rings else 1.0
        credibility = belief.credibility.get((word.nominator, word.topic_id), 0.5)
        carried.append(share * rules * credibility * decay)
    return carried, turns


def believe(scores: Iterable[Mapping[str, Any]], named: Iterable[PersonTopic]) -> Belief:
    """Turn authority into a rater's credibility and into the share of all words that a person may expect.

    Credibility is ½ + ½ · (share of the topic's experts who do not score higher). The expected share follows
    Luce's choice rule (1959), exp(z) over the sum of exp(z), z the standardised score; who has no score, and
    one more for whoever is still unknown, stand with the lowest.
    """
    topics: dict[str, dict[str, float]] = defaultdict(dict)
    for row in scores:
        topics[row["topic_id"]][row["person_id"]] = row["score"]
    strangers: dict[str, set[str]] = defaultdict(set)
    for person_id, topic_id in named:
        if person_id not in topics[topic_id]:
            strangers[topic_id].add(person_id)
    credibility: dict[PersonTopic, float] = {}
    shares = {}
    for topic_id, known in topics.items():
        persons = sorted(known)
        score = np.array([known[each] for each in persons], dtype=float)
        rounded = np.round(score, 12)  # as for the ranks: what differs in the last digits only is equal
        below = np.searchsorted(np.sort(rounded), rounded, side="right")
        credibility |= {
            (each, topic_id): 0.5 + 0.5 * n / len(persons) for each, n in zip(persons, below.tolist(), strict=True)
        }
        shares[topic_id] = _shares(persons, score, sorted(strangers[topic_id]))
    return Belief(credibility, shares)


def sum_standing(
    words: Sequence[tuple[Word, float]],
    turns: Mapping[Turn, float],
    belief: Belief,
    settings: NominationSettings,
) -> list[dict[str, Any]]:
    """Return the rows of `standing`: weighted in-degree as a Beta posterior of the share of all words.

    In a topic where anybody was heard, everybody whom the literature or a rater knows has a row: somebody who leads by
    the literature does not vanish because the few words that were heard are for others.
    """
    heard: dict[PersonTopic, list[tuple[str, float]]] = defaultdict(list)
    for word, weight in words:
        if weight > 0:
            heard[word.nominee, word.topic_id].append((word.nominator, weight))
    masses: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for (nominator, topic_id, _), mass in sorted(turns.items()):
        masses[topic_id].append((nominator, mass))
    whole = {topic: math.fsum(mass for _, mass in masses[topic]) for _, topic in heard}
    spoke = {(nominator, topic) for nominator, topic, _ in turns}
    rows = []
    for person_id, topic_id in sorted((one, topic) for topic in whole for one in belief.shares[topic]):
        voices = heard.get((person_id, topic_id), [])
        weight, possible = math.fsum(weight for _, weight in voices), whole[topic_id]
        if (person_id, topic_id) in spoke:
            possible = math.fsum(mass for nominator, mass in masses[topic_id] if nominator != person_id)
        prior = belief.shares[topic_id][person_id]
        rows.append(
            {
                "person_id": person_id,
                "topic_id": topic_id,
                "nominators": len({nominator for nominator, _ in voices}),
                "weight": weight,
                "standing": (settings.prior * prior + weight) / (settings.prior + max(possible, weight)),
                "alpha": settings.prior * prior + weight,
                "beta": settings.prior * (1 - prior) + max(possible - weight, 0.0),
            }
        )
    return _with_page_rank(_with_intervals(rows), heard, settings)


def _with_page_rank(
    rows: list[dict[str, Any]], heard: Mapping[PersonTopic, list[tuple[str, float]]], settings: NominationSettings
) -> list[dict[str, Any]]:
    """Add PageRank (Brin & Page 1998) where enough of a topic's network has spoken for it to mean something."""
    edges: dict[str, list[tuple[str, str, float]]] = defaultdict(list)
    for (nominee, topic_id), voices in sorted(heard.items()):
        edges[topic_id] += [(nominator, nominee, weight) for nominator, weight in voices]
    ranks: dict[str, Mapping[str, float]] = {}
    for topic_id, links in edges.items():
        spoke = {nominator for nominator, _, _ in links}
        if len(spoke) >= settings.min_response * len(spoke | {nominee for _, nominee, _ in links}):
            ranks[topic_id] = page_rank(links)
    return [row | {"page_rank": ranks.get(row["topic_id"], {}).get(row["person_id"])} for row in rows]


def page_rank(links: Iterable[tuple[str, str, float]]) -> dict[str, float]:
    """Return each person's PageRank in a network of (nominator, nominee, weight); repeated links add up."""
    import networkx as nx

    network = nx.DiGraph()
    for nominator, nominee, weight in links:
        before = network.get_edge_data(nominator, nominee, {"weight": 0.0})["weight"]
        network.add_edge(nominator, nominee, weight=before + weight)
    ranks = nx.pagerank(network)
    return dict(zip(ranks, few_digits(np.array(list(ranks.values()))).tolist(), strict=True))


def _with_intervals(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Replace each row's Beta parameters by the ends of its central 90 %, never excluding its mean."""
    from scipy.special import betaincinv

    alpha, beta = (np.array([row.pop(name) for row in rows], dtype=float) for name in ("alpha", "beta"))
    # Of somebody hardly expected, the lower end is so near 0 that machines differ in what they make of it.
    low, high = (few_digits(np.round(betaincinv(alpha, beta, share), 12)) for share in (0.05, 0.95))
    return [
        {**row, "low": min(least, row["standing"]), "high": max(most, row["standing"])}
        for row, least, most in zip(rows, low.tolist(), high.tolist(), strict=True)
    ]


def _shares(persons: Sequence[str], score: np.ndarray[Any, Any], strangers: Sequence[str]) -> dict[str, float]:
    z = standardise(score)
    worth = exp(np.concatenate([z, np.full(len(strangers) + 1, z.min(initial=0.0))]))
    shares = worth / math.fsum(worth.tolist())
    return dict(zip([*persons, *strangers], shares.tolist(), strict=False))


def _decays(words: Sequence[Word], settings: NominationSettings) -> list[float]:
    """Return by how much age shrinks each word: by half in each half-life.

    A word without a date is as old as the oldest; one that is later than the present, as only a word for oneself can
    be, carries nothing.
    """
    as_of = last_year(words) if settings.as_of is None else settings.as_of
    oldest = min(_years(words), default=as_of)
    ages = np.array([as_of - (word.day.year if word.day else oldest) for word in words], int)
    decays: list[float] = np.where(ages >= 0, exp2(-np.maximum(ages, 0) / settings.half_life), 0.0).tolist()
    return decays


def last_year(words: Sequence[Word]) -> int:
    """Return the year of the last dated word for somebody else, from which others are seen; 0 if none is dated."""
    return max(_years(words), default=0)


def warn_of_a_slip(words: Sequence[Word], settings: NominationSettings) -> None:
    """Say so where few late words, perhaps with a slip in their date, or a year that was set make all others old."""
    *_, before, last = [0, 0, *sorted(set(_years(words)))]
    if settings.as_of is not None:
        if last and settings.as_of - last >= 10 * settings.half_life:
            told = "nominations.as_of is %d, ten half-lives and more after the last word of peers (%d): none counts"
            log.warning(told, settings.as_of, last)
    elif before and last - before >= _AHEAD:
        log.warning(
            "the last word of peers is of %d, all others of %d and before: they count as old; if that date is a slip, "
            "correct it, or set nominations.as_of",
            last,
            before,
        )


def _years(words: Sequence[Word]) -> list[int]:
    return [word.day.year for word in words if word.day and not word.own]
