"""Whether what is probable about who is who is so that often: pairs of mentions, and drawn clusterings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from expertmine.errors import DataError
from expertmine.evaluate.identity import KEY, label_column
from expertmine.identity.model import load_model
from expertmine.identity.resolve import weigh_pairs
from expertmine.portable import exp
from expertmine.tables import TABLES, Frame
from expertmine.tables.people import CLUSTERINGS

if TYPE_CHECKING:
    import pandas as pd

BINS = 10
CLIPPED = 30.0
"""Log-odds beyond which a probability is 1 in double precision."""


def evaluate_pairs(
    mentions: Frame, truth: pd.DataFrame, *, articles: Frame, terms: Frame, citations: Frame
) -> pd.DataFrame:
    """Hold the probabilities of the pairs of labelled mentions against the truth.

    Parameters
    ----------
    mentions, articles, terms, citations
        Tables of these names.
    truth
        Columns pmid, position and one more that names the human; one row per labelled mention.

    Returns
    -------
    pandas.DataFrame
        The reliability table, see `tabulate_reliability`. Pairs that names, papers or blocking keep from being
        compared have no probability and are not in it.

    Raises
    ------
    DataError
        If the truth has other columns, repeats a mention, or labels no two mentions that are compared.
    """
    names, given = ("mentions", "articles", "terms", "citations"), (mentions, articles, terms, citations)
    tables = {name: TABLES[name].arrow(frame) for name, frame in zip(names, given, strict=True)}
    known = truth.dropna()
    label = known.set_index(KEY)[label_column(truth)].astype(str).to_dict()
    read, (first, second), log_odds = weigh_pairs(tables, load_model())
    human = np.array([label.get(key, "") for key in zip(read.pmid.tolist(), read.position.tolist(), strict=True)])
    both = (human[first] != "") & (human[second] != "")
    if not both.any():
        raise DataError("the truth labels no two mentions with like names; there is no pair to measure")
    probability = 1 / (1 + exp(-np.clip(log_odds[both], -CLIPPED, CLIPPED)))
    return tabulate_reliability(probability, human[first[both]] == human[second[both]])


def evaluate_draws(identities: Frame, truth: pd.DataFrame) -> pd.DataFrame:
    """Hold the drawn clusterings against the truth: does a mention belong to its person as often as it stays in them.

    Parameters
    ----------
    identities
        The table of this name.
    truth
        As for `evaluate_pairs`.

    Returns
    -------
    pandas.DataFrame
        The reliability table of the labelled mentions that do not stay in every draw, of persons of whom another
        labelled mention does: a mention belongs if it is the human of most of the latter.

    Raises
    ------
    DataError
        If the truth has other columns, repeats a mention, or labels no such mention.
    """
    table = TABLES["identities"].arrow(identities)
    held = table.select([*KEY, "person_id"]).to_pandas()
    held["share"] = [1.0 if bits is None else bits.bit_count() / CLUSTERINGS for bits in table["stays"].to_pylist()]
    label = label_column(truth)
    known = truth.dropna().merge(held, on=KEY)
    human = known[known["share"] == 1].groupby("person_id")[label].agg(lambda own: own.mode()[0]).rename("human")
    doubtful = known[known["share"] < 1].merge(human, on="person_id")
    if doubtful.empty:
        raise DataError("the truth labels no mention in doubt; there is no draw to measure")
    return tabulate_reliability(doubtful["share"].to_numpy(), (doubtful[label] == doubtful["human"]).to_numpy())


def tabulate_reliability(probability: npt.NDArray[np.float64], same: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Compare probabilities with what was so, in ten bins of equal width.

    Parameters
    ----------
    probability, same
        (n,) of each pair: how probable it was, and whether it was so.

    Returns
    -------
    pandas.DataFrame
        Columns `probability` (the bin), `pairs`, `mean` probability, `observed` share, and `error`, |mean - observed|
        times the bin's share of the pairs. In the last row, 'all', it is their sum: the expected calibration error
        (Naeini et al. 2015). Bins without a pair have no row.

    Examples
    --------
    >>> table = tabulate_reliability(np.array([0.1, 0.9, 0.9]), np.array([False, True, False]))
    >>> table["error"].round(3).tolist()
    [0.033, 0.267, 0.3]
    """
    import pandas as pd

    place = np.minimum((probability * BINS).astype(int), BINS - 1)
    pairs = pd.DataFrame({"place": place, "mean": probability, "observed": same.astype(float)})
    table = pairs.groupby("place").agg(pairs=("mean", "size"), mean=("mean", "mean"), observed=("observed", "mean"))
    table["error"] = (table["mean"] - table["observed"]).abs() * table["pairs"] / len(pairs)
    table.insert(0, "probability", [f"{step / BINS:.1f} to {(step + 1) / BINS:.1f}" for step in table.index])
    whole = {"probability": "all", "pairs": len(pairs), "mean": probability.mean(), "observed": same.mean()}
    return pd.concat([table, pd.DataFrame([{**whole, "error": table["error"].sum()}])], ignore_index=True)
