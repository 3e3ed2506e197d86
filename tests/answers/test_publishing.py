"""An answer is of one generation, though another be published while it is made."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from expertmine import answers
from expertmine.corpus import Corpus
from expertmine.corpus.generations import Store
from expertmine.errors import DataError
from expertmine.evaluate import evaluate_experts
from expertmine.report import report
from expertmine.tables import TABLES

TEXT = "surgery and outcome"
FIRST = 90000002
"""A paper of the quarter."""


def niche(corpus: Corpus) -> tuple[str, str]:
    """Return the name of a niche with nominations and a micro-influencer, and who leads it."""
    named = corpus.frame("influencers").query("micro and standing > 0")
    topic_id = named["topic_id"].iloc[0]
    scores, topics = corpus.frame("scores"), corpus.frame("topics").set_index("topic_id")
    first = scores[scores["topic_id"] == topic_id].sort_values(["rank", "person_id"])["person_id"].iloc[0]
    return str(topics.loc[topic_id, "name"]), str(first)


ASKED: dict[str, Callable[[Corpus, str, str], pd.DataFrame]] = {
    "choose_panel": lambda corpus, topic, _: answers.choose_panel(corpus, topic, size=3),
    "compare_rivals": lambda corpus, topic, _: answers.compare_rivals(corpus, topic),
    "compare_sources": lambda corpus, topic, _: answers.compare_sources(corpus, topic),
    "doubtful_mentions": lambda corpus, *_: answers.doubtful_mentions(corpus),
    "doubtful_names": lambda corpus, *_: answers.doubtful_names(corpus),
    "experts": lambda corpus, *_: answers.experts(corpus, text=TEXT),
    "find_topic": lambda corpus, *_: pd.DataFrame({"topic_id": [answers.find_topic(corpus, TEXT)]}),
    "fragility": lambda corpus, topic, _: answers.fragility(corpus, topic, top=1),
    "list_communities": lambda corpus, topic, _: answers.list_communities(corpus, topic),
    "list_members": lambda corpus, topic, _: answers.list_members(corpus, topic),
    "list_rings": lambda corpus, *_: answers.list_rings(corpus),
    "list_standing": lambda corpus, topic, _: answers.list_standing(corpus, topic),
    "list_topics": lambda corpus, *_: answers.list_topics(corpus, TEXT),
    "micro_influencers": lambda corpus, topic, _: answers.micro_influencers(corpus, topic),
    "next_wave": lambda corpus, topic, _: answers.next_wave(corpus, topic),
    "rater_saturation": lambda corpus, *_: answers.rater_saturation(corpus),
    "relevance": lambda corpus, *_: answers.relevance(corpus, TEXT),
    "rising": lambda corpus, topic, _: answers.rising(corpus, topic),
    "source_agreement": lambda corpus, *_: answers.source_agreement(corpus, draws=2),
    "topic_history": lambda corpus, topic, _: answers.topic_history(corpus, topic),
    "what_if": lambda corpus, *_: answers.what_if(corpus, without=[FIRST]),
    "why": lambda corpus, topic, person: answers.why(corpus, person, topic),
}


def copied(quarter: Corpus, folder: Path) -> Corpus:
    return Corpus(shutil.copytree(quarter.path, folder / "corpus", ignore=shutil.ignore_patterns("raw", "parsed")))


def empty_all(corpus: Corpus) -> None:
    """Publish a generation without a row: an answer that reads of it would show it."""
    with Corpus(corpus.path).writing() as draft:
        for name in corpus.manifest.tables:
            draft.put(name, TABLES[name].empty())
        draft.publish(verb="empty")


def publish_after_one_read(monkeypatch: pytest.MonkeyPatch, corpus: Corpus) -> None:
    whole, reads = Store.read, []

    def read(store: Store, *asked: object, **options: object) -> pa.Table:
        table = whole(store, *asked, **options)  # type: ignore[arg-type]
        reads.append(asked)
        if len(reads) == 1:
            empty_all(corpus)
        return table

    monkeypatch.setattr(Store, "read", read)


def test_every_answer_is_asked_here() -> None:
    assert set(ASKED) == set(answers.__all__)


@pytest.mark.parametrize("name", ASKED)
def test_a_publish_while_an_answer_is_made_changes_nothing_in_it(
    name: str, quarter: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, (topic, person) = copied(quarter, tmp_path), niche(quarter)
    before = ASKED[name](corpus, topic, person)
    with monkeypatch.context() as publishing:
        publish_after_one_read(publishing, corpus)
        meanwhile = ASKED[name](corpus, topic, person)
    assert corpus.table("articles").num_rows == 0, "it was published"
    pd.testing.assert_frame_equal(meanwhile, before)


def test_a_publish_while_a_report_is_made_changes_nothing_in_it(
    quarter: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = copied(quarter, tmp_path)
    before = report(corpus, to=tmp_path / "report.html").read_bytes()
    publish_after_one_read(monkeypatch, corpus)
    assert report(corpus, to=tmp_path / "report.html").read_bytes() == before


def test_a_publish_while_experts_are_judged_changes_nothing_in_it(
    quarter: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = copied(quarter, tmp_path)
    truth = quarter.frame("persons")[["last", "initials"]].rename(columns={"last": "last_name"}).head(50)
    before = evaluate_experts(corpus, truth, text=TEXT, draws=0)
    publish_after_one_read(monkeypatch, corpus)
    pd.testing.assert_frame_equal(evaluate_experts(corpus, truth, text=TEXT, draws=0), before)


@pytest.mark.parametrize("name", ["doubtful_mentions", "list_communities", "list_topics", "micro_influencers", "why"])
def test_an_answer_that_shows_no_abstract_reads_none(
    name: str, quarter: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, topic, person = Store.read, *niche(quarter)

    def read(store: Store, generation: str, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        assert table != "articles" or "abstract" not in (columns or ["abstract"])
        return whole(store, generation, table, columns)

    monkeypatch.setattr(Store, "read", read)
    assert len(ASKED[name](quarter, topic, person))


def test_a_generation_that_is_gone_while_it_is_read_is_told(quarter: Corpus, tmp_path: Path) -> None:
    corpus = copied(quarter, tmp_path)
    pinned = corpus.pinned()
    assert pinned.pinned() is pinned
    empty_all(corpus)
    assert pinned.table("persons").num_rows > 0
    with corpus.writing() as draft:
        draft.purge()
    with pytest.raises(DataError, match="gave way to newer ones while it was read; ask again"):
        pinned.table("persons")
    assert corpus.table("persons").num_rows == 0
