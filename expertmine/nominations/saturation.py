"""How much of what peers could say has been said: who is still unnamed, and whether to go on asking."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from expertmine.portable import Z90, exp, log1p


@dataclass(frozen=True, slots=True, kw_only=True)
class Saturation:
    """What the counts of words per person say of those whom nobody has named yet."""

    people: int
    words: int
    coverage: float
    """Chance that the next word is for somebody already named, in [0, 1]."""
    unnamed: float
    low: float
    high: float
    """At least about so many people are still to be named; its 90 % interval."""


def measure_saturation(counts: Sequence[int], *, raters: int) -> Saturation:
    """Estimate how complete the list of named people is.

    Coverage is Good's (1953), 1 - f1/n of n words; the number still unnamed is Chao2's lower bound with its log-normal
    interval (Chao 1987; the form for f2 = 0 of Chao 2005), f1 and f2 being how many people one and two raters named:
    a rater names somebody once, so raters are what is drawn, not words.

    Parameters
    ----------
    counts
        For each person named, by how many raters.
    raters
        How many spoke; of one nobody knows whom others would name.

    Examples
    --------
    >>> heard = measure_saturation([5, 4, 3, 2, 2, 1, 1], raters=6)
    >>> heard.people, round(heard.coverage, 3), round(heard.unnamed, 2)
    (7, 0.889, 0.83)
    """
    heard = [count for count in counts if count > 0]
    n, people = sum(heard), len(heard)
    f1, f2 = heard.count(1), heard.count(2)
    if raters < 2 or not heard:
        return Saturation(people=people, words=n, coverage=0.0, unnamed=math.inf, low=0.0, high=math.inf)
    unnamed, variance = _chao2(f1, f2, seen=people, scale=(raters - 1) / raters)
    low, high = 0.0, float(f1)
    if unnamed:
        wide = float(exp(Z90 * math.sqrt(float(log1p(variance / unnamed**2)))))
        low, high = unnamed / wide, unnamed * wide
    return Saturation(people=people, words=n, coverage=1 - f1 / n, unnamed=unnamed, low=low, high=high)


def _chao2(f1: int, f2: int, *, seen: int, scale: float) -> tuple[float, float]:
    """Return the estimated number of the unseen and its variance."""
    if f2 > 0:
        ratio = f1 / f2
        variance = f2 * (scale * ratio**2 / 2 + scale**2 * ratio**3 + scale**2 * ratio**4 / 4)
        return scale * f1**2 / (2 * f2), variance
    unseen = scale * f1 * (f1 - 1) / 2
    if unseen == 0:
        return 0.0, 0.0
    variance = scale * f1 * (f1 - 1) / 2 + scale**2 * f1 * (2 * f1 - 1) ** 2 / 4
    return unseen, variance - scale**2 * f1**4 / (4 * (seen + unseen))
