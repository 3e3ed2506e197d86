"""The tiled literature that the stage is timed on has the names that it says it has."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc
from bench_identity import NEAR, tile

from tests.identity.papers import article, literature, mention

SURNAMES = [f"Vrasta{chr(97 + rank // 26)}{chr(97 + rank % 26)}" for rank in range(2 * NEAR)]


def small() -> dict[str, pa.Table]:
    """Surnames of falling frequency, one mention a paper."""
    lasts = [name for rank, name in enumerate(SURNAMES) for _ in range(2 * NEAR - rank)]
    rows = [
        mention(pmid, 1, last, "Ada", affiliations=["Example Hospital"]) for pmid, last in enumerate(lasts, start=1)
    ]
    return literature([article(row["pmid"]) for row in rows], rows)


def test_each_copy_has_the_same_number_of_bearers_of_names_of_like_rank_and_other_people() -> None:
    tables = small()
    size = tables["mentions"].num_rows
    tiled = tile(tables, 3 * size)
    assert tiled["mentions"].num_rows == 3 * size
    for copy in range(3):
        part = tiled["mentions"].slice(copy * size, size)
        counts, first = (Counter(table["last"].to_pylist()) for table in (part, tables["mentions"]))
        assert sorted(counts.values()) == sorted(first.values())
        assert all(SURNAMES.index(name) // NEAR == rank // NEAR for rank, (name, _) in enumerate(counts.most_common()))
        assert pc.max(part["pmid"]).as_py() - pc.min(part["pmid"]).as_py() == size - 1
    people = set(zip(*(tiled["mentions"][column].to_pylist() for column in ("pmid", "position")), strict=True))
    assert len(people) == 3 * size


def test_papers_are_drawn_whole_until_the_size_is_reached() -> None:
    tiled = tile(small(), 250)
    assert tiled["mentions"].num_rows == 250
    assert tiled["mentions"]["pmid"].to_numpy().max() > 100_000_000
    assert {name: table["pmid"].to_pylist() for name, table in tiled.items() if name != "citations"} == {
        name: tiled["articles"]["pmid"].to_pylist() for name in ("articles", "mentions", "terms")
    }
