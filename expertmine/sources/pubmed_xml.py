"""PubMed XML: articles, books and deletions, one record at a time, from bytes to rows."""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from expertmine.sources.dates import MONTHS, Interval, read_date
from expertmine.sources.plain import Node, plain, plain_element, unique
from expertmine.sources.records import (
    BadRecordError,
    Deletion,
    Record,
    Row,
    add_link,
    add_orcid,
    add_references,
    classified,
    dated,
    new_mention,
    only_day,
    read_pmid,
    titled,
)

# Prefixes that a file may declare on its root, which the splitter leaves behind.
_OPEN = (
    b'<r xmlns:mml="http://www.w3.org/1998/Math/MathML" xmlns:xlink="http://www.w3.org/1999/xlink"'
    b' xmlns:ali="http://www.niso.org/schemas/ali/1.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)
_DOI = re.compile(r"10\.\d[\d.]*/\S+")
_NO_LABEL = frozenset({"", "UNASSIGNED", "UNLABELLED"})


def record_opener(encoding: str) -> Callable[[bytes], Node]:
    """Return a function from one record's bytes to its element; it loads nothing and expands no entity."""
    parser = etree.XMLParser(
        encoding=encoding, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip

    def open_record(piece: bytes) -> Node:
        try:
            return etree.fromstring(_OPEN + piece + b"</r>", parser)[0]
        except etree.XMLSyntaxError as error:
            raise BadRecordError(f"not well-formed XML: {error.msg}") from error

    return open_record


def xml_reader(encoding: str) -> Callable[[bytes], Record | Deletion]:
    """Return a function from one record's bytes to its rows."""
    open_record = record_opener(encoding)

    def read(piece: bytes) -> Record | Deletion:
        root = open_record(piece)
        reader = _READERS.get(root.tag)
        if reader is None:
            raise BadRecordError(f"<{root.tag}> is in a namespace, PubMed's records are in none")
        return reader(root)

    return read


def _read_deletion(root: Node) -> Deletion:
    return Deletion([read_pmid(pmid.text) for pmid in root.iter("PMID")])


def _read_article(root: Node) -> Record:
    citation = root if root.tag == "MedlineCitation" else root.find("MedlineCitation")
    article = None if citation is None else citation.find("Article")
    if citation is None or article is None:
        raise BadRecordError("has no MedlineCitation with an Article")
    types = unique(map(plain_element, article.iterfind("PublicationTypeList/PublicationType")))
    record = Record(
        {
            **_identity(citation.find("PMID")),
            "revised": only_day(_date(citation.find("DateRevised"))),
            **titled(plain_element(article.find("ArticleTitle")), plain_element(article.find("VernacularTitle"))),
            **_journal(citation, article),
            **dated(_published(article.find("Journal/JournalIssue/PubDate"), article.find("ArticleDate"))),
            "abstract": _abstract(article.find("Abstract"), citation),
            "types": types,
            "mesh": [_heading(one) for one in citation.iterfind("MeshHeadingList/MeshHeading")],
            "keywords": unique(map(plain_element, citation.iterfind("KeywordList/Keyword"))),
            "languages": _languages(article),
            "doi": _doi([*article.iterfind("ELocationID"), *root.iterfind("PubmedData/ArticleIdList/ArticleId")]),
            "links": [],
        }
    )
    _add_relations(record, root)
    record.article |= classified(record)
    _add_mentions(record, article.find("AuthorList"))
    _add_lone_affiliation(record, article.find("Affiliation"))
    return record


def _read_book(root: Node) -> Record:
    document = root.find("BookDocument")
    if document is None:
        raise BadRecordError("has no BookDocument")
    book = document.find("Book")
    title = plain_element(document.find("Book/BookTitle"))
    types = unique(map(plain_element, document.iterfind("PublicationType")))
    record = Record(
        {
            **_identity(document.find("PMID")),
            "revised": only_day(_date(document.find("DateRevised"))),
            **titled(
                plain_element(document.find("ArticleTitle")) or title,
                plain_element(document.find("VernacularTitle")),
            ),
            **dated(_published(document.find("Book/PubDate"), document.find("ContributionDate"))),
            "journal": title,
            "issn": None,
            "abstract": _abstract(document.find("Abstract"), document),
            "types": types,
            "mesh": [],
            "keywords": unique(map(plain_element, document.iterfind("KeywordList/Keyword"))),
            "languages": _languages(document),
            "doi": _doi([*document.iterfind("ArticleIdList/ArticleId"), *document.iterfind("Book/ELocationID")]),
            "links": [],
        }
    )
    _add_relations(record, root)
    record.article |= classified(record, kind="book")
    own = [*document.iterfind("AuthorList"), *(() if book is None else book.iterfind("AuthorList"))]
    _add_mentions(record, next((names for names in own if names.get("Type") != "editors"), None))
    return record


_READERS: dict[str, Callable[[Node], Record | Deletion]] = {
    "PubmedArticle": _read_article,
    "MedlineCitation": _read_article,
    "PubmedBookArticle": _read_book,
    "DeleteCitation": _read_deletion,
    "DeleteDocument": _read_deletion,
}


def _identity(pmid: Node) -> Row:
    if pmid is None:
        raise BadRecordError("has no PMID")
    version = pmid.get("Version", "1")
    return {
        "pmid": read_pmid(pmid.text),
        "version": int(version) if version.isdecimal() and len(version) < 5 else 1,
    }


def _journal(citation: Node, article: Node) -> Row:
    name = article.findtext("Journal/Title") or article.findtext("Journal/ISOAbbreviation")
    name = name or citation.findtext("MedlineJournalInfo/MedlineTA")
    issn = citation.findtext("MedlineJournalInfo/ISSNLinking") or article.findtext("Journal/ISSN")
    return {"journal": plain(name), "issn": plain(issn) or None}


def _published(printed: Node, electronic: Node) -> Interval | None:
    """Read the date of the issue; the electronic one only where the issue has none."""
    return _date(printed) or _date(electronic)


_DATE_PARTS = ("Year", "Month", "Day", "Season", "MedlineDate")


def _date(element: Node) -> Interval | None:
    if element is None:
        return None
    parts = {child.tag: plain(child.text) for child in element}
    month = parts.get("Month", "")
    if month.isdecimal() and 1 <= int(month) <= 12:
        month = MONTHS[int(month) - 1]
    return read_date(" ".join(month if part == "Month" else parts.get(part, "") for part in _DATE_PARTS))


def _abstract(abstract: Node, parent: Node) -> str:
    """Read the abstract; where there is none, another one in English."""
    words = "" if abstract is None else _paragraphs(abstract)
    for other in () if words else parent.iterfind("OtherAbstract"):
        if other.get("Language", "eng").lower() == "eng":
            words = words or _paragraphs(other)
    return words


def _paragraphs(abstract: Node) -> str:
    """Return one line a part, 'LABEL: text' where the part has a label."""
    lines = []
    for part in abstract.iterfind("AbstractText"):
        label = plain(part.get("Label")) or part.get("NlmCategory", "")
        text = plain_element(part)
        if text:
            lines.append(text if label.upper() in _NO_LABEL else f"{label.rstrip(':')}: {text}")
    return "\n".join(lines)


def _heading(element: Node) -> Row:
    words = {"DescriptorName": [""], "QualifierName": [""]}
    for child in element:
        words.get(child.tag, []).append(plain_element(child))
    return {
        "descriptor": words["DescriptorName"][-1],
        "major": any(child.get("MajorTopicYN") == "Y" for child in element),
        "qualifiers": words["QualifierName"][1:],
    }


def _languages(parent: Node) -> list[str]:
    return unique(plain(one.text).lower() for one in parent.iterfind("Language"))


def _doi(elements: list[Node]) -> str | None:
    """Return the first valid DOI, whatever other identifiers stand before it."""
    for element in elements:
        if "doi" in (element.get("EIdType"), element.get("IdType")) and element.get("ValidYN") != "N":
            found = _DOI.search(plain(element.text))
            if found:
                return found[0].lower()
    return None


def _add_relations(record: Record, root: Node) -> None:
    """Add what the record says of other records: relations, and references at any depth."""
    cited: list[str] = []
    for element in root.iter("CommentsCorrections"):
        pmid = plain(element.findtext("PMID"))
        if element.get("RefType") == "Cites":
            cited.append(pmid)
        else:
            add_link(record, element.get("RefType", ""), pmid)
    for reference in root.iter("Reference"):
        cited += [plain(one.text) for one in reference.iter("ArticleId") if one.get("IdType") == "pubmed"]
    add_references(record, unique(cited))


def _add_mentions(record: Record, names: Node) -> None:
    """Add who signed, in the places as printed; a name marked invalid is an alias of the one before it."""
    for position, author in enumerate(() if names is None else names.iterfind("Author"), start=1):
        if author.get("ValidYN") == "N":
            continue
        mention = new_mention(position)
        record.mentions.append(mention)
        mention["equal_contribution"] = author.get("EqualContrib") == "Y"
        orcids = _fill(mention, author)
        add_orcid(record, mention, orcids)
        if not (mention["last"] or mention["collective"]):
            record.faults.append((f"name {position}", "neither a last name nor a group's name"))
            record.mentions.pop()


_NAME_PARTS = {
    "LastName": "last",
    "ForeName": "fore",
    "FirstName": "fore",
    "Initials": "initials",
    "Suffix": "suffix",
    "CollectiveName": "collective",
}


def _fill(mention: Row, author: Node) -> list[str]:
    """Write an author's name and affiliations into the mention; return what stands as ORCID iDs."""
    affiliations, orcids = [], []
    for child in author:
        if child.tag in _NAME_PARTS:
            mention[_NAME_PARTS[child.tag]] = plain_element(child) or None
        elif child.tag == "AffiliationInfo":
            affiliations.append(plain_element(child.find("Affiliation")))
        elif child.tag == "Affiliation":
            affiliations.append(plain_element(child))
        elif child.tag == "Identifier" and child.get("Source", "").upper() == "ORCID":
            orcids.append(plain(child.text))
    mention["affiliations"] = [text for text in affiliations if text]
    return [orcid for orcid in orcids if orcid]


def _add_lone_affiliation(record: Record, affiliation: Node) -> None:
    """Old files name one affiliation a paper: the first name's, nobody else's."""
    text = plain_element(affiliation)
    if text and record.mentions and not record.mentions[0]["affiliations"]:
        record.mentions[0]["affiliations"] = [text]
