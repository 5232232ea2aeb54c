"""W3C's SPARQL 1.1 suite over HTTP: a release whose index holds the data of the suite."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from app.bootstrap import service
from app.store.sparql.guard import GuardLimits, check
from tests.conftest import BASE, Workspace
from tests.http.support import JSON_RESULTS
from tests.http.w3c_suite import EVALUATION, MF, SYNTAX, Case, cases, same_result

GRAPHS = f"{BASE}id/graaf/"
FORMATS = {".csv": "text/csv", ".tsv": "text/tab-separated-values", ".ttl": "text/turtle"}
# what the engine (Oxigraph 0.5.13) answers otherwise, one by one
FROM = {f"{GRAPHS}construct/data.ttl", f"{GRAPHS}empty"}
_EMPTY = "a zero-length path from or to a constant that no triple has finds nothing"
_VALUES = "GRAPH ?g joined with VALUES or MINUS inside loses or adds ?g"
_LEXICAL = "numbers are written in the engine's own form"
_LANGUAGE = "GROUP_CONCAT keeps a language tag that all values share"
MISSING = {
    "aggregates/agg-groupconcat-04": _LANGUAGE,
    "aggregates/agg-groupconcat-06": _LANGUAGE,
    "aggregates/agg-empty-group-count-graph": "counting nothing in GRAPH ?g gives no row",
    "bindings/graph": _VALUES,
    "negation/graph-minus": _VALUES,
    "csv-tsv-res/csv03": _LEXICAL,
    "csv-tsv-res/tsv03": _LEXICAL,
    "functions/bnode01": "BNODE(text) gives the same node in every row",
    "property-path/zero_or_more_set_start": _EMPTY,
    "property-path/zero_or_more_set_end": _EMPTY,
    "property-path/zero_or_one_set_start": _EMPTY,
    "property-path/zero_or_one_set_end": _EMPTY,
    "syntax-query/test_4": "a function that does not exist is refused before it is called",
}
# our guard refuses SERVICE (with the list of addresses that is the default: none)
FEDERATED = ("service", "syntax-fed")


@pytest.fixture(scope="module")
def suite(shared: Path) -> list[Case]:
    return list(cases(shared / "w3c" / "sparql11"))


@pytest.fixture(scope="module")
def w3c(
    trees: Workspace, suite: list[Case], shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """The small project, with the graphs of the suite in its index."""
    folder = tmp_path_factory.mktemp("w3c") / "project"
    shutil.copytree(trees.folder, folder)
    workspace = Workspace(folder)
    names = sorted({name for case in suite for name in (*case.data, *case.graphs)} | {"empty"})
    shutil.rmtree(workspace.release / "sparql")
    store = ox.Store(workspace.release / "sparql")
    for name in names:
        if name == "empty":
            continue
        path = shared / "w3c" / "sparql11" / name
        form = ox.RdfFormat.from_extension(path.suffix[1:])
        graph = ox.NamedNode(GRAPHS + name)
        store.extend(
            ox.Quad(quad.subject, quad.predicate, quad.object, graph)
            for quad in ox.parse(
                path.read_bytes(), form, base_iri=graph.value, rename_blank_nodes=True
            )
        )
    store.flush()
    del store
    manifest = workspace.release / "manifest.json"
    facts = json.loads(manifest.read_bytes())
    facts["quads"] = dict.fromkeys(names, 0)
    manifest.write_text(json.dumps(facts), encoding="utf-8")
    settings = workspace.settings.model_copy(update={"sparql_client_seconds": 100_000.0})
    with TestClient(service(settings)) as client:
        yield client


def _absolute(case: Case) -> str:
    """Return the query of a test with its base; the guard takes no relative address in FROM."""
    place = f"{GRAPHS}{case.folder}/"
    query = case.query.replace("FROM <data.ttl>", f"FROM <{place}data.ttl>")
    return f"BASE <{place}>\n" + query.replace("FROM <file>", f"FROM <{GRAPHS}empty>")


def ask(client: TestClient, case: Case, accept: str) -> httpx2.Response:
    """Ask the query of a test on its data; relative addresses are of its place."""
    query = _absolute(case)
    form: dict[str, str | list[str]] = {"query": query}
    if "FROM" not in query:
        form["default-graph-uri"] = [GRAPHS + name for name in case.data or ("empty",)]
        form["named-graph-uri"] = [GRAPHS + name for name in case.graphs]
    return client.post("/sparql", data=form, headers={"accept": accept})


def test_evaluation(w3c: TestClient, suite: list[Case]) -> None:
    wrong, asked = dict[str, str](), 0
    for case in suite:
        if case.kind not in EVALUATION or case.folder in FEDERATED:
            continue
        assert case.result is not None
        accept = FORMATS.get(case.result.suffix, JSON_RESULTS)
        info = check(_absolute(case), known_graphs=FROM, limits=GuardLimits())
        if case.result.suffix == ".ttl" and info.form == "SELECT":
            accept = JSON_RESULTS  # rows, written as RDF
        answer = ask(w3c, case, accept)
        asked += 1
        if not info.volatile:
            assert ask(w3c, case, accept).content == answer.content, case.name
        if answer.status_code != 200:
            wrong[case.name] = f"{answer.status_code} {answer.text[:200]}"
        elif not same_result(answer.content, accept, case.result, f"{GRAPHS}{case.folder}/"):
            wrong[case.name] = answer.text[:300]
    assert asked == 235
    assert_only_missing(wrong, "")


def test_syntax(w3c: TestClient, suite: list[Case]) -> None:
    wrong, asked = dict[str, str](), 0
    for case in suite:
        if case.kind not in SYNTAX or case.folder in FEDERATED:
            continue
        asked += 1
        answer = ask(w3c, case, "*/*")
        expected = 400 if case.kind == MF.NegativeSyntaxTest11 else 200
        if answer.status_code != expected:
            wrong[case.name] = f"{answer.status_code} {answer.text[:200]}"
    assert asked == 103
    assert_only_missing(wrong, "syntax-")


def assert_only_missing(wrong: dict[str, str], start: str) -> None:
    """Fail for what should pass, and for what is said to be missing and is not."""
    syntax = start == "syntax-"
    missing = {name for name in MISSING if name.startswith("syntax-") == syntax}
    assert {name: wrong[name] for name in wrong if name not in missing} == {}
    assert set(wrong) == missing


def test_federated_queries_are_refused(w3c: TestClient, suite: list[Case]) -> None:
    federated = [case for case in suite if case.folder in FEDERATED]
    assert len(federated) == 10
    for case in federated:
        answer = ask(w3c, case, "*/*")
        assert answer.status_code == 400
        assert "SERVICE" in answer.json()["detail"]
