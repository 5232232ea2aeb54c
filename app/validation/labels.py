"""Names of terms and concepts of others, for people: as we know them, else shortened."""

from __future__ import annotations

import re
from pathlib import Path

from app.rdf.turtle import Prefixes
from app.validation.model import Label
from app.vocabularies.lists import Lists
from app.vocabularies.references import load_references


def labels(folder: Path, lists: Lists) -> Label:
    """Return a function of IRI and language; `folder` holds lists of references."""
    references = load_references(folder)
    prefixes = Prefixes()

    def label(iri: str, lang: str) -> str:
        known = references.get(iri)
        texts = known.labels if known else {}
        if texts.get(lang) or texts.get("nl"):
            return texts.get(lang) or texts["nl"]
        listed = lists.label(iri, lang)
        if listed:
            return listed
        prefix, local = prefixes.shorten(iri)
        return f"{prefix}:{local}" if prefix else re.split("[/#:]", iri.rstrip("/#"))[-1]

    return label
