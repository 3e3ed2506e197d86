"""What the answers about a survey say, and what they do not."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import expertmine as em
from expertmine.nominations import weigh_nominations
from expertmine.nominations.saturation import measure_saturation
from expertmine.tables import TABLES
from tests.nominations.village import ballot, ballots, tables

NAMES = [f"{fore} Quex{end}" for fore, end in zip(("Ulla", "Bo", "Ida", "Nils", "Tove", "Edda"), "abcdef", strict=True)]


@given(st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), min_size=1))
@settings(max_examples=40)
def test_page_rank_is_given_only_where_six_in_ten_of_the_network_have_spoken(words: set[tuple[str, str]]) -> None:
    rows = [ballot(rater, nominee) for rater, nominee in sorted(words)]
    standing = weigh_nominations(ballots(rows), **tables())[3].to_pylist()
    said = [(rater, nominee) for rater, nominee in words if rater != nominee]
    spoke = {rater for rater, _ in said}
    enough = bool(spoke) and len(spoke) >= 0.6 * len(spoke | {nominee for _, nominee in said})
    assert all((row["page_rank"] is not None) == enough for row in standing)
    if enough:
        assert sum(row["page_rank"] for row in standing) <= 1 + 1e-6


def test_chao_without_anybody_named_twice_is_the_published_form() -> None:
    heard = measure_saturation([3, 1, 1, 1], raters=6)  # f1 3, f2 0
    assert heard.unnamed == pytest.approx(5 / 6 * 3 * 2 / 2)
    variance = 5 / 6 * 3 + 25 / 36 * 3 * 25 / 4 - 25 / 36 * 81 / (4 * 6.5)
    wide = math.exp(1.6448536 * math.sqrt(math.log1p(variance / 2.5**2)))
    assert (heard.low, heard.high) == pytest.approx((2.5 / wide, 2.5 * wide))


def asked_topics(sample: em.Corpus) -> list[str]:
    return sorted(set(sample.frame("nominations")["topic_id"]))


def test_who_is_missed_by_a_source_is_not_among_its_first(sample: em.Corpus) -> None:
    first, missed = sample.config.influence.niche_top, 0
    for topic in asked_topics(sample)[:5]:
        for row in em.compare_sources(sample, topic, top=0).to_dict("records"):
            sources = []
            if row["combined_rank"] <= first:
                sources += ["literature"] if row["authority_rank"] > first or row["authority"] == 0 else []
                unheard = pd.isna(row["standing_rank"]) or row["standing_rank"] > first
                sources += ["peers"] if unheard else []
            assert row["missed_by"] == ", ".join(sources)
            missed += bool(sources)
    assert missed


def test_where_nobody_was_heard_nobody_is_missed_by_peers(sample: em.Corpus) -> None:
    niches = [row["topic_id"] for row in sample.table("topics").to_pylist() if row["layer"] == 0]
    unheard = next(topic for topic in niches if topic not in asked_topics(sample))
    told = em.compare_sources(sample, unheard, top=0)
    assert not told.empty
    assert told["quadrant"].isna().all()
    assert told["missed_by"].isna().all()
    assert told.dtypes.equals(em.compare_sources(sample, asked_topics(sample)[0]).dtypes)


def heard(sample: em.Corpus, folder: Path, words: list[tuple[str, int]]) -> em.Corpus:
    """The sample, had these raters named the people at these places of one niche's ranking."""
    corpus = em.Corpus(shutil.copytree(sample.path, folder / "corpus"))
    scores = sample.frame("scores").sort_values(["topic_id", "rank", "person_id"])
    niche = scores[scores["topic_id"] == asked_topics(sample)[0]]
    rows = [
        {"nominator": rater, "nominee": niche["person_id"].iloc[place], "topic_id": niche["topic_id"].iloc[0],
         "wave": 1, "weight": 1.0, "ring": False, "confidence": 1.0, "source": "s.csv", "date": None}
        for rater, place in words
    ]  # fmt: skip
    em.put(corpus, "nominations", TABLES["nominations"].rows(rows))
    return corpus


ENDS = ["correlation_low", "correlation_high", "overlap_low", "overlap_high"]


def test_agreement_is_between_its_bounds_and_counts_the_raters(sample: em.Corpus, tmp_path: Path) -> None:
    drawn = [(f"rater {at}", place) for at in range(9) for place in (at % 3, at % 4 + 2, at % 5 * 3)]
    sample = heard(sample, tmp_path, list(dict.fromkeys(drawn)))
    told = em.source_agreement(sample, draws=40)
    words = sample.frame("nominations").query("weight > 0")
    raters = words.groupby("topic_id")["nominator"].nunique()
    assert told["raters"].tolist() == raters.loc[told["topic_id"]].tolist()
    assert told["overlap"].between(0, 1).all()
    known = told.dropna(subset=["overlap_low"])
    assert not known.empty
    assert (known["overlap_low"] < known["overlap_high"]).all()
    assert told["correlation"].dropna().between(-1, 1).all()


def test_agreement_of_few_raters_or_of_all_alike_has_no_interval(sample: em.Corpus, tmp_path: Path) -> None:
    few, alike = tmp_path / "few", tmp_path / "alike"
    told = em.source_agreement(heard(sample, few, [(f"rater {at}", at + by) for at in range(4) for by in (0, 3)]))
    assert told["raters"].tolist() == [4]
    assert told[ENDS].isna().all(axis=None)
    told = em.source_agreement(heard(sample, alike, [(f"rater {at}", place) for at in range(9) for place in range(3)]))
    assert told["overlap"].tolist() == [1.0]
    assert told[ENDS].isna().all(axis=None)


def test_the_report_counts_raters_and_names_none(sample: em.Corpus, tmp_path: Path) -> None:
    html = em.report(sample, to=tmp_path / "report.html").read_text(encoding="utf-8")
    known = {row["name"] for name in ("persons", "nominees") for row in sample.table(name).to_pylist()}
    known |= {form for row in sample.table("persons").to_pylist() for form in row["variants"]}
    said = sample.frame("ballots")
    raters = {rater for rater in said["rater"] if not any(rater in name for name in (*known, *said["nominee"]))}
    assert len(raters) > 10, "raters who are nobody of the corpus and whom nobody named"
    assert not [rater for rater in raters if rater in html]
    assert "named by" in html
    assert "no peer heard in this niche" in html
    assert "q-nan" not in html
    assert ">nan<" not in html
