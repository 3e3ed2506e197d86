"""What is no corpus, no name and no number is refused in words, wherever it is handed in."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import expertmine as em
from expertmine.acquire import plan_nominations

GIVEN: dict[str, Any] = {
    "topic": "area", "person": "p1.1", "text": "stents", "without": 1, "to": Path("r.html"), "name": "topics",
    "frame": pd.DataFrame(), "rater": "Ada", "verdict": "same", "by": "me", "email": "me@uni.example",
    "source": em.PubMed("stents", email="me@uni.example"), "files": "nowhere.csv", "persons": ("p1.1", "p2.1"),
    "mentions": ("1.1", "2.1"),
}  # fmt: skip
"""What a verb may be given beside the corpus, by the parameter's name."""
VERBS = [
    name
    for name in em.__all__
    if inspect.isfunction(getattr(em, name)) and "corpus" in inspect.signature(getattr(em, name)).parameters
]


def call(name: str, corpus: object) -> None:
    """Call a verb with all that it must have."""
    verb = getattr(em, name)
    given: list[Any] = []
    named: dict[str, Any] = {}
    for parameter in inspect.signature(verb).parameters.values():
        value = corpus if parameter.name == "corpus" else GIVEN.get(parameter.name)
        if parameter.kind is parameter.VAR_POSITIONAL:
            given += value if isinstance(value, tuple) else [value]
        elif parameter.kind is parameter.POSITIONAL_OR_KEYWORD and parameter.default is parameter.empty:
            given.append(value)
        elif parameter.default is parameter.empty:
            named[parameter.name] = value
    verb(*given, **named)


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_refuses_what_is_no_corpus_and_says_what_to_do(name: str) -> None:
    with pytest.raises(em.ConfigError, match=r"corpus is 'corpora/fmd', expected a Corpus: `em.Corpus\(PATH\)`"):
        call(name, "corpora/fmd")
    with pytest.raises(em.ConfigError, match=r"corpus is a DataFrame, expected a Corpus"):
        call(name, pd.DataFrame())


@pytest.mark.parametrize(
    "ask",
    [
        em.experts, em.fragility, em.list_members, em.list_communities, em.compare_sources, em.compare_rivals,
        em.choose_panel, em.next_wave, em.micro_influencers, em.rising, em.topic_history,
    ],
)  # fmt: skip
def test_a_topic_that_is_no_text_is_refused(sample: em.Corpus, ask: Callable[..., object]) -> None:
    for odd in (5, 0, ["area"], 1.5):
        with pytest.raises(em.ConfigError, match=r"topic is .*, expected an id or an exact name, as text"):
            ask(sample, odd)


def test_a_person_that_is_no_text_is_refused(sample: em.Corpus) -> None:
    with pytest.raises(em.ConfigError, match="person is 5, expected an id or an exact name, as text"):
        em.why(sample, 5, "area")  # type: ignore[arg-type]


def test_true_is_no_number_of_rows_and_words_are_no_number_of_anything(sample: em.Corpus) -> None:
    odd: Any = True
    for ask in (em.experts, em.fragility, em.compare_sources, em.compare_rivals, em.rising):
        with pytest.raises(em.ConfigError, match="top is True, expected 0"):
            ask(sample, "area", top=odd)
    for name in ("draws", "seed"):
        for number in ("many", 1.5):
            with pytest.raises(em.ConfigError, match=f"{name} is {number}, expected 0"):
                em.source_agreement(sample, **{name: number})  # type: ignore[arg-type]
    odd = "five"
    with pytest.raises(em.ConfigError, match="years is five, expected 2 or more"):
        em.rising(sample, "area", years=odd)


def test_who_must_not_be_asked_is_listed_by_ids(sample: em.Corpus) -> None:
    one = sample.frame("persons")["person_id"].iloc[0]
    wrong: tuple[Any, ...] = (one, 5)
    for odd in wrong:
        with pytest.raises(em.ConfigError, match="expected a list of person_id, found"):
            em.next_wave(sample, "area", suppressed=odd)
        for rules in (em.Rules(suppressed=odd), em.Rules(conflicts=[odd, odd])):
            with pytest.raises(em.ConfigError, match="expected a list of person_id, found"):
                em.choose_panel(sample, "area", rules=rules)
    with pytest.raises(em.ConfigError, match=r"rules is None, expected em\.Rules"):
        em.choose_panel(sample, "area", rules=None)  # type: ignore[arg-type]


def test_a_corpus_is_opened_by_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wrong: tuple[Any, ...] = ("", None, 5)
    for odd in wrong:
        with pytest.raises(em.ConfigError, match="expected that of the corpus's folder"):
            em.Corpus(odd)
    assert em.Corpus(".").path == tmp_path


def test_files_and_mentions_are_named_one_by_one_and_by_text(sample: em.Corpus) -> None:
    wrong: tuple[Any, ...] = (["a.csv", "b.csv"], "")
    table: Any = pd.DataFrame()
    takers: tuple[Callable[..., object], ...] = (
        em.add_nominations, em.add_corrections, em.add_decisions, plan_nominations,
    )  # fmt: skip
    for take in takers:
        for odd in wrong:
            with pytest.raises(em.ConfigError, match=r"expected the path of a file; give several one by one \(\*all\)"):
                take(sample, odd)
        with pytest.raises(em.ConfigError, match="found a DataFrame, expected the path of a file; save a table as CSV"):
            take(sample, table)
    with pytest.raises(em.ConfigError, match="found '', expected the path of a file"):
        em.add(sample, "")
    mentions: Any = ["1.1", "2.1"]
    for rule in (em.rule_mentions, em.split_person):
        with pytest.raises(em.ConfigError, match=r"expected a mention, PMID\.POSITION; give several one by one"):
            rule(sample, "same" if rule is em.rule_mentions else somebody(sample), mentions, mentions, by="me")


def somebody(corpus: em.Corpus) -> str:
    return str(corpus.table("persons", ["person_id"])["person_id"][0])


def test_who_asks_pubmed_is_known() -> None:
    nothing: Any = None
    with pytest.raises(em.ConfigError, match="email is None; the service wants an address"):
        em.PubMed("stents", email=nothing)
    with pytest.raises(em.ConfigError, match="the query is empty"):
        em.PubMed(nothing, email="me@uni.example")
    few: Any = "5"
    with pytest.raises(em.ConfigError, match="max_records is '5', expected a number above 0"):
        em.PubMed("stents", email="me@uni.example", max_records=few)


def test_a_query_is_handed_in_with_who_asks(tmp_path: Path) -> None:
    corpus = em.Corpus(tmp_path / "c")
    with pytest.raises(em.ConfigError, match=r"source is 'stents', expected a query: `em\.PubMed"):
        em.fetch(corpus, "stents")  # type: ignore[arg-type]
    assert not corpus.path.exists()
