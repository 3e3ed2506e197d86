from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.text.words import fold, fold_phrase, read_word

LETTERS = st.text(string.ascii_lowercase, min_size=1, max_size=12)


@given(LETTERS)
def test_folding_twice_is_folding_once(word: str) -> None:
    assert fold(fold(word)) == fold(word)


@given(LETTERS.filter(lambda stem: len(stem) > 2))
def test_a_plural_meets_its_singular(stem: str) -> None:
    word = stem + "t"
    assert fold(word + "s") == fold(word)


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("biopsies", "biopsy"), ("stenoses", "stenosis"), ("metastases", "metastasis"), ("viruses", "virus"),
        ("carcinomas", "carcinoma"), ("boxes", "box"), ("branches", "branch"), ("analyses", "analysis"),
        ("diseases", "disease"), ("areas", "area"),
    ],
)  # fmt: skip
def test_medical_plurals_fold(plural: str, singular: str) -> None:
    assert fold(plural) == fold(singular) == singular


@pytest.mark.parametrize("word", ["diabetes", "rabies", "pancreas", "biceps", "abscess", "lupus", "dialysis", "gas"])
def test_words_that_only_look_plural_stay(word: str) -> None:
    assert fold(word) == word


@pytest.mark.parametrize("text", ["12", "3.5", "12-month", "5-year", "p", "<", "(", "10%", "2nd", "\n", "±", "results"])
def test_numbers_units_punctuation_and_labels_are_not_counted(text: str) -> None:
    assert read_word(text).forms == ()
    assert read_word(text).ends_phrase


@pytest.mark.parametrize("text", ["NT-proBNP", "scRNA-seq", "LDL-C", "5-fluorouracil", "IL-6", "BRCA1"])
def test_names_with_digits_and_hyphens_are_one_word(text: str) -> None:
    assert read_word(text).forms == (text.lower(),)
    assert not read_word(text).ends_phrase


def test_compounds_of_plain_words_are_counted_by_their_parts() -> None:
    assert read_word("intra-articular").forms == ("intra", "articular")
    assert fold_phrase("Intra-articular injections") == fold_phrase("intra articular injection")
