from __future__ import annotations

import gzip
import html
import io
from datetime import date
from typing import Any

import pytest

from tests.sources.invented import SHARED, counts, needs_shared, read, read_one

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
    [("Moss F", "Moss", "F", None), ("de la Moss FG 3rd", "de la Moss", "FG", "3rd"), ("Moss", "Moss", None, None)],
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


def genuine() -> list[bytes]:
    """Return the public MEDLINE files."""
    texts = [gzip.decompress(path.read_bytes()) for path in sorted((SHARED / "pubmed_xml").glob("*.gz"))]
    return [text for text in texts if not text.startswith(b"<")]


@needs_shared
def test_genuine_files_read_as_biopython_reads_them() -> None:
    from Bio import Medline

    for text in genuine():
        theirs: dict[int, dict[str, Any]] = {
            int(record["PMID"]): record for record in Medline.parse(io.StringIO(text.decode())) if record
        }
        records = read(text)
        assert records.articles["pmid"].to_pylist() == sorted(theirs)
        for row in records.articles.to_pylist():
            other = theirs[row["pmid"]]
            title = "".join(other.get("TI") or other.get("BTI") or other.get("TT", ""))
            assert "".join(row["title"].split()) == "".join(title.split())
            abstract = html.unescape("".join(other.get("AB") or other.get("OAB", "")))
            assert "".join(row["abstract"].split()) == "".join(abstract.split())
            assert row["types"] == list(dict.fromkeys(other.get("PT", [])))
            assert len(row["mesh"]) == len(other.get("MH", []))
        lasts: dict[int, int] = {}
        for mention in records.mentions.to_pylist():
            lasts[mention["pmid"]] = lasts.get(mention["pmid"], 0) + (mention["last"] is not None)
        assert lasts == {pmid: len(one.get("AU", [])) for pmid, one in theirs.items() if "AU" in one or "CN" in one}


@needs_shared
def test_every_record_of_genuine_files_is_accounted_for() -> None:
    for text in genuine():
        starts = sum(line.startswith(b"PMID-") for line in text.splitlines())
        assert counts(text) == (starts, 0, 0)


def test_short_names_without_initials_stay_apart() -> None:
    _, mentions = read_one(b"PMID- 1\nAU  - Moss\nAU  - Fern\nFAU - Fen\nAU  - Fen\n")
    assert [mention["last"] for mention in mentions] == ["Moss", "Fern", "Fen"]


def test_the_day_of_the_last_revision_is_kept() -> None:
    assert read_one(b"PMID- 1\nLR  - 20190403\n")[0]["revised"] == date(2019, 4, 3)
    assert read_one(b"PMID- 1\nLR  - 2019\n")[0]["revised"] is None
