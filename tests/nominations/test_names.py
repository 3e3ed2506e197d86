import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from expertmine.nominations.names import Form, known_forms, name_key, place_key, readings


@pytest.mark.parametrize(
    ("typed", "last", "initial"),
    [
        ("Ida Voss", "voss", "ida"), ("Voss, Ida", "voss", "ida"), ("Dr. Ida Voss MD", "voss", "ida"),
        ("Prof. Dr. med. Ida Voss, PhD, FACC", "voss", "ida"), ("Voss I", "voss", "i"), ("Voss IM", "voss", "i"),
        ("I.M. Voss", "voss", "i"), ("VOSS IDA", "voss", "ida"), ("Ída  Voß", "voss", "ida"), ("Voss, MD", "voss", "m"),
        ("Ida van der Voss", "vandervoss", "ida"), ("Ida O\u2019Voss", "ovoss", "ida"), ("Li W", "li", "w"),
        ("Li Ma", "ma", "li"), ("Ida Voss (Ostvik)", "voss", "ida"), ("LI Wei", "li", "wei"), ("AJ Voss", "voss", "a"),
        ("Ida Voss, Ostvik Hospital", "voss", "ida"), ("Voss, Dr. Ida", "voss", "ida"),
    ],
)  # fmt: skip
def test_the_intended_reading_is_among_them(typed: str, last: str, initial: str) -> None:
    assert (last, initial) in {(form.last, form.given[0]) for form in readings(typed) if form.given}


def test_the_usual_order_goes_before_the_swapped_one() -> None:
    odds = {(form.last, *form.given): form.odds for form in readings("Ida Voss")}
    assert odds["voss", "ida"] == 1 > odds["ida", "voss"]


def test_a_comma_settles_the_order() -> None:
    assert readings("Voss, Ida")[0] == Form("voss", ("ida",))


@pytest.mark.parametrize(
    "typed", ["Ida Voss", "Voss, Ida", "Dr Ida Voss", "ida VOSS", "Ída Voss, MD", "Ida Voss (Ostvik)"]
)
def test_one_name_has_one_key_however_it_is_typed(typed: str) -> None:
    assert name_key(typed) == "ida voss"


def test_one_institution_has_one_key_in_any_order_of_words() -> None:
    assert place_key("University of Ostvik") == place_key("OSTVIK University") != place_key("University of Karlund")
    assert place_key(None) == place_key("") == ""


def test_an_abbreviation_of_a_fuller_form_is_left_out() -> None:
    assert known_forms("Voss", ["Ida Marie Voss", "Voss I", "Voss IM"], "IM") == (Form("voss", ("ida", "marie")),)


def test_a_changed_surname_and_half_a_double_one_are_known() -> None:
    changed = known_forms("Voss", ["Ida Voss", "Ida Tol"], "I")
    assert {form.last for form in changed} == {"voss", "tol"}
    double = known_forms("Voss-Karlund", ["Ida Voss-Karlund"], "I")
    assert {form.last: form.odds < 1 for form in double} == {
        "vosskarlund": False,
        "voss": True,
        "karlund": True,
    }


@given(st.text(max_size=40))
@example(":,0")
def test_any_text_can_be_read(text: str) -> None:
    assert all(form.last for form in readings(text))
    known_forms(text, [text], text)
    assert name_key(text) == name_key(f" {text} ")
