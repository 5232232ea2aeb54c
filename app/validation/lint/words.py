"""Words that are not SHACL's, or not of the part of it that engines run (section 1.2)."""

from __future__ import annotations

from app.rdf.namespaces import expand
from app.rdf.terms import Term
from app.validation.lint.collect import Collector
from app.validation.lint.graph import TYPE
from app.validation.lint.vocabulary import (
    ALMOST,
    DASH,
    DASH_CONSTRAINTS,
    EXPRESSIONS,
    FUNCTIONS,
    JAVASCRIPT,
    SH,
)

# predicates and classes of the extensions, by what becomes of them
_NOT_RUN = {
    **dict.fromkeys(JAVASCRIPT, "javascript"),
    **dict.fromkeys(FUNCTIONS, "function-not-run"),
    "rule": "rule-not-run",
    **dict.fromkeys(EXPRESSIONS - {"minus", "values"}, "expression-not-run"),
    "values": "rule-not-run",
}
_CLASSES_NOT_RUN = {
    "JSFunction": "javascript", "JSLibrary": "javascript", "SPARQLFunction": "function-not-run",
    "JSTargetType": "target-not-run", "SPARQLTargetType": "target-not-run",
}  # fmt: skip
_NAMED_BY = ("path", "targetSubjectsOf", "targetObjectsOf", "equals", "disjoint", "lessThan",
             "lessThanOrEquals")  # fmt: skip
_OWN_IMPORTS = frozenset({SH[:-1], "http://datashapes.org/dash"})


def check(lint: Collector) -> None:
    """Find unknown, misspelt, later and foreign terms, and those that no engine runs."""
    for subject, facts in lint.graph.facts.items():
        for predicate, objects in facts.items():
            _predicate(lint, subject, predicate)
            if predicate == TYPE:
                for value in objects:
                    _class(lint, subject, value[1:-1])
    for subject in lint.graph.shapes:
        for name in _NAMED_BY:
            for value in lint.graph.of(subject, name):
                local = value[1:-1].removeprefix(SH)
                if value.startswith(f"<{SH}") and not lint.vocab.knows(local):
                    near = lint.near(local, lint.vocab.properties)
                    lint.add("unknown-term", subject, value[1:-1], value, suggestion=near)
    _imports(lint)


def _predicate(lint: Collector, subject: Term, predicate: str) -> None:
    if predicate.startswith(SH):
        name = predicate[len(SH) :]
        if name in lint.vocab.later:
            lint.add("later-term", subject, predicate)
        elif name not in lint.vocab.properties:
            _unknown(lint, subject, name, lint.vocab.properties)
        elif name in _NOT_RUN:
            _not_run(lint, subject, name)
        elif name == "entailment" and lint.graph.of(subject, name):
            lint.add("entailment", subject, predicate, lint.graph.of(subject, name)[0])
    elif predicate.startswith(DASH) and predicate[len(DASH) :] in DASH_CONSTRAINTS:
        lint.add("foreign-constraint", subject, predicate)
    else:
        _almost(lint, subject, predicate)


def _not_run(lint: Collector, subject: Term, name: str) -> None:
    """Add what becomes of an extension, once: at the shape, not inside of what it holds."""
    top = name in ("js", "rule", "expression", "values")
    if top or (name == "returnType" and not lint.graph.types(subject)):
        lint.add(_NOT_RUN[name], subject, name)
    elif name == "filterShape":
        lint.add("expression-not-run", subject, name)


def _class(lint: Collector, subject: Term, iri: str) -> None:
    if not iri.startswith(SH):
        _almost(lint, subject, iri)
        return
    name = iri[len(SH) :]
    if name in _CLASSES_NOT_RUN:
        lint.add(_CLASSES_NOT_RUN[name], subject, iri)
    elif name in lint.vocab.later:
        lint.add("later-term", subject, iri)
    elif name not in lint.vocab.classes:
        _unknown(lint, subject, name, lint.vocab.classes)


def _unknown(lint: Collector, subject: Term, name: str, among: frozenset[str]) -> None:
    lint.add("unknown-term", subject, SH + name, suggestion=lint.near(name, among))


def _almost(lint: Collector, subject: Term, iri: str) -> None:
    """Find another spelling of the namespace: without #, with https, with capitals."""
    match = ALMOST.fullmatch(iri)
    if match is None:
        return
    name = match[2]
    if not match[1] and name.startswith("shacl"):
        name = name.removeprefix("shacl")
    known = lint.vocab.knows(name)
    suggestion = f"sh:{name} (<{SH}{name}>)" if known else f"<{SH}>"
    lint.add("wrong-namespace", subject, iri, suggestion=suggestion)


def _imports(lint: Collector) -> None:
    """Find imports that are not part of what was given (section 3.1)."""
    for subject, facts in lint.graph.facts.items():
        for value in facts.get(expand("owl:imports"), ()):
            # a file whose facts were given along is not missing
            if value not in lint.graph.facts and value[1:-1].rstrip("#/") not in _OWN_IMPORTS:
                lint.add("imports-not-followed", subject, expand("owl:imports"), value)
