"""The stars of files that a real server gives, under names and labels that are not theirs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.bootstrap import inspector, known_quality
from app.net.guard import Allowance
from app.net.polite import Manners, Polite
from app.quality.evidence import Looks, Stars
from app.quality.gathering import Extent, gather
from app.quality.matching import reported
from app.quality.records import Record, records
from app.quality.stars import of_dataset
from app.rdf import media
from app.rdf.io import parse
from tests.unit import real_files as real

KNOWN = known_quality()
CC0 = "http://publications.europa.eu/resource/authority/licence/CC0"
Files = dict[str, tuple[str, bytes]]


@contextmanager
def serving(files: Files) -> Iterator[str]:
    """Serve files by path, each with its media type; yield the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            media_type, data = files.get(self.path, ("", b""))
            self.send_response(200 if media_type else 404)
            self.send_header("Content-Type", media_type or "text/plain")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command == "GET":
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


async def measured(found: list[Record], ports: list[str], *, most: int = 10**6) -> Looks:
    """Return the looks at the addresses of datasets, and at samples of what their files name."""
    allowed = Allowance.parse(", ".join(["127.0.0.0/8", *(f":{port}" for port in ports)]))
    polite = Polite(Manners(delay_seconds=0.01, back_off_seconds=0.01), allowed=allowed)
    async with inspector() as looking:
        return await gather(found, polite, looking, extent=Extent(file_bytes=most))


def dataset(url: str, label: str) -> Record:
    turtle = (
        real.prefixes()
        + f"""<d> a dcat:Dataset ; dcat:distribution <x> .
    <x> dcat:downloadURL <{url}> ; dct:license <{CC0}> ; dct:format "{label}" ."""
    )
    quads = parse(turtle.encode(), media.TURTLE, base="https://voorbeeld.test/", where="proef")
    return records(quad[:3] for quad in quads)[0]


def stars(url: str, label: str, looks: Looks) -> tuple[Stars, bool | None]:
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
            "/lang.csv": ("text/csv", b"a,b\n" + b"1,2\n" * 10_000),
            "/id/1": ("text/turtle", turtle), "/id/2": ("text/turtle", turtle),
        }  # fmt: skip
        labels = {
            "/fietsen.rdf": ("RDF_XML", 3, False), "/verslag.csv": ("CSV", 1, False),
            "/bomen.ttl": ("RDF_TURTLE", 5, True), "/dood.ttl": ("RDF_TURTLE", 3, True),
            "/weg.csv": ("CSV", 0, None), "/boek.csv": ("CSV", 2, False),
            "/alles.zip": ("CSV", 3, True), "/niet.csv": ("CSV", 0, None),
        }  # fmt: skip
        ports = [address.rpartition(":")[2] for address in (base, other)]
        found = [dataset(base + path, label) for path, (label, _, _) in labels.items()]
        looks = await measured(found, ports)
        for path, (label, sure, match) in labels.items():
            one, matches = stars(base + path, label, looks)
            assert (one.sure, one.possible) == (sure, sure), (path, one)
            assert matches is match, path
        part = await measured([dataset(f"{base}/lang.csv", "CSV")], ports, most=5_000)
        one, _ = stars(f"{base}/lang.csv", "CSV", part)
        assert one.sure == 3
        assert "of which the first part was read" in str(one.criteria)
