"""Every hit of a query comes or is accounted for, and an interrupted fetch goes on where it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from expertmine.acquire import fetch, plan_fetch
from expertmine.acquire.fetching import OVERLAP, last_search, look_back
from expertmine.corpus import Corpus
from expertmine.errors import SourceError
from expertmine.sources import PubMed
from tests.acquire.test_add import held
from tests.eutils import Answer, Eutils, running
from tests.eutils.catalogue import Catalogue
from tests.sources.invented import article, document
from tests.sources.test_pubmed import without

FIRST = 900_000_001
EVERYTHING = "all[sb]"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with 45 records."""
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "a.xml").write_bytes(document(*(article(FIRST + number) for number in range(45))))
    return tmp_path / "served"


@pytest.fixture
def service(folder: Path) -> Iterator[Eutils]:
    with running(Eutils(Catalogue.read(folder))) as eutils:
        yield eutils


def pubmed(service: Eutils, *, most: int | None = None) -> PubMed:
    return PubMed(
        EVERYTHING, email="me@uni.example", base_url=service.base_url, page_size=10, patience=0.0, max_records=most
    )


def test_a_fetch_that_broke_off_goes_on_behind_the_last_page(service: Eutils, tmp_path: Path) -> None:
    whole, broken = Corpus(tmp_path / "whole"), Corpus(tmp_path / "broken")
    fetch(whole, pubmed(service))
    service.requests.clear()
    service.fault = lambda _number, verb, answer: (
        Answer(b"no", 400) if verb == "efetch" and service.requests["efetch"] > 2 else answer
    )
    with pytest.raises(SourceError):
        fetch(broken, pubmed(service))
    assert not broken.manifest.tables
    assert broken.searches() == [], "a search that is not complete has no watermark"
    service.requests.clear()
    service.fault = lambda _number, _verb, answer: answer
    fetch(broken, pubmed(service))
    assert service.requests == {"esearch": 1, "efetch": 3}
    assert broken.manifest.tables == whole.manifest.tables


def test_fetching_again_asks_only_for_what_is_new(service: Eutils, folder: Path, tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    fetch(corpus, pubmed(service))
    service.requests.clear()
    (folder / "b.xml").write_bytes(document(article(FIRST + 45), article(FIRST + 46)))
    assert fetch(corpus, pubmed(service)).new_files == 1
    assert service.requests == {"esearch": 1, "efetch": 1}
    assert held(corpus) == list(range(FIRST, FIRST + 47))


def test_a_watermark_from_days_to_come_is_not_looked_back_from(service: Eutils, tmp_path: Path) -> None:
    corpus, source = Corpus(tmp_path / "c"), pubmed(service)
    fetch(corpus, source)
    last = last_search(corpus, source.query)
    assert last is not None
    assert look_back(source, last) == last.day - OVERLAP
    assert look_back(source, replace(last, day=date(2098, 1, 1))) == source.complete_day() - OVERLAP


def test_the_newest_can_be_had_first_and_the_rest_later(service: Eutils, tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    fetch(corpus, pubmed(service, most=5))
    assert held(corpus) == list(range(FIRST + 40, FIRST + 45))
    fetch(corpus, pubmed(service))
    assert held(corpus) == list(range(FIRST, FIRST + 45))


def test_a_limit_is_lifted_though_nothing_new_comes(service: Eutils, tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    fetch(corpus, pubmed(service, most=50))
    fetch(corpus, pubmed(service))
    assert [one.most for one in corpus.searches()] == [None]


def test_a_repeated_fetch_notes_how_many_are_found_now(service: Eutils, folder: Path, tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    fetch(corpus, pubmed(service, most=5))
    assert [(one.total, one.is_cut) for one in corpus.searches()] == [(45, True)]
    (folder / "a.xml").write_bytes(document(*(article(FIRST + number) for number in range(10, 45))))
    fetch(corpus, pubmed(service, most=5))
    assert [one.total for one in corpus.searches()] == [35]


def test_what_was_searched_found_and_never_sent_is_noted(service: Eutils, tmp_path: Path) -> None:
    service.fault = lambda _number, verb, answer: without({FIRST + 3}, answer) if verb == "efetch" else answer
    corpus = Corpus(tmp_path / "c")
    assert fetch(corpus, pubmed(service)).withdrawn == (FIRST + 3,)
    (search,) = corpus.searches()
    assert (search.query, search.total, len(search.hits)) == (EVERYTHING, 45, 45)
    assert search.withdrawn == {FIRST + 3}
    assert search.day < date.today()
    assert set(held(corpus)) == search.hits - search.withdrawn


def test_a_plan_counts_and_writes_nothing(service: Eutils, tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    plan = plan_fetch(corpus, pubmed(service))
    assert plan[["part", "found", "to fetch", "requests"]].values.tolist() == [["all", 45, 45, 5]]
    assert not corpus.path.exists()
    fetch(corpus, pubmed(service, most=20))
    assert plan_fetch(corpus, pubmed(service))["to fetch"].tolist() == [25]


def test_a_plan_with_a_maximum_counts_what_the_fetch_then_asks_for(
    service: Eutils, folder: Path, tmp_path: Path
) -> None:
    corpus = Corpus(tmp_path / "c")
    fetch(corpus, pubmed(service, most=5))
    (folder / "b.xml").write_bytes(document(article(FIRST + 45), article(FIRST + 46)))
    planned = plan_fetch(corpus, pubmed(service, most=5))["to fetch"].tolist()
    before = set(held(corpus))
    fetch(corpus, pubmed(service, most=5))
    assert planned == [2] == [len(set(held(corpus)) - before)]


def test_a_query_is_not_forgotten_where_a_kill_comes_before_the_search_is_noted(
    service: Eutils, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    corpus = Corpus(tmp_path / "c")
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("expertmine.corpus.journal.record_search", killed)
        fetch(corpus, pubmed(service))
    assert (corpus.queries, corpus.searches()) == ([EVERYTHING], [])


@pytest.mark.slow
@pytest.mark.parametrize("days", [[9_999], [10_000], [10_001], [6_000] * 9 + [5_999, 1], [50, 10_001, 3]])
def test_just_the_hits_arrive_on_either_side_of_the_cap(days: list[int], tmp_path: Path) -> None:
    """9,999, 10,000, 10,001 and 60,000 hits, and one day with more of them than the service shows."""
    (tmp_path / "served").mkdir()
    numbers = iter(range(FIRST, FIRST + sum(days)))
    for day, count in enumerate(days, start=1):
        date_ = f"<Year>2001</Year><Month>1</Month><Day>{day}</Day>"
        entered = f'<History><PubMedPubDate PubStatus="entrez">{date_}</PubMedPubDate></History>'
        records = [article(next(numbers), data=entered, authors="") for _ in range(count)]
        (tmp_path / "served" / f"{day:02}.xml").write_bytes(document(*records))
    corpus = Corpus(tmp_path / "c")
    with running(Eutils(Catalogue.read(tmp_path / "served"))) as service:
        fetch(corpus, PubMed(EVERYTHING, email="me@uni.example", base_url=service.base_url, page_size=1_000))
    assert held(corpus) == list(range(FIRST, FIRST + sum(days)))
    (search,) = corpus.searches()
    assert search.hits == frozenset(range(FIRST, FIRST + sum(days)))
