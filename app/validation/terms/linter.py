"""Runs the rules over triples, in one pass and one look back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from app.rdf.namespaces import term
from app.rdf.terms import Term, Triple
from app.validation.terms.findings import Collector, Label, TermFinding
from app.validation.terms.known import KnownTerms, Place, alike
from app.validation.terms.values import Values

_TYPE: Final = term("rdf:type")


def check(
    triples: Iterable[Triple], *, terms: KnownTerms, label: Label, most_subjects: int = 5
) -> list[TermFinding]:
    """Return the findings, grouped by cause, the most severe first.

    `label` names a property in a language; a finding lists `most_subjects` things at most.
    """
    found = Collector(label, most_subjects)
    names, values = _Names(terms, found), Values(terms, found)
    for triple in triples:
        subject, predicate, object_ = triple
        names.check(subject, predicate, "property")
        if predicate == _TYPE and object_.startswith("<"):
            names.check(subject, object_, "class")
        values.check(triple)
    names.finish()
    values.finish()
    return found.findings()


class _Names:
    """The rules on names of properties and classes; each name is judged once."""

    def __init__(self, terms: KnownTerms, found: Collector) -> None:
        self._terms = terms
        self._found = found
        self._judged: dict[tuple[Term, str], tuple[str, dict[str, str | dict[str, str]]] | None]
        self._judged = {}
        # of namespaces that are in use with http and with https: a subject per form
        self._forms: dict[str, dict[str, Term]] = {}

    def check(self, subject: Term, name: Term, kind: str) -> None:
        key = (name, kind)
        if key not in self._judged:
            self._judged[key] = self._judge(subject, name[1:-1], kind)
        judged = self._judged[key]
        if judged:
            rule, facts = judged
            self._found.add(rule, subject, name[1:-1], name, cause=kind, **facts)

    def finish(self) -> None:
        for namespace, forms in self._forms.items():
            if len(forms) > 1:
                for subject in forms.values():
                    self._found.add(
                        "namespace-mixed", subject, cause=namespace, namespace=namespace
                    )

    def _judge(
        self, subject: Term, iri: str, kind: str
    ) -> tuple[str, dict[str, str | dict[str, str]]] | None:
        place = self._terms.place(iri)
        if place is None or not place.local:
            return None
        namespace = place.vocabulary.namespace
        facts: dict[str, str | dict[str, str]] = {
            "term": self._terms.short(iri), "suggestion": self._terms.short(place.iri),
            "namespace": namespace, "scheme": iri.partition(":")[0], "maybe": "",
        }  # fmt: skip
        if not place.vocabulary.twin_is_wrong and place.how in ("", "twin"):
            self._forms.setdefault(namespace, {})[place.how] = subject
        elif place.how == "elements":
            return ("namespace-elements", facts) if place.entry else None
        elif place.how:
            return f"namespace-{place.how}", facts
        return self._spelling(place, kind, facts)

    def _spelling(
        self, place: Place, kind: str, facts: dict[str, str | dict[str, str]]
    ) -> tuple[str, dict[str, str | dict[str, str]]] | None:
        entry, vocabulary = place.entry, place.vocabulary
        if entry and entry.deprecated:
            better = self._terms.short(entry.replaced_by)
            facts["maybe"] = _maybe("De nieuwe naam is {}.", "The new name is {}.", better)
            return "deprecated-term", facts
        if entry:
            wrong = {"property", "class"} - {kind}
            return ("term-role", facts) if entry.kind in wrong else None
        near = [f"{vocabulary.prefix}:{name}" for name in alike(place, kind)]
        if near and near[0].casefold() == f"{vocabulary.prefix}:{place.local}".casefold():
            facts["suggestion"] = near[0]
            return "term-case", facts
        if not vocabulary.complete:
            facts["suggestion"] = near[0] if near else ""
            return ("term-maybe", facts) if near else None
        shown = ", ".join(near[:3])
        facts["maybe"] = _maybe("Bedoeld is wellicht {}.", "Perhaps {} is meant.", shown)
        return f"unknown-{kind}", facts


def _maybe(nl: str, en: str, name: str) -> dict[str, str]:
    return {"nl": " " + nl.format(name), "en": " " + en.format(name)} if name else _NOTHING


_NOTHING: Final = {"nl": "", "en": ""}
