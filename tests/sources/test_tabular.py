"""Records as rows: PubMed's CSV export and people's own DataFrames become the same tables as XML does."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from expertmine.acquire import add
from expertmine.corpus import Corpus
from expertmine.errors import DataError

NAMES = "Quillfeather WB, Thistlewick A Jr, Van der Honig L."
EXPORT = f"""PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,Create Date,PMCID,NIHMS ID,DOI
900000001,"Of bees, and wax.","{NAMES}",Bees. 2019;1:1,Quillfeather WB,Ann Bees,2019,2019/03/01,,,10.9999/bees.1
900000002,Of drones.,Quillfeather WB.,Ann Bees. 2020;1:1,Quillfeather WB,Ann Bees,2020,2020/03/01,,,
"""


def rows(corpus: Corpus, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = corpus.table(name).to_pylist()
    return found


def test_the_export_of_pubmeds_web_page_is_read(tmp_path: Path) -> None:
    (tmp_path / "csv-bees-set.csv").write_text("\ufeff" + EXPORT, encoding="utf-8")
    corpus = Corpus(tmp_path / "c")
    assert add(corpus, tmp_path / "csv-bees-set.csv").rejects == 0
    first, second = rows(corpus, "articles")
    assert (first["title"], first["journal"], first["year"], first["doi"]) == (
        "Of bees, and wax.", "Ann Bees", 2019, "10.9999/bees.1",
    )  # fmt: skip
    assert (second["pmid"], second["doi"], second["abstract"]) == (900_000_002, None, "")
    names = [(one["last"], one["initials"], one["suffix"]) for one in rows(corpus, "mentions")]
    assert names == [
        ("Quillfeather", "WB", None), ("Thistlewick", "A", "Jr"), ("Van der Honig", "L", None),
        ("Quillfeather", "WB", None),
    ]  # fmt: skip


def test_a_bad_row_is_a_reject_and_the_others_count(tmp_path: Path) -> None:
    more = [line + b"," * 9 + b"\n" for line in (b"none,x", b"900000003,Of \xff bees", b"900000004,Of ants.")]
    (tmp_path / "a.csv").write_bytes(EXPORT.encode() + b"".join(more))
    corpus = Corpus(tmp_path / "c")
    acquired = add(corpus, tmp_path / "a.csv")
    assert (acquired.articles, acquired.rejects) == (3, 2)
    assert [one["place"] for one in rows(corpus, "rejects")] == ["record 3", "record 4"]


def test_a_frame_of_ones_own_becomes_a_corpus_and_files_can_be_added(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "pmid": [900_000_001, 900_000_002],
            "title": ["Of bees.", "Of wax."],
            "abstract": ["Bees.", None],
            "year": [2019, None],
            "authors": [
                [{"last": "Quillfeather", "fore": "Wren", "initials": "W", "affiliations": ["Hive, Honeytown"]}],
                ["Quillfeather, Wren B", "Thistlewick A"],
            ],
            "mesh": [["*Bees/physiology", "Wax"], None],
            "cited": [[900_000_002], None],
        }
    )
    corpus = Corpus.from_frame(tmp_path / "c", frame)
    first, second = rows(corpus, "articles")
    assert (first["year"], second["year"], second["abstract"]) == (2019, None, "")
    assert first["mesh"][0] == {"descriptor": "Bees", "major": True, "qualifiers": ["physiology"]}
    assert [(one["last"], one["fore"], one["initials"]) for one in rows(corpus, "mentions")] == [
        ("Quillfeather", "Wren", "W"), ("Quillfeather", "Wren B", "WB"), ("Thistlewick", None, "A"),
    ]  # fmt: skip
    assert rows(corpus, "mentions")[0]["affiliations"] == ["Hive, Honeytown"]
    assert rows(corpus, "citations") == [{"citing": 900_000_001, "cited": 900_000_002}]
    (tmp_path / "more.csv").write_text(EXPORT.replace("90000000", "90000001"), encoding="utf-8")
    assert add(corpus, tmp_path / "more.csv").articles == 4
    generation = corpus.generation
    assert add(corpus, frame).known_files == 1
    assert corpus.generation == generation


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"pmid": []}), "with no rows"),
        (pd.DataFrame({"title": ["Of bees."]}), "no column 'pmid'"),
        (
            pd.DataFrame({"pmid": [1], "tilte": ["x"]}),
            "column 'tilte' of the DataFrame is unknown; did you mean 'title'",
        ),
        (["not", "a", "frame"], r"found a list, expected a path or a DataFrame; give several one by one"),
    ],
)
def test_a_frame_that_cannot_be_used_is_named_with_the_remedy(
    frame: pd.DataFrame, message: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=message):
        Corpus.from_frame(tmp_path / "c", frame)


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        (["Wren B. Quillfeather"], [("Quillfeather", "Wren B.", "WB")]),
        (["Wren van der Quill"], [("van der Quill", "Wren", "W")]),
        (["Quillfeather,Wren", "Thistlewick A"], [("Quillfeather", "Wren", "W"), ("Thistlewick", None, "A")]),
        (["van der Quill WB Jr"], [("van der Quill", None, "WB")]),
        ("Quillfeather, Wren", [("Quillfeather", "Wren", "W")]),
        ("Quillfeather W, Thistlewick A.", [("Quillfeather", None, "W"), ("Thistlewick", None, "A")]),
        ("Quillfeather, W. B., van der Quill, J.", [("Quillfeather", "W. B.", "WB"), ("van der Quill", "J", "J")]),
        ("VAN DER QUILL J, Thistlewick A.", [("VAN DER QUILL", None, "J"), ("Thistlewick", None, "A")]),
        ("QUILL W, WAX A.", [("QUILL", None, "W"), ("WAX", None, "A")]),
        ("van der Quill W, WHO", [("van der Quill", None, "W"), ("WHO", None, None)]),
        ([None, "Thistlewick A"], [("Thistlewick", None, "A")]),
    ],
)
def test_names_are_read_in_every_order_that_people_keep(
    authors: object, names: list[tuple[str, str | None, str]], tmp_path: Path
) -> None:
    corpus = Corpus.from_frame(tmp_path / "c", pd.DataFrame({"pmid": [1], "title": ["Of wax"], "authors": [authors]}))
    assert [(one["last"], one["fore"], one["initials"]) for one in rows(corpus, "mentions")] == names


@pytest.mark.parametrize(
    ("given", "first", "last"),
    [
        ("2020-02-29", date(2020, 2, 29), date(2020, 2, 29)),
        (pd.Timestamp("2020-02-29 12:00"), date(2020, 2, 29), date(2020, 2, 29)),
        ("2020/02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2020 Feb 29", date(2020, 2, 29), date(2020, 2, 29)),
        (2020.0, date(2020, 1, 1), date(2020, 12, 31)),
        ("2020-13-01", date(2020, 1, 1), date(2020, 12, 31)),
    ],
)
def test_dates_are_read_as_journals_and_as_computers_write_them(
    given: object, first: date, last: date, tmp_path: Path
) -> None:
    corpus = Corpus.from_frame(tmp_path / "c", pd.DataFrame({"pmid": [1], "title": ["Of wax"], "date": [given]}))
    [article] = rows(corpus, "articles")
    assert (article["date_start"], article["date_end"]) == (first, last)


def test_arrays_as_parquet_gives_them_are_lists(tmp_path: Path) -> None:
    names = np.array([{"last": "Quillfeather", "affiliations": np.array(["Hive"], object)}, {"last": "Fen"}], object)
    frame = pd.DataFrame({"pmid": [1], "title": ["Of wax"], "authors": [names], "mesh": [np.array(["Bees"], object)]})
    corpus = Corpus.from_frame(tmp_path / "c", frame)
    found = [(one["last"], one["affiliations"]) for one in rows(corpus, "mentions")]
    assert found == [("Quillfeather", ["Hive"]), ("Fen", [])]


def test_a_frame_may_begin_with_a_long_row(tmp_path: Path) -> None:
    frame = pd.DataFrame({"pmid": [1, 2], "title": ["Of wax", "Of bees"], "abstract": ["Wax. " * 40_000, "Bees."]})
    assert Corpus.from_frame(tmp_path / "c", frame).table("articles").num_rows == 2


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.csv", b"PMID,Title,Author\n1,Of wax,Fen W\n", "column 'author' of 'a.csv' .* did you mean 'authors'"),
        ("a.csv", b"PMID,titel,Authors\n1,Of wax,Fen W\n", "did you mean 'title'"),
        ("a.jsonl", b'{"pmid": 1, "title": "Of wax", "abstracts": "Wax."}\n', "did you mean 'abstract'"),
        (
            "a.jsonl",
            b'{"pmid": 1, "title": "Of wax"}\nno JSON\n{"pmid": 2, "titel": "Of wax"}\n',
            "did you mean 'title'",
        ),
        ("a.csv", b"PMID,Title,Verf\xfcgbar\n1,Of wax,ja\n", "header of 'a.csv' is not UTF-8; save"),
    ],
)
def test_a_file_whose_columns_would_be_missed_is_refused_and_costs_no_other(
    name: str, data: bytes, message: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.csv").write_text("PMID,Title,Author Keywords,Titles read\n5,Of wax,wax,7\n", encoding="utf-8")
    acquired = add(Corpus(tmp_path / "c"), tmp_path / name, tmp_path / "good.csv")
    assert (acquired.articles, acquired.rejects) == (1, 0)
    assert re.search(message, acquired.refused[0])


def test_of_several_columns_for_one_thing_the_most_exact_counts(tmp_path: Path) -> None:
    line = b'{"pmid": 1, "Title": "Of wax", "date": "2020-02-29", "year": 2020, "publication year": 2021}\n'
    (tmp_path / "a.jsonl").write_bytes(line)
    corpus = Corpus(tmp_path / "c")
    add(corpus, tmp_path / "a.jsonl")
    [article] = rows(corpus, "articles")
    assert (article["title"], article["date_end"]) == ("Of wax", date(2020, 2, 29))


def test_json_lines_may_begin_with_the_mark_of_utf_8(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'\xef\xbb\xbf{"pmid": 1, "title": "Of wax"}\n{"pmid": 2, "title": "Of bees"}\n')
    acquired = add(Corpus(tmp_path / "c"), tmp_path / "a.jsonl")
    assert (acquired.articles, acquired.rejects) == (2, 0)


def test_a_bad_row_of_a_frame_is_a_reject(tmp_path: Path) -> None:
    corpus = Corpus.from_frame(tmp_path / "c", pd.DataFrame({"pmid": [1, -5], "title": ["a", "b"]}))
    assert [row["pmid"] for row in rows(corpus, "articles")] == [1]
    assert "PMID is '-5'" in rows(corpus, "rejects")[0]["reason"]


def test_a_year_long_after_the_record_was_made_is_unknown_and_told(tmp_path: Path) -> None:
    export = EXPORT.replace(",2019,2019/03/01,", ",2091,2019/03/01,").replace(",2020,2020/03/01,", ",2020,,")
    (tmp_path / "slip.csv").write_text(export, encoding="utf-8")
    corpus = Corpus(tmp_path / "corpus")
    add(corpus, tmp_path / "slip.csv")
    assert [row["year"] for row in rows(corpus, "articles")] == [None, 2020]
    [reject] = rows(corpus, "rejects")
    assert "'2091'" in reject["reason"]


def test_a_row_that_is_cut_is_a_reject_and_no_half_record(tmp_path: Path) -> None:
    (tmp_path / "cut.csv").write_text("PMID,Title,Publication Year\n1,Of hives,2019\n2,Of bu", encoding="utf-8")
    corpus = Corpus(tmp_path / "corpus")
    add(corpus, tmp_path / "cut.csv")
    assert corpus.frame("articles")["pmid"].tolist() == [1]
    [reject] = rows(corpus, "rejects")
    assert reject["place"] == "record 2"
    assert "fewer cells than the header" in reject["reason"]


@pytest.mark.parametrize("more", ["2,Of bees", "2,Of bees\n" + "3,Of wasps\n" * 20_000])
def test_a_quote_that_is_never_closed_is_told_with_its_line_and_other_files_count(tmp_path: Path, more: str) -> None:
    (tmp_path / "open.csv").write_text(f'PMID,Title\n1,Of hives\n7,"Of honey\n{more}\n', encoding="utf-8")
    (tmp_path / "good.csv").write_text("PMID,Title\n5,Of wax\n", encoding="utf-8")
    corpus = Corpus(tmp_path / "corpus")
    add(corpus, tmp_path / "open.csv", tmp_path / "good.csv")
    assert corpus.frame("articles")["pmid"].tolist() == [1, 5]
    [reason] = corpus.frame("rejects")["reason"]
    assert "on line 3" in reason or "after line 2" in reason
    assert "quote" in reason


def test_a_column_without_a_name_costs_no_row(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(",PMID,Title\n0,1,Of hives\n1,2,Of bees\n", encoding="utf-8")
    corpus = Corpus(tmp_path / "corpus")
    add(corpus, tmp_path / "own.csv")
    assert corpus.frame("articles")["pmid"].tolist() == [1, 2]


def test_an_arrow_table_is_as_good_as_a_frame(tmp_path: Path) -> None:
    frame = pd.DataFrame({"pmid": [1, 2], "title": ["Of wax", "Of bees"], "authors": [["Quillfeather, Wren"], []]})
    one = Corpus.from_frame(tmp_path / "frame", frame)
    other = Corpus.from_frame(tmp_path / "arrow", pa.Table.from_pandas(frame))
    for name in ("articles", "mentions"):
        assert rows(one, name) == rows(other, name)
