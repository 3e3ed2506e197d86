"""How often which term stands in which article: the one place where terms are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expertmine.parallel import spread_threads
from expertmine.portable import log
from expertmine.text.vectors import Array

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_AT_ONCE = 2_500
"""Articles counted at once, by a thread: their pairs of words are many times as large as the table."""


def find_vocabulary(terms: pa.Table, *, min_articles: int, largest: int) -> pa.Array:
    """Return the words and pairs of neighbouring words that stand in at least `min_articles`, sorted.

    Of more than `largest` those in most articles are kept, of equals the first by alphabet.
    """
    none = pa.table({"term": pa.array([], pa.string()), "articles": pa.array([], pa.int64())})
    counted = spread_threads(_count_articles, _parts(terms))
    table = pa.concat_tables([none, *counted]).group_by("term", use_threads=False).aggregate([("articles", "sum")])
    table = table.filter(pc.greater_equal(table["articles_sum"], min_articles))
    order = [("articles_sum", "descending"), ("term", "ascending")]
    return table.sort_by(order).slice(0, largest)["term"].combine_chunks().sort()


def count_terms(terms: pa.Table, vocabulary: pa.Array) -> csr_matrix:
    """Return how often each article (row) uses each term of the vocabulary (column), float32."""
    from scipy.sparse import csr_matrix, vstack

    def count(part: pa.Table) -> csr_matrix:
        row, term = _occurrences(part)
        place = pc.index_in(term, value_set=vocabulary)
        return _incidence(row.filter(place.is_valid()), place.drop_null(), shape=(len(part), len(vocabulary)))

    none = csr_matrix((0, len(vocabulary)), dtype=np.float32)
    return vstack([none, *spread_threads(count, _parts(terms))], "csr")


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


def _parts(terms: pa.Table) -> list[pa.Table]:
    return [terms.slice(start, _AT_ONCE) for start in range(0, len(terms), _AT_ONCE)]


def _count_articles(terms: pa.Table) -> pa.Table:
    """Return each word and pair of neighbours, and in how many of the articles it stands."""
    row, term = _occurrences(terms)
    coded = term.dictionary_encode()
    articles = np.bincount(_incidence(row, coded.indices, shape=(len(terms), len(coded.dictionary))).indices)
    return pa.table({"term": coded.dictionary, "articles": articles})


def _incidence(row: pa.Array, column: pa.Array, *, shape: tuple[int, int]) -> csr_matrix:
    """Return how often each pair of row and column comes, float32, columns in order."""
    from scipy.sparse import coo_matrix

    counts = coo_matrix((np.ones(len(row), np.float32), (np.asarray(row), np.asarray(column))), shape=shape).tocsr()
    counts.sort_indices()
    return counts


def _occurrences(terms: pa.Table) -> tuple[pa.Array, pa.Array]:
    """Return row and text of every word and of every pair of neighbours, in that order."""
    tokens = terms["tokens"].combine_chunks()
    row, word = pc.list_parent_indices(tokens), tokens.flatten()
    pair = pc.binary_join_element_wise(word[:-1], word[1:], " ") if len(word) else word
    same = pc.equal(row[:-1], row[1:]) if len(row) else pa.array([], pa.bool_())
    return pa.concat_arrays([row, row[:-1].filter(same)]), pa.concat_arrays([word, pair.filter(same)])
