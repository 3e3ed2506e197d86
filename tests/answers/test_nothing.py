"""Questions to which there is no answer are answered by tables without rows, and with their columns."""

from __future__ import annotations

import shutil

import msgspec
import pytest

import expertmine as em
from expertmine.answers import list_standing
from expertmine.config import AuthoritySettings, ContributionSettings

QUESTION = "contrast enhanced ultrasound of the kidney with microbubbles"
PARTS = ["mass", "depth", "lead", "cited"]


@pytest.fixture(scope="module")
def before_all(unasked: em.Corpus, tmp_path_factory: pytest.TempPathFactory) -> em.Corpus:
    """Return the sample as seen from a year before its first paper; nobody was asked."""
    corpus = em.Corpus(shutil.copytree(unasked.path, tmp_path_factory.mktemp("before") / "corpus"))
    em.run(corpus, msgspec.structs.replace(unasked.config, authority=AuthoritySettings(as_of=1900, bootstraps=20)))
    return corpus


def test_before_all_papers_everybody_shares_the_first_rank(before_all: em.Corpus) -> None:
    told = em.experts(before_all, text=QUESTION, top=0)
    assert len(told) == before_all.table("persons").num_rows
    assert (told[["rank", "tie"]] == 1).all(axis=None)
    assert (told["score"] == 0).all()
    lost = em.compare_rivals(before_all, text=QUESTION)
    assert lost["volume"].isna().all()
    assert (lost["lost_by"] == "").all()


def test_draws_and_seeds_below_none_are_refused(before_all: em.Corpus) -> None:
    with pytest.raises(em.ConfigError, match="draws is -1, expected 0"):
        em.source_agreement(before_all, draws=-1)
    with pytest.raises(em.ConfigError, match="seed is -1, expected 0"):
        em.source_agreement(before_all, seed=-1)


def test_nobody_known_to_either_source_is_nobody_to_both(before_all: em.Corpus) -> None:
    told = em.compare_sources(before_all, "area")
    assert told.empty
    assert {"authority", "standing", "combined", "quadrant", "missed_by"} <= set(told.columns)


def test_answers_without_rows_keep_their_columns(before_all: em.Corpus) -> None:
    agreement = em.source_agreement(before_all)
    assert list(agreement.columns) == [
        "topic_id", "topic", "raters", "named", "correlation", "correlation_low", "correlation_high", "overlap",
        "overlap_low", "overlap_high", "by_chance",
    ]  # fmt: skip
    assert list(em.rater_saturation(before_all).columns) == [
        "topic_id", "topic", "raters", "named", "coverage", "unnamed", "low", "high", "changed", "stop", "why",
    ]  # fmt: skip
    assert list(em.list_rings(before_all).columns) == ["topic_id", "topic", "raters", "words"]
    assert {"topic_id", "topic", "person_id", "name"} <= set(list_standing(before_all).columns)
    somebody = before_all.frame("persons")["person_id"].iloc[0]
    told = em.why(before_all, somebody, "area")
    assert told.empty
    assert {*PARTS, "points"} <= set(told.columns)


def test_every_component_has_its_column_though_a_person_has_no_points_in_it(sample: em.Corpus) -> None:
    scores = sample.frame("scores")
    uncited = scores[(scores["cited"] == 0) & (scores["score"] > 0)].iloc[0]
    told = em.why(sample, uncited["person_id"], uncited["topic_id"])
    assert [name for name in told.columns if name in PARTS] == PARTS
    assert (told["cited"] == 0).all()
    assert told["points"].sum() == pytest.approx(uncited["score"])


def test_the_least_membership_of_a_topic_cuts_no_relevance_of_a_question(
    unasked: em.Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = em.experts(unasked, text=QUESTION, top=5)
    strict = msgspec.structs.replace(unasked.config, contributions=ContributionSettings(min_strength=0.9))
    monkeypatch.setattr(em.Corpus, "config", strict)
    assert em.experts(unasked, text=QUESTION, top=5).equals(free)


def test_without_any_weight_nobody_rises(unasked: em.Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    weightless = msgspec.structs.replace(unasked.config, authority=AuthoritySettings(weights={}, bootstraps=4))
    monkeypatch.setattr(em.Corpus, "config", weightless)
    told = em.rising(unasked, top=0)
    assert (told[["slope", "low", "high"]] == 0).all(axis=None)
    assert not told["rising"].any()


def test_before_any_survey_no_name_is_in_doubt(before_all: em.Corpus) -> None:
    assert em.doubtful_names(before_all).empty
