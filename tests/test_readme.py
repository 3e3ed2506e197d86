"""What the README shows is run as it stands there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from expertmine.cli import run_verb
from expertmine.corpus import Corpus
from tests.conftest import ROOT, SAMPLE
from tests.eutils import serving

README = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
SHELL = [line for block in re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL) for line in block.splitlines()]
QUERY = "fibromuscular dysplasia[mesh]"


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Answer every query of the README with the first quarter of the sample, and work in an empty folder."""
    (tmp_path / "served").mkdir()
    first = sorted((SAMPLE / "pubmed").iterdir())[0]
    (tmp_path / "served" / first.name).write_bytes(first.read_bytes())
    (tmp_path / "records.xml.gz").write_bytes(first.read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path / "served"


@pytest.mark.slow
def test_the_python_of_the_readme_runs(service: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = PYTHON
    with serving(service) as base_url:
        monkeypatch.setenv("EXPERTMINE_EUTILS_BASE", base_url)
        exec(compile(code.replace(QUERY, "all[sb]"), "README.md", "exec"), {})
    assert Path("report.html").stat().st_size > 100_000
    assert Corpus("corpora/renal-artery").table("articles").num_rows > 300


@pytest.mark.slow
def test_the_commands_of_the_readme_run(
    sample: Corpus, service: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = [shlex.split(line, comments=True)[1:] for line in SHELL if line.startswith("expertmine ")]
    assert len(commands) >= 4
    niche = str(sample.table("contributions")["topic_id"][0])
    given = {"CORPUS": str(sample.path), QUERY: "all[sb]", "NICHE": niche}
    with serving(service) as base_url:
        monkeypatch.setenv("EXPERTMINE_EUTILS_BASE", base_url)
        for words in commands:
            told = [given.get(word, word) for word in words]
            assert run_verb(told) == 0, words
            assert capsys.readouterr().out, words


def test_every_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert {line.split()[1] for line in SHELL if line.startswith("make ")} <= targets


def test_every_file_the_readme_links_to_is_there() -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / link).exists(), link
