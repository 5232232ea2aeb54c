"""A guard before readers of workbooks: the zip file (.xlsx, .ods), each part opened within bounds.

No reader sees a part that is too large, has a document type, an encoding that would hide one, or
leads to other files.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, Final
from xml.etree.ElementTree import Element, ParseError, XMLPullParser, fromstring

from app.errors import InputError
from app.tables.cells import position
from app.tables.sheets import SheetLimits, check_size

_STEP_BYTES: Final = 1 << 18
# a small part may be compressed far without harm
_RATIO_FROM_BYTES: Final = 1_000_000
_MAX_TAG_BYTES: Final = 1 << 20
_XML: Final = (".xml", ".rels", ".vml")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b")
# areas that a reader makes a cell of its own for each cell of
_AREA = re.compile(rb"""<(?:\w+:)?(?:mergeCell|table)\b[^>]*?\sref\s*=\s*["']([^"']*)["']""")
_CORNERS = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
_CELLS: Final = (b"<c ", b"<c>")
_DECLARED: Final = (b"<?xml", b"\xef\xbb\xbf<?xml")
# a cell is written with six of them at most, and styles and rows need some
_MARKS_PER_CELL: Final = 8
# what a reader stumbles over in a part that is not as it should be
BROKEN: Final = (
    LookupError, ValueError, TypeError, AttributeError, SyntaxError, ArithmeticError, EOFError,
    OSError, RuntimeError, AssertionError, MemoryError, zipfile.BadZipFile, zlib.error, ParseError,
)  # fmt: skip


@dataclass(slots=True)
class Part:
    """What the guard saw of a part: merged cells, and whether it is elements and text only."""

    merged: int = 0
    plain: bool = True
    size: int = 0


def guard(stream: IO[bytes], file: str, limits: SheetLimits) -> Mapping[str, Part]:
    """Return the parts of a zip file by name, after every one was opened within bounds.

    Raises:
        InputError: It is no workbook, is damaged, or holds what a reader should not see.
    """
    if _count(stream, b"PK\x01\x02") > limits.max_parts:
        raise refused(file, "the workbook has too many parts", "het werkboek heeft te veel delen")
    try:
        with zipfile.ZipFile(stream) as archive:
            scan = _Scan(file, limits)
            return {entry.filename: scan.part(archive, entry) for entry in archive.infolist()}
    except BROKEN as error:
        raise damaged(file) from error


def parsed(xml: str | bytes) -> Element:
    """Return the root of guarded XML.

    Raises:
        ParseError: It is not well-formed.
    """
    return fromstring(xml)  # noqa: S314 - the guard lets no document types through


def events(part: IO[bytes]) -> Iterator[tuple[str, str, Element]]:
    """Yield (start or end, local name, element) of guarded XML, as a stream.

    Raises:
        ParseError: It is not well-formed.
    """
    parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
    while piece := part.read(_STEP_BYTES):
        parser.feed(piece)
        yield from _read(parser)
    parser.close()
    yield from _read(parser)


def _read(parser: XMLPullParser[Element]) -> Iterator[tuple[str, str, Element]]:
    asked: Any = parser.read_events()
    for kind, element in asked:
        yield kind, local(element), element


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def _count(stream: IO[bytes], sign: bytes) -> int:
    stream.seek(0)
    found, rest = 0, b""
    while piece := stream.read(_STEP_BYTES):
        found += (rest + piece).count(sign)
        rest = piece[1 - len(sign) :]
    return found


class _Scan:
    """The bounds of all parts together."""

    def __init__(self, file: str, limits: SheetLimits) -> None:
        self._file, self._limits = file, limits
        self._total = self._areas = self._marks = self._cells = 0

    def part(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Part:
        if "/externalLinks/" in f"/{entry.filename}":
            raise refused(
                self._file,
                "the workbook refers to other files (external links). Break the links in "
                "Excel: Data > Edit Links > Break Link",
                "het werkboek verwijst naar andere bestanden (externe koppelingen). "
                "Verbreek ze in Excel: Gegevens > Koppelingen bewerken",
            )
        out = Part()
        xml = entry.filename.lower().endswith(_XML)
        rest = b""
        for piece in _inflated(archive, entry, self._file, self._limits):
            self._total += len(piece)
            if self._total > self._limits.max_unpacked_bytes:
                raise too_large(self._file, self._limits)
            if xml and not out.size:
                _check_encoding(piece, self._file)
            out.size += len(piece)
            whole = rest + piece
            # a tag that is cut in two is looked at as a whole
            cut = whole.rfind(b"<")
            cut = len(whole) if cut < 0 or b">" in whole[cut:] else cut
            if len(whole) - cut > _MAX_TAG_BYTES:
                if xml:
                    raise ValueError(entry.filename)
                cut = len(whole)
            self._look(out, whole[:cut], xml=xml)
            rest = whole[cut:]
        self._look(out, rest, xml=xml)
        return out

    def _look(self, part: Part, piece: bytes, *, xml: bool) -> None:
        if xml:
            if b"\x00" in piece:
                raise _not_utf8(self._file)
            # a sign alone is found far sooner
            if b"?" in piece:
                start = piece.find(b"?>") if piece.startswith(_DECLARED) else 0
                part.plain &= piece.find(b"<?", max(start, 0)) < 0
            if b"!" in piece and b"<!" in piece:
                part.plain = False
                _check_type(piece, self._file)
        self._marks += piece.count(b"<")
        self._cells += sum(map(piece.count, _CELLS))
        found = max(self._cells, self._marks // _MARKS_PER_CELL)
        check_size(self._file, 0, 0, found, 0, self._limits)
        if b"mergeCell" in piece or b"table" in piece:
            part.merged += len(_MERGED.findall(piece))
            self._areas += sum(map(_size, _AREA.findall(piece)))
            if self._areas > self._limits.max_cells:
                most = self._limits.max_cells
                raise refused(
                    self._file, f"merged cells or tables span more than {most} cells",
                    f"samengevoegde cellen of tabellen beslaan meer dan {most} cellen",
                )  # fmt: skip


def _inflated(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: str, limits: SheetLimits
) -> Iterator[bytes]:
    if entry.flag_bits & 1 or entry.compress_type not in {
        zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
    }:  # fmt: skip
        raise encrypted(file)
    out = 0
    with archive.open(entry) as part:
        while piece := part.read(_STEP_BYTES):
            out += len(piece)
            most = max(_RATIO_FROM_BYTES, limits.max_ratio * entry.compress_size)
            if out > min(most, limits.max_unpacked_bytes):
                raise too_large(file, limits)
            yield piece


def _size(area: bytes) -> int:
    """Return how many cells an area such as B3:D7 has."""
    found = _CORNERS.fullmatch(area)
    if found is None:
        raise ValueError(area)
    left, top, right, bottom = found[1], found[2], found[3] or found[1], found[4] or found[2]
    width = position(right.decode()) - position(left.decode()) + 1
    return max(width, 1) * max(int(bottom) - int(top) + 1, 1)


def _check_encoding(start: bytes, file: str) -> None:
    declared = _ENCODING.match(start[:200].removeprefix(b"\xef\xbb\xbf"))
    utf8 = declared is None or declared[1].lower() in {b"utf-8", b"us-ascii"}
    if not utf8 or start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _not_utf8(file)


def _check_type(content: bytes, file: str) -> None:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise refused(
            file, "the workbook holds a document type, which no spreadsheet program writes",
            "het werkboek bevat een documenttype, wat geen rekenprogramma schrijft",
        )  # fmt: skip


def refused(file: str, en: str, nl: str) -> InputError:
    """Return the error of a file that is not opened."""
    return InputError(f"{file}: {en}.", nl=f"{file}: {nl}.")


def damaged(file: str) -> InputError:
    """Return the error of a file that is not what it should be."""
    return refused(
        file, "the workbook is damaged or no .xlsx. Open it in Excel and save it as .xlsx",
        "het werkboek is beschadigd of geen .xlsx. Open het in Excel en bewaar het als .xlsx",
    )  # fmt: skip


def encrypted(file: str) -> InputError:
    """Return the error of a file that asks a password."""
    return refused(
        file, "the workbook is encrypted or packed in a way we do not open. Save it without a "
        "password",
        "het werkboek is versleuteld of op een manier ingepakt die we niet openen. Bewaar het "
        "zonder wachtwoord",
    )  # fmt: skip


def too_large(file: str, limits: SheetLimits) -> InputError:
    """Return the error of a file that is too large once unpacked."""
    most = limits.max_unpacked_bytes // 1_000_000
    return refused(
        file, f"the workbook is larger than {most} MB once unpacked, or compressed suspiciously "
        "far",
        f"het werkboek is uitgepakt groter dan {most} MB, of verdacht sterk samengedrukt",
    )  # fmt: skip


def _not_utf8(file: str) -> InputError:
    return refused(
        file, "the workbook holds text that is not UTF-8 or has NUL characters",
        "het werkboek bevat tekst die geen UTF-8 is of NUL-tekens heeft",
    )  # fmt: skip
