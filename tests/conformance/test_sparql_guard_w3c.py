"""The guard accepts the queries of the W3C SPARQL 1.1 suite, and changes nothing in them."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from urllib.parse import unquote_plus

import pyoxigraph
import pytest
import rdflib

from app.errors import QueryRefusedError
from app.store.sparql.guard import GuardLimits, QueryInfo, check

SHARED = Path(os.environ.get("VIJFSTER_SHARED", Path(__file__).parents[2].parent / "shared"))
SUITE = SHARED / "w3c" / "sparql11"
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
# FROM <data.ttl>: relative to a file that our endpoint does not have
RELATIVE_FROM = {"constructwhere04.rq", "syntax-construct-where-02.rq"}

pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason=f"no W3C suite at {SUITE}")


class AnyGraph(Collection[str]):
    """Knows every graph."""

    def __contains__(self, iri: object) -> bool:
        return isinstance(iri, str)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def guard(query: str) -> QueryInfo:
    return check(query, known_graphs=AnyGraph(), limits=GuardLimits())


def negative() -> set[str]:
    found = set()
    for manifest in SUITE.glob("*/manifest.ttl"):
        graph = rdflib.Graph().parse(manifest, format="turtle")
        for test in graph.subjects(rdflib.RDF.type, MF.NegativeSyntaxTest11):
            found.add(str(graph.value(test, MF.action)).rpartition("/")[2])
    return found


def queries() -> list[Path]:
    return sorted(SUITE.glob("*/*.rq")) if SUITE.is_dir() else []


def read(path: Path) -> str:
    return path.read_bytes().decode()


def test_positive_and_evaluation_queries_are_accepted() -> None:
    refused = {}
    names = negative() | RELATIVE_FROM
    accepted = 0
    for path in queries():
        text = read(path)
        if path.name in names or path.parent.name in ("service", "syntax-fed"):
            continue
        try:
            info = guard(text)
        except QueryRefusedError as error:
            refused[str(path.relative_to(SUITE))] = error.detail
        else:
            accepted += 1
            first = re.search(r"(?im)^[^#<\n]*?\b(select|ask|construct|describe)\b", text)
            assert first is None or info.form == first[1].upper(), path.name
    assert refused == {}
    assert accepted > 250


def test_federated_queries_are_refused() -> None:
    found = [path for path in queries() if path.parent.name in ("service", "syntax-fed")]
    assert len(found) >= 10
    for path in found:
        with pytest.raises(QueryRefusedError, match="SERVICE"):
            guard(read(path))


def test_updates_of_the_protocol_suite_are_refused() -> None:
    manifest = (SUITE / "protocol" / "manifest.ttl").read_text(encoding="utf-8")
    updates = {unquote_plus(found) for found in re.findall(r"update=([^&\"\\\s]+)", manifest)}
    updates |= set(re.findall(r'cnt:chars "((?:CLEAR|DROP|INSERT|DELETE)[^"]*)"', manifest))
    assert updates
    for update in updates:
        with pytest.raises(QueryRefusedError):
            guard(update)


def test_engine_reads_what_the_guard_gives_on_as_it_read_the_original() -> None:
    store = pyoxigraph.Store()
    compared = 0
    for path in queries():
        source = read(path)
        try:
            info = guard(source)
        except QueryRefusedError:
            continue
        assert accepts(store, source) <= accepts(store, info.text), path.name
        compared += 1
    assert compared > 300


def accepts(store: pyoxigraph.Store, query: str) -> bool:
    try:
        store.query(query, base_iri="https://voorbeeld.test/")
    except (SyntaxError, RuntimeError):
        return False
    return True
