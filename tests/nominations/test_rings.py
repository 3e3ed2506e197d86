import numpy as np
import pytest

from expertmine.nominations import weigh_nominations
from expertmine.nominations.rings import find_rings
from tests.nominations.village import ballot, ballots, tables

ALPHA = 0.001


def honest(random: np.random.Generator, *, raters: int, people: int, manners: float = 0.5) -> list[tuple[str, str]]:
    """Raters who are people of the niche, name three by fame, and return some words."""
    fame = 1 / np.arange(1, people + 1) ** 0.7
    words: set[tuple[int, int]] = set()
    for rater in random.permutation(people)[:raters]:
        chosen = random.choice(people, size=4, replace=False, p=fame / fame.sum())
        words |= {(int(rater), int(one)) for one in chosen if one != rater}
    returned = {(other, one) for one, other in sorted(words) if random.random() < manners * 0.3}
    return [(f"p{one}", f"p{other}") for one, other in sorted(words | returned)]


@pytest.mark.parametrize(("raters", "people"), [(8, 15), (15, 25), (25, 40)])
def test_honest_small_niches_hardly_ever_show_a_ring(raters: int, people: int) -> None:
    random = np.random.default_rng(raters)
    niches = [find_rings(honest(random, raters=raters, people=people), alpha=ALPHA) for _ in range(200)]
    assert sum(map(bool, niches)) <= 10


def test_people_who_name_each_other_and_whom_nobody_else_names_are_a_ring() -> None:
    random, found = np.random.default_rng(1), 0
    ring = [(f"x{one}", f"x{other}") for one in range(4) for other in range(4) if one != other]
    for _ in range(50):
        words = honest(random, raters=25, people=40) + ring
        found += ("x0", "x1", "x2", "x3") in [each.members for each in find_rings(words, alpha=ALPHA)]
    assert found >= 45


def test_a_core_that_everybody_names_is_no_ring() -> None:
    core = [(f"c{one}", f"c{other}") for one in range(3) for other in range(3) if one != other]
    crowd = [(f"r{rater}", f"c{one}") for rater in range(20) for one in range(3)]
    assert find_rings(core + crowd, alpha=ALPHA) == []


def test_words_for_oneself_and_repeats_and_the_order_change_nothing() -> None:
    words = [(one, other) for one in "abc" for other in "abc" if one != other]
    words += [(f"r{at}", f"n{at % 4}") for at in range(20)]
    told = find_rings(words, alpha=ALPHA)
    assert [ring.members for ring in told] == [("a", "b", "c")]
    assert find_rings([*reversed(words), *words, ("a", "a")], alpha=ALPHA) == told


def test_more_groups_than_are_looked_at_are_told(caplog: pytest.LogCaptureFixture) -> None:
    raters = range(24)  # all but two name each other: 3^8 largest groups (Moon & Moser 1965)
    words = [(f"r{one}", f"r{other}") for one in raters for other in raters if one // 3 != other // 3]
    find_rings(words, alpha=ALPHA)
    assert "first 5000 groups of 24 raters" in caplog.text
    assert "r1" not in caplog.text


def test_a_dense_crowd_hides_no_ring_elsewhere() -> None:
    raters = range(24)
    crowd = [(f"r{one}", f"r{other}") for one in raters for other in raters if one // 3 != other // 3]
    ring = [(f"z{one}", f"z{other}") for one in range(4) for other in range(4) if one != other]
    found = [each.members for each in find_rings([*crowd, *ring], alpha=1.0)]
    assert ("z0", "z1", "z2", "z3") in found


def test_words_within_a_ring_weigh_nothing_and_those_across_its_edge_count() -> None:
    friends = ["Ann Axel", "Ben Borg", "Cyd Curt", "Dag Dorn"]
    inside = [ballot(one, other) for one in friends for other in friends if one != other]
    outside = [ballot(f"Rater{at} Xu", f"Nils Nom{'abcd'[at % 4]}") for at in range(20)]
    across = [ballot("Ann Axel", "Nils Noma"), ballot("Rater0 Xu", "Ben Borg")]
    nominations = weigh_nominations(ballots([*inside, *outside, *across]), **tables())[0].to_pylist()
    assert sum(row["ring"] for row in nominations) == len(inside)
    assert all((row["weight"] == 0.0) == row["ring"] for row in nominations)
