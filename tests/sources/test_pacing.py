from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from expertmine.sources.pacing import hold_back, wait_turn


@pytest.fixture(autouse=True)
def own_queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)


def test_turns_are_as_far_apart_as_the_rate_says() -> None:
    start = time.monotonic()
    for _ in range(5):
        wait_turn("bees", 40.0)
    assert time.monotonic() - start >= 4 / 40


def test_other_processes_wait_in_the_same_queue() -> None:
    code = "from expertmine.sources.pacing import wait_turn\nfor _ in range(5): wait_turn('bees', 20.0)"
    start = time.monotonic()
    processes = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    assert time.monotonic() - start >= 9 / 20


def test_a_pause_the_service_asks_for_holds_everybody_back() -> None:
    hold_back("bees", 0.2)
    start = time.monotonic()
    wait_turn("bees", 1_000.0)
    assert time.monotonic() - start >= 0.15


@pytest.mark.parametrize("left", ["nonsense", "1e18", ""])
def test_a_stamp_that_makes_no_sense_stops_nobody(left: str, tmp_path: Path) -> None:
    wait_turn("bees", 1_000.0)
    (stamp,) = (path for path in tmp_path.glob("expertmine-*/*") if not path.name.endswith(".lock"))
    stamp.write_text(left)
    start = time.monotonic()
    wait_turn("bees", 1_000.0)
    assert time.monotonic() - start < 1
