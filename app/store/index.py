"""Building `documents.sqlite`: a description per own IRI, lists with facets, text index, cells."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from app.rdf.namespaces import PREFIXES, RDF_TYPE
from app.rdf.terms import Quad, Term, is_literal, literal_of

INCOMING_SHOWN = 100
# the lists of the catalog, beside those of the inventories
DATASETS, SERVICES = "datasets", "dataservices"
_TYPE = f"<{RDF_TYPE}>"
LABELS = [
    f"<{PREFIXES['skos']}prefLabel>", f"<{PREFIXES['dct']}title>", f"<{PREFIXES['foaf']}name>",
    f"<{PREFIXES['rdfs']}label>", f"<{PREFIXES['vcard']}fn>",
]  # fmt: skip
_SUMMARIES = [f"<{PREFIXES['dct']}description>", f"<{PREFIXES['skos']}definition>"]
_DERIVED = f"<{PREFIXES['prov']}wasDerivedFrom>"
_SCHEMA = """
CREATE TABLE documents(
  id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, body BLOB NOT NULL, labels BLOB NOT NULL,
  title TEXT NOT NULL, modified TEXT NOT NULL, hash TEXT NOT NULL, incoming INTEGER NOT NULL);
CREATE TABLE members(
  inventory TEXT NOT NULL, position INTEGER NOT NULL, document INTEGER NOT NULL,
  item TEXT NOT NULL, PRIMARY KEY(inventory, position)) WITHOUT ROWID;
CREATE INDEX member_of ON members(document, inventory);
CREATE TABLE facets(
  inventory TEXT NOT NULL, facet TEXT NOT NULL, value TEXT NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY(inventory, facet, value, position)) WITHOUT ROWID;
CREATE TABLE values_(value TEXT PRIMARY KEY, label TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE texts USING fts5(
  title, body, content='', tokenize='unicode61 remove_diacritics 2', prefix='2 3');
CREATE TABLE tombstones(path TEXT PRIMARY KEY, since TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE cells(
  subject TEXT NOT NULL, file TEXT NOT NULL, row INTEGER NOT NULL, map INTEGER NOT NULL,
  PRIMARY KEY(subject, file, row, map)) WITHOUT ROWID;
CREATE TABLE columns_(map INTEGER NOT NULL, property TEXT NOT NULL, columns TEXT NOT NULL,
  PRIMARY KEY(map, property)) WITHOUT ROWID;
"""

Labels = dict[str, str]


@dataclass(frozen=True, slots=True)
class FacetSpec:
    """Values of `property` (an IRI) that start with `values` are counted under `name`."""

    name: str
    property: str
    values: str = ""


@dataclass(frozen=True, slots=True)
class ListSpec:
    """A list: the things of `type` in the named graph `graph`."""

    inventory: str
    graph: Term
    type: Term
    facets: tuple[FacetSpec, ...] = ()


@dataclass(slots=True)
class Contents:
    """Everything the index is built from.

    Links from the graph `apart` are not shown on what they point at. `at` is the build's time;
    `previous` maps a path to the (digest, modified) of its document in the release before. `cells`
    holds (subject, file, row, map), `columns` (map, property, columns); `added` the columns of
    a file whose emptiness says nothing of the sources.
    """

    quads: Sequence[Quad]
    base: str
    references: Mapping[str, Labels]
    lists: Sequence[ListSpec]
    at: str
    apart: Term = ""
    previous: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    tombstones: Mapping[str, str] = field(default_factory=dict)
    cells: Iterable[tuple[str, str, int, int]] = ()
    columns: Iterable[tuple[int, str, str]] = ()
    added: Mapping[str, Collection[str]] = field(default_factory=dict)


def entity_path(base: str, term: Term) -> str | None:
    """Return the path of the entity a term names (`id/…`, or `ns/…` for a term of it), or None."""
    if not term.startswith("<" + base):
        return None
    path = term[len(base) + 1 : -1].partition("#")[0]
    return path if re.match(r"(id|ns)/.", path) else None


def build(path: Path, contents: Contents) -> None:
    """Write a new documents file from sorted quads."""
    with closing(sqlite3.connect(path)) as connection:
        # a file nobody reads yet needs no journal; the folder is synced before it is published
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.executescript(_SCHEMA)
        with connection:
            _Builder(connection, contents).run()
        connection.execute("INSERT INTO texts(texts) VALUES ('optimize')")
        connection.commit()
        connection.execute("VACUUM")


class _Builder:
    def __init__(self, connection: sqlite3.Connection, contents: Contents) -> None:
        self.db = connection
        self.c = contents
        self.outgoing: dict[str, list[Quad]] = {}
        self.incoming: dict[str, list[Quad]] = {}
        self.incoming_count: dict[str, int] = {}
        self.labels: dict[Term, Labels] = {}
        self.searchable: set[int] = set()
        # per subject the properties its triples maps could have given
        self.mapped: dict[Term, set[str]] = {}

    def run(self) -> None:
        self._group()
        self._cells()
        ids: dict[str, int] = {}
        for number, (path, quads) in enumerate(sorted(self.outgoing.items()), start=1):
            ids[path] = number
            self._document(number, path, quads)
        for spec in self.c.lists:
            self._list(spec, ids)
        self.db.executemany(
            "INSERT INTO tombstones VALUES (?,?)", sorted(self.c.tombstones.items())
        )

    def _cells(self) -> None:
        cells, columns = list(self.c.cells), list(self.c.columns)
        self.db.executemany("INSERT OR IGNORE INTO cells VALUES (?,?,?,?)", cells)
        self.db.executemany("INSERT INTO columns_ VALUES (?,?,?)", columns)
        files = {number: file for _, file, _, number in cells}
        properties: dict[int, set[str]] = {}
        for number, name, listed in columns:
            if set(json.loads(listed)) - set(self.c.added.get(files.get(number, ""), ())):
                properties.setdefault(number, set()).add(name)
        for subject, _, _, number in cells:
            self.mapped.setdefault(subject, set()).update(properties.get(number, ()))

    def _group(self) -> None:
        base = self.c.base
        ranks: dict[Term, int] = {}
        for quad in self.c.quads:
            subject, predicate, object_, graph = quad
            path = entity_path(base, subject)
            if path is None:
                continue
            self.outgoing.setdefault(path, []).append(quad)
            if predicate in LABELS and is_literal(object_):
                text, _, language = literal_of(object_)
                rank = LABELS.index(predicate)
                if rank <= ranks.setdefault(subject, rank):
                    if rank < ranks[subject]:
                        self.labels.pop(subject, None)
                        ranks[subject] = rank
                    self.labels.setdefault(subject, {}).setdefault(language, text)
            target = entity_path(base, object_) if object_.startswith("<") else None
            # what the quality graph says of a thing does not change the thing's own page
            if target is not None and target != path and graph != self.c.apart:
                seen = self.incoming_count.get(target, 0)
                self.incoming_count[target] = seen + 1
                if seen < INCOMING_SHOWN:
                    self.incoming.setdefault(target, []).append(quad)

    def label(self, term: Term) -> Labels:
        return self.labels.get(term) or dict(self.c.references.get(term[1:-1], {}))

    def _document(self, number: int, path: str, quads: list[Quad]) -> None:
        focus = f"<{self.c.base}{path}>"
        rows = [
            row
            for quad in quads
            if quad[1] == _DERIVED
            for row in self.outgoing.get(entity_path(self.c.base, quad[2]) or "", [])
        ]
        body = sorted({*quads, *rows, *self.incoming.get(path, [])})
        labels = {}
        terms = {term for quad in body for term in quad if term.startswith("<")}
        # a page also names what the thing has no value for
        for term in terms | {f"<{name}>" for name in self.mapped.get(focus, ())}:
            found = self.label(term)
            if found:
                labels[term[1:-1]] = found
        text = "\n".join("\t".join(quad) for quad in body).encode()
        names, incoming = _json(labels).encode(), self.incoming_count.get(path, 0)
        # a document also changes when what points at it or a label in it does
        digest = hashlib.sha256(b"%d\n%b\n%b" % (incoming, text, names)).hexdigest()[:32]
        before, modified = self.c.previous.get(path, ("", ""))
        if before != digest:
            modified = self.c.at
        self.db.execute(
            "INSERT INTO documents VALUES (?,?,?,?,?,?,?,?)",
            (
                number, path, zlib.compress(text, 6), zlib.compress(names, 6),
                _json(self.label(focus)), modified, digest, incoming,
            ),
        )  # fmt: skip

    def _list(self, spec: ListSpec, ids: Mapping[str, int]) -> None:
        found = sorted(self._members(spec, ids), key=lambda item: (item[0].casefold(), item[1]))
        values: dict[str, str] = {}
        for position, (_, path, quads) in enumerate(found):
            item, facets = self._item(spec, path, quads)
            self.db.execute(
                "INSERT INTO members VALUES (?,?,?,?)",
                (spec.inventory, position, ids[path], _json(item)),
            )
            self._text(ids[path], path, quads)
            for name, terms in facets.items():
                for term in terms:
                    values[term[1:-1]] = _json(self.label(term))
                    self.db.execute(
                        "INSERT OR IGNORE INTO facets VALUES (?,?,?,?)",
                        (spec.inventory, name, term[1:-1], position),
                    )
        self.db.executemany("INSERT OR REPLACE INTO values_ VALUES (?,?)", sorted(values.items()))

    def _text(self, number: int, path: str, quads: list[Quad]) -> None:
        """Make a listed thing searchable; helpers and rows would only crowd it out."""
        if number in self.searchable:
            return
        self.searchable.add(number)
        title = " ".join(self.label(f"<{self.c.base}{path}>").values())
        texts = [literal_of(quad[2]).text for quad in quads if is_literal(quad[2])]
        self.db.execute(
            "INSERT INTO texts(rowid, title, body) VALUES (?,?,?)",
            (number, title, " ".join(texts)),
        )

    def _members(
        self, spec: ListSpec, ids: Mapping[str, int]
    ) -> Iterator[tuple[str, str, list[Quad]]]:
        for path in ids:
            quads = self.outgoing[path]
            if any(q[1] == _TYPE and q[2] == spec.type and q[3] == spec.graph for q in quads):
                labels = self.label(f"<{self.c.base}{path}>")
                yield labels.get("nl") or next(iter(labels.values()), path), path, quads

    def _item(
        self, spec: ListSpec, path: str, quads: list[Quad]
    ) -> tuple[dict[str, object], dict[str, list[Term]]]:
        facets = {
            facet.name: [
                q[2]
                for q in quads
                if q[1] == f"<{facet.property}>" and q[2].startswith(f"<{facet.values}")
            ]
            for facet in spec.facets
        }
        summary: Labels = {}
        for predicate in _SUMMARIES:
            for quad in quads:
                if quad[1] == predicate and is_literal(quad[2]):
                    text, _, language = literal_of(quad[2])
                    summary.setdefault(language, text)
        focus = f"<{self.c.base}{path}>"
        tags = [self.label(term) for terms in facets.values() for term in terms]
        item: dict[str, object] = {
            "path": path, "label": self.label(focus), "summary": summary, "tags": tags,
        }  # fmt: skip
        return item, facets


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
