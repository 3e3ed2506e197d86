from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.errors import DataError
from expertmine.evaluate.topics import evaluate_topics
from expertmine.tables import TABLES


def measured(topics: list[int], labels: dict[int, str]) -> dict[str, float]:
    """Return the measures of article i being in topic topics[i]; a negative one is no topic."""
    plain = {"layer": 0, "size": 1, "name": "A", "keyphrases": [], "facets": [], "representatives": []}
    declared = TABLES["topics"].rows({"topic_id": f"n{topic}", **plain} for topic in sorted({*topics, 0}))
    inside = [(pmid, topic) for pmid, topic in enumerate(topics) if topic >= 0]
    members = TABLES["assignments"].rows(
        {"pmid": pmid, "topic_id": f"n{topic}", "strength": 1.0} for pmid, topic in inside
    )
    rows = evaluate_topics(declared, members, labels=labels).to_dict("records")
    return {str(name): float(value) for name, value in rows[0].items()} if rows else {}


@given(st.lists(st.tuples(st.integers(-1, 3), st.sampled_from("abc")), min_size=1, max_size=20))
def test_purity_and_coverage_are_what_counting_says(pairs: list[tuple[int, str]]) -> None:
    topics, labels = [topic for topic, _ in pairs], {pmid: label for pmid, (_, label) in enumerate(pairs)}
    found = measured(topics, labels)
    groups: dict[int, list[str]] = {}
    for topic, label in pairs:
        groups.setdefault(topic, []).append(label)
    groups.pop(-1, None)
    inside = sum(map(len, groups.values()))
    if not inside:
        assert not found
        return
    assert found["coverage"] == pytest.approx(inside / len(pairs))
    assert found["purity"] == pytest.approx(sum(max(map(own.count, own)) for own in groups.values()) / inside)


def test_perfect_topics_score_one_and_uncovered_articles_cost() -> None:
    labels = {0: "a", 1: "a", 2: "b", 3: "b"}
    assert measured([0, 0, 1, 1], labels)["ami"] == pytest.approx(1)
    part = measured([0, 0, 1, -1], labels)
    assert part["ari"] == pytest.approx(1)
    assert part["ami"] < 1


def test_no_labels_are_refused() -> None:
    with pytest.raises(DataError, match="no article is labelled"):
        measured([0, 0], {})


def test_labels_of_another_corpus_are_refused() -> None:
    with pytest.raises(DataError, match="none of the 1 labelled articles is in these topics"):
        measured([0, 0], {77: "a"})
