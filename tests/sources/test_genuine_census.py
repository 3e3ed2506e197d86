"""What PubMed XML and MEDLINE text hold that no column does: found by experiment, and each place decided on.

A value is dropped from a genuine record, or changed; if no column of it changes, in whatever record, nobody reads it.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from lxml import etree

from expertmine.sources import parse_file
from tests.sources.genuine import Pair, all_pairs, columns, columns_found, rows
from tests.sources.invented import needs_shared
from tests.sources.oracle import MARKUP, Node, Row, witness

pytestmark = [needs_shared, pytest.mark.slow]
EXAMPLES = 4
"""Records that are tried for each place; the smallest ones, no two of one file where there are others."""

NOT_KEPT = {
    "ArticleId": "stands outside every list in one hand-made file",
    # --- how the record was made
    "MedlineCitation/@": "status, owner and indexing of the record: says nothing of the paper or its people",
    "MedlineCitation/DateCompleted": "when the indexing was done",
    "MedlineCitation/DateCreated": "when the record was made; not sent since 2018",
    "MedlineCitation/CitationSubset": "which subset of MEDLINE",
    "MedlineCitation/GeneralNote": "notes of indexers",
    "MedlineCitation/OtherID": "numbers of the same paper in other indexes",
    "PubmedData/History": "when it was received, accepted, entered: none is a date of publication",
    "PubmedData/PublicationStatus": "print or electronic",
    "PubmedData/ArticleIdList/ArticleId[mid]": "another number of the paper",
    "PubmedData/ArticleIdList/ArticleId[pii]": "another number of the paper",
    "PubmedData/ArticleIdList/ArticleId[pmc]": "another number of the paper",
    "PubmedData/ArticleIdList/ArticleId[pubmed]": "the PMID again",
    # --- where it was printed
    "MedlineCitation/Article/@PubModel": "print or electronic",
    "MedlineCitation/Article/ArticleDate/@DateType": "always electronic",
    "MedlineCitation/Article/Journal/ISSN/@IssnType": "the linking ISSN is kept, which all editions share",
    "MedlineCitation/Article/Journal/JournalIssue/@CitedMedium": "print or electronic",
    "MedlineCitation/Article/Journal/JournalIssue/Issue": "only needed to print a reference",
    "MedlineCitation/Article/Journal/JournalIssue/Volume": "only needed to print a reference",
    "MedlineCitation/Article/Pagination": "only needed to print a reference",
    "MedlineCitation/Article/ELocationID[pii]": "another number of the paper",
    "MedlineCitation/MedlineJournalInfo/Country": "of the publisher, not of the authors",
    "MedlineCitation/MedlineJournalInfo/NlmUniqueID": "the journal has its ISSN",
    # --- what it is about, beyond headings and keywords
    "MedlineCitation/ChemicalList": "substances without a weight; the headings name those that matter",
    "MedlineCitation/GeneSymbolList": "not sent since 1996",
    "MedlineCitation/KeywordList/@Owner": "all lists of keywords are one",
    "MedlineCitation/KeywordList/Keyword/@MajorTopicYN": "publishers mark all of a paper's keywords or none",
    "MedlineCitation/MeshHeadingList/MeshHeading/DescriptorName/@Type": "a place, or no place; the name says it",
    "MedlineCitation/MeshHeadingList/MeshHeading/DescriptorName/@UI": "its name is the heading's key",
    "MedlineCitation/MeshHeadingList/MeshHeading/QualifierName/@UI": "the qualifier's name is its key",
    "MedlineCitation/Article/PublicationTypeList/PublicationType/@UI": "the type's name is its key",
    "MedlineCitation/PersonalNameSubjectList": "whom the paper is about, who have not written it",
    "MedlineCitation/SpaceFlightMission": "one record in a million",
    "MedlineCitation/SupplMeshList": "rare diseases and protocols; the heading they belong to is there too",
    "MedlineCitation/Article/DataBankList": "accession and trial numbers",
    "MedlineCitation/OtherAbstract/@Type": "which body wrote it",
    "MedlineCitation/OtherAbstract/CopyrightInformation": "no part of what was said",
    "MedlineCitation/Article/Abstract/CopyrightInformation": "no part of what was said",
    # --- who, beyond those who signed
    "MedlineCitation/Article/AuthorList/@CompleteYN": "lists cut before 2000; the names that stand there are kept",
    "MedlineCitation/Article/AuthorList/Author/AffiliationInfo/Identifier": "the place's number; its name is kept",
    "MedlineCitation/Article/GrantList": "who paid",
    "MedlineCitation/CoiStatement": "whom the authors have interests with",
    "MedlineCitation/InvestigatorList": "members of a group have not signed, and are no authors",
    # --- other records
    "MedlineCitation/CommentsCorrectionsList/CommentsCorrections/Note": "remark on a relation",
    "MedlineCitation/CommentsCorrectionsList/CommentsCorrections/PMID/@Version": "relations are between papers",
    # An erratum without a PMID (8 links here) has nothing else; its type still tells the record's kind.
    "MedlineCitation/CommentsCorrectionsList/CommentsCorrections/RefSource": "the reference in print, beside its PMID",
    "MedlineCitation/NumberOfReferences": "not sent since 2010; the references are counted",
    "PubmedData/ReferenceList/Title": "a heading over references",
    "PubmedData/ReferenceList/Reference/Citation": "the reference in print, beside its PMID",
    "PubmedData/ReferenceList/Reference/ArticleIdList/ArticleId[doi]": "citations are between records of PubMed",
    "PubmedData/ReferenceList/Reference/ArticleIdList/ArticleId[pmc": "citations are between records of PubMed",
    # --- books
    "PubmedBookArticle/BookDocument/Abstract/CopyrightInformation": "no part of what was said",
    "PubmedBookArticle/BookDocument/ArticleIdList/ArticleId[bookaccession]": "another number of the chapter",
    "PubmedBookArticle/BookDocument/ArticleTitle/@": "the chapter's place on the shelf",
    "PubmedBookArticle/BookDocument/AuthorList/@CompleteYN": "as with articles",
    "PubmedBookArticle/BookDocument/Book/AuthorList": "editors have not written the chapter",
    "PubmedBookArticle/BookDocument/Book/BeginningDate": "since when the book is kept up",
    "PubmedBookArticle/BookDocument/Book/BookTitle/@": "the book's place on the shelf",
    "PubmedBookArticle/BookDocument/Book/EndingDate": "until when the book is kept up",
    "PubmedBookArticle/BookDocument/Book/Medium": "print or electronic",
    "PubmedBookArticle/BookDocument/Book/Publisher": "of the book",
    "PubmedBookArticle/BookDocument/KeywordList/@Owner": "as with articles",
    "PubmedBookArticle/BookDocument/KeywordList/Keyword/@MajorTopicYN": "as with articles",
    "PubmedBookArticle/BookDocument/PublicationType/@UI": "as with articles",
    "PubmedBookArticle/BookDocument/ReferenceList/Reference/ArticleIdList/ArticleId[pmc]": "as with articles",
    "PubmedBookArticle/BookDocument/ReferenceList/Reference/Citation": "as with articles",
    "PubmedBookArticle/BookDocument/Sections": "a table of contents",
    "PubmedBookArticle/PubmedBookData": "how the record was made",
}  # fmt: skip
"""Beginnings of places that nobody reads, on purpose, and why."""

ASIDE = {
    "MedlineCitation/Article/Affiliation": ".//Author/Affiliation",
    "MedlineCitation/Article/Abstract/AbstractText/@NlmCategory": ".//AbstractText/@Label",
    "MedlineCitation/Article/ArticleDate": ".//JournalIssue/PubDate",
    "MedlineCitation/Article/ELocationID[doi]": ".//PubmedData",
    "MedlineCitation/Article/Journal/ISOAbbreviation": ".//Journal/Title",
    "MedlineCitation/Article/Journal/ISSN": ".//ISSNLinking",
    "MedlineCitation/MedlineJournalInfo/MedlineTA": ".//Journal/Title | .//ISOAbbreviation",
    "MedlineCitation/OtherAbstract/AbstractText/@NlmCategory": ".//Abstract | .//OtherAbstract | .//@Label",
    "MedlineCitation/OtherAbstract/@Language": ".//Article/Abstract | .//OtherAbstract",
    "MedlineCitation/OtherAbstract": ".//Article/Abstract | .//OtherAbstract | .//OtherAbstract/@Language",
    "PubmedData/ArticleIdList/ArticleId[doi]": ".//ELocationID",
    "PubmedBookArticle/BookDocument/AuthorList/@Type": ".//Book/AuthorList",
    "PubmedBookArticle/BookDocument/Book/PubDate": ".//ContributionDate",
}
"""Beginnings of places that are read where a better one is missing, and what beside them is taken away to see it."""


class Place(NamedTuple):
    """One value of one record: the text of the element with this number, or an attribute of it."""

    pair: Pair
    number: int
    attribute: str | None


@functools.cache
def places() -> dict[str, list[Place]]:
    """Return where each path of the public files occurs, a few records each."""
    found: dict[str, list[Place]] = {}
    for pair in sorted(all_pairs(), key=lambda pair: sum(1 for _ in pair.expected.element.iter())):
        once: dict[str, Place] = {}
        for path, number, attribute in _values(pair.expected.element):
            once.setdefault(path, Place(pair, number, attribute))
        for path, place in once.items():
            known = found.setdefault(path, [])
            if len(known) < EXAMPLES:
                known.append(place)
    return found


def _values(record: Node) -> Iterator[tuple[str, int, str | None]]:
    """Yield the path of every text and attribute of a record; inline markup belongs to its text."""
    paths: dict[Node, str] = {}
    for number, element in enumerate(record.iter()):
        if not isinstance(element.tag, str) or element.tag in MARKUP or element.tag.startswith("{"):
            continue
        kind = element.get("IdType") or element.get("EIdType")
        step = f"{element.tag}[{kind}]" if kind else element.tag
        above = paths.get(element.getparent(), "")
        paths[element] = path = "" if element.tag == "PubmedArticle" else f"{above}/{step}".lstrip("/")
        if (element.text or "").strip():
            yield path, number, None
        yield from ((f"{path}/@{name}", number, name) for name in element.attrib)


class Experiment(NamedTuple):
    """One place of one record: the record, and its variants with that value dropped (the first) or changed."""

    path: str
    variants: list[Node]


def _experiment(path: str, place: Place) -> Experiment:
    record = copy.deepcopy(place.pair.expected.element)
    record.tail = None
    aim = list(record.iter())[place.number]
    for better in next((record.xpath(taken) for start, taken in ASIDE.items() if path.startswith(start)), []):
        if not (isinstance(better, etree._Element) and aim in better.iter()):
            _take_away(better, getattr(better, "attrname", None))
    return Experiment(path, [record, *_variants(record, list(record.iter()).index(aim), place.attribute)])


def _variants(record: Node, number: int, attribute: str | None) -> Iterator[Node]:
    dropped = copy.deepcopy(record)
    _take_away(list(dropped.iter())[number], attribute)
    yield dropped
    for value in ("7", "words") if attribute is None else ("Y", "N", "2", "eng", "editors", "AIM:"):
        changed = copy.deepcopy(record)
        element = list(changed.iter())[number]
        if attribute is None:
            element.text = value
        else:
            element.set(attribute, value)
        yield changed


def _take_away(part: Node, attribute: str | None) -> None:
    element = part if isinstance(part, etree._Element) else part.getparent()
    if attribute:
        del element.attrib[attribute]
    else:
        element.getparent().remove(element)


@functools.cache
def experiments() -> list[Experiment]:
    return [_experiment(path, place) for path, examples in places().items() for place in examples]


def _document(records: list[Node]) -> bytes:
    return b"<PubmedArticleSet>" + b"".join(map(etree.tostring, records)) + b"</PubmedArticleSet>"


@functools.cache
def unread() -> frozenset[str]:
    """Return the paths that change no column, whatever happens to them."""
    read = set()
    document = _document([record for _, variants in experiments() for record in variants])
    found = rows(parse_file(document, source="experiments"))
    for path, variants in experiments():
        first, *others = [_all(next(found)) for _ in variants]
        if any(other != first for other in others):
            read.add(path)
    return frozenset(places()) - read


def _all(row: Row) -> Row:
    return columns_found(row) | {"faults": [fault["reason"] for fault in row["faults"]]}


def test_every_place_that_nobody_reads_was_decided_on() -> None:
    assert sorted(path for path in unread() if not path.startswith(tuple(NOT_KEPT))) == []


def test_what_is_not_kept_on_purpose_is_there_and_read_by_nobody() -> None:
    starts = {start: {path for path in places() if path.startswith(start)} for start in NOT_KEPT}
    assert [start for start, paths in starts.items() if not paths] == []
    assert {start: paths - unread() for start, paths in starts.items() if not paths <= unread()} == {}


def test_most_places_are_read() -> None:
    assert len(set(places()) - unread()) > 75


def test_the_oracle_agrees_on_records_of_which_anything_was_dropped_or_marked_otherwise() -> None:
    marked = {path: variants for path, variants in experiments() if "/@" in path}  # the last record of each path
    tried = [record for _, variants in experiments() for record in variants[:2]]
    tried += [record for variants in marked.values() for record in variants[2:]]
    read = rows(parse_file(_document(tried), source="experiments"))
    judged = 0
    for record, row in zip(tried, read, strict=True):
        if row["pmid"] is None and not record.tag.startswith("Delete"):
            assert not record.xpath("descendant-or-self::MedlineCitation/PMID | BookDocument/PMID")
        else:
            (expected,) = witness(_document([record]))
            assert columns_found(row) == columns(expected), etree.tostring(record)[:500]
            judged += 1
    assert judged > 1_500
