from __future__ import annotations

import pytest

from expertmine.errors import ConfigError
from expertmine.sources.query import check_query, plain_question


@pytest.mark.parametrize(
    "query",
    [
        "asthma",
        "asthma[MeSH Terms:noexp] AND 2001:2003[dp]",
        '"bee sting"[tiab:~2] NOT review[pt]',
        "surgery[Subheading] AND (2001:2003[ppdt] OR 2001:2003[epdt])",
    ],
)
def test_a_sound_query_passes_as_typed(query: str) -> None:
    assert check_query(f" {query} ") == query


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("  ", "empty"),
        ("asthma[tiabb]", "unknown field tag '.tiabb.'; did you mean .*'tiab'"),
        ("\u201cbee sting\u201d", "U\\+201C"),
        ("R&amp;D", "HTML"),
    ],
)
def test_an_unsound_query_is_refused_with_the_reason(query: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        check_query(query)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ('"stem cells"[MeSH Terms] AND knee[tiab]', "stem cells knee"),
        ("(MSC*[tiab:~2] OR stroma[TW]) NOT review [pt]", "MSC stroma review"),
    ],
)
def test_a_query_is_asked_in_words_without_tags_and_operators(typed: str, words: str) -> None:
    assert plain_question(typed) == words
    assert plain_question(words) == words


@pytest.mark.parametrize(
    "text",
    [
        "Uptake of [18F]FDG (PET) AND  outcome [1], [Ca2+]",
        'The "stent" OR (balloon)*\nNOT both',
        "renal artery [sic] stenosis",
    ],
)
def test_a_text_that_is_no_query_stays_as_it_is_to_the_letter(text: str) -> None:
    assert plain_question(text) == text
