"""Questions to a finished corpus, asked as a researcher asks them."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import expertmine as em
from expertmine.answers import relevance
from expertmine.answers.peers import _agreement, _changed
from expertmine.answers.rivals import measure_fit
from expertmine.answers.topics import measure_relevance
from expertmine.cli import run_verb
from expertmine.config import AuthoritySettings
from expertmine.embed import load_encoder
from expertmine.errors import ConfigError
from expertmine.tables import TABLES
from expertmine.text import score_relevance
from expertmine.topics import rank_topics

QUESTION = "contrast enhanced ultrasound of the kidney with microbubbles"


def test_a_niche_is_found_from_words(sample: em.Corpus) -> None:
    niche = em.find_topic(sample, QUESTION)
    ranked = em.list_topics(sample, QUESTION, top=3)
    assert niche == ranked["topic_id"].iloc[0]
    assert niche.startswith("n")


def test_a_pubmed_query_is_asked_by_its_words(sample: em.Corpus) -> None:
    typed, words = '"renal artery"[MeSH Terms] AND (stent*[tiab])', "renal artery stent"
    assert em.find_topic(sample, typed) == em.find_topic(sample, words)
    assert em.list_topics(sample, typed).equals(em.list_topics(sample, words))
    assert em.experts(sample, text=typed, top=5).equals(em.experts(sample, text=words, top=5))
    assert relevance(sample, typed).equals(relevance(sample, words))
    with pytest.raises(em.ConfigError, match="the text is empty"):
        em.experts(sample, text="[tiab] AND")


def test_a_text_and_a_niche_meet_in_phrases(sample: em.Corpus) -> None:
    ranked = em.list_topics(sample, QUESTION, top=3)
    assert {"match", "phrases", "size", "keyphrases", "stability", "unstable", "trend"} <= set(ranked.columns)
    assert ranked["match"].is_monotonic_decreasing
    assert any("ultrasound" in phrase for phrase in ranked["phrases"].iloc[0])
    assert set(ranked["layer"]) == {0}


def test_niches_and_rivals_go_by_what_each_article_says_itself(sample: em.Corpus) -> None:
    asked = {**sample.tables("terms", "lexicon", "vectors"), "encoder": load_encoder(sample.config.embed.model)}
    plain = score_relevance(QUESTION, **asked, feedback=0, neighbours=0).to_pandas().set_index("pmid")["relevance"]
    assert not plain.equals(relevance(sample, QUESTION).set_index("pmid")["relevance"])
    assert measure_fit(sample, QUESTION).equals(plain)
    ranked = rank_topics(QUESTION, relevance=plain.reset_index(), **sample.tables("topics", "assignments"))
    match = ranked.set_index("topic_id")["match"]
    found = em.list_topics(sample, QUESTION).set_index("topic_id")["match"]
    assert found.equals(match[found.index])


def test_every_answer_marks_topics_that_are_not_firm(sample: em.Corpus) -> None:
    rows = em.list_topics(sample).to_dict("records")
    doubtful = {str(row["topic_id"]) for row in rows if row["unstable"]}
    assert doubtful == {row["topic_id"] for row in rows if row["stability"] < 0.5}
    one, other = min(doubtful), str(next(row["topic_id"] for row in rows if not row["unstable"]))
    experts = em.experts(sample, one, top=2)
    assert experts["unstable"].all()
    assert em.why(sample, experts["person_id"].iloc[0], one)["unstable"].all()
    assert not em.experts(sample, other, top=2)["unstable"].any()
    found = em.micro_influencers(sample, top=0)
    assert found["unstable"].tolist() == [topic in doubtful for topic in found["topic_id"]]


def test_a_topics_years_add_up_and_the_area_has_no_trend_of_its_own(sample: em.Corpus) -> None:
    topics = {row["topic_id"]: row for row in em.list_topics(sample).to_dict("records")}
    dated = sample.frame("articles")["year"].notna().sum()
    assert sum(number for _, number in topics["area"]["years"]) == dated
    assert topics["area"]["trend"] == pytest.approx(1.0)
    assert all(0 <= row["trend"] < 20 for row in topics.values())


def test_the_history_begins_with_the_first_fit_and_can_be_asked_of_one_topic(sample: em.Corpus) -> None:
    history = em.topic_history(sample)
    topics = em.list_topics(sample)
    assert history["event"].tolist().count("born") == (topics["layer"] < 2).sum()
    assert history["event"].iloc[0] == "fitted"
    niche = topics.to_dict("records")[0]
    for name in (niche["topic_id"], niche["name"]):
        lines = em.topic_history(sample, name).to_dict("records")
        assert [(line["event"], line["topic_id"]) for line in lines] == [("born", niche["topic_id"])]
    with pytest.raises(em.ConfigError, match="no topic is called"):
        em.topic_history(sample, "nowhere")


def test_a_retired_topic_is_found_in_the_ledger_by_its_name(tmp_path: Path) -> None:
    corpus = em.Corpus(tmp_path / "c")
    row = {"number": 1, "topic_id": "n1", "layer": 0, "name": "Old stents", "papers": 12, "share": None}
    rows = [row | {"event": "born", "before": [], "after": ["n1"]}]
    rows += [row | {"number": 2, "event": "retired", "before": ["n1"], "after": []}]
    em.put(corpus, "lineage", TABLES["lineage"].rows(rows))
    em.put(corpus, "topics", TABLES["topics"].empty())
    assert em.topic_history(corpus, "old stents")["event"].tolist() == ["born", "retired"]


def test_all_topics_are_listed_niches_first_and_largest_first(sample: em.Corpus) -> None:
    topics = em.list_topics(sample)
    assert topics["layer"].is_monotonic_increasing
    assert topics[topics["layer"] == 0]["size"].is_monotonic_decreasing
    assert topics["layer"].max() == 2


def test_every_answer_about_people_says_how_sure_it_is_who_they_are(sample: em.Corpus) -> None:
    held = sample.frame("identities").groupby("person_id")["confidence"].mean()
    experts = em.experts(sample, "area", top=0)
    assert experts["identity"].between(0, 1).all()
    assert experts["identity"].lt(0.95).any()
    found = em.micro_influencers(sample, top=0).dropna(subset="identity")
    assert found["identity"].tolist() == pytest.approx(found["person_id"].map(held).tolist(), abs=1e-3)
    first = found.iloc[0]
    assert em.why(sample, first["person_id"], first["topic_id"])["identity"].between(0, 1).all()


def test_experts_come_by_rank_with_columns_that_sum_to_the_score(sample: em.Corpus) -> None:
    experts = em.experts(sample, em.find_topic(sample, QUESTION), top=15)
    assert len(experts) == 15
    assert list(experts.columns[:4]) == ["person_id", "name", "last", "initials"]
    assert experts["rank"].is_monotonic_increasing
    pd.testing.assert_series_equal(
        experts[list(AuthoritySettings().weights)].sum(axis=1), experts["score"], check_names=False
    )


def test_a_question_ranks_every_person(sample: em.Corpus) -> None:
    experts = em.experts(sample, text=QUESTION, top=0)
    assert len(experts) == sample.table("persons").num_rows
    assert experts["score"].is_monotonic_decreasing


def test_why_sums_to_the_score(sample: em.Corpus) -> None:
    niche = em.find_topic(sample, QUESTION)
    best = em.experts(sample, niche, top=1).iloc[0]
    reasons = em.why(sample, best["person_id"], niche)
    assert reasons["points"].sum() == pytest.approx(best["score"])
    assert reasons["points"].is_monotonic_decreasing
    assert reasons["title"].str.len().min() > 0


def test_no_margin_is_rounded_over_its_gate(sample: em.Corpus) -> None:
    rows = sample.frame("influencers").query("papers > 0")
    least = rows["why"].str.extract(r"\(at least (\S+); needs above 1\)")[0].astype(float)
    q = rows["why"].str.extract(r"q = (\S+) \(at most 0.1\)")[0].astype(float)
    assert ((least > 1) == (rows["lq_low"] > 1)).all()
    assert ((q <= 0.1) == (rows["q"] <= 0.1)).all()


def test_micro_influencers_carry_every_margin_and_their_papers(sample: em.Corpus) -> None:
    found = em.micro_influencers(sample, top=2)
    assert {"p", "q", "volume_rank", "niche_rank", "quadrant", "lq_low", "why", "pmids"} <= set(found.columns)
    assert found.groupby("topic_id").size().max() <= 2
    settings = sample.config.influence
    published = found[found["papers"] > 0]
    assert (published["q"] <= settings.q).all()
    assert (published["lq_low"] > 1).all()
    assert (published["volume_rank"] > settings.volume_top).all()


def test_a_topic_answers_to_its_name_and_a_wrong_one_gets_the_nearest(sample: em.Corpus) -> None:
    topic = em.list_topics(sample, top=1).iloc[0]
    assert em.experts(sample, topic["name"].upper(), top=1).equals(em.experts(sample, topic["topic_id"], top=1))
    with pytest.raises(em.ConfigError, match="did you mean"):
        em.experts(sample, topic["topic_id"][:-1] + "x")


def test_an_unknown_person_gets_the_nearest_name(sample: em.Corpus) -> None:
    niche = em.find_topic(sample, QUESTION)
    name = em.experts(sample, niche, top=1)["name"].iloc[0]
    assert em.why(sample, name, niche).equals(
        em.why(sample, em.experts(sample, niche, top=1)["person_id"].iloc[0], niche)
    )
    with pytest.raises(em.ConfigError, match="did you mean"):
        em.why(sample, name + "x", niche)


def test_a_name_that_many_people_bear_must_be_given_by_id(sample: em.Corpus) -> None:
    counts = sample.frame("persons")["name"].value_counts()
    with pytest.raises(em.ConfigError, match=r"people are called .*: name one by id"):
        em.why(sample, str(counts.index[0]), em.find_topic(sample, QUESTION))


@pytest.mark.parametrize("text", [None, 7, ["kidney"]])
def test_what_is_no_text_is_no_question(sample: em.Corpus, text: Any) -> None:  # noqa: ANN401 - anything but a text
    with pytest.raises(em.ConfigError, match="expected a question in words"):
        em.find_topic(sample, text)
    if text is not None:
        with pytest.raises(em.ConfigError, match="expected a question in words"):
            em.experts(sample, text=text)


@pytest.mark.parametrize("size", [0, -1])
def test_nobody_at_all_cannot_be_asked(sample: em.Corpus, size: int) -> None:
    for ask in (em.choose_panel, em.next_wave):
        with pytest.raises(em.ConfigError, match=f"size is {size}, expected 1 or more"):
            ask(sample, "area", size=size)


def test_who_must_not_be_asked_is_not_and_an_id_that_nobody_has_is_refused(sample: em.Corpus) -> None:
    first = em.choose_panel(sample, "area", size=3)["person_id"]
    again = em.choose_panel(sample, "area", size=3, rules=em.Rules(suppressed=first))
    assert set(first).isdisjoint(again["person_id"])
    asked = em.next_wave(sample, "area", size=3)["person_id"]
    assert set(asked).isdisjoint(em.next_wave(sample, "area", size=3, suppressed=asked)["person_id"])
    with pytest.raises(em.ConfigError, match=r"nobody has the id 'A\. Orr'"):
        em.choose_panel(sample, "area", rules=em.Rules(conflicts=[(first[0], "A. Orr")]))
    with pytest.raises(em.ConfigError, match=r"nobody has the id 'A\. Orr'"):
        em.next_wave(sample, "area", suppressed=["A. Orr"])


def test_topic_or_text_but_not_both(sample: em.Corpus) -> None:
    with pytest.raises(em.ConfigError, match="one of the two"):
        em.experts(sample)
    with pytest.raises(em.ConfigError, match="one of the two"):
        em.experts(sample, "n1", text="bees")


def test_somebody_whom_only_peers_know_is_a_person_without_papers(tmp_path: Path) -> None:
    corpus = em.Corpus(tmp_path / "c")
    rows: dict[str, list[dict[str, object]]] = {
        "persons": [], "evidence": [], "contributions": [], "articles": [],
        "nominees": [{"person_id": "ne1", "name": "Nora Quillfeather"}],
        "topics": [{"topic_id": "n1", "layer": 0, "size": 1, "name": "Bees", "keyphrases": [], "facets": [],
                    "representatives": []}],
    }  # fmt: skip
    for name, given in rows.items():
        em.put(corpus, name, TABLES[name].rows(given))
    assert em.why(corpus, "nora quillfeather", "n1").empty


@pytest.mark.parametrize("verb", [em.experts, em.add, em.run, em.report, em.changes])
def test_a_verb_can_be_sent_to_another_process(verb: object) -> None:
    assert pickle.loads(pickle.dumps(verb)) is verb


@pytest.mark.parametrize("top", [None, "3", 2.5])
def test_what_is_no_number_of_rows_is_refused(sample: em.Corpus, top: Any) -> None:  # noqa: ANN401 - no number
    with pytest.raises(em.ConfigError, match=r"top is .*, expected 0 \(all\) or more"):
        em.experts(sample, "area", top=top)


def test_of_a_niche_and_a_theme_of_one_name_the_niche_is_taken_and_the_other_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = em.Corpus(tmp_path / "c")
    both = [
        {"topic_id": one, "layer": layer, "size": 1, "name": "Bees", "keyphrases": [], "facets": [],
         "representatives": []}
        for one, layer in (("area", 2), ("n1", 0))
    ]  # fmt: skip
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in ("persons", "scores", "identities")}
    for name, given in {**rows, "topics": both}.items():
        em.put(corpus, name, TABLES[name].rows(given))
    assert run_verb(["experts", str(corpus.path), "--topic", "bees"]) == 0
    assert "'bees' is n1 here; area is called so too: name it by id" in capsys.readouterr().err
    assert run_verb(["experts", str(corpus.path), "--topic", "area"]) == 0
    assert "called so too" not in capsys.readouterr().err


def test_a_count_below_one_is_not_called_about_none(sample: em.Corpus) -> None:
    for row in em.rater_saturation(sample).to_dict("records"):
        assert ("fewer than 1 is still unnamed" in row["why"]) == (row["unnamed"] < 1)
        assert "about 0" not in row["why"]


def test_for_a_question_equal_scores_share_a_rank(sample: em.Corpus) -> None:
    told = em.experts(sample, text="contrast enhanced ultrasound of the kidney with microbubbles", top=0)
    assert (told["score"] == 0).any()
    assert (told.groupby("score")[["rank", "tie"]].nunique() == 1).all(axis=None)


def test_a_slip_in_one_year_leaves_the_trends(sample: em.Corpus, tmp_path: Path) -> None:
    corpus = em.Corpus(shutil.copytree(sample.path, tmp_path / "corpus"))
    articles = corpus.frame("articles")
    em.put(corpus, "articles", articles.assign(year=articles["year"].where(articles.index != 0, 2102)))
    before, after = (em.list_topics(each).set_index("topic_id")["trend"] for each in (sample, corpus))
    assert (abs(before - after) < 0.1).mean() > 0.9


def test_what_came_after_the_present_does_not_say_which_earlier_articles_answer(
    sample: em.Corpus, tmp_path: Path
) -> None:
    text, year = "contrast enhanced ultrasound of the kidney with microbubbles", 2010
    seen = measure_relevance(sample, text, as_of=year)
    articles = sample.frame("articles", ["pmid", "year"])
    past = set(articles.loc[~(articles["year"] > year), "pmid"])
    assert set(seen["pmid"].to_pylist()) == past < set(articles["pmid"])
    corpus = em.Corpus(shutil.copytree(sample.path, tmp_path / "corpus"))
    for name in ("terms", "vectors"):
        rows = corpus.table(name)
        em.put(corpus, name, rows.filter(pc.is_in(rows["pmid"], value_set=pa.array(sorted(past)))))
    assert measure_relevance(corpus, text).equals(seen), "as if the later ones had never come"


def test_who_the_last_wave_brought_into_a_tie_counts_whatever_the_ids() -> None:
    for newcomers in (["a1", "a2"], ["z1", "z2"]):
        said = pd.DataFrame({"nominee": ["m1", "m2", *newcomers], "wave": [1, 1, 2, 2], "weight": 1.0})
        assert _changed(said, 2) == 2


def test_a_tie_at_the_edge_of_the_literatures_top_counts_in_part_whatever_the_ids() -> None:
    said = pd.DataFrame({"nominee": ["m"], "nominator": ["r"], "weight": [1.0]})
    for other in ("a", "z"):
        both = pd.DataFrame({"person_id": ["m", other], "authority": [2.0, 2.0]})
        assert _agreement(said, both, 1, np.random.default_rng(0), 0)["overlap"] == 0.5


def test_who_asks_why_without_a_topic_is_told_the_persons_niches(sample: em.Corpus) -> None:
    first = em.micro_influencers(sample).iloc[0]
    with pytest.raises(ConfigError, match=rf"has rank .*\b{first['niche_rank']} in '[^']*' \({first['topic_id']}\)"):
        em.why(sample, first["name"])
