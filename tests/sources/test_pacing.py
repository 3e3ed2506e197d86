from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from expertmine.errors import ConfigError, SourceError
from expertmine.sources import pacing
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


def open_to_all(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o777)


def somebody_elses(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    os.chown(folder, 65534, 65534)


def elsewhere(folder: Path) -> None:
    folder.with_name("elsewhere").mkdir(mode=0o700)
    folder.symlink_to(folder.with_name("elsewhere"))


@pytest.mark.parametrize("lay", [open_to_all, elsewhere, somebody_elses])
def test_a_folder_that_others_may_have_laid_is_refused(lay: Callable[[Path], None], tmp_path: Path) -> None:
    if lay is somebody_elses and os.getuid() != 0:
        pytest.skip("only root can make a folder another's")
    folder, precious = tmp_path / f"expertmine-{os.getuid()}", tmp_path / "precious.txt"
    lay(folder)
    precious.write_text("my thesis")
    (folder / "bees").symlink_to(precious)
    with pytest.raises(ConfigError, match="remove it or set TMPDIR"):
        wait_turn("bees", 1_000.0)
    assert precious.read_text() == "my thesis"


def test_a_queue_that_cannot_be_kept_is_an_error_of_the_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / f"expertmine-{os.getuid()}").mkdir(mode=0o700)
    (tmp_path / f"expertmine-{os.getuid()}" / "bees").mkdir()
    with pytest.raises(SourceError, match=r"cannot keep the queue of requests in .*set TMPDIR"):
        wait_turn("bees", 1_000.0)
    monkeypatch.setattr(pacing, "_LONGEST", 0.0)
    with FileLock(tmp_path / f"expertmine-{os.getuid()}" / "wasps.lock"), pytest.raises(SourceError):
        hold_back("wasps", 1.0)
