"""Comunica's server (npm) over a file of quads, on loopback."""

from __future__ import annotations

import http.server
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.conformance.engines import free_port
from tests.http.support import until

_NPM = Path(os.environ.get("VIJFSTER_PEERS") or Path.home() / ".cache" / "vijfster") / "npm"
_SERVER = _NPM / "node_modules" / "@comunica" / "query-sparql" / "bin" / "http.js"
_LOOPBACK = Path(__file__).with_name("loopback.cjs")


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def guess_type(self, path: object) -> str:
        return "application/n-quads"

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def comunica(folder: Path, file: str) -> Iterator[str]:
    """Yield the address of an endpoint over a file in a folder, with the union as default graph."""
    if shutil.which("node") is None or not (_NPM / "ready").is_file():
        pytest.skip(f"Comunica absent: {_NPM} (`make peers` puts it there)")
    files = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(_Quiet, directory=str(folder))
    )
    thread = threading.Thread(target=files.serve_forever)
    thread.start()
    port = free_port()
    command = ["node", str(_SERVER), f"http://127.0.0.1:{files.server_port}/{file}",
               "--unionDefaultGraph", "-p", str(port), "-t", "110"]  # fmt: skip
    environment = {**os.environ, "NODE_OPTIONS": f"--require {_LOOPBACK}"}
    try:
        with (folder / "comunica.log").open("wb") as log, subprocess.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=log
        ) as process:  # fmt: skip
            try:
                address = f"http://127.0.0.1:{port}/sparql"
                until(f"{address}?query=ASK%7B%7D", 200, 120)
                yield address
            finally:
                process.terminate()
    finally:
        files.shutdown()
        files.server_close()
        thread.join()
