"""Latent semantic analysis fitted on the corpus (Deerwester et al. 1990): no model to fetch, the same every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from expertmine.text.vectors import Array, uneven

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

LEAD = 0.25
"""Power of the singular values by which strong dimensions lead the weak ones beyond plain LSA. More of it blurs an
article's own words (titles find their abstracts less often), less of it what articles share: docs/measurements.md."""

_DECIMALS = 4
"""Of a term's place; a machine's linear algebra has its own way from the fifteenth decimal on."""
_VANISHING = 1e-5
"""Singular values below this share of the first are rounding errors; their directions are dropped."""


def fit_terms(weights: csr_matrix, *, dimensions: int, seed: int) -> Array:
    """Return a vector for each term (columns of `weights`), shape (terms, width), float32.

    An article lies at the sum of its terms' vectors times their weights; so does any other text. The decomposition
    is exact (ARPACK, Lehoucq 1998): with a randomized one, niches of two seeds agree by an adjusted Rand index of
    .7 only; the seed sets where the iteration starts, not where it ends.
    """
    width = min(dimensions, *weights.shape)
    if width == 0 or not weights.nnz:
        return np.zeros((weights.shape[1], 1), np.float32)
    weighed = weights.multiply(uneven(weights.shape[0])[:, None]).tocsr()
    singular, directions = _decompose(weighed, width, seed)
    directions = directions[singular > _VANISHING * singular[0]]
    largest = np.abs(np.round(directions, 6)).argmax(axis=1)
    directions = directions * np.sign(directions[np.arange(len(directions)), largest])[:, None]
    places = directions.T * (singular[: len(directions)] / singular[0]) ** LEAD
    return np.asarray(np.round(places, _DECIMALS) + 0.0, np.float32)  # no zero has a sign


def _decompose(weights: csr_matrix, width: int, seed: int) -> tuple[Array, Array]:
    """Return the largest singular values, descending, and their right singular vectors, one a row."""
    from scipy.sparse.linalg import svds

    if width == min(weights.shape):
        _, singular, directions = np.linalg.svd(weights.toarray(), full_matrices=False)
        return singular, directions
    start = np.random.default_rng(seed).uniform(-1, 1, min(weights.shape))
    _, singular, directions = svds(weights, width, v0=start, return_singular_vectors="vh")
    order = np.argsort(-singular)
    return singular[order], directions[order]
