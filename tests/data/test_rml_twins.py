"""Our own YARRRML mappings, written as RML in both of its forms, give the same triples."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.mapping.executor import run
from app.mapping.model import Mapping, PredicateObject, TermMap
from app.mapping.rml import load_rml
from app.mapping.yarrrml import load_mapping
from app.rdf.terms import literal
from tests.data.test_golden import BASE, MAPPINGS, ROOT, golden_readings

# (namespaces of R2RML's and RML's own terms, of the reference formulation)
FORMS = {
    "original": ("http://www.w3.org/ns/r2rml#", "http://semweb.mmlab.be/ns/rml#",
                 "http://semweb.mmlab.be/ns/ql#"),
    "core": ("http://w3id.org/rml/",) * 3,
}  # fmt: skip


def plain(mapping: Mapping) -> Mapping:
    """Take off what RML has no word for: conditions, and the iteration over items of a cell."""
    return replace(mapping, triples_maps=tuple(
        replace(item, conditions=(), iterator="", predicate_objects=tuple(
            replace(rule, conditions=()) for rule in item.predicate_objects
        ))
        for item in mapping.triples_maps
    ))  # fmt: skip


def term(item: TermMap) -> str:
    """Return the properties of a term map."""
    text = "".join(
        "{" + part.text + "}" if part.column
        else part.text.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}")
        for part in item.parts
    )  # fmt: skip
    if not item.columns:
        raw = item.parts[0].text
        how = f"rr:constant <{raw}>" if item.iri else f"rr:constant {literal(raw)}"
    elif item.is_reference:
        how = f"rml:reference {literal(item.parts[0].text)}"
    else:
        how = f"rr:template {literal(text)}"
    how += f'; rr:language "{item.language}"' if item.language else ""
    how += f"; rr:datatype <{item.datatype}>" if item.datatype else ""
    return f"{how}; rr:termType rr:{'IRI' if item.iri else 'Literal'}"


def rule(item: PredicateObject) -> str:
    predicates = ", ".join(f"<{name}>" for name in item.predicates)
    objects = ", ".join(f"[ {term(found)} ]" for found in item.objects)
    return f"rr:predicateObjectMap [ rr:predicate {predicates}; rr:objectMap {objects} ]"


def rml(mapping: Mapping, form: str) -> str:
    rr, own, ql = FORMS[form]
    out = [f"@prefix rr: <{rr}> .\n@prefix rml: <{own}> .\n@prefix ql: <{ql}> .\n"]
    for item in mapping.triples_maps:
        source = f'rml:source "../data/{item.source.name}"; rml:referenceFormulation ql:CSV'
        rules = ";\n  ".join(rule(found) for found in item.predicate_objects)
        out.append(f"<#{item.name}> rml:logicalSource [ {source} ];\n"
                   f"  rr:subjectMap [ {term(item.subject)} ];\n  {rules} .\n")  # fmt: skip
    return "\n".join(out)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", MAPPINGS)
def test_the_twin_gives_the_same(name: str, form: str, tmp_path: Path) -> None:
    yarrrml = plain(load_mapping(ROOT / "mappings" / f"{name}.yml", base=BASE))
    path = tmp_path / f"{name}.rml.ttl"
    path.write_text(rml(yarrrml, form), encoding="utf-8")
    readings = {ROOT / "data" / r.table.file: r for r in golden_readings().values()}
    beside = {tmp_path.parent / "data" / p.name: r for p, r in readings.items()}
    twin, own = run(load_rml(path, base=BASE), beside), run(yarrrml, readings)
    assert len(own.triples) > 10
    assert twin.triples == own.triples
    assert (twin.rows, twin.columns, twin.problems) == (own.rows, own.columns, [])
    assert twin.quads == set()
