"""A changed surname: one fore name, the same company, and one career that goes on where the other ends."""

from __future__ import annotations

import numpy as np

from expertmine.identity.alternatives import Ties
from expertmine.identity.blocking import Grouping, crossed, find_companions, numbered, pairs_within
from expertmine.identity.compatibility import Level, compare_given
from expertmine.identity.confidence import CARRIED
from expertmine.identity.reading import Ints, Mentions
from expertmine.identity.rulings import NONE, Rulings

SHARED = 3
"""Companions that both surnames must have had."""
OVERLAP = 1
"""Years by which the two surnames may overlap."""
CROWD = 20
"""Names on a paper beyond which it keeps no company."""


def join_successions(mentions: Mentions, label: Ints, ties: Ties, rulings: Rulings = NONE) -> Ints:
    """Return the labels with each changed surname joined to the one before, where no third candidate is in sight."""
    apart = {tuple(sorted((int(label[a]), int(label[b])))) for a, b in rulings.different}
    members = np.argsort(label, kind="stable")
    start = np.searchsorted(label[members], np.arange(len(label) + 1))
    parts = {
        pair: [members[start[one] : start[one + 1]] for one in pair]
        for pair in _candidates(mentions, label)
        if pair not in apart
    }
    found = [pair for pair, (first, second) in parts.items() if _succeeds(mentions, first, second)]
    ends = np.bincount(np.array(found, dtype=np.int64).ravel(), minlength=len(label))
    joined = np.arange(len(label))
    for one, two in found:
        if ends[one] == ends[two] == 1:
            joined[max(one, two)] = min(one, two)
            ties.join(min(one, two), max(one, two), CARRIED)
    return joined[label]


def _candidates(mentions: Mentions, label: Ints) -> list[tuple[int, int]]:
    """Return clusters with one full fore name, different surnames and enough shared companions."""
    given = numbered([name.full for name in mentions.names])[mentions.name]
    surname = numbered([name.key for name in mentions.names])[mentions.name]
    crowd = np.bincount(mentions.paper)[mentions.paper]
    full = np.array([bool(name.full) for name in mentions.names], dtype=bool)[mentions.name]
    beside = find_companions(mentions, label, full & (crowd <= CROWD))
    key = crossed(given[beside.mention], beside.key)
    kinds = np.unique(np.column_stack([key, label[beside.mention]]), axis=0)
    _, group, size = np.unique(kinds[:, 0], return_inverse=True, return_counts=True)
    kinds = kinds[size[group] > 1]
    one, two = pairs_within(Grouping(kinds[:, 1], kinds[:, 0]), np.arange(len(label)))
    other = surname[one] != surname[two]
    pairs, shared = np.unique(np.sort(np.column_stack([one, two])[other], axis=1), axis=0, return_counts=True)
    return [(int(a), int(b)) for a, b in pairs[shared >= SHARED]]


def _succeeds(mentions: Mentions, first: Ints, second: Ints) -> bool:
    """Check what the mentions of two clusters must fulfil to be one human who changed surname."""
    years = [np.sort(mentions.year[members]) for members in (first, second)]
    (_, end), (start, _) = sorted((int(span[0]), int(span[-1])) for span in years)
    orcids = set(mentions.orcid[np.concatenate([first, second])].tolist()) - {-1}
    names = [[mentions.names[name] for name in np.unique(mentions.name[part])] for part in (first, second)]
    return (
        min(span[0] for span in years) > 0
        and end - start <= OVERLAP
        and len(orcids) < 2
        and not np.isin(mentions.paper[first], mentions.paper[second]).any()
        and all(compare_given(a.given, b.given) != Level.CONFLICT for a in names[0] for b in names[1])
    )
