"""Writing YAML by hand, for its comments: texts of others stay inside their quotes and lines."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

import yaml

_PLAIN = re.compile(r"(?=[^\W\d]|[$/.])[\w$()/.:~ +-]*[\w)/~#-]")
_SPACES = re.compile(r"[\s\x85\u2028\u2029]+")
# what YAML 1.1 (5.1) does not let in
_NOT_YAML = re.compile("[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WIDTH = 100


def scalar(text: str) -> str:
    """Return a text as a scalar of a flow list: as it is where nothing in it means anything."""
    if _PLAIN.fullmatch(text) and ": " not in text and " ~" not in text:
        return text
    style = '"' if _SPACES.sub(" ", text) != text else "'"
    return yaml.safe_dump(text, default_style=style, allow_unicode=True, width=float("inf")).strip()


class Call(str):
    """The keys of a call of a function, which stand between braces."""

    __slots__ = ()


def called(function: str, *parameters: tuple[str, str]) -> Call:
    """Return a call; a value is a text, a reference, or a call itself."""
    shown = ", ".join(f"[{name}, {_value(value)}]" for name, value in parameters)
    return Call(f"function: {function}, parameters: [{shown}]")


def _value(value: str) -> str:
    return "{" + value + "}" if isinstance(value, Call) else _quoted(value)


def _quoted(text: str) -> str:
    """Return a text; one that is no reference always between quotes, since YAML reads `nee`."""
    made = scalar(text)
    return made if text.startswith("$(") or made[0] in "'\"" else f'"{made}"'


def reference(column: str) -> str:
    """Return the YARRRML reference to a column; brackets in its name are escaped."""
    return "$(" + re.sub(r"([()\\])", r"\\\1", column) + ")"


def one_line(text: str) -> str:
    """Return a text that cannot end a comment."""
    return _NOT_YAML.sub("\N{REPLACEMENT CHARACTER}", _SPACES.sub(" ", text)).strip()


def comment(text: str, indent: int = 0, inner: int = 0) -> Iterator[str]:
    """Yield the lines of a comment; `inner` spaces stand behind the hash."""
    start = " " * indent + "# " + " " * inner
    yield from textwrap.wrap(one_line(text), _WIDTH, initial_indent=start,
                             subsequent_indent=start, break_long_words=False)  # fmt: skip
