"""Who works with whom: communities, hubs and bridges of a topic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from expertmine.answers import list_communities, list_members
from expertmine.answers.communities import home_groups
from expertmine.communities import find_communities
from expertmine.corpus import Corpus
from expertmine.pipeline import put
from expertmine.tables import TABLES
from expertmine.tables.literature import LARGEST_TEAM
from tests.authority.test_score_authority import article

PEOPLE = [f"p{at:02}" for at in range(12)]


def written(teams: Iterable[Sequence[str]], topic: str = "t") -> pa.Table:
    return TABLES["contributions"].rows(
        {"person_id": one, "topic_id": topic, "pmid": pmid, "position": at, "n_mentions": len(team), "strength": 1.0}
        for pmid, team in enumerate(teams, 1) for at, one in enumerate(team, 1)
    )  # fmt: skip


def groups(community: Mapping[str, int]) -> set[frozenset[str]]:
    return {frozenset(one for one in community if community[one] == number) for number in community.values()}


def test_people_who_write_together_are_one_community_and_loners_each_their_own() -> None:
    first, second = PEOPLE[:5], PEOPLE[5:8]
    teams = [first[:3], first[2:], first[1:4], second, second[1:], ["alone"]]
    found = find_communities(written([*teams, ["elsewhere", "p00"]][:6]), "t")
    assert groups(found.community) == {frozenset(first), frozenset(second), frozenset({"alone"})}
    assert found.community["p00"] == 1, "the largest comes first"
    assert found.near["p02"] == {"p00", "p01", "p03", "p04"}
    assert found.papers["p02"] == 3


def test_citing_each_other_joins_people_who_never_wrote_together() -> None:
    teams = written([["a", "b"], ["c", "d"], ["e", "f"], ["g", "h"]])
    citations = TABLES["citations"].rows([{"citing": 2, "cited": 1}, {"citing": 4, "cited": 3}])
    assert len(groups(find_communities(teams, "t").community)) == 4
    joined = groups(find_communities(teams, "t", citations=citations).community)
    assert joined == {frozenset("abcd"), frozenset("efgh")}


def test_a_consortium_joins_nobody() -> None:
    crowd = [f"q{at:02}" for at in range(LARGEST_TEAM + 1)]
    found = find_communities(written([crowd]), "t")
    assert len(groups(found.community)) == len(crowd)
    assert not found.near["q00"]


def test_a_bridge_works_with_two_communities_beside_its_own_and_a_hub_with_the_most_people() -> None:
    cliques = [[f"{name}{at}" for at in range(5)] for name in "abc"]
    teams = [clique for clique in cliques for _ in range(4)]
    found = find_communities(written([*teams, ["a0", "b0"], ["a0", "c0"]]), "t")
    assert len(groups(found.community)) == 3
    assert found.bridges() == {"a0"}
    assert "a0" in found.hubs()


@given(st.lists(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=5, unique=True), max_size=12), st.randoms())
def test_everybody_is_in_one_community_numbered_by_size_whatever_the_order_of_rows(
    teams: list[list[str]], random: object
) -> None:
    table = written(teams)
    found = find_communities(table, "t")
    numbers = range(1, len(groups(found.community)) + 1)
    sizes = [sum(number == each for each in found.community.values()) for number in numbers]
    assert sum(sizes) == len(found.papers)
    assert sizes == sorted(sizes, reverse=True)
    order = list(range(table.num_rows))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert find_communities(table.take(pa.array(order, pa.int64())), "t") == found


def test_a_topics_people_are_told_with_their_roles_and_add_up(sample: Corpus) -> None:
    topic = sample.table("contributions")["topic_id"][0].as_py()
    members, communities = list_members(sample, topic), list_communities(sample, topic)
    assert communities["people"].sum() == len(members)
    types = {row["pmid"]: row["types"] for row in sample.table("articles").to_pylist()}
    rows = [row for row in sample.table("contributions").to_pylist() if row["topic_id"] == topic]
    for person in members.to_dict("records")[:20]:
        own = [types[row["pmid"]] for row in rows if row["person_id"] == person["person_id"]]
        assert person["papers"] == len(own)
        assert person["educator"] == sum(bool({"Review", "Practice Guideline", "Guideline"} & set(t)) for t in own)
        assert person["advocate"] == sum(bool({"Comment", "Editorial", "Letter"} & set(t)) for t in own)
    for number, row in zip(count(1), communities.to_dict("records"), strict=False):
        people = members[members["community"] == number]
        assert row["hospital_clinicians"] == (people["kind"] == "hospital").sum()
        assert row["investigators"] == (people["investigator"] > 0).sum()
        assert set(row["bridges"]) <= set(people.loc[people["bridge"], "name"])
    assert (members["educator"] > 0).any()


def test_who_wrote_with_nobody_is_no_hub() -> None:
    assert find_communities(written([[one] for one in PEOPLE]), "t").hubs() == frozenset()


def test_who_ties_with_somebody_beyond_the_hubs_number_is_none_whatever_the_ids() -> None:
    crowd = [f"q{at:02}" for at in range(20)]
    assert find_communities(written([crowd]), "t").hubs() == frozenset()
    assert find_communities(written([crowd, ["q07", "z"]]), "t").hubs() == {"q07"}


def test_communities_are_told_by_the_papers_of_the_topic_and_of_their_own_people(tmp_path: Path) -> None:
    papers = {1: ("n1", 2001, "Clinical Trial, Phase III", "ab"), 2: ("n1", 2005, "Clinical Trial", "ab")}
    papers |= {3: ("n1", 1990, "Letter", "a"), 4: ("n1", 2020, "Journal Article", "c"), 5: ("n2", 2009, "Review", "ac")}
    written = [
        {"person_id": one, "topic_id": topic, "pmid": pmid, "year": year, "position": at,
         "n_mentions": len(team), "strength": 1.0}
        for pmid, (topic, year, _, team) in papers.items() for at, one in enumerate(team, 1)
    ]  # fmt: skip
    countries = {"a": "Austria", "b": "Italy", "c": "Peru"}
    rows: dict[str, list[dict[str, Any]]] = {
        "contributions": written,
        "citations": [],
        "articles": [article(pmid, year=year, types=[kind]) for pmid, (_, year, kind, _) in papers.items()],
        "persons": [
            {"person_id": one, "name": one, "last": one, "initials": one, "variants": [], "papers": 1, "country": place}
            for one, place in countries.items()
        ],
        "topics": [
            {"topic_id": topic, "layer": layer, "parent_id": parent, "size": 1, "name": f"About {topic}",
             "keyphrases": [], "facets": [], "representatives": []}
            for topic, layer, parent in (("n1", 0, "t1"), ("n2", 0, "t1"), ("t1", 1, None))
        ],
    }  # fmt: skip
    corpus = Corpus(tmp_path / "corpus")
    for name, own in rows.items():
        put(corpus, name, TABLES[name].rows(own))
    members = list_members(corpus, "n1")
    assert members["person_id"].tolist() == ["a", "b", "c"]
    assert members[["papers", "investigator", "advocate", "educator"]].to_numpy().tolist() == [
        [3, 2, 1, 0], [2, 2, 0, 0], [1, 0, 0, 0],
    ]  # fmt: skip
    told = list_communities(corpus, "n1")[["papers", "first_year", "last_year", "investigators", "places"]]
    assert told.to_numpy().tolist() == [[3, 1990, 2005, 2, ["Austria 1", "Italy 1"]], [1, 2020, 2020, 0, ["Peru 1"]]]
    assert home_groups(corpus, "t1") == {"a": "About n1", "b": "About n1", "c": "About n2"}
