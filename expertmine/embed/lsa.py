"""Latent semantic analysis fitted on the corpus (Deerwester et al. 1990): no model to fetch, the same every time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from expertmine.parallel import spread_threads
from expertmine.portable import exp, log
from expertmine.text.vectors import Array, uneven

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

LEAD = 0.25
"""Power of the singular values by which strong dimensions lead the weak ones beyond plain LSA. More of it blurs an
article's own words (titles find their abstracts less often), less of it what articles share: docs/measurements.md."""

REST = 0.35
"""How much what the directions leave of an article's words counts beside what they hold; see docs/measurements.md."""
_TAKEN = 4
"""Random directions that a term takes, each with a random sign."""
_DECIMALS = 4
"""Of a term's place; a machine's linear algebra has its own way from the fifteenth decimal on."""
_VANISHING = 1e-5
"""Singular values below this share of the first are rounding errors; their directions are dropped."""
_BESIDE = 64
"""Dimensions carried along for the last ones asked for to come out well."""
_POWERS = 3
"""Steps of the iteration: docs/measurements.md says what more of them change."""
_COLUMNS = 32
"""Columns worked on at a time, by a thread: what is read again is then still in the processor's cache, nothing tall is
held, and no sum depends on how many threads there are."""


def fit_terms(weights: csr_matrix, *, sample: Array, dimensions: int, remainder: int) -> tuple[Array, Array]:
    """Return two vectors for each term (columns of `weights`), shapes (terms, width) and (terms, remainder), float32.

    The first says where it lies among the leading directions, the second what these leave of it, in random ones. An
    article lies at the sum of its terms' vectors times their weights; so does any other text. The directions are
    found in the rows of the `sample`, and every term is then placed by all the articles it stands in ("folding in",
    Berry et al. 1995), so that time and memory grow with what is read, not faster.
    """
    rows = weights[sample].astype(np.float64)
    width = min(dimensions, *rows.shape)
    if width == 0 or not rows.nnz:
        return np.zeros((weights.shape[1], 1), np.float32), np.zeros((weights.shape[1], 0), np.float32)
    rows = rows.multiply(uneven(rows.shape[0])[:, None]).tocsr()
    columns = rows.T.tocsr()
    singular, left = _decompose(rows, columns, width)
    lead = exp(LEAD * log(singular / singular[0]))
    folded, share = rows.shape[0] < weights.shape[0], rows.shape[0] / weights.shape[0]
    stood = weights.T.tocsr() if folded else columns

    def place(block: slice) -> Array:
        places = columns @ np.ascontiguousarray(left[:, block] / singular[block])
        if folded:
            places = stood @ (weights @ places)
            places *= share / singular[block] ** 2
        return _rounded(places, _signs(places) * lead[block])

    placed = _by_columns(place, rows=weights.shape[1], width=len(singular), dtype=np.float32)
    return placed, _project_rest(rows, columns, left=left / singular, width=remainder)


def _project_rest(rows: csr_matrix, columns: csr_matrix, *, left: Array, width: int) -> Array:
    """Return what the directions leave of each term in so many random ones, (terms, width), float32.

    Random projections keep products, and so the words by which one article differs from thousands alike; a few signs a
    term do as well as many (very sparse random projections: Li, Hastie & Church 2006). `left` are the left singular
    vectors, each over its singular value.
    """
    from scipy.sparse import csc_array

    random, terms = np.random.default_rng(0), rows.shape[1]
    if not width:
        return np.zeros((terms, 0), np.float32)
    taken = (np.repeat(np.arange(terms), _TAKEN), random.integers(0, width, terms * _TAKEN))
    signs = csc_array((random.choice([-1.0, 1.0], terms * _TAKEN) / _TAKEN**0.5, taken), shape=(terms, width))
    held = left @ (left.T @ (rows @ signs).toarray())

    def project(block: slice) -> Array:
        return _rounded(signs[:, block].toarray() - columns @ np.ascontiguousarray(held[:, block]), REST)

    return _by_columns(project, rows=terms, width=width, dtype=np.float32)


def _decompose(rows: csr_matrix, columns: csr_matrix, width: int) -> tuple[Array, Array]:
    """Return the largest singular values, descending, and their left singular vectors; `columns` are rows transposed.

    Subspace iteration (Halko, Martinsson & Tropp 2011) on the side of the rows, for terms are many; on the way LU keeps
    the columns apart in a third of the time of QR, which makes them orthogonal at the end. It starts from the same
    place always: what is random in it would be so in the niches, and nobody could say which of them are.
    """
    from scipy.linalg import lu, qr

    def seen_back(spanned: Array) -> Array:
        return _by_columns(
            lambda block: rows @ (columns @ np.ascontiguousarray(spanned[:, block])),
            rows=rows.shape[0],
            width=spanned.shape[1],
        )

    spanned = np.random.default_rng(0).standard_normal((rows.shape[0], min(width + _BESIDE, *rows.shape)))
    for _ in range(_POWERS - 1):
        spanned = lu(seen_back(spanned), permute_l=True)[0]
    spanned, _rest = qr(seen_back(spanned), mode="economic", overwrite_a=True)
    squares, turn = np.linalg.eigh(spanned.T @ seen_back(spanned))
    singular = np.sqrt(np.maximum(squares[::-1][:width], 0))
    singular = singular[singular > _VANISHING * singular[0]]
    return singular, spanned @ np.ascontiguousarray(turn[:, ::-1][:, : len(singular)])


def _signs(places: Array) -> Array:
    """Return by what to multiply columns for their largest entries to be positive; a decomposition knows no signs."""
    high, low = np.round(places.max(axis=0), 6), np.round(places.min(axis=0), 6)
    return np.where(high >= -low, 1.0, -1.0)


def _rounded(places: Array, scale: Array | float) -> Array:
    """Return the places times the scale as tables hold them, no zero with a sign; the given ones are overwritten."""
    places *= scale
    np.round(places, _DECIMALS, out=places)
    places += 0.0
    return np.asarray(places, np.float32)


def _by_columns(made: Callable[[slice], Array], *, rows: int, width: int, dtype: type = np.float64) -> Array:
    """Return what is made of so many columns, some at a time, side by side."""
    found: Array = np.empty((rows, width), dtype)

    def put(block: slice) -> None:
        found[:, block] = made(block)

    for _ in spread_threads(put, [slice(at, min(at + _COLUMNS, width)) for at in range(0, width, _COLUMNS)]):
        pass
    return found
