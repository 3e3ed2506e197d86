"""What the verbs show when nothing else is asked for."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import pytest

from expertmine.answers import list_topics, rising
from expertmine.cli import run_verb
from expertmine.corpus import Corpus
from tests.changes.test_generations import publish
from tests.changes.worlds import World, make, niches

Out = pytest.CaptureFixture[str]
WRITERS: dict[int, tuple[str, ...]] = {pmid: (f"Writer{pmid % 3}", f"Only{pmid}") for pmid in range(1, 13)}
FIRST = World(writers=WRITERS, niche=niches(range(1, 9), range(9, 13)))
SECOND = dataclasses.replace(FIRST.without(5), niche=niches(range(1, 5), range(5, 13), names="AD"), spelling="y")

KINDS = {"niche: papers", "expert: rank", "paper lost: score"}


def verb(*words: object) -> int:
    return run_verb([str(word) for word in words])


def told(capsys: Out, *words: object) -> list[dict[str, Any]]:
    assert verb(*words, "--format", "json") == 0
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return rows


def test_only_who_rises_is_shown_as_rising(sample: Corpus, capsys: Out) -> None:
    assert all(row["low"] > 0 for row in told(capsys, "rising", sample.path, "--top", 0))
    everybody = told(capsys, "rising", sample.path, "--top", 0, "--all")
    assert {row["rising"] for row in everybody} == {True, False}
    steady = next(
        topic
        for topic in dict.fromkeys(row["topic_id"] for row in everybody)
        if not any(row["rising"] for row in everybody if row["topic_id"] == topic)
    )
    assert verb("rising", sample.path, "--topic", steady) == 0
    printed = capsys.readouterr()
    assert printed.out == "(nothing)\n"
    assert f"--all shows all {len(rising(sample, steady, top=0))} people" in printed.err


def test_a_text_is_told_at_most_ten_niches_and_none_that_does_not_match(sample: Corpus, capsys: Out) -> None:
    niches_held = len(list_topics(sample, "ultrasound"))
    shown = told(capsys, "topics", sample.path, "ultrasound")
    assert 0 < len(shown) <= 10 < niches_held
    assert all(row["match"] >= 0.001 for row in shown)
    assert len(told(capsys, "topics", sample.path, "ultrasound", "--top", 0)) == niches_held
    assert len(told(capsys, "topics", sample.path)) == len(list_topics(sample))


def test_fragility_says_what_its_columns_mean(sample: Corpus, capsys: Out) -> None:
    topic = sample.frame("scores")["topic_id"].iloc[0]
    assert verb("fragility", sample.path, "--topic", topic, "--top", 1) == 0
    assert "without their best N papers they are not among the first 7 any more" in capsys.readouterr().err


@pytest.fixture
def moved(tmp_path: Path) -> Corpus:
    corpus = Corpus(tmp_path / "corpus")
    for world in (FIRST, SECOND):
        publish(corpus, make(world))
    return corpus


def test_changes_name_the_people_and_niches_that_moved(moved: Corpus, capsys: Out) -> None:
    rows = told(capsys, "changes", moved.path)
    kinds = {row["what"] for row in rows}
    assert kinds >= KINDS
    assert {row["topic"] for row in rows if row["what"] == "niche: papers"} & {"A", "B -> D", "D", "A -> D"}
    assert all(row["name"] and row["topic"] for row in rows if row["what"] != "niche: papers")
    assert verb("changes", moved.path) == 0
    printed = capsys.readouterr()
    assert "records gone: 1" in printed.err
    assert any(str(row["name"]) in printed.out for row in rows if row["what"] == "expert: rank")


def test_papers_and_ranks_that_changed_are_whole_numbers_though_scores_stand_below_them(
    moved: Corpus, capsys: Out
) -> None:
    assert verb("changes", moved.path, "--format", "csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    ends = {what: {row[end] for row in rows if row["what"] == what for end in ("before", "after")} for what in KINDS}
    assert any("." in end for end in ends.pop("paper lost: score"))
    assert all(not end or end.isdecimal() for told in ends.values() for end in told)


def test_changes_go_to_a_file_in_the_form_its_name_says(moved: Corpus, tmp_path: Path, capsys: Out) -> None:
    assert verb("changes", moved.path, "-o", tmp_path / "c.html") == 0
    assert (tmp_path / "c.html").read_text(encoding="utf-8").startswith("<!")
    assert verb("changes", moved.path, "-o", tmp_path / "c.csv") == 0
    assert (tmp_path / "c.csv").read_text(encoding="utf-8-sig").startswith("what,change,person_id,name,")
    assert verb("changes", moved.path, "-o", tmp_path / "c.pdf") == 2
    assert "'c.pdf' ends in none of" in capsys.readouterr().err


def test_changes_say_what_could_not_be_compared(tmp_path: Path, capsys: Out) -> None:
    corpus = Corpus(tmp_path / "corpus")
    publish(corpus, {"articles": make(FIRST)["articles"]})
    publish(corpus, make(FIRST))
    assert verb("changes", corpus.path) == 0
    printed = capsys.readouterr().err
    assert "not compared, for one of the generations has none: " in printed
    assert "topics" in printed
