"""Reading a CSV file into rows of text cells, refusing what would be read wrongly."""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from app.tables.batch import Batch
from app.tables.cells import CellProblem
from app.tables.descriptor import Table, lexical
from app.tables.problems import MAX_CELL_CHARACTERS, ragged, too_long, unreadable


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
        problems.append(CellProblem.of(
            whole, "no-rows", "",
            nl=("Het bestand heeft een kop, maar geen rijen.",
                "Vul rijen in, of haal de inventaris uit vijfster.toml."),
            en=("The file has a header but no rows.",
                "Fill in rows, or take the inventory out of vijfster.toml."),
        ))  # fmt: skip
    return Reading(table, batch, tuple(problems))


def _batch(
    table: Table, names: list[str], records: Iterator[tuple[int, list[str]]]
) -> tuple[Batch, list[CellProblem]]:
    """Return the rows with as many cells as the header, and a problem for each other."""
    numbers = array("q")
    columns: list[list[str]] = [[] for _ in names]
    problems: list[CellProblem] = []
    last = 1
    try:
        for number, record in records:
            last = number
            # rows without a word are what spreadsheet programs leave behind
            if not any(cell.strip() for cell in record):
                continue
            if len(record) != len(names):
                problems.append(ragged(table.cell(number), len(record), len(names)))
                continue
            numbers.append(number)
            for column, cell in zip(columns, record, strict=True):
                column.append(cell.strip())
            if max(map(len, record)) > MAX_CELL_CHARACTERS:
                problems.append(too_long(table.cell(number)))
    except csv.Error as error:
        # the reader has a limit of its own, which is the process's and may be higher
        long = "field limit" in str(error)
        problems.append((too_long if long else unreadable)(table.cell(last + 1)))
    return Batch(numbers, dict(zip(names, columns, strict=True))), problems


def _refused(table: Table, *problems: CellProblem) -> Reading:
    return Reading(table, Batch((), {item.name: () for item in table.fields}), problems)


def _decode(table: Table, data: bytes) -> tuple[str, CellProblem | None]:
    """Return the text, or the one problem for which decoding would garble it."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "", CellProblem.of(
            table.cell(0), "workbook", "",
            nl=("Dit is een Excel- of LibreOffice-bestand, geen CSV.",
                'Bewaar het blad als "CSV UTF-8" onder deze naam.'),
            en=("This is an Excel or LibreOffice file, not CSV.",
                'Save the sheet as "CSV UTF-8" under this name.'),
        )  # fmt: skip
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
