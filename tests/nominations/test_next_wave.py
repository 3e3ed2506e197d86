from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.communities import Communities
from expertmine.nominations.next_wave import choose_next, doubt_top

IDS = [f"p{at}" for at in range(8)]
PEOPLE = st.sampled_from(IDS)


@st.composite
def communities(draw: st.DrawFn) -> Communities:
    ties = draw(st.sets(st.frozensets(PEOPLE, min_size=2, max_size=2), max_size=8))
    near = {one: frozenset(other for tie in ties if one in tie for other in tie - {one}) for one in IDS}
    return Communities(dict.fromkeys(IDS, 1), near, {one: draw(st.integers(1, 3)) for one in IDS})


def test_who_is_surely_in_or_out_is_in_no_doubt_and_equals_are_in_equal_doubt() -> None:
    doubt = doubt_top({"sure": 500.0, "left": 5.0, "right": 5.0, "never": 0.001}, k=2)
    assert doubt["sure"] < 0.001
    assert doubt["never"] < 0.001
    assert doubt["left"] == pytest.approx(0.25, abs=0.01)
    assert doubt["left"] == pytest.approx(doubt["right"], abs=0.01)


def test_a_top_that_holds_everybody_leaves_no_doubt() -> None:
    assert doubt_top({"a": 1.0, "b": 2.0}, k=2) == {"a": 0.0, "b": 0.0}


@given(communities(), st.dictionaries(PEOPLE, st.floats(0, 0.25)), st.sets(PEOPLE, max_size=4), st.integers(1, 8))
def test_nobody_is_asked_twice_and_each_answer_settles_at_most_what_the_one_before_did(
    network: Communities, doubts: dict[str, float], heard: set[str], size: int
) -> None:
    asked = choose_next(dict.fromkeys(IDS, 0.8), doubts, communities=network, heard=heard, size=size)
    assert len(asked) == min(size, len(IDS) - len(heard))
    assert len({each.person_id for each in asked} | heard) == len(asked) + len(heard)
    gains = [each.gain for each in asked]
    assert all(later <= former + 1e-9 for former, later in pairwise(gains))


def test_a_wave_spreads_over_the_communities_in_doubt() -> None:
    two = Communities(
        dict.fromkeys(IDS, 1), {one: frozenset() for one in IDS}, {one: 1 + at // 4 for at, one in enumerate(IDS)}
    )
    asked = choose_next(dict.fromkeys(IDS, 0.9), dict.fromkeys(IDS, 0.25), communities=two, size=2)
    assert {two.community[each.person_id] for each in asked} == {1, 2}


def test_who_is_of_the_community_in_doubt_is_asked_and_of_two_the_more_credible() -> None:
    near = {one: frozenset[str]() for one in IDS}
    two = Communities(dict.fromkeys(IDS, 1), near, {one: 1 + (one > "p4") for one in IDS})
    trusted = dict.fromkeys(IDS, 0.5) | {"p6": 0.9, "p1": 1.0}
    asked = choose_next(trusted, {"p5": 0.2}, communities=two, size=1)[0]
    assert asked.person_id == "p6"
    assert asked.gain == pytest.approx(0.9 * 0.2 / 2)


def test_of_a_community_heard_three_times_less_is_expected() -> None:
    near = {one: frozenset[str]() for one in IDS}
    one = Communities(dict.fromkeys(IDS, 1), near, dict.fromkeys(IDS, 1))
    asked = choose_next(dict.fromkeys(IDS, 1.0), {"p0": 0.2}, communities=one, heard=["p1", "p2", "p3"], size=1)[0]
    assert asked.gain == pytest.approx(0.2 / (4 * 5))


def test_people_without_papers_are_asked_where_they_are_in_doubt() -> None:
    near = {one: frozenset[str]() for one in IDS}
    one = Communities(dict.fromkeys(IDS, 1), near, dict.fromkeys(IDS, 1))
    asked = choose_next({"p0": 1.0, "named": 0.5}, {"named": 0.2, "p1": 0.01}, communities=one, size=2)
    assert [each.person_id for each in asked] == ["named", "p0"]
