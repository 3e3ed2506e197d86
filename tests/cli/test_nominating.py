"""The verbs about peers as a person types them: what is told of ballots that do not count, before and after a run."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pandas as pd
import pytest

from expertmine.acquire import plan_nominations
from expertmine.cli import run_verb
from expertmine.corpus import Corpus
from tests.acquire.test_add import xml

Out = pytest.CaptureFixture[str]


def verb(*words: object) -> int:
    return run_verb([str(word) for word in words])


def a_niche(corpus: Corpus) -> str:
    return next(str(row["topic_id"]) for row in corpus.table("topics").to_pylist() if row["layer"] == 0)


def copied(corpus: Corpus, folder: Path) -> Path:
    return Path(shutil.copytree(corpus.path, folder / "corpus"))


def test_ballots_that_count_for_nothing_yet_are_told_after_every_step(
    unasked: Corpus, tmp_path: Path, capsys: Out
) -> None:
    path, topic = copied(unasked, tmp_path), a_niche(unasked)
    rows = [f"A. Orrqvist,Zyx Wombatsky,{topic}", "A. Orrqvist,Ida Voss,zyxwombats", "B. Tolqvist,Ida Voss,zyxwombats"]
    (tmp_path / "survey.csv").write_text("\n".join(["rater,nominee,topic", *rows]), encoding="utf-8")
    assert verb("nominations", "add", path, tmp_path / "survey.csv") == 0
    verb("nominations", "saturation", path)
    assert f"3 ballots not matched yet; `expertmine run {path}`" in capsys.readouterr().err
    assert verb("run", path) == 0
    waiting = f"2 of 3 ballots wait for `expertmine nominations review {path}`"
    told = capsys.readouterr().err
    assert "not matched yet" not in told
    assert waiting in told
    for words in (("standing",), ("compare", "--topic", topic), ("agreement",), ("saturation",)):
        assert verb("nominations", words[0], path, *words[1:]) == 0
        assert waiting in capsys.readouterr().err, words
    (tmp_path / "doubts.csv").write_text("nominee,topic,decision\nIda Voss,zyxwombats,skip\n", encoding="utf-8")
    assert verb("nominations", "review", path, "--decided", tmp_path / "doubts.csv") == 0
    printed = capsys.readouterr()
    assert f"1 decision in {tmp_path / 'doubts.csv'}, 1 in all; `expertmine run {path}` obeys them" in printed.err
    assert printed.out == "", "what is in doubt then is known after a run"
    assert verb("run", path) == 0
    capsys.readouterr()
    assert verb("nominations", "standing", path) == 0
    assert "wait for" not in capsys.readouterr().err, "whom a reader set aside waits for nobody"


def test_only_rejects_of_surveys_are_counted_where_a_survey_is_added(tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "records.xml").write_bytes(xml(1, 2).replace(b'<PMID Version="1">2<', b'<PMID Version="1">x<'))
    (tmp_path / "survey.csv").write_text("rater,nominee,topic\nÅsa Orr,Ida Voss,stents\n", encoding="utf-8")
    path = tmp_path / "corpus"
    verb("add", path, tmp_path / "records.xml")
    assert Corpus(path).table("rejects").num_rows == 1
    assert verb("nominations", "add", path, tmp_path / "survey.csv") == 0
    assert "1 ballot, 0 rejects in all" in capsys.readouterr().err


def test_a_dry_run_tells_what_a_survey_would_match_and_stores_nothing(
    unasked: Corpus, tmp_path: Path, capsys: Out
) -> None:
    path, topic = copied(unasked, tmp_path), a_niche(unasked)
    first = unasked.table("persons").sort_by([("papers", "descending")]).to_pylist()[0]
    rows = [
        f"A. Orrqvist,Zyx Wombatsky,{topic}",
        f"A. Orrqvist,Zyx Wombatsky,{topic}",
        "A. Orrqvist,Ida Voss,zyxwombats",
    ]
    rows.append(f"A. Orrqvist,{first['name']},{topic}")
    (tmp_path / "survey.csv").write_text("\n".join(["rater,nominee,relation", *rows]), encoding="utf-8")
    before = {file: file.read_bytes() for file in path.rglob("*") if file.is_file()}
    assert verb("nominations", "add", path, tmp_path / "survey.csv", "--dry-run") == 0
    assert {file: file.read_bytes() for file in path.rglob("*") if file.is_file()} == before
    told = capsys.readouterr()
    assert "topic = 'relation'" in told.err
    planned = plan_nominations(Corpus(path), tmp_path / "survey.csv").to_dict("records")[0]
    assert planned == {
        "file": "survey.csv", "ballots": 3, "rejects": 1, "topics": 2, "topics_found": 1, "names": 3, "names_found": 1,
        "names_new": 1, "names_in_doubt": 1,
    }  # fmt: skip
    assert verb("nominations", "add", path, tmp_path / "survey.csv", "--dry-run", "--topic", topic) == 0
    told = capsys.readouterr()
    assert f"the topic is '{topic}' throughout" in told.err
    assert "topic = 'relation'" not in told.err
    assert "not read: 'relation'" in told.err
    assert (
        verb("nominations", "add", path, tmp_path / "survey.csv", "--topic", topic, "--column", "topic=relation") == 2
    )
    assert "leave one out" in capsys.readouterr().err


def test_a_dry_run_counts_each_typing_of_a_person_whom_a_rater_names_twice(unasked: Corpus, tmp_path: Path) -> None:
    topic = a_niche(unasked)
    typed = ["Zyxa Wombatsky,Quoll House", "Z. Wombatsky,Quoll House", "Wombatsky Zyxa,Quoll House"]
    rows = [f"A. Orrqvist,{name},{topic}" for name in typed]
    text = "\n".join(["rater,nominee,nominee_institution,topic", *rows])
    (tmp_path / "survey.csv").write_text(text, encoding="utf-8")
    planned = plan_nominations(unasked, tmp_path / "survey.csv").to_dict("records")[0]
    parts = [planned[f"names_{part}"] for part in ("found", "new", "in_doubt")]
    assert (planned["names"], sum(parts)) == (3, 3)


def test_what_is_not_read_and_who_is_typed_in_two_ways_is_told(tmp_path: Path, capsys: Out) -> None:
    text = "rater,nominee,topic,Remarks,\nA. Orrqvist,Ida Voss,stents,nice,\nOrrqvist A.,Ulf Tol,stents,,\n"
    (tmp_path / "survey.csv").write_text(text, encoding="utf-8")
    assert verb("nominations", "add", tmp_path / "none", tmp_path / "survey.csv", "--dry-run") == 0
    told = capsys.readouterr().err
    assert "survey.csv: not read: 'Remarks'\n" in told
    assert "raters of nearly one name count as several; type one human in one way: lines 2 and 3" in told
    assert "Orrqvist" not in told


def test_every_cell_of_an_odd_survey_is_counted_in_the_end_and_a_bad_file_costs_none_of_it(
    unasked: Corpus, tmp_path: Path, capsys: Out
) -> None:
    path, topic = copied(unasked, tmp_path), a_niche(unasked)
    names = ["Zyx Wombatsky", "zyx.wombatsky@quoll.example", "see above", "the team in Quoll", "none", "A. Orrqvist"]
    header = ";".join(["Your name", *(f"Expert {number}" for number in range(1, 201))])
    lines = [";".join([rater, *names]) for rater in ("A. Orrqvist", "B. Tolqvist")]
    (tmp_path / "wide.csv").write_bytes("\r\n".join([header, *lines]).encode("utf-8-sig"))
    assert verb("nominations", "add", path, tmp_path / "wide.csv", "--topic", topic) == 0
    assert verb("run", path) == 0
    before = {file: file.read_bytes() for file in path.rglob("*") if file.is_file()}
    (tmp_path / "bad.csv").write_text("who;whom\nA. Orrqvist;Ida Voss\n", encoding="utf-8")
    assert verb("nominations", "add", path, tmp_path / "wide.csv", tmp_path / "bad.csv", "--topic", topic) != 0
    assert {file: file.read_bytes() for file in path.rglob("*") if file.is_file()} == before
    corpus = Corpus(path)
    rows = {name: corpus.table(name).to_pylist() for name in ("nominations", "unmatched", "rejects", "nominees")}
    refused = [row for row in rows["rejects"] if row["source"] == "wide.csv"]
    assert (len(rows["nominations"]), len(rows["unmatched"]), len(refused)) == (4, 6, 2)
    assert {row["name"] for row in rows["nominees"]} == {"Zyx Wombatsky", "A. Orrqvist"}
    capsys.readouterr()
    assert verb("nominations", "review", path, "-o", tmp_path / "doubts.csv") == 0
    doubts = pd.read_csv(tmp_path / "doubts.csv")
    assert sorted(doubts["nominee"]) == sorted(names[1:4])
    assert doubts["times"].tolist() == [2, 2, 2]


def test_a_survey_is_planned_before_anything_was_run(tmp_path: Path) -> None:
    (tmp_path / "survey.csv").write_text("rater,nominee,topic\nÅsa Orr,Ida Voss,stents\n", encoding="utf-8")
    planned = plan_nominations(Corpus(tmp_path / "none"), tmp_path / "survey.csv")
    assert planned["names"].tolist() == [1]
    assert planned["names_found"].isna().all()


def as_excel_saves(panel: pd.DataFrame) -> dict[str, bytes]:
    book = io.BytesIO()
    panel.to_excel(book, index=False)
    text = panel.to_csv(index=False, sep=";")
    return {"panel.csv": text.encode("cp1252"), "utf8.csv": text.encode("utf-8-sig"), "panel.xlsx": book.getvalue()}


def test_a_panel_that_a_spreadsheet_saved_again_is_read(sample: Corpus, tmp_path: Path) -> None:
    panel = pd.DataFrame(
        {"person_id": ["p1", "p2"], "name": ["Åsa Orr", "Bo Tol"], "affiliation": ["Ostvik; Süd", None]}
    )
    topic = a_niche(sample)
    for name, data in as_excel_saves(panel).items():
        (tmp_path / name).write_bytes(data)
        out = tmp_path / f"out of {name}"
        ask = ("nominations", "questionnaire", sample.path, "--topic", topic, "--form", "csv", "--panel")
        assert verb(*ask, tmp_path / name, "-o", out) == 0, name
        assert (out / "questionnaire-001.csv").read_text(encoding="utf-8-sig").count("Åsa Orr,Ostvik; Süd,") == 9


def test_a_next_wave_before_any_survey_says_that_nobody_was_heard(unasked: Corpus, tmp_path: Path, capsys: Out) -> None:
    path, topic = copied(unasked, tmp_path), a_niche(unasked)
    assert verb("run", path) == 0
    capsys.readouterr()
    assert verb("nominations", "next", path, "--topic", topic, "--size", 1) == 0
    assert "no survey was added yet" in capsys.readouterr().err


def test_verbs_about_a_survey_say_that_there_is_none_or_that_a_run_must_match_it(
    unasked: Corpus, tmp_path: Path, capsys: Out
) -> None:
    path, topic = copied(unasked, tmp_path), a_niche(unasked)
    assert verb("run", path) == 0
    capsys.readouterr()
    words = (("standing",), ("compare", "--topic", topic), ("agreement",), ("saturation",), ("rings",), ("review",))
    for name, *options in words:
        assert verb("nominations", name, path, *options) == 0
        assert "no survey was added yet" in capsys.readouterr().err, name
    (tmp_path / "survey.csv").write_text(f"rater,nominee,topic\nA. Orrqvist,Ida Voss,{topic}\n", encoding="utf-8")
    assert verb("nominations", "add", path, tmp_path / "survey.csv") == 0
    capsys.readouterr()
    for name, *options in words:
        assert verb("nominations", name, path, *options) == 0
        assert f"1 ballot not matched yet; `expertmine run {path}` does it" in capsys.readouterr().err, name
