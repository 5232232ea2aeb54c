"""The ledger: every entity's hash and times, the event log, and which release is current.

Append-only SQLite beside the releases. Entities are kept by their path below the base IRI, so that
a localhost base can move. One transaction makes a release and its events visible together.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import BuildError, StoreUnavailableError
from app.store.versions import SCHEMA as VERSIONS
from app.store.versions import Change, append

_SCHEMA = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS releases(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, published TEXT NOT NULL, base TEXT NOT NULL,
  inputs TEXT NOT NULL, kind TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entities(
  path TEXT PRIMARY KEY, graph TEXT NOT NULL, hash TEXT NOT NULL, first_seen TEXT NOT NULL,
  last_changed TEXT NOT NULL, withdrawn TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events(
  sequence INTEGER PRIMARY KEY, release INTEGER NOT NULL REFERENCES releases(id), at TEXT NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('create','update','delete')), path TEXT NOT NULL,
  hash TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS pointer(id INTEGER PRIMARY KEY CHECK(id=1), release INTEGER NOT NULL);
"""
_SCHEMA += VERSIONS + "COMMIT;"
_BEGUN = "SELECT 1 FROM sqlite_master WHERE name='pointer'"
_MILLISECOND = dt.timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Release:
    """A release as the ledger names it; `inputs` is the checksum of all that it was made from."""

    id: int
    name: str
    published: str
    base: str
    inputs: str
    kind: str


@dataclass(frozen=True, slots=True)
class Entity:
    """The state of one entity; times are xsd:dateTime in UTC with milliseconds."""

    graph: str
    hash: str
    first_seen: str
    last_changed: str
    withdrawn: str | None


@dataclass(slots=True)
class Plan:
    """What publishing a set of hashes at `at` would record."""

    at: str
    entities: dict[str, Entity] = field(default_factory=dict)
    events: list[tuple[str, str, str]] = field(default_factory=list)  # kind, path, hash
    withdrawn: dict[str, list[str]] = field(default_factory=dict)  # graph -> paths
    active_before: dict[str, int] = field(default_factory=dict)  # graph -> entities
    versions: list[Change] = field(default_factory=list)


class Ledger:
    """Access to one ledger file; each call opens it, so no connection outlives a call.

    Reading raises StoreUnavailableError, publishing BuildError when the file does not allow it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def connection(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        """Give a connection to the file, or to an empty ledger where there is none yet."""
        try:
            if write or self.path.exists():
                with closing(sqlite3.connect(self.path, timeout=10)) as connection:
                    if write:
                        # no WAL: its readers need room and rights to write files beside the ledger
                        connection.execute("PRAGMA journal_mode=DELETE")
                        connection.execute("PRAGMA synchronous=EXTRA")
                        # kept in memory until the commit, so that readers wait for that only
                        connection.execute("PRAGMA cache_spill=OFF")
                        connection.executescript(_SCHEMA)
                    # a build that was killed at its first write leaves a file without tables
                    if write or connection.execute(_BEGUN).fetchone():
                        yield connection
                        return
            # reading never creates state
            with closing(sqlite3.connect(":memory:")) as empty:
                empty.executescript(_SCHEMA)
                yield empty
        except sqlite3.Error as error:
            if write:
                msg = f"the ledger cannot be written: {error}"
                raise BuildError(msg) from error
            msg = f"the ledger cannot be read: {error}"
            raise StoreUnavailableError(msg) from error

    def current(self) -> Release | None:
        """Return the release the pointer names, or None before the first."""
        with self.connection() as connection:
            row = connection.execute(
                "SELECT r.id, name, published, base, inputs, kind FROM releases r "
                "JOIN pointer p ON p.release = r.id"
            ).fetchone()
        return Release(*row) if row else None

    def releases(self) -> list[Release]:
        """Return all releases, the oldest first."""
        with self.connection() as connection:
            rows = connection.execute(
                "SELECT id, name, published, base, inputs, kind FROM releases ORDER BY id"
            ).fetchall()
        return [Release(*row) for row in rows]

    def entities(self) -> dict[str, Entity]:
        """Return every entity ever published, by path."""
        with self.connection() as connection:
            rows = connection.execute(
                "SELECT path, graph, hash, first_seen, last_changed, withdrawn FROM entities"
            )
            return {row[0]: Entity(*row[1:]) for row in rows}

    def event_count(self) -> int:
        """Return the number of events."""
        with self.connection() as connection:
            return int(connection.execute("SELECT count(*) FROM events").fetchone()[0])

    def next_time(self, now: dt.datetime) -> str:
        """Return the time of a build: now, or just after the last one if the clock runs behind."""
        current = self.releases()
        moment = now.astimezone(dt.UTC)
        if current:
            last = dt.datetime.fromisoformat(current[-1].published)
            moment = max(moment, last + _MILLISECOND)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def plan(self, hashes: Mapping[str, tuple[str, str]], at: str) -> Plan:
        """Return what publishing would record; `hashes` maps path to (graph, hash)."""
        known = self.entities()
        plan = Plan(at)
        for entity in known.values():
            if entity.withdrawn is None:
                plan.active_before[entity.graph] = plan.active_before.get(entity.graph, 0) + 1
        for path, (graph, digest) in sorted(hashes.items()):
            old = known.get(path)
            if old is None or old.withdrawn is not None:
                plan.events.append(("create", path, digest))
                first = old.first_seen if old else at
                plan.entities[path] = Entity(graph, digest, first, at, None)
            elif old.hash != digest:
                plan.events.append(("update", path, digest))
                plan.entities[path] = Entity(graph, digest, old.first_seen, at, None)
            else:
                plan.entities[path] = Entity(graph, digest, old.first_seen, old.last_changed, None)
        for path, old in sorted(known.items()):
            if path in hashes:
                continue
            if old.withdrawn is None:
                plan.events.append(("delete", path, old.hash))
                plan.withdrawn.setdefault(old.graph, []).append(path)
            gone = old.withdrawn or at
            plan.entities[path] = Entity(
                old.graph, old.hash, old.first_seen, old.last_changed, gone
            )
        return plan

    def publish(self, plan: Plan, *, name: str, base: str, inputs: str, kind: str) -> Release:
        """Record a release with its events and point at it, in one transaction."""
        with self.connection(write=True) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            cursor = connection.execute(
                "INSERT INTO releases(name, published, base, inputs, kind) VALUES (?,?,?,?,?)",
                (name, plan.at, base, inputs, kind),
            )
            release = int(cursor.lastrowid or 0)
            connection.executemany(
                "INSERT INTO events(release, at, kind, path, hash) VALUES (?,?,?,?,?)",
                [(release, plan.at, *event) for event in plan.events],
            )
            append(connection, release, plan.at, plan.versions)
            changed = {path for _, path, _ in plan.events}
            connection.executemany(
                "INSERT INTO entities VALUES (?,?,?,?,?,?) ON CONFLICT(path) DO UPDATE SET "
                "graph=excluded.graph, hash=excluded.hash, last_changed=excluded.last_changed, "
                "withdrawn=excluded.withdrawn",
                [
                    (path, e.graph, e.hash, e.first_seen, e.last_changed, e.withdrawn)
                    for path, e in plan.entities.items()
                    if path in changed
                ],
            )
            connection.execute(
                "INSERT INTO pointer VALUES (1, ?) ON CONFLICT(id) DO UPDATE SET "
                "release=excluded.release",
                (release,),
            )
        return Release(release, name, plan.at, base, inputs, kind)
