"""Tasks spread over processes forked from this one; results come in the order of the tasks."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

_work: dict[str, Callable[[Any], Any]] = {}


def can_fork() -> bool:
    """Tell whether processes can be forked here."""
    return "fork" in multiprocessing.get_all_start_methods()


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(
    work: Callable[[Task], Result], tasks: Iterable[Task], processes: int
) -> Iterator[Result]:
    """Yield what `work` makes of each task; each process holds one task and one waits for it.

    The processes have all that this one holds, unpickled; only tasks and results are sent. One
    process, or a system that cannot fork, works here.
    """
    if processes < 2 or not can_fork():
        yield from map(work, tasks)
        return
    # Ctrl-C reaches every process of a terminal; the workers leave it to this one
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), _start, (work,))
    waiting: deque[Future[Result]] = deque()
    try:
        for task in tasks:
            waiting.append(pool.submit(_do, task))
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            if len(waiting) >= 2 * processes:
                yield waiting.popleft().result()
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        while waiting:
            yield waiting.popleft().result()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        pool.shutdown(wait=True, cancel_futures=True)


def _start(work: Callable[[Any], Any]) -> None:
    _work["work"] = work


def _do(task: Any) -> Any:
    return _work["work"](task)
