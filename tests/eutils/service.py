"""What the E-utilities say: esearch, epost, efetch, history, the cap, keys and their rate; no socket in here."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from tests.eutils import answers
from tests.eutils.answers import Answer
from tests.eutils.catalogue import Catalogue
from tests.eutils.sorting import ORDERS, in_order
from tests.eutils.terms import QueryError, Search, UnknownTag

CAP = 9_999
RATE, KEYED_RATE = 3, 10
"""Requests in any one second that the real service allows an address, and a key."""
Parameters = dict[str, str]
Fault = Callable[[int, str, Answer], Answer]
"""Given the number of the request, its verb and the right answer, returns the answer to send."""


class Request(NamedTuple):
    """One question as it came in; the first has the number 0."""

    number: int
    verb: str
    parameters: Parameters


@dataclass(slots=True)
class Eutils:
    """The service: a catalogue, its history of searches, and the faults it is told to have."""

    catalogue: Catalogue
    cap: int = CAP
    fault: Fault = lambda _number, _verb, answer: answer
    rate: float | None = None
    """Requests in any one second from one address; what goes beyond is refused with a 429."""
    keyed_rate: float | None = None
    """The same with one key, from anywhere; by default as without."""
    keys: frozenset[str] | None = None
    """The keys that are valid; by default any."""
    unknown_tag: UnknownTag = "ignored"
    expired_status: int = 400
    """What efetch answers to a WebEnv that has expired: the service has been seen to say it with 400 and with 200."""
    today: date | None = None
    """The day that `reldate` and "last 30 days" count back from; by default the real one."""
    script: Callable[[Request, Answer], Answer] = lambda _request, answer: answer
    log: Callable[[str], None] = lambda _line: None
    requests: Counter[str] = field(default_factory=Counter)
    asked: list[Parameters] = field(default_factory=list)
    base_url: str = ""
    _history: dict[str, dict[int, list[int]]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _environments: Iterator[int] = field(default_factory=itertools.count)
    _recent: dict[str, deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def expire(self) -> None:
        """Forget every search, as the service does after some hours."""
        self._history.clear()

    def answer(self, verb: str, parameters: Parameters, *, address: str = "127.0.0.1") -> Answer:
        """Return what the service says to one request."""
        with self._lock:
            self.requests[verb] += 1
            self.asked.append(parameters)
            request = Request(next(self._numbers), verb, parameters)
            answer = self._refusal(parameters, address)
            if answer is None:
                answer = self._struck(request, self._right(request))
            if answer.forgets:
                self.expire()
            self.log(_line(request, answer))
            return answer

    def _struck(self, request: Request, right: Answer) -> Answer:
        return self.fault(request.number, request.verb, self.script(request, right))

    def _right(self, request: Request) -> Answer:
        self.catalogue.refresh()
        verbs = {"esearch": self._esearch, "epost": self._epost, "efetch": self._efetch}
        if request.verb not in verbs:
            return Answer(b"no such utility", 404, answers.PLAIN)
        return verbs[request.verb](request.parameters)

    def _refusal(self, parameters: Parameters, address: str) -> Answer | None:
        """Return what is said to a wrong key or to whoever asks too fast; a refused request does not count."""
        key = parameters.get("api_key", "")
        if key and self.keys is not None and key not in self.keys:
            return answers.refused(
                {"error": "API key invalid", "api-key": key, "type": "invalid", "status": "unknown"}, 400
            )
        rate = self.keyed_rate if key and self.keyed_rate is not None else self.rate
        recent, now = self._recent.setdefault(key or address, deque()), time.monotonic()
        while recent and now - recent[0] >= 1:
            recent.popleft()
        if rate is None or len(recent) < rate:
            recent.append(now)
            return None
        told = {"error": "API rate limit exceeded", "api-key": key or address}
        busy = answers.refused({**told, "count": str(len(recent) + 1), "limit": f"{rate:g}"}, 429)
        limits = (("Retry-After", "1"), ("X-RateLimit-Limit", f"{rate:g}"), ("X-RateLimit-Remaining", "0"))
        return replace(busy, headers=busy.headers + limits)

    def _esearch(self, parameters: Parameters) -> Answer:
        as_json = parameters.get("retmode") == "json"
        environment = parameters.get("webenv", "")
        start, most = _number(parameters, "retstart", 0), _number(parameters, "retmax", 20)
        fault = self._cannot_search(parameters, environment)
        if not fault and start >= self.cap:
            fault = f"Search Backend failed: Exception:\n{self._too_far()}"
        if fault:
            return answers.no_search(fault, as_json=as_json)
        sets = self._history.get(environment, {})
        search = Search(self.catalogue, sets, self.today or date.today(), self.unknown_tag)
        try:
            hits = search.hits(full_term(parameters))
        except QueryError as error:
            return answers.no_search(f"Search Backend failed: {error}", as_json=as_json)
        if parameters.get("rettype") == "count":
            return answers.only_count(len(hits.pmids), as_json=as_json)
        notes = [f"Unknown sort schema '{parameters['sort']}' ignored"] if _unsorted(parameters) else []
        if start + most > self.cap:
            notes.append(f"Restrictions achieved. start and count adjusted to {start}, {self.cap - start}")
        pmids = in_order(self.catalogue, hits.pmids, order=parameters.get("sort", ""), term=parameters.get("term", ""))
        remarks = {**hits.remarks, "OutputMessage": [*hits.remarks.get("OutputMessage", ()), *notes]}
        kept = self._remember(pmids, environment) if parameters.get("usehistory") == "y" else None
        shown = pmids[start : min(start + most, self.cap)]
        return answers.found(
            answers.Listing(len(pmids), start, shown, hits.translation, remarks, kept), as_json=as_json
        )

    def _cannot_search(self, parameters: Parameters, environment: str) -> str:
        if parameters.get("db", "pubmed") != "pubmed":
            return f"Invalid db name specified: {parameters['db']}"
        if environment and environment not in self._history:
            return "Unable to obtain query #1"
        if not parameters.get("term", "").strip() and not parameters.get("query_key"):
            return "Empty term and query_key - nothing todo"
        return ""

    def _too_far(self) -> str:
        return (
            f"'retstart' cannot be larger than {self.cap - 1}. For PubMed, ESearch can only retrieve the first"
            f" {self.cap:,} records matching the query. To obtain more than {self.cap:,} PubMed records, consider"
            " using <EDirect> that contains additional logic to batch PubMed search results automatically so that an"
            " arbitrary number can be retrieved."
        )

    def _epost(self, parameters: Parameters) -> Answer:
        ids = [one.strip() for one in parameters.get("id", "").split(",") if one.strip()]
        environment = parameters.get("webenv", "")
        if environment and environment not in self._history:
            return answers.no_fetch("Unable to obtain query #1", 400)
        if not ids:
            return answers.document("ePostResult", "<ERROR>Empty ID list; Nothing to store</ERROR>", status=400)
        kept = self._remember([int(one) for one in ids if one.isdecimal()], environment)
        return answers.posted(kept, [one for one in ids if not one.isdecimal()])

    def _efetch(self, parameters: Parameters) -> Answer:
        start, most = _number(parameters, "retstart", 0), _number(parameters, "retmax", 10_000)
        rettype, retmode = parameters.get("rettype", ""), parameters.get("retmode", "")
        if start >= self.cap:
            return answers.no_fetch(self._too_far(), 400)
        pmids = _ids(parameters)
        if "webenv" in parameters:
            key = _number(parameters, "query_key", 1)
            kept = self._history.get(parameters["webenv"], {}).get(key)
            if kept is None:
                return answers.no_fetch("Unable to obtain query #1", self.expired_status)
            pmids = kept
        elif not pmids:
            return answers.no_fetch("Empty id list - nothing todo", 400)
        chosen = pmids[start : min(start + most, self.cap)]
        if rettype == "uilist":
            return answers.id_list(chosen, as_xml=retmode == "xml")
        if retmode not in {"", "xml"} or (rettype not in {"", "full", "abstract", "medline"}):
            return answers.no_fetch(f"Cannot process rettype '{rettype}' with retmode '{retmode}'", 400)
        return answers.page(self.catalogue.entries[one].data for one in chosen if one in self.catalogue.entries)

    def _remember(self, pmids: list[int], environment: str) -> tuple[int, str]:
        """Keep a result under the next number of its environment."""
        name = environment or f"MCID_{next(self._environments):08x}"
        sets = self._history.setdefault(name, {})
        sets[len(sets) + 1] = pmids
        return len(sets), name


def full_term(parameters: Parameters) -> str:
    """Return the query with the earlier result and the dates that may stand beside it."""
    term, kind = parameters.get("term", "").strip(), parameters.get("datetype", "pdat")
    if parameters.get("query_key"):
        term = f"#{parameters['query_key']}" + (f" AND ({term})" if term else "")
    if parameters.get("mindate") and parameters.get("maxdate"):
        return f"({term}) AND {parameters['mindate']}:{parameters['maxdate']}[{kind}]"
    return f'({term}) AND "last {parameters["reldate"]} days"[{kind}]' if parameters.get("reldate") else term


def _unsorted(parameters: Parameters) -> bool:
    return bool(parameters.get("sort")) and parameters["sort"].lower() not in ORDERS


def _number(parameters: Parameters, name: str, usual: int) -> int:
    value = parameters.get(name, "")
    return int(value) if value.isdecimal() else usual


def _ids(parameters: Parameters) -> list[int]:
    return [int(pmid) for pmid in parameters.get("id", "").split(",") if pmid.strip().isdigit()]


def _line(request: Request, answer: Answer) -> str:
    """Return a line for the log; of a key it says only that there was one."""
    told = {name: value for name, value in request.parameters.items() if name not in {"tool", "email", "db", "api_key"}}
    if "id" in told:
        told["id"] = f"{len(told['id'].split(','))} ids"
    words = " ".join(f"{name}={value}" for name, value in told.items())
    key = " with a key" if request.parameters.get("api_key") else ""
    fault = f", fault: {answer.fault}" if answer.fault else ""
    sent = "reset" if answer.reset else f"{answer.status}, {len(answer.body):,} bytes"
    return f"{request.number + 1} {request.verb}{key} {words[:200]} -> {sent}{fault}"
