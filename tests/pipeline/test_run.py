"""A stage runs when, and only when, what it depends on has changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pyarrow as pa
import pytest

from expertmine import pipeline
from expertmine.acquire.tables import WRITES
from expertmine.config import Config, EmbedSettings, TermSettings, TopicSettings
from expertmine.corpus import Corpus, Draft
from expertmine.corpus.generations import Made
from expertmine.errors import ConfigError
from expertmine.pipeline import STAGES, put, run
from expertmine.report import report
from expertmine.stage import Stage
from expertmine.tables import TABLES
from tests.authority.test_score_authority import article
from tests.conftest import CONFIG
from tests.pipeline import toy

TOYS = (
    Stage(name="terms", function="tests.pipeline.toy.read_toys", reads=("articles",), writes=("terms",)),
    Stage(name="embed", function="tests.pipeline.toy.embed_toys", reads=("terms",), writes=("vectors", "lexicon")),
)

FOLLOWER = Stage(
    name="topics",
    function="tests.pipeline.toy.follow_toys",
    reads=("vectors",),
    writes=("layout", "lineage"),
    resumes=("layout", "lineage"),
    remakes=("layout",),
)


def articles(*pmids: int) -> pa.Table:
    return TABLES["articles"].rows(article(pmid) for pmid in pmids)


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    monkeypatch.setattr(pipeline, "STAGES", TOYS)
    toy.ran.clear()
    corpus = Corpus(tmp_path / "c")
    put(corpus, "articles", articles(1, 2))
    return corpus


def test_a_second_run_does_nothing_and_writes_nothing(corpus: Corpus) -> None:
    first = run(corpus)
    before = {path: path.stat().st_mtime_ns for path in corpus.path.rglob("*") if path.is_file()}
    assert run(corpus) == first
    after = {path: path.stat().st_mtime_ns for path in corpus.path.rglob("*") if path.is_file()}
    assert toy.ran == ["terms", "embed"]
    assert {p: t for p, t in before.items() if p.name != "write.lock"} == {
        p: t for p, t in after.items() if p.name != "write.lock"
    }


def test_a_changed_setting_runs_its_stage_and_what_reads_it(corpus: Corpus) -> None:
    run(corpus)
    run(corpus, Config(terms=TermSettings(phrase_words=2)))
    assert toy.ran == ["terms", "embed"] * 2
    assert corpus.frame("terms")["tokens"].map(len).tolist() == [2, 2]


def test_settings_of_a_later_stage_leave_the_earlier_one_alone(corpus: Corpus) -> None:
    run(corpus)
    run(corpus, Config(embed=EmbedSettings(dimensions=9)))
    assert toy.ran == ["terms", "embed", "embed"]


def test_a_run_without_settings_takes_those_of_the_last_run(corpus: Corpus) -> None:
    run(corpus, Config(terms=TermSettings(phrase_words=2)))
    run(corpus)
    assert toy.ran == ["terms", "embed"]


def test_an_interrupted_run_keeps_finished_stages_and_publishes_nothing(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = corpus.generation
    monkeypatch.setattr(toy, "embed_toys", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(corpus)
    assert corpus.generation == generation
    monkeypatch.undo()
    monkeypatch.setattr(pipeline, "STAGES", TOYS)
    run(corpus)
    assert toy.ran == ["terms", "embed"]
    assert set(corpus.manifest.tables) == {"articles", "terms", "vectors", "lexicon"}


def interrupted(terms: pa.Table, *, settings: object) -> pa.Table:
    raise KeyboardInterrupt


def test_new_articles_run_everything_that_reads_them(corpus: Corpus) -> None:
    run(corpus)
    put(corpus, "articles", articles(1, 2, 3))
    run(corpus)
    assert corpus.table("vectors")["pmid"].to_pylist() == [1, 2, 3]


def test_a_given_table_is_never_computed_again(corpus: Corpus) -> None:
    mine = TABLES["terms"].rows([{"pmid": 1, "tokens": ["mine"], "phrases": []}])
    put(corpus, "terms", mine)
    run(corpus)
    assert toy.ran == ["embed"]
    assert corpus.table("terms").equals(mine)
    assert corpus.manifest.tables["terms"].origin == "given"


def test_until_stops_after_a_stage_named_by_itself_or_by_its_table(corpus: Corpus) -> None:
    run(corpus, until="terms")
    assert "vectors" not in corpus.manifest.tables
    run(corpus, until="vectors")
    assert toy.ran == ["terms", "embed"]


def test_an_unknown_stage_is_refused_with_the_nearest(corpus: Corpus) -> None:
    with pytest.raises(ConfigError, match="no stage is called 'embde'; did you mean 'embed'"):
        run(corpus, until="embde")


def test_an_impossible_setting_made_in_python_is_refused_by_name(corpus: Corpus) -> None:
    with pytest.raises(ConfigError, match=r"terms\.phrase_words: Expected `int` >= 1"):
        run(corpus, Config(terms=TermSettings(phrase_words=0)))


def test_a_corpus_without_articles_says_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no corpus at"):
        run(Corpus(tmp_path / "none"))
    assert not (tmp_path / "none").exists()


def test_every_stage_has_its_settings_and_every_table_one_writer() -> None:
    written = [name for stage in STAGES for name in stage.writes]
    assert len(written) == len(set(written))
    assert set(written) | set(WRITES) == set(TABLES)
    assert not set(written) & set(WRITES)
    for stage in STAGES:
        assert hasattr(Config(), stage.name)
        assert set(stage.reads) <= set(TABLES)
        assert callable(stage.load())


def test_a_run_killed_between_the_tables_of_a_stage_leaves_no_mixture(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Draft, "publish", interrupted_publish)
    with pytest.raises(KeyboardInterrupt):
        run(corpus)  # both stages are whole in the draft
    whole, killed_after = Draft.put, "terms"

    def put_and_die(draft: Draft, name: str, data: pa.Table, *, origin: Made = "computed") -> None:
        whole(draft, name, data, origin=origin)
        if name == killed_after:
            raise KeyboardInterrupt

    monkeypatch.setattr(Draft, "put", put_and_die)
    with pytest.raises(KeyboardInterrupt):
        run(corpus, Config(terms=TermSettings(phrase_words=2)))
    monkeypatch.undo()
    monkeypatch.setattr(pipeline, "STAGES", TOYS)
    run(corpus, Config())
    assert corpus.frame("terms")["tokens"].map(len).tolist() == [4, 4]


def interrupted_publish(draft: Draft, *, verb: str) -> None:
    raise KeyboardInterrupt


def test_settings_that_a_stage_refuses_are_not_those_of_the_next_run(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toy, "embed_toys", refused)
    with pytest.raises(ConfigError):
        run(corpus, Config(terms=TermSettings(phrase_words=2)))
    assert corpus.config == Config()


def refused(terms: pa.Table, *, settings: object) -> pa.Table:
    raise ConfigError("no such component")


def test_until_leaves_out_what_later_stages_made_of_something_else(corpus: Corpus) -> None:
    run(corpus)
    run(corpus, until="terms")
    assert {"vectors", "lexicon"} <= set(corpus.manifest.tables), "nothing has changed"
    run(corpus, Config(terms=TermSettings(phrase_words=2)), until="terms")
    assert (set(corpus.manifest.tables), set(corpus.manifest.stages)) == ({"articles", "terms"}, {"terms"})
    with pytest.raises(ConfigError, match="run it until 'vectors'"):
        corpus.table("vectors")
    run(corpus)
    assert toy.ran == ["terms", "embed"] * 2


def test_until_keeps_a_later_table_that_was_given(corpus: Corpus) -> None:
    run(corpus)
    mine = TABLES["lexicon"].rows([{"term": "mine", "idf": 1.0, "vector": [1.0]}])
    put(corpus, "lexicon", mine)
    run(corpus, Config(terms=TermSettings(phrase_words=2)), until="terms")
    assert "vectors" not in corpus.manifest.tables
    assert corpus.table("lexicon").equals(mine)


def test_until_keeps_what_a_later_stage_goes_on_from(followed: Corpus) -> None:
    put(followed, "articles", articles(1, 2, 3))
    run(followed, until="terms")
    assert "vectors" not in followed.manifest.tables
    run(followed)
    assert lines(followed) == [("extended", ""), ("extended", "layout+lineage")]


def test_a_finished_corpus_run_until_its_topics_holds_no_scores_of_other_topics(
    quarter: Corpus, tmp_path: Path
) -> None:
    corpus = Corpus(shutil.copytree(quarter.path, tmp_path / "corpus"))
    before = list(corpus.manifest.tables)
    assert run(corpus, CONFIG, until="topics") == quarter.generation
    run(corpus, msgspec.structs.replace(CONFIG, topics=TopicSettings(min_size=20)), until="topics")
    gone = {"contributions", "evidence", "scores", "nominations", "nominees", "unmatched", "standing", "influencers"}
    assert set(before) - set(corpus.manifest.tables) == gone
    with pytest.raises(ConfigError, match="run it until"):
        report(corpus, to=tmp_path / "report.html")


@pytest.fixture
def followed(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    """The same corpus with a stage that goes on from its own tables."""
    monkeypatch.setattr(pipeline, "STAGES", (*TOYS, FOLLOWER))
    run(corpus)
    return corpus


def lines(corpus: Corpus) -> list[tuple[str, str]]:
    return [(row["event"], row["name"]) for row in corpus.table("lineage").to_pylist()]


def test_a_stage_that_resumes_gets_its_published_tables_and_nothing_at_first(followed: Corpus) -> None:
    assert lines(followed) == [("extended", "")]
    put(followed, "articles", articles(1, 2, 3))
    run(followed)
    assert lines(followed) == [("extended", ""), ("extended", "layout+lineage")]


def test_a_stage_that_resumes_is_skipped_with_nothing_new_and_run_if_asked_for(followed: Corpus) -> None:
    before = followed.generation
    assert run(followed) == before
    assert lines(followed) == [("extended", "")]
    run(followed, refit=True)
    assert lines(followed) == [("extended", ""), ("fitted", "layout+lineage")]
    assert toy.ran == ["terms", "embed", "topics", "topics"]
    assert run(followed) == followed.generation
    assert len(lines(followed)) == 2


def test_what_other_settings_made_is_not_gone_on_from_but_when_to_begin_anew_is_no_such_setting(
    followed: Corpus,
) -> None:
    run(followed, Config(topics=TopicSettings(refit_above=0.5)))
    run(followed, Config(topics=TopicSettings(min_size=5)))
    run(followed, Config(topics=TopicSettings(min_size=5), embed=EmbedSettings(dimensions=9)), until="embed")
    run(followed)
    assert [name for _, name in lines(followed)] == ["", "layout+lineage", "lineage", "lineage"]


def test_a_table_that_was_given_is_not_gone_on_from(followed: Corpus) -> None:
    put(followed, "layout", TABLES["layout"].rows([{"pmid": 1, "x": 1.0, "y": 1.0, "fitted": True}]))
    put(followed, "articles", articles(1, 2, 3))
    run(followed)
    assert lines(followed)[-1] == ("extended", "lineage")
