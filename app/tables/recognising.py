"""Whether what somebody hands over is a table, and in which form; what we do not read is refused.

Content decides before the media type, the media type before the suffix.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from app.errors import InputError

CSV: Final = "csv"
WORKBOOK: Final = "xlsx"
_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_TYPES: Final = {
    "text/csv": CSV, "text/tab-separated-values": CSV, "application/csv": CSV,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": WORKBOOK,
}  # fmt: skip
_SUFFIXES: Final = {".csv": CSV, ".tsv": CSV, ".tab": CSV, ".xlsx": WORKBOOK, ".xlsm": WORKBOOK}
_OTHERS: Final = {".xls", ".xlsb", ".ods", ".fods", ".numbers"}


def form_of(data: bytes, media_type: str, name: str) -> str:
    """Return CSV, WORKBOOK, or "" for what is no table by its marks.

    Raises:
        InputError: It is a spreadsheet in a form we do not read, or not what its name says.
    """
    suffix = PurePosixPath(name).suffix.lower()
    file = PurePosixPath(name).name
    if data.startswith(_ZIP) and b"xl/workbook.xml" in data:
        return WORKBOOK
    other = data.startswith(_ZIP) and (
        b"opendocument.spreadsheet" in data[:200] or b"xl/workbook.bin" in data
    )
    if data.startswith(_OLE) or other or suffix in _OTHERS:
        raise InputError(
            f"{file}: this form of spreadsheet is not read, and one with a password neither. "
            "Save it as .xlsx, or the sheet as CSV UTF-8.",
            nl=f"{file}: deze vorm van rekenblad wordt niet gelezen, en een met een wachtwoord "
            "evenmin. Bewaar het als .xlsx, of het blad als CSV UTF-8.",
        )
    form = _TYPES.get(media_type.partition(";")[0].strip().lower()) or _SUFFIXES.get(suffix, "")
    if data.startswith(_ZIP) != (form == WORKBOOK) and form:
        raise InputError(
            f"{file}: the content is not what the name says. A workbook is .xlsx, a text with "
            "separators .csv.",
            nl=f"{file}: de inhoud is niet wat de naam zegt. Een werkboek is .xlsx, een tekst met "
            "scheidingstekens .csv.",
        )
    return form
