from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.text import read_terms
from expertmine.topics.completion import complete
from expertmine.topics.keyphrases import choose_phrases, read_phrases
from tests.text.articles import article, table


@pytest.mark.parametrize(
    ("phrase", "text", "whole"),
    [
        ("hormone replacement", "Hormone replacement therapy.", "hormone replacement therapy"),
        ("insulin-like growth", "of insulin-like growth factor-1", "insulin-like growth factor"),
        ("immunodeficiency virus", "Human immunodeficiency virus", "Human immunodeficiency virus"),
        ("tibial osteotomy", "After high tibial osteotomy we saw", "high tibial osteotomy"),
        ("bowel", "a short bowel test", "short bowel test"),
        ("growth", "growth factors", "growth factors"),
        ("growth", "growth, factors", "growth"),
        ("growth", "growth (factors", "growth"),
        ("growth", "growth\nfactors", "growth"),
        ("growth", "growths factor, regrowth factor, growth-factor", "growth"),
        ("sclérose", "la sclérose en plaques", "sclérose"),  # of another language
        ("knee", "the knee of patients", "knee"),
        ("hormone replacement", "hormone replacement pills", "hormone replacement"),  # a word that ends no phrase
        ("bowel (short", "a short bowel (short test", "short bowel (short test"),
        ("lumen loss", "İ late lumen loss rate", "late lumen loss rate"),
    ],
)
def test_a_phrase_is_completed_by_the_everyday_word_beside_it(phrase: str, text: str, whole: str) -> None:
    assert complete(phrase, [text] * 3) == whole


def test_a_phrase_is_completed_only_by_what_nearly_always_stands_there() -> None:
    with_it, without = "hormone replacement therapy", "hormone replacement"
    assert complete(without, [with_it] * 3 + [without]) == with_it
    assert complete(without, [with_it] * 5 + [without] * 2) == without
    assert complete(without, [with_it] * 2) == without, "two places are no use"
    assert complete(without, [f"{with_it}; {with_it}; {with_it}"]) == with_it
    assert complete(without, []) == without
    assert complete("respiratory", ["Severe respiratory"] * 3 + ["severe respiratory"]) == "severe respiratory"
    assert complete(without, ["hormone replacement therapies", with_it, with_it]) == with_it, "forms of a word are one"


@given(st.lists(st.text(alphabet="ab İß-/. therapyhuman", max_size=30), max_size=6))
def test_a_completed_phrase_is_the_phrase_with_a_word_before_and_one_behind_at_most(texts: list[str]) -> None:
    words = complete("a b", texts)
    assert "a b" in words
    assert len(words.split()) <= 4


def test_a_topics_phrases_are_made_whole_and_what_is_then_part_of_one_goes() -> None:
    from scipy.sparse import csr_matrix

    told = [
        ("Dialectical behavior therapy", "Behavior therapy and dialectical behavior therapy of adults, by Linehan."),
        ("Dialectical behavior therapy again", "Behavior therapy of dialectical behavior therapy, by Linehan."),
        ("Dialectical behavior therapy in jail", "A behavior therapy, dialectical behavior therapy, by Linehan."),
        ("Knees", "Knees."),
    ]
    articles = table(article(pmid, *text, keywords=["behavior therapy"]) for pmid, text in enumerate(told))
    book = read_phrases(read_terms(articles), articles)
    [own] = choose_phrases(book, csr_matrix([[1.0, 1.0, 1.0, 0.0]]), number=5)
    assert own == ["dialectical behavior therapy", "Linehan"]
