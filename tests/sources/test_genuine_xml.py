"""Public PubMed files, every record of them: accounted for, and read as an independent reader reads them."""

from __future__ import annotations

import gzip
import html
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.sources.invented import SHARED, counts, needs_shared
from tests.sources.invented import read as read_files

pytestmark = needs_shared
CORPORA = [SHARED / "corpora" / f"{name}.xml.gz" for name in ("crops", "ivacaftor", "object_in_context")]
SMALL = sorted(path for path in (SHARED / "pubmed_xml").rglob("*") if re.search(r"\.xml(\.gz)?$", path.name))
FILES = [*SMALL, *(path for path in CORPORA if path.exists())]


def unpacked(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


@pytest.mark.parametrize("folder", sorted({path.parent for path in FILES}), ids=lambda folder: str(folder.name))
def test_records_rejects_and_deletions_add_up_in_every_file(folder: Path) -> None:
    for path in (path for path in FILES if path.parent == folder):
        root = etree.fromstring(unpacked(path))
        records = len(root.xpath("//PubmedArticle | //PubmedBookArticle | /MedlineCitationSet/MedlineCitation"))
        found = counts(path.read_bytes())
        assert found == (records, 0, len(root.xpath("//DeleteCitation/PMID"))), path.name


def words(texts: list[str]) -> str:
    """Return the letters and digits: what neither white space nor escapes can change."""
    whole = html.unescape("".join(texts))
    return re.sub(r"\W|_", "", unicodedata.normalize("NFC", re.sub(r"</?(?:i|b|sub|sup)/?>", "", whole)))


def expected(record: etree._Element) -> dict[str, Any]:
    """Return what XPath finds in an article, by other ways than the reader's."""

    def text(path: str) -> str:
        return words(record.xpath(f"{path}//text()"))

    def number(path: str) -> int:
        return int(record.xpath(f"count({path})"))

    years = record.xpath("string(.//PubDate/Year | .//PubDate/MedlineDate)")
    signed = ".//Article/AuthorList/Author[not(@ValidYN='N')]"
    return {
        "title": text(".//ArticleTitle[.!='[Not Available].']") or text(".//VernacularTitle"),
        "vernacular": text(".//Article/VernacularTitle"),
        "journal": text(".//Journal/Title"),
        "year": "".join(re.findall(r"\d{4}", years)[:1]),
        "types": number(".//PublicationType[not(.=preceding-sibling::PublicationType)]"),
        "mesh": [words([name]) for name in record.xpath(".//MeshHeading/DescriptorName/text()")],
        "major": number(".//MeshHeading[*/@MajorTopicYN='Y']"),
        "qualifiers": number(".//QualifierName"),
        "languages": len({one.lower() for one in record.xpath(".//Article/Language/text()")}),
        "abstract": text(".//Article/Abstract/AbstractText"),
        "links": number(".//CommentsCorrections[@RefType!='Cites' and PMID]"),
        "names": number(f"{signed}[LastName or CollectiveName]"),
        "groups": number(f"{signed}[CollectiveName]"),
        "lasts": text(f"{signed}/LastName"),
        "fores": text(f"{signed}/ForeName"),
        "initials": text(f"{signed}/Initials"),
        "suffixes": text(f"{signed}/Suffix"),
        "places": text(f"{signed}//Affiliation"),
        "equal": number(f"{signed}[@EqualContrib='Y']"),
    }


def read(row: dict[str, Any], mentions: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the same of a row and its mentions."""
    mesh: list[dict[str, Any]] = row["mesh"]
    lines = str(row["abstract"]).split("\n")

    def names(part: str) -> str:
        return words([str(mention[part] or "") for mention in mentions])

    return {
        "title": words([str(row["title"])]),
        "vernacular": words([str(row["vernacular_title"] or "")]),
        "journal": words([str(row["journal"])]),
        "year": str(row["year"] or ""),
        "types": len(row["types"]),
        "mesh": [words([str(heading["descriptor"])]) for heading in mesh],
        "major": sum(bool(heading["major"]) for heading in mesh),
        "qualifiers": len([one for heading in mesh for one in heading["qualifiers"]]),
        "languages": len(row["languages"]),
        "abstract": words(lines),
        "links": len(row["links"]),
        "names": len(mentions),
        "groups": sum(mention["collective"] is not None for mention in mentions),
        "lasts": names("last"),
        "fores": names("fore"),
        "initials": names("initials"),
        "suffixes": names("suffix"),
        "places": words([place for mention in mentions for place in mention["affiliations"]]),
        "equal": sum(bool(mention["equal_contribution"]) for mention in mentions),
    }


@pytest.mark.parametrize("path", SMALL, ids=lambda path: str(path.name))
def test_no_field_is_lost_against_xpath(path: Path) -> None:
    root = etree.fromstring(unpacked(path))
    records = {}
    for record in root.xpath("//PubmedArticle | /MedlineCitationSet/MedlineCitation"):
        pmid = int(record.xpath("string(.//PMID)"))
        # Labels come out as words of the abstract; here they are taken as such too.
        for part in record.xpath(".//Article/Abstract/AbstractText[normalize-space(.)]"):
            label = part.get("Label") or part.get("NlmCategory", "")
            part.text = ("" if label.upper() in ("UNASSIGNED", "UNLABELLED") else label) + (part.text or "")
        records[pmid] = expected(record)
    deleted = {int(pmid) for pmid in root.xpath("//DeleteCitation/PMID/text()")}
    merged = read_files(path.read_bytes())
    mentions: dict[int, list[dict[str, Any]]] = {}
    for mention in merged.mentions.to_pylist():
        mentions.setdefault(mention["pmid"], []).append(mention)
    found = {
        row["pmid"]: read(row, mentions.get(row["pmid"], []))
        for row in merged.articles.to_pylist()
        if row["kind"] != "book"
    }
    assert set(found) == set(records) - deleted
    for pmid, row in found.items():
        assert row == records[pmid], pmid
