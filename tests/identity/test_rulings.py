"""What people ruled holds against all evidence, and nothing else moves more than it must."""

from __future__ import annotations

import time
from itertools import combinations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expertmine.errors import DataError
from expertmine.identity import collect_rulings, read_rulings, resolve_persons, write_rulings
from tests.identity.papers import Tables, article, literature, literatures, mention

Pair = tuple[str, str, str]


def ruled(*pairs: Pair) -> pa.Table:
    return collect_rulings([read_rulings(write_rulings(pairs, by="T. Ester", date=None, after=0), source="mine.csv")])


def persons_of(tables: Tables, *pairs: Pair) -> dict[str, str]:
    _, identities = resolve_persons(**tables, corrections=ruled(*pairs))
    return {f"{row['pmid']}.{row['position']}": row["person_id"] for row in identities.to_pylist()}


TWINS = literature(
    [article(pmid, 2000 + pmid, "renal stent") for pmid in range(1, 7)],
    [mention(pmid, 1, "Vrasta", "Ada B", affiliations=["Example University, Vienna, Austria"]) for pmid in range(1, 6)]
    + [mention(6, 1, "Quenlo", "Bo")],
)


def test_two_who_are_ruled_different_are_apart_and_the_others_stay() -> None:
    assert len(set(persons_of(TWINS).values())) == 2
    found = persons_of(TWINS, ("different", "1.1", "5.1"))
    assert found["1.1"] != found["5.1"]
    assert len(set(found.values())) == 3


def test_those_ruled_one_are_one_though_their_names_differ_and_keep_who_joins_them() -> None:
    found = persons_of(TWINS, ("same", "6.1", "1.1"))
    assert set(found.values()) == {"p1.1"}


def test_who_was_ruled_one_with_two_orcids_still_gains_mentions_that_print_none() -> None:
    mentions = [mention(pmid, 1, "Vrasta", "Ada B", orcid=f"0009-9999-0000-000{pmid}") for pmid in (1, 2)]
    mentions += [mention(pmid, 1, "Vrasta", "Ada B") for pmid in (3, 4)]
    tables = literature([article(pmid, 2000 + pmid, "renal stent") for pmid in range(1, 5)], mentions)
    assert set(persons_of(tables, ("same", "1.1", "2.1")).values()) == {"p1.1"}


def test_the_last_ruling_on_a_pair_holds() -> None:
    found = persons_of(TWINS, ("same", "6.1", "1.1"), ("different", "1.1", "6.1"))
    assert found["6.1"] != found["1.1"]


def test_a_ruling_on_a_mention_that_is_not_here_waits_and_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    assert persons_of(TWINS, ("same", "1.1", "999.1"), ("same", "1.1", "2.1")) == persons_of(TWINS)
    assert [record.getMessage() for record in caplog.records if record.name.startswith("expertmine")] == [
        "rulings that wait for a mention that is not in the corpus: 1"
    ]


def test_rulings_that_contradict_each_other_are_refused_by_name() -> None:
    with pytest.raises(DataError, match=r"'mine.csv', line 4: 1\.1 and 3\.1 are different here, and one human by"):
        ruled(("same", "1.1", "2.1"), ("same", "2.1", "3.1"), ("different", "1.1", "3.1"))


def test_rulings_that_make_one_human_of_two_names_on_a_paper_are_refused_by_name() -> None:
    with pytest.raises(DataError, match=r"'mine.csv', line [23]: .* make one human of 2 names of paper 1;"):
        ruled(("same", "1.1", "2.1"), ("same", "2.1", "1.2"))


def test_many_rulings_on_one_human_are_held_against_each_other_in_a_moment() -> None:
    begun = time.process_time()
    assert ruled(*(("same", f"{pmid}.1", f"{pmid + 1}.1") for pmid in range(1, 4000))).num_rows == 3999
    assert time.process_time() - begun < 5, "all with all takes thirteen seconds"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("equal,1.1,2.1,me,", "verdict is 'equal'"),
        ("same,1.1,1,me,", "expected two mentions"),
        ("same,1.1,1.1,me,", "expected two mentions"),
        ("different,m01.1,m1.01,me,", "expected two mentions"),
        ("same,1.1,2.1,,", "nobody signs it"),
        ("same,1.1,2.1,me,1.2.2026", "date is '1.2.2026'"),
    ],
)
def test_a_bad_row_is_refused_with_its_line(row: str, fault: str) -> None:
    with pytest.raises(DataError, match=f"'mine.csv', line 2: .*{fault}"):
        read_rulings(f"verdict,first,second,by,date\n{row}\n".encode(), source="mine.csv")


@pytest.mark.parametrize(("more", "place"), [(1, "line 3"), (20_000, "after line 1")])
def test_a_quote_that_is_never_closed_swallows_no_ruling_in_silence(more: int, place: str) -> None:
    data = 'verdict,first,second,by\nsame,1.1,2.1,"me\n' + "same,3.1,4.1,me\n" * more
    with pytest.raises(DataError, match=f"'mine.csv', {place}: .* closing quote"):
        read_rulings(data.encode(), source="mine.csv")


@settings(max_examples=60)
@given(literatures(papers=5), st.data())
def test_whatever_is_ruled_is_so_and_all_else_that_must_stay_apart_does(tables: Tables, data: st.DataObject) -> None:
    keys = [f"{row['pmid']}.{row['position']}" for row in tables["mentions"].to_pylist()]
    pairs = data.draw(
        st.lists(st.sampled_from(list(combinations(keys, 2)) or [("1.1", "9.9")]), max_size=4, unique=True)
    )
    verdicts = [(data.draw(st.sampled_from(["same", "different"])), *pair) for pair in pairs]
    try:
        found = persons_of(tables, *verdicts)
    except DataError:
        return  # they contradict each other
    for verdict, one, two in verdicts:
        if one in found and two in found:
            assert (found[one] == found[two]) == (verdict == "same")


def test_of_those_ruled_one_there_is_no_doubt() -> None:
    _, identities = resolve_persons(**TWINS, corrections=ruled(("same", "6.1", "1.1")))
    sure = {row["pmid"]: row["confidence"] for row in identities.to_pylist()}
    assert sure[6] == sure[1] == 1.0 > sure[2]
