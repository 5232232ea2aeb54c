"""Names of terms and concepts of others, for people: as we know them, else shortened."""

from __future__ import annotations

import re
from pathlib import Path

from app.rdf.turtle import Prefixes
from app.validation.model import Label
from app.vocabularies.lists import Lists
from app.vocabularies.references import load_references

_VERSION = re.compile(r"v?\d+([.-]\d+)*")


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
        if prefix:
            return f"{prefix}:{local}"
        parts = re.split("[/#:]", iri.rstrip("/#"))
        # a version alone says nothing of what it is one of
        return "/".join(parts[-2:]) if _VERSION.fullmatch(parts[-1]) else parts[-1]

    return label
