from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.text import language, read_terms
from expertmine.text.language import pipeline, read_words
from tests.text.articles import article, table

PROSE = st.text(st.sampled_from("aBs 12.,;:()[]-/+%'\u2019\"µ°é\u00d7\n"), max_size=60)


def read(text: str, *, abbreviations: bool = False) -> list[str]:
    [(words, _)] = read_words([text], abbreviations=abbreviations)
    return words


@given(st.one_of(PROSE, st.text(max_size=60)))
def test_words_are_those_that_the_tokenizer_finds_between_white_space(text: str) -> None:
    found = [token.text for chunk in text.split() for token in pipeline().tokenizer(chunk)]
    assert [word for word in read(text) if word != "\n"] == found


@pytest.mark.parametrize("after", ["", ".", ",", ":", ")"])
@pytest.mark.parametrize("before", ["", "("])
def test_what_the_tokenizer_has_a_rule_for_is_cut_by_it(before: str, after: str) -> None:
    tokenizer: Any = pipeline().tokenizer
    rules = [f"{before}{rule}{after}" for rule in tokenizer.rules if rule.split() == [rule]]
    assert [read(rule) for rule in rules] == [[token.text for token in tokenizer(rule)] for rule in rules]


@pytest.mark.parametrize("text", ["8:) )", ") 8:)", "x:( )", ") x:("])
def test_no_neighbour_changes_how_a_chunk_is_cut(text: str) -> None:
    language._read_chunk.cache_clear()
    together = read(text)
    language._read_chunk.cache_clear()
    assert together == [word for chunk in text.split() for word in read(chunk)]


def test_letters_without_end_are_left_uncut() -> None:
    assert read("a" + 1_000 * "(" + " b") == ["a" + 1_000 * "(", "b"]


def test_a_long_form_does_not_run_from_the_title_into_the_abstract() -> None:
    text = "MR or ACI after autologous\nChondrocyte implantation (ACI) helps. ACI."
    assert read(text, abbreviations=True).count("\n") == 1


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("After autologous chondrocyte implantation (ACI) pain fell.", "ACI", "autologous chondrocyte implantation"),
        ("We used MR (magnetic resonance of protons).", "MR", "magnetic resonance of protons"),
        ("(ACI) opens the text.", "ACI", ""),
        ("Pain fell in most (n = 12) and rose in some (rather).", "rather", ""),
    ],
)  # fmt: skip
def test_a_short_form_is_found_with_the_long_form_beside_it(text: str, short: str, long: str) -> None:
    [(words, shorts)] = read_words([f"{text} Then {short} again."], abbreviations=True)
    assert (short in shorts) == bool(long)
    assert " ".join(words).endswith(f"Then {long or short} again .")


def test_a_letter_is_no_singular_of_a_short_form() -> None:
    text = "We fed arsenic species (As) to mice. A mouse was fed As. Vitamin A was not."
    assert " ".join(read(text, abbreviations=True)).endswith("A mouse was fed arsenic species . Vitamin A was not .")


def test_what_spacy_remembers_does_not_grow_with_what_was_read() -> None:
    read_terms(table([article(1, "Pain fell.")]))
    before = len(pipeline().vocab.strings)
    for start in range(0, 20_000, 1_000):
        words = " ".join(f"unheard{number}" for number in range(start, start + 1_000))
        read_terms(table([article(1, f"{words}. Unheard {start} matter (UM{start}) fell.")]))
    assert len(pipeline().vocab.strings) < before + 1_000


def test_of_two_definitions_the_first_counts() -> None:
    text = "Magnetic resonance (MR) or mitral regurgitation (MR): MR."
    assert " ".join(read(text, abbreviations=True)).endswith(": Magnetic resonance .")
