"""Rankings for a question, held against people who are known to be experts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from expertmine.corpus import Corpus
from expertmine.errors import ConfigError, DataError
from expertmine.evaluate import evaluate_experts, read_truth
from tests.conftest import SAMPLE

NICHE = "contrast ultrasound perfusion"


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    people = pd.read_csv(SAMPLE / "truth" / "people.csv")
    leaders = people[(people["role"] == "authority") & (people["niche"] == NICHE)]
    return pd.DataFrame({"last_name": leaders["name"].str.split().str[-1], "initials": leaders["name"].str[0]})


def measured(rows: pd.DataFrame) -> dict[str, dict[str, Any]]:
    return {row["ranking"]: {str(name): value for name, value in row.items()} for row in rows.to_dict("records")}


def test_planted_leaders_of_a_niche_are_found_better_than_by_rivals_volume(sample: Corpus, truth: pd.DataFrame) -> None:
    rows = measured(evaluate_experts(sample, truth, text=NICHE, draws=0))
    assert list(rows) == ["expertmine", "volume", "h-index", "expertscape-like", "jane-like"]
    assert rows["expertmine"]["experts"] >= 2
    assert rows["expertmine"]["MAP"] > rows["volume"]["MAP"]
    assert rows["expertmine"]["matched_AUC"] > 0.8
    assert rows["volume"]["matched_AUC"] == 0.5


def test_queries_of_the_truth_are_asked_when_no_text_is_given(sample: Corpus, truth: pd.DataFrame) -> None:
    loud = sample.frame("persons").nlargest(200, "papers")
    others = pd.DataFrame({"last_name": loud["last"], "initials": loud["initials"], "is_expert": 0})
    asked = pd.concat([truth.assign(is_expert=1), others]).assign(query=NICHE)
    rows = measured(evaluate_experts(sample, asked, draws=0))
    assert rows["expertmine"]["MAP"] > rows["volume"]["MAP"]


def test_a_truth_without_queries_needs_a_text(sample: Corpus, truth: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="give --text"):
        evaluate_experts(sample, truth)


def test_experts_who_are_not_in_the_corpus_are_counted(sample: Corpus, truth: pd.DataFrame) -> None:
    nobody = pd.DataFrame({"last_name": ["Nusquam"], "initials": ["N"]})
    more_people = pd.concat([truth, nobody])
    here, more = (measured(evaluate_experts(sample, rows, text=NICHE, draws=0)) for rows in (truth, more_people))
    assert more["expertmine"]["absent"] == here["expertmine"]["absent"] + 1
    assert more["expertmine"]["MAP"] == here["expertmine"]["MAP"]


def test_a_measure_lies_in_its_interval_and_the_same_seed_gives_the_same(sample: Corpus, truth: pd.DataFrame) -> None:
    told = evaluate_experts(sample, truth, text=NICHE, draws=40)
    for name in ("MAP", "AUC", "matched_AUC", "hidden_recall@20"):
        known = told.dropna(subset=[name, f"{name}_low"])
        assert (known[f"{name}_low"] <= known[name] + 1e-9).all(), name
        assert (known[name] <= known[f"{name}_high"] + 1e-9).all(), name
    pd.testing.assert_frame_equal(told, evaluate_experts(sample, truth, text=NICHE, draws=40))
    assert "MAP_low" not in evaluate_experts(sample, truth, text=NICHE, draws=0)


def test_names_that_look_like_nothing_are_names(tmp_path: Path) -> None:
    (tmp_path / "truth.csv").write_text("last_name,initials,query\nNull,NA,7\nNone,,8\nnan,N,9\n12,3,10\n")
    read = read_truth(tmp_path / "truth.csv", needs=("last_name",))
    assert read["last_name"].tolist() == ["Null", "None", "nan", "12"]
    assert read["initials"].fillna("-").tolist() == ["NA", "-", "N", "3"]
    assert read["query"].tolist() == ["7", "8", "9", "10"]


def test_people_are_found_whatever_the_accents(sample: Corpus, truth: pd.DataFrame) -> None:
    accents = str.maketrans("aeioucnyAEIOUCN", "áéíóúçñýÁÉÍÓÚÇÑ")
    written = truth.assign(
        last_name=truth["last_name"].str.translate(accents), initials=truth["initials"].str.translate(accents)
    )
    assert not written.equals(truth)
    plain, accented = (evaluate_experts(sample, rows, text=NICHE, draws=0) for rows in (truth, written))
    pd.testing.assert_frame_equal(plain, accented)


@pytest.mark.parametrize(
    ("faulty", "text", "says"),
    [
        ({"surname": ["Voss"]}, NICHE, r"columns \['surname'\], expected also 'last_name'"),
        ({}, NICHE, "expected also 'last_name'"),
        ({"last_name": []}, NICHE, "no row with last_name"),
        ({"last_name": [12, 13]}, NICHE, "column 'last_name' holds 12, expected text"),
        ({"last_name": ["Voss"], "initials": [1.5]}, NICHE, "column 'initials' holds 1.5, expected text"),
        ({"last_name": [], "query": []}, None, "no row with last_name and query"),
        ({"last_name": ["Voss"], "label": ["yes"]}, NICHE, "column 'label' is no label"),
    ],
)
def test_a_truth_that_names_nobody_says_which_column(
    sample: Corpus, faulty: dict[str, list[object]], text: str | None, says: str
) -> None:
    with pytest.raises(DataError, match=says):
        evaluate_experts(sample, pd.DataFrame(faulty), text=text, draws=0)


def test_an_expert_told_without_initials_is_found_by_last_name(sample: Corpus, truth: pd.DataFrame) -> None:
    bare = truth.assign(initials=truth["initials"].where(truth.index != truth.index[0]))
    whole, part = (evaluate_experts(sample, rows, text=NICHE, draws=0).iloc[0] for rows in (truth, bare))
    assert (part["experts"], part["absent"]) == (whole["experts"], whole["absent"])


def test_fewer_draws_than_none_are_refused(sample: Corpus, truth: pd.DataFrame) -> None:
    with pytest.raises(ConfigError, match="draws is -1, expected 0"):
        evaluate_experts(sample, truth, text=NICHE, draws=-1)
    with pytest.raises(ConfigError, match=r"draws is 1\.5, expected 0"):
        evaluate_experts(sample, truth, text=NICHE, draws=1.5)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="seed is -1, expected 0"):
        evaluate_experts(sample, truth, text=NICHE, seed=-1)


def test_a_truth_of_another_corpus_is_refused(sample: Corpus) -> None:
    nobody = pd.DataFrame({"last_name": ["Nusquam"], "initials": ["N"]})
    with pytest.raises(DataError, match="none of the truth's experts is in this corpus"):
        evaluate_experts(sample, nobody, text=NICHE, draws=0)
