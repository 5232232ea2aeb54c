"""A project whose mapping is RML builds the same release, and the lab reads it too."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import ProjectError
from app.validation.inventory.project import open_inventories
from tests.conftest import BASE, Workspace

RML = """\
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix groen: <ns/groen#> .

<#bron> rml:source "../data/parken.csv"; rml:referenceFormulation ql:CSV .
<#park> rml:logicalSource <#bron>;
  rr:subjectMap [ rr:template "id/park/{nummer}"; rr:class groen:Park ];
  rr:predicateObjectMap [ rr:predicate rdfs:label;
    rr:objectMap [ rml:reference "naam"; rr:language "nl" ] ];
  rr:predicateObjectMap [ rr:predicate groen:geopend;
    rr:objectMap [ rml:reference "geopend"; rr:datatype xsd:date ] ];
  rr:predicateObjectMap [ rr:predicate prov:wasDerivedFrom;
    rr:objectMap [ rr:parentTriplesMap <#rij> ] ] .
<#rij> rml:logicalSource <#bron>;
  rr:subjectMap [ rr:template "id/rij/parken/{nummer}"; rr:class prov:Entity ];
  rr:predicateObjectMap [ rr:predicate rdfs:label;
    rr:objectMap [ rr:template "Rij {nummer}"; rr:termType rr:Literal; rr:language "nl" ] ] .
"""


def with_rml(workspace: Workspace, text: str = RML) -> Workspace:
    path = workspace.folder / "mappings" / "parken.rml.ttl"
    path.write_text(text, encoding="utf-8")
    workspace.edit("vijfster.toml", "mappings/parken.yml", "mappings/parken.rml.ttl")
    return workspace


def test_a_build_with_rml_publishes_the_same_triples(foreign: Workspace) -> None:
    assert foreign.build().status == "published"
    dump = Path("dumps") / "parken.ttl"
    before = (foreign.release / dump).read_bytes()
    with_rml(foreign)
    assert foreign.build().status == "published"
    assert (foreign.release / dump).read_bytes() == before
    foreign.edit("data/parken.csv", "Stadspark", "Het Stadspark")
    assert foreign.build().status == "published"
    after = (foreign.release / dump).read_bytes()
    assert after == before.replace(b"Stadspark", b"Het Stadspark")


def test_a_bad_cell_stops_the_build_at_its_cell(foreign: Workspace) -> None:
    with_rml(foreign, RML.replace("xsd:date", "xsd:gYear"))
    problems = foreign.build().problems
    assert [(str(p.cell), p.code) for p in problems] == [
        ("parken.csv#row=2&column=geopend", "datatype")
    ]


def test_a_mapping_that_names_a_graph_stops_the_build(foreign: Workspace) -> None:
    with_rml(foreign, RML.replace("rr:class groen:Park", "rr:graph groen:Park"))
    with pytest.raises(ProjectError, match=r"parken\.rml\.ttl park: names a graph"):
        foreign.build()


def test_the_lab_knows_the_columns_that_a_join_reads_elsewhere(foreign: Workspace) -> None:
    join = 'rr:parentTriplesMap <#boom>; rr:joinCondition [ rr:child "nummer"; rr:parent "park" ]'
    text = RML.replace("rr:parentTriplesMap <#rij>", join)
    text += """<#boom> rr:subjectMap [ rr:template "id/boom/{bijnamen}" ];
      rml:logicalSource [ rml:source "../data/bomen.csv"; rml:referenceFormulation ql:CSV ] ."""
    foreign.edit("mappings/bomen.yml", "id/park/$(park)~iri", "id/park/x~iri")
    inventories = open_inventories(foreign.folder, BASE, foreign.folder)
    assert "park" not in inventories.columns("bomen")
    inventories = open_inventories(with_rml(foreign, text).folder, BASE, foreign.folder)
    assert {"park", "nummer"} <= inventories.columns("bomen")
    assert inventories.columns("parken") == {"nummer", "naam", "geopend"}
