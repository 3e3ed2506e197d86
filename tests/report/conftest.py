from __future__ import annotations

from pathlib import Path

import pytest

from expertmine.corpus import Corpus
from expertmine.report import report
from tests.report.invented import make_corpus


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return make_corpus(tmp_path_factory.mktemp("finished") / "corpus")


@pytest.fixture(scope="session")
def page(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report(corpus, to=tmp_path_factory.mktemp("page") / "report.html")
