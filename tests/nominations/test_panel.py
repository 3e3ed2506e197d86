import math
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expertmine.nominations.panel import SHARES, Candidate, Rules, choose_panel

COUNTRIES, COMMUNITIES = ("Norway", "Chile", "Kenya"), ("1", "2", "3")


@st.composite
def pools(draw: st.DrawFn) -> list[Candidate]:
    size = draw(st.integers(2, 7))
    ids = [f"p{at}" for at in range(size)]
    return [
        Candidate(
            person_id=one,
            groups={("country", draw(st.sampled_from(COUNTRIES))), ("community", draw(st.sampled_from(COMMUNITIES)))},
            near=draw(st.sets(st.sampled_from(ids), max_size=3)) - {one},
            credibility=draw(st.floats(0.5, 1)),
            institution=draw(st.sampled_from(["", "A", "B"])),
        )
        for one in ids
    ]


def coverage(pool: Sequence[Candidate], seated: Sequence[Candidate], size: int) -> float:
    """What the docstring says coverage is, computed from the whole panel at once."""
    people = Counter(group for each in pool for group in each.groups)
    value = 0.0
    for kind in ("country", "community"):
        total = sum(math.sqrt(n) for (of, _), n in people.items() if of == kind)
        for group, n in people.items():
            if group[0] == kind:
                seats = sum(group in each.groups for each in seated)
                value += SHARES[kind] * math.sqrt(n) / total * (1 - 0.5**seats)
    everybody = frozenset().union(*(each.near | {each.person_id} for each in pool))
    reached = frozenset().union(*(each.near | {each.person_id} for each in seated))
    value += SHARES["reach"] * len(reached) / len(everybody)
    return value + SHARES["credibility"] * sum(each.credibility for each in seated) / size


@given(pools(), st.integers(1, 4))
@settings(max_examples=80)
def test_without_limits_the_greedy_panel_is_near_the_best_one_and_its_bound_above_it(
    pool: list[Candidate], size: int
) -> None:
    panel = choose_panel(pool, size=size, rules=Rules(per_institution=len(pool)))
    people = {each.person_id: each for each in pool}
    seated = [people[seat.person_id] for seat in panel.seats]
    assert panel.coverage == pytest.approx(coverage(pool, seated, size))
    best = max(coverage(pool, some, size) for some in combinations(pool, min(size, len(pool))))
    assert panel.coverage >= (1 - 1 / math.e) * best - 1e-9
    assert panel.bound >= best - 1e-9


@given(pools(), st.integers(1, 5), st.data())
def test_no_rule_is_broken_and_the_bound_holds_with_rules_too(
    pool: list[Candidate], size: int, data: st.DataObject
) -> None:
    ids = st.sampled_from([each.person_id for each in pool])
    pairs = frozenset(data.draw(st.sets(st.frozensets(ids, min_size=2, max_size=2), max_size=3)))
    rules = Rules(per_institution=1, suppressed=data.draw(st.frozensets(ids, max_size=2)), conflicts=pairs)
    panel = choose_panel(pool, size=size, rules=rules)
    seated = {seat.person_id for seat in panel.seats}
    assert len(panel.seats) == len(seated) <= size
    assert seated.isdisjoint(rules.suppressed)
    assert not any(pair <= seated for pair in pairs)
    houses = Counter(each.institution for each in pool if each.person_id in seated and each.institution)
    assert all(number == 1 for number in houses.values())
    assert panel.coverage <= panel.bound + 1e-9


@given(pools(), st.randoms())
def test_the_order_of_candidates_changes_nothing(pool: list[Candidate], random: object) -> None:
    panel = choose_panel(pool, size=3)
    random.shuffle(pool)  # type: ignore[attr-defined]
    assert choose_panel(pool, size=3) == panel


def test_each_seat_says_what_it_is_first_of() -> None:
    pool = [
        Candidate(person_id=one, groups={("country", where)}, near=frozenset(), credibility=0.5)
        for one, where in (("a", "Norway"), ("b", "Norway"), ("c", "Chile"))
    ]
    first, second, third = choose_panel(pool, size=3).seats
    assert first.reasons == ("first of country Norway (2 people)", "credibility 0.50")
    assert second.reasons[0] == "first of country Chile (1 person)"
    assert third.reasons[0] == "2nd of country Norway"


def alike(*ids: str) -> list[Candidate]:
    return [Candidate(person_id=one, groups={("country", "Norway")}, near=frozenset(), credibility=0.5) for one in ids]


@pytest.mark.parametrize("form", [list, tuple, frozenset, pd.Series])
def test_rules_hold_however_their_ids_are_given(form: Callable[[list[str]], Collection[str]]) -> None:
    pool = alike("a", "b", "c")
    suppressed = choose_panel(pool, size=3, rules=Rules(suppressed=form(["a", "b"])))
    assert [seat.person_id for seat in suppressed.seats] == ["c"]
    parted = choose_panel(pool, size=3, rules=Rules(conflicts=[form(["b", "a"])]))
    assert [seat.person_id for seat in parted.seats] == ["a", "c"]


def test_of_equals_the_first_by_id_is_seated() -> None:
    panel = choose_panel(alike("p1.10", "p1.2", "p1.1"), size=3)
    assert [seat.person_id for seat in panel.seats] == ["p1.1", "p1.10", "p1.2"]


def test_seats_of_one_group_are_numbered_as_people_number() -> None:
    panel = choose_panel(alike(*(f"p{at:02}" for at in range(22))), size=22)
    told = [seat.reasons[0] for seat in panel.seats]
    assert [told[at] for at in (1, 2, 10, 20, 21)] == [
        f"{nth} of country Norway" for nth in ("2nd", "3rd", "11th", "21st", "22nd")
    ]


def test_large_groups_are_written_as_numbers_are_everywhere() -> None:
    seat = choose_panel(alike(*(f"p{at:04}" for at in range(1000))), size=1).seats[0]
    assert any(reason.endswith("(1,000 people)") for reason in seat.reasons)
