"""What the tests of a served process look at from outside: its processes, sockets and memory."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from types import TracebackType

_LISTEN = "0A"


def pid_of(port: int) -> int:
    """Return the process that serves on a port."""
    wanted = f"--port\0{port}\0"
    for path in Path("/proc").iterdir():
        if path.name.isdecimal():
            try:
                line = (path / "cmdline").read_text(encoding="utf-8")
            except OSError:
                continue
            if line.endswith(wanted):
                return int(path.name)
    raise AssertionError(port)


def children(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdecimal():
            try:
                stat = (path / "stat").read_text(encoding="latin-1").rpartition(")")[2].split()
            except OSError:
                continue
            if stat[0] != "Z":
                parents.setdefault(int(stat[1]), []).append(int(path.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def resident_mib(pid: int) -> float:
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(text.partition("VmRSS:")[2].split()[0]) / 1024


def cpu_ticks(pids: list[int]) -> int:
    """Return the CPU time of processes; one that ended counts nothing."""
    total = 0
    for pid in pids:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="latin-1")
        except OSError:
            continue
        fields = stat.rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total


def calls_out(pid: int, port: int) -> set[str]:
    """Return the TCP sockets of a process tree that were not accepted on a port, as hex addresses.

    A worker may be in a network namespace of its own, so each is asked for its own sockets.
    """
    found = set()
    for one in children(pid):
        own, tables = set(), []
        try:
            for link in Path(f"/proc/{one}/fd").iterdir():
                with contextlib.suppress(FileNotFoundError):  # closed since
                    own.add(str(link.readlink()))
            for name in ("tcp", "tcp6", "udp", "udp6"):
                table = Path(f"/proc/{one}/net/{name}")
                if table.is_file():  # a host may have no IPv6
                    tables.append(table.read_text(encoding="ascii"))
        except OSError:
            continue
        for line in (line for table in tables for line in table.splitlines()[1:]):
            fields = line.split()
            local, remote, state, inode = fields[1], fields[2], fields[3], fields[9]
            is_own = f"socket:[{inode}]" in own
            if is_own and state != _LISTEN and int(local.rpartition(":")[2], 16) != port:
                found.add(f"{one} {local} {remote} {state}")
    return found


class Watched:
    """Looks at the sockets of a process tree all the time."""

    def __init__(self, pid: int, port: int) -> None:
        self.seen = set[str]()
        self.looks = 0
        self._pid, self._port = pid, port
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Watched:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(0.1):
            self.seen |= calls_out(self._pid, self._port)
            self.looks += 1
