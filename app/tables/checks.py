"""Table Schema checks over whole tables: one problem per cell, none twice (Table Schema v2)."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable, Collection, Iterator, Mapping

from app.rdf.terms import NOT_XML
from app.tables.across import across
from app.tables.cells import CellProblem, CellRef
from app.tables.descriptor import Field, Table, items
from app.tables.reading import Reading, Row

_HINTS = 20
_ZEROS = 4
# what Excel and LibreOffice leave in a cell they cannot compute, in English and Dutch
_SPREADSHEET_ERRORS = frozenset(
    {"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#VERW!", "#N/B", "#NAAM?",
     "#WAARDE!", "#DEEL/0!", "#GETAL!", "#LEEG!"}
)  # fmt: skip
_INTEGER = re.compile(r"^[+-]?[0-9]+$")
_NUMBER = re.compile(r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$")
_YEAR = re.compile(r"^[0-9]{4}$")
_BELGIAN_DATE = re.compile(r"^([0-3]?[0-9])[/.-]([01]?[0-9])[/.-]([0-9]{4})$")
_BELGIAN_NUMBER = re.compile(r"^-?[0-9]{1,3}(\.[0-9]{3})*(,[0-9]+)?$|^-?[0-9]+,[0-9]+$")


def check(
    readings: Mapping[str, Reading],
    code_lists: Mapping[str, Collection[str]],
    known: Collection[str] = (),
    *,
    only: Collection[str] | None = None,
) -> list[CellProblem]:
    """Return the problems of all tables (of `only` some): cells, references, rules across cells.

    `code_lists` maps a scheme to its codes, `known` holds the IRIs of things of elsewhere. A field
    with a list that is not there is a problem of the whole column, never silently passed.
    """
    problems: list[CellProblem] = []
    for name, reading in readings.items():
        if only is not None and name not in only:
            continue
        problems.extend(reading.problems)
        if reading.rows:
            done: set[CellRef] = set()
            for found in (
                _check_table(reading, code_lists),
                _references(reading, readings),
                across(reading, readings, known, done),
            ):
                for problem in found:
                    if problem.cell not in done:
                        done.add(problem.cell)
                        problems.append(problem)
    return problems


def _check_table(
    reading: Reading, code_lists: Mapping[str, Collection[str]]
) -> Iterator[CellProblem]:
    table = reading.table
    seen: dict[str, dict[str, int]] = {}
    for field in table.fields:
        if field.code_list and field.code_list not in code_lists:
            yield CellProblem.of(
                table.cell(1, field.name), "code-list-missing", field.code_list,
                nl=(f'De codelijst "{field.code_list}" bestaat niet.',
                    "Zet de lijst in vocab/codelijsten, of haal codeList uit datapackage.json."),
                en=(f'The code list "{field.code_list}" does not exist.',
                    "Put the list in vocab/codelijsten, or take codeList out of datapackage.json."),
            )  # fmt: skip
    unique = {*table.primary_key} if len(table.primary_key) == 1 else set()
    for row in reading.rows:
        for field in table.fields:
            cell = row.cells[field.name]
            ref = table.cell(row.number, field.name)
            problem = _check_cell(field, cell, ref, code_lists, field.name in table.primary_key)
            if problem:
                yield problem
                continue
            if cell and (field.unique or field.name in unique):
                first = seen.setdefault(field.name, {}).setdefault(cell, row.number)
                if first != row.number:
                    yield _duplicate(ref, cell, first)
    if len(table.primary_key) > 1:
        yield from _composite_duplicates(reading)


def _composite_duplicates(reading: Reading) -> Iterator[CellProblem]:
    """Yield a problem, at the key's last column, for each row with the key of an earlier one."""
    key = reading.table.primary_key
    seen: dict[tuple[str, ...], int] = {}
    for row in reading.rows:
        values = tuple(row.cells[name] for name in key)
        first = seen.setdefault(values, row.number)
        if all(values) and first != row.number:
            ref = reading.table.cell(row.number, key[-1])
            yield _duplicate(ref, ", ".join(values), first)


def _check_cell(
    field: Field, cell: str, ref: CellRef, code_lists: Mapping[str, Collection[str]], key: bool
) -> CellProblem | None:
    if NOT_XML.search(cell):
        return _control(ref, cell)
    if cell in _SPREADSHEET_ERRORS or cell.startswith("="):
        return _formula(ref, cell)
    if not cell:
        return _required(ref) if field.required or key else None
    for value in items(field, cell):
        kind = field.item_type if field.delimiter else field.type
        problem = (
            _check_item(field, value, ref)
            or _check_type(kind, value, ref)
            or _check_constraints(field, value, ref)
            or _check_code(field, value, ref, code_lists)
        )
        if problem:
            return problem
    return None


def _formula(ref: CellRef, cell: str) -> CellProblem:
    return CellProblem.of(
        ref, "formula", cell,
        nl=(f'"{cell[:60]}" is een formule of een fout van het rekenblad, geen waarde.',
            "Vul de waarde zelf in, of maak de cel leeg als ze onbekend is."),
        en=(f'"{cell[:60]}" is a formula or an error of the spreadsheet, not a value.',
            "Fill in the value itself, or empty the cell if it is unknown."),
    )  # fmt: skip


def _control(ref: CellRef, cell: str) -> CellProblem:
    shown = NOT_XML.sub("\N{REPLACEMENT CHARACTER}", cell)
    return CellProblem.of(
        ref, "control", shown,
        nl=("Deze cel bevat een onzichtbaar stuurteken (getoond als \N{REPLACEMENT CHARACTER}).",
            "Typ de tekst opnieuw, of plak ze zonder opmaak."),
        en=("This cell holds an invisible control character (shown as \N{REPLACEMENT CHARACTER}).",
            "Type the text again, or paste it without formatting."),
    )  # fmt: skip


def _check_item(field: Field, value: str, ref: CellRef) -> CellProblem | None:
    if value:
        return None
    return CellProblem.of(
        ref, "empty-item", field.delimiter,
        nl=(f'Tussen twee "{field.delimiter}" staat niets.', "Haal het overtollige teken weg."),
        en=(f'There is nothing between two "{field.delimiter}".', "Remove the extra sign."),
    )  # fmt: skip


def _required(ref: CellRef) -> CellProblem:
    return CellProblem.of(
        ref, "required", "",
        nl=("Deze cel mag niet leeg zijn.", "Vul een waarde in."),
        en=("This cell may not be empty.", "Fill in a value."),
    )  # fmt: skip


def _duplicate(ref: CellRef, cell: str, first: int) -> CellProblem:
    return CellProblem.of(
        ref, "duplicate", cell,
        nl=(f'"{cell}" staat al op rij {first}.',
            "Geef deze rij een eigen waarde, of voeg de twee rijen samen."),
        en=(f'"{cell}" already stands on row {first}.',
            "Give this row a value of its own, or merge the two rows."),
    )  # fmt: skip


def _check_type(kind: str, value: str, ref: CellRef) -> CellProblem | None:
    if kind == "integer" and not _INTEGER.match(value):
        return _bad_number(ref, value, "een geheel getal", "a whole number")
    if kind == "number" and not _NUMBER.match(value):
        return _bad_number(ref, value, "een getal", "a number")
    if kind == "year" and not _YEAR.match(value):
        return CellProblem.of(
            ref, "type-year", value,
            nl=(f'"{value}" is geen jaartal.', "Schrijf vier cijfers, bijvoorbeeld 2019."),
            en=(f'"{value}" is not a year.', "Write four digits, for example 2019."),
        )  # fmt: skip
    if kind == "date":
        return _check_date(value, ref)
    if kind == "boolean" and value not in {"true", "false"}:
        return CellProblem.of(
            ref, "type-boolean", value,
            nl=(f'"{value}" is niet true of false.', "Schrijf true of false."),
            en=(f'"{value}" is neither true nor false.', "Write true or false."),
        )  # fmt: skip
    return None


def _bad_number(ref: CellRef, value: str, nl: str, en: str) -> CellProblem:
    plain = value.replace(".", "").replace(",", ".") if _BELGIAN_NUMBER.match(value) else "1234.56"
    return CellProblem.of(
        ref, "type-number", value,
        nl=(f'"{value}" is niet {nl}.',
            f"Schrijf het zonder duizendtallen, met een punt: {plain}."),
        en=(f'"{value}" is not {en}.', f"Write it without thousands, with a point: {plain}."),
    )  # fmt: skip


def _check_date(value: str, ref: CellRef) -> CellProblem | None:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) and dt.date.fromisoformat(value):
            return None
    except ValueError:
        pass
    example = "2019-03-26"
    belgian = _BELGIAN_DATE.match(value)
    if belgian:
        day, month, year = (int(part) for part in belgian.groups())
        try:
            example = dt.date(year, month, day).isoformat()
        except ValueError:
            return CellProblem.of(
                ref, "type-date", value,
                nl=(f'"{value}" is een dag die niet bestaat.', "Kijk dag en maand na."),
                en=(f'"{value}" is a day that does not exist.', "Check day and month."),
            )  # fmt: skip
    return CellProblem.of(
        ref, "type-date", value,
        nl=(f'"{value}" is geen datum.', f"Schrijf jaar-maand-dag: {example}."),
        en=(f'"{value}" is not a date.', f"Write year-month-day: {example}."),
    )  # fmt: skip


def _check_constraints(field: Field, value: str, ref: CellRef) -> CellProblem | None:
    if field.enum and value not in field.enum:
        choice = ", ".join(field.enum[:12])
        return CellProblem.of(
            ref, "enum", value,
            nl=(f'"{value}" is hier niet toegelaten.', f"Kies uit: {choice}."),
            en=(f'"{value}" is not allowed here.', f"Choose from: {choice}."),
        )  # fmt: skip
    if field.pattern and not field.pattern.fullmatch(value):
        whole = _with_zeros(
            value, lambda text: bool(field.pattern and field.pattern.fullmatch(text))
        )
        if whole:
            return _lost_zeros(ref, "pattern", value, whole)
        return CellProblem.of(
            ref, "pattern", value,
            nl=(f'"{value}" heeft niet de gevraagde vorm.',
                f"De vorm is {field.pattern.pattern} (zie datapackage.json)."),
            en=(f'"{value}" does not have the form asked for.',
                f"The form is {field.pattern.pattern} (see datapackage.json)."),
        )  # fmt: skip
    if field.minimum is None and field.maximum is None:
        return None
    low, high = field.minimum, field.maximum
    number = float(value)
    if (low is not None and number < low) or (high is not None and number > high):
        between = f"{'' if low is None else low} … {'' if high is None else high}"
        return CellProblem.of(
            ref, "range", value,
            nl=(f"{value} ligt buiten de grenzen.", f"De grenzen zijn {between}."),
            en=(f"{value} is out of range.", f"The range is {between}."),
        )  # fmt: skip
    return None


def _check_code(
    field: Field, value: str, ref: CellRef, code_lists: Mapping[str, Collection[str]]
) -> CellProblem | None:
    codes = code_lists.get(field.code_list) if field.code_list else None
    if codes is None or value in codes:
        return None
    whole = _with_zeros(value, codes.__contains__)
    if whole:
        return _lost_zeros(ref, "code", value, whole)
    near = difflib.get_close_matches(value, codes, n=1)
    some = near or sorted(codes)[:12]
    return CellProblem.of(
        ref, "code", value,
        nl=(f'"{value}" staat niet in de codelijst {field.code_list}.',
            f"Bedoelde u: {near[0]}?" if near else f"Kies uit: {', '.join(some)}."),
        en=(f'"{value}" is not in the code list {field.code_list}.',
            f"Did you mean: {near[0]}?" if near else f"Choose from: {', '.join(some)}."),
    )  # fmt: skip


def _with_zeros(value: str, fits: Callable[[str], object]) -> str:
    """Return a number with the leading zeros that make it fit, or ""."""
    if not (value.isascii() and value.isdigit()):
        return ""
    padded = ("0" * count + value for count in range(1, _ZEROS + 1))
    return next(filter(fits, padded), "")


def _lost_zeros(ref: CellRef, code: str, value: str, whole: str) -> CellProblem:
    return CellProblem.of(
        ref, code, value,
        nl=(f'"{value}" mist vermoedelijk nullen vooraan, die Excel van getallen weglaat.',
            f"Bedoelde u {whole}? Geef de kolom de celopmaak Tekst en typ de waarde opnieuw."),
        en=(f'"{value}" probably lacks leading zeros, which Excel leaves out of numbers.',
            f"Did you mean {whole}? Format the column as Text and type the value again."),
    )  # fmt: skip


def _references(reading: Reading, readings: Mapping[str, Reading]) -> Iterator[CellProblem]:
    table: Table = reading.table
    for key in table.foreign_keys:
        target = readings.get(key.resource)
        # a table (or row) that could not be read has its own message; do not blame others for it
        if target is None or not target.rows or target.problems:
            continue
        known = {row.cells[key.column] for row in target.rows}
        field = table.field(key.field)
        where = f"{target.table.file} ({key.column})"
        found = 0
        for row in reading.rows:
            # looking for the nearest of many keys is slow: a column wrong throughout needs no more
            near = known if found < _HINTS else ()
            for problem in _dangling(table, field, row, known, near, where):
                found += 1
                yield problem


def _separator(ref: CellRef, value: str, delimiter: str) -> CellProblem:
    return CellProblem.of(
        ref, "reference", value,
        nl=(f'"{value}" is geen bestaande verwijzing.',
            f'Scheid meerdere waarden in een cel met "{delimiter}".'),
        en=(f'"{value}" is no existing reference.',
            f'Separate several values in a cell by "{delimiter}".'),
    )  # fmt: skip


def _dangling(
    table: Table,
    field: Field,
    row: Row,
    known: Collection[str],
    hints: Collection[str],
    target: str,
) -> Iterator[CellProblem]:
    missing = [value for value in items(field, row.cells[field.name]) if value not in known]
    if not missing:
        return
    near = difflib.get_close_matches(missing[0], list(hints), n=1)
    if field.delimiter and any(sign in missing[0] for sign in ",;"):
        yield _separator(table.cell(row.number, field.name), missing[0], field.delimiter)
        return
    hint_nl = f"Bedoelde u {near[0]}? Zo niet, v" if near else "V"
    hint_en = f"Did you mean {near[0]}? If not, a" if near else "A"
    yield CellProblem.of(
        table.cell(row.number, field.name), "reference", ", ".join(missing),
        nl=(f'"{", ".join(missing)}" bestaat niet in {target}.',
            f"{hint_nl}oeg de rij daar toe of verbeter de verwijzing."),
        en=(f'"{", ".join(missing)}" does not exist in {target}.',
            f"{hint_en}dd the row there or correct the reference."),
    )  # fmt: skip
