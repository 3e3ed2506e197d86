"""How well persons were told apart, beside what a plain name key would have done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from expertmine.errors import DataError
from expertmine.identity.names import fold
from expertmine.tables import TABLES, Frame

if TYPE_CHECKING:
    import pandas as pd

Ints = npt.NDArray[np.int64]
BLOCKS = {"of 1": (1, 1), "of 2 to 5": (2, 5), "of 6 to 20": (6, 20), "over 20": (21, np.inf)}
FREQUENT = 0.99


def evaluate_identity(identities: Frame, truth: pd.DataFrame, *, mentions: Frame) -> pd.DataFrame:
    """Measure a resolution on labelled mentions, beside three name keys.

    Parameters
    ----------
    identities, mentions
        Tables of these names.
    truth
        Columns pmid, position and one more that names the human (an ORCID, say); one row per labelled mention.

    Returns
    -------
    pandas.DataFrame
        One row per `names` (all mentions; those in name blocks, that is surname and first initial, of some size in
        the corpus; those in the largest 1 % of blocks) and `method`. Columns: `mentions` (how many were labelled);
        pairwise `precision`, `recall`, `f1`; `b3_precision`, `b3_recall`, `b3_f1` (Bagga & Baldwin 1998);
        `splitting` and `lumping`, the shares of mentions outside the person that holds most of a human's
        mentions, and of strangers inside it (Li et al. 2014).

    Raises
    ------
    DataError
        If the truth has other columns, repeats a mention, or labels none of these mentions.
    """
    import pandas as pd

    label = label_column(truth)
    table = _labelled(TABLES["identities"].arrow(identities), TABLES["mentions"].arrow(mentions), truth[[*KEY, label]])
    human = _codes(table[label])
    methods = {name: _codes(table[name]) for name in ("resolved", *KEYS)}
    rows = [
        {"names": names, "method": method, "mentions": int(chosen.sum()), **measure(codes[chosen], human[chosen])}
        for names, chosen in _slices(table)
        for method, codes in methods.items()
        if chosen.any()
    ]
    return pd.DataFrame(rows)


KEY = ["pmid", "position"]
KEYS = ("last + first initial", "last + all initials", "last + full fore name")


def measure(found: Ints, true: Ints) -> dict[str, float]:
    """Compare two partitions of the same mentions, given as a number per mention.

    >>> scores = measure(np.array([1, 1, 2]), np.array([5, 5, 5]))
    >>> scores["precision"], round(scores["recall"], 3), round(scores["b3_recall"], 3), round(scores["splitting"], 3)
    (1.0, 0.333, 0.556, 0.333)
    """
    code, both = np.unique(true * (int(found.max()) + 1) + found, return_counts=True)
    human, person = np.divmod(code, int(found.max()) + 1)
    of_human, of_person = np.bincount(true)[human], np.bincount(found)[person]
    hits, size = _pairs(both), len(true)
    precision = _ratio(hits, _pairs(np.bincount(found)))
    recall = _ratio(hits, _pairs(np.bincount(true)))
    b3_precision, b3_recall = float((both**2 / of_person).sum() / size), float((both**2 / of_human).sum() / size)
    order = np.lexsort((person, -both, human))
    most = order[np.unique(human[order], return_index=True)[1]]
    return {
        "precision": precision,
        "recall": recall,
        "f1": _harmonic(precision, recall),
        "b3_precision": b3_precision,
        "b3_recall": b3_recall,
        "b3_f1": _harmonic(b3_precision, b3_recall),
        "splitting": float((of_human[most] - both[most]).sum() / size),
        "lumping": float((of_person[most] - both[most]).sum() / of_person[most].sum()),
    }


def match_by_mentions(first: pd.DataFrame, second: pd.DataFrame, *, of: str, to: str) -> dict[str, str]:
    """Say for each `of` in the first table which `to` in the second has most of the same mentions, ties by name.

    >>> import pandas as pd
    >>> persons = pd.DataFrame({"pmid": [1, 2, 3], "position": 1, "person_id": "p1.1"})
    >>> humans = pd.DataFrame({"pmid": [1, 2, 3], "position": 1, "human": ["Ada", "Ida", "Ida"]})
    >>> match_by_mentions(persons, humans, of="person_id", to="human")
    {'p1.1': 'Ida'}
    """
    counts = first.merge(second, on=KEY).groupby([of, to]).size().rename("mentions").reset_index()
    ordered = counts.sort_values([of, "mentions", to], ascending=[True, False, True])
    most = ordered.drop_duplicates(of)
    return dict(zip(most[of], most[to], strict=True))


def label_column(truth: pd.DataFrame) -> str:
    """Return the column that names the human; refuse a truth with other columns or two labels for one mention."""
    others = [str(column) for column in truth.columns if column not in KEY]
    if len(others) != 1 or len(truth.columns) != 3:
        raise DataError(f"the truth has the columns {list(truth.columns)}, expected pmid, position and one more")
    if truth.duplicated(KEY).any():
        again = truth[truth.duplicated(KEY)].iloc[0]
        raise DataError(f"the truth labels mention {again['position']} of {again['pmid']} twice; keep one label")
    return others[0]


def _labelled(identities: pa.Table, mentions: pa.Table, truth: pd.DataFrame) -> pd.DataFrame:
    """Join truth, resolution, name keys and block sizes."""
    import pandas as pd

    names = mentions.select([*KEY, "last", "fore", "initials"]).to_pandas().fillna("")
    last = names["last"].map(fold)
    first = names["fore"].where(names["fore"] != "", names["initials"]).map(fold)
    names["last + first initial"] = last + ";" + first.str[:1]
    names["last + all initials"] = last + ";" + names["initials"].map(fold)
    names["last + full fore name"] = last + ";" + names["fore"].map(fold)
    names["block"] = names.groupby(KEYS[0])[KEYS[0]].transform("size")
    names["frequent"] = names["block"] >= names.groupby(KEYS[0])["block"].first().quantile(FREQUENT)
    found = identities.select([*KEY, "person_id"]).to_pandas().rename(columns={"person_id": "resolved"})
    table = truth.dropna().merge(names, on=KEY).merge(found, on=KEY, how="left")
    if table.empty:
        raise DataError("the truth labels no mention of this corpus; expected its pmid and position to occur in it")
    lost = [f"unresolved {pmid}.{position}" for pmid, position in zip(table["pmid"], table["position"], strict=True)]
    table["resolved"] = table["resolved"].where(table["resolved"].notna(), pd.Series(lost, index=table.index))
    return table


def _slices(table: pd.DataFrame) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    block = table["block"].to_numpy()
    yield "all", np.ones(len(table), dtype=bool)
    for size, (least, most) in BLOCKS.items():
        yield f"block {size}", (block >= least) & (block <= most)
    yield "most frequent 1 %", table["frequent"].to_numpy()


def _codes(values: pd.Series[str]) -> Ints:
    codes: Ints = np.unique(values.to_numpy().astype(str), return_inverse=True)[1].astype(np.int64)
    return codes


def _pairs(sizes: Ints) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else 1.0


def _harmonic(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
