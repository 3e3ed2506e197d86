"""The stage 'embed': every article gets its place in one space, and every term the weight that places other texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from expertmine.config import EmbedSettings
from expertmine.embed.encoders import load_encoder
from expertmine.embed.lsa import fit_terms
from expertmine.errors import ModelError
from expertmine.progress import track
from expertmine.tables import TABLES
from expertmine.text.clean import clean_abstract, clean_title
from expertmine.text.counts import count_terms, find_vocabulary, inverse_frequency, weigh
from expertmine.text.phrases import headings
from expertmine.text.vectors import Array, as_column, join, one_thread

if TYPE_CHECKING:
    from expertmine.tables import Frame

_LARGEST = 50_000
"""Terms in the lexicon; twice as many change nothing in the neighbours and double the file."""
_AT_ONCE = 2048
"""Texts given to the shipped encoder together, which is quick where words come again."""
_FITTED = 5_000
"""Articles in which the directions of words are looked for; more of them change nothing in the neighbours either."""


def embed_articles(
    terms: Frame, articles: Frame, *, settings: EmbedSettings = EmbedSettings()
) -> tuple[pa.Table, pa.Table]:
    """Return the tables `vectors` (sorted by PMID) and `lexicon` (sorted by term).

    Parameters
    ----------
    terms, articles
        The tables of those names, of the same articles.
    settings
        `dimensions`: to how many TF-IDF of words and pairs of words is reduced. `model`: what reads title, abstract
        and headings beside it, and whose vector is joined to that; 'lsa' is nothing.

    Returns
    -------
    tuple of pyarrow.Table
        Vectors of unit length, float16, all zero for an article without words. The lexicon holds the fitted part only;
        `score_relevance` places a text by both.

    Raises
    ------
    ModelError
        If the model cannot be loaded or does not return one finite vector a text.

    Examples
    --------
    >>> from expertmine.tables import TABLES
    >>> vectors, lexicon = embed_articles(TABLES["terms"].empty(), TABLES["articles"].empty())
    >>> vectors.num_rows, lexicon.num_rows
    (0, 0)
    """
    terms = TABLES["terms"].arrow(terms).sort_by("pmid")
    vocabulary = find_vocabulary(terms, min_articles=_least(terms.num_rows), largest=_LARGEST)
    counts = count_terms(terms, vocabulary)
    idf = inverse_frequency(counts)
    weights = weigh(counts, idf)
    with one_thread():
        sample = _sample(terms["pmid"].to_numpy())
        places = fit_terms(weights, sample=sample, dimensions=settings.dimensions)
    meant = _encode(TABLES["articles"].arrow(articles).sort_by("pmid"), settings)
    vectors = {"pmid": terms["pmid"], "vector": as_column(join(weights @ places, meant))}
    lexicon = {"term": vocabulary, "idf": idf, "vector": as_column(places)}
    return TABLES["vectors"].arrow(pa.table(vectors)), TABLES["lexicon"].arrow(pa.table(lexicon))


def _sample(pmids: Array) -> Array:
    """Return the rows of at most `_FITTED` articles, drawn by their PMIDs: new articles put few others out."""
    drawn = pmids.astype(np.uint64) * np.uint64(2654435761) % np.uint64(2**32)  # multiplicative hashing, Knuth 1973
    return np.sort(np.argsort(drawn, kind="stable")[:_FITTED])


def _least(articles: int) -> int:
    """Articles in which a term must stand: three, fewer where there are hardly any articles."""
    return min(3, 1 + articles // 50)


def _encode(articles: pa.Table, settings: EmbedSettings) -> Array:
    """Return the model's vectors of title, abstract and headings, zero where there is no text."""
    encoder = load_encoder(settings.model)
    if encoder is None:
        return np.zeros((articles.num_rows, 0), np.float32)
    texts = [_text(row) for row in articles.select(["title", "abstract", "mesh", "keywords"]).to_pylist()]
    batches = list(_batches(texts, _AT_ONCE if settings.model == "static" else settings.batch_size))
    parts = [np.asarray(encoder.encode(batch), np.float32) for batch in track(batches, "encoding articles")]
    found = np.concatenate(parts) if parts else np.zeros((0, 1), np.float32)
    if found.ndim != 2 or len(found) != len(texts) or not np.isfinite(found).all():
        raise ModelError(
            f"the model '{settings.model}' returned an array of shape {found.shape} for {len(texts)} texts; "
            'expected one finite vector a text; choose another model or [embed] model = "static"'
        )
    found[[not text for text in texts]] = 0
    return found


def _text(article: Mapping[str, Any]) -> str:
    parts = [clean_title(article["title"]), clean_abstract(article["abstract"]), " . ".join(headings(article))]
    return "\n".join(part for part in parts if part)


def _batches(texts: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(texts), size):
        yield texts[start : start + size]
