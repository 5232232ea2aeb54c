"""The service in a thread of this process, on a port of its own that only this machine reaches."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from app.errors import StoreUnavailableError

_START_SECONDS = 60.0


@contextmanager
def serving(service: FastAPI) -> Iterator[str]:
    """Serve; yield the root, `http://127.0.0.1:PORT/`.

    Raises:
        StoreUnavailableError: It did not start.
    """
    server = uvicorn.Server(uvicorn.Config(
        service, host="127.0.0.1", port=0, log_level="critical", access_log=False,
        server_header=False,
    ))  # fmt: skip
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > until:
            server.should_exit = True
            raise StoreUnavailableError("our own service did not start",
                                        nl="onze eigen dienst startte niet")  # fmt: skip
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()
