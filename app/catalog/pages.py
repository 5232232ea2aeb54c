"""Reading the ready feed: pages and slices of it, each complete in itself, in any format."""

from __future__ import annotations

import json
import sqlite3
import struct
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.catalog.feed import BLOCK, INDEX, STEM
from app.catalog.forms import JsonLd, NTriples, RdfXml, Turtle
from app.errors import StoreUnavailableError
from app.rdf import media
from app.rdf.media import MediaType
from app.rdf.terms import Triple
from app.rdf.turtle import Prefixes

_NONE = Prefixes.none()
_PREFACES = {
    form.target: form.preface for form in (Turtle(_NONE), JsonLd(_NONE), NTriples(), RdfXml(_NONE))
}


def written_as(target: MediaType) -> MediaType:
    """Return the form whose text a form has: Turtle is TriG that names no graph.

    Clients that prefer TriG look in its default graph only, such as Comunica.
    """
    return media.TURTLE if target is media.TRIG else target


@dataclass(frozen=True, slots=True)
class Slice:
    """Which members are asked for: all, or of one publisher (IRI), changed since (microseconds)."""

    publisher: str = ""
    since: int | None = None

    def where(self) -> tuple[str, list[object]]:
        """Return a condition and its values; none for all."""
        parts: list[str] = []
        values: list[object] = []
        if self.publisher:
            parts.append("publisher=?")
            values.append(self.publisher)
        if self.since is not None:
            parts.append("modified >= ?")
            values.append(self.since)
        return " AND ".join(parts), values


class Feed:
    """The feed of one release, opened for one answer: what is read does not grow with it.

    Raises:
        StoreUnavailableError: The release has no feed that can be read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            uri = f"{(folder / INDEX).resolve().as_uri()}?mode=ro&immutable=1"
            self._db = sqlite3.connect(uri, uri=True)
        except sqlite3.Error as error:
            raise _unreadable() from error

    def __enter__(self) -> Feed:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise _unreadable() from error

    def some(self, of: Slice, start: int, size: int) -> tuple[int, list[int]]:
        """Return how many members a slice has, and the numbers of `size` of them from `start`."""
        if of.since is not None and not of.publisher:
            return self._since(of.since, start, size)
        where, values = of.where()
        if not where:
            # they are numbered from 1, without gaps
            total = self._rows("SELECT ifnull(max(number), 0) FROM members")[0][0]
            return total, list(range(start + 1, min(start + size, total) + 1))
        # both are read from an index alone
        total = self._rows(f"SELECT count(*) FROM members WHERE {where}", values)[0][0]  # noqa: S608
        sql = f"SELECT number FROM members WHERE {where} ORDER BY number LIMIT ? OFFSET ?"  # noqa: S608
        rows = self._rows(sql, [*values, size, start]) if start < total else []
        return total, [row[0] for row in rows]

    def _since(self, since: int, start: int, size: int) -> tuple[int, list[int]]:
        """Return the like for a time, by counting blocks: few are looked into."""
        total = 0
        numbers: list[int] = []
        for first, times in self._rows("SELECT number, times FROM blocks ORDER BY number"):
            count = _not_before(since, times)
            skipped = max(0, start - total)
            if count > skipped and len(numbers) < size:
                numbers += [row[0] for row in self._rows(
                    "SELECT number FROM members WHERE number BETWEEN ? AND ? AND modified >= ? "
                    "ORDER BY number LIMIT ? OFFSET ?",
                    (first, first + BLOCK - 1, since, size - len(numbers), skipped),
                )]  # fmt: skip
            total += count
        return total, numbers

    def named(self, record: str) -> list[int]:
        """Return the number of the member whose record has this reference, or nothing."""
        sql = "SELECT number FROM members WHERE record=? ORDER BY number LIMIT 1"
        return [row[0] for row in self._rows(sql, (record,))]

    def about(self, iri: str) -> list[int]:
        """Return the number of the member with this IRI, or nothing."""
        return [row[0] for row in self._rows("SELECT number FROM members WHERE iri=?", (iri,))]

    def members(self, numbers: Sequence[int]) -> list[tuple[str, str, str]]:
        """Return (IRI, reference of the record, kind) of members, in the order asked."""
        rows = self._rows(
            "SELECT number, iri, record, kind FROM members WHERE number IN "
            "(SELECT value FROM json_each(?))", (json.dumps(list(numbers)),),
        )  # fmt: skip
        found = {number: (iri, record, kind) for number, iri, record, kind in rows}
        return [found[number] for number in numbers]

    def empty(self, target: MediaType) -> bytes:
        """Return a document that says nothing, not even of the catalog."""
        return b"".join(self._frame(written_as(target)))

    def _frame(self, form: MediaType) -> tuple[bytes, bytes]:
        """Return what a document starts and ends with."""
        rows = self._rows("SELECT start, end FROM forms WHERE form=?", (form.suffix,))
        if not rows:
            raise _unreadable()
        start, end = rows[0]
        return start, end

    def document(
        self, target: MediaType, numbers: Sequence[int], preface: Sequence[Triple] = ()
    ) -> bytes:
        """Return a document with some members, complete in itself; triples of ours come first."""
        form = written_as(target)
        start, end = self._frame(form)
        file = f"{STEM}.{form.suffix}"
        places = self._places(file, numbers)
        return b"".join([start, _PREFACES[form](preface),
                         *self._read(file, len(start), places), end])  # fmt: skip

    def _places(self, file: str, numbers: Sequence[int]) -> list[tuple[int, int]]:
        """Return the stretches of a file with the head, members, and what completes them."""
        listed = json.dumps(list(numbers))
        needs = self._rows(
            "SELECT numbers FROM needs WHERE id=0 OR id IN (SELECT needs FROM members WHERE number "
            "IN (SELECT value FROM json_each(?)))", (listed,),
        )  # fmt: skip
        wanted = {0, *numbers}
        beside = {number for (text,) in needs for number in json.loads(text)} - wanted
        rows = self._rows(
            "SELECT number, start, middle, end FROM places WHERE file=? AND number IN "
            "(SELECT value FROM json_each(?)) ORDER BY number",
            (file, json.dumps(sorted(wanted | beside))),
        )
        # what only completes a page comes without its own ties to the catalog
        return [(middle if number in beside else start, end) for number, start, middle, end in rows]

    def _read(self, file: str, before: int, places: Iterable[tuple[int, int]]) -> Iterator[bytes]:
        try:
            with (self._folder / file).open("rb") as source:
                for begin, end in _joined(places):
                    source.seek(before + begin)
                    yield source.read(end - begin)
        except OSError as error:
            raise _unreadable() from error

    def triples(self, numbers: Sequence[int]) -> list[Triple]:
        """Return the triples of a document with some members."""
        text = self.document(media.N_TRIPLES, numbers).decode()
        # lines of our own writer: one space between terms, and none in the first two
        rows = (line.split(" ", 2) for line in text.split("\n") if line)
        return [(subject, predicate, rest[:-2]) for subject, predicate, rest in rows]


def _not_before(since: int, times: bytes) -> int:
    """Return how many times of a block, in order, are not before a time."""
    size = len(times) // 8
    least, most = (struct.unpack_from("<q", times, 8 * at)[0] for at in (0, size - 1))
    if least >= since or most < since:
        return size if least >= since else 0
    return size - bisect_left(struct.unpack(f"<{size}q", times), since)


def _joined(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for begin, end in places:
        if out and out[-1][1] == begin:
            out[-1] = out[-1][0], end
        else:
            out.append((begin, end))
    return out


def _unreadable() -> StoreUnavailableError:
    return StoreUnavailableError(
        "the pages of the catalog cannot be read; run `vijfster build`",
        nl="de pagina's van de catalogus kunnen niet gelezen worden; voer `vijfster build` uit",
    )
