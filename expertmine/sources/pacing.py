"""One queue for all processes of this user on this host: the service counts by address, not by process."""

from __future__ import annotations

import getpass
import os
import tempfile
import time
from pathlib import Path

from filelock import FileLock

_LONGEST = 600.0
"""Seconds; a turn further away than this was left by a clock that has been set back."""


def wait_turn(queue: str, rate: float) -> None:
    """Sleep until this process may send its next request, `rate` requests a second at most."""
    stamp = _stamp(queue)
    with FileLock(f"{stamp}.lock", timeout=_LONGEST):
        turn = max(time.time(), _next_turn(stamp))
        stamp.write_text(repr(turn + 1 / rate), encoding="ascii")
    time.sleep(max(0.0, turn - time.time()))


def hold_back(queue: str, seconds: float) -> None:
    """Let nobody on this host send a request for so long: the service has asked for it."""
    stamp = _stamp(queue)
    with FileLock(f"{stamp}.lock", timeout=_LONGEST):
        stamp.write_text(repr(max(_next_turn(stamp), time.time() + min(seconds, _LONGEST))), encoding="ascii")


def _next_turn(stamp: Path) -> float:
    try:
        turn = float(stamp.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0.0
    return turn if turn - time.time() <= _LONGEST else 0.0


def _stamp(queue: str) -> Path:
    user = os.getuid() if hasattr(os, "getuid") else getpass.getuser()
    folder = Path(tempfile.gettempdir()) / f"expertmine-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / queue
