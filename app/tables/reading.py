"""Reading the file of a table into rows of text cells, refusing what would be read wrongly."""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from app.errors import InputError
from app.tables.batch import Batch, Dialect, Source
from app.tables.books import SheetSource
from app.tables.cells import CellProblem, encoded
from app.tables.descriptor import Table, lexical
from app.tables.opening import CSV, form_of, open_table
from app.tables.problems import MAX_CELL_CHARACTERS, ragged, too_long, unreadable

_BATCH_ROWS: Final = 10_000
# records are turned into columns so many at a time
_HELD: Final = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its number (the header is 1) and its cells as stated, by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows of a table as they stand, or the problems for which it could not be read."""

    table: Table
    batch: Batch
    problems: tuple[CellProblem, ...]

    @property
    def rows(self) -> Iterator[Row]:
        """The rows as mappings read them (`lexical`), each made when it is asked for."""
        return (Row(number, cells) for number, cells in lexical(self.table, self.batch).rows())


def read(table: Table) -> Reading:
    """Return the rows of a table's file; problems of the file as a whole leave no rows."""
    whole = table.cell(0)
    if table.path.is_file():
        try:
            if form_of(table.path) != CSV:
                return _from_source(table)
        except InputError as error:
            return _refused(table, _unopened(table, error))
    try:
        data = table.path.read_bytes()
    except OSError:
        return _refused(table, CellProblem.of(
            whole, "file-missing", "",
            nl=("Het bestand bestaat niet of kan niet gelezen worden.",
                "Zet het bestand terug of pas het pad in datapackage.json aan."),
            en=("The file does not exist or cannot be read.",
                "Put the file back, or correct its path in datapackage.json."),
        ))  # fmt: skip
    text, problem = _decode(table, data)
    if problem:
        return _refused(table, problem)
    records = _records(table, text)
    try:
        header = next(records, None)
    except csv.Error:
        return _refused(table, unreadable(table.cell(1)))
    if header is None or not any(header[1]):
        return _refused(table, CellProblem.of(
            whole, "file-empty", "",
            nl=("Het bestand is leeg.", "Zet op rij 1 de kolomnamen en daaronder de rijen."),
            en=("The file is empty.", "Put the column names on row 1 and the rows below it."),
        ))  # fmt: skip
    names = header[1]
    problems = check_header(table, names)
    if problems:
        return _refused(table, *problems)
    batch, problems = _batch(table, names, records)
    if not batch and not problems:
        problems.append(_no_rows(table))
    return Reading(table, batch, tuple(problems))


def by_source(readings: Iterable[tuple[Table, Reading]]) -> dict[Path, Reading]:
    """Return readings by what a mapping calls their file: of a sheet also `FILE#sheet=NAME`.

    A workbook of several tables is called by its sheets only.
    """
    out: dict[Path, Reading] = {}
    several: set[Path] = set()
    for table, reading in readings:
        path, *sheet = source_names(table)
        several |= {path} & {*out} if sheet else set()
        out |= dict.fromkeys((path, *sheet), reading)
    return {path: reading for path, reading in out.items() if path not in several}


def source_names(table: Table) -> list[Path]:
    """Return what a mapping may call the file of a table; a sheet as it is, or as in references."""
    path = table.path.resolve()
    sheets = dict.fromkeys((table.sheet, encoded(table.sheet))) if table.sheet else {}
    # no file has a name with a slash
    return [path, *(path.with_name(f"{path.name}#sheet={sheet}") for sheet in sheets
                    if "/" not in sheet)]  # fmt: skip


def placed(table: Table, source: Source) -> Table:
    """Return a table that names its cells as the source does that it was opened as."""
    if not isinstance(source, SheetSource):
        return table
    places = {name: source.header.index(name) + 1 for name in source.header if name}
    return replace(table, sheet=source.sheet, positions=places)


def _from_source(table: Table) -> Reading:
    """Return the rows of a workbook's sheet or a JSON file.

    Raises:
        InputError: It cannot be read.
    """
    dialect = Dialect(sheet=table.sheet, header_row=table.header_row, items=table.items)
    names = [item.name for item in table.fields]
    source = open_table(table.path, dialect, wanted=names, strict=False)
    heads = [name for name in source.header if name]
    table = placed(table, source)
    problems = check_header(table, heads, source.header_row)
    if problems:
        return _refused(table, *problems)
    numbers = array("q")
    columns: dict[str, list[str]] = {name: [] for name in names}
    for batch in source.batches(_BATCH_ROWS):
        numbers.extend(batch.numbers)
        for name, column in columns.items():
            column.extend(batch.columns[name])
    problems = [row.problem for row in source.dropped]
    if not numbers and not problems:
        problems = [_no_rows(table)]
    return Reading(table, Batch(numbers, columns), tuple(problems))


def _unopened(table: Table, error: InputError) -> CellProblem:
    remedy = ("Verbeter het bestand, of het pad en \"dialect\" in datapackage.json.",
              "Correct the file, or the path and \"dialect\" in datapackage.json.")  # fmt: skip
    return CellProblem.of(table.cell(0), "workbook", "", nl=(error.detail_nl, remedy[0]),
                          en=(error.detail, remedy[1]))  # fmt: skip


def _no_rows(table: Table) -> CellProblem:
    return CellProblem.of(
        table.cell(0), "no-rows", "",
        nl=("Het bestand heeft een kop, maar geen rijen.",
            "Vul rijen in, of haal de inventaris uit vijfster.toml."),
        en=("The file has a header but no rows.",
            "Fill in rows, or take the inventory out of vijfster.toml."),
    )  # fmt: skip


def _batch(
    table: Table, names: list[str], records: Iterator[tuple[int, list[str]]]
) -> tuple[Batch, list[CellProblem]]:
    """Return the rows with as many cells as the header, and a problem for each other."""
    numbers = array("q")
    columns: list[list[str]] = [[] for _ in names]
    problems: list[CellProblem] = []
    last, width, long = 1, len(names), False
    held: list[list[str]] = []
    try:
        for number, record in records:
            last = number
            if len(record) == width and any(map(str.strip, record)):
                numbers.append(number)
                held.append(record)
                if len(held) == _HELD:
                    long = _fill(columns, held) or long
            # rows without a word are what spreadsheet programs leave behind
            elif any(map(str.strip, record)):
                problems.append(ragged(table.cell(number), len(record), width))
    except csv.Error as error:
        # the reader has a limit of its own, which is the process's and may be higher
        limit = "field limit" in str(error)
        problems.append((too_long if limit else unreadable)(table.cell(last + 1)))
    long = _fill(columns, held) or long
    if long:
        problems += [too_long(table.cell(number))
                     for number, *cells in zip(numbers, *columns, strict=True)
                     if max(map(len, cells)) > MAX_CELL_CHARACTERS]  # fmt: skip
    return Batch(numbers, dict(zip(names, columns, strict=True))), problems


def _fill(columns: list[list[str]], records: list[list[str]]) -> bool:
    """Move the cells of records, trimmed, to the ends of their columns; tell if one may be long."""
    long = False
    for column, cells in zip(columns, zip(*records, strict=True), strict=bool(records)):
        column.extend(map(str.strip, cells))
        long = long or len("".join(cells)) > MAX_CELL_CHARACTERS
    records.clear()
    return long


def _refused(table: Table, *problems: CellProblem) -> Reading:
    return Reading(table, Batch((), {item.name: () for item in table.fields}), problems)


def _decode(table: Table, data: bytes) -> tuple[str, CellProblem | None]:
    """Return the text, or the one problem for which decoding would garble it."""
    try:
        text = data.decode("utf-8-sig" if table.encoding.lower() == "utf-8" else table.encoding)
    except (UnicodeDecodeError, LookupError):
        line = _first_bad_line(data)
        return "", CellProblem.of(
            table.cell(line), "encoding", "",
            nl=(f"Het bestand is niet in {table.encoding} opgeslagen (vermoedelijk Windows-1252).",
                'Kies in Excel bij Opslaan als "CSV UTF-8". Komen er puntkomma\'s in, zet dan '
                '"dialect": {"delimiter": ";"} bij de tabel in datapackage.json.'),
            en=(f"The file is not saved as {table.encoding} (probably Windows-1252).",
                'Choose "CSV UTF-8" under Save as in Excel. If it writes semicolons, put '
                '"dialect": {"delimiter": ";"} with the table in datapackage.json.'),
        )  # fmt: skip
    if "\x00" in text:
        return "", CellProblem.of(
            table.cell(text.count("\n", 0, text.index("\x00")) + 1), "nul", "",
            nl=("Het bestand bevat een NUL-teken.", "Bewaar het opnieuw als CSV UTF-8."),
            en=("The file holds a NUL character.", "Save it again as CSV UTF-8."),
        )  # fmt: skip
    first = text.split("\n", 1)[0]
    if table.delimiter not in first and len(table.fields) > 1:
        for other, nl, en in ((";", "puntkomma's", "semicolons"), ("\t", "tabs", "tabs"),
                              (",", "komma's", "commas")):  # fmt: skip
            if first.count(other) >= len(table.fields) // 2 > 0:
                return "", CellProblem.of(
                    table.cell(1), "delimiter", "",
                    nl=(f"De kolommen zijn door {nl} gescheiden in plaats van door "
                        f"{table.delimiter!r}.",
                        f'Zet "dialect": {{"delimiter": "{other}"}} bij de tabel in '
                        "datapackage.json, of bewaar het bestand met het andere teken."),
                    en=(f"The columns are separated by {en} instead of {table.delimiter!r}.",
                        f'Put "dialect": {{"delimiter": "{other}"}} with the table in '
                        "datapackage.json, or save the file with the other sign."),
                )  # fmt: skip
    return text, None


def _first_bad_line(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    return 1


def _records(table: Table, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (record number, cells); the header is record 1."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=table.delimiter, strict=True)
    yield from enumerate(reader, start=1)


def check_header(table: Table, names: list[str], row: int = 1) -> list[CellProblem]:
    """Return what a header lacks, has too much or has twice."""
    problems = []
    expected = [item.name for item in table.fields]
    for name in expected:
        if name not in names:
            problems.append(CellProblem.of(
                table.cell(row, name), "column-missing", "",
                nl=(f'De kolom "{name}" ontbreekt.',
                    f'Voeg een kolom met de kop "{name}" toe; onbekende waarden blijven leeg.'),
                en=(f'The column "{name}" is missing.',
                    f'Add a column headed "{name}"; leave unknown values empty.'),
            ))  # fmt: skip
    for index, name in enumerate(names):
        if name not in expected:
            problems.append(CellProblem.of(
                table.cell(row, name), "column-unknown", name,
                nl=(f'De kolom "{name}" staat niet in datapackage.json.',
                    "Verwijder de kolom, of beschrijf ze in datapackage.json."),
                en=(f'The column "{name}" is not described in datapackage.json.',
                    "Remove the column, or describe it in datapackage.json."),
            ))  # fmt: skip
        elif name in names[:index]:
            problems.append(CellProblem.of(
                table.cell(row, name), "column-twice", name,
                nl=(f'De kolom "{name}" staat er twee keer.', "Verwijder er één."),
                en=(f'The column "{name}" occurs twice.', "Remove one of them."),
            ))  # fmt: skip
    return problems
