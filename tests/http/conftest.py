"""Clients of both projects; tests that change something make their own copy."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.bootstrap import service
from tests.conftest import ROOT, Workspace, copy_project


@pytest.fixture(scope="session")
def client(built: Workspace) -> Iterator[TestClient]:
    """Our own project, served; redirects are not followed."""
    with TestClient(built.app(), follow_redirects=False) as found:
        yield found


@pytest.fixture(scope="session")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The small project, built once; tests only read it."""
    source = ROOT / "tests" / "projects" / "bomen"
    workspace = copy_project(source, tmp_path_factory.mktemp("trees") / "bomen")
    outcome = workspace.build()
    assert outcome.status == "published", outcome.problems[:5]
    return workspace


@pytest.fixture(scope="session")
def small(trees: Workspace) -> Iterator[TestClient]:
    """The small project, served; redirects are not followed."""
    with TestClient(trees.app(), follow_redirects=False) as found:
        yield found


@pytest.fixture
def spools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where everything that is spooled goes."""
    folder = tmp_path / "spools"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture(scope="module")
def service_of_trees(trees: Workspace) -> Iterator[TestClient]:
    with TestClient(service(trees.settings), follow_redirects=False) as client:
        yield client


@pytest.fixture
def maps(service_of_trees: TestClient, spools: Path) -> Iterator[TestClient]:
    yield service_of_trees
    # whatever came of it, nothing was kept
    assert list(spools.iterdir()) == []
