"""A rater's answers leave no trace, and what comes of the others' is as if the rater had never answered."""

import csv
import io
import shutil
import sqlite3
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from expertmine.acquire import add, add_nominations, forget_rater
from expertmine.config import AuthoritySettings, Config, TopicSettings
from expertmine.corpus import Corpus
from expertmine.errors import ConfigError
from expertmine.pipeline import run

SAMPLE = Path(__file__).resolve().parents[2] / "corpora" / "sample"
RATER = "Zephyrine Qvistgaard"
CONFIG = Config(topics=TopicSettings(redraws=0), authority=AuthoritySettings(bootstraps=5))


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the sample, scored, without nominations."""
    corpus = Corpus(tmp_path_factory.mktemp("scored") / "corpus")
    add(corpus, sorted((SAMPLE / "pubmed").iterdir())[0])
    run(corpus, CONFIG, until="authority")
    return corpus.path


def survey(corpus: Corpus, *raters: str) -> bytes:
    """Each rater names the same three people with papers and somebody without, of the first niche."""
    topic = next(row["topic_id"] for row in corpus.table("topics").to_pylist() if row["layer"] == 0)
    people = [row["name"] for row in corpus.table("persons").sort_by([("papers", "descending")])[:3].to_pylist()]
    text = io.StringIO()
    write = csv.writer(text)
    write.writerow(["rater", "nominee", "topic"])
    write.writerows([rater, one, topic] for rater in raters for one in [*people, f"Unheard Of{rater[:2].lower()}"])
    return text.getvalue().encode()


def asked(scored: Path, folder: Path, *raters: str) -> Corpus:
    """The scored corpus with these raters' answers, run to the end."""
    shutil.copytree(scored, folder / "corpus")
    corpus = Corpus(folder / "corpus")
    (folder / "survey.csv").write_bytes(survey(corpus, *raters))
    add_nominations(corpus, folder / "survey.csv")
    run(corpus, CONFIG)
    return corpus


def spelled_out(path: Path) -> str:
    """All words in a file, also in one that is packed."""
    texts = [path.read_bytes().decode("latin-1"), path.read_bytes().decode("utf-8", "ignore")]
    if path.suffix == ".parquet":
        columns = pq.read_table(path, use_threads=False).columns
        texts += [str(column.to_pylist()) for column in columns if "string" in str(column.type)]
    elif path.suffix == ".sqlite":
        with sqlite3.connect(path) as db:
            texts += db.iterdump()
    return "\n".join(texts).lower()


def where(corpus: Corpus, word: str) -> set[str]:
    """The folders in which a word stands."""
    files = [path for path in corpus.path.rglob("*") if path.is_file()]
    return {path.parent.name for path in files if word.lower() in spelled_out(path)}


def test_a_forgotten_rater_leaves_no_trace_and_the_rest_is_as_without(scored: Path, tmp_path: Path) -> None:
    for name in ("all", "fewer"):
        (tmp_path / name).mkdir()
    corpus = asked(scored, tmp_path / "all", "Åsa Orr", RATER, "Bo Tol")
    assert where(corpus, RATER) == {"private"}
    assert forget_rater(corpus, "zephyrine qvistgaard") == 4
    assert [where(corpus, part) for part in RATER.split()] == [set(), set()]
    never = asked(scored, tmp_path / "fewer", "Åsa Orr", "Bo Tol")
    for name in ("standing", "influencers", "nominees"):
        assert corpus.table(name) == never.table(name), name
    words = ["nominator", "nominee", "topic_id", "weight"]
    assert corpus.table("nominations").select(words) == never.table("nominations").select(words)
    assert corpus.table("nominations").num_rows > 0


def test_a_rater_who_said_nothing_cannot_be_forgotten_and_nothing_changes(scored: Path, tmp_path: Path) -> None:
    corpus = asked(scored, tmp_path, "Åsa Orr")
    before = {path: path.read_bytes() for path in corpus.path.rglob("*") if path.is_file()}
    with pytest.raises(ConfigError, match="no rater of that name"):
        forget_rater(corpus, "Nobody Here")
    assert {path: path.read_bytes() for path in corpus.path.rglob("*") if path.is_file()} == before


def test_what_raters_said_lies_apart_in_a_folder_closed_to_others(scored: Path, tmp_path: Path) -> None:
    corpus = asked(scored, tmp_path, "Åsa Orr")
    assert where(corpus, "Åsa Orr") == {"private"}
    private = [path for path in corpus.path.rglob("private") if path.is_dir()]
    assert [path.stat().st_mode & 0o077 for path in private] == [0] * len(private)
