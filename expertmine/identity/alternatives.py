"""Alternative clusterings: what ties each mention to its person, and the draws in which the tie does not hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from expertmine.identity.reading import Floats, Ints
from expertmine.portable import exp
from expertmine.tables.people import CLUSTERINGS

Bits = npt.NDArray[np.uint64]
RULED = 1000.0
"""Log-odds of what people ruled: no doubt is left of them in double precision."""


@dataclass(frozen=True, slots=True)
class Ties:
    """How clusters grew: a tree in each, the smaller part of every join hanging on the core of the larger one."""

    to: Ints
    """(n,) the mention on which each hangs; itself for a core."""
    log_odds: Floats
    """(n,) those of the join by which it, with all that hung on it, came to hang there."""
    core: Ints
    """(n,) of each cluster, at its smallest mention, the root of its tree."""
    size: Ints
    """(n,) mentions of each cluster, at its smallest mention."""

    @classmethod
    def among(cls, mentions: int) -> Ties:
        """Return the ties of mentions none of which is joined yet."""
        alone = np.arange(mentions)
        return cls(alone.copy(), np.full(mentions, RULED), alone.copy(), np.ones(mentions, dtype=np.int64))

    def join(self, one: int, two: int, log_odds: float) -> None:
        """Tie two clusters, each named by its smallest mention, `one` the smaller; of equal parts `two` hangs."""
        larger, smaller = (one, two) if self.size[one] >= self.size[two] else (two, one)
        hung, core = self.core[smaller], self.core[larger]
        self.to[hung], self.log_odds[hung] = core, log_odds
        self.core[one] = core
        self.size[one] += self.size[two]


def draw_alternatives(ties: Ties, confidence: Floats, *, seed: int) -> Bits:
    """Draw clusterings in which each tie holds as often as it is probable; bit s: the mention stays in the s-th.

    A part that was joined as a whole leaves as a whole, with the probability that its join was wrong; a mention on
    which nothing hangs stays with its `confidence`. A person is what stays with the core, the larger part of each
    join. Only joins are undone: mentions of others that may be the person's own are not added.
    """
    core = ties.to == np.arange(len(ties.to))
    bears = np.bincount(ties.to[~core], minlength=len(core)) > 0
    probability = np.where(core, 1.0, np.where(bears, 1 / (1 + exp(-ties.log_odds)), confidence))
    random = np.random.default_rng(seed)
    stays = np.zeros(len(ties.to), dtype=np.uint64)
    for draw in range(CLUSTERINGS):
        stays |= (random.random(len(stays)) < probability).astype(np.uint64) << np.uint64(draw)
    return _with_all_above(stays, ties.to)


def _with_all_above(stays: Bits, to: Ints) -> Bits:
    """Keep a bit only where it is set for all on the way to the core (pointer doubling: Wyllie 1979)."""
    while True:
        stays = stays & stays[to]
        further = to[to]
        if np.array_equal(further, to):
            return stays
        to = further
