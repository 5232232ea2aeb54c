"""A profile as people cite it: what it asks, in words, by kind of thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.rdf.namespaces import expand
from app.rdf.terms import literal_of
from app.validation.profiles import Profile
from app.validation.report import SEVERITIES
from app.validation.shapes import Shapes

_SH = expand("sh:")


@dataclass(frozen=True, slots=True)
class RuleCard:
    """One rule: its name, what is said when it is broken, how grave, which clause."""

    name: Mapping[str, str]
    message: Mapping[str, str]
    severity: str
    clause: str


@dataclass(frozen=True, slots=True)
class ProfileCard:
    """A profile's title, description, version, source and rules, by kind of thing."""

    name: str
    version: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    source: str
    parts: tuple[tuple[Mapping[str, str], tuple[RuleCard, ...]], ...]

    def counts(self) -> dict[str, int]:
        """Return the number of rules by severity."""
        rules = [rule.severity for _, part in self.parts for rule in part]
        return {severity: rules.count(severity) for severity in SEVERITIES}


def card(profile: Profile) -> ProfileCard:
    """Return what a profile says of itself and of its rules, in the order of its file."""
    shapes = Shapes(profile)
    parts = []
    for subject, predicate, value, _ in profile.quads:
        if predicate != f"<{expand('rdf:type')}>" or value != f"<{_SH}NodeShape>":
            continue
        node = shapes[subject[1:-1]]
        rules = tuple(_rule(shapes, item[1:-1]) for item in node.of("property"))
        if rules:
            parts.append((node.names, rules))
    head = shapes[_head(profile)]
    sources = [o[1:-1] for o in head.facts.get(expand("dct:source"), ()) if o.startswith("<")]
    return ProfileCard(
        name=profile.name,
        version=profile.version,
        title=profile.title,
        description=_texts(head.facts.get(expand("dct:description"), ())),
        source=sources[0] if sources else "",
        parts=tuple(parts),
    )


def _head(profile: Profile) -> str:
    kind = f"<{expand('rdf:type')}>"
    return next((s[1:-1] for s, p, o, _ in profile.quads
                 if p == kind and o == "<http://www.w3.org/ns/dx/prof/Profile>"), "")  # fmt: skip


def _rule(shapes: Shapes, iri: str) -> RuleCard:
    shape = shapes[iri]
    severity = shape.of("severity")
    return RuleCard(
        name=shape.names,
        message=_texts(shape.of("message")),
        severity=severity[0][1:-1].removeprefix(_SH) if severity else "Violation",
        clause=shape.clause,
    )


def _texts(terms: tuple[str, ...]) -> dict[str, str]:
    out: dict[str, str] = {}
    for term in terms:
        text, _, language = literal_of(term)
        out.setdefault(language, text)
    return out
