"""The stage as a whole: laws, cases, real records."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expertmine.config import IdentitySettings
from expertmine.evaluate.identity import KEYS, evaluate_identity
from expertmine.identity import collect_rulings, read_rulings, resolve_persons, write_rulings
from expertmine.identity.confidence import CARRIED, weigh_memberships
from expertmine.identity.persons import describe_persons, name_persons
from expertmine.identity.reading import read_mentions
from expertmine.tables import TABLES
from tests.identity.papers import article, literature, literatures, mention
from tests.sources.invented import read

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "corpora"


def humans_of(tables: dict[str, pa.Table]) -> list[str]:
    """Return the person of each mention, in the order of the papers."""
    _, identities = resolve_persons(**tables)
    return list(identities["person_id"].to_pylist())


@settings(max_examples=60)
@given(literatures())
def test_each_mention_of_a_human_has_exactly_one_person(tables: dict[str, pa.Table]) -> None:
    persons, identities = resolve_persons(**tables)
    mentions = tables["mentions"].to_pylist()
    assert [(row["pmid"], row["position"]) for row in identities.to_pylist()] == sorted(
        (row["pmid"], row["position"]) for row in mentions
    )
    assert set(identities["person_id"].to_pylist()) == set(persons["person_id"].to_pylist())
    assert all(0 < value <= 1 for value in identities["confidence"].to_pylist())


@settings(max_examples=40)
@given(literatures(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(tables: dict[str, pa.Table], chance: random.Random) -> None:
    def shuffled(table: pa.Table) -> pa.Table:
        return table.take(pa.array(chance.sample(range(table.num_rows), table.num_rows), pa.int64()))

    again = resolve_persons(**{name: shuffled(table) for name, table in tables.items()})
    for one, other in zip(resolve_persons(**tables), again, strict=True):
        assert one.equals(other)


@settings(max_examples=40)
@given(literatures())
def test_orcids_never_mix_and_one_paper_never_holds_a_person_under_two_names(tables: dict[str, pa.Table]) -> None:
    persons, identities = resolve_persons(**tables)
    rows = {(row["pmid"], row["position"]): row for row in tables["mentions"].to_pylist()}
    names: dict[tuple[str, int], set[tuple[str, str | None]]] = {}
    orcids: dict[str, set[str]] = {}
    for found in identities.to_pylist():
        row = rows[found["pmid"], found["position"]]
        names.setdefault((found["person_id"], found["pmid"]), set()).add((row["last"], row["fore"]))
        orcids.setdefault(found["person_id"], set()).update([row["orcid"]] if row["orcid"] else [])
    assert all(len(printed) == 1 for printed in names.values())
    assert all(len(held) < 2 for held in orcids.values())
    assert {row["person_id"]: {row["orcid"]} - {None} for row in persons.to_pylist()} == orcids


def test_groups_and_nameless_mentions_are_no_persons() -> None:
    rows = [mention(1, 1, None, None, collective="Example Study Group"), mention(1, 2, None, None)]
    rows += [mention(1, 3, " ", "A"), mention(1, 4, "Vrasta", None), mention(1, 5, "???", None)]
    _, identities = resolve_persons(**literature([article(1)], rows))
    assert identities["position"].to_pylist() == [4, 5]


@settings(max_examples=60)
@given(literatures(), st.integers(0, 7))
def test_people_keep_their_ids_when_earlier_papers_come(tables: dict[str, pa.Table], late: int) -> None:
    """Where the partition of the old mentions stays as it was, so do all ids; whatever happens, no two share one."""
    known = tables["mentions"].filter(pc.not_equal(tables["mentions"]["pmid"], late))
    _, before = resolve_persons(**(tables | {"mentions": known}))
    persons, after = resolve_persons(**tables, former={"identities": before})
    _, anew = resolve_persons(**tables)
    assert partition(after) == partition(anew)
    assert persons["person_id"].to_pylist() == sorted(set(after["person_id"].to_pylist()))
    was = {(row["pmid"], row["position"]): row["person_id"] for row in before.to_pylist()}
    now = {(row["pmid"], row["position"]): row["person_id"] for row in after.to_pylist()}
    if partition(before) == partition(after.filter(pc.not_equal(after["pmid"], late))):
        assert {key: now[key] for key in was} == was


def partition(identities: pa.Table) -> set[frozenset[tuple[int, int]]]:
    members: dict[str, set[tuple[int, int]]] = {}
    for row in identities.to_pylist():
        members.setdefault(row["person_id"], set()).add((row["pmid"], row["position"]))
    return set(map(frozenset, members.values()))


def test_an_id_that_another_person_has_is_not_given_again() -> None:
    """The mention that an id is named after has gone to another person, who needs a new id."""
    tables = literature([article(1), article(2)], [mention(1, 1, "Vrasta", "Ada"), mention(2, 1, "Quenlo", "Bo")])
    rows = [{"pmid": 2, "position": 1, "person_id": "p1.1", "confidence": 1.0}]
    _, after = resolve_persons(**tables, former={"identities": TABLES["identities"].rows(rows)})
    assert after["person_id"].to_pylist() == ["p1.1-2", "p1.1"]


def test_no_mention_at_all_gives_empty_tables() -> None:
    assert [table.num_rows for table in resolve_persons(**literature([article(1)], []))] == [0, 0]


def test_an_id_names_the_earliest_mention_and_an_unknown_year_comes_last() -> None:
    rows = [mention(pmid, 2, "Vrasta", "Ada") for pmid in (1, 2, 3)]
    rows += [mention(pmid, 1, "Quenlo", "Bo") for pmid in (1, 2, 3)]
    years = {1: None, 2: 2005, 3: 2001}
    tables = literature([article(pmid, year, "renal stent") for pmid, year in years.items()], rows)
    assert set(humans_of(tables)) == {"p3.1", "p3.2"}


def test_initials_do_not_glue_two_full_names_together() -> None:
    company = [("Quenlo", "Bo"), ("Mirvo", "Cy")]
    fores = ["Jing", "Jun", "J", "Jing", "J"]
    rows = [mention(pmid, 1, "Vrasta", fore) for pmid, fore in enumerate(fores, start=1)]
    rows += [mention(pmid, place, *name) for pmid in range(1, 6) for place, name in enumerate(company, start=2)]
    found = humans_of(literature([article(pmid, 2000, "renal stent") for pmid in range(1, 6)], rows))[::3]
    assert found[0] == found[3] != found[1]


@pytest.mark.parametrize(("company", "orcid", "persons"), [(3, None, 1), (2, None, 2), (0, "0000-0001-0000-0001", 1)])
def test_a_changed_surname_is_one_person_when_company_or_orcid_says_so(
    company: int, orcid: str | None, persons: int
) -> None:
    friends = [("Quenlo", "Bo"), ("Mirvo", "Cy"), ("Wobru", "Di")][:company]
    rows = []
    for pmid in range(1, 7):
        rows.append(mention(pmid, 1, "Vrasta" if pmid < 4 else "Pheldo", "Annadora", orcid=orcid))
        rows += [mention(pmid, place, *name) for place, name in enumerate(friends, start=2)]
    found, _ = resolve_persons(**literature([article(pmid, 2000 + pmid, "renal stent") for pmid in range(1, 7)], rows))
    bearers = [row for row in found.to_pylist() if "Annadora Vrasta" in row["variants"] or row["last"] == "Pheldo"]
    assert len(bearers) == persons


def test_twelve_strangers_of_one_name_stay_twelve() -> None:
    words = ["renal stent", "sleep pain", "bone cell", "skin burn", "eye lens", "ear drum", "gut flora", "lung mould"]
    words += ["tooth decay", "hair loss", "joint wear", "nerve block"]
    places = [text.replace(" ", f" Hospital, {chr(96 + pmid) * 5}") for pmid, text in enumerate(words, start=1)]
    rows = [mention(pmid, 1, "Vrasta", "Annadora", affiliations=[places[pmid - 1]]) for pmid in range(1, 13)]
    rows += [mention(pmid, 2, f"Quenlo{chr(96 + pmid)}", "Bo") for pmid in range(1, 13)]
    articles = [article(pmid, 1990 + 2 * pmid, text) for pmid, text in enumerate(words, start=1)]
    persons, _ = resolve_persons(**literature(articles, rows))
    assert sum(row["last"] == "Vrasta" for row in persons.to_pylist()) == 12


def test_a_person_is_described_by_the_fullest_name_and_the_latest_affiliation() -> None:
    rows = [
        mention(1, 1, "Vrasta", "A", affiliations=["Old Hospital, Leeds, UK"]),
        mention(2, 1, "Vrasta", "Ada B", affiliations=["Dept of Pain, Example University, Vienna, Austria"]),
        mention(3, 1, "Vrasta", "Ada"),
    ]
    rows += [mention(pmid, place, *name) for pmid in (1, 2, 3) for place, name in ((2, ("Quenlo", "Bo")),)]
    tables = literature([article(pmid, 2000 + pmid, "renal stent") for pmid in (1, 2, 3)], rows)
    [person] = [row for row in resolve_persons(**tables)[0].to_pylist() if row["last"] == "Vrasta"]
    assert person == {
        "person_id": "p1.1", "name": "Ada B Vrasta", "last": "Vrasta", "initials": "AB",
        "variants": ["A Vrasta", "Ada B Vrasta", "Ada Vrasta"], "orcid": None, "first_year": 2001, "last_year": 2003,
        "papers": 3, "affiliation": "Example University", "kind": "university", "city": "Vienna", "country": "Austria",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("affiliation", "place"),
    [
        (
            "Example University, Dallas, USA; Other University, Tokyo, Japan",
            ("Example University", "Dallas", "United States"),
        ),
        ("Example University, Norway\nOther Hospital, Vienna, Austria", ("Example University", None, "Norway")),
        ("Dept of Pain; Example Hospital; Vienna, Austria", ("Example Hospital", "Vienna", "Austria")),
        ("Dept of Pain, University of Arizona; Tucson, Arizona", ("University of Arizona", "Tucson", "United States")),
    ],
)
def test_city_and_country_are_those_of_the_institution_named(affiliation: str, place: tuple[str | None, ...]) -> None:
    rows = [mention(1, 1, "Vrasta", "Ada", affiliations=affiliation.split("\n"))]
    person = resolve_persons(**literature([article(1)], rows))[0].to_pylist()[0]
    assert (person["affiliation"], person["city"], person["country"]) == place


def test_the_threshold_makes_it_stricter() -> None:
    rows = [mention(pmid, 1, "Vrasta", "A") for pmid in (1, 2)]
    tables = literature([article(1, 2000, "renal"), article(2, 2001, "sleep")], rows)
    easy, strict = (
        resolve_persons(**tables, settings=IdentitySettings(threshold=threshold))[0].num_rows
        for threshold in (0.01, 0.999)
    )
    assert (easy, strict) == (1, 2)


def read_records(*files: Path) -> dict[str, Any]:
    from expertmine.text import read_terms

    records = read(*(file.read_bytes() for file in files))
    tables = {name: getattr(records, name) for name in ("articles", "mentions", "citations")}
    return {**tables, "terms": read_terms(records.articles)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("corpus", "least"),
    [("hormone_therapy", 0.967), ("object_in_context", 0.95), ("environmental_health", 0.97)],
)
def test_real_records_are_told_apart_better_than_by_any_name_key(corpus: str, least: float) -> None:
    if not SHARED.exists():
        pytest.skip(f"no labelled corpora in {SHARED}")
    tables = read_records(SHARED / f"{corpus}.xml.gz")
    _, identities = resolve_persons(**tables)
    truth = pd.read_csv(SHARED / f"{corpus}.orcid.csv")
    scores = evaluate_identity(identities, truth, mentions=tables["mentions"])
    f1 = scores[scores["names"] == "all"].set_index("method")["f1"]
    assert f1["resolved"] >= max(least, *(f1[key] for key in KEYS))


@pytest.mark.slow
def test_in_the_sample_homonyms_stay_apart_and_changed_surnames_together() -> None:
    sample = ROOT / "corpora" / "sample"
    tables = read_records(*sorted(file for file in sample.glob("**/*.xml*") if file.is_file()))
    _, identities = resolve_persons(**tables)
    truth = pd.read_csv(sample / "truth" / "mentions.csv")
    people = pd.read_csv(sample / "truth" / "people.csv")
    found = truth.merge(identities.to_pandas(), on=["pmid", "position"])
    homonyms = found[found["person"].isin(people.loc[people["role"] == "homonym", "person"])]
    assert len(homonyms) == homonyms["person_id"].nunique() == 12
    renamed = people.loc[people["former_name"].notna(), "person"]
    assert Counter(found[found["person"].isin(renamed)].groupby("person")["person_id"].nunique()) == {1: len(renamed)}


def renamed(
    friends: int,
    *,
    orcids: tuple[str | None, str | None] = (None, None),
    names: tuple[str, ...] = ("Vrasta", "Pheldo"),
    years: tuple[int | None, ...] = (2001, 2004),
) -> dict[str, pa.Table]:
    """Return a career under several surnames, three papers each with the same so many others."""
    rows, articles = [], []
    for pmid in range(1, 3 * len(names) + 1):
        part, start = (pmid - 1) // 3, years[(pmid - 1) // 3]
        rows.append(mention(pmid, 1, names[part], "Annadora", orcid=orcids[min(part, 1)]))
        rows += [mention(pmid, at, f"Quenl{chr(95 + at)}{chr(95 + at)}o", "Bo") for at in range(2, friends + 2)]
        articles.append(article(pmid, None if start is None else start + (pmid - 1) % 3, "renal stent"))
    return literature(articles, rows)


def bearers(tables: dict[str, pa.Table], *pairs: tuple[str, str, str]) -> int:
    """Count the persons behind the two surnames."""
    corrections = collect_rulings([read_rulings(write_rulings(pairs, by="T", date=None, after=0), source="mine.csv")])
    _, identities = resolve_persons(**tables, corrections=corrections)
    return len({row["person_id"] for row in identities.to_pylist() if row["position"] == 1})


def test_a_changed_surname_is_not_seen_against_a_ruling_or_two_orcids_or_in_a_crowd() -> None:
    assert bearers(renamed(3)) == bearers(renamed(19)) == 1
    assert bearers(renamed(20)) == 2
    assert bearers(renamed(3, orcids=("0000-0001-0000-0001", "0000-0001-0000-0002"))) == 2
    assert bearers(renamed(3), ("different", "1.1", "4.1")) == 2


def test_a_changed_surname_is_one_only_where_a_career_goes_on_and_no_third_is_in_sight() -> None:
    assert bearers(renamed(3, years=(2001, 2002))) == 1
    assert bearers(renamed(3, years=(2001, 2001))) == 2
    assert bearers(renamed(3, years=(None, 2004))) == 2
    assert bearers(renamed(3, names=("Vrasta", "Pheldo", "Lumbra"), years=(2001, 2004, 2007))) == 3


def test_an_orcid_is_the_same_in_small_letters() -> None:
    orcids = ["0000-0001-0000-000x", "0000-0001-0000-000X"]
    rows = [mention(pmid, 1, "Vrasta", "Ada", orcid=orcid) for pmid, orcid in enumerate(orcids, start=1)]
    assert len(set(humans_of(literature([article(1), article(2)], rows)))) == 1


def test_an_id_stays_with_most_of_those_who_had_it() -> None:
    mentions = read_mentions(*(PLAIN[name] for name in ("mentions", "articles")))
    rows = [{"pmid": pmid, "position": 1, "person_id": "p1.1", "confidence": 1.0} for pmid in (1, 2, 3)]
    ids = name_persons(mentions, np.array([0, 1, 1]), TABLES["identities"].rows(rows))
    assert ids.to_pylist() == ["p1.1-2", "p1.1", "p1.1"]


def test_a_paper_that_prints_a_person_twice_is_one() -> None:
    tables = literature([article(1)], [mention(1, 1, "Vrasta", "Ada"), mention(1, 2, "Vrasta", "Ada")])
    mentions = read_mentions(tables["mentions"], tables["articles"])
    assert describe_persons(mentions, pa.array(["p1.1", "p1.1"]))["papers"].to_pylist() == [1]


def test_a_mention_that_only_a_changed_surname_ties_is_as_sure_as_that_is() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    sure = weigh_memberships(np.array([0, 0, 2]), (nothing, nothing), np.zeros(0))
    assert sure.tolist() == pytest.approx([1 / (1 + np.exp(-CARRIED))] * 2 + [1.0], abs=1e-6)


def test_a_mention_is_as_sure_as_no_other_person_may_be_meant() -> None:
    pair = np.array([0]), np.array([1])
    assert weigh_memberships(np.array([0, 1]), pair, np.zeros(1)).tolist() == [0.5, 0.5]


PLAIN = literature([article(pmid) for pmid in (1, 2, 3)], [mention(pmid, 1, "Vrasta", "Ada") for pmid in (1, 2, 3)])
