from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise, permutations
from typing import NamedTuple
from unittest.mock import patch

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expertmine.sources import Origin, Records, merge_records, merging, parse_file
from expertmine.tables import TABLES
from tests.sources.invented import article, author, deletion, document, parsed, read

PMID = 900_000_001
BROKEN = "<PubmedArticle></PubmedArticle>"


def revised(day: int) -> str:
    """Return a revision in January 2020; on day 0 there is none."""
    return f"<DateRevised><Year>2020</Year><Month>01</Month><Day>{day}</Day></DateRevised>" if day else ""


def titled(*files: tuple[str, bytes], tombstones: Mapping[int, int] | None = None) -> list[str]:
    """Return the titles that count when files of these names are added in this order; 'page' was fetched."""
    origins = [
        Origin(name, hashlib.sha256(data).hexdigest(), number, name.startswith("page"))
        for number, (name, data) in enumerate(files, start=1)
    ]
    tables = (
        (origin, table)
        for origin, (name, data) in zip(origins, files, strict=True)
        for table in parse_file(data, source=name)
    )
    return [str(title) for title in merge_records(tables, tombstones=tombstones or {}).articles["title"].to_pylist()]


def test_the_last_file_wins_with_its_own_mentions() -> None:
    first = document(article(PMID, title="Old", authors=author("Fen") + author("Moss")))
    records = read(first, document(article(PMID, title="New")))
    assert records.articles["title"].to_pylist() == ["New"]
    assert records.mentions["last"].to_pylist() == ["Quillfeather"]


def test_the_highest_version_wins_over_a_later_file() -> None:
    records = read(document(article(PMID, title="Second", version=2)), document(article(PMID, title="First")))
    assert records.articles["title"].to_pylist() == ["Second"]
    assert records.articles["version"].to_pylist() == [2]


def test_of_one_version_the_one_revised_last_wins_over_a_later_file() -> None:
    older, newer, undated = (document(article(PMID, title=str(day), after=revised(day))) for day in (3, 14, 0))
    records = read(newer, older, undated)
    assert records.articles["title"].to_pylist() == ["14"]
    assert records.articles["revised"].to_pylist() == [date(2020, 1, 14)]


NBIB = f"PMID- {PMID}\nTI  - nbib\n"
ROW = f"PMID,Title\n{PMID},row\n"


@pytest.mark.parametrize("names", list(permutations(["a", "b", "c"])))
def test_of_one_revision_the_fullest_format_wins_whatever_the_files_are_called(names: tuple[str, str, str]) -> None:
    for day, lines in ((3, "LR  - 20200103\n"), (0, "")):
        contents = document(article(PMID, title="xml", after=revised(day))), (NBIB + lines).encode(), ROW.encode()
        for files in permutations(zip(names, contents, strict=True)):
            assert titled(*files) == ["xml"]
            assert titled(*(file for file in files if file[1] != contents[0])) == ["nbib"]


def test_a_later_revision_in_a_poorer_format_wins_and_an_unknown_one_does_not() -> None:
    later, unknown = (NBIB + "LR  - 20200114\n").encode(), NBIB.encode()
    assert titled(("a", later), ("b", document(article(PMID, title="xml", after=revised(3))))) == ["nbib"]
    assert titled(("a", document(article(PMID, title="xml", after=revised(3)))), ("b", unknown)) == ["xml"]
    assert titled(("a", later), ("b", document(article(PMID, title="xml")))) == ["nbib"]


@pytest.mark.parametrize(
    ("earlier", "later"),
    list(pairwise(["A.xml", "b.xml", "pubmed26n0009.xml", "PubMed26n0010.xml", "pubmed26n10000.xml", "page 1"])),
)
def test_the_last_file_is_the_last_by_its_name_and_a_fetched_page_comes_after_all(earlier: str, later: str) -> None:
    files = [(earlier, document(article(PMID, title=earlier))), (later, document(article(PMID, title=later)))]
    assert titled(*files) == titled(*reversed(files)) == [later]


def test_of_fetched_pages_the_one_that_arrived_last_wins() -> None:
    files = [("page 2", document(article(PMID, title="two"))), ("page 1", document(article(PMID, title="one")))]
    assert titled(*files) == ["one"]


def test_a_deletion_removes_what_came_before_and_nothing_after() -> None:
    assert read(document(article(PMID)), document(deletion(PMID))).articles.num_rows == 0
    back = read(document(article(PMID), deletion(PMID)), document(article(PMID, title="Back")))
    assert back.articles["title"].to_pylist() == ["Back"]
    assert read(document(deletion(PMID), article(PMID))).articles.num_rows == 1


@pytest.mark.parametrize(("version", "left"), [(0, 0), (1, 1), (2, 0), (3, 0)])
def test_a_deletion_removes_its_version_and_lower_ones_and_all_if_it_names_none(version: int, left: int) -> None:
    files = document(article(PMID, version=1)), document(article(PMID, version=2), deletion(PMID, version=version))
    assert read(*files).articles["version"].to_pylist() == [2] * left


def test_a_bad_number_among_deletions_is_a_fault_and_the_others_count() -> None:
    records = read(document(article(PMID), article(7), deletion(PMID, "x", 7)))
    assert records.articles.num_rows == 0
    assert records.rejects.select(["place", "reason"]).to_pylist() == [
        {"place": "record 3, deletion 2, fault 1", "reason": "PMID is 'x', expected a positive whole number"}
    ]


def test_a_deletion_in_a_file_that_was_added_late_removes_nothing_of_files_behind_it() -> None:
    assert titled(("n2", document(article(PMID, title="kept"))), ("n1", document(deletion(PMID)))) == ["kept"]
    assert titled(("page", document(article(PMID))), ("n1", document(deletion(PMID)))) == []
    assert titled(("n1", document(deletion(PMID))), ("page", document(article(PMID, title="kept")))) == ["kept"]


def test_a_record_that_a_deletion_removes_makes_room_for_an_older_version_behind_it() -> None:
    gone = document(article(PMID, version=2)), document(deletion(PMID, version=2))
    assert read(*gone, document(article(PMID, title="Back"))).articles["title"].to_pylist() == ["Back"]


def test_a_tombstone_removes_what_had_arrived_until_then() -> None:
    files = [("one", document(article(PMID, title="one"))), ("page", document(article(PMID, title="two")))]
    assert titled(*files, tombstones={PMID: 1}) == ["two"]
    assert titled(*files, tombstones={PMID: 2, PMID + 1: 9}) == []


def test_different_files_of_one_name_keep_all_their_rejects() -> None:
    files = document(BROKEN), document(BROKEN, BROKEN)
    tables = [(origin._replace(source="x.xml"), table) for origin, table in parsed(*files, document(article(PMID)))]
    sources = [hashlib.sha256(data).hexdigest()[:8] for data in files]
    found = merge_records(tables).rejects.select(["source", "place"]).to_pylist()
    assert {(row["source"], row["place"]) for row in found} == {
        (f"x.xml ({sources[0]})", "record 1"),
        (f"x.xml ({sources[1]})", "record 1"),
        (f"x.xml ({sources[1]})", "record 2"),
    }


def test_a_file_that_came_twice_keeps_one_row_of_each_reject() -> None:
    ((origin, table),) = parsed(document(BROKEN))
    rejects = merge_records([(origin, table), (origin._replace(arrival=2), table)]).rejects
    assert rejects["source"].to_pylist() == ["file1"]


def test_a_record_that_does_not_win_keeps_its_rejects() -> None:
    wrong = author("Fen", more='<Identifier Source="ORCID">wrong</Identifier>')
    assert read(document(article(PMID, authors=wrong)), document(article(PMID))).rejects.num_rows == 1


def test_nothing_merges_to_empty_tables() -> None:
    for name, table in merge_records([])._asdict().items():
        assert table == TABLES[name].empty()


class Invented(NamedTuple):
    """A file: what it is called, whether it was fetched, and its events (PMID, version, day).

    Version 0 deletes, all versions or those up to the number that stands for the day.
    """

    name: str
    fetched: bool
    events: list[tuple[int, int, int]]

    @property
    def data(self) -> bytes:
        return document(
            *(
                article(pmid, version=version, title=f"{self.name}/{place}", after=revised(day))
                if version
                else deletion(pmid, version=day)
                for place, (pmid, version, day) in enumerate(self.events)
            ),
            BROKEN,
        )


NAMES = ["A9", "a10", "b", "B1", "b02", "b3 1", "b3 10", "c"]
"""In the order in which files of these names stand."""
EVENTS = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 2), st.integers(0, 2)), max_size=6)
ADDED = st.lists(
    st.builds(Invented, st.sampled_from(NAMES), st.just(False), EVENTS), max_size=5, unique_by=lambda file: file.name
)
FETCHED = st.lists(st.builds(Invented, st.sampled_from("pqr"), st.just(True), EVENTS), max_size=3)
MIXED = st.tuples(ADDED, FETCHED).flatmap(lambda both: st.permutations(both[0] + both[1]))


def replay(files: list[Invented], tombstones: Mapping[int, int]) -> dict[int, tuple[int, str]]:
    """Return version and title of the record that counts, looked for one record and one deletion at a time."""

    def rank(arrival: int) -> tuple[bool, int]:
        file = files[arrival]
        return file.fetched, arrival if file.fetched else NAMES.index(file.name)

    def removes(deleted: tuple[int, int], there: tuple[int, int]) -> bool:
        if deleted[0] == there[0]:
            return deleted[1] > there[1]
        if files[deleted[0]].fetched or files[there[0]].fetched:
            return deleted[0] > there[0]
        return rank(deleted[0]) > rank(there[0])

    events = [(arrival, place, *event) for arrival, file in enumerate(files) for place, event in enumerate(file.events)]
    best: dict[int, tuple[int, int, tuple[bool, int], int]] = {}
    found: dict[int, tuple[int, str]] = {}
    for arrival, place, pmid, version, day in events:
        deletions = [
            (where, at)
            for where, at, gone, kept, upto in events
            if gone == pmid and not kept and version <= (upto or 9)
        ]
        gone = any(removes(one, (arrival, place)) for one in deletions) or tombstones.get(pmid, 0) > arrival
        key = (version, day, rank(arrival), place)
        if version and not gone and key > best.get(pmid, (0, 0, (False, 0), 0)):
            best[pmid] = key
            found[pmid] = version, f"{files[arrival].name}/{place}"
    return found


def merged(files: list[Invented], tombstones: Mapping[int, int] | None = None, *, slices: int = 99) -> Records:
    """Merge files that arrived in this order, so many rows at a time."""

    def tables() -> Iterator[tuple[Origin, pa.Table]]:
        for arrival, file in enumerate(files, start=1):
            origin = Origin(file.name, hashlib.sha256(file.data).hexdigest(), arrival, file.fetched)
            (table,) = parse_file(file.data, source=file.name)
            yield from ((origin, table.slice(at, slices)) for at in range(0, table.num_rows, slices))

    return merge_records(tables(), tombstones=tombstones or {})


@given(MIXED, st.dictionaries(st.integers(1, 3), st.integers(1, 8), max_size=2), st.integers(1, 9), st.integers(1, 9))
@settings(max_examples=150)
def test_merging_agrees_with_looking_at_one_record_at_a_time(
    files: list[Invented], tombstones: dict[int, int], slices: int, room: int
) -> None:
    with patch.object(merging, "_ROOM", room):
        records = merged(files, tombstones, slices=slices)
    found = {row["pmid"]: (row["version"], row["title"]) for row in records.articles.to_pylist()}
    assert found == replay(files, tombstones)
    assert records.mentions["pmid"].to_pylist() == sorted(found)


@given(ADDED.flatmap(lambda files: st.tuples(st.just(files), st.permutations(files))))
@settings(max_examples=60)
def test_the_order_in_which_files_are_added_changes_nothing(both: tuple[list[Invented], list[Invented]]) -> None:
    one, other = map(merged, both)
    for name in Records._fields:
        assert getattr(one, name).equals(getattr(other, name))
