"""The shipped encoder: a vector for each piece of a word, a text the sum of its pieces; read without torch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from expertmine.errors import ModelError
from expertmine.shipped import models_folder
from expertmine.text.vectors import Array

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from tokenizers import Tokenizer

_AT_ONCE = 1024
"""Texts whose pieces are in memory at once."""


@dataclass(frozen=True, slots=True)
class StaticEncoder:
    """Whole-number vectors of word pieces (Model2Vec: van Dongen & Tulkens 2024), made by scripts/train_encoder.py."""

    tokenizer: Tokenizer
    pieces: Array

    def encode(self, texts: list[str], /) -> Array:
        """Return the direction of the sum of each text's pieces, unit length, zeros where no piece is known.

        Sums and squares of whole numbers are exact in any order, so no machine finds another vector.
        """
        found = np.zeros((len(texts), self.pieces.shape[1]), np.float32)
        for start in range(0, len(texts), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            sums = np.asarray(self._count(texts[part]) @ self.pieces)
            length = np.sqrt((sums.astype(np.int64) ** 2).sum(axis=1, keepdims=True))
            found[part] = sums / np.maximum(length, 1)
        return found

    def _count(self, texts: list[str]) -> csr_matrix:
        """Return how often each text (row) has each piece (column)."""
        from scipy.sparse import csr_matrix

        read = [piece.ids for piece in self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
        ends = np.cumsum([0, *map(len, read)])
        flat = np.fromiter((piece for ids in read for piece in ids), np.int32, ends[-1])
        return csr_matrix((np.ones(len(flat), np.int32), flat, ends), shape=(len(texts), len(self.pieces)))


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
