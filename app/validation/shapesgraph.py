"""A shapes graph as facts: which nodes are shapes, blank ones named, messages, severities.

Every engine reads the same facts here, so that their reports say the same in the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from app.rdf.namespaces import expand
from app.rdf.terms import Quad, Term, is_literal, literal_of
from app.validation.paths import Path, items, path_of
from app.validation.profiles import Profile

SH = expand("sh:")
TYPE = expand("rdf:type")
_SHAPE_VALUED = tuple(SH + name for name in ("property", "node", "not", "qualifiedValueShape"))
_SHAPE_LISTS = tuple(SH + name for name in ("and", "or", "xone"))
TARGETS = tuple(SH + name for name in ("targetNode", "targetClass", "targetSubjectsOf",
                                       "targetObjectsOf", "target"))  # fmt: skip
_TYPES = {f"<{SH}NodeShape>", f"<{SH}PropertyShape>"}
_MARKS = {SH + "path", SH + "property", *TARGETS}
NAMED = "urn:shape:"

# what a result says when its shape says nothing itself; engines each have words of their own
_DEFAULT = {
    "MinCount": ("Er ontbreekt een waarde.", "A value is missing."),
    "MaxCount": ("Er zijn te veel waarden.", "There are too many values."),
    "Datatype": ("De waarde heeft niet het gevraagde datatype.",
                 "The value does not have the datatype asked for."),
    "NodeKind": ("De waarde is niet van de gevraagde soort.",
                 "The value is not of the kind asked for."),
    "Class": ("De waarde is niet beschreven als iets van de gevraagde soort.",
              "The value is not described as something of the kind asked for."),
    "In": ("De waarde staat niet in de lijst.", "The value is not in the list."),
    "HasValue": ("De verplichte waarde ontbreekt.", "The required value is missing."),
    "Pattern": ("De waarde heeft niet de gevraagde vorm.",
                "The value does not have the form asked for."),
    "LanguageIn": ("De taal van de tekst hoort niet bij de toegelaten talen.",
                   "The language of the text is not one of those allowed."),
    "UniqueLang": ("Er is meer dan één tekst in dezelfde taal.",
                   "There is more than one text in the same language."),
    "MinLength": ("De tekst is te kort.", "The text is too short."),
    "MaxLength": ("De tekst is te lang.", "The text is too long."),
    "MinInclusive": ("De waarde is te klein.", "The value is too small."),
    "MinExclusive": ("De waarde is te klein.", "The value is too small."),
    "MaxInclusive": ("De waarde is te groot.", "The value is too large."),
    "MaxExclusive": ("De waarde is te groot.", "The value is too large."),
    "Equals": ("De waarden verschillen van die van de andere eigenschap.",
               "The values differ from those of the other property."),
    "Disjoint": ("De waarde komt ook bij de andere eigenschap voor.",
                 "The value also occurs with the other property."),
    "LessThan": ("De waarde komt niet vóór die van de andere eigenschap.",
                 "The value does not come before that of the other property."),
    "LessThanOrEquals": ("De waarde komt na die van de andere eigenschap.",
                         "The value comes after that of the other property."),
    "Closed": ("Deze eigenschap is hier niet toegelaten.", "This property is not allowed here."),
    "Node": ("De waarde voldoet zelf niet aan het profiel.",
             "The value does not meet the profile itself."),
    "And": ("De waarde voldoet niet aan alle regels.", "The value does not meet all the rules."),
    "Or": ("De waarde voldoet aan geen van de regels.", "The value meets none of the rules."),
    "Xone": ("De waarde voldoet niet aan precies één van de regels.",
             "The value does not meet exactly one of the rules."),
    "Not": ("De waarde valt onder een regel die hier uitgesloten is.",
            "The value meets a rule that is excluded here."),
    "QualifiedMinCount": ("Er zijn te weinig waarden van de juiste soort.",
                          "There are too few values of the right kind."),
    "QualifiedMaxCount": ("Er zijn te veel waarden van deze soort.",
                          "There are too many values of this kind."),
}  # fmt: skip


class ShapesGraph:
    """The facts of one profile, its blank shapes named `urn:shape:LABEL`."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile.name
        self.facts = _facts(profile.quads)
        self._names = {
            node: f"<{NAMED}{node[2:]}>" for node in self._found_shapes() if node.startswith("_:")
        }
        self.quads: tuple[Quad, ...] = profile.quads
        if self._names:
            names = self._names
            self.quads = tuple(
                (names.get(s, s), p, names.get(o, o), g) for s, p, o, g in profile.quads
            )
            self.facts = _facts(self.quads)
        # how often a shape was followed from another one, for whoever wants to stop in time
        self.visits = 0
        self._paths: dict[Term, Path | None] = {}
        self._messages: dict[Term, dict[str, str]] = {}

    @cached_property
    def shapes(self) -> frozenset[Term]:
        """Every node that is a shape (SHACL, section 2.1)."""
        return frozenset(self._found_shapes())

    def _found_shapes(self) -> set[Term]:
        found = set[Term]()
        for subject, facts in self.facts.items():
            if _MARKS & facts.keys() or _TYPES & set(facts.get(TYPE, ())):
                found.add(subject)
            for name in _SHAPE_VALUED:
                found.update(node for node in facts.get(name, ()) if not is_literal(node))
            for name in _SHAPE_LISTS:
                for head in facts.get(name, ()):
                    found.update(n for n in items(head, self.facts) or () if not is_literal(n))
        return found

    def text(self, quads: Iterable[Quad] | None = None) -> bytes:
        """Return the shapes as N-Triples."""
        chosen = self.quads if quads is None else quads
        return "".join(f"{s} {p} {o} .\n" for s, p, o, _ in chosen).encode()

    def of(self, shape: Term, name: str) -> list[Term]:
        """Return the values of `sh:name` of a shape."""
        return self.facts.get(shape, {}).get(SH + name, [])

    def path(self, shape: Term) -> Path | None:
        """Return the path of a property shape, or None."""
        if shape not in self._paths:
            found = self.of(shape, "path")
            self._paths[shape] = path_of(found[0], self.facts) if len(found) == 1 else None
        return self._paths[shape]

    def path_text(self, shape: Term) -> str:
        """Return the path of a property shape in text, or ""."""
        path = self.path(shape)
        return path.text() if path else ""

    def severity(self, shape: Term) -> str:
        """Return the severity of a shape's results as a result names it."""
        found = self.of(shape, "severity")
        return found[0][1:-1].removeprefix(SH) if found else "Violation"

    def messages(self, shape: Term, component: str, told: Mapping[str, str]) -> Mapping[str, str]:
        """Return the messages of a result; `told` are the engine's own words, the last resort.

        A query can fill in what it found, so its message goes first (SHACL, section 5.3.2).
        """
        short = component.removeprefix(SH).removesuffix("ConstraintComponent")
        if short not in _DEFAULT and told:
            return told
        if shape not in self._messages:
            found: dict[str, str] = {}
            texts = [literal_of(text) for text in filter(is_literal, self.of(shape, "message"))]
            for said in sorted(texts, key=lambda said: (not said.language, said.text)):
                # who says no language speaks to every reader
                for language in (said.language,) if said.language else ("nl", "en"):
                    found.setdefault(language, said.text)
            self._messages[shape] = found
        return self._messages[shape] or default_messages(short) or told


def default_messages(short: str) -> dict[str, str]:
    """Return the messages of a constraint component whose shape gives none."""
    nl, en = _DEFAULT.get(short, ("", ""))
    return {"nl": nl, "en": en} if nl else {}


def _facts(quads: Iterable[Quad]) -> dict[Term, dict[str, list[Term]]]:
    facts: dict[Term, dict[str, list[Term]]] = {}
    for subject, predicate, object_, _ in quads:
        values = facts.setdefault(subject, {}).setdefault(predicate[1:-1], [])
        if object_ not in values:
            values.append(object_)
    return facts
