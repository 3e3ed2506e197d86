"""How often which term stands in which article: the one place where terms are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expertmine.portable import log
from expertmine.text.vectors import Array

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def find_vocabulary(terms: pa.Table, *, min_articles: int, largest: int) -> pa.Array:
    """Return the words and pairs of neighbouring words that stand in at least `min_articles`, sorted.

    Of more than `largest` those in most articles are kept, of equals the first by alphabet.
    """
    row, text = _occurrences(terms)
    seen = pa.table({"row": row, "text": text}).group_by(["row", "text"], use_threads=False).aggregate([])
    articles = seen.group_by("text", use_threads=False).aggregate([([], "count_all")])
    articles = articles.filter(pc.greater_equal(articles["count_all"], min_articles))
    order = [("count_all", "descending"), ("text", "ascending")]
    return articles.sort_by(order).slice(0, largest)["text"].combine_chunks().sort()


def count_terms(terms: pa.Table, vocabulary: pa.Array) -> csr_matrix:
    """Return how often each article (row) uses each term of the vocabulary (column), float32."""
    from scipy.sparse import coo_matrix

    row, text = _occurrences(terms)
    place = pc.index_in(text, value_set=vocabulary)
    known = np.asarray(place.is_valid())
    rows, columns = np.asarray(row)[known], np.asarray(place.drop_null())
    shape = (terms.num_rows, len(vocabulary))
    counts = coo_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape).tocsr()
    counts.sort_indices()
    return counts


def weigh(counts: csr_matrix, idf: Array) -> csr_matrix:
    """Return (1 + log tf) · idf with rows of unit length (Salton & Buckley 1988)."""
    weighted = counts.copy()
    weighted.data = np.asarray((1 + log(counts.data)) * idf[counts.indices], np.float32)
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    length = np.sqrt(np.bincount(row, weighted.data.astype(np.float64) ** 2, minlength=counts.shape[0]))
    weighted.data /= length[row].astype(np.float32)
    return weighted


def inverse_frequency(counts: csr_matrix) -> Array:
    """Return log((1 + n) / (1 + df)) + 1 of each column, float32 (smoothed as in scikit-learn)."""
    articles = np.bincount(counts.indices, minlength=counts.shape[1])
    return np.asarray(log((1 + counts.shape[0]) / (1 + articles)) + 1, np.float32)


def _occurrences(terms: pa.Table) -> tuple[pa.Array, pa.Array]:
    """Return row and text of every word and of every pair of neighbours, in that order."""
    tokens = terms["tokens"].combine_chunks()
    row, word = pc.list_parent_indices(tokens), tokens.flatten()
    pair = pc.binary_join_element_wise(word[:-1], word[1:], " ") if len(word) else word
    same = pc.equal(row[:-1], row[1:]) if len(row) else pa.array([], pa.bool_())
    return pa.concat_arrays([row, row[:-1].filter(same)]), pa.concat_arrays([word, pair.filter(same)])
