"""Whether data hold anything that profiles are about (SHACL, 2.1.3): if not, nothing passed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from app.rdf.namespaces import term
from app.rdf.terms import Term, Triple
from app.validation.profiles import Profile
from app.validation.report import Unchecked

_TYPE, _BELOW = term("rdf:type"), term("rdfs:subClassOf")
_CLASS, _SUBJECTS, _OBJECTS = map(
    term, ("sh:targetClass", "sh:targetSubjectsOf", "sh:targetObjectsOf")
)
_SHAPES: Final = {term("sh:NodeShape"), term("sh:PropertyShape")}
# a node is a target even if the data do not know it; a target of SHACL-AF cannot be foreseen
_ANYWAY: Final = {term("sh:targetNode"), term("sh:target")}
_SAID: Final = {
    "nl": "In deze data staat niets waarover dit profiel gaat. Kijk na of het het juiste bestand "
          "en het juiste profiel zijn.",
    "en": "These data hold nothing that this profile is about. Check whether it is the right file "
          "and the right profile.",
}  # fmt: skip


def nothing_checked(
    profiles: Sequence[Profile], triples: Iterable[Triple]
) -> tuple[Unchecked, ...]:
    """Return a gap for each profile if none of them has a target in the data, else nothing."""
    classes: set[Term] = set()
    predicates: set[Term] = set()
    for profile in profiles:
        types = {s for s, p, o, _ in profile.quads if p == _TYPE and o in _SHAPES}
        for s, p, o, _ in profile.quads:
            if p in _ANYWAY:
                return ()
            if p == _CLASS:
                classes.add(o)
            elif p in (_SUBJECTS, _OBJECTS):
                predicates.add(o)
            elif p == _TYPE and s in types and o == term("rdfs:Class"):
                classes.add(s)
    if not profiles or _any(classes, predicates, triples):
        return ()
    return tuple(Unchecked(profile.name, "", "nothing-to-check", _SAID) for profile in profiles)


def _any(classes: set[Term], predicates: set[Term], triples: Iterable[Triple]) -> bool:
    seen: set[Term] = set()
    below: dict[Term, set[Term]] = {}
    for subject, predicate, object_ in triples:
        if predicate in predicates or (predicate == _TYPE and object_ in classes):
            return True
        if predicate == _TYPE:
            seen.add(object_)
        elif predicate == _BELOW:
            below.setdefault(object_, set()).add(subject)
    waiting = [lower for name in classes for lower in below.get(name, ())]
    known = set(waiting)
    while waiting:
        name = waiting.pop()
        if name in seen:
            return True
        more = below.get(name, set()) - known
        known |= more
        waiting += more
    return False
