"""What a new fit may change of the former topics: only as much as new articles speak for."""

from __future__ import annotations

import numpy as np

from expertmine.text.vectors import Array
from expertmine.topics.clusters import NOISE

EVIDENCE, _TIMES, _ENOUGH = 0.2, 2, 0.5
"""Share of a found cluster's articles that must be new for it to take articles out of their former topics: a fifth, or
twice the share of what is new anywhere, if that is more; half is enough. Where all grows alike nothing has changed."""


def settle(found: Array, former: Array, fresh: Array, *, min_size: int) -> tuple[Array, Array]:
    """Return each article's topic, and whether this fit made it.

    Clusters of a map drawn anew differ from the former ones in many articles though hardly any is new: which borders
    density shows is a matter of a few points. So an article leaves its topic only for a cluster in which much more is
    new than elsewhere (evolutionary clustering weighs the same two costs, Chakrabarti 2006). What is new in another
    cluster joins the topic that most of it belongs to, or is a new topic.

    Parameters
    ----------
    found, former
        The cluster that each article is in now, and its former topic, or NOISE.
    fresh
        Which articles came after the fit that made their topic.
    min_size
        Of a topic that lost articles fewer than so many are not left over: they go where the map has them.
    """
    clusters, topics = found.max(initial=NOISE) + 1, former.max(initial=NOISE) + 1
    sizes = np.bincount(found[found != NOISE], minlength=clusters)
    needed = np.clip(_TIMES * fresh.mean(), EVIDENCE, _ENOUGH)
    strong = np.bincount(found[fresh & (found != NOISE)], minlength=clusters) > needed * sizes
    stays = (former != NOISE) & ~np.append(strong, False)[found]
    whole, left = (np.bincount(former[some], minlength=topics) for some in (former != NOISE, stays))
    stays &= np.append((left >= min_size) | (left == whole), False)[former]
    owner = np.where(strong, NOISE, _owners(found, np.where(stays, former, NOISE), sizes, topics))
    target = np.where(owner == NOISE, topics + np.arange(clusters), owner)
    settled = np.where(stays, former, np.append(target, NOISE)[found])
    held = stays | ((settled < topics) & (settled != NOISE))
    settled[~held & np.append(_counts(settled) < min_size, False)[settled]] = NOISE
    return _numbered(settled), ~held


def _owners(found: Array, staying: Array, sizes: Array, topics: int) -> Array:
    """Return the topic that has most of the articles that stay in each cluster, if half of the cluster stays."""
    both = (found != NOISE) & (staying != NOISE)
    held = np.zeros((len(sizes), topics + 1), int)
    np.add.at(held, (found[both], staying[both]), 1)
    return np.where(2 * held.sum(axis=1) >= sizes, held.argmax(axis=1), NOISE)


def _counts(labels: Array) -> Array:
    return np.bincount(labels[labels != NOISE], minlength=labels.max(initial=NOISE) + 1)


def _numbered(labels: Array) -> Array:
    """Return the labels numbered from 0 without gaps."""
    used, number = np.unique(labels, return_inverse=True)
    return np.asarray(number - (NOISE in used), int)
