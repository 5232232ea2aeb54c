"""Versions: what each stream said of each thing at each time, kept in the ledger's own file.

A row is a change: created, updated or withdrawn, with the whole text of the thing as it was then.
Rows are only ever added, in the transaction that records their release, so a crash at any moment
leaves either both or neither. `heads` holds the last text's digest of every thing that is there.

A ledger of before there were versions gets them at its next build: its streams begin there, with
everything that is true at that time; what its older releases said is not known and not made up.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import StoreUnavailableError
from app.rdf.terms import Triple

if TYPE_CHECKING:
    from app.store.ledger import Ledger

# no IRI holds a brace, so this cannot stand at the beginning of another's
_OWN = "{base}"

SCHEMA = """
CREATE TABLE IF NOT EXISTS versions(
  id INTEGER PRIMARY KEY, stream TEXT NOT NULL, position INTEGER NOT NULL,
  release INTEGER NOT NULL REFERENCES releases(id), at TEXT NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('create','update','delete')), path TEXT NOT NULL,
  title TEXT, body BLOB, UNIQUE(stream, position));
CREATE INDEX IF NOT EXISTS versions_of ON versions(path, at);
CREATE INDEX IF NOT EXISTS versions_by_release ON versions(stream, release, position);
CREATE INDEX IF NOT EXISTS news ON versions(id) WHERE title IS NOT NULL;
CREATE TABLE IF NOT EXISTS heads(
  stream TEXT NOT NULL, path TEXT NOT NULL, digest BLOB NOT NULL, rank INTEGER NOT NULL,
  title TEXT, PRIMARY KEY(stream, path)) WITHOUT ROWID;
"""
_BEGUN = "SELECT 1 FROM sqlite_master WHERE name='heads'"
_COLUMNS = "stream, position, at, kind, path, title, body"


@dataclass(frozen=True, slots=True)
class Version:
    """What a stream says of the thing at `path`: lines of three terms, parted by tabs.

    Things of a lower `rank` are told of first; `title` (text by language) is given for what people
    are to read of, None for the rest.
    """

    stream: str
    path: str
    text: str
    rank: int = 0
    title: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A row to add: the digest and packed text of a version, both empty for a withdrawal."""

    stream: str
    kind: str
    path: str
    rank: int
    title: str | None
    digest: bytes = b""
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A row as it is read; `position` counts from 0 in its stream, `at` is an xsd:dateTime."""

    stream: str
    position: int
    at: str
    kind: str
    path: str
    title: dict[str, str] | None
    body: bytes | None

    def triples(self, base: str) -> list[Triple]:
        """Return what was said of the thing, its own IRIs below a base; nothing if withdrawn."""
        if self.body is None:
            return []
        try:
            text = zlib.decompress(self.body).decode()
        except (zlib.error, ValueError) as error:
            msg = "a version in the ledger is damaged; put back the ledger from a backup"
            raise StoreUnavailableError(msg) from error
        return [_triple(line, f"<{_OWN}", f"<{base}") for line in text.split("\n")]


def text_of(triples: Iterable[Triple], base: str) -> str:
    """Return the text of a version: sorted lines in which own IRIs do not name the base."""
    own, mark = f"<{base}", f"<{_OWN}"
    return "\n".join(sorted("\t".join(_moved(triple, own, mark)) for triple in triples))


def _triple(line: str, old: str, new: str) -> Triple:
    subject, predicate, object_ = line.split("\t")
    return _moved((subject, predicate, object_), old, new)


def _moved(triple: Triple, old: str, new: str) -> Triple:
    subject, predicate, object_ = triple
    if not object_.startswith('"'):
        object_ = _begin(object_, old, new)
    elif object_.endswith(">"):
        # only the datatype: a text may hold anything
        text, quote, datatype = object_.rpartition('"^^')
        object_ = text + quote + _begin(datatype, old, new)
    return _begin(subject, old, new), _begin(predicate, old, new), object_


def _begin(term: str, old: str, new: str) -> str:
    return new + term[len(old) :] if term.startswith(old) else term


def append(connection: sqlite3.Connection, release: int, at: str, rows: Sequence[Change]) -> None:
    """Add the changes of a release, in their order, within the transaction of the caller."""
    positions = dict(
        connection.execute("SELECT stream, max(position) + 1 FROM versions GROUP BY stream")
        .fetchall()
    )  # fmt: skip
    numbered = []
    for row in rows:
        position = positions.get(row.stream, 0)
        positions[row.stream] = position + 1
        numbered.append(
            (row.stream, position, release, at, row.kind, row.path, row.title, row.body)
        )
    connection.executemany(
        "INSERT INTO versions(stream, position, release, at, kind, path, title, body) "
        "VALUES (?,?,?,?,?,?,?,?)",
        numbered,
    )
    connection.executemany(
        "INSERT OR REPLACE INTO heads VALUES (?,?,?,?,?)",
        [(r.stream, r.path, r.digest, r.rank, r.title) for r in rows if r.kind != "delete"],
    )
    connection.executemany(
        "DELETE FROM heads WHERE stream=? AND path=?",
        [(r.stream, r.path) for r in rows if r.kind == "delete"],
    )


class Streams:
    """Reads the versions of a ledger; safe in any thread, as each call opens the file anew."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def _rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        with self._ledger.connection() as connection:
            # a ledger of before there were versions has no such table
            if not connection.execute(_BEGUN).fetchone():
                return []
            return connection.execute(sql, parameters).fetchall()

    def changes(self, versions: Iterable[Version]) -> list[Change]:
        """Return what a release that says exactly these versions would add.

        Something is created or updated after what it may refer to, and withdrawn before it.
        """
        heads = {
            (str(stream), str(path)): (digest, int(str(rank)), title)
            for stream, path, digest, rank, title in self._rows("SELECT * FROM heads")
        }
        out: list[Change] = []
        for version in versions:
            text = version.text.encode()
            digest = hashlib.sha256(text).digest()[:16]
            old = heads.pop((version.stream, version.path), None)
            if old is not None and old[0] == digest:
                continue
            kind = "create" if old is None else "update"
            out.append(Change(version.stream, kind, version.path, version.rank,
                              _json(version.title), digest, zlib.compress(text, 6)))  # fmt: skip
        out.sort(key=lambda c: (c.stream, c.rank, c.path))
        gone = [
            Change(stream, "delete", path, rank, None if title is None else str(title))
            for (stream, path), (_, rank, title) in heads.items()
        ]
        gone.sort(key=lambda c: (c.stream, -c.rank, c.path))
        return out + gone

    def size(self, stream: str, release: int) -> int:
        """Return the number of members of a stream up to and with a release."""
        rows = self._rows(
            "SELECT position + 1 FROM versions WHERE stream=? AND release<=? "
            "ORDER BY release DESC, position DESC LIMIT 1",
            (stream, release),
        )
        return int(str(rows[0][0])) if rows else 0

    def members(self, stream: str, first: int, end: int) -> list[Member]:
        """Return the members at positions `first` up to, not with, `end`."""
        return list(_members(self._rows(
            f"SELECT {_COLUMNS} FROM versions WHERE stream=? AND position>=? AND position<? "  # noqa: S608 - our own names
            "ORDER BY position", (stream, first, end))))  # fmt: skip

    def times(self, stream: str, positions: Sequence[int]) -> dict[int, str]:
        """Return the times of members, by position."""
        rows = self._rows(
            "SELECT position, at FROM versions WHERE stream=? AND position IN "
            "(SELECT value FROM json_each(?))",
            (stream, json.dumps(list(positions))),
        )
        return {int(str(position)): str(at) for position, at in rows}

    def version(self, stream: str, path: str, at: str, release: int) -> Member | None:
        """Return what a stream said of a thing at the very time it changed, or None."""
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM versions WHERE path=? AND at=? AND stream=? AND release<=?",  # noqa: S608 - our own names
            (path, at, stream, release),
        )
        return next(_members(rows), None)

    def news(
        self,
        release: int,
        *,
        before: int | None = None,
        limit: int,
        without: Collection[str] = (),
    ) -> list[tuple[int, Member]]:
        """Return what people are to read of, the newest first, each after its number.

        Nothing of the streams `without` is told.
        """
        rows = self._rows(
            f"SELECT id, {_COLUMNS} FROM versions WHERE title IS NOT NULL AND release<=? "  # noqa: S608 - our own names
            "AND (? IS NULL OR id<?) AND stream NOT IN (SELECT value FROM json_each(?)) "
            "ORDER BY id DESC LIMIT ?",
            (release, before, before, json.dumps(sorted(without)), limit),
        )
        return [
            (int(str(row[0])), member)
            for row, member in zip(rows, _members(r[1:] for r in rows), strict=True)
        ]


def _members(rows: Iterable[tuple[object, ...]]) -> Iterator[Member]:
    for stream, position, at, kind, path, title, body in rows:
        yield Member(
            str(stream), int(str(position)), str(at), str(kind), str(path),
            None if title is None else dict(json.loads(str(title))),
            body if isinstance(body, bytes) else None,
        )  # fmt: skip


def _json(title: dict[str, str] | None) -> str | None:
    return None if title is None else json.dumps(title, ensure_ascii=False, sort_keys=True)
