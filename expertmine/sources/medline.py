"""MEDLINE text (.nbib): tagged lines, one record at a time, from bytes to rows.

Bio.Medline gathers a record's affiliations in one list and so forgets whose they are; here the order of the
lines is kept, and Bio.Medline is the oracle of the tests.
"""

from __future__ import annotations

import re

from expertmine.sources.dates import MONTHS
from expertmine.sources.plain import plain, unique
from expertmine.sources.records import (
    BadRecordError,
    Heading,
    Record,
    Row,
    add_date,
    add_link,
    add_orcid,
    classified,
    new_mention,
    only_day,
    read_pmid,
    titled,
)

Line = tuple[str, str]
_LINE = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)")
_NEW_LINE = re.compile(r"\r\n?|\n")  # str.splitlines would also cut at U+2028
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DAY = re.compile(r"(\d{4})/?(0[1-9]|1[0-2])/?(\d\d)(?: .*)?")
_DOI = re.compile(r"(10\.\d[\d.]*/\S+) +\[doi\]")
_ISSN = re.compile(r"\d{4}-\d{3}[\dXx]")
_LABEL = re.compile(r"(?:(?<=[.?!)\]] )|^)(?=[A-Z][A-Z ,/&()-]{2,60}: )")
_NO_LABEL = re.compile("^(?:UNLABELLED|UNASSIGNED): ")
SUFFIX = re.compile(r"[JS]r\.?|[1-9](?:st|nd|rd|d|th)|I{2,3}|IV")
_LINK_PMID = re.compile(r"PMID: *(\S+)")
RELATIONS = {
    "CIN": "CommentIn", "CON": "CommentOn", "EIN": "ErratumIn", "EFR": "ErratumFor", "RIN": "RetractionIn",
    "ROF": "RetractionOf", "PRIN": "PartialRetractionIn", "PROF": "PartialRetractionOf", "UIN": "UpdateIn",
    "UOF": "UpdateOf", "CRI": "CorrectedandRepublishedIn", "CRF": "CorrectedandRepublishedFrom",
    "RPI": "RepublishedIn", "RPF": "RepublishedFrom", "ECI": "ExpressionOfConcernIn",
    "ECF": "ExpressionOfConcernFor", "RRI": "RetractedandRepublishedIn", "RRF": "RetractedandRepublishedFrom",
    "SPIN": "SummaryForPatientsIn", "ORI": "OriginalReportIn",
    "DDIN": "AssociatedDataset", "DRIN": "AssociatedPublication",
}  # fmt: skip


def read_medline(piece: bytes) -> Record:
    """Return one record's rows."""
    try:
        text = piece.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRecordError(f"not UTF-8 ({error.reason} at byte {error.start} of the record)") from error
    if _NOT_TEXT.search(text):
        raise BadRecordError("holds control characters")
    lines = _lines(text)
    fields: dict[str, list[str]] = {}
    for tag, value in lines:
        fields.setdefault(tag, []).append(value)
    types = unique(fields.get("PT", []))
    record = Record(_article(fields) | {"types": types, "links": []})
    entered = only_day(_day(_first(fields, "EDAT", "CRDT", "DA")))
    written = [_day(_first(fields, "CTDT")), _first(fields, "DP"), _day(_first(fields, "DEP"))]  # a chapter's, a book's
    add_date(record, *written, entered=entered)
    for tag, value in lines:
        if tag in RELATIONS:
            found = _LINK_PMID.search(value)
            add_link(record, RELATIONS[tag], found[1].rstrip(".") if found else "")
    record.article |= classified(record, kind="book" if "BTI" in fields else "article")
    if not piece.endswith((b"\n", b"\r")):  # the last of its file: nothing else tells that it was cut in a line
        record.faults.append(("last line", "has no end: was the file cut there? download it again"))
    _add_mentions(record, [line for line in lines if line not in _NOBODY])
    return record


def _lines(text: str) -> list[Line]:
    """Return tag and value of each field, its continuation lines joined."""
    fields: list[tuple[str, list[str]]] = [("", [])]  # for what stands before the first tag
    for line in _NEW_LINE.split(text):
        if found := _LINE.match(line):
            fields.append((found[1], [found[2]]))
        else:
            fields[-1][1].append(line)
    return [(tag, plain(" ".join(parts))) for tag, parts in fields[1:]]


def _article(fields: dict[str, list[str]]) -> Row:
    dois = [found[1].lower() for found in map(_DOI.search, fields.get("LID", []) + fields.get("AID", [])) if found]
    return {
        "pmid": read_pmid(_first(fields, "PMID")),
        "version": 1,
        "revised": only_day(_day(_first(fields, "LR", "DRDT"))),
        **titled(_first(fields, "TI", "BTI"), _first(fields, "TT")),
        "journal": _first(fields, "JT", "TA", "BTI"),
        "issn": _issn(fields.get("IS", [])),
        "abstract": _paragraphs(
            _first(fields, "AB") or (_first(fields, "OAB") if _first(fields, "OABL") in ("", "eng") else "")
        ),
        "mesh": [read_heading(value) for value in fields.get("MH", [])],
        "keywords": unique(value.removeprefix("*") for value in fields.get("OT", [])),
        "languages": unique(value.lower() for value in fields.get("LA", [])),
        "doi": next(iter(dois), None),
    }


def _first(fields: dict[str, list[str]], *tags: str) -> str:
    return next((fields[tag][0] for tag in tags if fields.get(tag)), "")


def _day(digits: str) -> str:
    """Return a day in words; as it is, if it is none."""
    found = _DAY.fullmatch(digits)
    return f"{found[1]} {MONTHS[int(found[2]) - 1]} {found[3]}" if found else digits


def _issn(values: list[str]) -> str | None:
    """Return the linking ISSN, the one that all editions of a journal share; else the first."""
    ordered = sorted(values, key=lambda value: "(Linking)" not in value)
    return next((found[0] for found in map(_ISSN.search, ordered) if found), None)


def _paragraphs(abstract: str) -> str:
    """Put each part of a structured abstract on its own line."""
    parts = [part.strip() for part in _LABEL.split(abstract) if part] if _LABEL.match(abstract) else [abstract]
    return "\n".join(_NO_LABEL.sub("", part) for part in parts)


def read_heading(value: str) -> Heading:
    """Read '*Descriptor/*qualifier'; a star marks what the article is mainly about."""
    descriptor, *qualifiers = value.split("/")
    return descriptor.removeprefix("*"), "*" in value, [one.removeprefix("*") for one in qualifiers]


_NOT_SIGNED = frozenset({"FIR", "IR", "FED", "ED", "FPS", "PS"})
_NOBODY = frozenset({("FAU", "et al."), ("AU", "et al.")})
"""Says that a list of names was cut."""


def _add_mentions(record: Record, lines: list[Line]) -> None:
    """Add who signed; an affiliation belongs to the name before it, one before all names to the first."""
    lone: list[str] = []
    current: Row | None = None
    named = True
    for tag, value in lines:
        if tag in ("FAU", "CN") or (tag == "AU" and named):
            current = new_mention(len(record.mentions) + 1)
            record.mentions.append(current)
        if tag in ("FAU", "AU"):
            named = tag == "AU"  # the short form belongs to the full one before it, where there is one
        if tag in _NOT_SIGNED:
            current = None
        elif tag == "AD" and not record.mentions:
            lone.append(value)
        elif current is not None:
            _fill(record, current, tag, value)
    if record.mentions and not record.mentions[0]["affiliations"]:
        record.mentions[0]["affiliations"] = lone


def _fill(record: Record, mention: Row, tag: str, value: str) -> None:
    if tag == "FAU":
        last, _, fore = value.partition(", ")
        mention.update(last=last, fore=fore or None)
    elif tag == "AU":
        mention.update(read_short_name(value, mention["last"], mention["fore"]))
    elif tag == "CN":
        mention["collective"] = value
    elif tag == "AD":
        mention["affiliations"].append(value)
    elif tag == "AUID" and value.upper().startswith("ORCID"):
        add_orcid(record, mention, [value])


def read_short_name(value: str, last: str | None, fore: str | None) -> Row:
    """Read 'Last FM Jr'; the full name before it, if there is one, says where the last name ends."""
    if last and value.startswith(last):
        rest = value[len(last) :].split()
    else:
        words = value.split()
        cut = _count_last(words)
        last, rest = last or " ".join(words[:cut]), words[cut:]
    suffix = rest.pop() if len(rest) > 1 and SUFFIX.fullmatch(rest[-1]) else None  # "Ide L" are initials
    if suffix and fore:
        fore = fore.removesuffix(suffix).rstrip(" ,") or None
    return {"last": last, "fore": fore, "initials": " ".join(rest) or None, "suffix": suffix}


def _count_last(words: list[str]) -> int:
    """Return how many words are the last name: behind it stand initials, one word or single letters, and a suffix."""
    end = len(words) - bool(len(words) > 2 and SUFFIX.fullmatch(words[-1]))
    letters = (place for place in range(1, end) if max(map(len, words[place:end])) == 1)
    cut = next(letters, end - 1)
    initials = words[cut:end]
    return cut if cut > 0 and "".join(initials).isupper() and len(initials[0]) <= 5 else len(words)
