"""How special somebody is to a niche: location quotients with their bound, and the test against chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from expertmine.portable import few_digits

if TYPE_CHECKING:
    import pandas as pd

    from expertmine.config import InfluenceSettings

Floats: TypeAlias = NDArray[np.float64]
KEY = ["person_id", "topic_id"]
YEARS_AROUND = 2
"""Papers this many years before and after count as of the same time in the null model."""


def measure_specialisation(
    whole: pd.DataFrame, inside: pd.DataFrame, *, named: pd.DataFrame, settings: InfluenceSettings
) -> pd.DataFrame:
    """Measure how special each person is to each of their niches, and how likely that is by chance."""
    led = (inside["position"] == 1) | (inside["position"] == inside["n_mentions"])
    pairs = inside.assign(led=led).groupby(KEY)["led"].agg(niche_papers="size", led="sum").reset_index()
    if pairs.empty or whole.empty:
        return pairs.assign(specialisation=0.0, lq_low=0.0, p=1.0, q=1.0)
    n = pairs["person_id"].map(whole.groupby("person_id").size()).to_numpy(np.float64)
    share = pairs["topic_id"].map(inside.groupby("topic_id")["pmid"].nunique()).to_numpy() / whole["pmid"].nunique()
    x, kappa = pairs["niche_papers"].to_numpy(np.float64), settings.kappa
    pairs["specialisation"] = (x + kappa * share) / (n + kappa) / share
    pairs["lq_low"] = _beta_quantile(0.05, kappa * share + x, kappa * (1 - share) + n - x) / share
    pairs["p"] = _binomial_tail(x, n.astype(np.float64), _expected(pairs, whole, inside))
    able = int((whole.groupby("person_id").size() >= settings.min_papers).sum())
    pairs["q"] = _adjust(pairs, named, able=n >= settings.min_papers, tests=able * inside["topic_id"].nunique())
    return pairs


def _adjust(pairs: pd.DataFrame, named: pd.DataFrame, *, able: NDArray[np.bool_], tests: int) -> Floats:
    """Return q of each pair.

    Which pairs are tested must not hang on where papers lie (independent filtering: Bourgon, Gentleman & Huber 2010):
    whom enough peers `named`, a family of its own, and everybody `able` to be found without them in every niche, those
    without a paper of theirs among them. Nobody else can be found; their q is 1.
    """
    import pandas as pd

    told = pd.MultiIndex.from_frame(pairs[KEY]).isin(pd.MultiIndex.from_frame(named[KEY]))
    p, q = pairs["p"].to_numpy(), np.ones(len(pairs))
    q[told] = adjust_p_values(p[told], tests=len(named))
    q[able & ~told] = adjust_p_values(p[able & ~told], tests=tests)
    return q


def _expected(pairs: pd.DataFrame, whole: pd.DataFrame, inside: pd.DataFrame) -> Floats:
    """Return the chance that a paper drawn from the years of a person's papers lies in the niche, (pairs,)."""
    import pandas as pd

    first = int(whole["year"].min()) if whole["year"].notna().any() else 0
    span = int(whole["year"].max() - first) + 1 if whole["year"].notna().any() else 0
    year = (whole["year"] - first).fillna(span).astype(int).to_numpy()  # the last column: no year
    year_of = dict(zip(whole["pmid"], year, strict=True))
    topics, persons = pd.Index(inside["topic_id"].unique()), pd.Index(whole["person_id"].unique())
    per_topic = np.zeros((len(topics), span + 1))
    once = inside.drop_duplicates(["topic_id", "pmid"])
    np.add.at(per_topic, (topics.get_indexer(pd.Index(once["topic_id"])), once["pmid"].map(year_of).to_numpy()), 1)
    per_year = np.bincount(year[~whole.duplicated("pmid").to_numpy()], minlength=span + 1).astype(np.float64)
    chance = _around(per_topic[:, :span]) / np.maximum(_around(per_year[None, :span]), 1)
    chance = np.column_stack([chance, per_topic.sum(axis=1) / per_year.sum()])
    held = np.flatnonzero(per_year)  # a slip in one year must not make a column of every year up to it
    chance, year = chance[:, held], np.searchsorted(held, year)
    years = np.zeros((len(persons), len(held)))
    np.add.at(years, (persons.get_indexer(pd.Index(whole["person_id"])), year), 1)
    years /= years.sum(axis=1, keepdims=True)
    theirs = years[persons.get_indexer(pd.Index(pairs["person_id"]))]
    return np.asarray(np.einsum("ij,ij->i", theirs, chance[topics.get_indexer(pd.Index(pairs["topic_id"]))]))


def _around(per_year: Floats) -> Floats:
    """Sum each year with its neighbours, so that a thin year does not make a law of its few papers."""
    padded = np.pad(per_year, ((0, 0), (YEARS_AROUND + 1, YEARS_AROUND)))
    running = np.cumsum(padded, axis=1)
    window = 2 * YEARS_AROUND + 1
    return running[:, window:] - running[:, :-window]


def _beta_quantile(level: float, a: Floats, b: Floats) -> Floats:
    """Return a quantile of Beta(a, b), 1 where b is 0: all papers of the area lie in the niche."""
    from scipy.special import betaincinv

    return np.where(b > 0, few_digits(betaincinv(a, np.where(b > 0, b, 1.0), level)), 1.0)


def _binomial_tail(x: Floats, n: Floats, chance: Floats) -> Floats:
    """P(X ≥ x) for X ~ Binomial(n, chance)."""
    from scipy.special import bdtrc

    return few_digits(np.clip(bdtrc(x - 1, n.astype(int), np.clip(chance, 0, 1)), 0, 1))


def adjust_p_values(p: Floats, *, tests: int) -> Floats:
    """Return q-values: the least false-discovery rate at which each would be called (Benjamini & Hochberg 1995).

    Of so many `tests` those that are not in `p` came out at 1.

    >>> adjust_p_values(np.array([0.01, 0.04, 0.03]), tests=3).round(3).tolist()
    [0.03, 0.04, 0.04]
    >>> adjust_p_values(np.array([0.01, 0.04, 0.03]), tests=30).round(3).tolist()
    [0.3, 0.4, 0.4]
    """
    order = np.argsort(p, kind="stable")
    scaled = p[order] * tests / np.arange(1, len(p) + 1)
    q = np.empty(len(p))
    q[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return np.minimum(q, 1.0)
