"""The command line as on another machine: `python -m tests.elsewhere VERB …`, with the environment `ELSEWHERE`.

What cannot be had from the environment is put on in here: equal numbers that come out of a sort in another order (as
with AVX-512), logarithms and exponentials that end in another digit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

ELSEWHERE = {
    # An old processor, for numpy, for the C library and for linear algebra.
    "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX2 FMA3",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX2_Usable,-FMA_Usable",
    "OPENBLAS_CORETYPE": "Nehalem",
    # One thread, but two processes, and another order of sets.
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"),
    "LOKY_MAX_CPU_COUNT": "2",
    "PYTHONHASHSEED": "1",
}


def other_digits(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function with its results moved to the next number."""
    return lambda *values, **options: np.nextafter(function(*values, **options), np.inf)


def other_ties(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `argsort` with equal numbers in the opposite order, unless a stable sort is asked for."""

    def argsort(values: npt.ArrayLike, axis: int = -1, kind: str | None = None) -> npt.NDArray[np.intp]:
        values = np.asarray(values)
        if kind in ("stable", "mergesort"):
            return np.asarray(function(values, axis, kind))
        return values.shape[axis] - 1 - np.asarray(function(np.flip(values, axis), axis, "stable"))

    return argsort


if __name__ == "__main__":
    for module, name in product((math, np), ("exp", "exp2", "log", "log1p")):
        setattr(module, name, other_digits(getattr(module, name)))
    np.argsort = other_ties(np.argsort)

    from expertmine.cli import main

    main()
