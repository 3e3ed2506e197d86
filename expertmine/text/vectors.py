"""Vectors in tables and in memory, and what makes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Array: TypeAlias = npt.NDArray[Any]


LEXICAL = 1.5
"""How much more the words fitted on the corpus count than an encoder; see docs/measurements.md, section Vectors."""


class Encoder(Protocol):
    """Whatever turns texts into vectors, one row a text."""

    def encode(self, texts: list[str], /) -> Array:
        """Return an array of shape (len(texts), width)."""


def unit(rows: Array) -> Array:
    """Return the rows at unit length, float32 that float16 can hold; rows of zeros stay."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(length > 0, length, 1), np.float16).astype(np.float32)


def join(lexical: Array, meant: Array) -> Array:
    """Return one vector for each text from what its words say and what an encoder says, either may have no width.

    The cosine of two such vectors is the mean of the two cosines, the lexical one counting `LEXICAL` times.
    """
    if not lexical.shape[1]:
        return unit(meant)
    return unit(np.hstack([np.sqrt(LEXICAL) * unit(lexical), unit(meant)]))


def cosines(rows: Array, others: Array) -> Array:
    """Return the products of each of the rows with each of the others, all of unit length, float64.

    Numbers that float16 can hold are multiples of 2^-24: float64 has room for their products and for sums of these
    up to 16, nothing is rounded, and in whatever order a machine adds, it finds the same.
    """
    return np.asarray(np.asarray(rows, np.float64) @ np.asarray(others, np.float64).T)


def uneven(number: int) -> Array:
    """Return so many weights near 1, no two alike.

    Where two directions are equally strong, a decomposition chooses by what the machine rounds; weighed rows are not.
    """
    return np.random.default_rng(0).uniform(0.999, 1.0, number)


def as_column(rows: Array) -> pa.Array:
    """Return the rows of a matrix as a column of float16 lists of one width."""
    flat = pa.array(np.ascontiguousarray(rows, np.float16).ravel())
    width = rows.shape[1]
    return pa.FixedSizeListArray.from_arrays(flat, width) if width else pa.array([[]] * len(rows), pa.list_(flat.type))


def as_matrix(column: pa.ChunkedArray) -> Array:
    """Return a column of vectors as a matrix, float32, one row each."""
    lists = column.combine_chunks()
    flat = np.asarray(lists.flatten(), np.float32)
    return flat.reshape(len(lists), -1) if len(lists) and len(flat) else np.zeros((len(lists), 0), np.float32)


@contextmanager
def one_thread(*modules: str) -> Iterator[None]:
    """Keep linear algebra to one thread: sums in another order differ in the last digit, and clusters with them.

    Libraries can be limited only once they are loaded: SciPy brings a BLAS of its own beside NumPy's, and what other
    `modules` bring is limited if they are named.
    """
    from threadpoolctl import threadpool_limits

    for module in ("scipy.linalg", *modules):
        import_module(module)
    with threadpool_limits(1):
        yield
