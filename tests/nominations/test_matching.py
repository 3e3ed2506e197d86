from random import Random
from typing import Any

import pyarrow as pa
import pytest

from expertmine.config import NominationSettings
from expertmine.nominations import weigh_nominations
from expertmine.nominations.matching import Match
from expertmine.nominations.subjects import list_subjects
from expertmine.tables import TABLES
from tests.nominations.village import TOPICS, ballot, ballots, misspelt, person, score, tables, topic, typed, village

DEFAULTS = NominationSettings()
IDA = person("p1", "Ida", "Voss", "Heart Center, Ostvik Hospital, Ostvik, Norland")
ISAK = person("p2", "Isak", "Voss", "Karlund University, Karlund, Norland")
BOTH = [score("p1", "t1"), score("p2", "t1")]


def weigh(
    *rows: dict[str, Any], settings: NominationSettings = DEFAULTS, **more: pa.Table
) -> tuple[pa.Table, pa.Table, pa.Table, pa.Table]:
    given = tables([IDA, ISAK], BOTH) | more
    persons = given.pop("persons")
    return weigh_nominations(ballots(rows), persons, settings=settings, **given)


def test_a_corpus_without_ballots_has_four_empty_tables() -> None:
    made = weigh()
    assert [table.num_rows for table in made] == [0, 0, 0, 0]
    names = ("nominations", "nominees", "unmatched", "standing")
    assert [table.schema for table in made] == [TABLES[name].schema for name in names]


@pytest.mark.parametrize(
    "nominee", ["Ida Voss", "Voss, Ida", "Voss Ida", "Prof. Ida Voss, MD PhD", "IDA VOSS", "Idá Vöss", "Ida M Voss"]
)
def test_one_person_under_many_typings(nominee: str) -> None:
    nominations, nominees, unmatched, _ = weigh(ballot("A. Orr", nominee))
    assert nominations["nominee"].to_pylist() == ["p1"]
    assert nominations["confidence"][0].as_py() >= 0.9
    assert nominees.num_rows == unmatched.num_rows == 0


def test_an_id_is_whom_it_names() -> None:
    nominations, nominees, *_ = weigh(ballot("p2", "p1"))
    assert nominations.select(["nominator", "nominee"]).to_pylist() == [{"nominator": "p2", "nominee": "p1"}]
    assert nominees.num_rows == 0


def test_of_two_names_with_a_comma_between_them_neither_is_taken_in_silence() -> None:
    nominations, nominees, unmatched, _ = weigh(ballot("A. Orr", "Ida Voss, Isak Voss"))
    assert nominations.num_rows == nominees.num_rows == 0
    assert sorted(unmatched["candidates"][0].as_py()) == ["p1", "p2"]


def test_two_equally_likely_persons_are_asked_about() -> None:
    nominations, nominees, unmatched, standing = weigh(ballot("A. Orr", "I Voss"))
    assert nominations.num_rows == nominees.num_rows == standing.num_rows == 0
    row = unmatched.to_pylist()[0]
    assert row["candidates"] == ["p1", "p2"]
    assert row["reason"].startswith("'I Voss' may be one of 2 persons of the corpus or nobody of it (0.0")


def test_one_person_who_may_be_meant_is_told_in_the_singular() -> None:
    strict = NominationSettings(accept=1.0)
    row = weigh(ballot("A. Orr", "I Voss"), persons=TABLES["persons"].rows([IDA]), settings=strict)[2].to_pylist()[0]
    assert row["candidates"] == ["p1"]
    assert row["reason"].startswith("'I Voss' may be one person of the corpus or nobody of it (0.")


@pytest.mark.parametrize(
    "told",
    [{"nominee_institution": "Ostvik Hospital"}, {"nominee_institution": "Hospital Ostwik"}, {"scores": [BOTH[0]]}],
)
def test_institution_or_activity_in_the_topic_settles_it(told: dict[str, Any]) -> None:
    more = {"scores": TABLES["scores"].rows(told.pop("scores"))} if "scores" in told else {}
    crowd = [person(f"c{at}", "Ulf", f"Tol{'abcdefghij'[at % 10]}en", f"Clinic {at}, Marrow") for at in range(30)]
    everyone = TABLES["persons"].rows([IDA, ISAK, *crowd])
    nominations, *_ = weigh(ballot("A. Orr", "I Voss", **told), persons=everyone, **more)
    assert nominations["nominee"].to_pylist() == ["p1"]


def test_who_is_on_no_paper_becomes_a_person_without_papers() -> None:
    ulf = {"nominee_institution": "Clinic of Marrow"}
    rows = [
        ballot("A. Orr", "Dr Ulf Tolstad", **ulf),
        ballot("B. Kar", "Tolstad, ULF", nominee_institution="Marrow Clinic"),
    ]
    nominations, nominees, _, standing = weigh(*rows)
    assert nominees.to_pylist() == [
        {"person_id": nominations["nominee"][0].as_py(), "name": "Dr Ulf Tolstad", "affiliation": "Clinic of Marrow"}
    ]
    assert nominees["person_id"][0].as_py().startswith("n")
    assert [number for number in standing["nominators"].to_pylist() if number] == [2]


@pytest.mark.parametrize("other", [("Ulf Tolstad", "Karlund"), ("Ulf Tolsted", "Marrow"), ("Ulf Tolstad", None)])
def test_nominees_without_papers_are_two_unless_name_and_institution_agree(other: tuple[str, str | None]) -> None:
    rows = [
        ballot("A. Orr", "Ulf Tolstad", nominee_institution="Marrow"),
        ballot("B. Kar", other[0], nominee_institution=other[1]),
    ]
    assert weigh(*rows)[1].num_rows == 2


@pytest.mark.parametrize(
    "text", ["t1", "T1", "Renal artery stents", "stents of the renal artery", "renal arterys stent"]
)
def test_a_topic_is_found_by_id_by_name_or_by_its_words(text: str) -> None:
    assert weigh(ballot("A. Orr", "Ida Voss", text))[0]["topic_id"].to_pylist() == ["t1"]


def test_a_vague_topic_is_understood_by_those_who_are_named_for_it() -> None:
    rng = Random(6)
    people = village(80, rng)
    homes = {one["person_id"]: TOPICS[at % 4] for at, one in enumerate(people)}
    persons = [{name: value for name, value in one.items() if name != "fore"} for one in people]
    given = tables(persons, [score(person_id, home) for person_id, home in homes.items()])
    coilers = [f"{one['fore']} {one['last']}" for one in people if homes[one["person_id"]] == "t3"][:6]
    alone = weigh(ballot("A. Orr", "Ulf Tolstad", "difficult small vessels, coils"), **given)
    together = weigh(
        *[ballot("A. Orr", name, "difficult small vessels, coils") for name in [*coilers, "Ulf Tolstad"]], **given
    )
    assert (alone[0].num_rows, alone[2]["candidates"].to_pylist()) == (0, [["t3"]])
    assert set(together[0]["topic_id"].to_pylist()) == {"t3"}
    assert together[1]["name"].to_pylist() == ["Ulf Tolstad"]


def test_a_topic_with_thousands_of_nominees_is_as_clear_as_one_with_three() -> None:
    active = {topic_id: {f"{topic_id}-{at}" for at in range(5000)} for topic_id in TOPICS}
    subjects = list_subjects(tables()["topics"].to_pylist(), active, accept=0.9)
    assert subjects.find("surgery", active["t2"]).topic_id == "t2"
    assert subjects.find("surgery", active["t1"] | active["t2"]).topic_id is None
    assert subjects.find("renal stents", {f"elsewhere-{at}" for at in range(5000)}).topic_id is None


@pytest.mark.parametrize("text", ["knee surgery", "bypass coils", "???"])
def test_an_unknown_topic_is_asked_about_with_the_nearest(text: str) -> None:
    nominations, nominees, unmatched, _ = weigh(ballot("A. Orr", "Ida Voss", text))
    assert nominations.num_rows == nominees.num_rows == 0
    assert f"topic '{text}' is not surely one of the corpus's topics" in unmatched["reason"][0].as_py()
    assert set(unmatched["candidates"][0].as_py()) <= set(TOPICS)


def test_sibling_topics_are_not_guessed_between_but_keyphrases_tell_them_apart() -> None:
    topics = TABLES["topics"].rows(
        [
            topic("a", "carotid stents", "embolic protection"), topic("b", "carotid stents in women", "sex"),
            topic("z", "carotid stents", layer=1),
        ]
    )  # fmt: skip
    more = {"topics": topics, "scores": TABLES["scores"].empty()}
    rows = [ballot("A. Orr", "Ulf Tol", text) for text in ("stents", "embolic protection", "carotid stents", "z")]
    nominations, _, unmatched, _ = weigh(*rows, **more)
    assert nominations["topic_id"].to_pylist() == ["a", "z"]
    assert unmatched["place"].to_pylist() == ["00002", "00004"]
    assert "repeats s.csv 00003" in unmatched["reason"][1].as_py()


def test_a_rater_is_one_person_in_every_topic_and_in_unsure_cases_nobody_else() -> None:
    rows = [
        ballot("Ida Voss", "Ulf Tol", "t1"),
        ballot("Voss, Ida", "Ulf Tol", "t2"),
        ballot("I Voss", "Ulf Tol", "t3"),
    ]
    nominators = weigh(*rows)[0]["nominator"].to_pylist()
    assert nominators.count("p1") == 2
    assert sum(each.startswith("n") for each in nominators) == 1


def test_the_surest_and_latest_of_two_equal_words_counts() -> None:
    first, second = ballot("A. Orr", "Ida Voss", weight=1.0), ballot("A. Orr", "Voss, Ida", weight=1.0)
    nominations, _, unmatched, _ = weigh(first, second)
    assert (nominations.num_rows, unmatched["place"].to_pylist()) == (1, ["00003"])
    assert unmatched["reason"][0].as_py() == "repeats s.csv 00002: same rater, person, topic and wave"
    assert unmatched["candidates"][0].as_py() == ["p1"]


def test_a_table_made_elsewhere_is_not_trusted() -> None:
    rows = [ballot("A. Orr", "Ida Voss", weight=-1.0), ballot(" ", "Ida Voss"), ballot("A. Orr", "Dr. ...")]
    nominations, _, unmatched, _ = weigh(*rows)
    assert nominations.num_rows == 0
    reasons = unmatched["reason"].to_pylist()
    assert reasons == ["weight is -1.0, expected a number from 0 to 1,000,000", "rater is empty", "nominee is empty"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_misspelt_abbreviated_and_reordered_names_are_matched_surely_or_asked_about(seed: int) -> None:
    rng = Random(seed)
    people = village(400, rng)
    homes = {one["person_id"]: rng.choice(TOPICS) for one in people}
    chosen = rng.sample(people, 300)
    rows = [
        ballot(f"Rater{at} Xu", "", homes[one["person_id"]], wave=at) | typed(one, rng) for at, one in enumerate(chosen)
    ]
    persons = [{name: value for name, value in one.items() if name != "fore"} for one in people]
    given = tables(persons, [score(person_id, home) for person_id, home in homes.items()])
    nominations, _, unmatched, _ = weigh_nominations(ballots(rows), **given)
    right = [chosen[row["wave"]]["person_id"] == row["nominee"] for row in nominations.to_pylist()]
    assert sum(right) / len(right) >= 0.97
    assert len(right) / len(rows) >= 0.85
    assert len(right) + unmatched.num_rows == len(rows)


def test_strangers_with_the_surnames_of_the_village_are_not_taken_for_villagers() -> None:
    rng = Random(4)
    people = village(400, rng)
    names = {(one["fore"].split()[0], one["last"]) for one in people}
    firsts, lasts = sorted({first for first, _ in names}), sorted({last for _, last in names})
    strangers = [(first, last) for first in firsts for last in lasts if (first, last) not in names]
    chosen = rng.sample(strangers, 200)
    rows = [ballot(f"Rater{at} Xu", " ".join(name), wave=at) for at, name in enumerate(chosen)]
    persons = [{name: value for name, value in one.items() if name != "fore"} for one in people]
    scores = [score(one["person_id"], rng.choice(TOPICS)) for one in people]
    nominations, *_ = weigh_nominations(ballots(rows), **tables(persons, scores))
    wrong = [row for row in nominations.to_pylist() if row["nominee"].startswith("p")]
    assert len(wrong) / len(rows) <= 0.03


def test_what_is_surely_enough_is_a_setting() -> None:
    rng = Random(5)
    row = ballot("A. Orr", misspelt("Ida Voss", rng), nominee_institution="Ostvik Hospital")
    strict, lenient = NominationSettings(accept=1.0), NominationSettings(accept=0.51)
    assert weigh(row, settings=strict)[2].num_rows == 1
    assert weigh(row, settings=lenient)[0]["nominee"].to_pylist() == ["p1"]


def test_one_rater_typed_with_and_without_an_institution_is_one_peer() -> None:
    rows = [
        ballot("A. Orr", "Ida Voss", rater_institution="Sundal Hospital"),
        ballot("A. Orr", "Ida Voss", wave=2),
        ballot("B. Kar", "Ida Voss"),
    ]
    assert [number for number in weigh(*rows)[3]["nominators"].to_pylist() if number] == [2]


def test_a_word_is_for_oneself_only_if_the_rater_may_well_be_the_nominee() -> None:
    known = [person(f"p{at}", "Ida", "Voss", f"{town} Hospital") for at, town in enumerate(("Ostvik", "Karlund"), 1)]
    everyone = TABLES["persons"].rows(known)
    likely, *_ = weigh(ballot("Ida Voss", "I. Voss", nominee_institution="Ostvik Hospital"), persons=everyone)
    assert likely["weight"].to_pylist() == [0.0], "either of two"
    stranger = Match(None, 0.97, sure=True, candidates=("p1",), chances=(0.03,))
    assert not stranger.may_be("p1"), "surely nobody of the corpus"
    assert not Match(None, 0.5, sure=False, candidates=("p1", "p2"), chances=(0.02, 0.48)).may_be("p1")


def test_a_ruling_for_somebody_whom_nobody_names_any_more_binds_nobody() -> None:
    rows = [{"number": 1, "source": "r.csv", "place": "2", "nominee": "I Voss", "topic": "t1"}]
    ghost = TABLES["decisions"].rows([row | {"decision": "n0123456789"} for row in rows])
    nominations, nominees, unmatched, _ = weigh(ballot("A. Orr", "I Voss"), decisions=ghost)
    assert nominations.num_rows == nominees.num_rows == 0
    assert unmatched["candidates"].to_pylist() == [["p1", "p2"]]


def test_an_unclear_word_keeps_who_said_it_and_about_what() -> None:
    *_, unmatched, _ = weigh(ballot("Isak Voss", "I Voss"), ballot("Isak Voss", "Ida Voss", "no such topic at all"))
    said = {(row["nominee"], row["nominator"], row["topic_id"]) for row in unmatched.to_pylist()}
    assert said == {("I Voss", "p2", "t1"), ("Ida Voss", None, None)}
