"""The few directions in which a corpus differs most: what its topics are, without each article's own words."""

from __future__ import annotations

import numpy as np

from expertmine.parallel import spread_threads
from expertmine.portable import exp, log
from expertmine.text.vectors import Array, uneven, unit

WIDTH = 128
LEAD = 0.25
"""Power of the singular values by which strong directions lead."""
_VANISHING = 1e-6
"""Directions weaker than this share of the first are what float16 rounded."""
_AT_ONCE = 2048
"""Articles held in double precision at once, by a thread."""
_GRID = 2.0**14
"""Parts of 1 to which a direction is rounded: its products with numbers of float16 are exact then, and so are sums."""


def lead_directions(space: Array) -> Array:
    """Return unit vectors of the articles in the `WIDTH` leading principal directions of their unit vectors.

    Vectors are made to tell articles apart, and topics are what articles share: on nine thousand abstracts of ten drug
    classes the ten nearest have the class of the article in .842 of cases (.832 in the whole space). Directions are
    those of the vectors themselves, not of their deviations from the mean, as in latent semantic analysis. Articles
    without vectors, zeros, stay so; a corpus of no more articles than directions is returned as it is.
    """
    worded = np.flatnonzero(space.any(axis=1))
    if len(worded) <= WIDTH:
        return space
    parts = [slice(start, start + _AT_ONCE) for start in range(0, len(worded), _AT_ONCE)]
    weight = uneven(len(worded))[:, None]

    def exact(part: slice) -> Array:
        return np.asarray(space[worded[part]], np.float64)

    def inner(part: slice) -> Array:
        weighed = exact(part) * weight[part]
        return np.asarray(weighed.T @ weighed)

    directions = _directions(np.asarray(sum(spread_threads(inner, parts))))
    found = np.zeros((len(space), directions.shape[1]), np.float32)
    for part, led in zip(parts, spread_threads(lambda part: unit(exact(part) @ directions), parts), strict=True):
        found[worded[part]] = led
    return found


def _directions(products: Array) -> Array:
    """Return the leading directions of vectors whose inner products over all articles these are, each by its lead."""
    strength, directions = np.linalg.eigh(products)
    strength, directions = strength[::-1][:WIDTH], directions[:, ::-1][:, :WIDTH]
    kept = strength > _VANISHING * strength[0]
    strength, directions = strength[kept], directions[:, kept]
    largest = np.abs(np.round(directions, 6)).argmax(axis=0)
    directions = directions * np.sign(directions[largest, np.arange(kept.sum())])
    lead = exp(LEAD / 2 * log(strength / strength[0]))
    return np.asarray(np.rint(directions * lead * _GRID) / _GRID)
