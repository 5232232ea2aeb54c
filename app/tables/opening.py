"""A table in a file of any form that we read; the content decides, then the name."""

from __future__ import annotations

import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import Final

from app.errors import InputError
from app.tables.archive import damaged
from app.tables.batch import Dialect, Source
from app.tables.books import open_sheet
from app.tables.csvfile import open_csv
from app.tables.jsonfile import open_json
from app.tables.sheets import OWN, SheetLimits, check_size

OLE: Final = b"\xd0\xcf\x11\xe0"
ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
CSV, JSON = "csv", "json"
_TEXTS: Final = {".csv", ".tsv", ".tab", ".txt"}


def open_table(
    path: Path,
    dialect: Dialect,
    *,
    wanted: Collection[str],
    limits: SheetLimits = OWN,
    strict: bool = True,
) -> Source:
    """Return the table of a file: CSV, .xlsx, .ods, .xls or JSON.

    The header is the row among the first ten that has most of the `wanted` columns, unless the
    dialect names it. Where `strict`, each of them must be there, and once.

    Raises:
        InputError: It cannot be read; says what, where and what to do.
    """
    form = form_of(path)
    if form == CSV:
        source = open_csv(path, dialect, wanted, strict=strict)
        check_size(path.name, 0, len(source.header), 0, 0, limits)
        return source
    if form == JSON:
        return open_json(path, dialect, wanted, limits, strict=strict)
    return open_sheet(path, form, dialect, wanted, limits, strict=strict)


def form_of(path: Path) -> str:
    """Return the form of a file: csv, json, xlsx, ods or xls.

    Raises:
        InputError: It does not exist, or is a zip file that holds no workbook.
    """
    try:
        with path.open("rb") as file:
            start = file.read(1024)
    except OSError:
        raise InputError(
            f"{path.name}: the file does not exist or cannot be read.",
            nl=f"{path.name}: het bestand bestaat niet of kan niet gelezen worden.",
        ) from None
    if start.startswith(OLE):
        return "xls"
    if start.startswith(ZIP):
        return _packed(path, start)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"[", b"{")) and path.suffix.lower() not in _TEXTS:
        return JSON
    return JSON if path.suffix.lower() == ".json" else CSV


def _packed(path: Path, start: bytes) -> str:
    if b"opendocument.spreadsheet" in start:
        return "ods"
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError):
        raise damaged(path.name) from None
    if "[Content_Types].xml" in names and "xl/workbook.bin" not in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise InputError(
        f"{path.name}: this is no workbook that we read. Save it as .xlsx or .ods, or the sheet "
        "as CSV UTF-8.",
        nl=f"{path.name}: dit is geen werkboek dat we lezen. Bewaar het als .xlsx of .ods, of het "
        "blad als CSV UTF-8.",
    )
