"""What no honest client sends is refused before anything reads it."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.conftest import Workspace


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/" + "a" * 2_001, {}, 414),
        ("/organisaties?q=" + "a" * 9_000, {}, 414),
        ("/", {"accept": "a/b," * 5_000}, 431),
        ("/", {"accept-language": "nl," * 8_000}, 431),
        ("/", {f"x-{n}": "a" * 1_000 for n in range(20)}, 431),
    ],
)
def test_too_long_is_refused_as_a_problem(
    built: Workspace, path: str, headers: dict[str, str], status: int
) -> None:
    with TestClient(built.app()) as client:
        answer = client.get(path, headers=headers)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status


def test_a_long_query_reaches_the_endpoint(built: Workspace) -> None:
    text = "ASK { # " + "a" * 20_000 + "\n ?s ?p ?o }"
    with TestClient(built.app()) as client:
        assert client.get("/sparql", params={"query": text}).status_code == 200


def test_pages_are_served_without_a_sparql_index(foreign: Workspace) -> None:
    foreign.build()
    for path in (foreign.release / "sparql").iterdir():
        path.unlink()
    with TestClient(foreign.app()) as client:
        assert client.get("/bomen").status_code == 200
        assert client.get("/sparql?query=ASK{}").status_code == 503
