from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.sources import pieces
from tests.sources.invented import article, counts, deletion, document, faults

RECORDS = [article(900_000_001), article(900_000_002), deletion(900_000_003, 900_000_004), article(900_000_005)]


def chunked(data: bytes, sizes: list[int]) -> list[bytes]:
    cuts, at = [], 0
    for size in sizes:
        cuts.append(data[at : at + size])
        at += size
    return [*cuts, data[at:]]


@given(st.lists(st.integers(1, 400), max_size=12))
def test_where_the_chunks_end_changes_nothing(sizes: list[int]) -> None:
    found = [piece.data.decode() for piece in pieces.split_xml(chunked(document(*RECORDS), sizes))]
    assert found == RECORDS


@given(st.lists(st.integers(1, 30), max_size=12))
def test_where_the_chunks_end_changes_nothing_in_medline(sizes: list[int]) -> None:
    text = b"\nPMID- 1\nTI  - A\n      PMID- in a title\n\nPMID- 2\r\nTI  - B\r\n\r\nPMID- 3\n"
    whole = [piece.data for piece in pieces.split_medline([text])]
    assert [piece.data for piece in pieces.split_medline(chunked(text, sizes))] == whole
    assert len(whole) == 3


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("pmid", ["PMID- 2", "PMID-2", "PMID - 2", "\ufeffPMID- 2"])
def test_a_record_of_medline_begins_wherever_a_file_of_it_may_begin(pmid: str, line_end: str) -> None:
    second = f"{pmid}\nTI  - B\n".replace("\n", line_end)
    assert counts(second.encode()) == (1, 0, 0)
    assert counts(("PMID- 1\nTI  - A\n\n".replace("\n", line_end) + second).encode()) == (2, 0, 0)


ENDED = b"PMID- 1\nTI  - Of bees.\nSO  - Bee J. 2020.\n\nPMID- 2\nTI  - Of wax.\nSO  - Bee J. 2021.\n\n"
BOOK = b"PMID- 3\nBTI - Of hives.\nAID - NBK1 [bookaccession]\n"


@pytest.mark.parametrize("size", [1, 7, 1_000])
@pytest.mark.parametrize(
    ("data", "faults"),
    [
        (ENDED + b"PMID- 3\nTI  - Of ho", [False, False, True]),
        (ENDED + b"PMID- 3\nTI  - Of honey.\nSO  - Bee J.", [False, False, False]),
        (ENDED + BOOK, [False, False, False]),
        (BOOK + b"\n" + ENDED + b"PMID- 4\n", [False, False, False, True]),
        (b"PMID- 1\nTI  - Of bees.\n\n" + ENDED + b"PMID- 3\nTI  - Of honey.\n", [False] * 4),
        (b"PMID- 1\nTI  - Of bees.\n", [False]),
    ],
)
def test_a_last_record_without_the_end_that_all_others_have_was_cut(data: bytes, faults: list[bool], size: int) -> None:
    found = pieces.split_medline(data[start : start + size] for start in range(0, len(data), size))
    assert ["was the file cut? download it again" in piece.fault for piece in found] == faults


def test_documents_one_after_another_are_one_file() -> None:
    data = document(RECORDS[0]) + document(RECORDS[1]) + document(RECORDS[3])
    assert counts(data) == (3, 0, 0)


def test_a_record_that_is_never_closed_costs_only_itself() -> None:
    broken = RECORDS[1].replace("</PubmedArticle>", "")
    data = document(RECORDS[0], broken, RECORDS[3])
    assert counts(data) == (2, 1, 0)
    assert faults(data) == [("record 2", "<PubmedArticle> is never closed")]
    assert counts(document(RECORDS[0], broken)) == (1, 1, 0)


@pytest.mark.parametrize(
    ("split", "begin", "more", "end"),
    [
        (pieces.split_xml, b"<PubmedArticleSet>", b"a < b ", b""),
        (pieces.split_xml, b"", b"<PubmedArticle> " + b"a " * 99, b"</PubmedArticle>"),
        (pieces.split_medline, b"PMID- 1\nAB  - ", b"bees\n      ", b""),
    ],
    ids=["stray", "never closed", "medline"],
)
def test_what_was_looked_through_in_vain_is_not_looked_through_again(
    split: Callable[[Iterable[bytes]], Iterator[pieces.Piece]], begin: bytes, more: bytes, end: bytes
) -> None:
    data = begin + more * (2_000_000 // len(more)) + end
    before = time.process_time()
    assert b"".join(piece.data for piece in split(chunked(data, [250] * 8000))) == data
    assert time.process_time() - before < 2  # hundreds of times less than with every chunk from the beginning


def test_bytes_between_records_are_not_dropped_in_silence() -> None:
    opening_lost = RECORDS[1].replace("<PubmedArticle>", "<PubmedArtcle>").replace("MedlineCitation", "MedlineCitaton")
    assert counts(document(RECORDS[0], opening_lost, RECORDS[3])) == (2, 1, 0)


def test_furniture_between_records_is_no_record() -> None:
    data = document(RECORDS[0], "<!-- a note -->", RECORDS[1]).replace(
        b'"http://x.invalid/p.dtd"', b'"http://x.invalid/p.dtd" [<!ENTITY a "b">]'
    )
    assert counts(data) == (2, 0, 0)
