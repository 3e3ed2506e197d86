"""Topics against outside labels: how many, how much of the corpus, how pure, how much they tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from expertmine.errors import DataError
from expertmine.tables import TABLES
from expertmine.text.vectors import Array

if TYPE_CHECKING:
    import pandas as pd

    from expertmine.tables import Frame


def evaluate_topics(topics: Frame, assignments: Frame, *, labels: Mapping[int, str]) -> pd.DataFrame:
    """Return one row a layer: how well its topics agree with labels that they never saw.

    Parameters
    ----------
    topics, assignments
        The tables of those names. An article in several topics of a layer counts in the strongest.
    labels
        PMID to outside label. Articles without a label do not count; labelled ones in no topic count as uncovered.

    Returns
    -------
    pandas.DataFrame
        layer; topics; coverage: share of labelled articles in a topic; purity: share of these whose label is their
        topic's commonest; ami: adjusted mutual information over all labelled articles, the uncovered as one more
        topic (Vinh 2010); ari: adjusted Rand index of those in a topic (Hubert & Arabie 1985).

    Raises
    ------
    DataError
        If no article is labelled, or none of those labelled is in these topics.

    Examples
    --------
    >>> from expertmine.tables import TABLES
    >>> rows = [{"topic_id": "n1", "layer": 0, "size": 2, "name": "A", "keyphrases": [], "facets": [],
    ...          "representatives": [1]}]
    >>> members = [{"pmid": pmid, "topic_id": "n1", "strength": 1.0} for pmid in (1, 2)]
    >>> evaluate_topics(TABLES["topics"].rows(rows), TABLES["assignments"].rows(members),
    ...                 labels={1: "a", 2: "a", 3: "b"})[["topics", "coverage", "purity"]].round(2).to_dict("records")
    [{'topics': 1, 'coverage': 0.67, 'purity': 1.0}]
    """
    import pandas as pd

    if not labels:
        raise DataError("no article is labelled; give at least one PMID with its label")
    named = TABLES["topics"].arrow(topics).select(["topic_id", "layer"]).to_pandas()
    members = TABLES["assignments"].arrow(assignments).to_pandas().merge(named, on="topic_id")
    members = members.sort_values(["strength", "topic_id"], ascending=[False, True])
    pmids = sorted(labels)
    truth = np.array([labels[pmid] for pmid in pmids])
    if len(members) and not members["pmid"].isin(pmids).any():
        raise DataError(
            f"none of the {len(pmids)} labelled articles is in these topics; are the labels another corpus's?"
        )
    rows = []
    for layer, own in members.groupby("layer"):
        topic = own.drop_duplicates("pmid").set_index("pmid")["topic_id"].reindex(pmids).fillna("").to_numpy(str)
        rows.append({"layer": layer, "topics": int((named["layer"] == layer).sum()), **_agreement(topic, truth)})
    return pd.DataFrame(rows, columns=["layer", "topics", "coverage", "purity", "ami", "ari"])


def _agreement(topic: Array, truth: Array) -> dict[str, float]:
    """Return the measures for one layer; "" is no topic."""
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score
    from sklearn.metrics.cluster import contingency_matrix

    inside = topic != ""
    commonest = contingency_matrix(truth[inside], topic[inside]).max(axis=0).sum() if inside.any() else 0
    return {
        "coverage": float(inside.mean()),
        "purity": float(commonest / max(inside.sum(), 1)),
        "ami": float(adjusted_mutual_info_score(truth, topic)),
        "ari": float(adjusted_rand_score(truth[inside], topic[inside])) if inside.any() else 0.0,
    }
