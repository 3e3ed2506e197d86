"""How others rank people for a question, on the same corpus, and whom they lose: volume, h-index, Expertscape, JANE."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow.compute as pc

from expertmine.answers.analysed import keep_analysed
from expertmine.answers.people import experts
from expertmine.answers.topics import measure_relevance, resolve_topic
from expertmine.config import check_count
from expertmine.contributions import LAST_YEAR
from expertmine.corpus import Corpus
from expertmine.corpus.opened import checked_corpus

if TYPE_CHECKING:
    import pandas as pd

    Scores: TypeAlias = pd.Series[Any]

NEAREST = 50
"""Articles that a JANE-like search looks at."""
COMMON = 0.2
"""Least share of the nearest articles whose heading belongs to the question."""


def compare_rivals(
    corpus: Corpus, topic: str | None = None, *, text: str | None = None, k: int = 20, top: int = 20
) -> pd.DataFrame:
    """Say where the first of our ranking stand in the rankings of others, and which of those would lose them.

    Rivals see what our score sees: no retracted article, and with `authority.as_of` set no later one.

    Parameters
    ----------
    corpus
        A corpus run until 'authority' at least.
    topic
        A topic's id or exact name.
    text
        A question instead of a topic.
    k
        Length of a rival's list: whoever is not on it is lost.
    top
        How many of our ranking; 0 for all.

    Returns
    -------
    pandas.DataFrame
        rank, person_id, name, score, a column a rival with the person's rank there among everybody in the corpus (ties
        share the best rank, in the rival's favour), lost_by: the rivals who have the person beyond k; none for
        who has a score of 0, whom we do not find either.

    Raises
    ------
    ConfigError
        If neither or both of topic and text are given, no such topic exists, `k` is below 1 or `top` below 0.
    DataError
        If no word of the text occurs in the corpus.
    """
    corpus = checked_corpus(corpus).pinned()
    check_count(k, name="k", least=1)
    ours = experts(corpus, topic, text=text, top=top)[["rank", "person_id", "name", "score"]]
    fit = _membership(corpus, topic) if topic is not None else measure_fit(corpus, text or "")
    rivals = read_rivals(corpus).rank(fit)
    for name, scores in rivals.items():
        ranks = scores[scores > 0].rank(method="min", ascending=False)
        ours[name] = ours["person_id"].map(ranks).astype("Int64")
    beyond = ours[list(rivals)].gt(k).fillna(value=True)
    told = beyond.where(ours["score"] > 0, other=False).to_dict("records")  # whom we do not find, nobody has lost
    ours["lost_by"] = [", ".join(name for name in rivals if lost[name]) for lost in told]
    return ours


def measure_fit(corpus: Corpus, text: str) -> Scores:
    """Return how well each article answers a question, by PMID, as rivals see it: by what it says itself."""
    said = measure_relevance(corpus, text, plain=True, as_of=corpus.config.authority.as_of)
    fit: Scores = said.to_pandas().set_index("pmid")["relevance"]
    return fit


def _membership(corpus: Corpus, topic: str) -> Scores:
    """Return how strongly each article of a topic belongs to it: to a rival, its relevance."""
    inside = corpus.table("assignments").filter(pc.field("topic_id") == resolve_topic(corpus, topic)).to_pandas()
    strength: Scores = inside.sort_values("pmid").set_index("pmid")["strength"]
    return strength


@dataclass(frozen=True, slots=True)
class Rivals:
    """What rivals read of a corpus, whatever they are asked."""

    papers: pd.DataFrame
    """person_id, pmid, each pair once."""
    always: Mapping[str, Scores]
    """Scores by person_id of those whom no question moves."""
    headings: Mapping[int, frozenset[str]]
    """By PMID of each article that counts; major ones where records mark any."""

    def rank(self, fit: Scores) -> dict[str, Scores]:
        """Score people as rivals do.

        Parameters
        ----------
        fit
            Relevance to the question by PMID.

        Returns
        -------
        dict of pandas.Series
            By person_id: `volume`, the number of papers; `h-index` within the corpus (Hirsch 2005); `expertscape-like`,
            the MeSH headings that papers share with the question's nearest articles; `jane-like`, summed relevance over
            the 50 nearest articles (Schuemie & Kors 2008).
        """
        seen = fit[fit.index.isin(list(self.headings))]
        nearest = seen.sort_values(ascending=False, kind="stable").head(NEAREST)
        counts = Counter(heading for pmid in nearest.index for heading in self.headings[int(pmid)])
        common = {heading for heading, count in counts.items() if count >= COMMON * len(nearest)}
        shared = {pmid: float(len(own & common)) for pmid, own in self.headings.items()}
        return {
            **self.always,
            "expertscape-like": _sum_of(self.papers, shared),
            "jane-like": _sum_of(self.papers, nearest.to_dict()),
        }


def read_rivals(corpus: Corpus) -> Rivals:
    """Read what rivals need of a corpus run until 'identity'; articles that count for no score are not there."""
    corpus = checked_corpus(corpus).pinned()
    headings = _headings(corpus)
    papers = corpus.frame("identities", ["person_id", "pmid"]).drop_duplicates()
    papers = papers[papers["pmid"].isin(list(headings))]
    citations = corpus.frame("citations")
    citations = citations[citations["citing"].isin(list(headings))]
    always = {"volume": papers.groupby("person_id").size(), "h-index": _h_index(papers, citations)}
    return Rivals(papers, always, headings)


def _sum_of(papers: pd.DataFrame, weight: dict[Any, float]) -> Scores:
    weighed = papers.assign(weight=papers["pmid"].map(weight).fillna(0.0))
    return weighed.groupby("person_id")["weight"].sum()


def _h_index(papers: pd.DataFrame, citations: pd.DataFrame) -> Scores:
    cited = citations.groupby("cited").size()
    counts = papers.assign(cited=papers["pmid"].map(cited).fillna(0))
    counts = counts.sort_values(["cited", "pmid"], ascending=[False, True])
    counts["enough"] = counts["cited"] > counts.groupby("person_id").cumcount()
    return counts.groupby("person_id")["enough"].sum()


def _headings(corpus: Corpus) -> dict[int, frozenset[str]]:
    """Return the headings of each article that counts for a score: none retracted, no notice, none of later years."""
    articles, config = corpus.table("articles", ["pmid", "year", "mesh", "retracted", "kind"]), corpus.config
    articles = keep_analysed(corpus, articles)
    present = min(each.as_of or LAST_YEAR for each in (config.contributions, config.authority))
    counts = ~pc.field("retracted") & (pc.field("kind") != "notice") & (pc.coalesce(pc.field("year"), 0) <= present)
    rows = articles.filter(counts).select(["pmid", "mesh"]).to_pylist()
    marked = any(heading["major"] for row in rows for heading in row["mesh"])
    return {
        row["pmid"]: frozenset(heading["descriptor"] for heading in row["mesh"] if heading["major"] or not marked)
        for row in rows
    }
