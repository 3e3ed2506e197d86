"""Holding a corpus against what is known to be true: gold sets, labels, planted people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from expertmine.errors import DataError
from expertmine.evaluate.backtest import evaluate_backtest
from expertmine.evaluate.experts import evaluate_experts
from expertmine.evaluate.identity import evaluate_identity
from expertmine.evaluate.influencers import evaluate_influencers
from expertmine.evaluate.reliability import evaluate_draws, evaluate_pairs
from expertmine.evaluate.standing import evaluate_standing
from expertmine.evaluate.topics import evaluate_topics

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "evaluate_backtest",
    "evaluate_draws",
    "evaluate_experts",
    "evaluate_identity",
    "evaluate_influencers",
    "evaluate_pairs",
    "evaluate_standing",
    "evaluate_topics",
    "read_truth",
]


NAMES = ("last_name", "initials", "name", "query")
"""Columns of a truth that are text, though all in it be numbers."""


def read_truth(path: str | Path, *, needs: tuple[str, ...]) -> pd.DataFrame:
    """Read a truth file (CSV) and see that it has the columns needed; only an empty cell is missing (NA is a name).

    Raises
    ------
    DataError
        Naming the file, the columns found and those expected.
    """
    import pandas as pd

    try:
        frame = pd.read_csv(path, keep_default_na=False, na_values=[""], dtype=dict.fromkeys(NAMES, str))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"cannot read the truth from '{path}': {reason}") from error
    missing = [name for name in needs if name not in frame]
    if missing:
        raise DataError(f"'{path}' has the columns {list(frame.columns)}; expected also {missing}")
    return frame
