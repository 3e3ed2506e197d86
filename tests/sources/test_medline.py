from __future__ import annotations

import gzip
from datetime import date

import pytest

from tests.sources.invented import read, read_one

RECORD = """\
PMID- 900000001
IS  - 1234-5679 (Electronic)
IS  - 0123-4560 (Linking)
DP  - 2019 Sep-Oct
TI  - Of bees and
      their ways.
LID - S1 [pii]
LID - 10.1234/Bees [doi]
AB  - AIM: To see. METHODS: By
      looking. So there.
FAU - Quillfeather, Wren A Jr
AU  - Quillfeather WA Jr
AUID- ORCID: 0000000218250097
AD  - Hive; Meadow. w@hive.example
AD  - Field
FAU - van Thornwick, Ash
AU  - van Thornwick A
CN  - The Bee Group
FIR - Moss, Fern
IR  - Moss F
IRAD- Bog
LA  - ENG
PT  - Journal Article
PT  - Retracted Publication
RIN - Ann Bees. 2020. PMID: 900000002
RIN - Ann Bees. 2021
MH  - Bees/*physiology/drug effects
MH  - *Honey
OT  - *wax
JT  - Annals of bees
SO  - Ann Bees. 2019.
"""


def test_a_record_is_read_as_its_xml_would_be() -> None:
    row, mentions = read_one(RECORD.encode())
    assert row["title"] == "Of bees and their ways."
    assert row["abstract"] == "AIM: To see.\nMETHODS: By looking. So there."
    assert (row["date_start"], row["date_end"]) == (date(2019, 9, 1), date(2019, 10, 31))
    assert (row["doi"], row["issn"], row["journal"]) == ("10.1234/bees", "0123-4560", "Annals of bees")
    assert (row["languages"], row["keywords"], row["retracted"]) == (["eng"], ["wax"], True)
    assert row["links"] == [{"type": "RetractionIn", "pmid": 900_000_002}]
    assert row["mesh"] == [
        {"descriptor": "Bees", "major": True, "qualifiers": ["physiology", "drug effects"]},
        {"descriptor": "Honey", "major": True, "qualifiers": []},
    ]
    names = ("position", "last", "fore", "initials", "suffix", "collective")
    assert [tuple(mention[name] for name in names) for mention in mentions] == [
        (1, "Quillfeather", "Wren A", "WA", "Jr", None),
        (2, "van Thornwick", "Ash", "A", None, None),
        (3, None, None, None, None, "The Bee Group"),
    ]
    assert [mention["affiliations"] for mention in mentions] == [["Hive; Meadow. w@hive.example", "Field"], [], []]
    assert mentions[0]["orcid"] == "0000-0002-1825-0097"


@pytest.mark.parametrize(
    ("line", "last", "initials", "suffix"),
    [
        ("Moss F", "Moss", "F", None),
        ("de la Moss FG 3rd", "de la Moss", "FG", "3rd"),
        ("Moss F G", "Moss", "F G", None),
        ("Moss", "Moss", None, None),
        ("VAN DER MOSS F", "VAN DER MOSS", "F", None),
        ("DE LA MOSS FG Jr", "DE LA MOSS", "FG", "Jr"),
        ("de O Moss F", "de O Moss", "F", None),
        ("MOSS FERN F 2nd", "MOSS FERN", "F", "2nd"),
        ("de la Moss Jr", "de la Moss Jr", None, None),
    ],
)
def test_a_short_name_alone_is_taken_apart(line: str, last: str, initials: str | None, suffix: str | None) -> None:
    _, (mention,) = read_one(f"PMID- 1\nAU  - {line}\n".encode())
    assert (mention["last"], mention["initials"], mention["suffix"]) == (last, initials, suffix)


def test_an_affiliation_before_all_names_is_the_first_persons() -> None:
    _, mentions = read_one(b"PMID- 1\nAD  - Hive\nFAU - Fen, Wren\nAU  - Fen W\nFAU - Moss, Ash\nAU  - Moss A\n")
    assert [mention["affiliations"] for mention in mentions] == [["Hive"], []]


def test_windows_line_ends_and_a_gz_change_nothing() -> None:
    expected = read(RECORD.encode())
    assert read(RECORD.replace("\n", "\r\n").encode()) == expected
    assert read(gzip.compress(RECORD.encode())) == expected


def test_short_names_without_initials_stay_apart() -> None:
    _, mentions = read_one(b"PMID- 1\nAU  - Moss\nAU  - Fern\nFAU - Fen\nAU  - Fen\n")
    assert [mention["last"] for mention in mentions] == ["Moss", "Fern", "Fen"]


def test_the_day_of_the_last_revision_is_kept() -> None:
    assert read_one(b"PMID- 1\nLR  - 20190403\n")[0]["revised"] == date(2019, 4, 3)
    assert read_one(b"PMID- 1\nLR  - 2019\n")[0]["revised"] is None


def test_a_chapter_of_a_book_has_the_date_on_which_it_was_contributed() -> None:
    chapter = "PMID- 1\nDRDT- 20190404\nCTDT- 20090630\nDP  - 1993\nTI  - Of wax.\nBTI - Bee book\n"
    row, _ = read_one(chapter.encode())
    assert (row["year"], row["date_start"], row["revised"]) == (2009, date(2009, 6, 30), date(2019, 4, 4))
    assert read_one(chapter.replace("CTDT", "XXXX").encode())[0]["year"] == 1993


@pytest.mark.parametrize("known", ["LR  - 20190402", "EDAT- 2019/04/02 06:00", "CRDT- 2019/04/02 06:00"])
def test_a_year_that_the_record_cannot_have_is_unknown_and_told(known: str) -> None:
    records = read(f"PMID- 1\nDP  - 2091 Apr\n{known}\n".encode())
    assert records.articles["year"].to_pylist() == [None]
    assert records.rejects["place"].to_pylist() == ["record 1, PMID 1, date, fault 1"]
    assert "2019-04-02" in records.rejects["reason"].to_pylist()[0]


def test_initials_with_a_space_are_no_suffix() -> None:
    _, (mention,) = read_one(b"PMID- 1\nFAU - Fen, Wren de la Moss\nAU  - Fen Wde L\n")
    assert (mention["fore"], mention["initials"], mention["suffix"]) == ("Wren de la Moss", "Wde L", None)


def test_et_al_says_that_the_list_was_cut_and_is_nobody() -> None:
    _, mentions = read_one(b"PMID- 1\nFAU - Fen, Wren\nAU  - Fen W\nAU  - et al.\n")
    assert [mention["last"] for mention in mentions] == ["Fen"]


def test_a_part_of_an_abstract_that_has_no_label_gets_none() -> None:
    row, _ = read_one(b"PMID- 1\nAB  - UNLABELLED: Bees fly. CONCLUSION: They do.\n")
    assert row["abstract"] == "Bees fly.\nCONCLUSION: They do."


def test_a_doi_may_have_a_short_prefix() -> None:
    row, _ = read_one(b"PMID- 1\nLID - 10.231/BEE.0b013e [doi]\n")
    assert row["doi"] == "10.231/bee.0b013e"


@pytest.mark.parametrize("before", ["", "PMID- 2\nTI  - Of wax.\nSO  - Bee J. 2019.\n\n"])
def test_a_file_that_ends_within_a_line_is_told_and_what_it_has_of_the_record_is_kept(before: str) -> None:
    whole = f"{before}PMID- 1\nTI  - Of bees.\nSO  - Bee J. 2019.\r\n"
    assert read(whole.encode()).rejects.num_rows == 0
    cut = read(whole[:-6].encode())
    assert 1 in cut.articles["pmid"].to_pylist()
    assert cut.rejects["reason"].to_pylist() == ["has no end: was the file cut there? download it again"]
