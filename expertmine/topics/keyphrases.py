"""What sets a topic's language apart: phrases weighed by how many of its articles use them, and how few others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate, chain
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expertmine.portable import log
from expertmine.text.clean import clean_title
from expertmine.text.vectors import Array
from expertmine.text.words import fold_phrase, usual_spelling
from expertmine.topics.completion import complete

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix, csr_matrix

_ADJECTIVAL = ("ed", "al", "ar", "ive", "ous", "able", "ible", "ory", "ful", "ize", "ise", "ates", "ate")
_CONSIDERED, _SHORT = 60, 4
_LEAST = 0.08
"""Share of a topic's articles that must use a phrase."""
_FLOOR = 0.1
"""What a phrase still says that is no more common in the topic than in the corpus (the only topic has no others)."""
_AS_COMMON = 0.5
_READ = 40
"""Articles, from the first to the last that use a phrase, that say what stands beside it."""
_SPARE = 5
"""Phrases made whole beyond those wanted: some are then part of another."""


@dataclass(frozen=True, slots=True)
class PhraseBook:
    """Every phrase of the corpus: folded keys, how each is best spelt, and which article (row) uses it (column)."""

    keys: list[str]
    spellings: list[str]
    use: csr_matrix
    in_title: csr_matrix
    articles: pa.Table
    users: csc_matrix
    """`use`, by phrase."""
    wholes: dict[int, str] = field(default_factory=dict)
    """Phrases made whole so far."""

    def whole(self, column: int) -> str:
        """Return the phrase with what nearly always stands beside it, by some of the articles that use it."""
        if column not in self.wholes:
            rows = np.sort(self.users.indices[self.users.indptr[column] : self.users.indptr[column + 1]])
            told = self.articles.take(pa.array(rows[:: -(-len(rows) // _READ)]))
            texts = chain.from_iterable(part.to_pylist() for part in told.columns)
            self.wholes[column] = complete(self.spellings[column], filter(None, texts))
        return self.wholes[column]


def read_phrases(terms: pa.Table, articles: pa.Table) -> PhraseBook:
    """Return the phrases that stand alone in two articles or more; longer phrases count for those they contain."""
    from scipy.sparse import csr_matrix

    lists = terms["phrases"].combine_chunks()
    rows = np.asarray(pc.list_parent_indices(lists))
    encoded = lists.flatten().dictionary_encode()
    printed = encoded.dictionary.to_pylist()
    times = np.bincount(np.asarray(encoded.indices), minlength=len(printed))
    spellings = _spellings(printed, times)
    keys = sorted(spellings)
    contains = _containment([fold_phrase(phrase) for phrase in printed], keys)
    ones = np.ones(len(rows), np.float32)
    printed_use = csr_matrix((ones, (rows, np.asarray(encoded.indices))), (len(lists), len(printed)))
    titles = articles["title"].to_pylist()
    in_title = _containment([" ".join(map(fold_phrase, _words(title))) for title in titles], keys)
    use = (printed_use @ contains).sign().tocsr()
    texts = articles.select(["title", "abstract"]).combine_chunks()
    spelt = [spellings[key] for key in keys]
    return PhraseBook(keys, spelt, use, in_title.multiply(use).tocsr(), texts, use.tocsc())


def _words(title: str) -> list[str]:
    return [word.strip(".,;:?!()[]\"'") for word in clean_title(title).split()]


def _spellings(printed: list[str], articles: Array) -> dict[str, str]:
    """Return the spelling of each phrase in two articles or more, each word cased as usual but in names."""
    variants: dict[str, dict[str, int]] = defaultdict(dict)
    printed_words: Counter[str] = Counter()
    for phrase, count in zip(printed, articles.tolist(), strict=True):
        variants[fold_phrase(phrase)][phrase] = count
        for word in phrase.split():
            printed_words[word] += count
    words: dict[str, dict[str, int]] = defaultdict(dict)
    for word, count in printed_words.items():
        words[word.lower()][word] = count
    cased = {word: usual_spelling(counts) for word, counts in words.items()}
    return {key: _spell(counts, cased) for key, counts in variants.items() if sum(counts.values()) >= 2}


def _spell(counts: dict[str, int], cased: dict[str, str]) -> str:
    """Case each word as usual; where half of them keep a capital it is a name, to be kept as a whole."""
    whole = usual_spelling(counts)
    words = [cased[word.lower()] for word in whole.split()]
    capitals = sum(word != word.lower() for word in words)
    return whole if 2 * capitals >= len(words) else " ".join(words)


def _containment(texts: list[str], keys: list[str]) -> csr_matrix:
    """Return which text (row) holds which key (column) as a run of whole words."""
    from scipy.sparse import csr_matrix

    place = {key: column for column, key in enumerate(keys)}
    beginnings = {run for key in keys for run in accumulate(key.split(), "{} {}".format)}
    found = [sorted({place[run] for run in _runs(text, beginnings) if run in place}) for text in texts]
    starts = np.cumsum([0, *map(len, found)])
    columns = np.array([column for row in found for column in row], int)
    return csr_matrix((np.ones(len(columns), np.float32), columns, starts), (len(texts), len(keys)))


def _runs(text: str, beginnings: set[str]) -> Iterator[str]:
    """Yield the runs of whole words with which a key begins."""
    words = text.split()
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            run = " ".join(words[start:end])
            if run not in beginnings:
                break
            yield run


def choose_phrases(book: PhraseBook, members: csr_matrix, *, number: int) -> list[list[str]]:
    """Return each topic's phrases, the most telling first, each made whole.

    Weight: share of the topic's articles that use the phrase (those with it in the title count twice) x log(that
    share / its share in the corpus), the topic's part of a Kullback-Leibler divergence, the logarithm to the power of
    1.5: with 1 too many phrases are true of half the corpus. Names of things weigh more.
    """
    use, titles = (members @ book.use).tocsr(), (members @ book.in_title).tocsr()
    sizes = np.diff(members.indptr)
    everywhere = (np.asarray(book.use.sum(axis=0)).ravel() + 1) / (book.use.shape[0] + 1)
    shape = np.array([_shape(key, spelt) for key, spelt in zip(book.keys, book.spellings, strict=True)], np.float32)
    chosen = []
    for topic, size in enumerate(sizes):
        columns = use.indices[use.indptr[topic] : use.indptr[topic + 1]]
        support = use.data[use.indptr[topic] : use.indptr[topic + 1]]
        title = titles[topic, columns].toarray().ravel()
        telling = log(np.maximum(support / size / everywhere[columns], 1)) + _FLOOR
        score = np.round((support + title) / size * telling * np.sqrt(telling) * shape[columns], 6)
        score[support < min(size, max(2, _LEAST * size))] = 0
        order = np.lexsort((columns, -score))[:_CONSIDERED]
        order = order[score[order] > 0]
        kept = order[_distinct([book.keys[column] for column in columns[order]], support[order])[: number + _SPARE]]
        whole = [book.whole(column) for column in columns[kept]]
        still = _distinct([fold_phrase(phrase) for phrase in whole], support[kept])
        chosen.append([whole[rank] for rank in still[:number]])
    return chosen


def _shape(key: str, spelt: str) -> float:
    """How much a phrase looks like the name of something."""
    words = spelt.split()
    length = {1: 1.0, 2: 1.7, 3: 2.0, 4: 2.0}.get(len(words), 1.2)
    if len(words) == 1 and " " in key:
        length = 0.5  # a lone compound is mostly an adjective: "full-thickness"
    if len(words) > 2 and all(word[0].isupper() for word in words):
        length = 0.7  # committees, societies, questionnaires
    return length * (0.4 if key.endswith(_ADJECTIVAL) else 1.0) * (0.5 if len(key) < _SHORT else 1.0)


def _distinct(keys: list[str], support: Array) -> Array:
    """Return which to keep: not a part of a longer phrase that is as common, nor what overlaps with a better one."""
    padded = [f" {key} " for key in keys]
    kept: list[int] = []
    for rank, key in enumerate(padded):
        swallowed = any(
            key in longer and key != longer and support[place] >= _AS_COMMON * support[rank]
            for place, longer in enumerate(padded)
        )
        if not swallowed and not any(key in padded[other] or padded[other] in key for other in kept):
            kept.append(rank)
    return np.array(kept, int)
