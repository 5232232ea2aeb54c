"""Clients of both projects; tests that change something make their own copy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

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
