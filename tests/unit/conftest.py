"""An empty package of tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.table_package import Package


@pytest.fixture
def package(tmp_path: Path) -> Package:
    return Package(tmp_path)
