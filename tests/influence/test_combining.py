"""Literature and peers side by side."""

import numpy as np
import pandas as pd
import pytest

from expertmine.config import InfluenceSettings
from expertmine.influence import combine_sources

SCORES = pd.DataFrame(
    {"person_id": ["a", "b", "c"], "topic_id": "n1", "score": [3.0, 2.0, 1.0], "rank": [1, 2, 3],
     "low": [2.0, 2.0, 0.0], "high": [4.0, 2.0, 5.0]}
)  # fmt: skip
STANDING = pd.DataFrame(
    {"person_id": ["c", "d"], "topic_id": "n1", "standing": [0.6, 0.2], "nominators": [3, 1], "low": [0.2, 0.1],
     "high": [0.7, 0.3]}
)  # fmt: skip


def combined(how: str) -> dict[str, float]:
    settings = InfluenceSettings(combine=how, peer_weight=0.25)  # type: ignore[arg-type]
    rows = combine_sources(SCORES, STANDING, settings=settings)
    return dict(zip(rows["person_id"], rows["combined"], strict=True))


def test_reciprocal_ranks_are_weighed_and_people_equally_unknown_share_a_rank() -> None:
    found = combined("rrf")
    assert found["a"] == pytest.approx(0.75 / 61 + 0.25 / 63.5)  # a and b: named by nobody, ranks 3 and 4
    assert found["c"] == pytest.approx(0.75 / 63 + 0.25 / 61)
    assert found["d"] == pytest.approx(0.75 / 64 + 0.25 / 62)


def test_sums_of_standardised_values_have_mean_zero_and_whoever_both_know_comes_before_the_unnamed_equal() -> None:
    found = combined("z-sum")
    assert sum(found.values()) == pytest.approx(0)
    assert found["c"] > found["d"]


def test_the_doubt_of_both_sources_adds_up_as_that_of_independent_ones() -> None:
    rows = combine_sources(SCORES, STANDING, settings=InfluenceSettings(peer_weight=0.25)).set_index("person_id")
    authority, standing = np.std([3, 2, 1, 0]), np.std([0, 0, 0.6, 0.2])
    below, above = rows["combined"] - rows["combined_low"], rows["combined_high"] - rows["combined"]
    assert below["a"] == pytest.approx(0.75 * 1 / authority)  # nobody named a
    assert below["b"] == above["b"] == pytest.approx(0)
    assert below["c"] == pytest.approx(np.hypot(0.75 * 1 / authority, 0.25 * 0.4 / standing))
    assert above["c"] == pytest.approx(np.hypot(0.75 * 4 / authority, 0.25 * 0.1 / standing))
    assert below["d"] == pytest.approx(0.25 * 0.1 / standing)  # d wrote nothing


def test_whom_nobody_names_counts_as_before_any_word_and_shows_no_standing() -> None:
    unnamed = pd.DataFrame(
        {"person_id": ["a"], "topic_id": "n1", "standing": [0.3], "nominators": [0], "low": [0.0], "high": [0.5]}
    )
    everybody = pd.concat([STANDING, unnamed])
    rows = combine_sources(SCORES, everybody, settings=InfluenceSettings(peer_weight=0.25)).set_index("person_id")
    combined, low, standing = (rows[name].to_dict() for name in ("combined", "combined_low", "standing"))
    z = [(at - np.mean(values)) / np.std(values) for at, values in ((3, [3, 2, 1, 0]), (0.3, [0.3, 0, 0.6, 0.2]))]
    assert combined["a"] == pytest.approx(0.75 * z[0] + 0.25 * z[1])
    assert np.isnan(standing["a"])
    assert standing["c"] == 0.6
    doubt = np.hypot(0.75 * 1 / np.std([3, 2, 1, 0]), 0.25 * 0.3 / np.std([0.3, 0, 0.6, 0.2]))
    assert combined["a"] - low["a"] == pytest.approx(doubt)


def test_without_peers_the_interval_is_that_of_the_literature() -> None:
    rows = combine_sources(SCORES, STANDING.head(0), settings=InfluenceSettings(peer_weight=0.25)).set_index(
        "person_id"
    )
    below = rows["combined"] - rows["combined_low"]
    assert below.tolist() == pytest.approx([0.75 * width / np.std([3, 2, 1]) for width in (1, 0, 1)])


def test_sums_of_ranks_have_no_interval() -> None:
    rows = combine_sources(SCORES, STANDING, settings=InfluenceSettings(combine="rrf"))
    assert rows["combined_low"].isna().all()
    assert rows["combined_high"].isna().all()


def test_whom_the_literature_does_not_know_comes_after_the_last_of_it() -> None:
    rows = combine_sources(SCORES, STANDING, settings=InfluenceSettings()).set_index("person_id")
    assert rows["niche_rank"].to_dict() == {"a": 1, "b": 2, "c": 3, "d": 4}
