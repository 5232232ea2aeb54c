"""The datasets of a catalog, scored: points, stars, tasks, and the evidence of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.quality.compliance import conforming, violations
from app.quality.evidence import Look, Looks, Stars, statuses
from app.quality.indicators import Outcome
from app.quality.known import Known
from app.quality.matching import reported
from app.quality.mqa import Evidence, Score, scores
from app.quality.records import Record, records, web_address
from app.quality.stars import of_dataset
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
    """A dataset with its score, stars, tasks, and number of violations of DCAT-AP.

    `starred` is the distribution that has the stars ("" without any); `reported` are the outcomes
    that are not counted, of the distribution that counts. `links` were looked at.
    """

    score: Score
    tasks: Sequence[Task]
    violations: int
    stars: Stars
    starred: Term
    reported: Mapping[str, Outcome]
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
    wrong = dict(violations(report, triples, found)) if report else {}
    conforms = conforming(report, wrong, found) if report else {}
    evidence = Evidence(statuses(looks), conforms, penalty)
    before = scores(found, known, evidence)
    mended = repair(triples, terms=terms)
    after = {} if not mended.changes else {
        one.record.term: one for one in scores(records(mended.triples), known, evidence)
    }  # fmt: skip
    done = rules_by_place(mended.changes)
    out = []
    for one in before:
        starred, found_stars = of_dataset(one.record, looks, known)
        mistakes = wrong.get(one.record.term, Counter())
        found_tasks = with_rules(
            tasks(one, known, looks, mistakes), one, after.get(one.record.term), done
        )
        out.append(Scored(
            one, found_tasks, mistakes.total(), found_stars, starred,
            reported(one.facts, looks, known), tuple(_links(one.record, looks)),
        ))  # fmt: skip
    return out


def _links(record: Record, looks: Mapping[str, Look]) -> Iterator[Link]:
    for node, facts in record.distributions:
        for name in _ADDRESSES:
            for url in sorted(set(map(web_address, facts.get(term(name), ())))):
                if url in looks:
                    yield Link(node, name, looks[url])
