"""The list of functions, as text, as JSON and as the table of docs/mapping.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from app.mapping.functions.model import Function, Parameter
from app.mapping.functions.registry import FUNCTIONS

# what cannot stand without quotes in a function on one line
_ODD: Final = re.compile(r"""[,()"'=]|^\s|\s$|^$""")
_EMPTY: Final = "$(leeg)"


def as_json() -> list[dict[str, Any]]:
    """Return every function with its names, parameters, texts and an example."""
    return [
        {
            "name": function.name, "iri": function.iri, "also": list(function.also),
            "description": {"nl": function.nl, "en": function.en},
            "parameters": [
                {"name": item.name, "iri": item.iri, "required": item.required,
                 "default": item.default, "repeatable": item.takes == "several",
                 "fixed": item.fixed}
                for item in function.parameters
            ],
            "example": {"call": written(function), "gives": list(function.example.gives)},
        }
        for function in FUNCTIONS.values()
    ]  # fmt: skip


def as_text(lang: str) -> str:
    """Return the list for a terminal."""
    out = []
    for function in FUNCTIONS.values():
        names = ", ".join((function.name, *function.also))
        out += [names, f"  {function.nl if lang == 'nl' else function.en}",
                f"  {_parameters(function)}", f"  {written(function)}", f"  → {_given(function)}",
                ""]  # fmt: skip
    return "\n".join(out).rstrip("\n")


def as_table() -> str:
    """Return the list as a table in Markdown, in English."""
    lines = ["| function | what it does | parameters | example |", "|---|---|---|---|"]
    for function in FUNCTIONS.values():
        names = ", ".join(f"`{name}`" for name in (function.name, *function.also))
        # a line in a table cannot hold a bare |
        example = f"`{written(function)}` → {_given(function, '`')}".replace("|", "\\|")
        lines.append(f"| {names} | {function.en} | {_parameters(function, '`')} | {example} |")
    return "\n".join(lines)


def written(function: Function) -> str:
    """Return the example of a function as YARRRML writes it on one line."""
    pairs = ", ".join(f"{name} = {value}" for name, value in _arguments(function))
    return f"{function.name}({pairs})"


def _arguments(function: Function) -> Iterator[tuple[str, str]]:
    for item, given in zip(function.parameters, function.example.arguments, strict=False):
        texts = [given] if isinstance(given, str) else list(given)
        for text in texts:
            quote = "'" if '"' in text else '"'
            yield _local(item), f"{quote}{text}{quote}" if _ODD.search(text) else text
        if not texts:
            yield _local(item), _EMPTY


def _parameters(function: Function, quote: str = "") -> str:
    out = []
    for item in function.parameters:
        mark = "…" if item.takes == "several" else "" if item.required else "?"
        out.append(f"{quote}{item.name}{quote}{mark}")
    return ", ".join(out)


def _given(function: Function, quote: str = "") -> str:
    return ", ".join(f"{quote}{text}{quote}" for text in function.example.gives)


def _local(parameter: Parameter) -> str:
    return parameter.name.partition(":")[2]
