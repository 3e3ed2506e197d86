"""A loopback E-utilities service over a folder of PubMed XML: esearch, epost, efetch, history, the cap.

`python -m tests.eutils FOLDER --port P` serves until interrupted; `with serving(folder) as base_url:` in
code.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

from tests.eutils.catalogue import Catalogue, QueryError

CAP = 9_999
Parameters = dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back; `promised` is the Content-Length when it is not the truth."""

    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    promised: int | None = None


Fault = Callable[[int, str, Answer], Answer]
"""Given the number of the request, its verb and the right answer, returns the answer to send."""


@dataclass(slots=True)
class Eutils:
    """The service: a catalogue, its history of searches, and the faults it is told to have."""

    catalogue: Catalogue
    cap: int = CAP
    fault: Fault = lambda _number, _verb, answer: answer
    requests: Counter[str] = field(default_factory=Counter)
    asked: list[Parameters] = field(default_factory=list)
    base_url: str = ""
    _history: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)
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
            verbs = {"esearch": self._esearch, "epost": self._epost, "efetch": self._efetch}
            right = verbs[verb](parameters) if verb in verbs else Answer(b"no such utility", 404)
            return self.fault(number, verb, right)

    def _esearch(self, parameters: Parameters) -> Answer:
        try:
            hits = self.catalogue.search(parameters.get("term", ""))
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
        return _xml(f"<ePostResult>{self._remember(_ids(parameters))}</ePostResult>")

    def _efetch(self, parameters: Parameters) -> Answer:
        start = int(parameters.get("retstart", 0))
        if start >= self.cap:
            return Answer(b"'retstart' cannot be larger than %d" % (self.cap - 1), 400)
        pmids = _ids(parameters)
        if "WebEnv" in parameters:
            key = (parameters["WebEnv"], parameters.get("query_key", ""))
            if key not in self._history:
                return Answer(b"<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>", 400)
            pmids = self._history[key]
        chosen = pmids[start : min(start + int(parameters.get("retmax", 10_000)), self.cap)]
        records = (self.catalogue.entries[pmid].data for pmid in chosen if pmid in self.catalogue.entries)
        return Answer(_HEAD + b"<PubmedArticleSet>\n" + b"\n".join(records) + b"\n</PubmedArticleSet>\n")

    def _remember(self, pmids: list[int]) -> str:
        environment = f"MCID_{next(self._numbers):08x}"
        self._history[environment, "1"] = pmids
        return f"<QueryKey>1</QueryKey><WebEnv>{environment}</WebEnv>"


_HEAD = b'<?xml version="1.0" ?>\n'


def _xml(body: str) -> Answer:
    return Answer(_HEAD + body.encode())


def _search_answer(count: int, pmids: list[int], more: str) -> Answer:
    ids = "".join(f"<Id>{pmid}</Id>" for pmid in pmids)
    return _xml(f"<eSearchResult><Count>{count}</Count><IdList>{ids}</IdList>{more}</eSearchResult>")


def _ids(parameters: Parameters) -> list[int]:
    return [int(pmid) for pmid in parameters.get("id", "").split(",") if pmid.strip().isdigit()]


def _handler(eutils: Eutils) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._reply(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

        def _reply(self, query: str) -> None:
            verb = urlsplit(self.path).path.rpartition("/")[2].removesuffix(".fcgi")
            answer = eutils.answer(verb, dict(parse_qsl(query)))
            self.send_response(answer.status)
            for name, value in (("Content-Type", "text/xml; charset=UTF-8"), *answer.headers):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body) if answer.promised is None else answer.promised))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent: tests and the demo print what matters."""

    return Handler


@contextmanager
def running(eutils: Eutils, *, port: int = 0) -> Iterator[Eutils]:
    """Serve in a thread of its own while the block lasts; `base_url` says where."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(eutils))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    eutils.base_url = f"http://127.0.0.1:{server.server_port}/entrez/eutils"
    try:
        yield eutils
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def serving(folder: str | Path, *, port: int = 0) -> Iterator[str]:
    """Serve the records of a folder while the block lasts; yields the base URL."""
    with running(Eutils(Catalogue.read(Path(folder))), port=port) as eutils:
        yield eutils.base_url
