"""Regular expressions of others, on texts of others, in bounded time.

Python's engine is quick, but tries every way to match. It runs only what leaves one way to go on at
each character (`backtracking.deterministic`). The rest goes to oxigraph's engine (Rust's regex),
which needs a time linear in the text, and costs near half a millisecond a call. What neither can
run, such as what looks ahead or refers back, is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

from app.rdf.backtracking import deterministic
from app.rdf.xpath_regex import Reading, read

# what changes nothing to the ways there are to match
_PLAIN: Final = {"pattern-non-capturing", "pattern-lazy", "pattern-anchor", "pattern-escape",
                 "pattern-unescaped", "pattern-named-group"}  # fmt: skip
_GROUP: Final = re.compile(r"\$([0-9])|\$")


class PatternError(ValueError):
    """A pattern that no engine runs in bounded time; `code` is one of `xpath_regex.review`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Regex:
    """A pattern that can be run; `quick` is there if Python's engine may.

    One that can match nothing at all is `empty`: there the engines replace otherwise, so it is
    always oxigraph's that does.
    """

    pattern: str
    groups: int
    quick: re.Pattern[str] | None
    empty: bool

    def fits(self, text: str) -> bool:
        """Tell whether the whole text is as the pattern says."""
        return self.match(text) is not None

    def match(self, text: str) -> list[str] | None:
        """Return the groups where the whole text fits, "" for what took no part; else None."""
        if self.quick:
            found = self.quick.fullmatch(text)
            return None if found is None else [group or "" for group in found.groups()]
        mark = _mark(text)
        made = _replaced(text, rf"\A(?:{self.pattern})\z",
                         mark + mark.join(f"${{{n + 1}}}" for n in range(self.groups)))  # fmt: skip
        if not made.startswith(mark):
            return None
        return made[1:].split(mark) if self.groups else []

    def replace(self, text: str, replacement: str) -> str:
        """Return the text with every match replaced; `$1` to `$9` are groups, `$0` is it all."""

        def group(found: re.Match[str]) -> str:
            number = int(found[1] or -1)
            return f"${{{number}}}" if 0 <= number <= self.groups else f"${found[0]}"

        if not self.quick or self.empty:
            return _replaced(text, self.pattern, _GROUP.sub(group, replacement))
        return self.quick.sub(
            lambda found: _GROUP.sub(
                lambda asked: (found[int(asked[1])] or "")
                if asked[1] and int(asked[1]) <= self.groups else asked[0], replacement),
            text)  # fmt: skip

    def split(self, text: str) -> list[str]:
        """Return what stands between the matches."""
        mark = _mark(text)
        return self.replace(text, mark).split(mark)


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Regex:
    """Return a pattern that can be run.

    Raises:
        PatternError: It is none, or cannot be run in bounded time.
    """
    found = read(pattern)
    for code in ("pattern-invalid", "pattern-too-large"):
        if code in found.codes:
            raise PatternError(code)
    quick = _quick(pattern, found)
    if quick is None and _run("", pattern, "") is None:
        raise PatternError(next((code for code in found.codes if code not in _PLAIN),
                                "pattern-invalid"))  # fmt: skip
    return Regex(pattern, found.groups, quick, found.node is None or found.node.nullable)


def _quick(pattern: str, found: Reading) -> re.Pattern[str] | None:
    if not {*found.codes} <= _PLAIN or found.node is None or not deterministic(found.node):
        return None
    try:
        made = re.compile(pattern)
    except (re.error, OverflowError):
        return None
    return made if made.groups == found.groups else None


def _mark(text: str) -> str:
    """Return a character that a text does not hold."""
    return next(sign for code in range(0xE000, 0xF900) if (sign := chr(code)) not in text)


def _replaced(text: str, pattern: str, replacement: str) -> str:
    made = _run(text, pattern, replacement)
    if made is None:
        # it compiled before; only the engine's own bounds are left
        raise PatternError("pattern-too-large")
    return made


def _run(text: str, pattern: str, replacement: str) -> str | None:
    given, made = ox.Variable("t"), ox.Variable("x")
    pattern_, put = ox.Literal(_whole(pattern)), ox.Literal(_whole(replacement))
    query = f"SELECT ?t (REPLACE(?t, {pattern_}, {put}) AS ?x) {{}}"
    found = ox.Store().query(query, substitutions={given: ox.Literal(_whole(text))})
    assert isinstance(found, ox.QuerySolutions)
    value = next(found)[made]
    return value.value if isinstance(value, ox.Literal) else None


def _whole(text: str) -> str:
    """Return text without halves of characters, which no engine takes."""
    return text.encode(errors="replace").decode()
