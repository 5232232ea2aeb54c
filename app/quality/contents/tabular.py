"""Tables in a text: CSV and TSV, or a text that is none.

A table is a text of which at least four in five rows have the same number of cells; rows that have
another number are told, and make it malformed (RFC 4180, 2.4), but the others can be read.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.quality.contents.file import File
from app.quality.contents.words import Text, problem
from app.quality.evidence import Content
from app.tables.csvrecords import Record, Records, Unreadable
from app.tables.sheets import DELIMITERS, delimiter_of

_LABELS: Final = (
    "csv", "tsv", "tab", "comma-separated-values", "tab-separated-values", "x-csv", "vnd.ms-excel",
)  # fmt: skip
_HEAD_ROWS: Final = 1_000
_STEP_ROWS: Final = 10_000
_HEAD_SIGNS: Final = 65_536
# how many in ten rows are alike in a table
_ALIKE: Final = 8
_SENTENCE: Final = re.compile(r"[.!?:]\"?$")
_NUMBER: Final = re.compile(r"[-+]?[0-9][0-9 .,:/-]*")
_WORDS: Final = 8
_PIPE: Final = "|"


@dataclass(slots=True)
class _Counts:
    """Rows with a word: all, those as wide as most, and the first that is not (number, cells)."""

    rows: int = 0
    fit: int = 0
    first: int = 0
    found: int = 0
    misquoted: int = 0


def of_text(file: File, text: str) -> Content:
    """Return what a text is that no other format claims: a table, or plain text."""
    if file.cut:
        # the last record may be cut as well
        text = text[: text.rfind("\n") + 1] or text
    labelled = file.labelled(*_LABELS)
    sign = _delimiter(text)
    head = _take(text, sign, _HEAD_ROWS)
    width = _width(head)
    used = _used(head)
    if not head or _is_prose(text, sign if width > 1 else "") or (used < 2 and not labelled):
        return _plain(text, labelled=labelled)
    counts = _counted(_records(text, sign), width)
    if file.cut and counts.misquoted == counts.rows:
        # a quoted text that goes on beyond what was read
        counts.misquoted = 0
    enough = counts.rows > 1 or labelled
    if not enough or counts.fit * 10 < counts.rows * _ALIKE:
        return _plain(text, labelled=labelled)
    header = _names(head, width)
    wrong = _wrong(text, counts, width)
    whole = None if file.cut else True
    remark = {} if width > 1 else problem("one-column")
    remark = remark if header else problem("no-header")
    return Content(
        "TSV" if sign == "\t" else "CSV", False if wrong else whole, wrong or remark,
        counts.fit - header, "rows",
    )  # fmt: skip


def _plain(text: str, *, labelled: bool) -> Content:
    lines = sum(1 for line in text.splitlines() if line.strip())
    return Content("TXT", True, problem("no-table") if labelled else {}, lines, "lines")


def _delimiter(text: str) -> str:
    head = text[:_HEAD_SIGNS]
    found = delimiter_of(head)
    first = next((line for line in head.splitlines() if line.strip()), "")
    return _PIPE if _PIPE in first and not any(map(first.count, DELIMITERS)) else found


def _records(text: str, sign: str) -> Iterator[tuple[int, Record]]:
    """Yield (number, record) of the rows that have a word."""
    records, number = Records(io.StringIO(text, newline=""), sign, '"'), 0
    while some := records.take(_STEP_ROWS):
        for record in some:
            number += 1
            if isinstance(record, Unreadable) or any(map(str.strip, record)):
                yield number, record


def _take(text: str, sign: str, count: int) -> list[list[str]]:
    records = Records(io.StringIO(text, newline=""), sign, '"').take(count)
    return [
        record for record in records if isinstance(record, list) and any(map(str.strip, record))
    ]


def _width(head: Sequence[list[str]]) -> int:
    """Return how many cells most rows have; of two numbers that are as usual the greater."""
    widths = Counter(map(len, head))
    return max(widths, key=lambda width: (widths[width], width), default=0)


def _used(head: Sequence[list[str]]) -> int:
    """Return in how many places of rows there is more than now and then a word."""
    places = Counter(place for row in head for place, cell in enumerate(row) if cell.strip())
    return sum(1 for count in places.values() if count * 10 > len(head) * (10 - _ALIKE))


def _counted(records: Iterator[tuple[int, Record]], width: int) -> _Counts:
    out = _Counts()
    for number, record in records:
        out.rows += 1
        if isinstance(record, Unreadable):
            out.misquoted = out.misquoted or number
        # spreadsheet programs leave empty cells behind
        elif len(record) == width or (len(record) > width and not any(record[width:])):
            out.fit += 1
        elif not out.first:
            out.first, out.found = number, len(record)
    return out


def _wrong(text: str, counts: _Counts, width: int) -> Text:
    if counts.first:
        return problem("ragged", bad=counts.rows - counts.fit, rows=counts.rows, width=width,
                       first=counts.first, found=counts.found)  # fmt: skip
    if counts.misquoted:
        return problem("quotes", first=counts.misquoted)
    return problem("nul") if "\x00" in text else {}


def _names(head: Sequence[list[str]], width: int) -> bool:
    """Tell whether the first row that is as wide as most names the columns."""
    first = next(row for row in head if len(row) == width)
    cells = [cell.strip() for cell in first if cell.strip()]
    return len(set(cells)) == len(cells) and not any(map(_NUMBER.fullmatch, cells))


def _is_prose(text: str, sign: str) -> bool:
    """Tell whether lines are sentences: they end as such, with a space behind each comma."""
    lines = [line.strip() for line in text[:_HEAD_SIGNS].splitlines() if line.strip()]
    ends = sum(1 for line in lines if _SENTENCE.search(line))
    if not sign:
        words = sum(len(line.split()) for line in lines)
        return ends * 2 > len(lines) or words > _WORDS * len(lines)
    if sign != ",":
        return False
    commas, spaced = (sum(line.count(found) for line in lines) for found in (",", ", "))
    return ends * 2 >= len(lines) and spaced * 10 >= commas * _ALIKE
