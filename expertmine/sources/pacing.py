"""One queue for all processes of this user on this host: the service counts by address, not by process."""

from __future__ import annotations

import getpass
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from expertmine.errors import ConfigError, SourceError

_LONGEST = 600.0
"""Seconds; a turn further away than this was left by a clock that has been set back."""


def wait_turn(queue: str, rate: float) -> None:
    """Sleep until this process may send its next request, `rate` requests a second at most.

    Raises
    ------
    ConfigError
        If the folder of the queues is not this user's alone: whoever can write there could have any file overwritten.
    SourceError
        If nothing can be written there, or the others hold the queue for too long.
    """
    with _held(queue) as stamp:
        turn = max(time.time(), _next_turn(stamp))
        stamp.write_text(repr(turn + 1 / rate), encoding="ascii")
    time.sleep(max(0.0, turn - time.time()))


def hold_back(queue: str, seconds: float) -> None:
    """Let nobody on this host send a request for so long: the service has asked for it. Raises as `wait_turn`."""
    with _held(queue) as stamp:
        stamp.write_text(repr(max(_next_turn(stamp), time.time() + min(seconds, _LONGEST))), encoding="ascii")


def _next_turn(stamp: Path) -> float:
    try:
        turn = float(stamp.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0.0
    return turn if turn - time.time() <= _LONGEST else 0.0


@contextmanager
def _held(queue: str) -> Iterator[Path]:
    """Hold a queue; give the file that says when its next turn is."""
    user = os.getuid() if hasattr(os, "getuid") else getpass.getuser()
    folder = Path(tempfile.gettempdir()) / f"expertmine-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        _refuse_shared(folder)
        with FileLock(folder / f"{queue}.lock", timeout=_LONGEST):
            yield folder / queue
    except OSError as error:  # a lock that does not come is one
        raise SourceError(
            f"cannot keep the queue of requests in '{folder}': {error}; make room there or set TMPDIR to another folder"
        ) from error


def _refuse_shared(folder: Path) -> None:
    found = folder.lstat()
    mine = not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o022)
    if not stat.S_ISDIR(found.st_mode) or not mine:
        raise ConfigError(
            f"'{folder}' is not a folder that only you can write to; remove it or set TMPDIR to a folder of your own"
        )
