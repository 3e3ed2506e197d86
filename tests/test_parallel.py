from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from expertmine.errors import StageError
from expertmine.parallel import spread
from expertmine.text import read_terms, terms
from tests.conftest import ROOT
from tests.text.articles import invented


def process_of(_part: int) -> int:
    return os.getpid()


def looks_for_garbage(_part: int) -> bool:
    return gc.isenabled()


def test_results_come_in_the_order_of_the_parts() -> None:
    assert list(spread(abs, range(-9, 9))) == [abs(part) for part in range(-9, 9)]


def test_a_caller_that_works_beside_them_gets_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "2")
    assert list(spread(abs, range(-9, 9), beside=True)) == [abs(part) for part in range(-9, 9)]
    assert os.getpid() not in set(spread(process_of, range(8), beside=True))


def test_few_parts_start_no_process() -> None:
    assert list(spread(process_of, range(3))) == [os.getpid()] * 3


def test_many_parts_do_where_there_are_cores_and_one_core_starts_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "2")
    assert os.getpid() not in set(spread(process_of, range(8)))
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")
    assert set(spread(process_of, range(8))) == {os.getpid()}


def test_processes_look_for_no_garbage_while_they_work_and_the_caller_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "2")
    assert not any(spread(looks_for_garbage, range(8)))
    assert gc.isenabled()


def test_what_goes_wrong_in_a_process_is_raised_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "2")
    with pytest.raises(ValueError, match="invalid literal"):
        list(spread(int, ["1", "2", "three", "4"]))


def test_a_process_ended_from_outside_is_reported_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "2")
    with pytest.raises(StageError, match=r"lack of memory.*LOKY_MAX_CPU_COUNT=1"):
        list(spread(os._exit, range(8)))
    assert list(spread(abs, range(-4, 0))) == [4, 3, 2, 1]  # and the next work finds processes again


def test_a_script_needs_no_guard_around_its_main_part(tmp_path: Path) -> None:
    script = tmp_path / "simple.py"
    script.write_text("from expertmine.parallel import spread\nprint(list(spread(abs, [-3, 1, -2, 5, -4])))\n")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LOKY_MAX_CPU_COUNT": "2"}
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout == "[3, 1, 2, 5, 4]\n"


def test_articles_read_by_several_processes_make_the_same_table(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = invented(60)[0]
    alone = read_terms(articles)
    monkeypatch.setattr(terms, "_AT_ONCE", 7)
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "2")
    assert read_terms(articles).equals(alone)
