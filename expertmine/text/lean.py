"""spaCy without torch, which a pipeline without models never uses: seconds, and two hundred megabytes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from types import ModuleType


@contextmanager
def without_torch() -> Iterator[None]:
    """Keep what is imported in this block from importing torch."""
    if "torch" in sys.modules:
        yield
        return
    sys.modules["torch"] = cast("ModuleType", None)  # its import then fails, and spaCy does without
    try:
        yield
    finally:
        del sys.modules["torch"]
