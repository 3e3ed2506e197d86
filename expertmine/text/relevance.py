"""How relevant each article is to a question in words."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import shorten
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from expertmine.config import check_count
from expertmine.errors import DataError, StageError
from expertmine.tables import TABLES
from expertmine.text.counts import count_terms, weigh
from expertmine.text.terms import read_text
from expertmine.text.vectors import Array, Encoder, as_matrix, cosines, join, unit

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from expertmine.tables import Frame


_ECHO = 0.5
"""Part of the relevance that comes from what the first articles say; docs/measurements.md has other values."""
_LENT = 0.4
"""Part of the relevance that an article has from those nearest to it."""
_COMPARED = 1000
"""Articles, the most relevant first, that lend each other relevance: each is compared with each."""
_TOLD = 80
"""Letters of a question that an error repeats: a text may be pasted."""


def score_relevance(  # noqa: PLR0913 - three tables by name
    query: str,
    *,
    terms: Frame,
    lexicon: Frame,
    vectors: Frame,
    encoder: Encoder | None = None,
    feedback: int = 8,
    neighbours: int = 20,
) -> pa.Table:
    """Return pmid and relevance, between 0 and 1, of every article, sorted by PMID.

    Parameters
    ----------
    query
        A question, a title, a paragraph; read in the same way as the articles.
    terms, lexicon, vectors
        The tables of those names.
    encoder
        The model that took part in making the vectors; None if they are only fitted on the corpus ('lsa'), as the
        lexicon then places any text.
    feedback
        Articles, the most relevant first, that are asked in the question's place a second time; 0: none.
    neighbours
        Articles, the nearest to each of the thousand most relevant, that lend it relevance; 0: none.

    Returns
    -------
    pyarrow.Table
        relevance = max(0, z(TF-IDF cosine) + z(cosine of vectors)) over its maximum, z over all articles (hybrid
        relevance: Berger 2020 found the sum better than either part and than rank fusion). It is relative to the
        corpus: 1 is the most relevant article, 0 all that are no more so than the average. Cutting the sum at its
        average instead of squashing it keeps the mass of a long career elsewhere from counting here. Half of it is that
        of a second question, the mean of the best articles for the first (pseudo-relevance feedback, Rocchio 1971):
        they have words that who asks did not think of. Two fifths of it then are the mean of the article's neighbours
        (score regularization, Diaz 2005): what is alike answers alike, whatever words a title chose.

    Raises
    ------
    ConfigError
        If `feedback` or `neighbours` is below 0.
    DataError
        If the text is none, or no word of the query occurs in the corpus; a model alone, without a lexicon of vectors,
        needs none.
    StageError
        If the vectors need an encoder, or are of another width than what the query became.
    """
    for name, number in (("feedback", feedback), ("neighbours", neighbours)):
        check_count(number, name=name)
    asked = _read(query, terms=terms, lexicon=lexicon, vectors=vectors, encoder=encoder)
    relevance = _hybrid(asked.lexical, asked.meant)
    if feedback and relevance.any():
        relevance = _over_greatest((1 - _ECHO) * relevance + _ECHO * _ask_again(relevance, asked, best=feedback))
    if neighbours:
        relevance = _over_greatest(_lend(relevance, asked.space, nearest=neighbours))
    return pa.table({"pmid": asked.pmids, "relevance": np.round(relevance, 6)})


@dataclass(frozen=True, slots=True)
class _Asked:
    """The n articles by PMID, and how like the question each is."""

    pmids: pa.ChunkedArray
    documents: csr_matrix
    """(n, terms) TF-IDF."""
    space: Array
    """(n, width) vectors."""
    lexical: Array
    """(n,) cosines of TF-IDF with the question's."""
    meant: Array
    """(n,) cosines of vectors with the question's."""


def _read(query: str, *, terms: Frame, lexicon: Frame, vectors: Frame, encoder: Encoder | None) -> _Asked:
    """Compare the question with every article, by words and by vectors."""
    terms = TABLES["terms"].arrow(terms).sort_by("pmid")
    vectors = TABLES["vectors"].arrow(vectors).sort_by("pmid")
    lexicon = TABLES["lexicon"].arrow(lexicon).sort_by("term")
    if not terms["pmid"].equals(vectors["pmid"]):
        raise StageError("terms and vectors are not of the same articles; make both from the same table of articles")
    if not len(terms):
        raise DataError(
            "this corpus holds no articles; `expertmine table CORPUS rejects` says what was wrong with what came"
        )
    tokens, _ = read_text(query)
    words, idf = lexicon["term"].combine_chunks(), np.asarray(lexicon["idf"])
    asked = weigh(count_terms(_as_terms(tokens), words), idf)
    if not asked.nnz and (encoder is None or as_matrix(lexicon["vector"].slice(0, 1)).shape[1]):
        told = shorten(query, _TOLD, placeholder=" …")
        raise DataError(f"no word of '{told}' occurs in this corpus; ask with words of its articles")
    documents = weigh(count_terms(terms, words), idf)
    space = as_matrix(vectors["vector"])
    places = as_matrix(lexicon["vector"].take(pa.array(asked.indices)))  # of all terms it would take far longer
    place = place_texts([query], asked[:, asked.indices], places=places, encoder=encoder)
    if place.shape[1] != space.shape[1] and len(space):
        raise StageError(
            f"the query became a vector of width {place.shape[1]}, the articles have {space.shape[1]}; give the "
            "encoder that made the vectors"
        )
    lexical = (documents @ asked.T).toarray().ravel()
    return _Asked(terms["pmid"], documents, space, lexical, cosines(space, place)[:, 0])


def _hybrid(lexical: Array, meant: Array) -> Array:
    return _over_greatest(np.maximum(_standardised(lexical) + _standardised(meant), 0))


def _over_greatest(values: Array) -> Array:
    return np.asarray(values / max(values.max(initial=0.0), 1e-9))


def _ask_again(relevance: Array, asked: _Asked, *, best: int) -> Array:
    """Return the relevance to the mean of the best articles, each as much of it as it is relevant."""
    first = np.argsort(-relevance, kind="stable")[:best]
    share = relevance[first] / relevance[first].sum()
    place = unit((asked.space[first] * share[:, None]).sum(axis=0, keepdims=True))
    return _hybrid(asked.documents @ (asked.documents[first].T @ share), cosines(asked.space, place)[:, 0])


def _lend(relevance: Array, space: Array, *, nearest: int) -> Array:
    """Return the relevance, a part of it the mean of the nearest articles'."""
    first = np.argsort(-relevance, kind="stable")[:_COMPARED]
    alike = cosines(space[first], space[first])
    np.fill_diagonal(alike, -np.inf)
    near = np.argsort(-alike, axis=1, kind="stable")[:, :nearest]
    related = np.take_along_axis(alike, near, axis=1) > 0  # an article without words is near to none, nor to itself
    lent = (1 - _LENT) * relevance
    lent[first] += _LENT * (relevance[first][near] * related).mean(axis=1)
    return lent


def place_texts(texts: list[str], weights: csr_matrix, *, places: Array, encoder: Encoder | None) -> Array:
    """Return where texts lie among the articles: by the weights of their words in the lexicon, and by an encoder."""
    lexical = np.asarray(weights @ places)
    meant = np.zeros((len(texts), 0)) if encoder is None else np.asarray(encoder.encode(texts), np.float32)
    return join(lexical, meant)


def _standardised(values: Array) -> Array:
    """Return z-scores; zeros where all values are the same."""
    spread = values.std(dtype=np.float64) if len(values) else 0.0
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros(len(values))


def _as_terms(tokens: list[str]) -> pa.Table:
    return TABLES["terms"].rows([{"pmid": 0, "tokens": tokens, "phrases": []}])
