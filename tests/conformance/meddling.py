"""A server on loopback that hands requests on to a real engine, or does what a test wants."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from app.project import Engine


@dataclass
class Asked:
    """A request on its way: `body` may be changed; `status` answers it here, 0 hangs up."""

    method: str
    path: str
    body: bytes
    headers: dict[str, str]
    status: int | None = None
    said: bytes = b""
    hang_up: bool = False

    @property
    def loads(self) -> bool:
        return self.path.startswith("/store")


class Meddler:
    """Keeps what was asked, and lets `meddle` change it."""

    def __init__(self, engine: Engine) -> None:
        self.seen: list[Asked] = []
        self.meddle: Callable[[Asked], None] = lambda _: None
        behind = engine.query.rpartition("/")[0]
        meddler = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                """Say nothing."""

            def handle_one(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked = Asked(self.command, self.path, body, dict(self.headers))
                meddler.seen.append(asked)
                meddler.meddle(asked)
                status, said, kind = asked.status, asked.said, "text/plain"
                if status is None:
                    status, said, kind = meddler.forward(behind, asked)
                if status == 0 or asked.hang_up:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST = do_PUT = handle_one  # noqa: N815 - names of the library

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        at = f"http://127.0.0.1:{self.server.server_port}"
        self.engine = replace(
            engine, query=f"{at}/query", update=f"{at}/update", store=f"{at}/store"
        )
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def forward(behind: str, asked: Asked) -> tuple[int, bytes, str]:
        headers = {name: asked.headers[name] for name in ("Content-Type", "Accept")}
        request = urllib.request.Request(
            behind + asked.path, asked.body or None, headers, method=asked.method
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read(), answer.headers.get("Content-Type", "")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(), "text/plain"

    def loaded(self) -> list[str]:
        """Return the graphs that were loaded, in order."""
        return [one.path.partition("graaf%2F")[2].partition("&")[0]
                for one in self.seen if one.loads]  # fmt: skip


@contextmanager
def meddling(engine: Engine) -> Iterator[Meddler]:
    meddler = Meddler(engine)
    try:
        yield meddler
    finally:
        meddler.server.shutdown()
        meddler.server.server_close()
