"""A second build without changes: every answer the same bytes and tags, by other processes too."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from app.rdf import media
from app.web.routes.ldes import ACTIVITIES, OBJECTS
from tests.conftest import ROOT, Workspace
from tests.http.support import serving

ITEMS = "api/collections/main/items"
SUFFIXES = [form.suffix for form in media.RDF_DOCUMENT]
FILES = ["csv", "ttl", "jsonld", "nt", "rdf"]
# address -> what is accepted
ASKED: list[tuple[str, str]] = [
    *((f"catalog.{suffix}{query}", "*/*") for suffix in SUFFIXES for query in (
        "", "?page=1", "?page=2&page_size=1", "?modified_since=2020-01-01",
        "?publisher=https://voorbeeld.test/id/organisatie/groendienst", "?_profile=hydra")),
    *((address, form.name) for address in ("ldes", "ldes/catalog/1") for form in ACTIVITIES),
    *((f"ldes/{name}{page}", form.name) for name in ("bomen", "parken") for page in ("", "/1")
      for form in OBJECTS),
    *((f"{ITEMS}{query}", "*/*") for query in ("", "?f=json&lang=en", "?f=dcat_ap_vl", "?q=boom")),
    *((f"doc/{thing}.{suffix}", "*/*") for thing in ("boom/B1", "dataset/bomen", "catalogus/groen")
      for suffix in (*SUFFIXES, "nq")),
    *((f"doc/dataset/bomen?_profile={name}", "*/*") for name in ("schema", "dcat-ap-vl", "alt")),
    *((f"dumps/{name}.{suffix}", "*/*") for name in ("bomen", "parken") for suffix in FILES),
    ("atom", "*/*"), ("atom?lang=en", "*/*"), ("sitemap.xml", "*/*"), ("dumps/data.nq.gz", "*/*"),
    *((".well-known/void", form.name) for form in media.RDF_DOCUMENT),
    ("context/dcat-ap-vl.jsonld", "*/*"),
]  # fmt: skip
KEPT = {"content-type", "etag", "last-modified", "content-profile", "link", "cache-control",
        "content-encoding", "content-length", "vary"}  # fmt: skip
Answer = tuple[int, bytes, dict[str, str]]


def build(workspace: Workspace, seed: str, processors: int) -> None:
    """Build in a process of its own, which mixes sets in its own way and has so many processors."""
    code = (f"import os; os.cpu_count = lambda: {processors}; "
            "from app.cli.main import app; app()")  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code, "build", "--project", str(workspace.folder)],
        cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "VIJFSTER_BASE_IRI": workspace.base, "PYTHONHASHSEED": seed},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


def told(server: str) -> dict[tuple[str, str, str], Answer]:
    """Return every answer, plain and compressed."""
    found: dict[tuple[str, str, str], Answer] = {}
    for address, accept in ASKED:
        for coding in ("identity", "gzip"):
            headers = {"Accept": accept, "Accept-Encoding": coding}
            request = urllib.request.Request(server + address, headers=headers)
            with urllib.request.urlopen(request, timeout=20) as answer:
                said = {name.lower(): value for name, value in answer.headers.items()}
                found[address, accept, coding] = (
                    answer.status, answer.read(),
                    {name: value for name, value in said.items() if name in KEPT},
                )  # fmt: skip
    return found


def test_a_build_that_changes_nothing_is_told_by_nothing(
    foreign: Workspace, free_port: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def serve(seed: str, workers: str) -> dict[tuple[str, str, str], Answer]:
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        with serving(foreign, free_port(), sparql_workers=workers) as server:
            return told(server)

    build(foreign, "1", 1)
    first = serve("2", "1")
    assert {status for status, _, _ in first.values()} == {200}
    # the same release by another process
    assert serve("3", "2") == first
    # other inputs that say the same: a release of its own, by more processes
    foreign.edit("vijfster.toml", "title", "# a comment\ntitle")
    build(foreign, "4", 4)
    assert len(foreign.releases.ledger.releases()) == 2
    second = serve("5", "2")
    assert {key for key in first if first[key] != second[key]} == set()
