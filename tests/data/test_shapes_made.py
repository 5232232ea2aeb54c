"""How the shapes in shapes/ are made: described, named, told apart, of portable terms only."""

from __future__ import annotations

from functools import cache

import pyshacl
import pytest
from rdflib import OWL, RDF, RDFS, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from tests.data.test_shapes import (
    BASE,
    CONSTRAINTS,
    COUNTS,
    PROFILES,
    SHAPES,
    reported,
    shapes_graph,
)

PROF_PROFILE = URIRef("http://www.w3.org/ns/dx/prof/Profile")
PATH_TERMS = {
    "alternativePath",
    "inversePath",
    "zeroOrMorePath",
    "oneOrMorePath",
    "zeroOrOnePath",
}
OTHER_TERMS = {
    "NodeShape",
    "PropertyShape",
    "Violation",
    "Warning",
    "Info",
    "IRI",
    "Literal",
    "BlankNode",
    "BlankNodeOrIRI",
    "BlankNodeOrLiteral",
    "IRIOrLiteral",
    "targetClass",
    "targetNode",
    "targetObjectsOf",
    "targetSubjectsOf",
    "property",
    "path",
    "severity",
    "message",
    "name",
    "description",
    "order",
    "group",
    "PropertyGroup",
    "qualifiedValueShape",
    "qualifiedValueShapesDisjoint",
    "closed",
    "ignoredProperties",
}


@cache
def source(profile: str) -> str:
    return (SHAPES / f"{profile}.ttl").read_text(encoding="utf-8")


def languages(graph: Graph, subject: URIRef, predicate: URIRef) -> list[str]:
    values = graph.objects(subject, predicate)
    return sorted(value.language or "" for value in values if isinstance(value, Literal))


@pytest.mark.parametrize("profile", PROFILES)
def test_lint_profile_is_described(profile: str) -> None:
    graph, subject = shapes_graph(profile), URIRef(f"{BASE}id/profiel/{profile}")
    assert (subject, RDF.type, PROF_PROFILE) in graph
    assert (subject, RDF.type, OWL.Ontology) in graph
    assert languages(graph, subject, DCTERMS.title) == ["en", "nl"]
    assert languages(graph, subject, DCTERMS.description) == ["en", "nl"]
    assert graph.value(subject, OWL.versionInfo) is not None
    assert graph.value(subject, DCTERMS.source) is not None


@pytest.mark.parametrize("profile", PROFILES)
def test_lint_iris_are_relative_and_shapes_have_one(profile: str) -> None:
    graph, prefix = shapes_graph(profile), f"{BASE}id/profiel/{profile}/"
    assert "@base" not in source(profile)
    assert "BASE <" not in source(profile)
    assert BASE not in source(profile), "write own IRIs relative"
    shapes = set(graph.subjects(RDF.type, SH.NodeShape))
    shapes |= set(graph.subjects(RDF.type, SH.PropertyShape))
    for shape in shapes:
        assert isinstance(shape, URIRef), "a shape without an IRI"
        assert shape.startswith(prefix), shape
    # Whatever carries a path, a target or a constraint, or is used as a shape, is declared as one.
    used = {
        subject
        for name in ("path", "property", *CONSTRAINTS)
        for subject in graph.subjects(SH[name])
    }
    for name in ("property", "node", "not", "qualifiedValueShape"):
        used |= set(graph.objects(None, SH[name]))
    for name in ("and", "or", "xone"):
        for head in graph.objects(None, SH[name]):
            used |= set(Collection(graph, head))
    assert used == shapes, used ^ shapes


@pytest.mark.parametrize("profile", PROFILES)
def test_lint_blank_nodes_are_paths_or_lists(profile: str) -> None:
    graph = shapes_graph(profile)
    for node in {subject for subject in graph.subjects() if isinstance(subject, BNode)}:
        predicates = set(graph.predicates(node))
        is_list = predicates == {RDF.first, RDF.rest}
        is_path = len(predicates) == 1 and predicates <= {SH[name] for name in PATH_TERMS}
        assert is_list or is_path, sorted(map(str, predicates))


@pytest.mark.parametrize("profile", PROFILES)
def test_lint_property_shapes(profile: str) -> None:
    graph = shapes_graph(profile)
    linked = set(graph.objects(None, SH.property))
    assert linked, "no property shape"
    for shape in graph.subjects(RDF.type, SH.PropertyShape):
        assert shape in linked, f"{shape} hangs under no node shape"
        assert len(list(graph.objects(shape, SH.path))) == 1, f"{shape}: path"
    for shape in reported(graph):
        severities = list(graph.objects(shape, SH.severity))
        assert len(severities) == 1, f"{shape}: severity"
        assert severities[0] in (SH.Violation, SH.Warning, SH.Info), f"{shape}: severity"
        assert languages(graph, shape, SH.message) == ["en", "nl"], f"{shape}: message"
        assert languages(graph, shape, SH.name) == ["en", "nl"], f"{shape}: name"
        assert (shape, RDFS.seeAlso, None) in graph, f"{shape}: rdfs:seeAlso"
        assert any((shape, SH[name], None) in graph for name in CONSTRAINTS), f"{shape}: empty"


@pytest.mark.parametrize("profile", PROFILES)
def test_lint_messages_are_told_apart(profile: str) -> None:
    """Two shapes with one message would leave a reader guessing which rule was broken."""
    seen: dict[Node, Node] = {}
    for shape, message in shapes_graph(profile).subject_objects(SH.message):
        assert message not in seen, f"{shape} and {seen[message]} say the same"
        seen[message] = shape
        assert len(str(message)) <= 400, shape
        assert "  " not in str(message), shape


@pytest.mark.parametrize("profile", PROFILES)
def test_lint_values(profile: str) -> None:
    graph = shapes_graph(profile)
    for name in COUNTS:
        for shape, count in graph.subject_objects(SH[name]):
            assert isinstance(count, Literal), shape
            assert count.datatype == XSD.integer, f"{shape}: {count!r}"
            assert int(count) >= 0, f"{shape}: {count!r}"
    for shape, flag in graph.subject_objects(SH.uniqueLang):
        assert flag == Literal(True), f"{shape}: {flag!r}"
    for shape, pattern in graph.subject_objects(SH.pattern):
        assert "(?" not in str(pattern), f"{shape}: look-around is not portable"


@pytest.mark.parametrize("profile", PROFILES)
def test_lint_only_known_terms(profile: str) -> None:
    known = set(CONSTRAINTS) | PATH_TERMS | OTHER_TERMS
    terms = {
        str(node).removeprefix(str(SH))
        for triple in shapes_graph(profile)
        for node in triple
        if isinstance(node, URIRef) and node.startswith(str(SH))
    }
    assert not terms - known


@pytest.mark.parametrize("profile", PROFILES)
def test_lint_shacl_for_shacl(profile: str) -> None:
    empty = Graph()
    pyshacl.validate(empty, shacl_graph=shapes_graph(profile), inference="none", meta_shacl=True)
