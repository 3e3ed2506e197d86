import datetime
import math
from collections import defaultdict
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from expertmine.config import NominationSettings
from expertmine.nominations import weigh_nominations
from expertmine.nominations.standing import believe
from tests.nominations.village import ballot, ballots, person, score, tables

PERSONS = [
    person("p1", "Ida", "Voss", "Ostvik Hospital, Ostvik"), person("p2", "Isak", "Voss", "Karlund Clinic, Karlund"),
    person("p3", "Tove", "Karquist", "Ostvik Hospital, Ostvik"), person("p4", "Nils", "Fennova"),
]  # fmt: skip
SCORES = [score("p1", "t1", 2.0), score("p2", "t1", 1.0), score("p3", "t2", 0.5), score("p4", "t1", -1.0)]
NAMES = ("Ida Voss", "I Voss", "Voss, Isak", "Tove Karquist", "Nils Fennova", "Ulf Tolstad", "Edda Marr", "Edda Mar")
PLAIN = NominationSettings(reciprocal=1.0, same_institution=1.0, half_life=1e9)

days = st.none() | st.dates(datetime.date(2015, 1, 1), datetime.date(2024, 12, 31))
rows = st.builds(
    ballot,
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    st.sampled_from(["t1", "t1", "t2", "knee"]),
    rater_institution=st.sampled_from([None, "Ostvik Hospital", "Karlund"]),
    nominee_institution=st.sampled_from([None, None, "Ostvik Hospital"]),
    wave=st.integers(1, 2),
    date=days,
    weight=st.sampled_from([0.0, 0.5, 1.0, 3.0]),
)
surveys = st.lists(rows, max_size=14)
Rows = list[dict[str, Any]]


def weigh(survey: Rows, settings: NominationSettings = PLAIN) -> list[Rows]:
    given = tables(PERSONS, SCORES)
    persons = given.pop("persons")
    return [table.to_pylist() for table in weigh_nominations(ballots(survey), persons, settings=settings, **given)]


def shuffled(table: pa.Table, rng: Random) -> pa.Table:
    order = list(range(table.num_rows))
    rng.shuffle(order)
    return table.take(pa.array(order, pa.int64()))


@given(surveys)
def test_every_ballot_is_a_nomination_or_unmatched(survey: Rows) -> None:
    nominations, nominees, unmatched, _ = weigh(survey)
    assert len(nominations) + len(unmatched) == len(survey)
    assert {row["place"] for row in unmatched} <= set(ballots(survey)["place"].to_pylist())
    known = {row["person_id"] for row in [*PERSONS, *nominees]}
    assert {row["nominee"] for row in nominations} <= known
    assert {row["person_id"] for row in nominees} <= {row["nominee"] for row in nominations}


@given(surveys, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(survey: Rows, rng: Random) -> None:
    given = {"ballots": ballots(survey), **tables(PERSONS, SCORES)}
    there = weigh_nominations(given.pop("ballots"), given.pop("persons"), **given)
    given = {"ballots": ballots(survey), **tables(PERSONS, SCORES)}
    mixed = {name: shuffled(table, rng) for name, table in given.items()}
    assert weigh_nominations(mixed.pop("ballots"), mixed.pop("persons"), **mixed) == there


@given(surveys, st.sampled_from([PLAIN, NominationSettings()]))
def test_a_rater_has_at_most_one_word_to_share_in_a_topic_and_wave(survey: Rows, settings: NominationSettings) -> None:
    total: dict[tuple[str, str, int], float] = defaultdict(float)
    for row in weigh(survey, settings)[0]:
        assert row["weight"] >= 0
        total[row["nominator"], row["topic_id"], row["wave"]] += row["weight"]
    assert all(value <= 1 + 1e-12 for value in total.values())


@given(surveys)
def test_standing_is_the_sum_of_its_nominations_and_lies_in_its_interval(survey: Rows) -> None:
    nominations, _, _, standing = weigh(survey, NominationSettings())
    for row in standing:
        own = [
            each for each in nominations if (each["nominee"], each["topic_id"]) == (row["person_id"], row["topic_id"])
        ]
        assert math.isclose(row["weight"], sum(each["weight"] for each in own))
        assert row["nominators"] == len({each["nominator"] for each in own if each["weight"] > 0})
        assert 0 <= row["low"] <= row["standing"] <= row["high"] <= 1
    heard = {(each["nominee"], each["topic_id"]) for each in nominations if each["weight"] > 0}
    assert {(row["person_id"], row["topic_id"]) for row in standing if row["nominators"]} == heard
    known = {(row["person_id"], row["topic_id"]) for row in SCORES}
    spoken_of = {topic_id for _, topic_id in heard}
    unnamed = {(row["person_id"], row["topic_id"]) for row in standing} - heard
    assert {key for key in known - heard if key[1] in spoken_of} <= unnamed


@given(surveys, st.lists(st.sampled_from(["Ida Voss", "Ulf Tolstad", "I Voss"]), max_size=3))
def test_a_word_for_oneself_changes_nobodys_standing(survey: Rows, proud: list[str]) -> None:
    boasts = [ballot(name, name, weight=5.0, date=datetime.date(2020, 1, 1)) for name in proud]
    without = [row for row in survey if row["rater"] != row["nominee"]]
    assert weigh(without)[3] == weigh([*without, *boasts])[3]


@given(
    st.lists(
        st.tuples(st.sampled_from("ABC"), st.sampled_from("XYZ"), st.integers(1, 5)), unique_by=lambda row: row[:2]
    )
)
def test_shares_agree_with_a_count_by_hand(words: list[tuple[str, str, int]]) -> None:
    survey = [
        ballot(f"Rater {rater}oe", f"Nominee {nominee}u", weight=float(weight)) for rater, nominee, weight in words
    ]
    total: dict[str, int] = defaultdict(int)
    expected: dict[str, float] = defaultdict(float)
    for rater, _, weight in words:
        total[rater] += weight
    for rater, nominee, weight in words:
        expected[nominee] += 0.5 * weight / total[rater]
    _, nominees, _, standing = weigh(survey)
    names = {row["person_id"]: row["name"][8] for row in nominees}
    named = {names[row["person_id"]]: row["weight"] for row in standing if row["nominators"]}
    assert named == pytest.approx(dict(expected))


def test_the_interval_is_the_posteriors_where_the_prior_comes_from_authority() -> None:
    survey = [ballot("Rater Aoe", "Ida Voss"), ballot("Rater Boe", "Ida Voss"), ballot("Rater Coe", "Isak Voss")]
    rows = weigh(survey, NominationSettings(prior=2.0))[3]
    z = [1.069044967649698, 0.2672612419124244, -1.3363062095621219]
    total = sum(map(math.exp, [*z, z[-1]]))
    for row, heard, each in zip(rows, (1.0, 0.5), z, strict=False):
        prior = math.exp(each) / total
        posterior = stats.beta(2 * prior + heard, 2 * (1 - prior) + 1.5 - heard)
        assert (row["standing"], row["low"], row["high"]) == pytest.approx((posterior.mean(), *posterior.interval(0.9)))


def test_who_is_named_by_nobody_stands_as_if_named_by_a_word_of_no_weight() -> None:
    unnamed, hardly = (
        {row["person_id"]: row for row in weigh([ballot("Rater Aoe", "Isak Voss"), *more], NominationSettings())[3]}
        for more in ([], [ballot("Rater Aoe", "Ida Voss", weight=1e-9)])
    )
    assert (unnamed["p1"]["nominators"], hardly["p1"]["nominators"]) == (0, 1)
    assert unnamed["p1"]["standing"] > 0
    for value in ("standing", "low", "high"):
        assert unnamed["p1"][value] == pytest.approx(hardly["p1"][value], abs=1e-6)


def test_where_nobody_was_heard_nobody_has_a_standing() -> None:
    assert weigh([ballot("Ida Voss", "Ida Voss")])[3] == []
    assert {row["topic_id"] for row in weigh([ballot("Rater Aoe", "Isak Voss", "t2")])[3]} == {"t2"}


def test_who_names_forty_has_no_more_to_give_than_who_names_three() -> None:
    survey = [ballot("Rater Aoe", f"Nominee Z{at}u") for at in range(40)] + [
        ballot("Rater Boe", f"Nominee Y{at}u") for at in range(3)
    ]
    nominations = weigh(survey)[0]
    given: dict[str, float] = defaultdict(float)
    for row in nominations:
        given[row["nominator"]] += row["weight"]
    assert list(given.values()) == pytest.approx([0.5, 0.5])


def test_a_rater_counts_half_to_whole_by_own_authority_in_that_topic() -> None:
    survey = [ballot(rater, "Ulf Tolstad", "t1") for rater in ("Ida Voss", "Isak Voss", "Nils Fennova", "Edda Marr")]
    weights = {row["nominator"]: row["weight"] for row in weigh(survey)[0]}
    assert [weights.pop(person_id) for person_id in ("p1", "p2", "p4")] == pytest.approx([1.0, 5 / 6, 2 / 3])
    assert list(weights.values()) == [0.5]


def test_a_returned_word_and_one_within_the_house_count_half() -> None:
    settings = NominationSettings(reciprocal=0.5, same_institution=0.5)
    survey = [
        ballot("Edda Marr", "Ulf Tolstad"), ballot("Ulf Tolstad", "Edda Marr"), ballot("Tove Karquist", "Ida Voss"),
        ballot("Signe Orr", "Ida Voss", rater_institution="Ostvik Hospital"), ballot("Ylva Tol", "Ida Voss"),
        ballot("Ida Voss", "Ulf Tolstad", "t2"),
    ]  # fmt: skip
    nominations = weigh(survey, settings)[0]
    halved = sorted(row["weight"] for row in nominations if row["topic_id"] == "t1")
    assert halved == [0.25, 0.25, 0.25, 0.25, 0.5]


def test_words_lose_half_their_weight_in_a_half_life() -> None:
    survey = [ballot(f"Rater {at}oe", "Ulf Tolstad", date=datetime.date(2024 - at, 6, 1)) for at in (0, 3, 6)]
    survey.append(ballot("Rater Xoe", "Edda Marr"))
    aged = sorted(row["weight"] for row in weigh(survey, NominationSettings())[0])
    assert aged == pytest.approx([0.125, 0.125, 0.25, 0.5])
    nominations, _, unmatched, standing = weigh(survey, NominationSettings(as_of=2021))
    assert sorted(row["weight"] for row in nominations) == pytest.approx([0.25, 0.25, 0.5])
    assert sorted(row["nominators"] for row in standing if row["nominators"]) == [1, 2]
    assert [row["reason"] for row in unmatched] == ["later than nominations.as_of"]


def test_what_is_said_after_the_present_changes_nothing_said_before() -> None:
    said = [ballot(one, "Ida Voss", date=datetime.date(2023, 5, 1)) for one in ("Ann Orr", "Bo Tol")]
    day = datetime.date(2025, 5, 1)
    later = [
        ballot("Ida Voss", "Ann Orr", date=day),
        *(ballot("Ann Orr", to, date=day) for to in ("Max Lind", "Ida Voss")),
    ]
    settings = NominationSettings(as_of=2024)
    before, after = weigh(said, settings), weigh([*said, *later], settings)
    assert (before[0], before[1], before[3]) == (after[0], after[1], after[3])
    assert len(after[2]) == len(later)


def test_a_last_word_far_ahead_of_all_others_is_warned_of_unless_a_present_is_set(
    caplog: pytest.LogCaptureFixture,
) -> None:
    survey = [
        ballot(one, "Ida Voss", date=datetime.date(year, 5, 1)) for one, year in (("Ann Orr", 2023), ("Bo Tol", 2032))
    ]
    weigh(survey[:1], NominationSettings())
    weigh(survey, NominationSettings(as_of=2024))
    assert not caplog.records
    weigh(survey, NominationSettings())
    assert "the last word of peers is of 2032, all others of 2023" in caplog.text
    assert "Ann" not in caplog.text


def test_a_present_so_late_that_no_word_counts_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    survey = [ballot("Ann Orr", "Ida Voss", date=datetime.date(2023, 5, 1))]
    weigh(survey, NominationSettings(as_of=2052))
    assert not caplog.records
    weigh(survey, NominationSettings(as_of=2053))
    assert "nominations.as_of is 2053, ten half-lives and more after the last word of peers (2023)" in caplog.text
    assert "Ann" not in caplog.text


def test_settling_an_unsure_name_takes_nothing_from_the_others() -> None:
    unsure, settled = (
        [ballot("Rater Aoe", "Ulf Tolstad"), ballot("Rater Aoe", name)] for name in ("I Voss", "Isak Voss")
    )
    before, after = (
        [row["weight"] for row in weigh(survey)[0] if row["nominee"].startswith("n")] for survey in (unsure, settled)
    )
    assert before == after == [0.25]


@pytest.mark.parametrize(
    ("rater", "nominee"), [("Ida Voss", "Voss, Ida"), ("Ulf Tolstad", "Dr. Tolstad, Ulf"), ("I Voss", "Ida Voss")]
)
def test_oneself_is_recognised_however_typed_and_in_doubt(rater: str, nominee: str) -> None:
    nominations, _, _, standing = weigh([ballot(rater, nominee)])
    assert [row["weight"] for row in nominations] == [0.0]
    assert standing == []


def test_experts_whose_scores_differ_in_rounding_only_are_believed_alike() -> None:
    one, other = 0.1 + 0.2, 0.3
    belief = believe(
        [{"person_id": f"p{at}", "topic_id": "t1", "score": each} for at, each in enumerate((one, other))], ()
    )
    assert one != other
    assert belief.credibility["p0", "t1"] == belief.credibility["p1", "t1"]
    assert belief.shares["t1"]["p0"] == belief.shares["t1"]["p1"]
