"""What is wrong with a shapes graph, before any engine sees it (SHACL, W3C 20 July 2017).

Engines ignore much of what they do not understand and then say "conforms": a misspelt parameter, a
textual count, a pattern they cannot compile. The lint says so first. Linear in the quads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.rdf.terms import Quad
from app.rdf.turtle import Prefixes
from app.validation.lint import paths, sparql, structure, values, words
from app.validation.lint.collect import Collector
from app.validation.lint.finding import RULES, SEVERITIES, LintFinding, Rule, Severity
from app.validation.lint.graph import Graph, TooLargeError
from app.validation.lint.lines import Lines
from app.validation.lint.vocabulary import SHACL, Vocabulary
from app.validation.report import Unchecked

__all__ = [
    "RULES", "SEVERITIES", "SHACL", "LintFinding", "Rule", "Severity", "Vocabulary", "lint",
    "unchecked_of",
]  # fmt: skip


def lint(
    quads: Sequence[Quad], *, allow_sparql: bool, vocab: Vocabulary = SHACL, text: str = "",
    base: str = "",
) -> list[LintFinding]:  # fmt: skip
    """Return the findings on a shapes graph, worst first, then in order of appearance.

    `quads` are in the order of the parser; `text` is their Turtle, TriG or N-Triples, resolved
    against `base`, and gives findings a line. A graph with a finding "refuse" must not be run.
    """
    found = Collector(Graph(quads), vocab, allow_sparql=allow_sparql)
    try:
        for part in (structure, paths, values, words, sparql):
            part.check(found)
    except TooLargeError:
        found.add("shapes-too-large", "")
    order = {subject: at for at, subject in enumerate(found.graph.facts)}
    ranked = sorted(
        found.found.items(),
        key=lambda item: (SEVERITIES.index(item[1].severity), order.get(item[0][1], -1)),
    )
    if not text or not ranked:
        return [finding for _, finding in ranked]
    lines = Lines(text, quads, base)
    return [replace(finding, line=lines.find(subject, finding.term, finding.value))
            for (_, subject, _, _), finding in ranked]  # fmt: skip


def unchecked_of(findings: Iterable[LintFinding], profile_name: str) -> tuple[Unchecked, ...]:
    """Return what a report on a profile must call not fully checked, each shape and rule once.

    "refuse" counts too: what was not run was not checked.
    """
    return tuple({
        (finding.shape, finding.id): Unchecked(
            profile_name, finding.shape, finding.id,
            {lang: f"{_word(finding.term)}{text} {finding.remedy[lang]}"
             for lang, text in finding.message.items()})
        for finding in findings if finding.severity in ("refuse", "unchecked")
    }.values())  # fmt: skip


def _word(term: str) -> str:
    prefix, local = Prefixes().shorten(term)
    return f"{prefix}:{local}: " if prefix else ""
