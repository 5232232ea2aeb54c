"""Reading functions in YARRRML (rml.io/yarrrml/spec, 10, 11 and 14): as values and as conditions.

Read: `function` with `parameters` in long and short form, functions within functions, and the form
on one line, `grel:toUpperCase(valueParameter = $(name))`, where a text with a comma or a
bracket stands between quotes. Parameters may go without prefix. The prefixes `grel`,
`idlab-fn` and `vijfster-fn` need no declaration.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Protocol

from app.errors import MappingError
from app.mapping.functions.calls import MOST_DEEP, Given, call_of, function_of
from app.mapping.functions.model import NAMESPACES
from app.mapping.model import Call, Condition, Part, Test
from app.mapping.yarrrmltexts import as_list, first
from app.rdf.terms import is_iri

FUNCTION: Final = ("function", "fn", "f")
_PARAMETERS: Final = ("parameters", "pms")
KEYS: Final = frozenset({*FUNCTION, *_PARAMETERS})
_PARAMETER: Final = {"parameter", "pm", "value", "v", "from", "type"}
_EQUAL: Final = {"equal": False, "notEqual": True, "idlab-fn:equal": False,
                 "idlab-fn:notEqual": True}  # fmt: skip
# a function: a name right before a bracket, which `$(` is not
_CALLED: Final = re.compile(r"([A-Za-z][^\s()=,$]*)\s*\(")


class File(Protocol):
    """What a function needs of the file it stands in."""

    prefixes: dict[str, str]

    def fail(self, key: str, detail: str, nl: str) -> MappingError:
        """Return the error that names a place."""

    def iri(self, text: str, key: str) -> str:
        """Return an IRI (or the template of one) with its prefix or the base filled in."""

    def parts(self, text: str, key: str) -> tuple[Part, ...]:
        """Return the parts of a template."""

    def table(self, value: Any, key: str, allowed: set[str] | None = None) -> dict[str, Any]:
        """Return a table that has no other keys than are allowed."""


def is_function(value: Any) -> bool:
    """Tell whether a value is a table with a function."""
    return isinstance(value, dict) and any(name in value for name in FUNCTION)


def call_in(file: File, value: Mapping[str, Any], key: str, deep: int = 0) -> Call:
    """Return the call that a table asks for.

    Raises:
        MappingError: A function, parameter or value is unknown, missing or not as it should be.
    """
    if deep > MOST_DEEP:
        raise file.fail(key, f"functions stand within each other {MOST_DEEP} deep at most",
                        f"functies staan hoogstens {MOST_DEEP} diep in elkaar")  # fmt: skip
    name, pairs = _written(file, value, key)

    def fail(en: str, nl: str) -> Exception:
        return file.fail(key, en, nl)

    function = function_of(name, _iri(file, name), fail)
    where = f"{key} {name}"
    given = (Given(item, _iri(file, item), _parts(file, text, where, deep)) for item, text in pairs)
    return call_of(function, given, fail)


def tests_in(file: File, value: Any, key: str) -> tuple[Test, ...]:
    """Return the conditions at a place, all of which a row must meet.

    Raises:
        MappingError: As `call_in` says.
    """
    key = f"{key} condition"
    out: list[Test] = []
    for item in as_list(value):
        table = file.table(item, key, {*KEYS})
        out.append(_comparison(file, table, key) or call_in(file, table, key))
    return tuple(out)


def _comparison(file: File, table: Mapping[str, Any], key: str) -> Condition | None:
    """Return a comparison of a column with a fixed text, in which an empty cell is "" as well."""
    name, pairs = _written(file, table, key)
    if name not in _EQUAL or len(pairs) != 2 or any(is_function(value) for _, value in pairs):
        return None
    column, text = (_parts(file, value, key, 0) for _, value in pairs)
    if text[0].column:
        column, text = text, column
    if len(column) == len(text) == 1 and column[0].column and not text[0].column:
        return Condition(column[0].text, text[0].text, _EQUAL[name])
    return None


def _written(file: File, value: Mapping[str, Any], key: str) -> tuple[str, list[tuple[str, Any]]]:
    """Return the name of a function and its parameters as they stand there."""
    name = first(value, *FUNCTION)
    if not isinstance(name, str) or not name.strip():
        raise file.fail(key, "function must be a name, such as grel:toUpperCase",
                        "function moet een naam zijn, zoals grel:toUpperCase")  # fmt: skip
    name = name.strip()
    called = _CALLED.match(name)
    if called and name.endswith(")"):
        if first(value, *_PARAMETERS) is not None:
            raise file.fail(key, "gives parameters twice: between brackets and below",
                            "geeft parameters twee keer: tussen haakjes en eronder")  # fmt: skip
        pieces = _pieces(file, name[called.end() : -1], key)
        return called[1], [_inline(file, piece, key) for piece in pieces]
    given = as_list(first(value, *_PARAMETERS))
    return name, [_pair(file, item, key) for item in given]


def _pair(file: File, item: Any, key: str) -> tuple[str, Any]:
    """Return the name and value of a parameter: `[name, value]` or a table."""
    side: Any = None
    kind: Any = None
    if isinstance(item, dict):
        table = file.table(item, f"{key} parameters", _PARAMETER)
        name, value = first(table, "parameter", "pm"), first(table, "value", "v")
        side, kind = table.get("from"), table.get("type")
    elif isinstance(item, list) and len(item) in {2, 3}:
        name, value, side = [*item, None][:3]
    else:
        name = value = None
    if side not in (None, "s", "subject"):
        raise file.fail(key, f"a value from {side!r} is possible in a join only",
                        f"een waarde van {side!r} kan alleen in een koppeling")  # fmt: skip
    if kind not in (None, "literal", "iri"):
        raise file.fail(key, f"the type {kind!r} is not supported",
                        f"het type {kind!r} wordt niet ondersteund")  # fmt: skip
    plain = isinstance(value, (str, int, float)) and not isinstance(value, bool)
    if not isinstance(name, str) or not (plain or is_function(value)):
        raise file.fail(key, "a parameter is [name, text] or [name, {function: …}]; quote the text",
                        "een parameter is [naam, tekst] of [naam, {function: …}]; zet de tekst "
                        "tussen aanhalingstekens")  # fmt: skip
    return name, f"{value}~iri" if kind == "iri" and plain else value


def _pieces(file: File, text: str, key: str) -> list[str]:
    """Return what stands between the commas, not counting those within brackets and quotes."""
    out, piece, deep, quote = list[str](), "", 0, ""
    for sign in text:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'" and piece.rstrip().endswith("="):
            quote = sign
        elif sign == "," and not deep:
            out.append(piece)
            piece = ""
            continue
        else:
            deep += (sign == "(") - (sign == ")")
        if deep < 0:
            break
        piece += sign
    if deep or quote:
        raise file.fail(key, f"a bracket or quote is open or too many in {text!r}",
                        f"in {text!r} staat een haakje of aanhalingsteken open of te veel",
                        )  # fmt: skip
    return [*out, piece] if out or piece.strip() else []


def _inline(file: File, piece: str, key: str) -> tuple[str, Any]:
    name, sign, text = (part.strip() for part in piece.partition("="))
    if not sign or not name:
        raise file.fail(key, f"a parameter is name = value, not {piece.strip()!r}",
                        f"een parameter is naam = waarde, niet {piece.strip()!r}")  # fmt: skip
    if text[:1] in {'"', "'"} and text.endswith(text[0]) and len(text) > 1:
        return name, text[1:-1]
    called = _CALLED.match(text)
    if called and ":" in called[1] and text.endswith(")"):
        return name, {"function": text}
    return name, text


def _parts(file: File, value: Any, key: str, deep: int) -> tuple[Part, ...]:
    """Return the template that the value of a parameter is."""
    if is_function(value):
        table = file.table(value, key, {*KEYS})
        return (Part("", call=call_in(file, table, key, deep + 1)),)
    text = str(value)
    if text.endswith("~iri"):
        text = text.removesuffix("~iri")
        text = text if text.startswith("$(") else file.iri(text, key)
    return file.parts(text, key)


def _iri(file: File, name: str) -> str:
    """Return the IRI of a prefixed name, or "" if it has none."""
    if is_iri(name) and "://" in name:
        return name
    prefix, colon, local = name.partition(":")
    namespace = file.prefixes.get(prefix) or NAMESPACES.get(prefix, "")
    return namespace + local if colon and namespace else ""
