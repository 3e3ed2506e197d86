"""How much two texts share, where a rare word says more than a common one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import OSA

from expertmine.portable import log1p

LIKE = 0.8
"""Least similarity at which two long words are one word misspelt or inflected."""
LONG = 5


@dataclass(frozen=True, slots=True)
class Rarity:
    """What each word weighs: the logarithm of how few texts hold it (Spärck Jones 1972)."""

    weights: Mapping[str, float]
    unseen: float

    def total(self, words: Iterable[str]) -> float:
        """Weigh these words together, in an order that does not depend on theirs."""
        return math.fsum(self.weights.get(word, self.unseen) for word in sorted(words))


def learn_rarity(texts: Iterable[Sequence[str]]) -> Rarity:
    """Learn from distinct texts what a word weighs."""
    distinct = {tuple(sorted(set(words))) for words in texts if words}
    counts = Counter(word for words in distinct for word in words)
    size = len(distinct)
    weights = log1p(size / np.array(list(counts.values())))
    return Rarity(dict(zip(counts, weights.tolist(), strict=True)), float(log1p(max(size, 1))))


def coverage(words: Iterable[str], by: Iterable[str], rarity: Rarity) -> float:
    """Return the weighted share of `words` found among `by`, spelling mistakes forgiven."""
    wanted, there = set(words), set(by)
    total = rarity.total(wanted)
    return rarity.total(_found(wanted, there)) / total if total else 0.0


def overlap(one: Iterable[str], other: Iterable[str], rarity: Rarity) -> float:
    """Return how far the shorter text is contained in the longer, in [0, 1].

    Shared words must together be worth one that only a square root of all texts hold: 'university hospital'
    alone says little.
    """
    left, right = set(one), set(other)
    shared = rarity.total(_found(left, right))
    least = min(rarity.total(left), rarity.total(right))
    return min(shared / least, 1.0) * min(1.0, 2 * shared / rarity.unseen) if least else 0.0


def _found(words: set[str], there: set[str]) -> set[str]:
    return {word for word in words if word in there or any(_alike(word, other) for other in there)}


def _alike(word: str, other: str) -> bool:
    if len(word) < LONG or len(other) < LONG:
        return False
    return float(OSA.normalized_similarity(word, other, score_cutoff=LIKE)) >= LIKE
