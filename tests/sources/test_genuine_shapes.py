"""Each awkward shape that the index of the public files names, on the genuine record that has it."""

from __future__ import annotations

import functools
import gzip
import json
import re
from collections.abc import Callable
from typing import Any

import pyarrow.compute as pc
import pytest
from lxml import etree

from expertmine.sources import parse_file
from expertmine.sources.orcid import read_orcid
from tests.sources.invented import SHARED, needs_shared, read

pytestmark = needs_shared
_RECORD = re.compile(rb"<(PubmedArticle|PubmedBookArticle|MedlineCitation)[ >].*?</\1>", re.DOTALL)
Row = dict[str, Any]
Check = Callable[[Row, list[Row]], object]


@functools.cache
def everything() -> tuple[dict[int, Row], dict[int, list[Row]]]:
    """Return all articles of the public XML files by PMID, and their mentions; test files' low numbers left out.

    `cited` stands beside each article's columns.
    """
    paths = [path for path in sorted((SHARED / "pubmed_xml").rglob("*")) if re.search(r"\.xml(\.gz)?$", path.name)]
    merged = read(*(path.read_bytes() for path in paths))
    mentions: dict[int, list[Row]] = {}
    for mention in merged.mentions.to_pylist():
        mentions.setdefault(mention["pmid"], []).append(mention)
    rows = {row["pmid"]: row | {"cited": []} for row in merged.articles.to_pylist() if row["pmid"] > 2_000}
    for row in merged.citations.to_pylist():
        if row["citing"] in rows:
            rows[row["citing"]]["cited"].append(row["cited"])
    return rows, mentions


@functools.cache
def sources() -> dict[int, etree._Element]:
    """Return each record's XML, found without the library; of several the highest version, then the last."""
    found: dict[int, etree._Element] = {}
    paths = [path for path in sorted((SHARED / "pubmed_xml").rglob("*")) if re.search(r"\.xml(\.gz)?$", path.name)]
    for path in paths:
        data = path.read_bytes()
        data = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
        for record in _RECORD.finditer(data):
            whole = (
                record[0] if record[1] != b"MedlineCitation" else b"<PubmedArticle>" + record[0] + b"</PubmedArticle>"
            )
            root = etree.fromstring(whole, etree.XMLParser(recover=True))
            pmid = root.find("*/PMID")
            if pmid is not None and _version(root) >= _version(found.get(int(pmid.text))):
                found[int(pmid.text)] = root
    return found


def _version(root: etree._Element | None) -> int:
    return 0 if root is None else int(root.find("*/PMID").get("Version", "1"))


def source(row: Row) -> etree._Element:
    return sources()[row["pmid"]]


@functools.cache
def index() -> dict[str, list[int]]:
    listed = json.loads((SHARED / "pubmed_xml" / "shapes.json").read_text(encoding="utf-8"))
    return {
        shape: [int(found[0]) for one in pmids if (found := re.match(r"\d+", one))] for shape, pmids in listed.items()
    }


def text(row: Row) -> str:
    return f"{row['title']} {row['abstract']}"


def days(row: Row) -> int:
    return int((row["date_end"] - row["date_start"]).days)


def any_of(mentions: list[Row], check: Callable[[Row], object]) -> bool:
    return any(check(mention) for mention in mentions)


SHAPES: dict[str, Check] = {
    "CollectiveName": lambda _row, names: any_of(names, lambda one: one["collective"] and not one["last"]),
    "structured abstract": lambda row, _: "\n" in str(row["abstract"]) or ": " in str(row["abstract"]),
    "no authors": lambda _row, names: not names,
    "PubDate year only": lambda row, _: row["kind"] == "book" or days(row) in (364, 365),
    "no abstract": lambda row, _: row["abstract"] == "",
    "MedlineDate": lambda row, _: row["year"] and days(row) > 0,
    "title bracketed": lambda row, _: str(row["title"]).startswith("[") or row["vernacular_title"] == row["title"],
    "[Not Available]": lambda row, _: row["title"] == row["vernacular_title"],
    "VernacularTitle": lambda row, _: row["vernacular_title"],
    "version>1": lambda row, _: row["version"] > 1,
    "title markup i": lambda row, _: "<" not in str(row["title"]),
    "abstract markup sub": lambda row, _: "<sub" not in text(row),
    "abstract markup mml:math": lambda row, _: "mml:" not in text(row) and "\n " not in text(row),
    "author multi-affil": lambda _row, names: any_of(names, lambda one: len(one["affiliations"]) > 1),
    "PubDate numeric month": lambda row, _: days(row) < 31,
    "PubDate Season": lambda row, _: 55 < days(row) < 366,
    "ORCID non-bare": lambda _row, names: any_of(names, lambda one: one["orcid"]),
    "LastName w/o Initials": lambda _row, names: any_of(names, lambda one: one["last"] and not one["initials"]),
    "LastName w/o ForeName": lambda _row, names: any_of(names, lambda one: one["last"] and not one["fore"]),
    "Suffix": lambda _row, names: any_of(names, lambda one: one["suffix"]),
    "multi Language": lambda row, _: len(row["languages"]) > 1,
    "lang ENG": lambda row, _: "eng" in row["languages"],
    "RefType RetractionOf": lambda row, _: row["kind"] == "notice",
    "RefType RetractionIn": lambda row, _: row["retracted"] and row["kind"] == "article",
    "PT Retracted Publication": lambda row, _: row["retracted"],
    "PT Published Erratum": lambda row, _: row["kind"] == "notice" and not row["retracted"],
    "PT Preprint": lambda row, _: row["kind"] == "preprint",
    "ELocation order doi>pii": lambda row, _: str(row["doi"]).startswith("10."),
    "ELocation order pii>doi": lambda row, _: str(row["doi"]).startswith("10."),
    "EqualContrib=Y": lambda _row, names: any_of(names, lambda one: one["equal_contribution"]),
    "affil with ;": lambda _row, names: ";" in json.dumps([one["affiliations"] for one in names]),
    "affil with e-mail": lambda _row, names: "@" in json.dumps([one["affiliations"] for one in names]),
    "book": lambda row, _: row["kind"] == "book" and row["title"] and row["journal"],
    "Keyword empty": lambda row, _: all(row["keywords"]),
    "unicode line separators": lambda row, _: "\u2028" not in text(row),
    "authors>100": lambda _row, names: len(names) > 100,
    "Author ValidYN=N": lambda _row, names: max(one["position"] for one in names) >= len(names),
    "title empty": lambda row, _: "title" in row,
    "RefType CommentIn": lambda row, _: _first(row, "CommentIn"),
    "RefType UpdateOf": lambda row, _: row["kind"] in ("article", "preprint") and _first(row, "UpdateOf"),
}  # fmt: skip


def as_signed(row: Row, names: list[Row]) -> object:
    """Nobody but the people in the list of authors has signed; each has the affiliations printed beside the name."""
    authors = source(row).xpath("MedlineCitation/Article/AuthorList/Author[not(@ValidYN='N')]")
    printed = [[one for one in author.findall("AffiliationInfo/Affiliation") if one.text] for author in authors]
    return [len(one["affiliations"]) for one in names] == [len(one) for one in printed]


def without_the_other_abstracts(row: Row, _names: list[Row]) -> object:
    others = [words(one)[:40] for one in source(row).iter("OtherAbstract")]
    own = source(row).find("MedlineCitation/Article/Abstract")
    return own is None or not any(other and other in row["abstract"] for other in others)


def words(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def without_statement(row: Row, _names: list[Row]) -> object:
    statements = [words(one)[:40] for one in source(row).iter("CoiStatement")]
    return not any(one and one in row["abstract"] for one in statements)


def cites_all(row: Row, _names: list[Row]) -> object:
    numbers = source(row).xpath(
        ".//Reference//ArticleId[@IdType='pubmed'] | .//CommentsCorrections[@RefType='Cites']/PMID"
    )
    return row["cited"] and set(row["cited"]) == {int(one.text) for one in numbers}


def has_all_keywords(row: Row, _names: list[Row]) -> object:
    return len(row["keywords"]) == len({words(one) for one in source(row).iter("Keyword")} - {""})


def has_no_invalid_doi(row: Row, _names: list[Row]) -> object:
    return row["doi"] not in {one.text.lower() for one in source(row).xpath(".//ELocationID[@ValidYN='N']")}


SHAPES |= {
    "CoiStatement": without_statement,
    "RefType Cites": cites_all,
    "multi ReferenceList": cites_all,
    "multi KeywordList": has_all_keywords,
    "ELocationID ValidYN=N": has_no_invalid_doi,
    "InvestigatorList": as_signed,
    "PersonalNameSubjectList": as_signed,
    "AuthorList CompleteYN=N": as_signed,
    "author >=5 affil": lambda _row, names: any_of(names, lambda one: len(one["affiliations"]) >= 5),
    "EqualContrib=N": lambda _row, names: any_of(names, lambda one: not one["equal_contribution"]),
    "NlmCategory w/o Label": lambda row, _: re.search("^[A-Z]+: ", row["abstract"], re.MULTILINE),
    "multi AbstractText, some w/o Label": lambda row, _: "\n" in row["abstract"],
    "AbstractText empty": lambda row, _: all(row["abstract"].split("\n")),
    "double-escaped entity": lambda row, _: not re.search("&(?:amp|lt|gt|#[0-9]+);", text(row)),
    "private-use chars": lambda row, _: re.search("[\ue000-\uf8ff]", text(row)),
    "no pubmed ArticleId": lambda row, _: row["pmid"] == int(source(row).findtext("*/PMID")),
    "no ArticleTitle": lambda row, _: row["title"] == "" or row["kind"] == "book",
    "CommentsCorrections w/o PMID": lambda row, _: all(link["pmid"] > 0 for link in row["links"]),
}
FAMILIES: dict[str, Callable[[str], Check]] = {
    "Status": lambda _kind: as_signed,
    "IndexingMethod": lambda _kind: as_signed,
    "affil Identifier": lambda _kind: as_signed,
    "OtherAbstract": lambda _kind: without_the_other_abstracts,
    "lang": lambda kind: lambda row, _: kind.lower() in row["languages"],
    "PT": lambda kind: lambda row, _: kind in row["types"],
    "RefType": lambda kind: lambda row, _: _first(row, kind),
    "title markup": lambda kind: lambda row, _: f"<{kind}" not in row["title"],
    "abstract markup": lambda kind: lambda row, _: f"<{kind}" not in row["abstract"],
}
"""Shapes of one kind that differ in a value, which the check is told."""


def check_of(shape: str) -> Check:
    family = next((one for one in FAMILIES if shape.startswith(f"{one} ")), "")
    return SHAPES.get(shape) or FAMILIES[family](shape.removeprefix(f"{family} "))


def _first(row: Row, relation: str) -> Row:
    links: list[Row] = row["links"]
    return next((link for link in links if link["type"] == relation), {})


def shapes() -> list[str]:
    return sorted(set(index()) - {"DeleteCitation"}) if (SHARED / "pubmed_xml" / "shapes.json").is_file() else []


@pytest.mark.parametrize("shape", shapes())
def test_every_record_of_this_shape_is_read_as_such(shape: str) -> None:
    rows, mentions = everything()
    present = [pmid for pmid in index()[shape] if pmid in rows]
    if shape.startswith("RefType"):
        present = [pmid for pmid in present if pmid not in index()["CommentsCorrections w/o PMID"]]
    if not present:
        pytest.skip(f"no public file holds a record of the shape '{shape}'")
    check = check_of(shape)
    assert [pmid for pmid in present if not check(rows[pmid], mentions.get(pmid, []))] == []


def test_deletions_in_a_genuine_file_are_read() -> None:
    name, _, pmids = next(one for one in deletion_index() if "medline16n0902" in one).rpartition(":")
    path = SHARED / "pubmed_xml" / f"{name.rpartition('/')[2]}"
    deleted = {
        pmid
        for table in parse_file(path.read_bytes(), source=name)
        for pmid in pc.list_flatten(table["deletes"]).to_pylist()
    }
    assert deleted == {int(pmid) for pmid in pmids.split(",")}


def deletion_index() -> list[str]:
    listed: list[str] = json.loads((SHARED / "pubmed_xml" / "shapes.json").read_text(encoding="utf-8"))[
        "DeleteCitation"
    ]
    return listed


def test_every_record_that_stands_in_a_file_is_read() -> None:
    assert {pmid for pmid in sources() if pmid > 2_000} - set(everything()[0]) == set()


def test_every_orcid_that_was_kept_is_valid() -> None:
    kept = {mention["orcid"] for names in everything()[1].values() for mention in names} - {None}
    assert len(kept) > 100
    assert all(read_orcid(str(orcid)) == orcid for orcid in kept)
