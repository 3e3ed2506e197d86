"""People's rulings on a corpus on disk: kept, obeyed, still there after more records."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from expertmine.acquire import add, add_corrections, merge_persons, rule_mentions, split_person
from expertmine.answers import doubtful_mentions
from expertmine.cli import run_verb
from expertmine.corpus import Corpus
from expertmine.errors import ConfigError, DataError
from expertmine.pipeline import run
from tests.sources.invented import article, author, document


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    records = [article(pmid, title=f"Of bees and hives {pmid}.", authors=author("Quillfeather")) for pmid in (1, 2, 3)]
    records += [article(4, title="Of honey.", authors=author("Brambledown", "Ida", "I"))]
    (tmp_path / "bees.xml").write_bytes(document(*records))
    made = Corpus(tmp_path / "corpus")
    add(made, tmp_path / "bees.xml")
    run(made, until="identity")
    return made


def people(corpus: Corpus) -> dict[str, str]:
    run(corpus, until="identity")
    return {f"{row['pmid']}.{row['position']}": row["person_id"] for row in corpus.table("identities").to_pylist()}


def test_persons_are_merged_and_stay_merged_when_records_come(corpus: Corpus, tmp_path: Path) -> None:
    assert set(people(corpus).values()) == {"p1.1", "p4.1"}
    assert merge_persons(corpus, "p1.1", "p4.1", by="T. Ester") == 3
    assert set(people(corpus).values()) == {"p1.1"}
    more = [article(pmid, title="Of honey.", authors=author("Brambledown", "Ida", "I")) for pmid in (5, 6)]
    (tmp_path / "more.xml").write_bytes(document(*more))
    add(corpus, tmp_path / "more.xml")
    assert people(corpus)["6.1"] == "p1.1"


@pytest.mark.parametrize(
    ("mentions", "told"),
    [
        (("2.1", "9.9"), "'9.9' is no mention of p1.1 (expected PMID.POSITION; p1.1 has 1.1, 2.1, 3.1)"),
        (("2",), "'2' is no mention of p1.1"),
        ((), "no mention is named"),
        (("1.1", "2.1", "3.1"), "these are all mentions of p1.1; leave out those that stay theirs"),
    ],
)
def test_each_way_not_to_split_a_person_is_told_as_what_it_is(
    mentions: tuple[str, ...], told: str, corpus: Corpus
) -> None:
    with pytest.raises(ConfigError, match=re.escape(told)):
        split_person(corpus, "p1.1", *mentions, by="T. Ester")


def test_a_person_is_split_and_the_ruling_can_be_overruled_more_than_once(corpus: Corpus) -> None:
    split_person(corpus, "p1.1", "2.1", "3.1", by="T. Ester")
    assert people(corpus) == {"1.1": "p1.1-2", "2.1": "p1.1", "3.1": "p1.1", "4.1": "p4.1"}  # most keep the id
    for verdict, expected in (("same", "p1.1"), ("different", "p1.1-2"), ("same", "p1.1")):
        rule_mentions(corpus, verdict, "2.1", "1.1", by="T. Ester")
        assert people(corpus) == {"1.1": expected, "2.1": "p1.1", "3.1": "p1.1", "4.1": "p4.1"}


def test_what_cannot_be_ruled_is_refused_and_nothing_is_stored(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="verdict is 'Same', expected 'same' or 'different'"):
        rule_mentions(corpus, "Same", "1.1", "2.1", by="T. Ester")
    with pytest.raises(ConfigError, match="`by` is empty, expected who says so"):
        rule_mentions(corpus, "same", "1.1", "2.1", by=" ")
    with pytest.raises(ConfigError, match=r"no person has the id 'p9\.9'"):
        merge_persons(corpus, "p1.1", "p9.9", by="T. Ester")
    with pytest.raises(ConfigError, match=r"'4\.1' is no mention of p1\.1"):
        split_person(corpus, "p1.1", "4.1", by="T. Ester")
    with pytest.raises(ConfigError, match="expected two mentions or more"):
        rule_mentions(corpus, "same", "1.1", by="T. Ester")
    rule_mentions(corpus, "same", "1.1", "4.1", by="T. Ester")
    (tmp_path / "wrong.csv").write_text(
        "verdict,first,second,by\ndifferent,4.1,1.1,me\nsame,1.1,4.1,me\nsame,1.1,x,me\n"
    )
    with pytest.raises(DataError, match=r"'wrong\.csv', line 4"):
        add_corrections(corpus, tmp_path / "wrong.csv")
    assert corpus.table("corrections").num_rows == 1


def test_the_verbs_say_how_many_rulings_wait(
    corpus: Corpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "early.csv").write_text("verdict,first,second,by\nsame,1.1,99.1,me\n")
    assert run_verb(["identity", "add", str(corpus.path), str(tmp_path / "early.csv")]) == 0
    assert "1 ruling in all, 1 of them wait for mentions that the corpus does not have" in capsys.readouterr().err


def test_a_ruling_on_a_mention_that_the_corpus_does_not_have_is_refused(corpus: Corpus) -> None:
    with pytest.raises(ConfigError, match=r"the corpus has no mention '99\.1'"):
        rule_mentions(corpus, "same", "1.1", "99.1", by="T. Ester")
    assert not corpus.table("corrections").num_rows


def test_the_verbs_say_who_ruled_and_when(corpus: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--by", "T. Ester", "--date", "2026-03-01"]
    assert run_verb(["identity", "same", str(corpus.path), "1.1", "4.1", *words]) == 0
    assert run_verb(["identity", "different", str(corpus.path), "2.1", "1.1", *words]) == 0
    assert "2 rulings in all" in capsys.readouterr().err
    held = corpus.table("corrections").to_pylist()
    assert [(row["verdict"], row["by"], str(row["date"])) for row in held] == [
        ("same", "T. Ester", "2026-03-01"),
        ("different", "T. Ester", "2026-03-01"),
    ]
    assert run_verb(["identity", "same", str(corpus.path), "1.1", "4.1"]) == 2  # nobody signs


def changes_in(sample: Corpus) -> Callable[[str, list[dict[str, Any]]], float]:
    """Say by how much 1 / rank would fall if these mentions left the person, in the niche in which it falls most."""
    niches = set(sample.frame("topics").query("layer == 0")["topic_id"])
    points = sample.frame("evidence").groupby(["person_id", "topic_id", "pmid"])["points"].sum().to_dict()
    scores: dict[str, dict[str, float]] = {}
    for row in sample.table("scores").to_pylist():
        if row["topic_id"] in niches:
            scores.setdefault(row["topic_id"], {})[row["person_id"]] = row["score"]

    def change_in(topic: str, person: str, pmids: set[int]) -> float:
        mine = scores[topic][person]
        less = mine - sum(points.get((person, topic, pmid), 0) for pmid in pmids)
        others = [score for other, score in scores[topic].items() if other != person]
        ranks = [1 + sum(score > bar + 1e-9 for score in others) for bar in (mine, less)]
        return 1 / ranks[0] - 1 / ranks[1]

    def change(person: str, leaving: list[dict[str, Any]]) -> float:
        pmids = {row["pmid"] for row in leaving}
        return max((change_in(topic, person, pmids) for topic in scores if person in scores[topic]), default=0.0)

    return change


def stakes_of(sample: Corpus) -> dict[str, float]:
    """Every doubtful mention, with all that always leave with it, taken out of every niche by hand."""
    change, stakes = changes_in(sample), {}
    for person, part in sample.frame("identities").groupby("person_id"):
        held = [{str(name): value for name, value in row.items()} for row in part.to_dict("records")]
        for row in held:
            sure = row["stays"] == 2**64 - 1
            leaving = [row] if sure else [each for each in held if each["stays"] & row["stays"] == each["stays"]]
            doubt = 1 - min(row["confidence"], int(row["stays"]).bit_count() / 64)
            if doubt > 0.05:
                stakes[f"m{row['pmid']}.{row['position']}"] = doubt * change(str(person), leaving)
    return stakes


def test_review_puts_first_what_would_change_a_ranking_most(sample: Corpus) -> None:
    found, stakes = doubtful_mentions(sample, top=0).to_dict("records"), stakes_of(sample)
    assert found[0]["stake"] == pytest.approx(max(stakes.values()))
    assert [row["stake"] for row in found] == pytest.approx(sorted((row["stake"] for row in found), reverse=True))
    assert {mention for row in found for mention in row["mentions"].split()} >= {
        mention for mention, stake in stakes.items() if stake > 0
    }
    assert all(row["mention"] in row["mentions"].split() for row in found)
    assert all(row["stake"] >= stakes[row["mention"]] - 1e-9 for row in found)


def test_a_mention_as_review_prints_it_outlives_a_spreadsheet_and_can_be_ruled_upon(
    corpus: Corpus, tmp_path: Path
) -> None:
    pd.DataFrame([("different", "m1.1", "m2.1", "me")], columns=["verdict", "first", "second", "by"]).to_csv(
        tmp_path / "r.csv", index=False
    )
    pd.read_csv(tmp_path / "r.csv").to_csv(tmp_path / "again.csv", index=False)
    assert (tmp_path / "r.csv").read_bytes() == (tmp_path / "again.csv").read_bytes()
    add_corrections(corpus, tmp_path / "again.csv")
    assert people(corpus)["1.1"] != people(corpus)["2.1"]
    rule_mentions(corpus, "same", "m1.1", "m2.1", by="T. Ester")
    assert people(corpus)["1.1"] == people(corpus)["2.1"]
    split_person(corpus, people(corpus)["1.1"], "m2.1", by="T. Ester")
    assert people(corpus)["1.1"] != people(corpus)["2.1"]


def test_a_split_is_undone_by_a_merge_and_a_merge_by_a_split_as_often_as_one_likes(corpus: Corpus) -> None:
    whole = {"1.1": "p1.1", "2.1": "p1.1", "3.1": "p1.1", "4.1": "p4.1"}
    for _ in range(2):
        split_person(corpus, "p1.1", "3.1", "2.1", by="T. Ester")
        assert people(corpus)["1.1"] != people(corpus)["2.1"] == people(corpus)["3.1"]
        merge_persons(corpus, people(corpus)["1.1"], people(corpus)["3.1"], by="T. Ester")
        assert people(corpus) == whole


def test_what_is_no_pair_of_humans_cannot_be_one(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="expected two different persons or more"):
        merge_persons(corpus, "p1.1", "p1.1", by="T. Ester")
    two = author("Quillfeather") + author("Brambledown", "Ida", "I")
    (tmp_path / "two.xml").write_bytes(document(article(9, title="Of bees and hives.", authors=two)))
    add(corpus, tmp_path / "two.xml")
    there = people(corpus)
    with pytest.raises(DataError, match=r"9\.1 and 9\.2 stand on one paper: they are two humans"):
        rule_mentions(corpus, "same", "9.1", "9.2", by="T. Ester")
    with pytest.raises(ConfigError, match=r"stand on one paper \(PMID 9\)"):
        merge_persons(corpus, there["9.1"], there["9.2"], by="T. Ester")
    assert "corrections" not in corpus.manifest.tables or not corpus.table("corrections").num_rows
