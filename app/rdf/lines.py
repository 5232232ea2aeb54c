"""The line a parser that names none stopped at."""

from __future__ import annotations

from typing import IO, cast

import pyoxigraph as ox

from app.rdf.io import _FORMATS
from app.rdf.media import MediaType


class _ByLine:
    """A file that hands out one line per read, and knows how many it gave."""

    def __init__(self, text: bytes) -> None:
        self._lines = iter(text.splitlines(keepends=True))
        self._rest = b""
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            self._rest = next(self._lines, b"")
            self.given += bool(self._rest)
        out, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return out


def line_reached(text: bytes, source: MediaType, *, base: str) -> int | None:
    """Return the 1-based line that was the last one read when parsing failed; None if it did not.

    For parsers that stream, as the one of RDF/XML does.
    """
    lines = _ByLine(text)
    try:
        for _ in ox.parse(cast("IO[bytes]", lines), _FORMATS[source.key], base_iri=base):
            pass
    except (SyntaxError, ValueError):
        return lines.given or None
    return None
