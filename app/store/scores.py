"""The history of scores: per source and dataset what was sure and possible, and since when.

One SQLite file in the state directory. Commands write it (one at a time), whoever wants reads it.
A dataset has a row for each time that its score changed, a catalog one for each time it was looked
at, so a file grows with what happens, not with how often one looks.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.errors import StoreUnavailableError

# the dataset of a row about a whole catalog
WHOLE = ""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS scores(
  source TEXT NOT NULL, dataset TEXT NOT NULL, time TEXT NOT NULL, datasets INTEGER NOT NULL,
  sure REAL NOT NULL, possible REAL NOT NULL, dimensions TEXT NOT NULL, stars REAL,
  possible_stars REAL, basis TEXT NOT NULL,
  PRIMARY KEY(source, dataset, time)) WITHOUT ROWID;
"""
_EXISTS = "SELECT 1 FROM sqlite_master WHERE name='scores'"
_GONE = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A score at a time (xsd:dateTime): of a dataset, or the mean of a catalog of `datasets`.

    `dimensions` are (sure, possible) points by name; stars are None where they were not looked at;
    `basis` says from what: metadata, links or files. A dataset that left has 0 `datasets`.
    """

    dataset: str
    time: str
    sure: float
    possible: float
    dimensions: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    stars: float | None = None
    possible_stars: float | None = None
    basis: str = "metadata"
    datasets: int = 1

    @property
    def said(self) -> tuple[object, ...]:
        """What it says, whenever it was."""
        return (self.sure, self.possible, dict(self.dimensions), self.stars, self.possible_stars,
                self.basis, self.datasets)  # fmt: skip


class Scores:
    """Access to one file; each call opens it. Without a file there is no history.

    Reading and writing raise StoreUnavailableError when the file does not allow it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def note(self, source: str, rows: Iterable[Row]) -> None:
        """Add what one look at a source gave: the catalog's row, and those of all its datasets.

        A dataset of before that has none now has left. A time that was noted before is replaced.
        """
        found = {row.dataset: row for row in rows}
        at = max(row.time for row in found.values())
        with self._open(write=True) as connection, connection:
            before = self._last(connection, source)
            new = [row for row in found.values()
                   if row.dataset == WHOLE or row.dataset not in before
                   or row.said != before[row.dataset].said]  # fmt: skip
            new += [Row(name, at, 0, 0, basis=row.basis, datasets=_GONE)
                    for name, row in before.items()
                    if name not in found and name != WHOLE and row.datasets != _GONE]  # fmt: skip
            connection.executemany(
                "INSERT OR REPLACE INTO scores VALUES (?,?,?,?,?,?,?,?,?,?)",
                [(source, row.dataset, row.time, row.datasets, row.sure, row.possible,
                  json.dumps(dict(row.dimensions), sort_keys=True), row.stars, row.possible_stars,
                  row.basis) for row in new],
            )  # fmt: skip

    def sources(self) -> list[str]:
        """Return the sources that were looked at."""
        with self._open() as connection:
            rows = connection.execute("SELECT DISTINCT source FROM scores ORDER BY source")
            return [str(row[0]) for row in rows]

    def history(self, source: str, dataset: str = WHOLE, *, most: int = 100) -> list[Row]:
        """Return the newest scores of a dataset, or of the catalog, the oldest of them first."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT * FROM scores WHERE source=? AND dataset=? "
                "ORDER BY time DESC LIMIT ?", (source, dataset, most),
            )  # fmt: skip
            return [_row(row) for row in rows][::-1]

    def latest(self, source: str) -> dict[str, Row]:
        """Return the last score of each dataset that has not left, by dataset."""
        with self._open() as connection:
            found = self._last(connection, source)
        return {name: row for name, row in found.items() if name != WHOLE and row.datasets != _GONE}

    @staticmethod
    def _last(connection: sqlite3.Connection, source: str) -> dict[str, Row]:
        rows = connection.execute(
            "SELECT * FROM scores AS s WHERE source=? AND time=("
            "SELECT max(time) FROM scores WHERE source=s.source AND dataset=s.dataset)", (source,),
        )  # fmt: skip
        return {row[1]: _row(row) for row in rows}

    @contextmanager
    def _open(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        try:
            if write or self.path.exists():
                with closing(sqlite3.connect(self.path, timeout=10)) as connection:
                    if write:
                        # no WAL: its readers need room and rights to write files beside this one
                        connection.execute("PRAGMA journal_mode=DELETE")
                        connection.executescript(_SCHEMA)
                    if write or connection.execute(_EXISTS).fetchone():
                        yield connection
                        return
            # reading never creates state
            with closing(sqlite3.connect(":memory:")) as empty:
                empty.executescript(_SCHEMA)
                yield empty
        except sqlite3.Error as error:
            done, gedaan = ("written", "geschreven") if write else ("read", "gelezen")
            raise StoreUnavailableError(
                f"the history of scores cannot be {done}: {error}",
                nl=f"de geschiedenis van de scores kan niet {gedaan} worden: {error}",
            ) from error


def _row(values: tuple[Any, ...]) -> Row:
    _, dataset, time, datasets, sure, possible, dimensions, stars, possible_stars, basis = values
    found = {name: (low, high) for name, (low, high) in json.loads(dimensions).items()}
    return Row(dataset, time, sure, possible, found, stars, possible_stars, basis, datasets)
