"""The journal of looks: what each address answered the last time, so that it is not asked again.

SQLite beside the releases. What a look is, is its text's own business. It holds no more than can
be asked anew: a file that cannot be read or written costs questions, never a run.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS looks(
  url TEXT PRIMARY KEY, at REAL NOT NULL, look TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS looks_at ON looks(at);
"""
_PUT: Final = (
    "INSERT INTO looks VALUES (?,?,?) ON CONFLICT(url) DO UPDATE SET at=excluded.at, "
    "look=excluded.look"
)
_WAIT_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is kept, how long, and how much may be lost when a process is killed."""

    most: int = 50_000
    most_characters: int = 100_000  # of one look; a longer one is not kept
    keep_seconds: float = 90 * 86_400.0
    unwritten: int = 50
    unwritten_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A look at an address: `at` is when it was last asked, in seconds since 1970."""

    url: str
    at: float
    look: str


class LookJournal:
    """The journal in one file, made when the first look is written. One writer at a time."""

    def __init__(
        self,
        path: Path,
        *,
        bounds: Bounds = Bounds(),
        now: Callable[[], float] = time.time,
    ) -> None:
        self._path, self._bounds, self.now = path, bounds, now
        self._unwritten: dict[str, Entry] = {}
        self._written_at = now()

    @contextmanager
    def run(self) -> Iterator[None]:
        """Write what is left at the end, however it ends, and drop what is old or too much."""
        try:
            yield
        finally:
            self.write()
            self._drop()

    def read(self, url: str) -> Entry | None:
        """Return the last look at an address, or None."""
        if url in self._unwritten:
            return self._unwritten[url]
        if not self._path.exists():
            return None
        with suppress(sqlite3.Error, UnicodeError), self._connection() as connection:
            row = connection.execute(
                "SELECT url, at, look FROM looks WHERE url = ?", (url,)
            ).fetchone()
            return Entry(*row) if row else None
        return None

    def note(self, url: str, look: str) -> None:
        """Keep a look; it is written with the next ones, within seconds."""
        if len(look) > self._bounds.most_characters or not _storable(url + look):
            return
        self._unwritten[url] = Entry(url, self.now(), look)
        late = self.now() - self._written_at >= self._bounds.unwritten_seconds
        if late or len(self._unwritten) >= self._bounds.unwritten:
            self.write()

    def write(self) -> None:
        """Write what was kept; a file that is no journal makes place for one that is."""
        if not self._unwritten:
            return
        try:
            self._put()
        except sqlite3.OperationalError:
            # full, read-only or held by another process: perhaps the next time
            if len(self._unwritten) > self._bounds.most:
                self._unwritten.clear()
        except sqlite3.DatabaseError:
            with suppress(OSError, sqlite3.Error):
                self._path.unlink(missing_ok=True)
                self._put()
        self._written_at = self.now()

    def _put(self) -> None:
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._connection() as connection, connection:
            connection.executescript(_SCHEMA)
            rows = [(one.url, one.at, one.look) for one in self._unwritten.values()]
            connection.executemany(_PUT, rows)
        self._unwritten.clear()

    def _drop(self) -> None:
        if not self._path.exists():
            return
        with suppress(sqlite3.Error), self._connection() as connection, connection:
            oldest = self.now() - self._bounds.keep_seconds
            connection.execute("DELETE FROM looks WHERE at < ?", (oldest,))
            connection.execute(
                "DELETE FROM looks WHERE url IN (SELECT url FROM looks ORDER BY at DESC, url "
                "LIMIT -1 OFFSET ?)",
                (self._bounds.most,),
            )

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=_WAIT_SECONDS)) as connection:
            yield connection


def _storable(text: str) -> bool:
    """Whether it is text: JSON can name halves of signs."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
