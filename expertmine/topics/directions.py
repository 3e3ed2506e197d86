"""The few directions in which a corpus differs most: what its topics are, without each article's own words."""

from __future__ import annotations

import numpy as np

from expertmine.portable import exp, log
from expertmine.text.vectors import Array, uneven, unit

WIDTH = 128
LEAD = 0.25
"""Power of the singular values by which strong directions lead. On nine thousand abstracts of ten drug classes the ten
nearest share the class in .842 of cases, in .832 among the whole vectors, which are made to tell articles apart."""
_GRID = 2.0**14
"""Parts of 1 to which a direction is rounded: then its products with vectors of float16, and their sums, are exact."""


def lead_directions(space: Array) -> Array:
    """Return unit vectors in the `WIDTH` leading principal directions, or the space itself if it has no more.

    Directions are those of the vectors as they are, not of their deviations from the mean, so that what most articles
    share stays a direction like any other (as in latent semantic analysis).
    """
    if space.shape[1] <= WIDTH or len(space) <= WIDTH:
        return space
    weighed = space.astype(np.float64) * uneven(len(space))[:, None]
    strength, directions = np.linalg.eigh(weighed.T @ weighed)
    strength, directions = strength[::-1][:WIDTH], directions[:, ::-1][:, :WIDTH]
    largest = np.abs(np.round(directions, 6)).argmax(axis=0)
    directions = directions * np.sign(directions[largest, np.arange(WIDTH)])
    lead = exp(LEAD / 2 * log(np.maximum(strength / strength[0], 1e-9)))
    return unit(space.astype(np.float64) @ (np.rint(directions * lead * _GRID) / _GRID))
