"""Clusters: niches by density on the map, the articles between them, themes over the niches."""

from __future__ import annotations

import numpy as np

from expertmine.text.vectors import Array, cosines, unit

NOISE = -1
_NEIGHBOURS = 3
"""hdbscan's min_samples: how many neighbours make a place dense."""
_LARGEST = 8
"""Smallest niches that the largest may hold; a bigger island is taken apart."""
_ADMITTED = 0.2
"""Share of all members that lie farther from their niche's centre than the farthest article admitted later."""


def find_niches(places: Array, *, min_size: int) -> Array:
    """Return each place's niche or NOISE (HDBSCAN, Campello 2013); with no island in sight the whole is one niche."""
    if len(places) < min_size:
        return np.full(len(places), NOISE)
    from hdbscan._hdbscan_linkage import label
    from hdbscan.hdbscan_ import _tree_to_labels

    tree = label(_spanning_tree(places))
    found = _tree_to_labels(places, tree, min_cluster_size=min_size, max_cluster_size=_LARGEST * min_size)[0]
    labels = np.asarray(found, int)
    return labels if (labels != NOISE).any() else np.zeros(len(places), int)


def _spanning_tree(places: Array) -> Array:
    """Return the edges of the tree that spans the places (two ends, length), short ones first.

    Many are equally long, and hdbscan's own sort leaves it to the processor which of them comes first.
    """
    from hdbscan._hdbscan_boruvka import KDTreeBoruvkaAlgorithm
    from sklearn.neighbors import KDTree

    tree = KDTree(places, leaf_size=40)
    edges = KDTreeBoruvkaAlgorithm(tree, min(_NEIGHBOURS, len(places) - 1), leaf_size=13, n_jobs=1).spanning_tree()
    return np.asarray(edges[np.argsort(edges[:, 2], kind="stable")])


def admit_noise(labels: Array, space: Array) -> Array:
    """Return the labels with every noise article that is near enough to a niche's centre moved into it.

    Near enough: as near, in the space of meaning, as all but the farthest fifth of members are to theirs.
    """
    inside = labels != NOISE
    if inside.all() or not inside.any():
        return labels
    similarity = cosines(space, find_centres(labels, space))
    own = similarity[np.flatnonzero(inside), labels[inside]]
    near = similarity.max(axis=1) >= np.quantile(own, _ADMITTED)
    return np.where(~inside & near, similarity.argmax(axis=1), labels)


def join_niches(labels: Array, space: Array) -> Array:
    """Return the theme of each niche: average linkage of their centres, as many themes as the root of niches.

    Centres are taken as deviations from the corpus's: what all niches share joins none. On ten drug classes themes
    agree with the class by an adjusted mutual information of .62 then, else of .56.
    """
    from sklearn.cluster import AgglomerativeClustering

    centres = find_centres(labels, space)
    if len(centres) <= 2:
        return np.zeros(len(centres), int)
    themes = AgglomerativeClustering(n_clusters=round(len(centres) ** 0.5), metric="precomputed", linkage="average")
    own = unit(centres - space.mean(axis=0, dtype=np.float64))
    return np.asarray(themes.fit_predict(1.0 - cosines(own, own)), int)


def spread_themes(labels: Array, space: Array) -> Array:
    """Return the theme labels with every article that has none in the nearest theme."""
    centres = find_centres(labels, space)
    if not len(centres):
        return labels
    return np.where(labels == NOISE, cosines(space, centres).argmax(axis=1), labels)


def find_centres(labels: Array, space: Array) -> Array:
    """Return the mean direction of each label's vectors, shape (labels, width), unit length."""
    from scipy.sparse import csr_matrix

    inside = np.flatnonzero(labels != NOISE)
    shape = (labels.max(initial=NOISE) + 1, len(labels))
    member = csr_matrix((np.ones(len(inside), np.float32), (labels[inside], inside)), shape)
    return unit(member @ space)
