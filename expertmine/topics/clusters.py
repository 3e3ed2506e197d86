"""Clusters: niches by density on the map, the articles between them, themes over the niches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from expertmine.text.vectors import Array, cosines, unit

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

NOISE = -1
_NEIGHBOURS = 3
"""hdbscan's min_samples: how many neighbours make a place dense."""
_LARGEST = 8
"""Smallest niches that the largest island may hold; a bigger one is taken apart."""
_LARGEST_UNION = 10
"""Smallest niches that a union of islands may hold."""
_ADMITTED = 0.2
"""Share of all members that lie farther from their niche's centre than the farthest article admitted later."""
_NEARLY = 0.95
"""Similarity to another niche's centre, as a share of that to one's own, from which on an article serves both."""
_UNITED = 0.4
"""Share of the articles of either of two niches that serve the other as well, from which on the two are one."""
_AT_ONCE = 4_096
"""Articles compared at once: what bounds memory."""


def find_niches(places: Array, space: Array, *, min_size: int) -> Array:
    """Return each article's niche or NOISE: the islands on the map, those that are one in the space of meaning united.

    A map shows more borders than there are: it has only two dimensions, and some islands part by a matter of points.
    """
    return unite_niches(find_islands(places, min_size=min_size), space, largest=_LARGEST_UNION * min_size)


def find_islands(places: Array, *, min_size: int) -> Array:
    """Return each place's island or NOISE (HDBSCAN, Campello 2013); with none in sight the whole is one island."""
    if len(places) < min_size:
        return np.full(len(places), NOISE)
    from hdbscan._hdbscan_linkage import label
    from hdbscan.hdbscan_ import _tree_to_labels

    tree = label(_spanning_tree(places))
    found = _tree_to_labels(places, tree, min_cluster_size=min_size, max_cluster_size=_LARGEST * min_size)[0]
    labels = np.asarray(found, int)
    return labels if (labels != NOISE).any() else np.zeros(len(places), int)


def unite_niches(labels: Array, space: Array, *, largest: int) -> Array:
    """Return the labels with such niches made one as many articles of both serve, the closest first.

    An article serves another niche whose centre is nearly as near as its own's (`_NEARLY`). No union is larger than
    `largest`.
    """
    if labels.max(initial=NOISE) < 1:
        return labels
    shared = _share_served(labels, space)
    close = shared.minimum(shared.T).tocoo()
    wanted = (close.row < close.col) & (close.data >= _UNITED)
    one, other, share = close.row[wanted], close.col[wanted], close.data[wanted]
    owner, sizes = np.arange(shared.shape[0]), np.bincount(labels[labels != NOISE], minlength=shared.shape[0])
    for pair in np.lexsort((other, one, -share)):
        kept, gone = sorted((owner[one[pair]], owner[other[pair]]))
        if kept != gone and sizes[kept] + sizes[gone] <= largest:
            sizes[kept] += sizes[gone]
            owner[owner == gone] = kept
    return np.append(np.unique(owner, return_inverse=True)[1], NOISE)[labels]


def _share_served(labels: Array, space: Array) -> csr_matrix:
    """Return the share of each niche's articles (row) that serve each other niche (column)."""
    from scipy.sparse import csr_matrix

    centres = find_centres(labels, space)
    inside = np.flatnonzero(labels != NOISE)
    shape = (len(centres), len(centres))
    counts = csr_matrix(shape)
    for start in range(0, len(inside), _AT_ONCE):
        rows = inside[start : start + _AT_ONCE]
        own, found = labels[rows], cosines(space[rows], centres)
        near = found >= _NEARLY * found[np.arange(len(rows)), own][:, None]
        article, niche = np.nonzero(near)
        counts = counts + csr_matrix((np.ones(len(niche)), (own[article], niche)), shape)
    sizes = np.bincount(labels[inside], minlength=len(centres))
    return counts.multiply(1 / np.maximum(sizes, 1)[:, None]).tocsr()


def _spanning_tree(places: Array) -> Array:
    """Return the edges of the tree that spans the places (two ends, length), short ones first.

    Many are equally long, and hdbscan's own sort leaves it to the processor which of them comes first.
    """
    from hdbscan._hdbscan_boruvka import KDTreeBoruvkaAlgorithm
    from sklearn.neighbors import KDTree

    tree = KDTree(places, leaf_size=40)
    edges = KDTreeBoruvkaAlgorithm(tree, min(_NEIGHBOURS, len(places) - 1), leaf_size=13, n_jobs=1).spanning_tree()
    return np.asarray(edges[np.argsort(edges[:, 2], kind="stable")])


def admit_noise(labels: Array, space: Array, *, barred: Array | None = None) -> Array:
    """Return the labels with every noise article that is near enough to a niche's centre moved into it.

    Near enough: as near, in the space of meaning, as all but the farthest fifth of members are to theirs. Articles
    that are `barred` stay out: they were looked at before.
    """
    inside = labels != NOISE
    if inside.all() or not inside.any():
        return labels
    barred = inside if barred is None else inside | barred
    centres = find_centres(labels, space)
    niche, similarity = find_nearest(space, centres)
    return np.where(~barred & (similarity >= admission(labels, space, centres)), niche, labels)


def admission(labels: Array, space: Array, centres: Array) -> float:
    """Return the similarity to a centre from which on an article is admitted to a niche."""
    return float(np.quantile(own_similarity(labels, space, centres)[labels != NOISE], _ADMITTED))


def own_similarity(labels: Array, space: Array, centres: Array) -> Array:
    """Return the similarity of each article to the centre of its own niche, 0 for noise; exact as `cosines` are."""
    similarity = np.zeros(len(labels))
    inside = np.flatnonzero(labels != NOISE)
    for start in range(0, len(inside), _AT_ONCE):
        rows = inside[start : start + _AT_ONCE]
        pairs = space[rows].astype(np.float64), centres[labels[rows]].astype(np.float64)
        similarity[rows] = np.einsum("ij,ij->i", *pairs)
    return similarity


def find_nearest(space: Array, centres: Array, *, but: Array | None = None) -> tuple[Array, Array]:
    """Return the nearest centre of each article and the similarity to it; `but` names one that does not count."""
    label, similarity = np.zeros(len(space), int), np.zeros(len(space))
    for start in range(0, len(space), _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        found = cosines(space[rows], centres)
        if but is not None:
            out = np.flatnonzero(but[rows] != NOISE)
            found[out, but[rows][out]] = -np.inf
        label[rows], similarity[rows] = found.argmax(axis=1), found.max(axis=1)
    return label, similarity


def find_second(labels: Array, space: Array) -> tuple[Array, Array]:
    """Return the niche that an article serves beside its own, or NOISE, and the similarity to its centre.

    That is the nearest other one, if it is nearly as near (`_NEARLY`) and near enough to have admitted the article.
    """
    centres = find_centres(labels, space)
    inside = labels != NOISE
    if len(centres) < 2:
        return np.full(len(labels), NOISE), np.zeros(len(labels))
    niche, similarity = find_nearest(space, centres, but=labels)
    own = own_similarity(labels, space, centres)
    serves = inside & (similarity >= _NEARLY * own) & (similarity >= np.quantile(own[inside], _ADMITTED))
    return np.where(serves, niche, NOISE), similarity


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
