"""Open brackets of a query, and a bound on how deep the syntax tree under each one is."""

from __future__ import annotations

from typing import Final

CLOSES: Final = {")": "(", "}": "{", "]": "[", ">>": "<<", "|}": "{|"}
OPENERS: Final = frozenset(CLOSES.values())


class Level:
    """One open bracket and what has been read directly inside it."""

    __slots__ = (
        *("bracket", "chain", "constraint", "data", "deepest", "expression", "head", "inner"),
        *("select", "terms", "values"),
    )

    def __init__(self, bracket: str, *, expression: bool, data: bool) -> None:
        self.bracket = bracket
        self.expression = expression  # operands and operators, not triples
        self.data = data  # rows of VALUES: long but flat
        self.terms = bracket in ("", "(") and not expression and not data  # lists recurse per term
        self.chain = self.inner = self.deepest = 0
        self.head = ""  # SELECT or DESCRIBE, until its `{`
        self.select = self.constraint = self.values = False

    def total(self) -> int:
        """Bound the depth of the syntax tree below, whichever way operators associate."""
        return 0 if self.data else max(self.deepest, self.chain + self.inner)

    def next_argument(self) -> None:
        """Begin another argument, which stands beside the last one and not under it."""
        self.deepest = self.total()
        self.chain = self.inner = 0
