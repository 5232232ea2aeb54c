"""Writing the ready feed: one whole document per format, and where each part of it stands.

Memory does not grow with the catalog: parts are written as they come. The index says where they
stand in the documents, so that a page is a few stretches of one (`app.catalog.pages`).
"""

from __future__ import annotations

import gzip
import itertools
import json
import sqlite3
import struct
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import IO

from app.catalog.forms import Form, JsonLd, NTriples, RdfXml, Turtle
from app.catalog.parts import SERVICE, Part, Parts
from app.rdf.terms import Term
from app.rdf.turtle import Prefixes

STEM, INDEX = "catalog", "catalog.sqlite"
# members per row of `blocks`, which holds their times in order
BLOCK = 1024
_CHUNK = 1 << 20
# what has no time counts as changed, whenever one asks
_ALWAYS = 1 << 62
_SCHEMA = """
CREATE TABLE forms(
  form TEXT PRIMARY KEY, start BLOB NOT NULL, end BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE places(
  file TEXT NOT NULL, number INTEGER NOT NULL, start INTEGER NOT NULL, middle INTEGER NOT NULL,
  end INTEGER NOT NULL, PRIMARY KEY(file, number)) WITHOUT ROWID;
CREATE TABLE members(
  number INTEGER PRIMARY KEY, iri TEXT NOT NULL, record TEXT NOT NULL, kind TEXT NOT NULL,
  publisher TEXT NOT NULL, modified INTEGER NOT NULL, needs INTEGER NOT NULL);
CREATE INDEX by_iri ON members(iri);
CREATE INDEX by_record ON members(record);
CREATE INDEX by_publisher ON members(publisher, number, modified);
CREATE INDEX by_number ON members(number, modified);
CREATE TABLE blocks(number INTEGER PRIMARY KEY, times BLOB NOT NULL);
CREATE TABLE needs(id INTEGER PRIMARY KEY, numbers TEXT NOT NULL);
"""


def write_catalog(folder: Path, make: Callable[[], Parts], prefixes: Prefixes) -> None:
    """Write the documents, their gzip twins and the index.

    `make` gives the parts, and gives them again if asked again.
    """
    turtle, jsonld = Turtle(prefixes), JsonLd(prefixes)
    xml, lines = RdfXml(prefixes), NTriples()
    with closing(sqlite3.connect(folder / INDEX)) as index:
        # a file nobody reads yet needs no journal; the folder is synced before it is published
        index.execute("PRAGMA journal_mode=OFF")
        index.execute("PRAGMA synchronous=OFF")
        index.executescript(_SCHEMA)
        with index:
            with _Bodies(folder, index, (turtle, jsonld, lines, xml)) as bodies:
                bodies.add(make(), describe=True)
            if jsonld.ambiguous:
                jsonld = JsonLd(Prefixes.none())
                index.execute("DELETE FROM places WHERE file=?", (_name(jsonld),))
                with _Bodies(folder, index, (jsonld,)) as bodies:
                    bodies.add(make(), describe=False)
            for form in (turtle, jsonld, lines, xml):
                _document(folder, form, _body(folder, form))
                row = form.target.suffix, form.start(), form.end()
                index.execute("INSERT INTO forms VALUES (?,?,?)", row)
                _body(folder, form).unlink()
            _write_blocks(index)
        index.execute("VACUUM")


def _write_blocks(index: sqlite3.Connection) -> None:
    """Write the times of members, a block at a time, so that counting a slice reads few of them."""
    for first in itertools.count(1, BLOCK):
        rows = index.execute(
            "SELECT modified FROM members WHERE number BETWEEN ? AND ? ORDER BY modified",
            (first, first + BLOCK - 1),
        ).fetchall()
        if not rows:
            return
        times = struct.pack(f"<{len(rows)}q", *(row[0] for row in rows))
        index.execute("INSERT INTO blocks VALUES (?,?)", (first, times))


def _name(form: Form) -> str:
    return f"{STEM}.{form.target.suffix}"


def _body(folder: Path, form: Form) -> Path:
    return folder / f"{_name(form)}.body"


def _document(folder: Path, form: Form, body: Path) -> None:
    """Write a whole document and its gzip twin around a body."""
    path = folder / _name(form)
    with (
        path.open("wb") as plain,
        path.with_name(path.name + ".gz").open("wb") as raw,
        # no name, no time: the same bytes for the same content
        gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed,
        body.open("rb") as source,
    ):

        def put(data: bytes) -> None:
            plain.write(data)
            packed.write(data)

        put(form.start())
        while chunk := source.read(_CHUNK):
            put(chunk)
        put(form.end())


class _Bodies:
    """Writes the fragments of parts in some forms, and where they stand."""

    def __init__(self, folder: Path, index: sqlite3.Connection, forms: Iterable[Form]) -> None:
        self.index = index
        self.files: list[tuple[Form, IO[bytes]]] = [
            (form, _body(folder, form).open("wb")) for form in forms
        ]
        self.numbers: dict[Term, int] = {}
        self.needs: dict[tuple[Term, ...], int] = {}

    def __enter__(self) -> _Bodies:
        return self

    def __exit__(self, *_: object) -> None:
        for _form, file in self.files:
            file.close()

    def add(self, parts: Parts, *, describe: bool) -> None:
        """Write all parts: the head is number 0, members follow; with or without their rows."""
        self._put(0, parts.head)
        self.needs[parts.head.needs] = 0
        number = 0
        for part in parts.members:
            number += 1
            self._put(number, part)
            if part.kind == SERVICE:
                self.numbers[part.term] = number
            if describe:
                needs = self.needs.setdefault(part.needs, len(self.needs))
                self.index.execute(
                    "INSERT INTO members VALUES (?,?,?,?,?,?,?)",
                    (number, part.term[1:-1], part.record[1:-1].rpartition("/")[2], part.kind,
                     part.publisher[1:-1], _ALWAYS if part.modified is None else part.modified,
                     needs),
                )  # fmt: skip
        for part in parts.shared:
            number += 1
            self._put(number, part)
            self.numbers[part.term] = number
        if describe:
            self.index.executemany(
                "INSERT INTO needs VALUES (?,?)",
                ((key, json.dumps(sorted(self.numbers[name] for name in names)))
                 for names, key in self.needs.items()),
            )  # fmt: skip

    def _put(self, number: int, part: Part) -> None:
        for form, file in self.files:
            start = file.tell()
            file.write(form.fragment(part.links))
            middle = file.tell()
            file.write(form.fragment(part.triples) if number else form.first(part.triples))
            self.index.execute(
                "INSERT INTO places VALUES (?,?,?,?,?)",
                (_name(form), number, start, middle, file.tell()),
            )
