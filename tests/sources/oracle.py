"""What PubMed XML says, found with XPath alone: a witness that shares no line with the reader it is to judge.

`witness` returns for every record of a file, in the order in which they stand there, the exact value of every column
of the declared tables articles, mentions and citations. Nothing of expertmine is imported here.
"""

from __future__ import annotations

import calendar
import functools
import gzip
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from html.entities import html5
from typing import Any, NamedTuple, TypeAlias

from lxml import etree

Node: TypeAlias = etree._Element
Row: TypeAlias = dict[str, Any]
Days: TypeAlias = tuple[date, date]

MARKUP = frozenset({"i", "b", "u", "em", "sub", "sup", "strong", "italic", "bold"})
_CITATION = "descendant-or-self::MedlineCitation"
_PREFIX = {"C": _CITATION, "A": f"{_CITATION}/Article", "B": "BookDocument"}


class Witnessed(NamedTuple):
    """One element of a file: a record with its rows, or a list of PMIDs that were deleted."""

    element: Node
    article: Row
    mentions: list[Row]
    cited: list[int]
    deletes: list[Row]
    faults: int
    """Parts that are to be refused: names without a name, false iDs, PMIDs that are no number."""


def unpacked(data: bytes) -> bytes:
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def witness(data: bytes) -> Iterator[Witnessed]:
    """Yield every record of one well-formed document."""
    root = etree.fromstring(unpacked(data))
    for element in ask(
        root, "/*/PubmedArticle | /*/PubmedBookArticle | /*/MedlineCitation | //DeleteCitation | //DeleteDocument"
    ):
        if element.tag.startswith("Delete"):
            yield Witnessed(element, {}, [], [], [_deleted(pmid) for pmid in ask(element, "PMID")], 0)
        else:
            yield _record(element)


def _deleted(pmid: Node) -> Row:
    version = pmid.get("Version", "")
    return {"pmid": int(pmid.text or ""), "version": int(version) if version.isdecimal() else None}


def _record(element: Node) -> Witnessed:
    names, faults = _names(element)
    cited = all_of(
        element,
        "descendant::CommentsCorrections[@RefType='Cites']/PMID"
        " | descendant::Reference/descendant::ArticleId[@IdType='pubmed']",
    )
    wrong = {text for text in cited if not _is_pmid(text)}
    links = ask(element, "descendant::CommentsCorrections[not(@RefType='Cites')][PMID]")
    article = _article(element)
    article["links"] = [
        {"type": link.get("RefType", ""), "pmid": int(one(link, "PMID"))}
        for link in links
        if _is_pmid(one(link, "PMID"))
    ]
    faults += len(wrong) + len(links) - len(article["links"])
    numbers = dict.fromkeys(int(text) for text in cited if text not in wrong)
    return Witnessed(element, article, names, list(numbers), [], faults)


def _article(element: Node) -> Row:
    english = next((text for text in all_of(element, "A/ArticleTitle | B/ArticleTitle") if not _is_no_title(text)), "")
    vernacular = one(element, "A/VernacularTitle | B/VernacularTitle")
    own = dates(ask(element, "B/ContributionDate"))
    printed = dates(ask(element, "A/Journal/JournalIssue/PubDate | B/Book/PubDate"))
    start, end = own or printed or dates(ask(element, "A/ArticleDate[1]")) or (None, None)
    revised = dates(ask(element, "C/DateRevised | B/DateRevised")) or (None, None)
    types = once(all_of(element, "A/PublicationTypeList/PublicationType | B/PublicationType"))
    ties = set(ask(element, "descendant::CommentsCorrections/@RefType"))
    return {
        "pmid": int(one(element, "C/PMID | B/PMID")),
        "version": int(next((text for text in ask(element, "*/PMID/@Version | PMID/@Version") if text.isdecimal()), 1)),
        "revised": revised[0] if revised[0] == revised[1] else None,
        "year": start and start.year,
        "date_start": start,
        "date_end": end,
        "title": english or one(element, "B/Book/BookTitle") or vernacular,
        "vernacular_title": vernacular or None,
        "abstract": _abstract(element),
        # In the order of the document the full title stands first, then the abbreviations.
        "journal": one(element, "A/Journal/Title | A/Journal/ISOAbbreviation | C/*/MedlineTA | B/Book/BookTitle"),
        "issn": one(element, "C/MedlineJournalInfo/ISSNLinking") or one(element, "A/Journal/ISSN") or None,
        "types": types,
        "mesh": [_heading(heading) for heading in ask(element, "C/MeshHeadingList/MeshHeading")],
        "keywords": once(all_of(element, "C/KeywordList/Keyword | B/KeywordList/Keyword")),
        "languages": once(text.lower() for text in all_of(element, "A/Language | B/Language")),
        "doi": _doi(element),
        "retracted": "Retracted Publication" in types or bool(ties & {"RetractionIn", "RetractedandRepublishedIn"}),
        "kind": _kind(element, {text.lower() for text in types}, ties),
    }  # fmt: skip


def _kind(element: Node, types: set[str], ties: set[str]) -> str:
    if element.tag == "PubmedBookArticle":
        return "book"
    notices = {"retraction of publication", "retraction notice", "published erratum", "expression of concern"}
    if types & notices or "RetractionOf" in ties:
        return "notice"
    return "preprint" if "preprint" in types else "article"


def _is_no_title(text: str) -> bool:
    return text.strip("[]. ").lower() in {"not available", "in process citation", ""}


def _abstract(element: Node) -> str:
    own = _parts(element, "A/Abstract/AbstractText | B/Abstract/AbstractText")
    if own:
        return own
    english = "OtherAbstract[not(@Language) or @Language='eng']"
    others = ask(element, f"C/{english} | B/{english}")
    return next((text for other in others if (text := _parts(other, "AbstractText"))), "")


def _parts(element: Node, path: str) -> str:
    lines = []
    for part in ask(element, path):
        label = clean(ask(part, "string((@Label[normalize-space()] | @NlmCategory)[1])"))
        text = clean(ask(part, "string()"))
        shown = label and label.upper() not in {"UNASSIGNED", "UNLABELLED"}
        lines += [f"{label.rstrip(':')}: {text}" if shown else text] if text else []
    return "\n".join(lines)


def _heading(element: Node) -> Row:
    return {
        "descriptor": one(element, "DescriptorName"),
        "major": ask(element, "boolean(*[@MajorTopicYN='Y'])"),
        "qualifiers": all_of(element, "QualifierName"),
    }


def _doi(element: Node) -> str | None:
    article = "A/ELocationID[@EIdType='doi'] | PubmedData/ArticleIdList/ArticleId[@IdType='doi']"
    book = "B/ArticleIdList/ArticleId[@IdType='doi'] | B/Book/ELocationID[@EIdType='doi']"
    for found in ask(element, f"({article} | {book})[not(@ValidYN='N')]"):
        prefix, slash, rest = clean(ask(found, "string()")).partition("/")
        registrant = prefix.rpartition("10.")[2]
        if slash and "10." in prefix and registrant.replace(".", "").isdecimal() and rest.strip():
            return f"10.{registrant}/{rest.split()[0]}".lower()
    return None


def _names(element: Node) -> tuple[list[Row], int]:
    """Return who signed; an author list of editors, or of a whole book beside a chapter's, signs nothing."""
    lists = ask(element, "A/AuthorList | (B/AuthorList | B/Book/AuthorList)[not(@Type='editors')]")
    rows, faults = [], 0
    own = "B/AuthorList[not(@Type='editors')]"
    first = (ask(element, own) or lists)[:1]
    for author in first[0].xpath("Author[not(@ValidYN='N')]") if first else []:
        orcids = all_of(author, "Identifier[@Source='ORCID' or @Source='orcid']")
        valid = [found for text in orcids if (found := orcid(text))]
        row: Row = {
            "position": int(ask(author, "count(preceding-sibling::Author)")) + 1,
            "last": one(author, "LastName") or None,
            "fore": one(author, "ForeName | FirstName") or None,
            "initials": one(author, "Initials") or None,
            "suffix": one(author, "Suffix") or None,
            "collective": one(author, "CollectiveName") or None,
            "orcid": next(iter(valid), None),
            "affiliations": all_of(author, "Affiliation | AffiliationInfo/Affiliation"),
            "equal_contribution": author.get("EqualContrib") == "Y",
        }
        named = bool(row["last"] or row["collective"])
        faults += len(orcids) - len(valid) + (not named)
        rows += [row] * named
    lone = all_of(element, "A/Affiliation")
    if lone and rows and not rows[0]["affiliations"]:
        rows[0]["affiliations"] = lone
    return rows, faults


def orcid(text: str) -> str | None:
    """Return the iD in its usual form, if its sixteen digits weigh 1 modulo 11."""
    digits = "".join(re.findall(r"[0-9Xx]", text.rpartition("/")[2])).upper()
    if not re.fullmatch(r"[0-9]{15}[0-9X]", digits):
        return None
    weight = sum((10 if digit == "X" else int(digit)) * 2 ** (15 - place) for place, digit in enumerate(digits))
    return "-".join(re.findall("....", digits)) if weight % 11 == 1 else None


def _is_pmid(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,10}", text) is not None and 0 < int(text) < 2**31


def dates(elements: list[Node]) -> Days | None:
    """Return the first and the last day that a date allows."""
    if not elements:
        return None
    found = elements[0]
    free, year = one(found, "MedlineDate"), one(found, "Year")
    if free or not year:
        return printed(free)
    if one(found, "Season"):
        return printed(f"{year} {one(found, 'Season')}")
    month, day = _month(one(found, "Month")), one(found, "Day")
    if month and day.isdecimal() and int(day) <= calendar.monthrange(int(year), month)[1]:
        return (date(int(year), month, int(day)),) * 2
    return date(int(year), month or 1, 1), _last(int(year), month or 12)


UNREADABLE = {"season", "some random date string"}
"""What stands beside the year in test files, and says nothing."""
_SEASONS = {"winter": 1, "spring": 4, "summer": 7, "autumn": 10, "fall": 10}


def printed(text: str) -> Days | None:
    """Read a date in words, its year first: one day, month, season or year, or from one to another."""
    if not text:
        return None
    year, _, rest = text.partition(" ")
    ends: list[Days] = []
    word = ""
    for half in re.split(r"[-/]", text if rest not in UNREADABLE else year):
        year = "".join(re.findall(r"\b[0-9]{4}\b", half)) or year
        word = "".join(re.findall(r"[a-z]+", half.lower())) or word
        day = "".join(re.findall(r"\b[0-9]{1,2}\b", half))
        month = _SEASONS.get(word) or _month(word)
        assert month or not word, f"the oracle has never seen the date {text!r}"
        first = date(int(year), month or 1, int(day or 1))
        last = _last(int(year), (month or 12) + 2 * (word in _SEASONS))
        ends.append((first, first if day else last))
    return ends[0][0], ends[-1][1]


def _last(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _month(text: str) -> int:
    names = "janfebmaraprmayjunjulaugsepoctnovdec"
    if text.isdecimal():
        return int(text) if 1 <= int(text) <= 12 else 0
    return names.index(text[:3].lower()) // 3 + 1 if len(text) >= 3 and text[:3].lower() in names else 0


def one(element: Node, path: str) -> str:
    """Return the first text that is there, in the order of the document."""
    return next(iter(all_of(element, path)), "")


def all_of(element: Node, path: str) -> list[str]:
    """Return the texts of all elements of a path that have one."""
    return [text for found in ask(element, path) if (text := clean(ask(found, "string()")))]


def once(texts: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for text in texts:
        if text not in kept:
            kept.append(text)
    return kept


def ask(element: Node, path: str) -> Any:  # noqa: ANN401 - XPath has four kinds of answers
    return _compiled(path)(element)


@functools.cache
def _compiled(path: str) -> etree.XPath:
    """Write out C (citation), A (article) and B (book document) at the beginning of a path."""
    return etree.XPath(re.sub(r"(?<![\w/])([CAB])(?=/)", lambda found: _PREFIX[found[1]], path))


def clean(text: str) -> str:
    """Undo a second escape, drop markup that was escaped, repair Windows-1252, compose, fold white space."""
    text = re.sub(r"&(#?\w+;)", lambda found: _escaped(found[1]) or found[0], text)
    text = re.sub(r"</?(\w+)\s*/?>", lambda found: "" if found[1].lower() in MARKUP else found[0], text)
    text = "".join(_windows(letter) if "\x80" <= letter <= "\x9f" else letter for letter in text)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def _escaped(name: str) -> str:
    if not name.startswith("#"):
        return html5.get(name, "")
    digits = name[1:-1].lower()
    number = int(digits[1:], 16) if digits.startswith("x") else int(digits)
    return chr(number) if number < 0x110000 else ""


def _windows(letter: str) -> str:
    return letter.encode("latin-1").decode("cp1252", "replace").replace("\ufffd", " ")
