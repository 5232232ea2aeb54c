"""CSV files of any size: how they are written is found, and they are read in batches or blocks.

A block is a range of bytes of whole records. Several processes can read blocks of one file at the
same time; the batches and problems they give count rows from the block's first.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from app.errors import InputError
from app.tables.batch import Batch, Dialect, Dropped
from app.tables.cells import CellRef, Note, place_of
from app.tables.encodings import find_encoding
from app.tables.heading import find_header
from app.tables.plaincsv import columns_of, is_plain, last_end
from app.tables.problems import ragged, too_long, unreadable
from app.tables.sheets import DELIMITERS, delimiter_of, encoding_note
from app.tables.writing import PROBLEM, ROW, as_it_was

_HEAD_CHARACTERS: Final = 1 << 20
_HEADER_ROWS: Final = 10
# a block of this size stays in a processor's cache
BLOCK_BYTES: Final = 1 << 17
_MOST_RECORD: Final = 4 << 20
_MAX_CELL_CHARACTERS: Final = 100_000
# encodings in which a byte that looks like a quote or a newline is one
_BYTEWISE: Final = {"utf-8", "utf-8-sig", "cp1252", "ascii", "iso8859-1", "iso8859-15"}


@dataclass(frozen=True, slots=True)
class Block:
    """A range of bytes that holds whole records; from `start`, as many as `size`.

    A size of -1 is the rest of the file, where the end of a record is not found.
    """

    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a block holds: its rows, how many records those are, and rows that cannot be read.

    Numbers count from the first record of the block, which is 1.
    """

    batch: Batch
    records: int
    dropped: list[Dropped]


@dataclass(slots=True)
class CsvFile:
    """A CSV file, opened (`Source`)."""

    path: Path
    file: str
    encoding: str
    delimiter: str
    quote: str
    header: tuple[str, ...]
    header_row: int
    # the columns that are read; others are not trimmed
    wanted: frozenset[str]
    notes: tuple[Note, ...]
    dropped: list[Dropped] = field(default_factory=list)
    done: float = 0.0

    @property
    def size(self) -> int:
        """The size of the file in bytes."""
        return self.path.stat().st_size

    def cell(self, row: int, column: str = "") -> CellRef:
        """Return the place of a cell, or of a row."""
        return CellRef(self.file, row, column)

    def batches(self, rows: int) -> Iterator[Batch]:
        """Yield the rows in order, at most so many at a time; rows without a word are left out."""
        cut = self.blocks(BLOCK_BYTES)
        after = self.header_row
        for block in cut or ():
            found = self.read_block(block)
            if found is None:
                yield from self.read_on(rows, start=block.start, after=after)
                return
            self.done = (block.start + block.size) / self.size
            self.dropped += [dropped.moved(after) for dropped in found.dropped]
            yield from found.batch.moved(after).parts(rows)
            after += found.records
        if cut is None:
            yield from self.read_on(rows)

    def read_on(self, rows: int, *, start: int = 0, after: int = 0) -> Iterator[Batch]:
        """Yield the rows record by record, as only the `csv` module can where quotes are odd.

        From byte `start` on, where a record begins that follows row `after`; 0 is the header.
        """
        with self.path.open("rb") as file:
            file.seek(start)
            text = io.TextIOWrapper(file, self.encoding, newline="")
            reader = self._reader(text)
            for _ in range(0 if start else self.header_row):
                next(reader, None)
            number = after or self.header_row
            wrong: csv.Error | None = None
            while not wrong:
                records: list[list[str]] = []
                try:
                    records.extend(islice(reader, rows))
                except csv.Error as error:
                    wrong = error
                self.done = file.tell() / max(self.size, 1)
                if records:
                    yield self._batch(records, number, self.dropped)
                elif not wrong:
                    return
                number += len(records)
            row = self.cell(number + 1)
            long = "field limit" in str(wrong)
            self.dropped.append(Dropped(row.row, (), (too_long if long else unreadable)(row)))

    def blocks(self, size: int) -> Iterator[Block] | None:
        """Return the blocks of the rows, about so many bytes each; None if it cannot be cut.

        The end of a line is the end of a record where the quotes before it are even in number,
        which `read_block` proves.
        """
        if codecs.lookup(self.encoding).name not in _BYTEWISE or self.header_row != 1:
            return None
        return self._blocks(size)

    def _blocks(self, size: int) -> Iterator[Block]:
        quote = self.quote.encode()
        with self.path.open("rb") as file:
            start = self._after_header(file)
            file.seek(start)
            rest = b""
            while data := file.read(size):
                data = rest + data
                end = last_end(data, quote)
                if end:
                    yield Block(start, end)
                start, rest = start + end, data[end:]
                if len(rest) > _MOST_RECORD:
                    # a quote without end, it seems; looking on for one would take for ever
                    yield Block(start, -1)
                    return
            if rest:
                yield Block(start, len(rest))

    def _after_header(self, file: io.BufferedReader) -> int:
        data = b""
        while piece := file.read(1 << 16):
            data += piece
            end = data.find(b"\n")
            while end >= 0:
                if data.count(self.quote.encode(), 0, end) % 2 == 0:
                    return end + 1
                end = data.find(b"\n", end + 1)
        return len(data)

    def read_block(self, block: Block) -> Found | None:
        """Return what a block holds.

        None where its quotes are not those of plain CSV (RFC 4180), so that it may end within a
        record; then only `batches` reads the file as it should be.
        """
        if block.size < 0:
            return None
        with self.path.open("rb") as file:
            file.seek(block.start)
            text = file.read(block.size).decode(self.encoding)
        columns = columns_of(text, len(self.header), self.delimiter, self.quote)
        if columns is not None:
            count = len(columns[0])
            return Found(self._trimmed(columns, range(1, count + 1)), count, [])
        if not is_plain(text, self.delimiter, self.quote):
            return None
        dropped: list[Dropped] = []
        try:
            records = list(self._reader(io.StringIO(text, newline="")))
        except csv.Error:
            return None
        return Found(self._batch(records, 0, dropped), len(records), dropped)

    def _reader(self, lines: io.TextIOBase) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self.delimiter, quotechar=self.quote, strict=True)

    def _batch(self, records: list[list[str]], after: int, dropped: list[Dropped]) -> Batch:
        """Return records that follow row `after` as columns; what is not as wide is a problem."""
        width = len(self.header)
        numbers: Sequence[int] = range(after + 1, after + len(records) + 1)
        if any(len(record) != width for record in records):
            kept = []
            for number, record in zip(numbers, records, strict=True):
                # spreadsheet programs leave empty cells and rows behind
                if len(record) > width and not any(cell.strip() for cell in record[width:]):
                    del record[width:]
                if len(record) == width:
                    kept.append((number, record))
                elif any(cell.strip() for cell in record):
                    wrong = ragged(self.cell(number), len(record), width)
                    dropped.append(Dropped(number, record, wrong))
            numbers, records = [number for number, _ in kept], [record for _, record in kept]
        columns = list(zip(*records, strict=True)) if records else [()] * width
        return self._trimmed(columns, numbers)

    def _trimmed(self, columns: Sequence[Sequence[str]], numbers: Sequence[int]) -> Batch:
        found: dict[str, Sequence[str]] = {}
        for name, texts in zip(self.header, columns, strict=True):
            found.setdefault(name, list(map(str.strip, texts)))
        if ROW in found and PROBLEM in found:
            # rows that were left out from an output, and were mended
            found = {name: list(map(as_it_was, texts)) for name, texts in found.items()}
        # an empty row has an empty first cell, as few others have
        first = next(iter(found.values()))
        if "" in first:
            empty = {place for place, text in enumerate(first) if not text
                     and not any(texts[place] for texts in found.values())}  # fmt: skip
            if empty:
                kept = [place for place in range(len(first)) if place not in empty]
                found = {name: [texts[place] for place in kept] for name, texts in found.items()}
                numbers = [numbers[place] for place in kept]
        return Batch(numbers, found)


def open_csv(
    path: Path, dialect: Dialect, wanted: Collection[str], *, strict: bool = True
) -> CsvFile:
    """Return a CSV file with the encoding, delimiter and header row that the dialect or it says.

    The header is the row among the first ten that has most of the wanted columns; where `strict`,
    each of them must be there, and once.

    Raises:
        InputError: It cannot be read, its encoding is not known, or it has a NUL or no row.
    """
    encoding = find_encoding(path, dialect.encoding)
    with path.open(encoding=encoding, newline="") as text:
        head = text.read(_HEAD_CHARACTERS)
    delimiter = dialect.delimiter or delimiter_of(head)
    quote = dialect.quote or '"'
    notes = [*encoding_note(encoding)]
    if delimiter != "," and not dialect.delimiter:
        nl, en = DELIMITERS[delimiter]
        notes.append(Note("delimiter", {
            "nl": f"De kolommen zijn door {nl} gescheiden.",
            "en": f"The columns are separated by {en}.",
        }))  # fmt: skip
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter, quotechar=quote,
                        strict=True)  # fmt: skip
    try:
        for number, record in enumerate(reader, start=1):
            if any(cell.strip() for cell in record):
                rows.append((number, [cell.strip() for cell in record]))
            if number >= max(_HEADER_ROWS, dialect.header_row):
                break
    except csv.Error as error:
        if not rows:
            raise InputError(
                f"{path.name}: the first row is no readable CSV ({error}); check its quotes.",
                nl=f"{path.name}: de eerste rij is geen leesbare CSV; kijk de aanhalingstekens na.",
            ) from None
    found = find_header(path.name, rows, wanted, dialect.header_row, strict=strict)
    return CsvFile(
        path, place_of(path.name), encoding, delimiter, quote, found.names, found.row,
        frozenset(wanted), (*notes, *found.notes),
    )  # fmt: skip
