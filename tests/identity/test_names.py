"""What a printed name says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.identity.compatibility import Level, can_be_one, compare_given
from expertmine.identity.names import Name, read_name


def name(text: str) -> Name:
    last, _, fore = text.partition(", ")
    initials = "".join(word[0] for word in fore.replace("-", " ").split())
    return read_name(last, fore or None, initials or None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("van der Berg, Ada", "Berg, Ada"),
        ("Müller, Ada", "Mueller, Ada"),
        ("O'Quenlo, Ada", "O\u2019Quenlo, Ada"),
        ("Østvik, Ada", "Ostvik, Ada"),
        ("Çağlar, Ada", "CAGLAR, Ada"),
        ("Quen-Lo, Ada", "Quen Lo, Ada"),
        ("Quenlo Jr, Ada", "Quenlo, Ada"),
    ],
)
def test_spellings_of_a_surname_meet_in_one_block(one: str, other: str) -> None:
    assert (name(one).key, name(one).initial) == (name(other).key, name(other).initial)


@pytest.mark.parametrize(
    ("fore", "initials", "expected"),
    [
        ("Jan-Willem", "JW", ("jan", "willem")),
        ("J.W.", "JW", ("j", "w")),
        ("JW", "JW", ("j", "w")),
        ("LI", "L", ("li",)),
        (None, "JW", ("j", "w")),
        ("Maria de F", "MF", ("maria", "f")),
        ("", "", ()),
    ],
)
def test_fore_names_and_initials_are_told_apart(fore: str | None, initials: str, expected: tuple[str, ...]) -> None:
    assert read_name("Quenlo", fore, initials).given == expected


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("j", "j", Level.INITIAL),
        ("j", "jing", Level.INITIAL),
        ("j", "j a", Level.INITIAL_PART),
        ("jing", "j a", Level.INITIAL_PART),
        ("j a", "john a", Level.INITIALS),
        ("john", "john", Level.FULL),
        ("john", "john a", Level.FULL_PART),
        ("john albert", "john a", Level.FULL_MORE),
        ("sang yup", "sangyup", Level.FULL_MORE),
        ("bob", "robert", Level.VARIANT),
        ("bob", "b", Level.INITIAL),
        ("bob", "r", Level.VARIANT),
        ("bob a", "r b", Level.CONFLICT),
        ("p stephen", "stephen", Level.VARIANT),
        ("p stephen", "stephen m", Level.VARIANT),
        ("christoffer", "christofer", Level.VARIANT),
        ("", "john", Level.MISSING),
        ("jing", "jun", Level.CONFLICT),
        ("j a", "j b", Level.CONFLICT),
        ("john a", "john b", Level.CONFLICT),
        ("j", "k", Level.CONFLICT),
        ("daniel", "daniela", Level.CONFLICT),
    ],
)
def test_given_names_have_a_level_in_common(one: str, other: str, level: Level) -> None:
    first, second = tuple(one.split()), tuple(other.split())
    assert compare_given(first, second) == compare_given(second, first) == level


def test_names_in_swapped_order_can_be_one() -> None:
    assert can_be_one(name("Dangquen, Tranlo"), name("Tranlo, Dangquen"))


def test_father_and_son_cannot_be_one() -> None:
    assert not can_be_one(read_name("Quenlo", "Ada", "A", "Jr"), read_name("Quenlo", "Ada", "A", "Sr"))
    assert can_be_one(read_name("Quenlo", "Ada", "A", "Jr"), read_name("Quenlo", "Ada", "A", None))


_GIVEN = st.lists(st.sampled_from(["p", "s", "b", "r", "bob", "robert", "stephen", "steve", "peter"]), max_size=3)


@given(_GIVEN, _GIVEN)
def test_what_two_names_have_in_common_does_not_hang_on_which_comes_first(one: list[str], other: list[str]) -> None:
    assert compare_given(tuple(one), tuple(other)) == compare_given(tuple(other), tuple(one))


@given(st.text(min_size=1, max_size=12), st.none() | st.text(max_size=12), st.none() | st.text(max_size=4))
def test_any_printed_name_can_be_read_and_is_like_itself(last: str, fore: str | None, initials: str | None) -> None:
    read = read_name(last, fore, initials)
    assert can_be_one(read, read)
    assert all(token for token in read.given)


def test_a_suffix_among_the_given_names_is_one() -> None:
    assert (read_name("Vrasta", "Ada B Jr", "AB").suffix, read_name("Vrasta", "Ada B Jr", "AB").given) == (
        "jr",
        ("ada", "b"),
    )


def test_a_suffix_printed_behind_the_surname_is_none_of_it_though_it_is_told_apart_as_well() -> None:
    assert read_name("Quenlo Jr", "Ada", "A", "Jr") == read_name("Quenlo", "Ada", "A", "Jr")


@pytest.mark.parametrize(("one", "other"), [("fernando", "fernanda"), ("maria", "marta")])
def test_another_ending_and_another_short_name_are_no_slip_of_the_pen(one: str, other: str) -> None:
    assert compare_given((one,), (other,)) == Level.CONFLICT
    assert compare_given(("fernando",), ("fernamdo",)) == Level.VARIANT
