"""Which of the stored articles the answers speak of: what came after the last run is in none of its tables."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from expertmine.corpus import Corpus

FIRST = "terms"
"""The first table that a run makes: a row for every article that it saw."""


def count_unanalysed(corpus: Corpus) -> int:
    """Count the stored articles that no run has seen, by what the manifest says."""
    held = corpus.manifest.tables
    if "articles" not in held or (FIRST not in held and "topics" in held):
        return 0  # no articles, or tables handed in: nobody knows what they were made from
    return max(0, held["articles"].rows - (held[FIRST].rows if FIRST in held else 0))


def keep_analysed(corpus: Corpus, articles: pa.Table) -> pa.Table:
    """Return the articles that the last run saw: the others would move the present, and shares of all articles."""
    if not count_unanalysed(corpus):
        return articles
    seen = corpus.table(FIRST, ["pmid"])["pmid"].combine_chunks()
    return articles.filter(pc.is_in(articles["pmid"], value_set=seen))
