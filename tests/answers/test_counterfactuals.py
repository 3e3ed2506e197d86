"""Without a paper, without a rater: the answer is that of a run in a world that never had them."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from itertools import combinations
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import expertmine as em
from expertmine.authority import score_authority
from expertmine.config import AuthoritySettings, Config, InfluenceSettings, NominationSettings
from expertmine.influence import combine_sources
from expertmine.tables import TABLES
from tests.authority.test_score_authority import article

PMIDS = range(1, 31)
RATERS = ("Ulla Orr", "Bo Karlund", "Ida Quex")
CONFIG = Config(
    authority=AuthoritySettings(bootstraps=4, as_of=2020), influence=InfluenceSettings(niche_top=3, volume_top=1)
)


def teams() -> dict[int, list[str]]:
    rng = Random(5)
    return {pmid: rng.sample("abcdefghij", rng.randrange(1, 4)) for pmid in PMIDS}


def world(*, papers: Collection[int] = (), raters: Collection[str] = ()) -> dict[str, pa.Table]:
    """Return given tables of an invented area with two niches, without some papers and raters."""
    rng, left = Random(6), [pmid for pmid in PMIDS if pmid not in papers]
    mentions = [(pmid, at, one) for pmid in left for at, one in enumerate(teams()[pmid], 1)]
    cites = [(late, early) for late in PMIDS for early in rng.sample(PMIDS, 4) if early < late]
    ballots = [(rater, rng.choice("abcdefghij"), at) for at in range(12) for rater in RATERS]
    rows: dict[str, list[dict[str, Any]]] = {
        "articles": [article(pmid, year=2000 + pmid % 20) for pmid in left],
        "mentions": [
            {"pmid": p, "position": at, "last": one, "affiliations": [], "equal_contribution": False}
            for p, at, one in mentions
        ],
        "identities": [{"pmid": p, "position": at, "person_id": one, "confidence": 1.0} for p, at, one in mentions],
        "persons": [
            {"person_id": one, "name": f"Person {one.upper()}", "last": one.upper(), "initials": "P", "variants": [],
             "papers": 1}
            for one in "abcdefghij"
        ],
        "topics": [
            {"topic_id": name, "layer": layer, "size": 15, "name": name, "keyphrases": [], "facets": [],
             "representatives": []}
            for name, layer in (("stents", 0), ("coils", 0), ("area", 1))
        ],
        "assignments": [
            {"pmid": p, "topic_id": topic, "strength": 1.0}
            for p in left for topic in ("stents" if p % 2 else "coils", "area")
        ],
        "citations": [{"citing": a, "cited": b} for a, b in cites if a in left and b in left],
        "ballots": [
            {"source": "s.csv", "place": f"{rater} {at}", "rater": rater, "nominee": f"Person {one.upper()}",
             "topic": ("stents", "coils")[at % 2], "wave": 1, "weight": 1.0}
            for rater, one, at in ballots if rater not in raters
        ],
    }  # fmt: skip
    unread = ("terms", "vectors", "lexicon", "encodings", "layout", "lineage")
    return {name: TABLES[name].rows(told) for name, told in rows.items()} | {one: TABLES[one].empty() for one in unread}


def run_world(folder: Path, *, papers: Collection[int] = (), raters: Collection[str] = ()) -> em.Corpus:
    corpus = em.Corpus(folder / "corpus")
    with corpus.writing() as draft:
        for name, table in world(papers=papers, raters=raters).items():
            draft.put(name, table, origin="given")
        draft.publish(verb="invented")
    em.run(corpus, CONFIG)
    return corpus


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> em.Corpus:
    return run_world(tmp_path_factory.mktemp("whole"))


def keys(corpus: em.Corpus) -> list[tuple[str, str]]:
    """Whom `influencers` holds, and where."""
    rows = corpus.frame("influencers")
    return list(zip(rows["person_id"], rows["topic_id"], strict=True))


def standings(corpus: em.Corpus) -> pd.DataFrame:
    """How everybody stands in every niche, by what a whole run published."""
    topics = corpus.frame("topics")
    niches = topics.loc[topics["layer"] == 0, "topic_id"]
    tables = (corpus.frame(name) for name in ("scores", "standing"))
    rows = combine_sources(*(each[each["topic_id"].isin(niches)] for each in tables), settings=CONFIG.influence)
    micro = corpus.frame("influencers").set_index(["person_id", "topic_id"])["micro"]
    rows = rows.set_index(["person_id", "topic_id"])
    return rows.assign(micro=micro.reindex(rows.index).fillna(value=False).astype(bool))


@given(st.sets(st.sampled_from(PMIDS), max_size=4), st.sets(st.sampled_from(RATERS), max_size=2))
@settings(max_examples=12)
def test_what_if_is_exactly_what_a_run_without_them_finds(whole: em.Corpus, papers: set[int], raters: set[str]) -> None:
    told = em.what_if(whole, without=[*sorted(papers), *sorted(raters)], top=0)
    with TemporaryDirectory() as folder:
        fresh = run_world(Path(folder), papers=papers, raters=raters)
        after, held = standings(fresh), {*keys(fresh), *keys(whole)}
    before = standings(whole)
    names = {
        "authority": "authority",
        "standing": "standing",
        "combined": "combined",
        "niche_rank": "rank",
        "micro": "micro",
    }
    changed = {}
    for key in sorted(held):
        was, now = ({to: table[name].get(key) for name, to in names.items()} for table in (before, after))
        was, now = ({name: None if pd.isna(value) else value for name, value in each.items()} for each in (was, now))
        if was != now:
            changed[key] = was | {f"{name}_without": value for name, value in now.items()}
    found = {
        (row["person_id"], row["topic_id"]): {
            name: None if pd.isna(value) else value
            for name, value in row.items()
            if name not in ("person_id", "topic_id", "name", "topic")
        }
        for row in told.to_dict("records")
    }
    assert found == changed


def asked_again(folder: Path, ballots: list[dict[str, Any]], config: Config = CONFIG) -> em.Corpus:
    """Return the invented area with another survey."""
    corpus = run_world(folder)
    rows = [
        {"source": "s.csv", "place": f"{at:03}", "topic": "stents", "wave": 1, "weight": 1.0} | row
        for at, row in enumerate(ballots)
    ]
    em.put(corpus, "ballots", TABLES["ballots"].rows(rows))
    em.run(corpus, config)
    return corpus


def test_without_the_raters_of_the_last_year_no_other_word_grows_younger(tmp_path: Path) -> None:
    ballots = [
        {"rater": rater, "nominee": f"Person {one}", "date": datetime.date(year, 5, 1)}
        for rater, one, year in (("Ulla Orr", "A", 2018), ("Bo Karlund", "B", 2018), ("Ida Quex", "C", 2024))
    ]
    undated = msgspec.structs.replace(CONFIG, authority=AuthoritySettings(bootstraps=0))
    told = em.what_if(asked_again(tmp_path / "all", ballots, undated), without="Ida Quex", top=0)
    held = msgspec.structs.replace(undated, nominations=NominationSettings(as_of=2024))
    fresh = asked_again(tmp_path / "fresh", ballots[:2], held).frame("standing").query("nominators > 0")
    named = fresh.set_index("person_id")["standing"]
    assert told.set_index("person_id")["standing_without"].dropna().to_dict() == named.to_dict()


def test_a_rater_may_be_a_number_and_a_number_alone_is_a_paper(tmp_path: Path) -> None:
    ballots = [{"rater": "101", "nominee": "Vera Quist"}, {"rater": "Ulla Orr", "nominee": "Nora Tolstad"}]
    corpus = asked_again(tmp_path, ballots)
    without_code = em.what_if(corpus, without=["101"], top=0)
    heard = without_code.dropna(subset="standing").set_index("name")["standing_without"].notna()
    assert heard.to_dict() == {"Vera Quist": False, "Nora Tolstad": True}
    assert em.what_if(corpus, without="101", top=0).equals(without_code)
    assert not em.what_if(corpus, without="Ulla Orr", top=0).empty
    assert em.what_if(corpus, without=["101", "101"], top=0).equals(without_code)
    one_paper = em.what_if(corpus, without=["3"], top=0)
    for told in (3, 3.0, np.int64(3), np.float32(3), "3", [3.0], np.array([3]), pd.Series([3.0])):
        assert em.what_if(corpus, without=told, top=0).equals(one_paper), repr(told)


@pytest.mark.parametrize("without", [1.5, float("nan"), [None], None, [[3]]])
def test_what_is_neither_a_paper_nor_a_rater_is_refused(whole: em.Corpus, without: object) -> None:
    with pytest.raises(em.ConfigError, match=r"without names .*, expected PMIDs"):
        em.what_if(whole, without=without)  # type: ignore[arg-type]


def test_before_a_run_is_done_what_if_says_what_to_do(tmp_path: Path) -> None:
    corpus = em.Corpus(tmp_path / "corpus")
    with corpus.writing() as draft:
        for name, table in world().items():
            draft.put(name, table, origin="given")
        draft.publish(verb="invented")
    with pytest.raises(em.ConfigError, match=r"has no table 'influencers' yet; run it until 'influencers'"):
        em.what_if(corpus, without=1)


def test_nothing_left_out_changes_nothing(whole: em.Corpus) -> None:
    assert em.what_if(whole, without=[]).empty


def test_those_who_become_or_cease_to_be_micro_influencers_come_first(sample: em.Corpus) -> None:
    found = em.micro_influencers(sample, top=1)
    one = found[found["papers"] > 0].to_dict("records")[0]
    told = em.what_if(sample, without=[int(pmid) for pmid in one["pmids"]], top=0)
    flips = told["micro"].fillna(value=False) != told["micro_without"].fillna(value=False)
    assert one["person_id"] in told.loc[flips, "person_id"].tolist()
    assert flips.is_monotonic_decreasing


@pytest.mark.parametrize(("without", "says"), [(999, "PMID 999"), ("Nobody Known", "no rater called 'Nobody Known'")])
def test_what_is_not_there_cannot_be_left_out(whole: em.Corpus, without: int | str, says: str) -> None:
    with pytest.raises(em.ConfigError, match=says):
        em.what_if(whole, without=[without])


def rank_without(person: str, papers: Collection[int]) -> int | None:
    """Rank in the niche of stents, worked out from nothing."""
    tables = world(papers=papers)
    inside = {row["pmid"] for row in tables["assignments"].to_pylist() if row["topic_id"] == "stents"}
    rows = [
        {"person_id": one, "topic_id": "stents", "pmid": pmid, "year": 2000 + pmid % 20, "position": at,
         "n_mentions": len(teams()[pmid]), "strength": 1.0}
        for pmid in sorted(inside) for at, one in enumerate(teams()[pmid], 1)
    ]  # fmt: skip
    scores = score_authority(
        TABLES["contributions"].rows(rows), tables["articles"], citations=tables["citations"],
        settings=AuthoritySettings(as_of=2020, bootstraps=0),
    )[1].to_pylist()  # fmt: skip
    return next((row["rank"] for row in scores if row["person_id"] == person), None)


def test_the_papers_that_carry_a_rank_do_and_are_near_the_fewest(whole: em.Corpus) -> None:
    found = em.fragility(whole, "stents").to_dict("records")
    assert len(found) == 3
    for row in found:
        person, taken = str(row["person_id"]), row["pmids"]
        assert rank_without(person, ()) == row["rank"]
        assert (rank_without(person, taken) or 99) > 3, "without them the person is not among the first"
        assert (rank_without(person, taken[:-1]) or 99) <= 3, "with the last of them still there"
        own = [pmid for pmid in PMIDS if pmid % 2 and person in teams()[pmid]]
        assert row["papers"] == len(own)
        fewer = combinations(own, row["carried_by"] - 1) if row["carried_by"] > 1 else []
        enough = [some for some in fewer if (rank_without(person, some) or 99) > 3]
        assert not enough, "no fewer papers would do in this world"


def test_every_rival_is_said_to_lose_whom_it_ranks_beyond_k(sample: em.Corpus) -> None:
    topic = em.find_topic(sample, "contrast ultrasound perfusion")
    told = em.compare_rivals(sample, topic, k=15, top=10)
    rivals = ["volume", "h-index", "expertscape-like", "jane-like"]
    for row in told.to_dict("records"):
        lost = [name for name in rivals if pd.isna(row[name]) or row[name] > 15]
        assert row["lost_by"] == ", ".join(lost)
    papers = sample.frame("persons").set_index("person_id")["papers"]
    for row in told.to_dict("records"):
        assert row["volume"] == 1 + (papers > papers[row["person_id"]]).sum()
    hidden = told["lost_by"].str.contains("volume")
    assert hidden.any()


def test_fragility_is_found_from_the_topics_papers_alone(whole: em.Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[int] = set()
    scored = []

    def watched(contributions: pa.Table, articles: pa.Table, **more: object) -> tuple[pa.Table, pa.Table]:
        seen.update(articles["pmid"].to_pylist())
        scored.append(articles.num_rows)
        return score_authority(contributions, articles, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("expertmine.authority.score_authority", watched)
    found = em.fragility(whole, "stents")
    assert seen == {pmid for pmid in PMIDS if pmid % 2}
    assert len(scored) == 1 + found["carried_by"].sum(), (
        "with all papers once for everybody, then once for each taken away"
    )


def analysed(corpus: em.Corpus) -> em.Corpus:
    """Say of every article that the run saw it, without which rivals see none."""
    seen = corpus.table("articles")["pmid"].to_pylist()
    em.put(corpus, "terms", TABLES["terms"].rows({"pmid": pmid, "tokens": [], "phrases": []} for pmid in seen))
    return corpus


def see_rivals(corpus: em.Corpus, settings: Config) -> pd.DataFrame:
    em.run(corpus, settings)
    analysed(corpus)
    columns = ["person_id", "volume", "h-index", "expertscape-like", "jane-like"]
    told = em.compare_rivals(corpus, "stents", k=2, top=0)[columns]
    assert told["volume"].notna().any()
    return told.sort_values("person_id").reset_index(drop=True)


def test_rivals_see_no_later_and_no_retracted_paper_where_the_score_sees_none(tmp_path: Path) -> None:
    late = [pmid for pmid in PMIDS if 2000 + pmid % 20 > 2010]
    struck = 8
    now, then = (run_world(tmp_path / name, papers=papers) for name, papers in (("now", ()), ("then", [*late, struck])))
    articles = now.frame("articles")
    em.put(now, "articles", articles.assign(retracted=articles["pmid"] == struck))
    past = msgspec.structs.replace(CONFIG, authority=AuthoritySettings(bootstraps=0, as_of=2010))
    pd.testing.assert_frame_equal(see_rivals(now, past), see_rivals(then, past))


def test_a_rival_loses_whom_it_does_not_rank_and_keeps_the_last_of_its_list(tmp_path: Path) -> None:
    corpus = analysed(run_world(tmp_path))
    k = int(em.compare_rivals(corpus, "stents", top=0)["volume"].median())
    told = em.compare_rivals(corpus, "stents", k=k, top=0)
    assert told["expertscape-like"].isna().all(), "no article has a heading: it ranks nobody"
    assert (told["volume"] == k).any()
    for row in told.to_dict("records"):
        assert "expertscape-like" in row["lost_by"]
        assert ("volume" in row["lost_by"]) == (row["volume"] > k)


def test_fragility_does_not_take_the_papers_that_it_takes_away_for_a_slip_in_a_year(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    corpus = em.Corpus(tmp_path / "c")
    tables = world()
    years = pa.array([2020 if pmid == 1 else 2000 for pmid in tables["articles"]["pmid"].to_pylist()], pa.int32())
    place = tables["articles"].schema.get_field_index("year")
    for name, table in (tables | {"articles": tables["articles"].set_column(place, "year", years)}).items():
        em.put(corpus, name, table)
    em.run(corpus, CONFIG)
    caplog.clear()
    em.fragility(corpus, "stents")
    em.fragility(corpus, "coils")
    assert not caplog.messages
