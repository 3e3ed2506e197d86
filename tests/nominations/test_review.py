"""What a reader is asked to rule on."""

from expertmine.nominations.review import list_doubles
from tests.nominations.village import ballot

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
