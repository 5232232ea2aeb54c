"""How a value is written that mends a result: one thing with it, in the syntax of the source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.rdf import media
from app.rdf.io import write
from app.rdf.media import MediaType
from app.rdf.namespaces import term
from app.rdf.terms import Quad, Term
from app.rdf.turtle import Prefixes

# what stands for a thing without an address, whose label in the source nobody knows
_THING: Final = "_:ding"
_ITS: Final = ' xmlns:its="http://www.w3.org/2005/11/its"'
# how people write into a source of this kind; anything else is shown in Turtle
_WRITTEN: Final = {
    media.HTML.name: media.JSON_LD,
    media.JSON_LD.name: media.JSON_LD,
    media.RDF_XML.name: media.RDF_XML,
    media.N_TRIPLES.name: media.N_TRIPLES,
    media.N_QUADS.name: media.N_TRIPLES,
}


@dataclass(frozen=True, slots=True)
class Mended:
    """A value that mends a result, and where it goes: a predicate, or the inverse of one.

    `kind` is the class that the value has to be described as, or "".
    """

    predicate: Term
    value: Term
    inverse: bool = False
    kind: Term = ""


def snippet(
    focus: Term, mended: Mended, source: str, prefixes: Mapping[str, str], *, base: str = ""
) -> str:
    """Return a document about `focus` that holds the value; `source` is a media type.

    It is whole: it parses alone, with every prefix it uses. "" where `focus` can have no value.
    What is near the `base` of the source is written relative to it, as in the source.
    """
    thing = focus if focus.startswith("<") else _THING
    if focus.startswith('"'):
        return ""
    ends = (mended.value, thing) if mended.inverse else (thing, mended.value)
    quads = [(ends[0], mended.predicate, ends[1], "")]
    if mended.kind:
        quads.append((mended.value, term("rdf:type"), mended.kind, ""))
    return _text(quads, _WRITTEN.get(source, media.TURTLE), Prefixes(prefixes), base)


def _text(quads: list[Quad], syntax: MediaType, prefixes: Prefixes, base: str) -> str:
    try:
        text = write(quads, syntax, prefixes, base=base).decode().strip()
    except ValueError:  # RDF/XML has no way to write some predicates
        syntax = media.TURTLE
        text = write(quads, syntax, prefixes, base=base).decode().strip()
    if syntax is media.RDF_XML:
        # without the declaration and the one namespace that the writer puts there unasked
        text = text.partition("\n")[2].replace(_ITS, "").expandtabs(2)
    if syntax is media.TURTLE and f"\n{_THING} " in f"\n{text}":
        text = f"\n{text}".replace(f"\n{_THING} ", "\n[] ")[1:]
    return text
