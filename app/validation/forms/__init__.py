"""The forms of a validation: pure functions of the model (`app.validation.model`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from app.validation.forms.html import html, report_html
from app.validation.forms.junit import junit
from app.validation.forms.rdf import jsonld, turtle
from app.validation.forms.sarif import sarif
from app.validation.forms.table import table
from app.validation.forms.text import text

Model = Mapping[str, Any]


def as_json(model: Model, _: str) -> bytes:
    """Return the model itself."""
    return json.dumps(model, ensure_ascii=False, indent=2).encode() + b"\n"


def as_page(model: Model, lang: str) -> bytes:
    """Return what a page of the service shows: JSON with the report as HTML, and its profiles."""
    profiles = [
        (item["name"], item["title"].get(lang) or item["name"]) for item in model["profiles"]
    ]
    shown = sum(len(source["groups"]) + len(source["terms"] or ()) for source in model["sources"])
    body = {"html": report_html(model, lang), "profiles": profiles, "causes": shown}
    return json.dumps(body).encode()


# name on the command line -> (media type, function of model and language)
FORMS: dict[str, tuple[str, Callable[[Model, str], bytes]]] = {
    "text": ("text/plain; charset=utf-8", lambda model, lang: text(model, lang).encode()),
    "json": ("application/json", as_json),
    "turtle": ("text/turtle; charset=utf-8", turtle),
    "jsonld": ("application/ld+json", jsonld),
    "csv": ("text/csv; charset=utf-8", table),
    "html": ("text/html; charset=utf-8", html),
    "sarif": ("application/sarif+json", sarif),
    "junit": ("application/xml", junit),
}
