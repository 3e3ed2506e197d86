"""Questions to the double as clients put them: with urllib, and with plain Bio.Entrez."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode

from lxml import etree

from tests.eutils import Eutils
from tests.sources.invented import article

HOME = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
Question = Mapping[str, str | int]


class Reply(NamedTuple):
    """What came back, refusals too."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def root(self) -> etree._Element:
        return etree.fromstring(self.body)

    @property
    def ids(self) -> list[int]:
        return [int(one.text) for one in self.root.iter("Id", "PMID")]

    def said(self, kind: str) -> list[str]:
        """Return the texts of an element, wherever it stands."""
        return [one.text or "" for one in self.root.iter(kind)]

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)["esearchresult"]
        return found


def ask(service: Eutils, verb: str, question: Question, *, post: bool = False) -> Reply:
    """Ask with urllib."""
    query = urlencode(question)
    url = f"{service.base_url}/{verb}.fcgi"
    try:
        with urllib.request.urlopen(url if post else f"{url}?{query}", query.encode() if post else None) as answer:
            return Reply(answer.status, dict(answer.headers), answer.read())
    except HTTPError as error:
        with error:
            return Reply(error.code, dict(error.headers), error.read())


def search(service: Eutils, term: str, **more: str | int) -> Reply:
    """Search with urllib."""
    return ask(service, "esearch", {"db": "pubmed", "term": term, **more})


def kept(service: Eutils, term: str = "all[sb]") -> Question:
    """Search, and return where the result is kept."""
    reply = search(service, term, usehistory="y")
    return {"WebEnv": reply.said("WebEnv")[0], "query_key": reply.said("QueryKey")[0]}


@contextmanager
def biopython(service: Eutils) -> Iterator[Any]:
    """Let Bio.Entrez speak to the double while the block lasts, without pauses and without second tries."""
    from Bio import Entrez

    before = Entrez.email, Entrez.max_tries, urllib.request._opener  # type: ignore[attr-defined]
    Entrez.email, Entrez.max_tries = "me@uni.example", 1
    urllib.request.install_opener(urllib.request.build_opener(_Route(service.base_url)))
    try:
        yield Entrez
    finally:
        Entrez.email, Entrez.max_tries, _ = before
        urllib.request.install_opener(before[2])


class _Route(urllib.request.BaseHandler):
    """Sends Bio.Entrez's requests to the double, at once."""

    handler_order = 100

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url

    def https_request(self, request: urllib.request.Request) -> urllib.request.Request:
        from Bio import Entrez

        Entrez._open.previous = 0.0
        request.full_url = request.full_url.replace(HOME, self.base_url)
        return request


def day(status: str, date: str) -> str:
    """Return an event of a record's history, as PubMed writes it."""
    year, month, number = date.split("/")
    return (
        f'<PubMedPubDate PubStatus="{status}"><Year>{year}</Year><Month>{int(month)}</Month>'
        f"<Day>{int(number)}</Day></PubMedPubDate>"
    )


def record(pmid: int, *, entered: str, created: str = "", revised: str = "", title: str = "Of bees.") -> str:
    """Return a record with its dates, given as year/month/day."""
    year, month, number = (revised or created or entered).split("/")
    return article(
        pmid,
        title=title,
        date=f"<Year>{entered[:4]}</Year>",
        after=f"<DateRevised><Year>{year}</Year><Month>{month}</Month><Day>{number}</Day></DateRevised>",
        data=f"<History>{day('entrez', entered)}{day('pubmed', created or entered)}</History>",
    )
