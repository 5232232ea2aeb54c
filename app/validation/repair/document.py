"""A document after repair, and what was changed in it, in words and line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.rdf import media
from app.rdf.io import write
from app.rdf.iris import reference
from app.rdf.media import MediaType
from app.rdf.terms import Quad, Term, Triple
from app.rdf.turtle import Prefixes
from app.validation.repair.engine import repair
from app.validation.repair.graph import Change
from app.validation.repair.rules import RULES, RepairRule
from app.validation.sources import Document
from app.validation.terms.known import KnownTerms

MARKS: Final = {"nl": "hersteld", "en": "repaired"}
_COUNTS: Final = {
    "nl": ("Niets te herstellen.", "{} herstelling{}:", "en"),
    "en": ("Nothing to repair.", "{} repair{}:", "s"),
}


@dataclass(frozen=True, slots=True)
class MendedDocument:
    """The changes to a document, and the document after them.

    `base` is where it stood; "" of a document with an address, whose relative IRIs are to stay.
    """

    quads: Sequence[Quad]
    changes: Sequence[Change]
    prefixes: Prefixes
    syntax: MediaType
    base: str = ""

    def body(self, syntax: MediaType | None = None) -> bytes:
        """Return the whole in its own syntax (a page: Turtle), or in another."""
        quads = repaired_quads(self.quads, self.changes)
        return write(quads, syntax or self.syntax, self.prefixes, base=self.base)


def mend(
    document: Document, rules: Sequence[RepairRule] = RULES, *, terms: KnownTerms
) -> MendedDocument:
    """Return a document with every change that the rules are certain of.

    Raises:
        SourceError: It cannot be read.
    """
    quads = list(document.quads())
    found = repair((quad[:3] for quad in quads), rules, terms=terms)
    prefixes = Prefixes({v.prefix: v.namespace for v in terms.vocabularies.values()})
    syntax = media.TURTLE if document.syntax is media.HTML else document.syntax
    return MendedDocument(quads, found.changes, prefixes, syntax, document.base)


def difference(
    source: str, changes: Iterable[Change], prefixes: Prefixes, lang: str, *, base: str = ""
) -> Iterator[str]:
    """Yield a unified difference in Turtle: one part per thing, with the rules at its head."""
    shown_as = _writer(prefixes, base)
    by_subject: dict[Term, dict[str, Change]] = {}
    lines: dict[Term, dict[Triple, str]] = {}
    for change in changes:
        for sign, triples in (("-", change.removed), ("+", change.added)):
            for triple in triples:
                by_subject.setdefault(triple[0], {})[change.rule] = change
                marks = lines.setdefault(triple[0], {})
                # what one rule adds and the next removes was never there
                if marks.get(triple, sign) != sign:
                    del marks[triple]
                else:
                    marks[triple] = sign
    shown = [subject for subject, marks in lines.items() if marks]
    if shown:
        yield f"--- {source}"
        yield f"+++ {source} ({MARKS[lang]})"
    for subject in shown:
        marks = lines[subject]
        less = sum(sign == "-" for sign in marks.values())
        rules = ", ".join(by_subject[subject])
        yield f"@@ -{less} +{len(marks) - less} @@ {rules}"
        yield f" {shown_as(subject)}"
        for sign in "-+":
            for (_, predicate, object_), mark in marks.items():
                if mark == sign:
                    verb, value = shown_as(predicate), shown_as(object_)
                    yield f"{sign}    {verb} {value} ;"


def _writer(prefixes: Prefixes, base: str) -> Callable[[Term], str]:
    def written(term: Term) -> str:
        if base and term.startswith("<"):
            term = f"<{reference(term[1:-1], base)}>"
        return prefixes.turtle(term)[0]

    return written


def repaired_quads(quads: Sequence[Quad], changes: Iterable[Change]) -> list[Quad]:
    """Return quads after changes; what is added goes to the graphs of what it replaces or is about.

    A triple in several graphs is changed in each.
    """
    out = dict.fromkeys(quads)
    graphs: dict[Triple, dict[Term, None]] = {}
    homes: dict[Term, dict[Term, None]] = {}
    for s, p, o, g in quads:
        graphs.setdefault((s, p, o), {})[g] = None
        homes.setdefault(s, {})[g] = None
    for change in changes:
        places: dict[Term, None] = {}
        for triple in change.removed:
            where = graphs.pop(triple, {})
            places |= where
            for graph in where:
                out.pop((*triple, graph), None)
        for triple in change.added:
            for graph in places or homes.get(triple[0], {"": None}):
                graphs.setdefault(triple, {})[graph] = None
                homes.setdefault(triple[0], {})[graph] = None
                out[(*triple, graph)] = None
    return list(out)


def summary(changes: Sequence[Change], lang: str) -> Iterator[str]:
    """Yield how much there was to repair, and what each rule did."""
    none, some, plural = _COUNTS[lang]
    counts = Counter(change.rule for change in changes)
    total = counts.total()
    yield some.format(total, plural if total > 1 else "") if total else none
    for rule in RULES:
        if rule.id in counts:
            yield f"  {rule.id} ({counts[rule.id]}): {rule.finds[lang]}; {rule.does[lang]}"
