"""Public PubMed XML files: every value of every record is what an independent XPath oracle finds in it.

`python -m tests.sources.test_genuine_xml [FOLDER OR FILE ...]` prints how many values of each column were compared, and
how many of them were lost, changed or made up.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from expertmine.sources import Origin, merge_records
from expertmine.tables import TABLES
from tests.sources.genuine import (
    ARTICLES,
    COLUMNS,
    FILES,
    MENTIONS,
    Pair,
    Tally,
    all_pairs,
    columns,
    columns_found,
    compare,
    read_pairs,
    report,
    tables,
)
from tests.sources.invented import needs_shared
from tests.sources.oracle import unpacked

pytestmark = needs_shared
_END = re.compile(rb"</(?:MedlineCitation|BookDocument|DeleteCitation|DeleteDocument)>")


def compare_files(paths: Iterable[Path]) -> dict[str, Tally]:
    pairs = (pair for path in paths for pair in read_pairs(path))
    return compare(COLUMNS, ((columns(pair.expected), columns_found(pair.found)) for pair in pairs))


@functools.cache
def compared() -> dict[str, Tally]:
    return compare_files(FILES)


def test_the_columns_compared_are_those_declared() -> None:
    assert set(ARTICLES) == {name for name, _ in TABLES["articles"].columns}
    assert {"pmid", *MENTIONS} == {name for name, _ in TABLES["mentions"].columns}
    assert [name for name, _ in TABLES["citations"].columns] == ["citing", "cited"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_record_of_a_file_is_read_and_none_refused(path: Path) -> None:
    pairs = read_pairs(path)
    assert len(pairs) == len(_END.findall(unpacked(path.read_bytes())))
    assert [row["place"] for _, row in pairs] == [f"record {place}" for place in range(1, len(pairs) + 1)]
    assert [row["faults"] for expected, row in pairs if row["pmid"] is None and not expected.deletes] == []


@pytest.mark.parametrize("column", COLUMNS)
def test_no_value_of_any_record_is_lost_or_made_up(column: str) -> None:
    tally = compared()[column]
    assert tally.compared > 0
    assert tally.lost == []
    assert tally.made_up == []


def test_values_are_compared_by_the_hundred_thousand() -> None:
    assert sum(tally.compared for tally in compared().values()) > 300_000


def test_exactly_the_parts_that_cannot_be_taken_are_refused_and_named() -> None:
    refused = {pair.pmid: len(row["faults"]) for pair in all_pairs() if (row := pair.found)["faults"]}
    assert refused == {pair.pmid: pair.expected.faults for pair in all_pairs() if pair.expected.faults}


def winners() -> dict[int, Pair]:
    """Return the record of each PMID that counts, file after file: higher version, revised later, read later."""
    best: dict[int, Pair] = {}
    for pair in all_pairs():
        for gone in pair.expected.deletes:
            if rank(best.get(gone["pmid"]))[0] <= gone["version"]:
                best.pop(gone["pmid"], None)
        if pair.pmid and rank(pair) >= rank(best.get(pair.pmid)):
            best[pair.pmid] = pair
    return best


def rank(pair: Pair | None) -> tuple[int, str]:
    return (pair.expected.article["version"], str(pair.expected.article["revised"] or "")) if pair else (0, "")


def test_merging_all_files_loses_nothing_of_the_records_that_count() -> None:
    merged = merge_records(
        (Origin(f"{number:03}", f"{number:064}", number, fetched=False), table)
        for number, path in enumerate(FILES, start=1)
        for table in tables(path)
    )
    expected = winners()
    assert merged.articles.to_pylist() == [expected[pmid].expected.article for pmid in sorted(expected)]
    assert merged.mentions.to_pylist() == [
        {"pmid": pmid, **mention} for pmid in sorted(expected) for mention in expected[pmid].expected.mentions
    ]
    citations = {(pmid, cited) for pmid, pair in expected.items() for cited in pair.expected.cited}
    assert [tuple(row.values()) for row in merged.citations.to_pylist()] == sorted(citations)


if __name__ == "__main__":
    named = [Path(name) for name in sys.argv[1:]]
    listed = [one for path in named for one in (sorted(path.rglob("*.xml*")) if path.is_dir() else [path])]
    sys.stdout.write(report(compare_files(listed or FILES)))
