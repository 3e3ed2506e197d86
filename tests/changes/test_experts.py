"""Who moved in the top of a niche, and whose score a lost paper carried; scores made by the real stages."""

from __future__ import annotations

import dataclasses

import pytest

from expertmine.changes import compare
from expertmine.tables import TABLES
from tests.changes.worlds import Tables, World, make, niches

LEADER, SECOND, THIRD = "Abelund", "Brixol", "Caldera"
WRITERS = {
    1: (LEADER,), 2: (LEADER, SECOND), 3: (LEADER, SECOND), 4: (LEADER,), 5: (SECOND, THIRD), 6: (THIRD,),
    7: ("Dorvane",), 8: ("Estrelin",), 9: ("Fjordal",), 10: ("Gwenther",),
}  # fmt: skip
WORLD = World(writers=WRITERS, niche=niches(range(1, 11)), spelling="x")


def moves(before: World, after: World, *, top: int = 2) -> list[tuple[str, str, int | None, int | None]]:
    rows = compare(make(before), make(after), top=top).experts
    rows = rows.astype(object).where(rows.notna(), None)
    return list(zip(rows["name"], rows["change"], rows["rank_before"], rows["rank_after"], strict=True))


def later(**changed: object) -> World:
    return dataclasses.replace(WORLD, spelling="y", **changed)  # type: ignore[arg-type]


def test_who_enters_and_who_leaves_the_top_is_listed_with_both_ranks() -> None:
    more = {**WRITERS, **dict.fromkeys(range(20, 26), (THIRD,))}
    after = later(writers=more, niche=niches([*range(1, 11), *range(20, 26)]))
    assert moves(WORLD, after) == [(THIRD, "entered", 3, 1), (SECOND, "left", 2, 3)]


def test_somebody_new_has_no_rank_before_and_somebody_gone_none_after() -> None:
    renamed = {pmid: tuple("Huszark" if name == SECOND else name for name in names) for pmid, names in WRITERS.items()}
    assert moves(WORLD, later(writers=renamed)) == [(SECOND, "left", 2, None), ("Huszark", "entered", None, 2)]


def test_moving_three_places_within_the_top_is_listed_and_moving_two_is_not() -> None:
    more = {**WRITERS, **dict.fromkeys(range(20, 26), ("Dorvane",))}
    after = later(writers=more, niche=niches([*range(1, 11), *range(20, 26)]))
    assert moves(WORLD, after, top=7) == [("Dorvane", "rose", 4, 1)]


def test_two_who_are_found_to_be_one_have_neither_left_nor_entered() -> None:
    one = later(person={SECOND: LEADER})
    assert moves(WORLD, one) == [(THIRD, "entered", 3, 2)]
    assert moves(dataclasses.replace(one, spelling="z"), WORLD) == [(THIRD, "left", 2, 3)]


def test_ids_that_change_hands_change_nobody() -> None:
    tables, handed = make(WORLD), make(WORLD)
    swapped = {f"p{LEADER}x": f"p{SECOND}x", f"p{SECOND}x": f"p{LEADER}x"}
    for name in ("persons", "identities", "scores", "evidence", "influencers"):
        column = [swapped.get(one, one) for one in handed[name]["person_id"].to_pylist()]
        place = handed[name].column_names.index("person_id")
        handed[name] = handed[name].set_column(place, "person_id", [column])
    assert compare(tables, handed).experts.empty


def test_a_name_put_first_on_a_list_is_taken_for_nobody_who_stood_there() -> None:
    before = World(writers={**WRITERS, 11: ("Ivorel", "Jaskola")}, niche=niches(range(1, 12)), spelling="x")
    after = later(writers={**WRITERS, 11: ("Kernow", "Ivorel", "Jaskola")}, niche=niches(range(1, 12)))
    assert moves(before, after, top=9) == [("Kernow", "entered", None, 4), ("Ivorel", "left", 4, 10)]


def test_people_are_matched_by_place_where_no_name_is_known() -> None:
    before, after = (dict(make(world)) for world in (WORLD, later()))
    del before["mentions"]
    assert compare(before, after).experts.empty


def test_the_parts_of_a_split_niche_keep_its_experts() -> None:
    after = later(niche=niches([1, 2, 3, 4, 7], [5, 6, 8, 9, 10], names="PQ"))
    assert compare(make(WORLD), make(after), top=3).topics["change"].tolist()[0] == "split"
    assert {(name, change) for name, change, _, _ in moves(WORLD, after, top=3)} == {
        ("Dorvane", "entered"), ("Estrelin", "entered"), ("Fjordal", "entered"), ("Gwenther", "entered"),
    }  # fmt: skip


def test_the_experts_of_a_niche_that_is_born_are_no_moves() -> None:
    writers = {**WRITERS, **dict.fromkeys(range(30, 36), ("Ivorel",))}
    after = later(writers=writers, niche=niches(range(1, 11), range(30, 36)))
    assert moves(WORLD, after) == []


@pytest.mark.parametrize("change", ["retracted", "gone"])
def test_a_lost_paper_shocks_its_people_by_the_points_it_carried(change: str) -> None:
    before = make(WORLD)
    lost = later(retracted=frozenset({2})) if change == "retracted" else dataclasses.replace(WORLD.without(2))
    after = make(lost)
    shocks = compare(before, after).shocks.set_index("name")
    evidence, scores = before["evidence"].to_pandas(), _scores(before)
    assert set(shocks.index) == {LEADER, SECOND}
    for name in (LEADER, SECOND):
        shock = shocks.loc[name].to_dict()
        carried = evidence[
            (evidence["person_id"] == f"p{name}x") & (evidence["topic_id"] == "nAx") & (evidence["pmid"] == 2)
        ]
        assert (shock["pmid"], shock["title"], shock["change"], shock["topic"]) == (2, "On matter 2", change, "A")
        assert shock["lost"] == pytest.approx(carried["points"].sum())
        assert shock["score_before"] == scores[name, "A"] > shock["lost"] > 0
        assert shock["score_after"] == _scores(after)[name, "A"]


def _scores(tables: Tables) -> dict[tuple[str, str], float]:
    names = dict(zip(*(tables["persons"][column].to_pylist() for column in ("person_id", "name")), strict=True))
    topics = dict(zip(*(tables["topics"][column].to_pylist() for column in ("topic_id", "name")), strict=True))
    rows = tables["scores"].select(["person_id", "topic_id", "score"]).to_pylist()
    return {(names[row["person_id"]], topics[row["topic_id"]]): row["score"] for row in rows}


def test_somebody_whose_only_paper_is_lost_has_nothing_left() -> None:
    shock = compare(make(WORLD), make(later(retracted=frozenset({7})))).shocks.iloc[0]
    assert (shock["name"], shock["score_after"]) == ("Dorvane", 0.0)
    assert shock["lost"] == pytest.approx(shock["score_before"])


def test_a_lost_paper_of_no_niche_shocks_in_the_finest_topic_it_had() -> None:
    before = dataclasses.replace(WORLD, writers={**WRITERS, 12: ("Jaskola",)})
    shocks = compare(make(before), make(later())).shocks
    assert shocks[["name", "topic", "pmid"]].to_numpy().tolist() == [["Jaskola", "area", 12]]


def test_a_paper_that_was_retracted_already_shocks_nobody_by_vanishing() -> None:
    before = dataclasses.replace(WORLD, retracted=frozenset({2}))
    found = compare(make(before), make(later(writers=WORLD.without(2).writers)))
    assert found.records["change"].tolist() == ["gone"]
    assert found.shocks.empty


def test_a_nominee_without_papers_is_the_same_by_id() -> None:
    tables = make(WORLD)
    nominee = TABLES["nominees"].rows([{"person_id": "n1", "name": "Lorin Unprinted"}])
    row = {
        **tables["influencers"].to_pylist()[0], "person_id": "n1", "micro": True, "papers": 0, "niche_papers": 0,
        "volume_rank": None, "nominators": 2,
    }  # fmt: skip
    named = {**tables, "nominees": nominee}
    named["influencers"] = TABLES["influencers"].rows([*tables["influencers"].to_pylist(), row])
    assert compare(named, named).influencers.empty
    found = compare(tables, named).influencers
    assert found[["name", "change", "why"]].to_numpy().tolist() == [
        ["Lorin Unprinted", "new", "was not among those known to peers only"]
    ]
