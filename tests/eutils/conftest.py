"""A small service, and a crowd that no single search can show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.eutils import Eutils, running
from tests.eutils.catalogue import Catalogue, Entry
from tests.sources.invented import article, document

BOOK = (
    "<PubmedBookArticle><BookDocument><PMID>8</PMID><Book><BookTitle>Bee wax</BookTitle></Book></BookDocument>"
    "<PubmedBookData/></PubmedBookArticle>"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with seven records on bees, one a year since 2001, and a book."""
    records = [
        article(number, title=f"Bee {'sting' if number % 2 else 'honey'}", date=f"<Year>200{number}</Year>")
        for number in range(1, 8)
    ]
    (tmp_path / "bees.xml").write_bytes(document(*records, BOOK))
    return tmp_path


@pytest.fixture
def service(folder: Path) -> Iterator[Eutils]:
    with running(Eutils(Catalogue.read(folder))) as eutils:
        yield eutils


@pytest.fixture(scope="session")
def crowd() -> Iterator[Eutils]:
    """Serve 10,001 records, of which 3,000 and more were entered on one day."""
    days = [f"2001/{1 + number // 28 % 12:02}/{1 + number % 28:02}" for number in range(7_001)] + ["2001/06/15"] * 3_000
    entries = (
        Entry(
            number,
            b"<PubmedArticle><PMID>%d</PMID></PubmedArticle>" % number,
            dict.fromkeys(("entrez", "pubmed", "revised"), day) | {"published": "2001/01/01"},
        )
        for number, day in enumerate(days, start=1)
    )
    with running(Eutils(Catalogue(entries))) as eutils:
        yield eutils
