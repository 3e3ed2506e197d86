"""Contributions -> evidence -> scores with intervals.

Law of evidence: a score is the sum of its evidence rows. Why, what-if and the component columns are sums over them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from numbers import Integral

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from expertmine.authority.bounds import expanded_percentiles, rank_samples
from expertmine.authority.citations import count_citations
from expertmine.authority.components import COMPONENTS, Copies, Floats, Groups, Whole
from expertmine.authority.marks import MARKS
from expertmine.authority.weights import AHEAD, place_credit, present_year, weigh_contributions
from expertmine.config import AuthoritySettings, checked_section
from expertmine.errors import ConfigError
from expertmine.progress import track
from expertmine.tables import TABLES, Frame
from expertmine.tables.people import ALWAYS, CLUSTERINGS

__all__ = ["COMPONENTS", "measure_slopes", "score_authority"]

log = logging.getLogger(__name__)
SLOPE_YEARS = 5
"""Years that a slope is taken over, if nobody asks for another number."""
SAMPLES_AT_ONCE = 16
"""Bootstrap samples held in memory together."""


@dataclass(frozen=True, slots=True)
class _Grouped:
    """Contributions in group order with the groups' keys and the topic of each group."""

    rows: pa.Table
    groups: Groups
    keys: pa.Table
    topic: Whole
    """(g,) topic number of each group; groups of a topic stand together."""


def score_authority(
    contributions: Frame, articles: Frame, *, citations: Frame, settings: AuthoritySettings = AuthoritySettings()
) -> tuple[pa.Table, pa.Table]:
    """Score every person in every topic, with the points of every paper.

    The score is Σ weight · value / spread over the components: `mass` (log evidence), `depth` (mean of the best
    papers), `lead` (log evidence by place in the list) and `cited` (log citations by others of the topic), and, with
    weights of your own, `years` (log years with papers), `roles` (log evidence of guidelines, reviews, editorials and
    comments), `trials` and `company` (log co-authors, each time anew), each divided by its standard
    deviation among the topic's people so that none rules by its unit: a weighed sum of z-scores, less a constant shared
    by the whole topic.

    Parameters
    ----------
    contributions, articles, citations
        Tables of these names (Arrow or pandas).
    settings
        Components' weights, half-life in years, bootstrap samples, seed.

    Returns
    -------
    evidence : pyarrow.Table
        One row per person, topic, component and paper, points ≥ 0.
    scores : pyarrow.Table
        One row per person and topic: score, 90 % interval from a Poisson bootstrap over papers (Chamandy et al. 2012)
        and the clusterings in which they stay the person's, expanded for few papers (Hesterberg 2015), rank within the
        topic (ties share the best rank) with its interval from the same samples, `tie`, the number of the group of
        people whom the evidence cannot tell apart, one column a component; the components sum to the score.

    Raises
    ------
    ConfigError
        If a weight names no component, or a setting is out of its range.
    """
    settings = checked_section(settings, AuthoritySettings)
    weights, held = _weights(settings), TABLES["articles"].arrow(articles)
    _warn_of_the_present(present_year(held, settings), held["year"].drop_null(), settings)
    grouped = _group(
        TABLES["contributions"].arrow(contributions),
        held,
        citations=TABLES["citations"].arrow(citations),
        settings=settings,
    )
    values = {name: COMPONENTS[name].value(grouped.groups, grouped.groups.once())[:, 0] for name in weights}
    factors = {name: weights[name] / _spread(values[name], grouped.topic) for name in weights}
    columns = {name: values[name] * factors[name] for name in weights}
    score = np.sum([np.zeros(len(grouped.topic)), *columns.values()], axis=0)
    rank = _rank(score, grouped.topic)
    scores = grouped.keys.append_column("score", pa.array(score)).append_column("rank", pa.array(rank))
    bounds = _intervals(grouped, factors, score=score, rank=rank, settings=settings)
    for name, column in {**bounds, **columns}.items():
        scores = scores.append_column(name, pa.array(column))
    order = [("topic_id", "ascending"), ("rank", "ascending"), ("person_id", "ascending")]
    return _evidence(grouped, columns), TABLES["scores"].arrow(scores.sort_by(order))


def measure_slopes(
    contributions: Frame,
    articles: Frame,
    *,
    citations: Frame,
    years: int = SLOPE_YEARS,
    settings: AuthoritySettings = AuthoritySettings(),
) -> pa.Table:
    """Measure how fast every person's authority in every topic grows.

    The score is that of `score_authority` as seen from the end of each of the last years, on one scale (the present
    spread of the topic's people); the slope is that of the least-squares line through them.

    Parameters
    ----------
    contributions, articles, citations, settings
        As for `score_authority`; without bootstrap samples nothing bounds a slope.
    years
        How many years the line goes through, at least 2; those before the first article are left out.

    Returns
    -------
    pyarrow.Table
        person_id, topic_id, slope (score a year), low, high: the 90 % interval, from bootstrap samples over papers each
        of which is the same in all years; unbounded where all articles are of one year.

    Raises
    ------
    ConfigError
        If `years` is below 2 or more than the articles span (5 are always allowed), a weight names no component, or a
        setting is out of its range.
    """
    settings = checked_section(settings, AuthoritySettings)
    if not isinstance(years, Integral) or years < 2:
        raise ConfigError(f"years is {years}, expected 2 or more: a line goes through two points")
    weights, held = _weights(settings), TABLES["articles"].arrow(articles)
    tables = (TABLES["contributions"].arrow(contributions), held)
    cites, present = TABLES["citations"].arrow(citations), present_year(held, settings)
    first = pc.min(held["year"]).as_py()
    span = 1 + present - (first or present)
    if years > max(span, SLOPE_YEARS):
        raise ConfigError(f"years is {years}, but the articles up to {present} span {span}; ask for as many at most")
    years = min(years, max(span, 1)) if first else years  # before the first article nobody can rise from nothing
    lever = np.arange(years) - (years - 1) / 2
    slope, samples, factors = np.zeros(0), np.zeros((0, 1), dtype=np.float32), dict[str, Floats]()
    papers = np.zeros(0, dtype=np.int64)
    for back, pull in enumerate(reversed(lever / (lever @ lever or 1.0))):  # the present first: its scale is everyone's
        seen = msgspec.structs.replace(settings, as_of=present - back)
        grouped = _group(*tables, citations=cites, settings=seen)
        values = {name: COMPONENTS[name].value(grouped.groups, grouped.groups.once())[:, 0] for name in weights}
        if not back:
            factors = {name: weights[name] / _spread(values[name], grouped.topic) for name in weights}
            slope, papers = np.zeros(len(grouped.topic)), grouped.groups.papers
            samples = np.zeros((len(slope), settings.bootstraps), dtype=np.float32)
        slope += pull * np.sum([values[name] * factors[name] for name in weights], axis=0)
        if samples.size and factors:
            samples += np.float32(pull) * _bootstrap(grouped, factors, seen)
    unknown = (np.full(len(slope), -np.inf), np.full(len(slope), np.inf))
    low, high = expanded_percentiles(samples, papers) if samples.size and years > 1 else unknown
    columns = {"slope": slope, "low": np.minimum(low, slope), "high": np.maximum(high, slope)}
    return pa.table({**{name: grouped.keys[name] for name in ("person_id", "topic_id")}, **columns})


def _warn_of_the_present(present: int, years: pa.ChunkedArray, settings: AuthoritySettings) -> None:
    """Warn where the present may be a slip: one in the articles' years, or in `as_of`."""
    first, last = (pc.min_max(years)[end].as_py() for end in ("min", "max"))
    if settings.as_of is None and (last or 0) > present:
        log.warning("the present is %d: the few articles up to %d are far ahead of all others", present, last)
    if settings.as_of is not None and first is not None and present < first:
        told = "authority.as_of is %d, before the first article (%d): what has no year is all that counts"
        log.warning(told, present, first)
    if settings.as_of is not None and last is not None and present >= last + AHEAD:
        log.warning("authority.as_of is %d, the last article is of %d: all count as old", present, last)


def _weights(settings: AuthoritySettings) -> dict[str, float]:
    """Return the weights of the components that count, in the order in which they are added up."""
    return {name: settings.weights[name] for name in COMPONENTS if settings.weights.get(name)}


def _group(
    contributions: pa.Table, articles: pa.Table, *, citations: pa.Table, settings: AuthoritySettings
) -> _Grouped:
    """Sort by topic, person, weight (most first) and paper, and mark where each person begins."""
    weight = weigh_contributions(contributions, articles, settings=settings)
    order = [
        ("topic_id", "ascending"),
        ("person_id", "ascending"),
        ("weight", "descending"),
        ("pmid", "ascending"),
    ]
    rows = contributions.append_column("weight", pa.array(weight)).sort_by(order).combine_chunks()
    cited = count_citations(rows, citations)
    topic = rows["topic_id"].combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
    person = rows["person_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    changes = (np.diff(topic) != 0) | (np.diff(person) != 0)
    starts = np.flatnonzero(np.concatenate(([True], changes))) if len(topic) else np.zeros(0, dtype=np.int64)
    keys = rows.select(["person_id", "topic_id"]).take(pa.array(starts))
    weight_of, credit = rows["weight"].to_numpy(), place_credit(rows)
    marks = {name: read(rows, articles) for name, read in MARKS.items() if settings.weights.get(name)}
    groups = Groups(weight=weight_of, credit=credit, cited=cited, starts=starts, best=settings.best, marks=marks)
    return _Grouped(rows=rows, groups=groups, keys=keys, topic=topic[starts])


def _spread(values: Floats, topic: Whole) -> Floats:
    """Return a component's standard deviation among the people of each group's topic, (g,); 1 where all are equal."""
    if not len(values):
        return np.ones(0)
    count = np.bincount(topic)
    mean = np.bincount(topic, values) / count
    deviation = np.sqrt(np.bincount(topic, (values - mean[topic]) ** 2) / count)
    return np.where(deviation > 1e-9, deviation, 1.0)[topic]


def _rank(score: Floats, topic: Whole) -> Whole:
    """Rank within each topic, 1 the strongest; equal scores (to 12 digits) share the best rank."""
    import pandas as pd

    ranks = pd.Series(np.round(score, 12)).groupby(topic).rank(method="min", ascending=False)
    return np.asarray(ranks, np.int64)


def _intervals(
    grouped: _Grouped, factors: dict[str, Floats], *, score: Floats, rank: Whole, settings: AuthoritySettings
) -> dict[str, Floats | Whole]:
    """Return the 90 % intervals of score and rank, (g,) each, and tie groups; without samples nothing bounds them."""
    last = np.bincount(grouped.topic)[grouped.topic] if len(score) else rank
    if not factors or settings.bootstraps == 0 or not len(score):
        low, high = np.zeros(len(score)), np.full(len(score), np.inf if factors else 0.0)
        best, worst = np.ones_like(rank), last
    else:
        samples, papers = _bootstrap(grouped, factors, settings), grouped.groups.papers
        low, high = (bound.astype(np.float64) for bound in expanded_percentiles(samples, papers))
        rank_samples(samples, grouped.topic)
        best, worst = (bound.astype(np.int64) for bound in expanded_percentiles(samples, papers))
    best, worst = np.minimum(best, rank), np.maximum(worst, rank)
    bounds = {"low": np.minimum(low, score), "high": np.maximum(high, score), "rank_low": best, "rank_high": worst}
    return bounds | {"tie": _tie_groups(grouped.topic, rank, best)}


def _tie_groups(topic: Whole, rank: Whole, best: Whole) -> Whole:
    """Give people whom the evidence cannot tell apart one number, (g,), 1 the foremost of a topic.

    From the first rank down, somebody joins the group if the interval of their rank reaches its first rank.
    """
    groups = np.empty(len(rank), dtype=np.int64)
    of, first, number = -1, 0, 0
    order = np.lexsort((rank, topic))
    for at, where, place, reached in zip(order, topic[order], rank[order], best[order], strict=True):
        if where != of:
            of, first, number = where, place, 1
        elif reached > first and place > first:
            first, number = place, number + 1
        groups[at] = number
    return groups


def _bootstrap(grouped: _Grouped, factors: dict[str, Floats], settings: AuthoritySettings) -> NDArray[np.float32]:
    """Score every person and topic in each bootstrap sample over papers, (g, b)."""
    batches = [
        sum(COMPONENTS[name].value(grouped.groups, copies) * factor[:, None] for name, factor in factors.items())
        for copies in _resamples(grouped.rows, settings=settings)
    ]
    return np.concatenate(batches, axis=1, dtype=np.float32)


def _resamples(rows: pa.Table, *, settings: AuthoritySettings) -> Iterator[Copies]:
    """Yield how often each contribution counts, (n, b); a paper counts equally for all its people and topics.

    Where a sample's clustering puts somebody else behind it, a contribution counts nothing.
    """
    paper = pc.rank(rows["pmid"], tiebreaker="dense").to_numpy().astype(np.int64) - 1
    stays = pc.fill_null(rows["stays"], ALWAYS).to_numpy()[:, None]
    random = np.random.default_rng(settings.seed)
    begins = range(0, settings.bootstraps, SAMPLES_AT_ONCE)
    for begin in track(begins, "bootstrap", len(begins)):
        samples = min(SAMPLES_AT_ONCE, settings.bootstraps - begin)
        copies = random.poisson(1.0, size=(int(paper.max()) + 1, samples)).astype(np.int32)[paper]
        clustering = np.arange(begin, begin + samples, dtype=np.uint64) % np.uint64(CLUSTERINGS)
        yield copies * (stays >> clustering & np.uint64(1)).astype(np.int32)


def _evidence(grouped: _Grouped, columns: dict[str, Floats]) -> pa.Table:
    """Allot each component's value to the papers it came from; papers that add nothing have no row."""
    parts = []
    keys = grouped.rows.select(["person_id", "topic_id", "pmid"])
    for name, column in columns.items():
        points = COMPONENTS[name].shares(grouped.groups) * np.repeat(column, grouped.groups.sizes)
        table = keys.append_column("component", pa.array([name] * len(points), pa.string()))
        table = table.append_column("points", pa.array(points))
        parts.append(table.filter(pa.array(points > 0)))
    table = pa.concat_tables(parts).select(TABLES["evidence"].schema.names) if parts else TABLES["evidence"].empty()
    order = [(name, "ascending") for name in ("topic_id", "person_id", "component", "pmid")]
    return TABLES["evidence"].arrow(table.sort_by(order))
