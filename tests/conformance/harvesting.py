"""What the tests of foreign harvesters share: their environments, our service, what they read."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Workspace, copy_project
from tests.http.support import serving

_PEERS = Path(os.environ.get("VIJFSTER_PEERS") or Path.home() / ".cache" / "vijfster")
Pages = list[dict[str, Any]]


def python_of(peer: str) -> Path:
    """Return the Python of a peer's environment; skip where there is none."""
    python = _PEERS / peer / "bin" / "python"
    if not python.exists():
        pytest.skip(f"{peer} absent: {python} (`make peers` puts it there)")
    return python


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve our own project under its base IRI, so that links can be followed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    workspace = Workspace(copy_project(ROOT, folder).folder, f"http://127.0.0.1:{port}/")
    assert workspace.build().status == "published"
    with serving(workspace, port) as found:
        yield found


def harvest(peer: str, address: str, form: str) -> Pages:
    """Let a peer's client walk through a feed; return what it read, page by page."""
    script = Path(__file__).with_name(f"client_{peer}.py")
    done = subprocess.run([str(python_of(peer)), str(script), address, form], capture_output=True,
                          text=True, timeout=120, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    pages: Pages = json.loads(done.stdout.splitlines()[-1])
    return pages


def datasets(pages: Pages) -> dict[str, dict[str, Any]]:
    """Return the datasets of all pages by IRI; fail if one comes twice."""
    found = [item for page in pages for item in page["datasets"]]
    assert len({item["uri"] for item in found}) == len(found), "a dataset comes twice"
    # what they hold in no order of their own
    for item in found:
        item["resources"].sort(key=lambda resource: str(resource["uri"]))
        item["tags"].sort()
    return {item["uri"]: item for item in found}
