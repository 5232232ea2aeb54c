"""Reading an Excel workbook (.xlsx, ECMA-376) into sheets of text, behind a guard.

The guard opens every part within bounds before a reader of workbooks sees any: no document types,
no external links, no encodings that would hide them. Cells give the value that Excel last
calculated, in the lexical form of the descriptor's types.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from app.errors import InputError
from app.tables.cells import Note, position
from app.tables.sheets import Sheet, SheetLimits, check_size

_STEP_BYTES: Final = 1 << 16
# a small part may be compressed far without harm
_RATIO_FROM_BYTES: Final = 1_000_000
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b")
# areas that a reader makes a cell of its own for each cell of
_AREA = re.compile(rb"""<(?:\w+:)?(?:mergeCell|table)\b[^>]*?\sref\s*=\s*["']([^"']*)["']""")
_CORNERS = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
# a cell is written with six of them at most, and styles and rows need some
_MARKS_PER_CELL: Final = 8
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ZEROS = re.compile(r"0+")
# what a reader stumbles over in a part that is not as it should be
_BROKEN: Final = (
    LookupError, ValueError, TypeError, AttributeError, SyntaxError, ArithmeticError, EOFError,
    OSError, RuntimeError, AssertionError, MemoryError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
# part of a workbook -> what our copy of it may lose
_LOST: Final = {
    "xl/media/": ("afbeeldingen", "pictures"),
    "xl/drawings/drawing": ("vormen en grafieken", "shapes and charts"),
    "xl/pivotTables/": ("draaitabellen", "pivot tables"),
    "xl/slicers/": ("slicers", "slicers"),
    "xl/threadedComments/": ("gesprekken bij cellen", "threaded comments"),
    "xl/vbaProject": ("macro's", "macros"),
    "xl/connections": ("gegevensverbindingen", "data connections"),
}


def read_workbook(data: bytes, file: str, limits: SheetLimits) -> list[Sheet]:
    """Return the worksheets of a workbook, in order.

    Raises:
        InputError: It is damaged, too large, or holds what we do not open; says which.
    """
    parts = guard(data, file, limits)
    values = load(data, file, read_only=True, data_only=True)
    if len(values.worksheets) > limits.max_sheets:
        raise _refused(
            file, f"the workbook has more than {limits.max_sheets} sheets",
            f"het werkboek heeft meer dan {limits.max_sheets} bladen",
        )  # fmt: skip
    # what was never calculated is only found in the formulas themselves
    formulas = load(data, file, read_only=True) if any(map(_FORMULA.search, parts.values())) else ()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [
                _sheet(file, sheet, formulas and formulas[sheet.title],
                       parts.get(sheet._worksheet_path, b""), limits)
                for sheet in values.worksheets
            ]  # fmt: skip
    except _BROKEN as error:
        raise _damaged(file) from error


def load(data: bytes, file: str, **options: Any) -> Any:
    """Return openpyxl's workbook of guarded bytes.

    Raises:
        InputError: It is damaged.
    """
    import openpyxl  # noqa: PLC0415 - slow to import, and few need it

    with warnings.catch_warnings():
        # it warns of what it does not keep; that is told otherwise
        warnings.simplefilter("ignore")
        try:
            return openpyxl.load_workbook(io.BytesIO(data), keep_links=False, **options)
        except _BROKEN as error:
            raise _damaged(file) from error


def warm() -> None:
    """Import the reader of workbooks now: in a process that others are forked from."""
    import openpyxl  # noqa: F401, PLC0415


def lost_parts(data: bytes) -> dict[str, str]:
    """Return what a copy of a guarded workbook may lose, in nl and en; {} if nothing."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
    found = [texts for start, texts in _LOST.items() if any(n.startswith(start) for n in names)]
    return {lang: ", ".join(texts[i] for texts in found) for i, lang in enumerate(("nl", "en"))
            if found}  # fmt: skip


def guard(data: bytes, file: str, limits: SheetLimits) -> Mapping[str, bytes]:
    """Return the sheets' XML by part name, after every part was opened within bounds.

    Raises:
        InputError: It is no workbook, is damaged, or holds what a reader should not see.
    """
    if data.count(b"PK\x01\x02") > limits.max_parts:
        raise _refused(file, "the workbook has too many parts", "het werkboek heeft te veel delen")
    sheets: dict[str, bytes] = {}
    total = areas = marks = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                if "/externalLinks/" in f"/{entry.filename}":
                    raise _refused(
                        file,
                        "the workbook refers to other files (external links). Break the links in "
                        "Excel: Data > Edit Links > Break Link",
                        "het werkboek verwijst naar andere bestanden (externe koppelingen). "
                        "Verbreek ze in Excel: Gegevens > Koppelingen bewerken",
                    )
                content = b"".join(_inflated(archive, entry, file, limits))
                total += len(content)
                if total > limits.max_unpacked_bytes:
                    raise _too_large(file, limits)
                if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _check_xml(content, file)
                if entry.filename.startswith("xl/worksheets/"):
                    sheets[entry.filename] = content
                marks += content.count(b"<")
                cells = len(_CELL.findall(content))
                check_size(file, 0, 0, max(cells, marks // _MARKS_PER_CELL), 0, limits)
                areas += sum(map(_size, _AREA.findall(content)))
                if areas > limits.max_cells:
                    raise _refused(
                        file, f"merged cells or tables span more than {limits.max_cells} cells",
                        "samengevoegde cellen of tabellen beslaan meer dan "
                        f"{limits.max_cells} cellen",
                    )  # fmt: skip
    except _BROKEN as error:
        raise _damaged(file) from error
    return sheets


def _inflated(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: str, limits: SheetLimits
) -> Iterator[bytes]:
    if entry.flag_bits & 1 or entry.compress_type not in {
        zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
    }:  # fmt: skip
        raise _refused(
            file, "the workbook is encrypted or packed in a way we do not open",
            "het werkboek is versleuteld of op een manier ingepakt die we niet openen",
        )  # fmt: skip
    out = 0
    with archive.open(entry) as part:
        while piece := part.read(_STEP_BYTES):
            out += len(piece)
            most = max(_RATIO_FROM_BYTES, limits.max_ratio * entry.compress_size)
            if out > min(most, limits.max_unpacked_bytes):
                raise _too_large(file, limits)
            yield piece


def _size(area: bytes) -> int:
    """Return how many cells an area such as B3:D7 has."""
    found = _CORNERS.fullmatch(area)
    if found is None:
        raise ValueError(area)
    left, top, right, bottom = found[1], found[2], found[3] or found[1], found[4] or found[2]
    width = position(right.decode()) - position(left.decode()) + 1
    return max(width, 1) * max(int(bottom) - int(top) + 1, 1)


def _check_xml(content: bytes, file: str) -> None:
    declared = _ENCODING.match(content[:200].removeprefix(b"\xef\xbb\xbf"))
    utf8 = declared is None or declared[1].lower() in {b"utf-8", b"us-ascii"}
    if not utf8 or b"\x00" in content or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refused(
            file, "the workbook holds text that is not UTF-8 or has NUL characters",
            "het werkboek bevat tekst die geen UTF-8 is of NUL-tekens heeft",
        )  # fmt: skip
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise _refused(
            file, "the workbook holds a document type, which no spreadsheet program writes",
            "het werkboek bevat een documenttype, wat geen rekenprogramma schrijft",
        )  # fmt: skip


def _sheet(file: str, sheet: Any, formulas: Any, xml: bytes, limits: SheetLimits) -> Sheet:
    where = f"{file}, {sheet.title}"
    rows: list[tuple[int, tuple[str, ...]]] = []
    cells = characters = 0
    formula_rows = _rows(formulas, limits) if formulas and _FORMULA.search(xml) else None
    for number, row in enumerate(_rows(sheet, limits), start=1):
        uncached = next(formula_rows, ()) if formula_rows else ()
        texts = [_text(cell, _at(uncached, index)) for index, cell in enumerate(row)]
        while texts and not texts[-1]:
            texts.pop()
        cells, characters = cells + len(row), characters + sum(map(len, texts))
        check_size(where, number, len(texts), cells, characters, limits)
        if any(texts):
            rows.append((number, tuple(texts)))
    return Sheet(file, sheet.title, tuple(rows), tuple(_notes(sheet, xml)) if rows else ())


def _rows(sheet: Any, limits: SheetLimits) -> Iterator[tuple[Any, ...]]:
    # what a sheet says of its own size is not to be trusted
    sheet.reset_dimensions()
    rows: Iterable[tuple[Any, ...]] = sheet.iter_rows(max_row=limits.max_rows + 1)
    return iter(rows)


def _at(row: tuple[Any, ...], index: int) -> Any:
    return row[index] if index < len(row) else None


def _text(cell: Any, formula: Any) -> str:
    """Return a cell as text; a formula that was never calculated is itself."""
    value = cell.value
    if value is None:
        # a formula whose result is the empty text says so by its type
        if formula is not None and formula.data_type == "f" and cell.data_type != "str":
            return "=" + str(getattr(formula.value, "text", formula.value)).lstrip("=")
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value, cell.number_format)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value).strip()


def _number(value: float, number_format: str) -> str:
    """Return a number without exponent, in the 15 digits that Excel holds (xsd:decimal)."""
    plain = format(Decimal(f"{value:.15g}"), "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    # such a format shows the zeros of a code that a number has lost
    return plain.zfill(len(number_format)) if _ZEROS.fullmatch(number_format) else plain


def _notes(sheet: Any, xml: bytes) -> Iterator[Note]:
    name = sheet.title
    if sheet.sheet_state != "visible":
        yield Note("hidden-sheet", {
            "nl": f"Het blad {name} is verborgen; het is mee gelezen.",
            "en": f"The sheet {name} is hidden; it was read as well.",
        })  # fmt: skip
    merged = len(_MERGED.findall(xml))
    if merged:
        yield Note("merged-cells", {
            "nl": f"Het blad {name} heeft samengevoegde cellen ({merged}); enkel de eerste cel van "
            "elk telt, de andere zijn leeg.",
            "en": f"The sheet {name} has merged cells ({merged}); only the first cell of each "
            "counts, the others are empty.",
        })  # fmt: skip


def _refused(file: str, en: str, nl: str) -> InputError:
    return InputError(f"{file}: {en}.", nl=f"{file}: {nl}.")


def _damaged(file: str) -> InputError:
    return _refused(
        file, "the workbook is damaged or no .xlsx. Open it in Excel and save it as .xlsx",
        "het werkboek is beschadigd of geen .xlsx. Open het in Excel en bewaar het als .xlsx",
    )  # fmt: skip


def _too_large(file: str, limits: SheetLimits) -> InputError:
    most = limits.max_unpacked_bytes // 1_000_000
    return _refused(
        file, f"the workbook is larger than {most} MB once unpacked, or compressed suspiciously "
        "far",
        f"het werkboek is uitgepakt groter dan {most} MB, of verdacht sterk samengedrukt",
    )  # fmt: skip
