"""What a ranking foresaw: scores at a cut-off, from nothing but what was known then, against what came after it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeAlias

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expertmine.answers.rivals import read_rivals
from expertmine.config import Config, check_count
from expertmine.corpus import Corpus
from expertmine.corpus.opened import checked_corpus
from expertmine.errors import ConfigError
from expertmine.evaluate.identity import match_by_mentions
from expertmine.evaluate.measures import area_under_curve, hidden_recall, matched_area, mean_with_bounds
from expertmine.pipeline import run
from expertmine.tables.literature import INVITED
from expertmine.tables.niches import NICHE

if TYPE_CHECKING:
    import pandas as pd

log = logging.getLogger(__name__)

Tables: TypeAlias = Mapping[str, pa.Table]
SOURCES = ("articles", "mentions", "citations")
"""What the literature says of itself. Rulings of people, and of peers, may be later than they say: left out."""
FOREMOST = 0.1
"""Share of a niche's people, those whom others cite most after the cut, who count as built upon."""
RECENT = 5
"""Years of the recent count."""
KEY = ["person_id", "topic_id"]
OUTCOMES = ("role", "cited")


def evaluate_backtest(corpus: Corpus, *, cut: int, k: int = 10, draws: int = 500, seed: int = 0) -> pd.DataFrame:
    """Score people at the end of a year as it could have been done then, and see of whom the years after speak.

    The articles up to the cut, their mentions and the citations among them become a corpus of their own: words, topics,
    persons and scores are found from these alone. Only then the later articles are added; each joins the nearest of the
    niches found before, if it is near enough, and its people are joined with those known.

    Outcomes, of a person in a niche: `role`: first or last on a later guideline, consensus, editorial, review or
    comment of the niche; `cited`: among the tenth of the niche's people whom later papers of the niche by others cite
    most, or cited as often as the last of them (people of one paper tie, and no rule could choose among them).

    Parameters
    ----------
    corpus
        A corpus with articles.
    cut
        The last year that is known.
    k
        Length of the list for hidden recall.
    draws
        Bootstrap samples of the niches, for the 95 % intervals.
    seed
        Of these samples.

    Returns
    -------
    pandas.DataFrame
        One row an outcome and ranking (`expertmine`; `volume`, `recent` and `niche papers`, which count papers;
        `h-index`, `expertscape-like`, `jane-like` as in `read_rivals`): niches (with anybody of whom the outcome
        holds), people (of whom it holds), AUC, matched_AUC (against people of the niche with as many papers in the
        corpus), hidden_recall@k, each the mean over the niches with its `_low` and `_high`.

    Raises
    ------
    ConfigError
        If no article is older, or none is newer than the cut, `k` or `draws` is below 1, or `seed` below 0.
    """
    import pandas as pd

    corpus = checked_corpus(corpus).pinned()
    for name, number in (("k", k), ("draws", draws)):
        check_count(number, name=name, least=1)
    check_count(seed, name="seed")
    tables = corpus.tables(*SOURCES)
    known = past_tables(tables, cut=cut)
    there, whole = known["articles"].num_rows, tables["articles"].num_rows
    if not 0 < there < whole:
        raise ConfigError(f"{there} of {whole} articles are from {cut} or before; expected some before and some after")
    with TemporaryDirectory() as folder:
        past = Corpus(Path(folder) / "corpus")
        _run_on(past, known, _settings(corpus.config, cut=cut))
        people = _rank(past, cut=cut)
        before = past.table("identities")
        _run_on(past, tables, _settings(corpus.config, cut=None), until="contributions")
        people = people.merge(_outcomes(past, people, before, cut=cut), on=KEY)
    rows = [row for outcome in OUTCOMES for row in _compare(people, outcome, k=k, chance=(draws, seed))]
    return pd.DataFrame(rows)


def _compare(people: pd.DataFrame, outcome: str, *, k: int, chance: tuple[int, int]) -> Iterator[dict[str, object]]:
    """Yield a row for each ranking: how well it foresaw an outcome, over the niches in which it holds of anybody."""
    niches = [niche for _, niche in people.groupby("topic_id") if niche[outcome].any()]
    if not niches:
        log.warning("backtest: the outcome '%s' holds of nobody, it is left out", outcome)
        return
    for name in people.columns.drop([*KEY, *OUTCOMES]):
        counts = {"niches": len(niches), "people": int(people[outcome].sum())}
        yield {"outcome": outcome, "ranking": name, **counts, **_means(_measure(niches, outcome, name, k=k), *chance)}


def past_tables(tables: Tables, *, cut: int) -> dict[str, pa.Table]:
    """Return articles, mentions and citations as they stood at the end of a year.

    Left out are later articles, articles without a year, citations by later ones, links to later ones, and that an
    article was retracted, unless its notice was there already.
    """
    articles = tables["articles"].filter(pc.less_equal(tables["articles"]["year"], cut))
    known = articles["pmid"]
    there = set(known.to_pylist())
    rows = [_as_known(row, there) for row in articles.to_pylist()]
    return {
        "articles": pa.Table.from_pylist(rows, schema=articles.schema),
        "mentions": tables["mentions"].filter(pc.is_in(tables["mentions"]["pmid"], value_set=known.combine_chunks())),
        "citations": tables["citations"].filter(
            pc.is_in(tables["citations"]["citing"], value_set=known.combine_chunks())
        ),
    }


def _as_known(article: dict[str, object], there: set[int]) -> dict[str, object]:
    links = [link for link in article["links"] if link["pmid"] in there]  # type: ignore[attr-defined]
    retracted = any(link["type"] == "RetractionIn" for link in links)
    types = [each for each in article["types"] if retracted or each != "Retracted Publication"]  # type: ignore[attr-defined]
    return article | {"links": links, "retracted": retracted, "types": types, "revised": None}


def _settings(config: Config, *, cut: int | None) -> Config:
    """Hold topics once found, and see the past from the cut; what only says how sure a score is is left out."""
    replace = msgspec.structs.replace
    return replace(
        config,
        topics=replace(config.topics, refit_above=1.0, redraws=0),
        contributions=replace(config.contributions, as_of=cut),
        authority=replace(config.authority, as_of=cut, bootstraps=0),
    )


def _run_on(corpus: Corpus, tables: Tables, settings: Config, *, until: str = "authority") -> None:
    with corpus.writing() as draft:
        for name in SOURCES:
            draft.put(name, tables[name], origin="given")
        draft.publish(verb="backtest")
    run(corpus, settings, until=until)


def _rank(past: Corpus, *, cut: int) -> pd.DataFrame:
    """Return everybody in every niche with what each ranking says of them."""
    import pandas as pd

    topics = past.frame("topics")
    niches = topics.loc[topics["layer"] == NICHE, "topic_id"]
    if niches.empty:
        raise ConfigError(f"the articles up to {cut} make no niche; choose a later cut or a larger corpus")
    scores = past.frame("scores")
    people = scores.loc[scores["topic_id"].isin(niches), [*KEY, "score"]].rename(columns={"score": "expertmine"})
    written = past.frame("contributions")
    inside = written.groupby(KEY).size().rename("niche papers").reset_index()
    recent = written[written["year"] > cut - RECENT].drop_duplicates(["person_id", "pmid"]).groupby("person_id").size()
    people = people.merge(inside, on=KEY)
    people["recent"] = people["person_id"].map(recent).fillna(0.0)
    assigned, reader = past.frame("assignments"), read_rivals(past)
    parts = []
    for niche, rows in people.groupby("topic_id"):
        fit = assigned[assigned["topic_id"] == niche].sort_values("pmid").set_index("pmid")["strength"]
        rivals = reader.rank(fit)
        parts.append(rows.assign(**{name: rows["person_id"].map(rival).fillna(0.0) for name, rival in rivals.items()}))
    return pd.concat(parts, ignore_index=True)


def _outcomes(corpus: Corpus, people: pd.DataFrame, before: pa.Table, *, cut: int) -> pd.DataFrame:
    """Say by person and niche of the past what the years after the cut brought."""
    present = corpus.frame("identities").rename(columns={"person_id": "now"})
    now = match_by_mentions(before.to_pandas(), present, of="person_id", to="now")
    asked = people[KEY].assign(now=people["person_id"].map(now))
    written = corpus.frame("contributions")
    later = written[written["year"] > cut]
    types = corpus.frame("articles", ["pmid", "types"]).set_index("pmid")["types"]
    invited = [any(each.startswith(INVITED) for each in types[pmid]) for pmid in later["pmid"]]
    at_the_end = (later["position"] == 1) | (later["position"] == later["n_mentions"])
    roles = set(later.loc[at_the_end & np.array(invited, dtype=bool), KEY].itertuples(index=False, name=None))
    citations = _later_citations(corpus, written, cut)
    places = list(asked[["now", "topic_id"]].itertuples(index=False, name=None))
    asked["role"] = [place in roles for place in places]
    asked["times"] = [citations[place] for place in places]
    asked["cited"] = _foremost(asked)
    return asked[[*KEY, *OUTCOMES]]


def _foremost(asked: pd.DataFrame) -> pd.Series[bool]:
    """Say who is among the tenth of their niche's people who are cited most, or ties with the last of them."""
    times = asked.groupby("topic_id")["times"]
    place = times.rank(method="min", ascending=False)
    return (asked["times"] > 0) & (place <= FOREMOST * times.transform("size"))


def _later_citations(corpus: Corpus, written: pd.DataFrame, cut: int) -> Counter[tuple[str, str]]:
    """Count by person and niche the citations of older papers by later ones of the niche that share no person."""
    teams = written.groupby("pmid")["person_id"].agg(set).to_dict()
    old = written.loc[written["year"] <= cut, [*KEY, "pmid"]].rename(columns={"pmid": "cited"})
    new = written.loc[written["year"] > cut, ["topic_id", "pmid"]].drop_duplicates().rename(columns={"pmid": "citing"})
    found = corpus.frame("citations").merge(new, on="citing").merge(old, on=["cited", "topic_id"])
    strangers = [
        teams[one].isdisjoint(teams[other]) for one, other in zip(found["citing"], found["cited"], strict=True)
    ]
    return Counter(found.loc[strangers, KEY].itertuples(index=False, name=None))


def _measure(niches: list[pd.DataFrame], outcome: str, name: str, *, k: int) -> dict[str, list[float]]:
    """Return each figure of a ranking, niche by niche."""
    figures: dict[str, list[float]] = {"AUC": [], "matched_AUC": [], f"hidden_recall@{k}": []}
    for niche in niches:
        held, score = niche[outcome].to_numpy(bool), niche[name].to_numpy(np.float64)
        volume = niche["volume"].to_numpy(np.float64)
        figures["AUC"].append(area_under_curve(held, score))
        figures["matched_AUC"].append(matched_area(held, score, volume=volume))
        figures[f"hidden_recall@{k}"].append(hidden_recall(held, score, volume=volume, k=k))
    return figures


def _means(figures: Mapping[str, list[float]], draws: int, seed: int) -> dict[str, float]:
    """Return the mean of each figure over the niches, and the 95 % of its bootstrap."""
    told: dict[str, float] = {}
    for name, values in figures.items():
        found = np.array([value for value in values if not np.isnan(value)])
        bounded = mean_with_bounds(found, draws=draws, seed=seed) if len(found) else (np.nan,) * 3
        told |= dict(zip((name, f"{name}_low", f"{name}_high"), bounded, strict=True))
    return told
