"""The few directions in which a corpus differs most: what its topics are, without each article's own words."""

from __future__ import annotations

import numpy as np

from expertmine.portable import exp, log
from expertmine.text.vectors import Array, uneven, unit

WIDTH = 128
LEAD = 0.25
"""Power of the singular values by which strong directions lead."""
_VANISHING = 1e-6
"""Directions weaker than this share of the first are what float16 rounded."""
_SAME = 1e-4
"""Mean square of the deviations below which all articles are one text."""
_GRID = 2.0**14
"""Parts of 1 to which a direction is rounded: its products with numbers of float16 are exact then, and so are sums."""


def lead_directions(space: Array) -> Array:
    """Return unit vectors of the articles' deviations from their mean in its `WIDTH` leading principal directions.

    Vectors are made to tell articles apart, and topics are what they share. On nine thousand abstracts of ten drug
    classes the ten nearest share the class in .842 of cases (.832 in the whole space), and themes agree with the class
    by an adjusted mutual information of .62 (.58; .56 without taking the mean away). A corpus of no more articles than
    directions is returned as it is.
    """
    if len(space) <= WIDTH:
        return space
    exact = space.astype(np.float64)
    mean = np.rint(exact.mean(axis=0) * _GRID) / _GRID
    weighed = (exact - mean) * uneven(len(space))[:, None]
    strength, directions = np.linalg.eigh(weighed.T @ weighed)
    strength, directions = strength[::-1][:WIDTH], directions[:, ::-1][:, :WIDTH]
    if strength[0] < _SAME * len(space):
        return space
    kept = strength > _VANISHING * strength[0]
    strength, directions = strength[kept], directions[:, kept]
    largest = np.abs(np.round(directions, 6)).argmax(axis=0)
    directions = directions * np.sign(directions[largest, np.arange(kept.sum())])
    lead = exp(LEAD / 2 * log(strength / strength[0]))
    axes = np.rint(directions * lead * _GRID) / _GRID
    return unit((exact - mean) @ axes)
