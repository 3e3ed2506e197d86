"""Rankings of people for a question, ours beside those of the field, against people known to be experts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from expertmine.answers import experts, relevance
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

NEAREST = 50
"""Documents that a JANE-like search looks at."""
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
        One row a ranking (ours, `volume` = number of papers, `h-index` within the corpus, `expertscape-like` = papers
        weighed by MeSH major topics shared with the question's best articles, `jane-like` = summed relevance over the
        50 nearest articles; Schuemie & Kors 2008): MAP, AUC, hidden recall@k, matched AUC, means over the queries.
    """
    import pandas as pd

    key = ["last", "initial"] if "initials" in truth else ["last"]
    rows = []
    for question, known in _questions(truth, text):
        ranked = _rankings(corpus, question).groupby(key, as_index=False).max(numeric_only=True)
        merged = ranked.merge(_labelled(known, key), on=key, how="left" if text is not None else "inner")
        expert = merged["expert"].fillna(0).to_numpy(dtype=np.float64) > 0
        volume = merged["volume"].to_numpy(np.float64)
        for name in merged.columns.difference([*key, "expert"], sort=False):
            score = merged[name].to_numpy(np.float64)
            rows.append(
                {
                    "ranking": name,
                    "experts": int(expert.sum()),
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
    return people.groupby(key, as_index=False)["expert"].max()


def _rankings(corpus: Corpus, question: str) -> pd.DataFrame:
    """Score every person in every way, one row a person."""
    ours = experts(corpus, text=question, top=0)
    people = ours[["person_id", "score"]].rename(columns={"score": "expertmine"})
    people["last"] = ours["last"].str.casefold()
    people["initial"] = ours["initials"].fillna("").str[:1].str.casefold()
    papers = corpus.frame("identities")[["person_id", "pmid"]].drop_duplicates()
    fit = relevance(corpus, question).set_index("pmid")["relevance"]
    rivals = {
        "volume": papers.groupby("person_id").size(),
        "h-index": _h_index(papers, corpus),
        "expertscape-like": _sum_of(papers, _mesh_fit(corpus, fit)),
        "jane-like": _sum_of(papers, fit.sort_values(ascending=False, kind="stable").head(NEAREST)),
    }
    for name, values in rivals.items():
        people[name] = people["person_id"].map(values).fillna(0.0)
    return people.drop(columns="person_id")


def _sum_of(papers: pd.DataFrame, weight: pd.Series[float]) -> pd.Series[float]:
    found = papers.assign(weight=papers["pmid"].map(weight).fillna(0.0))
    return found.groupby("person_id")["weight"].sum()


def _h_index(papers: pd.DataFrame, corpus: Corpus) -> pd.Series[float]:
    """Hirsch's h (2005) from the citations inside the corpus: h papers cited h times or more."""
    cited = corpus.frame("citations").groupby("cited").size()
    counts = papers.assign(cited=papers["pmid"].map(cited).fillna(0)).sort_values("cited", ascending=False)
    place = counts.groupby("person_id").cumcount() + 1
    return (counts["cited"] >= place).groupby(counts["person_id"]).sum().astype(float)


def _mesh_fit(corpus: Corpus, fit: pd.Series[float]) -> pd.Series[float]:
    """Weigh each article by the major headings it shares with the articles nearest to the question."""
    mesh = corpus.table("articles").select(["pmid", "mesh"])
    majors = {
        row["pmid"]: {heading["descriptor"] for heading in row["mesh"] if heading["major"]} for row in mesh.to_pylist()
    }
    nearest = fit.sort_values(ascending=False, kind="stable").head(NEAREST).index
    counts: dict[str, int] = {}
    for pmid in nearest:
        for heading in majors[pmid]:
            counts[heading] = counts.get(heading, 0) + 1
    common = {heading for heading, count in counts.items() if count >= len(nearest) / 5}
    weight: pd.Series[float] = fit.copy()
    weight[:] = [float(len(majors[pmid] & common)) for pmid in fit.index]
    return weight
