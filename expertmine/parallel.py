"""Work spread over the machine's cores, where every part is worked on by itself and the results come in order."""

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
    """Yield what `work` makes of each part, in order: by a process a core, if parts are at least so many.

    If the caller works `beside` them, a core is left to it. Few parts are on the way at once, so memory does not grow
    with them. LOKY_MAX_CPU_COUNT limits the processes.

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
    """Look for no garbage meanwhile.

    Few of the objects of articles are in cycles, and to look over all that a process remembers again and again takes a
    seventh of the time in which articles are read, and a third of that in which phrases are. What is in a cycle goes
    afterwards.
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
