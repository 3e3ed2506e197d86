"""What rivals count, by hand in a literature of a few papers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

import expertmine as em
from expertmine.answers.rivals import NEAREST, read_rivals
from expertmine.tables import TABLES
from tests.text.articles import article, heading


def held(
    folder: Path, articles: list[dict[str, Any]], people: dict[str, list[int]], *cites: tuple[int, int]
) -> em.Corpus:
    """Return a corpus of these articles, who is on which (a PMID twice: printed twice there), and what cites what."""
    places: dict[int, int] = {}
    identities: list[dict[str, Any]] = []
    for person, pmids in people.items():
        for pmid in pmids:
            places[pmid] = places.get(pmid, 0) + 1
            identities.append({"pmid": pmid, "position": places[pmid], "person_id": person, "confidence": 1.0})
    corpus = em.Corpus(folder / "corpus")
    em.put(corpus, "topics", TABLES["topics"].empty())
    em.put(corpus, "articles", TABLES["articles"].rows(articles))
    em.put(corpus, "identities", TABLES["identities"].rows(identities))
    em.put(corpus, "citations", TABLES["citations"].rows([{"citing": one, "cited": other} for one, other in cites]))
    return corpus


def test_the_h_index_counts_the_most_cited_first_and_a_paper_printing_somebody_twice_once(tmp_path: Path) -> None:
    people = {"one": [1, 2, 3, 3], "uncited": [4, 5], "citing": [6, 7]}
    articles = [*map(article, range(1, 7)), article(7, retracted=True)]
    always = read_rivals(held(tmp_path, articles, people, (4, 2), (5, 2), (4, 3), (6, 3), (7, 4))).always
    assert always["volume"].to_dict() == {"one": 3, "uncited": 2, "citing": 1}
    assert always["h-index"].to_dict() == {"one": 2, "uncited": 0, "citing": 0}  # a retracted paper cites nothing


def test_to_rivals_a_notice_is_no_paper(tmp_path: Path) -> None:
    corpus = held(tmp_path, [article(1), article(2, kind="notice"), article(3, retracted=True)], {"one": [1, 2, 3]})
    assert read_rivals(corpus).always["volume"].to_dict() == {"one": 1}


def test_headings_that_a_fifth_of_the_nearest_articles_have_are_the_questions(tmp_path: Path) -> None:
    common, rare, minor = heading("Stents", major=True), heading("Wheat", major=True), heading("Humans")
    articles = [article(1, mesh=[common, rare, minor]), *(article(pmid, mesh=[common, minor]) for pmid in range(2, 7))]
    articles.append(article(7, mesh=[rare]))
    rivals = read_rivals(held(tmp_path, articles, {"broad": [1, 2], "other": [7], "one": [3]}))
    fit = pd.Series({1: 1.0, 2: 0.9, 3: 0.8, 4: 0.7, 5: 0.6, 6: 0.5})
    assert rivals.rank(fit)["expertscape-like"].to_dict() == {"broad": 2, "one": 1, "other": 0}


def test_articles_beyond_the_nearest_say_nothing_of_anybody(tmp_path: Path) -> None:
    pmids = range(1, NEAREST + 2)
    rivals = read_rivals(held(tmp_path, [article(pmid) for pmid in pmids], {"near": [1, 2], "last": [NEAREST + 1]}))
    found = rivals.rank(pd.Series({pmid: 1.0 - 0.01 * pmid for pmid in pmids}))["jane-like"]
    assert found.round(6).to_dict() == {"near": 0.99 + 0.98, "last": 0.0}
