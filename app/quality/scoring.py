"""The datasets of a catalog, scored: points, stars, tasks, and the evidence of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.quality.compliance import conforming, violations
from app.quality.evidence import Look, Looks, statuses
from app.quality.known import Known
from app.quality.mqa import Evidence, Score, scores
from app.quality.records import Record, records, web_address
from app.quality.tasks import Task, rules_by_place, tasks, with_rules
from app.rdf.namespaces import term
from app.rdf.terms import Term, Triple
from app.validation.repair import repair
from app.validation.report import ValidationReport
from app.validation.terms.known import KnownTerms

_ADDRESSES: Final = ("dcat:accessURL", "dcat:downloadURL")


@dataclass(frozen=True, slots=True)
class Link:
    """An address of a distribution, by which property, and what it answered."""

    distribution: Term
    property: str
    look: Look


@dataclass(frozen=True, slots=True)
class Scored:
    """A dataset with its score, tasks, number of violations of DCAT-AP, and looked at links."""

    score: Score
    tasks: Sequence[Task]
    violations: int
    links: Sequence[Link] = ()


def scored(
    triples: Sequence[Triple],
    known: Known,
    terms: KnownTerms,
    *,
    report: ValidationReport | None = None,
    looks: Looks | None = None,
    penalty: int = 0,
) -> list[Scored]:
    """Return the datasets of a catalog, scored; without a report compliance is not known.

    Without `looks` nothing is known of links. `penalty` is that of `app.quality.mqa.Evidence`.
    """
    looks = looks or {}
    found = records(triples)
    wrong = violations(report, triples, found) if report else {}
    conforms = conforming(report, wrong, found) if report else {}
    evidence = Evidence(statuses(looks), conforms, penalty)
    before = scores(found, known, evidence)
    mended = repair(triples, terms=terms)
    after = {} if not mended.changes else {
        one.record.term: one for one in scores(records(mended.triples), known, evidence)
    }  # fmt: skip
    done = rules_by_place(mended.changes)
    return [
        Scored(
            one,
            with_rules(tasks(one, known, looks), one, after.get(one.record.term), done),
            wrong.get(one.record.term, 0),
            tuple(_links(one.record, looks)),
        )
        for one in before
    ]


def _links(record: Record, looks: Mapping[str, Look]) -> Iterator[Link]:
    for node, facts in record.distributions:
        for name in _ADDRESSES:
            for url in sorted(set(map(web_address, facts.get(term(name), ())))):
                if url in looks:
                    yield Link(node, name, looks[url])
