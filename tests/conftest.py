"""One small corpus, run once to the end, for every test that only asks."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from expertmine.acquire import add, add_nominations
from expertmine.config import AuthoritySettings, Config, TopicSettings
from expertmine.corpus import Corpus
from expertmine.pipeline import run

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "corpora" / "sample"
CONFIG = Config(topics=TopicSettings(redraws=0), authority=AuthoritySettings(bootstraps=20))

# Tests run beside one another: processes of their own would wait for each other. Tests of processes ask for them.
os.environ.setdefault("LOKY_MAX_CPU_COUNT", "1")

# A law is not less true on a busy machine.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


@pytest.fixture(scope="session")
def unasked(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Return the sample corpus before anybody is asked, run until 'authority'; nobody may write to it."""
    corpus = Corpus(tmp_path_factory.mktemp("unasked") / "corpus")
    add(corpus, SAMPLE / "pubmed")
    run(corpus, CONFIG, until="authority")
    return corpus


@pytest.fixture(scope="session")
def sample(unasked: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Return the sample corpus with its survey, run with few bootstraps; nobody may write to it."""
    corpus = Corpus(shutil.copytree(unasked.path, tmp_path_factory.mktemp("sample") / "corpus"))
    add_nominations(corpus, SAMPLE / "nominations.csv")
    run(corpus, CONFIG)
    return corpus
