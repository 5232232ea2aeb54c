"""Constraints of ours on a field of a descriptor that look further than its own cell.

Read from `datapackage.json`; `across` runs them. Each says what an empty cell never breaks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import ProjectError


@dataclass(frozen=True, slots=True)
class Known:
    """`knownBelow`: the IRI of this prefix and the value is a known thing of elsewhere."""

    prefix: str


@dataclass(frozen=True, slots=True)
class NotBefore:
    """`notBefore`: the value does not come before that of `other`."""

    other: str


@dataclass(frozen=True, slots=True)
class RequiredWith:
    """`requiredWith`: the cell is filled where `other` is."""

    other: str


@dataclass(frozen=True, slots=True)
class MaximumWhere:
    """`maximumWhere`: the number is at most `maximum` where `other` holds `value`."""

    other: str
    value: str
    maximum: float


@dataclass(frozen=True, slots=True)
class EmptyWhere:
    """`emptyWhere`: where the cell holds a value, the columns it names are empty."""

    columns: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class DiffersFrom:
    """`differsFrom`: no value of the cell stands in one of `others` as well."""

    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cites:
    """`cites`: lines `12|40-45` of a document, 1-based and inclusive, in ascending ranges.

    The documents are the rows of table `resource`, by its key; its column `lines` says how many
    lines each has. Column `document` of the row names the document; without it every item does
    so itself, as `code:12`.
    """

    resource: str
    lines: str
    document: str


Rule = Known | NotBefore | RequiredWith | MaximumWhere | EmptyWhere | DiffersFrom | Cites


def read_rules(item: Mapping[str, Any], where: str) -> tuple[Rule, ...]:
    """Return the rules of a field descriptor.

    Raises:
        ProjectError: A rule is not written as it should be.
    """
    out: list[Rule] = []
    for name, read in _READERS.items():
        if name in item:
            try:
                out.append(read(item[name]))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise ProjectError(
                    f"{name} is not as it should be: {error!r}", where=where,
                    nl=f"{name} is niet zoals het hoort: {error!r}",
                ) from error  # fmt: skip
    return tuple(out)


def columns_of(rule: Rule) -> set[str]:
    """Return the columns of its own table that a rule looks at."""
    match rule:
        case NotBefore(other) | RequiredWith(other) | MaximumWhere(other):
            return {other}
        case EmptyWhere(columns):
            return {name for names in columns.values() for name in names}
        case DiffersFrom(others):
            return set(others)
        case Cites(document=document):
            return {document} - {""}
        case Known():
            return set()


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError(value)
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise TypeError(value)
    return tuple(_text(item) for item in value)


def _maximum(value: Any) -> MaximumWhere:
    return MaximumWhere(_text(value["column"]), _text(value["value"]), float(value["maximum"]))


def _empty(value: Any) -> EmptyWhere:
    return EmptyWhere({_text(name): _texts(columns) for name, columns in value.items()})


def _cites(value: Any) -> Cites:
    return Cites(_text(value["resource"]), _text(value["lines"]), str(value.get("document", "")))


_READERS: Mapping[str, Callable[[Any], Rule]] = {
    "knownBelow": lambda value: Known(_text(value)),
    "notBefore": lambda value: NotBefore(_text(value)),
    "requiredWith": lambda value: RequiredWith(_text(value)),
    "maximumWhere": _maximum,
    "emptyWhere": _empty,
    "differsFrom": lambda value: DiffersFrom(_texts(value)),
    "cites": _cites,
}
