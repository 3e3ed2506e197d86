"""A name whose mentions keep no company: several that nothing ties to each other are as many humans."""

from __future__ import annotations

import numpy as np

from expertmine.identity.evidence import COLUMNS, SOME, UNLIKE_PLACE, Flags
from expertmine.identity.reading import Floats, Ints

MANY = 4
"""Loose ends under one name from which a like name alone no longer joins them.

On real records with ORCIDs one of seven such pairs is one human, whatever the model says of the names; of two or
three loose ends under a rare name nearly all are.
"""
LOOSE = 2
"""Mentions in a group, tied by more than the name, that still count as a loose end."""
LIKE_TEXT = 0.3
DOUBT = -1.0


def doubt_strangers(block: Ints, pairs: tuple[Ints, Ints], columns: Floats, evidence: Floats) -> Floats:
    """Return the log-odds, lowered for pairs of loose ends under a name that has many of them."""
    first, second = pairs
    tied = _ties(columns)
    group = _groups(len(block), first[tied], second[tied])
    compared = np.zeros(len(block), dtype=bool)
    compared[first] = compared[second] = True
    loose = compared & (np.bincount(group)[group] <= LOOSE)
    ends = np.unique(np.column_stack([block[loose], group[loose]]), axis=0)[:, 0]
    many = np.bincount(ends, minlength=int(block.max(initial=0)) + 1)[block] >= MANY
    doubtful = ~tied & loose[first] & loose[second] & many[first] & many[second]
    return np.where(doubtful, np.minimum(evidence, DOUBT), evidence)


def _ties(columns: Floats) -> Flags:
    """Say which pairs share more than a name: company, a place, a subject, an address or a citation."""
    of = {name: columns[:, place] for place, name in enumerate(COLUMNS)}
    tied: Flags = (of["companions"] > SOME) | (of["affiliation"] >= UNLIKE_PLACE) | (of["text"] >= LIKE_TEXT)
    return tied | (of["email"] > 0) | (of["cites"] > 0) | (of["same_paper"] > 0)


def _groups(size: int, first: Ints, second: Ints) -> Ints:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    links = coo_matrix((np.ones(len(first), dtype=np.int8), (first, second)), shape=(size, size))
    return connected_components(links, directed=False)[1].astype(np.int64)
