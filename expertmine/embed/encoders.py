"""Ready-made models: whatever turns texts into vectors, loaded by name or path."""

from __future__ import annotations

from typing import cast

from expertmine.errors import ModelError
from expertmine.text.vectors import Encoder


def load_encoder(model: str) -> Encoder:
    """Return a sentence-transformers model by name (fetched by its library once) or by path.

    Raises
    ------
    ModelError
        If the name is unknown, the machine is offline and the model not yet there, or the folder holds no model.
    """
    from sentence_transformers import SentenceTransformer

    try:
        return cast("Encoder", SentenceTransformer(model))
    except (OSError, ValueError, ImportError, KeyError, RuntimeError) as error:
        reason = str(error).strip().split("\n")[0]
        raise ModelError(
            f"cannot load the model '{model}': {reason}. Give the path of a sentence-transformers folder, go online "
            'once so that its library can fetch it, or set [embed] model = "lsa", which needs no file'
        ) from error
