"""How surely a mention belongs where it was put."""

from __future__ import annotations

import numpy as np

from expertmine.identity.reading import Floats, Ints
from expertmine.portable import exp

LEAST = 0.01
CARRIED = 2.0
"""Log-odds of a mention that only a changed surname ties to its person."""


def weigh_memberships(label: Ints, pairs: tuple[Ints, Ints], evidence: Floats) -> Floats:
    """Return for every mention the probability of its person among all it could be, a human of its own included.

    The odds of each person are those of the mean evidence between the mention and that person's mentions.
    """
    size = len(label)
    mention = np.concatenate([pairs[0], pairs[1]])
    person = label[np.concatenate([pairs[1], pairs[0]])]
    code, where = np.unique(mention * size + person, return_inverse=True)
    odds = exp(np.bincount(where, np.tile(evidence, 2), len(code)) / np.bincount(where, minlength=len(code)))
    mention, person = code // size, code % size
    own = person == label[mention]
    alone = np.bincount(label, minlength=size)[label] == 1
    mine = np.where(alone, 0.0, exp(CARRIED))
    mine[mention[own]] = odds[own]
    rivals = np.bincount(mention[~own], odds[~own], size)
    share: Floats = np.where(alone, 1.0, mine) / (1.0 + mine + rivals)
    return np.clip(np.round(share, 6), LEAST, 1.0)
