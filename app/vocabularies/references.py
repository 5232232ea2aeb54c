"""Facts about others' terms and concepts that our descriptions point at: type, scheme, labels."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.errors import ProjectError
from app.rdf.namespaces import RDF_TYPE, expand, term
from app.rdf.terms import Triple, literal


@dataclass(frozen=True, slots=True)
class Reference:
    """A thing defined elsewhere; `type` and `scheme` are IRIs or "" where none is stated."""

    iri: str
    type: str
    scheme: str
    notation: str
    labels: dict[str, str]


def load_references(folder: Path) -> dict[str, Reference]:
    """Return the references of a folder's CSV files, by IRI.

    The files have the columns iri, type, scheme, notation, label_nl, label_en; `iri` and `type`
    may be prefixed names.
    """
    out: dict[str, Reference] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                try:
                    iri, kind = _iri(row["iri"]), _iri(row["type"])
                    labels = {"nl": row["label_nl"], "en": row["label_en"]}
                    scheme = row["scheme"]
                except (KeyError, AttributeError) as error:
                    raise ProjectError(f"row {row!r} is not right", where=path.name) from error
                if iri in out:
                    raise ProjectError(f"{iri} stands in two rows", where=path.name)
                out[iri] = Reference(iri, kind, scheme, row["notation"], labels)
    return out


def _iri(value: str) -> str:
    return value if not value or "://" in value else expand(value)


_NAMES = {expand("skos:Concept"): "skos:prefLabel", expand("skos:ConceptScheme"): "dct:title"}


def describe(iris: Iterable[str], references: dict[str, Reference]) -> Iterator[Triple]:
    """Yield type, scheme, notation and names of known references, and of their schemes.

    Profiles ask these of nodes a feed points at; repeated in the feed it is complete in itself.
    """
    wanted = set(iris)
    wanted |= {references[iri].scheme for iri in wanted & references.keys()}
    for iri in sorted(wanted & references.keys()):
        reference = references[iri]
        if not reference.type:
            continue
        node = f"<{iri}>"
        yield node, f"<{RDF_TYPE}>", f"<{reference.type}>"
        if reference.scheme:
            yield node, term("skos:inScheme"), f"<{reference.scheme}>"
        if reference.notation:
            yield node, term("skos:notation"), literal(reference.notation)
        name = term(_NAMES.get(reference.type, "rdfs:label"))
        for language, text in reference.labels.items():
            if text:
                yield node, name, literal(text, language=language)
