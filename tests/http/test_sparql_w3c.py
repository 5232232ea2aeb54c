"""W3C's suite of the SPARQL protocol."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

import pytest
import rdflib
from rdflib.collection import Collection
from starlette.testclient import TestClient

from tests.http.sparql import DIRECT, GRAPH, TSV, XML_RESULTS
from tests.http.support import (
    JSON_RESULTS,
)

# the W3C suite of the protocol; its data are not here, so graphs of ours stand for its graphs

HT = rdflib.Namespace("http://www.w3.org/2011/http#")
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
FORMATS = {
    "boolean": (JSON_RESULTS, XML_RESULTS),
    "tabular": (JSON_RESULTS, XML_RESULTS, TSV, "text/csv"),
    "RDF": ("text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"),
}


def localised(text: str) -> str:
    """Put graphs of ours where the suite has its own."""
    text = unquote(text) if "kasei.us" in unquote(text) and " " not in text else text
    return re.sub(r"http://kasei\.us/2009/09/sparql/data/data\d\.rdf", GRAPH, text)


def w3c_requests(manifest: Path) -> Iterator[tuple[str, str, str, dict[str, str], bytes, Any, str]]:
    """Yield (test, method, query string, headers, body, expected statuses, expected format)."""
    graph = rdflib.Graph().parse(manifest, format="turtle")
    for test in graph.subjects(rdflib.RDF.type, MF.ProtocolTest):
        action = graph.value(test, MF.action)
        requests = graph.value(action, HT.requests)
        assert requests is not None
        for request in Collection(graph, requests):
            listed = graph.value(request, HT.headers)
            headers = {
                str(graph.value(item, HT.fieldName)): str(graph.value(item, HT.fieldValue))
                for item in (Collection(graph, listed) if listed is not None else ())
            }
            body = graph.value(request, HT.body)
            encoding = str(graph.value(body, CNT.characterEncoding) or "utf-8")
            text = str(graph.value(body, CNT.chars) or "") if body is not None else ""
            response = graph.value(request, HT.resp)
            statuses = {str(s)[-3] for s in graph.objects(response, MF.expectedStatus)}
            kind = str(graph.value(response, MF.expectedFormat) or "")
            path = str(graph.value(request, HT.absolutePath))
            yield (
                str(test).rpartition("#")[2], str(graph.value(request, HT.methodName)),
                path.partition("?")[2], headers, text.encode(encoding), statuses, kind,
            )  # fmt: skip


@pytest.mark.parametrize(
    "query", ["CONSTRUCT { <s> <p> 1 } WHERE {}", "ASK { FILTER(ISIRI(<x>)) }"]
)
def test_relative_iri_is_resolved(small: TestClient, query: str) -> None:
    """SPARQL 1.1 Query, 4.1.1: without BASE it is the service's; W3C's protocol suite asks it."""
    answer = small.post("/sparql", content=query, headers={"content-type": DIRECT})
    assert answer.status_code == 200


def test_w3c_protocol_suite(small: TestClient, shared: Path) -> None:
    seen: dict[str, int] = {}
    for name, method, query, headers, body, statuses, kind in w3c_requests(
        shared / "w3c" / "sparql11" / "protocol" / "manifest.ttl"
    ):
        pairs = [pair.split("=", 1) for pair in query.split("&") if pair]
        query = urlencode([(key, localised(unquote(value))) for key, value in pairs])
        if "utf-16" not in str(headers).lower():
            body = localised(body.decode()).encode()
        answer = small.request(method, f"/sparql?{query}", headers=headers, content=body)
        update = headers.get("content-type", "").startswith("application/sparql-update")
        update |= b"update=" in body or "update=" in query
        asks_other_data = b"protocol-update-dataset" in body or b"protocol-base-test" in body
        if update:
            assert 400 <= answer.status_code < 500, name
        elif asks_other_data:
            # looks at what the update before should have done
            assert answer.status_code == 200, name
        else:
            assert str(answer.status_code)[0] in statuses, (name, answer.text)
            if kind:
                assert answer.headers["content-type"].partition(";")[0] in FORMATS[kind], name
        seen[name] = answer.status_code
    assert len(seen) == 34
    assert sum(name.startswith(("query", "bad_query", "bad_multiple_q")) for name in seen) == 20
