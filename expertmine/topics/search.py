"""From words to topics: which niche does a question, a title or a strategy paragraph speak of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from expertmine.tables import TABLES
from expertmine.text.terms import read_text
from expertmine.text.words import fold_phrase

if TYPE_CHECKING:
    import pandas as pd

    from expertmine.tables import Frame

_BEST = 50
"""A topic is as relevant as its so many most relevant articles: of most niches, all."""
_NEAREST = 20
"""Articles, the most relevant, that say which theme a query is of."""
_THEME = 0.5
"""What it adds if all of these are of the topic's theme."""
_NAMED = 0.1
"""What a keyphrase found whole in the query adds, the topic's first one; later ones add less."""


def rank_topics(query: str, *, relevance: Frame, topics: Frame, assignments: Frame) -> pd.DataFrame:
    """Return all topics, those that the query speaks of first, with the keyphrases that matched.

    Parameters
    ----------
    query
        Any text.
    relevance
        pmid and relevance, as `score_relevance` returns them for this query with neither feedback nor neighbours: both
        pull a text toward what most articles near it are about.
    topics, assignments
        The tables of those names.

    Returns
    -------
    pandas.DataFrame
        topic_id, layer, name, match, phrases. match: mean relevance x strength of the topic's fifty best articles
        (documents first, Balog 2006), half the share of its theme among the twenty most relevant articles, and a tenth
        and less for each keyphrase that stands in the query. phrases: these keyphrases, then such parts of others as
        stand there: two words or more or, if there is nothing else, one.
    """
    import pandas as pd

    named = TABLES["topics"].arrow(topics).to_pandas()
    members = TABLES["assignments"].arrow(assignments).to_pandas()
    fit = relevance if isinstance(relevance, pd.DataFrame) else relevance.to_pandas()
    scored = members.merge(fit, on="pmid")
    scored["match"] = scored["relevance"] * scored["strength"]
    best = scored.sort_values("match", ascending=False).groupby("topic_id").head(_BEST)
    match = named["topic_id"].map(best.groupby("topic_id")["match"].mean()).fillna(0.0)
    match += _THEME * _theme(named).map(_share_themes(fit, scored, named)).fillna(0.0)
    tokens, _ = read_text(query)
    text = f" {' '.join(tokens)} "
    whole = [_standing(keyphrases, text) for keyphrases in named["keyphrases"]]
    added = [sum(_NAMED / (1 + rank) for rank, _ in found) for found in whole]
    shown = zip(whole, named["keyphrases"], strict=True)
    found = pd.DataFrame(
        {
            "topic_id": named["topic_id"],
            "layer": named["layer"],
            "name": named["name"],
            "match": (match + np.array(added)).round(6),
            "phrases": [matched_phrases([phrase for _, phrase in own], keyphrases, text) for own, keyphrases in shown],
        }
    )
    return found.sort_values(["match", "topic_id"], ascending=[False, True], ignore_index=True)


def _theme(named: pd.DataFrame) -> pd.Series[str]:
    """Return the theme that each topic is of, or is."""
    return named["topic_id"].where(named["layer"] == 1, named["parent_id"])


def _share_themes(fit: pd.DataFrame, scored: pd.DataFrame, named: pd.DataFrame) -> pd.Series[float]:
    """Return how much of the relevance of the most relevant articles is each theme's."""
    first = fit.sort_values(["relevance", "pmid"], ascending=[False, True]).head(_NEAREST)
    themes = named.loc[named["layer"] == 1, "topic_id"]
    near = scored[scored["pmid"].isin(first["pmid"]) & scored["topic_id"].isin(themes)]
    return near.groupby("topic_id")["relevance"].sum() / max(first["relevance"].sum(), 1e-9)


def _standing(keyphrases: Sequence[str], text: str) -> list[tuple[int, str]]:
    """Return rank and text of the keyphrases whose words follow one another in the query."""
    return [(rank, phrase) for rank, phrase in enumerate(keyphrases) if f" {fold_phrase(phrase)} " in text]


def matched_phrases(whole: list[str], keyphrases: Sequence[str], text: str) -> list[str]:
    """Return the whole keyphrases, then the parts of others that no longer one holds, the longest first."""
    parts = [part for phrase in keyphrases if phrase not in whole for part in _parts(phrase) if _stands(part, text)]
    parts.sort(key=lambda part: -len(part.split()))
    found = list(whole)
    for part in parts:
        single = " " not in part
        if not (single and found) and not any(f" {part.lower()} " in f" {other.lower()} " for other in found):
            found.append(part)
    return found


def _parts(phrase: str) -> list[str]:
    """Return the runs of words in a phrase, without the whole."""
    words = phrase.split()
    ends = [(start, end) for start in range(len(words)) for end in range(start + 1, len(words) + 1)]
    return [" ".join(words[start:end]) for start, end in ends if end - start < len(words)]


def _stands(phrase: str, text: str) -> bool:
    return bool(fold_phrase(phrase)) and f" {fold_phrase(phrase)} " in text
