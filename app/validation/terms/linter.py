"""Runs the rules over triples: at once, or thing by thing from a spool on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from functools import lru_cache
from typing import Final

from app.rdf.namespaces import term
from app.rdf.terms import Term, Triple
from app.validation.columnar.spool import Spool, triple_of
from app.validation.terms.findings import Collector, Label, TermFinding
from app.validation.terms.known import KnownTerms, Place, alike
from app.validation.terms.values import Values
from app.vocabularies.lists import Lists

_TYPE: Final = term("rdf:type")
_IDENTIFIER: Final = term("dct:identifier")
# a series is a dataset (DCAT 3, 6.7); a record may have the identifier of what it describes
_IDENTIFIED: Final = {
    term(f"dcat:{name}"): name.removesuffix("Series")
    for name in ("Catalog", "Dataset", "DatasetSeries", "DataService", "Distribution")
}
# as many names as any catalogue has; more are judged anew
_NAMES: Final = 10_000
_Facts = dict[str, str | dict[str, str]]


def check(
    triples: Iterable[Triple],
    *,
    terms: KnownTerms,
    lists: Lists,
    label: Label,
    most_subjects: int = 5,
) -> list[TermFinding]:
    """Return the findings, grouped by cause, the most severe first.

    `label` names a property in a language; a finding lists `most_subjects` things at most.
    """
    linter = Linter(terms, lists, label, most_subjects)
    linter.look(enumerate(triples))
    return linter.findings()


def check_spool(
    spool: Spool,
    *,
    terms: KnownTerms,
    lists: Lists,
    label: Label,
    most_subjects: int = 5,
    skip: Set[Triple] = frozenset(),
    pause: Callable[[], None] = lambda: None,
) -> tuple[list[TermFinding], list[Triple], int]:
    """Return what `check` returns of a spool, the triples of its subjects, and how many there are.

    In memory are the triples of one thing, the identifiers and the findings. `skip` are triples
    that are not of the data. `pause` is called after each thing.
    """
    linter, count = Linter(terms, lists, label, most_subjects), 0
    for lines in spool.things():
        placed = [(place, triple_of(line)) for line, place in lines.items()]
        own = [found for found in placed if found[1] not in skip]
        count += len(own)
        linter.look(own)
        pause()
    found = linter.findings()
    subjects = {subject for finding in found for subject in finding.subjects}
    return found, list(spool.about(subjects)), count


class Linter:
    """Looks at data in parts; what it finds depends on the places of triples, not on the order."""

    def __init__(self, terms: KnownTerms, lists: Lists, label: Label, most_subjects: int) -> None:
        self._found = Collector(label, most_subjects)
        self._names, self._values = _Names(terms, self._found), Values(terms, lists, self._found)
        self._identifiers = _Identifiers(self._found)

    def look(self, part: Iterable[tuple[int, Triple]]) -> None:
        """Look at triples with their places: all there are of the things in it, each once."""
        found, names, values = self._found, self._names, self._values
        identifiers = self._identifiers
        for place, triple in part:
            found.place = place
            subject, predicate, object_ = triple
            names.check(subject, predicate, "property")
            if predicate == _TYPE and object_.startswith("<"):
                names.check(subject, object_, "class")
                identifiers.kind(subject, object_)
            elif predicate == _IDENTIFIER:
                identifiers.check(subject, object_)
            values.check(triple)
        values.finish()
        identifiers.part()

    def findings(self) -> list[TermFinding]:
        """Return the findings, grouped by cause, the most severe first; look at nothing after."""
        self._names.finish()
        self._identifiers.finish()
        return self._found.findings()


class _Identifiers:
    """Tells things of one kind that share an identifier."""

    def __init__(self, found: Collector) -> None:
        self._found = found
        # of the part at hand: the kinds of things, and what identifies them
        self._kinds: dict[Term, set[str]] = {}
        self._stated: list[tuple[int, Term, Term]] = []
        # by kind and identifier: the first thing; once there are more, all by identifier
        self._first: dict[tuple[str, Term], tuple[int, Term]] = {}
        self._shared: dict[Term, dict[Term, int]] = {}

    def kind(self, subject: Term, kind: Term) -> None:
        if kind in _IDENTIFIED:
            self._kinds.setdefault(subject, set()).add(_IDENTIFIED[kind])

    def check(self, subject: Term, identifier: Term) -> None:
        self._stated.append((self._found.place, subject, identifier))

    def part(self) -> None:
        for place, subject, identifier in self._stated:
            for kind in self._kinds.get(subject, ()):
                first = self._first.setdefault((kind, identifier), (place, subject))
                if first[1] != subject:
                    things = self._shared.setdefault(identifier, {})
                    things.setdefault(first[1], first[0])
                    things.setdefault(subject, place)
        self._kinds.clear()
        self._stated.clear()

    def finish(self) -> None:
        for identifier, things in self._shared.items():
            for subject, place in things.items():
                self._found.place = place
                self._found.add("identifier-shared", subject, _IDENTIFIER[1:-1], identifier)


class _Names:
    """The rules on names of properties and classes; each name is judged once."""

    def __init__(self, terms: KnownTerms, found: Collector) -> None:
        self._terms = terms
        self._found = found
        self._judged = lru_cache(_NAMES)(self._judge)
        # of namespaces that are in use with http and with https: the first place of each form
        self._forms: dict[str, dict[str, tuple[int, Term]]] = {}

    def check(self, subject: Term, name: Term, kind: str) -> None:
        rule, facts, form = self._judged(name, kind)
        if rule:
            self._found.add(rule, subject, name[1:-1], name, cause=kind, **facts)
        if form is not None:
            forms = self._forms.setdefault(form.vocabulary.namespace, {})
            place = self._found.place
            if form.how not in forms or place < forms[form.how][0]:
                forms[form.how] = place, subject

    def finish(self) -> None:
        for namespace, forms in self._forms.items():
            if len(forms) > 1:
                for place, subject in forms.values():
                    self._found.place = place
                    self._found.add(
                        "namespace-mixed", subject, cause=namespace, namespace=namespace
                    )

    def _judge(self, name: Term, kind: str) -> tuple[str, _Facts, Place | None]:
        """Return the rule that a name breaks, or "", its facts, and the form of its namespace."""
        iri = name[1:-1]
        place = self._terms.place(iri)
        if place is None or not place.local:
            return "", {}, None
        namespace = place.vocabulary.namespace
        facts: _Facts = {
            "term": self._terms.short(iri), "suggestion": self._terms.short(place.iri),
            "namespace": namespace, "scheme": iri.partition(":")[0], "maybe": "",
        }  # fmt: skip
        both = not place.vocabulary.twin_is_wrong and place.how in ("", "twin")
        if place.how == "elements":
            return ("namespace-elements" if place.entry else ""), facts, None
        if place.how and not both:
            return f"namespace-{place.how}", facts, None
        return self._spelling(place, kind, facts), facts, place if both else None

    def _spelling(self, place: Place, kind: str, facts: _Facts) -> str:
        """Return the rule that the name itself breaks, or ""; adds to the facts."""
        entry, vocabulary = place.entry, place.vocabulary
        if entry and entry.deprecated:
            better = self._terms.short(entry.replaced_by)
            facts["maybe"] = _maybe("De nieuwe naam is {}.", "The new name is {}.", better)
            return "deprecated-term"
        if entry:
            wrong = {"property", "class"} - {kind}
            return "term-role" if entry.kind in wrong else ""
        near = [f"{vocabulary.prefix}:{name}" for name in alike(place, kind)]
        if near and near[0].casefold() == f"{vocabulary.prefix}:{place.local}".casefold():
            facts["suggestion"] = near[0]
            return "term-case"
        if not vocabulary.complete:
            facts["suggestion"] = near[0] if near else ""
            return "term-maybe" if near else ""
        shown = ", ".join(near[:3])
        facts["maybe"] = _maybe("Bedoeld is wellicht {}.", "Perhaps {} is meant.", shown)
        return f"unknown-{kind}"


def _maybe(nl: str, en: str, name: str) -> dict[str, str]:
    return {"nl": " " + nl.format(name), "en": " " + en.format(name)} if name else _NOTHING


_NOTHING: Final = {"nl": "", "en": ""}
