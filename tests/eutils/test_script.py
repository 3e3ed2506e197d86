"""Faults strike where the script says, as often as it says, and do what their names say."""

from __future__ import annotations

import json
import time
import urllib.request
from pathlib import Path

import pytest
from lxml import etree

from tests.eutils import Eutils
from tests.eutils.asking import ask, search
from tests.eutils.faults import FAULTS
from tests.eutils.oddities import ODDITIES
from tests.eutils.script import KINDS, Line, Script, ScriptError
from tests.sources.invented import article, document


def play(service: Eutils, *lines: Line, folder: Path = Path(), seed: int = 0) -> None:
    service.script = Script(lines, service.catalogue, folder=folder, seed=seed)


def statuses(service: Eutils, *verbs: str) -> list[int]:
    questions = {"esearch": {"term": "bee"}, "efetch": {"id": "1,2"}, "epost": {"id": "1"}}
    return [ask(service, verb, questions[verb]).status for verb in verbs]


def test_a_fault_strikes_the_request_with_its_number(service: Eutils) -> None:
    play(service, Line(kind="503", at=2), Line(kind="500", verb="efetch", at=(2, 3)))
    assert statuses(service, "esearch", "efetch", "efetch", "esearch", "efetch", "efetch") == [
        200, 503, 500, 200, 500, 200
    ]  # fmt: skip


def test_a_fault_strikes_no_more_often_than_it_may(service: Eutils) -> None:
    play(service, Line(kind="502", verb="efetch", times=2))
    assert statuses(service, *["efetch", "esearch"] * 3) == [502, 200, 502, 200, 200, 200]


def test_a_share_of_the_answers_is_struck_and_the_seed_says_which(service: Eutils) -> None:
    def struck(seed: int) -> list[int]:
        play(service, Line(kind="500", share=0.3), seed=seed)
        return [service.answer("esearch", {"term": "bee"}).status for _ in range(200)]

    assert struck(1) == struck(1) != struck(2)
    assert 40 < struck(1).count(500) < 80


def test_a_fault_that_finds_nothing_to_spoil_waits(service: Eutils) -> None:
    play(service, Line(kind="duplicate record", times=1))
    assert search(service, "bee").ids[:2] == [8, 7]
    assert ask(service, "efetch", {"id": "1,2"}).ids == [1, 2, 1]
    assert ask(service, "efetch", {"id": "1,2"}).ids == [1, 2]


def test_status_pause_and_wait_are_as_the_script_says(service: Eutils) -> None:
    play(
        service,
        Line(kind="429", at=1, retry_after=7),
        Line(kind="expired WebEnv", at=2, status=200),
        Line(kind="slow answer", at=3, seconds=0.2),
    )
    assert ask(service, "esearch", {"term": "bee"}).headers["Retry-After"] == "7"
    expired = ask(service, "efetch", {"id": "1"})
    assert (expired.status, expired.said("ERROR")) == (200, ["Unable to obtain query #1"])
    started = time.monotonic()
    assert search(service, "bee").ids[0] == 8
    assert time.monotonic() - started >= 0.2


def test_dropped_records_never_come(service: Eutils) -> None:
    play(service, Line(kind="records dropped", pmids=(2, 8)))
    assert search(service, "all[sb]").ids[0] == 8
    assert [ask(service, "efetch", {"id": "1,2,8"}).ids for _ in range(3)] == [[1]] * 3


def test_an_extra_record_is_one_that_was_not_asked_for(service: Eutils) -> None:
    play(service, Line(kind="extra record", at=1), Line(kind="extra record", at=2, pmids=(5,)))
    assert [ask(service, "efetch", {"id": "1,2"}).ids for _ in range(3)] == [[1, 2, 3], [1, 2, 5], [1, 2]]


@pytest.mark.parametrize(("verb", "question"), [("esearch", {"term": "bee"}), ("efetch", {"id": "1"})])
def test_the_root_may_be_that_of_another_utility(service: Eutils, verb: str, question: dict[str, str]) -> None:
    play(service, Line(kind="wrong root"))
    assert ask(service, verb, question).root.tag == "eSummaryResult"


def test_a_body_may_come_gzipped_to_whoever_did_not_ask(service: Eutils) -> None:
    play(service, Line(kind="gzip"))
    with urllib.request.urlopen(f"{service.base_url}/efetch.fcgi?id=1") as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.read(2) == b"\x1f\x8b"


@pytest.mark.parametrize("mode", ["xml", "json"])
def test_a_count_may_be_off(service: Eutils, mode: str) -> None:
    play(service, Line(kind="count off", by=-3))
    reply = search(service, "bee", retmode=mode)
    assert (reply.said("Count") if mode == "xml" else [reply.json["count"]]) == ["5"]


def test_a_day_may_be_refused_in_searches_and_pages(service: Eutils) -> None:
    play(service, Line(kind="one day refused", day="2002/01/01", widest=31))
    terms = [
        "2002/01/01[edat]",
        "2001/12/31:2002/01/30[edat]",
        "2001/12/31:2002/02/01[edat]",
        "2002/01/02[edat]",
        "bee",
    ]
    assert [search(service, term).status for term in terms] == [500, 500, 200, 200, 200]
    assert search(service, "bee", mindate="2002/01/01", maxdate="2002/01/01", datetype="crdt").status == 500
    assert [ask(service, "efetch", {"id": pmid}).status for pmid in ("1", "1,2", "3")] == [200, 500, 200]


def test_the_key_may_be_refused_from_some_request_on(service: Eutils) -> None:
    play(service, Line(kind="API key invalid", at=2))
    assert search(service, "bee", api_key="mine").status == 200
    refused = search(service, "bee", api_key="mine")
    assert (refused.status, json.loads(refused.body)["api-key"]) == (400, "mine")


def test_records_arrive_and_go_between_two_searches(service: Eutils, tmp_path: Path) -> None:
    (tmp_path / "late.txt").write_bytes(document(article(30, title="Bee bread"), article(31, title="Bee line")))
    play(
        service,
        Line(kind="records arrive", verb="esearch", at=1, file="late.txt"),
        Line(kind="records withdrawn", verb="esearch", at=2, pmids=(31, 1)),
        folder=tmp_path,
    )
    assert [len(search(service, "bee").ids) for _ in range(4)] == [8, 10, 8, 8]
    assert ask(service, "efetch", {"id": "1,30,31"}).ids == [30]


def test_a_script_is_read_from_toml_and_from_json_lines(service: Eutils, tmp_path: Path) -> None:
    said = [{"kind": "429", "at": 3, "retry_after": 1}, {"kind": "records dropped", "verb": "efetch", "pmids": [1, 2]}]
    (tmp_path / "a.jsonl").write_text("# two faults\n\n" + "\n".join(map(json.dumps, said)))
    (tmp_path / "a.toml").write_text(
        '[[fault]]\nkind = "429"\nat = 3\nretry_after = 1\n'
        '[[fault]]\nkind = "records dropped"\nverb = "efetch"\npmids = [1, 2]\n'
    )
    for name in ("a.jsonl", "a.toml"):
        service.script = Script.read(tmp_path / name, service.catalogue)
        assert ask(service, "efetch", {"id": "1,2,3"}).ids == [3]
    assert [search(service, "bee").status for _ in range(2)] == [429, 200]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('kind = "42"', r"fault 1: unknown '42'; did you mean '429'"),
        ('kind = "429"\nrety_after = 1', "did you mean 'retry_after'"),
        ('kind = "429"\nat = "three"', "fault 1: Expected"),
        ('kind = "429"\nverb = "einfo"', "Invalid enum value 'einfo'"),
        ("at = 3", "missing required field `kind`"),
        ('kind = "records dropped"', "wants pmids"),
        ('kind = "one day refused"\nday = "tomorrow"', "expected year/month/day"),
        ("kind = ", "Invalid value"),
    ],
)
def test_a_script_with_a_mistake_is_refused(service: Eutils, tmp_path: Path, line: str, says: str) -> None:
    (tmp_path / "a.toml").write_text(f"[[fault]]\n{line}\n")
    with pytest.raises(ScriptError, match=says):
        Script.read(tmp_path / "a.toml", service.catalogue)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_played(service: Eutils, tmp_path: Path, kind: str) -> None:
    (tmp_path / "late.txt").write_bytes(document(article(30)))
    play(
        service,
        Line(kind=kind, times=1, pmids=(1, 3), day="2001", file="late.txt"),
        folder=tmp_path,
    )
    for verb, question in (("esearch", {"term": "bee"}), ("efetch", {"id": "1,2"})):
        struck = service.answer(verb, question)
        if struck.fault:
            break
    assert struck.fault == kind
    after = service.answer("efetch", {"id": "2"})
    assert (after.fault, etree.fromstring(after.body).tag) == ("", "PubmedArticleSet")


def test_the_old_kinds_and_the_new_ones_do_not_share_names() -> None:
    assert not set(FAULTS) & set(ODDITIES)
