"""The rows of an .xlsx sheet (ECMA-376, part 1, 18.3.1), read as a stream.

Spreadsheet programs write cells in very few ways. Rows that are written so are taken apart by one
regular expression; what is left over of a row shows that it is not, and then an XML parser reads
it. A sheet with comments, CDATA or prefixes is read by the parser as a whole.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import IO, Any, Final
from xml.etree.ElementTree import Element, ParseError

from app.tables import cells
from app.tables.archive import events, local, parsed
from app.tables.xlsxvalues import Text, iso, number, runs, string, unescaped

_STEP: Final = 1 << 20
_MAX_COLUMN: Final = 16_384
# column, other attributes, a value that is all; else formula, value, inline string
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})[0-9]+"([^<>/]*)(?:><v>([^<]*)</v></c>|/>|>'
    r"(<f(?: [^<>]*)?(?:/>|>[^<]*</f>))?(?:<v>([^<]*)</v>|<v/>)?"
    r'(?:<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
)
_ATTRIBUTES = re.compile(r'(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?')
_PARTS: Final = _CELL.groups + 1
_DATA = re.compile(r"<sheetData(?:\s[^<>]*)?>")
_ROOT = re.compile(r"<worksheet(?:\s[^<>]*)?(?<!/)>")
_EMPTY_ROW = r'\s*(?:<row r="[0-9]+"(?: [^<>]*)?/>\s*)*'
_NO_ROWS = re.compile(_EMPTY_ROW)
_ROW = re.compile(_EMPTY_ROW + r'<row r="([0-9]+)"[^<>]*(?<!/)>')
_TABLE = re.compile(r"<sst(?:\s[^<>]*)?(?<!/)>")
_STRING = re.compile(r'\s*<si>(?:<t(?: xml:space="preserve")?>([^<]*)</t>|<t/>)?')
_SPACE = re.compile(r"\s*")
_HEAD_STEPS: Final = 64
# the parts of a cell, as `_CELL` gives them
_Cell = Sequence[Any]


@dataclass(slots=True)
class Values:
    """What the cells of a workbook refer to: its strings, and numbers' texts by style."""

    strings: Sequence[str]
    formats: Mapping[str, Text]


@dataclass(slots=True)
class _Formulas:
    """Formulas shared by cells that were never calculated, by their number in the sheet."""

    known: dict[str, tuple[str, str]] = field(default_factory=dict)

    def text(self, element: Element, place: str) -> str:
        """Return a formula as a cell shows it; of a shared one, as it is in that cell."""
        text = "=" + (element.text or "").lstrip("=")
        if element.get("t") == "shared":
            index = element.get("si", "")
            if len(text) > 1:
                self.known.setdefault(index, (text, place))
            elif index in self.known:
                from openpyxl.formula.translate import Translator  # noqa: PLC0415 - rarely needed

                first, origin = self.known[index]
                text = str(Translator(first, origin).translate_formula(place))
        return text


class _UnusualError(Exception):
    """A sheet is not written as spreadsheet programs do."""


def rows(part: IO[bytes], values: Values, *, plain: bool) -> Iterator[tuple[int, list[str]]]:
    """Yield (number, texts) of the rows that have cells, in order; trailing cells may be empty.

    `plain` says that the XML is of elements and text only.

    Raises:
        ValueError, LookupError, ParseError: It is no sheet, or holds what it may not.
    """
    last = 0
    if plain:
        try:
            for last, texts in _quick(part, values):
                yield last, texts
            return
        except _UnusualError:
            part.seek(0)
    for at, texts in _thorough(part, values):
        if at > last:
            yield at, texts


def _quick(part: IO[bytes], values: Values) -> Iterator[tuple[int, list[str]]]:
    stream = io.TextIOWrapper(part, "utf-8-sig")
    try:
        root, text = _head(stream, _DATA, _ROOT)
        reader = _Reader(values, root)
        for row in _pieces(stream, text, "</row>", "</sheetData>", _NO_ROWS):
            yield reader.row(row)
    finally:
        stream.detach()


def _head(
    stream: io.TextIOWrapper, start: re.Pattern[str], root: re.Pattern[str]
) -> tuple[str, str]:
    """Return the start of the root element, and the text that follows on the start of its items."""
    text = ""
    for _ in range(_HEAD_STEPS):
        text += stream.read(_STEP)
        found = start.search(text)
        if found:
            opened = root.search(text, 0, found.end())
            if opened is None or found[0].endswith("/>"):
                break
            return opened[0], text[found.end() :]
    raise _UnusualError


def _pieces(
    stream: io.TextIOWrapper, text: str, end: str, last: str, between: re.Pattern[str]
) -> Iterator[str]:
    """Yield the texts before each `end`, until `last`; before that only `between` may stand."""
    while True:
        cut = text.rfind(end)
        if cut >= 0:
            yield from text[:cut].split(end)
            text = text[cut + len(end) :]
        done = text.find(last)
        if done >= 0:
            if not between.fullmatch(text, 0, done):
                raise _UnusualError
            return
        more = stream.read(_STEP)
        if not more:
            raise _UnusualError
        text += more


def strings(part: IO[bytes], *, plain: bool) -> list[str]:
    """Return the shared strings of a workbook (ECMA-376, part 1, 18.4).

    Raises:
        ValueError, ParseError: They are not as they should be.
    """
    if plain:
        stream = io.TextIOWrapper(part, "utf-8-sig")
        try:
            root, text = _head(stream, _TABLE, _TABLE)
            out: list[str] = []
            for item in _pieces(stream, text, "</si>", "</sst>", _SPACE):
                found = _STRING.fullmatch(item)
                if found:
                    out.append(string(unescaped(found[1] or "")))
                else:
                    out.extend(map(runs, parsed(f"{root}{item}</si></sst>")))
            return out
        except (_UnusualError, ParseError):
            stream.detach()
            part.seek(0)
    out = []
    for event, name, element in events(part):
        if event == "end" and name == "si":
            out.append(runs(element))
            element.clear()
    return out


class _Reader:
    """Reads the text of one row after another."""

    def __init__(self, values: Values, root: str = "") -> None:
        self._strings, self._formats = values.strings, values.formats
        self._root, self._last = root, 0
        self._formulas = _Formulas()
        self._kinds: dict[str | tuple[str | None, str | None], tuple[str, Text]] = {}
        self._attributes: list[str] = []
        self._shown: list[Text] = []
        self._columns: list[str] = []
        self._places: list[int] = []

    def row(self, text: str) -> tuple[int, list[str]]:
        start = _ROW.match(text)
        if start is None:
            raise _UnusualError
        self.number(int(start[1]))
        found = _CELL.split(text[start.end() :])
        if any(found[::_PARTS]):
            try:
                row = parsed(f"{self._root}<row>{text[start.end() :]}</row></worksheet>")[0]
            except ParseError:
                raise _UnusualError from None
            return self.element(row)
        columns, attributes, values = found[1::_PARTS], found[2::_PARTS], found[3::_PARTS]
        if attributes == self._attributes and all(values):
            # most rows are filled and written as the one before
            texts = [shown(value) for shown, value in zip(self._shown, values, strict=True)]
        else:
            more = (found[at::_PARTS] for at in range(4, _PARTS))
            texts = self._texts(zip(columns, attributes, values, *more, strict=True))
            self._attributes = attributes
            self._shown = [self._kinds[each][1] for each in attributes]
        return self._last, self._placed(columns, texts)

    def element(self, row: Element) -> tuple[int, list[str]]:
        """Return a row of which the number is known."""
        found = [*map(_parts, row)]
        return self._last, self._placed([cell[0] for cell in found], self._texts(found))

    def number(self, number: int) -> None:
        """Begin a row; 0 is the next."""
        number = number or self._last + 1
        if number <= self._last:
            raise ValueError(number)
        self._last = number

    def _placed(self, columns: list[str], texts: list[str]) -> list[str]:
        """Return the texts of a row, each at the place of its column."""
        if columns != self._columns:
            self._columns, self._places = columns, _places(columns)
        places = self._places
        if not places or places[-1] + 1 == len(places) == len(set(places)):
            return texts
        out = [""] * (max(places) + 1)
        for place, text in zip(places, texts, strict=True):
            out[place] = text
        return out

    def _texts(self, row: Iterable[_Cell]) -> list[str]:
        kinds, out = self._kinds, list[str]()
        for column, attributes, value, formula, beside, inline in row:
            kind, shown = kinds.get(attributes) or self._kind(attributes)
            if value:
                text = shown(value)
            elif formula is None and inline is None:
                text = shown(beside) if beside else ""
            else:
                text = self._other(column, kind, formula, shown(beside) if beside else "", inline)
            out.append(text)
        return out

    def _kind(self, attributes: str | tuple[str | None, str | None]) -> tuple[str, Text]:
        """Return the type of cells with some attributes, and what makes their values text."""
        if isinstance(attributes, str):
            found = _ATTRIBUTES.fullmatch(attributes)
            if found is None:
                raise _UnusualError
            style, kind = found[1], found[2] or "n"
        else:
            style, kind = attributes[0], attributes[1] or "n"
        texts: dict[str, Text] = {
            "s": lambda value: self._strings[int(value)],
            "n": self._formats.get(style or "0", number),
            "b": lambda value: "true" if int(value) else "false",
            "d": iso,
        }
        # else a result of a formula, or an error of the spreadsheet
        found_kind = kind, texts.get(kind, _string)
        self._kinds[attributes] = found_kind
        return found_kind

    def _other(self, column: str, kind: str, formula: Any, value: str, inline: Any) -> str:
        if kind == "inlineStr":
            if isinstance(inline, str):
                return _string(inline)
            return "" if inline is None else runs(inline)
        if value:
            return value
        # a formula whose result is the empty text says so by its type
        if formula is None or kind == "str":
            return ""
        element = parsed(formula) if isinstance(formula, str) else formula
        return self._formulas.text(element, f"{column}{self._last}")


def _string(value: str) -> str:
    if "&" in value or "_x" in value:
        return string(unescaped(value))
    return value.strip()


def _places(columns: Iterable[str]) -> list[int]:
    out: list[int] = []
    for name in columns:
        out.append(_column(name) if name else out[-1] + 1 if out else 0)
    return out


@cache
def _column(name: str) -> int:
    position = cells.position(name)
    if position > _MAX_COLUMN:
        raise ValueError(name)
    return position - 1


def _thorough(part: IO[bytes], values: Values) -> Iterator[tuple[int, list[str]]]:
    reader = _Reader(values)
    data: Element | None = None
    for event, name, element in events(part):
        if event == "start" and name == "sheetData":
            data = element
        elif event == "end" and name == "row" and data is not None:
            reader.number(int(element.get("r") or 0))
            yield reader.element(element)
            data.clear()
    if data is None:
        raise ValueError("sheetData")


def _parts(cell: Element) -> _Cell:
    found = {local(child): child for child in cell}
    place = cell.get("r", "")
    value = found["v"].text if "v" in found else None
    if value and "&" in value:
        # as it would stand in the file: it is taken for text of XML
        value = value.replace("&", "&amp;")
    attributes = cell.get("s"), cell.get("t")
    alone = None if "f" in found or "is" in found else value
    return (place.rstrip("0123456789"), attributes, alone, found.get("f"), value,
            found.get("is"))  # fmt: skip
