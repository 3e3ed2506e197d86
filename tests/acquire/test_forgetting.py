"""A rater's answers leave no trace, and what comes of the others' is as if the rater had never answered."""

import csv
import io
import shutil
import sqlite3
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from expertmine.acquire import add_nominations, forget_rater
from expertmine.corpus import Corpus
from expertmine.errors import ConfigError
from expertmine.pipeline import run
from tests.conftest import CONFIG

RATER = "Zephyrine Qvistgaard"


def survey(corpus: Corpus, *raters: str) -> bytes:
    """Each rater names the same three people with papers and somebody without, of the first niche."""
    topic = next(row["topic_id"] for row in corpus.table("topics").to_pylist() if row["layer"] == 0)
    people = [row["name"] for row in corpus.table("persons").sort_by([("papers", "descending")])[:3].to_pylist()]
    text = io.StringIO()
    write = csv.writer(text)
    write.writerow(["rater", "nominee", "topic"])
    write.writerows([rater, one, topic] for rater in raters for one in [*people, f"Unheard Of{rater[:2].lower()}"])
    return text.getvalue().encode()


def asked(unasked: Corpus, folder: Path, *raters: str) -> Corpus:
    """The corpus with these raters' answers, run to the end."""
    shutil.copytree(unasked.path, folder / "corpus")
    corpus = Corpus(folder / "corpus")
    (folder / "survey.csv").write_bytes(survey(corpus, *raters))
    add_nominations(corpus, folder / "survey.csv")
    run(corpus, CONFIG)
    return corpus


def spelled_out(path: Path) -> str:
    """All that stands in a file, also what is packed, and its name."""
    texts = [path.name, path.read_bytes().decode("utf-8", errors="replace")]
    if path.suffix == ".parquet":
        columns = pq.read_table(path, use_threads=False).columns
        texts += [str(column.to_pylist()) for column in columns if "string" in str(column.type)]
    elif path.suffix == ".sqlite":
        with sqlite3.connect(path) as db:
            texts.append("\n".join(db.iterdump()))
    return "\n".join(texts).lower()


def files_that_tell(corpus: Corpus, *words: str) -> list[Path]:
    """The files of a corpus in which one of the words stands."""
    files = [path for path in sorted(corpus.path.rglob("*")) if path.is_file()]
    told = {path: spelled_out(path) for path in files}
    return [path for path in files if any(word.lower() in told[path] for word in words)]


def test_a_forgotten_rater_leaves_no_trace_and_the_rest_is_as_without(unasked: Corpus, tmp_path: Path) -> None:
    for name in ("all", "fewer"):
        (tmp_path / name).mkdir()
    corpus = asked(unasked, tmp_path / "all", "Åsa Orr", RATER, "Bo Tol")
    told = {path.parent for path in files_that_tell(corpus, *RATER.split())}
    assert told, "the rater is there before"
    assert {folder.name for folder in told} == {"private"}, "and lies apart from what may be shared"
    assert {folder.stat().st_mode & 0o077 for folder in told} == {0}, "closed to others"
    assert forget_rater(corpus, "zephyrine qvistgaard") == 4
    assert files_that_tell(corpus, *RATER.split()) == []
    never = asked(unasked, tmp_path / "fewer", "Åsa Orr", "Bo Tol")
    for name in ("standing", "influencers", "nominees"):
        assert corpus.table(name) == never.table(name), name
    words = ["nominator", "nominee", "topic_id", "weight"]
    assert corpus.table("nominations").select(words) == never.table("nominations").select(words)
    assert corpus.table("nominations").num_rows > 0


def test_a_rater_who_said_nothing_cannot_be_forgotten_and_nothing_changes(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "corpus")
    (tmp_path / "survey.csv").write_text("rater,nominee,topic\nÅsa Orr,Ida Voss,stents\n", encoding="utf-8")
    add_nominations(corpus, tmp_path / "survey.csv")
    before = {path: path.read_bytes() for path in corpus.path.rglob("*") if path.is_file()}
    with pytest.raises(ConfigError, match="no rater of that name"):
        forget_rater(corpus, "Nobody Here")
    assert {path: path.read_bytes() for path in corpus.path.rglob("*") if path.is_file()} == before


def test_what_others_typed_stays_rejects_too_and_a_rater_with_rejects_only_can_go(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "corpus")
    rows = [
        "Who,Whom,topic,weight",
        "Åsa Orr,Ida Voss,stents,1",
        "Bo Tol,Ida Voss,stents,heavy",
        "Cy Kar,Ulf,stents,many",
    ]
    (tmp_path / "survey.csv").write_text("\n".join(rows), encoding="utf-8")
    add_nominations(corpus, tmp_path / "survey.csv", columns={"rater": "Who", "nominee": "Whom"})
    assert (corpus.table("ballots").num_rows, corpus.table("rejects").num_rows) == (1, 3 - 1)
    assert forget_rater(corpus, "Cy Kar") == 1
    assert forget_rater(corpus, "Åsa Orr") == 1
    assert corpus.table("ballots").num_rows == 0
    assert ["'heavy'" in reason for reason in corpus.table("rejects")["reason"].to_pylist()] == [True]
    assert files_that_tell(corpus, "Cy Kar", "Åsa Orr") == []
