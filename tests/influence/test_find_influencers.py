"""The definition of a micro-influencer, clause by clause."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.authority import score_authority
from expertmine.config import AuthoritySettings, InfluenceSettings
from expertmine.influence import find_influencers, rank_volume
from expertmine.specialisation import adjust_p_values, measure_specialisation
from expertmine.tables import TABLES

SETTINGS = InfluenceSettings(niche_top=4, volume_top=3)
AREA, NICHE, OTHER = "area", "n1", "n2"


def topics() -> pa.Table:
    return layers({NICHE: (0, "t1"), OTHER: (0, "t1"), "t1": (1, AREA), AREA: (2, None)})


def layers(named: dict[str, tuple[int, str | None]]) -> pa.Table:
    return TABLES["topics"].rows(
        {
            "topic_id": topic, "layer": layer, "parent_id": parent, "size": 0, "name": topic,
            "keyphrases": [], "facets": [], "representatives": [],
        }
        for topic, (layer, parent) in named.items()
    )  # fmt: skip


def rows_of(person: str, topic: str, pmids: range) -> Iterator[dict[str, object]]:
    for pmid in pmids:
        row = {"person_id": person, "pmid": pmid, "year": 2000 + 7 * pmid % 20, "position": 1, "n_mentions": 1}
        yield {**row, "topic_id": topic, "strength": 1.0}
        yield {**row, "topic_id": AREA, "strength": 1.0}


def world() -> pa.Table:
    """Three stars with forty papers all over, a specialist with six in one niche, a crowd with one each."""
    rows = list(rows_of("specialist", NICHE, range(1, 7)))
    for star in range(3):
        rows += rows_of(f"star{star}", OTHER, range(100 + 40 * star, 136 + 40 * star))
        rows += rows_of(f"star{star}", NICHE, range(136 + 40 * star, 140 + 40 * star))
    for one in range(40):
        rows += rows_of(f"one{one}", OTHER, range(1000 + one, 1001 + one))
    return TABLES["contributions"].rows(rows)


def find(
    contributions: pa.Table,
    standing: pa.Table | None = None,
    *,
    among: pa.Table | None = None,
    as_of: int | None = None,
    nominees: pa.Table | None = None,
    nominations: pa.Table | None = None,
    chosen: InfluenceSettings = SETTINGS,
) -> dict[tuple[str, str], dict[str, object]]:
    pmids = sorted(set(contributions["pmid"].to_pylist()))
    blank = {"title": "", "abstract": "", "journal": "", "types": [], "mesh": [], "keywords": [], "languages": []}
    articles = TABLES["articles"].rows(
        {"pmid": pmid, "year": 2020, "retracted": False, "kind": "article", "version": 1, "links": [], **blank}
        for pmid in pmids
    )
    none = TABLES["citations"].empty()
    settings = AuthoritySettings(bootstraps=0, as_of=as_of)
    scores = score_authority(contributions, articles, citations=none, settings=settings)[1]
    found = find_influencers(
        scores,
        contributions,
        topics=topics() if among is None else among,
        standing=TABLES["standing"].empty() if standing is None else standing,
        nominees=nominees,
        nominations=nominations,
        settings=chosen,
    )
    return {(row["person_id"], row["topic_id"]): row for row in found.to_pylist()}


def named(person: str, nominators: int) -> dict[str, object]:
    return {
        "person_id": person, "topic_id": NICHE, "nominators": nominators, "weight": 1.0 * nominators,
        "standing": 0.5, "low": 0.1, "high": 0.9,
    }  # fmt: skip


def test_a_specialist_with_few_papers_is_found_and_the_stars_are_not() -> None:
    found = find(world())
    assert found["specialist", NICHE]["micro"] is True
    assert [person for (person, _), row in found.items() if row["micro"]] == ["specialist"]


def test_the_margins_are_carried_and_told() -> None:
    row = find(world())["specialist", NICHE]
    assert (row["papers"], row["niche_papers"], row["volume_rank"], row["niche_rank"]) == (6, 6, 4, 1)
    assert row["lq_low"] > 1  # type: ignore[operator]
    assert row["q"] <= 0.1  # type: ignore[operator]
    assert row["pmids"] == [1, 2, 3, 4, 5, 6]
    assert "6 of 6 papers in the niche" in str(row["why"])
    assert "volume rank 4 in the area" in str(row["why"])


def test_one_paper_is_not_enough_without_peers() -> None:
    alone = [*world().to_pylist(), *rows_of("newcomer", NICHE, range(7, 8))]
    contributions = TABLES["contributions"].rows(alone)
    assert not find(contributions).get(("newcomer", NICHE), {"micro": False})["micro"]


def test_papers_in_the_middle_of_long_lists_are_not_enough_without_peers() -> None:
    middle = [
        {**row, "position": 3, "n_mentions": 9} for row in world().to_pylist() if row["person_id"] == "specialist"
    ]
    others = [row for row in world().to_pylist() if row["person_id"] != "specialist"]
    contributions = TABLES["contributions"].rows(middle + others)
    assert not find(contributions).get(("specialist", NICHE), {"micro": False})["micro"]
    assert find(contributions, TABLES["standing"].rows([named("specialist", 2)]))["specialist", NICHE]["micro"]


def test_a_person_without_papers_whom_peers_name_is_found_in_the_peers_quadrant() -> None:
    standing = TABLES["standing"].rows([named("unpublished", 2), named("friend", 1)])
    found = find(world(), standing)
    assert found["unpublished", NICHE]["micro"] is True
    assert found["unpublished", NICHE]["quadrant"] == "peers only"
    assert "no paper in this corpus" in str(found["unpublished", NICHE]["why"])
    assert found["friend", NICHE]["micro"] is False
    assert found["friend", NICHE]["quadrant"] == "neither"


def test_peers_and_literature_together_make_both() -> None:
    found = find(world(), TABLES["standing"].rows([named("specialist", 3)]))
    assert found["specialist", NICHE]["quadrant"] == "both"


def test_p_is_the_exact_binomial_tail_when_all_papers_are_of_one_year() -> None:
    """Oracle: scipy's distribution, for a person with 6 of 6 papers in a niche of 18 among 178 papers."""
    from scipy.stats import binom

    one_year = [{**row, "year": 2010} for row in world().to_pylist()]
    row = find(TABLES["contributions"].rows(one_year))["specialist", NICHE]
    papers = {r["pmid"] for r in one_year if r["topic_id"] == AREA}
    niche = {r["pmid"] for r in one_year if r["topic_id"] == NICHE}
    assert row["p"] == pytest.approx(binom.sf(5, 6, len(niche) / len(papers)))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50), st.integers(0, 200))
def test_q_values_are_those_of_scipy_with_the_tests_that_found_nothing(p: list[float], nothing: int) -> None:
    from scipy.stats import false_discovery_control

    found = adjust_p_values(np.array(p), tests=len(p) + nothing)
    assert found == pytest.approx(false_discovery_control([*p, *[1.0] * nothing])[: len(p)])


def test_where_papers_fall_by_lot_nobody_is_told_to_be_special() -> None:
    """Of 300 people with 3 to 9 papers in 150 niches nearly two thousand pairs have a paper, each of them unlikely."""
    rng = np.random.default_rng(5)
    niches = {f"n{number}": (0, "t1") for number in range(150)} | {"t1": (1, AREA), AREA: (2, None)}
    rows: list[dict[str, object]] = []
    pmids = iter(range(1, 10_000))
    for person in range(300):
        for pmid, niche in zip(pmids, rng.integers(0, 150, rng.integers(3, 10)), strict=False):
            rows += rows_of(f"p{person}", f"n{niche}", range(pmid, pmid + 1))
    found = find(TABLES["contributions"].rows(rows), among=layers(niches), chosen=InfluenceSettings(niche_top=300))
    assert len(found) > 1500
    assert sum(float(str(row["q"])) <= 0.1 for row in found.values()) == 0


def test_who_is_named_is_tested_among_the_named_and_who_cannot_be_found_is_not_tested() -> None:
    rows = [*world().to_pylist(), *rows_of("asked", NICHE, range(7, 9)), *rows_of("small", NICHE, range(9, 11))]
    found = find(TABLES["contributions"].rows(rows), TABLES["standing"].rows([named("asked", 2), named("small", 1)]))
    asked, small = found["asked", NICHE], found["small", NICHE]
    assert asked["q"] == asked["p"]
    assert float(str(small["p"])) < 0.1
    assert small["q"] == 1.0


def test_nothing_gives_nothing() -> None:
    empty = {name: TABLES[name].empty() for name in ("scores", "contributions", "topics", "standing")}
    found = find_influencers(
        empty["scores"], empty["contributions"], topics=empty["topics"], standing=empty["standing"]
    )
    assert found.num_rows == 0


def test_without_an_area_every_paper_counts_as_volume() -> None:
    niches = topics().filter(pc.equal(topics()["layer"], 0))
    standing = TABLES["standing"].rows([named("star0", 3)])
    found = find(world(), standing, among=niches)
    assert found["specialist", NICHE]["papers"] == 6
    assert found["star0", NICHE]["papers"] == 40
    assert not found["star0", NICHE]["micro"]


def test_where_no_paper_counts_nobody_leads() -> None:
    found = find(world(), as_of=1900)
    assert {row["quadrant"] for row in found.values()} <= {None}
    assert not any(row["micro"] for row in found.values())


def test_papers_without_a_year_are_held_against_all_years() -> None:
    """Else they would count as of the corpus's first year, when nothing of a young niche was written."""
    rows: list[dict[str, object]] = []
    for pmid in range(1, 400):
        rows += ({**row, "year": 1990 + pmid % 30} for row in rows_of(f"one{pmid}", OTHER, range(pmid, pmid + 1)))
    young: list[dict[str, object]] = []
    for pmid in range(500, 540):
        young += ({**row, "year": 2015 + pmid % 5} for row in rows_of("pioneer", NICHE, range(pmid, pmid + 1)))
    own = list(rows_of("someone", NICHE, range(600, 603)))
    told = [{**row, "year": 2017} for row in own], [{**row, "year": None} for row in own]
    dated, undated = (
        find(TABLES["contributions"].rows([*rows, *young, *mine]))["someone", NICHE]["p"] for mine in told
    )
    share = 43 / 442  # of all papers
    assert undated == pytest.approx(share**3, rel=1e-4)
    assert dated > undated  # type: ignore[operator]


def test_who_has_papers_that_do_not_count_is_not_without_papers() -> None:
    standing = TABLES["standing"].rows([named("retracted", 2), named("unpublished", 2)])
    nominees = TABLES["nominees"].rows([{"person_id": "unpublished", "name": "U"}])
    found = find(world(), standing, nominees=nominees)
    assert found["unpublished", NICHE]["micro"] is True
    assert found["retracted", NICHE]["micro"] is False
    assert "no paper that counts" in str(found["retracted", NICHE]["why"])


def test_whoever_fails_is_told_what_was_needed() -> None:
    why = str(find(world())["star0", NICHE]["why"])
    for margin in ("top 4 count", "outside the top 3", "(needs 3)", "(needs 1)", "needs above 1", "at most 0.1"):
        assert margin in why
    assert "no peer heard in this niche" in why


def test_where_no_peer_was_heard_it_is_not_known_whom_peers_miss() -> None:
    found = find(world(), TABLES["standing"].rows([named("specialist", 2)]))
    assert {row["quadrant"] for (_, topic), row in found.items() if topic == NICHE} == {"both", "literature only"}
    unheard = [row for (_, topic), row in found.items() if topic == OTHER]
    assert unheard
    assert {row["quadrant"] for row in unheard} == {None}
    assert all(str(row["why"]).endswith("; no peer heard in this niche") for row in unheard)


def test_how_many_peers_were_heard_is_told_beside_how_many_named_somebody() -> None:
    words = TABLES["nominations"].rows(
        {"nominator": rater, "nominee": "star0", "topic_id": NICHE, "wave": 1, "weight": weight, "ring": False,
         "confidence": 1.0, "source": "s.csv"}
        for rater, weight in (("a", 1.0), ("b", 0.5), ("c", 0.0))
    )  # fmt: skip
    found = find(world(), TABLES["standing"].rows([named("star0", 2)]), nominations=words)
    assert str(found["star0", NICHE]["why"]).endswith("named by 2 of the 2 peers heard (2 stand for papers)")
    assert str(found["specialist", NICHE]["why"]).endswith("named by 0 of the 2 peers heard (2 stand for papers)")


def test_the_last_of_the_top_by_volume_is_not_hidden_and_the_q_is_what_counts_not_the_p() -> None:
    row = find(world())["specialist", NICHE]
    p, q = float(str(row["p"])), float(str(row["q"]))
    assert p < q
    for chosen in (
        InfluenceSettings(niche_top=4, volume_top=4),  # the specialist's rank
        InfluenceSettings(niche_top=4, volume_top=3, q=(p + q) / 2),
    ):
        assert not find(world(), chosen=chosen)["specialist", NICHE]["micro"]


def test_who_may_be_no_more_in_the_niche_than_others_is_not_specialised() -> None:
    alone = TABLES["contributions"].rows([*world().to_pylist(), *rows_of("newcomer", NICHE, range(7, 8))])
    chosen = InfluenceSettings(niche_top=9, volume_top=3, q=1.0, min_papers=1, min_led=0)
    row = find(alone, chosen=chosen)["newcomer", NICHE]
    assert row["lq_low"] < 1 < row["specialisation"]  # type: ignore[operator]
    assert not row["micro"]


def test_in_a_niche_of_all_papers_everybody_has_the_areas_share_for_sure() -> None:
    rows = [*rows_of("one", NICHE, range(1, 5)), *rows_of("other", NICHE, range(3, 9))]
    found = find(TABLES["contributions"].rows(rows)).values()
    assert [(row["specialisation"], row["lq_low"], row["micro"]) for row in found] == [(1.0, 1.0, False)] * 2


def test_a_slip_in_one_year_takes_no_memory_for_the_years_between() -> None:
    def peak(odd: int) -> int:
        rows = pd.DataFrame({"person_id": [f"p{n}" for n in range(3000)], "pmid": range(3000), "topic_id": NICHE})
        rows = rows.assign(position=1, n_mentions=1, year=2000 + rows["pmid"] % 20)
        rows.loc[0, "year"] = odd
        tracemalloc.start()
        measure_specialisation(rows, rows, named=rows.iloc[:0], settings=SETTINGS)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(2000)  # imports
    assert peak(1500) < 1.5 * peak(2000)


def test_people_with_as_many_papers_share_the_best_rank_by_volume() -> None:
    ranks = rank_volume(pd.DataFrame({"person_id": list("aabbc")})).set_index("person_id")["volume_rank"]
    assert ranks.to_dict() == {"a": 1, "b": 1, "c": 3}


def test_only_papers_in_the_niche_count_and_as_many_as_needed_are_enough() -> None:
    rows = [*world().to_pylist(), *rows_of("two", NICHE, range(7, 9)), *rows_of("two", OTHER, range(9, 10))]
    contributions = TABLES["contributions"].rows(rows)
    needs_three, needs_two = (
        find(contributions, chosen=InfluenceSettings(niche_top=9, volume_top=3, q=1.0, kappa=0.1, min_papers=least))
        for least in (3, 2)
    )
    assert (needs_three["two", NICHE]["papers"], needs_three["two", NICHE]["niche_papers"]) == (3, 2)
    assert not needs_three["two", NICHE]["micro"]
    assert needs_two["two", NICHE]["micro"]


def test_the_last_of_a_niches_top_is_in_it() -> None:
    found = find(world(), chosen=InfluenceSettings(niche_top=1, volume_top=3))
    assert [person for person, topic in found if topic == NICHE] == ["specialist"]
    assert found["specialist", NICHE]["micro"]


def test_no_fewer_peers_are_heard_than_named_somebody() -> None:
    word = {"nominator": "a", "nominee": "star0", "topic_id": NICHE, "wave": 1, "weight": 1.0, "ring": False}
    words = TABLES["nominations"].rows([word | {"confidence": 1.0, "source": "s.csv"}])
    found = find(world(), TABLES["standing"].rows([named("star0", 3)]), nominations=words)
    assert "named by 3 of the 3 peers heard" in str(found["star0", NICHE]["why"])


def test_the_most_fitting_papers_of_a_niche_come_first() -> None:
    rows = [{**row, "strength": 0.1 * int(str(row["pmid"]))} for row in rows_of("specialist", NICHE, range(1, 7))]
    others = [row for row in world().to_pylist() if row["person_id"] != "specialist"]
    found = find(TABLES["contributions"].rows([*rows, *others]))
    assert found["specialist", NICHE]["pmids"] == [6, 5, 4, 3, 2, 1]
