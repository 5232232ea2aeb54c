"""Formats that are known by their first bytes: PDF, pictures, databases, scientific formats."""

from __future__ import annotations

import re
import sqlite3
import struct
from contextlib import closing
from typing import Final

from app.quality.contents.file import File
from app.quality.contents.words import problem
from app.quality.evidence import Content

_PDF_HEAD: Final = 1_024
_PAGE: Final = re.compile(rb"/Type\s*/Page\b")
_SQLITE: Final = b"SQLite format 3\x00"
_GEO_KEYS: Final = 34_735
_MAX_TAGS: Final = 4_096
_DBF_FIELD: Final = 32
_DBF_TERMINATOR: Final = 0x0D
_DBF_VERSIONS: Final = frozenset({0x02, 0x03, 0x30, 0x31, 0x43, 0x83, 0x8B, 0xF5})
# first bytes -> file type, and how a whole file ends ("" where that is not told)
_MAGICS: Final = (
    (b"\x89PNG\r\n\x1a\n", "PNG", b"IEND\xaeB`\x82"),
    (b"\xff\xd8\xff", "JPEG", b"\xff\xd9"),
    (b"GIF87a", "GIF", b"\x3b"),
    (b"GIF89a", "GIF", b"\x3b"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG2000", b""),
    (b"7z\xbc\xaf\x27\x1c", "7Z", b""),
    (b"Rar!\x1a\x07", "RAR", b""),
    (b"\xfd7zXZ\x00", "XZ", b"YZ"),
    (b"BZh", "BZIP2", b""),
    (b"\x89HDF\r\n\x1a\n", "HDF", b""),
    (b"CDF\x01", "NETCDF", b""),
    (b"CDF\x02", "NETCDF", b""),
    (b"CDF\x05", "NETCDF", b""),
    (b"LASF", "LAS", b""),
    (b"\x00\x01\x00\x00Standard Jet DB", "MDB", b""),
    (b"\x00\x01\x00\x00Standard ACE DB", "MDB", b""),
    (b"{\\rtf", "RTF", b""),
    (b"%!PS", "PS", b""),
    (b"AC10", "DWG", b""),
    (b"\x00\x00\x27\x0a", "SHP", b""),
)  # fmt: skip
_PACKED: Final = frozenset({"7Z", "RAR", "XZ", "BZIP2"})
_TAIL: Final = 1_024


def of_bytes(file: File) -> Content | None:
    """Return what a file is by how it begins, or None; archives and workbooks are not told here."""
    data = file.data
    at = data.find(b"%PDF-", 0, _PDF_HEAD)
    # a text can hold the sign as well
    if at == 0 or (at > 0 and b" obj" in data):
        return _pdf(file)
    if data.startswith(_SQLITE):
        return _sqlite(file)
    if data.startswith((b"II*\x00", b"MM\x00*")):
        return _tiff(file)
    if data.startswith(b"PAR1"):
        return _parquet(file)
    for magic, file_type, end in _MAGICS:
        if data.startswith(magic):
            return _known(file, file_type, end)
    return Content("DBF", None if file.cut else True) if _is_dbf(data) else None


def _known(file: File, file_type: str, end: bytes) -> Content:
    if file_type in _PACKED:
        return Content(file_type, None, problem("archive-closed"))
    if file_type == "SHP":
        return Content(file_type, False, problem("parts", part=".dbf, .shx"))
    if file.cut:
        return Content(file_type, None)
    if end and end not in file.data[-_TAIL:]:
        return Content(file_type, False, problem("cut-off"))
    return Content(file_type, True)


def _pdf(file: File) -> Content:
    pages = len(_PAGE.findall(file.data))
    counted = "pages" if pages else ""
    if file.cut:
        return Content("PDF", None, {}, 0, "")
    if b"%%EOF" not in file.data[-_TAIL:]:
        return Content("PDF", False, problem("cut-off"), pages, counted)
    return Content("PDF", True, {}, pages, counted)


def _parquet(file: File) -> Content:
    if file.cut:
        return Content("PARQUET", None)
    data = file.data
    if len(data) < 12 or not data.endswith(b"PAR1"):
        return Content("PARQUET", False, problem("cut-off"))
    footer = int.from_bytes(data[-8:-4], "little")
    return (Content("PARQUET", True) if footer + 12 <= len(data)
            else Content("PARQUET", False, problem("cut-off")))  # fmt: skip


def _tiff(file: File) -> Content:
    """Return whether a TIFF has the tag of GeoTIFF in its first directory."""
    order = "<" if file.data.startswith(b"II") else ">"
    try:
        (at,) = struct.unpack_from(f"{order}I", file.data, 4)
        (count,) = struct.unpack_from(f"{order}H", file.data, at)
        tags = {struct.unpack_from(f"{order}H", file.data, at + 2 + 12 * tag)[0]
                for tag in range(min(count, _MAX_TAGS))}  # fmt: skip
    except struct.error:
        return Content("TIFF", None) if file.cut else Content("TIFF", False, problem("cut-off"))
    return Content("GEOTIFF" if _GEO_KEYS in tags else "TIFF", None if file.cut else True)


def _sqlite(file: File) -> Content:
    geo = file.data[68:72] in {b"GPKG", b"GP10", b"GP11"}
    if file.cut:
        return Content("GPKG", None) if geo else Content("", None, problem("no-geopackage"))
    try:
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(file.data)
            # nothing that a stranger's schema defines may be called
            database.execute("PRAGMA trusted_schema = OFF")
            if database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                return Content("GPKG" if geo else "", False, problem("database"))
            tables = {name for (name,) in database.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table'")}  # fmt: skip
            if "gpkg_contents" not in tables:
                return Content("", True, problem("no-geopackage"))
            named = {name for (name,) in database.execute("SELECT table_name FROM gpkg_contents")}
            count = sum(_rows(database, name) for name in sorted(named & tables))
    except (sqlite3.Error, MemoryError, ValueError):
        return Content("GPKG" if geo else "", False, problem("database"))
    return Content("GPKG", True, {}, count, "features")


def _rows(database: sqlite3.Connection, table: str) -> int:
    quoted = table.replace('"', '""')
    found: tuple[int] = database.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()  # noqa: S608 - quoted, in memory
    return found[0]


def _is_dbf(data: bytes) -> bool:
    """Tell whether the head of a file is one of dBase: a version, a date, fields up to a mark."""
    if len(data) <= _DBF_FIELD or data[0] not in _DBF_VERSIONS:
        return False
    month, day = data[2], data[3]
    size = int.from_bytes(data[8:10], "little")
    return (
        1 <= month <= 12 and 1 <= day <= 31 and size > _DBF_FIELD and len(data) >= size
        and (data[size - 1] == _DBF_TERMINATOR or (size - 1) % _DBF_FIELD == 0)
    )  # fmt: skip
