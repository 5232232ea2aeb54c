"""Whether each parameter has the kind of value it takes (SHACL, sections 2.1 and 4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from app.rdf.lexical import is_valid
from app.rdf.namespaces import expand, term
from app.rdf.terms import LANG_STRING, XSD, XSD_STRING, Term, is_literal, literal_of
from app.rdf.xpath_regex import review
from app.validation.lint import vocabulary as words
from app.validation.lint.collect import Collector
from app.validation.lint.vocabulary import SH

_INTEGER = XSD + "integer"
_INTEGERS = frozenset(
    XSD + name
    for name in words.names(
        "nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger int long short byte "
        "unsignedInt unsignedLong unsignedShort unsignedByte"
    )
)
_NUMBERS = _INTEGERS | {_INTEGER, XSD + "decimal"}
_XSD_TYPES = words.names(
    "string boolean decimal integer double float date time dateTime dateTimeStamp gYear gMonth "
    "gDay gYearMonth gMonthDay duration yearMonthDuration dayTimeDuration byte short int long "
    "unsignedByte unsignedShort unsignedInt unsignedLong positiveInteger nonNegativeInteger "
    "negativeInteger nonPositiveInteger hexBinary base64Binary anyURI language normalizedString "
    "token NMTOKEN NMTOKENS Name NCName QName ENTITY ENTITIES ID IDREF IDREFS NOTATION anyType "
    "anySimpleType anyAtomicType"
)
_CLASSES = frozenset(map(term, ("rdfs:Literal", "rdfs:Resource")))
_WHOLE = re.compile(r"[+-]?[0-9]+")
# below 2^63: pyshifty silently drops what it cannot hold
_DIGITS = 18
_LIMITS = (
    ("minCount", "maxCount"), ("minLength", "maxLength"),
    ("qualifiedMinCount", "qualifiedMaxCount"),
    ("minInclusive", "maxInclusive"),
)  # fmt: skip

Check = Callable[[Collector, Term, str, Term], None]


def check(lint: Collector) -> None:
    """Find values of the wrong kind, and values that contradict each other."""
    for shape in lint.graph.shapes:
        facts = lint.graph.facts.get(shape, {})
        for predicate, values in facts.items():
            if not predicate.startswith(SH):
                continue
            name = predicate[len(SH) :]
            if len(values) > 1 and name in words.SINGLE:
                lint.add("many-values", shape, name, shown=str(len(values)))
            one = _CHECKS.get(name)
            for value in values if one else ():
                if one:
                    one(lint, shape, name, value)
            if name in words.NEED_PATH and not lint.graph.of(shape, "path"):
                _needs_path(lint, shape, name)
        _together(lint, shape)


def _needs_path(lint: Collector, shape: Term, name: str) -> None:
    # a property shape without a path has a finding of its own
    if term("sh:PropertyShape") not in lint.graph.types(shape):
        lint.add("needs-path", shape, name)


def _count(lint: Collector, shape: Term, name: str, value: Term) -> None:
    if not is_literal(value):
        lint.add("count-not-integer", shape, name, value)
        return
    text, datatype, _ = literal_of(value)
    if not _WHOLE.fullmatch(text) or datatype not in _INTEGERS | {_INTEGER}:
        lint.add("count-not-integer", shape, name, value)
    elif text.startswith("-") and text.strip("-0"):
        lint.add("count-negative", shape, name, value)
    elif len(text.lstrip("+0")) > _DIGITS:
        lint.add("count-too-large", shape, name, value)
    elif datatype != _INTEGER:
        lint.add("count-datatype", shape, name, value)


def _iri(lint: Collector, shape: Term, name: str, value: Term) -> None:
    if not value.startswith("<"):
        lint.add("not-an-iri", shape, name, value)


def _literal(lint: Collector, shape: Term, name: str, value: Term) -> None:
    if not is_literal(value):
        lint.add("not-a-literal", shape, name, value)


def _boolean(lint: Collector, shape: Term, name: str, value: Term) -> None:
    text, datatype, _ = literal_of(value) if is_literal(value) else ("", "", "")
    if datatype != XSD + "boolean" or not is_valid(text, datatype):
        lint.add("not-a-boolean", shape, name, value)
    elif text not in ("true", "false"):
        lint.add("boolean-form", shape, name, value)


def _string(lint: Collector, shape: Term, name: str, value: Term) -> None:
    if not is_literal(value) or literal_of(value).datatype != XSD_STRING:
        lint.add("not-a-string", shape, name, value)


def _text(lint: Collector, shape: Term, name: str, value: Term) -> None:
    if not is_literal(value) or literal_of(value).datatype not in (XSD_STRING, LANG_STRING):
        lint.add("message-not-text", shape, name, value)


def _flags(lint: Collector, shape: Term, name: str, value: Term) -> None:
    _string(lint, shape, name, value)
    if is_literal(value) and set(literal_of(value).text) - set("ismx"):
        lint.add("flags-unknown", shape, name, value)
    if not lint.graph.of(shape, "pattern"):
        lint.add("flags-without-pattern", shape, name, value)


def _pattern(lint: Collector, shape: Term, name: str, value: Term) -> None:
    _string(lint, shape, name, value)
    if is_literal(value):
        flags = "".join(literal_of(flag).text for flag in lint.graph.of(shape, "flags")[:2]
                        if is_literal(flag))  # fmt: skip
        for code in review(literal_of(value).text, flags):
            lint.add(code, shape, name, value)


def _named(kind: str, known: frozenset[str]) -> Check:
    def one(lint: Collector, shape: Term, name: str, value: Term) -> None:
        if value.startswith("<") and not value.startswith(f"<{SH}") and name == "severity":
            lint.add("severity-foreign", shape, name, value)
        elif value[1:-1].removeprefix(SH) not in known:
            near = lint.near(value[1:-1].rpartition("#")[2], known)
            lint.add(kind, shape, name, value, suggestion=near)

    return one


def _datatype(lint: Collector, shape: Term, name: str, value: Term) -> None:
    _iri(lint, shape, name, value)
    if value in _CLASSES:
        lint.add("datatype-is-class", shape, name, value)
    elif value.startswith(f"<{XSD}") and value[1:-1].removeprefix(XSD) not in _XSD_TYPES:
        near = lint.near(value[1:-1].removeprefix(XSD), _XSD_TYPES, "xsd")
        lint.add("datatype-unknown", shape, name, value, suggestion=near)


def _is_datatype(value: Term) -> bool:
    found = value.startswith(f"<{XSD}") and value[1:-1].removeprefix(XSD) in _XSD_TYPES
    return found or value in (term("rdfs:Literal"), f"<{LANG_STRING}>")


def _class(lint: Collector, shape: Term, name: str, value: Term) -> None:
    _iri(lint, shape, name, value)
    if _is_datatype(value):
        lint.add("class-is-datatype", shape, name, value)
    elif value == term("rdfs:Resource"):
        lint.add("class-resource", shape, name, value)


def _target_class(lint: Collector, shape: Term, name: str, value: Term) -> None:
    _iri(lint, shape, name, value)
    if _is_datatype(value):
        lint.add("target-is-datatype", shape, name, value)


def _shape(lint: Collector, shape: Term, name: str, value: Term) -> None:
    if is_literal(value):
        lint.add("not-a-shape", shape, name, value)
    elif value not in lint.graph.facts:
        lint.add("reference-undefined", shape, name, value)


def _list(member: Callable[[Collector, Term], bool] | None) -> Check:
    def one(lint: Collector, shape: Term, name: str, value: Term) -> None:
        members, problem = lint.graph.list(value)
        if problem:
            lint.add({"not": "not-a-list", "bad": "list-malformed",
                      "cyclic": "list-cyclic"}[problem], shape, name, value)  # fmt: skip
            return
        for item in members:
            if member and not member(lint, item):
                lint.add("list-member", shape, name, item)

    return one


def _is_string(_: Collector, item: Term) -> bool:
    return is_literal(item) and literal_of(item).datatype == XSD_STRING


def _is_iri(_: Collector, item: Term) -> bool:
    return item.startswith("<")


def _shapes(lint: Collector, shape: Term, name: str, value: Term) -> None:
    _list(None)(lint, shape, name, value)
    for item in lint.graph.list(value)[0]:
        _shape(lint, shape, name, item)


_CHECKS: dict[str, Check] = {
    **dict.fromkeys(words.IRIS, _iri),
    **dict.fromkeys(words.COUNTS, _count),
    **dict.fromkeys(words.LITERALS, _literal),
    **dict.fromkeys(words.BOOLEANS, _boolean),
    **dict.fromkeys(words.SHAPES, _shape),
    **dict.fromkeys(words.SHAPE_LISTS, _shapes),
    "in": _list(None),
    "languageIn": _list(_is_string),
    "ignoredProperties": _list(_is_iri),
    "pattern": _pattern,
    "flags": _flags,
    "message": _text,
    "nodeKind": _named("node-kind-unknown", words.NODE_KINDS),
    "severity": _named("severity-unknown", words.SEVERITIES),
    "datatype": _datatype,
    "class": _class,
    "targetClass": _target_class,
}


def _together(lint: Collector, shape: Term) -> None:
    """Find values that are right each by itself, and not together."""
    of = lint.graph.of
    for low, high in _LIMITS:
        least, most = _numbers(of(shape, low)), _numbers(of(shape, high))
        if least and most and max(least) > min(most):
            lint.add("limits-crossed", shape, low, of(shape, low)[0])
    counted = [name for name in ("qualifiedMinCount", "qualifiedMaxCount") if of(shape, name)]
    if counted and not of(shape, "qualifiedValueShape"):
        lint.add("qualified-without-shape", shape, counted[0])
    if of(shape, "qualifiedValueShape") and not counted:
        lint.add("qualified-without-count", shape, "qualifiedValueShape")
    _allowed(lint, shape)
    _closed(lint, shape)


def _allowed(lint: Collector, shape: Term) -> None:
    heads = lint.graph.of(shape, "in")
    required = lint.graph.of(shape, "hasValue") if heads else []
    if not required:
        return
    members, problem = lint.graph.list(heads[0])
    known = frozenset(members)
    for value in required:
        if not problem and value not in known:
            lint.add("value-not-in-list", shape, "hasValue", value)


def _closed(lint: Collector, shape: Term) -> None:
    of = lint.graph.of
    closed = any(is_literal(value) and literal_of(value).text in ("true", "1")
                 for value in of(shape, "closed"))  # fmt: skip
    ignored = {item for head in of(shape, "ignoredProperties") for item in lint.graph.list(head)[0]}
    if not closed:
        if of(shape, "ignoredProperties") and not of(shape, "closed"):
            lint.add("ignored-without-closed", shape, "ignoredProperties")
        return
    allowed = {path for property_ in of(shape, "property") for path in of(property_, "path")[:2]}
    # things found by their class have a type for certain; others need not
    typed = lint.graph.is_class(shape) or of(shape, "targetClass")
    if typed and term("rdf:type") not in ignored | allowed:
        lint.add("closed-type", shape, "closed", of(shape, "closed")[0])


def _numbers(values: Sequence[Term]) -> list[Decimal]:
    found = [literal_of(value) for value in values if is_literal(value)]
    return [Decimal(text) for text, datatype, _ in found
            if datatype in _NUMBERS and len(text) <= _DIGITS
            and is_valid(text, expand("xsd:decimal"))]  # fmt: skip
