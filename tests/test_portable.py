from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.portable import exp, exp2, few_digits, log, log1p
from tests.elsewhere import ELSEWHERE

POSITIVE = st.floats(min_value=1e-300, max_value=1e300)
AS_PRINTED = """
import hashlib, numpy as np
from expertmine.portable import exp, exp2, few_digits, log, log1p
numbers = np.random.default_rng(0).uniform(0.001, 50, 100_000)
print([hashlib.sha256(each(numbers).tobytes()).hexdigest()[:16] for each in (exp, exp2, few_digits, log, log1p)])
"""


@given(POSITIVE)
def test_logarithms_are_right_to_about_the_last_digit(value: float) -> None:
    assert float(log(value)) == pytest.approx(math.log(value), rel=5e-16, abs=1e-17)


@given(st.floats(min_value=0, max_value=1e300))
def test_the_logarithm_of_more_than_one_is_that_of_the_sum(value: float) -> None:
    assert float(log1p(value)) == pytest.approx(math.log1p(value), rel=5e-16, abs=3e-16)


@given(st.floats(min_value=-700, max_value=700))
def test_exponentials_are_right_to_about_the_last_digit(value: float) -> None:
    assert float(exp(value)) == pytest.approx(math.exp(value), rel=5e-16)
    assert float(exp2(value)) == pytest.approx(2.0**value, rel=5e-16)


def test_what_is_exact_is_met_exactly() -> None:
    assert (float(log(1.0)), float(log1p(0.0)), float(exp(0.0))) == (0.0, 0.0, 1.0)
    np.testing.assert_array_equal(exp2(np.arange(-20.0, 20)), 2.0 ** np.arange(-20.0, 20))


@given(st.floats(min_value=-1e300, max_value=1e300))
def test_few_digits_are_six_and_taken_again_the_same(value: float) -> None:
    few = float(few_digits(value))
    assert few == pytest.approx(value, rel=1e-6)
    assert float(few_digits(few)) == few


def test_an_old_processor_gives_the_same_bytes() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", AS_PRINTED],
            env={**os.environ, **environment},
            capture_output=True,
            check=True,
            cwd=Path(__file__).resolve().parents[1],
        ).stdout
        for environment in ({}, ELSEWHERE)
    }
    assert len(found) == 1
