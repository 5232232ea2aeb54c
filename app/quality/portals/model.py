"""What a portal does with a record: rules as data, what they find, and what is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from app.quality.known import Known
from app.quality.views import LANGUAGES, Gathered, View, short
from app.rdf.terms import Term

# how bad: not taken in; a part does not show; shows in another way; good to know
REJECTED, DROPPED, OTHERWISE, NOTE = SEVERITIES = ("rejected", "dropped", "otherwise", "note")
SHOWN, NOT_PUBLIC, UNKNOWN = "shown", "shown-not-public", "unknown"
_VALUES: Final = 5
_NAMELESS: Final = {"nl": "(zonder naam of adres)", "en": "(without a name or address)"}

Text = Mapping[str, str]
# what a rule met: the thing it is about, and the value that it is about ("" for none)
Hit = tuple[Term, str]
T = TypeVar("T", View, Gathered)


@dataclass(frozen=True, slots=True)
class Rule(Generic[T]):
    """One thing that a portal does with some records; `test` yields what it does that to.

    `source` says where the portal's own behaviour stands: a document and its section, or a file
    of its software. What is not `certain` is our reading of it. `property` is what to mend, in
    `text` `{count}` and `{values}` are what was met. `status` is what becomes of the record, where
    the severity does not say it.
    """

    id: str
    severity: str
    property: str
    source: str
    text: Text
    test: Callable[[T, Known], Iterable[Hit]]
    certain: bool = True
    status: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule met in one record; things without an address are only counted."""

    id: str
    severity: str
    property: str
    text: Text
    things: tuple[str, ...]
    count: int
    values: tuple[str, ...]

    def as_values(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "rule": self.id, "severity": self.severity, "property": self.property,
            "text": dict(self.text), "things": list(self.things), "count": self.count,
            "values": list(self.values),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A field (of `FIELDS`) as a portal shows it: its texts by language of the reader."""

    key: str
    texts: Mapping[str, tuple[str, ...]]

    def values(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {"field": self.key, "value": {lang: list(one) for lang, one in self.texts.items()}}


@dataclass(frozen=True, slots=True)
class Preview:
    """One record, or a whole feed, at one portal."""

    portal: str
    status: str
    shown: Sequence[Shown]
    findings: Sequence[Finding]

    def values(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "portal": self.portal, "status": self.status,
            "shown": [one.values() for one in self.shown],
            "findings": [one.as_values() for one in self.findings],
        }  # fmt: skip


# what is shown: the field, and its values per language of the reader
Field = tuple[str, Mapping[str, Iterable[str]]]


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal: its rules about a record and about a whole feed, and the fields that it shows."""

    key: str
    title: Text
    rules: Sequence[Rule[View]]
    fields: Callable[[View, Known], Iterable[Field]]
    feed: Sequence[Rule[Gathered]] = ()


FIELDS: Final[Mapping[str, Text]] = {
    "title": {"nl": "titel", "en": "title"},
    "description": {"nl": "beschrijving", "en": "description"},
    "publisher": {"nl": "uitgever", "en": "publisher"},
    "contact": {"nl": "contact", "en": "contact"},
    "licence": {"nl": "licentie", "en": "licence"},
    "themes": {"nl": "thema's", "en": "themes"},
    "format": {"nl": "formaat", "en": "format"},
    "access": {"nl": "toegang", "en": "access"},
    "dates": {"nl": "datums", "en": "dates"},
    "frequency": {"nl": "frequentie", "en": "frequency"},
    "keywords": {"nl": "trefwoorden", "en": "keywords"},
    "resources": {"nl": "bestanden en adressen", "en": "files and addresses"},
}


def applied(rules: Iterable[Rule[T]], about: T, known: Known) -> list[tuple[Rule[T], Finding]]:
    """Return what rules find, the worst first."""
    found = []
    for rule in rules:
        hits = list(rule.test(about, known))
        if hits:
            found.append((rule, _finding(rule, hits)))
    # the order of rules of one severity is that of their list
    return sorted(found, key=lambda item: SEVERITIES.index(item[0].severity))


def _finding(rule: Rule[T], hits: Sequence[Hit]) -> Finding:
    values = sorted({short(value) for _, value in hits if value})
    told = ", ".join(values[:_VALUES]) + (", …" if len(values) > _VALUES else "")
    # most say the same of every record
    texts = (
        {
            lang: rule.text[lang].format(values=told or _NAMELESS[lang], count=len(hits))
            for lang in LANGUAGES
        }
        if "{" in rule.text["nl"]
        else rule.text
    )
    return Finding(
        rule.id, rule.severity, rule.property, texts,
        tuple(sorted({node[1:-1] for node, _ in hits if node.startswith("<")})),
        len(hits), tuple(values[:_VALUES]),
    )  # fmt: skip


def refuses(portal: Portal, view: View, known: Known) -> bool:
    """Tell whether a portal certainly does not take a dataset in."""
    return any(
        any(True for _ in rule.test(view, known))
        for rule in portal.rules
        if rule.severity == REJECTED and rule.certain
    )


def shown(fields: Iterable[Field]) -> list[Shown]:
    """Return the fields that hold anything, each text once and in order."""
    out = []
    for key, texts in fields:
        found = {
            # in order of the text: names of nodes must not show
            lang: tuple(sorted(set(filter(None, map(short, texts[lang])))))
            for lang in LANGUAGES
        }
        if any(found.values()):
            out.append(Shown(key, found))
    return out


def preview(portal: Portal, view: View, known: Known) -> Preview:
    """Return what a portal does with a dataset."""
    found = applied(portal.rules, view, known)
    status = _status(rule for rule, _ in found)
    fields = [] if status == REJECTED else shown(portal.fields(view, known))
    return Preview(portal.key, status, fields, [one for _, one in found])


def preview_feed(portal: Portal, gathered: Gathered, known: Known) -> Preview:
    """Return what a portal does with the feed as a whole."""
    found = applied(portal.feed, gathered, known)
    return Preview(portal.key, _status(rule for rule, _ in found), (), [one for _, one in found])


def _status(rules: Iterable[Rule[T]]) -> str:
    given = {rule.status or (REJECTED if rule.severity == REJECTED else SHOWN) for rule in rules}
    return next((one for one in (REJECTED, UNKNOWN, NOT_PUBLIC) if one in given), SHOWN)
