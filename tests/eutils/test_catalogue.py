"""The folder may change while it is served: what has changed is read again, and nothing else."""

from __future__ import annotations

import gzip
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.eutils.asking import record
from tests.eutils.catalogue import Catalogue, Entry
from tests.eutils.terms import Search
from tests.sources.invented import article, deletion, document


def found(catalogue: Catalogue, term: str) -> list[int]:
    return Search(catalogue).hits(term).pmids


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    (tmp_path / "a.xml").write_bytes(document(article(1, title="Of wax."), article(2)))
    (tmp_path / "b.xml.gz").write_bytes(gzip.compress(document(article(3), article(1, title="Of honey."))))
    return Catalogue.read(tmp_path)


def test_the_last_file_with_a_record_counts(catalogue: Catalogue, tmp_path: Path) -> None:
    assert (found(catalogue, "honey"), found(catalogue, "wax")) == ([1], [])
    (tmp_path / "c.xml").write_bytes(document(article(3, title="Of wax."), deletion(2)))
    catalogue.refresh()
    assert (found(catalogue, "wax"), found(catalogue, "all[sb]")) == ([3], [3, 1])
    (tmp_path / "d.xml").write_bytes(document(article(2, title="Of wax.")))
    catalogue.refresh()
    assert found(catalogue, "wax") == [3, 2]
    (tmp_path / "b.xml.gz").unlink()
    (tmp_path / "c.xml").unlink()
    catalogue.refresh()
    assert found(catalogue, "wax") == [2, 1]


def test_what_has_not_changed_is_not_read_again(catalogue: Catalogue, tmp_path: Path) -> None:
    before = dict(catalogue.entries)
    (tmp_path / "b.xml.gz").write_bytes(document(article(1), article(3), article(4)))
    catalogue.refresh()
    assert catalogue.entries[2] is before[2]
    assert catalogue.entries[1] is not before[1]
    assert sorted(catalogue.entries) == [1, 2, 3, 4]


def test_a_file_that_is_still_being_written_counts_when_it_is_whole(catalogue: Catalogue, tmp_path: Path) -> None:
    whole = gzip.compress(document(*(article(pmid) for pmid in range(10, 200))))
    (tmp_path / "c.xml.gz").write_bytes(whole[: len(whole) // 2])
    catalogue.refresh()
    assert found(catalogue, "all[sb]") == [3, 2, 1]
    (tmp_path / "c.xml.gz").write_bytes(whole)
    catalogue.refresh()
    assert len(found(catalogue, "all[sb]")) == 193


def test_other_files_are_left_alone(catalogue: Catalogue, tmp_path: Path) -> None:
    for name in ("b.xml.gz.md5", "notes.txt", "faults.toml"):
        (tmp_path / name).write_bytes(document(article(9)))
    catalogue.refresh()
    assert 9 not in catalogue.entries


def test_a_record_that_is_not_closed_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(document(article(1), article(2)).partition(b"</PubmedArticle>\n")[0] + b"</Pubmed")
    assert Catalogue.read(tmp_path).entries == {}


def test_records_without_dates_are_as_old_as_their_publication(tmp_path: Path) -> None:
    dates = ["<Year>2019</Year><Month>Sep</Month>", "<MedlineDate>Winter 2016</MedlineDate>", "<Season>Fall</Season>"]
    (tmp_path / "a.xml").write_bytes(document(*(article(pmid, date=one) for pmid, one in enumerate(dates, start=1))))
    entries = Catalogue.read(tmp_path).entries
    assert [set(entries[pmid].dates.values()) for pmid in (1, 2, 3)] == [
        {"2019/09/01"}, {"2016/01/01"}, {"1900/01/01"}
    ]  # fmt: skip


def test_arrivals_may_count_as_new_today(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(document(record(1, entered="2001/01/01"), record(2, entered="2001/01/01")))
    catalogue = Catalogue.read(tmp_path, arrivals="2024/05/06")
    (tmp_path / "b.xml").write_bytes(document(record(2, entered="2001/01/01"), record(3, entered="2002/01/01")))
    catalogue.refresh()
    assert (found(catalogue, "2024[crdt]"), found(catalogue, "2024[mdat]")) == ([3], [3, 2])
    assert (found(catalogue, "2024[edat]"), found(catalogue, "2001[edat]")) == ([3], [2, 1])


def test_sixty_thousand_records_are_searched_by_day_in_a_few_milliseconds() -> None:
    days = [f"{date(1990, 1, 1) + timedelta(days=number * 7 % 12_000):%Y/%m/%d}" for number in range(60_000)]
    kinds = ("entrez", "pubmed", "revised", "published")
    catalogue = Catalogue(Entry(pmid, b"", dict.fromkeys(kinds, day)) for pmid, day in enumerate(days, start=1))
    expected = [pmid for pmid, day in enumerate(days, start=1) if "2001/01/01" <= day <= "2001/12/31"]
    term = "(all[sb]) AND 2001/01/01:2001/12/31[edat]"
    assert found(catalogue, term) == expected[::-1]
    taken = []
    for _ in range(5):
        started = time.perf_counter()
        found(catalogue, term)
        taken.append(time.perf_counter() - started)
    assert min(taken) < 0.02


def test_an_update_of_a_big_folder_costs_as_much_as_the_update(tmp_path: Path) -> None:
    for part in range(4):
        records = (record(part * 5_000 + number, entered="2001/01/01") for number in range(1, 5_001))
        (tmp_path / f"{part}.xml").write_bytes(document(*records))
    started = time.perf_counter()
    catalogue = Catalogue.read(tmp_path)
    first = time.perf_counter() - started
    (tmp_path / "9.xml").write_bytes(document(record(7, entered="2002/01/01"), deletion(8)))
    started = time.perf_counter()
    catalogue.refresh()
    assert time.perf_counter() - started < first / 3
    assert (found(catalogue, "2002[edat]"), len(catalogue.entries)) == ([7], 19_999)
