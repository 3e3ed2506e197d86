"""The query language: what a term finds, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.eutils import Eutils, running
from tests.eutils.asking import record, search
from tests.eutils.catalogue import Catalogue
from tests.eutils.terms import Search
from tests.sources.invented import article, author, document

MESH = (
    '<MeshHeadingList><MeshHeading><DescriptorName MajorTopicYN="Y">Honey</DescriptorName></MeshHeading><MeshHeading>'
    '<DescriptorName MajorTopicYN="N">Bee Venoms</DescriptorName></MeshHeading></MeshHeadingList>'
)


@pytest.fixture(scope="module")
def apiary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Eutils]:
    """Serve records that differ in one respect each."""
    folder = tmp_path_factory.mktemp("apiary")
    heron = author("Heron", "Teal", "T") + author("Van der Berg", "Wren", "W")
    records = [
        article(1, title="Wax and <i>honey</i>", after=MESH, date="<Year>2001</Year><Month>Sep</Month>"),
        article(2, title="Bee-keepers &amp; wax", authors=heron, inside="<Language>eng</Language>"),
        article(3, title="A hive of 12 bees", date="<MedlineDate>2003 Nov-Dec</MedlineDate>"),
        record(4, entered="2004/02/29", created="2004/03/01", revised="2005/01/01", title="Stingless"),
    ]
    (folder / "a.xml").write_bytes(document(*records))
    with running(Eutils(Catalogue.read(folder), today=date(2004, 3, 10))) as eutils:
        yield eutils


@pytest.mark.parametrize(
    ("term", "hits"),
    [
        ("all[sb]", [4, 3, 2, 1]),
        ("wax", [2, 1]),
        ("wax AND honey", [1]),
        ("wax NOT honey", [2]),
        ("hive OR wax NOT honey", [3, 2]),
        ("hive OR (wax NOT honey)", [3, 2]),
        ("((wax)) AND (honey OR hive)", [1]),
        ("WAX", [2, 1]),
        ("bee*[ti]", [3, 2]),
        ("bee[ti]", [2]),
        ('"bee keepers"[ti]', [2]),
        ('"wax honey"[ti:~2]', [1]),
        ("honey[mh]", [1]),
        ("honey[majr] AND wax[Title/Abstract]", [1]),
        ("venoms[majr]", []),
        ("bee venoms[mesh:noexp]", [1]),
        ("heron t[au]", [2]),
        ("heron w[au]", []),
        ("van der berg w[Author]", [2]),
        ("english[la]", [2]),
        ("2:3[uid]", [3, 2]),
        ("2[pmid] OR 4[uid]", [4, 2]),
        ("4", [4]),
        ("12", [3]),
        ("2001/09[dp]", [1]),
        ("2003/11/01[pdat]", [3]),
        ("2004/02/29[edat]", [4]),
        ("2004/02:2004/02[edat]", [4]),
        ("2004/3/1[crdt]", [4]),
        ('("2004"[edat] : "3000"[edat])', [4, 2]),
        ("2005[mdat] AND 2005/01/01:3000[lr]", [4]),
        ('"last 10 days"[crdt]', [4]),
        ('"last 5 days"[crdt]', []),
        ("yesterday[edat]", []),
        ("english[filter]", []),
        ("wax AND the", [2, 1]),
        ("wax AND", [2, 1]),
        ("(wax)[ti]", [2, 1]),
        ("wax & honey", [1]),
        ('"wax &amp; honey"[ti]', []),
    ],
)
def test_terms_find_what_they_say(apiary: Eutils, term: str, hits: list[int]) -> None:
    assert search(apiary, term).ids == hits


@pytest.mark.parametrize(
    ("beside", "hits"),
    [
        ({"mindate": "2001", "maxdate": "2003", "datetype": "pdat"}, [3, 1]),
        ({"mindate": "2004/02/29", "maxdate": "2004/02/29", "datetype": "edat"}, [4]),
        ({"mindate": "2004/02/29", "maxdate": "2004/02/29", "datetype": "crdt"}, []),
        ({"mindate": "2005", "maxdate": "3000", "datetype": "mdat"}, [4]),
        ({"mindate": "2001"}, [4, 3, 1]),
        ({"reldate": 10, "datetype": "crdt"}, [4]),
        ({"reldate": 5, "datetype": "crdt"}, []),
    ],
)
def test_dates_may_stand_beside_the_query(apiary: Eutils, beside: dict[str, str | int], hits: list[int]) -> None:
    assert search(apiary, "1:4[uid] NOT 2[uid]", **beside).ids == hits


@pytest.mark.parametrize(
    ("order", "hits"),
    [
        ("", [4, 3, 2, 1]),
        ("most recent", [4, 3, 2, 1]),
        ("pub_date", [2, 4, 3, 1]),
        ("Author", [2, 4, 3, 1]),
        ("title", [3, 2, 4, 1]),
        ("JournalName", [4, 3, 2, 1]),
        ("relevance", [2, 1, 4, 3]),
    ],
)
def test_hits_come_in_the_order_asked_for(apiary: Eutils, order: str, hits: list[int]) -> None:
    assert search(apiary, "1:4[uid] OR wax", sort=order).ids == hits


def test_a_query_of_ten_thousand_words_is_read_at_once() -> None:
    catalogue = Catalogue()
    assert Search(catalogue).hits(" OR ".join(f"{pmid}[uid]" for pmid in range(10_000))).pmids == []
    assert len(Search(catalogue).hits(" ".join(map(str, range(10_000)))).remarks["PhraseNotFound"]) == 10_000


def test_a_folder_without_records_finds_nothing(tmp_path: Path) -> None:
    hits = Search(Catalogue.read(tmp_path)).hits("all[sb] OR bees[ti] OR 2001[edat] OR 1:9[uid]")
    assert (hits.pmids, hits.remarks["OutputMessage"]) == ([], ["No items found."])
