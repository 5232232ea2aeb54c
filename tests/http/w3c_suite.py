"""W3C's SPARQL 1.1 suite: what its manifests ask, and whether an answer is the one expected."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyoxigraph as ox
import rdflib

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
RS = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
XSD = "http://www.w3.org/2001/XMLSchema#"
EVALUATION = {MF.QueryEvaluationTest, MF.CSVResultFormatTest}
SYNTAX = {MF.PositiveSyntaxTest11, MF.PositiveSyntaxTest, MF.NegativeSyntaxTest11}
_FILES = "suite:/"
_INTEGERS = {
    XSD + name
    for name in ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "decimal")
}


@dataclass(frozen=True, slots=True)
class Case:
    """One test: its query, its data by name (`folder/file`), its result."""

    name: str
    kind: Any
    folder: str
    query: str
    data: tuple[str, ...]
    graphs: tuple[str, ...]
    result: Path | None


def cases(suite: Path) -> Iterator[Case]:
    """Yield the tests of queries; what they name is below the folder of the suite."""
    for manifest in sorted(suite.glob("*/manifest.ttl")):
        folder = manifest.parent.name
        graph = rdflib.Graph().parse(
            manifest, format="turtle", publicID=f"{_FILES}{folder}/manifest.ttl"
        )
        for test, kind in graph.subject_objects(rdflib.RDF.type):
            if kind not in EVALUATION | SYNTAX:
                continue
            action = graph.value(test, MF.action)
            asked = graph.value(action, QT.query) or action
            result = graph.value(test, MF.result)
            yield Case(
                f"{folder}/{str(test).rpartition('#')[2]}", kind, folder,
                (suite / _name(asked)).read_bytes().decode(),
                tuple(sorted(map(_name, graph.objects(action, QT.data)))),
                tuple(sorted(map(_name, graph.objects(action, QT.graphData)))),
                suite / _name(result) if result is not None else None,
            )  # fmt: skip


def _name(node: object) -> str:
    return unquote(str(node).removeprefix(_FILES))


def same_result(body: bytes, media_type: str, expected: Path, base: str) -> bool:
    """Tell whether a result is the expected one: as bags, numbers by value, blank nodes apart."""
    if expected.suffix == ".csv":
        return _table(body) == _table(expected.read_bytes())
    if expected.suffix == ".ttl" and "sparql-results" in media_type:
        return bool(_result_set(expected, base) == json.loads(body)["results"]["bindings"])
    if expected.suffix == ".ttl":
        formats = ox.RdfFormat
        return _canonical(
            ox.parse(body, formats.from_media_type(media_type), base_iri=base)
        ) == _canonical(ox.parse(expected.read_bytes(), formats.TURTLE, base_iri=base))
    kind = ox.QueryResultsFormat.from_extension(expected.suffix[1:])
    there = ox.parse_query_results(expected.read_bytes(), kind)
    here = ox.parse_query_results(body, ox.QueryResultsFormat.from_media_type(media_type))
    if isinstance(there, ox.QueryBoolean) or isinstance(here, ox.QueryBoolean):
        return isinstance(there, ox.QueryBoolean) and there == here
    assert isinstance(there, ox.QuerySolutions)
    assert isinstance(here, ox.QuerySolutions)
    names = {variable.value for variable in there.variables}
    if names != {variable.value for variable in here.variables}:
        return False
    return _canonical(_rows(there, names)) == _canonical(_rows(here, names))


def _table(text: bytes) -> list[list[tuple[str, str]]]:
    """Return the rows of a CSV result, whatever the order of its columns."""
    rows = csv.DictReader(io.StringIO(text.decode(), newline=""))
    return sorted(
        sorted((name, "_:" if value.startswith("_:") else value) for name, value in row.items())
        for row in rows
    )


def _result_set(path: Path, base: str) -> list[dict[str, dict[str, str]]]:
    """Return the rows of a result that is written as RDF, in the JSON of results."""
    graph = rdflib.Graph().parse(path, format="turtle", publicID=base)
    rows = []
    for solution in graph.objects(None, RS.solution):
        row = {}
        for binding in graph.objects(solution, RS.binding):
            value = graph.value(binding, RS.value)
            kind = "uri" if isinstance(value, rdflib.URIRef) else "literal"
            found = {"type": kind, "value": str(value)}
            if isinstance(value, rdflib.Literal) and value.datatype:
                found["datatype"] = str(value.datatype)
            row[str(graph.value(binding, RS.variable))] = found
        rows.append(row)
    return rows


def _rows(found: ox.QuerySolutions, names: set[str]) -> Iterator[ox.Quad]:
    """Write each row as statements about a node, so that rows count as often as they occur."""
    for number, row in enumerate(found):
        node = ox.BlankNode(f"row{number}")
        yield ox.Quad(node, ox.NamedNode("suite:row"), ox.Literal("x"))
        for name in names:
            if row[name] is not None:
                yield ox.Quad(node, ox.NamedNode(f"suite:var/{name}"), row[name])


def _canonical(quads: Any) -> set[str]:
    found = ox.Dataset()
    for quad in quads:
        found.add(ox.Quad(quad.subject, quad.predicate, _by_value(quad.object), quad.graph_name))
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in found}


def _by_value(term: Any) -> Any:
    if not isinstance(term, ox.Literal):
        return term
    kind = term.datatype.value
    try:
        if kind in _INTEGERS:
            return ox.Literal(str(Decimal(term.value).normalize() + 0), datatype=term.datatype)
        if kind in {XSD + "double", XSD + "float"}:
            return ox.Literal(repr(float(term.value)), datatype=term.datatype)
    except ArithmeticError:
        return term
    if kind == XSD + "boolean":
        text = {"1": "true", "0": "false"}.get(term.value, term.value)
        return ox.Literal(text, datatype=term.datatype)
    return term
