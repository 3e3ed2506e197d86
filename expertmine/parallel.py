"""Work in parts that do not depend on each other, spread over the machine's cores; results come in order."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

from expertmine.errors import StageError

Part = TypeVar("Part")
Made = TypeVar("Made")

_WORTH_IT = 4
"""Parts from which on processes are started: each needs seconds to begin."""
_MOST = 8
"""Processes: each holds libraries and caches of its own, some 250 MB."""
_IDLE = 60
"""Seconds after which a process without work ends."""


def spread(
    work: Callable[[Part], Made], parts: Sequence[Part], *, least: int = _WORTH_IT, beside: bool = False
) -> Iterator[Made]:
    """Yield what `work` makes of each part, in order: with a process a core if there are `least` parts, else here.

    One core is left to a caller that works `beside` the processes. Only a few parts are handed out at once, so memory
    does not grow with their number. LOKY_MAX_CPU_COUNT limits the processes.

    Raises
    ------
    StageError
        If the machine ends one of them.
    """
    from joblib import Parallel, cpu_count, delayed

    processes = min(cpu_count(), _MOST) if len(parts) >= least else 1
    if processes == 1:
        return map(work, parts)
    # loky starts processes that do not import the caller's script anew: it needs no `if __name__ == "__main__"`.
    pool = Parallel(
        processes,
        backend="loky",
        return_as="generator",
        batch_size=1,
        pre_dispatch=processes - 1 if beside else 2 * processes,
        max_nbytes=None,
        idle_worker_timeout=_IDLE,
    )
    return _watched(
        pool(delayed(_uncollected)(work, part) for part in parts)
    )  # called here: work begins before the first is asked for


def _uncollected(work: Callable[[Part], Made], part: Part) -> Made:
    with no_collection():
        return work(part)


@contextmanager
def no_collection() -> Iterator[None]:
    """Switch Python's search for cyclic garbage off for the block.

    Few objects made of articles are in cycles, but going over all of them again and again takes a seventh of the time
    of reading articles, and a third of that of reading phrases. What is in a cycle is freed afterwards.
    """
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looked:
            gc.enable()


def spread_threads(work: Callable[[Part], Made], parts: Sequence[Part]) -> Iterator[Made]:
    """Yield what `work` makes of each part, in order: by a thread a core, for work that leaves Python's lock alone."""
    from joblib import cpu_count

    with ThreadPoolExecutor(min(cpu_count(), _MOST)) as pool:
        yield from pool.map(work, parts)


def _watched(made: Iterable[Made]) -> Iterator[Made]:
    try:
        yield from made
    except BrokenProcessPool as error:
        raise StageError(
            "a process that worked beside this one was ended, most likely for lack of memory; run with the environment "
            "variable LOKY_MAX_CPU_COUNT=1, or on a smaller corpus"
        ) from error
