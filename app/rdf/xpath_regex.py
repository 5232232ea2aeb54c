"""What of a regular expression is not XPath's, or not read alike by engines.

Source: XPath and XQuery Functions and Operators, section 7.6.1 (as SPARQL 1.1, 17.4.3.14 cites
it), which takes the grammar of XML Schema part 2, appendix F, and adds `^`, `$`, reluctant
quantifiers and back-references. What the default engine (Rust's regex) does with the rest was
measured on pyshifty 0.5.1: what it cannot compile makes every value violate, without a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from app.rdf.backtracking import (
    ALL,
    ANY,
    EMPTY,
    Node,
    alternatives,
    explodes,
    repeated,
    sequence,
    single,
)

# Rust's regex stops near 10 MB and 250 groups; costs per set in bytes, measured by bisection
_MOST_BYTES: Final = 8_000_000
_MOST_GROUPS: Final = 200
_MOST_CHARACTERS: Final = 20_000
_WORD, _DIGIT, _OTHER, _PLAIN = 50_000, 13_000, 2_000, 180

_QUANTITY: Final = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}")
_POSIX: Final = re.compile(r"\[:\^?[a-z]+:\]")
_PROPERTY: Final = re.compile(r"[pP]\{(Is[A-Za-z0-9\-]+|[LMNPZSC][a-z]?)\}")
_HEX: Final = re.compile(r"x[0-9A-Fa-f]{2}|x\{[0-9A-Fa-f]+\}|u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]+\}")
_NAMED: Final = re.compile(r"\?P?<[A-Za-z_]\w*>")
_INLINE: Final = re.compile(r"\?[a-zA-Z]*-?[a-zA-Z]+([:)])")
_GROUPS: Final = (
    (("?=", "?!", "?<=", "?<!"), "pattern-look-around"),
    (("?:",), "pattern-non-capturing"),
    (("?>",), "pattern-group"),
)
_ESCAPABLE: Final = frozenset("\\|.?*+(){}$-[]^")
_CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "a": "\a"}
_SETS: Final = {
    "w": re.compile(r"\w"), "d": re.compile(r"\d"), "s": re.compile(r"\s"),
    "i": re.compile(r"[A-Za-z_:]"), "c": re.compile(r"[\w:.\-]"),
}  # fmt: skip


def review(pattern: str, flags: str = "") -> list[str]:
    """Return the codes of what is wrong with a pattern, each once, in order of appearance.

    The codes are rule ids of the lint; `flags` are those of `sh:flags`.
    """
    return [] if "q" in flags else list(read(pattern, flags).codes)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is wrong with a pattern (`review`), its groups, and how it goes on, if that is known."""

    codes: tuple[str, ...]
    groups: int = 0
    node: Node | None = None


def read(pattern: str, flags: str = "") -> Reading:
    """Return what a pattern is made of; `codes` are as `review` says."""
    if len(pattern) > _MOST_CHARACTERS:
        return Reading(("pattern-too-large",))
    parser = _Parser(pattern, flags)
    parser.read()
    return Reading(tuple(dict.fromkeys(parser.codes)), parser.groups, parser.node)


class _Level:
    """An open group: its finished branches, and the parts of the branch being read."""

    def __init__(self) -> None:
        self.branches: list[Node] = []
        self.parts: list[Node] = []

    def close(self) -> Node:
        return alternatives([*self.branches, sequence(self.parts)])


class _Parser:
    """One pass over a pattern; groups stand on a stack of our own, so depth costs nothing."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.text = pattern
        self.at = 0
        self.codes: list[str] = []
        self.level = _Level()
        self.outer: list[_Level] = []
        self.groups = 0
        self.node: Node | None = None
        self.spaced = "x" in flags
        self.folded = "i" in flags

    def read(self) -> None:
        while self.at < len(self.text) and "pattern-invalid" not in self.codes:
            self._one(self.text[self.at])
            if len(self.outer) > _MOST_GROUPS:
                self.codes.append("pattern-too-large")
                return
        if self.outer:
            self.codes.append("pattern-invalid")
        if "pattern-invalid" in self.codes:
            return
        node = self.node = self.level.close()
        if node.cost > _MOST_BYTES:
            self.codes.append("pattern-too-large")
        elif explodes(node):
            self.codes.append("pattern-catastrophic")

    def _one(self, char: str) -> None:
        if char == "(":
            self._open()
        elif char == ")":
            self._close()
        elif char == "|":
            self.level.branches.append(sequence(self.level.parts))
            self.level.parts = []
            self.at += 1
        elif char in "*+?{":
            # nothing stands before it that could be repeated
            self.codes.append("pattern-invalid")
        elif char in "^$":
            self.at += 1
            self.level.parts.append(EMPTY)
            if self.text[self.at : self.at + 1] in ("*", "+", "?", "{"):
                self.codes.append("pattern-invalid")
        elif self.spaced and char in " \t\r\n":
            self.at += 1
        else:
            self._add(self._atom(char))

    def _atom(self, char: str) -> Node:
        if char == "[":
            return self._set()
        self.at += 1
        if char == "\\":
            mask, cost, _ = self._escape(inside=False)
            return EMPTY if mask == 0 else single(mask, cost)
        if char == ".":
            return single(ANY, 1_060)
        if char in "]}":
            self.codes.append("pattern-unescaped")
        return single(self._mask(char), _PLAIN)

    def _mask(self, char: str) -> int:
        if self.folded:
            return _bit(char.lower()[0]) | _bit(char.upper()[0])
        return _bit(char)

    # groups

    def _open(self) -> None:
        self.at += 1
        if self.text.startswith("?", self.at):
            self._special()
        else:
            self.groups += 1
            self._push()

    def _push(self) -> None:
        self.outer.append(self.level)
        self.level = _Level()

    def _special(self) -> None:
        """Read what follows `(?`: none of it is in XPath 2, `(?:` is in XPath 3."""
        for starts, code in _GROUPS:
            found = next((s for s in starts if self.text.startswith(s, self.at)), "")
            if found:
                self.codes.append(code)
                self.at += len(found)
                self._push()
                return
        named = _NAMED.match(self.text, self.at)
        inline = _INLINE.match(self.text, self.at)
        if named:
            self.codes.append("pattern-named-group")
            self.groups += 1
            self.at = named.end()
            self._push()
        elif inline:
            self.codes.append("pattern-inline-flags")
            self.at = inline.end()
            if inline[1] == ":":
                self._push()
        else:
            self.codes.append("pattern-group")
            self.at += 1
            self._push()

    def _close(self) -> None:
        self.at += 1
        if not self.outer:
            self.codes.append("pattern-invalid")
            return
        node = self.level.close()
        self.level = self.outer.pop()
        self._add(node)

    # quantifiers

    def _add(self, node: Node) -> None:
        """Append a part with the quantifiers that stand after it."""
        times = 0
        while (bounds := self._quantifier()) is not None:
            times += 1
            if times > 1:
                self.codes.append("pattern-quantifier")
            low, high = bounds
            if high is not None and low > high:
                self.codes.append("pattern-invalid")
            # `a++` is possessive to some engines, a double count to others: slow for neither
            node = repeated(node, low, high) if times == 1 else node
            if self.text.startswith("?", self.at):
                self.codes.append("pattern-lazy")
                self.at += 1
        self.level.parts.append(node)

    def _quantifier(self) -> tuple[int, int | None] | None:
        char = self.text[self.at : self.at + 1]
        if char and char in "*+?":
            self.at += 1
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
        match = _QUANTITY.match(self.text, self.at) if char == "{" else None
        if match is None:
            return None
        self.at = match.end()
        # int() refuses thousands of digits, and no engine counts that far
        low, comma, high = (part and part[:9] for part in match.groups())
        return int(low), (int(low) if not comma else int(high) if high else None)

    # sets and escapes

    def _set(self) -> Node:
        self.at += 1
        negated = self.text.startswith("^", self.at)
        self.at += negated
        mask, cost = self._members()
        if "pattern-invalid" not in self.codes and not mask:
            mask = ALL
        return single(ALL & ~mask or ALL, max(cost, 1_060)) if negated else single(mask, cost)

    def _members(self) -> tuple[int, int]:
        """Read up to the bracket that closes a set; return its characters and cost."""
        mask = cost = 0
        start = self.at
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "]":
                self.at += 1
                if self.at - 1 == start:
                    self.codes.append("pattern-invalid")
                return mask, min(cost, 2 * _WORD)
            if char == "[":
                mask |= self._nested(start)
                continue
            if self.text.startswith(("&&", "--", "~~"), self.at) and self.at > start:
                self.codes.append("pattern-set-operator")
            more, price = self._range()
            mask, cost = mask | more, cost + price
        self.codes.append("pattern-invalid")
        return mask, cost

    def _nested(self, start: int) -> int:
        """Skip a set in a set; the whole then counts as any character."""
        posix = _POSIX.match(self.text, self.at)
        if posix:
            self.codes.append("pattern-posix-class")
            self.at = posix.end()
            return ALL
        taken = self.at > start and self.text[self.at - 1] == "-"
        self.codes.append("pattern-subtraction" if taken else "pattern-set-operator")
        end = self.at + 1
        while end < len(self.text) and self.text[end] != "]":
            end += 2 if self.text[end] == "\\" else 1
        if end >= len(self.text):
            self.codes.append("pattern-invalid")
        self.at = end + 1
        return ALL

    def _range(self) -> tuple[int, int]:
        low, cost, first = self._member()
        rest = self.text[self.at : self.at + 2]
        if not rest.startswith("-") or len(rest) < 2 or rest[1] in "][" or rest == "--":
            return low, cost
        self.at += 1
        high, _, last = self._member()
        if not first or not last or first > last:
            self.codes.append("pattern-invalid")
            return low | high, cost
        span = 0
        for code in range(ord(first), min(ord(last), 127) + 1):
            span |= self._mask(chr(code))
        return span | (_NOT_ASCII if ord(last) > 127 else 0), _PLAIN

    def _member(self) -> tuple[int, int, str]:
        char = self.text[self.at]
        self.at += 1
        if char == "\\":
            return self._escape(inside=True)
        return self._mask(char), _PLAIN, char

    def _escape(self, *, inside: bool) -> tuple[int, int, str]:
        """Read what follows a backslash: (characters, cost, the one character or "")."""
        if self.at >= len(self.text):
            self.codes.append("pattern-invalid")
            return ALL, 0, ""
        char = self.text[self.at]
        for expression, code in ((_PROPERTY, ""), (_HEX, "pattern-escape")):
            match = expression.match(self.text, self.at)
            if match:
                self.at = match.end()
                if match[0][1:4] == "{Is":
                    code = "pattern-unicode-block"
                self.codes.extend([code] if code else [])
                return ALL, _WORD if not code else _PLAIN, ""
        self.at += 1
        if char.lower() in _SETS:
            return self._class(char)
        if char in _ESCAPABLE or char in "nrt":
            char = _CONTROLS.get(char, char)
            return self._mask(char), _PLAIN, char
        return self._odd(char, inside=inside)

    def _class(self, char: str) -> tuple[int, int, str]:
        if char.lower() in "ic":
            self.codes.append("pattern-name-escape")
        mask = _SET_MASKS[char.lower()]
        cost = {"w": _WORD, "d": _DIGIT}.get(char.lower(), _OTHER)
        return (ALL & ~mask | _NOT_ASCII if char.isupper() else mask), cost, ""

    def _odd(self, char: str, *, inside: bool) -> tuple[int, int, str]:
        """Read an escape that XPath does not have, or only outside of sets."""
        if char.isdigit() and char.isascii():
            digits = char != "0" and int(char) <= self.groups and not inside
            self.codes.append("pattern-back-reference" if digits else "pattern-invalid")
            return ALL, 0, ""
        if char in "bBAz" and not inside:
            self.codes.append("pattern-anchor")
            return 0, 0, ""
        known = char in _CONTROLS or (not char.isalnum() and char.isascii() and char not in "<>")
        self.codes.append("pattern-escape" if known else "pattern-escape-unknown")
        char = _CONTROLS.get(char, char)
        return self._mask(char), _PLAIN, char


_NOT_ASCII: Final = ALL & ~((1 << 128) - 1)


def _bit(char: str) -> int:
    """Return the bit of a character; beyond ASCII, 64 bits are shared."""
    code = ord(char)
    return 1 << (code if code < 128 else 128 + code % 64)


def _ascii(expression: re.Pattern[str]) -> int:
    return sum(1 << code for code in range(128) if expression.fullmatch(chr(code)))


_SET_MASKS: Final = {name: _ascii(found) | _NOT_ASCII for name, found in _SETS.items()}
