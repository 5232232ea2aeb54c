"""Reading `documents.sqlite`: point look-ups, lists with facets, text search, cells."""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from app.errors import StoreUnavailableError
from app.rdf.terms import Quad, Triple

Labels = Mapping[str, str]
_WORD = re.compile(r"\w+", re.UNICODE)
_MAX_WORDS = 12


def _unpack(packed: bytes) -> str:
    try:
        return zlib.decompress(packed).decode()
    except (zlib.error, TypeError, ValueError) as error:
        msg = "a document of the release is damaged; run `vijfster build`"
        raise StoreUnavailableError(msg) from error


@dataclass(frozen=True)
class Description:
    """What a release says of one thing: the same facts for pages and RDF.

    `quads` hold the triples of the thing, of the rows it derives from, and the first 100 that
    point at it; `incoming` counts all of those.
    """

    path: str
    focus: str
    lines: tuple[str, ...]
    packed_labels: bytes
    title: Labels
    modified: str
    hash: str
    incoming: int

    @cached_property
    def quads(self) -> list[Quad]:
        """The quads, sorted."""
        return [tuple(line.split("\t")) for line in self.lines]  # type: ignore[misc]

    @cached_property
    def labels(self) -> dict[str, dict[str, str]]:
        """Labels of every IRI in the quads that has one, by language."""
        return dict(orjson.loads(_unpack(self.packed_labels)))

    def triples(self) -> list[Triple]:
        """Return the triples, sorted, each once whatever graphs it stands in."""
        out: list[Triple] = []
        last: Triple | None = None
        for line in self.lines:
            subject, predicate, object_, _ = line.split("\t")
            triple = (subject, predicate, object_)
            if triple != last:
                out.append(triple)
                last = triple
        return out

    def own(self) -> list[Quad]:
        """Return the quads whose subject is the thing, or a term of the vocabulary it is."""
        prefix = f"<{self.focus}"
        ends = (prefix + ">", prefix + "#")
        return [quad for quad in self.quads if quad[0].startswith(ends)]

    def pointing(self) -> list[Quad]:
        """Return the quads from other things that point here."""
        prefix = f"<{self.focus}"
        ends = (prefix + ">", prefix + "#")
        return [q for q in self.quads if q[2].startswith(ends) and not q[0].startswith(ends)]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A facet's value with its label and the number of things that have it.

    `code` is what addresses say for it: the last part of the IRI, or all of it where two values of
    the facet end alike.
    """

    value: str
    code: str
    label: Labels
    count: int


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list; `items` hold path, label, summary and tags."""

    total: int
    page: int
    size: int
    items: tuple[dict[str, Any], ...]
    facets: Mapping[str, tuple[FacetValue, ...]]

    @property
    def pages(self) -> int:
        """The number of pages, at least one."""
        return max(1, -(-self.total // self.size))


class Documents:
    """One release's documents, opened read-only; safe for one thread."""

    def __init__(self, path: Path, base: str) -> None:
        self._base = base
        try:
            self._db = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            self._db.execute("SELECT 1 FROM documents LIMIT 1")
        except sqlite3.Error as error:
            msg = "the documents of the release cannot be read; run `vijfster build`"
            raise StoreUnavailableError(msg) from error
        # counted once per release: they are the same for every visitor
        self._whole: dict[str, tuple[int, dict[str, tuple[FacetValue, ...]]]] = {}

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        try:
            return self._db.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            msg = "the documents of the release cannot be read"
            raise StoreUnavailableError(msg) from error

    def get(self, path: str) -> Description | None:
        """Return the description at a path such as `id/concept/x`, or None."""
        rows = self._rows(
            "SELECT body, labels, title, modified, hash, incoming FROM documents WHERE path=?",
            (path,),
        )
        if not rows:
            return None
        body, labels, title, modified, digest, incoming = rows[0]
        return Description(
            path=path,
            focus=self._base + path,
            lines=tuple(_unpack(body).split("\n")),
            packed_labels=labels,
            title=orjson.loads(title),
            modified=modified,
            hash=digest,
            incoming=incoming,
        )

    def state(self, path: str) -> tuple[str, str] | None:
        """Return (hash, last changed) of a description without reading it."""
        rows = self._rows("SELECT hash, modified FROM documents WHERE path=?", (path,))
        return (rows[0][0], rows[0][1]) if rows else None

    def states(self) -> dict[str, tuple[str, str]]:
        """Return (digest, last changed) of every document, by path."""
        return {path: (digest, modified) for path, digest, modified in self._rows(
            "SELECT path, hash, modified FROM documents")}  # fmt: skip

    def titles(self, paths: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return the titles of the documents there are, by path."""
        rows = self._rows(
            "SELECT path, title FROM documents WHERE path IN (SELECT value FROM json_each(?))",
            (orjson.dumps(paths).decode(),),
        )
        return {path: orjson.loads(title) for path, title in rows}

    def tombstone(self, path: str) -> str | None:
        """Return when the thing at a path was withdrawn, or None."""
        rows = self._rows("SELECT since FROM tombstones WHERE path=?", (path,))
        return str(rows[0][0]) if rows else None

    def paths(
        self, prefix: str, *, without: Sequence[str] = (), first: int = 0, limit: int = -1
    ) -> list[tuple[str, str]]:
        """Return (path, last changed) of documents below a path, in order; -1 is all of them.

        Those below the paths of `without` are left out.
        """
        below, bounds = _below(prefix, without)
        return self._rows(
            f"SELECT path, modified FROM documents WHERE {below} ORDER BY path LIMIT ? OFFSET ?",  # noqa: S608
            (*bounds, limit, first),
        )

    def count_below(self, prefix: str, without: Sequence[str] = ()) -> int:
        """Return the number of documents below a path, but not below those of `without`."""
        below, bounds = _below(prefix, without)
        sql = f"SELECT count(*) FROM documents WHERE {below}"  # noqa: S608
        return int(self._rows(sql, bounds)[0][0])

    def count(self, inventory: str) -> int:
        """Return the number of things in an inventory's list."""
        return int(self._rows("SELECT count(*) FROM members WHERE inventory=?", (inventory,))[0][0])

    def listed(
        self, inventory: str, *, limit: int = -1
    ) -> list[tuple[str, dict[str, str]]]:  # fmt: skip
        """Return path and label of the things in an inventory's list, in its order."""
        rows = self._rows(
            "SELECT item FROM members WHERE inventory=? ORDER BY position LIMIT ?",
            (inventory, limit),
        )
        items = (orjson.loads(row[0]) for row in rows)
        return [(item["path"], item["label"]) for item in items]

    def listing(
        self,
        inventory: str,
        *,
        text: str = "",
        chosen: Mapping[str, str] | None = None,
        page: int = 1,
        size: int = 20,
    ) -> Listing:
        """Return a page of a list, narrowed by text and facet values (IRIs).

        Without text the order is alphabetical, with text the best hits come first.
        """
        chosen = chosen or {}
        positions: list[int] | None = None
        if text.strip():
            positions = self._search_positions(inventory, text)
        for name, value in chosen.items():
            rows = self._rows(
                "SELECT position FROM facets WHERE inventory=? AND facet=? AND value=?",
                (inventory, name, value),
            )
            having = {row[0] for row in rows}
            positions = (
                sorted(having) if positions is None else [p for p in positions if p in having]
            )
        start = (page - 1) * size
        if positions is None:
            total, facets = self.whole(inventory)
            found = list(range(start, min(start + size, total)))
        else:
            total, facets = (
                len(positions),
                self._facets(inventory, positions, self.whole(inventory)[1]),
            )
            found = positions[start : start + size]
        items = tuple(self._items(inventory, found))
        return Listing(total=total, page=page, size=size, items=items, facets=facets)

    def whole(self, inventory: str) -> tuple[int, dict[str, tuple[FacetValue, ...]]]:
        """Return the number of things in a list, and its facets with all their values."""
        found = self._whole.get(inventory)
        if found is None:
            found = self.count(inventory), self._facets(inventory, None, {})
            self._whole[inventory] = found
        return found

    def values(self, inventory: str, facet: str) -> dict[str, str]:
        """Return the values of a facet, by code."""
        return {value.code: value.value for value in self.whole(inventory)[1].get(facet, ())}

    def _items(self, inventory: str, positions: Sequence[int]) -> list[dict[str, Any]]:
        rows = self._rows(
            "SELECT position, item FROM members WHERE inventory=? AND position IN "
            "(SELECT value FROM json_each(?))",
            (inventory, orjson.dumps(list(positions)).decode()),
        )
        by_position = dict(rows)
        return [orjson.loads(by_position[position]) for position in positions]

    def _facets(
        self,
        inventory: str,
        positions: Sequence[int] | None,
        whole: Mapping[str, tuple[FacetValue, ...]],
    ) -> dict[str, tuple[FacetValue, ...]]:
        """Count facets at some positions, or everywhere; `whole` has the codes, or is empty."""
        among = None if positions is None else orjson.dumps(list(positions)).decode()
        rows = self._rows(
            "SELECT f.facet, f.value, v.label, count(*) FROM facets f "
            "JOIN values_ v ON v.value = f.value WHERE f.inventory=? "
            "AND (? IS NULL OR f.position IN (SELECT value FROM json_each(?))) "
            "GROUP BY f.facet, f.value ORDER BY f.facet, count(*) DESC, f.value",
            (inventory, among, among),
        )
        codes = {(name, v.value): v.code for name, values in whole.items() for v in values}
        ends = Counter((facet, value.rpartition("/")[2]) for facet, value, _, _ in rows)
        out: dict[str, list[FacetValue]] = {}
        for facet, value, label, count in rows:
            end = value.rpartition("/")[2]
            code = codes.get((facet, value)) or (end if ends[facet, end] == 1 else value)
            found = FacetValue(value, code, orjson.loads(label), count)
            out.setdefault(facet, []).append(found)
        return {name: tuple(values) for name, values in out.items()}

    def _search_positions(self, inventory: str, text: str) -> list[int]:
        query = match_expression(text)
        if not query:
            return []
        rows = self._rows(
            "SELECT m.position FROM "
            "(SELECT rowid, bm25(texts, 8.0, 1.0) AS rank FROM texts WHERE texts MATCH ?) t "
            "JOIN members m ON m.document = t.rowid AND m.inventory = ? "
            "ORDER BY t.rank, m.position",
            (query, inventory),
        )
        return [row[0] for row in rows]

    def search(
        self, text: str, *, inventories: Sequence[str], limit: int
    ) -> tuple[int, list[dict[str, Any]]]:
        """Return the number of hits over inventories and the best of them, with `inventory`."""
        query = match_expression(text)
        if not query:
            return 0, []
        among = orjson.dumps(list(inventories)).decode()
        total = self._rows(
            "SELECT count(*) FROM texts t JOIN members m ON m.document = t.rowid "
            "WHERE texts MATCH ? AND m.inventory IN (SELECT value FROM json_each(?))",
            (query, among),
        )
        rows = self._rows(
            "SELECT m.inventory, m.item FROM "
            "(SELECT rowid, bm25(texts, 8.0, 1.0) AS rank FROM texts WHERE texts MATCH ?) t "
            "JOIN members m ON m.document = t.rowid "
            "WHERE m.inventory IN (SELECT value FROM json_each(?)) "
            "ORDER BY t.rank, m.position LIMIT ?",
            (query, among, limit),
        )
        hits = [{**orjson.loads(item), "inventory": inventory} for inventory, item in rows]
        return int(total[0][0]), hits

    def rows(self, subject: str) -> list[tuple[str, int]]:
        """Return the (file, row) pairs a subject was made from."""
        return self._rows(
            "SELECT DISTINCT file, row FROM cells WHERE subject=? ORDER BY file, row",
            (f"<{subject}>",),
        )

    def cells(self, subject: str, properties: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Return where a subject's triples come from: file, row, property, columns and letters.

        Without properties every property of the subject's triples maps is listed. `letters` are
        those of the columns of a sheet, else none.
        """
        rows = self._rows(
            "SELECT c.file, c.row, p.property, p.columns FROM cells c JOIN columns_ p "
            "ON p.map = c.map WHERE c.subject=? ORDER BY c.file, c.row, p.property",
            (f"<{subject}>",),
        )
        wanted = set(properties)
        return [
            {"file": file, "row": row, "property": name, "columns": list(found),
             "letters": found if isinstance(found, dict) else {}}
            for file, row, name, columns in rows if not wanted or name in wanted
            for found in [orjson.loads(columns)]
        ]  # fmt: skip


def _below(prefix: str, without: Sequence[str]) -> tuple[str, list[str]]:
    """Return a condition on paths, and its parameters."""
    places = [prefix, *without]
    parts = ["path >= ? AND path < ?"] + ["NOT (path >= ? AND path < ?)"] * len(without)
    return " AND ".join(parts), [end for at in places for end in (at, at + "\U0010ffff")]


def match_expression(text: str) -> str:
    """Return an FTS5 expression: every word must occur, the last one may be a beginning."""
    words = [word for word in _WORD.findall(text)[:_MAX_WORDS] if "_" not in word or len(word) > 1]
    quoted = ['"' + word.replace('"', "") + '"' for word in words]
    if quoted:
        quoted[-1] += "*"
    return " ".join(quoted)
