"""Seconds and memory of vectors and topics on very many abstracts: those there are, tiled with changed words."""

from __future__ import annotations

import resource
import time
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expertmine.embed import embed_articles
from expertmine.topics import find_topics

Tables = dict[str, pa.Table]
CHANGED = 4
"""Of a copied abstract's words every so many-th becomes another word, the same in all copies of one round."""


def tile(texts: Tables, number: int) -> Tables:
    """Return so many articles: copies with other PMIDs in which one word of four is another one."""
    size, parts = texts["terms"].num_rows, []
    words = texts["terms"]["tokens"].combine_chunks()
    own, offsets = words.flatten().dictionary_encode(), words.offsets
    for copy in range(-(-number // size)):
        picked = np.random.default_rng(copy).integers(0, CHANGED, len(own.dictionary)) == 0
        other = pc.binary_join_element_wise(own.dictionary, f"x{copy}", "")
        changed = pc.if_else(pa.array(picked & (copy > 0)), other, own.dictionary)
        tokens = pa.ListArray.from_arrays(offsets, changed.take(own.indices))
        parts.append((tokens, copy))
    articles = pa.concat_tables([_moved(texts["articles"], copy) for _, copy in parts]).slice(0, number)
    terms = [_moved(texts["terms"], copy).set_column(1, "tokens", tokens) for tokens, copy in parts]
    return {"articles": articles.combine_chunks(), "terms": pa.concat_tables(terms).slice(0, number).combine_chunks()}


def _moved(table: pa.Table, copy: int) -> pa.Table:
    return table.set_column(0, "pmid", pc.add(table["pmid"], copy * 100_000_000))


def measure_large(texts: Tables, number: int) -> dict[str, float]:
    """Measure seconds by the clock, and the peak memory of this process."""
    large = tile(texts, number)
    clock = [time.perf_counter()]
    vectors, *_ = embed_articles(large["terms"], large["articles"])
    clock.append(time.perf_counter())
    topics, members, *_ = find_topics(large["articles"], vectors, terms=large["terms"])
    clock.append(time.perf_counter())
    done: dict[str, float] = {"articles": number, "topics": topics.num_rows, "assignments": members.num_rows}
    for step, (before, after) in zip(("vectors", "topics"), pairwise(clock), strict=True):
        done[f"{step}, s"] = after - before
    return done | {"peak, GB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}
