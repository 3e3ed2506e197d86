"""How fast authority grows."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings

from expertmine import authority, rising
from expertmine.authority import COMPONENTS, measure_slopes, score_authority
from expertmine.config import AuthoritySettings
from expertmine.corpus import Corpus
from expertmine.errors import ConfigError
from expertmine.tables import TABLES
from tests.authority.test_score_authority import CITATIONS, article, contributions

QUICK = AuthoritySettings(as_of=2020, bootstraps=20)
NOBODY = TABLES["citations"].empty()


def articles_of(contributions: pa.Table, *, since: int = 1990) -> pa.Table:
    """Return the articles, and one of the year in which the corpus begins."""
    pmids = sorted(set(contributions["pmid"].to_pylist()))
    return TABLES["articles"].rows([article(999_999, year=since), *map(article, pmids)])


def written(papers: dict[str, list[int]]) -> pa.Table:
    row = {"topic_id": "t", "position": 1, "n_mentions": 1, "strength": 1.0}
    return TABLES["contributions"].rows(
        {**row, "person_id": who, "pmid": 1000 * at + nth, "year": year}
        for at, (who, years) in enumerate(sorted(papers.items())) for nth, year in enumerate(years)
    )  # fmt: skip


@given(contributions())
@settings(max_examples=6)
def test_the_slope_is_that_of_the_line_through_the_scores_seen_from_each_year(table: pa.Table) -> None:
    """Oracle: each year scored by itself, brought to the present's scale, and a line fitted."""
    told = measure_slopes(table, articles_of(table), citations=CITATIONS, years=3, settings=QUICK).to_pylist()
    scales = {year: _spreads(table, year) for year in range(2018, 2021)}
    seen: dict[tuple[str, str], list[float]] = {(row["person_id"], row["topic_id"]): [] for row in told}
    for year, spreads in scales.items():
        now = AuthoritySettings(as_of=year, bootstraps=0)
        for row in score_authority(table, articles_of(table), citations=CITATIONS, settings=now)[1].to_pylist():
            topic = row["topic_id"]
            parts = [row[name] * spreads[name, topic] / scales[2020][name, topic] for name in QUICK.weights]
            seen[row["person_id"], topic].append(sum(parts))
    for row in told:
        line = np.polyfit(range(3), seen[row["person_id"], row["topic_id"]], 1)[0]
        assert row["slope"] == pytest.approx(line, abs=1e-9)
        assert row["low"] <= row["slope"] <= row["high"]


def _spreads(table: pa.Table, year: int) -> dict[tuple[str, str], float]:
    """Return the spread of each component in each topic as seen from a year."""
    seen = AuthoritySettings(as_of=year)
    grouped = authority._group(table, articles_of(table), citations=CITATIONS, settings=seen)
    topics, found = grouped.keys["topic_id"].to_pylist(), dict[tuple[str, str], float]()
    for name in QUICK.weights:
        values = COMPONENTS[name].value(grouped.groups, grouped.groups.once())[:, 0]
        spread = authority._spread(values, grouped.topic).tolist()
        found |= {(name, topic): value for topic, value in zip(topics, spread, strict=True)}
    return found


def test_who_publishes_now_rises_surely_and_who_stopped_falls() -> None:
    table = written(
        {
            "now": [year for year in range(2014, 2021) for _ in range(4)],
            "then": list(range(2000, 2008)),
            "never": [1990],
        }
    )
    settings_now = AuthoritySettings(as_of=2020, bootstraps=200)
    rows = measure_slopes(table, articles_of(table), citations=NOBODY, settings=settings_now).to_pylist()
    told = {row["person_id"]: row for row in rows}
    assert told["now"]["low"] > 0
    assert told["then"]["slope"] < 0
    assert told["then"]["high"] <= 0 + 1e-6


def test_nobody_rises_in_articles_of_one_year() -> None:
    table = written({"a": [2020] * 6, "b": [2020]})
    rows = measure_slopes(table, articles_of(table, since=2020), citations=NOBODY, settings=QUICK).to_pylist()
    assert {(row["slope"], row["low"], row["high"]) for row in rows} == {(0.0, -np.inf, np.inf)}


def test_years_before_the_first_article_are_no_years_without_authority() -> None:
    table = written({"a": [2018, 2019, 2019, 2020, 2020, 2020], "b": [2018]})
    told = [
        measure_slopes(table, articles_of(table, since=2018), citations=NOBODY, years=years, settings=QUICK).to_pylist()
        for years in (3, 5)
    ]
    assert told[0] == told[1]


def test_one_year_makes_no_line() -> None:
    table = written({"a": [2019]})
    with pytest.raises(ConfigError, match="years is 1, expected 2 or more"):
        measure_slopes(table, articles_of(table), citations=NOBODY, years=1)


def test_those_listed_first_rise_most_surely_in_the_niche_asked_for(sample: Corpus) -> None:
    every = rising(sample, top=0)
    assert every["low"].is_monotonic_decreasing
    assert (every["rising"] == (every["low"] > 0)).all()
    topic = every["topic_id"].iloc[0]
    own = rising(sample, topic, top=0)
    expected = every[every["topic_id"] == topic].reset_index(drop=True)
    assert own.equals(expected)


def test_papers_that_weigh_nothing_bound_no_slope() -> None:
    row = {"person_id": "a", "topic_id": "t", "position": 1, "n_mentions": 1, "strength": 1.0}
    two = [{**row, "pmid": pmid, "year": 2018 + pmid} for pmid in (1, 2)]
    void = [{**row, "pmid": pmid, "year": 2019, "strength": 0.0} for pmid in range(3, 40)]
    elsewhere = [each | {"strength": 1.0, "topic_id": "u"} for each in void]  # the same papers are drawn
    told, alone = (
        measure_slopes(table, articles_of(table), citations=NOBODY, settings=AuthoritySettings(as_of=2020)).to_pylist()[
            0
        ]
        for table in (TABLES["contributions"].rows(two + more) for more in (void, elsewhere))
    )
    assert (told["low"], told["high"]) == (alone["low"], alone["high"])


def test_slopes_are_taken_over_the_years_asked_for_by_the_settings_of_the_run(sample: Corpus) -> None:
    tables = sample.tables("contributions", "articles", "citations", "topics")
    area = pc.field("topic_id") == "area"
    told = measure_slopes(
        tables["contributions"].filter(area),
        tables["articles"],
        citations=tables["citations"],
        years=3,
        settings=sample.config.authority,
    ).to_pylist()
    found = rising(sample, "area", years=3, top=0).to_dict("records")
    assert {row["person_id"]: (row["slope"], row["low"]) for row in found} == {
        row["person_id"]: (row["slope"], row["low"]) for row in told
    }
    assert found


def test_no_slope_is_taken_over_more_years_than_there_are_articles_of(sample: Corpus) -> None:
    years = sample.frame("articles")["year"].dropna()
    span = int(years.max() - years.min()) + 1
    with pytest.raises(
        ConfigError, match=rf"years is {span + 1}, but the articles up to \d+ span {span}; ask for as many"
    ):
        rising(sample, "area", years=span + 1)
    young = written({"a": [2020]})
    assert measure_slopes(young, articles_of(young), citations=NOBODY, settings=QUICK).num_rows == 1
