"""The map: articles in two dimensions, neighbours kept; the niches are found on it and the report draws it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from types import SimpleNamespace

import numpy as np

from expertmine.parallel import spread
from expertmine.progress import announce
from expertmine.text.vectors import Array, one_thread, uneven

_FEWEST = 12
"""Below this many different texts there is no neighbourhood to keep."""
_EXAGGERATION = 1.5
"""Attraction beyond t-SNE's own: tighter islands, a third of the time (a smaller map has fewer grid cells)."""
_EARLY, _LATE = 250, 250
"""Steps. Late ones twice as many agree no better with outside labels (adjusted mutual information of the sample's
niches .841, else .840; purity of drugclasses .879 both) and take up to twice the time."""
_START = 10
"""Decimals of the start, whose spread is 1e-4: more of them are the machine's, and t-SNE makes another map of them."""
_FEWEST_CELLS = 20
"""In a row of the grid (FFT). openTSNE's 50 tell repulsion on a map that is small yet more exactly than its own grid
does on one that is full-grown, which takes a fifth more time."""
SMALL = 3_000
"""Up to so many texts a tree (Barnes-Hut) takes the place of the grid, which is as exact and faster from 1,500 on; the
niches of all smaller corpora would move."""

_SLOW = 1_000
"""Texts from which on a map takes longer than a process to begin."""


def draw_maps(spaces: Sequence[Array], *, perplexity: float) -> list[Array]:
    """Return the map of each, drawn beside one another where there are cores and texts are not few."""
    announce("drawing the map", 0)
    work = partial(_draw_alone, perplexity=perplexity)
    return list(spread(work, spaces, least=2 if len(spaces[0]) >= _SLOW else len(spaces) + 1))


def _draw_alone(vectors: Array, *, perplexity: float) -> Array:
    with one_thread("sklearn.utils.extmath"):
        return draw_map(vectors, perplexity=perplexity)


def draw_map(vectors: Array, *, perplexity: float) -> Array:
    """Return a place in two dimensions for each of the different unit vectors, shape (texts, 2).

    t-SNE with exact neighbours from an exact principal-component start without jitter (van der Maaten & Hinton
    2008; Linderman 2019; Kobak & Berens 2019), one thread: nothing is left to chance, so there is no seed. One digit
    more or less makes another map: distances are exact, affinities and start are rounded, and the loop adds,
    multiplies and divides as every processor does.
    Fewer than a dozen texts are laid along their two leading dimensions.
    """
    if len(vectors) < _FEWEST:
        lead = np.zeros((len(vectors), 2))
        lead[:, : vectors.shape[1]] = vectors[:, :2]
        return lead
    from openTSNE import TSNE, affinity, initialization
    from openTSNE._matrix_mul import matrix_mul
    from scipy import fft

    # All there is of own arithmetic in the grid; scipy's transform is numpy's, several numbers at once.
    matrix_mul.np = SimpleNamespace(**{**vars(np), "fft": fft, "multiply": _multiplied})
    vectors = vectors.astype(np.float64)
    nearest = affinity.PerplexityBasedNN(
        vectors,
        perplexity=min(perplexity, (len(vectors) - 1) / 3),
        metric="euclidean",
        method="exact",
        n_jobs=1,
        random_state=0,
    )
    nearest.P.data = nearest.P.data.astype(np.float32).astype(np.float64)
    small = len(vectors) <= SMALL
    drawer = TSNE(
        exaggeration=_EXAGGERATION,
        early_exaggeration_iter=_EARLY,
        n_iter=_LATE,
        negative_gradient_method="bh" if small else "fft",
        min_num_intervals=_FEWEST_CELLS,
        n_jobs=1,
        random_state=0,
    )
    weighed = vectors * uneven(len(vectors))[:, None]
    start = np.round(initialization.pca(weighed, svd_solver="covariance_eigh", add_jitter=False), _START)
    return np.asarray(drawer.fit(affinities=nearest, initialization=start), np.float64)


def turn_map(places: Array, former: Array) -> Array:
    """Return the map turned, and mirrored if need be, so that what lay in the north still does.

    Least squares over the places known before (rows of `former` that are not NaN), without any stretching (Kabsch
    1976), written for the plane as one complex number. The map is not begun from the former one instead: islands that
    have grown together would stay apart.
    """
    known = ~np.isnan(former).any(axis=1)
    centre = places[known].mean(axis=0) if known.any() else np.zeros(2)
    new = (places - centre) @ np.array([1, 1j])
    old = (former[known] - former[known].mean(axis=0)) @ np.array([1, 1j]) if known.any() else new[known]
    plain, mirrored = (new[known].conj() * old).sum(), (new[known] * old).sum()
    mirror = abs(mirrored) > abs(plain)
    turn = mirrored if mirror else plain
    if abs(turn) == 0:
        return places
    turned = (new.conj() if mirror else new) * (turn / abs(turn))
    return np.stack([turned.real, turned.imag], axis=1)


def _multiplied(one: Array, other: Array) -> Array:
    """Return products of complex numbers, each step rounded for itself; numpy's depend on what a processor fuses."""
    one, other = np.asarray(one), np.asarray(other)
    product = np.empty_like(one)
    product.real = one.real * other.real - one.imag * other.imag
    product.imag = one.real * other.imag + one.imag * other.real
    return product
