"""Topics are matched by their papers, whatever they are called."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from expertmine.changes import compare
from tests.changes.worlds import World, found, lone, niches


def trace(before: dict[int, str | None], after: dict[int, str | None]) -> list[tuple[str, list[str], list[str]]]:
    """Return the niches' events by name: what happened, names before, names after."""
    topics = frame(before, after)
    rows = topics[topics["layer"] == 0].to_dict("records")
    return [(row["change"], row["names_before"], row["names_after"]) for row in rows]


def frame(before: dict[int, str | None], after: dict[int, str | None]) -> pd.DataFrame:
    return compare(
        found(World(writers=lone(before), niche=before, spelling="x")),
        found(World(writers=lone(after), niche=after, spelling="y")),
    ).topics


def test_a_niche_whose_papers_part_is_split() -> None:
    before = niches(range(1, 21), range(21, 31))
    after = niches(range(1, 13), range(21, 31), names="PB") | niches(range(13, 21), names="Q")
    assert trace(before, after) == [("split", ["A"], ["P", "Q"])]


def test_niches_whose_papers_meet_are_merged() -> None:
    assert trace(niches(range(1, 13), range(13, 21)), niches(range(1, 21), names="M")) == [
        ("merged", ["A", "B"], ["M"])
    ]


def test_a_niche_of_new_papers_is_born_and_one_without_papers_is_retired() -> None:
    before, after = niches(range(1, 11), range(11, 21)), niches(range(1, 11), range(31, 41), names="AN")
    assert trace(before, after) == [("born", [], ["N"]), ("retired", ["B"], [])]


def test_a_niche_whose_papers_are_in_no_niche_any_more_is_retired() -> None:
    scattered: dict[int, str | None] = dict.fromkeys(range(1, 11))
    assert trace(niches(range(1, 11)), scattered) == [("retired", ["A"], [])]


def test_a_niche_with_the_same_papers_and_name_is_no_news_though_its_id_changed() -> None:
    same = niches(range(1, 11), range(11, 21))
    assert frame(same, same).empty


def test_a_niche_that_grew_or_got_another_name_is_kept() -> None:
    row = frame(niches(range(1, 11)), niches(range(1, 16))).iloc[0]
    assert (row["change"], row["size_before"], row["size_after"], row["shared"]) == ("kept", 10, 15, 1.0)
    assert trace(niches(range(1, 11)), niches(range(1, 11), names="Z")) == [("kept", ["A"], ["Z"])]


def test_less_than_a_tenth_that_leaves_is_born_and_the_rest_is_kept() -> None:
    after = niches(range(1, 20), names="A") | niches(range(20, 22), names="O")
    assert trace(niches(range(1, 22)), after) == [("born", [], ["O"]), ("kept", ["A"], ["A"])]


def test_papers_in_no_niche_before_make_no_split() -> None:
    before: dict[int, str | None] = niches(range(1, 11)) | dict.fromkeys(range(11, 31))
    after = niches(range(1, 8), range(8, 26), names="AN")
    assert trace(before, after) == [("born", [], ["N"]), ("kept", ["A"], ["A"])]


def test_the_share_in_common_is_of_the_papers_that_both_know() -> None:
    before, after = niches(range(1, 11)), niches([*range(3, 11), 50, 51, 52])
    before |= {50: None}
    topics = frame(before | {99: "A"}, after | {1: None, 2: None})
    assert topics.loc[0, "shared"] == 8 / 11  # 1 to 10 and 50; not 51, 52 and 99, which one of them cannot have


LABELS = st.dictionaries(st.integers(1, 16), st.none() | st.sampled_from("ABCD"))


@given(st.lists(st.tuples(LABELS, LABELS), min_size=4, max_size=12))
@settings(max_examples=25)
def test_events_are_those_of_a_plain_loop(cases: list[tuple[dict[int, str | None], dict[int, str | None]]]) -> None:
    before: dict[int, str | None] = {}
    after: dict[int, str | None] = {}  # the cases side by side, so that one comparison tries several
    for number, case in enumerate(cases):
        for whole, labels in zip((before, after), case, strict=True):
            whole |= {100 * number + pmid: name and f"{name}{number}" for pmid, name in labels.items()}
    topics = frame(before, after)
    rows = topics[topics["layer"] == 0].to_dict("records")
    seen = Counter((row["change"], frozenset(row["names_before"]), frozenset(row["names_after"])) for row in rows)
    assert seen == Counter(events_of(before, after))


def events_of(before: dict[int, str | None], after: dict[int, str | None]) -> list[Any]:
    """Oracle: every pair of niches is looked at."""
    old, new = members(before), members(after)
    both = {(i, j): old[i] & new[j] for i, j in product(old, new) if old[i] & new[j]}
    of_old = {(i, j): len(both[i, j]) / len(old[i] & set(after)) for i, j in both}
    of_new = {(i, j): len(both[i, j]) / len(new[j] & set(before)) for i, j in both}
    size = {(i, j): len(old[i] & set(after)) + len(new[j] & set(before)) for i, j in both}
    order = {pair: (-len(both[pair]), size[pair], min(both[pair])) for pair in both}
    parts = {i: [p for p in both if p[0] == i and of_new[p] >= 0.5 and of_old[p] >= 0.1] for i in old}
    whole = {j: [p for p in both if p[1] == j and of_old[p] >= 0.5 and of_new[p] >= 0.1] for j in new}
    events: list[Any] = [("split", {i}, {j for _, j in some}) for i, some in parts.items() if len(some) > 1]
    events += [("merged", {i for i, _ in some}, {j}) for j, some in whole.items() if len(some) > 1]
    used = {pair for some in (*parts.values(), *whole.values()) if len(some) > 1 for pair in some}
    for i, j in sorted(set(both) - used):
        rivals = [order[pair] for pair in both if pair[0] == i or pair[1] == j]
        if order[i, j] == min(rivals) and max(of_old[i, j], of_new[i, j]) >= 0.5:
            used.add((i, j))
            events += [("kept", {i}, {j})] if i != j or old[i] != new[j] else []
    events += [("born", set(), {j}) for j in set(new) - {j for _, j in used}]
    events += [("retired", {i}, set()) for i in set(old) - {i for i, _ in used}]
    return [(change, frozenset(one), frozenset(other)) for change, one, other in events]


def members(labels: dict[int, str | None]) -> dict[str, set[int]]:
    names = sorted({name for name in labels.values() if name is not None})
    return {name: {pmid for pmid, one in labels.items() if one == name} for name in names}
