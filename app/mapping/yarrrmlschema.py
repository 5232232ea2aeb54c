"""The JSON Schema (draft 7) of the YARRRML that we read, for editors: keys, forms, functions.

What a file means is checked by the reader only: whether prefixes, sources, mappings and columns are
there, and what IRIs and languages are. The functions are those of the registry.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from app.mapping.functions.model import NAMESPACES
from app.mapping.functions.registry import FUNCTIONS

_TEXT: Final = {"type": ["string", "number"]}
# the same for every row: no reference to a column, no space
_FIXED: Final = r"^(?!.*\$\()\S+$"
_TAG: Final = r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*"
_KIND: Final = {
    "description": "A datatype (xsd:date), or a language (nl~lang).",
    "type": "string", "pattern": rf"^({_TAG}~lang|(?!.*(\$\(|~lang$))\S+)$",
}  # fmt: skip


def schema() -> dict[str, Any]:
    """Return the schema, as JSON values."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "YARRRML, as Vijfster reads it",
        "type": "object",
        "properties": {
            "prefixes": {
                "description": "Prefix: IRI, or a path below the base IRI.",
                "type": "object", "additionalProperties": {"type": "string"},
            },
            "base": {"description": "Left out in a project: it has a base IRI.", "type": "string"},
            "authors": {"description": "Who wrote it; not used."},
            "sources": {
                "description": "Name: table.",
                "type": "object", "additionalProperties": _ref("source"),
            },
            "mappings": {
                "description": "Name: what each row of a table says.",
                "type": "object", "additionalProperties": _ref("mapping"),
            },
        },
        "required": ["mappings"],
        "additionalProperties": False,
        "definitions": {
            "source": _source(), "mapping": _mapping(), "po": _po(), "object": _object(),
            "call": _call(), "condition": _one_or_more(_ref("call")), "join": _join(),
            "term": {"anyOf": [_TEXT, _value(), _ref("call")]},
            "parameter": _parameter(), "functionName": _names(), "text": _TEXT,
        },
    }  # fmt: skip


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/definitions/{name}"}


def _one_or_more(item: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [item, {"type": "array", "items": item}]}


def _one_of(*names: str) -> dict[str, Any]:
    """Return that one of some names of the same key is there."""
    return {"anyOf": [{"required": [name]} for name in names]}


def _all_of(names: Iterable[str], of: dict[str, Any]) -> dict[str, Any]:
    return dict.fromkeys(names, of)


def _source() -> dict[str, Any]:
    return {"anyOf": [
        {
            "description": "[file~csv]; the path is from the folder of the mapping.",
            "type": "array", "minItems": 1, "maxItems": 1,
            "items": {"type": "string", "pattern": "^[^~]+~csv$"},
        },
        {
            "type": "object",
            "properties": {
                "access": {"description": "The path of the table.", "type": "string",
                           "minLength": 1},
                "referenceFormulation": {"enum": ["csv"]},
                "iterator": {"description": "A list column: each of its items is a row.",
                             "type": "string"},
            },
            "required": ["access"], "additionalProperties": False,
        },
    ]}  # fmt: skip


def _mapping() -> dict[str, Any]:
    sources, subjects = ("sources", "source"), ("s", "subject", "subjects")
    named = {"anyOf": [{"type": "string"}, _ref("source")]}
    return {
        "type": "object",
        "properties": {
            **_all_of(sources, {
                "description": "Names of sources, or sources themselves.",
                "anyOf": [{"type": "string"}, {"type": "object", **_source()["anyOf"][1]},
                          {"type": "array", "minItems": 1, "items": named}],
            }),
            **_all_of(subjects, {"description": "The address of what a row is about.",
                                 **_one_or_more(_ref("term"))}),
            **_all_of(("po", "predicateobject", "predicateobjects"), {
                "description": "What is said of it.",
                "anyOf": [{"type": "array", "items": _ref("po")}, _ref("po")],
            }),
            **_all_of(("graph", "graphs"), _one_or_more(_ref("term"))),
            "condition": {"description": "Which rows count.", **_ref_in("condition")},
        },
        "allOf": [_one_of(*sources), _one_of(*subjects)],
        "additionalProperties": False,
    }  # fmt: skip


def _ref_in(name: str) -> dict[str, Any]:
    # beside a $ref nothing else counts in draft 7
    return {"allOf": [_ref(name)]}


def _po() -> dict[str, Any]:
    predicates, objects = ("p", "predicate", "predicates"), ("o", "object", "objects")
    name = {"type": "string", "pattern": _FIXED}
    names = {**_one_or_more(name), "description": "a, or prefix:name."}
    # a list of texts is one object with its datatype or language
    several = {"type": "array", "items": _ref("object"),
               "contains": {"type": ["array", "object"]}}  # fmt: skip
    return {"anyOf": [
        {
            "description": "[predicate, object], with a datatype or language~lang as third.",
            "type": "array", "minItems": 2, "maxItems": 3,
            "items": [names, _one_or_more(_ref("object")), _KIND],
        },
        {
            "type": "object",
            "properties": {
                **_all_of(predicates, names),
                **_all_of(objects, {"anyOf": [_ref("object"), several]}),
                **_all_of(("graph", "graphs"), _one_or_more(_ref("term"))),
                "condition": _ref_in("condition"),
            },
            "allOf": [_one_of(*predicates), _one_of(*objects)],
            "additionalProperties": False,
        },
    ]}  # fmt: skip


def _object() -> dict[str, Any]:
    return {"anyOf": [
        _TEXT, _value(), _call(said=True), _ref("join"),
        {
            "description": "[value, datatype], or [value, language~lang].",
            "type": "array", "minItems": 1, "maxItems": 2,
            "items": [{"anyOf": [_TEXT, _call(said=True)]}, _KIND],
        },
    ]}  # fmt: skip


def _said() -> dict[str, Any]:
    return {
        "datatype": {"type": "string", "pattern": _FIXED},
        "language": {"type": "string", "pattern": f"^{_TAG}$"},
        "type": {"enum": ["iri", "literal"]},
    }


def _value() -> dict[str, Any]:
    return {
        "type": "object", "properties": {"value": _TEXT, **_said()},
        "required": ["value"], "additionalProperties": False,
    }  # fmt: skip


def _call(*, said: bool = False) -> dict[str, Any]:
    names, parameters = ("function", "fn", "f"), ("parameters", "pms")
    return {
        "type": "object",
        "properties": {
            **_all_of(names, _ref("functionName")),
            **_all_of(parameters, {"anyOf": [{"type": "array", "items": _ref("parameter")},
                                             _ref("parameter")]}),
            **(_said() if said else {"type": {"enum": ["iri", "literal"]}}),
        },
        **_one_of(*names),
        "additionalProperties": False,
    }  # fmt: skip


def _parameter() -> dict[str, Any]:
    value = {"anyOf": [_TEXT, _ref("call")]}
    side = {"enum": ["s", "subject", "o", "object"]}
    names, values = ("parameter", "pm"), ("value", "v")
    return {"anyOf": [
        {
            "description": "[name, value]; in a join with s or o as third.",
            "type": "array", "minItems": 2, "maxItems": 3,
            "items": [{"type": "string"}, value, side],
        },
        {
            "type": "object",
            "properties": {
                **_all_of(names, {"type": "string"}), **_all_of(values, value),
                "from": side, "type": {"enum": ["iri", "literal"]},
            },
            "allOf": [_one_of(*names), _one_of(*values)],
            "additionalProperties": False,
        },
    ]}  # fmt: skip


def _join() -> dict[str, Any]:
    return {
        "description": "The subjects of another mapping, where columns are equal.",
        "type": "object",
        "properties": {"mapping": {"type": "string"}, "condition": _ref_in("condition")},
        "required": ["mapping"], "additionalProperties": False,
    }  # fmt: skip


def _names() -> dict[str, Any]:
    known = "|".join(NAMESPACES)
    return {"anyOf": [
        *({"const": name, "description": function.en}
          for function in FUNCTIONS.values() for name in (function.name, *function.also)),
        {"description": "On one line, with its parameters between brackets.",
         "type": "string", "pattern": r"^[^\s()=,$]+\s*\(.*\)\s*$"},
        {"description": "By its address, or under a prefix of the file.",
         "type": "string", "pattern": f"^(?!({known}):)[^()\\s]+:[^()\\s]+$"},
    ]}  # fmt: skip
