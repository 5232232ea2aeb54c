"""`app/` knows no inventory, column, route, facet or own term of our project by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from app.project import load_project
from app.rdf import media
from app.rdf.io import parse
from app.tables.descriptor import load_package

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://voorbeeld.test/"

# Words that our project happens to use too. Each is one of a format the app reads or writes.
GENERIC = {
    "code": "error codes; column of the code list format",
    "date": "Table Schema type",
    "file": "part of a cell reference",
    "kbo": "format of a text (Data Package extension)",
    "kind": "key of vijfster.toml; releases are builds or rollbacks",
    "label_en": "column of the code list format and of CSV lists",
    "label_nl": "column of the code list format and of CSV lists",
    "language": "key of YARRRML and of SPARQL results",
    "name": "Data Package",
    "number": "Table Schema type",
    "offers": "member of a 406 problem (RFC 9457 extension)",
    "ovo": "format of a text (Data Package extension)",
    "parent": "term of R2RML (join conditions)",
    "publisher": "table of vijfster.toml (DCAT)",
    "ref": "key of vijfster.toml",
    "results": "SPARQL results JSON; SHACL report",
    "status": "member of a problem (RFC 9457); outcome of a build",
    "summary_en": "column of CSV lists",
    "summary_nl": "column of CSV lists",
    "title": "Data Package, DCAT, RFC 9457",
    "title_en": "Data Package extension; column of the code list index",
    "title_nl": "column of the code list index",
    "type": "Data Package, RDF, RFC 9457",
    "value": "YARRRML, SPARQL and SHACL results",
    "year": "Table Schema type",
}


@cache
def own_names() -> frozenset[str]:
    """Return every name that only our project gives a meaning to."""
    project = load_project(ROOT)
    tables = load_package(project.package)
    names = {*tables} | {field.name for table in tables.values() for field in table.fields}
    for item in project.inventories:
        names |= {item.ref, item.route, *(facet.name for facet in item.facets)}
    for name in project.vocabularies:
        own = f"<{BASE}ns/{Path(name).stem}#"
        path = ROOT / name
        quads = parse(path.read_bytes(), media.TURTLE, base=BASE, where=name)
        names |= {quad[0][len(own) : -1] for quad in quads if quad[0].startswith(own)}
    return frozenset(names)


def literals() -> Iterator[tuple[str, str]]:
    """Yield (place, text) of every string in the code that is no docstring."""
    for path in sorted((ROOT / "app").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or id(node) in prose:
                continue
            if isinstance(node.value, str):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value


def words(text: str) -> set[str]:
    """Return a literal, and the steps of it if it is a path: `id/x/` is about x as well."""
    return {text} if re.search(r"\s", text) else {text, *re.split(r"[/?#&=<>]", text)}


def test_no_literal_of_the_app_is_a_name_of_our_project() -> None:
    assert len(own_names()) > 100
    found = [f"{place}: {name}" for place, text in literals()
             for name in sorted(words(text) & own_names()) if name not in GENERIC]  # fmt: skip
    assert found == []


def test_no_literal_of_the_app_uses_our_vocabulary() -> None:
    stems = [Path(name).stem for name in load_project(ROOT).vocabularies]
    ours = re.compile("|".join(rf"\b{stem}:[A-Za-z]|ns/{stem}\b" for stem in stems))
    assert [place for place, text in literals() if ours.search(text)] == []


def test_every_allowed_word_is_used_by_both() -> None:
    used = {word for _, text in literals() for word in words(text)}
    assert set(GENERIC) - used == set()
    assert set(GENERIC) - own_names() == set()
