"""One small corpus, run once to the end, for every test that only asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from expertmine.acquire import add, add_nominations
from expertmine.config import AuthoritySettings, Config
from expertmine.corpus import Corpus
from expertmine.pipeline import run

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "corpora" / "sample"

# A law is not less true on a busy machine.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Return the sample corpus with its survey, run with few bootstraps; nobody may write to it."""
    corpus = Corpus(tmp_path_factory.mktemp("sample") / "corpus")
    add(corpus, SAMPLE / "pubmed")
    add_nominations(corpus, SAMPLE / "nominations.csv")
    run(corpus, Config(authority=AuthoritySettings(bootstraps=20)))
    return corpus
