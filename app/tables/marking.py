"""A workbook given back: its wrong cells coloured, each with a comment, and a first sheet of all.

Everything else stays as far as openpyxl keeps it (`workbook.lost_parts`). Text of others that we
write is text, never a formula.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from app.tables.sheets import Sheet
from app.tables.workbook import load
from app.tables.writing import shortened, write_text

# the gravest first; slips of the linter have severities of their own
_COLOURS: Final = {
    "Violation": "FFC7CE", "error": "FFC7CE", "Warning": "FFEB9C", "warning": "FFEB9C",
    "Info": "DDEBF7", "info": "DDEBF7",
}  # fmt: skip
_HEAD_COLOUR: Final = "D9E2E6"
# Excel's own bound (its specification); and what it still opens at ease
_MAX_NAME = 31
MAX_COMMENTS: Final = 5_000
_AUTHOR: Final = "Vijfster"
_SEARCHED: Final = 50
_COMMENT_TEXT: Final = 2_000
_WIDTHS: Final = (18, 9, 20, 15, 28, 60, 60, 18)
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the list: the cell it is about (row 0: the sheet, column 0: the row), and texts.

    `severity` is that of the report; `texts` are cells of the list after those of the place.
    """

    sheet: str
    row: int
    column: int
    severity: str
    comment: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """The first sheet: its name, the lines above the list, the heads, and the list."""

    title: str
    lines: Sequence[str]
    heads: Sequence[str]
    findings: Sequence[Finding]


def marked_workbook(data: bytes, file: str, listing: Listing) -> bytes:
    """Return a guarded workbook with its wrong cells marked, as .xlsx without macros.

    Raises:
        InputError: It is damaged.
    """
    return _saved(load(data, file), listing)


def marked_sheet(sheet: Sheet, listing: Listing) -> bytes:
    """Return a new workbook of the rows of a CSV file, each cell as text, marked."""
    import openpyxl  # noqa: PLC0415 - slow to import, and few need it

    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet_name(sheet.file)
    for number, cells in sheet.rows:
        for column, text in enumerate(cells, start=1):
            if text:
                write_text(page.cell(number, column), text)
    return _saved(book, listing)


def only_listing(listing: Listing) -> bytes:
    """Return a new workbook with nothing but the list."""
    import openpyxl  # noqa: PLC0415

    book = openpyxl.Workbook()
    book.remove(book.active)
    return _saved(book, listing)


def sheet_name(file: str) -> str:
    """Return what the sheet of a CSV file is called."""
    return _FORBIDDEN.sub("_", PurePath(file).stem).strip("' ")[:_MAX_NAME] or "CSV"


def _saved(book: Any, listing: Listing) -> bytes:
    _unmark(book, listing)
    _mark(book, listing.findings)
    _list(book, listing)
    for sheet in book.worksheets:
        # two selected sheets would be edited as one
        sheet.sheet_view.tabSelected = False
    book.active = 0
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _unmark(book: Any, listing: Listing) -> None:
    """Take away what an earlier check of the same workbook left."""
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    for sheet in book.worksheets:
        # a walk over rows and columns would make all cells up to the last one
        cells = list(sheet._cells.values())
        first = [cell.value for cell in cells[: len(listing.heads) * _SEARCHED]]
        if sheet.title == listing.title and set(listing.heads) <= set(first):
            book.remove(sheet)
            continue
        for cell in cells:
            if cell.comment and cell.comment.author == _AUTHOR:
                cell.comment = None
                if cell.fill.fgColor.rgb in {f"00{colour}" for colour in _COLOURS.values()}:
                    cell.fill = PatternFill()


def _mark(book: Any, findings: Sequence[Finding]) -> None:
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    marks: dict[tuple[str, int, int], list[Finding]] = {}
    for finding in findings:
        if finding.row and finding.sheet in book.sheetnames:
            place = (finding.sheet, finding.row, finding.column or 1)
            marks.setdefault(place, []).append(finding)
    order = list(_COLOURS)
    for count, ((sheet, row, column), found) in enumerate(marks.items()):
        cell = _anchor(book[sheet], row, column)
        worst = min((f.severity for f in found if f.severity in order),
                    key=order.index, default=order[-1])  # fmt: skip
        cell.fill = PatternFill("solid", fgColor=_COLOURS[worst])
        if count < MAX_COMMENTS:
            # what somebody else wrote there stays, and stays theirs
            said, author = [], _AUTHOR
            if cell.comment:
                said, author = [cell.comment.text], cell.comment.author
            text = "\n\n".join([*said, *(dict.fromkeys(f.comment for f in found))])
            cell.comment = Comment(shortened(text, _COMMENT_TEXT), author, height=160, width=320)


def _anchor(sheet: Any, row: int, column: int) -> Any:
    """Return a cell, or of merged cells the first, which is the one that is shown."""
    cell = sheet.cell(row, column)
    if type(cell).__name__ != "MergedCell":
        return cell
    areas = (area for area in sheet.merged_cells.ranges if cell.coordinate in area)
    area = next(areas, None)
    return sheet.cell(area.min_row, area.min_col) if area else cell


def _list(book: Any, listing: Listing) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    page = book.create_sheet(listing.title, 0)
    for number, line in enumerate(listing.lines, start=1):
        write_text(page.cell(number, 1), line)
    page.cell(1, 1).font = Font(bold=True, size=14)
    head = len(listing.lines) + 2
    for column, text in enumerate(listing.heads, start=1):
        cell = page.cell(head, column)
        write_text(cell, text)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor=_HEAD_COLOUR)
    for number, finding in enumerate(listing.findings, start=head + 1):
        _line(book, page, number, finding)
    for column, width in enumerate(_WIDTHS, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
        for number in range(head, page.max_row + 1):
            page.cell(number, column).alignment = Alignment(wrap_text=True, vertical="top")
    last = get_column_letter(len(listing.heads))
    page.auto_filter.ref = f"A{head}:{last}{max(page.max_row, head)}"
    page.freeze_panes = f"A{head + 1}"


def _line(book: Any, page: Any, number: int, finding: Finding) -> None:
    from openpyxl.styles import PatternFill  # noqa: PLC0415
    from openpyxl.utils import get_column_letter, quote_sheetname  # noqa: PLC0415
    from openpyxl.worksheet.hyperlink import Hyperlink  # noqa: PLC0415

    place = page.cell(number, 2)
    if finding.row:
        ref = f"{get_column_letter(finding.column or 1)}{finding.row}"
        write_text(place, ref if finding.column else str(finding.row))
        if finding.sheet in book.sheetnames:
            location = f"{quote_sheetname(finding.sheet)}!{ref}"
            place.hyperlink = Hyperlink(ref=place.coordinate, location=location)
            place.style = "Hyperlink"
    write_text(page.cell(number, 1), finding.sheet)
    for column, text in enumerate(finding.texts, start=3):
        write_text(page.cell(number, column), text)
    if finding.severity in _COLOURS:
        colour = PatternFill("solid", fgColor=_COLOURS[finding.severity])
        page.cell(number, 4).fill = colour
