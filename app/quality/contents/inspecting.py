"""What a file is: its bytes decide, then its text; a label only breaks a tie.

The order: archives and offices' files, first bytes, markup, JSON, RDF, calendars, tables, text.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from app.quality.contents import archives, books, markup, statements, structured, tabular
from app.quality.contents.binaries import of_bytes
from app.quality.contents.file import File, name_of, text_of, utf8_of
from app.quality.contents.words import problem
from app.quality.evidence import Content
from app.rdf import media
from app.rdf.media import MediaType
from app.rdf.sniff import of_content, sniff

_LINES: Final = (media.N_TRIPLES, media.N_QUADS)
# what only Turtle and its kin begin with, and SPARQL
_TURTLE: Final = re.compile(
    rb"(?i)(?:\s+|#[^\n]*\n)*+(?:@prefix|@base|prefix\s+[\w.-]*:\s*<|base\s+<|<https?://|_:)"
)
_QUERY: Final = re.compile(rb"(?im)^[^#<\"'\n]*\b(?:select|ask|construct|describe)\b")
_TURTLE_LABELS: Final = ("ttl", "turtle", "x-turtle", "trig", "n3", "nt", "nq", "n-triples")
_CALENDAR: Final = "BEGIN:VCALENDAR"
_JSON_STARTS: Final = (b"{", b"[")


def inspect(
    data: bytes, *, url: str = "", media_type: str = "", charset: str = "", truncated: bool = False
) -> Content:
    """Return what a file is, whatever its name or label says; `truncated` is a first part of one.

    `url` is its address: names in RDF are resolved against it, and its host is the own one. It
    never fails on a file, but it can take long or much memory: strangers' files belong in
    `Inspector`.
    """
    return _inspect(File(data, url, name_of(url), media_type, charset, truncated))


def _inspect(file: File) -> Content:
    if not file.data.strip():
        return Content("", None if file.cut else False, problem("empty"))
    if archives.is_archive(file):
        return archives.of_archive(file, _inspect)
    if file.data.startswith(books.OLE):
        return books.of_old(file)
    found = of_bytes(file)
    if found:
        return found
    text = text_of(file)
    return Content("", None, problem("unknown")) if text is None else _text(file, text)


def _text(file: File, text: str) -> Content:
    if text.lstrip().startswith(_CALENDAR):
        return _calendar(file, text)
    body, wrong = utf8_of(file, text)
    found = _strict(file, body)
    if found is None:
        table = tabular.of_text(file, text)
        plain = table.file_type == "TXT" and file.labelled(*_TURTLE_LABELS)
        return (plain and _turtle(file, body, of_content(body), sure=True)) or table
    if wrong and found.valid is not False and found.file_type not in {"HTML", "XHTML"}:
        return replace(found, valid=False, problem=wrong, count=0)
    return found


def _strict(file: File, body: bytes) -> Content | None:
    """Return what a text is in a format with a grammar: markup, JSON or RDF; or None."""
    syntax = of_content(body)
    if syntax in _LINES:
        return statements.of_rdf(file, body, syntax)
    if markup.is_markup(body):
        return _markup(file, body)
    if body.lstrip().startswith(_JSON_STARTS):
        found, linked = structured.of_json(file, body)
        if linked:
            whole = structured.closed(body) if found.valid is None else body
            return _linked(file, whole)
        if found.valid is not False:
            return found
        return _turtle(file, body, syntax) or (found if syntax is media.JSON_LD else None)
    return _turtle(file, body, syntax)


def _markup(file: File, body: bytes) -> Content:
    if markup.is_html(body) or of_content(body) is media.HTML:
        return markup.of_html(body)
    found, whole = markup.of_xml(file, body)
    if found.file_type == "RDF_XML" and found.valid is not False and not found.problem:
        return statements.of_rdf(file, whole, media.RDF_XML)
    return found


def _linked(file: File, body: bytes) -> Content:
    return statements.of_rdf(file, body, media.JSON_LD)


def _turtle(
    file: File, body: bytes, syntax: MediaType | None, *, sure: bool = False
) -> Content | None:  # fmt: skip
    """Return Turtle or TriG; None where what looks like it does not parse and has no mark of it."""
    if syntax not in (media.TURTLE, media.TRIG):
        return None
    syntax = sniff(body, "", file.name).syntax or syntax
    found = statements.of_rdf(file, body, syntax)
    if found.valid is False or not found.count:
        if _TURTLE.match(body) and _QUERY.search(body) and b"{" in body:
            return Content("SPARQLQ", None if file.cut else True)
        return found if sure or _TURTLE.match(body) else None
    return found


def _calendar(file: File, text: str) -> Content:
    count = text.count("BEGIN:VEVENT")
    if file.cut:
        return Content("ICS", None, {}, count, "events")
    whole = text.rstrip().endswith("END:VCALENDAR")
    return Content("ICS", whole, {} if whole else problem("cut-off"), count, "events")
