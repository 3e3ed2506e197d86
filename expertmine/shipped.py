"""What the library ships beside its code."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def models_folder() -> Path:
    """Return the folder of models: inside an installed package, beside it in a checkout."""
    room = Path(str(files("expertmine")))
    return room / "models" if (room / "models").is_dir() else room.parent / "models"
