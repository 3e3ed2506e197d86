"""How answers leave the program, and how it tells what it is doing."""

from __future__ import annotations

import io
import json
import resource
import sys
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console
from rich.progress import Progress

from expertmine.cli import run_verb
from expertmine.cli.output import Bars, deliver, form_of, render
from expertmine.cli.scanning import show_influencers
from expertmine.corpus import Corpus
from expertmine.corpus.disk import replace_file
from expertmine.errors import DataError

Out = pytest.CaptureFixture[str]
FRAME = pd.DataFrame({"name": ["=cmd()", "Żółty\x0b"], "rank": [1, 2], "pmids": [[1, 2], []]})


def verb(*words: object) -> int:
    return run_verb([str(word) for word in words])


def test_a_workbook_is_a_workbook_and_no_name_in_it_is_a_formula(tmp_path: Path) -> None:
    deliver(FRAME, form=form_of(tmp_path / "a.XLSX"), output=tmp_path / "a.XLSX", brief=("name",))
    read = pd.read_excel(tmp_path / "a.XLSX")
    assert read["name"].tolist() == ["'=cmd()", "Żółty"]
    assert read["rank"].tolist() == [1, 2]
    assert read["pmids"].fillna("").tolist() == ["1; 2", ""]


def test_a_workbook_of_more_rows_than_a_sheet_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="csv has no such limit"):
        deliver(pd.DataFrame({"n": range(1_048_577)}), form="xlsx", output=tmp_path / "a.xlsx")


def test_tabs_part_a_tsv(tmp_path: Path) -> None:
    deliver(FRAME, form=form_of(tmp_path / "a.tsv"), output=tmp_path / "a.tsv")
    assert (tmp_path / "a.tsv").read_text(encoding="utf-8-sig").splitlines()[:2] == [
        "name\trank\tpmids",
        "'=cmd()\t1\t1; 2",
    ]


def test_an_ending_of_no_known_format_is_refused_before_any_work(sample: Corpus, tmp_path: Path, capsys: Out) -> None:
    assert verb("topics", tmp_path / "no corpus", "-o", tmp_path / "topics.xls") == 2
    assert "'topics.xls' ends in none of .txt, .csv, .tsv, .json, .xlsx" in capsys.readouterr().err
    assert verb("topics", sample.path, "--format", "json", "-o", tmp_path / "topics.xls") == 0
    assert json.loads((tmp_path / "topics.xls").read_text(encoding="utf-8"))


def test_a_workbook_needs_a_file(sample: Corpus, capsys: Out) -> None:
    assert verb("topics", sample.path, "--format", "xlsx") == 2
    assert "name a file with -o" in capsys.readouterr().err


def test_a_table_in_a_file_has_no_codes_for_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    deliver(FRAME, form="table", output=tmp_path / "a.txt")
    assert "\x1b" not in (tmp_path / "a.txt").read_text(encoding="utf-8")
    deliver(FRAME, form="table", output=None)
    assert capsys.readouterr().out.startswith("\x1b[1mname")


def test_a_table_on_the_screen_says_which_columns_are_not_shown(monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    deliver(FRAME, form="table", output=None, brief=("name",))
    assert "not shown" not in capsys.readouterr().out, "what is piped on is a table alone"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    deliver(FRAME, form="table", output=None, brief=("name",))
    assert capsys.readouterr().out.endswith("\n(not shown: rank, pmids; --format csv has every column)\n")
    deliver(FRAME, form="table", output=None)
    assert "not shown" not in capsys.readouterr().out


@pytest.mark.parametrize(("columns", "width"), [(60, 60), (200, 110)])
def test_a_scan_wraps_its_reasons_at_the_terminals_width(
    columns: int, width: int, sample: Corpus, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    show_influencers(sample)
    reasons = [line for line in capsys.readouterr().out.splitlines() if line.startswith("    ")]
    assert width - 20 < max(map(len, reasons)) <= width


def test_lists_of_more_than_texts_are_json_in_a_csv() -> None:
    frame = pd.DataFrame(
        {"years": [[(1983, 1)]], "facets": [[{"facet": "diagnosis", "share": 0.5}]], "ids": [["a", "b"]]}
    )
    row = pd.read_csv(io.StringIO(render(frame, form="csv"))).iloc[0]
    assert json.loads(row["years"]) == [[1983, 1]]
    assert json.loads(row["facets"]) == [{"facet": "diagnosis", "share": 0.5}]
    assert row["ids"] == "a; b"


def test_no_more_than_two_bars_are_shown_and_finished_work_is_gone() -> None:
    with Progress(console=Console(file=io.StringIO(), force_terminal=True)) as progress:
        bars, shown = Bars(progress), []
        for label, done, total in (
            ("reading files", 0, 2),
            ("reading files", 2, 2),
            ("stage terms", 0, 3),
            ("reading articles", 5, 10),
            ("stage topics", 1, 3),
            ("drawing the map", 0, None),
            ("finding topics", 0, None),
            ("stage authority", 2, 3),
            ("bootstrap", 7, 8),
            ("bootstrap", 8, 8),
            ("bootstrap", 0, 8),
            ("stages done", 3, 3),
        ):
            bars(label, done, total)
            shown.append([str(task.description) for task in progress.tasks])
    assert shown == [
        ["reading files"],
        [],
        ["stage terms"],
        ["stage terms", "reading articles"],
        ["stage topics"],
        ["stage topics", "drawing the map"],
        ["stage topics", "finding topics"],
        ["stage authority"],
        ["stage authority", "bootstrap"],
        ["stage authority"],
        ["stage authority", "bootstrap"],
        [],
    ]


def test_a_full_disk_leaves_no_half_answer(tmp_path: Path) -> None:
    whole = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, whole[1]))  # no file may grow beyond
    try:
        with pytest.raises(DataError, match="cannot write"):
            deliver(pd.DataFrame({"name": ["a" * 5_000]}), form="csv", output=tmp_path / "a.csv")
        with pytest.raises(OSError, match="too large"):
            replace_file(tmp_path / "b.html", b"b" * 5_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, whole)
    assert not list(tmp_path.iterdir())
    with pytest.raises(DataError, match="cannot write"):
        deliver(pd.DataFrame({"name": ["a"]}), form="csv", output=Path("/dev/full"))
    assert Path("/dev/full").exists()


def test_whole_numbers_stay_whole_where_one_is_missing() -> None:
    frame = pd.DataFrame({"rank": pd.array([3, None], "Int64"), "name": ["=a", "b"]})
    assert render(frame, form="csv") == "rank,name\n3,'=a\n,b"


def test_an_answer_that_nobody_can_read_says_where_to_put_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(DataError, match="standard output is closed; name a file with -o"):
        deliver(pd.DataFrame({"name": ["a"]}), form="table", output=None)
    deliver(pd.DataFrame({"name": ["a"]}), form="csv", output=tmp_path / "a.csv")
    assert (tmp_path / "a.csv").is_file()
