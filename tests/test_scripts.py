"""The example programs do what they say, imported and as a person starts them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import power
import pytest
from draw_picture import SIZE
from PIL import Image
from refresh_corpus import refresh_corpora
from scan_topic import scan_topic

import expertmine as em
from tests.conftest import ROOT, SAMPLE
from tests.eutils import serving
from tests.report.driving import BROWSER
from tests.report.invented import make_corpus

FIRST, SECOND = sorted((SAMPLE / "pubmed").iterdir())[:2]


@pytest.mark.slow
def test_a_topic_is_scanned_and_later_refreshed_with_what_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = tmp_path / "served"
    served.mkdir()
    (served / FIRST.name).write_bytes(FIRST.read_bytes())
    with serving(served) as base_url:
        monkeypatch.setenv("EXPERTMINE_EUTILS_BASE", base_url)
        found = scan_topic(em.PubMed("all[sb]", email="me@uni.example"), into=tmp_path / "c")
        assert {"name", "topic", "why"} <= set(found.columns)
        assert (tmp_path / "c" / "report.html").is_file()
        ((_, outcome),) = refresh_corpora([tmp_path / "c"], email="me@uni.example")
        assert isinstance(outcome, em.Refreshed)
        assert not outcome.published
        (served / SECOND.name).write_bytes(SECOND.read_bytes())
        ((_, outcome),) = refresh_corpora([tmp_path / "c"], email="me@uni.example")
        assert isinstance(outcome, em.Refreshed)
        assert outcome.asked > 300
        assert outcome.published or outcome.held_back


def test_a_refresh_of_nothing_says_so_and_the_others_go_on(tmp_path: Path) -> None:
    words = [sys.executable, str(ROOT / "scripts" / "refresh_corpus.py"), str(tmp_path / "a"), str(tmp_path / "b")]
    done = subprocess.run(
        [*words, "--email", "me@uni.example"], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert done.returncode == 2
    assert done.stderr.count("there is no corpus at") == 2


def test_worlds_can_be_kept_in_the_present_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    places: list[Path] = []

    def build(_seed: int, folder: Path) -> em.Corpus:
        places.append(folder)
        raise InterruptedError

    monkeypatch.setattr(power, "build_world", build)
    for folder in (Path(), None):
        with pytest.raises(InterruptedError):
            power.judge_world(3, folder)
    kept, passing = places
    assert kept == Path("3")
    assert passing.is_absolute()


def test_the_demo_removes_no_folder_that_somebody_names(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    words = [sys.executable, str(ROOT / "scripts" / "demo.py"), "--corpus", str(tmp_path), "--no-browser"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "is there already; name a new folder" in done.stderr
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.mark.skipif(BROWSER is None, reason="no chromium or google-chrome on this machine")
def test_the_picture_shows_the_map_of_a_report(tmp_path: Path) -> None:
    page = em.report(make_corpus(tmp_path / "c"), to=tmp_path / "report.html")
    words = [sys.executable, str(ROOT / "scripts" / "draw_picture.py"), "--report", str(page)]
    subprocess.run([*words, "--to", str(tmp_path / "map.png")], check=True)
    with Image.open(tmp_path / "map.png") as image:
        assert image.size == SIZE
        assert len(image.getcolors() or []) > 50, "points, labels and their colours"
