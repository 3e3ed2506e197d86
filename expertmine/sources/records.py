"""One record of a source as rows of the declared tables: what both formats have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeAlias

from expertmine.errors import DataError
from expertmine.sources.dates import read_date
from expertmine.sources.orcid import read_orcid

Row: TypeAlias = dict[str, Any]
Heading: TypeAlias = tuple[str, bool, list[str]]
"""Descriptor, whether the article is mainly about it, qualifiers."""

NOTICES = frozenset({"retraction of publication", "retraction notice", "published erratum", "expression of concern"})
_RETRACTED_LINKS = frozenset({"RetractionIn", "RetractedandRepublishedIn"})
_NO_TITLE = re.compile(r"\[?(?:not available|in process citation)\]?\.?", re.IGNORECASE)
_AFTER_REVISION = timedelta(days=2 * 366)
_AFTER_ENTRY = timedelta(days=5 * 366)
"""How long after its record a paper may be dated: some are printed four years after they were there online."""
_DIGIT = re.compile(r"\d")
_DOI = re.compile(r"10\.\d[\d.]*/\S+")
_MAX_PMID = 2**31 - 1
_MAX_DIGITS = 10


class BadRecordError(DataError):
    """One record that cannot be taken; the file goes on."""


@dataclass(slots=True)
class Record:
    """An article with its mentions and references, and the parts of it that had to be refused."""

    article: Row
    mentions: list[Row] = field(default_factory=list)
    cited: list[int] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    """Pairs of place and reason."""
    relations: set[str] = field(default_factory=set)
    """How it is tied to other records, named by PMID or not."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """PMIDs that the source has withdrawn, each with the highest version that it took back; None: all of them."""

    withdrawn: list[tuple[int, int | None]] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    """Pairs of place and reason."""


def read_pmid(text: str | None) -> int:
    """Return the number; without one there is no record."""
    pmid = _pmid(text or "")
    if pmid is None:
        raise BadRecordError(f"PMID is {(text or '')[:20]!r}, expected a positive whole number")
    return pmid


def _pmid(text: str) -> int | None:
    digits = text.strip()
    if digits.isdecimal() and digits.isascii() and len(digits) <= _MAX_DIGITS:
        number = int(digits)
        return number if 0 < number <= _MAX_PMID else None
    return None


def find_doi(text: str) -> str | None:
    """Return the first DOI that stands in a text."""
    found = _DOI.search(text)
    return found[0].lower() if found else None


def add_date(record: Record, *written: str, entered: date | None) -> None:
    """Date the record by the first of these dates that can be its own; note those before it that cannot.

    A paper does not appear long after its record was revised or, where that is not said, entered: such a year was
    mistyped.
    """
    revised = record.article["revised"]
    latest = revised + _AFTER_REVISION if revised else entered + _AFTER_ENTRY if entered else date.max
    record.article |= {"year": None, "date_start": None, "date_end": None}
    for text in written:
        interval = read_date(text)
        if interval and interval.start <= latest:
            record.article |= {"year": interval.start.year, "date_start": interval.start, "date_end": interval.end}
            return
        if interval:
            known = f"was revised ({revised})" if revised else f"was entered ({entered})"
            record.faults.append(("date", f"{text[:40]!r} is years after the record {known}"))
        elif _DIGIT.search(text):
            record.faults.append(("date", f"{text[:40]!r} holds no year from 1500 to 2099"))


def only_day(text: str) -> date | None:
    """Return the day of a date that is known to the day."""
    interval = read_date(text)
    return interval.start if interval and interval.start == interval.end else None


def titled(title: str, vernacular: str) -> Row:
    """Return both titles; one that is missing in English is given in its own language instead."""
    missing = not title or _NO_TITLE.fullmatch(title)
    return {"title": vernacular if missing else title, "vernacular_title": vernacular or None}


def classified(record: Record, *, kind: str = "article") -> Row:
    """Return what sort of record it is: a retracted paper is an article, the notice that says so is none."""
    types = {one.lower() for one in record.article["types"]}
    if kind == "article" and (types & NOTICES or "RetractionOf" in record.relations):
        kind = "notice"
    elif kind == "article" and "preprint" in types:
        kind = "preprint"
    retracted = "retracted publication" in types or bool(record.relations & _RETRACTED_LINKS)
    return {"kind": kind, "retracted": retracted}


def add_orcid(record: Record, mention: Row, texts: Iterable[str]) -> None:
    """Give the mention its first valid ORCID iD; note each one that is not valid."""
    for text in texts:
        orcid = read_orcid(text)
        if orcid is None:
            record.faults.append((f"name {mention['position']}", f"ORCID iD {text[:60]!r} is not valid"))
        mention["orcid"] = mention["orcid"] or orcid


def new_mention(position: int) -> Row:
    """Return a mention of nobody yet."""
    return {
        "position": position, "last": None, "fore": None, "initials": None, "suffix": None,
        "collective": None, "orcid": None, "affiliations": [], "equal_contribution": False,
    }  # fmt: skip


def add_link(record: Record, relation: str, text: str) -> None:
    """Add a relation to another record; many are named by their citation only and have no PMID."""
    record.relations.add(relation)
    pmid = _pmid(text)
    if pmid is not None:
        record.article["links"].append((relation, pmid))
    elif text:
        record.faults.append((f"link {len(record.faults) + 1}", f"{relation} has PMID {text[:20]!r}"))


def add_references(record: Record, texts: Iterable[str]) -> None:
    """Add the PMIDs of the papers it cites; note those that are none."""
    for place, text in enumerate(texts, start=1):
        pmid = _pmid(text)
        if pmid is None:
            record.faults.append((f"reference {place}", f"PMID is {text[:20]!r}"))
        else:
            record.cited.append(pmid)
