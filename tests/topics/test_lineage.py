"""Topics that hold still: what is known keeps its topic, ids last, and the ledger tells the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_drift import EXPECTED, drifting

from expertmine.changes import compare
from expertmine.config import TopicSettings
from expertmine.embed import embed_articles
from expertmine.tables import TABLES
from expertmine.text import read_terms
from expertmine.topics import find_topics
from expertmine.topics.clusters import NOISE
from expertmine.topics.former import Former, FormerLayer, read_former
from expertmine.topics.layers import Layer
from expertmine.topics.lineage import Inherited, enter_fit, inherit_ids
from expertmine.topics.matching import find_events, link_topics
from expertmine.topics.settle import settle
from tests.changes.worlds import World, found, lone
from tests.text.articles import article, invented, table

Tables = dict[str, pa.Table]
WRITES = ("topics", "assignments", "layout", "lineage")
LABELS = st.lists(st.tuples(st.integers(NOISE, 3), st.integers(NOISE, 3)), min_size=1, max_size=24)


def run(articles: pa.Table, former: Tables | None = None, **more: Any) -> Tables:  # noqa: ANN401 - settings
    terms = read_terms(articles)
    vectors, *_ = embed_articles(terms, articles)
    chosen = TopicSettings(**{"redraws": 0, **more})
    made = find_topics(articles, vectors, terms=terms, former=former or {}, settings=chosen)
    return dict(zip(WRITES, made, strict=True))


def niche_of(tables: Tables) -> dict[int, str]:
    rows = [row for row in tables["assignments"].to_pylist() if row["topic_id"].startswith("n")]
    return {row["pmid"]: row["topic_id"] for row in sorted(rows, key=lambda row: row["strength"])}


def events(tables: Tables, number: int) -> list[tuple[str, str]]:
    rows = tables["lineage"].filter(pc.field("number") == number).to_pylist()
    return [(row["event"], row["topic_id"]) for row in rows]


@pytest.fixture(scope="module")
def first() -> Tables:
    """Topics of 160 invented articles about four subjects."""
    return run(invented(160)[0])


def test_the_first_fit_bears_every_topic_and_says_how_many_articles_it_saw(first: Tables) -> None:
    rows = first["lineage"].to_pylist()
    assert {row["number"] for row in rows} == {1}
    assert (rows[0]["event"], rows[0]["topic_id"], rows[0]["papers"]) == ("fitted", "area", 160)
    born = {row["topic_id"]: row["papers"] for row in rows if row["event"] == "born"}
    assert born == {row["topic_id"]: row["size"] for row in first["topics"].to_pylist() if row["layer"] < 2}
    assert all(first["layout"]["fitted"].to_pylist())


def test_known_articles_keep_their_topics_and_places_and_new_ones_join_or_stay_out(first: Tables) -> None:
    strange = [article(pmid, f"Quasar luminosity {pmid}", "Redshift of a quasar.") for pmid in (1, 2, 3)]
    later = run(table([*invented(172)[0].to_pylist(), *strange]), first)
    before, after = niche_of(first), niche_of(later)
    old = {1000 + 7 * place for place in range(160)}
    assert {pmid: topic for pmid, topic in after.items() if pmid in old} == before
    assert len(after) > len(before)
    assert not {1, 2, 3} & set(after)
    places = {row["pmid"]: row for row in later["layout"].to_pylist()}
    assert all(places[row["pmid"]] == row for row in first["layout"].to_pylist())
    assert {pmid for pmid, row in places.items() if not row["fitted"]} == set(places) - old
    named = [
        {row["topic_id"]: row["name"] for row in one["topics"].to_pylist() if row["layer"] < 2}
        for one in (first, later)
    ]
    assert named[0] == named[1]
    last = later["lineage"].to_pylist()[-1]
    assert (last["number"], last["event"], last["papers"]) == (2, "extended", 15)
    assert last["share"] == pytest.approx((len(after) - len(before)) / 15, abs=1e-4)


def test_with_nothing_new_all_is_as_it_was(first: Tables) -> None:
    again = run(invented(160)[0], first)
    for name in WRITES:
        assert again[name].equals(first[name]), name


def test_a_topic_left_without_articles_is_retired_and_its_id_is_never_given_again(first: Tables) -> None:
    niches = niche_of(first)
    gone = niches[min(niches)]
    left = [row for row in invented(160)[0].to_pylist() if niches.get(row["pmid"]) != gone]
    later = run(table(left), first)
    assert ("retired", gone) in events(later, 2)
    assert gone not in later["topics"]["topic_id"].to_pylist()
    back = run(invented(160)[0], later, refit_above=0.0)
    assert gone not in back["topics"]["topic_id"].to_pylist()
    assert back["lineage"].slice(0, later["lineage"].num_rows).equals(later["lineage"])


def test_many_new_articles_bring_a_new_fit_and_few_only_if_asked_for(first: Tables) -> None:
    assert events(run(invented(196)[0], first), 2)[0] == ("extended", "area")
    assert events(run(invented(204)[0], first), 2)[0] == ("fitted", "area")
    assert events(run(invented(196)[0], first, refit_above=0.0), 2)[0] == ("fitted", "area")


def test_a_refit_with_few_new_articles_moves_few(first: Tables) -> None:
    later = run(invented(176)[0], first, refit_above=0.0)
    before, after = niche_of(first), niche_of(later)
    assert sum(after.get(pmid) == topic for pmid, topic in before.items()) >= 0.92 * len(before)


def test_a_refit_does_not_make_old_articles_new_for_the_next_run(first: Tables) -> None:
    again = run(invented(160)[0], first, refit_above=0.0)
    assert again["layout"]["fitted"].equals(first["layout"]["fitted"])
    later = run(invented(164)[0], again)
    assert events(later, 3) == [("extended", "area")], "four articles of 164 are new"
    assert niche_of(again).items() <= niche_of(later).items()


def test_topics_found_anew_keep_the_ids_of_those_they_are(first: Tables) -> None:
    former = {name: first[name] for name in WRITES if name != "layout"}
    anew = run(invented(160)[0], former, refit_above=0.0)
    assert anew["topics"].equals(first["topics"])
    assert events(anew, 2) == [("fitted", "area")]
    assert anew["lineage"].to_pylist()[-1]["share"] == 1.0


@pytest.mark.parametrize("seed", [0, 3])  # in both the map shows the joined literature as two islands or three
def test_a_birth_a_split_and_a_merger_are_told_as_they_were_planted(seed: int) -> None:
    before, after, labels = drifting(seed)
    base = run(before)
    later = run(after, base, refit_above=0.0)
    called = []
    for tables, label in zip((base, later), labels, strict=True):
        named: dict[str, list[str]] = {}
        for pmid, topic in niche_of(tables).items():
            named.setdefault(topic, []).append(label[pmid])
        called.append({topic: max(set(own), key=own.count) for topic, own in named.items()})
    rows = [row for row in later["lineage"].to_pylist() if row["number"] == 2 and row["layer"] == 0]
    told = {
        (row["event"], frozenset(map(called[0].get, row["before"])), frozenset(map(called[1].get, row["after"])))
        for row in rows
    }
    assert told == EXPECTED


@given(st.lists(LABELS, min_size=2, max_size=6))
@settings(max_examples=12)
def test_topics_are_matched_as_two_generations_are_compared(cases: list[list[tuple[int, int]]]) -> None:
    pairs = [(old + 4 * n * (old >= 0), new + 4 * n * (new >= 0)) for n, case in enumerate(cases) for old, new in case]
    old, new = np.array(pairs).T
    links = link_topics(old, new)
    assert len({link.old for link in links if link.same}) == sum(link.same for link in links)
    told = find_events(links, old=set(old[old >= 0].tolist()), new=set(new[new >= 0].tolist()))
    mine = {(event.kind, frozenset(event.old), frozenset(event.new)) for event in told}
    before, after = (
        {pmid: None if one < 0 else str(one) for pmid, one in enumerate(side.tolist())} for side in (old, new)
    )
    frame = compare(
        found(World(writers=lone(before), niche=before, spelling="x")),
        found(World(writers=lone(after), niche=after, spelling="y")),
    ).topics
    rows = frame[(frame["layer"] == 0) & (frame["change"] != "kept")].to_dict("records")
    theirs = {
        (row["change"], frozenset(map(int, row["names_before"])), frozenset(map(int, row["names_after"])))
        for row in rows
    }
    assert mine == theirs


def test_an_article_leaves_its_topic_only_for_a_cluster_with_enough_that_is_new() -> None:
    former = np.array([0] * 20 + [1] * 10 + [NOISE] * 6)
    found = np.array([0] * 15 + [1] * 5 + [1] * 5 + [2] * 5 + [2] * 4 + [NOISE] * 2)
    fresh = former == NOISE
    settled, seen = settle(found, former, fresh, min_size=3)
    assert len(set(settled[:20])) == 1, "the first topic keeps its articles: no new one speaks against it"
    assert settled[20:25].tolist() == [settled[20]] * 5
    assert settled[25:34].tolist() == [settled[25]] * 9
    assert settled[25] != settled[20], "four new articles of nine take their cluster along: in all one in six is new"
    assert settled[34:].tolist() == [NOISE, NOISE]
    assert seen.tolist() == [False] * 25 + [True] * 11


def test_where_all_grows_alike_no_article_leaves_its_topic() -> None:
    former = np.array(([0] * 8 + [NOISE] * 4) + ([1] * 8 + [NOISE] * 4))
    found = np.array(([0] * 5 + [1] * 3 + [0] * 4) + ([1] * 8 + [1] * 4))
    settled, seen = settle(found, former, former == NOISE, min_size=3)
    assert settled.tolist() == [0] * 12 + [1] * 12
    assert not seen.any()


def test_a_fit_is_due_by_what_came_since_the_last_one_not_by_what_came_since_its_topics_were_found() -> None:
    pmids = list(range(1, 11))
    layout = [{"pmid": pmid, "x": 0.0, "y": 0.0, "fitted": pmid < 4} for pmid in pmids]
    members = [{"pmid": pmid, "topic_id": "n1", "strength": 1.0} for pmid in pmids]
    niche = {
        "topic_id": "n1", "layer": 0, "name": "Stents", "size": 10, "parent_id": "area", "keyphrases": [], "facets": [],
        "representatives": [], "stability": 1.0,
    }  # fmt: skip
    ledger: list[dict[str, Any]] = [
        {
            "number": number, "event": "fitted", "topic_id": "area", "layer": 2, "name": "area", "before": [],
            "after": [], "papers": papers, "share": None,
        }
        for number, papers in ((1, 3), (2, 9))
    ]  # fmt: skip
    rows: dict[str, list[dict[str, Any]]] = {
        "layout": layout,
        "assignments": members,
        "topics": [niche],
        "lineage": ledger,
    }
    former = read_former({name: TABLES[name].rows(table) for name, table in rows.items()}, np.array(pmids))
    assert former.unseen == pytest.approx(0.1), "nine of ten were there at the second fit"


@given(LABELS, st.data())
def test_settling_makes_labels_without_gaps_and_keeps_all_if_nothing_is_new(
    pairs: list[tuple[int, int]], data: st.DataObject
) -> None:
    found, former = np.array(pairs).T
    fresh = np.array(data.draw(st.lists(st.booleans(), min_size=len(pairs), max_size=len(pairs))))
    settled, _ = settle(found, former, fresh, min_size=2)
    assert set(settled[settled != NOISE]) == set(range(settled.max(initial=NOISE) + 1))
    calm, _ = settle(found, former, np.zeros(len(pairs), bool), min_size=2)
    links = link_topics(former, calm)
    assert {link.old for link in links if link.common == link.old_size} == set(former[former != NOISE])


def test_tables_of_another_fit_that_were_lost_are_no_obstacle(first: Tables) -> None:
    made = run(invented(160)[0], {"lineage": first["lineage"]})
    assert not set(made["topics"].filter(pc.field("layer") == 0)["topic_id"].to_pylist()) & set(
        first["topics"]["topic_id"].to_pylist()
    )
    assert made["topics"].num_rows == first["topics"].num_rows
    assert TABLES["lineage"].arrow(made["lineage"]).num_rows > first["lineage"].num_rows


def test_an_id_that_a_part_of_a_split_once_had_is_never_given_again() -> None:
    row = {"number": 2, "event": "split", "topic_id": "n1", "layer": 0, "name": "", "papers": 9, "share": None}
    ledger = TABLES["lineage"].rows([row | {"before": ["n1"], "after": ["n1", "n7"]}])
    assert read_former({"lineage": ledger}, np.array([1])).taken == {"n1", "n7"}


def known(*, labels: list[int], ids: list[str], known: int) -> Former:
    """Return niches as they were, of so many articles that were there already; there were no themes."""
    sizes = [labels.count(topic) for topic in range(len(ids))]
    seen = np.arange(len(labels)) < known
    return Former(
        layers=(
            FormerLayer(
                number=0, ids=ids, names=ids, sizes=sizes, parents=[""] * len(ids), stability=np.ones(len(ids)),
                labels=np.array(labels),
            ),
            FormerLayer(
                number=1, ids=[], names=[], sizes=[], parents=[], stability=np.ones(0),
                labels=np.full(len(labels), NOISE),
            ),
        ),
        known=seen,
        fitted=seen,
        places=np.zeros((len(labels), 2)),
        ledger=TABLES["lineage"].empty(),
    )  # fmt: skip


def a_layer(labels: list[int], strength: list[float], *, number: int = 0) -> Layer:
    topics = max(labels) + 1
    names: list[str] = [f"new {topic}" for topic in range(topics)]
    return Layer(
        number=number, labels=np.array(labels), strength=np.array(strength), ids=names,
        representatives=[[] for _ in names], stability=np.ones(topics),
    )  # fmt: skip


def test_of_a_topic_that_split_one_part_keeps_the_id_and_the_other_is_called_by_its_most_central_article() -> None:
    former = known(labels=[0] * 10 + [NOISE] * 2, ids=["n1"], known=11)
    strength = [0.5] * 6 + [0.6, 0.6, 0.9, 0.6, 0.6, 0.1]
    heirs = inherit_ids(a_layer([0] * 6 + [1] * 6, strength), former, np.arange(1, 13))
    assert heirs.layer.ids == ["n1", "n9"]
    assert heirs.kept == 6 / 10  # of the ten that had a topic: one had none, one was not there


def test_a_merger_tells_the_papers_that_met_and_a_retirement_those_that_were_there() -> None:
    former = known(labels=[0] * 5 + [1] * 4 + [2] * 3 + [NOISE] * 2, ids=["n1", "n6", "n10"], known=12)
    heirs = inherit_ids(a_layer([0] * 9 + [NOISE] * 3 + [0] * 2, [0.5] * 14), former, np.arange(1, 15))
    themes = Inherited(layer=a_layer([NOISE] * 14, [0.0] * 14, number=1), events=[], kept=None)
    rows = enter_fit(former, [heirs, themes], [["Stents"], []], 14).to_pylist()
    told = {row["event"]: (row["topic_id"], row["before"], row["after"], row["papers"]) for row in rows}
    assert told == {
        "fitted": ("area", [], [], 14),
        "merged": ("n1", ["n1", "n6"], ["n1"], 9),
        "retired": ("n10", ["n10"], [], 3),
    }


def test_a_cluster_of_which_a_fifth_is_new_takes_no_article_out_of_its_topic() -> None:
    found, former = np.array([0] * 4 + [1] * 6 + [0]), np.array([0] * 10 + [NOISE])
    settled, seen = settle(found, former, former == NOISE, min_size=2)
    assert settled.tolist() == [0] * 11
    assert seen.tolist() == [False] * 11, "what joins a topic does not change it"


def test_what_is_left_of_a_topic_stays_if_it_is_large_enough_and_else_goes_where_the_map_has_it() -> None:
    found, former = np.array([0] * 3 + [1] * 7), np.array([0] * 6 + [NOISE] * 4)
    settled, seen = settle(found, former, former == NOISE, min_size=3)
    assert settled.tolist() == [0] * 3 + [1] * 7
    assert seen.tolist() == [False] * 3 + [True] * 7
    settled, seen = settle(found, former, former == NOISE, min_size=4)
    assert settled.tolist() == [NOISE] * 3 + [0] * 7
    assert seen.all()


def test_what_was_in_no_topic_joins_that_of_half_its_cluster() -> None:
    former, nothing = np.array([0, 0, NOISE, NOISE]), np.zeros(4, bool)
    assert settle(np.zeros(4, int), former, nothing, min_size=3)[0].tolist() == [0] * 4


def test_a_cluster_of_new_articles_is_a_topic_from_the_least_size_on() -> None:
    nowhere, new = np.full(3, NOISE), np.ones(3, bool)
    assert settle(np.zeros(3, int), nowhere, new, min_size=3)[0].tolist() == [0] * 3
    assert settle(np.zeros(3, int), nowhere, new, min_size=4)[0].tolist() == [NOISE] * 3
