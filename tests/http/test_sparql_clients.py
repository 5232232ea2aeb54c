"""`/sparql` asked by real clients over a real server, and the command `query`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, POST, POSTDIRECTLY, RDFXML, TURTLE, XML, SPARQLWrapper

from app.cli.query import ask, with_prefixes
from app.errors import InputError, VijfsterError
from tests.conftest import BASE, ROOT, Workspace
from tests.http.sparql import ASK, CONSTRUCT, DESCRIBE, TREES
from tests.http.support import serving
from tests.integration.net_server import Server, Talk, answer


@pytest.fixture(scope="module")
def endpoint(trees: Workspace) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with serving(trees, port) as address:
        yield f"{address}sparql"


@pytest.mark.parametrize("method", ["GET", POST, POSTDIRECTLY])
def test_sparqlwrapper(endpoint: str, method: str) -> None:
    def wrapper(query: str, kind: str) -> Any:
        client = SPARQLWrapper(endpoint)
        if method == POSTDIRECTLY:
            client.setMethod(POST)
            client.setRequestMethod(POSTDIRECTLY)
        else:
            client.setMethod(method)
        client.setQuery(query)
        client.setReturnFormat(kind)
        return client

    rows = wrapper(TREES, JSON).queryAndConvert()["results"]["bindings"]
    assert len(rows) == 6
    assert len(wrapper(TREES, XML).queryAndConvert().getElementsByTagName("result")) == 6
    assert wrapper(ASK, JSON).queryAndConvert()["boolean"] is True
    graph = rdflib.Graph().parse(data=wrapper(DESCRIBE, TURTLE).queryAndConvert(), format="turtle")
    assert len(graph) > 5
    body = wrapper(CONSTRUCT, RDFXML).query().response.read()
    assert len(rdflib.Graph().parse(data=body, format="xml")) > 20


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_as_client(endpoint: str, method: str) -> None:
    store = SPARQLStore(endpoint, method=method)
    graph = rdflib.Graph(store)
    assert len(list(graph.query(TREES))) == 6
    assert graph.query(ASK).askAnswer is True
    subject = rdflib.URIRef(f"{BASE}id/boom/B1")
    assert (subject, rdflib.RDFS.label, rdflib.Literal("eik B1", lang="nl")) in graph


def vijfster(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_query_command(endpoint: str, tmp_path: Path) -> None:
    query = TREES + " ORDER BY ?s"
    found = vijfster("query", query, "--endpoint", endpoint)
    assert found.returncode == 0, found.stderr
    assert found.stdout.splitlines()[0].strip() == "s"
    assert len(found.stdout.splitlines()) == 8
    file = tmp_path / "vraag.rq"
    file.write_text(query)
    rows = vijfster("query", str(file), "--endpoint", endpoint, "--format", "json")
    assert len(json.loads(rows.stdout)["results"]["bindings"]) == 6
    table = vijfster("query", query, "--endpoint", endpoint, "--format", "csv").stdout
    assert table.splitlines()[1] == f"{BASE}id/boom/B1"
    turtle = vijfster("query", DESCRIBE, "--endpoint", endpoint, "--format", "turtle")
    assert len(rdflib.Graph().parse(data=turtle.stdout, format="turtle")) > 5


def test_query_command_says_why_a_query_is_refused(endpoint: str) -> None:
    found = vijfster("query", "SELECT * { SERVICE <urn:x> { ?s ?p ?o } }", "--endpoint", endpoint)
    assert found.returncode == 2
    assert "SERVICE" in found.stderr
    assert "Traceback" not in found.stderr
    found = vijfster("query", ASK, "--endpoint", "http://127.0.0.1:1/sparql")
    assert found.returncode == 2
    assert "Traceback" not in found.stderr


def test_query_command_fills_in_prefixes(
    endpoint: str, trees: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a prefix of the standards, one of the project; what is in a string or an address is none
    query = 'SELECT ?s { ?s a groen:Boom ; rdfs:label ?l # skos:x\n FILTER(?l != "org:y") }'
    project = ("--project", str(trees.folder), "--endpoint", endpoint, "--format", "csv")
    monkeypatch.setenv("VIJFSTER_BASE_IRI", BASE)
    found = vijfster("query", query, *project)
    assert found.returncode == 0, found.stderr
    assert len(found.stdout.splitlines()) == 7
    known = {"skos": "urn:skos#", "org": "urn:org#"}
    declared = "PREFIX skos: <urn:mine#> SELECT * { ?s skos:a org:b ; <urn:skos:c> 'org:d' }"
    assert with_prefixes(declared, known) == f"PREFIX org: <urn:org#> {declared}"


@pytest.mark.parametrize(
    ("query", "kind", "said"),
    [(DESCRIBE, "csv", "DESCRIBE heeft geen --format csv"), (ASK, "turtle", "ASK heeft geen"),
     (ASK, "xlsx", "niet xlsx")],
)  # fmt: skip
def test_query_command_has_no_such_output(query: str, kind: str, said: str) -> None:
    with pytest.raises(InputError) as found:
        ask(query, "http://127.0.0.1:1/sparql", kind)
    assert said in found.value.detail_nl


@pytest.mark.parametrize(
    ("talk", "said"),
    [
        (answer("Content-Type: text/html", body=b"<p>hallo"), "gives no SPARQL results"),
        (answer("Retry-After: 7", body=b'{"detail": "vol"}', status="503 X"), "vol Try again in 7"),
        (answer(body=b'{"detail": "te groot"}', status="413 X"), "answers 413: te groot"),
        (answer(body=b"", status="406 Nee"), "406: Nee"),
        (lambda peer, _: peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"), "broke"),
        (lambda peer, _: peer.close(), "broke off"),
    ],
)
def test_query_command_with_endpoints_that_fail(talk: Talk, said: str) -> None:
    server = Server(talk)
    try:
        with pytest.raises(VijfsterError) as found:
            ask(ASK, f"http://127.0.0.1:{server.port}/sparql", "table")
    finally:
        server.close()
    assert said in found.value.detail
    assert found.value.detail_nl != found.value.detail


def test_query_command_shows_no_terminal_codes() -> None:
    rows = [{"s": {"type": "literal", "value": "a\x1b[31m\r\nb"}}]
    rows[0]["\x1b[2J"] = rows[0]["s"]
    names = ["s", "\x1b[2J"]
    body = json.dumps({"head": {"vars": names}, "results": {"bindings": rows}}).encode()
    server = Server(answer("Content-Type: application/sparql-results+json", body=body))
    try:
        shown = ask("SELECT ?s {}", f"http://127.0.0.1:{server.port}/", "table")
    finally:
        server.close()
    assert shown.splitlines()[0].split() == ["s", "[2J"]
    assert shown.splitlines()[2:] == ["a [31m b  a [31m b"]


def test_query_command_gives_files_the_bytes_and_terminals_text() -> None:
    body = b's\r\n"\x1b]0;x\x07\xc2\x9b1m"\r\n'
    server = Server(answer("Content-Type: text/csv", body=body))
    command = [sys.executable, "-m", "app", "query", "SELECT ?s {}", "--format", "csv",
               "--endpoint", f"http://127.0.0.1:{server.port}/"]  # fmt: skip
    ours, terminal = os.openpty()
    try:
        piped = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=60)
        subprocess.run(command, cwd=ROOT, stdout=terminal, check=True, timeout=60)
        shown = os.read(ours, 4096)
    finally:
        server.close()
        os.close(ours)
        os.close(terminal)
    assert piped.stdout.rstrip() == body.rstrip()
    assert shown.decode().splitlines() == ["s", '"\ufffd]0;x\ufffd1m"']


def test_query_command_of_no_file() -> None:
    assert vijfster("query", "geen-bestand.rq").returncode == 2
