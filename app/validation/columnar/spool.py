"""A data graph on disk, looked up by subject: what large input is checked from, chunk by chunk.

One file of N-Triples in the order of arrival, and sorted arrays of 8 bytes per run of lines with
the same subject (a part of the node's CRC-32, the offset of the line), read through memory maps:
what is in memory does not grow with the data, and several processes share it.
"""

from __future__ import annotations

import mmap
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Set
from pathlib import Path
from zlib import crc32

from app.rdf.terms import Term, Triple
from app.validation.columnar.data import SUBCLASS, TYPE, Columns
from app.validation.columnar.plan import Root

_DATA, _SUBJECTS, _OBJECTS, _TARGETS, _CHUNKS, _BOUNDS, _CLASSES = (
    "data.nt", "subjects.idx", "objects.idx", "targets.idx", "chunks.idx", "bounds.idx",
    "classes.nt",
)  # fmt: skip
# 40 bits of offset: a file of 1 TB
_SHIFT = 40
_OFFSET = (1 << _SHIFT) - 1
_BUFFER_BYTES = 1 << 20


class Writer:
    """Writes a spool; `close` sorts and divides the focus nodes over chunks of about `entities`."""

    def __init__(self, folder: Path, roots: Iterable[Root], backwards: Iterable[Term]) -> None:
        self._folder = folder
        self._classes = {name for root in roots for name in root.classes}
        self._subjects_of = {name for root in roots for name in root.subjects_of}
        self._objects_of = {name for root in roots for name in root.objects_of}
        self._nodes = sorted({node for root in roots for node in root.nodes})
        self._backwards = frozenset(backwards)
        self._runs, self._into = array("Q"), array("Q")
        self._typed: dict[Term, array[int]] = {}
        # (offset of a line, whether its object is the focus node)
        self._aimed = array("Q")
        self._hierarchy: list[str] = []

    def write(self, triples: Iterable[Triple]) -> None:
        """Write all triples and remember where what is."""
        last, offset = "", 0
        special = self._subjects_of | self._objects_of | self._backwards | {TYPE, SUBCLASS}
        with (self._folder / _DATA).open("wb", buffering=_BUFFER_BYTES) as file:
            for s, p, o in triples:
                line = f"{s} {p} {o} .\n"
                if s != last:
                    self._runs.append(_key(s.encode()) | offset)
                    last = s
                if p in special:
                    self._note(p, o, offset, line)
                offset += file.write(line.encode())

    def _note(self, predicate: Term, object_: Term, offset: int, line: str) -> None:
        if predicate == TYPE:
            self._typed.setdefault(object_, array("Q")).append(offset)
        elif predicate == SUBCLASS:
            self._hierarchy.append(line)
        if predicate in self._subjects_of:
            self._aimed.append(offset << 1)
        if predicate in self._objects_of:
            self._aimed.append(offset << 1 | 1)
        if predicate in self._backwards:
            self._into.append(_key(object_.encode()) | offset)

    def close(self, entities: int) -> int:
        """Write the indexes; return the number of chunks."""
        hierarchy = "".join(self._hierarchy).encode()
        (self._folder / _CLASSES).write_bytes(hierarchy)
        columns = Columns(hierarchy)
        for name in {lower for wanted in self._classes for lower in columns.below(wanted)}:
            self._aimed.extend(offset << 1 for offset in self._typed.get(name, ()))
        self._typed.clear()
        _save(self._folder / _SUBJECTS, sorted(self._runs))
        _save(self._folder / _OBJECTS, sorted(self._into))
        return self._divide(entities)

    def _divide(self, entities: int) -> int:
        """Write the target lines by chunk: a node is in one chunk, whatever makes it a target.

        What stands near each other in the data is in one chunk: it mostly leads to each other.
        """
        subjects = _load(self._folder / _SUBJECTS)
        self._aimed = array("Q", sorted(self._aimed))
        with (self._folder / _DATA).open("rb") as file:
            view = _mapped(file.fileno())
            places = array("Q", (_place(subjects, _node(view, aim)) for aim in self._aimed))
        # the first place of each chunk but the first
        bounds = array("Q", sorted(set(places))[entities::entities])
        parts = [array("Q") for _ in range(len(bounds) + 1)]
        for aim, place in zip(self._aimed, places, strict=True):
            parts[bisect_right(bounds, place)].append(aim)
        starts, total = array("Q", [0]), 0
        with (self._folder / _TARGETS).open("wb") as out:
            for part in parts:
                part.tofile(out)
                total += len(part)
                starts.append(total)
        _save(self._folder / _CHUNKS, starts)
        _save(self._folder / _BOUNDS, bounds)
        return len(parts)


class Spool:
    """A finished spool; opening it again in another process shares the pages."""

    def __init__(self, folder: Path, nodes: Iterable[Term]) -> None:
        self._file = (folder / _DATA).open("rb")
        self._view = _mapped(self._file.fileno())
        self._subjects, self._objects = _load(folder / _SUBJECTS), _load(folder / _OBJECTS)
        self._targets, self._starts = _load(folder / _TARGETS), _load(folder / _CHUNKS)
        self._bounds = _load(folder / _BOUNDS)
        self._nodes = sorted(set(nodes))
        self.hierarchy = (folder / _CLASSES).read_bytes().splitlines(keepends=True)

    def close(self) -> None:
        """Let go of the files."""
        self._file.close()

    @property
    def data(self) -> bytes:
        """The whole graph, in memory."""
        return bytes(self._view)

    def targets(self, chunk: int) -> Iterator[tuple[bytes, bytes]]:
        """Yield (focus node, the line that makes it one or b"") of a chunk, some more than once."""
        for place in range(self._starts[chunk], self._starts[chunk + 1]):
            aim = self._targets[place]
            yield _node(self._view, aim), self._line(aim >> 1)
        for node in self._nodes:
            if bisect_right(self._bounds, _place(self._subjects, node.encode())) == chunk:
                yield node.encode(), b""

    def lines(self, subject: bytes) -> Iterator[bytes]:
        """Yield the lines of a subject."""
        start = subject + b" "
        for offset in _found(self._subjects, subject):
            place = offset
            line = self._line(place)
            while line.startswith(start):
                yield line
                place += len(line)
                line = self._line(place)

    def things(self) -> Iterator[dict[bytes, int]]:
        """Yield all lines, each once with its first place: all of a thing (or a few) together."""
        lines: dict[bytes, int] = {}
        last = -1
        for entry in self._subjects:
            key, place = entry >> _SHIFT, entry & _OFFSET
            if key != last and lines:
                yield lines
                lines = {}
            last = key
            line = self._line(place)
            start = line[: line.index(b" ") + 1]
            while line.startswith(start):
                lines.setdefault(line, place)
                place += len(line)
                line = self._line(place)
        if lines:
            yield lines

    def about(self, things: Iterable[Term]) -> Iterator[Triple]:
        """Yield the triples of the things among some terms."""
        for thing in things:
            for line in self.lines(thing.encode()):
                yield triple_of(line)

    def leading_to(self, things: Set[Term]) -> Iterator[Triple]:
        """Yield the triples with one of some things as object, in order; reads all there is."""
        wanted, place = {thing.encode() for thing in things}, 0
        while wanted and (line := self._line(place)):
            if parts(line)[2] in wanted:
                yield triple_of(line)
            place += len(line)

    def lines_into(self, node: bytes) -> Iterator[bytes]:
        """Yield the lines with this object, for the predicates that are walked backwards."""
        end = b" " + node + b" .\n"
        for offset in _found(self._objects, node):
            line = self._line(offset)
            if line.endswith(end):
                yield line

    def _line(self, offset: int) -> bytes:
        end = self._view.find(b"\n", offset)
        if end < 0:
            return b""
        return bytes(self._view[offset : end + 1])


def _key(node: bytes) -> int:
    """Return the upper 24 of 64 bits; what is found under a key is compared in full."""
    return crc32(node) >> 8 << _SHIFT


def _found(index: memoryview | array[int], node: bytes) -> Iterator[int]:
    key = _key(node)
    place = bisect_left(index, key)
    while place < len(index) and index[place] & ~_OFFSET == key:
        yield index[place] & _OFFSET
        place += 1


def _place(subjects: memoryview | array[int], node: bytes) -> int:
    """Return where a node first stands as subject, or else any place that is always the same."""
    return next(_found(subjects, node), crc32(node))


def parts(line: bytes) -> tuple[bytes, bytes, bytes]:
    """Return the terms of a line as this module writes it."""
    subject, predicate, rest = line.split(b" ", 2)
    return subject, predicate, rest[:-3]


def triple_of(line: bytes) -> Triple:
    """Return the triple of a line as this module writes it."""
    subject, predicate, rest = line.decode().split(" ", 2)
    return subject, predicate, rest[:-3]


def _node(view: mmap.mmap | bytes, aim: int) -> bytes:
    offset = aim >> 1
    subject, _, object_ = parts(bytes(view[offset : view.find(b"\n", offset) + 1]))
    return object_ if aim & 1 else subject


def _mapped(handle: int) -> mmap.mmap | bytes:
    try:
        return mmap.mmap(handle, 0, access=mmap.ACCESS_READ)
    except ValueError:
        # an empty file cannot be mapped
        return b""


def _save(path: Path, numbers: Iterable[int]) -> None:
    with path.open("wb") as out:
        array("Q", numbers).tofile(out)


def _load(path: Path) -> memoryview | array[int]:
    with path.open("rb") as file:
        view = _mapped(file.fileno())
    return memoryview(view).cast("Q") if view else array("Q")
