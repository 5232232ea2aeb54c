"""What every rule of the lint gets: the graph, the words, and a place for findings."""

from __future__ import annotations

from app.rdf.namespaces import PREFIXES
from app.rdf.terms import Term, is_literal, literal_of
from app.validation.lint.finding import RULES, LintFinding
from app.validation.lint.graph import Graph
from app.validation.lint.vocabulary import SH, Vocabulary

_SHOWN = 80
# nobody reads more suggestions, and each costs a look through all words
_MOST_NEAR = 500
_OF_THE_WHOLE = frozenset({"imports-not-followed", "entailment"})


class Collector:
    """Findings in the order they are made, each at most once per place."""

    def __init__(self, graph: Graph, vocab: Vocabulary, *, allow_sparql: bool) -> None:
        self.graph = graph
        self.vocab = vocab
        self.allow_sparql = allow_sparql
        self._near: dict[tuple[str, frozenset[str]], str] = {}
        self.found: dict[tuple[str, Term, str, Term], LintFinding] = {}

    def near(self, name: str, among: frozenset[str], prefix: str = "sh") -> str:
        """Return the prefixed name that is meant by a wrong one, or ""; asked once per name."""
        if len(self._near) > _MOST_NEAR and (name, among) not in self._near:
            return ""
        if (name, among) not in self._near:
            self._near[name, among] = self.vocab.suggest(name, among)
        found = self._near[name, among]
        return found and f"{prefix}:{found}"

    def add(
        self, id_: str, subject: Term, term: str = "", value: Term = "", *,
        shown: str = "", suggestion: str = "",
    ) -> None:  # fmt: skip
        """Add a finding on a subject; `term` is an IRI or a name after `sh:`."""
        rule = RULES[id_]
        term = term if ":" in term or not term else SH + term
        key = (id_, subject, term, value)
        if key in self.found:
            return
        facts = {"value": shown or plain(value), **_suggested(suggestion)}
        self.found[key] = LintFinding(
            id=id_,
            severity=rule.severity,
            shape=""
            if id_ in _OF_THE_WHOLE
            else subject[1:-1]
            if subject.startswith("<")
            else subject,
            term=term,
            value=value,
            message={"nl": rule.nl.format(**facts), "en": rule.en.format(**facts)},
            remedy={"nl": rule.mend_nl.format(**facts), "en": rule.mend_en.format(**facts)},
        )


def _suggested(text: str) -> dict[str, str]:
    return {
        "suggestion_nl": f"Bedoelde u {text}?" if text else "Kijk de spelling na, of haal het weg.",
        "suggestion_en": f"Did you mean {text}?" if text else "Check its spelling, or remove it.",
    }


def plain(value: Term) -> str:
    """Return a term as people write it, shortened."""
    if is_literal(value):
        text = literal_of(value).text
        return f"“{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}”"
    if value.startswith("<"):
        iri = value[1:-1]
        prefix = max((name for name, start in PREFIXES.items() if iri.startswith(start)),
                     key=lambda name: len(PREFIXES[name]), default="")  # fmt: skip
        return f"{prefix}:{iri[len(PREFIXES[prefix]) :]}" if prefix else iri[:_SHOWN]
    return "…"
