"""Runs builds that are killed, or meet a full disk, at their N-th touch of the disk.

Started by tests as `python -m tests.integration.crash_driver MODE SOURCE WORK POINT…`: for each
point SOURCE is copied to WORK/POINT and a forked child builds there. A point is a number; `N+US`
lets the child run on for so many microseconds after event N before the kernel ends it. Modes:
`count` (no harm done), `kill`, `full` (no room from event N on), `size` (no file over N bytes),
`engine` (the same, from the moment the SPARQL engine loads). A line of JSON per point tells how it
ended and which events were seen.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph  # noqa: F401 - imported before the fork, as is all that a build needs
import shifty  # noqa: F401

import app.publication.material as material
import app.validation.engines  # noqa: F401
from tests.conftest import Workspace

_OPENED_FOR_WRITING = os.O_WRONLY | os.O_RDWR
_MAKING = {"open", "os.mkdir", "os.rename", "fsync", "sqlite.write", "engine.load"}
_WATCHED = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree", "sqlite3.connect"}


class Watch:
    """Sees every touch of the disk below a folder and lets `act` decide what happens at it."""

    def __init__(self, folder: Path, act: Callable[[int, str], None]) -> None:
        self.folder = os.fspath(folder)
        self.act = act
        self.seen: list[str] = []

    def touch(self, name: str, path: object) -> None:
        text = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else ""
        if self.folder in text:
            where = text.partition(self.folder)[2].lstrip("/")
            self.seen.append(f"{name} {where}")
            self.act(len(self.seen), name)

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            if (arguments[2] or 0) & _OPENED_FOR_WRITING:
                self.touch(event, arguments[0])
        elif event in _WATCHED:
            self.touch(event, arguments[0])

    def install(self) -> None:
        watch, sync, connect = self, os.fsync, sqlite3.connect
        load = vars(material)["bulk_load"]

        class Connection(sqlite3.Connection):
            """Tells of statements that write; a refusal is SQLite's own."""

            where = ""

            @contextmanager
            def told(self, sql: str) -> Iterator[None]:
                if sql.lstrip()[:6].upper() not in {"SELECT", "PRAGMA"}:
                    try:
                        watch.touch("sqlite.write", f"{self.where} {sql.split('(')[0].strip()}")
                    except OSError:
                        raise sqlite3.OperationalError("database or disk is full") from None
                yield

            def execute(self, sql: str, *more: Any) -> sqlite3.Cursor:
                with self.told(sql):
                    return super().execute(sql, *more)

            def executemany(self, sql: str, *more: Any) -> sqlite3.Cursor:
                with self.told(sql):
                    return super().executemany(sql, *more)

            def executescript(self, script: str) -> sqlite3.Cursor:
                with self.told("schema"):
                    # one statement at a time: a crash comes between any two
                    for statement in script.split(";"):
                        if statement.strip():
                            self.execute(statement)
                return self.cursor()

            def commit(self) -> None:
                with self.told("commit"):
                    super().commit()
                watch.touch("sqlite3.connect", f"{self.where} committed")

            def __exit__(self, *exit_: Any) -> Any:
                if exit_[0] is None:
                    self.commit()
                    return False
                return super().__exit__(*exit_)

        def connected(database: Any, *more: Any, **named: Any) -> sqlite3.Connection:
            found = connect(database, *more, factory=Connection, **named)
            found.where = os.fspath(database)
            return found

        def synced(descriptor: int) -> None:
            watch.touch("fsync", Path(f"/proc/self/fd/{descriptor}").readlink())
            sync(descriptor)

        def loaded(path: str, data_path: str) -> None:
            watch.touch("engine.load", path)
            load(path, data_path)
            watch.touch("sqlite3.connect", f"{path} loaded")

        sys.addaudithook(self.audit)
        sqlite3.connect = connected  # type: ignore[assignment]
        os.fsync = synced  # type: ignore[assignment]
        vars(material)["bulk_load"] = loaded


def limit(size: int) -> None:
    """Let the kernel refuse to write beyond so many bytes of a file; -1 for no limit."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, -1))


def harm(mode: str, point: str) -> Callable[[int, str], None]:
    """Return what is to happen at an event."""
    at, _, delay = point.partition("+")

    def kill(number: int, _: str) -> None:
        if number == int(at) and delay:
            # SIGALRM's default action: the kernel ends the process, whatever it is doing
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, int(delay) / 1e6)
        elif number == int(at):
            os.kill(os.getpid(), signal.SIGKILL)

    def full(number: int, name: str) -> None:
        if number >= int(at) and name in _MAKING:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def engine(_: int, name: str) -> None:
        if name == "engine.load":
            limit(int(at))

    return {"kill": kill, "full": full, "engine": engine}.get(mode, lambda *_: None)


def child(mode: str, point: str, folder: Path) -> None:
    """Build in a folder and write how it ended."""
    watch = Watch(folder, harm(mode, point))
    watch.install()
    if mode == "size":
        limit(int(point))
    result: dict[str, Any] = {}
    try:
        result["status"] = Workspace(folder).build().status
    except Exception as error:
        result = {"error": type(error).__name__, "detail": str(error)}
    limit(-1)
    watch.act = lambda *_: None
    folder.with_suffix(".json").write_text(json.dumps({**result, "events": watch.seen}))


def run(mode: str, source: Path, work: Path, point: str) -> dict[str, Any]:
    """Copy, fork, wait; return what the child wrote and how it ended."""
    folder = work / point
    shutil.copytree(source, folder)
    pid = os.fork()
    if pid == 0:
        try:
            child(mode, point, folder)
        finally:
            os._exit(0)
    _, status = os.waitpid(pid, 0)
    told = folder.with_suffix(".json")
    result = json.loads(told.read_text()) if told.exists() else {}
    ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return {**result, "point": point, "folder": str(folder), "signal": ended}


def main() -> None:
    mode, source, work, *points = sys.argv[1:]
    for point in points:
        print(json.dumps(run(mode, Path(source), Path(work), point)), flush=True)


if __name__ == "__main__":
    main()
