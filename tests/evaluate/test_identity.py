"""Measures of identity against counting by hand and scikit-learn."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.errors import DataError
from expertmine.evaluate.identity import KEYS, evaluate_identity, measure
from expertmine.evaluate.reliability import evaluate_draws, evaluate_pairs, tabulate_reliability
from expertmine.tables import TABLES
from tests.identity.papers import article, literature, mention

partitions = st.integers(1, 25).flatmap(
    lambda size: st.tuples(*(st.lists(st.integers(0, 5), min_size=size, max_size=size) for _ in range(2)))
)


@given(partitions)
def test_measures_are_those_of_the_definitions(both: tuple[list[int], list[int]]) -> None:
    found, true = both
    size = len(true)
    pairs = list(combinations(range(size), 2))
    joined, same = ({(a, b) for a, b in pairs if label[a] == label[b]} for label in both)
    scores = measure(np.array(found), np.array(true))
    assert scores["precision"] == pytest.approx(len(joined & same) / len(joined) if joined else 1)
    assert scores["recall"] == pytest.approx(len(joined & same) / len(same) if same else 1)
    persons, humans = ([{b for b in range(size) if label[b] == label[a]} for a in range(size)] for label in both)
    shares = [len(persons[a] & humans[a]) for a in range(size)]
    assert scores["b3_precision"] == pytest.approx(sum(s / len(p) for s, p in zip(shares, persons, strict=True)) / size)
    assert scores["b3_recall"] == pytest.approx(sum(s / len(h) for s, h in zip(shares, humans, strict=True)) / size)
    assert scores["splitting"] == pytest.approx(
        sum(sum(t == h for t in true) - max(sum(f == p and t == h for f, t in zip(found, true, strict=True))
        for p in set(found)) for h in set(true)) / size
    )  # fmt: skip


@given(partitions)
def test_pairs_agree_with_scikit_learn(both: tuple[list[int], list[int]]) -> None:
    from sklearn.metrics.cluster import pair_confusion_matrix

    found, true = both
    (_, wrong), (missed, right) = pair_confusion_matrix(true, found)
    scores = measure(np.array(found), np.array(true))
    assert scores["precision"] == pytest.approx(right / (right + wrong) if right + wrong else 1)
    assert scores["recall"] == pytest.approx(right / (right + missed) if right + missed else 1)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_reliability_is_that_of_a_plain_loop(pairs: list[tuple[float, bool]]) -> None:
    *bins, whole = tabulate_reliability(
        np.array([one for one, _ in pairs]), np.array([same for _, same in pairs])
    ).to_dict("records")
    error = 0.0
    for row in bins:
        step = round(10 * float(row["probability"].split(" to ")[0]))
        inside = [(one, same) for one, same in pairs if min(int(one * 10), 9) == step]
        mean, observed = (sum(each[side] for each in inside) / len(inside) for side in (0, 1))
        assert (row["pairs"], row["mean"], row["observed"]) == (
            len(inside), pytest.approx(mean), pytest.approx(observed)
        )  # fmt: skip
        error += abs(mean - observed) * len(inside) / len(pairs)
    assert sum(row["pairs"] for row in bins) == whole["pairs"] == len(pairs)
    assert whole["error"] == pytest.approx(error)


def test_pairs_of_labelled_mentions_are_held_against_the_truth() -> None:
    rows = [mention(pmid, 1, "Vrasta", "Ada B") for pmid in (1, 2, 3)] + [mention(4, 1, "Quenlo", "Bo")]
    tables = literature([article(pmid, 2000, "renal stent") for pmid in range(1, 5)], rows)
    truth = pd.DataFrame({"pmid": [1, 2, 4], "position": 1, "orcid": ["x", "x", "y"]})
    whole = evaluate_pairs(truth=truth, **tables).iloc[-1]
    assert (whole["pairs"], whole["observed"]) == (1, 1)
    assert whole["error"] == pytest.approx(1 - whole["mean"])
    with pytest.raises(DataError, match="no two mentions with like names"):
        evaluate_pairs(truth=truth.iloc[1:], **tables)


def test_a_mention_in_doubt_belongs_if_it_is_the_human_of_those_that_stay_in_every_draw() -> None:
    stays = [None, 2**64 - 1, 2**32 - 1, 2**16 - 1]
    identities = TABLES["identities"].rows(
        {"pmid": pmid, "position": 1, "person_id": "p1.1", "confidence": 1.0, "stays": bits}
        for pmid, bits in enumerate(stays, start=1)
    )
    truth = pd.DataFrame({"pmid": [1, 2, 3, 4], "position": 1, "orcid": ["x", "x", "x", "y"]})
    rows = evaluate_draws(identities, truth).set_index("probability")
    assert rows["observed"].to_dict() == {"0.2 to 0.3": 0, "0.5 to 0.6": 1, "all": 0.5}
    with pytest.raises(DataError, match="no mention in doubt"):
        evaluate_draws(identities, truth.iloc[:2])


def corpus() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    fores = ["Ada", "A", "Adam", "Ada"]
    mentions = TABLES["mentions"].rows(mention(pmid, 1, "Vrasta", fore) for pmid, fore in enumerate(fores, start=1))
    identities = [
        {"pmid": pmid, "position": 1, "person_id": f"p{min(pmid, 3)}", "confidence": 1.0} for pmid in (1, 2, 3)
    ]
    truth = pd.DataFrame({"pmid": [1, 2, 3, 4], "position": 1, "orcid": ["x", "x", "y", None]})
    return TABLES["identities"].rows(identities), truth, mentions


def test_name_keys_stand_beside_the_resolution_and_unlabelled_mentions_do_not_count() -> None:
    identities, truth, mentions = corpus()
    scores = evaluate_identity(identities, truth, mentions=mentions)
    whole = scores[scores["names"] == "all"].set_index("method")
    assert list(whole.index) == ["resolved", *KEYS]
    assert set(whole["mentions"]) == {3}
    assert whole["recall"].to_dict() == {"resolved": 0, KEYS[0]: 1, KEYS[1]: 1, KEYS[2]: 0}
    assert whole["precision"].to_dict() == {"resolved": 1, KEYS[0]: 1 / 3, KEYS[1]: 1 / 3, KEYS[2]: 1}


def test_a_truth_that_cannot_be_used_is_refused() -> None:
    identities, truth, mentions = corpus()
    for wrong in (truth[["pmid", "position"]], pd.concat([truth, truth]), truth.assign(pmid=99)):
        with pytest.raises(DataError, match="truth"):
            evaluate_identity(identities, wrong, mentions=mentions)
