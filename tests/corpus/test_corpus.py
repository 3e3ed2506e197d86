"""A corpus on disk is whole or not at all, for whoever reads it and whatever interrupts the writer."""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from expertmine.acquire import add
from expertmine.config import Config, TopicSettings
from expertmine.corpus import Corpus, Draft, ParsedFiles
from expertmine.errors import ConfigError, DataError, LockedError, TableError
from expertmine.pipeline import put
from expertmine.tables import TABLES


def rejects(*places: str) -> pa.Table:
    return TABLES["rejects"].rows({"source": "file", "place": place, "reason": "why"} for place in places)


def test_opening_a_corpus_writes_nothing(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "new")
    assert not corpus.exists
    assert corpus.generation is None
    assert corpus.raw_files() == []
    assert list(tmp_path.iterdir()) == []


def test_what_is_put_is_read_back_as_a_new_generation(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    put(corpus, "rejects", rejects("1", "2"))
    assert corpus.generation == "000001"
    assert Corpus(tmp_path / "c").table("rejects").equals(rejects("1", "2"))
    put(corpus, "rejects", rejects("3").to_pandas())
    assert corpus.generation == "000002"
    assert corpus.frame("rejects")["place"].tolist() == ["3"]


def test_putting_the_same_again_publishes_nothing(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    put(corpus, "rejects", rejects("1"))
    put(corpus, "rejects", rejects("1"))
    assert corpus.generation == "000001"


def test_a_draft_that_is_not_published_is_seen_by_nobody(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    put(corpus, "rejects", rejects("1"))
    with corpus.writing() as draft:
        draft.put("rejects", rejects("2"))
        assert draft.table("rejects").equals(rejects("2"))
        assert corpus.table("rejects").equals(rejects("1"))
    assert corpus.table("rejects").equals(rejects("1"))


def test_a_table_that_breaks_its_declaration_is_refused_with_every_fault(tmp_path: Path) -> None:
    bad = pa.table({"source": ["a", None], "place": ["1", "1"], "reasn": ["x", "y"]})
    with pytest.raises(TableError, match=r"'reason' is missing; column 'reasn' is unknown; did you mean 'reason'"):
        put(Corpus(tmp_path / "c"), "rejects", bad)
    with pytest.raises(TableError, match=r"'source' has 1 nulls"):
        put(Corpus(tmp_path / "c"), "rejects", bad.rename_columns(["source", "place", "reason"]))
    twice = pa.table({"source": ["a", "a"], "place": ["1", "1"], "reason": ["x", "y"]})
    with pytest.raises(TableError, match="is repeated in 1 rows"):
        put(Corpus(tmp_path / "c"), "rejects", twice)


def test_a_folder_with_something_else_is_not_a_corpus(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("chapter one")
    with pytest.raises(DataError, match="is not a corpus"):
        Corpus(tmp_path)
    with pytest.raises(DataError, match="is a file, expected a corpus folder"):
        Corpus(tmp_path / "thesis.doc")


def test_a_journal_whose_writer_was_killed_can_be_read(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    with corpus.writing() as draft:
        draft.keep_file("a.xml", b"ants", kind="records")
    code = """
import os, signal, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA cache_size = 1")
db.execute("UPDATE files SET name = 'half'")
db.executemany("INSERT INTO tombstones VALUES (?, 0, '', '')", [(n,) for n in range(50_000)])
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", code, str(corpus.path / "state.sqlite")], check=False)
    assert (corpus.path / "state.sqlite-journal").stat().st_size
    assert [file.name for file in corpus.raw_files()] == ["a.xml"]
    assert corpus.tombstones() == []


def test_a_journal_whose_writer_was_killed_at_its_first_word_can_be_read(tmp_path: Path) -> None:
    code = """
import os, signal, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA cache_size = 1")
db.execute("BEGIN")
db.execute("CREATE TABLE files (name TEXT)")
db.executemany("INSERT INTO files VALUES (?)", [("half" * 50,) for _ in range(5_000)])
os.kill(os.getpid(), signal.SIGKILL)
"""
    corpus = Corpus(tmp_path / "c")
    put(corpus, "articles", TABLES["articles"].empty())
    (corpus.path / "state.sqlite").unlink(missing_ok=True)
    subprocess.run([sys.executable, "-c", code, str(corpus.path / "state.sqlite")], check=False)
    assert (corpus.path / "state.sqlite-journal").stat().st_size
    assert corpus.raw_files() == []


@pytest.mark.parametrize("left", [["write.lock"], ["write.lock", "corpus.toml.tmp"]])
def test_a_kill_before_the_first_write_leaves_a_folder_that_can_be_used(left: list[str], tmp_path: Path) -> None:
    for name in left:
        (tmp_path / name).touch()
    corpus = Corpus(tmp_path)
    put(corpus, "articles", TABLES["articles"].empty())
    assert corpus.exists


def test_an_unknown_table_and_a_missing_one_say_what_to_do(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    with pytest.raises(ConfigError, match="no table is called 'vektors'; did you mean 'vectors'"):
        corpus.table("vektors")
    with pytest.raises(ConfigError, match="there is no corpus at"):
        corpus.table("vectors")
    put(corpus, "rejects", rejects("1"))
    with pytest.raises(ConfigError, match="has no table 'vectors' yet; run it until 'vectors'"):
        corpus.table("vectors")


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/proc/self").exists(), reason="nothing is read-only for root here")
def test_columns_are_read_alone_in_the_order_asked_for_and_an_unknown_one_is_named(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    put(corpus, "rejects", rejects("1", "2"))
    assert corpus.table("rejects", ["reason", "place"]).column_names == ["reason", "place"]
    assert corpus.frame("rejects", ["place"])["place"].tolist() == ["1", "2"]
    assert corpus.table("rejects", "place").column_names == ["place"]
    with pytest.raises(ConfigError, match="table 'rejects' has no column 'places'; did you mean 'place'"):
        corpus.table("rejects", ["places"])


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    put(Corpus("~/c"), "rejects", rejects("1"))
    assert (tmp_path / "c" / "corpus.toml").is_file()


@pytest.mark.parametrize("queries", ['"bees"', "[1]"])
def test_queries_that_are_no_list_of_texts_are_refused(queries: str, tmp_path: Path) -> None:
    (tmp_path / "corpus.toml").write_text(f"queries = {queries}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"'queries' in '.*corpus.toml' is no list of texts"):
        Corpus(tmp_path).queries  # noqa: B018 - reading it is the test


def test_a_generation_of_another_format_is_refused(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    put(corpus, "rejects", rejects("1"))
    path = corpus.path / "generations" / "000001" / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"format": 1', '"format": 2'), encoding="utf-8")
    with pytest.raises(DataError, match="is of format 2, expected 1; install a newer expertmine"):
        corpus.table("rejects")


def test_a_place_that_cannot_be_written_is_named_with_the_remedy() -> None:
    with pytest.raises(DataError, match=r"cannot write in '/proc/self/corpus'.*choose another folder"):
        put(Corpus("/proc/self/corpus"), "rejects", rejects("1"))


def hold(path: Path, held: threading.Event, leave: threading.Event) -> None:
    with Corpus(path).writing():
        held.set()
        leave.wait(10)


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held, leave = context.Event(), context.Event()
    writer = context.Process(target=hold, args=(tmp_path / "c", held, leave))
    writer.start()
    assert held.wait(20)
    with pytest.raises(LockedError, match="another process is writing"):
        put(Corpus(tmp_path / "c"), "rejects", rejects("1"))
    leave.set()
    writer.join()
    put(Corpus(tmp_path / "c"), "rejects", rejects("1"))


def write_for_ever(path: Path) -> None:
    number = 0
    while True:
        number += 1
        put(Corpus(path), "rejects", rejects(*(f"{number}.{n}" for n in range(50))))


@pytest.mark.slow
def test_a_killed_writer_leaves_a_whole_corpus(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    for delay in range(12):
        writer = context.Process(target=write_for_ever, args=(tmp_path / "c",))
        writer.start()
        writer.join(1.0 + delay * 0.037)
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        corpus = Corpus(tmp_path / "c")
        places = corpus.frame("rejects")["place"] if corpus.generation else pd.Series(["free"])
        if places.tolist() != ["free"]:  # else the writer was killed before it had written anything
            assert len(places) == 50
            assert places.str.split(".").str[0].nunique() == 1
        put(corpus, "rejects", rejects("free"))
        assert corpus.frame("rejects")["place"].tolist() == ["free"]


@pytest.mark.slow
def test_a_reader_during_writes_sees_only_whole_generations(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    put(corpus, "rejects", rejects("0.0"))
    writer = multiprocessing.get_context("spawn").Process(target=write_for_ever, args=(tmp_path / "c",))
    writer.start()
    generations: set[str | None] = set()
    deadline = time.monotonic() + 30
    while len(generations) < 20 and time.monotonic() < deadline:
        assert corpus.frame("rejects")["place"].str.split(".").str[0].nunique() == 1
        generations.add(corpus.generation)
    writer.kill()
    writer.join()
    assert len(generations) == 20


def test_raw_files_keep_their_order_and_their_content(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    with corpus.writing() as draft:
        for name, data in (("b.xml", b"bees"), ("a.xml", b"ants"), ("again.xml", b"ants"), ("c.xml", b"cats")):
            draft.keep_file(name, data, kind="records")
    assert [file.name for file in corpus.raw_files()] == ["b.xml", "a.xml", "c.xml"]
    assert corpus.read_raw(corpus.raw_files()[1]) == b"ants"


def test_a_raw_file_that_was_changed_is_refused(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    with corpus.writing() as draft:
        draft.keep_file("a.xml", b"ants", kind="records")
    (file,) = corpus.raw_files()
    (tmp_path / "c" / "raw" / file.stored).write_bytes(b"wasps")
    with pytest.raises(DataError, match="was changed since it arrived"):
        corpus.read_raw(file)


def test_settings_are_remembered(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    with corpus.writing() as draft:
        draft.record(settings={"topics": {"min_size": 12}}, queries=["bees"])
    assert Corpus(tmp_path / "c").config == Config(topics=TopicSettings(min_size=12))
    assert Corpus(tmp_path / "c").queries == ["bees"]


def test_leftovers_of_a_killed_write_are_not_published(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    (tmp_path / "c" / "generations" / "next").mkdir(parents=True)
    (tmp_path / "c" / "generations" / "next" / "vectors.tmp").write_bytes(b"half")
    (tmp_path / "c" / "corpus.toml").write_text("format = 1\n")
    put(corpus, "rejects", rejects("1"))
    published = tmp_path / "c" / "generations" / "000001"
    assert sorted(path.name for path in published.iterdir()) == ["manifest.json", "rejects.parquet"]


def test_the_published_generation_is_never_removed_though_a_kill_left_a_later_one(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    put(corpus, "rejects", rejects("1"))
    shutil.copytree(tmp_path / "c" / "generations" / "000001", tmp_path / "c" / "generations" / "000002")
    with corpus.writing() as draft:
        draft.purge()
    assert [path.name for path in (tmp_path / "c" / "generations").iterdir()] == ["000001"]
    assert corpus.frame("rejects")["place"].tolist() == ["1"]


def test_a_journal_that_cannot_be_written_is_an_error_that_names_the_folder(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    put(corpus, "rejects", rejects("1"))
    (tmp_path / "c" / "state.sqlite").write_bytes(b"no database, and longer than a header is" * 9)
    with pytest.raises(DataError, match=r"cannot write in .*c'"):
        put(corpus, "rejects", rejects("2"))


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ({"pmid": [1]}, "found a dict, expected a pandas or Arrow table"),
        (pd.DataFrame({"pmid": [1, "x"], "vector": [[1.0], [1.0]]}), "Conversion failed for column pmid"),
        (pa.table([[1], [2], [[1.0]]], names=["pmid", "pmid", "vector"]), "column 'pmid' is there twice"),
        (pa.table({"pmid": [1, 2], "vector": [[1.0], [1.0, 0.0]]}), r"vectors of several widths: \[1, 2\]"),
        (pa.table({"pmid": [1], "vector": [[float("nan")]]}), "column 'vector' has 1 numbers that are none"),
        (pa.table({"pmid": [1], "vector": [[None]]}), "column 'vector' has 1 nulls inside its lists"),
        (
            pa.table({"pmid": [1], "vector": pa.array([[float("nan")]], pa.list_(pa.float16(), 1))}),
            "column 'vector' has 1 numbers that are none",
        ),
    ],
)
def test_what_no_stage_could_use_is_refused_when_it_is_put(tmp_path: Path, frame: pa.Table, message: str) -> None:
    with pytest.raises(TableError, match=message):
        put(Corpus(tmp_path / "c"), "vectors", frame)


def test_a_table_damaged_or_gone_is_named_with_the_remedy(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    put(corpus, "rejects", rejects("1"))
    file = tmp_path / "c" / "generations" / "000001" / "rejects.parquet"
    file.write_bytes(file.read_bytes()[:50])
    with pytest.raises(DataError, match=r"rejects\.parquet' is damaged .*restore it from a backup"):
        corpus.table("rejects")
    file.unlink()
    with pytest.raises(DataError, match=r"rejects\.parquet' is gone; restore it from a backup"):
        corpus.table("rejects")


@pytest.mark.parametrize(
    ("lose", "told"),
    [
        (lambda path: (path / "CURRENT").write_text("000009\n"), "names generation 000009, which is not there"),
        (lambda path: (path / "CURRENT").write_bytes(b""), "CURRENT' is damaged"),
        (lambda path: (path / "CURRENT").write_bytes(b"\xff1"), "CURRENT' is damaged"),
        (lambda path: (path / "CURRENT").unlink(), "CURRENT' is gone"),
        (lambda path: [(path / name).unlink() for name in ("CURRENT", "state.sqlite")], "CURRENT' is gone"),
        (lambda path: (path / "generations/000002/manifest.json").unlink(), "names generation 000002, which is not"),
    ],
    ids=["names what is not there", "empty", "no name", "gone", "gone with the journal", "without its manifest"],
)
def test_a_corpus_whose_generation_is_lost_is_never_taken_for_one_just_begun(
    lose: Callable[[Path], object], told: str, tmp_path: Path
) -> None:
    corpus = Corpus(tmp_path / "c")
    for place in "12":
        put(corpus, "rejects", rejects(place))
    lose(corpus.path)
    before = sorted((corpus.path / "generations").rglob("*"))
    for use in (lambda: corpus.table("rejects"), lambda: corpus.manifest, lambda: put(corpus, "rejects", rejects("3"))):
        with pytest.raises(DataError, match=f"{told}.*restore the corpus from a backup, or write into CURRENT a gen"):
            use()
    assert sorted((corpus.path / "generations").rglob("*")) == before
    (corpus.path / "CURRENT").write_text("000001\n")
    assert corpus.table("rejects").equals(rejects("1"))


def test_nothing_is_built_on_a_table_that_is_gone_or_not_what_was_published(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    for name in ("rejects", "citations"):
        put(corpus, name, TABLES[name].empty())
    file = corpus.path / "generations" / "000002" / "rejects.parquet"
    whole = file.read_bytes()
    file.unlink()
    with pytest.raises(DataError, match=r"rejects\.parquet' is gone; restore it"), corpus.writing():
        pass
    file.write_bytes(whole + b" ")
    with corpus.writing() as draft, pytest.raises(DataError, match=r"rejects\.parquet' is gone or damaged; restore it"):
        draft.table("rejects")
    with pytest.raises(DataError, match=r"rejects\.parquet' is gone or damaged; restore it"):
        put(corpus, "citations", pa.table({"citing": [1], "cited": [2]}))
    file.write_bytes(whole)
    put(corpus, "citations", pa.table({"citing": [1], "cited": [2]}))


def test_a_folder_whose_name_is_no_unicode_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is no Unicode; rename the folder"):
        Corpus(tmp_path / "c\udcff")


def test_a_flipped_bit_in_a_table_is_never_read_as_truth(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    whole = rejects(*(hashlib.sha256(bytes([n])).hexdigest() for n in range(100)))
    put(corpus, "rejects", whole)
    parsed = ParsedFiles(tmp_path, 1)
    parsed.write("bees", [whole])
    stored = corpus.path / "generations" / "000001" / "rejects.parquet"
    assert flips_read_as_truth(stored, whole, lambda: corpus.table("rejects")) == 0
    assert flips_read_as_truth(parsed.path("bees"), whole, lambda: parsed.read("bees")) == 0


def flips_read_as_truth(path: Path, whole: pa.Table, read: Callable[[], pa.Table | None]) -> int:
    """Flip a bit in each of the file's first bytes, where its pages are; count how often it is read as something else.

    Where it is refused, it must be as damaged.
    """
    good, wrong = path.read_bytes(), 0
    for place in range(4, 2_000, 13):
        path.write_bytes(good[:place] + bytes([good[place] ^ 4]) + good[place + 1 :])
        with contextlib.suppress(DataError):
            wrong += (found := read()) is not None and not found.equals(whole)
    path.write_bytes(good)
    return wrong


@pytest.mark.parametrize("lost", [Path.unlink, lambda path: path.write_bytes(b"PAR1")], ids=["gone", "damaged"])
def test_a_draft_that_lost_a_table_is_given_up_and_made_anew(lost: Callable[[Path], object], tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    put(corpus, "rejects", rejects("1"))
    for use in (Draft.publish, lambda draft, verb: draft.table("rejects")):
        with corpus.writing() as draft:
            draft.put("rejects", rejects("2"))
            draft.finish("sources", fingerprint="of two")
        lost(corpus.path / "generations" / "next" / "rejects.parquet")
        with corpus.writing() as draft:
            assert draft.reuse("sources", fingerprint="of two", writes=["rejects"])
            with pytest.raises(DataError, match="run the same command again"):
                use(draft, verb="test")
        with corpus.writing() as draft:
            assert not draft.reuse("sources", fingerprint="of two", writes=["rejects"])
        assert corpus.table("rejects").equals(rejects("1"))


def test_a_generation_that_a_kill_left_unpublished_is_gone_when_the_next_is_published(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    put(corpus, "rejects", rejects("1"))
    shutil.copytree(tmp_path / "c" / "generations" / "000001", tmp_path / "c" / "generations" / "000002")
    put(corpus, "rejects", rejects("2"))
    assert sorted(path.name for path in (tmp_path / "c" / "generations").iterdir()) == ["000001", "000002"]
    assert (corpus.generation, corpus.frame("rejects")["place"].tolist()) == ("000002", ["2"])


@pytest.mark.parametrize("there", [False, True])
def test_a_first_write_that_comes_to_nothing_leaves_nothing(there: bool, tmp_path: Path) -> None:
    path = tmp_path / "c"
    if there:
        path.mkdir()
    with pytest.raises(DataError, match="cannot read"):
        add(Corpus(path), tmp_path / "missing.xml")
    assert path.exists() == there
    assert [*tmp_path.rglob("*")] == [path] * there


def test_a_first_write_that_fails_keeps_what_had_come_and_what_is_not_its_own(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    with pytest.raises(RuntimeError), corpus.writing() as draft:
        (corpus.path / "notes.txt").write_text("mine")
        raise RuntimeError
    assert [path.name for path in corpus.path.iterdir()] == ["notes.txt"]
    (corpus.path / "notes.txt").unlink()
    with pytest.raises(RuntimeError), corpus.writing() as draft:
        draft.keep_file("a.xml", b"<PubmedArticleSet/>", kind="records")
        raise RuntimeError
    assert [file.name for file in corpus.raw_files()] == ["a.xml"]


def test_a_corpus_stays_where_it_is_though_the_program_goes_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    corpus = Corpus("c")
    put(corpus, "rejects", rejects("1"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    assert corpus.table("rejects").num_rows == 1
    put(corpus, "rejects", rejects("1", "2"))
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize(
    ("written", "meant"), [("querys = []\n", "queries"), ("[refresh]\nmax_loss = 0.5\n", "settings.refresh")]
)
def test_what_is_written_where_nothing_reads_it_is_refused(written: str, meant: str, tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    put(corpus, "rejects", rejects("1"))
    (tmp_path / "c" / "corpus.toml").write_text(written, encoding="utf-8")
    for read in (lambda: corpus.queries, lambda: corpus.config):
        with pytest.raises(ConfigError, match=rf"corpus.toml: nothing reads '\w+'; did you mean '{meant}'"):
            read()
