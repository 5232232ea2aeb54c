"""What HTTP and browser tests share: two RDF readers, a reader of pages, a real server."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import pyoxigraph as ox
import rdflib

from app.project import Inventory, load_project
from app.rdf.namespaces import PREFIXES
from tests.conftest import ROOT, Workspace

PROBLEM = "application/problem+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
JSON_RESULTS = "application/sparql-results+json"
# suffix -> (Oxigraph's format, rdflib's format)
RDF = {
    "ttl": (ox.RdfFormat.TURTLE, "turtle"),
    "nt": (ox.RdfFormat.N_TRIPLES, "nt"),
    "rdf": (ox.RdfFormat.RDF_XML, "xml"),
    "jsonld": (ox.RdfFormat.JSON_LD, "json-ld"),
    "trig": (ox.RdfFormat.TRIG, "trig"),
    "nq": (ox.RdfFormat.N_QUADS, "nquads"),
}
_OWN_SCRIPT = re.compile(r"(\./|(\.\./)+)static/\w+\.js\?v=\w+")
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"

Term = tuple[str, str, str]  # value, datatype, language; both empty for an IRI
Quad = tuple[Term, Term, Term, str]


def _ox_term(node: Any) -> Term:
    if isinstance(node, ox.Literal):
        return node.value, node.datatype.value, (node.language or "").lower()
    assert isinstance(node, ox.NamedNode), f"no blank node leaves the house: {node}"
    return node.value, "", ""


def oxigraph_quads(body: bytes, suffix: str) -> set[Quad]:
    """Read with Oxigraph; the graph is "" where the format has none."""
    out: set[Quad] = set()
    for quad in ox.parse(body, RDF[suffix][0]):
        graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        subject, predicate = _ox_term(quad.subject), _ox_term(quad.predicate)
        out.add((subject, predicate, _ox_term(quad.object), graph))
    return out


def _rdflib_term(node: Any) -> Term:
    if isinstance(node, rdflib.Literal):
        language = node.language or ""
        kind = _LANG_STRING if language else str(node.datatype or _XSD_STRING)
        return str(node), kind, language.lower()
    assert isinstance(node, rdflib.URIRef), f"no blank node leaves the house: {node}"
    return str(node), "", ""


def rdflib_quads(body: bytes, suffix: str) -> set[Quad]:
    """Read with rdflib; set `rdflib.NORMALIZE_LITERALS` to False to see lexical forms."""
    dataset = rdflib.Dataset()
    with warnings.catch_warnings():
        # rdflib calls its own old names
        warnings.simplefilter("ignore", DeprecationWarning)
        dataset.parse(data=body, format=RDF[suffix][1])
    default = str(rdflib.graph.DATASET_DEFAULT_GRAPH_ID)
    out: set[Quad] = set()
    for subject, predicate, object_, graph in dataset.quads():
        name = "" if graph is None or str(graph) == default else str(graph)
        triple = _rdflib_term(subject), _rdflib_term(predicate), _rdflib_term(object_)
        out.add((*triple, name if suffix in {"trig", "nq"} else ""))
    return out


def triples(quads: set[Quad]) -> set[tuple[Term, Term, Term]]:
    return {quad[:3] for quad in quads}


def inventories(workspace: Workspace) -> tuple[Inventory, ...]:
    return load_project(workspace.folder).inventories


def full(workspace: Workspace, name: str) -> str:
    """Return the IRI of a prefixed name of a project."""
    prefix, _, local = name.partition(":")
    return PREFIXES.get(prefix, f"{workspace.base}ns/{prefix}#") + local


@dataclass
class Page(HTMLParser):
    """A page as a browser would see it: links, tags, text, and what could run."""

    text: str = ""
    links: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    dangers: list[str] = field(default_factory=list)
    # JSON-LD in the page: it does not run, and whatever broke out of it would be a tag
    data: list[str] = field(default_factory=list)
    _in_data: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    @classmethod
    def of(cls, html: str) -> Page:
        page = cls()
        page.feed(html)
        page.close()
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        own: object = tag == "script" and _OWN_SCRIPT.fullmatch(dict(attrs).get("src") or "")
        self._in_data = tag == "script" and attrs == [("type", "application/ld+json")]
        own = own or self._in_data
        if tag in {"script", "iframe", "object", "embed", "base"} and not own:
            self.dangers.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in {"style", "srcdoc"}:
                self.dangers.append(name)
            if name in {"href", "src", "action", "formaction", "xlink:href"}:
                self.links.append(value or "")
                scheme = (value or "").strip().lower().partition(":")[0]
                if scheme in {"javascript", "data", "vbscript"}:
                    self.dangers.append(f"{name}={value}")

    def handle_endtag(self, tag: str) -> None:
        self._in_data = False

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.data.append(data)
        else:
            self.text += data


def harmless(html: str) -> Page:
    """Return the page; fail if anything on it could run."""
    page = Page.of(html)
    assert page.dangers == []
    return page


@dataclass
class Got:
    """An answer to a request that no client would send."""

    status: int
    headers: dict[str, str]
    body: bytes


def raw_get(app: Any, raw: str, headers: Mapping[str, str] | None = None, root: str = "") -> Got:
    """Ask an app for a path exactly as written, as a server would hand it over."""
    path, _, query = raw.partition("?")
    encoded = path.encode()
    messages: list[dict[str, Any]] = []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": unquote(path), "raw_path": encoded, "root_path": root,
        "query_string": query.encode(), "client": ("127.0.0.1", 1), "server": ("testserver", 80),
        "headers": [(b"host", b"testserver"), *(
            (name.lower().encode(), value.encode()) for name, value in (headers or {}).items())],
    }  # fmt: skip

    parts = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if not parts:
            await asyncio.Event().wait()  # the client stays
        return parts.pop()

    async def send(message: Any) -> None:
        messages.append(message)

    asyncio.run(app(scope, receive, send))
    start = messages[0]
    found = {name.decode("latin-1").lower(): value.decode("latin-1")
             for name, value in start["headers"]}  # fmt: skip
    return Got(start["status"], found, b"".join(m.get("body", b"") for m in messages[1:]))


def fetch(url: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
    """Fetch from a real server; a status that is no success is no exception."""
    request = urllib.request.Request(url, headers=dict(headers or {}))
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def until(url: str, status: int, seconds: float = 30) -> bytes:
    """Wait for a status; return the body."""
    seen: object = None
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            seen, body = fetch(url)
            if seen == status:
                return body
        except OSError as error:
            seen = error
        time.sleep(0.05)
    msg = f"{url} answered {seen}, not {status}"
    raise AssertionError(msg)


@contextmanager
def serving(workspace: Workspace, port: int, **settings: str) -> Iterator[str]:
    """Run `vijfster serve` on loopback; yield its address; fail if it logged a traceback."""
    log = workspace.folder / f"serve-{port}.log"
    environment = {
        **os.environ, "VIJFSTER_BASE_IRI": workspace.base,
        **{f"VIJFSTER_{name.upper()}": value for name, value in settings.items()},
    }  # fmt: skip
    command = [sys.executable, "-m", "app", "serve", "--project", str(workspace.folder),
               "--port", str(port)]  # fmt: skip
    address = f"http://127.0.0.1:{port}/"
    with log.open("wb") as output, subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=output, stderr=output
    ) as server:  # fmt: skip
        try:
            until(address + "health", 200)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
                raise
    said = log.read_text()
    assert "Traceback" not in said, said[-3000:]
