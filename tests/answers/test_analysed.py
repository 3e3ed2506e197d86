"""Articles that came after the last run are told, and change no answer."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

import expertmine as em
from expertmine.answers.analysed import count_unanalysed
from expertmine.cli import run_verb
from tests.acquire.test_add import xml
from tests.report.reading import Page

QUESTION = "renal artery ultrasound"
LATER = pd.DataFrame({"pmid": range(1, 801), "title": "Ultrasound of the renal artery", "year": 2060})


def verb(*words: object) -> int:
    return run_verb([str(word) for word in words])


@pytest.fixture(scope="module")
def stale(quarter: em.Corpus, tmp_path_factory: pytest.TempPathFactory) -> em.Corpus:
    """Return the quarter to which 800 articles came after the run."""
    corpus = em.Corpus(shutil.copytree(quarter.path, tmp_path_factory.mktemp("stale") / "corpus"))
    em.add(corpus, LATER)
    return corpus


def test_articles_after_the_last_run_change_no_answer(quarter: em.Corpus, stale: em.Corpus) -> None:
    first = em.experts(quarter, "area", top=1)["person_id"].iloc[0]
    paper = int(em.why(quarter, first, "area")["pmid"].iloc[0])
    for ask in (
        em.list_topics,
        lambda corpus: em.experts(corpus, text=QUESTION),
        lambda corpus: em.why(corpus, first, text=QUESTION),
        lambda corpus: em.rising(corpus, "area"),
        lambda corpus: em.what_if(corpus, without=paper),
        lambda corpus: em.compare_rivals(corpus, "area"),
    ):
        pd.testing.assert_frame_equal(ask(stale), ask(quarter))


def test_every_verb_that_answers_says_how_many_articles_no_answer_knows(
    quarter: em.Corpus, stale: em.Corpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = f"in no answer yet: 800 stored articles; `expertmine run {stale.path}` takes them in"
    for words in (
        ("topics", stale.path),
        ("experts", stale.path, "--topic", "area"),
        ("influencers", stale.path),
        ("communities", stale.path, "--topic", "area"),
        ("status", stale.path),
        ("report", stale.path, "-o", tmp_path / "report.html"),
    ):
        assert verb(*words) == 0, words
        assert told in capsys.readouterr().err, words
    assert verb("status", quarter.path) == 0
    assert "in no answer yet" not in capsys.readouterr().err


def test_the_report_counts_what_was_analysed_and_says_what_was_not(
    quarter: em.Corpus, stale: em.Corpus, tmp_path: Path
) -> None:
    text = Page(em.report(stale, to=tmp_path / "report.html")).text
    assert f"Not in this page: {count_unanalysed(stale)} stored articles" in text
    assert f"{quarter.table('articles').num_rows:,} articles" in text
    assert "2060" not in text


def test_what_was_added_is_told_to_wait_for_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.xml").write_bytes(xml(1, 2))
    assert verb("add", tmp_path / "c", tmp_path / "a.xml") == 0
    hint = f"`expertmine run {tmp_path / 'c'}` brings the new records into the answers"
    assert hint in capsys.readouterr().err
    assert verb("add", tmp_path / "c", tmp_path / "a.xml") == 0
    assert hint not in capsys.readouterr().err
    assert verb("status", tmp_path / "c") == 0
    assert "in no answer yet: 2 stored articles" in capsys.readouterr().err


def test_an_article_that_came_for_one_that_went_is_in_no_answer_yet(quarter: em.Corpus, tmp_path: Path) -> None:
    corpus = em.Corpus(shutil.copytree(quarter.path, tmp_path / "corpus"))
    gone = corpus.frame("articles")["pmid"].iloc[0]
    (tmp_path / "sample99.xml").write_text(
        f"<PubmedArticleSet><DeleteCitation><PMID>{gone}</PMID></DeleteCitation></PubmedArticleSet>"
    )
    em.add(corpus, LATER.head(1))
    em.add(corpus, tmp_path / "sample99.xml")
    assert corpus.table("articles").num_rows == quarter.table("articles").num_rows
    assert count_unanalysed(corpus) == 1
