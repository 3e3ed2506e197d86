"""Each awkward shape that the index of the public files names, on the genuine records that have it.

A shape of which no public file holds a record, XML or MEDLINE, is tested on an invented one.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from lxml import etree

from expertmine.sources import parse_file
from tests.sources import shapes as is_
from tests.sources.genuine import all_pairs, rows, tables
from tests.sources.invented import SHARED, article, document, needs_shared
from tests.sources.oracle import Node, Row, ask
from tests.sources.shapes import LINK, PUBDATE, SIGNED, TEXT, Check

pytestmark = needs_shared
INDEX = SHARED / "pubmed_xml" / "shapes.json"


class Shape(NamedTuple):
    """A shape: what XPath finds in each of its records, and what is then true of the row."""

    seen: str
    holds: Check


ELOCATION = "A/ELocationID[@EIdType='{}']/following-sibling::ELocationID"
TYPE = ".//PublicationType[.='{}']"
OTHER_ENGLISH = "C/OtherAbstract[not(@Language) or @Language='eng']/AbstractText"
SHAPES = {
    "AbstractText empty": Shape("A/Abstract/AbstractText[not(normalize-space())]", is_.lines),
    "Author ValidYN=N": Shape(".//Author[@ValidYN='N']", is_.without_aliases),
    "AuthorList CompleteYN=N": Shape("A/AuthorList[@CompleteYN='N']", is_.signed),
    "CoiStatement": Shape("C/CoiStatement", is_.without("C/CoiStatement")),
    "CollectiveName": Shape(f"{SIGNED}/CollectiveName", is_.names("collective", f"{SIGNED}/CollectiveName")),
    "CommentsCorrections w/o PMID": Shape(f"{LINK}[not(PMID)]", is_.all_links),
    "ELocation order doi>pii": Shape(ELOCATION.format("doi"), is_.doi),
    "ELocation order pii>doi": Shape(ELOCATION.format("pii"), is_.doi),
    "ELocationID ValidYN=N": Shape("A/ELocationID[@ValidYN='N']", is_.doi),
    "EqualContrib=N": Shape(f"{SIGNED}[@EqualContrib='N']", is_.equally),
    "EqualContrib=Y": Shape(f"{SIGNED}[@EqualContrib='Y']", is_.equally),
    "InvestigatorList": Shape("C/InvestigatorList", is_.signed),
    "Keyword empty": Shape("C/KeywordList/Keyword[.='']", is_.texts("keywords", "C/KeywordList/Keyword")),
    "LastName w/o ForeName": Shape(f"{SIGNED}[LastName][not(ForeName)]", is_.nameless("fore", "ForeName")),
    "LastName w/o Initials": Shape(f"{SIGNED}[LastName][not(Initials)]", is_.nameless("initials", "Initials")),
    "MedlineDate": Shape(f"{PUBDATE}/MedlineDate", is_.printed_date),
    "NlmCategory w/o Label": Shape("A/Abstract/AbstractText[@NlmCategory][not(@Label)]", is_.lines),
    "ORCID non-bare": Shape(f"{SIGNED}/Identifier[@Source='ORCID'][string-length()!=19]", is_.bare_orcids),
    "PersonalNameSubjectList": Shape("C/PersonalNameSubjectList", is_.signed),
    "PubDate Season": Shape(f"{PUBDATE}/Season", is_.season),
    "PubDate numeric month": Shape(f"{PUBDATE}/Month[number()=number()]", is_.numbered_month),
    "PubDate year only": Shape(f"{PUBDATE}[Year][not(Month or Season)] | B/Book/PubDate", is_.whole_year),
    "Suffix": Shape(f"{SIGNED}/Suffix", is_.names("suffix", f"{SIGNED}/Suffix")),
    "VernacularTitle": Shape("A/VernacularTitle", is_.text("vernacular_title", "A/VernacularTitle")),
    "[Not Available]": Shape("A/ArticleTitle[.='[Not Available].']", is_.text("title", "A/VernacularTitle")),
    "affil with ;": Shape(f"{SIGNED}//Affiliation[contains(., ';')]", is_.places),
    "affil with e-mail": Shape(f"{SIGNED}//Affiliation[contains(., '@')]", is_.places),
    "author >=5 affil": Shape(f"{SIGNED}[count(AffiliationInfo)>4]", is_.places),
    "author multi-affil": Shape(f"{SIGNED}[count(AffiliationInfo)>1]", is_.places),
    "authors>100": Shape(f"{SIGNED}[101]", is_.signed),
    "book": Shape("B/Book", is_.book),
    "double-escaped entity": Shape("descendant::text()[contains(., '&')][contains(., ';')]", is_.unescaped),
    "multi AbstractText, some w/o Label": Shape("A/Abstract[AbstractText/@Label]/AbstractText[not(@Label)]", is_.lines),
    "multi KeywordList": Shape("C/KeywordList[2]", is_.texts("keywords", "C/KeywordList/Keyword")),
    "multi Language": Shape("A/Language[2]", is_.texts("languages", "A/Language")),
    "multi ReferenceList": Shape(
        ".//ReferenceList/following-sibling::ReferenceList | .//ReferenceList//ReferenceList", is_.cites
    ),
    "no ArticleTitle": Shape("B/Book[not(../ArticleTitle)]", is_.book),
    "no abstract": Shape("self::*[not(.//Abstract//text())]", is_.text("abstract", OTHER_ENGLISH)),
    "no authors": Shape("self::*[not(.//Author)]", is_.nobody),
    "no pubmed ArticleId": Shape("self::*[not(PubmedData//ArticleId[@IdType='pubmed'])]", is_.number),
    "private-use chars": Shape(TEXT, is_.private_letters),
    "structured abstract": Shape("A/Abstract/AbstractText[@Label] | B/Abstract/AbstractText[@Label]", is_.lines),
    "title bracketed": Shape(
        "A/ArticleTitle[starts-with(., '[')][.!='[Not Available].']", is_.text("title", "A/ArticleTitle")
    ),
    "title empty": Shape("A/ArticleTitle[not(normalize-space())]", is_.text("title", "A/VernacularTitle")),
    "unicode line separators": Shape("A/Abstract/AbstractText", is_.on_one_line),
    "version>1": Shape("C/PMID[@Version>1]", is_.version),
    "PT Preprint": Shape(TYPE.format("Preprint"), is_.kind("preprint")),
    "PT Published Erratum": Shape(TYPE.format("Published Erratum"), is_.kind("notice")),
    "PT Retracted Publication": Shape(TYPE.format("Retracted Publication"), is_.retracted),
    "PT Retraction of Publication": Shape(TYPE.format("Retraction of Publication"), is_.kind("notice")),
    "RefType Cites": Shape(f"{LINK}[@RefType='Cites'] | .//Reference//ArticleId[@IdType='pubmed']", is_.cites),
    "RefType RetractionIn": Shape(f"{LINK}[@RefType='RetractionIn']", is_.retracted),
    "RefType RetractionOf": Shape(f"{LINK}[@RefType='RetractionOf']", is_.kind("notice")),
}


def marked(path: str) -> Callable[[str], Shape]:
    return lambda name: Shape(path.format(name), is_.words_of(path.format(name)))


FAMILIES: dict[str, Callable[[str], Shape]] = {
    "IndexingMethod None": lambda _: Shape("self::*[not(*/@IndexingMethod)]", is_.headings),
    "IndexingMethod": lambda name: Shape(f"C/@IndexingMethod[.='{name}']", is_.headings),
    "OtherAbstract": lambda _: Shape("C/OtherAbstract", is_.without("C/OtherAbstract")),
    "PT": lambda name: Shape(TYPE.format(name), is_.texts("types", ".//PublicationType")),
    "RefType": lambda name: Shape(f"{LINK}[@RefType='{name}']", is_.linked(name)),
    "Status": lambda name: Shape(f"C/@Status[.='{name}']", is_.signed),
    "abstract markup mml:": marked("A/Abstract//*[local-name()='{}']"),
    "abstract markup": marked("A/Abstract//{}"),
    "affil Identifier": lambda name: Shape(f"{SIGNED}//AffiliationInfo/Identifier[@Source='{name}']", is_.places),
    "lang": lambda name: Shape(f"A/Language[.='{name}']", lambda row, _: name.lower() in row["languages"]),
    "title markup": marked("A/ArticleTitle//{}"),
}
"""Shapes of one kind that differ in a value, of which the shape is made."""


def shape_of(name: str) -> Shape:
    if name in SHAPES:
        return SHAPES[name]
    family = next(one for one in FAMILIES if name.startswith(one))
    return FAMILIES[family](name.removeprefix(family).strip())


def typed(kind: str) -> str:
    return article(1, inside=f"<PublicationTypeList><PublicationType>{kind}</PublicationType></PublicationTypeList>")


ABSTRACT = "<Abstract><AbstractText{}>{}</AbstractText><AbstractText Label='END'>Honey.</AbstractText></Abstract>"
GERMAN = "<OtherAbstract Type='Publisher' Language='ger'><AbstractText>Von Bienen.</AbstractText></OtherAbstract>"
REPUBLISHED = "<CommentsCorrections RefType='RepublishedFrom'><PMID>2</PMID></CommentsCorrections>"
BOOK = "<BookDocument><PMID>1</PMID><Book><BookTitle>Of bees</BookTitle></Book></BookDocument>"
FALSE_DOI = (
    "<ELocationID EIdType='doi' ValidYN='N'>10.1234/false</ELocationID>"
    "<ELocationID EIdType='doi'>10.1234/true</ELocationID>"
)
INVENTED = {
    "AbstractText empty": article(1, inside=ABSTRACT.format(" Label='AIM'", "")),
    "OtherAbstract ger/Publisher": article(1, inside=ABSTRACT.format("", "Bees."), after=GERMAN),
    "PT Corrected and Republished Article": typed("Corrected and Republished Article"),
    "PT Preprint": typed("Preprint"),
    "PT Retraction of Publication": typed("Retraction of Publication"),
    "RefType RepublishedFrom": article(1, after=f"<CommentsCorrectionsList>{REPUBLISHED}</CommentsCorrectionsList>"),
    "ELocationID ValidYN=N": article(1, inside=FALSE_DOI),
    "double-escaped entity": article(
        1, title="Bees &amp;amp; &amp;lt;i&amp;gt;wasps&amp;lt;/i&amp;gt; &amp;#8211; a list."
    ),
    "lang ENG": article(1, inside="<Language>ENG</Language>"),
    "lang Eng": article(1, inside="<Language>Eng</Language>"),
    "lang rum": article(1, inside="<Language>rum</Language>"),
    "no ArticleTitle": f"<PubmedBookArticle>{BOOK}</PubmedBookArticle>",
    "title empty": article(1, title=" ", inside="<VernacularTitle>Von Bienen.</VernacularTitle>"),
}
"""Records of the shapes of which the public files have none any more, or none that touches a column."""


@functools.cache
def index() -> dict[str, list[str]]:
    listed: dict[str, list[str]] = json.loads(INDEX.read_text(encoding="utf-8")) if INDEX.is_file() else {}
    return listed


@functools.cache
def genuine() -> dict[int, list[tuple[Row, Node]]]:
    """Return all records of each PMID: rows and what they were read from."""
    found: dict[int, list[tuple[Row, Node]]] = {}
    for expected, row in all_pairs():
        if row["pmid"]:
            found.setdefault(row["pmid"], []).append((row, expected.element))
    return found


def listed(name: str) -> list[int]:
    """Return the PMIDs under which the index has a shape; some say more behind the number."""
    return [int(digits[0]) for entry in index()[name] if (digits := re.match(r"\d+", entry))]


def records_of(name: str) -> list[tuple[Row, Node]]:
    """Return the genuine records of this shape, and the invented one if there is one."""
    records = [both for pmid in listed(name) for both in genuine().get(pmid, [])]
    found = [both for both in records if ask(both[1], shape_of(name).seen)]
    if name in INVENTED:
        (row,) = rows(parse_file(document(INVENTED[name]), source=name))
        found.append((row, etree.fromstring(INVENTED[name])))
    return found


@pytest.mark.parametrize("name", sorted(set(index()) - {"DeleteCitation"}))
def test_every_record_of_this_shape_is_read_as_such(name: str) -> None:
    shape = shape_of(name)
    records = records_of(name)
    assert records
    assert all(ask(record, shape.seen) for _, record in records)
    assert [row["pmid"] for row, record in records if not shape.holds(row, record)] == []


def test_eleven_shapes_have_no_genuine_record_left_and_all_others_have_one() -> None:
    without = {name for name in index() if not genuine().keys() & set(listed(name))} - {"DeleteCitation"}
    assert without <= set(INVENTED)
    assert len(without) == 11


@pytest.mark.parametrize("entry", index().get("DeleteCitation", []), ids=lambda entry: entry.rpartition(":")[0])
def test_every_deletion_that_the_index_names_is_read(entry: str) -> None:
    name, _, pmids = entry.partition(":")
    (path,) = (SHARED / "pubmed_xml").rglob(name.rpartition("/")[2])
    deleted = [str(one["pmid"]) for row in rows(tables(path)) for one in row["deletes"]]
    assert ",".join(deleted).startswith(pmids)  # the index names the first ones
