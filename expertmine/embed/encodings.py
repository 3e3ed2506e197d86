"""What an encoder says of each text; a model that takes its time is asked once a text and answers the next run, too."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expertmine.config import EmbedSettings
from expertmine.embed.encoders import SHIPPED, load_encoder
from expertmine.errors import ModelError
from expertmine.progress import track
from expertmine.tables import TABLES
from expertmine.text.vectors import Array, as_column, as_matrix, unit

_AT_ONCE = 2048
"""Texts given to the shipped encoder together, which is quick where words come again."""


def encode_texts(texts: Sequence[str], *, settings: EmbedSettings, kept: pa.Table) -> tuple[Array, pa.Table]:
    """Return the vector of each text, zero where there is none, and the table `encodings` of these texts.

    The shipped encoder is quicker than a table: nothing is kept of it.
    """
    if settings.model in SHIPPED:
        found, encodings = _encode(texts, settings), TABLES["encodings"].empty()
    else:
        found, encodings = _encode_new(texts, settings, kept)
    found[[not text for text in texts]] = 0
    return found, encodings


def _encode_new(texts: Sequence[str], settings: EmbedSettings, kept: pa.Table) -> tuple[Array, pa.Table]:
    digests = [_digest(settings.model, text) for text in texts]
    kept = kept.filter(pc.is_in(kept["digest"], value_set=pa.array(digests, pa.int64())))
    known = kept["digest"].to_pylist()
    new = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in set(known)}
    parts = [as_matrix(kept["vector"])] if known else []
    parts += [unit(_encode(list(new.values()), settings))] if new else []
    matrix = np.concatenate(parts) if parts else np.zeros((0, 1), np.float32)
    place = {digest: row for row, digest in enumerate([*known, *new])}
    rows = pa.table({"digest": pa.array(place, pa.int64()), "vector": as_column(matrix)})
    return matrix[[place[digest] for digest in digests]], TABLES["encodings"].arrow(rows.sort_by("digest"))


def _digest(model: str, text: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{model}\n{text}".encode()).digest()[:8], "big", signed=True)


def _encode(texts: Sequence[str], settings: EmbedSettings) -> Array:
    encoder = load_encoder(settings.model)
    if encoder is None:
        return np.zeros((len(texts), 0), np.float32)
    batches = list(_batches(texts, _AT_ONCE if settings.model in SHIPPED else settings.batch_size))
    parts = [np.asarray(encoder.encode(batch), np.float32) for batch in track(batches, "encoding articles")]
    found = np.concatenate(parts) if parts else np.zeros((0, 1), np.float32)
    if found.ndim != 2 or len(found) != len(texts) or not np.isfinite(found).all():
        raise ModelError(
            f"the model '{settings.model}' returned an array of shape {found.shape} for {len(texts)} texts; "
            'expected one finite vector a text; choose another model or [embed] model = "static"'
        )
    return found


def _batches(texts: Sequence[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(texts), size):
        yield list(texts[start : start + size])
