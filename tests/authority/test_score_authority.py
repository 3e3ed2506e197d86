"""Scores are sums of evidence, whatever the contributions."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.authority import COMPONENTS, score_authority
from expertmine.config import AuthoritySettings
from expertmine.errors import ConfigError
from expertmine.tables import TABLES

QUICK = AuthoritySettings(as_of=2020, bootstraps=8)


def article(pmid: int, **columns: object) -> dict[str, object]:
    given = {"pmid": pmid, "year": 2020, "title": "t", "abstract": "", "journal": "", "types": [], "mesh": []}
    rest = {"keywords": [], "languages": [], "retracted": False, "kind": "article", "version": 1, "links": []}
    return {**given, **rest, **columns}


def articles_of(contributions: pa.Table, *, retracted: frozenset[int] = frozenset()) -> pa.Table:
    pmids = sorted(set(contributions["pmid"].to_pylist()))
    return TABLES["articles"].rows(article(pmid, retracted=pmid in retracted) for pmid in pmids)


@st.composite
def contributions(draw: st.DrawFn) -> pa.Table:
    keys = st.tuples(st.sampled_from("abcde"), st.sampled_from("tu"), st.integers(1, 12))
    rows = []
    for person, topic, pmid in sorted(draw(st.sets(keys, max_size=40))):
        n_mentions = draw(st.integers(1, 6))
        rows.append(
            {
                "person_id": person,
                "topic_id": topic,
                "pmid": pmid,
                "year": draw(st.none() | st.integers(1990, 2024)),
                "position": draw(st.integers(1, n_mentions)),
                "n_mentions": n_mentions,
                "strength": draw(st.floats(0.01, 1.0)),
            }
        )
    return TABLES["contributions"].rows(rows)


@given(contributions())
def test_a_score_is_the_sum_of_its_evidence_and_of_its_columns(table: pa.Table) -> None:
    evidence, scores = score_authority(table, articles_of(table), settings=QUICK)
    sums = evidence.to_pandas().groupby(["person_id", "topic_id"])["points"].sum()
    for row in scores.to_pylist():
        assert row["score"] == pytest.approx(sums.get((row["person_id"], row["topic_id"]), 0.0))
        assert row["score"] == pytest.approx(sum(row[name] for name in COMPONENTS))
    assert all(points > 0 for points in evidence["points"].to_pylist())


@given(contributions(), st.randoms(use_true_random=False))
def test_row_order_changes_no_byte(table: pa.Table, random: object) -> None:
    order = list(range(table.num_rows))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = table.take(pa.array(order, pa.int64()))
    for one, other in zip(
        score_authority(table, articles_of(table), settings=QUICK),
        score_authority(shuffled, articles_of(table), settings=QUICK),
        strict=True,
    ):
        assert one.equals(other)


@given(contributions())
def test_ranks_and_intervals_hold_the_score(table: pa.Table) -> None:
    scores = score_authority(table, articles_of(table), settings=QUICK)[1].to_pandas()
    assert (scores["low"] <= scores["score"]).all()
    assert (scores["score"] <= scores["high"]).all()
    expected = (
        scores.assign(score=scores["score"].round(12)).groupby("topic_id")["score"].rank(method="min", ascending=False)
    )
    assert (scores["rank"] == expected).all()


@given(contributions())
def test_the_values_are_those_of_a_plain_loop(table: pa.Table) -> None:
    """Oracle: each component worked out person by person, without vectors."""
    scores = score_authority(table, articles_of(table), settings=QUICK)[1].to_pylist()
    values: dict[tuple[str, str], dict[str, float]] = {}
    for key in {(row["person_id"], row["topic_id"]) for row in table.to_pylist()}:
        mine = [row for row in table.to_pylist() if (row["person_id"], row["topic_id"]) == key]
        weights = [weight_of(row) for row in mine]
        credits = [1 / min(row["position"], row["n_mentions"] - row["position"] + 1) for row in mine]
        values[key] = {
            "mass": np.log1p(sum(weights)),
            "depth": sum(sorted(weights, reverse=True)[:3]) / 3,
            "lead": np.log1p(sum(w * c for w, c in zip(weights, credits, strict=True))),
        }
    for row in scores:
        peers = [value for (_, topic), value in values.items() if topic == row["topic_id"]]
        for name, weight in QUICK.weights.items():
            spread = float(np.std([value[name] for value in peers]))
            mine_value = values[row["person_id"], row["topic_id"]][name]
            assert row[name] == pytest.approx(weight * mine_value / (spread if spread > 1e-9 else 1.0))


def weight_of(row: dict[str, object]) -> float:
    year = row["year"]
    if year is None:
        return float(row["strength"]) / 2  # type: ignore[arg-type]
    age = 2020 - int(year)  # type: ignore[call-overload]
    return 0.0 if age < 0 else float(row["strength"]) * 2 ** (-age / QUICK.half_life)  # type: ignore[arg-type]


def one_paper_each(*years: int) -> pa.Table:
    return TABLES["contributions"].rows(
        {
            "person_id": f"p{n}",
            "topic_id": "t",
            "pmid": n,
            "year": year,
            "position": 1,
            "n_mentions": 1,
            "strength": 1.0,
        }
        for n, year in enumerate(years)
    )


def test_a_retracted_paper_and_a_future_paper_count_nothing() -> None:
    table = one_paper_each(2019, 2019, 2021)
    _, scores = score_authority(table, articles_of(table, retracted=frozenset({1})), settings=QUICK)
    by_person = {row["person_id"]: row["score"] for row in scores.to_pylist()}
    assert by_person["p0"] > 0
    assert by_person["p1"] == by_person["p2"] == 0


def test_without_as_of_the_corpus_last_year_is_the_present() -> None:
    table = one_paper_each(2020, 2005)
    settings = AuthoritySettings(bootstraps=0, half_life=15.0, weights={"depth": 1.0})
    _, scores = score_authority(table, articles_of(table), settings=settings)
    by_person = {row["person_id"]: row["score"] for row in scores.to_pylist()}
    assert by_person["p0"] == pytest.approx(2 * by_person["p1"])


def test_an_unknown_component_is_refused_with_the_known_ones() -> None:
    table = one_paper_each(2020)
    with pytest.raises(ConfigError, match=r"no component is called 'deph'; did you mean 'depth'"):
        score_authority(table, articles_of(table), settings=AuthoritySettings(weights={"deph": 1.0}))


def test_no_contributions_give_empty_tables() -> None:
    empty = TABLES["contributions"].empty()
    evidence, scores = score_authority(empty, TABLES["articles"].empty())
    assert evidence.num_rows == scores.num_rows == 0
