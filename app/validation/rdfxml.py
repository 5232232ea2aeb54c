"""What is checked in RDF/XML before it is parsed: no entities that grow, well-formed to its end.

The parser expands entities without a bound and accepts a document that stops halfway; expat tells
both, with the line and the column (XML 1.0, 4.1 to 4.4).
"""

from __future__ import annotations

import re
from typing import Final, NoReturn
from xml.parsers import expat

_MAX_DEPTH: Final = 200
_MAX_ENTITIES: Final = 200
_MAX_ENTITY_CHARACTERS: Final = 500
_REFERENCE = re.compile(rb"&([A-Za-z_][\w.-]*);")


class XmlProblemError(Exception):
    """RDF/XML that is not read: a stable code, and the place (1-based), 0 if unknown."""

    def __init__(self, code: str, line: int = 0, column: int = 0, said: str = "") -> None:
        super().__init__(code)
        self.code, self.line, self.column, self.said = code, line, column, said


def check(text: bytes, *, max_bytes: int) -> None:
    """Read XML once, without its content.

    Entities that stand for a namespace, as ontologies write them, are fine.

    Raises:
        XmlProblemError: `entities`, `external`, `deep` or `malformed`.
    """
    Check(text, max_bytes).run()


class Check:
    """One reading of XML; who wants its elements extends `start` and `end`.

    A document type at an address is refused, unless `types`; it is never read.
    """

    def __init__(self, text: bytes, max_bytes: int, *, types: bool = False) -> None:
        self._text, self._max_bytes, self._types = text, max_bytes, types
        self._entities: dict[bytes, int] = {}
        self.depth = 0
        self.parser = parser = expat.ParserCreate("UTF-8")
        parser.EntityDeclHandler = self._entity
        parser.StartDoctypeDeclHandler = self._doctype
        parser.ExternalEntityRefHandler = self._external
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def run(self) -> None:
        """Read it; raises as `check` does."""
        try:
            self.parser.Parse(self._text, True)
        except expat.ExpatError as error:
            said = expat.ErrorString(error.code)
            raise XmlProblemError("malformed", error.lineno, error.offset + 1, said) from error

    def _stop(self, code: str) -> NoReturn:
        parser = self.parser
        raise XmlProblemError(code, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def _doctype(self, _name: str, system: str | None, public: str | None, _inside: bool) -> None:
        if (system or public) and not self._types:
            self._stop("external")

    def _entity(
        self, name: str, parameter: bool, value: str | None, _base: str | None,
        system: str | None, public: str | None, notation: str | None,
    ) -> None:  # fmt: skip
        if parameter or system or public or notation or value is None:
            self._stop("external")
        grows = "&" in value or "%" in value or "<" in value
        if grows or len(value) > _MAX_ENTITY_CHARACTERS or len(self._entities) >= _MAX_ENTITIES:
            self._stop("entities")
        self._entities[name.encode()] = len(value.encode())

    def _external(self, *_: object) -> int:
        self._stop("external")

    def start(self, _name: str, _attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        if self.depth == 0 and self._entities:
            grown = sum(self._entities.get(name, 0) for name in _REFERENCE.findall(self._text))
            if grown > self._max_bytes:
                self._stop("entities")
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            self._stop("deep")

    def end(self, _name: str) -> None:
        """Take the end of an element."""
        self.depth -= 1
