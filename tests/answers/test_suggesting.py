"""What somebody is told who names nobody and nothing exactly."""

from __future__ import annotations

import re

import pytest

from expertmine.answers import experts, why
from expertmine.answers.people import resolve_person
from expertmine.answers.suggesting import suggest_people, suggest_topics
from expertmine.answers.topics import resolve_topic
from expertmine.corpus import Corpus
from expertmine.errors import ConfigError

PEOPLE = [
    {"person_id": f"p{number}.1", "name": name, "last": last, "papers": papers}
    for number, (name, last, papers) in enumerate(
        [
            ("Philippe Hernigou", "Hernigou", 40),
            ("Jean-Charles Hernigou", "Hernigou", 3),
            ("P H Smith", "Smith", 90),
            ("Håkan van der Müller", "van der Müller", 5),
            ("O van Dijk", "van Dijk", 70),
        ],
        1,
    )
] + [{"person_id": "nominee.1", "name": "Ida Voss"}]
TOPICS = [
    {"topic_id": "n1", "name": "Branch stent restenosis, lumen loss", "size": 30},
    {"topic_id": "n2", "name": "Stents, aortic branch", "size": 80},
    {"topic_id": "area", "name": "Whole area", "size": 900},
]


def named(told: str) -> list[str]:
    return re.findall(r"\((\S+?)\)", told)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Hernigou", ["p1.1", "p2.1"]),
        ("hernigou p", ["p1.1", "p2.1"]),
        ("P. Hernigou", ["p1.1", "p2.1"]),
        ("J.C. Hernigou", ["p2.1", "p1.1"]),
        ("Charles Hernigou", ["p2.1", "p1.1"]),
        ("muller h", ["p4.1"]),
        ("Philipe Hernigu", ["p1.1"]),
        ("hernigu", ["p1.1"]),
        ("voss ida", ["nominee.1"]),
        ("Patricia Smith", ["p3.1"]),
        ("H", []),
        ("van der", ["p4.1"]),
        ("Zyxwombat", []),
        ("", []),
    ],
)
def test_a_surname_or_a_name_in_any_order_finds_its_bearers_those_of_most_papers_first(
    typed: str, first: list[str]
) -> None:
    assert named(suggest_people(typed, PEOPLE)) == first


def test_five_are_suggested_and_of_the_others_the_number() -> None:
    many = [{"person_id": f"p{n}.1", "name": f"A Voss{' Ek' * n}", "last": "Voss", "papers": n} for n in range(8)]
    told = suggest_people("Voss", many)
    assert named(told) == ["p7.1", "p6.1", "p5.1", "p4.1", "p3.1"]
    assert told.endswith("or one of 3 more?")


@pytest.mark.parametrize(
    ("typed", "found"),
    [("branch stent", ["n2", "n1"]), ("restenos lumen", ["n1"]), ("brnch stent restenosis", ["n1"]), ("bees", [])],
)
def test_a_part_of_a_topics_name_suggests_the_topics_that_hold_it(typed: str, found: list[str]) -> None:
    assert named(suggest_topics(typed, TOPICS)) == found


def test_only_an_exact_name_or_id_is_taken(sample: Corpus) -> None:
    person = sample.frame("persons").sort_values(["papers", "person_id"], ascending=[False, True]).iloc[0]
    with pytest.raises(ConfigError, match=re.escape(f"'{person['name']}' ({person['person_id']})")):
        resolve_person(sample, person["last"])
    assert resolve_person(sample, person["person_id"]) == person["person_id"]
    topic = sample.frame("topics").iloc[0]
    words = " ".join(topic["name"].replace(",", "").split()[:2])
    with pytest.raises(ConfigError, match=re.escape(topic["topic_id"])) as refused:
        experts(sample, words)
    assert f'`expertmine topics {sample.path} "words"`' in str(refused.value)
    assert resolve_topic(sample, topic["name"].upper()) == topic["topic_id"]
    with pytest.raises(ConfigError, match="lists all"):
        why(sample, "Zyxwombat", topic["topic_id"])
