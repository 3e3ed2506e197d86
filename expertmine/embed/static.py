"""The shipped encoder: a vector for each piece of a word, a text the sum of its pieces; read without torch."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from expertmine.errors import ModelError
from expertmine.shipped import models_folder
from expertmine.text.vectors import Array

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from tokenizers import Tokenizer


_MOST_WORDS = 1 << 16


@dataclass(frozen=True, slots=True)
class StaticEncoder:
    """Whole-number vectors of word pieces (Model2Vec: van Dongen & Tulkens 2024), made by scripts/train_encoder.py."""

    tokenizer: Tokenizer
    pieces: Array
    known: dict[str, tuple[int, ...]] = field(default_factory=dict, repr=False, compare=False)
    """The pieces of words read before: few are ever new, and to find them is most of the work."""

    def encode(self, texts: list[str], /) -> Array:
        """Return the direction of the sum of each text's pieces, unit length, zeros where no piece is known.

        Sums and squares of whole numbers are exact in any order, so no machine finds another vector.
        """
        words = [text.split() for text in texts]
        places = {word: place for place, word in enumerate(dict.fromkeys(chain.from_iterable(words)))}
        sums = count([[places[word] for word in text] for text in words], len(places)) @ self._sum_pieces(places)
        length = np.sqrt((sums.astype(np.int64) ** 2).sum(axis=1, keepdims=True))
        return np.asarray(sums / np.maximum(length, 1), np.float32)

    def _sum_pieces(self, words: Collection[str]) -> Array:
        """Return the sum of each word's pieces; a tokenizer of word pieces never looks beyond white space."""
        if len(self.known) > _MOST_WORDS:
            self.known.clear()
        new = [word for word in words if word not in self.known]
        read = self.tokenizer.encode_batch_fast(new, add_special_tokens=False)
        self.known.update((word, tuple(pieces.ids)) for word, pieces in zip(new, read, strict=True))
        return np.asarray(count([self.known[word] for word in words], len(self.pieces)) @ self.pieces)


def count(rows: Sequence[Sequence[int]], columns: int) -> csr_matrix:
    """Return how often each column is named in each row."""
    from scipy.sparse import csr_matrix

    ends = np.cumsum([0, *map(len, rows)])
    flat = np.fromiter(chain.from_iterable(rows), np.int32, ends[-1])
    return csr_matrix((np.ones(len(flat), np.int32), flat, ends), shape=(len(rows), columns))


@cache
def load_static() -> StaticEncoder:
    """Read the shipped model.

    Raises
    ------
    ModelError
        If a file of the model is missing or damaged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    folder = models_folder() / "encoder"
    try:
        pieces = load_file(folder / "model.safetensors")["embeddings"].astype(np.int32)
        tokenizer = Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8"))
    except (OSError, KeyError, SafetensorError) as error:
        raise ModelError(f"cannot read the encoder in '{folder}': {error}; reinstall expertmine") from error
    if len(pieces) < tokenizer.get_vocab_size():
        raise ModelError(f"the encoder in '{folder}' has no vector for some of its pieces; reinstall expertmine")
    return StaticEncoder(tokenizer, pieces)
