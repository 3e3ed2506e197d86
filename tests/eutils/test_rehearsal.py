"""The commands of docs/rehearsal.md do what it says."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "rehearsal.md").read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that looks like a checkout to the commands."""
    (tmp_path / "corpora").mkdir()
    (tmp_path / "corpora" / "sample").symlink_to(ROOT / "corpora" / "sample")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


@contextmanager
def shell(commands: str, place: Path) -> Iterator[subprocess.Popen[str]]:
    words = ["bash", "-e", "-c", commands]
    with subprocess.Popen(words, cwd=place, text=True, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextmanager
def served(commands: str, place: Path, port: int) -> Iterator[list[str]]:
    """Run the commands of the first terminal; the log is there when the block is left."""
    log: list[str] = []
    with shell(commands.replace("\npython", "\nexec python"), place) as process:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/entrez/eutils/esearch.fcgi?term=all[sb]").close()
                break
            except urllib.error.URLError:
                time.sleep(0.1)
        yield log
        process.terminate()
        assert process.stderr is not None
        log += process.stderr.read().splitlines()


def run(commands: str, place: Path) -> str:
    with shell(commands, place) as process:
        said = process.communicate()[1]
    assert process.returncode == 0, said
    return said


@pytest.mark.slow
def test_a_fetch_and_a_refresh_can_be_rehearsed_with_and_without_faults(place: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    first, fetch, update, bad_day, again = (block.replace("8123", str(port)) for block in BLOCKS)
    environment = fetch.partition("\n")[0] + "\n"
    with served(first, place, port):
        assert "497 articles" in run(fetch, place)
        assert "496 articles" in run(environment + update, place)
    with served(bad_day, place, port) as log:
        assert "993 articles" in run(environment + again, place)
    struck = [line for line in log if "fault: " in line]
    assert sum("fault: 429" in line for line in struck) == 2
    assert any("fault: cut at a record edge" in line for line in struck)
