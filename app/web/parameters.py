"""Reading query parameters: what is asked for is understood, or refused with the reason."""

from __future__ import annotations

import re

from starlette.requests import Request

from app.catalog.parts import instant
from app.errors import InputError
from app.rdf.terms import is_iri

# "+" in a query is a space to every form decoder
_LOST_PLUS = re.compile(r" (?=[0-9]{2}:[0-9]{2}$)")


def whole(request: Request, name: str, *, default: int, least: int = 1, most: int) -> int:
    """Return a whole number.

    Raises:
        InputError: It is none, or out of bounds.
    """
    text = request.query_params.get(name, "")
    if not text:
        return default
    good = text.isascii() and text.isdigit() and len(text) < 10
    if not good or not least <= int(text) <= most:
        msg = f"{name} must be a whole number from {least} to {most}"
        raise InputError(msg, nl=f"{name} moet een geheel getal zijn van {least} tot {most}")
    return int(text)


def moment(request: Request, name: str) -> tuple[str, int | None]:
    """Return an xsd:date or xsd:dateTime as written and in microseconds since 1970; or nothing.

    Raises:
        InputError: It is neither.
    """
    text = _LOST_PLUS.sub("+", request.query_params.get(name, ""))
    if not text:
        return "", None
    found = instant(text)
    if found is None:
        example = "2026-02-24T12:00:00Z"
        msg = f"{name} must be a date or a time such as {example}"
        raise InputError(msg, nl=f"{name} moet een datum of tijdstip zijn, zoals {example}")
    return text, found


def address(request: Request, name: str) -> str:
    """Return an IRI, or "".

    Raises:
        InputError: It is no absolute IRI.
    """
    text = request.query_params.get(name, "")
    if text and not is_iri(text):
        msg = f"{name} must be an absolute address (IRI)"
        raise InputError(msg, nl=f"{name} moet een volledig adres (IRI) zijn")
    return text
