import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.nominations.saturation import measure_saturation

COUNTS = st.lists(st.integers(1, 9), min_size=2, max_size=40)


def test_known_counts_give_the_published_formulas() -> None:
    heard = measure_saturation([9, 4, 2, 2, 1, 1, 1, 1], raters=11)  # n 21, f1 4, f2 2
    assert (heard.people, heard.words) == (8, 21)
    assert heard.coverage == pytest.approx(17 / 21)
    assert heard.unnamed == pytest.approx(10 / 11 * 16 / 4)
    scale, ratio = 10 / 11, 2.0
    variance = 2 * (scale * ratio**2 / 2 + scale**2 * ratio**3 + scale**2 * ratio**4 / 4)
    wide = math.exp(1.6448536 * math.sqrt(math.log(1 + variance / heard.unnamed**2)))
    assert (heard.low, heard.high) == pytest.approx((heard.unnamed / wide, heard.unnamed * wide))


@given(COUNTS, st.randoms())
def test_shares_stay_in_bounds_and_the_order_of_people_changes_nothing(counts: list[int], random: object) -> None:
    heard = measure_saturation(counts, raters=9)
    assert 0 <= heard.coverage <= 1
    assert 0 <= heard.low <= heard.unnamed <= heard.high < math.inf
    random.shuffle(counts)  # type: ignore[attr-defined]
    assert measure_saturation(counts, raters=9) == heard


def test_nobody_named_says_nothing_and_everybody_named_often_leaves_nobody() -> None:
    assert measure_saturation([], raters=0).high == math.inf
    assert measure_saturation([1, 1, 1], raters=1).unnamed == math.inf, "others may name anybody"
    assert measure_saturation([3, 4, 5], raters=5).unnamed == 0


def test_the_interval_holds_those_still_unnamed_in_most_invented_communities() -> None:
    random, held = np.random.default_rng(0), 0
    fame = 1 / np.arange(1, 41) ** 0.5
    for _ in range(200):
        named = [random.choice(40, size=3, replace=False, p=fame / fame.sum()) for _ in range(30)]
        counts = np.bincount(np.concatenate(named), minlength=40)
        heard = measure_saturation(counts.tolist(), raters=30)
        held += heard.low <= np.count_nonzero(counts == 0) <= heard.high
    assert held >= 160  # a lower bound's interval: nominally nine of ten
