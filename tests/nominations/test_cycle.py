"""The cycle as `docs/nominations.md` tells it, and what is read back on the way."""

from __future__ import annotations

import doctest
import shutil
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from expertmine.acquire import add_decisions, add_nominations
from expertmine.answers import doubtful_names
from expertmine.cli.output import render
from expertmine.corpus import Corpus
from expertmine.errors import DataError
from expertmine.nominations import weigh_nominations
from expertmine.nominations.review import read_review
from expertmine.pipeline import run
from tests.conftest import CONFIG, ROOT
from tests.nominations.village import HEADS, TAILS, ballot, ballots, tables


def test_the_cycle_of_the_docs_runs_from_panel_to_stop_rule(unasked: Corpus, tmp_path: Path) -> None:
    (tmp_path / "answers").mkdir()
    corpus = Corpus(shutil.copytree(unasked.path, tmp_path / "corpus"))
    done = doctest.testfile(
        str(ROOT / "docs" / "nominations.md"), module_relative=False,
        globs={"corpus": corpus, "folder": tmp_path / "answers"},
    )  # fmt: skip
    assert done.failed == 0
    assert done.attempted > 20


def test_a_filled_review_file_is_obeyed_by_the_next_run_as_csv_or_excel(unasked: Corpus, tmp_path: Path) -> None:
    topic = next(row["topic_id"] for row in unasked.table("topics").to_pylist() if row["layer"] == 0)
    person = unasked.table("persons")["person_id"][0].as_py()
    (tmp_path / "survey.csv").write_text(
        f"rater,nominee,topic\nA. Orrqvist,Wei Unclearly,{topic}\nB. Tolqvist,Wei Unclear,{topic}\n", encoding="utf-8"
    )
    corpus = Corpus(shutil.copytree(unasked.path, tmp_path / "corpus"))
    add_nominations(corpus, tmp_path / "survey.csv")
    run(corpus, CONFIG)
    assert corpus.table("nominees").num_rows >= 2, "two alike without papers are not merged"
    asked = doubtful_names(corpus)
    assert asked["nominee"].to_list() == ["Wei Unclearly"], "but asked about"
    asked.loc[:, "decision"] = person
    asked.to_excel(tmp_path / "doubts.xlsx", index=False)
    assert add_decisions(corpus, tmp_path / "doubts.xlsx") == 1
    run(corpus, CONFIG)
    assert person in corpus.table("nominations")["nominee"].to_pylist()
    assert doubtful_names(corpus).empty


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_name_that_a_spreadsheet_would_compute_is_written_safely_and_ruled_upon_as_typed(start: str) -> None:
    typed = f"{start}Voss"
    written = render(pd.DataFrame([{"nominee": typed, "topic": "t1", "decision": "skip"}]), form="csv")
    assert f"'{typed}" in written
    assert read_review(written.encode(), source="doubts.csv")[0]["nominee"] == typed


def test_a_rater_who_names_forty_people_weighs_no_more_than_one_who_names_one() -> None:
    names = [f"Ulf {head}{tail}" for head, tail in product(HEADS, TAILS)][:40]
    rows = [ballot("A. Orr", name) for name in names]
    said = weigh_nominations(ballots([*rows, ballot("B. Kar", "Ida Quex")]), **tables())[0].to_pandas()
    carried = said.groupby("nominator")["weight"].sum().round(9)
    assert len(said) == 41
    assert carried.nunique() == 1


def test_a_bad_survey_beside_a_good_one_changes_nothing_that_is_stored(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "corpus")
    good = b"rater,nominee,topic\nA. Orr,Ida Voss,stents\n"
    (tmp_path / "good.csv").write_bytes(good)
    add_nominations(corpus, tmp_path / "good.csv")
    held = corpus.table("ballots")
    (tmp_path / "more.csv").write_bytes(good.replace(b"Ida", b"Ulf"))
    for bad in (b"", b"\x81\x00\x8d", b"PK\x03\x04rest", b"Q1,Q2\nA,B\n"):
        (tmp_path / "bad.csv").write_bytes(bad)
        with pytest.raises(DataError, match=r"bad\.csv"):
            add_nominations(corpus, tmp_path / "more.csv", tmp_path / "bad.csv")
        assert corpus.table("ballots") == held
        assert len(corpus.raw_files()) == 2, "the survey and how it was read"
