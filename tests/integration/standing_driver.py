"""Runs `vijfster` in forked children that the kernel ends at their N-th touch of the checks.

Started as `python -m tests.integration.standing_driver STATE WORK POINTS ARGUMENT…`: for each
point from 1 to POINTS (0: once, unharmed) STATE is copied to WORK/POINT, and `{work}` in an
argument becomes that folder. A line of JSON per child: exit code or signal, touches, output.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import app.bootstrap
import app.cli.standing
import app.validation.lab  # noqa: F401 - imported before the fork, as is all that a run needs
from app.cli.main import app as commands

_WATCHED = {"open", "os.mkdir", "os.rename", "os.remove"}


def child(folder: Path, at: int, arguments: list[str]) -> None:
    """Run a command; end at a touch of the checks, or write how many there were."""
    seen = 0

    def touch(path: object) -> None:
        nonlocal seen
        if isinstance(path, str | os.PathLike) and str(folder / "var") in os.fspath(path):
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)

    sync = os.fsync

    def synced(descriptor: int) -> None:
        touch(Path(f"/proc/self/fd/{descriptor}").readlink())
        sync(descriptor)

    os.fsync = synced  # type: ignore[assignment]
    sys.addaudithook(lambda event, facts: touch(facts[0]) if event in _WATCHED else None)
    code: Any = 0
    with (folder / "told").open("w", encoding="utf-8") as out:
        sys.stdout = out
        try:
            commands([item.replace("{work}", str(folder)) for item in arguments])
        except SystemExit as ended:
            code = ended.code
    (folder / "touches").write_text(str(seen))
    os._exit(code)


def main() -> None:
    state, work, points, *arguments = sys.argv[1:]
    for at in range(1, int(points) + 1) if int(points) else [0]:
        folder = Path(work) / str(at)
        shutil.copytree(state, folder)
        pid = os.fork()
        if pid == 0:
            child(folder, at, arguments)
        _, status = os.waitpid(pid, 0)
        touches = folder / "touches"
        told = {
            "folder": str(folder), "told": (folder / "told").read_text(encoding="utf-8"),
            "code": os.waitstatus_to_exitcode(status),
            "touches": int(touches.read_text()) if touches.exists() else None,
        }  # fmt: skip
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
