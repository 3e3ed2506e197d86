"""The verbs as a person types them: what they print, where, and with which exit code."""

from __future__ import annotations

import csv
import importlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import click
import duckdb
import numpy as np
import pandas as pd
import pytest

from expertmine.answers import rater_saturation
from expertmine.cli import expertmine, run_verb
from expertmine.cli.output import render
from expertmine.cli.scanning import corpus_of
from expertmine.corpus import Corpus
from expertmine.errors import ConfigError
from tests.acquire.test_add import xml
from tests.conftest import SAMPLE
from tests.eutils import serving

Out = pytest.CaptureFixture[str]


def verb(*words: object) -> int:
    return run_verb([str(word) for word in words])


def test_influencers_as_json_carry_the_test_and_the_papers(sample: Corpus, capsys: Out) -> None:
    assert verb("influencers", sample.path, "--format", "json", "--top", 1) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"p", "q", "volume_rank", "niche_rank", "quadrant", "pmids", "name", "topic", "why"} <= set(rows[0])
    assert all(isinstance(pmid, int) for row in rows for pmid in row["pmids"])


def test_a_table_as_csv_has_a_row_for_every_mention_of_a_human(sample: Corpus, capsys: Out) -> None:
    assert verb("table", sample.path, "identities", "--format", "csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    people = [row for row in sample.table("mentions").to_pylist() if row["collective"] is None]
    assert [(int(row["pmid"]), int(row["position"])) for row in rows] == [(m["pmid"], m["position"]) for m in people]
    assert all(row["person_id"] for row in rows)


def test_experts_for_a_text_rank_everybody(sample: Corpus, capsys: Out) -> None:
    assert verb("experts", sample.path, "--text", "renal artery ultrasound", "--top", 0, "--format", "csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == sample.table("persons").num_rows
    assert list(rows[0])[:5] == ["person_id", "name", "last", "initials", "score"]
    assert {"mass", "depth", "lead"} <= set(rows[0])


def test_topics_status_why_and_standing_print_tables(sample: Corpus, capsys: Out) -> None:
    row = sample.frame("scores").iloc[0]
    for words in (
        ("topics", sample.path, "--top", 5),
        ("topics", sample.path, "ultrasound of the kidney"),
        ("topics", sample.path, "--history"),
        ("topics", sample.path, "area", "--history"),
        ("status", sample.path),
        ("why", sample.path, row["person_id"], "--topic", row["topic_id"]),
        ("nominations", "standing", sample.path),
        ("nominations", "review", sample.path),
    ):
        assert verb(*words) == 0, words
        assert len(capsys.readouterr().out.splitlines()) > 1, words


def test_an_answer_goes_to_a_file_and_stdout_stays_empty(sample: Corpus, tmp_path: Path, capsys: Out) -> None:
    assert verb("topics", sample.path, "--format", "csv", "-o", tmp_path / "topics.csv") == 0
    assert capsys.readouterr().out == ""
    assert (tmp_path / "topics.csv").read_text(encoding="utf-8-sig").startswith("topic_id,")


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("topics", "{missing}"), 2, "there is no corpus at"),
        (("table", "{sample}", "identites"), 2, "did you mean 'identities'"),
        (("experts", "{sample}", "--topic", "n1"), 2, "no topic is called 'n1'"),
        (("why", "{sample}", "Nobody At All", "--topic", "area"), 2, "no person is called"),
        (("run", "{sample}", "--config", "{config}"), 2, "unknown setting 'topics.min_sise'; did you mean 'min_size'"),
        (("run", "{sample}", "--until", "topic"), 2, "did you mean 'topics'"),
        (("add", "{missing}", "{missing}.xml"), 3, "cannot read"),
        (("status", "{folder}"), 3, "is not a corpus"),
        (("add", "/proc/self/corpus", "{good}"), 3, "cannot write in '/proc/self/corpus'"),
        (("experts", "{sample}", "--nonsense"), 2, "No such option"),
        (("scan",), 2, "give files, a corpus, or --query"),
        (("scan", "{sample}", "{good}"), 2, "is a corpus; to add files to it: `expertmine scan FILE"),
        (("experts", "{sample}", "--text", " "), 2, "the text is empty"),
        (("run", "{sample}", "--config", "{missing}"), 2, "missing': No such file or directory\n"),
        (("refresh", "{missing}", "--email", "me@uni.example"), 2, "there is no corpus at"),
        (("fetch", "{missing}", "--query", "bees"), 2, "e-mail"),
        (("add", "{missing}", ""), 2, "the path is empty; name a file or folder"),
        (("nominations", "add", "{sample}", ""), 2, "the path is empty; name a file or folder"),
        (("scan", ""), 2, "the path is empty; name a file or folder"),
        (("status", ""), 2, "the path is '', expected that of the corpus's folder"),
        (("what-if", "{sample}", "--without", "PMID:1"), 2, "type the name as it stands in the survey, or a PMID"),
        (("rising", "{sample}", "--top", "-1"), 2, "error: top is -1, expected 0 (all) or more"),
        (("refresh", "{sample}", "--email", "me@uni.example"), 2, "never fetched"),
    ],
)
def test_a_mistake_is_one_clear_line_and_an_exit_code(
    words: tuple[str, ...], code: int, message: str, sample: Corpus, tmp_path: Path, capsys: Out
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "thesis.doc").write_text("chapter one")
    (tmp_path / "c.toml").write_text("[topics]\nmin_sise = 5\n")
    (tmp_path / "good.xml").write_bytes(xml(1))
    places = {"missing": tmp_path / "missing", "sample": sample.path, "folder": tmp_path / "folder"}
    places |= {"config": tmp_path / "c.toml", "good": tmp_path / "good.xml"}
    assert verb(*(word.format(**places) for word in words)) == code
    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.out == ""
    assert "Traceback" not in printed.err


def test_a_query_is_fetched_refreshed_and_found_up_to_date(
    tmp_path: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "a.xml").write_bytes(xml(*range(1, 30)))
    corpus = tmp_path / "c"
    with serving(tmp_path / "served") as base_url:
        monkeypatch.setenv("EXPERTMINE_EUTILS_BASE", base_url)
        monkeypatch.setenv("EXPERTMINE_EMAIL", "me@uni.example")
        assert verb("fetch", corpus, "--query", "bees") == 0
        assert "29 articles" in capsys.readouterr().err
        assert verb("refresh", corpus) == 0
        assert "published generation 000002, 29 articles" in capsys.readouterr().err
        assert verb("refresh", corpus) == 0
        assert "nothing new: generation 000002 is up to date" in capsys.readouterr().err


def test_a_second_file_of_the_same_name_is_not_mixed_in(
    tmp_path: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder, pmids in (("a", range(1, 5)), ("b", range(5, 9))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "records.xml").write_bytes(xml(*pmids))
    assert verb("scan", "a/records.xml") == 0
    assert verb("scan", "a/records.xml") == 0
    capsys.readouterr()
    assert verb("scan", "b/records.xml") == 2
    assert "holds other records already" in capsys.readouterr().err
    assert verb("scan", "b/records.xml", "--corpus", "b.corpus") == 0


def test_a_folder_can_be_scanned_twice_and_its_own_corpus_is_no_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path / "mine")
    Path("a.xml").write_bytes(xml(*range(1, 5)))
    assert verb("scan", ".") == 0
    assert "1 new file" in capsys.readouterr().err
    Path("b.xml").write_bytes(xml(*range(5, 9)))
    assert verb("scan", ".") == 0
    assert "1 new file, 1 known" in capsys.readouterr().err
    assert Corpus("mine.corpus").table("articles").num_rows == 8


def test_two_queries_of_one_beginning_are_two_corpora(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "a.xml").write_bytes(xml(*range(1, 5)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EXPERTMINE_EMAIL", "me@uni.example")
    with serving(tmp_path / "served") as base_url:
        monkeypatch.setenv("EXPERTMINE_EUTILS_BASE", base_url)
        assert verb("scan", "--query", "bees and hives and honey and wax") == 0
        assert verb("scan", "--query", "bees and hives and honey and wax") == 0
        capsys.readouterr()
        assert verb("scan", "--query", "bees and hives and honey and smoke") == 2
    assert "holds other records already" in capsys.readouterr().err


def test_a_service_that_is_not_there_is_temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    monkeypatch.setenv("EXPERTMINE_EUTILS_BASE", "http://127.0.0.1:9/")
    monkeypatch.setattr("expertmine.sources.entrez.pause", lambda *_: None)
    assert verb("fetch", tmp_path / "c", "--query", "bees", "--email", "me@uni.example") == 75
    assert "error:" in capsys.readouterr().err


def test_why_says_who_is_meant_and_where_and_when_there_is_no_article(sample: Corpus, capsys: Out) -> None:
    best = sample.frame("scores").sort_values(["topic_id", "rank"]).query("topic_id != 'area'").iloc[0]
    names = dict(zip(sample.frame("topics")["topic_id"], sample.frame("topics")["name"], strict=True))
    people = sample.frame("persons").set_index("person_id")["name"]
    person, topic = str(best["person_id"]), str(best["topic_id"])
    assert verb("why", sample.path, person, "--topic", names[topic].upper()) == 0
    assert f"{people[person]} ({person}) in '{names[topic]}' ({topic}): " in capsys.readouterr().err
    inside = set(sample.frame("scores").query("topic_id == @topic")["person_id"])
    outside = next(one for one in people.index if one not in inside)
    assert verb("why", sample.path, outside, "--topic", topic) == 0
    told = capsys.readouterr()
    assert "no article, so no score" in told.err
    assert "0.00" not in told.err


def test_what_if_shows_the_authority_by_which_ranks_go(sample: Corpus, capsys: Out) -> None:
    paper = sample.frame("evidence")["pmid"].iloc[0]
    assert verb("what-if", sample.path, "--without", paper) == 0
    heading = " ".join(capsys.readouterr().out.splitlines()[0].split())
    assert "authority authority without rank rank without" in heading


def test_a_run_says_which_settings_are_no_longer_those_of_the_last_one(tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "a.xml").write_bytes(xml(*range(1, 9)))
    (tmp_path / "coarse.toml").write_text("[topics]\nmin_size = 5000\n[authority.weights]\nmass = 1\n")
    (tmp_path / "empty.toml").write_text("")
    assert verb("scan", tmp_path / "a.xml", "--corpus", tmp_path / "c", "--config", tmp_path / "coarse.toml") == 0
    assert "topics.min_size 12 -> 5000" in capsys.readouterr().err
    assert verb("run", tmp_path / "c") == 0
    assert "->" not in capsys.readouterr().err
    assert verb("run", tmp_path / "c", "--config", tmp_path / "empty.toml") == 0
    told = capsys.readouterr().err
    assert "topics.min_size 5000 -> 12" in told
    assert "authority.weights mass 1 -> mass 0.5, depth 0.5, lead 0.5, cited 0.5" in told


def test_a_query_is_not_mixed_into_a_corpus_of_files_and_a_killed_first_fetch_of_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / "bees.xml").write_bytes(xml(*range(1, 5)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EXPERTMINE_EMAIL", "me@uni.example")
    assert verb("add", "bees.corpus", "bees.xml") == 0
    with serving(tmp_path) as base_url:
        monkeypatch.setenv("EXPERTMINE_EUTILS_BASE", base_url)
        capsys.readouterr()
        assert verb("scan", "--query", "bees") == 2
        assert "bees.corpus' holds other records already" in capsys.readouterr().err
        shutil.rmtree("bees.corpus")
        with monkeypatch.context() as dying:
            dying.setattr("expertmine.corpus.Draft.close_search", killed)
            assert verb("scan", "--query", "bees") == 130
        assert (Corpus("bees.corpus").queries, len(Corpus("bees.corpus").raw_files())) == ([], 1)
        assert verb("scan", "--query", "bees") == 0


def test_a_scan_refuses_wrong_settings_before_it_reads_anything(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(xml(1))
    (tmp_path / "c.toml").write_text("[influence]\ncombine = 'sum'\n")
    assert verb("scan", tmp_path / "a.xml", "--corpus", tmp_path / "c", "--config", tmp_path / "c.toml") == 2
    assert not (tmp_path / "c").exists()


def test_a_refresh_of_many_passes_over_what_a_killed_first_fetch_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.setenv("EXPERTMINE_EUTILS_BASE", "http://127.0.0.1:9/")
    monkeypatch.setattr("expertmine.sources.entrez.pause", lambda *_: None)
    for words in (("fetch", tmp_path / "c"), ("scan", "--corpus", tmp_path / "c")):
        assert verb(*words, "--query", "bees", "--email", "me@uni.example") == 75
        assert not (tmp_path / "c").exists(), "a first fetch that fails leaves nothing"
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "corpus.toml").write_text("format = 1\n")
    capsys.readouterr()
    assert verb("refresh", tmp_path / "c", "--email", "me@uni.example") == 0
    assert "passed over: it holds nothing" in capsys.readouterr().err
    assert verb("refresh", tmp_path / "missing", "--email", "me@uni.example") == 2


@pytest.mark.slow
def test_an_interrupted_run_says_so_and_the_next_one_goes_on(tmp_path: Path) -> None:
    assert verb("add", tmp_path / "c", SAMPLE / "pubmed" / "sample01.xml.gz") == 0
    # Where tests run in the background, the shell has told them, and their children, to ignore the signal.
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    words = [sys.executable, "-c", f"{code}; from expertmine.cli import main; main()", "run", str(tmp_path / "c")]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}) as run:
        assert run.stderr is not None
        for line in run.stderr:
            if "stage identity" in line:
                break
        time.sleep(0.3)
        run.send_signal(signal.SIGINT)
        assert "interrupted" in run.stderr.read()
    assert run.returncode == 130
    assert "persons" not in Corpus(tmp_path / "c").manifest.tables
    again = subprocess.run(words, capture_output=True, text=True, check=True)
    assert "published generation 000002" in again.stderr
    assert "reading articles" not in again.stderr, "the finished stages are not run again"


def test_an_interrupt_that_a_library_turns_into_its_own_error_is_told_as_one(
    monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    def query() -> None:
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        with duckdb.connect(config={"threads": 1}) as db:  # as everywhere here: of two, one may wait for the other
            db.sql("select sum(a.range % b.range) from range(10000000000) a, range(10000000000) b").fetchall()

    monkeypatch.setitem(expertmine.commands, "query", click.Command("query", callback=query))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert verb("query") == 130
        assert "interrupted; finished stages are kept" in capsys.readouterr().err
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_interrupt_waits_for_the_import_it_falls_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    # Broken off in the middle of its import, DuckDB ends the process with SIGABRT, or goes on as if nothing came.
    (tmp_path / "falls_into.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nwhole = True\n")
    monkeypatch.syspath_prepend(tmp_path)

    def importing() -> None:
        module = importlib.import_module("falls_into")
        assert module.whole
        time.sleep(5)
        raise AssertionError("the interrupt never came")

    monkeypatch.setitem(expertmine.commands, "importing", click.Command("importing", callback=importing))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert verb("importing") == 130
        assert "interrupted; finished stages are kept" in capsys.readouterr().err
        assert sys.modules.pop("falls_into").whole
    finally:
        signal.signal(signal.SIGINT, before)


def test_json_writes_dates_as_dates_small_numbers_whole_and_no_number_that_is_none() -> None:
    cells = {"date": [date(2020, 1, 31)], "p": [2e-17], "high": [float("inf")], "rank": [pd.NA]}
    frame = pd.DataFrame({**cells, "vector": [np.array([0.5, 1.0], np.float16)]})
    row = json.loads(render(frame, form="json"))[0]
    assert row == {"date": "2020-01-31", "p": 2e-17, "high": None, "rank": None, "vector": [0.5, 1.0]}


def test_a_negative_number_of_influencers_is_refused(sample: Corpus, capsys: Out) -> None:
    assert verb("influencers", sample.path, "--top", -1) == 2
    assert "top is -1, expected 0 (all) or more" in capsys.readouterr().err


def test_labels_without_a_label_are_refused(sample: Corpus, tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "truth.csv").write_text("pmid\n1\n")
    assert verb("evaluate", "topics", sample.path, tmp_path / "truth.csv") == 3
    assert "no column beside pmid" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        ("pmid,position,person,journal\n90000002,1,P1,x\n", 3, "has the columns person, journal; call the one"),
        ("pmid,position\n90000002,1\n", 3, "no column beside pmid"),
        ("pmid,position,person\n90000002,1,P1\n", 0, ""),
        ("pmid,year,niche\n90000002,,a\n", 0, ""),
    ],
)
def test_of_several_columns_a_label_is_one_called_so(
    content: str, code: int, told: str, sample: Corpus, tmp_path: Path, capsys: Out
) -> None:
    (tmp_path / "truth.csv").write_text(content)
    assert verb("evaluate", "topics", sample.path, tmp_path / "truth.csv") == code
    assert told in capsys.readouterr().err


def test_a_file_is_no_folder_of_planted_people(sample: Corpus, capsys: Out) -> None:
    assert verb("evaluate", "influencers", sample.path, SAMPLE / "nominations.csv") == 3
    assert "is a file; expected the folder with micro_influencers.csv" in capsys.readouterr().err


@pytest.mark.parametrize(("query", "folder"), [("q" * 300, "q" * 60), ("///", "query")])
def test_any_query_names_a_folder(query: str, folder: str) -> None:
    assert corpus_of((), query, None) == Path(f"{folder}.corpus")


def test_a_files_name_says_its_format_and_a_panel_goes_on_into_questionnaires(
    sample: Corpus, tmp_path: Path, capsys: Out
) -> None:
    topic = next(row["topic_id"] for row in sample.table("topics").to_pylist() if row["layer"] == 0)
    panel, folder = tmp_path / "panel.csv", tmp_path / "out"
    assert verb("nominations", "panel", sample.path, "--topic", topic, "--size", 2, "-o", panel) == 0
    assert panel.read_bytes().startswith(b"\xef\xbb\xbfseat,person_id,name"), "with the mark that Excel looks for"
    assert verb("topics", sample.path, "--top", 1, "-o", tmp_path / "t.json") == 0
    assert json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))[0]["layer"] == 0
    ask = (
        "nominations",
        "questionnaire",
        sample.path,
        "--topic",
        topic,
        "--panel",
        panel,
        "--form",
        "csv",
        "-o",
        folder,
    )
    assert verb(*ask) == 0
    (folder / "questionnaire-001.csv").write_text("answers", encoding="utf-8")
    assert verb(*ask) == 3
    assert "may hold answers" in capsys.readouterr().err
    assert (folder / "questionnaire-001.csv").read_text(encoding="utf-8") == "answers"


def test_lengths_below_one_are_refused(sample: Corpus, capsys: Out) -> None:
    topic = next(row["topic_id"] for row in sample.table("topics").to_pylist() if row["layer"] == 0)
    for words in (
        ("nominations", "agreement", sample.path, "--k", -2),
        ("nominations", "saturation", sample.path, "--k", 0),
        ("nominations", "next", sample.path, "--topic", topic, "--size", 0),
        ("rivals", sample.path, "--topic", topic, "--k", -3),
        ("evaluate", "backtest", sample.path, "--cut", 2015, "--k", 0),
    ):
        assert verb(*words) == 2, words
    assert "is not in the range x>=1" in capsys.readouterr().err
    with pytest.raises(ConfigError, match="k is -3, expected 1 or more"):
        rater_saturation(sample, k=-3)


def test_words_that_a_corpus_does_not_know_are_told(sample: Corpus, capsys: Out) -> None:
    assert verb("topics", sample.path, "ultrasound of the kidney by zyxwombats", "--top", 1) == 0
    assert "too rare in it to be counted: zyxwombat" in capsys.readouterr().err
    assert verb("topics", sample.path, "ultrasound of the kidney", "--top", 1) == 0
    assert capsys.readouterr().err == ""
    assert verb("topics", sample.path, "ultrasound[tiab] AND kidney[mh]", "--top", 1) == 0
    assert capsys.readouterr().err == "asked in words, without PubMed's tags and operators: ultrasound kidney\n"


def test_answers_without_a_row_say_why(sample: Corpus, tmp_path: Path, capsys: Out) -> None:
    empty = set(sample.frame("topics").query("layer == 0")["topic_id"])
    empty -= set(sample.frame("influencers").query("micro")["topic_id"])
    assert verb("influencers", sample.path, "--topic", min(empty), "--format", "json") == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err.startswith("No micro-influencer passes every test here")) == ("[]\n", True)
    (tmp_path / "few.xml").write_bytes(xml(*range(1, 9)))
    few = tmp_path / "few"
    assert verb("add", few, tmp_path / "few.xml") == verb("run", few) == 0
    word = Corpus(few).table("lexicon")["term"][0]
    capsys.readouterr()
    assert verb("topics", few, word, "--format", "json") == 0
    printed = capsys.readouterr()
    assert printed.out == "[]\n"
    assert f"no niche that a text could be about; `expertmine topics {few}` lists its topics" in printed.err


def test_standing_has_names_the_highest_first(sample: Corpus, capsys: Out) -> None:
    topic = sample.frame("standing")["topic_id"].iloc[0]
    assert verb("nominations", "standing", sample.path, "--topic", topic, "--format", "json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert all(row["name"] and row["topic"] for row in rows)
    assert [row["standing"] for row in rows] == sorted((row["standing"] for row in rows), reverse=True)
    assert {row["topic_id"] for row in rows} == {topic}


def test_micro_influencers_of_a_theme_are_a_question_about_the_wrong_thing(sample: Corpus, capsys: Out) -> None:
    assert verb("influencers", sample.path, "--topic", "area") == 2
    assert "'area' is no niche" in capsys.readouterr().err


def test_decisions_about_what_nobody_typed_are_told(sample: Corpus, tmp_path: Path, capsys: Out) -> None:
    path = shutil.copytree(sample.path, tmp_path / "corpus")
    for decision, code, told in (
        ("skip", 0, "1 of them are about names that no survey holds"),
        ("nobody", 3, "line 2: nobody and no topic of this corpus has the id 'nobody'"),
    ):
        rows = f"nominee,nominee_institution,topic,decision\nZyx Wombat,,n1,{decision}\n"
        (tmp_path / "doubts.csv").write_text(rows, encoding="utf-8")
        assert verb("nominations", "review", path, "--decided", tmp_path / "doubts.csv") == code
        assert told in capsys.readouterr().err


def test_corpora_without_niches_or_without_articles_answer_in_words(tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "few.xml").write_bytes(xml(*range(1, 9)))
    few, none = tmp_path / "few", tmp_path / "none"
    assert verb("add", few, tmp_path / "few.xml") == verb("run", few) == verb("rising", few) == 0
    header = "PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,Create Date,PMCID,NIHMS ID,DOI"
    (tmp_path / "bad.csv").write_text(f"{header}\nx,Of bees,,,,,,,,,\n", encoding="utf-8")
    assert verb("add", none, tmp_path / "bad.csv") == verb("run", none) == 0
    capsys.readouterr()
    assert verb("experts", none, "--text", "bees") == 3
    assert "this corpus holds no articles" in capsys.readouterr().err


def test_a_full_disk_behind_stdout_is_told_in_words(sample: Corpus) -> None:
    words = [sys.executable, "-m", "expertmine", "topics", str(sample.path), "--top", "1"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 3
    assert "error: cannot print" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_verb_can_be_run_beside_the_main_thread(tmp_path: Path) -> None:
    codes: list[int] = []
    beside = threading.Thread(target=lambda: codes.append(verb("add", tmp_path / "c", tmp_path / "none.xml")))
    beside.start()
    beside.join()
    assert codes == [3]
