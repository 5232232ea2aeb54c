"""Servers on loopback, a certificate for them, and a store for the SPARQL engine."""

from __future__ import annotations

import gc
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from tests.integration.net_server import Server, Talk
from tests.integration.sparql_engine import ONE, TWO


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    started: list[Server] = []

    def start(talk: Talk, *more: Any, **named: Any) -> Server:
        started.append(Server(talk, *more, **named))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate and its key in one file, for files.example.org."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl absent")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=files.example.org",
         "-addext", "subjectAltName=DNS:files.example.org", "-keyout", str(path) + ".key",
         "-out", str(path)],
        check=True, capture_output=True,
    )  # fmt: skip
    key = Path(str(path) + ".key").read_text(encoding="ascii")
    path.write_text(path.read_text(encoding="ascii") + key, encoding="ascii")
    return path


@pytest.fixture(scope="module")
def store_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("release") / "sparql"
    store = pyoxigraph.Store(str(path))
    node = pyoxigraph.NamedNode
    for number in range(2_000):
        graph = node(ONE if number % 2 else TWO)
        value = pyoxigraph.Literal(f"value {number}")
        store.add(pyoxigraph.Quad(node(f"urn:s:{number}"), node("urn:p"), value, graph))
    store.flush()
    del store
    gc.collect()
    return path
