"""What one value has to be: each maker returns a test of a term, or None to leave it to the engine.

SHACL, sections 4.1 to 4.8. A test sees every distinct value of a column once.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from app.rdf.lexical import INTEGERS, is_valid
from app.rdf.terms import LANG_STRING, XSD, XSD_STRING, Term, is_literal, literal_of
from app.validation.columnar.patterns import translate
from app.validation.shapesgraph import SH

Test = Callable[[Term], bool]

# derived integers and their bounds (XML Schema 1.1 part 2, section 3.4)
_FLOATS = {XSD + "double", XSD + "float"}
_KINDS: dict[str, str] = {
    "IRI": "<",
    "Literal": '"',
    "BlankNode": "_",
    "BlankNodeOrIRI": "_<",
    "BlankNodeOrLiteral": '_"',
    "IRIOrLiteral": '<"',
}
# longer numbers are compared by nobody, and exact arithmetic on them is slow
_DIGITS = 1_000


def is_well_typed(text: str, datatype: str) -> bool | None:
    """Tell whether text is in a datatype's lexical space; None for a datatype we cannot judge."""
    local = datatype.removeprefix(XSD) if datatype.startswith(XSD) else ""
    if not local or local in ("string", "anyURI") or not is_valid("\0", datatype):
        return is_valid(text, datatype)
    return None


def datatype(wanted: Term) -> Test | None:
    """The literal has this datatype and a lexical form that fits it."""
    iri = wanted[1:-1]
    if iri == XSD_STRING:
        return lambda term: term[0] == '"' and term[-1] == '"'
    if iri == LANG_STRING:
        return lambda term: term[0] == '"' and term[-1] not in '">'
    if not wanted.startswith("<") or is_well_typed("", iri) is None:
        return None
    tail = f'"^^{wanted}'

    def test(term: Term) -> bool:
        return term.endswith(tail) and bool(is_well_typed(literal_of(term).text, iri))

    return test


def node_kind(wanted: Term) -> Test | None:
    """The term is of this kind."""
    first = _KINDS.get(wanted[1:-1].removeprefix(SH))
    return (lambda term: term[0] in first) if first else None


def pattern(wanted: Term) -> Test | None:
    """The text of the literal or IRI holds a match."""
    if not is_literal(wanted):
        return None
    compiled = translate(literal_of(wanted).text)
    if compiled is None:
        return None
    search = compiled.search

    def test(term: Term) -> bool:
        return term[0] != "_" and search(_text(term)) is not None

    return test


def length(wanted: Term, *, most: bool) -> Test | None:
    """The text of the literal or IRI has at most, or at least, so many characters."""
    number = count(wanted)
    if number is None:
        return None
    if most:
        return lambda term: term[0] != "_" and len(_text(term)) <= number
    return lambda term: term[0] != "_" and len(_text(term)) >= number


def language_in(wanted: list[Term]) -> Test | None:
    """The literal's language is one of these, or a narrower one (RFC 4647, basic filtering)."""
    ranges = [literal_of(item).text.lower() for item in wanted if is_literal(item)]
    if len(ranges) != len(wanted) or not all(ranges) or "*" in ranges:
        return None

    def test(term: Term) -> bool:
        language = language_of(term)
        return any(language == item or language.startswith(item + "-") for item in ranges)

    return test


def bound(wanted: Term, name: str) -> Test | None:
    """The value is a number on the right side of this number; nothing else compares."""
    limit = number_of(wanted)
    if limit is None:
        return None

    def test(term: Term) -> bool:
        value = number_of(term)
        if value is None:
            return False
        left, right = _alike(value, limit)
        if name == "minInclusive":
            return left >= right
        if name == "maxInclusive":
            return left <= right
        return left > right if name == "minExclusive" else left < right

    return test


def _alike(one: Decimal | float, other: Decimal | float) -> tuple[float, float]:
    """Return two numbers as SPARQL compares them: floating if either is."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        # exact; typed as float because mypy has no common ordered type
        return one, other  # type: ignore[return-value]
    return float(one), float(other)


def number_of(term: Term) -> Decimal | float | None:
    """Return the value of a numeric literal, or None."""
    if not is_literal(term) or not term.endswith(">"):
        return None
    text, kind, _ = literal_of(term)
    numeric = kind in _FLOATS or kind == XSD + "decimal" or kind.removeprefix(XSD) in INTEGERS
    if not numeric or len(text) > _DIGITS or not is_well_typed(text, kind):
        return None
    try:
        return float(text) if kind in _FLOATS else Decimal(text)
    except (ValueError, InvalidOperation):
        return None


def count(term: Term) -> int | None:
    """Return a count as shapes write it, or None."""
    tail = f'"^^<{XSD}integer>'
    text = term[1 : -len(tail)] if term.endswith(tail) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < _DIGITS else None


def language_of(term: Term) -> str:
    """Return the language of a literal, or ""."""
    if term[0] != '"' or term[-1] in '">':
        return ""
    return term[term.rindex("@") + 1 :]


def _text(term: Term) -> str:
    return term[1:-1] if term[0] == "<" else literal_of(term).text
