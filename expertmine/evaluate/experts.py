"""Rankings of people for a question, ours beside those of the field, against people known to be experts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from expertmine.answers import experts, relevance
from expertmine.answers.rivals import Rivals, read_rivals
from expertmine.corpus import Corpus
from expertmine.errors import DataError
from expertmine.evaluate.measures import (
    area_under_curve,
    average_precision,
    hidden_recall,
    matched_area,
)

if TYPE_CHECKING:
    import pandas as pd

LABELS = ("is_expert", "approval_papers", "expert", "label")


def evaluate_experts(corpus: Corpus, truth: pd.DataFrame, *, text: str | None = None, k: int = 20) -> pd.DataFrame:
    """Measure how well the people known to be experts are found, by each way of ranking.

    Parameters
    ----------
    corpus
        A corpus run to the end.
    truth
        last_name, initials (optional), a label above 0 for experts (optional: then all listed are), and a `query` for
        each row unless `text` is given. People are matched by last name and first initial, as far as truth has it.
    text
        The question, for a truth without queries; then everybody in the corpus is ranked. With queries only the
        people listed for a query are.
    k
        Length of the list for hidden recall.

    Returns
    -------
    pandas.DataFrame
        One row a ranking, ours and those of `Rivals.rank`: experts found in the corpus, experts absent from it (no
        ranking of this corpus can find them, and no measure counts them), MAP, AUC, hidden recall@k, matched AUC; means
        over the queries.
    """
    import pandas as pd

    key = ["last", "initial"] if "initials" in truth else ["last"]
    rows = []
    rivals = read_rivals(corpus)
    for question, known in _questions(truth, text):
        ranked = _rankings(corpus, question, rivals).groupby(key, as_index=False).max(numeric_only=True)
        labelled = _labelled(known, key)
        merged = ranked.merge(labelled, on=key, how="left" if text is not None else "inner")
        wanted = labelled.loc[labelled["expert"] > 0, key]
        absent = len(wanted) - len(wanted.merge(ranked[key], on=key))
        expert = merged["expert"].fillna(0).to_numpy(dtype=np.float64) > 0
        volume = merged["volume"].to_numpy(np.float64)
        for name in merged.columns.difference([*key, "expert"], sort=False):
            score = merged[name].to_numpy(np.float64)
            rows.append(
                {
                    "ranking": name,
                    "experts": int(expert.sum()),
                    "absent": absent,
                    "MAP": average_precision(expert, score),
                    "AUC": area_under_curve(expert, score),
                    f"hidden_recall@{k}": hidden_recall(expert, score, volume=volume, k=k),
                    "matched_AUC": matched_area(expert, score, volume=volume),
                }
            )
    return pd.DataFrame(rows).groupby("ranking", sort=False).mean().reset_index()


def _questions(truth: pd.DataFrame, text: str | None) -> Iterator[tuple[str, pd.DataFrame]]:
    if text is not None:
        yield text, truth
    elif "query" in truth:
        yield from ((str(query), known) for query, known in truth.groupby("query"))
    else:
        raise DataError("the truth has no column 'query' and no text was given; give --text")


def _labelled(known: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    label = next((name for name in LABELS if name in known), None)
    people = known.assign(
        last=known["last_name"].str.casefold(),
        initial=known["initials"].fillna("").str[:1].str.casefold() if "initials" in known else "",
        expert=known[label].astype(float) if label else 1.0,
    )
    return people.groupby(key)[["expert"]].max().reset_index()


def _rankings(corpus: Corpus, question: str, rivals: Rivals) -> pd.DataFrame:
    """Score every person in every way, one row a person."""
    ours = experts(corpus, text=question, top=0)
    people = ours[["person_id", "score"]].rename(columns={"score": "expertmine"})
    people["last"] = ours["last"].str.casefold()
    people["initial"] = ours["initials"].fillna("").str[:1].str.casefold()
    fit = relevance(corpus, question).set_index("pmid")["relevance"]
    for name, scores in rivals.rank(fit).items():
        people[name] = people["person_id"].map(scores.to_dict()).fillna(0.0).astype(float)
    return people.drop(columns="person_id")
