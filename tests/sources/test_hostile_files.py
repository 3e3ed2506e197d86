"""Files that attack, and files that rot: a record goes, the file stays."""

from __future__ import annotations

import http.server
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expertmine.sources import parse_file
from tests.sources.genuine import rows
from tests.sources.invented import article, author, counts, document, faults, read

GOOD = article(900_000_001)


def with_dtd(subset: str, record: str) -> bytes:
    return document(GOOD, record).replace(b'"http://x.invalid/p.dtd"', f'"http://x.invalid/p.dtd" [{subset}]'.encode())


def test_an_external_entity_is_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("honeycomb")
    data = with_dtd(f'<!ENTITY xxe SYSTEM "{secret.as_uri()}">', article(900_000_002, title="&xxe;"))
    assert counts(data) == (1, 1, 0)
    assert "honeycomb" not in str(read(data))


def test_a_billion_laughs_cost_one_record_and_no_memory() -> None:
    subset = '<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    data = with_dtd(subset, article(900_000_002, title="&l9;"))
    tracemalloc.start()
    found = counts(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == (1, 1, 0)
    assert peak < 10e6


@pytest.mark.parametrize("rot", [b"\xff\xfe", b"\xc3(", b"\x00", b"\x0b", b"&#x1;", b"&bees;", b"<i>", b"\xed\xa0\x80"])
def test_rot_in_one_record_quarantines_that_record_only(rot: bytes) -> None:
    data = document(GOOD, article(900_000_002, title="ROT"), article(900_000_003)).replace(b"ROT", rot)
    assert read(data).articles["pmid"].to_pylist() == [900_000_001, 900_000_003]
    assert [place for place, _ in faults(data)] == ["record 2"]


@pytest.mark.parametrize("rot", [b"\xff\xfe", b"\x00", b"\x0b"])
def test_rot_in_one_medline_record_quarantines_that_record_only(rot: bytes) -> None:
    data = b"PMID- 1\nTI  - A\n\nPMID- 2\nTI  - " + rot + b"\n\nPMID- 3\nTI  - C\n"
    assert read(data).articles["pmid"].to_pylist() == [1, 3]
    assert [place for place, _ in faults(data)] == ["record 2"]


@pytest.mark.parametrize("pmid", ["", "0", "-1", "bee", "99999999999999999999", "\u0661"])
def test_a_record_without_a_number_is_no_record(pmid: str) -> None:
    record = GOOD.replace("900000001", pmid)
    assert counts(document(record, article(900_000_002))) == (1, 1, 0)


@pytest.mark.parametrize("lost", ["PMID", "Article", "MedlineCitation"])
def test_a_record_without_its_heart_is_no_record(lost: str) -> None:
    record = GOOD.replace(f"<{lost}", "<Other").replace(f"</{lost}>", "</Other>")
    assert counts(document(record)) == (0, 1, 0)


def test_memory_stays_flat_however_many_records_there_are() -> None:
    def peak(records: int) -> int:
        data = document(*(article(900_000_000 + number, title="Bees. " * 200) for number in range(1, records)))
        tracemalloc.start()
        for _ in parse_file(data, source="x"):
            pass
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(500)  # what is kept for every file to come
    assert peak(3_500) < 1.5 * peak(1_500)


RICH = article(
    900_000_002,
    version=2,
    date="<Year>2019</Year><Month>04</Month><Day>3</Day>",
    authors=author("Fen", more='<Identifier Source="ORCID">0000000218250097</Identifier>') * 2,
    inside='<ELocationID EIdType="doi">10.1234/x</ELocationID><Language>eng</Language>',
    after='<CommentsCorrectionsList><CommentsCorrections RefType="Cites"><PMID>11</PMID></CommentsCorrections>'
    "</CommentsCorrectionsList>",
    data='<ReferenceList><Reference><ArticleIdList><ArticleId IdType="pubmed">12</ArticleId></ArticleIdList>'
    "</Reference></ReferenceList>",
).encode()
NBIB = (
    b"PMID- 900000002\nDP  - 2019 Apr 3\nDEP - 20190403\nTI  - Of bees\nFAU - Fen, Wren\nAU  - Fen W Jr\n"
    b"AUID- ORCID: 0000000218250097\nAD  - Hive\nCN  - Bees\nMH  - Bees/*physiology\nCIN - Hive. PMID: 12\n"
)
ODD = st.sampled_from(
    [b"", b"\xc2\xb2", b"\xd9\xa1", b"0", b"99999999999", b"<", b">", b"&lt;", b"\n", b"-", b" ", b"\xff"]
)


@given(st.lists(st.tuples(st.integers(0, len(RICH)), st.integers(0, 12), ODD), min_size=1, max_size=3))
@settings(max_examples=300)
def test_no_damage_to_a_record_harms_its_neighbours(wounds: list[tuple[int, int, bytes]]) -> None:
    record = RICH
    for place, length, odd in wounds:
        record = record[:place] + odd + record[place + length :]
    records = read(document(GOOD, "HERE", article(900_000_003)).replace(b"HERE", record))
    assert {900_000_001, 900_000_003} <= set(records.articles["pmid"].to_pylist())


@given(st.lists(st.tuples(st.integers(0, len(NBIB)), st.integers(0, 12), ODD), min_size=1, max_size=3))
@settings(max_examples=300)
def test_no_damage_to_a_medline_record_harms_its_neighbours(wounds: list[tuple[int, int, bytes]]) -> None:
    record = NBIB
    for place, length, odd in wounds:
        record = record[:place] + odd + record[place + length :]
    records = read(b"PMID- 1\nTI  - A\n\n" + record + b"\n\nPMID- 3\nTI  - C\n")
    assert 3 in records.articles["pmid"].to_pylist()


def test_a_fault_that_repeats_is_noted_each_time_and_a_reference_once() -> None:
    wrong = '<Identifier Source="ORCID">wrong</Identifier>' * 2
    record = article(900_000_002, authors=author("Fen", more=wrong)).encode()
    cites = b"<PubmedData><ReferenceList>" + b"".join(
        b'<Reference><ArticleIdList><ArticleId IdType="pubmed">%s</ArticleId></ArticleIdList></Reference>' % pmid
        for pmid in (b"12", b"0012", b"12")
    )
    record = record.replace(b"<PubmedData>", cites + b"</ReferenceList>")
    records = read(document("HERE").replace(b"HERE", record))
    assert records.rejects.num_rows == 2
    assert records.citations["cited"].to_pylist() == [12]


def test_a_record_in_a_namespace_is_refused() -> None:
    record = GOOD.replace("<PubmedArticle>", '<PubmedArticle xmlns="urn:bees">')
    assert counts(document(record, article(900_000_002))) == (1, 1, 0)


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """Serve an entity on the loopback; yield its address and the list of what was asked for."""
    paths: list[str] = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'<!ENTITY x "honeycomb">')

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", paths
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("subset", ["", '<!ENTITY x SYSTEM "{0}">', '<!ENTITY % p SYSTEM "{0}"> %p;'])
def test_no_dtd_and_no_entity_is_fetched(asked: tuple[str, list[str]], subset: str) -> None:
    address, paths = asked
    data = with_dtd(subset.format(address), article(900_000_002, title="&x;"))
    good, bad = rows(parse_file(data.replace(b"http://x.invalid/p.dtd", address.encode()), source="dtd.xml"))
    assert (good["pmid"], bad["pmid"], paths) == (900_000_001, None, [])
    assert "Entity 'x' not defined" in bad["faults"][0]["reason"]


def test_a_dtd_on_disk_changes_no_value(tmp_path: Path) -> None:
    (tmp_path / "p.dtd").write_text('<!ATTLIST Author EqualContrib CDATA "Y">')
    data = document(GOOD).replace(b"http://x.invalid/p.dtd", (tmp_path / "p.dtd").as_uri().encode())
    (row,) = rows(parse_file(data, source="dtd.xml"))
    assert [name["equal_contribution"] for name in row["mentions"]] == [False]


def test_an_entity_that_the_file_itself_defines_costs_its_record() -> None:
    data = with_dtd('<!ENTITY x "bees">', article(900_000_002, title="Of &x;"))
    assert [row["pmid"] for row in rows(parse_file(data, source="entity.xml"))] == [900_000_001, None]


@pytest.mark.parametrize("part", ["<AbstractText>{}</AbstractText>", "<AbstractText Label='{}'>Bees.</AbstractText>"])
def test_twelve_megabytes_in_one_text_cost_one_record_and_it_is_said_why(part: str) -> None:
    long = f"<Abstract>{part.format('a ' * 6_000_000)}</Abstract>"
    data = document(GOOD, article(900_000_002, inside=long), article(900_000_003))
    before, bad, after = rows(parse_file(data, source="long.xml"))
    assert (before["pmid"], bad["pmid"], after["pmid"]) == (900_000_001, None, 900_000_003)
    assert "limit exceeded" in bad["faults"][0]["reason"].lower()
