"""A bar chart of a table: the first column that labels, the first that counts."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.questions import LABEL

_MOST_BARS, _NOTHING = 15, "–"
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: `start` and `width` are percentages of the length there is."""

    label: str
    text: str
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Chart:
    """The first bars of a table; `rows` is how many rows could have one."""

    head: str
    bars: list[Bar]
    rows: int


def is_number(text: str) -> bool:
    """Tell whether a cell is a finite number."""
    return bool(_NUMBER.fullmatch(text)) and math.isfinite(float(text))


def chart_of(
    head: Sequence[str], rows: Sequence[Sequence[str]], short: Callable[[str], str]
) -> Chart | None:
    """Return the chart of a table, or None where it has none that tells its rows apart.

    `short` gives the words for a cell.
    """
    columns = {name: [row[place] for row in rows] for place, name in enumerate(head)}
    numbers = [name for name, cells in columns.items() if _counts(cells)]
    others = [name for name in columns if name not in numbers and any(columns[name])]
    names = [name for name in others if name + LABEL not in columns]
    # words label better than addresses
    names.sort(key=lambda name: any("://" in cell for cell in columns[name]))
    if not numbers or not names:
        return None
    counted = [row for row, cell in enumerate(columns[numbers[0]]) if cell]
    labels: list[str] = []
    for used in (names[:1], names[:2]):
        labels = [" · ".join(short(columns[name][row]) or _NOTHING for name in used)
                  for row in counted]  # fmt: skip
        if len(set(labels)) == len(labels):
            break
    else:
        return None
    texts = [columns[numbers[0]][row] for row in counted]
    values = [float(text) for text in texts[:_MOST_BARS]]
    least, most = min(0.0, *values), max(0.0, *values)
    whole = most - least or 1.0
    bars = [
        Bar(label, text, round(100 * (min(value, 0) - least) / whole, 2),
            round(100 * abs(value) / whole, 2))
        for label, text, value in zip(labels, texts, values, strict=False)
    ]  # fmt: skip
    return Chart(numbers[0], bars, len(counted))


def _counts(cells: Sequence[str]) -> bool:
    """Tell whether a column holds numbers to compare: at least two, and no years."""
    said = [cell for cell in cells if cell]
    if len(said) < 2 or not all(map(is_number, said)):
        return False
    return not all(cell.isdigit() and int(cell) in _YEARS for cell in said)
