"""Records of people and papers that do not exist, in PubMed's layout."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from expertmine.sources import Origin, Records, merge_records, parse_file

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
needs_shared = pytest.mark.skipif(
    not (SHARED / "pubmed_xml").is_dir(), reason="the public PubMed files are not beside the project (../shared)"
)


def author(last: str, fore: str = "Wren", initials: str = "W", more: str = "", **attributes: str) -> str:
    marks = "".join(f' {name}="{value}"' for name, value in attributes.items())
    names = f"<LastName>{last}</LastName><ForeName>{fore}</ForeName><Initials>{initials}</Initials>"
    return f"<Author{marks}>{names}{more}</Author>"


def article(
    pmid: int,
    *,
    title: str = "Of bees.",
    authors: str = author("Quillfeather"),
    version: int | str = 1,
    date: str = "<Year>2019</Year>",
    inside: str = "",
    after: str = "",
    data: str = "",
) -> str:
    """Return a record; `inside` goes into Article, `after` behind it, `data` into PubmedData."""
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="{version}">{pmid}</PMID><Article>'
        f"<Journal><ISSN>1234-5679</ISSN><JournalIssue><PubDate>{date}</PubDate></JournalIssue>"
        f"<Title>Annals of bees</Title></Journal><ArticleTitle>{title}</ArticleTitle>"
        f"<AuthorList>{authors}</AuthorList>{inside}</Article>{after}</MedlineCitation>"
        f"<PubmedData>{data}</PubmedData></PubmedArticle>"
    )


def document(*records: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD" "http://x.invalid/p.dtd">\n'
    return (head + "<PubmedArticleSet>\n" + "\n".join(records) + "\n</PubmedArticleSet>\n").encode()


def deletion(*pmids: int | str, version: int = 1) -> str:
    """Return a list of deletions; with version 0 it names none."""
    mark = f' Version="{version}"' if version else ""
    return "<DeleteCitation>" + "".join(f"<PMID{mark}>{pmid}</PMID>" for pmid in pmids) + "</DeleteCitation>"


def parsed(*files: bytes, fetched: bool = False) -> Iterator[tuple[Origin, pa.Table]]:
    """Yield the tables of files that arrived in this order, named in this order."""
    for number, data in enumerate(files, start=1):
        origin = Origin(f"file{number}", hashlib.sha256(data).hexdigest(), number, fetched)
        yield from ((origin, table) for table in parse_file(data, source=origin.source))


def read(*files: bytes) -> Records:
    """Read files, each later than the one before it, into one set of tables."""
    return merge_records(parsed(*files))


def read_one(data: bytes) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the only article and its mentions."""
    records = read(data)
    (row,) = records.articles.to_pylist()
    return row, records.mentions.to_pylist()


def counts(data: bytes) -> tuple[int, int, int]:
    """Return a file's records read, records refused, PMIDs deleted."""
    rows = [row for table in parse_file(data, source="x") for row in table.to_pylist()]
    good = sum(row["article"] is not None for row in rows)
    deleted = [one for row in rows for one in row["deletes"]]
    return good, sum(row["pmid"] is None and not row["deletes"] for row in rows), len(deleted)


def faults(data: bytes) -> list[tuple[str, str]]:
    """Return place and reason of each fault of a file."""
    rows = [row for table in parse_file(data, source="x") for row in table.to_pylist()]
    return [(fault["place"], fault["reason"]) for row in rows for fault in row["faults"]]
