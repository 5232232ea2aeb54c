"""One process at a time in a folder; the kernel frees the lock when the process ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class HeldError(Exception):
    """Another process holds the lock; `holder` is its number, or "unknown"."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold a lock file, made with its folders when it is not there.

    Raises:
        HeldError: Another process holds it.
        OSError: It cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise HeldError(file.read().decode(errors="replace").strip() or "unknown") from None
        # the number only helps who has to wait: no room for it is no reason to stop
        with suppress(OSError):
            file.truncate(0)
            file.write(str(os.getpid()).encode())
        yield
