"""The texts of YARRRML: templates with `$(column)`, and what may be one thing or a list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from app.mapping.model import Part

# brackets in the name of a column are escaped
REFERENCE: Final = re.compile(r"(?<!\\)\$\(((?:\\[()\\]|[^()])+)\)")
_OPEN: Final = re.compile(r"(?<!\\)\$\(")
_ESCAPED: Final = re.compile(r"\\([()\\])")


def parts_of(text: str) -> tuple[Part, ...]:
    r"""Return the parts of a template; `\$(` stands for the signs themselves."""
    parts: list[Part] = []
    end = 0
    for match in REFERENCE.finditer(text):
        if match.start() > end:
            parts.append(Part(_plain(text[end : match.start()])))
        parts.append(Part(column_in(match), column=True))
        end = match.end()
    if end < len(text) or not parts:
        parts.append(Part(_plain(text[end:])))
    return tuple(parts)


def is_open(text: str) -> bool:
    """Tell whether a text has the beginning of a reference, but not its end."""
    return _OPEN.search(REFERENCE.sub("", text)) is not None


def column_in(reference: re.Match[str]) -> str:
    """Return the name of the column that a match of `REFERENCE` refers to."""
    return _ESCAPED.sub(r"\1", reference[1])


def _plain(text: str) -> str:
    return text.replace("\\$(", "$(")


def as_list(value: Any) -> list[Any]:
    """Return a list as it is, one thing as a list of it, and nothing as an empty list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def first(table: Mapping[str, Any], *names: str) -> Any:
    """Return the value of the first of some keys that a table has, or None."""
    return next((table[name] for name in names if name in table), None)
