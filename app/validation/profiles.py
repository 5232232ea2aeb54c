"""Profiles: a file of shapes by name, the project's own before those that ship with the app."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import ProjectError
from app.rdf import media
from app.rdf.io import parse
from app.rdf.namespaces import expand
from app.rdf.terms import Quad, Term

_SHAPE_VALUED = {
    f"<{expand('sh:' + name)}>" for name in ("property", "node", "not", "qualifiedValueShape")
}
_PATH = f"<{expand('sh:path')}>"


@dataclass(frozen=True, slots=True)
class Profile:
    """A shapes graph as quads, every shape an IRI; `version` is its owl:versionInfo or ""."""

    name: str
    version: str
    quads: tuple[Quad, ...]

    def turtle(self) -> bytes:
        """Return the shapes as N-Triples, which is Turtle."""
        return "".join(f"{s} {p} {o} .\n" for s, p, o, _ in self.quads).encode()

    def paths(self) -> dict[str, Term]:
        """Return the path of each property shape, by the shape's IRI."""
        return {s[1:-1]: o for s, p, o, _ in self.quads if p == _PATH}


def find(name: str, folders: Sequence[Path]) -> Path:
    """Return the file of a profile.

    Raises:
        ProjectError: No folder has it; lists the names there are.
    """
    for folder in folders:
        path = folder / f"{name}.ttl"
        if path.is_file():
            return path
    known = sorted({path.stem for folder in folders for path in folder.glob("*.ttl")})
    raise ProjectError(f"no such profile; there are {', '.join(known)}", where=f"profile {name!r}")


def load(name: str, folders: Sequence[Path], *, base: str) -> Profile:
    """Return a profile; relative IRIs are resolved against `base`, blank shapes get IRIs."""
    path = find(name, folders)
    quads = list(parse(path.read_bytes(), media.TURTLE, base=base, where=path.name))
    shapes = {o for _, p, o, _ in quads if p in _SHAPE_VALUED}
    shapes |= {s for s, p, _, _ in quads if p == _PATH}
    # an engine reports blank shapes under labels of its own: nobody could look them up
    names = {
        node: f"<urn:shape:{name}:{number}>"
        for number, node in enumerate(sorted(s for s in shapes if s.startswith("_:")))
    }
    renamed = tuple((names.get(s, s), p, names.get(o, o), g) for s, p, o, g in quads)
    info = f"<{expand('owl:versionInfo')}>"
    version = next((o.strip('"') for _, p, o, _ in renamed if p == info), "")
    return Profile(name, version, renamed)
