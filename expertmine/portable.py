"""Logarithms and exponentials that are the same on every machine; z-scores, and the 90 % point of the normal law.

Every processor rounds sums, products, quotients and roots alike (IEEE 754). The last digit of a logarithm or an
exponential, however, depends on how numpy and the C library compute it on the processor at hand. Here both are made of
sums, products and quotients alone, one operation at a time; they are right to about the last digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Z90", "exp", "exp2", "few_digits", "log", "log1p", "standardise"]

Floats: TypeAlias = npt.NDArray[np.float64]

Z90 = 1.6448536269514722
"""The 95 % point of the normal distribution: a 90 % interval leaves out 5 % on either side."""
_EQUAL = 1e-12
"""Values whose standard deviation is no larger differ in rounding only."""

_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
"""log 2 in two parts, the first of so few digits that its product with an exponent is exact."""
_LOG = [2.0 / odd for odd in range(21, 1, -2)]
_EXP = np.cumprod([1.0, 1.0, *(1.0 / np.arange(2, 14))])[::-1].tolist()
_PIECE = 1 << 14
"""Numbers worked on at a time: few enough to stay in a processor's cache through all steps, which halves the time."""
_DIGITS = 20
_MANTISSA, _ROOT_HALF = 52, int(np.sqrt(0.5).view(np.int64))


def log(values: npt.ArrayLike) -> Floats:
    """Return the natural logarithm of positive numbers: 2 artanh of (m - 1) / (m + 1), m near 1, by its series."""
    found = np.array(values, np.float64)
    flat = found.reshape(-1)
    for begin in range(0, flat.size, _PIECE):
        flat[begin : begin + _PIECE] = _log(flat[begin : begin + _PIECE])
    return found


def _log(values: Floats) -> Floats:
    bits = values.view(np.int64)
    power = (bits - _ROOT_HALF) >> _MANTISSA
    near = (bits - (power << _MANTISSA)).view(np.float64)
    exponent = power.astype(np.float64)
    part: Floats = (near - 1.0) / (near + 1.0)
    square = part * part
    tail = part * (square * _polynomial(_LOG, square)) + exponent * _LN2_LOW
    return np.asarray(exponent * _LN2_HIGH + (2.0 * part + tail))


def log1p(values: npt.ArrayLike) -> Floats:
    """Return log(1 + x) of numbers from 0."""
    return log(1.0 + np.asarray(values, np.float64))


def exp(values: npt.ArrayLike) -> Floats:
    """Return e to the power of each number, by Taylor's series between the powers of 2."""
    values = np.asarray(values, np.float64)
    power = np.rint(values / (_LN2_HIGH + _LN2_LOW))
    rest = (values - power * _LN2_HIGH) - power * _LN2_LOW
    return np.asarray(np.ldexp(_polynomial(_EXP, rest), power.astype(int)))


def exp2(values: npt.ArrayLike) -> Floats:
    """Return 2 to the power of each number; a whole one is met exactly."""
    values = np.asarray(values, np.float64)
    power = np.rint(values)
    rest = (values - power) * (_LN2_HIGH + _LN2_LOW)
    return np.asarray(np.ldexp(_polynomial(_EXP, rest), power.astype(int)))


def few_digits(values: npt.ArrayLike) -> Floats:
    """Return the numbers to six significant digits, for what a library computes in its machine's own way.

    Another machine's result differs in the fifteenth digit or so, and once in a billion it is rounded elsewhere.
    """
    mantissa, exponent = np.frexp(np.asarray(values, np.float64))
    return np.asarray(np.ldexp(np.rint(np.ldexp(mantissa, _DIGITS)), exponent - _DIGITS))


def standardise(values: npt.ArrayLike) -> Floats:
    """Return z-scores along the last axis; 0 where the values are equal but for their rounding.

    >>> standardise([[1.0, 3.0], [5.0, 5.0]]).tolist()
    [[-1.0, 1.0], [0.0, 0.0]]
    """
    values = np.asarray(values, np.float64)
    if not values.size:
        return values
    spread = values.std(axis=-1, keepdims=True)
    return np.asarray((values - values.mean(axis=-1, keepdims=True)) / np.where(spread > _EQUAL, spread, np.inf))


def _polynomial(coefficients: Sequence[float], at: Floats) -> Floats:
    """Evaluate by Horner's scheme, the highest power first."""
    total = np.full(at.shape, coefficients[0])
    for coefficient in coefficients[1:]:
        total *= at
        total += coefficient
    return total
