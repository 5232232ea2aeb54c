"""Records of CSV one after another; what cannot be read costs its line, not what follows."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that begins a record with quotes out of place, or with a cell that is too long."""

    line: str
    too_long: bool

    def __len__(self) -> int:
        # as no record has
        return 0


Record = list[str] | Unreadable


class Records:
    """The records of a text; each line is read again of which a record could not be made."""

    def __init__(self, text: io.TextIOBase, delimiter: str, quote: str) -> None:
        self._text, self._delimiter, self._quote = text, delimiter, quote
        # lines since the last call, or the last record; and lines to be read again
        self._held: list[str] = []
        self._again: deque[str] = deque()
        self._reader = self._fresh()

    def take(self, count: int) -> list[Record]:
        """Return the next records, so many or as many as there are."""
        out: list[Record] = []
        self._held.clear()
        try:
            out.extend(islice(self._reader, count))
        except csv.Error:
            self._again.extendleft(reversed(self._held))
            self._reader = self._fresh()
            return list(islice(self._slowly(), count))
        return out

    def _slowly(self) -> Iterator[Record]:
        while True:
            self._held.clear()
            try:
                record = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                first, *rest = self._held
                self._again.extendleft(reversed(rest))
                self._reader = self._fresh()
                yield Unreadable(first.rstrip("\r\n"), "field limit" in str(error))
            else:
                yield record

    def _fresh(self) -> Iterator[list[str]]:
        return csv.reader(self._lines(), delimiter=self._delimiter, quotechar=self._quote,
                          strict=True)  # fmt: skip

    def _lines(self) -> Iterator[str]:
        hold = self._held.append
        while self._again:
            line = self._again.popleft()
            hold(line)
            yield line
        for line in self._text:
            hold(line)
            yield line
