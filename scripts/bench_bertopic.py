"""The usual way to topics beside ours: BERTopic's default pipeline with MiniLM (Grootendorst 2022)."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from joblib.externals.loky import get_reusable_executor
from train_encoder import fetch_teacher

from expertmine.embed import embed_articles
from expertmine.evaluate.topics import evaluate_topics
from expertmine.tables import TABLES
from expertmine.text import read_terms
from expertmine.text.clean import clean_abstract, clean_title
from expertmine.text.vectors import Array
from expertmine.topics import find_topics

RIVAL = "bertopic==0.17.4"


def measure_bertopic(
    articles: pa.Table, labels: Mapping[int, str], *, teacher: Path | None, installed: Path | None
) -> dict[str, Any]:
    """Return what either makes of the articles, and its seconds by the clock.

    Both begin with titles and abstracts in memory and end with a topic for each article; all that lies between is
    counted, so also what is imported for it. Ours runs before BERTopic's folder can be imported from: openTSNE imports
    pynndescent where it finds it, which compiles for twelve seconds the first time and is of no use to us.
    """
    folder = teacher or fetch_teacher(Path(".cache") / "teacher")
    known = {pmid: labels[pmid] for pmid in articles["pmid"].to_pylist() if pmid in labels}
    get_reusable_executor().shutdown()  # processes that have read these articles before know their words
    started = time.perf_counter()
    terms = read_terms(articles)
    vectors, *_ = embed_articles(terms, articles)
    topics, members, *_ = find_topics(articles, vectors, terms=terms)
    own = time.perf_counter() - started
    done: dict[str, Any] = {"expertmine": {"seconds": own, **_measures(topics, members, known)}}
    texts = [f"{clean_title(row['title'])} {clean_abstract(row['abstract'])}" for row in articles.to_pylist()]
    if installed:
        sys.path.insert(0, str(installed))
    found, seconds, again = fit_bertopic(texts, folder)
    tables = _tables(articles, found)
    done["BERTopic"] = {"seconds": seconds, "ARI of two runs": again, **_measures(*tables, known)}
    return {"articles": articles.num_rows, **done, "times as fast": seconds / own}


def fit_bertopic(texts: list[str], teacher: Path) -> tuple[Array, float, float]:
    """Return each text's topic or -1, what that took, and how far a second run agrees where both have a topic."""
    from sklearn.metrics import adjusted_rand_score

    started = time.perf_counter()
    try:
        bertopic: Any = import_module("bertopic")
    except ImportError as error:
        raise SystemExit(
            f"{error}. BERTopic is no part of the project: pip install --target FOLDER -c constraints.txt {RIVAL}, "
            "then run this again with --bertopic FOLDER"
        ) from error
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(str(teacher))
    vectors = np.asarray(encoder.encode(texts))
    runs = []
    for _ in range(2):
        runs.append(np.asarray(bertopic.BERTopic(embedding_model=encoder).fit_transform(texts, vectors)[0]))
        if len(runs) == 1:
            seconds = time.perf_counter() - started
            print(f"BERTopic: {seconds:.0f} s", file=sys.stderr)
    both = (runs[0] >= 0) & (runs[1] >= 0)
    return runs[0], seconds, float(adjusted_rand_score(runs[0][both], runs[1][both]))


def _tables(articles: pa.Table, found: Array) -> tuple[pa.Table, pa.Table]:
    """Return labels as tables of topics and assignments."""
    empty: dict[str, Any] = {"layer": 0, "keyphrases": [], "facets": [], "representatives": []}
    sizes = np.bincount(found[found >= 0]).tolist()
    topics = [{"topic_id": f"n{topic}", "name": f"{topic}", "size": size, **empty} for topic, size in enumerate(sizes)]
    pairs = zip(articles["pmid"].to_pylist(), found.tolist(), strict=True)
    members = [{"pmid": pmid, "topic_id": f"n{topic}", "strength": 1.0} for pmid, topic in pairs if topic >= 0]
    return TABLES["topics"].rows(topics), TABLES["assignments"].rows(members)


def _measures(topics: pa.Table, members: pa.Table, labels: Mapping[int, str]) -> dict[str, Any]:
    """Return the agreement of each layer but the area with the labels."""
    rows = evaluate_topics(topics, members, labels=labels).to_dict("records")
    return {name: row for name, row in zip(("niches", "themes"), rows, strict=False)}
