"""What the E-utilities say: esearch, epost, efetch, history, the cap, the rate limit; no socket in here."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from tests.eutils.catalogue import Catalogue, QueryError

CAP = 9_999
Parameters = dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back, and how: the defaults are those of a service in good health."""

    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    promised: int | None = None
    """The Content-Length when it is not the truth."""
    reset: bool = False
    """Break the connection instead."""
    delay: float = 0.0
    """Seconds before the first byte."""
    trickle: float = 0.0
    """Seconds over which the body is spread."""
    forgets: bool = False
    """Every search before this answer has expired."""


Fault = Callable[[int, str, Answer], Answer]
"""Given the number of the request, its verb and the right answer, returns the answer to send."""


@dataclass(slots=True)
class Eutils:
    """The service: a catalogue, its history of searches, and the faults it is told to have."""

    catalogue: Catalogue
    cap: int = CAP
    fault: Fault = lambda _number, _verb, answer: answer
    rate: float | None = None
    """Requests in any one second; what goes beyond is refused with a 429."""
    requests: Counter[str] = field(default_factory=Counter)
    asked: list[Parameters] = field(default_factory=list)
    base_url: str = ""
    _history: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _recent: deque[float] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def expire(self) -> None:
        """Forget every search, as the service does after some hours."""
        self._history.clear()

    def answer(self, verb: str, parameters: Parameters) -> Answer:
        """Return what the service says to one request."""
        with self._lock:
            self.requests[verb] += 1
            self.asked.append(parameters)
            number = next(self._numbers)
            if self._too_fast():
                return _BUSY
            self.catalogue.refresh()
            verbs = {"esearch": self._esearch, "epost": self._epost, "efetch": self._efetch}
            right = verbs[verb](parameters) if verb in verbs else Answer(b"no such utility", 404)
            answer = self.fault(number, verb, right)
            if answer.forgets:
                self.expire()
            return answer

    def _too_fast(self) -> bool:
        """Tell whether the last second is full; a refused request does not count."""
        now = time.monotonic()
        while self._recent and now - self._recent[0] >= 1:
            self._recent.popleft()
        if self.rate is not None and len(self._recent) >= self.rate:
            return True
        self._recent.append(now)
        return False

    def _esearch(self, parameters: Parameters) -> Answer:
        try:
            hits = self.catalogue.search(_term(parameters))
        except QueryError as error:
            return _search_answer(0, [], f"<ErrorList><FieldNotFound>{escape(str(error))}</FieldNotFound></ErrorList>")
        start = int(parameters.get("retstart", 0))
        if start >= self.cap:
            return _xml(
                "<eSearchResult><ERROR>Search Backend failed: Exception:\n"
                f"'retstart' cannot be larger than {self.cap - 1}."
                f" For PubMed, ESearch can only retrieve the first {self.cap} records</ERROR></eSearchResult>"
            )
        end = min(start + int(parameters.get("retmax", 20)), self.cap)
        return _search_answer(
            len(hits), hits[start:end], self._remember(hits) if parameters.get("usehistory") == "y" else ""
        )

    def _epost(self, parameters: Parameters) -> Answer:
        return _xml(f"{_POST_TYPE}<ePostResult>{self._remember(_ids(parameters))}</ePostResult>")

    def _efetch(self, parameters: Parameters) -> Answer:
        start = int(parameters.get("retstart", 0))
        if start >= self.cap:
            return Answer(b"'retstart' cannot be larger than %d" % (self.cap - 1), 400)
        pmids = _ids(parameters)
        if "webenv" in parameters:
            key = (parameters["webenv"], parameters.get("query_key", ""))
            if key not in self._history:
                return Answer(b"<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>", 400)
            pmids = self._history[key]
        chosen = pmids[start : min(start + int(parameters.get("retmax", 10_000)), self.cap)]
        records = (self.catalogue.entries[pmid].data for pmid in chosen if pmid in self.catalogue.entries)
        return Answer(_HEAD + _PAGE_TYPE + b"<PubmedArticleSet>\n" + b"\n".join(records) + b"\n</PubmedArticleSet>\n")

    def _remember(self, pmids: list[int]) -> str:
        environment = f"MCID_{next(self._numbers):08x}"
        self._history[environment, "1"] = pmids
        return f"<QueryKey>1</QueryKey><WebEnv>{environment}</WebEnv>"


_HEAD = b'<?xml version="1.0" encoding="UTF-8" ?>\n'
# Bio.Entrez.read wants to know the document's type; these are the real ones.
_SEARCH_TYPE = (
    '<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN"'
    ' "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
)
_POST_TYPE = (
    '<!DOCTYPE ePostResult PUBLIC "-//NLM//DTD epost 20090526//EN"'
    ' "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20090526/epost.dtd">\n'
)
_PAGE_TYPE = (
    b'<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN"'
    b' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)
_BUSY = Answer(
    b'{"error":"API rate limit exceeded","api-key":"127.0.0.1","count":"4","limit":"3"}\n',
    429,
    (("Retry-After", "1"),),
)


def _term(parameters: Parameters) -> str:
    """Return the query with the dates that may stand beside it."""
    term, first, last = (parameters.get(name, "") for name in ("term", "mindate", "maxdate"))
    return f"({term}) AND {first}:{last}[{parameters.get('datetype', 'pdat')}]" if first and last else term


def _xml(body: str) -> Answer:
    return Answer(_HEAD + body.encode())


def _search_answer(count: int, pmids: list[int], more: str) -> Answer:
    ids = "".join(f"<Id>{pmid}</Id>" for pmid in pmids)
    return _xml(f"{_SEARCH_TYPE}<eSearchResult><Count>{count}</Count><IdList>{ids}</IdList>{more}</eSearchResult>")


def _ids(parameters: Parameters) -> list[int]:
    return [int(pmid) for pmid in parameters.get("id", "").split(",") if pmid.strip().isdigit()]
