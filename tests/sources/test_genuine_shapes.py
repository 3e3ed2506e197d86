"""Each awkward shape that the index of the public files names, on the genuine record that has it."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from expertmine.sources import merge_records, parse_file
from expertmine.sources.orcid import read_orcid
from tests.sources.invented import SHARED, needs_shared

pytestmark = needs_shared
Row = dict[str, Any]
Check = Callable[[Row, list[Row]], object]


@functools.cache
def everything() -> tuple[dict[int, Row], dict[int, list[Row]]]:
    """Return all articles of the public XML files by PMID, and their mentions; test files' low numbers left out."""
    paths = [path for path in sorted((SHARED / "pubmed_xml").rglob("*")) if re.search(r"\.xml(\.gz)?$", path.name)]
    merged = merge_records(part for path in paths for part in parse_file(path.read_bytes(), source=str(path)))
    mentions: dict[int, list[Row]] = {}
    for mention in merged.mentions.to_pylist():
        mentions.setdefault(mention["pmid"], []).append(mention)
    return {row["pmid"]: row for row in merged.articles.to_pylist() if row["pmid"] > 2_000}, mentions


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


def _first(row: Row, relation: str) -> Row:
    links: list[Row] = row["links"]
    return next((link for link in links if link["type"] == relation), {})


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_every_record_of_this_shape_is_read_as_such(shape: str) -> None:
    rows, mentions = everything()
    present = [pmid for pmid in index()[shape] if pmid in rows]
    if shape.startswith("RefType"):
        present = [pmid for pmid in present if pmid not in index()["CommentsCorrections w/o PMID"]]
    if not present:
        pytest.skip(f"no public file holds a record of the shape '{shape}'")
    assert [pmid for pmid in present if not SHAPES[shape](rows[pmid], mentions.get(pmid, []))] == []


def test_every_orcid_that_was_kept_is_valid() -> None:
    kept = {mention["orcid"] for names in everything()[1].values() for mention in names} - {None}
    assert len(kept) > 100
    assert all(read_orcid(str(orcid)) == orcid for orcid in kept)
