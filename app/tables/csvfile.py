"""CSV files of any size: how they are written is found, and they are read in batches or blocks.

A block is a range of bytes of whole records. Several processes can read blocks of one file at the
same time; the batches and problems they give count rows from the block's first.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.errors import InputError
from app.tables.batch import Batch, Dialect, Dropped
from app.tables.cells import CellRef, Note, place_of
from app.tables.csvrecords import Record, Records, Unreadable
from app.tables.encodings import Encoding, encoding_of
from app.tables.heading import distinct, find_header, normal
from app.tables.plaincsv import columns_of, is_plain, last_end
from app.tables.problems import misquoted, ragged, too_long
from app.tables.sheets import DELIMITERS, delimiter_of
from app.tables.writing import PROBLEM, ROW, as_it_was

_HEAD: Final = 1 << 20
_HEADER_ROWS: Final = 10
# a block of this size stays in a processor's cache
BLOCK_BYTES: Final = 1 << 17
# where no record ends within as many bytes, quotes are out of place
_LONGEST_RECORD: Final = 1 << 20
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
    encoded: Encoding
    delimiter: str
    quote: str
    header: tuple[str, ...]
    header_row: int
    notes: tuple[Note, ...]
    dropped: list[Dropped] = field(default_factory=list)
    done: float = 0.0

    @property
    def size(self) -> int:
        """The size of the file in bytes."""
        return self.path.stat().st_size

    @property
    def encoding(self) -> str:
        """The name of the encoding."""
        return self.encoded.name

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
        """Yield the rows record by record, as they must be read where quotes are odd.

        From byte `start` on, where a record begins that follows row `after`; 0 is the header.
        """
        with self.path.open("rb") as file:
            file.seek(start)
            text = io.TextIOWrapper(file, self.encoded.at(start), self.encoded.errors, newline="")
            records = Records(text, self.delimiter, self.quote)
            if not start:
                records.take(self.header_row)
            number = after or self.header_row
            while found := records.take(rows):
                self.done = file.tell() / max(self.size, 1)
                yield self._batch(found, number, self.dropped)
                number += len(found)

    def blocks(self, size: int) -> Iterator[Block] | None:
        """Return the blocks of the rows, about so many bytes each; None if it cannot be cut.

        The end of a line is the end of a record where the quotes before it are even in number,
        which `read_block` proves.
        """
        if codecs.lookup(self.encoding).name not in _BYTEWISE or self.header_row != 1:
            return None
        start = self._after_header()
        return self._blocks(start, size) if start else None

    def _blocks(self, start: int, size: int) -> Iterator[Block]:
        quote = self.quote.encode()
        with self.path.open("rb") as file:
            file.seek(start)
            rest = b""
            while data := file.read(size):
                data = rest + data
                end = last_end(data, quote)
                if end:
                    yield Block(start, end)
                elif len(data) > max(_LONGEST_RECORD, size):
                    yield Block(start, -1)
                    return
                start, rest = start + end, data[end:]
            if rest:
                yield Block(start, len(rest))

    def _after_header(self) -> int:
        """Return where the rows begin; 0 where that is only known by reading."""
        with self.path.open("rb") as file:
            data = file.read(_HEAD)
        end = data.find(b"\n")
        while end >= 0 and data.count(self.quote.encode(), 0, end) % 2:
            end = data.find(b"\n", end + 1)
        if end < 0 and len(data) == _HEAD:
            return 0
        data = data[: end + 1] if end >= 0 else data
        head = data.decode(self.encoding, self.encoded.errors).removesuffix("\n").removesuffix("\r")
        plain = "\r" not in head and is_plain(head, self.delimiter, self.quote)
        return len(data) if plain else 0

    def read_block(self, block: Block) -> Found | None:
        """Return what a block holds.

        None where its quotes are not those of plain CSV (RFC 4180), so that it may end within a
        record; then only `batches` reads the file as it should be.
        """
        if block.size < 0:
            return None
        with self.path.open("rb") as file:
            file.seek(block.start)
            data = file.read(block.size)
        text = data.decode(self.encoded.at(block.start), self.encoded.errors)
        columns = columns_of(text, len(self.header), self.delimiter, self.quote)
        if columns is not None:
            count = len(columns[0])
            return Found(self._trimmed(columns, range(1, count + 1)), count, [])
        if not is_plain(text, self.delimiter, self.quote):
            return None
        dropped: list[Dropped] = []
        records = Records(io.StringIO(text, newline=""), self.delimiter, self.quote)
        found = records.take(len(data))
        return Found(self._batch(found, 0, dropped), len(found), dropped)

    def _batch(self, records: list[Record], after: int, dropped: list[Dropped]) -> Batch:
        """Return records that follow row `after` as columns; what is not as wide is a problem."""
        width = len(self.header)
        numbers: Sequence[int] = range(after + 1, after + len(records) + 1)
        if any(len(record) != width for record in records):
            kept = []
            for number, record in zip(numbers, records, strict=True):
                if isinstance(record, Unreadable):
                    wrong = (too_long if record.too_long else misquoted)(self.cell(number))
                    cells = record.line.split(self.delimiter)
                    dropped.append(Dropped(number, cells, wrong))
                    continue
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
            found[name] = list(map(str.strip, texts))
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
    encoded = encoding_of(path, dialect.encoding)
    with path.open(encoding=encoded.name, errors=encoded.errors, newline="") as text:
        head = text.read(_HEAD)
    quote = dialect.quote or '"'
    count = max(_HEADER_ROWS, dialect.header_row)
    delimiter = dialect.delimiter or _delimiter(head, quote, wanted)
    notes = [*encoded.notes]
    if delimiter != "," and not dialect.delimiter:
        nl, en = DELIMITERS[delimiter]
        notes.append(Note("delimiter", {
            "nl": f"De kolommen zijn door {nl} gescheiden.",
            "en": f"The columns are separated by {en}.",
        }))  # fmt: skip
    records = Records(io.StringIO(head, newline=""), delimiter, quote).take(count)
    rows = list(_filled(records))
    if records and not rows and any(isinstance(record, Unreadable) for record in records):
        raise InputError(
            f"{path.name}: the first row is no readable CSV; check its quotes.",
            nl=f"{path.name}: de eerste rij is geen leesbare CSV; kijk de aanhalingstekens na.",
        )
    found = find_header(path.name, rows, wanted, dialect.header_row, strict=strict)
    return CsvFile(
        path, place_of(path.name), encoded, delimiter, quote, distinct(found.names), found.row,
        (*notes, *found.notes),
    )  # fmt: skip


def _filled(records: Sequence[Record]) -> Iterator[tuple[int, list[str]]]:
    """Yield (number, cells) of the records that can be read and have a word."""
    for number, record in enumerate(records, start=1):
        if isinstance(record, list) and any(cell.strip() for cell in record):
            yield number, [cell.strip() for cell in record]


def _delimiter(head: str, quote: str, wanted: Collection[str]) -> str:
    """Return the sign by which a row among the first has most wanted columns; else of cells."""
    names = {*map(normal, wanted)}

    def found(sign: str) -> int:
        records = Records(io.StringIO(head, newline=""), sign, quote).take(_HEADER_ROWS)
        return max((len(names & {*map(normal, row)}) for _, row in _filled(records)), default=0)

    first = delimiter_of(head)
    return max([first, *DELIMITERS], key=found)
