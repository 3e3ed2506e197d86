"""Who is on the way up: authority over the last years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from expertmine.answers.analysed import keep_analysed
from expertmine.answers.people import named_people
from expertmine.answers.topics import check_top, first_rows, named_topics, resolve_topic
from expertmine.corpus import Corpus
from expertmine.corpus.opened import checked_corpus
from expertmine.tables.niches import NICHE

if TYPE_CHECKING:
    import pandas as pd


def rising(corpus: Corpus, topic: str | None = None, *, years: int = 5, top: int = 20) -> pd.DataFrame:
    """List how each person's authority moved of late, those first of whom it is surest that it grows.

    Parameters
    ----------
    corpus
        A corpus run until 'authority' at least.
    topic
        A topic's id or exact name; by default all niches.
    years
        How many years, the last one of the corpus among them, the slope is taken over.
    top
        How many rows; 0 for all.

    Returns
    -------
    pandas.DataFrame
        person_id, name, topic_id, topic, rank, score, slope (score a year, see `measure_slopes`), low, high (its 90 %
        interval), rising: whether that lies above 0; by the lower bound, the highest first.

    Raises
    ------
    ConfigError
        If no such topic exists, `years` is below 2 or more than the articles span (5 are always allowed), or `top` is
        below 0.
    """
    from expertmine.authority import measure_slopes

    corpus = checked_corpus(corpus).pinned()
    check_top(top)  # before what takes long
    tables = corpus.tables("contributions", "articles", "citations", "scores", "topics")
    layer = NICHE
    if topic is not None:
        wanted = resolve_topic(corpus, topic)
        layer = tables["topics"].filter(pc.field("topic_id") == wanted)["layer"][0].as_py()
    names = named_topics(corpus, layer=layer)
    inside = pc.is_in(tables["contributions"]["topic_id"], value_set=pa.array(list(names), pa.string()))
    slopes = measure_slopes(
        tables["contributions"].filter(inside), keep_analysed(corpus, tables["articles"]),
        citations=tables["citations"], years=years, settings=corpus.config.authority,
    ).to_pandas()  # fmt: skip
    ranked = tables["scores"].select(["person_id", "topic_id", "rank", "score"]).to_pandas()
    rows = slopes.merge(ranked, on=["person_id", "topic_id"])
    rows = rows if topic is None else rows[rows["topic_id"] == wanted]
    rows = rows.assign(rising=rows["low"] > 0, topic=rows["topic_id"].map(names))
    rows["name"] = rows["person_id"].map(named_people(corpus))
    rows = rows.sort_values(["low", "slope", "topic_id", "person_id"], ascending=[False, False, True, True])
    shown = ["person_id", "name", "topic_id", "topic", "rank", "score", "slope", "low", "high", "rising"]
    return first_rows(rows[shown], top)
