"""An old Excel workbook (.xls, BIFF), read with xlrd: its sheets and their rows as text."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import IO, Any, Final

from app.tables.archive import BROKEN, damaged, encrypted, refused, too_large
from app.tables.sheets import Page, SheetLimits
from app.tables.xlsxvalues import Text, formats, number

# what an encrypted .xlsx is called within its container
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")


class Xls:
    """An open workbook, whole in memory: the form has at most 65,536 rows a sheet."""

    def __init__(self, stream: IO[bytes], file: str, limits: SheetLimits) -> None:
        """Open a workbook.

        Raises:
            InputError: It is no workbook, is damaged, or asks a password.
        """
        import xlrd  # noqa: PLC0415 - few need it

        self._file = file
        data = stream.read(limits.max_unpacked_bytes + 1)
        if len(data) > limits.max_unpacked_bytes:
            raise too_large(file, limits)
        if _ENCRYPTED in data:
            raise encrypted(file)
        try:
            self._book: Any = xlrd.open_workbook(
                file_contents=data, formatting_info=True, on_demand=True, ragged_rows=True,
                logfile=io.StringIO(),
            )  # fmt: skip
            if self._book.nsheets > limits.max_sheets:
                raise refused(
                    file, f"the workbook has more than {limits.max_sheets} sheets",
                    f"het werkboek heeft meer dan {limits.max_sheets} bladen",
                )  # fmt: skip
            self.pages = tuple(map(self._page, range(self._book.nsheets)))
            codes = {style: self._book.format_map[xf.format_key].format_str
                     for style, xf in enumerate(self._book.xf_list)
                     if xf.format_key in self._book.format_map}  # fmt: skip
            self._formats = formats(codes, from_1904=self._book.datemode == 1)
        except xlrd.XLRDError as error:
            raise (encrypted if "encrypted" in str(error) else damaged)(file) from error
        except (*BROKEN, struct.error, xlrd.compdoc.CompDocError) as error:
            raise damaged(file) from error
        self.done = 0.0

    def rows(self, page: Page) -> Iterator[tuple[int, list[str]]]:
        """Yield (number, texts) of the rows of a sheet.

        Raises:
            InputError: It is damaged.
        """
        try:
            sheet = self._book.sheet_by_name(page.name)
            for number_ in range(sheet.nrows):
                self.done = (number_ + 1) / sheet.nrows
                yield number_ + 1, [_text(cell, self._formats) for cell in sheet.row(number_)]
        except (*BROKEN, struct.error) as error:
            raise damaged(self._file) from error

    def _page(self, index: int) -> Page:
        sheet = self._book.sheet_by_index(index)
        return Page(sheet.name, sheet.visibility != 0, len(sheet.merged_cells))


def _text(cell: Any, formats_: dict[str, Text]) -> str:
    import xlrd  # noqa: PLC0415

    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#VALUE!"))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "true" if cell.value else "false"
    if cell.ctype in {xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE}:
        return formats_.get(str(cell.xf_index), number)(repr(cell.value))
    return str(cell.value).strip()
