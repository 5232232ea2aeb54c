"""Which datasets follow which profile, from validation reports of the whole catalog."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from app.quality.indicators import Outcome
from app.quality.records import Record
from app.rdf.namespaces import term
from app.rdf.terms import Term, Triple, is_literal
from app.validation.report import Result, ValidationReport

# what the points are tested with, in the version that we hold
PROFILE: Final = "dcat-ap-3.0.1"
# that, and what a Flemish portal may test with
PROFILES: Final = (PROFILE, "dcat-ap-vl-3.0")
_MAIN = {term("dcat:Catalog"), term("dcat:Dataset"), term("dcat:CatalogRecord")}
_TYPE = term("rdf:type")
# what a rule says that is not followed: in Dutch, in English ("" where it says nothing)
Mistake = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Compliance:
    """Whether a dataset follows a profile (None: a part was not checked), and what is wrong."""

    profile: str
    conforms: Outcome
    violations: int
    warnings: int

    def values(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def compliance(
    reports: Mapping[str, ValidationReport], triples: Iterable[Triple], records: Sequence[Record]
) -> dict[Term, list[Compliance]]:
    """Return of each dataset how it does under each profile, of reports by name of profile."""
    into, main = _graph(triples)
    datasets = {record.term for record in records}
    out: dict[Term, list[Compliance]] = {record.term: [] for record in records}
    for name, report in reports.items():
        wrong, warned = (
            {
                one: mistakes.total()
                for one, mistakes in _told(report, severity, into, main, datasets).items()
            }
            for severity in ("Violation", "Warning")
        )
        judged = conforming(report, wrong, records)
        for one in out:
            out[one].append(Compliance(name, judged[one], wrong.get(one, 0), warned.get(one, 0)))
    return out


def violations(
    report: ValidationReport, triples: Iterable[Triple], records: Sequence[Record]
) -> Mapping[Term, Counter[Mistake]]:
    """Return what is wrong with each dataset that has any violation, and how often.

    One of a dataset is one of itself or of what it leads to (its distributions, publisher, ...),
    without passing through another dataset, catalog or record.
    """
    if report.conforms:
        return {}
    into, main = _graph(triples)
    return _told(report, "Violation", into, main, {record.term for record in records})


def _graph(triples: Iterable[Triple]) -> tuple[dict[Term, list[Term]], set[Term]]:
    """Return what leads to each thing, and the datasets, catalogs and records."""
    into: dict[Term, list[Term]] = {}
    main = set()
    for subject, predicate, object_ in triples:
        if predicate == _TYPE:
            if object_ in _MAIN:
                main.add(subject)
        elif not is_literal(object_):
            into.setdefault(object_, []).append(subject)
    return into, main


def _told(
    report: ValidationReport,
    severity: str,
    into: Mapping[Term, Sequence[Term]],
    main: set[Term],
    datasets: set[Term],
) -> dict[Term, Counter[Mistake]]:
    of: dict[Term, Counter[Mistake]] = defaultdict(Counter)
    for result in report.results:
        if result.severity == severity:
            of[result.focus][_mistake(result)] += 1
    found: dict[Term, Counter[Mistake]] = defaultdict(Counter)
    for focus, mistakes in of.items():
        for dataset in _leading_to(focus, into, main) & datasets:
            found[dataset] += mistakes
    return dict(found)


def _mistake(result: Result) -> Mistake:
    other = next(iter(result.messages.values()), "")
    return result.messages.get("nl", other), result.messages.get("en", other)


def conforming(
    report: ValidationReport, found: Container[Term], records: Sequence[Record]
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
