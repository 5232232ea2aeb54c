"""Profiles: a file of shapes by name, the project's own before those that ship with the app."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Self
from urllib.parse import quote

from app.errors import UnknownProfileError
from app.project import PROJECT_FILE
from app.rdf import media
from app.rdf.io import parse, prefixes_of
from app.rdf.namespaces import expand, term
from app.rdf.terms import Quad, Term, Triple, is_literal, literal_of

_SHAPE_VALUED = {
    f"<{expand('sh:' + name)}>" for name in ("property", "node", "not", "qualifiedValueShape")
}
_PATH = f"<{expand('sh:path')}>"
_TYPE, _NAME, _TITLE = term("rdf:type"), term("sh:name"), term("dct:title")
_PROFILE = "<http://www.w3.org/ns/dx/prof/Profile>"
_TOLD = {_TYPE, _PATH, *map(term, ("sh:message", "sh:severity", "rdfs:seeAlso", "rdfs:label"))}
_NODE_SHAPE = term("sh:NodeShape")
_MARKS = {_PATH, *map(term, ("sh:targetClass", "sh:targetSubjectsOf", "sh:targetObjectsOf",
                             "sh:targetNode", "sh:target"))}  # fmt: skip
# blank nodes (lists too) up to the shape that owns one; beyond it their order tells them apart
_DEEP = 50
_OPERATORS = (
    ("sh:inversePath", "^", ""),
    ("sh:zeroOrMorePath", "", "*"),
    ("sh:oneOrMorePath", "", "+"),
    ("sh:zeroOrOnePath", "", "?"),
)


@dataclass(frozen=True, slots=True)
class Places:
    """Where a lab finds its profiles, the first folder first, and what is known of vocabularies.

    Relative IRIs of profiles are resolved against `base`; `project` is a folder that may hold the
    tables and mappings of inventories.
    """

    shapes: tuple[Path, ...]
    vocabularies: Path
    base: str
    project: Path | None = None

    @property
    def has_project(self) -> bool:
        """Whether there is a project to check inventories with."""
        return self.project is not None and (self.project / PROJECT_FILE).is_file()

    def names(self) -> list[str]:
        """Return the names of the profiles there are."""
        return sorted({path.stem for folder in self.shapes for path in folder.glob("*.ttl")})

    def argument(self) -> str:
        """Return these places as one argument of a process; `of_argument` reads it."""
        shapes = [str(path) for path in self.shapes]
        return json.dumps([shapes, str(self.vocabularies), self.base, str(self.project or "")])

    @classmethod
    def of_argument(cls, text: str) -> Self:
        """Return the places that `argument` told."""
        shapes, vocabularies, base, project = json.loads(text)
        return cls(tuple(map(Path, shapes)), Path(vocabularies), base,
                   Path(project) if project else None)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Profile:
    """A shapes graph as quads, every shape an IRI; `version` is its owl:versionInfo or "".

    `prefixes` are those of its file, for what is shown of it; they make no other profile.
    """

    name: str
    version: str
    quads: tuple[Quad, ...]
    prefixes: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def title(self) -> dict[str, str]:
        """The profile's title per language; its name where it states none."""
        heads = {s for s, p, o, _ in self.quads if p == _TYPE and o == _PROFILE}
        found = {}
        for subject, predicate, object_, _ in self.quads:
            if subject in heads and predicate == _TITLE and is_literal(object_):
                text, _, language = literal_of(object_)
                found[language] = text
        return found or {"nl": self.name, "en": self.name}

    def describe(self, shapes: Collection[str]) -> Iterator[Triple]:
        """Yield what a reader of a report wants to know of its shapes, and of this profile.

        Nothing with a blank node: constraints are in the profile's file.
        """
        wanted = {f"<{shape}>" for shape in shapes}
        heads = {s for s, p, o, _ in self.quads if p == _TYPE and o == _PROFILE}
        for subject, predicate, object_, _ in self.quads:
            if subject not in wanted | heads or object_.startswith("_:"):
                continue
            if subject in heads or predicate in _TOLD:
                yield subject, predicate, object_
            if predicate == _NAME:
                yield subject, term("rdfs:label"), object_
            if subject in wanted and predicate == _PATH:
                for head in heads:
                    yield subject, term("rdfs:isDefinedBy"), head

    def turtle(self) -> bytes:
        """Return the shapes as N-Triples, which is Turtle."""
        return "".join(f"{s} {p} {o} .\n" for s, p, o, _ in self.quads).encode()

    def paths(self) -> dict[str, str]:
        """Return the path of each property shape, by the shape's IRI.

        A predicate path is its IRI; others are written as SPARQL writes property paths.
        """
        facts: dict[Term, dict[str, Term]] = {}
        for subject, predicate, object_, _ in self.quads:
            facts.setdefault(subject, {})[predicate[1:-1]] = object_
        return {s[1:-1]: _path(o, facts) for s, p, o, _ in self.quads if p == _PATH}


def _path(node: Term, facts: Mapping[Term, Mapping[str, Term]], *, inner: bool = False) -> str:
    if node.startswith("<"):
        return node if inner else node[1:-1]
    found = facts.get(node, {})
    for name, before, after in _OPERATORS:
        if expand(name) in found:
            return before + _path(found[expand(name)], facts, inner=True) + after
    choices = found.get(expand("sh:alternativePath"))
    items, joiner = choices or node, "|" if choices else "/"
    parts = []
    while expand("rdf:first") in facts.get(items, {}):
        parts.append(_path(facts[items][expand("rdf:first")], facts, inner=True))
        items = facts[items][expand("rdf:rest")]
    return f"({joiner.join(parts)})" if inner else joiner.join(parts)


def find(name: str, folders: Sequence[Path]) -> Path:
    """Return the file of a profile.

    Raises:
        UnknownProfileError: No folder has it; lists the names there are.
    """
    for folder in folders:
        path = folder / f"{name}.ttl"
        if path.is_file():
            return path
    names = ", ".join(sorted({path.stem for each in folders for path in each.glob("*.ttl")}))
    raise UnknownProfileError(f"no such profile; there are {names}", where=name,
                              nl=f"dit profiel bestaat niet; wel {names}")  # fmt: skip


def load(name: str, folders: Sequence[Path], *, base: str) -> Profile:
    """Return a profile; relative IRIs are resolved against `base`, blank shapes get IRIs."""
    path = find(name, folders)
    data = path.read_bytes()
    quads = list(parse(data, media.TURTLE, base=base, where=path.name))
    return named(name, quads, prefixes_of(data, media.TURTLE))


def named(name: str, quads: Sequence[Quad], prefixes: Mapping[str, str] | None = None) -> Profile:
    """Return shapes as a profile of that name; blank shapes get IRIs."""
    # an engine reports blank shapes under labels of its own: nobody could look them up
    # and a file may be called anything
    stem = quote(name, safe="")
    names = {node: f"<urn:shape:{stem}:{key}>" for node, key in _keys(quads).items()}
    renamed = tuple((names.get(s, s), p, names.get(o, o), g) for s, p, o, g in quads)
    info = f"<{expand('owl:versionInfo')}>"
    version = next((o.strip('"') for _, p, o, _ in renamed if p == info), "")
    return Profile(name, version, renamed, prefixes or {})


def _keys(quads: Sequence[Quad]) -> dict[Term, str]:
    """Return a key per blank shape that holds in the next run, and while other shapes are edited.

    A parser labels blank nodes at random; a shape is told by its owner and its path, and those
    with the same by their order.
    """
    told = (s if p in _MARKS or o == _NODE_SHAPE else o if p in _SHAPE_VALUED else ""
            for s, p, o, _ in quads)  # fmt: skip
    shapes = dict.fromkeys(node for node in told if node.startswith("_:"))
    paths = {s: o for s, p, o, _ in quads if p == _PATH and o.startswith("<")}
    owners = {o: s for s, _, o, _ in reversed(quads) if o.startswith("_:")}
    keys: dict[Term, str] = {}
    seen = Counter[str]()
    for node in shapes:
        parts, at = list[str](), node
        while at.startswith("_:") and len(parts) < _DEEP:
            parts.append(paths.get(at, ""))
            at = owners.get(at, "")
        key = sha256("\n".join((at if at.startswith("<") else "", *parts)).encode()).hexdigest()[:8]
        seen[key] += 1
        keys[node] = key if seen[key] == 1 else f"{key}.{seen[key]}"
    return keys
