"""Hashes of descriptions with blank nodes, and IRIs for those nodes, that no label decides.

Nodes that are pointed at once form trees below their entity: hashed from the leaves up, each in
linear time. Anything else goes through RDFC-1.0 (W3C, RDF Dataset Canonicalization), whose worst
case is exponential: that runs in a process that is ended at a deadline.
"""

from __future__ import annotations

import hashlib
import os
import resource
import selectors
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from app.rdf import media
from app.rdf.io import parse
from app.rdf.terms import Term, Triple

_LENGTH = struct.Struct("!I")
GENID = ".well-known/genid/"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long one description may take, how long all of them together, in how much memory."""

    seconds: float = 1.0
    total_seconds: float = 30.0
    memory_bytes: int = 1 << 30


class Described:
    """Triples by entity: an IRI, or a blank node nobody points at, with the blank nodes it needs.

    Blank nodes that no entity leads to (a ring of them) are entities each.
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._about: dict[Term, list[tuple[Term, Term]]] = {}
        self._uses: dict[Term, int] = {}
        for subject, predicate, object_ in set(triples):
            self._about.setdefault(subject, []).append((predicate, object_))
            if object_[0] == "_":
                self._uses[object_] = self._uses.get(object_, 0) + 1
        self.entities = [s for s in self._about if not s.startswith("_:") or s not in self._uses]
        reached = set(self.entities)
        self._nodes: dict[Term, list[Term]] = {}
        for entity in self.entities:
            if nodes := self._found(entity):
                self._nodes[entity] = nodes
                reached.update(nodes)
        for node in sorted(self._about.keys() - reached):
            self.entities.append(node)
            self._nodes[node] = self._found(node)
        self.entities.sort()

    def _below(self, entity: Term) -> list[Term]:
        return self._nodes.get(entity, [])

    def _found(self, entity: Term) -> list[Term]:
        """Return the blank nodes an entity leads to, each after a node that points at it."""
        found: dict[Term, None] = {}
        ahead = [entity]
        while ahead:
            for _, object_ in self._about.get(ahead.pop(), ()):
                if object_[0] == "_" and object_ not in found and object_ != entity:
                    found[object_] = None
                    ahead.append(object_)
        return list(found)

    def tree(self, entity: Term) -> dict[Term, str] | None:
        """Return hashes of an entity and of the blank nodes below it; None if it is no tree."""
        nodes = self._below(entity)
        uses = self._uses
        if entity in uses and entity.startswith("_:"):
            return None
        if any(uses[node] > 1 for node in nodes):
            return None
        out: dict[Term, str] = {}
        # what is pointed at comes after what points at it
        for node in [*reversed(nodes), entity]:
            lines = [
                f"{p} _:{out[o]}" if o[0] == "_" else f"{p} {o}"
                for p, o in self._about.get(node, ())
            ]
            lines.sort()
            if node is entity and not node.startswith("_:"):
                lines.append(node)
            out[node] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        return out

    def triples(self, entity: Term) -> Iterator[Triple]:
        """Yield the triples of an entity and of the blank nodes below it."""
        for node in (entity, *self._below(entity)):
            for predicate, object_ in self._about.get(node, ()):
                yield node, predicate, object_


def entity_hashes(described: Described, bounds: Bounds = Bounds()) -> dict[Term, str | None]:
    """Return the SHA-256 of each entity; None where no canonical form was found in time.

    A blank node that is an entity stands under its label, its hash does not depend on it.
    """
    out: dict[Term, str | None] = {}
    hard: list[Term] = []
    for entity in described.entities:
        found = described.tree(entity)
        if found is None:
            hard.append(entity)
        else:
            out[entity] = found[entity]
    texts = [_text(described.triples(entity)) for entity in hard]
    for entity, text in zip(hard, canonical(texts, bounds), strict=True):
        out[entity] = None if text is None else hashlib.sha256(text.encode()).hexdigest()
    return out


def skolemised(
    described: Described, base: str, bounds: Bounds = Bounds()
) -> tuple[list[Triple], list[Term]]:  # fmt: skip
    """Return the triples with an IRI for each blank node, sorted, and the entities left out.

    The IRI (`{base}.well-known/genid/…`, RDF 1.1 Concepts, 3.5) follows from the entity and from
    what the node says: the same source gives the same IRIs, whatever labels and order it has. Left
    out are entities without a canonical form in time.
    """
    out: set[Triple] = set()
    hard: list[Term] = []
    for entity in described.entities:
        found = described.tree(entity)
        if found is None:
            hard.append(entity)
            continue
        owner = "" if entity.startswith("_:") else entity
        names = {n: _genid(base, owner, h) for n, h in found.items() if n.startswith("_:")}
        out.update(_renamed(described.triples(entity), names))
    left: list[Term] = []
    texts = [_text(described.triples(entity)) for entity in hard]
    for entity, text in zip(hard, canonical(texts, bounds), strict=True):
        if text is None:
            left.append(entity)
            continue
        owner = entity if not entity.startswith("_:") else hashlib.sha256(text.encode()).hexdigest()
        triples = [q[:3] for q in parse(text.encode(), media.N_TRIPLES, base="", where="canonical")]
        nodes = {term for triple in triples for term in triple if term.startswith("_:")}
        out.update(_renamed(triples, {n: _genid(base, owner, n) for n in nodes}))
    return sorted(out), left


def canonical(texts: Sequence[str], bounds: Bounds = Bounds()) -> list[str | None]:
    """Return the canonical N-Triples (RDFC-1.0) of each text; None for one that takes too long.

    The work is done by another process, which is ended when one text takes longer than its bound;
    it then goes on behind that text, until the time for all of them is over.
    """
    out: list[str | None] = []
    end = time.monotonic() + bounds.total_seconds
    while len(out) < len(texts) and time.monotonic() < end:
        out += _batch(texts[len(out) :], bounds, end)
    return out + [None] * (len(texts) - len(out))


def _batch(texts: Sequence[str], bounds: Bounds, end: float) -> list[str | None]:
    """Return what a process makes of texts, up to and with the first one it is ended at."""
    out: list[str | None] = []
    # from a file: a process that never reads on cannot hold us up
    with tempfile.TemporaryFile() as file:
        for text in texts:
            data = text.encode()
            file.write(_LENGTH.pack(len(data)) + data)
        file.seek(0)
        command = [sys.executable, "-m", __name__, str(bounds.memory_bytes)]
        # the package's folder: where we are started from may hold anything
        here = Path(__file__).resolve().parents[2]
        with subprocess.Popen(
            command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=here
        ) as process:
            try:
                assert process.stdout
                out.extend(_answers(process.stdout, len(texts), bounds.seconds, end))
            finally:
                process.kill()
    if len(out) < len(texts):
        out.append(None)
    return out


def _answers(pipe: IO[bytes], count: int, seconds: float, end: float) -> Iterator[str | None]:
    buffer = bytearray()
    # starting takes a moment that is nobody's fault
    limit = time.monotonic() + seconds + 5
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while count:
            if not selector.select(max(0.0, min(limit, end) - time.monotonic())):
                return
            piece = os.read(pipe.fileno(), 1 << 20)
            if not piece:
                return
            buffer += piece
            limit = time.monotonic() + seconds
            while len(buffer) >= _LENGTH.size:
                length = _LENGTH.unpack_from(buffer)[0]
                if len(buffer) < _LENGTH.size + length:
                    break
                text = bytes(buffer[_LENGTH.size : _LENGTH.size + length]).decode()
                del buffer[: _LENGTH.size + length]
                count -= 1
                # an empty frame says that it is ready, or that there is no such form
                if text == _READY:
                    count += 1
                else:
                    yield text or None


_READY = "ready"


def _work() -> None:
    """Read texts from standard input, write their canonical forms; one frame each."""
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    frame = _READY.encode()
    while True:
        sink.write(_LENGTH.pack(len(frame)) + frame)
        sink.flush()
        head = source.read(_LENGTH.size)
        if not head:
            return
        dataset = ox.Dataset(ox.parse(source.read(_LENGTH.unpack(head)[0]), ox.RdfFormat.N_QUADS))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        frame = "".join(sorted(f"{quad} .\n" for quad in dataset)).encode()


def _text(triples: Iterable[Triple]) -> str:
    return "".join(f"{s} {p} {o} .\n" for s, p, o in triples)


def _genid(base: str, owner: str, name: str) -> Term:
    digest = hashlib.sha256(f"{owner}\n{name}".encode()).hexdigest()[:32]
    return f"<{base}{GENID}{digest}>"


def _renamed(triples: Iterable[Triple], names: dict[Term, Term]) -> Iterator[Triple]:
    for subject, predicate, object_ in triples:
        yield names.get(subject, subject), predicate, names.get(object_, object_)


if __name__ == "__main__":
    _work()
