"""Bounds from a bootstrap, wider for few papers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from expertmine.authority.bounds import ROWS_AT_ONCE, expanded_percentiles, rank_samples


@pytest.mark.parametrize("papers", [2, 3, 6, 20, 500])
def test_the_percentiles_are_those_of_hesterberg(papers: int) -> None:
    samples = np.random.default_rng(1).permutation(2000).astype(np.float32)[None, :]
    tail = stats.norm.cdf(np.sqrt(papers / (papers - 1)) * stats.norm.ppf(0.05))
    low, high = expanded_percentiles(samples, np.array([papers]))
    assert low[0] == np.floor(tail * 2000)
    assert high[0] == 1999 - low[0]


@given(st.lists(st.tuples(st.integers(0, 3), st.lists(st.sampled_from([0.0, 0.5, 1.0, 7.25]), min_size=2, max_size=2))))
def test_ranks_of_samples_are_those_of_pandas(rows: list[tuple[int, list[float]]]) -> None:
    rows = sorted(rows, key=lambda row: row[0])
    topic = np.array([number for number, _ in rows], dtype=np.int64)
    samples = np.array([values for _, values in rows], dtype=np.float32).reshape(-1, 2)
    expected = pd.DataFrame(samples).groupby(topic).rank(method="min", ascending=False).to_numpy()
    rank_samples(samples, topic)
    assert samples.tolist() == expected.tolist()


def test_of_one_paper_nothing_is_known_and_of_many_the_percentiles_are_the_plain_ones() -> None:
    samples = np.tile(np.arange(200, dtype=np.float32), (2, 1))
    low, high = expanded_percentiles(samples, np.array([1, 10**6]))
    assert (low.tolist(), high.tolist()) == ([0.0, 9.0], [199.0, 190.0])


def test_the_mean_of_a_few_normal_values_is_held_about_as_often_as_said() -> None:
    rng, held = np.random.default_rng(0), 0
    for _ in range(400):
        values = rng.standard_normal(6)
        means = rng.choice(values, size=(400, 6)).mean(axis=1).astype(np.float32)
        low, high = expanded_percentiles(means[None, :], np.array([6]))
        held += bool(low[0] <= 0 <= high[0])
    assert 0.8 <= held / 400 <= 0.94


def test_the_bounds_of_the_last_of_many_rows_are_its_own() -> None:
    samples = np.tile(np.arange(30, dtype=np.float32), (ROWS_AT_ONCE + 1, 1))
    sizes = np.full(len(samples), 10**6)
    sizes[-1] = 1
    low, high = expanded_percentiles(samples, sizes)
    assert (low[0], high[0], low[-1], high[-1]) == (1, 28, 0, 29)
