"""Which of the stored articles the answers speak of: what came after the last run is in none of its tables."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from expertmine.corpus import Corpus

FIRST = "terms"
"""The first table that a run makes: a row for every article that it saw."""


def count_unanalysed(corpus: Corpus) -> int:
    """Count the stored articles that no run has seen."""
    if "articles" not in corpus.manifest.tables:
        return 0
    stored = corpus.table("articles", ["pmid"])
    return len(stored) - len(keep_analysed(corpus, stored))


def keep_analysed(corpus: Corpus, articles: pa.Table) -> pa.Table:
    """Return the articles that the last run saw: the others would move the present, and shares of all articles."""
    held = corpus.manifest.tables
    if FIRST not in held and "topics" in held:
        return articles  # tables handed in: nobody knows what they were made from
    seen = corpus.table(FIRST, ["pmid"])["pmid"].combine_chunks() if FIRST in held else pa.array([], pa.int64())
    return articles.filter(pc.is_in(articles["pmid"], value_set=seen))
