"""Literature and peers side by side."""

import pandas as pd
import pytest

from expertmine.config import InfluenceSettings
from expertmine.influence import combine_sources

SCORES = pd.DataFrame({"person_id": ["a", "b", "c"], "topic_id": "n1", "score": [3.0, 2.0, 1.0], "rank": [1, 2, 3]})
STANDING = pd.DataFrame({"person_id": ["c", "d"], "topic_id": "n1", "standing": [0.6, 0.2], "nominators": [3, 1]})


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
