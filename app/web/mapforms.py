"""The forms of what a mapping gave, and how they are asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from fastapi import Request
from starlette.responses import Response

from app.errors import InputError, NotAcceptableError, ResourceNotFoundError
from app.mapping.worker import MAPPING, MARKED, MODEL, SKIPPED
from app.rdf import media
from app.rdf.media import MediaType, negotiate
from app.web.report import FORMS as REPORTS
from app.web.report import attachment

FORMS: Final[Mapping[str, MediaType]] = {
    MODEL: media.JSON, "turtle": media.TURTLE, "nquads": media.N_QUADS, "jsonld": media.JSON_LD,
    "rdfxml": media.RDF_XML, "ntriples": media.N_TRIPLES, "trig": media.TRIG,
    SKIPPED: media.CSV, MARKED: REPORTS["xlsx"],
    MAPPING: MediaType("application/yaml", "yml", "yaml", charset=False),
}  # fmt: skip
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_ZIP: Final = MediaType("application/zip", "zip", "zip", charset=False)
# a mapping in YARRRML has this key; one in RML is Turtle
_YARRRML: Final = b"mappings:"


def wanted(form: str, request: Request, *, only_proposal: bool) -> str:
    """Return the form to answer in: as named, else by the Accept header.

    Of a proposal alone there are no rows and no RDF.

    Raises:
        InputError: There is no such form.
        NotAcceptableError: The header excludes every form.
    """
    forms = {name: FORMS[name] for name in (MODEL, MAPPING)} if only_proposal else FORMS
    if form:
        if form not in forms:
            raise InputError(f"format is one of {', '.join(forms)}",
                             nl=f"format is een van {', '.join(forms)}")  # fmt: skip
        return form
    offers = tuple(forms.values())
    chosen = negotiate(request.headers.get("accept", "*/*"), offers)
    if chosen is None:
        names = [offer.name for offer in offers]
        raise NotAcceptableError(f"offered are {', '.join(names)}", offers=names)
    return next(name for name, offer in forms.items() if offer is chosen)


def of_suffix(suffix: str) -> str:
    """Return the form of a suffix.

    Raises:
        ResourceNotFoundError: There is none.
    """
    found = next((name for name, form in FORMS.items() if form.suffix == suffix), "")
    # the table of a job is gone, so it cannot be marked
    found = "" if found == MARKED else found
    if not found:
        raise ResourceNotFoundError("there is no result of that form",
                                    nl="er is geen resultaat in die vorm")  # fmt: skip
    return found


def given(body: bytes, form: str, name: str) -> Response:
    """Return a form of a result as a file, named after the table."""
    kind, mark = FORMS[form], ""
    if form == SKIPPED:
        kind, mark = _ZIP if body.startswith(b"PK") else kind, ".skipped"
    if form == MARKED:
        mark = ".marked"
    if form == MAPPING:
        kind, mark = kind if _YARRRML in body else media.TURTLE, ".mapping"
    return attachment(body, f"{stem_of(name)}{mark}.{kind.suffix}", kind.header)


def stem_of(name: str) -> str:
    """Return the name of a table without suffix, of letters that no header minds."""
    return _UNSAFE.sub("-", PurePosixPath(name).stem).strip("-")[:60] or "tabel"
