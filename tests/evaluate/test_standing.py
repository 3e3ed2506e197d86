import pytest

from expertmine.errors import ConfigError, DataError
from expertmine.evaluate import evaluate_standing
from expertmine.tables import TABLES
from tests.nominations.village import ballot, ballots


def test_a_topic_of_one_rater_has_no_half_and_no_row() -> None:
    lone = ballot("Åsa Orr", "Ida Voss", "t2")
    two = [ballot(rater, "Ida Voss") for rater in ("Åsa Orr", "Bo Tol")]
    assert set(evaluate_standing(ballots([*two, lone]), draws=3)["topic"]) == {"t1"}
    with pytest.raises(DataError, match="no topic with two raters"):
        evaluate_standing(ballots([lone]), draws=3)


def test_a_top_on_which_all_raters_agree_survives_any_half() -> None:
    rows = [ballot(f"Rater {at}", name) for at in range(12) for name in ("Ida Voss", "Ulf Tol")]
    rows.append(ballot("Rater 1", "Edda Kar"))
    found = evaluate_standing(ballots(rows), draws=10, k=2)
    [degree] = found[found["measure"] == "in-degree"].to_dict("records")
    assert (degree["overlap"], degree["low"], degree["high"]) == (1, 1, 1)


def test_measures_see_the_same_halves_and_the_same_seed_the_same_figures() -> None:
    rows = [ballot(f"Rater {at}", f"Person {at * step % 7}") for at in range(15) for step in (1, 2, 3)]
    once, again = (evaluate_standing(ballots(rows), draws=5, k=3, seed=4) for _ in range(2))
    assert once.equals(again)
    assert once["overlap"].between(0, 1).all()


def test_a_top_that_holds_everybody_named_measures_nothing() -> None:
    rows = [ballot(f"Rater {at}", name) for at in range(12) for name in ("Ida Voss", "Ulf Tol")]
    found = evaluate_standing(ballots(rows), draws=5, k=2)
    assert found[["overlap", "low", "high"]].isna().all(axis=None)
    assert (found["named"] == 2).all()


def test_no_draw_at_all_is_refused() -> None:
    with pytest.raises(ConfigError, match="draws is 0, expected 1 or more"):
        evaluate_standing(TABLES["ballots"].empty(), draws=0)
