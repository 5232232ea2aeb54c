"""Patterns that mean the same to XPath, to Rust and to Python; all others go to the engine.

XPath and XQuery Functions and Operators 3.1, section 5.6.1, and XML Schema part 2, appendix G.
What is let through is also safe to run here: no repetition inside a repetition.
"""

from __future__ import annotations

import re

# one piece at a time; whatever is not listed is not portable: \\w \\s \\b \\p, (?=, [a-[b]], a{,2}
_PIECE = re.compile(
    r"""
    (?P<class>\[\^?(?:\\[\\\[\]\-^.$|?*+(){}nrtd]|[^\\\[\]&~|^])+\])
    |(?P<escape>\\[\\|.?*+(){}\[\]$^\-nrtd])
    |(?P<open>\((?:\?:)?)
    |(?P<close>\))
    |(?P<repeat>(?:\*|\+|\?|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})\??)
    |(?P<either>\|)
    |(?P<anchor>[\^$])
    |(?P<any>\.)
    |(?P<plain>[^\\\[\](){}*+?|^$.])
    """,
    re.VERBOSE | re.DOTALL,
)
_UNBOUNDED = 3
# a range that starts or ends with a kind of character, or directly after another range
_HYPHENS = re.compile(r"--|\\d-|-\\d|[^\\]-[^\\]-|\\$")
_FIXED = re.compile(r"\{[0-9]+\}\??")


class _Reader:
    """Reads a pattern piece by piece; a piece that is refused ends it."""

    def __init__(self) -> None:
        self.out: list[str] = []
        # per open group: whether what is in it can match a text in more than one way
        self._loose = [False]
        self._closed = False
        self._before = ""
        self._unbounded = 0

    def take(self, kind: str, text: str) -> bool:
        """Take one piece; tell whether it is portable and safe here."""
        step = {"open": self._open, "close": self._close, "repeat": self._repeat,
                "either": self._either, "class": _portable}.get(kind)  # fmt: skip
        if step is not None and not step(text):
            return False
        # Python's $ also matches before a last line feed
        self.out.append(r"\Z" if kind == "anchor" and text == "$" else text)
        self._before = kind
        return True

    @property
    def whole(self) -> bool:
        """Whether every group is closed and the pattern is not costly."""
        return len(self._loose) == 1 and self._unbounded <= _UNBOUNDED

    def _open(self, _: str) -> bool:
        self._loose.append(False)
        return True

    def _close(self, _: str) -> bool:
        if len(self._loose) == 1:
            return False
        self._closed = self._loose.pop()
        self._loose[-1] = self._loose[-1] or self._closed
        return True

    def _either(self, _: str) -> bool:
        self._loose[-1] = True
        return True

    def _repeat(self, text: str) -> bool:
        if self._before in ("", "open", "either", "anchor", "repeat"):
            return False
        if self._before == "close" and self._closed and text not in ("?", "??"):
            return False
        self._unbounded += text[0] in "*+" or ",}" in text
        self._loose[-1] = self._loose[-1] or _FIXED.fullmatch(text) is None
        return True


def translate(pattern: str) -> re.Pattern[str] | None:
    """Return the Python pattern, or None where the three languages differ or it may run long."""
    reader, position = _Reader(), 0
    while position < len(pattern):
        match = _PIECE.match(pattern, position)
        if match is None or not reader.take(match.lastgroup or "", match[0]):
            return None
        position = match.end()
    if not reader.whole:
        return None
    try:
        return re.compile("".join(reader.out))
    except re.error:
        return None


def _portable(text: str) -> bool:
    """Tell whether the hyphens of a character class mean the same everywhere."""
    body = text[1:-1].removeprefix("^").removeprefix("-").removesuffix("-")
    return not _HYPHENS.search(body)
