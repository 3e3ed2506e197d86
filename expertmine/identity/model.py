"""The shipped model: from evidence on a pair to the log-odds that it is one human."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

import numpy as np

from expertmine.errors import ModelError
from expertmine.identity.evidence import COLUMNS
from expertmine.identity.reading import Floats
from expertmine.shipped import models_folder

CERTAIN = 8.0
"""Log-odds beyond which no pair speaks, so that none outvotes all others."""


@dataclass(frozen=True, slots=True)
class PairModel:
    """A logistic regression over `COLUMNS`, and how common surnames are."""

    weights: tuple[float, ...]
    intercept: float
    surnames: dict[str, int]

    def weigh(self, evidence: Floats) -> Floats:
        """Return log-odds per row; row by row the same sum in the same order, so that no batch changes it."""
        total = np.full(len(evidence), self.intercept)
        for place, weight in enumerate(self.weights):
            total += evidence[:, place] * weight
        return np.clip(total, -CERTAIN, CERTAIN)


@cache
def load_model() -> PairModel:
    """Read the shipped model.

    Raises
    ------
    ModelError
        If a file of the model is missing, damaged or made for other evidence.
    """
    folder = models_folder() / "identity"
    try:
        weights = json.loads((folder / "weights.json").read_text(encoding="utf-8"))
        surnames = json.loads((folder / "surnames.json").read_text(encoding="utf-8"))
        by_column, intercept = dict(weights["weights"]), float(weights["intercept"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"cannot read the identity model in '{folder}': {error}; reinstall expertmine") from error
    if set(by_column) != set(COLUMNS):
        wrong = ", ".join(sorted(set(by_column) ^ set(COLUMNS)))
        raise ModelError(f"the identity model in '{folder}' knows other evidence ({wrong}); train it again")
    return PairModel(tuple(by_column[column] for column in COLUMNS), intercept, surnames)
