"""Sheets of text cells, as somebody hands them over, before anybody knows which table they are.

CSV here; workbooks in `app.tables.workbook`. Both refuse what would be read wrongly.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from app.errors import InputError
from app.tables.cells import Note

DELIMITERS: Final = {
    ",": ("komma's", "commas"), ";": ("puntkomma's", "semicolons"), "\t": ("tabs", "tabs")
}  # fmt: skip
_BOMS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_HEAD_LINES: Final = 10


@dataclass(frozen=True, slots=True)
class SheetLimits:
    """The bounds of one file: what a person can look over, and a reader can hold."""

    max_unpacked_bytes: int = 100_000_000
    max_ratio: int = 200
    max_parts: int = 2_000
    max_sheets: int = 50
    max_rows: int = 100_000
    max_columns: int = 500
    max_cells: int = 500_000
    # text is read far faster than a workbook
    max_text_cells: int = 5_000_000
    max_characters: int = 100_000_000


# what a steward hands to the command line, of files of their own: all that a sheet can hold
OWN: Final = SheetLimits(
    max_unpacked_bytes=8_000_000_000, max_ratio=1_000, max_rows=1_048_576, max_columns=16_384,
    max_cells=50_000_000, max_text_cells=1_000_000_000, max_characters=8_000_000_000,
)  # fmt: skip


HIDDEN: Final = "hidden-sheet"


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet of a workbook before it is read: how many merged areas it has, and which part it is.

    What tells of one that is hidden or has merged areas are its `notes`.
    """

    name: str
    hidden: bool = False
    merged: int = 0
    part: str = ""

    @property
    def notes(self) -> tuple[Note, ...]:
        """What somebody who reads the sheet should know."""
        out = []
        if self.hidden:
            out.append(Note(HIDDEN, {
                "nl": f"Het blad {self.name} is verborgen; het is mee gelezen.",
                "en": f"The sheet {self.name} is hidden; it was read as well.",
            }))  # fmt: skip
        if self.merged:
            out.append(Note("merged-cells", {
                "nl": f"Het blad {self.name} heeft samengevoegde cellen ({self.merged}); enkel de "
                "eerste cel van elk telt, de andere zijn leeg.",
                "en": f"The sheet {self.name} has merged cells ({self.merged}); only the first "
                "cell of each counts, the others are empty.",
            }))  # fmt: skip
        return tuple(out)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of text cells: (number from 1, cells); rows without a word are left out.

    `name` is "" for CSV. `unread_from` is the row from which the rest cannot be read, or 0.
    """

    file: str
    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    notes: tuple[Note, ...] = ()
    unread_from: int = 0

    @property
    def workbook(self) -> bool:
        """Whether the sheet is one of a workbook, whose short rows end in empty cells."""
        return bool(self.name)


def read_csv(data: bytes, file: str, limits: SheetLimits) -> Sheet:
    """Return the sheet of a CSV file; encoding and delimiter are found, and told where unusual.

    Raises:
        InputError: The encoding is not known, there is a NUL, or it is too large.
    """
    text, encoding = _decode(data, file)
    notes: list[Note] = []
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise InputError(
            f"{file}, line {line}: the file holds a NUL character. Save it again as CSV UTF-8.",
            nl=f"{file}, regel {line}: het bestand bevat een NUL-teken. Bewaar het opnieuw als "
            "CSV UTF-8.",
        )
    notes.extend(encoding_note(encoding))
    delimiter = delimiter_of(text)
    if delimiter != ",":
        nl, en = DELIMITERS[delimiter]
        notes.append(Note("delimiter", {
            "nl": f"De kolommen zijn door {nl} gescheiden.",
            "en": f"The columns are separated by {en}.",
        }))  # fmt: skip
    bounds = replace(limits, max_cells=limits.max_text_cells)
    rows: list[tuple[int, tuple[str, ...]]] = []
    unread, last, count = 0, 0, 0
    try:
        for number, record in _records(text, delimiter):
            last, count = number, count + len(record)
            check_size(file, number, len(record), count, len(text), bounds)
            if any(cell.strip() for cell in record):
                rows.append((number, tuple(cell.strip() for cell in record)))
    except csv.Error:
        unread = last + 1
    return Sheet(file, "", tuple(rows), tuple(notes), unread)


def check_size(
    where: str, row: int, width: int, cells: int, characters: int, limits: SheetLimits
) -> None:
    """Refuse a sheet that is larger than its bounds.

    Raises:
        InputError: It is; says which bound.
    """
    for found, bound, nl, en in (
        (row, limits.max_rows, "rijen", "rows"),
        (width, limits.max_columns, "kolommen", "columns"),
        (cells, limits.max_cells, "cellen", "cells"),
        (characters, limits.max_characters, "tekens", "characters"),
    ):
        if found > bound:
            raise InputError(
                f"{where} has more than {bound} {en}. Remove what is not used (also empty rows "
                "and columns with a format), or split the file.",
                nl=f"{where} heeft meer dan {bound} {nl}. Verwijder wat niet gebruikt wordt (ook "
                "lege rijen en kolommen met opmaak), of splits het bestand.",
            )


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    yield from enumerate(reader, start=1)


def delimiter_of(text: str) -> str:
    """Return the sign that makes most columns of the first line that has any."""
    for line in text.splitlines()[:_HEAD_LINES]:
        widths = {sign: line.count(sign) for sign in DELIMITERS}
        best = max(widths, key=lambda sign: widths[sign])
        if widths[best]:
            return best
    return ","


def encoding_mark(head: bytes) -> str:
    """Return the encoding that the first bytes of a text show, by their mark or zeros; or ""."""
    codec = next((codec for mark, codec in _BOMS if head.startswith(mark)), "")
    for guess in ("utf-16-le", "utf-16-be"):
        zeros, others = (head[1:64:2], head[:64:2])[:: 1 if guess.endswith("le") else -1]
        if not codec and len(head) > 3 and not any(zeros) and all(others):
            codec = guess
    return codec


def encoding_note(name: str) -> list[Note]:
    """Return what is to be told of an encoding: nothing of UTF-8."""
    if name.startswith("utf-8"):
        return []
    shown = {"cp1252": "Windows-1252"}.get(name, name.upper())
    return [Note("encoding", {
        "nl": f"Het bestand is in {shown} opgeslagen en zo gelezen; UTF-8 is zekerder.",
        "en": f"The file is saved in {shown} and was read so; UTF-8 is safer.",
    })]  # fmt: skip


def _decode(data: bytes, file: str) -> tuple[str, str]:
    """Return the text, and the name of its encoding."""
    codec = encoding_mark(data)
    for name in [codec] if codec else ["utf-8", "cp1252"]:
        try:
            return data.decode(name), name
        except UnicodeDecodeError:
            continue
    raise InputError(
        f"{file}: the encoding is not known. Save it as CSV UTF-8.",
        nl=f"{file}: de tekencodering is niet bekend. Bewaar het als CSV UTF-8.",
    )
