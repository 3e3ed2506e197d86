from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.nominations.names import folded
from expertmine.nominations.rarity import learn_rarity
from expertmine.nominations.strangers import tell_raters, tell_strangers, who

PLACES = ("Ostvik Hospital", "Hospital of Ostvik, Norland", "Ostvik", "Karlund University", "Marrow Clinic", None)
RARITY = learn_rarity([folded(place) for place in PLACES if place])
NAMES = ("Anna Voss", "Voss, Anna", "A. Voss", "Voss A", "Alma Voss", "Anna B Voss", "Anna Vos", "Dr Voss")


def ids(*typed: tuple[str, str | None]) -> list[str]:
    told = tell_strangers([who(*each) for each in typed], RARITY)
    return [told[who(*each)] for each in typed]


@pytest.mark.parametrize("other", ["Dr. Anna Voss, MD", "voss, anna", "A. Voss", "Voss A", "Anna B. Voss", "Ánna Voß"])
@pytest.mark.parametrize("place", ["Ostvik Hospital", "Ostvik", "hospital of Ostvik, Norland"])
def test_one_name_at_one_institution_is_one_person(other: str, place: str) -> None:
    assert len(set(ids(("Anna Voss", "Ostvik Hospital"), (other, place)))) == 1


@pytest.mark.parametrize(
    "other",
    [
        ("Anna Voss", "Karlund University"), ("Anna Voss", None), ("Anna Vos", "Ostvik Hospital"),
        ("Alma Voss", "Ostvik Hospital"), ("Dr Voss", "Ostvik Hospital"), ("Anne Voss", "Ostvik Hospital"),
    ],
)  # fmt: skip
def test_names_that_are_only_similar_are_two_persons(other: tuple[str, str | None]) -> None:
    assert len(set(ids(("Anna Voss", "Ostvik Hospital"), other))) == 2


def test_an_initial_that_could_be_two_people_is_neither() -> None:
    assert len(set(ids(("Anna Voss", "Ostvik"), ("Alma Voss", "Ostvik"), ("A. Voss", "Ostvik")))) == 3


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(PLACES)), max_size=12), st.randoms())
def test_who_is_who_does_not_depend_on_the_order_of_typing(typed: list[tuple[str, str | None]], rng: Random) -> None:
    mixed = rng.sample(typed, len(typed))
    assert dict(zip(typed, ids(*typed), strict=True)) == dict(zip(mixed, ids(*mixed), strict=True))


def test_a_rater_who_once_gave_no_institution_is_the_one_of_that_name_who_did() -> None:
    first, second, none = (who("A. Orr", place) for place in ("Ostvik", "Marrow", None))
    assert tell_raters({first: None, none: None}, {first: "n1", none: "n2"}) == {first: "n1", none: "n1"}
    assert tell_raters({first: "p1", none: None}, {none: "n2"}) == {first: "p1", none: "p1"}
    two = {first: "n1", second: "n2", none: "n3"}
    assert tell_raters(dict.fromkeys(two), two) == two, "it could be either"
    assert tell_raters({first: "p1", none: "p2"}, {}) == {first: "p1", none: "p2"}, "both are known"
