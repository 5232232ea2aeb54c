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
    first: int
    count: int = 0
    # the first things by their place, and the last of those places
    subjects: dict[Term, int] = field(default_factory=dict)
    last: int = -1

    def keep(self, name: Term, place: int, most: int) -> None:
        """Remember a thing, if it is one of the first."""
        if place < self.subjects.get(name, place + 1):
            self.subjects[name] = place
        if len(self.subjects) > most:
            del self.subjects[max(self.subjects, key=self.subjects.__getitem__)]
        self.last = max(self.subjects.values(), default=-1)


class Collector:
    """Gathers findings; one group per rule, predicate and cause.

    `place` is where the triple that is looked at stands in the data: whatever order they come in,
    the findings are the same.
    """

    def __init__(self, label: Label, most: int) -> None:
        self.place = 0
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
        key, place = (rule, predicate, cause), self.place
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = _Group(shorten(value), facts, place)
        elif place < group.first:
            group.value, group.facts, group.first = shorten(value), facts, place
        group.count += 1
        if len(group.subjects) < self._most or place < group.last:
            group.keep(mask_name(subject), place, self._most)

    def findings(self) -> list[TermFinding]:
        """Return the groups, the most severe and most frequent first."""
        ranked = []
        for key, group in self._groups.items():
            one = self._finding(key, group)
            grave = SEVERITIES.index(one.severity)
            rank = (grave, -one.count, one.id, one.predicate, one.value, group.first, key)
            ranked.append((rank, one))
        return [one for _, one in sorted(ranked, key=lambda item: item[0])]

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
        subjects = tuple(sorted(group.subjects, key=group.subjects.__getitem__))
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
