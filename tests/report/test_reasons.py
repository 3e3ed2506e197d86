from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from expertmine.config import NominationSettings
from expertmine.nominations import read_ballots, weigh_nominations
from expertmine.nominations.review import SET_ASIDE
from expertmine.report.reasons import OTHER, count_rejects, count_unmatched
from expertmine.tables import TABLES


def test_every_reason_that_the_nominations_stage_gives_has_its_kind() -> None:
    survey = b"rater,nominee,topic\nA. Orr,I. Voss,stents\nB. Lund,Ida Voss,weather\nB. Lund,Jo Kern,stents\n"
    survey += b"b lund,J Kern,stents\n"
    ballots, _ = read_ballots(survey, source="survey.csv")
    niche = {"topic_id": "t1", "layer": 0, "size": 9, "name": "stents", "keyphrases": [], "facets": []}
    topics = TABLES["topics"].rows([niche | {"representatives": []}])
    people = [("p1", "Ida Voss"), ("p2", "Ines Voss"), ("p3", "Jo Kern")]
    blank = {"variants": [], "papers": 3, "last": "Voss", "initials": "I"}
    persons = TABLES["persons"].rows([blank | {"person_id": key, "name": name} for key, name in people])
    _, _, unmatched, _ = weigh_nominations(ballots, persons, topics=topics, scores=TABLES["scores"].empty())
    reasons = unmatched["reason"].to_pylist()
    assert len(reasons) >= 2
    assert OTHER not in dict(count_unmatched(reasons))


def test_ballots_set_aside_said_later_or_without_a_name_have_kinds_of_their_own() -> None:
    survey = b"rater,nominee,topic,date\nA. Orr,my boss,stents,\nB. Lund,Ulf Tol,stents,2031-05-02\n"
    survey += b"C. Kar,Ulf Tol,what may be one day,\n"
    ballots, _ = read_ballots(survey, source="survey.csv")
    niche = {"topic_id": "t1", "layer": 0, "size": 9, "name": "stents", "keyphrases": [], "facets": []}
    topics = TABLES["topics"].rows([niche | {"representatives": []}])
    nobody = {"persons": TABLES["persons"].empty(), "topics": topics, "scores": TABLES["scores"].empty()}
    _, _, unmatched, _ = weigh_nominations(ballots, **nobody, settings=NominationSettings(as_of=2024))
    assert dict(count_unmatched([*unmatched["reason"].to_pylist(), SET_ASIDE])) == {
        "an address or a phrase where a name was asked": 1,
        "said after the year from which peers are seen": 1,
        "the topic is not surely one of the corpus": 1,
        "set aside by the review": 1,
    }


@given(st.text(alphabet="Zz'\" .,-", min_size=1, max_size=30))
def test_nothing_that_was_typed_gets_into_a_kind(typed: str) -> None:
    for reason in (f"nominee is a formula: {typed!r}", f"'{typed}' has no letters", f"PMID is {typed!r} (of 'Zz')"):
        kinds = [kind for kind, _ in count_rejects([reason])]
        assert not {"Z", "z"} & set("".join(kinds))
    assert count_unmatched([f"'{typed}' may be one of 3 persons of the corpus"]) == [
        ("the name may be that of several people", 1)
    ]


def test_reasons_that_differ_in_numbers_only_are_counted_together() -> None:
    assert count_rejects(["repeats line 3", "repeats line 41", "no title"]) == [("repeats line …", 2), ("no title", 1)]


def test_rare_reasons_are_summed() -> None:
    reasons = [f"fault {chr(97 + number)}" for number in range(20)]
    counted = count_rejects(reasons)
    assert counted[-1] == (OTHER, 5)
    assert sum(number for _, number in counted) == 20
