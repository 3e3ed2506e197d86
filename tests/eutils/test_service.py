"""The server itself: broken answers, faults dealt by dice, the program."""

from __future__ import annotations

import http.client
import os
import random
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.eutils import Answer, Eutils, serving
from tests.eutils.asking import ask, search
from tests.eutils.faults import FAULTS, dealt
from tests.sources.invented import article, document

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(b"", reset=True), ConnectionResetError),
        (Answer(b"half", promised=8), http.client.IncompleteRead),
        (Answer(b"late", delay=0.5), TimeoutError),
    ],
)
def test_a_broken_answer_breaks_as_it_should(service: Eutils, answer: Answer, error: type[Exception]) -> None:
    service.fault = lambda _number, _verb, _right: answer
    with pytest.raises(error), urllib.request.urlopen(f"{service.base_url}/esearch.fcgi", timeout=0.2) as sent:
        sent.read()


def test_faults_are_dealt_by_the_seed() -> None:
    def struck(seed: int) -> list[Answer]:
        fault = dealt(seed, 0.3)
        return [fault(number, "efetch", Answer(document(article(1), article(2)))) for number in range(1_000)]

    right = Answer(document(article(1), article(2)))
    assert struck(1) == struck(1) != struck(2)
    assert 250 < sum(answer != right for answer in struck(1)) < 350


def test_each_fault_changes_the_answer() -> None:
    right = Answer(document(article(1), article(2)))
    assert [name for name, change in FAULTS.items() if change(right, random.Random(1)) == right] == []


@pytest.mark.parametrize("name", ["WebEnv", "webenv"])
def test_parameters_are_read_in_either_case_and_from_both_places(service: Eutils, name: str) -> None:
    environment = ask(service, "epost", {"id": "2,3"}).said("WebEnv")[0]
    assert ask(service, "efetch", {name: environment, "query_key": 1}).ids == [2, 3]
    with urllib.request.urlopen(f"{service.base_url}/efetch.fcgi?db=pubmed", b"id=1&retmode=xml") as answer:
        assert b">1</PMID>" in answer.read()


def test_other_databases_and_utilities_are_refused(service: Eutils) -> None:
    assert ask(service, "esearch", {"db": "pmc", "term": "bee"}).said("ERROR") == ["Invalid db name specified: pmc"]
    assert ask(service, "einfo", {}).status == 404


def test_requests_are_counted_kept_and_numbered(service: Eutils) -> None:
    seen: list[int] = []
    service.fault = lambda number, _verb, answer: seen.append(number) or answer  # type: ignore[func-returns-value]
    for _ in range(2):
        search(service, "bee", usehistory="y")
    ask(service, "efetch", {"id": "1"})
    assert (service.requests, seen) == ({"esearch": 2, "efetch": 1}, [0, 1, 2])
    assert [one.get("term", one.get("id")) for one in service.asked] == ["bee", "bee", "1"]


def test_a_folder_is_served_while_the_block_lasts(folder: Path) -> None:
    with serving(folder) as base_url, urllib.request.urlopen(f"{base_url}/esearch.fcgi?term=honey") as answer:
        assert b"<Count>3</Count>" in answer.read()


@contextmanager
def program(*words: object) -> Iterator[tuple[Eutils, subprocess.Popen[str]]]:
    """Run the double as a program; the Eutils is a stand-in that knows the address only."""
    command = [sys.executable, "-m", "tests.eutils", *map(str, words)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True, env=dict(os.environ)) as process:
        try:
            assert process.stdout is not None
            name, _, base_url = process.stdout.readline().strip().partition("=")
            assert name == "EXPERTMINE_EUTILS_BASE"
            yield Eutils(None, base_url=base_url), process  # type: ignore[arg-type]
        finally:
            process.terminate()


def test_it_runs_as_a_program_and_logs_every_request(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "faults.toml").write_text('[[fault]]\nkind = "503"\nat = 2\n')
    options = ["--verbose", "--script", tmp_path / "faults.toml", "--cap", 3, "--real-rate", "--key", "s3cret"]
    with program(folder, *options) as (far, process):
        assert len(search(far, "bee", api_key="s3cret").ids) == 3
        assert ask(far, "efetch", {"id": "1,2", "email": "me@uni.example"}).status == 503
        assert search(far, "bee", api_key="other").status == 400
        process.terminate()
        assert process.stderr is not None
        lines = process.stderr.read().splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["1", "2", "3"]
    assert lines[1] == "2 efetch id=2 ids -> 503, 19 bytes, fault: 503"
    assert "esearch with a key term=bee -> 200" in lines[0]
    assert "s3cret" not in " ".join(lines)


def test_a_program_without_its_folder_says_so(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.eutils", str(tmp_path / "nowhere")]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
