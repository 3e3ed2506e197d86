"""Faults that need to know the question or the records, and changes of the catalogue between two requests."""

from __future__ import annotations

import calendar
import gzip
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from tests.eutils import answers
from tests.eutils.answers import Answer
from tests.eutils.catalogue import Catalogue
from tests.eutils.fields import FIELDS
from tests.eutils.service import Request, full_term
from tests.eutils.terms import Term, bounds_of, split

_RECORD = re.compile(rb"<(PubmedArticle|PubmedBookArticle)>.*?</\1>\s*", re.DOTALL)
_PMID = re.compile(rb"<PMID\b[^>]*>\s*(\d+)")
_COUNT = re.compile(rb'(<Count>|"count":")(\d+)')
_END = b"</PubmedArticleSet>"


class Details(NamedTuple):
    """What a line of the script says of an oddity."""

    pmids: tuple[int, ...] = ()
    day: str = ""
    """As year/month/day; a month or a year will do."""
    widest: int = 1
    """Days of the widest range that is refused for the sake of the day in it."""
    file: str = ""
    """Beside the script, with XML that arrives."""
    by: int = 1
    """How many a count is too large."""


class Strike(NamedTuple):
    """A request and its right answer, where an oddity is due."""

    request: Request
    answer: Answer
    catalogue: Catalogue
    folder: Path
    details: Details


def drop_records(strike: Strike) -> Answer:
    """Leave these records out of a page, whoever asks and however often."""
    return _only(strike.answer, lambda pmid: pmid not in strike.details.pmids)


def double_record(strike: Strike) -> Answer:
    """Send one record of a page twice: one of those named, or the first."""
    named = strike.details.pmids
    twice = next((data for pmid, data in _records(strike.answer) if not named or pmid in named), b"")
    return _with(strike.answer, twice)


def add_record(strike: Strike) -> Answer:
    """Send a record that was not asked for: the one named, or the oldest that is not in the page."""
    here = {pmid for pmid, _ in _records(strike.answer)}
    if not here:
        return strike.answer
    others = (pmid for pmid in strike.details.pmids or sorted(strike.catalogue.entries) if pmid not in here)
    stranger = next((pmid for pmid in others if pmid in strike.catalogue.entries), None)
    return _with(strike.answer, strike.catalogue.entries[stranger].data if stranger is not None else b"")


def rename_root(strike: Strike) -> Answer:
    """Answer with the document of another utility."""
    body = re.sub(rb"\b(?:PubmedArticleSet|eSearchResult|ePostResult)\b", b"eSummaryResult", strike.answer.body)
    return replace(strike.answer, body=body)


def compress(strike: Strike) -> Answer:
    """Send the body gzipped, and say so, to a client that did not ask for it."""
    headers = (*strike.answer.headers, ("Content-Encoding", "gzip"))
    return replace(strike.answer, body=gzip.compress(strike.answer.body, mtime=0), headers=headers)


def miscount(strike: Strike) -> Answer:
    """Count other hits than there are."""
    by = strike.details.by
    body = _COUNT.sub(lambda found: b"%s%d" % (found[1], int(found[2]) + by), strike.answer.body, count=1)
    return replace(strike.answer, body=body)


def refuse_day(strike: Strike) -> Answer:
    """Fail on every search of this day and on every page that holds a record entered on it."""
    period = bounds_of(strike.details.day, date.max) or (0, 0)
    entries = strike.catalogue.entries
    days = (entries[pmid].dates["entrez"] for pmid, _ in _records(strike.answer) if pmid in entries)
    if any(period[0] <= int(day.replace("/", "")) <= period[1] for day in days) or _asks_for(
        strike.request, period, widest=strike.details.widest
    ):
        return Answer(b"Internal Server Error", 500, answers.PLAIN)
    return strike.answer


def refuse_key(strike: Strike) -> Answer:
    """Call the key invalid, and repeat it."""
    key = strike.request.parameters.get("api_key", "")
    return answers.refused({"error": "API key invalid", "api-key": key, "type": "invalid", "status": "unknown"}, 400)


def let_arrive(strike: Strike) -> Answer:
    """Take in a file once this answer is given: the next search finds more."""
    strike.catalogue.take_in((strike.folder / strike.details.file).read_bytes())
    return strike.answer


def withdraw(strike: Strike) -> Answer:
    """Delete these records once this answer is given: the next search finds less."""
    gone = "".join(f"<PMID>{pmid}</PMID>" for pmid in strike.details.pmids)
    strike.catalogue.take_in(f"<DeleteCitation>{gone}</DeleteCitation>".encode())
    return strike.answer


ODDITIES: Mapping[str, Callable[[Strike], Answer]] = {
    "records dropped": drop_records,
    "duplicate record": double_record,
    "extra record": add_record,
    "wrong root": rename_root,
    "gzip": compress,
    "count off": miscount,
    "one day refused": refuse_day,
    "API key invalid": refuse_key,
    "records arrive": let_arrive,
    "records withdrawn": withdraw,
}
WANTS: Mapping[str, str] = {
    "records dropped": "pmids",
    "one day refused": "day",
    "records arrive": "file",
    "records withdrawn": "pmids",
}
"""What a line must say."""
SILENT = frozenset({"records arrive", "records withdrawn"})
"""They leave the answer as it is, and happen once unless the line says otherwise."""


def _records(answer: Answer) -> Iterator[tuple[int, bytes]]:
    for found in _RECORD.finditer(answer.body):
        pmid = _PMID.search(found[0])
        if pmid:
            yield int(pmid[1]), found[0]


def _only(answer: Answer, wanted: Callable[[int], bool]) -> Answer:
    body = answer.body
    for pmid, data in _records(answer):
        if not wanted(pmid):
            body = body.replace(data, b"", 1)
    return replace(answer, body=body)


def _with(answer: Answer, data: bytes) -> Answer:
    start, end, rest = answer.body.rpartition(_END)
    return replace(answer, body=start + data + end + rest) if end and data else answer


def _asks_for(request: Request, period: tuple[int, int], *, widest: int) -> bool:
    """Tell whether a search is about the period, in a range that is not too wide."""
    terms = (one for one in split(full_term(request.parameters)) if isinstance(one, Term) and one.tag)
    dated = (one for one in terms if one.tag in FIELDS and FIELDS[one.tag].kind == "day")
    ranges = (bounds_of(one.text.replace('"', ""), date.max) for one in dated)
    return request.verb == "esearch" and any(
        found[0] <= period[1] and period[0] <= found[1] and _length(*found) <= widest for found in ranges if found
    )


def _length(first: int, last: int) -> int:
    return (_date(last) - _date(first)).days + 1


def _date(number: int) -> date:
    """Return the day of a number like 20010131; 0 stands for the first month or day, 99 for the last."""
    year, month = number // 10_000, min(max(number // 100 % 100, 1), 12)
    return date(year, month, min(max(number % 100, 1), calendar.monthrange(year, month)[1]))
