"""PubMed over the loopback service: what the folder holds is what arrives."""

from __future__ import annotations

import logging
import random
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from expertmine.errors import ConfigError, SourceError
from expertmine.sources import Page, PubMed
from tests.eutils import Answer, Eutils, Fault, running, serving
from tests.eutils.catalogue import Catalogue, Entry
from tests.eutils.faults import FAULTS, Change, cut_at_an_edge, dealt
from tests.sources.invented import article, document, read

FIRST = 900_000_001
EVERYTHING = "all[sb]"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with 45 records in two files, on bees but for every fifth, on wax."""
    records = [
        article(
            FIRST + number, title="Of wax." if number % 5 == 0 else "Of bees.", date=f"<Year>{1980 + number}</Year>"
        )
        for number in range(45)
    ]
    (tmp_path / "a.xml").write_bytes(document(*records[:20]))
    (tmp_path / "b.xml").write_bytes(document(*records[20:]))
    return tmp_path


@pytest.fixture
def service(folder: Path) -> Iterator[Eutils]:
    with running(Eutils(Catalogue.read(folder))) as eutils:
        yield eutils


def pubmed(service: Eutils, query: str = EVERYTHING, *, page_size: int = 10, api_key: str | None = None) -> PubMed:
    return PubMed(
        query, email="me@uni.example", base_url=service.base_url, page_size=page_size, patience=0.001, api_key=api_key
    )


def fetched(pages: list[Page]) -> list[int]:
    return [int(pmid) for pmid in read(*(page.data for page in pages)).articles["pmid"].to_pylist()]


def test_what_is_fetched_is_what_the_folder_holds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(folder) as base_url:
        monkeypatch.setenv("EXPERTMINE_EUTILS_BASE", base_url)
        pages = list(PubMed(EVERYTHING, email="me@uni.example", page_size=7).pages())
    files = [path.read_bytes() for path in sorted(folder.iterdir())]
    assert read(*(page.data for page in pages)) == read(*files)
    assert len(pages) == 7
    assert not any(page.withdrawn for page in pages)


def test_the_least_number_of_requests_is_made(service: Eutils) -> None:
    assert len(list(pubmed(service).pages())) == 5
    assert service.requests == {"esearch": 1, "efetch": 5}


def test_a_query_counts_and_finds(service: Eutils) -> None:
    assert pubmed(service, "wax").count() == 9
    assert pubmed(service, "wax[ti] AND 1980:1990[dp]").search() == [FIRST, FIRST + 5, FIRST + 10]
    assert pubmed(service, "honey").search() == []
    assert list(pubmed(service, "honey").pages()) == []


def test_the_newest_are_taken_if_not_all_are_wanted(service: Eutils) -> None:
    chosen = PubMed(EVERYTHING, email="me@uni.example", base_url=service.base_url, max_records=3)
    assert chosen.search() == [FIRST + 42, FIRST + 43, FIRST + 44]
    assert chosen.count() == 45


def test_tool_and_address_are_always_sent(service: Eutils) -> None:
    list(pubmed(service, api_key="bees-knees").pages())
    for parameters in service.asked:
        assert parameters["tool"] == "expertmine"
        assert parameters["email"] == "me@uni.example"
        assert parameters["api_key"] == "bees-knees"


def crowd(days: list[int]) -> Catalogue:
    """Return a catalogue with so many records on each successive day."""
    dates = [f"2001/01/{day:02}" for day, records in enumerate(days, start=1) for _ in range(records)]
    return Catalogue(
        Entry(FIRST + number, b"", dict.fromkeys(("entrez", "pubmed", "revised", "published"), day))
        for number, day in enumerate(dates)
    )


@pytest.mark.parametrize(
    ("cap", "days"),
    [(20, [19]), (20, [20]), (20, [21]), (20, [120]), (20, [5, 40, 0, 3, 19, 20, 21]), (1, [3, 1]),
     (9_999, [9_998]), (9_999, [9_999]), (9_999, [5_000, 5_000]), (9_999, [10_001]), (9_999, [4_000] * 15)],
)  # fmt: skip
def test_every_hit_is_found_on_either_side_of_the_cap(cap: int, days: list[int]) -> None:
    with running(Eutils(crowd(days), cap=cap)) as service:
        assert pubmed(service).search() == [FIRST + number for number in range(sum(days))]


def test_slices_that_do_not_add_up_are_an_error() -> None:
    def lossy(number: int, verb: str, answer: Answer) -> Answer:
        return answer if number == 0 else Answer(re.sub(rb"<Id>900000003</Id>", b"", answer.body))

    with running(Eutils(crowd([30]), cap=20, fault=lossy)) as service, pytest.raises(SourceError) as caught:
        pubmed(service).search()
    assert caught.value.retry


def test_a_record_that_does_not_come_is_asked_for_again_alone(service: Eutils) -> None:
    shy = {FIRST + 3, FIRST + 7}

    def forgetful(number: int, verb: str, answer: Answer) -> Answer:
        return without(shy, answer) if number < 2 else answer

    service.fault = forgetful
    pages = list(pubmed(service).pages(range(FIRST, FIRST + 10)))
    assert fetched(pages) == list(range(FIRST, FIRST + 10))
    assert [one["id"] for one in service.asked[1:]] == [",".join(map(str, sorted(shy)))] * 2
    assert not any(page.withdrawn for page in pages)


def test_a_record_that_never_comes_is_reported_as_withdrawn(service: Eutils) -> None:
    pages = list(pubmed(service).pages([FIRST, 1, 2]))
    assert fetched(pages) == [FIRST]
    assert pages[-1].withdrawn == (1, 2)
    assert service.requests == {"efetch": 4}


def without(pmids: set[int], answer: Answer) -> Answer:
    body = answer.body
    for pmid in pmids:
        body = re.sub(
            rb"<PubmedArticle>(?:(?!</PubmedArticle>).)*>%d<.*?</PubmedArticle>" % pmid, b"", body, flags=re.S
        )
    return Answer(body)


def every_second(change: Change) -> Fault:
    dice = random.Random(1)
    return lambda number, _verb, answer: change(answer, dice) if number % 2 == 0 else answer


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"slow answer", "trickling answer"}))
def test_nothing_is_lost_when_every_second_answer_is_bad(service: Eutils, fault: str) -> None:
    service.fault = every_second(FAULTS[fault])
    assert fetched(list(pubmed(service).pages())) == [FIRST + number for number in range(45)]


@pytest.mark.parametrize("seed", range(10))
def test_nothing_is_lost_when_three_of_ten_answers_are_bad(service: Eutils, seed: int) -> None:
    quick = {name: change for name, change in FAULTS.items() if name not in {"slow answer", "trickling answer"}}
    service.fault = dealt(seed, 0.3, quick)
    assert fetched(list(pubmed(service).pages())) == [FIRST + number for number in range(45)]


@pytest.mark.parametrize("late", [Answer(b"", delay=0.6), Answer(b"", trickle=2.0)], ids=["slow", "trickling"])
def test_an_answer_that_takes_too_long_is_asked_for_again(service: Eutils, late: Answer) -> None:
    service.fault = lambda number, _verb, answer: replace(late, body=answer.body) if number == 1 else answer
    source = PubMed(EVERYTHING, email="me@uni.example", base_url=service.base_url, timeout=0.3, patience=0.0)
    started = time.monotonic()
    assert len(fetched(list(source.pages()))) == 45
    assert service.requests == {"esearch": 1, "efetch": 2}
    assert time.monotonic() - started < 1.5


def test_a_page_that_is_cut_inside_a_record_and_closed_is_completed(service: Eutils) -> None:
    def cut(number: int, verb: str, answer: Answer) -> Answer:
        return Answer(answer.body.rpartition(b"<Journal>")[0] + b"</PubmedArticleSet>") if number == 1 else answer

    service.fault = cut
    pages = list(pubmed(service).pages())
    assert len(fetched(pages)) == 45
    assert service.asked[2]["id"] == str(FIRST + 9)


def test_a_record_that_stays_damaged_is_not_called_withdrawn(service: Eutils) -> None:
    service.fault = lambda _number, _verb, answer: Answer(answer.body.replace(b"Of bees.", b"Of \x01 bees."))
    pages = list(pubmed(service).pages([1, FIRST, FIRST + 1]))
    assert [one["id"] for one in service.asked[1:]] == [f"1,{FIRST + 1}"] * 3
    assert pages[-1].withdrawn == (1,)


def test_a_list_of_hits_that_is_cut_is_asked_for_again(service: Eutils) -> None:
    service.fault = lambda number, _verb, answer: cut_at_an_edge(answer, random.Random(1)) if number == 0 else answer
    assert len(pubmed(service).search()) == 45
    assert service.requests == {"esearch": 2}


def test_a_hit_that_stands_twice_in_the_place_of_another_costs_neither(service: Eutils) -> None:
    first, second = (f"<Id>{FIRST + number}</Id>".encode() for number in range(2))
    service.fault = lambda number, _verb, answer: (
        answer if number else replace(answer, body=answer.body.replace(first, second))
    )
    assert pubmed(service).search() == list(range(FIRST, FIRST + 45))


@pytest.mark.parametrize("shown", [b"<Id/>", b"<Id>bees</Id>", b"<Id>-1</Id>"])
def test_a_list_of_what_are_no_ids_is_asked_for_again(service: Eutils, shown: bytes) -> None:
    one = f"<Id>{FIRST}</Id>".encode()
    service.fault = lambda number, _verb, answer: (
        answer if number else replace(answer, body=answer.body.replace(one, shown))
    )
    assert len(pubmed(service).search()) == 45
    assert service.requests == {"esearch": 2}


def test_a_page_of_other_records_than_those_asked_for_is_not_kept(service: Eutils) -> None:
    strangers = document(*(article(FIRST + 100 + number) for number in range(10)))
    service.fault = lambda number, _verb, answer: Answer(strangers) if number == 0 else answer
    pages = list(pubmed(service).pages(range(FIRST, FIRST + 10)))
    assert sorted(fetched(pages)) == list(range(FIRST, FIRST + 10))
    service.fault = lambda _number, _verb, _answer: Answer(strangers)
    pages = list(pubmed(service).pages([FIRST]))
    assert fetched(pages) == []
    assert pages[-1].withdrawn == (FIRST,)


def test_a_clock_that_is_ahead_of_the_services_is_told_before_a_watermark_is_set_by_it(service: Eutils) -> None:
    service.fault = saying(dated(-3))
    with pytest.raises(ConfigError, match="clock is 3 days ahead of the service's; set the clock"):
        pubmed(service).count()
    for date in (dated(-0.9), dated(900), "", "yesterday"):
        service.fault = saying(date)
        assert pubmed(service).count() == 45


def saying(date: str) -> Fault:
    """Return a fault that tells another date."""
    return lambda _number, _verb, answer: replace(answer, headers=(("Date", date),))


def dated(days: float) -> str:
    """Return the date so many days from now as HTTP writes it."""
    return formatdate(time.time() + days * 86_400, usegmt=True)


@pytest.mark.parametrize("wait", ["²", "soon", "-1", "Mon, 01 Jan 0001 00:00:00 -0000"])
def test_a_pause_that_is_none_is_not_kept(service: Eutils, wait: str) -> None:
    service.fault = lambda number, _verb, answer: answer if number else Answer(b"", 429, (("Retry-After", wait),))
    assert pubmed(service).count() == 45


def test_a_pause_that_the_service_asks_for_is_kept(service: Eutils) -> None:
    service.rate = 3
    started = time.monotonic()
    assert len(list(pubmed(service).pages())) == 5
    assert 1 <= time.monotonic() - started < 4
    assert service.requests.total() <= 6 + 3


def test_a_client_that_keeps_to_the_rate_is_never_refused(service: Eutils) -> None:
    service.rate = 20
    source = PubMed(EVERYTHING, email="me@uni.example", base_url=service.base_url, page_size=2, rate=18)
    assert len(list(source.pages())) == 23
    assert service.requests.total() == 24


def test_a_service_that_stays_down_is_a_temporary_error(service: Eutils) -> None:
    service.fault = lambda _number, _verb, _answer: Answer(b"oops", 503)
    with pytest.raises(SourceError, match=r"no usable answer to 10 tries.*HTTP 503") as caught:
        pubmed(service).count()
    assert caught.value.retry


def test_a_service_that_wants_to_be_left_alone_for_long_is(service: Eutils) -> None:
    service.fault = lambda _number, _verb, _answer: Answer(b"busy", 429, (("Retry-After", "86400"),))
    with pytest.raises(SourceError, match="no usable answer to 1 tries"):
        pubmed(service).count()


def test_no_service_at_all_is_a_temporary_error() -> None:
    nowhere = PubMed("bees", email="me@uni.example", base_url="http://127.0.0.1:9", patience=0.001)
    with pytest.raises(SourceError, match="refused") as caught:
        nowhere.count()
    assert caught.value.retry


def test_a_refused_question_is_not_repeated(service: Eutils) -> None:
    service.fault = lambda _number, _verb, _answer: Answer(b"bad request", 400)
    with pytest.raises(SourceError, match="HTTP 400: bad request") as caught:
        pubmed(service).count()
    assert not caught.value.retry
    assert service.requests == {"esearch": 1}


def test_the_key_is_shown_nowhere(service: Eutils, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    key = "0123456789abcdef"
    asking = pubmed(service, api_key=key)
    service.fault = lambda _number, _verb, _answer: Answer(f"oops {key}".encode(), 500)
    with pytest.raises(SourceError) as down:
        asking.count()
    service.fault = lambda _number, _verb, _answer: Answer(
        f'{{"error":"API key invalid","api-key":"{key}"}}'.encode(), 400
    )
    with pytest.raises(ConfigError, match="refuses the API key") as refused:
        asking.count()
    shown = [repr(asking), repr(asking.service), caplog.text]
    shown += [
        repr(one) for caught in (down, refused) for one in (caught.value, caught.value.__cause__, str(caught.value))
    ]
    assert key not in " ".join(shown)
    assert down.value.__suppress_context__ or down.value.__context__ is None


ENVELOPE = "<?xml version='1.0'?><eFetchResult><ERROR>{}</ERROR></eFetchResult>"


@pytest.mark.parametrize(
    "said",
    [
        "CEFetchPApplication::proxy_stream(): 502 Bad Gateway: the proxy received an invalid response",
        "Unable to obtain query #1",
    ],
)
def test_trouble_of_the_services_own_passes_though_it_comes_with_a_400(service: Eutils, said: str) -> None:
    service.fault = lambda number, _verb, answer: Answer(ENVELOPE.format(said).encode(), 400) if number == 1 else answer
    assert len(fetched(list(pubmed(service).pages()))) == 45


def test_a_parameter_that_is_refused_is_not_repeated(service: Eutils) -> None:
    said = ENVELOPE.format("Parameter retstart=9 is greater than the number of records")
    service.fault = lambda _number, _verb, _answer: Answer(said.encode(), 400)
    with pytest.raises(SourceError, match=r"HTTP 400: .*Parameter retstart") as caught:
        pubmed(service).count()
    assert not caught.value.retry
    assert service.requests == {"esearch": 1}


@pytest.mark.parametrize("status", [200, 400])
def test_a_page_of_pmids_none_of_which_has_a_record_is_empty(service: Eutils, status: int) -> None:
    said = ENVELOPE.format("ID list is empty! Possibly it has no correct IDs.").encode()
    service.fault = lambda _number, _verb, _answer: Answer(said, status)
    pages = list(pubmed(service).pages([1, 2]))
    assert fetched(pages) == []
    assert pages[-1].withdrawn == (1, 2)
    assert service.requests == {"efetch": 4}


@pytest.mark.parametrize("status", [400, 404, 500])
@pytest.mark.parametrize("key", ["0123+456/789 abcdef", " 0123+456/789 abcdef\n"])
def test_what_the_service_echoes_shows_neither_key_nor_address_and_blames_no_key(
    service: Eutils, status: int, key: str
) -> None:
    told = {"api_key": key.strip(), "email": "me@uni.example"}
    forms = [urllib.parse.urlencode(told), urllib.parse.urlencode(told, quote_via=urllib.parse.quote), str(told)]
    service.fault = lambda _number, _verb, _answer: Answer(" ".join(forms).encode(), status)
    with pytest.raises(SourceError, match="redacted") as caught:
        pubmed(service, api_key=key).count()
    assert not re.search("0123|abcdef|uni.example", str(caught.value))


def test_a_key_of_nothing_is_none_and_white_space_is_no_part_of_it(service: Eutils) -> None:
    pubmed(service, api_key=" \n").count()
    PubMed("bees", email=" me@uni.example\n", api_key="bees-knees\n", base_url=service.base_url).count()
    assert [(one.get("api_key"), one["email"]) for one in service.asked] == [
        (None, "me@uni.example"),
        ("bees-knees", "me@uni.example"),
    ]


def test_an_unknown_field_is_an_error_and_not_everything(service: Eutils) -> None:
    with pytest.raises(ConfigError, match="does not know the field 'grants and funding'"):
        pubmed(service, "bees[grants and funding]").count()


def test_urllib_and_biopython_are_left_as_they_were(service: Eutils) -> None:
    from Bio import Entrez

    mine = urllib.request.build_opener()
    urllib.request.install_opener(mine)
    before = (Entrez.max_tries, Entrez.email, Entrez.api_key, Entrez.tool)
    try:
        list(pubmed(service, api_key="bees-knees").pages())
        assert urllib.request._opener is mine  # type: ignore[attr-defined]
    finally:
        urllib.request.install_opener(None)
    assert (Entrez.max_tries, Entrez.email, Entrez.api_key, Entrez.tool) == before


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"query": " "}, "query is empty"),
        ({"email": "nobody"}, "email is 'nobody'"),
        ({"max_records": 0}, "max_records is 0"),
        ({"base_url": "file:///etc/passwd"}, "expected an http"),
        ({"base_url": "http://[::1/entrez"}, "expected an http"),
        ({"base_url": "http://localhost:abc/entrez"}, "expected an http"),
        ({"base_url": "http://local host/entrez"}, "expected an http"),
        ({"base_url": "http://me:word@localhost/entrez"}, "^base_url is 'http:…localhost/entrez', .* without user"),
        ({"base_url": "http://localhost/entrez?api_key=word"}, "^base_url is 'http://localhost/entrez…', expected"),
    ],
)
def test_impossible_questions_are_refused_when_they_are_made(changes: dict[str, Any], says: str) -> None:
    sound = {"query": "bees", "email": "me@uni.example"}
    with pytest.raises(ConfigError, match=says):
        PubMed(**{**sound, **changes})
