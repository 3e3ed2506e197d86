from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.nominations.next_wave import choose_next, doubt_top

IDS = [f"p{at}" for at in range(8)]
PEOPLE = st.sampled_from(IDS)
GROUPS = st.dictionaries(PEOPLE, st.sampled_from("abc"))


def doubt(shape: dict[str, float], *, k: int, **authority: float) -> dict[str, float]:
    return doubt_top(shape, k=k, authority=authority, peer_weight=0.5)


def test_who_is_surely_in_or_out_is_in_no_doubt_and_equals_are_in_equal_doubt() -> None:
    found = doubt({"sure": 500.0, "left": 5.0, "right": 5.0, "never": 0.001}, k=2)
    assert found["sure"] < 0.001
    assert found["never"] < 0.001
    assert found["left"] == pytest.approx(0.25, abs=0.01)
    assert found["left"] == pytest.approx(found["right"], abs=0.01)


def test_literature_settles_what_words_leave_open_and_opens_what_they_settle() -> None:
    words = {"first": 10.0, "second": 4.0, "left": 2.0, "right": 2.0}
    assert doubt(words, k=1)["first"] == pytest.approx(0.05, abs=0.03)
    assert doubt(words, k=1, first=1.0)["first"] < 0.001
    assert doubt(words, k=1, second=1.0)["first"] > 0.1


def test_a_top_that_holds_everybody_leaves_no_doubt() -> None:
    assert doubt({"a": 1.0, "b": 2.0}, k=2) == {"a": 0.0, "b": 0.0}


@given(GROUPS, st.dictionaries(PEOPLE, st.floats(0, 0.25)), st.sets(PEOPLE, max_size=4), st.integers(1, 8))
def test_nobody_is_asked_twice_and_each_answer_settles_at_most_what_the_one_before_did(
    groups: dict[str, str], doubts: dict[str, float], heard: set[str], size: int
) -> None:
    asked = choose_next(dict.fromkeys(IDS, 0.8), doubts, groups=groups, heard=heard, size=size)
    assert len(asked) == min(size, len(IDS) - len(heard))
    assert len({each.person_id for each in asked} | heard) == len(asked) + len(heard)
    gains = [each.gain for each in asked]
    assert all(later <= former + 1e-9 for former, later in pairwise(gains))


def test_a_wave_spreads_over_the_groups_in_doubt() -> None:
    two = {one: "left" if at < 4 else "right" for at, one in enumerate(IDS)}
    asked = choose_next(dict.fromkeys(IDS, 0.9), dict.fromkeys(IDS, 0.25), groups=two, size=2)
    assert {two[each.person_id] for each in asked} == {"left", "right"}


def test_who_is_of_the_group_in_doubt_is_asked_and_of_two_the_more_credible() -> None:
    two = {one: "right" if one > "p4" else "left" for one in IDS}
    trusted = dict.fromkeys(IDS, 0.5) | {"p6": 0.9, "p1": 1.0}
    asked = choose_next(trusted, {"p5": 0.2}, groups=two, size=1)[0]
    assert asked.person_id == "p6"
    assert asked.gain == pytest.approx(0.9 * 0.2 / 2)


def test_of_a_group_heard_three_times_less_is_expected() -> None:
    one = dict.fromkeys(IDS, "all")
    asked = choose_next(dict.fromkeys(IDS, 1.0), {"p0": 0.2}, groups=one, heard=["p1", "p2", "p3"], size=1)[0]
    assert asked.gain == pytest.approx(0.2 / (4 * 5))


def test_people_without_papers_are_asked_where_they_are_in_doubt() -> None:
    one = dict.fromkeys(IDS, "all")
    asked = choose_next({"p0": 1.0, "named": 0.5}, {"named": 0.2, "p1": 0.01}, groups=one, size=2)
    assert [each.person_id for each in asked] == ["named", "p0"]


def test_doubt_about_who_has_no_papers_is_settled_by_those_of_the_groups_that_named_them() -> None:
    two = {one: "right" if one > "p4" else "left" for one in IDS}
    asked = choose_next(dict.fromkeys(IDS, 0.5), {"n1": 0.25}, groups=two, words=[("p7", "n1")], heard=["p7"], size=1)[
        0
    ]
    assert two[asked.person_id] == "right"
    assert asked.gain == pytest.approx(0.5 * 0.25 / 6)


def test_who_has_no_papers_can_be_asked_about_the_group_that_named_them() -> None:
    two = {one: "right" if one > "p4" else "left" for one in IDS}
    words = [("p6", "n1"), ("p7", "n1"), ("p1", "n1")]
    asked = choose_next({"p2": 0.5, "n1": 1.0}, {"p5": 0.2}, groups=two, words=words, size=2)
    assert [each.person_id for each in asked] == ["n1", "p2"]
    assert asked[0].gain == pytest.approx(0.2 / 2)
