"""Repairs of values: what is written differently from what it can only mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from app.rdf.lexical import is_valid
from app.rdf.namespaces import term
from app.rdf.terms import (
    LANG_STRING,
    XSD,
    XSD_STRING,
    Literal,
    Term,
    is_iri,
    is_literal,
    literal,
    literal_of,
)
from app.validation.repair.graph import Change, Graph
from app.validation.terms.dates import certain
from app.validation.terms.known import KnownTerms, twin
from app.validation.terms.values import language_of

_MAIL: Final = re.compile(
    r"(?:mailto:)?([A-Za-z0-9_.+-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+)",
    re.IGNORECASE,
)
_TEL: Final = re.compile(r"(?:tel:)?(?:\+|00)([1-9][0-9 ./()-]*)", re.IGNORECASE)
_MARKED_DATES: Final = frozenset(XSD + name for name in ("date", "dateTime"))
_TEXTS: Final = frozenset({XSD_STRING, LANG_STRING})
_LANGUAGE, _LICENCE = term("dct:language"), term("dct:license")
_TYPE: Final = term("rdf:type")


def _literals(
    graph: Graph, terms: KnownTerms, rule: str, kind: str, new: Callable[[Literal], Term]
) -> Iterator[Change]:
    """Replace literals of the properties that usually hold values of a kind ("" is any)."""
    kinds: dict[Term, bool] = {}
    for triple in graph:
        subject, predicate, object_ = triple
        if not is_literal(object_):
            continue
        if predicate not in kinds:
            values = terms.entry(predicate[1:-1]).values
            kinds[predicate] = values == kind or (not kind and bool(values))
        if kinds[predicate] and (value := new(literal_of(object_))):
            yield Change(rule, (triple,), ((subject, predicate, value),))


def spaces(graph: Graph, terms: KnownTerms, rule: str) -> Iterator[Change]:
    """Leave out the spaces around texts; a text of spaces alone stays, it says what is missing."""

    def trimmed(parts: Literal) -> Term:
        text = parts.text.strip()
        if not text or text == parts.text or parts.datatype not in _TEXTS:
            return ""
        return literal(text, language=parts.language)

    return _literals(graph, terms, rule, "", trimmed)


def mailto(graph: Graph, terms: KnownTerms, rule: str) -> Iterator[Change]:
    """Make links of e-mail addresses that are text."""

    def link(parts: Literal) -> Term:
        match = _MAIL.fullmatch(parts.text.strip())
        return f"<mailto:{match[1]}>" if match else ""

    return _literals(graph, terms, rule, "email", link)


def tel(graph: Graph, terms: KnownTerms, rule: str) -> Iterator[Change]:
    """Make links of telephone numbers that are text and say their country (RFC 3966)."""

    def link(parts: Literal) -> Term:
        match = _TEL.fullmatch(parts.text.strip())
        # (0) is the prefix that is only dialled inside the country
        digits = re.sub(r"\D", "", match[1].replace("(0)", "")) if match else ""
        return f"<tel:+{digits}>" if 8 <= len(digits) <= 15 else ""

    return _literals(graph, terms, rule, "telephone", link)


def dates(graph: Graph, terms: KnownTerms, rule: str) -> Iterator[Change]:
    """Write dates as XML Schema does, where text can be one date only."""

    def date(parts: Literal) -> Term:
        marked = parts.datatype in _MARKED_DATES
        if not (marked or parts.datatype in _TEXTS):
            return ""
        if marked and is_valid(parts.text, parts.datatype):
            return ""
        text, datatype = certain(parts.text.strip())
        return literal(text, datatype=datatype) if text else ""

    return _literals(graph, terms, rule, "date", date)


def languages(graph: Graph, terms: KnownTerms, rule: str) -> Iterator[Change]:
    """Refer to the European list of languages."""

    def meant(text: str) -> str:
        return language_of(text, terms.languages)

    return _by_one_name(graph, rule, _LANGUAGE, term("dct:LinguisticSystem"), meant)


def code_twins(graph: Graph, terms: KnownTerms, rule: str) -> Iterator[Change]:
    """Write a code with http or https as its list does; one that is described in the data stays.

    Both forms denote the same thing (ICEG URI standard 1.00), only one is in the list.
    """
    for triple in graph:
        subject, predicate, object_ = triple
        codes = terms.lists.get(predicate[1:-1])
        if codes is None or not object_.startswith("<http") or graph.about(object_):
            continue
        other = twin(object_[1:-1])
        if codes.holds(other) and not codes.holds(object_[1:-1]):
            yield Change(rule, (triple,), ((subject, predicate, f"<{other}>"),))


def licences(graph: Graph, terms: KnownTerms, rule: str) -> Iterator[Change]:
    """Refer to licences by the one IRI under which they are known."""

    def meant(text: str) -> str:
        return terms.licences.get(text, "")

    return _by_one_name(graph, rule, _LICENCE, term("dct:LicenseDocument"), meant)


def _by_one_name(
    graph: Graph, rule: str, property_: Term, kind: Term, meant: Callable[[str], str]
) -> Iterator[Change]:
    """Replace the values of a property by the IRI that is meant.

    A description of the value in the data moves along, if that leaves one description.
    """
    for triple in graph:
        subject, predicate, object_ = triple
        if predicate != property_ or object_.startswith("_:"):
            continue
        text = literal_of(object_).text.strip() if is_literal(object_) else object_[1:-1]
        found = meant(text)
        new = f"<{found}>"
        if not is_iri(found) or new == object_:
            continue
        if is_literal(object_) or not graph.about(object_):
            yield Change(rule, (triple,), ((subject, predicate, new),))
        elif set(graph.values(object_, _TYPE)) <= {kind} and not graph.about(new):
            # a page about a licence, say, has another type: it is no licence
            yield _moved(graph, object_, new, rule)


def _moved(graph: Graph, old: Term, new: Term, rule: str) -> Change:
    gone = tuple(dict.fromkeys((*graph.about(old), *graph.into(old))))
    come = tuple((new if s == old else s, p, new if o == old else o) for s, p, o in gone)
    return Change(rule, gone, come)
