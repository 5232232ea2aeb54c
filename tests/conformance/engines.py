"""Real SPARQL engines on loopback: Oxigraph's server (`make peers`), Virtuoso (Debian)."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.project import Engine
from tests.conftest import Workspace
from tests.http.support import until

_PEERS = Path(os.environ.get("VIJFSTER_PEERS") or Path.home() / ".cache" / "vijfster")
OXIGRAPH = _PEERS / "oxigraph" / "bin" / "oxigraph"
_INI = Path("/etc/virtuoso-opensource-7/virtuoso.ini")
_HOME = "/var/lib/virtuoso-opensource-7"


@dataclass(frozen=True)
class Running:
    """An engine that runs: how a project names it, and who may write."""

    engine: Engine
    process: subprocess.Popen[bytes]
    user: str = ""
    password: str = ""

    def environment(self) -> dict[str, str]:
        start = f"VIJFSTER_ENGINE_{self.engine.name.upper()}"
        return {f"{start}_USER": self.user, f"{start}_PASSWORD": self.password}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(command: list[str], folder: Path, ready: str) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "engine.log").open("wb") as log, subprocess.Popen(
        command, cwd=folder, stdout=log, stderr=log
    ) as process:  # fmt: skip
        try:
            until(ready, 200, 60)
            yield process
        finally:
            process.kill()


@contextmanager
def oxigraph(folder: Path, *, on_disk: bool = True) -> Iterator[Running]:
    if not OXIGRAPH.exists():
        pytest.skip(f"Oxigraph's server is not there ({OXIGRAPH}); make peers installs it")
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    at = f"http://127.0.0.1:{port}"
    command = [str(OXIGRAPH), "serve", "-b", f"127.0.0.1:{port}"]
    command += ["-l", "store"] if on_disk else []
    with started(command, folder, f"{at}/") as process:
        yield Running(
            Engine("oxigraph", "oxigraph", f"{at}/query", f"{at}/update", f"{at}/store"), process
        )


@contextmanager
def virtuoso(folder: Path) -> Iterator[Running]:
    if not (shutil.which("virtuoso-t") and _INI.exists()):
        pytest.skip("Virtuoso is not there; .ci/run installs it (virtuoso-opensource-7)")
    folder.mkdir(parents=True, exist_ok=True)
    port, sql = free_port(), free_port()
    ini = _INI.read_text().replace(f"{_HOME}/db", str(folder)).replace(_HOME, str(folder))
    ini = re.sub(r"(?m)^Load\d.*$", "", ini)
    ini = re.sub(r"(?m)^ServerPort\s*= *1111$", f"ServerPort = 127.0.0.1:{sql}", ini)
    ini = re.sub(r"(?m)^ServerPort\s*= *8890$", f"ServerPort = 127.0.0.1:{port}", ini)
    (folder / "virtuoso.ini").write_text(ini)
    at = f"http://127.0.0.1:{port}"
    command = ["virtuoso-t", "+configfile", "virtuoso.ini", "+foreground", "+wait"]
    with started(command, folder, f"{at}/sparql?query=ASK%7B%7D") as process:
        asked = f"{at}/sparql-auth"
        yield Running(
            Engine("virtuoso", "virtuoso", asked, asked, f"{at}/sparql-graph-crud-auth"),
            process, "dba", "dba",
        )  # fmt: skip


ENGINES = {"oxigraph": oxigraph, "virtuoso": virtuoso}


def names_engine(workspace: Workspace, engine: Engine) -> None:
    """Add an engine to a project file."""
    facts = {"name": engine.name, "profile": engine.profile, "query": engine.query,
             "update": engine.update, "store": engine.store}  # fmt: skip
    lines = "".join(f'{key} = "{value}"\n' for key, value in facts.items())
    with (workspace.folder / "vijfster.toml").open("a") as file:
        file.write(f"\n[[engine]]\n{lines}")
