"""Two generations of a real corpus on disk."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from expertmine.changes import changes, compare
from expertmine.corpus import Corpus
from expertmine.errors import ConfigError
from tests.changes.worlds import Tables, World, found, make, niches

WRITERS = {pmid: (f"Writer{pmid % 3}", f"Only{pmid}") for pmid in range(1, 13)}
FIRST = World(writers=WRITERS, niche=niches(range(1, 9), range(9, 13)))
SECOND = dataclasses.replace(FIRST.without(5), niche=niches(range(1, 5), range(5, 13)), spelling="y")


def publish(corpus: Corpus, tables: Tables) -> str | None:
    with corpus.writing() as draft:
        for name, table in tables.items():
            draft.put(name, table)
        return draft.publish(verb="test")


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    made = Corpus(tmp_path / "corpus")
    publish(made, make(FIRST))
    publish(made, make(SECOND))
    return made


def test_the_generations_on_disk_compare_as_their_tables_do(corpus: Corpus) -> None:
    read, given = changes(corpus), compare(make(FIRST), make(SECOND))
    assert given.summary()["shocks"] > 0
    assert len(given.experts) > 0
    for field in dataclasses.fields(read):
        assert getattr(read, field.name).equals(getattr(given, field.name)), field.name


def test_records_that_were_added_and_not_yet_run_are_compared_with_the_last_run(corpus: Corpus) -> None:
    third = dataclasses.replace(SECOND, writers={**SECOND.writers, 20: ("Writer1",)})
    sources = ("articles", "mentions")
    added = publish(corpus, {name: table for name, table in found(third).items() if name in sources})
    run = publish(corpus, make(dataclasses.replace(third, spelling="z")))
    assert (added, run) == ("000003", "000004")
    assert changes(corpus).summary()["records_new"] == 1
    assert changes(corpus, since="000003").summary()["records_new"] == 0
    assert changes(corpus, since="3").summary() == changes(corpus, since="000003").summary()


def test_a_corpus_that_was_never_run_tells_its_records(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "corpus")
    for world in (FIRST, FIRST.without(1), FIRST.without(1, 2)):
        publish(corpus, {name: table for name, table in found(world).items() if name in ("articles", "mentions")})
    seen = changes(corpus)
    assert seen.records["pmid"].tolist() == [2]
    assert seen.topics.empty


def test_one_generation_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "corpus")
    with pytest.raises(ConfigError, match="holds nothing yet"):
        changes(corpus)
    publish(corpus, make(FIRST))
    with pytest.raises(ConfigError, match="one generation only, 000001"):
        changes(corpus)


@pytest.mark.parametrize("since", ["000002", "000009", "../x"])
def test_a_generation_that_is_not_an_older_one_on_disk_is_refused(corpus: Corpus, since: str) -> None:
    with pytest.raises(ConfigError, match=rf"'{since}' .* not on disk .*there: 000001, 000002"):
        changes(corpus, since=since)


def test_a_generation_that_was_pruned_is_refused_with_those_that_are_left(corpus: Corpus) -> None:
    shutil.rmtree(corpus.path / "generations" / "000001")
    with pytest.raises(ConfigError, match="there: 000002"):
        changes(corpus, since="000001")


def test_comparing_writes_nothing(corpus: Corpus) -> None:
    before = {path: path.stat().st_mtime_ns for path in corpus.path.rglob("*")}
    changes(corpus)
    assert {path: path.stat().st_mtime_ns for path in corpus.path.rglob("*")} == before
