"""The header of a table in a file: the row that names its columns."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from app.errors import InputError
from app.tables.cells import Note

# a header stands below a title and some remarks at most
HEADER_ROWS: Final = 10


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns, the row they stand in, and what is to be told of it."""

    names: tuple[str, ...]
    row: int
    notes: tuple[Note, ...] = ()


def find_header(
    file: str,
    rows: Sequence[tuple[int, Sequence[str]]],
    wanted: Collection[str],
    row: int = 0,
    *,
    strict: bool = True,
) -> Header:
    """Return the header among the first rows: row `row`, or the one with most wanted columns.

    Names are compared in Unicode NFC; a wanted column keeps the spelling that is wanted. Of JSON
    the header is row 0.

    Raises:
        InputError: There is no such row, or (where `strict`) a wanted column is not in it, or is
            twice.
    """
    spelled = {normal(name): name for name in wanted}
    found = [(number, tuple(spelled.get(normal(cell), cell.strip()) for cell in cells))
             for number, cells in rows if row in {0, number}]  # fmt: skip
    if not found:
        raise InputError(
            f"{file}: there is no row {row}." if row else
            f"{file} is empty. Put the column names on row 1 and the rows below it.",
            nl=f"{file}: er is geen rij {row}." if row else
            f"{file} is leeg. Zet op rij 1 de kolomnamen en daaronder de rijen.",
        )  # fmt: skip
    number, names = max(found, key=lambda item: (len({*item[1]} & {*wanted}), -item[0]))
    for name in sorted(set(wanted)) if strict else ():
        if names.count(name) != 1:
            raise _wrong(file, number, name, names)
    if number == rows[0][0]:
        return Header(names, number)
    return Header(names, number, (Note("rows-above", {
        "nl": f"De kop staat op rij {number}; wat daarboven staat, is niet gelezen.",
        "en": f"The header is row {number}; what stands above it was not read.",
    }),))  # fmt: skip


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of columns, those that are there twice by their position (`_4`) from then on."""
    first = {name: place for place, name in reversed([*enumerate(names, start=1)])}
    return tuple(
        name if first[name] == place else f"_{place}" for place, name in enumerate(names, start=1)
    )


def normal(name: str) -> str:
    """Return a column's name as it is compared: trimmed, in Unicode NFC."""
    return unicodedata.normalize("NFC", name.strip().removeprefix("\ufeff"))


def _wrong(file: str, row: int, name: str, names: Sequence[str]) -> InputError:
    en, nl = (f"{file}, row {row}", f"{file}, rij {row}") if row else (file, file)
    if name in names:
        return InputError(
            f'{en}: the column "{name}" is there twice. Rename or remove one.',
            nl=f'{nl}: de kolom "{name}" staat er twee keer. Hernoem of verwijder er één.',
        )
    near = difflib.get_close_matches(name, names, n=1)
    shown = ", ".join(filter(None, names[:20]))
    return InputError(
        f'{en}: there is no column "{name}". '
        + (f'Did you mean "{near[0]}"?' if near else f"There are: {shown}."),
        nl=f'{nl}: er is geen kolom "{name}". '
        + (f'Bedoelde u "{near[0]}"?' if near else f"Er zijn: {shown}."),
    )
