"""How others rank people for a question, on the same corpus: volume, h-index, Expertscape, JANE."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, TypeAlias

from expertmine.corpus import Corpus

if TYPE_CHECKING:
    import pandas as pd

    Scores: TypeAlias = pd.Series[Any]

NEAREST = 50
"""Articles that a JANE-like search looks at."""
COMMON = 0.2
"""Least share of the nearest articles whose heading belongs to the question."""


def rank_rivals(corpus: Corpus, fit: Scores) -> dict[str, Scores]:
    """Score people as rivals do.

    Parameters
    ----------
    corpus
        A corpus run until 'identity'.
    fit
        Relevance to the question by PMID.

    Returns
    -------
    dict of pandas.Series
        By person_id: `volume`, the number of papers; `h-index` within the corpus (Hirsch 2005); `expertscape-like`,
        the MeSH headings that papers share with the question's nearest articles (major ones where records mark any);
        `jane-like`, summed relevance over the 50 nearest articles (Schuemie & Kors 2008).
    """
    papers = corpus.frame("identities")[["person_id", "pmid"]].drop_duplicates()
    nearest = fit.sort_values(ascending=False, kind="stable").head(NEAREST)
    return {
        "volume": papers.groupby("person_id").size(),
        "h-index": _h_index(papers, corpus),
        "expertscape-like": _sum_of(papers, _shared_headings(corpus, [int(pmid) for pmid in nearest.index])),
        "jane-like": _sum_of(papers, nearest.to_dict()),
    }


def _sum_of(papers: pd.DataFrame, weight: dict[Any, float]) -> Scores:
    weighed = papers.assign(weight=papers["pmid"].map(weight).fillna(0.0))
    return weighed.groupby("person_id")["weight"].sum()


def _h_index(papers: pd.DataFrame, corpus: Corpus) -> Scores:
    cited = corpus.frame("citations").groupby("cited").size()
    counts = papers.assign(cited=papers["pmid"].map(cited).fillna(0))
    counts = counts.sort_values(["cited", "pmid"], ascending=[False, True])
    counts["enough"] = counts["cited"] > counts.groupby("person_id").cumcount()
    return counts.groupby("person_id")["enough"].sum()


def _shared_headings(corpus: Corpus, nearest: list[int]) -> dict[Any, float]:
    rows = corpus.table("articles").select(["pmid", "mesh"]).to_pylist()
    marked = any(heading["major"] for row in rows for heading in row["mesh"])
    headings = {
        row["pmid"]: {heading["descriptor"] for heading in row["mesh"] if heading["major"] or not marked}
        for row in rows
    }
    counts = Counter(heading for pmid in nearest for heading in headings[pmid])
    common = {heading for heading, count in counts.items() if count >= COMMON * len(nearest)}
    return {pmid: float(len(own & common)) for pmid, own in headings.items()}
