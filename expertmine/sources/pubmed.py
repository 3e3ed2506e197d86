"""PubMed as a source: a query becomes PMIDs, PMIDs become pages of raw XML; every PMID is accounted for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from numbers import Real
from typing import NamedTuple

from expertmine.errors import ConfigError, SourceError
from expertmine.progress import announce
from expertmine.sources.entrez import HOME, Service, ask, check_address, is_loopback, pause
from expertmine.sources.query import check_query
from expertmine.sources.replies import EMPTY, Found, delivered, read_search, whole_page
from expertmine.sources.spans import EVERY_DAY, Span

CAP = 9_999
"""The service shows no more hits of one search than these."""
AGAIN = 3
"""How often a PMID that did not come is asked for again."""


class Page(NamedTuple):
    """What the service sent in one answer."""

    data: bytes
    """The XML as it came."""
    came: frozenset[int]
    withdrawn: tuple[int, ...]
    """PMIDs that the service lists but did not send, however often they were asked for."""


class Slice(NamedTuple):
    """A part of a search that was seen whole."""

    clause: str
    """What was added to the query; nothing where the search was not cut."""
    found: Found


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
        if not isinstance(self.email, str) or "@" not in self.email.strip(" @"):
            raise ConfigError(f"email is {self.email!r}; the service wants an address it can write to")
        for name in ("max_records", "rate", "page_size", "timeout"):
            value = getattr(self, name)
            if value is not None and not (isinstance(value, Real) and float(value) > 0):
                raise ConfigError(f"{name} is {value!r}, expected a number above 0")
        check_address(self.base_url or os.environ.get("EXPERTMINE_EUTILS_BASE") or HOME)

    @property
    def service(self) -> Service:
        """Where and how questions are put."""
        base = (self.base_url or os.environ.get("EXPERTMINE_EUTILS_BASE") or HOME).rstrip("/")
        local = is_loopback(base)
        key = (self.api_key or "").strip() or None
        usual = None if local else 9.0 if key else 2.7
        patience = self.patience if self.patience is not None else 0.02 if local else 1.0
        return Service(
            base_url=base, email=self.email.strip(), tool=self.tool, api_key=key, rate=self.rate or usual,
            timeout=self.timeout, patience=patience,
        )  # fmt: skip

    def count(self) -> int:
        """Return how many records the query finds, `max_records` or not."""
        return self._ask(self.query.strip(), most=0).total

    def slices(self, term: str | None = None) -> Iterator[Slice]:
        """Yield the hits of the query (or of another one) in disjoint slices, each seen whole.

        Up to 9,999 hits there is one slice. Above, the search is cut by entry date, and a day above that by PMID.

        Raises
        ------
        ConfigError
            If the service does not know a field of the query or refuses the key.
        SourceError
            If it gives no answer, or the slices do not add up to the whole.
        """
        words = term or self.query.strip()
        found = self._ask(words, most=CAP)
        if len(found.pmids) == found.total:
            yield Slice("", found)
            return
        held: set[int] = set()
        for part in self._cut(words, EVERY_DAY, found.total):
            held.update(part.found.pmids)
            yield part
        if len(held) != found.total:
            raise SourceError(
                f"the search finds {found.total} records but its slices hold {len(held)}: PubMed has changed meanwhile;"
                " run the same command again",
                retry=True,
            )

    def search(self) -> list[int]:
        """Return the PMIDs that the query finds, in ascending order; of `max_records`, the newest."""
        return list(self.find().pmids)

    def find(self) -> Found:
        """Return what the query finds: the whole count, the PMIDs as `search` does, the query as it was understood.

        Raises
        ------
        ConfigError
            If the service does not know a field of the query or refuses the key.
        SourceError
            If it gives no answer, or its slices do not add up to the whole.
        """
        announce("searching PubMed", 0)
        if self.max_records is not None and self.max_records <= CAP:
            found = self._ask(self.query.strip(), most=self.max_records)
            if len(found.pmids) == min(found.total, self.max_records):
                return found._replace(pmids=tuple(sorted(found.pmids)))
        return self._all()

    def changed(self, since: date) -> frozenset[int]:
        """Return the hits that PubMed has taken up or revised since that day.

        Entry dates are of no use here: they are set back; the dates of creation and of revision are not.
        """
        words = f"({self.query.strip()}) AND ({since:%Y/%m/%d}:3000[crdt] OR {since:%Y/%m/%d}:3000[mdat])"
        return frozenset(pmid for part in self.slices(words) for pmid in part.found.pmids)

    def look_again(self, known: frozenset[int], changed: frozenset[int]) -> Found:
        """Return what the query finds now, in one request if that is what was known and what has changed since."""
        found = self._ask(self.query.strip(), most=CAP)
        expected = known | changed
        if len(found.pmids) == found.total:
            return found._replace(pmids=tuple(sorted(found.pmids)))
        return found._replace(pmids=tuple(sorted(expected))) if found.total == len(expected) else self._all()

    @staticmethod
    def complete_day() -> date:
        """Return the last day whose records are all in PubMed: one is complete at noon (UTC) of the next."""
        return (datetime.now(UTC) - timedelta(hours=12)).date() - timedelta(days=1)

    def chunks(self, pmids: Sequence[int] | frozenset[int]) -> list[list[int]]:
        """Return the PMIDs in ascending order, as many together as are asked for at once."""
        ordered = sorted(set(pmids))
        return [ordered[start : start + self.page_size] for start in range(0, len(ordered), self.page_size)]

    def pages(self, pmids: Sequence[int] | None = None) -> Iterator[Page]:
        """Yield the records of these PMIDs (by default of the search) as raw XML, up to `page_size` a page.

        Raises
        ------
        SourceError
            If a page could not be had; the pages before it are good.
        """
        for chunk in self.chunks(self.search() if pmids is None else pmids):
            yield from self._reconciled(chunk)

    def _all(self) -> Found:
        parts = list(self.slices())
        pmids = sorted(pmid for part in parts for pmid in part.found.pmids)
        return Found(len(pmids), tuple(pmids[-(self.max_records or len(pmids)) :]), parts[0].found.translation)

    def _reconciled(self, pmids: Sequence[int]) -> list[Page]:
        """Ask for what is missing, alone, until it has come or is known not to."""
        missing, pages, damaged = tuple(pmids), [], set[int]()
        for attempt in range(1 + AGAIN):
            if attempt:
                pause(self.service, attempt)
            data = ask(self.service, "efetch", {"id": ",".join(map(str, missing)), "retmode": "xml"}, whole_page)
            came = delivered(data)
            if came.whole and came.whole.isdisjoint(missing):  # what nobody asked for is not kept
                data, came = EMPTY, came._replace(whole=frozenset())
            pages.append(Page(data, came.whole | came.damaged, ()))
            damaged |= came.damaged
            missing = tuple(pmid for pmid in missing if pmid not in came.whole)
            if not missing:
                return pages
        withdrawn = tuple(pmid for pmid in missing if pmid not in damaged)
        return [*pages[:-1], pages[-1]._replace(withdrawn=withdrawn)]

    def _ask(self, term: str, *, most: int) -> Found:
        question: dict[str, str | int] = {"term": term, "retmax": most, "retmode": "xml"}
        found = ask(self.service, "esearch", question, read_search)
        if len(found.pmids) < min(found.total, most):  # a cut list, or a lower cap than we know of
            found = ask(self.service, "esearch", question, read_search)
        return found

    def _cut(self, query: str, span: Span, total: int) -> Iterator[Slice]:
        """Yield the hits of a span with too many of them, in disjoint slices that can each be seen whole."""
        *parts, last = span.parts()
        for part in parts:
            found = self._ask(f"({query}) AND {part.clause()}", most=CAP)
            total -= found.total
            yield from self._whole(query, part, found)
        if total > CAP:  # what is left is known without asking
            yield from self._cut(query, last, total)
        elif total > 0:
            yield from self._whole(query, last, self._ask(f"({query}) AND {last.clause()}", most=CAP))

    def _whole(self, query: str, span: Span, found: Found) -> Iterator[Slice]:
        if len(found.pmids) == found.total:
            yield Slice(span.clause(), found)
        else:
            yield from self._cut(query, span, found.total)
