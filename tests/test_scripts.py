"""The example programs do what they say, imported and as a person starts them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from refresh_corpus import refresh_corpora
from scan_topic import scan_topic

import expertmine as em
from tests.conftest import ROOT, SAMPLE
from tests.eutils import serving

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
