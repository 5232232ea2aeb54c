"""Reading functions in RML: FNML as first published (`fnml:functionValue`) and RML-FNML.

A function is named by its IRI; its parameters by their predicate or their own IRI. Of a template
within a function nothing is percent-encoded. Source: semweb.mmlab.be/ns/fnml, w3id.org/rml/fnml.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from app.mapping import rmlterms as known
from app.mapping.functions.calls import MOST_DEEP, Given, call_of, function_of
from app.mapping.functions.model import NAMESPACES, Function, canonical, expand
from app.mapping.functions.registry import FUNCTIONS
from app.mapping.model import Call, Part
from app.mapping.rmlnodes import Node
from app.rdf.terms import Term, is_literal, literal_of

Check = Callable[[Node], None]
# an escaped sign, a column between braces, or a sign that may not stand alone
_TOKEN: Final = re.compile(r"\\([{}\\])|\{((?:[^{}\\]|\\[{}\\])+)\}|([{}\\])")
_ESCAPED: Final = re.compile(r"\\([{}\\])")
_EXECUTES: Final = {f"{known.FNO}executes", f"{known.FNO.replace('https', 'http')}executes"}
_RULE: Final = frozenset({"predicate", "predicateMap", "object", "objectMap"})
_CONSTANT: Final = frozenset({"constant"})
# FnO output -> its predicate
OUTPUTS: Final = {
    "grel:stringOut": "grel:stringOutput", "grel:output_bool": "grel:o_bool",
    "grel:output_array": "grel:o_array", "grel:output_number": "grel:o_number",
    "grel:output_date": "grel:o_date", "grel:output_any": "grel:o_any",
    "idlab-fn:_stringOut": "idlab-fn:stringOut", "idlab-fn:_boolOut": "idlab-fn:o_boolOut",
}  # fmt: skip


def function_call(node: Node, how: str, same_source: Check, deep: int = 0) -> Call:
    """Return the call that a term map asks for by a property of `rmlterms.FUNCTIONS`.

    `same_source` refuses one that reads another file.

    Raises:
        MappingError: A function, parameter or value is unknown, missing or not as it should be.
    """
    if deep > MOST_DEEP:
        node.fail(f"functions stand within each other {MOST_DEEP} deep at most",
                  f"functies staan hoogstens {MOST_DEEP} diep in elkaar")  # fmt: skip
    reader = _value if how == "functionValue" else _execution
    call = reader(node, same_source, deep)
    _check_return(node, FUNCTIONS[call.function])
    return call


def _value(node: Node, same_source: Check, deep: int) -> Call:
    inner = node.child(node.one("functionValue"), "functionValue",
                       frozenset({"logicalSource", "predicateObjectMap"}))  # fmt: skip
    same_source(inner)
    name, given = "", list[Given]()
    for number, item in enumerate(inner.all("predicateObjectMap"), 1):
        rule = inner.child(item, f"predicateObjectMap {number}", _RULE)
        predicate = _constant(rule, "predicate")
        if predicate in _EXECUTES:
            name = _constant(rule, "object")
        else:
            given.append(
                Given(_shown(predicate), predicate, _argument(rule, "object", same_source, deep))
            )
    if not name:
        inner.fail("names no function with fno:executes",
                   "noemt geen functie met fno:executes")  # fmt: skip
    return call_of(function_of(_shown(name), name, inner.fail), given, inner.fail)


def _execution(node: Node, same_source: Check, deep: int) -> Call:
    inner = node.child(node.one("functionExecution"), "functionExecution", known.EXECUTION)
    name, given = _constant(inner, "function"), list[Given]()
    for number, item in enumerate(inner.all("input"), 1):
        put = inner.child(item, f"input {number}", known.INPUT)
        parameter = _constant(put, "parameter")
        given.append(
            Given(_shown(parameter), parameter, _argument(put, "inputValue", same_source, deep))
        )
    return call_of(function_of(_shown(name), name, inner.fail), given, inner.fail)


def _constant(node: Node, name: str) -> str:
    """Return the IRI that a property, or the map of its longer form, has for every row."""
    term = node.one(name, f"{name}Map")
    if node.all(f"{name}Map"):
        inner = node.child(term, f"{name}Map", known.TERM_MAP)
        if inner.values.keys() - {"termType"} != _CONSTANT:
            inner.fail("is the same for every row here; give a constant",
                       "is hier voor elke rij hetzelfde; geef een constante")  # fmt: skip
        node, term = inner, inner.one("constant")
    if not term:
        node.fail(f"{name} is missing", f"{name} ontbreekt")
    # some tools write the name of a function as a text
    return literal_of(term).text if is_literal(term) else node.iri(name, term)


def _argument(node: Node, name: str, same_source: Check, deep: int) -> tuple[Part, ...]:
    """Return the template that the value of a parameter is."""
    term = node.one(name, f"{name}Map")
    if not term:
        node.fail(f"{name} is missing", f"{name} ontbreekt")
    if not node.all(f"{name}Map"):
        return (Part(_text(node, name, term)),)
    inner = node.child(term, f"{name}Map", known.TERM_MAP)
    found = [how for how in known.EXPRESSION if inner.all(how)]
    if len(found) != 1:
        inner.fail("needs one of template, reference, constant and a function",
                   "vraagt één van template, reference, constant en een functie")  # fmt: skip
    (how,) = found
    if how in known.FUNCTIONS:
        return (Part("", call=function_call(inner, how, same_source, deep + 1)),)
    if how == "constant":
        return (Part(_text(inner, how, inner.one(how))),)
    text = inner.text(how)
    if how == "template":
        return tuple(part for part in template_parts(inner, text) if part.text) or (Part(""),)
    return (Part(text, column=True),)


def _text(node: Node, name: str, term: Term) -> str:
    return literal_of(term).text if is_literal(term) else node.iri(name, term)


def _check_return(node: Node, function: Function) -> None:
    if not (node.all("return") or node.all("returnMap")):
        return
    given = _constant(node, "return")
    names = {expand(function.output), expand(OUTPUTS[function.output])}
    if canonical(given) not in names:
        node.fail(f"return: {function.name} gives {function.output}, not {_shown(given)}",
                  f"return: {function.name} geeft {function.output}, niet {_shown(given)}",
                  )  # fmt: skip


def _shown(iri: str) -> str:
    """Return an IRI as a message names it: with the usual prefix if it has one."""
    for prefix, namespace in NAMESPACES.items():
        if canonical(iri).startswith(namespace):
            return f"{prefix}:{canonical(iri).removeprefix(namespace)}"
    return known.shown(iri)


def template_parts(node: Node, text: str) -> tuple[Part, ...]:
    r"""Return the parts of a template; `\{`, `\}` and `\\` stand for the signs themselves.

    Raises:
        MappingError: A sign stands alone.
    """
    parts: list[Part] = []
    plain, end = "", 0
    for match in _TOKEN.finditer(text):
        plain += text[end : match.start()]
        end = match.end()
        escaped, column, alone = match.groups()
        if alone:
            node.fail(f"template {text!r}: {alone} at character {match.start() + 1} stands "
                      f"alone; write \\{alone} for the sign itself",
                      f"template {text!r}: {alone} op teken {match.start() + 1} staat alleen; "
                      f"schrijf \\{alone} voor het teken zelf")  # fmt: skip
        if escaped:
            plain += escaped
            continue
        parts += [Part(plain)] * bool(plain)
        parts.append(Part(_ESCAPED.sub(r"\1", column), column=True))
        plain = ""
    return (*parts, Part(plain + text[end:]))
