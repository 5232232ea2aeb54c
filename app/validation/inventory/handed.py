"""An inventory as handed over: its sheets, each read as a table of the project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.errors import InputError
from app.tables.cells import Note
from app.tables.descriptor import Table
from app.tables.placing import Placed, place
from app.tables.recognising import WORKBOOK
from app.tables.sheets import Sheet, SheetLimits, read_csv
from app.tables.template import OWN_SHEETS
from app.tables.workbook import read_workbook
from app.validation.forms.words import word
from app.validation.report import Unchecked

# the name under which the checks of tables stand beside those of profiles
TABLES = "datapackage"
_LISTS = {word("findings", lang) for lang in ("nl", "en")}


@dataclass(frozen=True, slots=True)
class Handed:
    """The sheets of one file as tables, by table; what was not read as one is told."""

    file: str
    placed: Mapping[str, Placed]
    notes: tuple[Note, ...]
    unchecked: tuple[Unchecked, ...]


def sheets_of(data: bytes, form: str, file: str, limits: SheetLimits) -> list[Sheet]:
    """Return the sheets of a file that have a word in them.

    Raises:
        InputError: It cannot be read, or is empty.
    """
    read = read_workbook(data, file, limits) if form == WORKBOOK else [
        read_csv(data, file, limits)
    ]  # fmt: skip
    found = [sheet for sheet in read if sheet.rows or sheet.unread_from]
    if not found:
        raise InputError(
            f"{file} is empty. Put the column names on row 1 and the rows below it.",
            nl=f"{file} is leeg. Zet op rij 1 de kolomnamen en daaronder de rijen.",
        )
    return found


def handed(
    sheets: Sequence[Sheet],
    tables: Mapping[str, Table],
    names: Mapping[str, Iterable[str]],
    chosen: Sequence[str],
) -> Handed:
    """Return sheets as tables; `chosen` are tables, or SHEET=TABLE for one of several sheets.

    Raises:
        InputError: No sheet is a table, one may be several, or what is chosen does not exist.
    """
    by_sheet = dict(item.rsplit("=", 1) for item in chosen if "=" in item)
    plain = [item for item in chosen if "=" not in item]
    _known([*plain, *by_sheet.values()], tables)
    offered = {name: tables[name] for name in plain} or tables
    only = plain[0] if len(plain) == len(sheets) == 1 else ""
    placed: dict[str, Placed] = {}
    notes, unchecked = list[Note](), list[Unchecked]()
    for sheet in sheets:
        notes.extend(sheet.notes)
        found = place(sheet, tables if sheet.name in by_sheet else offered, names,
                      chosen=by_sheet.get(sheet.name, only))  # fmt: skip
        if found is None:
            # a workbook of ours is handed in with our list, our explanation and our codes in it
            if sheet.name not in _LISTS | OWN_SHEETS:
                notes.append(_other(sheet))
        elif found.table.name in placed:
            unchecked.append(_again(found, placed[found.table.name]))
        else:
            placed[found.table.name] = found
            notes.extend(found.notes)
    if not placed:
        raise _nothing(sheets[0].file, offered)
    return Handed(sheets[0].file, placed, tuple(notes), tuple(unchecked))


def _known(chosen: Sequence[str], tables: Mapping[str, Table]) -> None:
    for name in chosen:
        if name not in tables:
            known = ", ".join(tables)
            raise InputError(f"no table {name!r}; there are {known}",
                             nl=f"er is geen tabel {name!r}; wel {known}")  # fmt: skip


def _other(sheet: Sheet) -> Note:
    return Note("other-sheet", {
        "nl": f"Het blad {sheet.name} heeft de kolommen van geen enkele tabel; het is niet "
        "nagekeken.",
        "en": f"The sheet {sheet.name} has the columns of no table; it was not checked.",
    })  # fmt: skip


def _again(found: Placed, first: Placed) -> Unchecked:
    table = found.table.name
    return Unchecked(TABLES, "", "sheet-again", {
        "nl": f"Het blad {found.sheet.name} is dezelfde tabel ({table}) als het blad "
        f"{first.sheet.name} en is niet nagekeken; zet de rijen in één blad.",
        "en": f"The sheet {found.sheet.name} is the same table ({table}) as the sheet "
        f"{first.sheet.name} and was not checked; put the rows in one sheet.",
    })  # fmt: skip


def _nothing(file: str, tables: Mapping[str, Table]) -> InputError:
    some = ", ".join(tables)
    return InputError(
        f"{file}: the columns are those of no table of the project ({some}). Put the column names "
        "on the first row, or say which table it is (--table; over HTTP: table).",
        nl=f"{file}: de kolommen zijn die van geen enkele tabel van het project ({some}). Zet de "
        "kolomnamen op de eerste rij, of zeg welke tabel het is (--table; over HTTP: table).",
    )
