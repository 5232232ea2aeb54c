"""Whether a result that streams by ends as its format must: engines append errors to it, or stop.

Bytes pass unchanged. What cannot be seen: a list of triples that stops between two lines although
the HTTP message is complete.
"""

from __future__ import annotations

import re
from typing import Final, Protocol

from app.store.sparql.failures import broken

_WHITE: Final = b" \t\r\n"
_NO_STRUCTURE: Final = bytes(set(range(256)) - set(b'"{}[]'))
_XML_END: Final = re.compile(
    rb"(?:</(?:[\w.-]+:)?(?:sparql|RDF)\s*>|<(?:[\w.-]+:)?RDF\b[^<>]*/>)\s*\Z"
)
_TAIL_BYTES: Final = 4_096
_LINE: Final = re.compile(rb"\s*(?:#.*|(?:<|_:|@).*\.)?\s*", re.DOTALL)
_KEPT: Final = 256  # bytes of each end of a line


class Passage(Protocol):
    """What a result goes through on its way out; `certain` if it sees every cut."""

    certain: bool

    def feed(self, piece: bytes) -> bytes:
        """Return what may go on.

        Raises:
            BadGatewayError: It cannot become what was asked.
        """

    def end(self) -> bytes:
        """Return what is left.

        Raises:
            BadGatewayError: The result is not whole.
        """


class JsonPassage:
    """JSON: brackets outside strings match, and nothing stands around them."""

    certain = True

    def __init__(self) -> None:
        self._depth = 0
        self._begun = self._in_string = self._odd = False
        self._last = b""

    def feed(self, piece: bytes) -> bytes:
        """Count brackets; all of it runs in C."""
        shown = piece.strip(_WHITE)
        if not self._begun and shown:
            self._begun = True
            if shown[:1] not in (b"{", b"["):
                broken()
        if shown:
            self._last = shown[-1:]
        text = b"\\" + piece if self._odd else piece
        text = text.replace(b"\\\\", b"")
        self._odd = text.endswith(b"\\")
        found = text.replace(b'\\"', b"").translate(None, _NO_STRUCTURE)
        # a quote beside a quote has nothing between: without both, the rest is as much in a string
        found = (b'"' + found if self._in_string else found).replace(b'""', b"")
        parts = found.split(b'"')
        self._in_string = len(parts) % 2 == 0
        outside = b"".join(parts[::2])
        self._depth += 2 * (outside.count(b"{") + outside.count(b"[")) - len(outside)
        if self._depth < 0:
            broken()
        return piece

    def end(self) -> bytes:
        """Check that the document is closed."""
        if not self._begun or self._depth or self._in_string or self._last not in (b"}", b"]"):
            broken()
        return b""


class XmlPassage:
    """XML: it begins with a tag and ends with that of a result or of RDF."""

    certain = True

    def __init__(self) -> None:
        self._tail = b""
        self._begun = False

    def feed(self, piece: bytes) -> bytes:
        """Keep the last bytes."""
        if not self._begun:
            shown = piece.removeprefix(b"\xef\xbb\xbf").lstrip(_WHITE)
            self._begun = bool(shown)
            if shown and shown[:1] != b"<":
                broken()
        self._tail = (self._tail + piece[-_TAIL_BYTES:])[-_TAIL_BYTES:]
        return piece

    def end(self) -> bytes:
        """Check the last tag."""
        if not _XML_END.search(self._tail):
            broken()
        return b""


class LinesPassage:
    """N-Triples: the last line is a triple or a comment."""

    certain = False

    def __init__(self) -> None:
        self._line = b""

    def feed(self, piece: bytes) -> bytes:
        """Keep the begin and the end of the last line that is not empty."""
        text = self._line + piece
        line = text[text.rstrip(_WHITE).rfind(b"\n") + 1 :]
        self._line = line if len(line) <= 2 * _KEPT else line[:_KEPT] + line[-_KEPT:]
        return piece

    def end(self) -> bytes:
        """Check the last line."""
        if not _LINE.fullmatch(self._line):
            broken()
        return b""
