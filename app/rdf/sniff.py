"""Which RDF syntax a text is in: by its content, then the media type, then the name's suffix.

Servers name media types carelessly (`text/plain`, `application/xml`, `text/html` for Turtle), so
content decides where it contradicts them; where it fits, the declared syntax stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.rdf import media
from app.rdf.media import MediaType

_HEAD_BYTES = 65_536
_LINES = 200
_RDF = (
    media.TURTLE, media.JSON_LD, media.RDF_XML, media.N_TRIPLES, media.TRIG, media.N_QUADS,
)  # fmt: skip
_DECLARED = {
    name: item for item in _RDF for name in (item.name, *item.aliases) if name != "text/plain"
} | {"application/json": media.JSON_LD, "application/rdf+json": media.JSON_LD}
# names that say too little: content comes first even where it would fit
_WEAK = frozenset({"application/xml", "text/xml", "application/json"})
_SUFFIXES = {item.suffix: item for item in _RDF} | {
    "turtle": media.TURTLE, "n3": media.TURTLE, "xml": media.RDF_XML, "owl": media.RDF_XML,
    "rdfs": media.RDF_XML, "json": media.JSON_LD, "ntriples": media.N_TRIPLES,
    "nquads": media.N_QUADS, "html": media.HTML, "htm": media.HTML, "xhtml": media.HTML,
}  # fmt: skip
# what a syntax's texts may also be declared as: N-Triples is Turtle, Turtle is TriG
_FITS = {
    media.N_TRIPLES: {media.N_TRIPLES, media.N_QUADS, media.TURTLE, media.TRIG},
    media.N_QUADS: {media.N_QUADS},
    media.TURTLE: {media.TURTLE, media.TRIG},
    media.TRIG: {media.TRIG},
    media.JSON_LD: {media.JSON_LD},
    media.RDF_XML: {media.RDF_XML},
    media.HTML: {media.HTML},
}

_SPACE = re.compile(rb"(?:\s+|#[^\n]*(?:\n|\Z))*")
_JSON = re.compile(rb'\s*(?:\{\s*["}]|\[\s*[\[{"]|\[\s*\]\s*\Z|[\[{]\s*\Z)')
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:[^-]++|-(?!->))*+-->\s*)*<(?:!doctype\s+html|html)\b",
    re.IGNORECASE,
)
_XML = re.compile(rb"\s*<(?:\?xml\s|!DOCTYPE\s|!--|[A-Za-z_][\w.-]*:RDF[\s>]|RDF\s)")
_NODE = rb'(?:<[^<>"{}|^`\\\s]*>|_:[^\s<>"]+)'
_STATEMENT = re.compile(
    rb"[ \t]*" + _NODE + rb"[ \t]*<[^<>\s]+>[ \t]*"
    rb"(?:" + _NODE + rb'|"(?:[^"\\]++|\\.)*+"(?:@[A-Za-z0-9-]+|\^\^<[^<>\s]+>)?)'
    rb"[ \t]*(" + _NODE + rb")?[ \t]*\.[ \t]*(?:#.*)?\r?"
)
_ABSOLUTE = re.compile(rb"[ \t]*(?:_:|<[A-Za-z][A-Za-z0-9+.-]*:)")
# strings, IRIs and comments hide braces; each alternative ends somewhere, so that time is linear
_HIDDEN = re.compile(
    rb'\\.|"""(?:[^"\\]++|\\.|"(?!""))*+(?:"""|\\?\Z)'
    rb"|'''(?:[^'\\]++|\\.|'(?!''))*+(?:'''|\\?\Z)"
    rb'|"(?:[^"\\\n]++|\\.)*+(?:"|(?=\n)|\\?\Z)'
    rb"|'(?:[^'\\\n]++|\\.)*+(?:'|(?=\n)|\\?\Z)"
    rb'|<[^<>"{}|^`\\\s]*>|#[^\n]*',
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Guess:
    """The syntax of a text, or None; `declared` is what the media type said, if it said one.

    `differs` means that the media type claims another syntax than the content has.
    """

    syntax: MediaType | None
    declared: MediaType | None

    @property
    def differs(self) -> bool:
        """Whether the media type is wrong."""
        return self.declared is not None and self.syntax not in {None, self.declared}


def sniff(text: bytes, media_type: str = "", name: str = "") -> Guess:
    """Return the syntax of UTF-8 text (RDF or HTML); `name` is a file name or a path.

    JSON counts as JSON-LD: only reading it tells whether it holds statements.
    """
    given = media_type.partition(";")[0].strip().lower()
    declared = media.HTML if given in {"text/html", "application/xhtml+xml"} else None
    declared = declared or _DECLARED.get(given)
    suffix = _SUFFIXES.get(name.rpartition(".")[2].lower()) if "." in name else None
    found = of_content(text)
    if found is None:
        # nothing to contradict them with: an empty text, or one that is broken at its start
        strong = declared if given not in _WEAK else None
        return Guess(strong or suffix or declared, declared)
    fits = _FITS[found]
    if declared in fits and given not in _WEAK:
        return Guess(declared, declared)
    return Guess(suffix if suffix in fits else found, declared)


def of_content(text: bytes) -> MediaType | None:
    """Return the narrowest syntax the beginning of a text fits, or None where nothing is sure."""
    head = text[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf")
    if not head.strip():
        return None
    if _HTML.match(head):
        return media.HTML
    if _XML.match(head):
        return media.RDF_XML
    if _JSON.match(head):
        return media.JSON_LD
    return _of_lines(head, whole=len(text) <= _HEAD_BYTES) or _of_turtle(head)


def _of_lines(head: bytes, *, whole: bool) -> MediaType | None:
    """Return N-Triples or N-Quads if each line is a statement with absolute IRIs."""
    lines = head.split(b"\n")
    if not whole:
        lines.pop()  # cut in the middle
    statements = graphs = 0
    for line in lines[:_LINES]:
        stripped = line.strip()
        if not stripped or stripped.startswith(b"#"):
            continue
        match = _STATEMENT.fullmatch(line)
        if not match or not _ABSOLUTE.match(line):
            # four terms and a full stop are nothing else, so the mistake is in this line
            return media.N_QUADS if graphs else None
        statements += 1
        graphs += match[1] is not None
    if not statements:
        return None
    return media.N_QUADS if graphs else media.N_TRIPLES


def _of_turtle(head: bytes) -> MediaType | None:
    start = _SPACE.match(head)
    rest = head[start.end() if start else 0 :]
    begins = re.match(
        rb"@prefix|@base|@version|prefix\s|base\s|version\s|graph\s|[<_\[({]|[\w.-]*:", rest,
        re.IGNORECASE,
    )  # fmt: skip
    # an element of XML or HTML without its head
    tag = re.match(rb"<[A-Za-z!?/][\w:.-]*(\s|>)", rest)
    if not begins or (tag and (tag[1] != b">" or b"</" in head)):
        return None
    return media.TRIG if b"{" in bare(head) else media.TURTLE


def bare(text: bytes) -> bytes:
    """Return Turtle or TriG with a space for each string, IRI, comment and escaped character."""
    return _HIDDEN.sub(b" ", text)
