"""SPARQL results in JSON, written as XML, CSV or TSV while they stream by (SPARQL 1.1).

The end of JSON can be seen, that of CSV cannot; and engines differ in the other formats (Virtuoso
drops datatypes, and writes ASK as a table).
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from app.store.sparql.failures import broken

Row = dict[str, dict[str, Any]]

_OPEN: Final = re.compile(r"\s*\{")
_LIST: Final = re.compile(r"\s*\[")
_KEY: Final = re.compile(r'\s*,?\s*"([^"\\]*)"\s*:\s*')
_CLOSE: Final = re.compile(r"\s*\}")
_ROW: Final = re.compile(r"\s*,?\s*(?=\{)")
_ROWS_END: Final = re.compile(r"\s*\]")
_AFTER_VALUE: Final = re.compile(r"\s*[,}]")
_REST: Final = re.compile(r"\s*\Z")
_decoder = json.JSONDecoder()
_MOST_CHARACTERS: Final = 16_000_000  # of one row
_TO_QUOTE: Final = re.compile(r'[",\r\n]')
_NOT_XML: Final = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML_START: Final = '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
_ESCAPES: Final = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
)  # fmt: skip


def _decode_value(text: str, at: int) -> tuple[Any, int]:
    try:
        return _decoder.raw_decode(text, at)
    except RecursionError:
        broken()  # no result is that deep


class BindingsReader:
    """Reads a result bit by bit; `names` are its variables, `answer` that of an ASK."""

    def __init__(self) -> None:
        self.names: list[str] | None = None
        self.answer: bool | None = None
        self._text, self._at, self._enough = "", 0, 0
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._state: Callable[[], Iterator[Row] | None] | None = self._open

    def feed(self, piece: bytes, *, final: bool = False) -> Iterator[Row]:
        """Yield the rows that are complete.

        Raises:
            BadGatewayError: It is no SPARQL result, or at the end it is not whole.
        """
        try:
            self._text = self._text[self._at :] + self._decoder.decode(piece, final)
        except UnicodeDecodeError:
            broken()
        self._at = 0
        # what was too little is looked at again once there is twice as much
        if len(self._text) >= self._enough or final:
            yield from self._read()
            self._enough = 2 * (len(self._text) - self._at)
        if len(self._text) - self._at > _MOST_CHARACTERS:
            broken()
        if final and (self._state is not None or not _REST.match(self._text, self._at)):
            broken()

    def _read(self) -> Iterator[Row]:
        while self._state is not None:
            before = self._at, self._state
            rows = self._state()
            if rows is not None:
                yield from rows
            if (self._at, self._state) == before:
                return

    def _skip(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._text, self._at)
        if found:
            self._at = found.end()
        return found

    def _open(self) -> None:
        if self._skip(_OPEN):
            self._state = self._document
        elif self._text.strip():
            broken()

    def _document(self) -> None:
        if self._skip(_CLOSE):
            if self.names is None and self.answer is None:
                broken()
            self._state = None
            return
        key = _KEY.match(self._text, self._at)
        if key and key[1] == "results":
            if inside := _OPEN.match(self._text, key.end()):
                self._at, self._state = inside.end(), self._results
        elif key:
            self._value(key)

    def _results(self) -> None:
        if self._skip(_CLOSE):
            self._state = self._document
            return
        key = _KEY.match(self._text, self._at)
        if key and key[1] == "bindings":
            if inside := _LIST.match(self._text, key.end()):
                if self.names is None:
                    broken()  # rows before their head cannot be written as they come
                self._at, self._state = inside.end(), self._bindings
        elif key:
            self._value(key)

    def _bindings(self) -> Iterator[Row]:
        while found := _ROW.match(self._text, self._at):
            try:
                row, self._at = _decode_value(self._text, found.end())
            except ValueError:
                return
            yield row
        if self._skip(_ROWS_END):
            self._state = self._results

    def _value(self, key: re.Match[str]) -> None:
        """Take the value of a member of no more interest than head and boolean have."""
        try:
            value, end = _decode_value(self._text, key.end())
        except ValueError:
            return
        if not _AFTER_VALUE.match(self._text, end):
            return
        if key[1] == "head":
            found = value.get("vars") if isinstance(value, dict) else None
            self.names = found if isinstance(found, list) else None
        elif key[1] == "boolean" and isinstance(value, bool):
            self.answer = value
        self._at = end


class Rendered:
    """Bindings as another format; a passage like those of `endings`."""

    certain = True

    def __init__(self, media_type: str) -> None:
        self._reader = BindingsReader()
        self._write = _WRITERS[media_type]()
        self._begun = False

    def feed(self, piece: bytes) -> bytes:
        """Return the rows that a piece completes."""
        return self._rows(piece, final=False)

    def end(self) -> bytes:
        """Return the rest."""
        return self._rows(b"", final=True) + self._write.end().encode()

    def _rows(self, piece: bytes, *, final: bool) -> bytes:
        out: list[str] = []
        try:
            for row in self._reader.feed(piece, final=final):
                self._head(out)
                out.append(self._write.row(row))
            if final:
                self._head(out)
            return "".join(out).encode()
        except (KeyError, TypeError, AttributeError, UnicodeEncodeError):
            broken()

    def _head(self, out: list[str]) -> None:
        if not self._begun:
            if self._reader.names is None:
                broken()
            self._begun = True
            out.append(self._write.head(self._reader.names))


class Verdict:
    """The answer of an ASK in any format; a passage that holds everything to the end.

    Virtuoso 7.2 answers a table of one column: no row means false.
    """

    certain = True
    _TABLE: Final = ["__ASK_RETVAL"]

    def __init__(self, media_type: str) -> None:
        self._reader, self._media_type, self._rows = BindingsReader(), media_type, 0

    def feed(self, piece: bytes) -> bytes:
        """Read on."""
        self._rows += sum(1 for _ in self._reader.feed(piece))
        return b""

    def end(self) -> bytes:
        """Return the answer."""
        self._rows += sum(1 for _ in self._reader.feed(b"", final=True))
        answer = self._reader.answer
        if answer is None:
            if self._reader.names != self._TABLE:
                broken()
            answer = self._rows > 0
        word = str(answer).lower()
        return _VERDICTS.get(self._media_type, "%s").replace("%s", word).encode()


class _Csv:
    """Values alone, lines end with CRLF (SPARQL 1.1 Query Results CSV and TSV, section 3)."""

    def head(self, names: list[str]) -> str:
        self.names = names
        return ",".join(names) + "\r\n"

    def row(self, row: Row) -> str:
        return ",".join([_csv(row[name]) if name in row else "" for name in self.names]) + "\r\n"

    def end(self) -> str:
        return ""


def _csv(term: dict[str, Any]) -> str:
    value = f"_:{term['value']}" if term["type"] == "bnode" else term["value"]
    return '"' + value.replace('"', '""') + '"' if _TO_QUOTE.search(value) else str(value)


class _Tsv:
    """Terms as SPARQL writes them (section 4)."""

    def head(self, names: list[str]) -> str:
        self.names = names
        return "\t".join([f"?{name}" for name in names]) + "\n"

    def row(self, row: Row) -> str:
        return "\t".join([_term(row[name]) if name in row else "" for name in self.names]) + "\n"

    def end(self) -> str:
        return ""


def _term(term: dict[str, Any]) -> str:
    value = term["value"]
    if term["type"] == "uri":
        return f"<{value}>"
    if term["type"] == "bnode":
        return f"_:{value}"
    text = '"' + value.translate(_ESCAPES) + '"'
    if "xml:lang" in term:
        return f"{text}@{term['xml:lang']}"
    return f"{text}^^<{term['datatype']}>" if "datatype" in term else text


class _Xml:
    """SPARQL Query Results XML Format."""

    def head(self, names: list[str]) -> str:
        found = "".join([f"<variable name={quoteattr(name)}/>" for name in names])
        return f"{_XML_START}<head>{found}</head><results>"

    def row(self, row: Row) -> str:
        cells = [f"<binding name={quoteattr(name)}>{_xml(term)}</binding>"
                 for name, term in row.items()]  # fmt: skip
        return f"<result>{''.join(cells)}</result>"

    def end(self) -> str:
        return "</results></sparql>"


def _xml(term: dict[str, Any]) -> str:
    value = escape(_NOT_XML.sub("\ufffd", term["value"]), {"\r": "&#13;"})
    if term["type"] in ("uri", "bnode"):
        return f"<{term['type']}>{value}</{term['type']}>"
    more = ""
    if "xml:lang" in term:
        more = f" xml:lang={quoteattr(term['xml:lang'])}"
    elif "datatype" in term:
        more = f" datatype={quoteattr(term['datatype'])}"
    return f"<literal{more}>{value}</literal>"


_VERDICTS: Final = {
    "application/sparql-results+json": '{"head":{},"boolean":%s}',
    "application/sparql-results+xml": f"{_XML_START}<head/><boolean>%s</boolean></sparql>",
}
_WRITERS: Final[dict[str, Callable[[], _Csv | _Tsv | _Xml]]] = {
    "application/sparql-results+xml": _Xml,
    "text/csv": _Csv,
    "text/tab-separated-values": _Tsv,
}
