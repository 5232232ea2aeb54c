"""Runs `vijfster` in forked children that the kernel ends at a touch of the checks.

Started as `python -m tests.integration.standing_driver STATE WORK POINTS ARGUMENT…`: for each of
the POINTS, by comma, STATE is copied to WORK/POINT, which `{work}` in an argument becomes. A point
is the N-th touch (0: none), or `sBYTES`: in the middle of writing a file that is larger. A line of
JSON per child: exit code or signal, touches, output.
"""

from __future__ import annotations

import json
import os
import resource
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


def child(folder: Path, point: str, arguments: list[str]) -> None:
    """Run a command; end at a touch of the checks, or write how many there were."""
    seen, at = 0, -1
    if point.startswith("s"):
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(point[1:]), -1))
    else:
        at = int(point)

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
    for point in points.split(","):
        folder = Path(work) / point
        shutil.copytree(state, folder)
        pid = os.fork()
        if pid == 0:
            child(folder, point, arguments)
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
