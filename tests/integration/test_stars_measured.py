"""The stars of files that a real server gives, under names and labels that are not theirs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.bootstrap import inspector, known_quality
from app.net.fetch import Limits, fetch
from app.net.guard import Allowance
from app.net.refusals import FetchError
from app.quality.contents.inspector import Inspector
from app.quality.evidence import Look, Stars
from app.quality.matching import reported
from app.quality.records import Record, records
from app.quality.stars import of_dataset
from app.rdf import media
from app.rdf.io import parse
from tests.unit import real_files as real

KNOWN = known_quality()
TIME = "2026-11-22T14:03:00+00:00"
CC0 = "http://publications.europa.eu/resource/authority/licence/CC0"
Files = dict[str, tuple[str, bytes]]


@contextmanager
def serving(files: Files) -> Iterator[str]:
    """Serve files by path, each with its media type; yield the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            media_type, data = files.get(self.path, ("", b""))
            self.send_response(200 if media_type else 404)
            self.send_header("Content-Type", media_type or "text/plain")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


async def measured(urls: list[str], looking: Inspector, *, most: int = 10**7) -> dict[str, Look]:
    """Return the looks at addresses, and at the samples of names that they hold."""
    allowed = Allowance.parse(", ".join(
        ["127.0.0.0/8", *{f":{url.split('/')[2].split(':')[1]}" for url in urls}]))  # fmt: skip
    looks: dict[str, Look] = {}
    ahead = list(urls)
    while ahead:
        url = ahead.pop()
        if url in looks:
            continue
        try:
            found = await fetch(url, allowed=allowed, limits=Limits(max_wire_bytes=most, cut=True))
        except FetchError as error:
            looks[url] = Look(url, TIME, status=404, reason=error.reason)
            continue
        content = await looking.inspect(
            found.data, found.url, found.media_type, found.charset, truncated=found.truncated
        )
        looks[url] = Look(url, TIME, status=found.status, size=len(found.data), content=content,
                          truncated=found.truncated)  # fmt: skip
        ahead += (*content.own, *content.other)
    return looks


def dataset(url: str, label: str) -> Record:
    turtle = (
        real.prefixes()
        + f"""<d> a dcat:Dataset ; dcat:distribution <x> .
    <x> dcat:downloadURL <{url}> ; dct:license <{CC0}> ; dct:format "{label}" ."""
    )
    quads = parse(turtle.encode(), media.TURTLE, base="https://voorbeeld.test/", where="proef")
    return records(quad[:3] for quad in quads)[0]


def stars(url: str, label: str, looks: dict[str, Look]) -> tuple[Stars, bool | None]:
    record = dataset(url, label)
    match = reported(record.distributions[0][1], looks, KNOWN)["formatMatch"]
    return of_dataset(record, looks, KNOWN)[1], match


@pytest.mark.asyncio
async def test_labels_do_not_win_stars() -> None:
    elsewhere: Files = {"/eik": ("text/html", b"<title>Eik</title>")}
    files: Files = {}
    with serving(elsewhere) as other, serving(files) as base:
        turtle = f"""<{base}/id/1> <http://xmlns.com/foaf/0.1/name> "eik" ;
        <http://www.w3.org/2002/07/owl#sameAs> <{other}/eik> . <{base}/id/2>
        <http://xmlns.com/foaf/0.1/name> "linde" ;
        <http://www.w3.org/2002/07/owl#sameAs> <{other}/linde> .""".encode()
        files |= {
            "/fietsen.rdf": ("application/rdf+xml", real.CSV),
            "/verslag.csv": ("text/csv", real.PDF),
            "/bomen.ttl": ("text/plain", turtle),
            "/dood.ttl": ("text/turtle", turtle.replace(b"/id/", b"/weg/")),
            "/weg.csv": ("text/csv", real.NOT_FOUND),
            "/boek.csv": ("text/csv", real.xlsx()),
            "/alles.zip": ("application/zip", real.packed({"a.pdf": real.PDF, "b": real.CSV})),
            "/id/1": ("text/turtle", turtle), "/id/2": ("text/turtle", turtle),
        }  # fmt: skip
        urls = [base + path for path in files if not path.startswith("/id/")]
        async with inspector() as looking:
            looks = await measured([*urls, f"{base}/niet.csv", f"{other}/eik"], looking)
            wanted = {
                "/fietsen.rdf": ("RDF_XML", 3, False), "/verslag.csv": ("CSV", 1, False),
                "/bomen.ttl": ("RDF_TURTLE", 5, True), "/dood.ttl": ("RDF_TURTLE", 3, True),
                "/weg.csv": ("CSV", 0, False), "/boek.csv": ("CSV", 2, False),
                "/alles.zip": ("CSV", 3, True), "/niet.csv": ("CSV", 0, None),
            }  # fmt: skip
            for path, (label, sure, match) in wanted.items():
                found, matches = stars(base + path, label, looks)
                assert (found.sure, found.possible) == (sure, sure), (path, found)
                assert matches is match, path
            part = await measured([f"{base}/bomen.ttl"], looking, most=len(turtle) - 20)
            assert part[f"{base}/bomen.ttl"].truncated
