"""Who fetched the feeds, and when: user agent, feed, status and time; nothing of the person.

The web process appends a line per fetch; the file is bounded, and losing it loses nothing else.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MOST_BYTES = 256 * 1024
_MOST_AGENT, _MOST_FEED = 120, 80
# agents may say whom to write to; that is a person's, and not ours to keep
_MAIL = re.compile(r"[^\s;,()<>]+@[^\s;,()<>]+")
# a version after a slash is no address
_ADDRESS = re.compile(
    r"(?<![/\d.])\d{1,3}(?:\.\d{1,3}){3}\b(?=[\s;,)/:]|$)|\b(?:[0-9A-Fa-f]{0,4}:){3,}\S*"
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one agent did with one feed: how often, the last time (xsd:dateTime) and its status."""

    agent: str
    feed: str
    times: int
    last: str
    status: int


class Fetches:
    """The journal of one state directory: the newest part, and one older."""

    def __init__(
        self,
        path: Path,
        *,
        most_bytes: int = MOST_BYTES,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._path = path
        self._older = path.with_name(path.name + ".1")
        self._most = most_bytes // 2
        self._now = now

    def note(self, agent: str, feed: str, status: int) -> None:
        """Append a fetch; a disk that is full or read-only is no reason not to answer."""
        said = _ADDRESS.sub("…", _MAIL.sub("…", agent))
        said = "".join(char for char in said if char.isprintable())[:_MOST_AGENT]
        time = self._now().isoformat(timespec="seconds")
        line = json.dumps([time, said, feed[:_MOST_FEED], status]).encode() + b"\n"
        with suppress(OSError):
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
            try:
                os.write(descriptor, line)
                full = os.fstat(descriptor).st_size > self._most
            finally:
                os.close(descriptor)
            if full:
                self._path.replace(self._older)

    def read(self) -> list[Fetched]:
        """Return who fetched what, the last one first; lines that are damaged are left out."""
        found: dict[tuple[str, str], Fetched] = {}
        for time, agent, feed, status in self._lines():
            before = found.get((agent, feed))
            times = before.times + 1 if before else 1
            found[agent, feed] = Fetched(agent, feed, times, time, status)
        return sorted(found.values(), key=lambda item: item.last, reverse=True)

    def _lines(self) -> Iterator[tuple[str, str, str, int]]:
        for path in (self._older, self._path):
            with suppress(OSError):
                for line in path.read_bytes().splitlines():
                    with suppress(ValueError, TypeError):
                        time, agent, feed, status = json.loads(line)
                        yield str(time), str(agent), str(feed), int(status)
