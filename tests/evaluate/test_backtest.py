"""The past does not know the future."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

import expertmine as em
from expertmine.authority import score_authority
from expertmine.config import AuthoritySettings
from expertmine.evaluate import backtest, evaluate_backtest
from expertmine.evaluate.identity import match_by_mentions
from expertmine.tables import TABLES
from tests.authority.test_score_authority import article

CUT = 2012
Past = Callable[..., dict[str, pa.Table]]
Pairs = list[tuple[int, int]]


def literature(future: Random) -> dict[str, pa.Table]:
    """Return twenty old articles that are always the same, and whatever future there is to them."""
    past = Random(1)
    articles: list[dict[str, Any]] = []
    mentions: Pairs = []
    citations: Pairs = []
    for pmid in range(1, 21):
        articles.append(article(pmid, year=past.randrange(2000, CUT + 1)))
        mentions += [(pmid, at) for at in range(1, past.randrange(2, 5))]
        citations += [(pmid, cited) for cited in range(1, pmid) if past.random() < 0.3]
    for pmid in range(100, 100 + future.randrange(8)):
        articles.append(article(pmid, year=future.choice([None, *range(CUT + 1, 2020)])))
        mentions.append((pmid, 1))
        citations += [(pmid, cited) for cited in range(1, 21) if future.random() < 0.3]
    for one in articles[:20]:  # what the future says of the past
        if future.random() < 0.3:
            notice = future.randrange(100, 108)
            one["links"] = [{"type": "RetractionIn", "pmid": notice}]
            one["retracted"], one["types"] = True, ["Retracted Publication"]
        if future.random() < 0.3:
            one["links"] = [*one["links"], {"type": "CommentIn", "pmid": 107}]
    return _tables(articles, mentions, citations)


def _tables(articles: list[Any], mentions: Pairs, citations: Pairs) -> dict[str, pa.Table]:
    rows = {
        "articles": articles,
        "mentions": [
            {"pmid": pmid, "position": at, "last": f"N{at}", "affiliations": [], "equal_contribution": False}
            for pmid, at in mentions
        ],
        "citations": [{"citing": citing, "cited": cited} for citing, cited in citations],
    }
    return {name: TABLES[name].rows(each) for name, each in rows.items()}


def knows_the_future(past: Past) -> bool:
    """Say whether anything later than the cut changes what is known of the past, in any of forty futures."""
    first = past(literature(Random(0)), cut=CUT)
    return any(past(literature(Random(seed)), cut=CUT) != first for seed in range(1, 40))


@given(st.randoms(use_true_random=False), st.randoms(use_true_random=False))
def test_whatever_comes_later_the_past_is_the_same(one: Random, other: Random) -> None:
    assert backtest.past_tables(literature(one), cut=CUT) == backtest.past_tables(literature(other), cut=CUT)


def later_citations(tables: dict[str, pa.Table], *, cut: int) -> dict[str, pa.Table]:
    return backtest.past_tables(tables, cut=cut) | {"citations": tables["citations"]}


def later_retractions(tables: dict[str, pa.Table], *, cut: int) -> dict[str, pa.Table]:
    old = tables["articles"].filter(pc.less_equal(tables["articles"]["year"], cut))
    return backtest.past_tables(tables, cut=cut) | {"articles": old}


def one_year_too_many(tables: dict[str, pa.Table], *, cut: int) -> dict[str, pa.Table]:
    return backtest.past_tables(tables, cut=cut + 1)


@pytest.mark.parametrize("leaky", [later_citations, later_retractions, one_year_too_many])
def test_a_planted_leak_is_found_and_there_is_none_unplanted(leaky: Past) -> None:
    assert knows_the_future(leaky)
    assert not knows_the_future(backtest.past_tables)


def test_a_retraction_that_was_known_is_still_known() -> None:
    retracted = article(1, year=2005, retracted=True, links=[{"type": "RetractionIn", "pmid": 2}])
    tables = _tables([retracted, article(2, year=2008)], [], [])
    assert backtest.past_tables(tables, cut=2010)["articles"]["retracted"].to_pylist() == [True, False]
    assert backtest.past_tables(tables, cut=2006)["articles"]["retracted"].to_pylist() == [False]


@pytest.mark.slow
def test_scores_are_found_from_the_past_alone_and_foresee_more_than_volume(
    unasked: em.Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    rank = backtest._rank

    def watched(past: em.Corpus, *, cut: int) -> pd.DataFrame:
        years = {row["pmid"]: row["year"] for row in past.table("articles").to_pylist()}
        known = {name: past.table(name) for name in ("mentions", "terms", "vectors", "assignments", "identities")}
        seen.extend(year for year in years.values())
        assert all(set(table["pmid"].to_pylist()) <= set(years) for table in known.values())
        return rank(past, cut=cut)

    monkeypatch.setattr(backtest, "_rank", watched)
    rows = evaluate_backtest(unasked, cut=CUT, draws=50).to_dict("records")
    told: dict[tuple[str, str], dict[str, Any]] = {
        (row["outcome"], row["ranking"]): {str(name): value for name, value in row.items()} for row in rows
    }
    assert max(seen) == CUT
    for outcome in ("role", "cited"):
        ours, volume = told[outcome, "expertmine"], told[outcome, "volume"]
        assert ours["matched_AUC_low"] > volume["matched_AUC"] == 0.5, "volume knows nothing of equals"
        assert ours["AUC_low"] <= ours["AUC"] <= ours["AUC_high"]


@pytest.mark.parametrize("cut", [1900, 2100])
def test_a_cut_outside_the_years_is_refused(unasked: em.Corpus, cut: int) -> None:
    with pytest.raises(em.ConfigError, match="some before and some after"):
        evaluate_backtest(unasked, cut=cut)


def test_the_tenth_who_are_cited_most_bring_in_all_who_tie_with_the_last_of_them() -> None:
    byline = {"topic_id": "byline", "times": [3] * 3 + [0] * 7}
    clear = {"topic_id": "clear", "times": [9, 8, 7, 7, 7, *range(6), *[1] * 9]}
    unread = {"topic_id": "unread", "times": [0] * 20}
    asked = pd.concat([pd.DataFrame(each) for each in (byline, clear, unread)], ignore_index=True)
    foremost = asked[backtest._foremost(asked)]
    assert foremost["topic_id"].value_counts().to_dict() == {"byline": 3, "clear": 2}
    assert foremost["times"].tolist() == [3, 3, 3, 9, 8]


@pytest.mark.parametrize("k", [0, -3])
def test_a_list_of_nobody_is_refused(unasked: em.Corpus, k: int) -> None:
    with pytest.raises(em.ConfigError, match=f"k is {k}, expected 1 or more"):
        evaluate_backtest(unasked, cut=CUT, k=k)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"draws": 0}, "draws is 0, expected 1"),
        ({"draws": 1.5}, "draws is 1.5"),
        ({"seed": -1}, "seed is -1, expected 0"),
    ],
)
def test_samples_that_cannot_be_drawn_are_refused_before_the_work(
    unasked: em.Corpus, asked: dict[str, Any], told: str
) -> None:
    with pytest.raises(em.ConfigError, match=told):
        evaluate_backtest(unasked, cut=CUT, **asked)


def a_corpus(folder: Path, **rows: list[dict[str, Any]]) -> em.Corpus:
    corpus = em.Corpus(folder / "corpus")
    for name, own in rows.items():
        em.put(corpus, name, TABLES[name].rows(own))
    return corpus


def wrote(person: str, pmid: int, year: int, *, topic: str = "n1", place: tuple[int, int] = (1, 1)) -> dict[str, Any]:
    at = {"position": place[0], "n_mentions": place[1], "strength": 1.0}
    return {"person_id": person, "topic_id": topic, "pmid": pmid, "year": year, **at}


def test_only_later_papers_of_the_niche_by_others_count_as_citing_the_past(tmp_path: Path) -> None:
    written = [wrote("old", 1, CUT), wrote("other", 10, CUT + 1), wrote("old", 11, CUT + 1)]
    written += [wrote("elsewhere", 12, CUT + 1, topic="n2"), wrote("third", 13, CUT + 2)]
    pairs = [(10, 1), (11, 1), (12, 1), (13, 10)]  # a stranger's, one's own, another niche's, of a later paper
    citations = [{"citing": citing, "cited": cited} for citing, cited in pairs]
    corpus = a_corpus(tmp_path, contributions=written, citations=citations)
    assert backtest._later_citations(corpus, corpus.frame("contributions"), CUT) == {("old", "n1"): 1}


def test_a_role_is_that_of_the_first_or_last_on_a_later_review_by_whatever_id_one_has_then(tmp_path: Path) -> None:
    places = {"first": 1, "middle": 2, "last": 3}
    written = [wrote(f"{name}-now", 10, CUT + 1, place=(at, 3)) for name, at in places.items()]
    written.append(wrote("before-now", 2, CUT))
    names = [*places, "before"]
    held = [{"pmid": 1, "position": at, "person_id": name, "confidence": 1.0} for at, name in enumerate(names, 1)]
    now = [{**row, "person_id": f"{row['person_id']}-now"} for row in held]
    articles = [article(pmid, types=["Review"]) for pmid in (2, 10)]
    corpus = a_corpus(tmp_path, contributions=written, identities=now, articles=articles, citations=[])
    people = pd.DataFrame({"person_id": names, "topic_id": "n1"})
    found = backtest._outcomes(corpus, people, TABLES["identities"].rows(held), cut=CUT)
    assert dict(zip(found["person_id"], found["role"], strict=True)) == {
        "first": True, "middle": False, "last": True, "before": False,
    }  # fmt: skip


def test_who_was_split_since_is_whoever_holds_most_of_the_mentions_now() -> None:
    before, after = (
        TABLES["identities"].rows(
            {"pmid": pmid, "position": 1, "person_id": person, "confidence": 1.0} for pmid, person in enumerate(names)
        )
        for names in (["p"] * 3 + ["q"] * 2, ["x", "a", "x", "d", "c"])
    )
    now = after.to_pandas().rename(columns={"person_id": "now"})
    assert match_by_mentions(before.to_pandas(), now, of="person_id", to="now") == {"p": "x", "q": "c"}


def test_the_recent_count_is_of_five_years_and_of_each_paper_once(tmp_path: Path) -> None:
    written = [wrote("one", 1, CUT), wrote("one", 1, CUT, topic="area"), wrote("one", 2, CUT - 4)]
    written += [wrote("one", 3, CUT - 5), wrote("other", 4, CUT - 5)]
    layers = {"n1": 0, "area": 2}
    plain = {"size": 1, "keyphrases": [], "facets": [], "representatives": []}
    topics = [{"topic_id": topic, "name": topic, "layer": layer, **plain} for topic, layer in layers.items()]
    papers = {row["pmid"]: row for row in written}
    identities = [
        {"pmid": pmid, "position": 1, "person_id": row["person_id"], "confidence": 1.0} for pmid, row in papers.items()
    ]
    corpus = a_corpus(
        tmp_path,
        contributions=written,
        topics=topics,
        articles=[article(pmid, year=row["year"]) for pmid, row in papers.items()],
        assignments=[{"pmid": pmid, "topic_id": "n1", "strength": 1.0} for pmid in papers],
        identities=identities,
        citations=[],
    )
    tables = corpus.tables("contributions", "articles", "citations")
    scored = score_authority(
        tables["contributions"],
        tables["articles"],
        citations=tables["citations"],
        settings=AuthoritySettings(as_of=CUT, bootstraps=0),
    )
    em.put(corpus, "scores", scored[1])
    people = backtest._rank(corpus, cut=CUT).set_index("person_id")
    assert people["recent"].to_dict() == {"one": 2, "other": 0}
    assert people["niche papers"].to_dict() == people["volume"].to_dict() == {"one": 3, "other": 1}
