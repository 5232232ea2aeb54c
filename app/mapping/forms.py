"""The forms that a mapping's quads are written in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from app.errors import InputError
from app.rdf import media
from app.rdf.io import parse, write
from app.rdf.media import MediaType
from app.rdf.turtle import own_prefixes

NQUADS: Final = "nquads"
FORMS: Final[Mapping[str, MediaType]] = {
    NQUADS: media.N_QUADS, "ntriples": media.N_TRIPLES, "turtle": media.TURTLE,
    "trig": media.TRIG, "jsonld": media.JSON_LD, "rdfxml": media.RDF_XML,
}  # fmt: skip


def written(quads: bytes, form: str) -> bytes:
    """Return N-Quads in another form.

    Raises:
        InputError: They name graphs, which the form cannot say.
    """
    if form == NQUADS:
        return quads
    target = FORMS[form]
    found = sorted(parse(quads, media.N_QUADS, base="", where="mapping"))
    if not target.quads and any(quad[3] for quad in found):
        raise InputError(
            f"the mapping names graphs, which {form} cannot say; ask for nquads or trig",
            nl=f"de mapping noemt grafen, en die kan {form} niet uitdrukken; vraag nquads of trig",
        )
    return write(found, target, own_prefixes((), ""))


def convert(path: Path, out: Path, form: str) -> None:
    """Write a file of N-Quads in another form.

    Raises:
        InputError: As `written`.
    """
    out.write_bytes(written(path.read_bytes(), form))
