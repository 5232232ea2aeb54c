"""Which table a sheet is, by its name or else its header, and its rows as that table's.

A header cell is a column by its name, or by its title in either language; what stands in a sheet
and in no table, or the other way around, is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from app.errors import InputError
from app.tables.batch import Batch
from app.tables.cells import CellProblem, CellRef, Note, letters
from app.tables.descriptor import Table
from app.tables.problems import ragged, unreadable
from app.tables.reading import Reading, check_header
from app.tables.sheets import Sheet

# a header stands below a title and some remarks at most
_HEADER_ROWS: Final = 10
_ALIKE: Final = 0.5
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Placed:
    """A sheet read as a table.

    `columns` are the positions (1 is A) of fields and of what only the sheet has, `absent` the
    fields it lacks; `problems` are those of the header and of rows that could not be read.
    """

    table: Table
    sheet: Sheet
    reading: Reading
    header: int
    columns: Mapping[str, int]
    heads: Mapping[str, str]
    absent: frozenset[str]
    problems: tuple[CellProblem, ...]
    notes: tuple[Note, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well a row of a sheet fits a table as its header: position -> field."""

    score: float
    table: Table
    row: int
    fields: Mapping[int, str]


def place(
    sheet: Sheet,
    tables: Mapping[str, Table],
    names: Mapping[str, Iterable[str]],
    *,
    chosen: str = "",
) -> Placed | None:
    """Return a sheet as the table it is; None where it is none of them.

    `names` are what else a table is called, by its name; `chosen` is the table the user says it is.

    Raises:
        InputError: The header fits several tables as well.
    """
    fits = {name: _fit(sheet, table) for name, table in tables.items()}
    by_name = [name for name in tables if _called(sheet, tables[name], names.get(name, ()))]
    picked = next((name for name in by_name if fits[name].fields), "")
    if chosen or picked:
        return _placed(sheet, fits[chosen or picked])
    best = max((fit.score for fit in fits.values()), default=0.0)
    equal = [name for name, fit in fits.items() if fit.score == best]
    if best < _ALIKE:
        return None
    if len(equal) > 1:
        where = ", ".join(filter(None, (sheet.file, sheet.name)))
        which = ", ".join(equal)
        raise InputError(
            f"{where}: the header fits several tables as well ({which}); say which it is "
            "(--table; over HTTP: table)",
            nl=f"{where}: de kop past even goed bij meer dan één tabel ({which}); "
            "zeg welke het is (--table; over HTTP: table)",
        )
    placed = _placed(sheet, fits[equal[0]])
    told = Note("table", {
        "nl": f"{sheet.name or sheet.file} is aan de kop herkend als de tabel {equal[0]}.",
        "en": f"{sheet.name or sheet.file} was recognised as the table {equal[0]} by its header.",
    })  # fmt: skip
    return replace(placed, notes=(told, *placed.notes))


def folded(text: str) -> str:
    """Return a head or name without case and signs: so written, two are the same."""
    return _SIGNS.sub("", text.casefold())


def _called(sheet: Sheet, table: Table, names: Iterable[str]) -> bool:
    own = folded(sheet.name or Path(sheet.file).stem)
    return bool(own) and own in {folded(name) for name in (table.name, table.path.stem, *names)}


def _fit(sheet: Sheet, table: Table) -> _Fit:
    """Return the first rows' best fit; the score is the share of columns that both have."""
    known = _spellings(table)
    best = _Fit(0.0, table, sheet.rows[0][0] if sheet.rows else 1, {})
    for number, cells in sheet.rows[:_HEADER_ROWS]:
        found: dict[int, str] = {}
        for position, cell in enumerate(cells, start=1):
            name = known.get(cell) or known.get(folded(cell))
            if name and name not in found.values():
                found[position] = name
        filled = sum(map(bool, cells))
        score = len(found) / (filled + len(table.fields) - len(found))
        if score > best.score:
            best = _Fit(score, table, number, found)
    return best


def _spellings(table: Table) -> dict[str, str]:
    """Return field by the ways a header may write it; a name comes before another's title."""
    out: dict[str, str] = {}
    for item in table.fields:
        for text in item.title.values():
            out.setdefault(folded(text), item.name)
    out |= {folded(item.name): item.name for item in table.fields}
    return out | {item.name: item.name for item in table.fields}


def _placed(sheet: Sheet, fit: _Fit) -> Placed:
    heads = next((cells for number, cells in sheet.rows if number == fit.row), ())
    names = [fit.fields.get(position, cell) for position, cell in enumerate(heads, start=1)]
    columns: dict[str, int] = {}
    for position, name in enumerate(names, start=1):
        if name:
            columns.setdefault(name, position)
    # messages name the table as the user does
    table = replace(fit.table, path=Path(sheet.file), sheet=sheet.name, positions=columns)
    absent = frozenset(item.name for item in table.fields) - set(fit.fields.values())
    problems = check_header(table, [name for name in names if name], row=fit.row)
    batch, bad = _batch(sheet, table, fit, len(heads))
    if not any((batch, bad, sheet.unread_from)):
        bad.append(_no_rows(table))
    if sheet.unread_from:
        bad.append(unreadable(table.cell(sheet.unread_from)))
    return Placed(
        table=table,
        sheet=sheet,
        # what a reference may be to must all be there: a lost row is no reason to blame another
        reading=Reading(table, batch, tuple(bad)),
        header=fit.row,
        columns=columns,
        heads={name: heads[position - 1] for name, position in columns.items()},
        absent=absent,
        problems=(*problems, *_unnamed(sheet, table, fit, heads)),
        notes=tuple(_notes(sheet, fit, heads)),
    )


def _batch(sheet: Sheet, table: Table, fit: _Fit, width: int) -> tuple[Batch, list[CellProblem]]:
    numbers: list[int] = []
    problems: list[CellProblem] = []
    columns: dict[str, list[str]] = {item.name: [] for item in table.fields}
    places = {name: position for position, name in fit.fields.items()}
    for number, cells in sheet.rows:
        if number <= fit.row:
            continue
        if not sheet.workbook and len(cells) != width:
            problems.append(ragged(table.cell(number), len(cells), width))
            continue
        numbers.append(number)
        for name, column in columns.items():
            position = places.get(name, 0)
            column.append(cells[position - 1] if 0 < position <= len(cells) else "")
    return Batch(numbers, columns), problems


def _unnamed(sheet: Sheet, table: Table, fit: _Fit, heads: Sequence[str]) -> Iterator[CellProblem]:
    """Yield a problem per column that has cells and no head."""
    below = [cells for number, cells in sheet.rows if number > fit.row]
    width = max(map(len, below), default=0) if sheet.workbook else len(heads)
    for index in range(width):
        if index < len(heads) and heads[index]:
            continue
        if any(index < len(cells) and cells[index] for cells in below):
            shown = letters(index + 1)
            ref = CellRef(table.file, fit.row, f"#{index + 1}", shown if sheet.workbook else "")
            yield CellProblem.of(
                ref, "column-unnamed", "",
                nl=(f"Kolom {shown} heeft waarden, maar geen kop.",
                    "Geef de kolom een kop, of maak ze leeg."),
                en=(f"Column {shown} has values but no head.",
                    "Give the column a head, or empty it."),
            )  # fmt: skip


def _notes(sheet: Sheet, fit: _Fit, heads: Sequence[str]) -> Iterator[Note]:
    # the heads of our own template are titles, with a mark where they are required
    other = [f"“{head}” = {name}" for position, name in fit.fields.items()
             if (head := heads[position - 1]) != name
             and head.removesuffix(" *") not in fit.table.field(name).title.values()]  # fmt: skip
    if other:
        shown = ", ".join(other)
        yield Note("head-alike", {
            "nl": f"Koppen die anders geschreven zijn dan de kolommen van {fit.table.name}, zijn "
            f"zo gelezen: {shown}.",
            "en": f"Heads written otherwise than the columns of {fit.table.name} were read so: "
            f"{shown}.",
        })  # fmt: skip
    above = [number for number, _ in sheet.rows if number < fit.row]
    if above:
        yield Note("rows-above", {
            "nl": f"De kop staat op rij {fit.row}; wat daarboven staat, is niet gelezen.",
            "en": f"The header is row {fit.row}; what stands above it was not read.",
        })  # fmt: skip


def _no_rows(table: Table) -> CellProblem:
    return CellProblem.of(
        table.cell(0), "no-rows", "",
        nl=("Er is een kop, maar er zijn geen rijen.", "Vul rijen in."),
        en=("There is a header but no rows.", "Fill in rows."),
    )  # fmt: skip
