"""Shared fixtures; in CI a skip that is not allowed fails the run."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from app.bootstrap import publisher, releases, service
from app.publication import Outcome, Publisher
from app.settings import Settings
from app.store.releases import Releases
from app.vocabularies.lists import load_lists

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("VIJFSTER_SHARED", str(ROOT.parent / "shared")))
BASE = "https://voorbeeld.test/"
LISTS = load_lists(ROOT / "vocab" / "lijsten")

# a busy machine is no failure of a test
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser tests come last: Playwright's loop must not be there for asyncio tests."""
    items.sort(key=lambda item: "browser" in item.keywords)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    # a peer that .ci/run should have installed is missing: that is a failure there
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: skipped in CI: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts beside the clone."""
    if not (SHARED / "standards").is_dir():
        pytest.skip(f"shared absent: {SHARED}")
    return SHARED


class Workspace:
    """A copy of a project folder with a state directory of its own."""

    def __init__(self, folder: Path, base: str = BASE) -> None:
        self.folder = folder
        self.base = base

    @property
    def settings(self) -> Settings:
        return Settings(
            _env_file=None,
            project=self.folder,
            base_iri=self.base,
        )

    @property
    def releases(self) -> Releases:
        return releases(self.settings)

    def publisher(self, **more: Any) -> Publisher:
        return publisher(self.settings, **more)

    def build(self, **more: Any) -> Outcome:
        return self.publisher().build(**more)

    @property
    def release(self) -> Path:
        found = self.releases.current()
        assert found is not None
        return found[1]

    def app(self) -> Any:
        return service(self.settings)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace text in a file of the project; the text must be there."""
        file = self.folder / path
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {path}"
        file.write_text(text.replace(old, new, 1), encoding="utf-8")


def copy_project(source: Path, target: Path) -> Workspace:
    """Copy what makes a project folder."""
    target.mkdir(parents=True, exist_ok=True)
    for name in ("data", "mappings", "vocab", "shapes"):
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
    shutil.copy(source / "vijfster.toml", target)
    return Workspace(target)


@pytest.fixture
def project(tmp_path: Path) -> Workspace:
    """A fresh copy of our own project, not built."""
    return copy_project(ROOT, tmp_path / "project")


@pytest.fixture
def foreign(tmp_path: Path) -> Workspace:
    """A fresh copy of a small two-table project that is not ours, not built."""
    return copy_project(ROOT / "tests" / "projects" / "bomen", tmp_path / "bomen")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Our own project, built once; tests only read it."""
    workspace = copy_project(ROOT, tmp_path_factory.mktemp("built") / "project")
    outcome = workspace.build()
    assert outcome.status == "published", outcome.problems[:5]
    return workspace


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Give ports that were free a moment ago."""

    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    return find
