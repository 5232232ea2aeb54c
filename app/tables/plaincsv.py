"""Plain CSV (RFC 4180) cut as text: where records end, and their cells in columns.

A quote there begins or ends a cell, or is one of two within a quoted cell.
"""

from __future__ import annotations

import csv
from typing import Final

# stands for a quoted cell while the others are cut; text that has it is read otherwise
_MARK: Final = "\x01"


def last_end(data: bytes, quote: bytes) -> int:
    """Return where the last record ends whose end is in the data, or 0."""
    end = data.rfind(b"\n") + 1
    odd = data.count(quote, 0, end) % 2
    while end and odd:
        before = data.rfind(b"\n", 0, end - 1) + 1
        odd = (odd + data.count(quote, before, end)) % 2
        end = before
    return end


def is_plain(text: str, delimiter: str, quote: str) -> bool:
    """Tell whether every quote begins or ends a cell, or is one of two within a quoted cell."""
    pieces = text.split(quote)
    if len(pieces) == 1:
        return True
    if len(pieces) % 2 == 0:
        return False
    before, after = f"{delimiter}\n", f"{delimiter}\r\n"
    last = len(pieces) - 1
    # the pieces outside quotes: from a delimiter or line end to another
    return all(
        (not index or not piece or piece[0] in after)
        and (index == last or not piece or piece[-1] in before)
        for index, piece in zip(range(0, last + 1, 2), pieces[::2], strict=True)
    )


def columns_of(text: str, width: int, delimiter: str, quote: str) -> list[list[str]] | None:
    """Return the columns of plain CSV; None where it is none, or not all rows are as wide.

    As fast as text can be cut: what is quoted is taken out first, and put back where it was.
    """
    pieces, quoted = text.split(quote), list[str]()
    if len(pieces) % 2 == 0 or _MARK in text:
        return None
    if len(pieces) > 1:
        text, quoted = _taken_out(pieces, quote)
    text = text.replace("\r\n", "\n")
    if "\r" in text:
        return None
    if not text.endswith("\n"):
        text += "\n"
    # each row is then so many cells and one that is its line end
    cells = text.replace("\n", f"{delimiter}\n{delimiter}").split(delimiter)
    rows, rest = divmod(len(cells) - 1, width + 1)
    if rest or text.count("\n") != rows or cells[width :: width + 1].count("\n") != rows:
        return None
    # the reader takes no longer cell; a text of many cells has no room for one
    most = csv.field_size_limit()
    room = len(cells) <= 2 * (len(text) - most) + 2
    if (room and max(map(len, cells)) > most) or max(map(len, quoted), default=0) > most:
        return None
    place = -1
    try:
        for cell in quoted:
            place = cells.index(_MARK, place + 1)
            cells[place] = cell
    except ValueError:
        # a mark within a cell: there was more than what is quoted
        return None
    return [cells[place :: width + 1][:rows] for place in range(width)]


def _taken_out(pieces: list[str], quote: str) -> tuple[str, list[str]]:
    """Return text with a mark for each quoted cell, and the cells, from what stands at quotes."""
    outside, inside = pieces[::2], pieces[1::2]
    if "" not in outside[1:-1]:
        return _MARK.join(outside), inside
    # two quotes with nothing between them are one, within a cell
    texts, cells = [outside[0]], [inside[0]]
    for text, cell in zip(outside[1:-1], inside[1:], strict=True):
        if text:
            texts.append(text)
            cells.append(cell)
        else:
            cells[-1] += quote + cell
    return _MARK.join([*texts, outside[-1]]), cells
