"""PubMed XML: articles, books and deletions, one record at a time, from elements to rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Any

from lxml import etree

from expertmine.sources.dates import MONTHS
from expertmine.sources.elements import Found, Node, every, first, inside, look, words, words_of
from expertmine.sources.mentions import add_lone_affiliation, add_mentions
from expertmine.sources.plain import plain, unique
from expertmine.sources.records import (
    BadRecordError,
    Deletion,
    Heading,
    Record,
    Row,
    add_date,
    add_link,
    add_references,
    classified,
    find_doi,
    only_day,
    read_pmid,
    titled,
)

_NO_LABEL = frozenset({"", "UNASSIGNED", "UNLABELLED"})


def read_xml(root: Node) -> Record | Deletion:
    """Return an opened record's rows."""
    reader = _READERS.get(root.tag)
    if reader is None:
        raise BadRecordError(f"<{root.tag}> is in a namespace, PubMed's records are in none")
    return reader(root)


def _read_deletion(root: Node) -> Deletion:
    deletion = Deletion()
    for place, element in enumerate(root.iter("PMID"), start=1):
        try:
            deletion.withdrawn.append((read_pmid(element.text), _version(element)))
        except BadRecordError as error:
            deletion.faults.append((f"deletion {place}", str(error)))
    return deletion


def _version(pmid: Node) -> int | None:
    version = pmid.get("Version", "")
    return int(version) if version.isdecimal() and len(version) < 5 else None


def _itself(element: Node) -> Node:
    return element


def _date(element: Node) -> str:
    return _written(tuple([(child.tag, child.text) for child in element]))


@lru_cache(maxsize=1 << 11)
def _written(typed: tuple[tuple[str, str | None], ...]) -> str:
    parts = {tag: plain(text) for tag, text in typed}
    month = parts.get("Month", "")
    if month.isdecimal() and 1 <= int(month) <= 12:
        parts["Month"] = MONTHS[int(month) - 1]
    return " ".join([parts[part] for part in ("Year", "Month", "Day", "Season", "MedlineDate") if parts.get(part)])


def _entered(histories: Iterable[Node]) -> date | None:
    """Return when PubMed took up the record."""
    steps = [step for history in histories for step in history if step.get("PubStatus") in ("entrez", "pubmed")]
    return max(filter(None, map(only_day, map(_date, steps))), default=None)


def _paragraphs(abstract: Node) -> str:
    """Return one line a part, 'LABEL: text' where the part has a label."""
    lines = []
    for part in abstract:
        if part.tag == "AbstractText" and (text := words(part)):
            label = plain(part.get("Label")) or part.get("NlmCategory", "")
            lines.append(text if label.upper() in _NO_LABEL else f"{label.rstrip(':')}: {text}")
    return "\n".join(lines)


def _other_abstract(others: Iterable[Node]) -> str:
    """Return the first of the other abstracts that is in English."""
    english = (one for one in others if one.get("Language", "eng").lower() == "eng")
    return next(filter(None, map(_paragraphs, english)), "")


def _headings(mesh: Node) -> list[Heading]:
    headings: list[Any] = []
    heading: list[Any] = ["", False, []]
    for element in mesh.iter():  # all of them: naming the tags takes longer than passing over others
        tag = element.tag
        if tag == "MeshHeading":
            heading = ["", False, []]
            headings.append(heading)
            continue
        if tag == "DescriptorName":
            heading[0] = words(element)
        elif tag == "QualifierName":
            heading[2].append(words(element))
        else:
            continue
        if element.get("MajorTopicYN") == "Y":
            heading[1] = True
    return headings


_IN_RECORD = {
    "CommentsCorrectionsList": every("relations", _itself),
    "DateRevised": first("revised", _date),
    "KeywordList": every("keywords", lambda some: words_of(some, "Keyword")),
    "OtherAbstract": every("other abstracts", _itself),
    "PMID": first("pmid", _itself),
}
_IN_WORK = {
    "Abstract": first("abstract", _paragraphs),
    "ArticleTitle": first("title", words),
    "AuthorList": every("names", _itself),
    "Language": every("languages", words),
    "VernacularTitle": first("vernacular", words),
}
_IN_JOURNAL = {
    "ISOAbbreviation": first("short journal", _itself),
    "ISSN": first("issn", words),
    "JournalIssue": inside("issue", {"PubDate": first("printed", _date)}),
    "Title": first("journal", words),
}
_IN_ARTICLE = _IN_WORK | {
    "Affiliation": first("affiliation", words),
    "ArticleDate": first("electronic", _date),
    "ELocationID": every("ids", _itself),
    "Journal": inside("a journal", _IN_JOURNAL),
    "PublicationTypeList": every("types", lambda some: words_of(some, "PublicationType")),
}
_IN_CITATION = _IN_RECORD | {
    "Article": inside("article", _IN_ARTICLE),
    "MedlineJournalInfo": inside(
        "info", {"ISSNLinking": first("linking issn", words), "MedlineTA": first("shortest journal", words)}
    ),
    "MeshHeadingList": every("mesh", _headings),
}
_IN_BOOK = {
    "AuthorList": every("book's names", _itself),
    "BookTitle": first("journal", words),
    "ELocationID": every("book's ids", _itself),
    "PubDate": first("printed", _date),
}
_IN_DOCUMENT = (_IN_RECORD | _IN_WORK) | {
    "ArticleIdList": every("lists of ids", _itself),
    "Book": inside("book", _IN_BOOK),
    "ContributionDate": first("contributed", _date),
    "ReferenceList": every("references", _itself),
    "PublicationType": every("types", lambda element: [words(element)]),
}
_IN_ROOT = {
    "BookDocument": inside("document", _IN_DOCUMENT),
    "MedlineCitation": inside("citation", _IN_CITATION),
    "PubmedBookData": inside("data", {"History": every("histories", _itself)}),
    "PubmedData": inside(
        "data",
        {
            "ArticleIdList": every("lists of ids", _itself),
            "History": every("histories", _itself),
            "ReferenceList": every("references", _itself),
        },
    ),
}


def _read_article(root: Node) -> Record:
    found: Found = {}
    look(found, root, _IN_CITATION if root.tag == "MedlineCitation" else _IN_ROOT)
    if "article" not in found:
        raise BadRecordError("has no MedlineCitation with an Article")
    record = Record(
        {
            **_common(found),
            "journal": _journal(found),
            "issn": found.get("linking issn") or found.get("issn") or None,
            "mesh": list(chain.from_iterable(found.get("mesh", ()))),
            "doi": _doi(found.get("ids", ())) or _doi(chain.from_iterable(found.get("lists of ids", ()))),
        }
    )
    _add_dates(record, found)
    _add_relations(record, found)
    record.article |= classified(record)
    if "names" in found:
        add_mentions(record, found["names"][0])
    add_lone_affiliation(record, found.get("affiliation", ""))
    return record


def _read_book(root: Node) -> Record:
    found: Found = {}
    look(found, root, _IN_ROOT)
    if "document" not in found:
        raise BadRecordError("has no BookDocument")
    title = found.get("journal", "")
    found["title"] = found.get("title") or title
    record = Record(
        {
            **_common(found),
            "journal": title,
            "issn": None,
            "mesh": [],
            "doi": _doi(chain.from_iterable(found.get("lists of ids", ()))) or _doi(found.get("book's ids", ())),
        }
    )
    _add_dates(record, found)
    _add_relations(record, found)
    record.article |= classified(record, kind="book")
    own = [*found.get("names", ()), *found.get("book's names", ())]
    for names in [names for names in own if names.get("Type") != "editors"][:1]:
        add_mentions(record, names)
    return record


_READERS: dict[str, Callable[[Node], Record | Deletion]] = {
    "PubmedArticle": _read_article,
    "MedlineCitation": _read_article,
    "PubmedBookArticle": _read_book,
    "DeleteCitation": _read_deletion,
    "DeleteDocument": _read_deletion,
}


def _common(found: Found) -> Row:
    """Return the columns that articles and books have in common."""
    pmid = found.get("pmid")
    if pmid is None:
        raise BadRecordError("has no PMID")
    return {
        "pmid": read_pmid(pmid.text),
        "version": _version(pmid) or 1,
        "revised": only_day(found.get("revised", "")),
        **titled(found.get("title", ""), found.get("vernacular", "")),
        "abstract": found.get("abstract") or _other_abstract(found.get("other abstracts", ())),
        "types": unique(chain.from_iterable(found.get("types", ()))),
        "keywords": unique(chain.from_iterable(found.get("keywords", ()))),
        "languages": unique([one.lower() for one in found.get("languages", ())]),
        "links": [],
    }


def _add_dates(record: Record, found: Found) -> None:
    written = [found.get(name, "") for name in ("contributed", "printed", "electronic")]  # one book grows for decades
    entered = None if record.article["revised"] else _entered(found.get("histories", ()))
    add_date(record, *written, entered=entered)


def _journal(found: Found) -> str:
    name: str = found.get("journal") or (words(found["short journal"]) if "short journal" in found else "")
    return name or found.get("shortest journal", "")


def _doi(elements: Iterable[Node]) -> str | None:
    """Return the first valid DOI, whatever other identifiers stand before it."""
    for element in elements:
        if (element.get("EIdType") or element.get("IdType")) == "doi" and element.get("ValidYN") != "N":
            doi = find_doi(plain(element.text))
            if doi:
                return doi
    return None


_CITED = etree.XPath("descendant::Reference/descendant::ArticleId[@IdType='pubmed']/text()", smart_strings=False)


def _add_relations(record: Record, found: Found) -> None:
    """Add what the record says of other records: relations, and references at any depth."""
    cited: list[str] = []
    for element in chain.from_iterable(found.get("relations", ())):
        pmid = next((words(child) for child in element if child.tag == "PMID"), "")
        if element.get("RefType") == "Cites":
            cited.append(pmid)
        else:
            add_link(record, element.get("RefType", ""), pmid)
    for references in found.get("references", ()):
        cited += _CITED(references)
    if cited:
        add_references(record, unique(cited))
