"""What a reader is asked to rule on."""

import time
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from expertmine.errors import DataError
from expertmine.nominations import weigh_nominations
from expertmine.nominations.review import CANDIDATES, alike_forms, list_doubles, list_doubts, read_review
from expertmine.nominations.strangers import usual_forms
from expertmine.tables import TABLES
from tests.nominations.village import HEADS, TAILS, ballot, ballots, tables

BERN, OSLO = "Ostvik Hospital", "Karlund Clinic"
NOMINEES: list[dict[str, str | None]] = [
    {"person_id": "n1", "name": "Ida Voss", "affiliation": BERN},
    {"person_id": "n2", "name": "Ida Voss", "affiliation": OSLO},
    {"person_id": "n3", "name": "Ulf Tol", "affiliation": None},
]
BALLOTS = [
    ballot("A. Orr", "Ida Voss", nominee_institution=BERN),
    ballot("B. Kar", "Ida Voss", nominee_institution=OSLO),
    ballot("B. Kar", "Ulf Tol", nominee_institution=None),
]


def test_people_of_one_name_at_two_institutions_are_asked_about_whatever_the_order_of_rows() -> None:
    rows = list_doubles(NOMINEES, BALLOTS)
    assert [(row["nominee"], row["nominee_institution"], row["topic"]) for row in rows] == [("Ida Voss", OSLO, "t1")]
    assert rows[0]["candidate_1"].startswith("n1: Ida Voss")
    assert list_doubles(NOMINEES[::-1], BALLOTS[::-1]) == rows


SURNAMES = st.text("abz", min_size=1, max_size=12)
GIVENS = st.sampled_from(["Ida", "I.", "I. K.", "Ada", "Ida Karin"])


@given(st.lists(st.builds("{} {}".format, GIVENS, SURNAMES) | st.text(max_size=8), max_size=25))
@example(["Ida bbaaaaaa", "Ida aaaaaabbb", "Ida aaaaaaa", "Ida aabaaaa"])
def test_alike_names_are_those_that_comparing_each_with_each_finds(names: list[str]) -> None:
    people = [{"person_id": f"n{at:02}", "name": name, "affiliation": None} for at, name in enumerate(names)]
    rows = list_doubles(people, [ballot("A. Orr", name, nominee_institution=None) for name in names])
    ordered = sorted(people, key=lambda one: (one["name"] or "", one["person_id"] or ""))
    forms = [usual_forms(one["name"] or "") for one in ordered]
    alike = [
        [other["person_id"] for other, form in zip(ordered, forms[:at], strict=False) if alike_forms(own, form)]
        for at, own in enumerate(forms)
    ]
    shown = [[row[f"candidate_{number}"].partition(":")[0] for number in range(1, CANDIDATES + 1)] for row in rows]
    assert [[one for one in each if one] for each in shown] == [each[:CANDIDATES] for each in alike if each]


def test_thousands_of_people_without_papers_are_asked_about_in_a_moment() -> None:
    names = [f"Ida {head}{middle}{tail}" for head in HEADS for middle in TAILS for tail in TAILS]
    people = [{"person_id": f"n{at}", "name": name, "affiliation": None} for at, name in enumerate(names)]
    begun = time.process_time()
    list_doubles(people, [])
    assert time.process_time() - begun < 3, "each compared with each takes eight seconds"


VAGUE = [
    ballot("A. Orr", "Ida Voss", "arteries of the village"),
    ballot("A. Orr", "Ulf Tol", "arteries of the village"),
    ballot("B. Kar", "Ida Voss", "arteries of the village"),
    ballot("B. Kar", "Ida Voss", "cakes"),
]


def weigh(decisions: str = "") -> tuple[pa.Table, pa.Table, pa.Table, pa.Table]:
    """The vague ballots weighed, after a review file with these rows."""
    header = "nominee,nominee_institution,topic,decision,candidate_1"
    read = read_review(f"{header}\n{decisions}".encode(), source="doubts.csv")
    ruled = TABLES["decisions"].rows({"number": number, **row} for number, row in enumerate(read, 1))
    return weigh_nominations(ballots(VAGUE), **tables(), decisions=ruled)


def asked(unmatched: pa.Table) -> list[dict[str, Any]]:
    return list_doubts(unmatched.to_pylist(), ballots(VAGUE).to_pylist(), {"t1": "renal artery stents"})


def test_an_unknown_topic_is_asked_about_once_whoever_was_named() -> None:
    rows = asked(weigh()[2])
    assert [(row["nominee"], row["topic"], row["times"]) for row in rows] == [
        ("", "arteries of the village", 3),
        ("", "cakes", 1),
    ]
    assert "every ballot" in rows[0]["reason"]


def test_a_ruling_on_a_topic_decides_for_all_its_ballots_and_one_to_skip_it_sets_them_aside() -> None:
    nominations, _, unmatched, _ = weigh(",,arteries of the village,t1\n,,cakes,skip\n")
    assert nominations["topic_id"].to_pylist() == ["t1"] * 3
    assert unmatched["reason"].to_pylist() == ["set aside by the review"]
    assert asked(unmatched) == []


def test_an_older_review_file_that_asks_by_name_is_obeyed_as_before() -> None:
    nominations, _, unmatched, _ = weigh("Ulf Tol,,arteries of the village,1,t1: stents\nIda Voss,,cakes,skip\n")
    assert nominations["topic_id"].to_pylist() == ["t1"] * 3
    assert asked(unmatched) == []


@pytest.mark.parametrize("said", ["new", "no idea"])
def test_a_topic_can_be_no_new_person(said: str) -> None:
    with pytest.raises(DataError, match=r"line 2: the decision is .* or 'skip' \(this row asks for a topic\)"):
        read_review(f"nominee,topic,decision\n,cakes,{said}\n".encode(), source="doubts.csv")


def test_rows_of_a_review_file_without_a_decision_are_passed_over() -> None:
    read = read_review(b"nominee,topic,decision\nIda Voss,cakes,\nUlf Tol,cakes,new\n", source="doubts.csv")
    assert [(row["place"], row["nominee"]) for row in read] == [("3", "Ulf Tol")]


def test_a_file_that_is_no_review_is_refused_with_what_writes_one() -> None:
    with pytest.raises(DataError, match="has no column decision; expected what `nominations review -o FILE` wrote"):
        read_review(b"nominee,topic,times\nIda Voss,cakes,3\n", source="doubts.csv")
