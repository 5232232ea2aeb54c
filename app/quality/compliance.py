"""Which datasets follow DCAT-AP, from a validation report of the whole catalog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from app.quality.indicators import Outcome
from app.quality.records import Record
from app.rdf.namespaces import term
from app.rdf.terms import Term, Triple, is_literal
from app.validation.report import ValidationReport

_MAIN = {term("dcat:Catalog"), term("dcat:Dataset"), term("dcat:CatalogRecord")}
_TYPE = term("rdf:type")


def violations(
    report: ValidationReport, triples: Iterable[Triple], records: Sequence[Record]
) -> Mapping[Term, int]:
    """Return the number of violations of each dataset that has any.

    One of a dataset is one of itself or of what it leads to (its distributions, publisher, ...),
    without passing through another dataset, catalog or record.
    """
    bad = Counter(r.focus for r in report.results if r.severity == "Violation")
    if not bad:
        return {}
    into: dict[Term, list[Term]] = {}
    main = set()
    for subject, predicate, object_ in triples:
        if predicate == _TYPE:
            if object_ in _MAIN:
                main.add(subject)
        elif not is_literal(object_):
            into.setdefault(object_, []).append(subject)
    datasets = {record.term for record in records}
    found = Counter[Term]()
    for focus, count in bad.items():
        for dataset in _leading_to(focus, into, main) & datasets:
            found[dataset] += count
    return found


def conforming(
    report: ValidationReport, found: Mapping[Term, int], records: Sequence[Record]
) -> dict[Term, Outcome]:
    """Return of each dataset whether it conforms; a report with gaps never says yes."""
    good = True if report.complete else None
    return {record.term: False if record.term in found else good for record in records}


def _leading_to(focus: Term, into: Mapping[Term, Sequence[Term]], main: set[Term]) -> set[Term]:
    """Return the main things that lead to something, itself included."""
    seen, ahead = {focus}, [focus]
    while ahead:
        at = ahead.pop()
        if at in main:
            continue
        for before in into.get(at, ()):
            if before not in seen:
                seen.add(before)
                ahead.append(before)
    return seen & main
