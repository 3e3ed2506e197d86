"""Sparse marks: who stands beside whom on a paper, the words of an address, the words a paper is known by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expertmine.identity.blocking import Grouping, expand, flattened, numbered
from expertmine.identity.names import fold
from expertmine.identity.places import EMAIL, emails_of
from expertmine.identity.reading import Floats, Ints, Mentions, locate
from expertmine.portable import log, log1p

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    Marks: TypeAlias = csr_matrix

CHUNK = 200_000
"""Pairs whose sparse rows are held at once."""
BATCH = 4_096
"""Articles whose words are counted at once."""
CROWD = 20
"""Names on a paper beyond which sharing it says less and less."""
ELSEWHERE = 1000
"""Papers thought of beside the corpus, so that a small one does not take its own team for a common name."""
COMPARED, STRIDE = 20_000, 7_919
"""Pairs of articles that tell how alike any two of the corpus are, and a prime by which they are spread."""
TELLING = 3
"""Rarest words of an address by which a mention in a big block finds its like."""
SIGNATURE = 48
"""Weightiest words by which an article is known."""
_WORD = re.compile(r"[a-z]{3,}")


def mark_companions(mentions: Mentions, block: Ints) -> Marks:
    """Mark papers by the names on them; a product of two rows counts shared names, rare ones and small teams more."""
    width = int(block.max(initial=0)) + 1
    paper, name = np.divmod(np.unique(mentions.paper * width + block), width)
    crowd = np.bincount(paper, minlength=len(mentions.papers))[paper]
    weight = np.sqrt(_rarity(name, len(mentions.papers))[name] * np.minimum(1.0, CROWD / crowd))
    return _sparse(paper, name, weight, (len(mentions.papers), width))


def mark_affiliations(mentions: Mentions) -> Marks:
    """Mark each distinct affiliation by its words, unit length, rare words more."""
    words, row = flattened([_address_words(text) for text in mentions.affiliations])
    word = numbered(words)
    width = int(word.max(initial=0)) + 1
    used = np.bincount(mentions.affiliation, minlength=len(mentions.affiliations))
    count = np.bincount(word, weights=used[row], minlength=width)
    weight = log1p(len(mentions) / np.maximum(count, 1.0))[word]
    return _unit(_sparse(row, word, weight, (len(mentions.affiliations), width)))


def mark_signatures(terms: pa.Table, papers: Ints) -> Marks:
    """Mark papers by their weightiest words (MeSH headings are among them), unit length."""
    words = pc.unique(pc.list_flatten(terms["tokens"])).sort()
    width = max(len(words), 1)
    spread = np.zeros(width, dtype=np.int64)
    for _, word, _ in _count_words(terms, papers, words):
        spread += np.bincount(word, minlength=width)
    nothing = np.zeros(0, dtype=np.int64)
    parts: list[tuple[Ints, Ints, Floats]] = [(nothing, nothing, np.zeros(0))]
    for paper, word, count in _count_words(terms, papers, words):
        weight = (1 + log(count)) * log(len(papers) / spread[word])
        kept = _heaviest(paper, word, weight, SIGNATURE)
        parts.append((paper[kept], word[kept], weight[kept]))
    row, column, weight = (np.concatenate([part[side] for part in parts]) for side in range(3))
    return _unit(_sparse(row, column, weight, (len(papers), width)))


def product(rows: Marks, first: Ints, second: Ints) -> Floats:
    """Return the products of pairs of rows."""
    parts = [
        np.asarray(rows[first[at : at + CHUNK]].multiply(rows[second[at : at + CHUNK]]).sum(axis=1)).ravel()
        for at in range(0, len(first), CHUNK)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def usual_product(rows: Marks) -> float:
    """Return the product that nineteen of twenty pairs of rows stay below; pairs at fixed distances stand for all."""
    size = rows.shape[0]
    place = np.arange(COMPARED)
    first, second = place % size, (place * STRIDE + place // size + 1) % size
    found = product(rows, first[first != second], second[first != second])
    return float(np.round(np.quantile(found, 0.95), 6)) if len(found) else 0.0


def telling_words(mentions: Mentions, marks: Marks) -> Grouping:
    """Pair each mention with the rarest words of its address that any other address has too."""
    shared = np.asarray((marks > 0).sum(axis=0)).ravel()
    entries = marks.tocoo()
    wanted = shared[entries.col] > 1
    row, word = entries.row[wanted].astype(np.int64), entries.col[wanted].astype(np.int64)
    kept = _heaviest(row, word, entries.data[wanted], TELLING)
    mention, place = expand(mentions.affiliation, row[kept])
    return Grouping(mention, word[kept][place])


def _address_words(text: str) -> list[str]:
    return sorted({*_WORD.findall(fold(EMAIL.sub(" ", text))), *emails_of(text)})


def _heaviest(row: Ints, word: Ints, weight: Floats, most: int) -> Ints:
    """Return where the weightiest words of each row stand, so many at most, row by row."""
    order = np.lexsort((word, -np.round(weight, 9), row))
    row = row[order]
    kept: Ints = order[np.arange(len(row)) - np.searchsorted(row, row) < most]
    return kept


def _count_words(terms: pa.Table, papers: Ints, words: pa.Array) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Yield paper, word and how often it stands there, some articles at a time: all tokens at once take gigabytes."""
    for batch in terms.select(["pmid", "tokens"]).to_batches(max_chunksize=BATCH):
        tokens = batch["tokens"]
        place = locate(batch["pmid"].to_numpy(), papers)
        paper = np.repeat(place, pc.list_value_length(tokens).to_numpy())
        word = pc.index_in(pc.list_flatten(tokens), value_set=words).to_numpy().astype(np.int64)
        here = paper >= 0
        pair, count = np.unique(paper[here] * len(words) + word[here], return_counts=True)
        yield pair // max(len(words), 1), pair % max(len(words), 1), count


def _rarity(name: Ints, papers: int) -> Floats:
    """Weigh each name between 0 and 1 by how few papers carry it."""
    share = np.maximum(np.bincount(name), 1) / (papers + ELSEWHERE)
    weight: Floats = -log(share) / log(papers + ELSEWHERE)
    return weight


def _sparse(row: Ints, column: Ints, weight: Floats, shape: tuple[int, int]) -> Marks:
    from scipy.sparse import csr_matrix

    return csr_matrix((weight, (row, column)), shape=shape)


def _unit(marks: Marks) -> Marks:
    from scipy.sparse import diags

    length = np.sqrt(np.asarray(marks.multiply(marks).sum(axis=1)).ravel())
    return (diags(1.0 / np.where(length > 0, length, 1.0)) @ marks).tocsr()
