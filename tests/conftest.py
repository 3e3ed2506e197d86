"""The sample and its first quarter, run once to the end, for every test that only asks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
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


Once = Callable[[str, Callable[[Path], None]], Corpus]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Once:
    """Return what makes a corpus for all processes that run tests: the first that asks for it makes it."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent

    def made(name: str, make: Callable[[Path], None]) -> Corpus:
        with FileLock(shared / f"{name}.lock"):
            if not (shared / name).exists():
                make(own / f"{name} in the making")
                (own / f"{name} in the making").rename(shared / name)
        return Corpus(shared / name)

    return made


@pytest.fixture(scope="session")
def quarter(once: Once) -> Corpus:
    """Return the first quarter of the sample with its survey, run with few bootstraps; nobody may write to it.

    For tests that run stages again and again, of what goes on between them.
    """

    def make(path: Path) -> None:
        corpus = Corpus(path)
        add(corpus, SAMPLE / "pubmed" / "sample01.xml.gz")
        add_nominations(corpus, SAMPLE / "nominations.csv")
        run(corpus, CONFIG)

    return once("quarter", make)


@pytest.fixture(scope="session")
def unasked(once: Once) -> Corpus:
    """Return the sample corpus before anybody is asked, run until 'authority'; nobody may write to it."""

    def make(path: Path) -> None:
        corpus = Corpus(path)
        add(corpus, SAMPLE / "pubmed")
        run(corpus, CONFIG, until="authority")

    return once("unasked", make)


@pytest.fixture(scope="session")
def sample(unasked: Corpus, once: Once) -> Corpus:
    """Return the sample corpus with its survey, run with few bootstraps; nobody may write to it."""

    def make(path: Path) -> None:
        corpus = Corpus(shutil.copytree(unasked.path, path))
        add_nominations(corpus, SAMPLE / "nominations.csv")
        run(corpus, CONFIG)

    return once("sample", make)
