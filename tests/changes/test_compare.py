"""What must hold of any two generations, whatever is in them."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expertmine.changes import Changes, compare
from expertmine.errors import ConfigError
from tests.changes.worlds import SETTINGS, Tables, World, found, lone, make, niches

PAPERS, HOMES, GUESTS = range(1, 41), "ABCD", ["Guest1", "Guest2"]
SWAPPED = {
    "new": "gone", "gone": "new", "born": "retired", "retired": "born", "split": "merged", "merged": "split",
    "kept": "kept", "entered": "left", "left": "entered", "rose": "fell", "fell": "rose", "retracted": "revised",
}  # fmt: skip
SLOWLY = settings(max_examples=6)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[World, World]:
    """Two generations of one literature: papers come and go, niches part and meet, people are told apart or not."""
    home = dict(zip(PAPERS, draw(st.lists(st.sampled_from(HOMES), min_size=40, max_size=40)), strict=True))
    local = {name: [f"{name}{number}" for number in range(6)] + GUESTS for name in HOMES}
    writers = {
        pmid: tuple(draw(st.lists(st.sampled_from(local[name]), min_size=1, max_size=3, unique=True)))
        for pmid, name in home.items()
    }
    return _generation(draw, writers, home, "x"), _generation(draw, writers, home, "y")


def _generation(draw: st.DrawFn, writers: dict[int, tuple[str, ...]], home: dict[int, str], spelling: str) -> World:
    people = sorted({name for names in writers.values() for name in names})
    fate = {name: draw(st.sampled_from(["same", "parted", "met", "none"])) for name in HOMES}
    niche = {
        pmid: {"same": name, "parted": f"{name}-{pmid % 2}", "met": "M", "none": None}[fate[name]]
        for pmid, name in home.items()
    }
    absent = draw(st.sets(st.sampled_from(PAPERS), max_size=9))
    return World(
        writers={pmid: names for pmid, names in writers.items() if pmid not in absent},
        niche=niche,
        retracted=frozenset(draw(st.sets(st.sampled_from(PAPERS), max_size=3))),
        person=draw(st.dictionaries(st.sampled_from(people), st.sampled_from(people), max_size=3)),
        spelling=spelling,
    )


def fields(found: Changes) -> dict[str, pd.DataFrame]:
    return {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}


def same(one: Changes, other: Changes) -> bool:
    pairs = zip(fields(one).values(), fields(other).values(), strict=True)
    return all(first.equals(second) for first, second in pairs)


@given(worlds())
@SLOWLY
def test_nothing_changes_between_a_generation_and_itself(pair: tuple[World, World]) -> None:
    tables = make(pair[0])
    respelt = make(dataclasses.replace(pair[0], spelling="z"))
    assert all(frame.empty for frame in fields(compare(tables, tables, top=2)).values())
    assert all(frame.empty for frame in fields(compare(tables, respelt, top=2)).values())


@given(worlds())
@SLOWLY
def test_backwards_every_change_is_its_contrary(pair: tuple[World, World]) -> None:
    before, after = make(pair[0]), make(pair[1])
    there, back = (compare(*two, top=6, settings=SETTINGS) for two in ((before, after), (after, before)))
    assert told(there.topics, "names_before", "names_after") == told(
        back.topics, "names_after", "names_before", SWAPPED
    )
    ranks = ("rank_before", "rank_after", "score_before", "score_after")
    ranks_back = ("rank_after", "rank_before", "score_after", "score_before")
    assert told(there.experts, *ranks) == told(back.experts, *ranks_back, SWAPPED)
    assert told(there.influencers) == told(back.influencers, SWAPPED)
    now_revised = {**SWAPPED, "revised": "retracted"}
    swapped = told(back.records, "pmid", now_revised)
    assert told(there.records[there.records["change"] != "revised"], "pmid") <= swapped


def told(frame: pd.DataFrame, *columns: str | dict[str, str]) -> Counter[Any]:
    """Count the rows by what changed and some columns, none of them an id; the change swapped if a table says how."""
    swapped = next((column for column in columns if isinstance(column, dict)), {})
    names = [column for column in columns if isinstance(column, str)]
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return Counter((swapped.get(row["change"], row["change"]), *(_plain(row[name]) for name in names)) for row in rows)


def _plain(value: object) -> object:
    return frozenset(value) if isinstance(value, list) else value


@given(worlds(), st.randoms(use_true_random=False))
@SLOWLY
def test_row_order_changes_nothing(pair: tuple[World, World], random: Any) -> None:  # noqa: ANN401
    before, after = make(pair[0]), make(pair[1])
    assert same(compare(before, after), compare(shuffled(before, random), shuffled(after, random)))


def shuffled(tables: Tables, random: Any) -> Tables:  # noqa: ANN401
    def shuffle(table: pa.Table) -> pa.Table:
        order = list(range(table.num_rows))
        random.shuffle(order)
        return table.take(pa.array(order, pa.int64()))

    return {name: shuffle(table) for name, table in tables.items()}


def test_records_are_new_gone_retracted_or_revised() -> None:
    before = found(World(writers=lone(range(1, 5)), niche={}))
    after = found(World(writers=lone([2, 3, 4, 9]), niche={}, retracted=frozenset({3, 9})))
    articles = after["articles"].to_pylist()
    after["articles"] = pa.Table.from_pylist(
        [row | ({"keywords": ["stent"]} if row["pmid"] == 4 else {}) for row in articles],
        schema=after["articles"].schema,
    )
    records = compare(before, after).records
    assert dict(zip(records["pmid"], records["change"], strict=True)) == {
        1: "gone", 3: "retracted", 4: "revised", 9: "new",
    }  # fmt: skip
    assert records.loc[records["pmid"] == 1, "title"].item() == "On matter 1"


def test_a_column_that_only_one_generation_knows_revises_nothing() -> None:
    tables = found(World(writers=lone(range(1, 5)), niche={}))
    older = {**tables, "articles": tables["articles"].drop_columns(["vernacular_title"])}
    assert compare(older, tables).records.empty


def test_what_one_generation_has_no_tables_for_is_not_compared_and_said_so() -> None:
    world = World(writers=lone(range(1, 9)), niche=niches(range(1, 5), range(5, 9)))
    acquired = {name: table for name, table in make(world).items() if name in ("articles", "mentions")}
    both = compare(acquired, make(world))
    assert [name for name, frame in fields(both).items() if len(frame)] == ["tables"]
    told = both.tables.set_index("table")
    assert "articles" not in told.index
    assert told["rows_before"].isna()["scores"]
    assert told.loc["scores", "rows_after"] == make(world)["scores"].num_rows


def test_two_generations_without_any_table_have_no_changes() -> None:
    assert all(frame.empty for frame in fields(compare({}, {})).values())


def test_the_summary_counts_niches_and_names_nobody() -> None:
    before = make(World(writers=lone(range(1, 21)), niche=niches(range(1, 21))))
    after = make(World(writers=lone(range(1, 25)), niche=niches(range(1, 11), range(11, 21), names="BC")))
    counts = compare(before, after).summary()
    assert (counts["records_new"], counts["niches_split"], counts["niches_kept"]) == (4, 1, 0)
    assert all(type(count) is int for count in counts.values())
    assert set(counts) == set(compare({}, {}).summary())


def test_a_top_of_nobody_is_refused() -> None:
    with pytest.raises(ConfigError, match="top is 0, expected 1 or more"):
        compare({}, {}, top=0)
