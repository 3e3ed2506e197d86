"""PubMed's answers into a corpus: every hit comes or is accounted for, and a kill costs no more than the last page."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from expertmine.acquire.adding import Acquired, take_in
from expertmine.acquire.tables import acquiring, parsed_files, records_of
from expertmine.corpus import Corpus, Draft
from expertmine.corpus.disk import bytes_hash
from expertmine.corpus.journal import Chunk, Search, Tombstone
from expertmine.errors import ConfigError
from expertmine.progress import announce

if TYPE_CHECKING:
    from expertmine.sources import Page, PubMed
    from expertmine.sources.replies import Found

OVERLAP = timedelta(days=7)
"""How far behind its watermark a refresh looks: PubMed's dates are days, and some records appear late."""
BROKEN_OFF = "it broke off before anybody could look at what came"
"""Why what a refresh has begun to bring is held back until it has come to its end."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What one search brought."""

    asked: int
    withdrawn: frozenset[int]
    pages: int
    gone: frozenset[int] = frozenset()


def fetch(corpus: Corpus, source: PubMed) -> Acquired:
    """Fetch what PubMed finds for a query and add it.

    Each page is stored as it comes: after an interruption the same call goes on behind the last one. What an earlier
    fetch of this query brought is not fetched again; `refresh` also asks what has changed since.

    Parameters
    ----------
    corpus
        Where the records go; the query is noted there for the next refresh.
    source
        The query, with the e-mail address that NCBI asks for.

    Raises
    ------
    ConfigError
        If `source` is no `PubMed`, or the service does not know a field of the query or refuses the key.
    SourceError
        If the service or the network fails for good; what had come is kept, and the same call goes on from there.
    """
    from expertmine.sources import PubMed

    if not isinstance(source, PubMed):
        raise ConfigError(f"source is {source!r}, expected a query: `em.PubMed(QUERY, email=ADDRESS)`")
    with acquiring(corpus, "articles", "mentions") as draft:
        before = len(corpus.raw_files())
        fetched = fetch_missing(corpus, draft, source)
        new = len(corpus.raw_files()) - before
        withdrawn = tuple(sorted(fetched.withdrawn))
        came = Acquired(new_files=new, known_files=fetched.pages - new, withdrawn=withdrawn)
        return take_in(corpus, draft, came, verb="fetch")


def fetch_missing(corpus: Corpus, draft: Draft, source: PubMed) -> Fetched:
    """Ask for every hit of the query that has not come yet."""
    last = last_search(corpus, source.query)
    found = source.find()
    known = last.hits - last.withdrawn if last else frozenset()
    wanted = frozenset(found.pmids) - known
    trip = _Trip(corpus, draft, source, last.number + 1 if last else 1, None)
    withdrawn = trip.bring(wanted)
    hits = known.union(found.pmids, brought(trip.chunks))  # of what is no longer found the next refresh will hear
    search = trip.search(found, day=last.day if last else trip.day, hits=hits, withdrawn=withdrawn)
    asked = source.query in corpus.queries  # not if somebody took it out by hand: to fetch it again brings it back
    if not asked or last is None or search != replace(last, number=search.number):
        draft.close_search(search)
    return Fetched(asked=len(wanted), withdrawn=withdrawn, pages=trip.pages)


def fetch_news(corpus: Corpus, draft: Draft, source: PubMed, last: Search) -> Fetched:
    """Ask for what has come or changed since the last search, and note what is gone."""
    changed = source.changed(look_back(source, last))
    trip = _Trip(corpus, draft, source, last.number + 1, held_records(corpus, last.hits))
    known = last.hits | brought(trip.chunks)
    found, hits = find_again(source, known, changed)
    now = frozenset(found.pmids)
    withdrawn = trip.bring((now - last.hits) | (changed & hits)) | (last.withdrawn & hits)
    tombstones = _bury(corpus, source, known - hits, trip.day)
    if trip.chunks or trip.pages or tombstones or hits != last.hits:
        hold_back(corpus, draft)
        draft.close_search(trip.search(found, day=trip.day, hits=hits, withdrawn=withdrawn - trip.came), tombstones)
    gone = frozenset(one.pmid for one in tombstones)
    return Fetched(asked=len(trip.asked), withdrawn=withdrawn - trip.came, pages=trip.pages, gone=gone)


def look_back(source: PubMed, last: Search) -> date:
    """Return the day from which to ask what has come: never from one that a clock since set back took for past."""
    return min(last.day, source.complete_day()) - OVERLAP


def hold_back(corpus: Corpus, draft: Draft) -> None:
    """Before a refresh stores anything: no other verb may publish it, though this one be killed."""
    draft.hold_back(corpus.held_back or BROKEN_OFF)


def find_again(source: PubMed, known: frozenset[int], changed: frozenset[int]) -> tuple[Found, frozenset[int]]:
    """Return what the query finds now, and its hits: where a maximum cuts it, those of before stay hits."""
    most = source.max_records
    found = source.look_again(known, changed) if most is None else source.find()
    hits = frozenset(found.pmids)
    return found, hits | known if most is not None and found.total > most else hits


def brought(chunks: Iterable[Chunk]) -> frozenset[int]:
    """Return what an interrupted trip brought: it is held like the hits of a search, though it be found no longer."""
    return frozenset().union(*(chunk.asked - chunk.withdrawn for chunk in chunks))


def last_search(corpus: Corpus, query: str) -> Search | None:
    """Return the last complete search of this query."""
    return next((one for one in corpus.searches() if one.query == query), None)


def held_records(corpus: Corpus, hits: frozenset[int]) -> Callable[[pa.Table], bool]:
    """Return a function that tells whether some records are all held already, byte for byte, and are among the hits."""
    held: dict[int | None, int] = {}
    refused: set[int] = set()
    for file in corpus.raw_files():
        if file.fetched:
            records = records_of(corpus, file, ["pmid", "digest"])
            held |= dict(zip(records["pmid"].to_pylist(), records["digest"].to_pylist(), strict=True))
            refused.update(records.filter(pc.is_null(records["pmid"]))["digest"].to_pylist())

    def holds(records: pa.Table) -> bool:
        pairs = zip(records["pmid"].to_pylist(), records["digest"].to_pylist(), strict=True)
        return all(
            digest in refused if pmid is None else pmid in hits and held.get(pmid) == digest for pmid, digest in pairs
        )

    return holds


class _Trip:
    """One journey to PubMed for one query: what was asked, what came, where it was put."""

    def __init__(
        self, corpus: Corpus, draft: Draft, source: PubMed, number: int, holds: Callable[[pa.Table], bool] | None
    ) -> None:
        self._corpus, self._draft, self._source = corpus, draft, source
        self._number, self._holds = number, holds
        self.chunks = corpus.chunks(source.query, number)
        self.day = min([source.complete_day(), *(chunk.day for chunk in self.chunks)])
        self.asked: frozenset[int] = frozenset()
        self.came: frozenset[int] = frozenset()
        self.pages = 0

    def bring(self, wanted: frozenset[int]) -> frozenset[int]:
        """Fetch these PMIDs, but for those an interrupted trip has brought; return the ones that did not come."""
        before = frozenset().union(*(chunk.asked for chunk in self.chunks))
        withdrawn = frozenset().union(*(chunk.withdrawn for chunk in self.chunks))
        self.asked, done = wanted, len(before & wanted)
        announce("fetching from PubMed", done, len(wanted))
        for chunk in self._source.chunks(wanted):
            missing = [pmid for pmid in chunk if pmid not in before]
            if missing:
                withdrawn |= self._bring_chunk(missing, stem=f"{chunk[0]:08d}-{chunk[-1]:08d}")
                done += len(missing)
                announce("fetching from PubMed", done, len(wanted))
        self.came = wanted - withdrawn
        return withdrawn & wanted

    def _bring_chunk(self, pmids: list[int], *, stem: str) -> frozenset[int]:
        pages = list(self._source.pages(pmids))
        withdrawn = frozenset(pmid for page in pages for pmid in page.withdrawn)
        if withdrawn:
            log.warning("%d records were listed but not sent, however often they were asked for", len(withdrawn))
        news = [page for page in pages if self._is_news(page)]
        query = hashlib.sha256(self._source.query.encode()).hexdigest()[:8]
        named = [
            (f"pubmed-{query}-{self._number:04d}-{stem}{f'-again{number}' if number else ''}.xml", page.data)
            for number, page in enumerate(news)
        ]
        if named:
            if self._holds is not None:
                hold_back(self._corpus, self._draft)
            chunk = Chunk(frozenset(pmids), withdrawn, self._source.complete_day())
            self._draft.keep_chunk(self._source.query, self._number, named, chunk=chunk)
            self.pages += len(named)
        return withdrawn

    def _is_news(self, page: Page) -> bool:
        """Read the page, and keep what was read unless every record of it is held already."""
        from expertmine.sources import parse_file

        tables = list(parse_file(page.data, source="a page of PubMed"))
        if self._holds is not None and self._holds(pa.concat_tables(tables)):
            return False
        parsed_files(self._corpus).write(bytes_hash(page.data), tables)
        return True

    def search(self, found: Found, *, day: date, hits: frozenset[int], withdrawn: frozenset[int]) -> Search:
        """Return what to note of the search when all of it has come."""
        return Search(
            query=self._source.query, number=self._number, day=day, most=self._source.max_records, total=found.total,
            translation=found.translation, hits=hits, withdrawn=withdrawn,
        )  # fmt: skip


def _bury(corpus: Corpus, source: PubMed, gone: frozenset[int], day: date) -> list[Tombstone]:
    """Return tombstones for hits that are no longer found, unless another query or somebody's file holds them.

    What another query has found counts only while PubMed has it; a file of one's own holds what is in it.
    """
    added = [file for file in corpus.raw_files("records") if not file.fetched]
    gone = gone.difference(*(records_of(corpus, file, ["pmid"])["pmid"].to_pylist() for file in added))
    if not gone:
        return []
    still_there = frozenset().union(*(page.came for page in source.pages(sorted(gone))))
    others = frozenset().union(*(one.hits for one in corpus.searches() if one.query != source.query))
    arrival = max((file.arrival for file in corpus.raw_files()), default=0)
    return [
        Tombstone(pmid=pmid, arrival=arrival, day=day, reason="left the search" if pmid in still_there else "withdrawn")
        for pmid in sorted(gone - (still_there & others))
    ]
