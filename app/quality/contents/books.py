"""Workbooks and documents of offices: Excel, OpenDocument, Word; old ones too."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection
from typing import Final

from app.errors import InputError
from app.quality.contents.file import File
from app.quality.contents.words import problem, told
from app.quality.evidence import Content
from app.tables.archive import damaged, encrypted
from app.tables.ods import Ods
from app.tables.sheets import SheetLimits
from app.tables.workbook import Book, bounded
from app.tables.xls import Xls
from app.tables.xlsx import Xlsx

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LIMITS: Final = SheetLimits(
    max_unpacked_bytes=300_000_000, max_ratio=500, max_sheets=200, max_rows=1_048_576,
    max_columns=16_384, max_cells=5_000_000, max_characters=300_000_000,
)  # fmt: skip
_ENTRY_NAMES: Final = 64
_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument."
_OF_MIME: Final = {
    f"{_OPEN_DOCUMENT}spreadsheet": "ODS", f"{_OPEN_DOCUMENT}text": "ODT",
    f"{_OPEN_DOCUMENT}presentation": "ODP", f"{_OPEN_DOCUMENT}graphics": "ODG",
    f"{_OPEN_DOCUMENT}database": "ODB", f"{_OPEN_DOCUMENT}formula": "ODF",
    "application/epub+zip": "EPUB",
}  # fmt: skip
_OF_PART: Final = (
    ("xl/workbook.bin", "XLSB"), ("xl/vbaProject.bin", "XLSM"), ("xl/workbook.xml", "XLSX"),
    ("word/document.xml", "DOCX"), ("ppt/presentation.xml", "PPTX"),
)  # fmt: skip
_READERS: Final[dict[str, type[Xlsx | Ods]]] = {"XLSX": Xlsx, "XLSM": Xlsx, "ODS": Ods}
# streams of old documents, as their containers name them
_STREAMS: Final = (("Workbook", "XLS"), ("Book", "XLS"), ("WordDocument", "DOC"),
                   ("PowerPoint Document", "PPT"))  # fmt: skip


def office_type(names: Collection[str], mime: str) -> str:
    """Return the file type of a zip with such parts and such a `mimetype`, or ""."""
    if mime in _OF_MIME:
        return _OF_MIME[mime]
    if "[Content_Types].xml" not in names:
        return ""
    return next((kind for part, kind in _OF_PART if part in names), "")


def of_office(file: File, kind: str) -> Content:
    """Return what an office's zip holds: rows of a workbook; a document is only opened."""
    if file.cut:
        return Content(kind, None)
    if kind == "XLSB":
        return Content(kind, None, problem("workbook-binary"))
    if kind in _READERS:
        return _workbook(file, kind)
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            locked = any(entry.flag_bits & 1 for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return Content(kind, False, problem("archive"))
    return Content(kind, False, problem("locked")) if locked else Content(kind, True)


def of_old(file: File) -> Content:
    """Return what an old document (OLE) is."""
    found = [kind for name, kind in _STREAMS if _stream(name) in file.data]
    if _stream("EncryptedPackage") in file.data:
        return Content("XLSX" if file.labelled("xlsx") else "", False, problem("locked"))
    if "XLS" in found:
        return Content("XLS", None) if file.cut else _workbook(file, "XLS")
    if not found:
        return Content("", None, problem("unknown"))
    return Content(found[0], None if file.cut else True)


def _stream(name: str) -> bytes:
    return b"\x00" + name.encode("utf-16-le") if name == "Book" else name.encode("utf-16-le")


def _workbook(file: File, kind: str) -> Content:
    """Return how many rows below a header the sheets have."""
    name, rows = file.name or kind, 0
    try:
        book: Book = (_READERS.get(kind) or Xls)(io.BytesIO(file.data), name, _LIMITS)
        for page in book.pages:
            found = sum(1 for _ in bounded(name, book, page, _LIMITS))
            rows += max(found - 1, 0)
    except InputError as error:
        # of one that is larger than we read, or refers to others, it is not known
        wrong = error.detail in {damaged(name).detail, encrypted(name).detail}
        return Content(kind, False if wrong else None, told(error))
    return Content(kind, True, {}, rows, "rows")
