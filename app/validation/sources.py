"""A source, as somebody handed it over, to quads: what it is, its text, where it does not parse.

A source is bytes; a string is never taken for an address, and nothing here reaches the network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from app.errors import RdfSyntaxError
from app.net.decoding import Inflation
from app.rdf import media
from app.rdf.io import parse
from app.rdf.lines import line_reached
from app.rdf.media import MediaType
from app.rdf.sniff import bare, sniff
from app.rdf.terms import Quad
from app.tables.cells import Note
from app.tables.sheets import SheetLimits
from app.validation import jsonld, rdfxml
from app.validation.syntaxerrors import SourceError, context_error, ours, theirs
from app.validation.unpack import unpack

# where relative IRIs of a file without an address lead; .invalid never exists (RFC 2606)
NO_BASE: Final = "http://file.invalid/"
_BRACKETS = re.compile(rb"<<|>>")
_MAX_NESTED_TERMS: Final = 64
_LONG_LINE: Final = 1_000


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """The bounds of one source; bytes are those of the text once unpacked, `sheets` of tables."""

    max_bytes: int = 200_000_000
    max_ratio: int = 200
    max_quads: int = 20_000_000
    max_value_bytes: int = 4_000_000
    allow_empty: bool = False
    sheets: SheetLimits = field(default_factory=SheetLimits)


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes, what they are said to be, and where they came from.

    `where` is how messages name it; `name` a file name or path, for its suffix; `base` what
    relative IRIs are resolved against. Of a `fetched` source no message quotes anything.
    """

    data: bytes
    where: str
    media_type: str = ""
    charset: str = ""
    name: str = ""
    base: str = NO_BASE
    fetched: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A source as UTF-8 text of one syntax; `notes` tell what a user should know of the reading."""

    source: Source
    text: bytes
    syntax: MediaType
    notes: tuple[Note, ...]
    limits: ReadLimits
    contexts: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """Where relative IRIs lead, if that is no address of the data: what to leave unsaid."""
        return "" if self.source.fetched else self.source.base

    def quads(self) -> Iterator[Quad]:
        """Yield the quads of the document, in its order, as they are parsed.

        Raises:
            SourceError: The text does not parse, passes a limit, or (at the end) holds nothing.
                What was yielded before it must not be used.
        """
        count, limits, where = 0, self.limits, self.source.where
        for quad in self._parts():
            count += 1
            if count > limits.max_quads:
                raise ours("too-many", where, limit=limits.max_quads)
            if len(quad[2]) > limits.max_value_bytes:
                raise ours("long-value", where, self._line_of(quad[2]),
                           limit=limits.max_value_bytes)  # fmt: skip
            yield quad
        if not count and not limits.allow_empty:
            raise ours("empty", where)

    def _line_of(self, term: str) -> int | None:
        """Return the line a very long value starts on, by its first plain characters."""
        start = re.match(r'["<]([^"\\]{1,200})', term)
        at = self.text.find(start[1].encode()) if start else -1
        return self.text.count(b"\n", 0, at) + 1 if at >= 0 else None

    def _parts(self) -> Iterator[Quad]:
        if self.syntax is not media.HTML:
            yield from self._parse(self.text, self.syntax, 0)
            return
        found = False
        for lines, text in jsonld.scripts(self.text):
            found = True
            yield from self._parse(text, media.JSON_LD, lines)
        if not found:
            raise ours("no-script", self.source.where)

    def _parse(self, text: bytes, syntax: MediaType, lines_before: int) -> Iterator[Quad]:
        where, quote = self.source.where, not self.source.fetched
        lines: int | None = lines_before
        try:
            ready = self._ready(text, syntax)
            if ready is not text:
                lines = None  # rewritten: its lines are not those of the source
            yield from parse(ready, syntax, base=self.source.base, where=where)
        except (rdfxml.XmlProblemError, jsonld.JsonProblemError) as error:
            line = error.line + lines_before if error.line else None
            if error.code == "malformed":
                raise theirs(error.said, where, line, error.column, quote=quote) from error
            if error.code == "context":
                raise context_error(where, error.said, quote=quote) from error
            raise ours(error.code, where, line, error.column or None) from error
        except SourceError:
            raise
        except RdfSyntaxError as error:
            line = error.line + lines if error.line and lines is not None else None
            cause = error.__cause__
            column = getattr(cause, "offset", None) if line else None
            said = getattr(cause, "msg", None) or str(cause)
            if line is None and lines is not None and syntax is media.RDF_XML:
                line = line_reached(text, syntax, base=self.source.base)
            raise theirs(str(said), where, line, column, quote=quote) from error
        except (MemoryError, RecursionError) as error:
            line = _long_line(text)
            raise theirs("buffer maximal size", where, line, None, quote=False) from error

    def _ready(self, text: bytes, syntax: MediaType) -> bytes:
        """Return text that the parser can be given: nothing in it that ends or starves it."""
        if syntax is media.RDF_XML:
            rdfxml.check(text, max_bytes=self.limits.max_bytes)
        elif syntax is media.JSON_LD:
            jsonld.check_depth(text)
            return jsonld.with_contexts(text, self.source.base, self.contexts)
        elif text.count(b"<<") > _MAX_NESTED_TERMS:
            _check_terms(text, self.source.where)
        return text


def read(
    source: Source,
    *,
    limits: ReadLimits = ReadLimits(),
    contexts: Mapping[str, bytes] | None = None,
    syntax: MediaType | None = None,
) -> Document:
    """Return the document of a source; `syntax` is what the user says it is, and is believed.

    `contexts` are JSON-LD contexts by the URL they stand for. Nothing is parsed yet.

    Raises:
        InputError: The archive or the encoding cannot be read.
        SourceError: Too large, or no RDF we recognise.
    """
    if len(source.data) > limits.max_bytes:
        raise ours("too-large", source.where, limit=limits.max_bytes)
    bounds = Inflation(limits.max_bytes, limits.max_ratio)
    name = source.name or source.where
    unpacked = unpack(source.data, name, source.charset, bounds, quote=not source.fetched)
    notes = list(unpacked.notes)
    packed = any(note.code == "unpacked" for note in notes)
    # of an archive the media type says nothing of what is inside
    guess = sniff(unpacked.text, "" if packed else source.media_type, unpacked.name)
    found = syntax or guess.syntax
    if found is None:
        raise ours("empty" if not unpacked.text.strip() else "unknown", source.where)
    if guess.differs and syntax is None and guess.declared is not None:
        notes.append(_other_type(guess.declared, found))
    return Document(source, unpacked.text, found, tuple(notes), limits, contexts or {})


def _other_type(declared: MediaType, found: MediaType) -> Note:
    return Note("media-type", {
        "nl": f"De server noemt het bestand {declared.name}, maar het is {found.name}.",
        "en": f"The server calls the file {declared.name}, but it is {found.name}.",
    })  # fmt: skip


def _long_line(text: bytes) -> int | None:
    """Return the number of the longest line, if it is long."""
    longest, number = 0, None
    for count, line in enumerate(text.split(b"\n"), 1):
        if len(line) > max(longest, _LONG_LINE):
            longest, number = len(line), count
    return number


def _check_terms(text: bytes, where: str) -> None:
    """Refuse deeply nested triple terms: they overflow the parser's stack."""
    depth = 0
    for match in _BRACKETS.finditer(bare(text)):
        depth += 1 if match[0] == b"<<" else -1
        if depth > _MAX_NESTED_TERMS:
            raise ours("deep", where)
