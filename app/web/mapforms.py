"""The forms of what a mapping gave, and how they are asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from fastapi import Request
from starlette.responses import Response

from app.errors import ResourceNotFoundError
from app.mapping.worker import MAPPING, MARKED, MODEL, SKIPPED
from app.rdf import media
from app.rdf.media import MediaType
from app.web import report
from app.web.report import attachment

FORMS: Final[Mapping[str, MediaType]] = {
    MODEL: media.JSON, "turtle": media.TURTLE, "nquads": media.N_QUADS, "jsonld": media.JSON_LD,
    "rdfxml": media.RDF_XML, "ntriples": media.N_TRIPLES, "trig": media.TRIG,
    SKIPPED: media.CSV, MARKED: report.FORMS["xlsx"],
    MAPPING: MediaType("application/yaml", "yml", "yaml", charset=False),
}  # fmt: skip
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_ZIP: Final = MediaType("application/zip", "zip", "zip", charset=False)
# a mapping in YARRRML has this key; one in RML is Turtle
_YARRRML: Final = b"mappings:"


def wanted(form: str, request: Request, *, only_proposal: bool) -> str:
    """Return the form to answer in, as of a report; of a proposal alone there is no RDF.

    Raises:
        InputError, NotAcceptableError: As `report.wanted`.
    """
    forms = {name: FORMS[name] for name in (MODEL, MAPPING)} if only_proposal else FORMS
    return report.wanted(form, request, forms)


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
