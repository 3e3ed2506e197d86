"""Public MEDLINE files: every value of every record is what Bio.Medline finds in it, and what its XML says.

Bio.Medline forgets whose an affiliation is, so it is given each name's lines by themselves; it cuts a value where its
line is cut, so it is given whole lines. `python -m tests.sources.test_genuine_medline` prints how many values of each
column were compared, and how many of them were lost, changed or made up.
"""

from __future__ import annotations

import functools
import io
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from anyascii import anyascii
from Bio import Medline

from expertmine.sources import parse_file
from tests.sources.genuine import COLUMNS, Tally, all_pairs, columns_found, compare, report, rows, tables
from tests.sources.invented import SHARED, needs_shared
from tests.sources.oracle import Row, clean, once, orcid, printed, unpacked

pytestmark = needs_shared
FILES = [path for path in sorted((SHARED / "pubmed_xml").glob("*.gz")) if re.search(r"\.(medline|nbib)", path.name)]
LINKS = {
    "CIN": "CommentIn", "CON": "CommentOn", "EFR": "ErratumFor", "EIN": "ErratumIn", "PROF": "PartialRetractionOf",
    "RIN": "RetractionIn", "ROF": "RetractionOf", "UIN": "UpdateIn",
}  # fmt: skip
NOT_KEPT = {
    "CI": "copyright", "CTI": "the collection of a book", "DA": "when the record was made", "GN": "notes of indexers",
    "COIS": "whom the authors have interests with", "CRDT": "when the record was made", "DCOM": "when it was indexed",
    "EDAT": "when it was entered", "FIR": "members of a group have not signed", "IR": "members of a group, short",
    "FPS": "whom the paper is about", "PS": "whom the paper is about", "GR": "who paid", "IP": "issue", "PG": "pages",
    "JID": "the journal has its ISSN", "MHDA": "when it was indexed", "MID": "another number of the paper",
    "OID": "another number of the paper", "OTO": "who chose the keywords", "OWN": "who made the record",
    "PB": "publisher", "PHST": "when it was received and accepted", "PL": "of the publisher", "VI": "volume",
    "PMC": "another number of the paper", "PMCR": "when it is free to read", "PST": "print or electronic",
    "RF": "number of references", "RN": "substances", "SB": "which subset of MEDLINE", "SI": "accession numbers",
    "SO": "the reference in print", "STAT": "status of the record",
}  # fmt: skip
"""Tags that no column holds, on purpose, and why; test_genuine_census.py has those of the XML."""
ASIDE = {"TA": "JT", "DEP": "DP", "AID": "LID", "LID": "AID", "OAB": "AB", "OABL": "AB"}
"""Tags that are read where a better one is missing."""


@functools.cache
def texts(path: Path) -> list[str]:
    """Return the records of a file, each field on one line."""
    text = re.sub(r"\n {6}", " ", unpacked(path.read_bytes()).decode().replace("\r\n", "\n"))
    return re.split(r"\n+(?=PMID- )", text.strip("\n"))


def expected(text: str) -> Row:
    """Return what Bio.Medline finds in a record, by the names of the columns."""
    record = Medline.read(io.StringIO(text))
    title, vernacular, revised = (clean(record.get(tag, "")) for tag in ("TI", "TT", "LR"))
    linking = re.search(r"(\S+) \(Linking\)", record.get("IS", ""))
    types = once(_all(record, "PT"))
    start, end = printed(record["DP"]) or (None, None)
    doi = re.search(r"(10\.[0-9.]+/\S+) \[doi\]", " ".join([record.get("LID", ""), *_all(record, "AID")]))
    return _relations(record, {one.lower() for one in types}) | {
        "pmid": int(record["PMID"]),
        "version": 1,
        "revised": date(int(revised[:4]), int(revised[4:6]), int(revised[6:])) if revised else None,
        "year": start and start.year,
        "date_start": start,
        "date_end": end,
        "title": " ".join(_all(record, "BTI")) or (vernacular if "Not Available" in title else title),
        "vernacular_title": vernacular or None,
        "abstract": re.sub("^UNLABELLED: ", "", clean(record.get("AB") or " ".join(_all(record, "OAB")))),
        "journal": clean(record.get("JT") or " ".join(_all(record, "BTI"))),
        "issn": linking[1] if linking else next(iter(record.get("IS", "").split()), None),
        "types": types,
        "mesh": [_heading(value) for value in _all(record, "MH")],
        "keywords": once(value.lstrip("*") for value in _all(record, "OT")),
        "languages": once(value.lower() for value in _all(record, "LA")),
        "doi": doi[1].lower() if doi else None,
        "mentions": list(_mentions(text)),
        "cited": [],
        "deletes": [],
    }


def _all(record: dict[str, Any], tag: str) -> list[str]:
    return [clean(value) for value in record.get(tag, [])]


def _relations(record: dict[str, Any], types: set[str]) -> Row:
    links = [(tag, re.findall(r"PMID: (\d+)", value)) for tag in LINKS for value in _all(record, tag)]
    notice = types & {"retraction of publication", "published erratum", "expression of concern"} or "ROF" in record
    return {
        "kind": "book" if "BTI" in record else "notice" if notice else "preprint" if "preprint" in types else "article",
        "retracted": "retracted publication" in types or "RIN" in record,
        "links": sorted([LINKS[tag], int(pmids[0])] for tag, pmids in links if pmids),
    }


def _heading(value: str) -> Row:
    descriptor, *qualifiers = value.replace("*", "").split("/")
    return {"descriptor": descriptor, "major": "*" in value, "qualifiers": qualifiers}


def _mentions(text: str) -> Iterator[Row]:
    """Yield who signed: each one's lines begin with a full name, a group, or a short name that has no full one."""
    whole = re.sub(r"(?m)^(FAU - .*)\nAU  - ", r"\1\n>AU - ", text)
    before, *parts = re.split(r"(?m)^(?=(?:FAU|CN |AU |FIR|FED|FPS) ?- )", whole)
    lone = _all(Medline.read(io.StringIO(before)), "AD")
    signed = [part for part in parts if part.startswith(("FAU", "CN", "AU")) and "- et al." not in part]
    for position, part in enumerate(signed, start=1):
        record: dict[str, Any] = Medline.read(io.StringIO(part.replace("\n>AU - ", "\nAU  - ")))
        orcids = [found for value in _all(record, "AUID") if (found := orcid(value))]
        yield _name(record) | {
            "position": position,
            "collective": next(iter(_all(record, "CN")), None),
            "orcid": next(iter(orcids), None),
            "affiliations": _all(record, "AD") or (lone if position == 1 else []),
            "equal_contribution": False,
        }


def _name(record: dict[str, Any]) -> Row:
    """Return the parts of a name: the short form is last name, initials and a suffix, which the full form repeats."""
    short = "".join(_all(record, "AU"))
    full = "".join(_all(record, "FAU")) or re.sub(r" (?=[A-Z]{1,4}( [A-Z])*( Jr)?$)", ", ", short)
    last, _, fore = full.partition(", ")
    initials = short.removeprefix(last).strip()
    suffix = initials.rpartition(" ")[2] if re.search(r" (Jr|Sr|\d[a-z]+)$", initials) and " " in initials else ""
    assert full.endswith(suffix)
    return {
        "last": last or None,
        "fore": (fore.removesuffix(suffix).strip() if "FAU" in record else "") or None,
        "initials": initials.removesuffix(suffix).strip() or None,
        "suffix": suffix or None,
    }


def found(row: Row) -> Row:
    """Return the same of a row; in which lines the text stood, MEDLINE does not tell."""
    links = sorted([link["type"], link["pmid"]] for link in row["links"])
    return row | {"links": links, "abstract": row["abstract"].replace("\n", " ")}


@functools.cache
def compared() -> dict[str, Tally]:
    both = [
        (columns_found(expected(text)), columns_found(found(row)))
        for path in FILES
        for text, row in zip(texts(path), rows(tables(path)), strict=True)
    ]
    return compare(COLUMNS, both)


@pytest.mark.parametrize("column", COLUMNS)
def test_no_value_of_any_record_is_lost_or_made_up(column: str) -> None:
    tally = compared()[column]
    assert tally.compared > 0 or column in ("deletes", "cited")
    assert tally.lost == []
    assert tally.made_up == []


def test_exactly_the_parts_that_cannot_be_taken_are_refused() -> None:
    wrong = 0
    for path in FILES:
        for text in texts(path):
            wrong += sum(orcid(value) is None for value in re.findall(r"(?m)^AUID- ORCID: (.*)$", text))
    assert sum(len(row["faults"]) for path in FILES for row in rows(tables(path))) == wrong


SPELT = {"®": "(R)", "†": "dagger", "‡": "double dagger", "§": "section sign", "¶": "paragraph sign", "\u01c1": ""}


def folded(value: object) -> object:
    """Return it as an exported file has it: without accents, footnote marks spelt out."""
    if isinstance(value, dict):
        return {name: folded(one) for name, one in value.items()}
    if isinstance(value, list):
        return [folded(one) for one in value]
    return anyascii("".join(SPELT.get(letter, letter) for letter in value)) if isinstance(value, str) else value


UNLIKE = {"cited", "abstract"}
"""MEDLINE has no references; symbols of an abstract are spelt out in it (alpha, degrees), its parts are compared."""
ALIASED = 19_133_053
"""MEDLINE does not show that one of its names is an alias."""


def test_a_record_is_read_alike_from_medline_and_from_xml() -> None:
    twins = {pair.pmid: pair.found for pair in all_pairs()}
    both = [(row, twins[row["pmid"]]) for path in FILES for row in rows(tables(path)) if row["pmid"] in twins]
    assert len(both) == 200
    for medline, xml in both:
        one, other = columns_found(medline), columns_found(xml)
        unlike = {column for column in COLUMNS if folded(one[column]) != folded(other[column])}
        assert unlike <= UNLIKE | ({"mentions.position"} if medline["pmid"] == ALIASED else set()), medline["pmid"]
        assert heads(medline) == heads(xml), medline["pmid"]


def heads(row: Row) -> list[str]:
    """Return the labels of an abstract's parts."""
    return [line.partition(": ")[0] for line in row["abstract"].split("\n") if re.match("[A-Z &]+: ", line)]


def variants(text: str, tag: str) -> list[str]:
    """Return a record as it is, without a field, and with another value in it; any better field is taken away first."""
    line = r"(?m)^{} *-.*(?:\n|$)"
    base = re.sub(line.format(ASIDE[tag]), "", text) if tag in ASIDE else text
    return [base, *(re.sub(line.format(tag), other, base) for other in ("", f"{tag:4}- other\n"))]


@functools.cache
def unread() -> set[str]:
    """Return the tags that change no column, whatever record it is and whatever happens to them."""
    examples: dict[str, list[list[str]]] = {}
    for text in sorted((text for path in FILES for text in texts(path)), key=len):
        for tag in set(re.findall(r"(?m)^([A-Z]+) *- ", text)) - {"PMID"}:
            if len(known := examples.setdefault(tag, [])) < 12:
                known.append(variants(text, tag))
    document = "\n\n".join(text for known in examples.values() for three in known for text in three)
    read = [columns_found(row) for row in rows(parse_file(document.encode(), source="variants"))]
    alike = iter([one == two == three for one, two, three in zip(read[::3], read[1::3], read[2::3], strict=True)])
    return {tag for tag, known in examples.items() if all([next(alike) for _ in known])}


def test_every_tag_that_nobody_reads_was_decided_on() -> None:
    assert unread() == set(NOT_KEPT)


if __name__ == "__main__":
    sys.stdout.write(report(compared()))
