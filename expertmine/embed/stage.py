"""The stage 'embed': every article gets its place in one space, and every term the weight that places other texts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from expertmine.config import EmbedSettings, checked_section
from expertmine.embed.encodings import begin_encoding
from expertmine.embed.lsa import fit_terms
from expertmine.errors import StageError
from expertmine.parallel import spread_threads
from expertmine.tables import TABLES
from expertmine.text.counts import count_terms, find_vocabulary, inverse_frequency, weigh
from expertmine.text.directions import lead_directions
from expertmine.text.parts import READ
from expertmine.text.vectors import Array, as_column, join, one_thread

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from expertmine.tables import Frame

_LARGEST = 50_000
"""Terms in the lexicon; twice as many change nothing in the neighbours and double the file."""
_FITTED = 5_000
"""Articles in which the directions of words are looked for; more of them change nothing in the neighbours either."""
_PLACED = 1_000
"""Articles placed at once, by a thread."""


def embed_articles(
    terms: Frame,
    articles: Frame,
    *,
    settings: EmbedSettings = EmbedSettings(),
    former: Mapping[str, pa.Table] = MappingProxyType({}),
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Return the tables `vectors` (sorted by PMID), `lexicon` (sorted by term) and `encodings` (sorted by digest).

    Parameters
    ----------
    terms, articles
        The tables of those names, of the same articles.
    settings
        `dimensions`: to how many TF-IDF of words and pairs of words is reduced. `remainder`: to how many what these
        leave of it is projected. `model`: what reads title, abstract and headings beside it, and whose vector is joined
        to that; 'lsa' is nothing.
    former
        The last run's `encodings`: texts that are among them are not given to the model again.

    Returns
    -------
    tuple of pyarrow.Table
        Vectors of unit length, float16, all zero for an article of which neither the lexicon nor the model knows a word
        (where only the model does, its word is the vector): `vector`, by which articles and
        questions are compared, and `lead`, its leading directions without the remainder: what topics see. The lexicon
        holds the fitted part only; `score_relevance` places a text by both. Of the shipped encoder no encodings are
        kept: it is quicker than they.

    Raises
    ------
    ConfigError
        If a setting is out of its range.
    StageError
        If terms and articles are not of the same articles.
    ModelError
        If the model cannot be loaded or does not return one finite vector a text.

    Examples
    --------
    >>> from expertmine.tables import TABLES
    >>> made = embed_articles(TABLES["terms"].empty(), TABLES["articles"].empty())
    >>> [table.num_rows for table in made]
    [0, 0, 0]
    """
    settings = checked_section(settings, EmbedSettings)
    terms = TABLES["terms"].arrow(terms).sort_by("pmid")
    articles = TABLES["articles"].arrow(articles).select(READ).sort_by("pmid")
    if not terms["pmid"].equals(articles["pmid"]):
        raise StageError("terms and articles are not of the same articles; make terms of them with `read_terms`")
    encoded = begin_encoding(articles, settings=settings, kept=former.get("encodings", TABLES["encodings"].empty()))
    vocabulary = find_vocabulary(terms, min_articles=_least(terms.num_rows), largest=_LARGEST)
    counts = count_terms(terms, vocabulary)
    idf = inverse_frequency(counts)
    weights = weigh(counts, idf)
    with one_thread():
        sample = _sample(terms["pmid"].to_numpy())
        shared, own = fit_terms(weights, sample=sample, dimensions=settings.dimensions, remainder=settings.remainder)
    meant, encodings = encoded()  # a model's own threads are its own matter
    with one_thread():
        whole, leading = _place(weights, shared=shared, own=own, meant=meant)
        lead = lead_directions(leading)
    vectors = {"pmid": terms["pmid"], "vector": as_column(whole), "lead": as_column(lead)}
    places = as_column(np.hstack([shared, own], dtype=np.float16, casting="same_kind"))
    lexicon = {"term": vocabulary, "idf": idf, "vector": places}
    return TABLES["vectors"].arrow(pa.table(vectors)), TABLES["lexicon"].arrow(pa.table(lexicon)), encodings


def _place(weights: csr_matrix, *, shared: Array, own: Array, meant: Array) -> tuple[Array, Array]:
    """Return where each article (row) lies by all there is of it, float16, and without the remainder, float32."""

    def place(part: slice) -> tuple[Array, Array]:
        said, rest = weights[part] @ shared, weights[part] @ own
        return join(np.hstack([said, rest]), meant[part]).astype(np.float16), join(said, meant[part])

    starts = range(0, max(weights.shape[0], 1), _PLACED)
    whole, leading = zip(*spread_threads(place, [slice(start, start + _PLACED) for start in starts]), strict=True)
    return np.concatenate(whole), np.concatenate(leading)


def _sample(pmids: Array) -> Array:
    """Return the rows of at most `_FITTED` articles, drawn by their PMIDs: new articles put few others out."""
    drawn = pmids.astype(np.uint64) * np.uint64(2654435761) % np.uint64(2**32)  # multiplicative hashing, Knuth 1973
    return np.sort(np.argsort(drawn, kind="stable")[:_FITTED])


def _least(articles: int) -> int:
    """Articles in which a term must stand: three, fewer where there are hardly any articles."""
    return min(3, 1 + articles // 50)
