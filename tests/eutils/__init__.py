"""A double of NCBI's E-utilities on this machine, over a folder of PubMed XML, with its limits and its bad days.

`python -m tests.eutils FOLDER --port P` serves until interrupted; `with serving(folder) as base_url:` in
code. Files added to the folder meanwhile are served too, and what they delete is gone.

    records.py    XML cut into records, their dates and words        terms.py      the query language
    catalogue.py  the folder, read again where it has changed        fields.py     the tags
    service.py    esearch, epost, efetch, history, the cap, keys     sorting.py    the orders
    answers.py    XML and JSON as the service writes them            script.py     faults where a script wants them
    faults.py     what spoils an answer, and dice that deal it       oddities.py   faults that know the records
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseServer
from urllib.parse import parse_qsl, urlsplit

from tests.eutils.answers import Answer
from tests.eutils.catalogue import Catalogue
from tests.eutils.service import CAP, Eutils, Fault

__all__ = ["CAP", "Answer", "Eutils", "Fault", "running", "serving"]
_DROPS = 20
Address = tuple[str, int]


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, eutils: Eutils, request: socket.socket, address: Address, server: BaseServer) -> None:
        self.eutils = eutils
        super().__init__(request, address, server)

    def do_GET(self) -> None:
        self._reply(urlsplit(self.path).query)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode("utf-8", "replace")
        self._reply(f"{urlsplit(self.path).query}&{body}")

    def _reply(self, query: str) -> None:
        verb = urlsplit(self.path).path.rpartition("/")[2].removesuffix(".fcgi")
        parameters = {name.lower(): value for name, value in parse_qsl(query)}
        answer = self.eutils.answer(verb, parameters, address=self.client_address[0])
        time.sleep(answer.delay)
        if answer.reset:
            self._break()
        else:
            with contextlib.suppress(ConnectionError):  # whoever has lost patience has hung up
                self._send(answer)

    def _send(self, answer: Answer) -> None:
        length = len(answer.body) if answer.promised is None else answer.promised
        self.send_response_only(answer.status)
        usual = {"Date": self.date_time_string(), "Content-Type": "text/xml; charset=UTF-8"}
        headers = {**usual, **dict(answer.headers), "Content-Length": str(length)}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        step = -(-len(answer.body) // _DROPS) if answer.trickle else len(answer.body)
        for start in range(0, len(answer.body), step or 1):
            self.wfile.write(answer.body[start : start + step])
            time.sleep(answer.trickle / _DROPS)

    def _break(self) -> None:
        """Close without farewell: with no time to linger, TCP sends a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent: tests and the demo print what matters."""


@contextmanager
def running(eutils: Eutils, *, port: int = 0) -> Iterator[Eutils]:
    """Serve in a thread of its own while the block lasts; `base_url` says where."""
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, eutils))
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
