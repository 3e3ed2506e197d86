"""Exit codes: how a verb went, for whoever called the program.

0 done or nothing new; 1 internal; 2 usage, config or key; 3 data rejected; 4 finished but partial;
75 temporary (network, rate limit, lock held); 130 interrupted.
"""

from __future__ import annotations

from expertmine.errors import (
    ConfigError,
    DataError,
    ExpertmineError,
    LockedError,
    ModelError,
    SourceError,
    StageError,
)

HELD_BACK = 3
"""A refresh was not published."""
PARTIAL = 4
"""A file was refused, a record not delivered, or a query not asked."""
INTERRUPTED = 130
_CODES: tuple[tuple[type[ExpertmineError], int], ...] = (
    (ConfigError, 2),
    (ModelError, 2),
    (DataError, 3),
    (StageError, 3),
    (LockedError, 75),
)


def exit_code(error: ExpertmineError) -> int:
    """Return the exit code of an error."""
    if isinstance(error, SourceError):
        return 75 if error.retry else 2
    return next((code for kind, code in _CODES if isinstance(error, kind)), 1)
