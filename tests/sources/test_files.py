from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expertmine.errors import DataError
from expertmine.sources import RECORDS, parse_file
from tests.sources.invented import article, counts, document, read_one

GOOD = document(*(article(900_000_000 + number, title="Bees and their ways. " * 9) for number in range(1, 30)))
PACKED = gzip.compress(GOOD, mtime=0)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"\xef\xbb\xbf \n", "is empty"),
        (b"<!DOCTYPE html><html><body>Error 500</body></html>", "a web page"),
        (b"<?xml version='1.0'?><eSearchResult><Count>1</Count></eSearchResult>", "XML without PubMed records"),
        (b"TY  - JOUR\nTI  - Bees\n", "a RIS file"),
        (b"@article{bee, title={Bees}}", "a BibTeX file"),
        (b'[{"pmid": 1}]', "JSON"),
        (b"PK\x03\x04rest", "a zip archive"),
        (b"%PDF-1.7", "a PDF"),
        (GOOD.decode().encode("utf-16"), "UTF-16"),
        (b"\x00\x01\x02", "of no known format"),
        (GOOD.replace(b'"UTF-8"', b'"UTF-16"', 1), "XML in UTF-16"),
        (GOOD.replace(b'"UTF-8"', b'"klingon"', 1), "XML in klingon"),
        (GOOD.replace(b'"UTF-8"', b'"cp437"', 1), "XML in cp437"),
        (GOOD.replace(b'"UTF-8"', b'"hex"', 1), "XML in hex"),
    ],
)
def test_a_file_that_is_none_of_ours_is_named_and_refused_at_once(data: bytes, found: str) -> None:
    with pytest.raises(DataError, match=f"'bees.xml.gz'.*{found}"):
        parse_file(data, source="bees.xml.gz")


@given(st.integers(1, len(PACKED) - 1))
@settings(max_examples=60)
def test_a_gz_cut_anywhere_ends_in_an_error(length: int) -> None:
    with pytest.raises(DataError):
        list(parse_file(PACKED[:length], source="bees.xml.gz"))


@given(st.integers(1, len(GOOD.rstrip()) - 1))
@settings(max_examples=60)
def test_xml_cut_anywhere_ends_in_an_error(length: int) -> None:
    with pytest.raises(DataError):
        list(parse_file(GOOD[:length], source="bees.xml"))


@given(st.integers(10, len(PACKED) - 9), st.integers(0, 7))
@settings(max_examples=60)
def test_a_flipped_bit_in_a_gz_ends_in_an_error(place: int, bit: int) -> None:
    damaged = bytearray(PACKED)
    damaged[place] ^= 1 << bit
    with pytest.raises(DataError):
        list(parse_file(bytes(damaged), source="bees.xml.gz"))


def test_the_content_tells_the_format_not_the_name() -> None:
    for data in (GOOD, PACKED, b"\xef\xbb\xbf" + GOOD, gzip.compress(GOOD[:99]) + gzip.compress(GOOD[99:])):
        assert counts(data) == (29, 0, 0)


def test_an_empty_set_is_a_good_file_without_records() -> None:
    for data in (document(), b'<?xml version="1.0"?>\n<!DOCTYPE PubmedArticleSet>\n<PubmedArticleSet/>\n'):
        (table,) = parse_file(data, source="none.xml")
        assert table == RECORDS.empty_table()


@pytest.mark.parametrize("name", ["ISO-8859-1", "latin-1", "utf_8", "U8", "windows-1252", "8859"])
def test_an_encoding_is_read_as_it_declares_itself_by_whatever_name(name: str) -> None:
    data = document(article(900_000_001, title="Caf\u00e9")).decode().replace("UTF-8", name).encode(name)
    assert read_one(data)[0]["title"] == "Caf\u00e9"


@pytest.mark.parametrize("data", [GOOD, PACKED], ids=["plain", "gz"])
def test_a_path_is_read_as_its_bytes_are(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "bees.xml").write_bytes(data)
    from_path = list(parse_file(tmp_path / "bees.xml", source="bees.xml"))
    assert from_path == list(parse_file(data, source="bees.xml"))
