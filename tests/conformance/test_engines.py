"""Fifty queries over our own release: the same solutions from the embedded engine and through each.

Numbers, truth values and times are compared by value; order where the query fixes all of it.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from app.bootstrap import service
from app.cli.main import app
from tests.conformance.comunica import comunica
from tests.conformance.engines import ENGINES, names_engine
from tests.conftest import BASE, ROOT, Workspace, copy_project
from tests.http.support import JSON_RESULTS

pytestmark = pytest.mark.slow
XSD = "http://www.w3.org/2001/XMLSchema#"
ACTORS, PROJECTS = (f"{BASE}id/graaf/{name}" for name in ("actoren", "projecten"))
PREFIXES = """\
PREFIX org: <http://www.w3.org/ns/org#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/> PREFIX dct: <http://purl.org/dc/terms/>
PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX v: <ns/vijfster#>
"""
# those with a `#total` fix the order of all rows
OWN = {
    "count": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "graphs": "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g #total",
    "classes": "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c",
    "properties": "SELECT DISTINCT ?p { ?s ?p ?o } ORDER BY ?p #total",
    "one thing": "SELECT ?p ?o { <id/dataset/actoren> ?p ?o }",
    "in a graph": "SELECT ?s { GRAPH <id/graaf/projecten> { ?s a foaf:Project } }",
    "from": f"SELECT (COUNT(*) AS ?n) FROM <{ACTORS}> FROM <{PROJECTS}> {{ ?s ?p ?o }}",
    "from named": f"SELECT ?g ?s FROM NAMED <{ACTORS}> {{ GRAPH ?g {{ ?s a org:Organization }} }}",
    "optional": "SELECT ?s ?d { ?s a foaf:Project OPTIONAL { ?s dct:description ?d } }",
    "union": "SELECT ?s { { ?s a foaf:Project } UNION { ?s a org:Organization } }",
    "minus": "SELECT ?s { ?s a org:Organization MINUS { ?s org:classification ?c } }",
    "not exists": "SELECT ?s { ?s a foaf:Project FILTER NOT EXISTS { ?s dct:spatial ?x } }",
    "filter in": "SELECT ?s { ?s a ?c FILTER(?c IN (dcat:Dataset, dcat:Catalog)) }",
    "values": "SELECT ?s ?c { VALUES ?c { dcat:Dataset dcat:Distribution } ?s a ?c }",
    "languages": "SELECT ?lang (COUNT(*) AS ?n) { ?s skos:prefLabel ?l } "
                 "GROUP BY (LANG(?l) AS ?lang)",
    "regex": "SELECT ?s ?l { ?s skos:prefLabel ?l FILTER(REGEX(STR(?l), '^smart', 'i')) }",
    "contains": "SELECT DISTINCT ?l { ?s skos:prefLabel ?l "
                "FILTER(CONTAINS(LCASE(STR(?l)), 'data')) }",
    "strings": "SELECT ?x { ?s a dcat:Dataset BIND(CONCAT(UCASE(STRAFTER(STR(?s), '/id/')), '-', "
               "STR(STRLEN(STR(?s)))) AS ?x) }",
    "bytes": "SELECT ?d ?b { ?d dcat:byteSize ?b FILTER(?b > 1000) }",
    "sums": "SELECT ?f (SUM(?b) AS ?sum) (MIN(?b) AS ?min) (MAX(?b) AS ?max) "
            "{ ?d dcat:byteSize ?b ; dcat:mediaType ?f } GROUP BY ?f",
    "having": "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c HAVING(COUNT(*) > 100)",
    "subquery": "SELECT ?s ?n { { SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s } "
                "?s a dcat:Dataset }",
    "if": "SELECT ?s (IF(BOUND(?d), 'ja', 'nee') AS ?x) { ?s a foaf:Project "
          "OPTIONAL { ?s dct:spatial ?d } }",
    "path": "SELECT DISTINCT ?x { ?c a dcat:Catalog ; dcat:dataset/dcat:distribution ?x }",
    "broader": "SELECT ?a ?b { ?a skos:broader+ ?b }",
    "inverse": "SELECT ?a { <id/dataset/actoren> ^dcat:dataset ?a }",
    "ask true": "ASK { ?s a dcat:Dataset }",
    "ask false": "ASK { ?s a <urn:nothing> }",
    "page": "SELECT ?s { ?s a foaf:Project } ORDER BY ?s LIMIT 20 OFFSET 10 #total",
    "construct": "CONSTRUCT { ?s rdfs:label ?l } WHERE { ?s a dcat:Dataset ; dct:title ?l }",
}  # fmt: skip
QUERIES = {
    **{f"own: {name}": PREFIXES + query for name, query in OWN.items()},
    **{path.stem: path.read_text(encoding="utf-8")
       for path in sorted((ROOT / "data" / "vragen").glob("*.rq"))},
}  # fmt: skip
# bugs of engines: the test fails when one of them is gone, so that this list stays true
_COUNT = "a COUNT of nothing but unbound values is unbound, where it should be 0"
KNOWN: dict[tuple[str, str], str] = {
    ("virtuoso", "own: broader"): "a path of any length needs a known start or end: 502",
    ("virtuoso", "instrumenten-voor-een-kleine-gemeente"): "STR beyond ASCII is in no list",
    ("comunica", "own: from named"): "FROM NAMED without FROM is refused: 400",
    **{("comunica", name): _COUNT for name in (
        "aanbieders-van-instrumenten", "deelname-aan-projecten", "projecten-per-domein",
        "wat-elk-document-leverde",
    )},
}  # fmt: skip
BACKENDS = (*ENGINES, "comunica")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    found = copy_project(ROOT, tmp_path_factory.mktemp("engines") / "project")
    assert found.build().status == "published"
    return found


@contextmanager
def loaded(name: str, workspace: Workspace, folder: Path) -> Iterator[str]:
    """Yield the endpoint of an engine that holds the release."""
    if name == "comunica":
        folder.mkdir()
        with gzip.open(workspace.release / "data.nq.gz") as file:
            (folder / "data.nq").write_bytes(file.read())
        with comunica(folder, "data.nq") as address:
            yield address
        return
    with ENGINES[name](folder) as running:
        project = copy_project(ROOT, folder / "project")
        names_engine(project, running.engine)
        (project.folder / "var").symlink_to(workspace.folder / "var")
        arguments = ["publish", "--project", str(project.folder), "--to", name, "--json"]
        environment = {"VIJFSTER_BASE_IRI": BASE, **running.environment()}
        done = CliRunner().invoke(app, arguments, env=environment)
        assert done.exit_code == 0, (done.stdout, done.stderr)
        yield running.engine.query.replace("sparql-auth", "sparql")


def client(workspace: Workspace, **settings: Any) -> TestClient:
    quiet = {"sparql_client_seconds": 100_000.0, "sparql_client_queries": 10,
             "sparql_timeout_seconds": 60.0, "sparql_max_slow": 2}  # fmt: skip
    return TestClient(service(workspace.settings.model_copy(update={**quiet, **settings})))


@pytest.fixture(scope="module")
def embedded(workspace: Workspace) -> Iterator[TestClient]:
    with client(workspace) as found:
        yield found


@pytest.fixture(scope="module", params=BACKENDS)
def remote(
    request: pytest.FixtureRequest, workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, TestClient]]:
    name = request.param
    folder = tmp_path_factory.mktemp(name) / "engine"
    with loaded(name, workspace, folder) as address, client(
        workspace, sparql_backend=address, sparql_backend_profile=name,
        sparql_backend_timeout_seconds=120.0,
    ) as found:  # fmt: skip
        yield name, found


def value_of(kind: str, text: str) -> Any:
    """Return the value of a literal where engines write it in their own way."""
    local = kind.removeprefix(XSD)
    if local in {"integer", "decimal", "nonNegativeInteger", "positiveInteger", "int", "long"}:
        return Decimal(text)
    if local in {"double", "float"}:
        return float(text)
    if local == "boolean":
        return {"1": True, "true": True, "0": False, "false": False}[text]
    if local == "dateTime":
        return re.sub(r"(\.\d*?)0+(?=Z|[+-]|$)", r"\1", text).replace(".Z", "Z")
    return kind, text


def term(found: dict[str, Any]) -> Any:
    if found["type"] == "uri":
        return "uri", found["value"]
    assert found["type"] in {"literal", "typed-literal"}, "no blank node leaves the house"
    if "xml:lang" in found:
        return found["xml:lang"].lower(), found["value"]
    return value_of(found.get("datatype", f"{XSD}string"), found["value"])


def solutions(client: TestClient, query: str) -> Any:
    graph = "CONSTRUCT" in query
    accept = "application/n-triples" if graph else JSON_RESULTS
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": accept})
    if answer.status_code != 200:
        return answer.status_code
    if graph:
        return {(str(quad.subject), str(quad.predicate), str(quad.object))
                for quad in ox.parse(answer.content, ox.RdfFormat.N_TRIPLES)}  # fmt: skip
    found = answer.json()
    if "boolean" in found:
        return found["boolean"]
    rows = [frozenset((name, term(cell)) for name, cell in row.items())
            for row in found["results"]["bindings"]]  # fmt: skip
    return rows if "#total" in query else Counter(rows)


def test_there_are_fifty() -> None:
    assert len(QUERIES) >= 50
    assert {name for _, name in KNOWN} <= QUERIES.keys()


@pytest.mark.parametrize("name", QUERIES)
def test_the_same_solutions(
    remote: tuple[str, TestClient], embedded: TestClient, name: str
) -> None:
    engine, client = remote
    query = QUERIES[name]
    expected = solutions(embedded, query)
    assert expected or expected is False, "a query that finds nothing shows nothing"
    assert not isinstance(expected, int) or expected in (True, False), expected
    found = solutions(client, query)
    if (engine, name) in KNOWN:
        assert found != expected, f"gone: {KNOWN[engine, name]}"
        assert KNOWN[engine, name].endswith(str(found)) or isinstance(found, Counter)
    else:
        assert found == expected


@pytest.mark.parametrize("kind", ["text/turtle", "application/rdf+xml", "application/ld+json"])
def test_graphs_in_every_format_the_engine_writes(
    remote: tuple[str, TestClient], embedded: TestClient, kind: str
) -> None:
    engine, client = remote
    query = PREFIXES + OWN["construct"]
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": kind})
    if (engine, kind) == ("comunica", "application/rdf+xml"):
        assert answer.status_code == 406
        return
    assert answer.headers["content-type"].partition(";")[0] == kind
    form = ox.RdfFormat.from_media_type(kind)
    assert form is not None
    found = {
        (str(q.subject), str(q.predicate), str(q.object)) for q in ox.parse(answer.content, form)
    }
    assert found == solutions(embedded, query)


def test_a_result_beyond_what_virtuoso_gives_is_refused(remote: tuple[str, TestClient]) -> None:
    engine, client = remote
    answer = client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }", "format": "csv"})
    assert answer.status_code == (413 if engine == "virtuoso" else 200)


def test_other_graphs_of_the_engine_are_out_of_reach(remote: tuple[str, TestClient]) -> None:
    _, client = remote
    query = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    assert {row["g"]["value"].rpartition("/")[0] for row in rows} == {f"{BASE}id/graaf"}
    # nor by name: Virtuoso keeps tables of its own beside ours
    other = "http://www.openlinksw.com/schemas/virtrdf#"
    for pattern in (f"GRAPH <{other}> {{ ?s ?p ?o }}", f"?s a <{other}QuadMapFormat>",
                    f"VALUES ?g {{ <{other}> }} GRAPH ?g {{ ?s ?p ?o }}"):  # fmt: skip
        found = client.get("/sparql", params={"query": f"SELECT ?s {{ {pattern} }}"})
        assert found.json()["results"]["bindings"] == []
