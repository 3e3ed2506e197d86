"""PubMed as a source: a query becomes PMIDs, PMIDs become pages of raw XML; every PMID is accounted for."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from expertmine.errors import ConfigError, SourceError
from expertmine.progress import announce, track
from expertmine.sources.entrez import HOME, Service, ask, is_loopback, pause
from expertmine.sources.query import check_query
from expertmine.sources.replies import Found, delivered, read_search, whole_page

CAP = 9_999
"""The service shows no more hits of one search than these."""
AGAIN = 3
"""How often a PMID that did not come is asked for again."""
_log = logging.getLogger(__name__)


class Page(NamedTuple):
    """What the service sent in one answer."""

    name: str
    data: bytes
    """The XML as it came."""
    asked: tuple[int, ...]
    withdrawn: tuple[int, ...]
    """PMIDs that the service lists but did not send, however often they were asked for."""


@dataclass(frozen=True, slots=True)
class PubMed:
    """A query to PubMed through the E-utilities.

    Parameters
    ----------
    query
        As typed into PubMed's search box.
    email
        Yours; the service wants to know whom to write to before it blocks anybody.
    api_key
        Of your NCBI account; allows three times as many requests. It is never shown.
    base_url
        Another address of the E-utilities, else the environment's EXPERTMINE_EUTILS_BASE, else the real one.
    max_records
        Take the newest so many; None takes all.
    rate
        Requests a second, shared by all processes of this host. By default 2.7, with a key 9; on a loopback
        address there is no limit.
    patience
        Seconds that the first pause after a fault may last; each next one may last twice as long, a minute at most.
        By default 1, on a loopback address a fiftieth.

    Raises
    ------
    ConfigError
        If the query is empty or has an unknown field tag, the e-mail is none, or a number is not positive.

    Examples
    --------
    >>> PubMed("fibromuscular dysplasia[mesh]", email="me@uni.example", api_key="secret")
    PubMed(query='fibromuscular dysplasia[mesh]', email='me@uni.example')
    """

    query: str
    email: str
    api_key: str | None = field(default=None, repr=False, kw_only=True)
    base_url: str = field(default="", repr=False, kw_only=True)
    tool: str = field(default="expertmine", repr=False, kw_only=True)
    max_records: int | None = field(default=None, repr=False, kw_only=True)
    rate: float | None = field(default=None, repr=False, kw_only=True)
    page_size: int = field(default=200, repr=False, kw_only=True)
    timeout: float = field(default=120.0, repr=False, kw_only=True)
    patience: float | None = field(default=None, repr=False, kw_only=True)

    def __post_init__(self) -> None:
        check_query(self.query)
        if "@" not in self.email.strip(" @"):
            raise ConfigError(f"email is {self.email!r}; the service wants an address it can write to")
        for name in ("max_records", "rate", "page_size", "timeout"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise ConfigError(f"{name} is {value}, expected a number above 0")
        if urlsplit(self.service.base_url).scheme not in {"http", "https"}:
            raise ConfigError(f"base_url is {self.service.base_url!r}, expected an http or https address")

    @property
    def service(self) -> Service:
        """Where and how questions are put."""
        base = (self.base_url or os.environ.get("EXPERTMINE_EUTILS_BASE") or HOME).rstrip("/")
        local = is_loopback(base)
        usual = None if local else 9.0 if self.api_key else 2.7
        patience = self.patience if self.patience is not None else 0.02 if local else 1.0
        return Service(
            base_url=base, email=self.email, tool=self.tool, api_key=self.api_key, rate=self.rate or usual,
            timeout=self.timeout, patience=patience,
        )  # fmt: skip

    def count(self) -> int:
        """Return how many records the query finds, `max_records` or not."""
        return self._find(self.query.strip(), most=0).total

    def search(self) -> list[int]:
        """Return the PMIDs that the query finds, in ascending order.

        Above 9,999 hits the search is cut by entry date, and a day above that by PMID, until every slice is
        seen whole.

        Raises
        ------
        ConfigError
            If the service does not know a field of the query or refuses the key.
        SourceError
            If it gives no answer, or the slices do not add up to the whole.
        """
        announce("searching PubMed", 0)
        most = min(CAP, self.max_records or CAP)
        found = self._find(self.query.strip(), most=most)
        if len(found.pmids) == min(found.total, self.max_records or found.total):
            return sorted(found.pmids)
        pmids = sorted({pmid for part in self._slices(self.query.strip(), _Days.all(), found.total) for pmid in part})
        if len(pmids) != found.total:
            raise SourceError(
                f"the search finds {found.total} records but its slices hold {len(pmids)}: PubMed has changed"
                " meanwhile; run the same command again",
                retry=True,
            )
        return pmids[-(self.max_records or found.total) :]

    def pages(self, pmids: Sequence[int] | None = None) -> Iterator[Page]:
        """Yield the records of these PMIDs (by default of the search) as raw XML, up to `page_size` a page.

        Raises
        ------
        SourceError
            If a page could not be had; the pages before it are good.
        """
        wanted = sorted(set(self.search() if pmids is None else pmids))
        chunks = [wanted[start : start + self.page_size] for start in range(0, len(wanted), self.page_size)]
        for chunk in track(chunks, "fetching from PubMed", len(chunks)):
            yield from self._reconciled(chunk)

    def _reconciled(self, pmids: Sequence[int]) -> list[Page]:
        """Ask for what is missing, alone, until it has come or is known not to."""
        missing, pages = tuple(pmids), []
        for attempt in range(1 + AGAIN):
            if attempt:
                pause(self.service, attempt)
            data = ask(self.service, "efetch", {"id": ",".join(map(str, missing)), "retmode": "xml"}, whole_page)
            again = f"-again{attempt}" if attempt else ""
            pages.append(Page(f"pubmed-{pmids[0]:08d}-{pmids[-1]:08d}{again}.xml", data, missing, ()))
            came = delivered(data)
            missing = tuple(pmid for pmid in missing if pmid not in came.whole)
            if not missing:
                return pages
        withdrawn = tuple(pmid for pmid in missing if pmid not in came.damaged)
        _log.warning("%d records were listed but not sent in %d tries", len(withdrawn), 1 + AGAIN)
        return [*pages[:-1], pages[-1]._replace(withdrawn=withdrawn)]

    def _find(self, term: str, *, most: int) -> Found:
        question: dict[str, str | int] = {"term": term, "retmax": most, "retmode": "xml"}
        found = ask(self.service, "esearch", question, read_search)
        if len(found.pmids) < min(found.total, most):  # a cut list, or a lower cap than we know of
            found = ask(self.service, "esearch", question, read_search)
        return found

    def _slices(self, query: str, span: _Span, total: int) -> Iterator[tuple[int, ...]]:
        """Yield the hits of a span with too many of them, in disjoint slices that can each be seen whole."""
        *parts, last = span.parts()
        for part in parts:
            found = self._find(f"({query}) AND {part.clause()}", most=CAP)
            total -= found.total
            yield from self._whole(query, part, found)
        if total > CAP:  # what is left is known without asking
            yield from self._slices(query, last, total)
        elif total:
            yield from self._whole(query, last, self._find(f"({query}) AND {last.clause()}", most=CAP))

    def _whole(self, query: str, span: _Span, found: Found) -> Iterator[tuple[int, ...]]:
        if len(found.pmids) == found.total:
            yield found.pmids
        else:
            yield from self._slices(query, span, found.total)


class _Span(Protocol):
    """A stretch of the catalogue that can be named in a query and cut."""

    def clause(self) -> str: ...

    def parts(self) -> Sequence[_Span]: ...


@dataclass(frozen=True, slots=True)
class _Numbers:
    """PMIDs from first to last, among the hits of another condition."""

    first: int
    last: int
    among: str = ""

    def clause(self) -> str:
        return f"{self.among}{self.first}:{self.last}[uid]"

    def parts(self) -> Sequence[_Span]:
        if self.first == self.last:
            raise SourceError(f"the service does not show the record with PMID {self.first} that it counts", retry=True)
        middle = (self.first + self.last) // 2
        return _Numbers(self.first, middle, self.among), _Numbers(middle + 1, self.last, self.among)


@dataclass(frozen=True, slots=True)
class _Days:
    """Entry dates from first to last: dates of publication heap on the first of January, these do not."""

    first: date
    last: date

    @classmethod
    def all(cls) -> _Days:
        """Every day on which PubMed may have taken up a record."""
        return cls(date(1800, 1, 1), date(2199, 12, 31))

    def clause(self) -> str:
        return f"{self.first:%Y/%m/%d}:{self.last:%Y/%m/%d}[edat]"

    def parts(self) -> Sequence[_Span]:
        if self.first == self.last:
            return (_Numbers(1, 2**31 - 1, f"{self.clause()} AND "),)
        middle = self.first + timedelta(days=(self.last - self.first).days // 2)
        return _Days(self.first, middle), _Days(middle + timedelta(days=1), self.last)
