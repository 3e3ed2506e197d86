"""What one contribution weighs before anything is added up: how fitting it is, how recent, and whose it is most."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from expertmine.portable import exp2

if TYPE_CHECKING:
    from expertmine.config import AuthoritySettings

Floats: TypeAlias = NDArray[np.float64]

AHEAD = 10
"""A year that is so many years ahead of all others may be a slip of the pen."""


def weigh_contributions(contributions: pa.Table, articles: pa.Table, *, settings: AuthoritySettings) -> Floats:
    """Weigh each contribution, (n,): strength x decay; a retracted or future paper weighs 0."""
    year = contributions["year"].to_numpy().astype(np.float64)  # null years become nan
    as_of = present_year(articles, settings)
    retracted = articles.filter(articles["retracted"])["pmid"].combine_chunks()
    void = pc.is_in(contributions["pmid"], value_set=retracted).to_numpy()
    weight = contributions["strength"].to_numpy() * decay(year, as_of=as_of, half_life=settings.half_life)
    return np.where(void, 0.0, weight)


def present_year(articles: pa.Table, settings: AuthoritySettings) -> int:
    """Return the year from which the past is seen: the one set, or the last year of the corpus; 0 without any.

    A slip of the pen must not age everybody else: where the last hundredth of the articles lies `AHEAD` years and more
    after the others, the present is the last year before that.
    """
    if settings.as_of is not None:
        return settings.as_of
    years = np.sort(articles["year"].drop_null().to_numpy().astype(np.int64))
    if not len(years):
        return 0
    last = years[-1 - len(years) // 100 :]
    jumps = np.flatnonzero(np.diff(last) >= AHEAD)
    return int(last[jumps[0]] if len(jumps) else last[-1])


def decay(year: Floats, *, as_of: int, half_life: float) -> Floats:
    """2^(-age / half-life); 0 for a paper after `as_of`; a paper without a year counts as one half-life old."""
    age = as_of - np.where(np.isnan(year), as_of - half_life, year)
    return np.where(age >= 0, exp2(-np.maximum(age, 0) / half_life), 0.0)


def place_credit(contributions: pa.Table) -> Floats:
    """Credit of a place in the list, (n,): 1/rank, where the last place ranks with the first.

    The U-shaped harmonic credit (Hagen 2010; Sundling 2023), relative to the first place's.
    """
    position, n_mentions = contributions["position"].to_numpy(), contributions["n_mentions"].to_numpy()
    from_end = np.maximum(n_mentions - position, 0) + 1
    return np.asarray(1.0 / np.minimum(np.maximum(position, 1), from_end), dtype=np.float64)
