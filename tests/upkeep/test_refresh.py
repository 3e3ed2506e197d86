"""The periodic job: what is new comes in, what is gone goes, and nothing new means nothing written."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from expertmine import upkeep
from expertmine.acquire import add, add_nominations, fetch, forget_rater, plan_refresh, remove_survey, rule_mentions
from expertmine.cli import run_verb
from expertmine.config import Config, RefreshSettings
from expertmine.corpus import Corpus
from expertmine.errors import ConfigError, DataError, LockedError, SourceError
from expertmine.pipeline import run
from expertmine.sources import PubMed
from expertmine.upkeep import Refreshed, refresh, refresh_from
from tests.acquire.test_add import held
from tests.acquire.test_forgetting import files_that_tell
from tests.eutils import Answer, Eutils, Fault, running
from tests.eutils.catalogue import Catalogue
from tests.sources.invented import article, document
from tests.sources.test_pubmed import without

FIRST = 900_000_001
BEES = "bees"
RATERS = ("Åsa Orr", "Zephyrine Qvistgaard")
LATER = "<DateRevised><Year>2098</Year><Month>01</Month><Day>01</Day></DateRevised>"


def record(number: int, *, title: str = "Of bees and their keepers.", revised: bool = False) -> str:
    """Return a record, all of them a little different."""
    text = f"<Abstract><AbstractText>Bees, hives and honey number {number} were counted.</AbstractText></Abstract>"
    whole = article(FIRST + number, title=title, inside=text)
    return whole.replace("<Article>", f"{LATER}<Article>") if revised else whole


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus that was fetched and run, to be copied."""
    place = tmp_path_factory.mktemp("finished")
    (place / "a.xml").write_bytes(document(*map(record, range(40))))
    corpus = Corpus(place / "c")
    with running(Eutils(Catalogue.read(place))) as eutils:
        fetch(corpus, PubMed(BEES, email="me@uni.example", base_url=eutils.base_url))
    run(corpus)
    return corpus.path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "a.xml").write_bytes(document(*map(record, range(40))))
    return tmp_path / "served"


@pytest.fixture
def service(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Eutils]:
    with running(Eutils(Catalogue.read(folder))) as eutils:
        monkeypatch.setenv("EXPERTMINE_EUTILS_BASE", eutils.base_url)
        yield eutils


@pytest.fixture
def corpus(finished: Path, tmp_path: Path) -> Corpus:
    shutil.copytree(finished, tmp_path / "c")
    return Corpus(tmp_path / "c")


def refreshed(corpus: Corpus, *, accept: bool = False) -> Refreshed:
    return refresh(corpus, email="me@uni.example", accept=accept)


def files_of(corpus: Corpus) -> dict[str, tuple[int, bytes]]:
    """Return every file but the lock: when it was written, and what."""
    files = [path for path in corpus.path.rglob("*") if path.is_file() and path.name != "write.lock"]
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_nothing_new_means_nothing_written_and_few_requests(service: Eutils, corpus: Corpus) -> None:
    before = files_of(corpus)
    outcome = refreshed(corpus)
    assert (outcome.published, outcome.generation, outcome.changes) == (False, "000002", None)
    assert files_of(corpus) == before
    assert service.requests.total() <= 5


def test_a_refreshed_corpus_is_what_a_new_fetch_would_be(
    service: Eutils, corpus: Corpus, folder: Path, tmp_path: Path
) -> None:
    """New, back-dated, revised, withdrawn records, and one that the query finds no longer."""
    news = [record(number) for number in range(2, 44)]
    news[5] = record(7, title="Of bees, revised.", revised=True)
    news[6] = record(8, title="Of wasps.", revised=True).replace("Bees, hives and honey", "Wasps")
    (folder / "a.xml").write_bytes(document(*news))
    outcome = refreshed(corpus, accept=True)
    assert outcome.published
    assert outcome.gone == 3
    new = Corpus(tmp_path / "new")
    fetch(new, PubMed(BEES, email="me@uni.example"))
    for name in ("articles", "mentions", "citations"):
        assert corpus.table(name).equals(new.table(name)), name
    reasons = {one.pmid - FIRST: one.reason for one in corpus.tombstones()}
    assert reasons == {0: "withdrawn", 1: "withdrawn", 8: "left the search"}
    assert outcome.changes is not None
    assert {"new", "gone", "revised"} <= set(outcome.changes.records["change"])
    before = files_of(corpus)
    assert not refreshed(corpus).published
    assert files_of(corpus) == before


def test_a_record_that_comes_back_is_back(service: Eutils, corpus: Corpus, folder: Path) -> None:
    whole = (folder / "a.xml").read_bytes()
    (folder / "a.xml").write_bytes(document(*map(record, range(39))))
    refreshed(corpus, accept=True)
    assert FIRST + 39 not in held(corpus)
    (folder / "a.xml").write_bytes(whole)
    refreshed(corpus)
    assert FIRST + 39 in held(corpus)


def test_what_left_the_search_stays_if_a_file_of_ones_own_holds_it(
    service: Eutils, corpus: Corpus, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.xml").write_bytes(document(record(3)))
    add(corpus, tmp_path / "mine.xml")
    wasps = record(3, title="Of wasps.").replace("Bees, hives and honey", "Wasps")
    (folder / "a.xml").write_bytes(document(*map(record, [0, 1, 2, *range(4, 40)]), wasps))
    assert refreshed(corpus).gone == 0
    assert FIRST + 3 in held(corpus)


def test_what_is_withdrawn_stays_if_a_file_of_ones_own_holds_it(
    service: Eutils, corpus: Corpus, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.xml").write_bytes(document(record(3)))
    add(corpus, tmp_path / "mine.xml")
    (folder / "a.xml").write_bytes(document(*map(record, [0, 1, 2, *range(4, 40)])))
    assert refreshed(corpus).gone == 0
    assert FIRST + 3 in held(corpus)


def test_what_is_withdrawn_from_two_queries_is_buried_once_and_was_not_listed(
    service: Eutils, corpus: Corpus, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fetch(corpus, PubMed("hives", email="me@uni.example"))
    (folder / "a.xml").write_bytes(document(*map(record, range(39))))
    assert refreshed(corpus, accept=True).gone == 1
    assert [one.pmid for one in corpus.tombstones()] == [FIRST + 39]
    assert "not sent" not in caplog.text


def test_a_record_that_two_queries_list_and_nobody_sends_is_counted_once(
    service: Eutils, corpus: Corpus, folder: Path
) -> None:
    fetch(corpus, PubMed("hives", email="me@uni.example"))
    (folder / "a.xml").write_bytes(document(*map(record, range(42))))
    service.fault = lambda _number, verb, answer: without({FIRST + 40}, answer) if verb == "efetch" else answer
    assert refreshed(corpus).withdrawn == (FIRST + 40,)
    ((_, verb, _, details),) = corpus.runs(last=1)
    assert (verb, details["withdrawn"]) == ("refresh", 1)


@pytest.mark.parametrize("at", range(1, 5))
def test_a_refresh_that_breaks_off_publishes_nothing_and_the_next_one_brings_all(
    at: int, service: Eutils, corpus: Corpus, folder: Path
) -> None:
    news = [record(number, revised=True, title="Of bees, again.") for number in range(40)]
    (folder / "a.xml").write_bytes(document(*news, *map(record, range(40, 250))))
    day = corpus.searches()[0].day
    service.fault = lambda number, _verb, answer: Answer(b"no", 400) if service.requests.total() >= at else answer
    with pytest.raises(SourceError):
        refreshed(corpus)
    assert corpus.generation == "000002"
    assert corpus.searches()[0].day == day
    assert len(corpus.searches()[0].hits) == 40
    service.fault = lambda _number, _verb, answer: answer
    refreshed(corpus)
    assert held(corpus) == list(range(FIRST, FIRST + 250))
    assert set(corpus.table("articles")["title"].to_pylist()[:40]) == {"Of bees, again."}


def test_a_generation_that_lost_too_much_is_held_back_until_it_is_accepted(
    service: Eutils, corpus: Corpus, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.xml").write_bytes(document(*map(record, range(20))))
    outcome = refreshed(corpus)
    assert not outcome.published
    assert outcome.held_back == ("20 of 40 articles would be lost",)
    service.requests.clear()
    assert refreshed(corpus).held_back == outcome.held_back
    assert service.requests == {"esearch": 2}, "what came is not fetched again"
    assert len(held(corpus)) == 40
    assert run_verb(["status", str(corpus.path)]) == 0
    assert "a refresh is held back: 20 of 40 articles would be lost" in capsys.readouterr().err
    assert run_verb(["refresh", str(corpus.path), "--email", "me@uni.example"]) == 3
    assert run_verb(["refresh", str(corpus.path), "--email", "me@uni.example", "--accept"]) == 0
    assert len(held(corpus)) == 20
    assert next(outcome for _, verb, outcome, _ in corpus.runs() if verb == "refresh") == "published 000003"


def nominate(corpus: Corpus) -> None:
    survey = corpus.path.with_name("survey.csv")
    survey.write_text("rater,nominee,topic\nÅsa Orr,Ida Voss,bees\n", encoding="utf-8")
    add_nominations(corpus, survey)


def add_one(corpus: Corpus) -> None:
    more = corpus.path.with_name("more.xml")
    more.write_bytes(document(record(90)))
    add(corpus, more)


REBUILDING: dict[str, Callable[[Corpus], object]] = {
    "add": add_one,
    "fetch": lambda corpus: fetch(corpus, PubMed("wasps", email="me@uni.example")),
    "nominations add": nominate,
    "nominations remove": lambda corpus: remove_survey(corpus, "survey.csv"),
    "identity": lambda corpus: rule_mentions(corpus, "same", f"{FIRST}.1", f"{FIRST + 1}.1", by="me"),
}


@pytest.mark.parametrize("verb", REBUILDING)
def test_what_is_held_back_is_published_by_no_other_verb(
    verb: str, service: Eutils, corpus: Corpus, folder: Path
) -> None:
    (folder / "a.xml").write_bytes(document(*map(record, range(20))))
    refreshed(corpus)
    generation, files = corpus.generation, corpus.raw_files()
    with pytest.raises(DataError, match=r"held back \(20 of 40 articles would be lost\): .*c --accept"):
        REBUILDING[verb](Corpus(corpus.path))
    assert (corpus.generation, corpus.raw_files()) == (generation, files)
    assert refreshed(corpus, accept=True).published
    assert corpus.held_back is None
    nominate(corpus)


def unknown_field(query: str, /, *, max_records: int | None) -> PubMed:
    """Ask as always, but for a query on wasps, of a field that PubMed does not know."""
    words = f"{query}[grants and funding]" if query == "wasps" else query
    return PubMed(words, email="me@uni.example", max_records=max_records)


def test_what_is_held_back_can_be_accepted_though_a_query_can_no_longer_be_asked(
    service: Eutils, corpus: Corpus, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fetch(corpus, PubMed("wasps", email="me@uni.example"))
    (folder / "b.xml").write_bytes(document(record(40)))
    for _ in range(2):
        with pytest.raises(ConfigError, match="does not know the field 'grants and funding'"):
            refresh_from(corpus, unknown_field)
    assert len(held(corpus)) == 40
    outcome = refresh_from(corpus, unknown_field, accept=True)
    assert (outcome.published, len(held(corpus)), corpus.held_back) == (True, 41, None)
    assert outcome.unasked == (
        "query 2 could not be asked: PubMed does not know the field 'grants and funding' in the query",
    )
    assert "query 2 could not be asked" in caplog.text
    add_one(corpus)


def test_what_is_held_back_can_be_accepted_without_a_network(
    service: Eutils, corpus: Corpus, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.xml").write_bytes(document(*map(record, range(20))))
    assert refreshed(corpus).held_back
    service.fault = lambda _number, _verb, _answer: Answer(b"down", 400)
    assert run_verb(["refresh", str(corpus.path), "--email", "me@uni.example", "--accept"]) == 4
    assert "query 1 could not be asked" in capsys.readouterr().err
    assert len(held(corpus)) == 20


def test_a_rater_is_forgotten_while_a_refresh_is_held_back(service: Eutils, corpus: Corpus, folder: Path) -> None:
    survey = corpus.path.with_name("survey.csv")
    lines = ["rater,nominee,topic,weight", *(f"{who},Ida Voss,bees,{heavy}" for who in RATERS for heavy in (1, "much"))]
    survey.write_text("\n".join(lines), encoding="utf-8")
    add_nominations(corpus, survey)
    run(corpus)
    (folder / "a.xml").write_bytes(document(*map(record, range(20))))
    doubts = refreshed(corpus).held_back
    waiting, articles = corpus.raw_files(), corpus.table("articles")
    assert forget_rater(corpus, "Zephyrine Qvistgaard") == 2
    assert files_that_tell(corpus, "Qvistgaard") == []
    assert corpus.table("articles").equals(articles), "what is held back stays so"
    assert corpus.frame("ballots")["rater"].tolist() == ["Åsa Orr"]
    assert corpus.frame("rejects")["place"].tolist() == ["3"]
    assert len(corpus.raw_files()) == len(waiting)
    assert (refreshed(corpus).held_back, corpus.held_back) == (doubts, "; ".join(doubts))
    refreshed(corpus, accept=True)
    assert len(held(corpus)) == 20
    assert corpus.frame("ballots")["rater"].tolist() == ["Åsa Orr"]


def test_doubts_that_are_gone_hold_nothing_back(service: Eutils, corpus: Corpus, folder: Path) -> None:
    whole = (folder / "a.xml").read_bytes()
    (folder / "a.xml").write_bytes(document(*map(record, range(20))))
    assert refreshed(corpus).held_back
    (folder / "a.xml").write_bytes(whole)
    assert not refreshed(corpus).held_back
    assert corpus.held_back is None
    add_one(corpus)
    assert len(held(corpus)) == 41


@pytest.mark.parametrize("killed", ["bring_up_to_date", "run_stages", "_doubts"])
def test_a_refresh_killed_before_it_looked_is_not_published_by_another_verb(
    killed: str, service: Eutils, corpus: Corpus, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.xml").write_bytes(document(*map(record, range(20))))
    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(upkeep, killed, interrupted)
        refreshed(corpus)
    with pytest.raises(DataError, match="it broke off"):
        nominate(corpus)
    assert refreshed(corpus).held_back == ("20 of 40 articles would be lost",)
    assert len(held(corpus)) == 40


def interrupted(*_values: object) -> None:
    raise KeyboardInterrupt


def test_pages_of_a_refresh_that_broke_off_wait_for_the_next_one(service: Eutils, corpus: Corpus, folder: Path) -> None:
    (folder / "a.xml").write_bytes(document(*map(record, range(450))))
    service.fault = without_the_second_page(service)
    with pytest.raises(SourceError):
        refreshed(corpus)
    with pytest.raises(DataError, match="it broke off"):
        nominate(corpus)
    service.fault = lambda _number, _verb, answer: answer
    assert refreshed(corpus).published
    nominate(corpus)


def without_the_second_page(service: Eutils) -> Fault:
    return lambda _number, verb, answer: (
        Answer(b"no", 400) if verb == "efetch" and service.requests["efetch"] > 1 else answer
    )


@pytest.mark.parametrize("refreshing", [True, False])
def test_what_an_interrupted_trip_brought_and_is_found_no_longer_is_buried(
    refreshing: bool, service: Eutils, corpus: Corpus, folder: Path, tmp_path: Path
) -> None:
    corpus = corpus if refreshing else Corpus(tmp_path / "fresh")
    go = refreshed if refreshing else lambda corpus: fetch(corpus, PubMed(BEES, email="me@uni.example"))
    (folder / "a.xml").write_bytes(document(*map(record, range(300))))
    service.fault = without_the_second_page(service)
    service.requests.clear()
    with pytest.raises(SourceError):
        go(corpus)
    service.fault = lambda _number, _verb, answer: answer
    gone = {50, 51}
    (folder / "a.xml").write_bytes(document(*(record(number) for number in range(300) if number not in gone)))
    if refreshing:
        assert plan_refresh(corpus, PubMed(BEES, email="me@uni.example"))["to fetch"].tolist()[-2] == 2
    go(corpus)
    if not refreshing:
        assert refreshed(corpus).gone == 2
    assert {one.pmid - FIRST for one in corpus.tombstones()} == gone
    assert len(held(corpus)) == 298


def test_a_trip_that_brought_all_before_it_was_killed_is_over_and_hides_no_later_revision(
    service: Eutils, corpus: Corpus, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [record(number) for number in range(1, 40)]
    (folder / "a.xml").write_bytes(document(record(0, revised=True, title="Of bees, again."), *others))
    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr("expertmine.corpus.journal.record_search", interrupted)
        refreshed(corpus)
    refreshed(corpus)
    (folder / "a.xml").write_bytes(document(record(0, revised=True, title="Of bees, at last."), *others))
    refreshed(corpus)
    assert corpus.table("articles")["title"][0].as_py() == "Of bees, at last."


def test_lost_abstracts_hold_a_generation_back(service: Eutils, corpus: Corpus, folder: Path) -> None:
    bare = [record(n, revised=True).replace("AbstractText>", "Nothing>") for n in range(20)]
    (folder / "a.xml").write_bytes(document(*bare, *map(record, range(20, 40))))
    assert refreshed(corpus).held_back == ("the share of articles with an abstract would fall from 100.0% to 50.0%",)


def test_the_limits_are_settings(service: Eutils, corpus: Corpus, folder: Path) -> None:
    run(corpus, Config(refresh=RefreshSettings(max_loss=0.6)))
    (folder / "a.xml").write_bytes(document(*map(record, range(20))))
    assert refreshed(corpus).held_back == ()


def test_a_second_job_is_told_to_come_back(service: Eutils, corpus: Corpus) -> None:
    with corpus.writing(), pytest.raises(LockedError):
        refreshed(corpus)


def test_a_plan_says_what_would_be_asked_for_and_writes_nothing(service: Eutils, corpus: Corpus, folder: Path) -> None:
    (folder / "a.xml").write_bytes(document(record(0, revised=True), *map(record, range(2, 43))))
    before = files_of(corpus)
    plan = plan_refresh(corpus, PubMed(BEES, email="me@uni.example"))
    assert dict(zip(plan["part"].str.split(" since").str[0], plan["to fetch"], strict=True)) == {
        "new": 3, "revised": 1, "no longer found": 1, "total": 5,
    }  # fmt: skip
    assert files_of(corpus) == before


def test_a_plan_with_a_maximum_takes_no_hit_of_before_for_gone(service: Eutils, corpus: Corpus, folder: Path) -> None:
    (folder / "a.xml").write_bytes(document(record(0, revised=True), *map(record, range(1, 43))))
    plan = plan_refresh(corpus, PubMed(BEES, email="me@uni.example", max_records=5))
    assert plan["to fetch"].tolist() == [3, 1, 0, 4]


def test_where_a_maximum_cuts_nothing_what_is_withdrawn_is_buried(
    service: Eutils, corpus: Corpus, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fetch(corpus, PubMed(BEES, email="me@uni.example", max_records=50))
    (folder / "a.xml").write_bytes(document(*map(record, range(39))))
    assert refreshed(corpus, accept=True).gone == 1
    assert len(held(corpus)) == 39
    fetch(corpus, PubMed(BEES, email="me@uni.example", max_records=5))
    assert run_verb(["refresh", str(corpus.path), "--email", "me@uni.example"]) == 0
    assert "only the newest 5 of 'bees' are asked for" in capsys.readouterr().err
    assert len(held(corpus)) == 39


def test_a_query_without_a_search_yet_is_fetched_whole(service: Eutils, tmp_path: Path) -> None:
    fresh = Corpus(tmp_path / "fresh")
    with fresh.writing() as draft:
        draft.record(queries=[BEES])
    refreshed(fresh)
    assert len(held(fresh)) == 40


def test_a_query_taken_out_of_the_corpuss_file_is_asked_no_more_and_its_records_stay(
    service: Eutils, corpus: Corpus, folder: Path
) -> None:
    fetch(corpus, PubMed("wasps", email="me@uni.example"))
    (folder / "a.xml").write_bytes(document(*map(record, range(41))))
    told = corpus.path / "corpus.toml"
    told.write_text(told.read_text(encoding="utf-8").replace(f'    "{BEES}",\n', ""), encoding="utf-8")
    assert corpus.queries == ["wasps"]
    refreshed(corpus)
    assert len(held(corpus)) == 40


def test_a_query_taken_out_by_hand_and_fetched_again_is_asked_again(
    service: Eutils, corpus: Corpus, folder: Path
) -> None:
    told = corpus.path / "corpus.toml"
    told.write_text(told.read_text(encoding="utf-8").replace(f'    "{BEES}",\n', ""), encoding="utf-8")
    assert corpus.queries == []
    fetch(corpus, PubMed(BEES, email="me@uni.example"))
    assert corpus.queries == [BEES]
    (folder / "b.xml").write_bytes(document(record(40)))
    refreshed(corpus)
    assert len(held(corpus)) == 41


def test_a_log_of_json_is_json_line_by_line_words_and_errors_too(
    service: Eutils, corpus: Corpus, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "b.xml").write_bytes(document(record(40)))
    words = ["--log", "json", "refresh", str(tmp_path / "none"), str(corpus.path), "--email", "me@uni.example"]
    assert run_verb(words) == 2
    assert run_verb([*words[:3], str(corpus.path)]) == 2  # without an address
    assert run_verb([*words[:3], str(corpus.path), "--nonsense"]) == 2
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    errors = [line["message"] for line in told if line["levelname"] == "ERROR"]
    assert [len(re.findall("there is no corpus at|e-mail address|--nonsense", each)) for each in errors] == [1, 1, 1]
    assert any("published generation" in line["message"] for line in told)


def test_a_corpus_that_was_never_fetched_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no corpus at"):
        refreshed(Corpus(tmp_path / "c"))
    (tmp_path / "a.xml").write_bytes(document(record(1)))
    add(Corpus(tmp_path / "c"), tmp_path / "a.xml")
    with pytest.raises(ConfigError, match="was never fetched"):
        refreshed(Corpus(tmp_path / "c"))


def test_of_many_corpora_a_broken_one_does_not_stop_the_others(
    service: Eutils, corpus: Corpus, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "b.xml").write_bytes(document(record(40)))
    words = ["refresh", str(tmp_path / "none"), str(corpus.path), "--email", "me@uni.example"]
    assert run_verb(words) == 2
    assert "there is no corpus at" in capsys.readouterr().err
    assert len(held(corpus)) == 41
    assert (corpus.path / "changes" / "000003.html").is_file()


def test_a_damaged_journal_is_named_and_does_not_stop_the_others(
    service: Eutils, corpus: Corpus, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = Corpus(shutil.copytree(corpus.path, corpus.path.with_name("other")))
    (corpus.path / "state.sqlite").write_bytes(b"junk" * 5_000)
    (folder / "b.xml").write_bytes(document(record(40)))
    assert run_verb(["refresh", str(corpus.path), str(other.path), "--email", "me@uni.example"]) == 3
    assert f"cannot read '{corpus.path / 'state.sqlite'}': file is not a database; restore" in capsys.readouterr().err
    assert [len(held(each)) for each in (corpus, other)] == [40, 41]


@pytest.mark.parametrize("closed", ["CURRENT", "generations/000002/manifest.json"])
def test_a_corpus_that_cannot_be_read_is_named_and_does_not_stop_the_others(
    closed: str,
    service: Eutils,
    corpus: Corpus,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = Corpus(shutil.copytree(corpus.path, corpus.path.with_name("other")))
    (folder / "b.xml").write_bytes(document(record(40)))
    (corpus.path / closed).unlink()
    (corpus.path / closed).mkdir()
    monkeypatch.setattr("os.access", lambda path, _mode: Path(path) != corpus.path)
    assert run_verb(["refresh", str(corpus.path), str(other.path), "--email", "me@uni.example"]) == 3
    assert f"error: cannot read '{corpus.path / closed}': " in capsys.readouterr().err
    assert len(held(other)) == 41


def test_a_change_report_that_cannot_be_written_does_not_stop_the_others(
    service: Eutils, corpus: Corpus, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = Corpus(shutil.copytree(corpus.path, corpus.path.with_name("other")))
    (corpus.path / "changes").write_text("in the way")
    (folder / "b.xml").write_bytes(document(record(40)))
    assert run_verb(["refresh", str(corpus.path), str(other.path), "--email", "me@uni.example"]) == 3
    assert f"cannot write in '{corpus.path}'" in capsys.readouterr().err
    assert [len(held(each)) for each in (corpus, other)] == [41, 41]
    assert (other.path / "changes" / "000003.html").is_file()


def test_a_corpus_that_cannot_be_planned_does_not_stop_the_others(
    service: Eutils, corpus: Corpus, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = shutil.copytree(corpus.path, corpus.path.with_name("damaged"))
    (damaged / "corpus.toml").write_text("no table")
    (folder / "b.xml").write_bytes(document(record(40)))
    assert run_verb(["refresh", "--dry-run", str(damaged), str(corpus.path), "--email", "me@uni.example"]) == 3
    told = capsys.readouterr()
    assert "is damaged" in told.err
    assert "total" in told.out


def test_a_job_logs_json_lines_without_names(service: Eutils, corpus: Corpus, folder: Path) -> None:
    (folder / "b.xml").write_bytes(document(record(40)))
    program = [sys.executable, "-c", "from expertmine.cli import main; main()", "--log", "json"]
    words = ["refresh", str(corpus.path), "--email", "me@uni.example"]
    done = subprocess.run([*program, *words], capture_output=True, text=True, check=True)
    events = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert any(event["message"] == "refresh: published 000003" for event in events)
    assert "Quillfeather" not in done.stderr


def test_two_queries_are_two_searches_of_one_corpus(service: Eutils, corpus: Corpus, folder: Path) -> None:
    (folder / "b.xml").write_bytes(document(article(FIRST + 50, title="Of wasps.")))
    fetch(corpus, PubMed("wasps", email="me@uni.example"))
    (folder / "b.xml").write_bytes(document(article(FIRST + 50, title="Of wasps."), article(FIRST + 51, title="Wasps")))
    asked: list[str] = []

    def asker(query: str, /, *, max_records: int | None) -> PubMed:
        asked.append(query)
        return PubMed(query, email="me@uni.example", max_records=max_records)

    refresh_from(corpus, asker, accept=True)  # a title without an abstract among forty would be held back
    assert asked == [BEES, "wasps"]
    assert held(corpus)[-2:] == [FIRST + 50, FIRST + 51]
