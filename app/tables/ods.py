"""An OpenDocument spreadsheet (.ods, ODF 1.3), guarded: its sheets and rows as a stream of text."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from typing import IO, Final
from xml.etree.ElementTree import Element

from app.tables.archive import BROKEN, damaged, encrypted, events, guard, local, refused
from app.tables.sheets import Page, SheetLimits, check_size
from app.tables.xlsxvalues import moment, number

_CONTENT: Final = "content.xml"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_NUMBER: Final = "{urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC: Final = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_ERROR = re.compile(r"#[A-Z0-9/]+[!?]|#N/A|Err:[0-9]{3}")
_TIME = re.compile(r"(-?)PT([0-9]+)H([0-9]+)M([0-9]+)(?:[.,]([0-9]+))?S")
# notes and drawings of a cell are not its text
_BESIDE: Final = {"annotation", "frame", "custom-shape", "note"}


class Ods:
    """An open workbook; the stream stays the caller's."""

    def __init__(self, stream: IO[bytes], file: str, limits: SheetLimits) -> None:
        """Open a workbook.

        Raises:
            InputError: It is no workbook, is damaged, or holds what a reader should not see.
        """
        self._file, self._limits = file, limits
        parts = guard(stream, file, limits)
        try:
            self._archive = zipfile.ZipFile(stream)
            manifest = "META-INF/manifest.xml"
            if manifest in parts and b"encryption-data" in self._archive.read(manifest):
                raise encrypted(file)
            self._size = max(parts[_CONTENT].size, 1)
            self._read = 0
            self._widths: dict[str, int] = {}
            self.pages = tuple(self._pages())
        except BROKEN as error:
            raise damaged(file) from error
        if len(self.pages) > limits.max_sheets:
            raise refused(
                file, f"the workbook has more than {limits.max_sheets} sheets",
                f"het werkboek heeft meer dan {limits.max_sheets} bladen",
            )  # fmt: skip

    @property
    def done(self) -> float:
        """The share of the sheets that was read."""
        return self._read / self._size

    def rows(self, page: Page) -> Iterator[tuple[int, list[str]]]:
        """Yield (number, texts) of the rows of a sheet that have a word.

        Raises:
            InputError: It is damaged, or a row is repeated beyond the bounds.
        """
        try:
            with self._archive.open(_CONTENT) as part:
                yield from self._rows(part, page)
        except BROKEN as error:
            raise damaged(self._file) from error

    def _rows(self, part: IO[bytes], page: Page) -> Iterator[tuple[int, list[str]]]:
        inside, depth, number_ = False, 0, 0
        for event, name, element in events(part):
            if name == "table":
                depth += 1 if event == "start" else -1
                if depth == (1 if event == "start" else 0):
                    inside = event == "start" and element.get(f"{_TABLE}name", "") == page.name
                    if event == "end":
                        element.clear()
            elif name == "table-row" and event == "end":
                # a table within a cell is no row of the sheet
                if inside and depth == 1:
                    self._read = part.tell()
                    repeated = int(element.get(f"{_TABLE}number-rows-repeated", "1"))
                    texts = self._texts(element, page)
                    for at in range(number_ + 1, number_ + (repeated if texts else 0) + 1):
                        yield at, list(texts)
                    number_ += repeated
                element.clear()

    def _texts(self, row: Element, page: Page) -> list[str]:
        """Return the texts of a row, without empty ones at its end."""
        out: list[str] = []
        gap = 0
        for cell in row:
            if local(cell) not in {"table-cell", "covered-table-cell"}:
                continue
            repeated = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
            text = self._text(cell) if local(cell) == "table-cell" else ""
            if not text:
                gap += repeated
                continue
            where = f"{self._file}, {page.name}"
            check_size(where, 0, len(out) + gap + repeated, 0, 0, self._limits)
            out += [""] * gap + [text] * repeated
            gap = 0
        return out

    def _text(self, cell: Element) -> str:
        kind = cell.get(f"{_OFFICE}value-type", "")
        shown = "\n".join(_shown(child) for child in cell if local(child) == "p").strip()
        if cell.get(f"{_CALC}value-type") == "error" or _ERROR.fullmatch(shown):
            return shown
        if not kind and cell.get(f"{_TABLE}formula"):
            # never calculated
            return "=" + cell.get(f"{_TABLE}formula", "").partition(":")[2].lstrip("=")
        # of numbers, shares and amounts of money
        if value := cell.get(f"{_OFFICE}value"):
            text = number(value)
            return text.zfill(self._widths.get(cell.get(f"{_TABLE}style-name", ""), 0))
        if kind == "date":
            return moment(dt.datetime.fromisoformat(cell.get(f"{_OFFICE}date-value", "")))
        if kind == "time":
            return _time(cell.get(f"{_OFFICE}time-value", ""))
        if kind == "boolean":
            return cell.get(f"{_OFFICE}boolean-value", "")
        return shown or cell.get(f"{_OFFICE}string-value", "").strip()

    def _pages(self) -> Iterator[Page]:
        hidden, zeros, merged, depth, seen = set[str](), dict[str, int](), 0, 0, set[str]()
        with self._archive.open(_CONTENT) as part:
            for event, name, element in events(part):
                if name == "table":
                    depth += 1 if event == "start" else -1
                    if event == "end" and depth == 0:
                        title = element.get(f"{_TABLE}name", "")
                        if not title or title in seen:
                            raise ValueError(title)
                        seen.add(title)
                        style = element.get(f"{_TABLE}style-name", "")
                        yield Page(title, style in hidden, merged)
                        merged = 0
                        element.clear()
                elif event == "start":
                    continue
                elif name == "table-row":
                    merged += sum(1 for cell in element if _merged(cell))
                    element.clear()
                elif name == "number-style":
                    zeros[element.get(f"{_STYLE}name", "")] = _zeros(element)
                elif name == "style":
                    self._style(element, zeros, hidden)

    def _style(self, element: Element, zeros: dict[str, int], hidden: set[str]) -> None:
        name = element.get(f"{_STYLE}name", "")
        self._widths[name] = zeros.get(element.get(f"{_STYLE}data-style-name", ""), 0)
        for child in element:
            if child.get(f"{_TABLE}display") == "false":
                hidden.add(name)


def _merged(cell: Element) -> bool:
    spans = ("number-columns-spanned", "number-rows-spanned")
    return any(cell.get(f"{_TABLE}{span}", "1") != "1" for span in spans)


def _zeros(style: Element) -> int:
    """Return how many digits a format of whole numbers shows at least."""
    parts = [child for child in style if child.tag.startswith(_NUMBER)]
    if len(parts) != 1 or local(parts[0]) != "number":
        return 0
    if parts[0].get(f"{_NUMBER}decimal-places", "0") != "0":
        return 0
    return min(int(parts[0].get(f"{_NUMBER}min-integer-digits", "0")), 100)


def _shown(paragraph: Element) -> str:
    out = [paragraph.text or ""]
    for child in paragraph:
        name = local(child)
        if child.tag == f"{_TEXT}s":
            out.append(" " * min(int(child.get(f"{_TEXT}c", "1")), 1_000))
        elif name in {"tab", "line-break"}:
            out.append("\t" if name == "tab" else "\n")
        elif name not in _BESIDE:
            out.append(_shown(child))
        out.append(child.tail or "")
    return "".join(out)


def _time(text: str) -> str:
    found = _TIME.fullmatch(text)
    if found is None:
        return text
    sign, hours, minutes, seconds, fraction = found.groups()
    shown = f"{hours}:{minutes:0>2}:{seconds:0>2}"
    if sign or int(hours) > 23:
        return f"{sign}{int(hours)}{shown[len(hours) :]}"
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    return dt.time(int(hours), int(minutes), int(seconds), micro).isoformat()
