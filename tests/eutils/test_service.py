"""The loopback service behaves like the real one where clients have stumbled; asked here without expertmine."""

from __future__ import annotations

import http.client
import io
import os
import random
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import etree

from tests.eutils import Answer, Eutils, running
from tests.eutils.catalogue import Catalogue
from tests.eutils.faults import FAULTS, dealt
from tests.sources.invented import article, deletion, document


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Eutils]:
    records = [
        article(number, title=f"Bee {'sting' if number % 2 else 'honey'}", date=f"<Year>200{number}</Year>")
        for number in range(1, 8)
    ]
    (tmp_path / "bees.xml").write_bytes(document(*records))
    with running(Eutils(Catalogue.read(tmp_path), cap=5)) as eutils:
        yield eutils


def get(service: Eutils, question: str) -> etree._Element:
    with urllib.request.urlopen(f"{service.base_url}/{question}") as answer:
        return etree.fromstring(answer.read())


def ids(root: etree._Element) -> list[int]:
    return [int(one.text) for one in root.iter("Id", "PMID")]


@pytest.mark.parametrize(
    ("term", "hits"),
    [
        ("all[sb]", [7, 6, 5, 4, 3]),
        ("honey", [6, 4, 2]),
        ("bee honey", [6, 4, 2]),
        ("bee NOT honey", [7, 5, 3, 1]),
        ("(honey OR sting) AND 2:3[uid]", [3, 2]),
        ("honey[ti] AND 2004/01/01:2006/12/31[edat]", [6, 4]),
        ('"bee sting"[tiab] AND 2001[dp]', [1]),
        ("wax", []),
    ],
)
def test_terms_find_what_they_say(service: Eutils, term: str, hits: list[int]) -> None:
    assert ids(get(service, f"esearch.fcgi?db=pubmed&term={quote(term)}")) == hits


def test_nobody_sees_behind_the_cap(service: Eutils) -> None:
    root = get(service, "esearch.fcgi?term=all[sb]&retmax=10000&usehistory=y")
    assert (root.findtext("Count"), len(ids(root))) == ("7", 5)
    assert "cannot be larger" in (get(service, "esearch.fcgi?term=all[sb]&retstart=5").findtext("ERROR") or "")
    history = f"WebEnv={root.findtext('WebEnv')}&query_key={root.findtext('QueryKey')}"
    assert ids(get(service, f"efetch.fcgi?{history}&retstart=3&retmax=9")) == [4, 3]
    with pytest.raises(urllib.error.HTTPError, match="400") as caught:
        get(service, f"efetch.fcgi?{history}&retstart=5")
    caught.value.close()


def test_posted_ids_are_remembered_until_the_history_expires(service: Eutils) -> None:
    root = get(service, "epost.fcgi?id=2,3")
    history = f"WebEnv={root.findtext('WebEnv')}&query_key={root.findtext('QueryKey')}"
    assert ids(get(service, f"efetch.fcgi?{history}")) == [2, 3]
    service.expire()
    with pytest.raises(urllib.error.HTTPError, match="400") as caught:
        get(service, f"efetch.fcgi?{history}")
    assert b"Unable to obtain query" in caught.value.read()
    caught.value.close()


@pytest.mark.parametrize("name", ["WebEnv", "webenv"])
def test_parameters_are_read_in_either_case(service: Eutils, name: str) -> None:
    environment = get(service, "epost.fcgi?id=2,3").findtext("WebEnv")
    assert ids(get(service, f"efetch.fcgi?{name}={environment}&query_key=1")) == [2, 3]


@pytest.mark.parametrize("question", ["esearch.fcgi?term=bee&usehistory=y", "epost.fcgi?id=2,3", "efetch.fcgi?id=2,3"])
def test_biopython_reads_every_answer(service: Eutils, question: str) -> None:
    from Bio import Entrez

    with urllib.request.urlopen(f"{service.base_url}/{question}") as answer:
        read = Entrez.read(io.BytesIO(answer.read()))
    if question.startswith("efetch"):
        assert [str(one["MedlineCitation"]["PMID"]) for one in read["PubmedArticle"]] == ["2", "3"]
    else:
        assert read["WebEnv"]


def test_dates_may_stand_beside_the_query(service: Eutils) -> None:
    dated = "term=honey&datetype=edat&mindate=2004&maxdate=2006/12/31"
    assert ids(get(service, f"esearch.fcgi?{dated}")) == [6, 4]


def test_what_goes_beyond_the_rate_is_refused_with_a_pause(service: Eutils) -> None:
    service.rate = 3
    for _ in range(3):
        get(service, "esearch.fcgi?term=bee")
    with pytest.raises(urllib.error.HTTPError, match="429") as caught:
        get(service, "esearch.fcgi?term=bee")
    assert caught.value.headers["Retry-After"] == "1"
    caught.value.close()
    time.sleep(1.0)
    assert get(service, "esearch.fcgi?term=bee").findtext("Count") == "7"


def test_files_that_come_later_are_served_and_their_deletions_kept(service: Eutils, tmp_path: Path) -> None:
    late = [article(8, title="Bee wax", date="<Year>2008</Year>"), deletion(2, 4)]
    (tmp_path / "late.xml").write_bytes(document(*late))
    assert ids(get(service, "esearch.fcgi?term=all[sb]&retmax=9")) == [8, 7, 6, 5, 3]
    assert ids(get(service, "efetch.fcgi?id=2,8")) == [8]
    assert ids(get(service, "esearch.fcgi?term=2008[crdt]")) == [8]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(b"", reset=True), ConnectionResetError),
        (Answer(b"half", promised=8), http.client.IncompleteRead),
        (Answer(b"late", delay=0.5), TimeoutError),
    ],
)
def test_a_broken_answer_breaks_as_it_should(service: Eutils, answer: Answer, error: type[Exception]) -> None:
    service.fault = lambda _number, _verb, _right: answer
    with pytest.raises(error), urllib.request.urlopen(f"{service.base_url}/esearch.fcgi", timeout=0.2) as sent:
        sent.read()


def test_faults_are_dealt_by_the_seed() -> None:
    def struck(seed: int) -> list[Answer]:
        fault = dealt(seed, 0.3)
        return [fault(number, "efetch", Answer(document(article(1), article(2)))) for number in range(1_000)]

    right = Answer(document(article(1), article(2)))
    assert struck(1) == struck(1) != struck(2)
    assert 250 < sum(answer != right for answer in struck(1)) < 350


def test_each_fault_changes_the_answer() -> None:
    right = Answer(document(article(1), article(2)))
    assert [name for name, change in FAULTS.items() if change(right, random.Random(1)) == right] == []


def test_it_runs_as_a_program(tmp_path: Path) -> None:
    (tmp_path / "bees.xml").write_bytes(document(article(1)))
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "tests.eutils", str(tmp_path)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        try:
            assert process.stdout is not None
            base_url = process.stdout.readline().strip().partition("=")[2]
            with urllib.request.urlopen(f"{base_url}/esearch.fcgi?term=bees") as answer:
                assert b"<Id>1</Id>" in answer.read()
        finally:
            process.terminate()
