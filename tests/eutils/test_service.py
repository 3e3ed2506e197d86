"""The loopback service behaves like the real one where clients have stumbled; asked here without expertmine."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import etree

from tests.eutils import Eutils, running
from tests.eutils.catalogue import Catalogue
from tests.sources.invented import article, document


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
