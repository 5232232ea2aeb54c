"""A workbook to fill in, made from Table Schemas: a sheet per table, with help and drop-downs.

What it holds is text, never a formula. Handed in, each sheet is recognised as its table by its
name and its heads (`placing`).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.errors import InputError
from app.tables.cells import letters
from app.tables.descriptor import Field, Table
from app.tables.guidance import guidance
from app.tables.placing import folded
from app.tables.writing import shortened, write_text

README: Final = {"nl": "Lees mij", "en": "Read me"}
LISTS: Final = {"nl": "Lijsten", "en": "Lists"}
# sheets of ours, which are no table
OWN_SHEETS: Final = frozenset({*README.values(), *LISTS.values()})
_AUTHOR: Final = "Vijfster"
_HEAD, _REQUIRED = "D9E2E6", "FFE699"
# rows to fill in below those that are there
_ROOM: Final = 500
# Excel's own bounds (its specification)
_PROMPT, _PROMPT_TITLE, _MAX_NAME, _COMMENT = 255, 32, 31, 2_000
_NARROW, _WIDE = 12, 48
_FORMATS: Final = {"date": "yyyy-mm-dd", "integer": "0", "number": "General", "year": "0"}

# code, label in nl, label in en
Codes = Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Filled:
    """A table of the workbook, and the rows that it begins with."""

    table: Table
    rows: Sequence[Mapping[str, str]] = ()


def template(
    tables: Sequence[Filled], code_lists: Mapping[str, Codes], lang: str, *, file: str
) -> bytes:
    """Return the workbook; `file` is what it will be called, for the line on how to check it.

    Raises:
        InputError: A table's name cannot be that of a sheet, or is one of ours.
    """
    import openpyxl  # noqa: PLC0415 - slow to import, and few need it

    book = openpyxl.Workbook()
    for filled in tables:
        _named(filled.table.name)
    _readme(book.active, tables, lang, file)
    lists = _Lists(book, tables, code_lists, lang)
    keys = {
        (filled.table.name, field.name): _below(filled, position)
        for filled in tables
        for position, field in enumerate(filled.table.fields, start=1)
    }
    for filled in tables:
        page = book.create_sheet(filled.table.name)
        _Page(page, filled, lists, keys, lang).fill()
    # the lists are looked up, and come last
    book.move_sheet(lists.page, len(tables))
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = False
    book.active = 0
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _below(filled: Filled, position: int) -> str:
    """Return where the cells of a column stand, of rows that are there or may come."""
    last = len(filled.rows) + 1 + _ROOM
    column = letters(position)
    return f"'{filled.table.name}'!${column}$2:${column}${last}"


def heads(table: Table, lang: str) -> dict[str, str]:
    """Return the head of each column by field: its title, or its name where titles are alike."""
    names = {folded(item.name) for item in table.fields}
    titles = [folded(item.title[lang]) for item in table.fields]
    out = {}
    for item in table.fields:
        own = folded(item.title[lang])
        clear = own and titles.count(own) == 1 and own not in names - {folded(item.name)}
        out[item.name] = item.title[lang] if clear else item.name
    return out


def _named(name: str) -> None:
    if len(name) > _MAX_NAME or any(sign in name for sign in r"[]:*?/\'") or name in OWN_SHEETS:
        raise InputError(
            f"the table {name!r} cannot be the name of a sheet: at most {_MAX_NAME} characters, "
            "without []:*?/\\'. Rename it in datapackage.json",
            nl=f"de tabel {name!r} kan niet de naam van een blad zijn: hoogstens {_MAX_NAME} "
            "tekens, zonder []:*?/\\'. Hernoem ze in datapackage.json",
        )


class _Lists:
    """The sheet of codes; `range` is where those of a column stand."""

    def __init__(
        self, book: Any, tables: Sequence[Filled], code_lists: Mapping[str, Codes], lang: str
    ) -> None:
        self.page = book.create_sheet(LISTS[lang])
        self.ranges: dict[str, str] = {}
        nl = lang == "nl"
        names = (("Lijst", "Code", "Nederlands", "Engels") if nl
                 else ("List", "Code", "Dutch", "English"))  # fmt: skip
        _row(self.page, 1, names, bold=True)
        number = 2
        for name, codes in self._used(tables, code_lists):
            for offset, code in enumerate(codes):
                _row(self.page, number + offset, (name.rpartition("/")[2], *code))
            self.ranges[name] = f"'{LISTS[lang]}'!$B${number}:$B${number + len(codes) - 1}"
            number += len(codes)
        for column, width in zip("ABCD", (24, 28, _WIDE, _WIDE), strict=True):
            self.page.column_dimensions[column].width = width
        self.page.freeze_panes = "A2"

    @staticmethod
    def _used(
        tables: Sequence[Filled], code_lists: Mapping[str, Codes]
    ) -> Iterable[tuple[str, Codes]]:
        used: dict[str, Codes] = {}
        for filled in tables:
            for field in filled.table.fields:
                if codes := code_lists.get(field.code_list):
                    used[field.code_list] = codes
                elif field.enum:
                    own = [(value, "", "") for value in field.enum]
                    used[f"{filled.table.name}/{field.name}"] = own
        return used.items()

    def range(self, table: Table, field: Field) -> str:
        """Return where the codes of a field stand, or ""."""
        return self.ranges.get(field.code_list) or self.ranges.get(f"{table.name}/{field.name}", "")


class _Page:
    """The sheet of one table."""

    def __init__(
        self, page: Any, filled: Filled, lists: _Lists, keys: Mapping[tuple[str, str], str],
        lang: str,
    ) -> None:  # fmt: skip
        self.keys = keys
        self.page, self.table, self.rows = page, filled.table, filled.rows
        self.lists, self.lang = lists, lang
        self.last = len(filled.rows) + 1 + _ROOM

    def fill(self) -> None:
        names = heads(self.table, self.lang)
        for position, field in enumerate(self.table.fields, start=1):
            self.column(position, field, names[field.name])
        for number, row in enumerate(self.rows, start=2):
            for position, field in enumerate(self.table.fields, start=1):
                if text := row.get(field.name, ""):
                    write_text(self.page.cell(number, position), text)
        self.page.freeze_panes = "B2" if self.table.primary_key else "A2"
        self.page.row_dimensions[1].height = 32

    def column(self, position: int, field: Field, name: str) -> None:
        from openpyxl.comments import Comment  # noqa: PLC0415
        from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415

        letter = letters(position)
        head = self.page.cell(1, position)
        write_text(head, f"{name} *" if field.required else name)
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor=_REQUIRED if field.required else _HEAD)
        head.alignment = Alignment(wrap_text=True, vertical="top")
        lines = guidance(self.table, field, self.lang)
        if lines:
            text = shortened("\n".join(lines), _COMMENT)
            head.comment = Comment(text, _AUTHOR, height=160, width=320)
        dimension = self.page.column_dimensions[letter]
        longest = max((len(row.get(field.name, "")) for row in self.rows), default=0)
        dimension.width = min(max(_NARROW, len(name) + 4, longest), _WIDE)
        # what is typed in an empty cell keeps its zeros, or becomes a date
        dimension.number_format = "@" if field.delimiter else _FORMATS.get(field.type, "@")
        self.page.add_data_validation(self.validation(field, name, lines, letter))

    def validation(self, field: Field, name: str, lines: Sequence[str], letter: str) -> Any:
        """Return the message of a column, with a drop-down where it holds codes."""
        from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

        codes = self.lists.range(self.table, field)
        others = next(
            (
                self.keys[key.resource, key.column]
                for key in self.table.foreign_keys
                if key.field == field.name and (key.resource, key.column) in self.keys
            ),
            "",
        )
        nl = self.lang == "nl"
        made = DataValidation(
            type="list" if codes or others else None,
            formula1=codes or others or None,
            allow_blank=True,
            showInputMessage=bool(lines),
            # several codes in one cell are none of the list, and another row may still come
            showErrorMessage=bool(codes) and not field.delimiter,
            errorTitle=shortened(name, _PROMPT_TITLE),
            error=("Kies een code uit de lijst, of maak de cel leeg." if nl
                   else "Choose a code of the list, or empty the cell."),
            promptTitle=shortened(name, _PROMPT_TITLE),
            prompt=shortened("\n".join(lines), _PROMPT),
        )  # fmt: skip
        made.add(f"{letter}2:{letter}{self.last}")
        return made


def _readme(page: Any, tables: Sequence[Filled], lang: str, file: str) -> None:
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    page.title = README[lang]
    lines = [
        "Zo vult u dit werkboek in", "",
        "Elke tabel heeft een eigen blad. Vul er één ding per rij in, vanaf rij 2. Laat rij 1 en "
        "de namen van de bladen staan.",
        "Een kolom met * is verplicht (geel). Klik op een cel of op de kop om te lezen wat erin "
        "komt.",
        f"Waar codes gevraagd zijn, kiest u ze uit de lijst bij de cel; op het blad {LISTS[lang]} "
        "staat wat ze betekenen.",
        "Weet u iets niet, laat de cel dan leeg. Zet er geen streepje of vraagteken in.",
        "Kolommen verplaatsen mag; kolommen die u niet nodig hebt, mag u weglaten als ze niet "
        "verplicht zijn.",
        f"Nakijken: vijfster validate {file}, of sleep het bestand op de pagina /validate. Elke "
        "fout krijgt haar cel en wat u kunt doen.",
    ] if lang == "nl" else [
        "How to fill in this workbook", "",
        "Each table has a sheet of its own. Fill in one thing per row, from row 2. Keep row 1 and "
        "the names of the sheets.",
        "A column with * is required (yellow). Click a cell or the head to read what goes in.",
        f"Where codes are asked, choose them from the list at the cell; the sheet {LISTS[lang]} "
        "says what they mean.",
        "If you do not know something, leave the cell empty. Do not put a dash or question mark.",
        "Columns may be moved; columns you do not need may be left out if they are not required.",
        f"To check it: vijfster validate {file}, or drop the file on the page /validate. Every "
        "error comes with its cell and what to do.",
    ]  # fmt: skip
    for number, line in enumerate(lines, start=1):
        write_text(page.cell(number, 1), line)
        page.cell(number, 1).alignment = Alignment(wrap_text=True, vertical="top")
    page.cell(1, 1).font = Font(bold=True, size=14)
    start = len(lines) + 2
    names = ("Blad", "Wat", "Uitleg") if lang == "nl" else ("Sheet", "What", "About")
    _row(page, start, names, bold=True)
    for number, filled in enumerate(tables, start=start + 1):
        table = filled.table
        _row(page, number, (table.name, table.title.get(lang, ""), table.description.get(lang, "")))
    for column, width in zip("ABC", (80, 30, 80), strict=True):
        page.column_dimensions[column].width = width


def _row(page: Any, number: int, texts: Iterable[str], *, bold: bool = False) -> None:
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    for column, text in enumerate(texts, start=1):
        cell = page.cell(number, column)
        write_text(cell, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if bold:
            cell.font = Font(bold=True)
