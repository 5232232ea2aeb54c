"""The one validation report (SHACL, section 3.6), as values."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.rdf.namespaces import expand, term
from app.rdf.terms import XSD, Term, Triple, is_iri, literal

_TITLE = {"nl": "Validatierapport van deze release", "en": "Validation report of this release"}
SEVERITIES = ("Violation", "Warning", "Info")


@dataclass(frozen=True, slots=True)
class Result:
    """One SHACL result; `focus` and `value` are terms, the rest IRIs without brackets.

    `path` is the IRI of a predicate path, the source shape's path in text otherwise, or "".
    """

    focus: Term
    path: str
    value: Term
    shape: str
    component: str
    severity: str
    messages: Mapping[str, str]

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two engines' results the same."""
        return (self.focus, self.path, self.value, self.shape, self.component, self.severity)


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A part of a profile that was not fully checked, and why: never a pass, never a violation.

    `shape` is an IRI, or "" for the profile as a whole; `reason` is a text per language.
    """

    profile: str
    shape: str
    code: str
    reason: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Checked:
    """What an engine found for one profile."""

    results: tuple[Result, ...]
    unchecked: tuple[Unchecked, ...] = ()


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """All results of the profiles that were run; it conforms without a violation.

    A report that is not `complete` says nothing about what is in `unchecked`.
    """

    profiles: tuple[str, ...]
    results: tuple[Result, ...] = field(default_factory=tuple)
    unchecked: tuple[Unchecked, ...] = field(default_factory=tuple)

    @property
    def conforms(self) -> bool:
        """Whether no result is a violation."""
        return not any(result.severity == "Violation" for result in self.results)

    @property
    def complete(self) -> bool:
        """Whether every part of every profile was checked."""
        return not self.unchecked

    def counts(self) -> dict[str, int]:
        """Return the number of results by severity."""
        found = Counter(result.severity for result in self.results)
        return {name: found[name] for name in SEVERITIES}

    def json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "conforms": self.conforms,
            "complete": self.complete,
            "profiles": list(self.profiles),
            "counts": self.counts(),
            "results": [
                {
                    "focus": result.focus,
                    "path": result.path,
                    "value": result.value,
                    "shape": result.shape,
                    "component": result.component,
                    "severity": result.severity,
                    "messages": dict(result.messages),
                }
                for result in self.results
            ],
            "unchecked": [
                {"profile": item.profile, "shape": item.shape, "code": item.code,
                 "reason": dict(item.reason)}
                for item in self.unchecked
            ],
        }  # fmt: skip

    def triples(self, node: str) -> Iterator[Triple]:
        """Yield a `sh:ValidationReport` at IRI `node`, each result at `node/` and its own digest.

        A result keeps its IRI as long as it says the same, whatever other results come and go.
        """
        report = f"<{node}>"
        for language, text in _TITLE.items():
            yield report, term("rdfs:label"), literal(text, language=language)
        yield report, term("rdf:type"), term("sh:ValidationReport")
        yield (
            report,
            term("sh:conforms"),
            literal(str(self.conforms).lower(), datatype=XSD + "boolean"),
        )
        for result in self.results:
            digest = hashlib.sha256("\n".join(result.key).encode()).hexdigest()[:16]
            item = f"<{node}/{digest}>"
            yield report, term("sh:result"), item
            yield item, term("rdf:type"), term("sh:ValidationResult")
            yield item, term("sh:focusNode"), result.focus
            if is_iri(result.path):
                yield item, term("sh:resultPath"), f"<{result.path}>"
            if result.value:
                yield item, term("sh:value"), result.value
            yield item, term("sh:sourceShape"), f"<{result.shape}>"
            yield item, term("sh:sourceConstraintComponent"), f"<{result.component}>"
            yield item, term("sh:resultSeverity"), f"<{expand('sh:' + result.severity)}>"
            for language, text in result.messages.items():
                yield item, term("sh:resultMessage"), literal(text, language=language)
                yield item, term("rdfs:label"), literal(text, language=language)
