"""Why somebody became, or is no more, a micro-influencer."""

from __future__ import annotations

from typing import Any

import pytest

from expertmine.changes import compare
from expertmine.config import InfluenceSettings
from expertmine.tables import TABLES
from tests.changes.worlds import Tables, World, make, niches

SETTINGS = InfluenceSettings(niche_top=7, volume_top=20, q=0.1, min_papers=3)
WRITERS = {pmid: (name,) for pmid, name in enumerate(["Abelund"] * 4 + ["Brixol"] * 2 + ["Caldera"] * 2, 1)}
ROW: dict[str, Any] = {
    "person_id": "pAbelund", "topic_id": "nA", "authority": 2.0, "standing": None, "combined": 1.0, "papers": 4,
    "niche_papers": 4, "led": 2, "nominators": 0, "volume_rank": 31, "niche_rank": 2, "specialisation": 3.0,
    "lq_low": 1.4, "p": 0.001, "q": 0.01, "quadrant": "literature only", "micro": True, "why": "", "pmids": [],
}  # fmt: skip


def tables(*rows: dict[str, Any], spelling: str = "") -> Tables:
    """Return a literature of two niches with these influencers."""
    made = make(World(writers=WRITERS, niche=niches([1, 2, 3, 4, 5], [6, 7, 8]), spelling=spelling))
    respelt = [row | {key: f"{row[key]}{spelling}" for key in ("person_id", "topic_id")} for row in rows]
    return {**made, "influencers": TABLES["influencers"].rows(respelt)}


def why(before: Tables, after: Tables) -> list[list[str]]:
    found = compare(before, after, settings=SETTINGS).influencers
    return [list(row) for row in found[["name", "topic", "change", "why"]].itertuples(index=False)]


@pytest.mark.parametrize(
    ("margin", "words"),
    [
        ({"niche_rank": 9}, "authority rank in the niche 9 → 2 (top 7 count)"),
        ({"volume_rank": 12}, "volume rank 12 → 31 (hidden outside the top 20)"),
        ({"lq_low": 0.83}, "least specialisation 0.83 → 1.4 (needs above 1)"),
        ({"q": 0.234}, "q 0.23 → 0.01 (at most 0.1)"),
        ({"niche_papers": 2}, "papers in the niche 2 → 4 (needs 3)"),
        ({"led": 0}, "papers led 0 → 2 (needs 1)"),
        ({"q": 0.3, "led": 0}, "q 0.3 → 0.01 (at most 0.1); papers led 0 → 2 (needs 1)"),
    ],
)
def test_the_margin_that_was_crossed_is_told_with_both_numbers(margin: dict[str, Any], words: str) -> None:
    before, after = tables(ROW | margin | {"micro": False}), tables(ROW, spelling="y")
    assert why(before, after) == [["Abelund", "A", "new", words]]


def test_backwards_the_same_margin_is_told_the_other_way() -> None:
    assert why(tables(ROW), tables(ROW | {"led": 0, "micro": False}, spelling="y")) == [
        ["Abelund", "A", "gone", "papers led 2 → 0 (needs 1)"]
    ]


def test_who_was_not_listed_before_is_told_by_rank() -> None:
    row = ROW | {"person_id": "pBrixol", "niche_rank": 1}
    assert why(tables(), tables(row)) == [["Brixol", "A", "new", "authority rank in the niche 2 → 1 (top 7 count)"]]
    unranked = ROW | {"person_id": "pCaldera"}
    assert why(tables(unranked), tables()) == [["Caldera", "A", "gone", "has no score in the niche any more"]]


def test_a_niche_or_a_person_of_one_generation_is_reason_enough() -> None:
    whole = tables(ROW)
    without = make(World(writers=WRITERS, niche=niches([], [6, 7, 8]), spelling="y"))
    assert why(without, whole) == [["Abelund", "A", "new", "the niche is new"]]
    assert why(whole, without) == [["Abelund", "A", "gone", "the niche is no longer there"]]
    nobody = make(World(writers={1: ("Dorvane",), 2: ("Dorvane",), 3: ("Dorvane",), **{6: ("Brixol",)}},
                        niche=niches([1, 2, 3], [6])))  # fmt: skip
    assert why(nobody, whole) == [["Abelund", "A", "new", "was not known in the corpus"]]
    assert why(whole, nobody) == [["Abelund", "A", "gone", "is no longer known in the corpus"]]


def test_other_settings_alone_are_named_as_the_reason() -> None:
    assert why(tables(ROW | {"micro": False}), tables(ROW)) == [
        ["Abelund", "A", "new", "no margin crossed its present limit: the settings were others"]
    ]


def test_a_micro_influencer_of_both_generations_is_no_news() -> None:
    assert why(tables(ROW), tables(ROW | {"niche_rank": 5}, spelling="y")) == []
