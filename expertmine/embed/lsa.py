"""Latent semantic analysis fitted on the corpus (Deerwester et al. 1990): no model to fetch, the same every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from expertmine.portable import exp, log
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
_BESIDE = 64
"""Dimensions carried along for the last ones asked for to come out well."""
_POWERS = 3
"""Steps of the iteration: docs/measurements.md says what more of them change."""
_COLUMNS = 32
"""Columns multiplied at a time; all at once take a quarter longer."""


def fit_terms(weights: csr_matrix, *, sample: Array, dimensions: int) -> Array:
    """Return a vector for each term (columns of `weights`), shape (terms, width), float32.

    An article lies at the sum of its terms' vectors times their weights; so does any other text. The directions are
    found in the rows of the `sample`, and every term is then placed by all the articles it stands in ("folding in",
    Berry et al. 1995), so that time and memory grow with what is read, not faster.
    """
    rows = weights[sample].astype(np.float64)
    width = min(dimensions, *rows.shape)
    if width == 0 or not rows.nnz:
        return np.zeros((weights.shape[1], 1), np.float32)
    rows = rows.multiply(uneven(rows.shape[0])[:, None]).tocsr()
    singular, seen, turn = _decompose(rows, width)
    if rows.shape[0] < weights.shape[0]:
        articles = _multiply(weights, seen) @ (turn / singular**2)
        places = weights.T.tocsr() @ (articles / singular) * (rows.shape[0] / weights.shape[0])
    else:
        places = seen @ turn / singular
    largest = np.abs(np.round(places, 6)).argmax(axis=0)
    places *= np.sign(places[largest, np.arange(places.shape[1])]) * exp(LEAD * log(singular / singular[0]))
    return np.asarray(np.round(places, _DECIMALS) + 0.0, np.float32)  # no zero has a sign


def _decompose(rows: csr_matrix, width: int) -> tuple[Array, Array, Array]:
    """Return the largest singular values, descending, and two factors of their right singular vectors times these.

    The first factor, what terms see of a few directions, is tall; the second, how these are to be turned, is small.
    Subspace iteration (Halko, Martinsson & Tropp 2011) on the side of the rows, for terms are many. It starts from the
    same place always: what is random in it would be so in the niches, and nobody could say which of them are.
    """
    columns = rows.T.tocsr()
    spanned = np.random.default_rng(0).standard_normal((rows.shape[0], min(width + _BESIDE, *rows.shape)))
    for _ in range(_POWERS):
        spanned, _rest = np.linalg.qr(_multiply(rows, columns @ spanned))
    seen = columns @ spanned
    squares, turn = np.linalg.eigh(seen.T @ seen)
    singular = np.sqrt(np.maximum(squares[::-1][:width], 0))
    singular = singular[singular > _VANISHING * singular[0]]
    return singular, seen, np.ascontiguousarray(turn[:, ::-1][:, : len(singular)])


def _multiply(rows: csr_matrix, tall: Array) -> Array:
    """Multiply some columns at a time: what is read again is then still in the processor's cache."""
    product = np.empty((rows.shape[0], tall.shape[1]))
    for start in range(0, tall.shape[1], _COLUMNS):
        product[:, start : start + _COLUMNS] = rows @ np.ascontiguousarray(tall[:, start : start + _COLUMNS])
    return product
