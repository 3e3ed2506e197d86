from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from expertmine.config import Config, TopicSettings, checked
from expertmine.errors import ConfigError, StageError
from expertmine.topics.namer import TopicCard, call_topics, load_namer
from tests.text.articles import invented
from tests.topics.test_stage import found_in

SHORT = """
def by_first_phrase(card):
    return f"{card.keyphrases[0]} ({card.size} of {len(card.titles)} and more)"
def same(card): return "One name for all"
def nothing(card): return ""
def lines(card): return "one\\ntwo"
def number(card): return 7
def fails(card): raise RuntimeError("no model here")
constant = "a name"
"""


@pytest.fixture
def naming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "naming_of_mine.py").write_text(SHORT)
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.fixture(scope="module")
def articles() -> pa.Table:
    return invented(120)[0]


@pytest.mark.usefixtures("naming")
def test_a_function_of_the_users_names_every_topic_and_nothing_else_changes(articles: pa.Table) -> None:
    own = found_in(articles)
    theirs = found_in(articles, namer="naming_of_mine:by_first_phrase")
    for row in theirs[0].to_pylist():
        assert row["name"] == f"{row['keyphrases'][0]} ({row['size']} of {len(row['representatives'])} and more)"
    assert theirs[0].drop_columns("name").equals(own[0].drop_columns("name"))
    assert theirs[1].equals(own[1])


@pytest.mark.usefixtures("naming")
def test_of_equal_names_all_but_the_first_of_a_layer_yield_to_the_packages_own(articles: pa.Table) -> None:
    default = dict(zip(*(found_in(articles)[0][key].to_pylist() for key in ("topic_id", "name")), strict=True))
    niches = [row for row in found_in(articles, namer="naming_of_mine:same")[0].to_pylist() if row["layer"] == 0]
    called = {row["topic_id"]: row["name"] for row in niches}
    assert list(called.values()).count("One name for all") == 1
    assert {one: name for one, name in called.items() if name != "One name for all"}.items() <= default.items()
    assert len(called) >= 4


def test_names_are_told_apart_by_id_if_nothing_else_does_it() -> None:
    cards = [TopicCard(topic_id=f"n{at}", layer=0, size=9, name="Knee", keyphrases=[], titles=[]) for at in range(3)]
    assert call_topics(cards, lambda card: "knee") == ["knee", "Knee (n1)", "Knee (n2)"]
    named = iter(["Knee (n2)", "knee", "knee"])
    assert call_topics(cards, lambda card: next(named)) == ["Knee (n2)", "knee", "Knee (n2, 2)"]


@pytest.mark.usefixtures("naming")
@pytest.mark.parametrize(
    ("function", "says"),
    [("nothing", "''"), ("lines", "one.*two"), ("number", "'7'"), ("fails", "RuntimeError: no model here")],
)
def test_a_namer_that_fails_or_returns_no_line_is_reported_with_the_topic(
    articles: pa.Table, function: str, says: str
) -> None:
    with pytest.raises(StageError, match=rf"topics\.namer .*topic n\d+.*{says}"):
        found_in(articles, namer=f"naming_of_mine:{function}")


@pytest.mark.usefixtures("naming")
@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("no_such_module:name", "cannot be imported.*PYTHONPATH"),
        ("naming_of_mine:no_such", "cannot be imported"),
        ("naming_of_mine:constant", "is a str, expected a function"),
    ],
)
def test_a_namer_that_does_not_exist_is_reported_with_the_remedy(named: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        load_namer(named)


def test_a_namer_without_a_function_is_no_setting() -> None:
    with pytest.raises(ConfigError, match=r"topics\.namer|namer"):
        checked(Config(topics=TopicSettings(namer="module_only")))
