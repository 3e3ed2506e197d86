"""A rater's answers leave no trace, and what comes of the others' is as if the rater had never answered."""

import csv
import io
import shutil
import sqlite3
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from expertmine.acquire import add_decisions, add_nominations, forget_rater, remove_survey, surveying
from expertmine.corpus import Corpus, Draft, generations, journal
from expertmine.errors import ConfigError
from expertmine.pipeline import run
from tests.conftest import CONFIG

FIRST_NICHE = "renal stents"
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


def asked(quarter: Corpus, folder: Path, *raters: str) -> Corpus:
    """The corpus with these raters' answers and no others, run to the end."""
    shutil.copytree(quarter.path, folder / "corpus")
    corpus = Corpus(folder / "corpus")
    remove_survey(corpus, "nominations.csv")
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


def test_a_forgotten_rater_leaves_no_trace_and_the_rest_is_as_without(quarter: Corpus, tmp_path: Path) -> None:
    for name in ("all", "fewer"):
        (tmp_path / name).mkdir()
    corpus = asked(quarter, tmp_path / "all", "Åsa Orr", RATER, "Bo Tol")
    told = {path.parent for path in files_that_tell(corpus, *RATER.split())}
    assert told, "the rater is there before"
    assert {folder.name for folder in told} == {"private"}, "and lies apart from what may be shared"
    assert {folder.stat().st_mode & 0o077 for folder in told} == {0}, "closed to others"
    assert forget_rater(corpus, "zephyrine qvistgaard") == 4
    assert files_that_tell(corpus, *RATER.split()) == []
    never = asked(quarter, tmp_path / "fewer", "Åsa Orr", "Bo Tol")
    for name in ("standing", "influencers", "nominees"):
        assert corpus.table(name) == never.table(name), name
    words = ["nominator", "nominee", "topic_id", "weight"]
    assert corpus.table("nominations").select(words) == never.table("nominations").select(words)
    assert corpus.table("nominations").num_rows > 0


@pytest.fixture(scope="module")
def told(quarter: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A corpus with two surveys in which the rater answered, the columns of one told, run to the end; to be copied."""
    place = tmp_path_factory.mktemp("told")
    corpus = asked(quarter, place, "Åsa Orr", RATER)
    rows = ["Who,Whom,About", f"{RATER},Ida Voss,{FIRST_NICHE}", f"Bo Tol,Ida Voss,{FIRST_NICHE}"]
    (place / "second.csv").write_text("\n".join(rows), encoding="utf-8")
    add_nominations(corpus, place / "second.csv", columns={"rater": "Who", "nominee": "Whom", "topic": "About"})
    run(corpus, CONFIG)
    return corpus


KILLS: dict[str, tuple[object, str, str]] = {
    "before a survey is exchanged": (journal, "replace_record", "before"),
    "before the old survey is deleted": (journal, "replace_record", "after"),
    "before the second survey": (Draft, "forget_file", "after"),
    "before the tables are made anew": (surveying, "bring_up_to_date", "before"),
    "before the stages run": (surveying, "run_stages", "before"),
    "before the generation is published": (Draft, "publish", "before"),
    "before CURRENT names it": (generations, "sync_path", "at the folder"),
    "before the rest is deleted": (Draft, "purge", "before"),
    "while the rest is deleted": (shutil, "rmtree", "before"),
}


@pytest.mark.parametrize("step", KILLS)
def test_a_forgetting_that_was_killed_is_finished_by_the_same_call(
    step: str, told: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name, when = KILLS[step]
    corpus = Corpus(shutil.copytree(told.path, tmp_path / "corpus"))
    whole = getattr(owner, name)

    def killed(*values: object, **options: object) -> None:
        if when != "before":
            whole(*values, **options)
        if when != "at the folder" or values == (corpus.path / "generations",):
            raise KeyboardInterrupt

    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(owner, name, killed)
        forget_rater(corpus, RATER)
    assert forget_rater(corpus, RATER) > 0
    assert files_that_tell(corpus, *RATER.split()) == []
    assert sorted(corpus.frame("ballots")["rater"].unique()) == ["Bo Tol", "Åsa Orr"]
    assert corpus.table("rejects").num_rows == told.table("rejects").num_rows
    assert corpus.table("nominations").num_rows < told.table("nominations").num_rows
    assert [path.name for path in (corpus.path / "generations").iterdir()] == [corpus.generation]
    with pytest.raises(ConfigError, match="no rater of that name"):
        forget_rater(corpus, RATER)


def test_a_rater_whose_survey_was_never_published_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = Corpus(tmp_path / "corpus")
    for name, rater in (("first", "Åsa Orr"), ("second", RATER)):
        (tmp_path / f"{name}.csv").write_text(f"rater,nominee,topic\n{rater},Ida Voss,stents\n", encoding="utf-8")
    add_nominations(corpus, tmp_path / "first.csv")
    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(Draft, "publish", killed_at_once)
        add_nominations(corpus, tmp_path / "second.csv")
    assert files_that_tell(corpus, RATER)
    forget_rater(corpus, RATER)
    assert files_that_tell(corpus, RATER) == []
    assert corpus.frame("ballots")["rater"].tolist() == ["Åsa Orr"]


def killed_at_once(_draft: Draft, *, verb: str) -> None:
    raise KeyboardInterrupt


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
    assert corpus.table("rejects")["reason"].to_pylist() == ["weight is not a number from 0 to 1,000,000"]
    assert files_that_tell(corpus, "Cy Kar", "Åsa Orr") == []


def test_a_removed_survey_is_as_if_it_had_never_come_and_decisions_stay(told: Corpus, tmp_path: Path) -> None:
    corpus = Corpus(shutil.copytree(told.path, tmp_path / "corpus"))
    ruling = f"nominee,topic,decision\nIda Voss,{FIRST_NICHE},skip\n"
    (tmp_path / "doubts.csv").write_text(ruling, encoding="utf-8")
    add_decisions(corpus, tmp_path / "doubts.csv")
    assert remove_survey(corpus, "answers/survey.csv") == 8, "the path that was added"
    assert sorted(set(corpus.frame("ballots")["source"])) == ["second.csv"]
    assert set(corpus.frame("nominations")["source"]) <= {"second.csv"}
    assert [file.name for file in corpus.raw_files() if file.kind == "survey"] == ["second.csv"]
    assert len([file for file in corpus.raw_files() if file.kind == "columns"]) == 1
    assert corpus.table("decisions").num_rows == 1
    assert files_that_tell(corpus, "Unheard Of") == []
    with pytest.raises(ConfigError, match=r"no survey 'survey\.csv'.*\(surveys: second\.csv\)"):
        remove_survey(corpus, "survey.csv")


@pytest.mark.parametrize(
    "step", ["before the tables are made anew", "before the generation is published", "before the rest is deleted"]
)
def test_a_removal_that_was_killed_is_finished_by_the_same_call(
    step: str, told: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name, _ = KILLS[step]
    corpus = Corpus(shutil.copytree(told.path, tmp_path / "corpus"))

    def killed(*_values: object, **_options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(owner, name, killed)
        remove_survey(corpus, "survey.csv")
    assert remove_survey(corpus, "survey.csv") == 8
    assert files_that_tell(corpus, "Unheard Of") == []
    assert [path.name for path in (corpus.path / "generations").iterdir()] == [corpus.generation]
