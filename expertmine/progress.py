"""The one way in which long work tells how far it is; whoever shows it listens from above."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, TypeVar

Item = TypeVar("Item")
STAGE = "stage"
"""How a label begins that names a step of a longer work; other labels are told of inside such a step, or alone."""


class Listener(Protocol):
    """Whoever wants to know: called with what is being done, how much of it, out of how much."""

    def __call__(self, label: str, done: int, total: int | None) -> None:
        """Take note; must be quick and must not raise."""


_listener: ContextVar[Listener | None] = ContextVar("expertmine_progress", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Send all progress inside this block to `listener`."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def announce(label: str, done: int, total: int | None = None) -> None:
    """Say that `done` of `total` (None: unknown) are finished."""
    listener = _listener.get()
    if listener is not None:
        listener(label, done, total)


def track(items: Iterable[Item], label: str, total: int | None = None) -> Iterator[Item]:
    """Yield the items and announce each one finished."""
    announce(label, 0, total)
    for done, item in enumerate(items, start=1):
        yield item
        announce(label, done, total)
