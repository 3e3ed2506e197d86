"""Scores are sums of evidence, whatever the contributions."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expertmine.authority import COMPONENTS, score_authority
from expertmine.authority.marks import new_years
from expertmine.authority.weights import present_year
from expertmine.config import AuthoritySettings
from expertmine.errors import ConfigError
from expertmine.tables import TABLES

QUICK = AuthoritySettings(as_of=2020, bootstraps=8, weights=dict.fromkeys(COMPONENTS, 0.5))
TYPES: tuple[list[str], ...] = (
    [],
    ["Review"],
    ["Randomized Controlled Trial", "Comment"],
    ["Journal Article"],
    ["Practice Guideline"],
)
CITATIONS = TABLES["citations"].rows(
    {"citing": citing, "cited": cited} for citing in range(1, 13) for cited in (1, 2, 5, 7) if citing != cited
)


def article(pmid: int, **columns: object) -> dict[str, object]:
    given = {"pmid": pmid, "year": 2020, "title": "t", "abstract": "", "journal": "", "types": [], "mesh": []}
    rest = {"keywords": [], "languages": [], "retracted": False, "kind": "article", "version": 1, "links": []}
    return {**given, **rest, **columns}


def articles_of(contributions: pa.Table, *, retracted: frozenset[int] = frozenset()) -> pa.Table:
    pmids = sorted(set(contributions["pmid"].to_pylist()))
    return TABLES["articles"].rows(
        article(pmid, retracted=pmid in retracted, types=list(TYPES[pmid % 5])) for pmid in pmids
    )


@st.composite
def contributions(draw: st.DrawFn) -> pa.Table:
    """Papers with their year, length of list and fitness to each topic, and who stands where on them."""
    years = draw(st.lists(st.none() | st.integers(1990, 2024), min_size=12, max_size=12))
    lengths = draw(st.lists(st.integers(1, 6), min_size=12, max_size=12))
    strengths = draw(st.lists(st.floats(0.01, 1.0), min_size=24, max_size=24))
    keys = st.tuples(st.sampled_from("abcde"), st.sampled_from("tu"), st.integers(1, 12))
    return TABLES["contributions"].rows(
        {
            "person_id": person,
            "topic_id": topic,
            "pmid": pmid,
            "year": years[pmid - 1],
            "position": draw(st.integers(1, lengths[pmid - 1])),
            "n_mentions": lengths[pmid - 1],
            "strength": strengths[pmid - 1 + 12 * "tu".index(topic)],
        }
        for person, topic, pmid in sorted(draw(st.sets(keys, max_size=40)))
    )


@given(contributions())
@settings(max_examples=40)
def test_a_score_is_the_sum_of_its_evidence_and_of_its_columns(table: pa.Table) -> None:
    evidence, scores = score_authority(table, articles_of(table), citations=CITATIONS, settings=QUICK)
    sums = evidence.to_pandas().groupby(["person_id", "topic_id"])["points"].sum()
    for row in scores.to_pylist():
        assert row["score"] == pytest.approx(sums.get((row["person_id"], row["topic_id"]), 0.0))
        assert row["score"] == pytest.approx(sum(row[name] for name in COMPONENTS))
    assert all(points > 0 for points in evidence["points"].to_pylist())


@given(contributions(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_row_order_changes_no_byte(table: pa.Table, random: object) -> None:
    order = list(range(table.num_rows))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = table.take(pa.array(order, pa.int64()))
    for one, other in zip(
        score_authority(table, articles_of(table), citations=CITATIONS, settings=QUICK),
        score_authority(shuffled, articles_of(table), citations=CITATIONS, settings=QUICK),
        strict=True,
    ):
        assert one.equals(other)


@given(contributions())
@settings(max_examples=40)
def test_ranks_and_intervals_hold_the_score(table: pa.Table) -> None:
    scores = score_authority(table, articles_of(table), citations=CITATIONS, settings=QUICK)[1].to_pandas()
    assert (scores["low"] <= scores["score"]).all()
    assert (scores["score"] <= scores["high"]).all()
    expected = (
        scores.assign(score=scores["score"].round(12)).groupby("topic_id")["score"].rank(method="min", ascending=False)
    )
    assert (scores["rank"] == expected).all()
    assert (scores["rank_low"] <= scores["rank"]).all()
    assert (scores["rank"] <= scores["rank_high"]).all()
    assert (scores["rank_low"] >= 1).all()
    assert (scores["rank_high"] <= scores.groupby("topic_id")["rank"].transform("size")).all()


@given(contributions())
@settings(max_examples=40)
def test_a_tie_group_is_who_may_be_as_good_as_its_first(table: pa.Table) -> None:
    rows = score_authority(table, articles_of(table), citations=CITATIONS, settings=QUICK)[1].to_pandas()
    for _, topic in rows.groupby("topic_id"):
        first = topic.groupby("tie")["rank"].min()
        assert sorted(first.index) == list(range(1, len(first) + 1))
        assert first.is_monotonic_increasing
        for row in topic.to_dict("records"):
            own = first[row["tie"]]
            assert row["rank"] == own or row["rank_low"] <= own
            assert row["tie"] == 1 or own > first[row["tie"] - 1]


def test_who_is_far_ahead_shares_a_group_with_nobody_and_equals_share_one() -> None:
    pmids = {"a": range(1, 41), "b": range(41, 46), "c": range(46, 51)}
    paper = {"topic_id": "t", "year": 2015, "position": 1, "n_mentions": 1, "strength": 1.0}
    table = TABLES["contributions"].rows(
        {**paper, "person_id": who, "pmid": p} for who, own in pmids.items() for p in own
    )
    settings = AuthoritySettings(as_of=2020, bootstraps=100, weights={"mass": 1.0})
    scores = score_authority(table, articles_of(table), citations=CITATIONS, settings=settings)[1].to_pylist()
    told = {row["person_id"]: (row["rank"], row["rank_low"], row["tie"]) for row in scores}
    assert told == {"a": (1, 1, 1), "b": (2, 2, 2), "c": (2, 2, 2)}


def with_stays(table: pa.Table, bits: list[int]) -> pa.Table:
    column = table.column_names.index("stays")
    return table.set_column(column, table.schema.field(column), pa.array(bits, pa.uint64()))


@given(contributions(), st.data())
@settings(max_examples=40)
def test_papers_that_may_not_be_the_persons_lower_both_bounds_or_neither_and_never_the_score(
    table: pa.Table, data: st.DataObject
) -> None:
    bits = data.draw(st.lists(st.integers(0, 2**64 - 1), min_size=table.num_rows, max_size=table.num_rows))
    settings = AuthoritySettings(as_of=2020, bootstraps=80)

    def scores_of(table: pa.Table) -> pa.Table:
        return score_authority(table, articles_of(table), citations=CITATIONS, settings=settings)[1]

    sure, doubtful = scores_of(table), scores_of(with_stays(table, bits))
    assert sure.equals(scores_of(with_stays(table, [2**64 - 1] * table.num_rows)))
    drawn = ["low", "high", "rank_low", "rank_high", "tie"]
    assert sure.drop_columns(drawn).equals(doubtful.drop_columns(drawn))
    for bound in ("low", "high"):
        assert all(a >= b for a, b in zip(sure[bound].to_pylist(), doubtful[bound].to_pylist(), strict=True))


def test_a_person_of_two_halves_that_may_be_two_people_has_the_wider_interval() -> None:
    """Every other clustering takes half of the papers away. (Of one or two papers the lower bound is 0 anyway.)"""
    pmids = [10 * person + paper for person in range(1, 7) for paper in range(2 + person)]
    paper = {"topic_id": "t", "year": 2015, "position": 1, "n_mentions": 2, "strength": 1.0}
    table = TABLES["contributions"].rows({**paper, "person_id": f"p{pmid // 10}", "pmid": pmid} for pmid in pmids)
    bits = [0x5555555555555555 if pmid % 2 else 2**64 - 1 for pmid in pmids]
    settings = AuthoritySettings(as_of=2020, bootstraps=200)
    widths = []
    for each in (table, with_stays(table, bits)):
        scores = score_authority(each, articles_of(each), citations=CITATIONS, settings=settings)[1].to_pandas()
        widths.append((scores["high"] - scores["low"]).mean())
    assert widths[1] > 1.05 * widths[0]


@given(contributions())
@settings(max_examples=40)
def test_the_values_are_those_of_a_plain_loop(table: pa.Table) -> None:
    """Oracle: each component worked out person by person, without vectors."""
    scores = score_authority(table, articles_of(table), citations=CITATIONS, settings=QUICK)[1].to_pylist()
    values: dict[tuple[str, str], dict[str, float]] = {}
    for key in {(row["person_id"], row["topic_id"]) for row in table.to_pylist()}:
        mine = [row for row in table.to_pylist() if (row["person_id"], row["topic_id"]) == key]
        weights = [weight_of(row) for row in mine]
        credits = [1 / min(row["position"], row["n_mentions"] - row["position"] + 1) for row in mine]
        values[key] = {
            "mass": np.log1p(sum(weights)),
            "depth": sum(sorted(weights, reverse=True)[:3]) / 3,
            "lead": np.log1p(sum(w * c for w, c in zip(weights, credits, strict=True))),
            "cited": np.log1p(
                sum(w * c * citations_of(row, table) for w, c, row in zip(weights, credits, mine, strict=True))
            ),
            "years": np.log1p(len({row["year"] for row in mine if row["year"] is not None and row["year"] <= 2020})),
            "roles": np.log1p(sum(w for w, row in zip(weights, mine, strict=True) if row["pmid"] % 5 in (1, 2, 4))),
            "trials": np.log1p(sum(w for w, row in zip(weights, mine, strict=True) if row["pmid"] % 5 == 2)),
            "company": np.log1p(sum(w * (row["n_mentions"] - 1) for w, row in zip(weights, mine, strict=True))),
        }
    for row in scores:
        peers = [value for (_, topic), value in values.items() if topic == row["topic_id"]]
        for name, weight in QUICK.weights.items():
            spread = float(np.std([value[name] for value in peers]))
            mine_value = values[row["person_id"], row["topic_id"]][name]
            assert row[name] == pytest.approx(weight * mine_value / (spread if spread > 1e-9 else 1.0))


def citations_of(paper: dict[str, object], table: pa.Table) -> float:
    rows = table.to_pylist()
    writers = {row["person_id"] for row in rows if row["pmid"] == paper["pmid"]}
    strength: dict[int, set[float]] = {}
    for row in rows:
        if row["topic_id"] == paper["topic_id"] and (row["year"] or 2020) <= 2020:
            strength.setdefault(row["pmid"], set()).add(row["strength"])
    if paper["pmid"] not in strength:
        return 0.0
    total = 0.0
    for citation in CITATIONS.to_pylist():
        others = {row["person_id"] for row in rows if row["pmid"] == citation["citing"]}
        if citation["cited"] == paper["pmid"] and not writers & others:
            total += sum(strength.get(citation["citing"], ()))
    return total


def weight_of(row: dict[str, object]) -> float:
    year = row["year"]
    if year is None:
        return float(row["strength"]) / 2  # type: ignore[arg-type]
    age = 2020 - int(year)  # type: ignore[call-overload]
    return 0.0 if age < 0 else float(row["strength"]) * 2 ** (-age / QUICK.half_life)  # type: ignore[arg-type]


def one_paper_each(*years: int | None) -> pa.Table:
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
    _, scores = score_authority(
        table, articles_of(table, retracted=frozenset({1})), citations=CITATIONS, settings=QUICK
    )
    by_person = {row["person_id"]: row["score"] for row in scores.to_pylist()}
    assert by_person["p0"] > 0
    assert by_person["p1"] == by_person["p2"] == 0


def test_without_as_of_the_corpus_last_year_is_the_present() -> None:
    table = one_paper_each(2020, 2005)
    settings = AuthoritySettings(bootstraps=0, half_life=15.0, weights={"depth": 1.0})
    _, scores = score_authority(table, articles_of(table), citations=CITATIONS, settings=settings)
    by_person = {row["person_id"]: row["score"] for row in scores.to_pylist()}
    assert by_person["p0"] == pytest.approx(2 * by_person["p1"])


def test_a_lone_year_far_ahead_of_all_others_is_not_the_present() -> None:
    settings = AuthoritySettings(bootstraps=0)
    for years, present in (
        ([*range(1990, 2020)] * 4 + [2099], 2019),
        ([*range(1990, 2020)] * 4 + [2028], 2028),
        ([1990, 2005, 2020], 2020),
        ([], 0),
    ):
        assert present_year(pa.table({"year": pa.array(years, pa.int64())}), settings) == present


def test_an_unknown_component_is_refused_with_the_known_ones() -> None:
    table = one_paper_each(2020)
    with pytest.raises(ConfigError, match=r"no component is called 'deph'; did you mean 'depth'"):
        score_authority(
            table, articles_of(table), citations=CITATIONS, settings=AuthoritySettings(weights={"deph": 1.0})
        )


def test_no_contributions_give_empty_tables() -> None:
    empty = TABLES["contributions"].empty()
    evidence, scores = score_authority(empty, TABLES["articles"].empty(), citations=CITATIONS)
    assert evidence.num_rows == scores.num_rows == 0


@pytest.mark.parametrize("weights", [{}, {"mass": 0.0}])
def test_without_weights_everybody_scores_nothing(weights: dict[str, float]) -> None:
    table = one_paper_each(2018, 2019)
    settings = AuthoritySettings(weights=weights, bootstraps=4)
    evidence, scores = score_authority(
        table, articles_of(table), citations=TABLES["citations"].empty(), settings=settings
    )
    assert evidence.num_rows == 0
    assert scores.select(["score", "low", "high"]).to_pylist() == [{"score": 0.0, "low": 0.0, "high": 0.0}] * 2


def test_a_citation_by_a_retracted_paper_counts_nothing() -> None:
    table = one_paper_each(2018, 2019)
    first, second = table["pmid"].to_pylist()
    citations = TABLES["citations"].rows([{"citing": second, "cited": first}])
    settings = AuthoritySettings(weights={"cited": 1.0}, bootstraps=0)
    for retracted, most in ((frozenset[int](), 1.0), (frozenset({second}), 0.0)):
        articles = articles_of(table, retracted=retracted)
        scores = score_authority(table, articles, citations=citations, settings=settings)[1]
        assert (max(scores["score"].to_pylist()) > 0) == (most > 0)


def test_the_order_and_the_pieces_in_which_citations_come_change_no_digit() -> None:
    rng = np.random.default_rng(0)
    row = {"topic_id": "t", "year": 2020, "position": 1, "n_mentions": 1}
    table = TABLES["contributions"].rows(
        {**row, "person_id": f"p{pmid:03}", "pmid": pmid, "strength": float(rng.random())} for pmid in range(1, 400)
    )
    citations = TABLES["citations"].rows(
        {"citing": citing, "cited": cited} for citing in range(20, 400) for cited in range(1, 20)
    )
    mixed = citations.take(pa.array(rng.permutation(citations.num_rows)))
    pieces = pa.concat_tables([citations.slice(0, 1000), citations.slice(1000, 5), citations.slice(1005)])
    settings = AuthoritySettings(bootstraps=0)
    one, *others = (
        score_authority(table, articles_of(table), citations=each, settings=settings)
        for each in (citations, mixed, pieces)
    )
    for other in others:
        assert one[0].equals(other[0])
        assert one[1].equals(other[1])


def test_before_all_years_only_what_has_none_counts_and_this_is_told(caplog: pytest.LogCaptureFixture) -> None:
    table = one_paper_each(2018, None)
    articles = TABLES["articles"].rows(
        article(pmid, year=year) for pmid, year in zip(table["pmid"].to_pylist(), (2018, None), strict=True)
    )
    settings = AuthoritySettings(as_of=1980, bootstraps=0)
    scores = score_authority(table, articles, citations=CITATIONS, settings=settings)[1]
    assert sorted(score > 0 for score in scores["score"].to_pylist()) == [False, True]
    assert "before the first article (2018): what has no year is all that counts" in caplog.text


def test_papers_that_weigh_nothing_make_no_interval_narrower() -> None:
    row = {"person_id": "a", "topic_id": "t", "year": 2020, "position": 1, "n_mentions": 1, "strength": 1.0}
    two = [{**row, "pmid": pmid} for pmid in (1, 2)]
    void = [{**row, "pmid": pmid, "strength": 0.0} for pmid in range(3, 40)]
    elsewhere = [{**row, "pmid": pmid, "topic_id": "u"} for pmid in range(3, 40)]  # the same papers are drawn
    settings = AuthoritySettings(bootstraps=200, as_of=2020)
    told, alone = (
        score_authority(table, articles_of(table), citations=CITATIONS, settings=settings)[1].to_pylist()[0]
        for table in (TABLES["contributions"].rows(two + more) for more in (void, elsewhere))
    )
    assert (told["low"], told["high"]) == (alone["low"], alone["high"])


def test_a_year_counts_once_whatever_papers_of_no_weight_stand_in_it() -> None:
    years = pa.array([2020, 2020, 2020, 2021, None], pa.int64())
    rows = pa.table({"topic_id": ["t"] * 5, "person_id": ["a"] * 5, "year": years, "weight": [1.0, 0.5, 0.0, 1.0, 1.0]})
    assert new_years(rows, pa.table({})).tolist() == [0.5, 0.5, 0.5, 1.0, 0.0]
