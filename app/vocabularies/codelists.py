"""A project's code lists: `vocab/codelijsten/*.csv` to SKOS concept schemes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.errors import ProjectError
from app.rdf.iris import mint
from app.rdf.namespaces import term
from app.rdf.terms import Term, Triple, is_iri, literal
from app.vocabularies.tables import rows

_COLUMNS = ["code", "label_nl", "label_en", "definition_nl", "definition_en", "broader",
            "exact_match"]  # fmt: skip
_INDEX_COLUMNS = ["scheme", "title_nl", "title_en", "definition_nl", "definition_en"]


@dataclass(frozen=True, slots=True)
class CodeList:
    """One concept scheme: its titles and definitions, and a dict per concept, by code."""

    scheme: str
    texts: dict[str, str]
    concepts: dict[str, dict[str, str]]


def load_code_lists(folder: Path) -> dict[str, CodeList]:
    """Return the code lists of a folder, by scheme; an absent folder gives none.

    Raises:
        ProjectError: A file's columns, codes or broader codes are not right.
    """
    index = folder / "index.csv"
    if not index.exists():
        return {}
    out = {}
    for row in rows(index, _INDEX_COLUMNS):
        scheme = row["scheme"]
        concepts: dict[str, dict[str, str]] = {}
        path = folder / f"{scheme}.csv"
        for concept in rows(path, _COLUMNS):
            code = concept["code"]
            if not code or code in concepts or not concept["label_nl"]:
                raise ProjectError(
                    f"code {code!r} is empty, stands twice or has no label", where=path.name
                )
            concepts[code] = concept
        for code, concept in concepts.items():
            if concept["broader"] and concept["broader"] not in concepts:
                raise ProjectError(f"broader of {code!r} is no code of the list", where=path.name)
        out[scheme] = CodeList(scheme, row, concepts)
    return out


def skos(lists: dict[str, CodeList], *, base: str) -> Iterator[Triple]:
    """Yield the SKOS triples of code lists: `/id/conceptscheme/{s}`, `/id/concept/{s}/{code}`."""
    for scheme, code_list in lists.items():
        subject = f"<{mint(base, 'id', 'conceptscheme', scheme)}>"
        yield subject, term("rdf:type"), term("skos:ConceptScheme")
        yield from _texts(subject, "dct:title", code_list.texts, "title")
        yield from _texts(subject, "skos:prefLabel", code_list.texts, "title")
        yield from _texts(subject, "skos:definition", code_list.texts, "definition")
        for code, concept in code_list.concepts.items():
            yield from _concept(subject, scheme, code, concept, base)


def _texts(subject: Term, curie: str, row: dict[str, str], column: str) -> Iterator[Triple]:
    for language in ("nl", "en"):
        text = row[f"{column}_{language}"]
        if text:
            yield subject, term(curie), literal(text, language=language)


def _concept(
    subject: Term, scheme: str, code: str, concept: dict[str, str], base: str
) -> Iterator[Triple]:
    node = f"<{mint(base, 'id', 'concept', scheme, code)}>"
    yield node, term("rdf:type"), term("skos:Concept")
    yield node, term("skos:inScheme"), subject
    yield node, term("skos:notation"), literal(code)
    if concept["broader"]:
        broader = mint(base, "id", "concept", scheme, concept["broader"])
        yield node, term("skos:broader"), f"<{broader}>"
    else:
        yield node, term("skos:topConceptOf"), subject
        yield subject, term("skos:hasTopConcept"), node
    yield from _texts(node, "skos:prefLabel", concept, "label")
    yield from _texts(node, "skos:definition", concept, "definition")
    for match in filter(None, concept["exact_match"].split("|")):
        if not is_iri(match):
            raise ProjectError(f"exact_match {match!r} is no IRI", where=f"{scheme}.csv")
        yield node, term("skos:exactMatch"), f"<{match}>"
