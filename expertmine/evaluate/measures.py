"""How good a ranking of people is when some of them are known to be experts, and how sure a mean of that is."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from expertmine.answers.tops import in_top

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]


def average_precision(expert: Flags, score: Floats) -> float:
    """Mean precision at the rank of each expert; equal scores are taken together.

    >>> average_precision(np.array([True, False, True]), np.array([3.0, 2.0, 1.0])).__round__(3)
    0.833
    """
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(expert, score)) if expert.any() else float("nan")


def area_under_curve(expert: Flags, score: Floats) -> float:
    """Chance that an expert stands before another person, a tie counting half."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(expert, score)) if expert.any() and not expert.all() else float("nan")


def hidden_recall(expert: Flags, score: Floats, *, volume: Floats, k: int) -> float:
    """Share of the experts outside the volume top k who are in the score's top k; a tie at the edge counts in part."""
    hidden = expert & ~(in_top(volume, k) >= 1.0)
    return float(in_top(score, k)[hidden].mean()) if hidden.any() else float("nan")


def mean_with_bounds(values: Floats, *, draws: int, seed: int) -> tuple[float, float, float]:
    """Return the mean, and the ends of the central 95 % of the means of bootstrap samples (Efron 1979)."""
    means = np.random.default_rng(seed).choice(values, size=(draws, len(values))).mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975)).tolist()
    return float(values.mean()), low, high


def matched_area(expert: Flags, score: Floats, *, volume: Floats) -> float:
    """Chance that an expert stands before somebody with the same number of papers, averaged over the experts."""
    chances = []
    for papers in np.unique(volume[expert]):
        same = volume == papers
        theirs, others = score[same & expert], np.sort(score[same & ~expert])
        if len(others):
            below = np.searchsorted(others, theirs, side="left")
            tied = np.searchsorted(others, theirs, side="right") - below
            chances.append((below + 0.5 * tied) / len(others))
    return float(np.concatenate(chances).mean()) if chances else float("nan")
