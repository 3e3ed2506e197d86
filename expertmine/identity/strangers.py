"""A name whose mentions keep no company: several that hardly anything ties to each other are as many humans."""

from __future__ import annotations

import numpy as np

from expertmine.identity.evidence import COLUMNS, SOME
from expertmine.identity.reading import Floats, Ints

MANY = 5
"""Mentions under one name from which the ties among them say how many humans bear it."""
FEW = 0.15
"""Share of tied pairs below which they are strangers; on real records, rare names of one human have .3 and more."""
LIKE_PLACE = 0.6
DOUBT = -1.0
"""Log-odds, at most, of two strangers that share nothing but the name."""
RESERVE = 5.0
"""Log-odds that a tie between two strangers loses: the model took the name for a rare one."""


def doubt_strangers(block: Ints, pairs: tuple[Ints, Ints], columns: Floats, evidence: Floats) -> Floats:
    """Return the log-odds, lowered under names that prove to be borne by many."""
    first, _ = pairs
    of = {name: columns[:, place] for place, name in enumerate(COLUMNS)}
    # What is more than a name that two share: company, a place, a subject, an address, a citation, a paper.
    tied = (of["companions"] > SOME) | (of["affiliation"] > LIKE_PLACE) | (of["text_alike"] > 0)
    tied |= (of["email"] > 0) | (of["cites"] > 0) | (of["same_paper"] > 0)
    # Where neither affiliations nor abstracts are at hand, that two mentions share none says nothing.
    told = (of["affiliation_known"] > 0) | (of["text_known"] > 0)
    width = int(block.max(initial=0)) + 1
    compared = np.unique(np.concatenate([side[told] for side in pairs]))
    mentions = np.bincount(block[compared], minlength=width)
    pairs_told = np.bincount(block[first[told]], minlength=width)
    share = np.bincount(block[first[told]], tied[told], width) / np.maximum(pairs_told, 1)
    strangers = ((mentions >= MANY) & (share < FEW))[block[first]]
    lowered = np.where(tied, evidence - RESERVE, np.minimum(evidence, DOUBT))
    return np.where(strangers, lowered, evidence)
