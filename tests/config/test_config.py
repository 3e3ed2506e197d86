"""Settings are checked as a whole, and one present holds for all stages."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from msgspec.structs import replace

from expertmine.config import AuthoritySettings, Config, NominationSettings, TopicSettings, checked, in_one_present
from expertmine.corpus import Corpus
from expertmine.errors import ConfigError
from expertmine.pipeline import run


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
        ("[topics\n", "is not valid TOML"),
    ],
)
def test_a_wrong_setting_is_named_with_the_file_and_the_remedy(tmp_path: Path, toml: str, message: str) -> None:
    (tmp_path / "c.toml").write_text(toml)
    with pytest.raises(ConfigError, match=message) as caught:
        Config.load(tmp_path / "c.toml")
    assert "c.toml" in str(caught.value)


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigError, match=r"cannot read settings from 'nowhere\.toml'"):
        Config.load("nowhere.toml")
