"""What the linter found, grouped by cause: 4,000 times the same slip is one finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from app.rdf.terms import Term, is_literal, literal_of
from app.validation.terms.privacy import mask, mask_name
from app.validation.terms.rules import BY_ID, SEVERITIES

_SHOWN: Final = 120
Label = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class TermFinding:
    """One cause; `predicate` is an IRI or "", `value` the first value, shortened and masked.

    `cause` tells findings of one rule and property apart, masked; "" where there is one only.
    `subjects` are the first things it stands on, as terms; `count` says how often in all.
    """

    id: str
    severity: str
    count: int
    subjects: tuple[Term, ...]
    predicate: str
    cause: str
    value: str
    message: Mapping[str, str]
    remedy: Mapping[str, str]


@dataclass(slots=True)
class _Group:
    value: str
    facts: Mapping[str, str | Mapping[str, str]]
    count: int = 0
    subjects: dict[Term, None] = field(default_factory=dict)


class Collector:
    """Gathers findings; one group per rule, predicate and cause."""

    def __init__(self, label: Label, most: int) -> None:
        self._label = label
        self._most = most
        self._groups: dict[tuple[str, str, str], _Group] = {}

    def add(
        self,
        rule: str,
        subject: Term,
        predicate: str = "",
        value: Term = "",
        *,
        cause: str = "",
        **facts: str | Mapping[str, str],
    ) -> None:
        """Count one case; `facts` fill the rule's texts, one text or one per language."""
        key = (rule, predicate, cause)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = _Group(shorten(value), facts)
        group.count += 1
        if len(group.subjects) < self._most:
            group.subjects[mask_name(subject)] = None

    def findings(self) -> list[TermFinding]:
        """Return the groups, the most severe and most frequent first."""
        found = [self._finding(key, group) for key, group in self._groups.items()]
        return sorted(
            found,
            key=lambda f: (SEVERITIES.index(f.severity), -f.count, f.id, f.predicate, f.value),
        )

    def _finding(self, key: tuple[str, str, str], group: _Group) -> TermFinding:
        rule = BY_ID[key[0]]
        texts: list[dict[str, str]] = []
        for templates in (rule.message, rule.remedy):
            told = {}
            for lang, template in templates.items():
                facts = {
                    name: mask(fact if isinstance(fact, str) else fact[lang])
                    for name, fact in group.facts.items()
                }
                facts |= {
                    "property": self._label(key[1], lang) if key[1] else "",
                    "value": group.value,
                }
                told[lang] = template.format_map(facts)
            texts.append(told)
        subjects = tuple(group.subjects)
        return TermFinding(
            rule.id, rule.severity, group.count, subjects, mask(key[1]), _short(key[2]),
            group.value, *texts,
        )  # fmt: skip


def shorten(term: Term) -> str:
    """Return what a person is shown of a term: its text, masked, at most a line long."""
    if is_literal(term):
        text = literal_of(term).text
    else:
        text = term[1:-1] if term.startswith("<") else term
    return _short(text)


def _short(text: str) -> str:
    text = mask(" ".join(text.split()))
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
