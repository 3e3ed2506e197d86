"""Lists of people who must not be asked: rather one too many is left alone than one asked."""

import pytest

from expertmine.errors import DataError
from expertmine.nominations.exclusions import read_list
from tests.nominations.village import person

PEOPLE = [person("p1", "Ida", "Voss"), person("p2", "Isak", "Voss"), person("p3", "Ulf", "Tol")]


@pytest.mark.parametrize("name", ["Ida Voss", "Voss Ida", "Voss, Ida", "VOSS I", "Dr. I. Voss"])
def test_a_name_in_any_order_keeps_all_who_may_bear_it_off_the_panel(name: str) -> None:
    everybody = read_list(name.encode(), PEOPLE, source="l.csv").everybody()
    assert "p1" in everybody
    assert "p3" not in everybody


def test_an_id_means_one_person_and_a_surname_all_who_bear_it() -> None:
    assert read_list(b"p1\n", PEOPLE, source="l.csv").everybody() == {"p1"}
    assert read_list(b"Voss\n", PEOPLE, source="l.csv").everybody() == {"p1", "p2"}


def test_entries_that_mean_nobody_are_told_by_their_line() -> None:
    listed = read_list(b"p1\n\nNemo Nusquam\nTol, Ulf\n", PEOPLE, source="l.csv")
    assert listed.unknown == (3,)
    assert listed.everybody() == {"p1", "p3"}


def test_a_line_is_counted_as_an_editor_counts_it_whatever_is_in_quotes() -> None:
    broken = b'"Voss,\nIda"\n\nNemo Nusquam\n"Tol,\r\nUlf"\nNemo Nullus\n'
    assert read_list(broken, PEOPLE, source="l.csv").unknown == (4, 7)


def test_a_space_may_stand_before_what_is_in_quotes() -> None:
    pairs = read_list(b'"Voss, Ida", "Tol, Ulf"\n', PEOPLE, source="l.csv", width=2).pairs()
    assert pairs == {frozenset({"p1", "p3"})}


def test_pairs_stand_in_one_row_and_a_row_of_one_is_an_error_with_its_line() -> None:
    assert read_list(b"Ida Voss,Ulf Tol\n", PEOPLE, source="l.csv", width=2).pairs() == {frozenset({"p1", "p3"})}
    with pytest.raises(DataError, match="line 2 has 1 people, expected 2"):
        read_list(b"Ida Voss,Ulf Tol\nIda Voss\n", PEOPLE, source="l.csv", width=2)


def test_a_third_person_in_a_row_of_two_is_not_left_out_in_silence() -> None:
    with pytest.raises(DataError, match="line 1 has 3 people, expected 2"):
        read_list(b"Ida Voss,Ulf Tol,Isak Voss\n", PEOPLE, source="l.csv", width=2)


def test_a_list_whose_quote_is_never_closed_is_refused_with_the_remedy() -> None:
    with pytest.raises(DataError, match="is a closing quote missing"):
        read_list(b'"' + b"Ida Voss\n" * 20_000, PEOPLE, source="l.csv")
