"""One question to the E-utilities through Bio.Entrez: where it goes, how long it waits, when it is repeated.

Bio.Entrez hard-codes the service's address, sets no timeout, tries again without a pause and names the key
in its errors; all of that is put right here, around each single call, and nowhere else.
"""

from __future__ import annotations

import hashlib
import http.client
import io
import logging
import random
import re
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any, TypeVar
from urllib.error import HTTPError
from urllib.parse import quote, quote_plus, urlsplit

from expertmine.errors import ConfigError, SourceError
from expertmine.sources.pacing import hold_back, wait_turn

if TYPE_CHECKING:
    from email.message import Message

Answer = TypeVar("Answer")
HOME = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
NO_RECORD = b"ID list is empty"
"""What efetch says, with an <ERROR> and HTTP 400, where none of the PMIDs has a record."""
ATTEMPTS = 10
PATIENCE = 300.0
"""Seconds; whoever asks for a longer pause than this is asked again by the next run."""
_SLOWEST = 2.0
"""Timeouts within which an answer must be all there."""
_CHUNK = 1 << 16
_DAY = 86_400.0
_RETRIED = frozenset({408, 429, 500, 502, 503, 504})
_KEY_REFUSED = re.compile("api key (invalid|not well-?formed)", re.IGNORECASE)
# Of what comes in an <ERROR>, a parameter is ours to mend; all else is the service's own trouble and may pass.
_PARAMETER_REFUSED = re.compile("parameter|cannot be larger|cannot process|nothing todo|invalid db", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?(/[^\s?#@]*)?", re.IGNORECASE)
_ONE_CALL = threading.Lock()
_log = logging.getLogger(__name__)


class Temporary(Exception):  # noqa: N818  (not an error of this library: it is caught before it leaves the room)
    """An answer that another try may better, after the pause the service asked for, if it asked for one."""

    def __init__(self, message: str, pause: float | None = None) -> None:
        super().__init__(message)
        self.pause = pause


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Where the E-utilities are and how they are to be treated."""

    base_url: str
    email: str
    tool: str
    api_key: str | None = field(repr=False)
    rate: float | None
    timeout: float
    patience: float
    """Seconds of the first pause; the pauses grow twofold up to a minute."""

    @property
    def queue(self) -> str:
        """The requests that the service counts together."""
        return hashlib.sha256((self.api_key or self.base_url).encode()).hexdigest()[:12]

    def redact(self, text: str) -> str:
        """Return the text without the key and the e-mail address, also as they stand in an address."""
        for secret in filter(None, (self.api_key, self.email)):
            for form in (secret, quote(secret, safe=""), quote_plus(secret)):
                text = text.replace(form, "[redacted]")
        return text


def ask(service: Service, verb: str, question: Mapping[str, str | int], read: Callable[[bytes], Answer]) -> Answer:
    """Return what `read` makes of the answer; it raises Temporary for an answer that is none.

    Raises
    ------
    ConfigError
        If the service refuses the key.
    SourceError
        If it refuses the question, or gives no usable answer to ten tries.
    """
    for attempt in range(ATTEMPTS):
        try:
            return read(_answer(service, verb, question))
        except Temporary as fault:
            reason, asked = service.redact(str(fault)), fault.pause
        _log.info("%s: try %d of %d failed: %s", verb, attempt + 1, ATTEMPTS, reason)
        if attempt + 1 == ATTEMPTS or (asked or 0) > PATIENCE:
            break
        pause(service, attempt, asked)
    raise SourceError(
        f"{verb} at {urlsplit(service.base_url).netloc} gave no usable answer to {attempt + 1} tries,"
        f" the last time: {reason}; run the same command again later",
        retry=True,
    )


def pause(service: Service, attempt: int, asked: float | None = None) -> None:
    """Wait as asked, else a random time (full jitter: clients must not come back together)."""
    if asked is not None and service.rate is not None:
        hold_back(service.queue, asked)
    jitter = random.SystemRandom().uniform(0, min(60.0, service.patience * 2**attempt))
    time.sleep(jitter if asked is None else asked + jitter / 10)


def _answer(service: Service, verb: str, question: Mapping[str, str | int]) -> bytes:
    from Bio import Entrez

    identity = {"db": "pubmed", "tool": service.tool, "email": service.email, "api_key": service.api_key}
    if service.rate is not None:
        wait_turn(service.queue, service.rate)
    try:
        with _routed(service), getattr(Entrez, verb)(**identity, **question) as handle:
            return _body(handle, deadline=time.monotonic() + _SLOWEST * service.timeout)
    except HTTPError as error:
        said = b""
        with error, suppress(OSError, http.client.HTTPException):
            said = error.read(10_000)
        if error.code == HTTPStatus.BAD_REQUEST and NO_RECORD in said:
            return said  # an answer, whatever its status
        raise _refusal(service, verb, error, said) from None  # the cause would show the address with the key in it
    except (OSError, http.client.HTTPException) as error:
        raise Temporary(f"{type(error).__name__}: {error}") from None


def _body(handle: IO[bytes] | io.TextIOWrapper, *, deadline: float) -> bytes:
    """Return the whole body; a socket's timeout alone would never end an answer that comes byte by byte."""
    stream: Any = handle.buffer if isinstance(handle, io.TextIOWrapper) else handle  # Bio.Entrez wraps plain text
    _refuse_fast_clock(_date(stream.headers.get("Date", "")))
    body = b""
    while chunk := stream.read1(_CHUNK):
        body += chunk
        if time.monotonic() > deadline:
            raise TimeoutError(f"only {len(body)} bytes have come")
    if stream.length:
        raise http.client.IncompleteRead(body, stream.length)
    return body


def _refusal(service: Service, verb: str, error: HTTPError, said: bytes) -> Exception:
    """Return what an HTTP status, and what is said with it, mean; they are judged before anything is redacted."""
    whole = " ".join(said.decode("utf-8", "replace").split())
    words = service.redact(whole)[:200]
    if _KEY_REFUSED.search(whole) and error.code not in _RETRIED:
        return ConfigError(f"the service refuses the API key ({words}); correct it or leave it out")
    if error.code in _RETRIED or ("<ERROR" in whole and not _PARAMETER_REFUSED.search(whole)):
        return Temporary(f"HTTP {error.code} {words}", _retry_after(error.headers))
    reason = words or service.redact(error.reason)
    return SourceError(f"{verb} was refused with HTTP {error.code}: {reason}", retry=False)


def _retry_after(headers: Message) -> float | None:
    """Return the pause asked for, given in seconds or as a date."""
    value = headers.get("Retry-After", "")
    if value.isdecimal():
        return float(value)
    return None if (date := _date(value)) is None else max(0.0, date - time.time())


def _date(value: str) -> float | None:
    """Return a date as HTTP writes it, in seconds since 1970; None if it is none."""
    try:
        return parsedate_to_datetime(value).timestamp()
    except (ValueError, OverflowError):
        return None


def _refuse_fast_clock(date: float | None) -> None:
    """Refuse a clock that runs ahead: the next refresh would look back to a day that has not come yet."""
    if date is not None and (ahead := time.time() - date) > _DAY:
        raise ConfigError(f"this machine's clock is {ahead / _DAY:.0f} days ahead of the service's; set the clock")


@contextmanager
def _routed(service: Service) -> Iterator[None]:
    """Send Bio.Entrez's requests where they should go, one at a time; leave all as found."""
    from Bio import Entrez

    with _ONE_CALL:
        opener, tries = urllib.request._opener, Entrez.max_tries  # type: ignore[attr-defined]
        handlers: list[urllib.request.BaseHandler] = [_Route(service)]
        if is_loopback(service.base_url):
            handlers.append(urllib.request.ProxyHandler({}))
        urllib.request.install_opener(urllib.request.build_opener(*handlers))
        Entrez.max_tries = 1
        Entrez._open.previous = 0.0  # its own pause between requests; ours holds for the whole host
        try:
            yield
        finally:
            urllib.request.install_opener(opener)
            Entrez.max_tries = tries


class _Route(urllib.request.BaseHandler):
    """Turns a request to the real service into one to this service, with a timeout; urllib wants a class."""

    handler_order = 100

    def __init__(self, service: Service) -> None:
        self.service = service

    def https_request(self, request: urllib.request.Request) -> urllib.request.Request:
        """Rewrite the address; requests of other code in this process pass as they are."""
        if request.full_url.startswith(HOME):
            request.full_url = self.service.base_url + request.full_url.removeprefix(HOME)
            request.timeout = self.service.timeout
        return request


def check_address(base_url: str) -> None:
    """Refuse an address that no question can be sent to, and show no password in it."""
    if not _ADDRESS.fullmatch(base_url):
        told = re.sub(r"//.*@|\?.*", "…", base_url, flags=re.DOTALL)
        raise ConfigError(f"base_url is {told!r}, expected an http or https address without user, password or question")


def is_loopback(base_url: str) -> bool:
    """Tell whether the service is on this very host."""
    return urlsplit(base_url).hostname in {"localhost", "127.0.0.1", "::1"}
