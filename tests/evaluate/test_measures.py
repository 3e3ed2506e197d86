"""Measures of a ranking, against plain loops over all pairs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from expertmine.answers.tops import in_top
from expertmine.errors import ConfigError
from expertmine.evaluate.measures import area_under_curve, hidden_recall, matched_area

people = st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(1, 4)), min_size=2, max_size=25)


def beats(one: int, other: int) -> float:
    return 1.0 if one > other else 0.5 if one == other else 0.0


@given(people)
def test_the_area_is_the_share_of_pairs_in_the_right_order(rows: list[tuple[bool, int, int]]) -> None:
    experts, others = [s for e, s, _ in rows if e], [s for e, s, _ in rows if not e]
    assume(experts and others)
    expected = np.mean([beats(one, other) for one in experts for other in others])
    flags, scores = np.array([e for e, _, _ in rows]), np.array([s for _, s, _ in rows], dtype=float)
    assert area_under_curve(flags, scores) == pytest.approx(expected)


@given(people)
def test_the_matched_area_compares_people_with_as_many_papers_only(rows: list[tuple[bool, int, int]]) -> None:
    chances = []
    for expert, score, papers in rows:
        rivals = [s for e, s, p in rows if not e and p == papers]
        if expert and rivals:
            chances.append(np.mean([beats(score, rival) for rival in rivals]))
    flags, scores = np.array([e for e, _, _ in rows]), np.array([s for _, s, _ in rows], dtype=float)
    found = matched_area(flags, scores, volume=np.array([p for _, _, p in rows], dtype=float))
    assert found == pytest.approx(np.mean(chances)) if chances else np.isnan(found)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=20), st.integers(1, 10))
def test_a_top_holds_k_people_however_many_tie(scores: list[int], k: int) -> None:
    places = in_top(np.array(scores, dtype=float), k)
    assert places.sum() == pytest.approx(min(k, len(scores)))
    assert ((places >= 0) & (places <= 1)).all()


@pytest.mark.parametrize("k", [0, -3])
def test_there_is_no_top_of_nobody(k: int) -> None:
    with pytest.raises(ConfigError, match=f"k is {k}, expected 1 or more"):
        hidden_recall(np.array([True]), np.array([1.0]), volume=np.array([1.0]), k=k)


def test_hidden_recall_counts_only_experts_whom_volume_misses() -> None:
    expert = np.array([True, True, True, False, False])
    volume = np.array([9.0, 2.0, 1.0, 8.0, 3.0])
    found = np.array([5.0, 4.0, 0.0, 1.0, 2.0])
    assert hidden_recall(expert, found, volume=volume, k=2) == 0.5
    assert hidden_recall(expert, volume, volume=volume, k=2) == 0.0


@pytest.mark.parametrize("expert", [True, False])
def test_where_all_or_none_are_experts_there_is_no_area(expert: bool) -> None:
    assert np.isnan(area_under_curve(np.array([expert, expert]), np.array([1.0, 2.0])))


def test_an_expert_who_is_in_the_volume_top_in_part_only_is_hidden() -> None:
    expert, volume = np.array([False, True, True]), np.array([2.0, 1.0, 1.0])
    assert hidden_recall(expert, np.array([3.0, 2.0, 1.0]), volume=volume, k=2) == 0.5
