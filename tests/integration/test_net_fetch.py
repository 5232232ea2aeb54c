"""Fetching from real servers on loopback: what comes back, and what every hostile one gets."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import ipaddress
import shutil
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import brotli
import pytest

from app.net.budget import Budget, Rate
from app.net.decoding import Inflation
from app.net.fetch import Fetched, Limits, Validators, fetch, file_name
from app.net.guard import Allowance
from app.net.refusals import FetchError

TURTLE = b"<http://a> <http://b> <http://c> .\n"
SECRET = b"SECRET-OF-THE-SERVER"
LIMITS = Limits(
    connect_seconds=0.5, first_byte_seconds=0.5, idle_seconds=0.6, total_seconds=2,
    slow_after_seconds=0.5, max_wire_bytes=1_000_000, inflation=Inflation(20_000_000, 100),
)  # fmt: skip
Talk = Callable[[socket.socket, bytes], None]


class Server:
    """A server of one thread per connection that says exactly what a test wants."""

    def __init__(self, talk: Talk, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None):
        self.talk, self.tls = talk, tls
        self.requests: list[bytes] = []
        self.errors: list[Exception] = []
        self.names: list[str] = []
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.create_server((host, 0), family=family)
        self.port: int = self.socket.getsockname()[1]
        self.open = True
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def _accept(self) -> None:
        while self.open:
            with contextlib.suppress(OSError):
                peer, _ = self.socket.accept()
                threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        with contextlib.suppress(OSError):
            peer.settimeout(5)
            if self.tls is not None:
                peer = self.tls.wrap_socket(peer, server_side=True)
            with peer:
                head = b""
                while b"\r\n\r\n" not in head and (piece := peer.recv(65_536)):
                    head += piece
                self.requests.append(head)
                self.talk(peer, head)

    def close(self) -> None:
        self.open = False
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(2)


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    started: list[Server] = []

    def start(talk: Talk, *more: Any, **named: Any) -> Server:
        started.append(Server(talk, *more, **named))
        return started[-1]

    yield start
    for server in started:
        server.close()


def answer(*headers: str, body: bytes = TURTLE, status: str = "200 OK") -> Talk:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return lambda peer, _: peer.sendall("\r\n".join(lines).encode("latin-1") + body)


def resolver(*found: str) -> Callable[[str, int], Any]:
    """Answer the n-th question with the n-th address; the last one stays."""
    left = list(found)

    async def resolve(host: str, port: int) -> Sequence[str]:
        return [left.pop(0) if len(left) > 1 else left[0]]

    return resolve


def get(server: Server, path: str = "/data.ttl", **more: Any) -> Fetched:
    host = more.pop("host", "files.example.org")
    scheme = "https" if server.tls else "http"
    more.setdefault("resolver", resolver("127.0.0.1"))
    more.setdefault("limits", LIMITS)
    more.setdefault("allowed", Allowance(hosts=frozenset({host}), ports=frozenset({server.port})))
    return asyncio.run(fetch(f"{scheme}://{host}:{server.port}{path}", **more))


def refused(server: Server, **more: Any) -> FetchError:
    began = time.monotonic()
    with pytest.raises(FetchError) as found:
        get(server, **more)
    assert time.monotonic() - began < 4
    error = found.value
    said = f"{error} {error.detail} {error.detail_nl}"
    assert SECRET.decode() not in said
    assert "127.0.0.1" not in said
    assert str(server.port) not in said
    return error


def test_a_file_comes_with_what_is_known_of_it(serve: Callable[..., Server]) -> None:
    server = serve(answer(
        "Content-Type: Text/Turtle; charset=UTF-8", 'ETag: "v1"', "Last-Modified: yesterday",
        "Set-Cookie: a=b",
    ))  # fmt: skip
    found = get(server)
    assert (found.status, found.data, found.media_type, found.charset) == (
        200, TURTLE, "text/turtle", "UTF-8",
    )  # fmt: skip
    assert found.validators == Validators(found.url, '"v1"', "yesterday")
    assert (found.redirects, found.truncated, found.wire_bytes) == ((), False, len(TURTLE))
    assert file_name(found.url) == "data.ttl"
    head = server.requests[0].decode().lower()
    # the name that was asked stands in Host, whatever address was connected to
    assert f"host: files.example.org:{server.port}" in head
    assert "accept: text/turtle, application/ld+json" in head
    assert "user-agent: vijfster/" in head
    assert "cookie" not in head
    assert "referer" not in head


def test_unchanged_files_are_not_sent_again(serve: Callable[..., Server]) -> None:
    def talk(peer: socket.socket, head: bytes) -> None:
        known = b'if-none-match: "v1"' in head.lower()
        answer('ETag: "v1"', status="304 Not Modified" if known else "200 OK",
               body=b"" if known else TURTLE)(peer, head)  # fmt: skip

    server = serve(talk)
    first = get(server)
    again = get(server, known=first.validators)
    assert (again.status, again.not_modified, again.data) == (304, True, b"")
    # what another address gave is not told to this one
    other = get(server, known=replace(first.validators, url="http://other.example.org/"))
    assert other.data == TURTLE
    hostile = Validators(first.url, '"a"\r\nX: y')
    assert get(server, known=hostile).data == TURTLE
    assert b"X: y" not in server.requests[-1]


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_compressed_answers_are_unpacked(serve: Callable[..., Server], coding: str) -> None:
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[coding]
    found = get(serve(answer(f"Content-Encoding: {coding}", body=pack(TURTLE * 1000))))
    assert found.data == TURTLE * 1000
    assert found.wire_bytes < len(found.data)


def test_redirects_are_followed_and_listed(serve: Callable[..., Server]) -> None:
    def talk(peer: socket.socket, head: bytes) -> None:
        step = int(head.split(b" ")[1].rpartition(b"/")[2])
        if step == 5:
            return answer()(peer, head)
        return answer(f"Location: {step + 1}", body=b"", status="302 Found")(peer, head)

    server = serve(talk)
    found = get(server, path="/a/0")
    assert found.url.endswith("/a/5")
    assert [url[-1] for url in found.redirects] == ["0", "1", "2", "3", "4"]
    error = refused(server, path="/a/0", limits=replace(LIMITS, max_redirects=4))
    assert error.reason == "redirects"


def test_a_file_can_be_cut_at_the_limit(serve: Callable[..., Server]) -> None:
    server = serve(answer(body=TURTLE * 1000))
    found = get(server, limits=replace(LIMITS, max_wire_bytes=1000, cut=True))
    assert (len(found.data), found.truncated, found.wire_bytes) == (1000, True, 1000)


def hang(peer: socket.socket, _: bytes) -> None:
    time.sleep(4)


def drip_header(peer: socket.socket, _: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(40):
        peer.sendall(b"X-%d: y\r\n" % number)
        time.sleep(0.1)


def drip_body(peer: socket.socket, _: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _number in range(40):
        peer.sendall(b"x")
        time.sleep(0.1)


def stop_halfway(peer: socket.socket, _: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + SECRET)
    time.sleep(4)


def endless(peer: socket.socket, _: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        peer.sendall(SECRET * 5000)


def endless_chunks(peer: socket.socket, _: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        peer.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")


def endless_headers(peer: socket.socket, _: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        peer.sendall(b"X-Secret: " + SECRET * 50 + b"\r\n")


def endless_interim(peer: socket.socket, _: bytes) -> None:
    for _number in range(100_000):
        peer.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def hang_up(peer: socket.socket, _: bytes) -> None:
    peer.close()


def raw(data: bytes) -> Talk:
    return lambda peer, _: peer.sendall(data)


ZEROS = bytes(50_000_000)
LONG = "x" * 20_000
HOSTILE: dict[str, tuple[Talk, str]] = {
    "never answers": (hang, "timeout"),
    "drips its headers": (drip_header, "timeout"),
    "drips its body": (drip_body, "slow"),
    "stops halfway": (stop_halfway, "timeout"),
    "never ends": (endless, "too-large"),
    "never ends its chunks": (endless_chunks, "too-large"),
    "never ends its headers": (endless_headers, "answer"),
    "never ends its interim answers": (endless_interim, "answer timeout"),
    "hangs up": (hang_up, "answer"),
    "hangs up halfway": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + SECRET), "cut-off"),
    "one long header": (answer(f"X: {LONG}"), "answer"),
    "announces too much": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n"),
                           "too-large"),
    "absurd length": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), "answer"),
    "two lengths": (
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 5\r\n\r\nhello"), "answer"),
    "speaks no HTTP": (raw(b"220 smtp " + SECRET + b"\r\n"), "answer"),
    "bad chunks": (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
                   "answer cut-off"),
    "gzip bomb": (answer("Content-Encoding: gzip", body=gzip.compress(ZEROS)), "ratio"),
    "deflate bomb": (answer("Content-Encoding: deflate", body=zlib.compress(ZEROS)), "ratio"),
    "brotli bomb": (answer("Content-Encoding: br", body=brotli.compress(ZEROS)), "ratio"),
    "damaged gzip": (answer("Content-Encoding: gzip", body=SECRET), "broken"),
    "unknown coding": (answer("Content-Encoding: zstd"), "encoding"),
    "coding twice": (answer("Content-Encoding: gzip, gzip"), "encoding"),
    "not found": (answer(status="404 " + SECRET.decode(), body=SECRET), "status"),
    "unasked part": (answer(status="206 Partial Content"), "status"),
    "unasked 304": (answer(status="304 Not Modified", body=b""), "status"),
    "redirect to nowhere": (answer(status="302 Found"), "status"),
    "error page": (answer(status="500 Oops", body=SECRET), "status"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_server_ends_in_a_clear_error(serve: Callable[..., Server], name: str) -> None:
    talk, reason = HOSTILE[name]
    assert refused(serve(talk)).reason in reason.split()


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{port}/x", "http://[::ffff:127.0.0.1]:{port}/x", "http://[::1]:{port}/",
        "http://[::ffff:7f00:1]:{port}/", "http://169.254.169.254:{port}/latest/meta-data/",
        "http://[fd00:ec2::254]:{port}/", "http://localhost:{port}/", "http://2130706433:{port}/",
        "http://127.1:{port}/", "http://user@files.example.org:{port}/", "file:///etc/passwd",
        "ftp://files.example.org/", "gopher://files.example.org:{port}/", "javascript:alert(1)",
        "http://files.example.org:22/", "//127.0.0.1:{port}/", "http://inside.example.org:{port}/",
        "http://[64:ff9b::7f00:1]:{port}/", "http://[2002:7f00:1::]:{port}/", "http://[bad/",
        "http://0/", "http://files.example.org:{port}/\x7f", "http://files.example.org\\@127.0.0.1/",
    ],
)  # fmt: skip
def test_redirect_to_a_forbidden_address(serve: Callable[..., Server], location: str) -> None:
    def talk(peer: socket.socket, head: bytes) -> None:
        where = location.format(port=server.port)
        answer(f"Location: {where}", body=SECRET, status="301 Moved")(peer, head)

    server = serve(talk)
    assert refused(server).reason == "redirect"
    assert len(server.requests) == 1


def test_redirect_from_https_to_http(serve: Callable[..., Server], certificate: Path) -> None:
    plain = serve(answer())
    moved = f"Location: http://files.example.org:{plain.port}/"
    server = serve(answer(moved, body=b"", status="302 Found"), tls=server_side(certificate))
    more: dict[str, Any] = {
        "tls": ssl.create_default_context(cafile=str(certificate)),
        "allowed": Allowance(
            hosts=frozenset({"files.example.org"}), ports=frozenset({plain.port, server.port})
        ),
    }
    assert refused(server, **more).reason == "downgrade"
    assert plain.requests == []
    again = get(server, limits=replace(LIMITS, allow_downgrade=True), **more)
    assert again.data == TURTLE


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate and its key in one file, for files.example.org."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl absent")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=files.example.org",
         "-addext", "subjectAltName=DNS:files.example.org", "-keyout", str(path) + ".key",
         "-out", str(path)],
        check=True, capture_output=True,
    )  # fmt: skip
    key = Path(str(path) + ".key").read_text(encoding="ascii")
    path.write_text(path.read_text(encoding="ascii") + key, encoding="ascii")
    return path


def server_side(certificate: Path, names: list[str] | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def note(_: Any, name: str | None, __: ssl.SSLContext) -> None:
        if names is not None:
            names.append(name or "")

    context.sni_callback = note
    return context


def test_tls_keeps_the_name_and_checks_it(serve: Callable[..., Server], certificate: Path) -> None:
    names: list[str] = []
    server = serve(answer(), tls=server_side(certificate, names))
    trust = ssl.create_default_context(cafile=str(certificate))
    assert get(server, tls=trust).data == TURTLE
    assert names == ["files.example.org"]
    # a certificate nobody vouches for, and one of another name
    assert refused(server).reason == "tls"
    assert refused(server, tls=trust, host="other.example.org").reason == "tls"


def test_a_name_that_switches_its_address_is_never_followed(serve: Callable[..., Server]) -> None:
    """DNS rebinding: what was checked is what is connected to, at every hop."""
    server = serve(answer("Location: /again", body=b"", status="302 Found"))
    public, asked = "127.0.0.1", []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        # the first answer stands for a public address, the next is inside
        return [public] if len(asked) == 1 else ["127.0.0.2"]

    allowed = Allowance(
        networks=(ipaddress.ip_network("127.0.0.1/32"),), ports=frozenset({server.port})
    )
    error = refused(server, resolver=rebinding, allowed=allowed)
    assert error.reason == "redirect"
    # one look-up per hop: no second one between check and connection
    assert len(asked) == 2
    assert len(server.requests) == 1


@pytest.mark.parametrize("inside", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.1", "0.0.0.0"])
def test_a_name_with_an_inside_address(serve: Callable[..., Server], inside: str) -> None:
    server = serve(answer())
    allowed = Allowance(ports=frozenset({server.port}))
    assert refused(server, resolver=resolver(inside), allowed=allowed).reason == "address"
    assert server.requests == []


def test_the_proxy_of_the_environment_is_not_used(
    serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, server = serve(answer(body=SECRET)), serve(answer())
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    assert get(server).data == TURTLE
    assert proxy.requests == []


def test_nobody_listens(serve: Callable[..., Server]) -> None:
    server = serve(answer())
    server.close()
    assert refused(server).reason == "connect"


def test_a_look_up_that_hangs(serve: Callable[..., Server]) -> None:
    async def slow(host: str, port: int) -> Sequence[str]:
        await asyncio.sleep(30)
        return []

    assert refused(serve(answer()), resolver=slow).reason == "timeout"


def test_redirects_count_for_the_target(serve: Callable[..., Server]) -> None:
    server = serve(answer("Location: /on", body=b"", status="302 Found"))
    budget = Budget(target=Rate(per_minute=1, burst=3))
    error = refused(server, budget=budget)
    assert (error.reason, len(server.requests)) == ("budget", 3)


def test_a_client_has_a_budget(serve: Callable[..., Server]) -> None:
    server = serve(answer())
    budget = Budget(client=Rate(per_minute=1, burst=2))
    for _ in range(2):
        get(server, budget=budget, client="192.0.2.7")
    error = refused(server, budget=budget, client="192.0.2.7")
    assert error.reason == "budget"
    assert error.seconds
    assert get(server, budget=budget, client="192.0.2.8").data == TURTLE


def test_others_are_served_while_a_slow_server_is_waited_for(serve: Callable[..., Server]) -> None:
    slow, quick = serve(hang), serve(answer())
    allowed = Allowance(
        hosts=frozenset({"files.example.org"}), ports=frozenset({slow.port, quick.port})
    )

    async def both() -> float:
        def one(server: Server) -> Any:
            return fetch(f"http://files.example.org:{server.port}/", limits=LIMITS,
                         allowed=allowed, resolver=resolver("127.0.0.1"))  # fmt: skip

        waiting = asyncio.create_task(one(slow))
        began = time.monotonic()
        for _ in range(5):
            assert (await one(quick)).data == TURTLE
        took = time.monotonic() - began
        with pytest.raises(FetchError):
            await waiting
        return took

    assert asyncio.run(both()) < 1
