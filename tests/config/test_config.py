"""Settings are checked as a whole, and one present holds for all stages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from msgspec.structs import replace

from expertmine.authority import COMPONENTS, measure_slopes, score_authority
from expertmine.config import (
    WEIGHED,
    AuthoritySettings,
    Config,
    ContributionSettings,
    EmbedSettings,
    IdentitySettings,
    InfluenceSettings,
    NominationSettings,
    TermSettings,
    TopicSettings,
    checked,
    in_one_present,
)
from expertmine.contributions import join_contributions
from expertmine.corpus import Corpus
from expertmine.embed import embed_articles
from expertmine.errors import ConfigError
from expertmine.identity import resolve_persons
from expertmine.influence import combine_sources, find_influencers
from expertmine.nominations import weigh_nominations
from expertmine.pipeline import run
from expertmine.tables import TABLES
from expertmine.text import read_terms
from expertmine.topics import find_topics


def test_the_year_of_authority_is_the_present_of_every_stage() -> None:
    config = in_one_present(Config(authority=AuthoritySettings(as_of=2015)))
    assert (config.contributions.as_of, config.nominations.as_of) == (2015, 2015)
    own = in_one_present(Config(authority=AuthoritySettings(as_of=2015), nominations=NominationSettings(as_of=2020)))
    assert own.nominations.as_of == 2020


def test_another_year_of_authority_can_be_asked_for_after_the_first(tmp_path: Path) -> None:
    corpus = Corpus.from_frame(tmp_path / "c", pd.DataFrame({"pmid": [1, 2, 3], "year": [1990, 2000, 2010]}))
    run(corpus, Config(authority=AuthoritySettings(as_of=1995)))
    later = replace(corpus.config, authority=replace(corpus.config.authority, as_of=2005))
    run(corpus, later)
    assert in_one_present(corpus.config).contributions.as_of == 2005


@pytest.mark.parametrize(
    ("untold", "told", "words"),
    [(1990, 199, "before the first article (1990)"), (2009, 9999, "the last article is of 2000: all count as old")],
)
def test_a_present_far_from_all_articles_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, untold: int, told: int, words: str
) -> None:
    corpus = Corpus.from_frame(tmp_path / "c", pd.DataFrame({"pmid": [1, 2], "year": [1990, 2000]}))
    run(corpus, Config(authority=AuthoritySettings(as_of=untold)))
    assert not caplog.text
    run(corpus, Config(authority=AuthoritySettings(as_of=told)))
    assert f"authority.as_of is {told}, {words}" in caplog.text


def test_a_weight_that_is_changed_is_changed_in_its_own_settings_only() -> None:
    Config().authority.weights["mass"] = 0.0
    assert Config().authority.weights["mass"] == checked({}).authority.weights["mass"] == 0.5


def test_toml_becomes_settings(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("[topics]\nmin_size = 12\n[authority.weights]\nmass = 1.0\n")
    config = Config.load(tmp_path / "c.toml")
    assert config.topics == TopicSettings(min_size=12)
    assert config.authority.weights == {"mass": 1.0}


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[topic]\nmin_size = 12\n", "unknown section 'topic'; did you mean 'topics'"),
        ("[topics]\nmin_sice = 12\n", "unknown setting 'topics.min_sice'; did you mean 'min_size'"),
        ("[topics]\nmin_size = 1\n", r"topics\.min_size: Expected `int` >= 3"),
        ("[topics]\nmin_size = 'many'\n", r"topics\.min_size: Expected `int`, got `str`"),
        ("[authority.weights]\ndeph = 1\n", r"authority\.weights: no component is called 'deph'; did you mean 'depth'"),
        (
            "[influence]\ncombine = 'sum'\n",
            "influence.combine is 'sum', expected one of z-sum, rrf; did you mean 'z-sum'",
        ),
        ("[topics\n", "is not valid TOML"),
    ],
)
def test_a_wrong_setting_is_named_with_the_file_and_the_remedy(tmp_path: Path, toml: str, message: str) -> None:
    (tmp_path / "c.toml").write_text(toml)
    with pytest.raises(ConfigError, match=message) as caught:
        Config.load(tmp_path / "c.toml")
    assert "c.toml" in str(caught.value)


def test_the_components_that_can_be_weighed_are_those_of_authority() -> None:
    assert tuple(COMPONENTS) == WEIGHED


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigError, match=r"cannot read settings from 'nowhere\.toml'"):
        Config.load("nowhere.toml")


EMPTY = {name: table.empty() for name, table in TABLES.items()}
STAGES: dict[str, Callable[[Any], object]] = {
    "terms": lambda settings: read_terms(EMPTY["articles"], settings=settings),
    "embed": lambda settings: embed_articles(EMPTY["terms"], EMPTY["articles"], settings=settings),
    "topics": lambda settings: find_topics(
        EMPTY["articles"], EMPTY["vectors"], terms=EMPTY["terms"], settings=settings
    ),
    "identity": lambda settings: resolve_persons(
        EMPTY["mentions"],
        **{name: EMPTY[name] for name in ("articles", "terms", "citations")},
        settings=settings,
    ),
    "contributions": lambda settings: join_contributions(
        EMPTY["identities"],
        EMPTY["assignments"],
        articles=EMPTY["articles"],
        mentions=EMPTY["mentions"],
        settings=settings,
    ),
    "authority": lambda settings: score_authority(
        EMPTY["contributions"], EMPTY["articles"], citations=EMPTY["citations"], settings=settings
    ),
    "slopes": lambda settings: measure_slopes(
        EMPTY["contributions"], EMPTY["articles"], citations=EMPTY["citations"], settings=settings
    ),
    "nominations": lambda settings: weigh_nominations(
        EMPTY["ballots"], EMPTY["persons"], topics=EMPTY["topics"], scores=EMPTY["scores"], settings=settings
    ),
    "influence": lambda settings: find_influencers(
        EMPTY["scores"],
        EMPTY["contributions"],
        topics=EMPTY["topics"],
        standing=EMPTY["standing"],
        settings=settings,
    ),
    "combined": lambda settings: combine_sources(
        EMPTY["scores"].to_pandas(), EMPTY["standing"].to_pandas(), settings=settings
    ),
}


@pytest.mark.parametrize(
    ("stage", "settings", "names"),
    [
        ("terms", TermSettings(phrase_words=0), "terms.phrase_words"),
        ("embed", EmbedSettings(dimensions=-1), "embed.dimensions"),
        ("embed", EmbedSettings(dimensions=10**6), "embed.dimensions"),
        ("embed", EmbedSettings(remainder=2**63), "embed.remainder"),
        ("topics", TopicSettings(perplexity=0.3), "topics.perplexity"),
        ("topics", EmbedSettings(), "expected TopicSettings"),
        ("identity", IdentitySettings(threshold=2.0), "identity.threshold"),
        ("contributions", ContributionSettings(min_strength=-1.0), "contributions.min_strength"),
        ("authority", AuthoritySettings(half_life=-5.0), "authority.half_life"),
        ("authority", AuthoritySettings(weights={"mass": -1.0}), "authority.weights"),
        ("authority", AuthoritySettings(weights={"mass": float("inf")}), "authority.weights"),
        ("authority", AuthoritySettings(half_life=1e-300), "authority.half_life"),
        ("authority", AuthoritySettings(best=0), "authority.best"),
        ("authority", AuthoritySettings(best=10**30), "authority.best"),
        ("authority", AuthoritySettings(bootstraps=-1), "authority.bootstraps"),
        ("authority", AuthoritySettings(as_of="2020"), "authority.as_of"),  # type: ignore[arg-type]
        ("slopes", AuthoritySettings(half_life=0.0), "authority.half_life"),
        ("nominations", NominationSettings(half_life=0.0), "nominations.half_life"),
        ("nominations", NominationSettings(half_life=1e-300), "nominations.half_life"),
        ("influence", InfluenceSettings(kappa=0.0), "influence.kappa"),
        ("influence", InfluenceSettings(volume_top=10**30), "influence.volume_top"),
        ("influence", InfluenceSettings(q=5.0), "influence.q"),
        ("combined", InfluenceSettings(peer_weight=2.0), "influence.peer_weight"),
        ("combined", InfluenceSettings(combine="xx"), "influence.combine"),  # type: ignore[arg-type]
        ("authority", None, "expected AuthoritySettings"),
    ],
)
def test_a_stage_called_by_hand_refuses_what_a_file_may_not_hold(stage: str, settings: object, names: str) -> None:
    with pytest.raises(ConfigError, match=names):
        STAGES[stage](settings)


def test_numbers_of_numpy_are_numbers() -> None:
    told = checked(Config(authority=AuthoritySettings(as_of=np.int64(2020), half_life=np.float32(5))))  # type: ignore[arg-type]
    assert (type(told.authority.as_of), told.authority.as_of, told.authority.half_life) == (int, 2020, 5.0)
    for odd in (np.array([2020, 2021]), object(), np.float64(2020.5)):
        with pytest.raises(ConfigError, match=r"(e|E)xpected"):
            checked(Config(authority=AuthoritySettings(as_of=odd)))  # type: ignore[arg-type]
