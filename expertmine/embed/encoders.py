"""Ready-made models: whatever turns texts into vectors, loaded by name or path."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import cast

from expertmine.config import EmbedSettings
from expertmine.embed.static import load_static
from expertmine.errors import ModelError
from expertmine.text.vectors import Encoder

SHIPPED = frozenset({"static", "lsa"})
"""Settings that need nothing but what is here."""


def load_encoder(model: str) -> Encoder | None:
    """Return the shipped encoder ('static'), none ('lsa'), or a sentence-transformers model.

    Parameters
    ----------
    model
        As in `[embed] model`; a name is fetched by the model's library once, a path needs no network.

    Raises
    ------
    ModelError
        If the name is unknown, the machine is offline and the model not yet there, or the folder holds no model.
    """
    if model == "lsa":
        return None
    return load_static() if model == "static" else _load_transformer(model)


def hash_model(settings: EmbedSettings) -> str:
    """Hash what the model's folder holds, for it may be trained anew in its place; '' for a model that has a name."""
    folder = Path(settings.model)
    if settings.model in SHIPPED or not folder.is_dir():
        return ""
    known = hashlib.sha256()
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        found = file.stat()
        known.update(_file_hash(file, found.st_size, found.st_mtime_ns))
    return known.hexdigest()


@lru_cache(maxsize=256)
def _file_hash(path: Path, _size: int, _changed: int) -> bytes:
    """Return the hash of a file as it is now; within one process no file is read twice for it."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").digest()


def _load_transformer(model: str) -> Encoder:
    from sentence_transformers import SentenceTransformer

    try:
        return cast("Encoder", SentenceTransformer(model))
    except (OSError, ValueError, ImportError, KeyError, RuntimeError) as error:
        reason = str(error).strip().split("\n")[0]
        raise ModelError(
            f"cannot load the model '{model}': {reason}. Give the path of a sentence-transformers folder (a relative "
            f"one is looked for in '{Path.cwd()}'), go online once so that its library can fetch it, or set [embed] "
            'model = "static", which needs neither'
        ) from error
