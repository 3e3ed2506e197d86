"""Where the records come from: every one that was found is delivered, withdrawn, rejected or held."""

from __future__ import annotations

from pathlib import Path

import pytest

from expertmine.acquire import add, fetch
from expertmine.corpus import Corpus
from expertmine.pipeline import run
from expertmine.report import report
from expertmine.report.flow import FlowLine, describe_flow
from expertmine.report.material import read_material
from expertmine.sources import PubMed
from tests.eutils import Answer, Eutils, running
from tests.eutils.catalogue import Catalogue
from tests.sources.invented import article, document
from tests.sources.test_pubmed import without

FIRST = 900_000_001


def numbered(number: int) -> str:
    return article(FIRST + number, title=f"Of bees, {number}.")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Twenty hits of which one never comes and one cannot be read, and two records from a file."""
    place = tmp_path_factory.mktemp("flow")
    (place / "served").mkdir()
    (place / "served" / "a.xml").write_bytes(document(*map(numbered, range(20))))
    (place / "mine.xml").write_bytes(document(article(FIRST + 5), article(FIRST + 50), article(FIRST + 51)))
    corpus = Corpus(place / "c")

    def bad(_number: int, verb: str, answer: Answer) -> Answer:
        if verb != "efetch":
            return answer
        spoilt = answer.body.replace(b"Of bees, 7.", b"Of \x01 bees, 7.")
        return without({FIRST + 3}, Answer(spoilt))

    with running(Eutils(Catalogue.read(place / "served"), fault=bad)) as service:
        fetch(corpus, PubMed("all[sb]", email="me@uni.example", base_url=service.base_url, patience=0.0))
    add(corpus, place / "mine.xml")
    run(corpus)
    return corpus


def test_the_numbers_add_up(corpus: Corpus) -> None:
    flow = describe_flow(read_material(corpus))
    (line,) = flow.lines
    until = corpus.searches()[0].day.isoformat()
    assert line == FlowLine(
        source="all[sb]", until=until, found=20, delivered=19, withdrawn=1, rejected=1, held=18
    )  # fmt: skip
    assert (flow.files, flow.only_files, flow.articles, flow.shared) == (1, 2, 20, 0)


def test_the_report_shows_the_table(corpus: Corpus, tmp_path: Path) -> None:
    page = report(corpus, to=tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Searched in PubMed" in page
    assert "1 file added by hand, 2 records from them alone" in page
