"""How well a measure of standing survives raters who do not answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from expertmine.answers.tops import in_top
from expertmine.config import check_count
from expertmine.errors import DataError
from expertmine.evaluate.measures import Floats
from expertmine.nominations.names import name_key
from expertmine.tables import TABLES, Frame

if TYPE_CHECKING:
    import pandas as pd

Links = Sequence[tuple[str, str]]
"""(rater, nominee), each once."""


def evaluate_standing(ballots: Frame, *, draws: int = 50, k: int = 20, seed: int = 0) -> pd.DataFrame:
    """Leave out half of the raters at random, and see whose top k is still the top k of everybody's answers.

    Parameters
    ----------
    ballots
        The table of that name; names are taken as typed.
    draws
        Halves drawn per topic.
    k
        Length of the top; people on a tie across its edge count in part.
    seed
        Of the halves; every measure sees the same.

    Returns
    -------
    pandas.DataFrame
        One row a topic and measure: topic, raters, people, named, measure, overlap (mean share of the full top k found
        again), low, high (5 % and 95 % of the draws); these are null where no more than k people were named: everybody
        is in such a top, whatever the measure. Eigenvector centrality is of the network without directions, because the
        directed one is not defined where words do not come back; where that network falls apart it settles in one
        of its parts. Each measure is compared with itself. A topic with one rater has no half, and no row.

    Raises
    ------
    ConfigError
        If `k` or `draws` is below 1, or `seed` below 0.
    DataError
        If no topic has two raters.
    """
    import pandas as pd

    for name, number in (("k", k), ("draws", draws)):
        check_count(number, name=name, least=1)
    check_count(seed, name="seed")
    topics: dict[str, set[tuple[str, str]]] = {}
    for row in TABLES["ballots"].arrow(ballots).to_pylist():
        link = name_key(row["rater"]), name_key(row["nominee"])
        if link[0] != link[1]:
            topics.setdefault(row["topic"], set()).add(link)
    halved = {topic: sorted(links) for topic, links in topics.items() if len({rater for rater, _ in links}) > 1}
    if not halved:
        raise DataError("found no topic with two raters or more, expected a survey with raters, nominees and a topic")
    rows = [row for topic, links in sorted(halved.items()) for row in _survive(topic, links, draws, k, seed)]
    return pd.DataFrame(rows)


def _survive(topic: str, links: Links, draws: int, k: int, seed: int) -> list[dict[str, Any]]:
    rng = np.random.default_rng(seed)
    raters = sorted({rater for rater, _ in links})
    people = sorted({one for link in links for one in link})
    named = len({nominee for _, nominee in links})
    halves = [set(rng.choice(raters, len(raters) // 2, replace=False).tolist()) for _ in range(draws)]
    rows = []
    for name, measure in MEASURES.items():
        row = {"topic": topic, "raters": len(raters), "people": len(people), "named": named, "measure": name}
        if named <= k:
            rows.append({**row, **dict.fromkeys(("overlap", "low", "high"), float("nan"))})
            continue
        whole = in_top(_values(measure(links), people), k)
        found = [
            np.minimum(whole, in_top(_values(measure([link for link in links if link[0] in half]), people), k)).sum()
            for half in halves
        ]
        share = np.array(found) / k
        low, high = np.quantile(share, [0.05, 0.95])
        rows.append({**row, "overlap": float(share.mean()), "low": float(low), "high": float(high)})
    return rows


def _values(measure: Mapping[str, float], people: Sequence[str]) -> Floats:
    """Line the values up, (people,), with whom a measure does not know last; rounded, so that ties are ties."""
    return np.round(np.array([measure.get(one, 0.0) for one in people]), 9)


def _in_degree(links: Links) -> Mapping[str, float]:
    return Counter(nominee for _, nominee in links)


def _page_rank(links: Links) -> dict[str, float]:
    from expertmine.nominations.standing import page_rank

    return page_rank((rater, nominee, 1.0) for rater, nominee in links)


def _eigenvector(links: Links) -> dict[str, float]:
    import networkx as nx

    return dict(nx.eigenvector_centrality(nx.Graph(links), max_iter=10_000))


def _betweenness(links: Links) -> dict[str, float]:
    import networkx as nx

    return dict(nx.betweenness_centrality(nx.DiGraph(links)))


MEASURES: Mapping[str, Callable[[Links], Mapping[str, float]]] = {
    "in-degree": _in_degree,
    "PageRank": _page_rank,
    "eigenvector": _eigenvector,
    "betweenness": _betweenness,
}
