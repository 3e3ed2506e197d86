"""What an encoder says of each text; a model that takes its time is asked once a text and answers the next run, too."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expertmine.config import EmbedSettings
from expertmine.embed.encoders import SHIPPED, hash_model, load_encoder
from expertmine.errors import ModelError
from expertmine.parallel import spread
from expertmine.progress import track
from expertmine.tables import TABLES
from expertmine.text.parts import read_parts
from expertmine.text.vectors import Array, as_column, as_matrix, unit

_AT_ONCE = 2048
"""Articles given to the shipped encoder together, which is quick where words come again."""
_NAMED = 2
"""How often title and headings count in the shipped encoder's sum: they were chosen to say what an article is about."""

Encoded: TypeAlias = tuple[Array, pa.Table]


def begin_encoding(articles: pa.Table, *, settings: EmbedSettings, kept: pa.Table) -> Callable[[], Encoded]:
    """Start to encode title, abstract and headings of each article; what is returned, called, waits for the end.

    It ends with a vector for each article, in the same order, zero where there is no text, and the table `encodings`
    of these texts. The shipped encoder, if articles are many, works in other processes meanwhile; it is quicker than a
    table, and nothing is kept of it.
    """
    if settings.model not in SHIPPED:
        return partial(_encode_new, _texts(articles), settings, kept)
    rows = np.arange(len(articles))
    parts = [articles.take(rows[start : start + _AT_ONCE]) for start in rows[::_AT_ONCE]] or [articles]
    made = spread(partial(_encode_part, model=settings.model), parts, beside=True)
    return lambda: (np.concatenate(list(track(made, "encoding articles", len(parts)))), TABLES["encodings"].empty())


def _encode_part(articles: pa.Table, *, model: str) -> Array:
    if (encoder := load_encoder(model)) is None:
        return np.zeros((len(articles), 0), np.float32)
    return encoder.encode(_texts(articles, named=_NAMED))


def _texts(articles: pa.Table, *, named: int = 1) -> list[str]:
    """Return what an encoder reads of each article: title and headings so many times, the abstract once."""
    parts = map(read_parts, articles.to_pylist())
    texts = ([*[title] * named, abstract, *[" . ".join(given)] * named] for title, abstract, given in parts)
    return ["\n".join(filter(None, text)) for text in texts]


def _encode_new(texts: Sequence[str], settings: EmbedSettings, kept: pa.Table) -> Encoded:
    identity = hash_model(settings) or settings.model
    digests = [_digest(identity, text) for text in texts]
    kept = kept.filter(pc.is_in(kept["digest"], value_set=pa.array(digests, pa.int64())))
    known = kept["digest"].to_pylist()
    held = set(known)
    missing = ((digest, text) for digest, text in zip(digests, texts, strict=True) if digest not in held)
    new = dict(
        sorted(missing, key=lambda pair: len(pair[1]), reverse=True)
    )  # a batch takes as long as its longest text
    parts = [as_matrix(kept["vector"])] if known else []
    parts += [unit(_encode(list(new.values()), settings))] if new else []
    matrix = np.concatenate(parts) if parts else np.zeros((0, 1), np.float32)
    place = {digest: row for row, digest in enumerate([*known, *new])}
    rows = pa.table({"digest": pa.array(place, pa.int64()), "vector": as_column(matrix)})
    found = matrix[[place[digest] for digest in digests]]
    found[[not text for text in texts]] = 0
    return found, TABLES["encodings"].arrow(rows.sort_by("digest"))


def _digest(model: str, text: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{model}\n{text}".encode()).digest()[:8], "big", signed=True)


def _encode(texts: Sequence[str], settings: EmbedSettings) -> Array:
    encoder = load_encoder(settings.model)
    assert encoder is not None
    starts = range(0, len(texts), settings.batch_size)
    batches = [list(texts[start : start + settings.batch_size]) for start in starts]
    encoded = (encoder.encode(batch) for batch in batches)
    found = np.concatenate([np.asarray(rows, np.float32) for rows in track(encoded, "encoding articles", len(batches))])
    if found.ndim != 2 or len(found) != len(texts) or not np.isfinite(found).all():
        raise ModelError(
            f"the model '{settings.model}' returned an array of shape {found.shape} for {len(texts)} texts; "
            'expected one finite vector a text; choose another model or [embed] model = "static"'
        )
    return found
