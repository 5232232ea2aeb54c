"""What a shapes graph says of its shapes: names, parameters, clauses; read once per profile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.rdf.namespaces import expand, term
from app.rdf.terms import Term, is_literal, literal_of
from app.validation.profiles import Profile

_SH = expand("sh:")
_IN_SCHEME = (term("skos:inScheme"),)
# how a shape applies others to its values; inside of those, "property" does too
_INNER = ("node", "and", "or", "xone", "property")
_FIRST, _REST = expand("rdf:first"), expand("rdf:rest")


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape: its facts by predicate IRI (lists as tuples), its names per language.

    `replaced_by` is the predicate to use instead of the one that the shape refuses, or "".
    """

    facts: Mapping[str, tuple[Term, ...]]
    names: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    clause: str = ""
    replaced_by: Term = ""

    def of(self, name: str) -> tuple[Term, ...]:
        """Return the values of `sh:name`."""
        return self.facts.get(_SH + name, ())

    @property
    def subject(self) -> dict[str, str]:
        """What it is about, per language; our names are "what: rule"."""
        return {lang: name.partition(":")[0] for lang, name in self.names.items()}


class Shapes:
    """The shapes of one profile, by IRI (as `Result.shape` names them)."""

    def __init__(self, profile: Profile) -> None:
        self.prefixes = profile.prefixes
        self._facts: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, object_, _ in profile.quads:
            self._facts[subject][predicate[1:-1]].append(object_)
        self._known: dict[str, Shape] = {}
        self._by_path: dict[Term, list[str]] = defaultdict(list)
        for node, facts in self._facts.items():
            for path in facts.get(_SH + "path", ()):
                if path.startswith("<"):
                    self._by_path[path].append(node.strip("<>"))

    def __getitem__(self, iri: str) -> Shape:
        """Return a shape; an unknown one has no facts."""
        if iri not in self._known:
            self._known[iri] = self._shape(iri)
        return self._known[iri]

    def about(self, shape: Shape) -> list[Shape]:
        """Return a shape and the others on the same predicate, which may say more of it."""
        path = (shape.replaced_by,) if shape.replaced_by else shape.of("path")
        others = self._by_path.get(path[0], []) if path else []
        return [shape, *(self[iri] for iri in others if self[iri] is not shape)]

    def predicate(self, shape: Shape) -> tuple[Term, bool]:
        """Return the predicate to write a value with, and whether it leads from value to thing.

        Of alternatives it is the first; a path of several steps has none: ("", False).
        """
        path = (shape.replaced_by,) if shape.replaced_by else shape.of("path")
        if len(path) != 1:
            return "", False
        if _is_iri(path[0]):
            return path[0], False
        facts = self._facts.get(path[0], {})
        backwards = facts.get(_SH + "inversePath", [""])[0]
        choices = facts.get(_SH + "alternativePath", ())
        first = next(filter(_is_iri, self._values(choices)), "")
        return (backwards, True) if _is_iri(backwards) else (first, False)

    def schemes(self, iri: str) -> list[str]:
        """Return the code lists (IRIs of their schemes) that a shape asks its values to be of."""
        found: dict[str, None] = {}
        waiting, seen = [iri], {iri}
        while waiting:
            shape = self[waiting.pop()]
            if shape.of("path") == _IN_SCHEME:
                found |= dict.fromkeys(o[1:-1] for o in shape.of("hasValue") if o.startswith("<"))
            others = [each for name in _INNER for each in shape.of(name)]
            for other in (each.strip("<>") for each in others):
                # what is asked of other things that a value points at says nothing of the value
                path = self[other].of("path")
                if other not in seen and (not path or path == _IN_SCHEME):
                    seen.add(other)
                    waiting.append(other)
        return sorted(found)

    def _shape(self, iri: str) -> Shape:
        node = iri if iri.startswith("_:") else f"<{iri}>"
        facts = self._facts.get(node, {})
        clauses = [o[1:-1] for o in filter(_is_iri, facts.get(expand("rdfs:seeAlso"), ()))]
        return Shape(
            facts={name: tuple(self._values(items)) for name, items in facts.items()},
            names=_texts(facts.get(_SH + "name", ()) or facts.get(expand("rdfs:label"), ())),
            descriptions=_texts(facts.get(_SH + "description", ())),
            clause=clauses[0] if clauses else "",
            replaced_by=next(filter(_is_iri, facts.get(expand("dct:isReplacedBy"), ())), ""),
        )

    def _values(self, items: Sequence[Term]) -> Sequence[Term]:
        """Return the values, a single RDF list opened."""
        if len(items) != 1 or _FIRST not in self._facts.get(items[0], {}):
            return items
        out: list[Term] = []
        node, seen = items[0], set[Term]()
        while node not in seen and _FIRST in self._facts.get(node, {}):
            seen.add(node)
            out.append(self._facts[node][_FIRST][0])
            node = self._facts[node].get(_REST, [""])[0]
        return out


def _is_iri(term: Term) -> bool:
    return term.startswith("<")


def _texts(items: Sequence[Term]) -> dict[str, str]:
    out: dict[str, str] = {}
    for item in items:
        if is_literal(item):
            text, _, language = literal_of(item)
            out.setdefault(language or "en", text)
    return out
