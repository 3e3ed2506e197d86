"""Where topics and persons meet."""

from __future__ import annotations

import random

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from expertmine.config import ContributionSettings
from expertmine.contributions import join_contributions
from expertmine.tables import TABLES
from tests.identity.papers import Tables, article, literature, mention


def corpus(people: dict[tuple[int, int], str], topics: dict[tuple[int, str], float]) -> Tables:
    """Papers of three mentions and a group; people by paper and position, strengths by paper and topic."""
    papers = sorted({pmid for pmid, _ in people} | {pmid for pmid, _ in topics})
    mentions = [mention(pmid, place, "Vrasta", "Ada") for pmid in papers for place in (1, 2, 3)]
    mentions += [mention(pmid, 4, None, None, collective="Example Study Group") for pmid in papers]
    tables = literature([article(pmid, 2000 + pmid if pmid % 2 else None) for pmid in papers], mentions)
    identities = [
        {"pmid": pmid, "position": place, "person_id": person, "confidence": 1.0}
        for (pmid, place), person in people.items()
    ]
    assignments = [{"pmid": pmid, "topic_id": topic, "strength": value} for (pmid, topic), value in topics.items()]
    return {
        "identities": TABLES["identities"].rows(identities),
        "assignments": TABLES["assignments"].rows(assignments),
        "articles": tables["articles"],
        "mentions": tables["mentions"],
    }


people = st.dictionaries(st.tuples(st.integers(1, 5), st.integers(1, 3)), st.sampled_from(["p1", "p2"]), max_size=15)
topics = st.dictionaries(
    st.tuples(st.integers(1, 5), st.sampled_from(["t1", "t2"])), st.floats(0.01, 1), max_size=8
)  # fmt: skip


@settings(max_examples=40)
@given(people, topics, st.sampled_from([0.0, 0.5]), st.randoms(use_true_random=False))
def test_rows_are_those_of_a_plain_loop_in_any_order_of_rows(
    people: dict[tuple[int, int], str], topics: dict[tuple[int, str], float], least: float, chance: random.Random
) -> None:
    tables = corpus(people, topics)
    expected = [
        {
            "person_id": person, "topic_id": topic, "pmid": pmid, "year": 2000 + pmid if pmid % 2 else None,
            "position": min(place for (paper, place), who in people.items() if (paper, who) == (pmid, person)),
            "n_mentions": 3, "strength": strength, "stays": None,
        }
        for person in sorted(set(people.values()))
        for (pmid, topic), strength in sorted(topics.items(), key=lambda item: (item[0][1], item[0][0]))
        if strength >= least and any((paper, who) == (pmid, person) for (paper, _), who in people.items())
    ]  # fmt: skip
    rows = {
        name: table.take(pa.array(chance.sample(range(table.num_rows), table.num_rows), pa.int64()))
        for name, table in tables.items()
    }
    found = join_contributions(**rows, settings=ContributionSettings(min_strength=least))
    assert found.to_pylist() == expected


def test_groups_before_and_between_people_take_no_place() -> None:
    printed = [mention(1, 2, "Vrasta", "Ada"), mention(1, 4, "Quorn", "Bea"), mention(1, 5, "Lumen", "Cid")]
    groups = [mention(1, place, None, None, collective=f"Example Group {place}") for place in (1, 3)]
    tables = literature([article(1, 2000)], printed + groups)
    identities = [{"pmid": 1, "position": p, "person_id": f"p{p}", "confidence": 1.0} for p in (2, 4, 5)]
    found = join_contributions(
        TABLES["identities"].rows(identities),
        TABLES["assignments"].rows([{"pmid": 1, "topic_id": "t", "strength": 1.0}]),
        articles=tables["articles"],
        mentions=tables["mentions"],
    )
    assert found.select(["position", "n_mentions"]).to_pylist() == [
        {"position": place, "n_mentions": 3} for place in (1, 2, 3)
    ]


def test_a_paper_that_prints_a_person_twice_stays_where_either_mention_does() -> None:
    tables = corpus({}, {(1, "t"): 1.0, (2, "t"): 1.0})
    rows = [(1, 1, 0b0011), (1, 2, 0b0101), (2, 1, 0b0011), (2, 2, None)]
    identities = [
        {"pmid": pmid, "position": place, "person_id": "p1", "confidence": 1.0, "stays": bits}
        for pmid, place, bits in rows
    ]
    found = join_contributions(**(tables | {"identities": TABLES["identities"].rows(identities)}))
    assert found["stays"].to_pylist() == [0b0111, None]


def test_to_sign_the_notice_of_a_retraction_is_no_contribution() -> None:
    tables = corpus({(1, 1): "p1", (2, 1): "p1"}, {(1, "t"): 1.0, (2, "t"): 1.0})
    articles = tables["articles"].to_pylist()
    articles[1]["kind"] = "notice"
    seen = join_contributions(**(tables | {"articles": TABLES["articles"].rows(articles)}))
    assert seen["pmid"].to_pylist() == [1]


def test_retracted_and_later_papers_are_nobodys() -> None:
    tables = corpus({(1, 1): "p1", (2, 1): "p1", (3, 1): "p1"}, {(1, "t"): 1.0, (2, "t"): 1.0, (3, "t"): 1.0})
    articles = tables["articles"].to_pylist()
    articles[1]["retracted"] = True
    seen = join_contributions(
        tables["identities"],
        tables["assignments"],
        articles=TABLES["articles"].rows(articles),
        mentions=tables["mentions"],
        settings=ContributionSettings(as_of=2002),
    )
    assert seen["pmid"].to_pylist() == [1]


def test_a_paper_as_strong_as_asked_and_one_of_the_last_year_that_is_seen_count() -> None:
    tables = corpus({(1, 1): "p1", (2, 1): "p1", (3, 1): "p1"}, {(1, "t"): 0.5, (2, "t"): 0.5, (3, "t"): 0.49})
    seen = join_contributions(**tables, settings=ContributionSettings(min_strength=0.5, as_of=2001))
    assert seen.select(["pmid", "year"]).to_pylist() == [{"pmid": 1, "year": 2001}, {"pmid": 2, "year": None}]


def test_a_paper_that_no_record_describes_is_still_its_authors() -> None:
    tables = corpus({(1, 1): "p1"}, {(1, "t"): 1.0}) | {"articles": TABLES["articles"].empty()}
    assert join_contributions(**tables).select(["pmid", "year"]).to_pylist() == [{"pmid": 1, "year": None}]
