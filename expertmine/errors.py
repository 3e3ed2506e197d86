"""The error tree.

ExpertmineError            anything this library raises on purpose (exit 1)
├── ConfigError            a setting, a key or a name that does not exist; remedy in the message (exit 2)
├── DataError              input that cannot be accepted: file, place, remedy (exit 3)
│   └── TableError         a table that breaks its declaration; every fault at once
├── SourceError            the service or the network failed; `retry` says whether trying again helps (exit 75 or 2)
├── LockedError            another process is writing this corpus (exit 75)
├── StageError             a stage could not do its work on this corpus (exit 3)
└── ModelError             a model is missing, damaged or of the wrong kind (exit 2)

A message says what was found, what was expected, and what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ExpertmineError(Exception):
    """Anything this library raises on purpose."""


class ConfigError(ExpertmineError):
    """A setting, a key or a name that does not exist or is out of range."""


class DataError(ExpertmineError):
    """Input that cannot be accepted."""


class TableError(DataError):
    """A table that breaks its declaration."""


class SourceError(ExpertmineError):
    """The service or the network failed."""

    def __init__(self, message: str, *, retry: bool = True) -> None:
        super().__init__(message)
        self.retry = retry


class LockedError(ExpertmineError):
    """Another process is writing this corpus."""


class StageError(ExpertmineError):
    """A stage could not do its work on this corpus."""


class ModelError(ExpertmineError):
    """A model is missing, damaged or of the wrong kind."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return '; did you mean …?' for the nearest known words, or nothing.

    >>> did_you_mean("topic", ["topics", "identity"])
    "; did you mean 'topics'?"
    """
    near = difflib.get_close_matches(word, list(known), n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(repr(n) for n in near)}?" if near else ""
