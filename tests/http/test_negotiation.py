"""Which representation a request gets, under which IRI, wherever the app is mounted."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import rdflib
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from app.rdf import media
from tests.conftest import BASE, Workspace
from tests.http.support import (
    BROWSER,
    PROBLEM,
    RDF,
    Page,
    fetch,
    inventories,
    oxigraph_quads,
    raw_get,
    rdflib_quads,
    serving,
    triples,
    until,
)

THING = "/doc/boom/B1"
HTML, TURTLE, JSON_LD = "text/html", "text/turtle", "application/ld+json"
N_TRIPLES, RDF_XML = "application/n-triples", "application/rdf+xml"
PROXIES = [
    {"host": "evil.example"},
    {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"},
    {"forwarded": "host=evil.example;proto=https"},
    {"x-forwarded-prefix": "/evil.example", "x-original-url": "/evil.example"},
]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", HTML),
        ("*/*", HTML),
        (BROWSER, HTML),
        (TURTLE, TURTLE),
        ("TEXT/Turtle", TURTLE),
        ("application/x-turtle", TURTLE),
        (JSON_LD, JSON_LD),
        (N_TRIPLES, N_TRIPLES),
        ("text/ntriples", N_TRIPLES),
        (RDF_XML, RDF_XML),
        ("application/xml", RDF_XML),
        ("application/trig", "application/trig"),
        ("application/n-quads", "application/n-quads"),
        ("application/json", "application/json"),
        ("text/*", HTML),
        ("application/*", JSON_LD),
        ("text/html;q=0.4, text/turtle;q=0.5", TURTLE),
        ("text/*;q=0.5, text/turtle;q=0.4", HTML),
        ("text/turtle;q=0, */*", HTML),
        ("text/html;q=0, */*;q=0.1", TURTLE),
        ("text/html;q=0, text/turtle;q=0, */*;q=0.001", JSON_LD),
        ("application/rdf+xml, text/turtle", TURTLE),
        ("application/rdf+xml;q=1.0, text/turtle;q=0.999", RDF_XML),
        ("image/png, text/turtle;q=0.1", TURTLE),
        ("text/turtle;charset=utf-8;q=0.5, application/ld+json;q=0.4", TURTLE),
        ("text/turtle;q=abc, application/ld+json;q=0.1", JSON_LD),
        ("text/turtle ; Q=0.9 , application/ld+json ; q=0.8", TURTLE),
        (",,, text/turtle,", TURTLE),
        ("garbage", HTML),
    ],
)
def test_accept_chooses_the_representation(small: TestClient, accept: str, expected: str) -> None:
    answer = small.get(THING, headers={"accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == expected


@pytest.mark.parametrize(
    "accept", ["image/png", "*/*;q=0", "text/html;q=0", "application/pdf, image/*;q=0.3"]
)
def test_nothing_acceptable_is_406_with_offers(small: TestClient, accept: str) -> None:
    answer = small.get(THING, headers={"accept": accept})
    assert answer.status_code == 406
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["code"] == "not-acceptable"
    offers = answer.json()["offers"]
    assert offers == [offer.name for offer in media.DOCUMENT]
    for offer in offers:
        assert small.get(THING, headers={"accept": offer}).status_code == 200


@pytest.mark.parametrize("accept", ["", "*/*", BROWSER, TURTLE, RDF_XML, "image/png", "*/*;q=0"])
def test_suffix_beats_accept(small: TestClient, accept: str) -> None:
    for offer in media.DOCUMENT:
        answer = small.get(f"{THING}.{offer.suffix}", headers={"accept": accept})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == offer.header


def test_suffix_and_accept_give_the_same_bytes(small: TestClient) -> None:
    for offer in media.DOCUMENT:
        if offer is not media.HTML:
            by_accept = small.get(THING, headers={"accept": offer.name})
            assert by_accept.content == small.get(f"{THING}.{offer.suffix}").content


@pytest.mark.parametrize("suffix", ["csv", "xyz", "TTL", "ttl.ttl", "", "html.ttl"])
def test_unknown_suffix_is_not_found(small: TestClient, suffix: str) -> None:
    assert small.get(f"{THING}.{suffix}").status_code == 404


def documents(client: TestClient, workspace: Workspace) -> list[str]:
    """Return paths of several documents of every inventory, and of the rest of the house."""
    found = ["/doc/graaf/catalog"]
    for inventory in inventories(workspace):
        items = client.get(f"/{inventory.route}.json").json()["items"]
        assert items, f"{inventory.ref} is empty"
        found += [item["iri"].replace(f"{BASE}id/", "/doc/") for item in items[:2] + items[-1:]]
        found += [f"/doc/dataset/{inventory.ref}", f"/doc/graaf/{inventory.ref}"]
    catalog = oxigraph_quads(client.get("/catalog.nt").content, "nt")
    own = {s[0] for s, _, _, _ in catalog if s[0].startswith(f"{BASE}id/")}
    # one of each kind of helper: distribution, contact point, record, period, ...
    kinds = {iri.split("/")[4]: iri for iri in sorted(own)}
    found += [iri.replace(f"{BASE}id/", "/doc/") for iri in kinds.values()]
    found += [urlsplit(link).path.removesuffix("/")
              for link in {iri.partition("#")[0] for _, (iri, _, _), _, _ in catalog
                           if iri.startswith(f"{BASE}ns/")}]  # fmt: skip
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("which", ["client", "small"])
def test_every_representation_says_the_same_in_two_libraries(
    which: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    client: TestClient = request.getfixturevalue(which)
    workspace: Workspace = request.getfixturevalue("built" if which == "client" else "trees")
    paths = documents(client, workspace)
    assert len(paths) > 10
    for path in paths:
        reference = oxigraph_quads(client.get(f"{path}.nt").content, "nt")
        assert reference
        for suffix in RDF:
            body = client.get(f"{path}.{suffix}").content
            one, two = oxigraph_quads(body, suffix), rdflib_quads(body, suffix)
            assert triples(one) == triples(reference), f"{path}.{suffix}"
            assert one == two, f"{path}.{suffix}"


def test_quad_formats_keep_the_named_graphs(small: TestClient) -> None:
    trig = oxigraph_quads(small.get(f"{THING}.trig").content, "trig")
    assert trig == oxigraph_quads(small.get(f"{THING}.nq").content, "nq")
    named = {quad[:3] for quad in trig if quad[3] == f"{BASE}id/graaf/bomen"}
    assert named == {quad[:3] for quad in trig if not quad[3]}
    assert len(trig) == 2 * len(named)


def test_lexical_forms_stay_exact(small: TestClient) -> None:
    for suffix in RDF:
        quads = oxigraph_quads(small.get(f"{THING}.{suffix}").content, suffix)
        heights = {o for _, p, o, _ in quads if p[0] == f"{BASE}ns/groen#hoogte"}
        assert heights == {("21.50", "http://www.w3.org/2001/XMLSchema#decimal", "")}, suffix


def test_json_holds_the_facts_of_the_graph(small: TestClient) -> None:
    found = small.get(f"{THING}.json").json()
    assert set(found) == {"iri", "label", "modified", "properties", "terms", "incoming", "source"}
    focus = f"{BASE}id/boom/B1"
    assert found["iri"] == focus
    assert found["label"] == {"nl": "eik B1"}
    assert found["source"] == [{"file": "bomen.csv", "row": 2}]
    quads = oxigraph_quads(small.get(f"{THING}.nt").content, "nt")
    assert sum(len(values) for values in found["properties"].values()) == sum(
        s[0] == focus for s, _, _, _ in quads
    )
    assert found["properties"]["groen:hoogte"] == [{"text": "21.50", "datatype": "xsd:decimal"}]
    assert found["incoming"]["total"] == len(found["incoming"]["shown"]) == 2


def test_thing_is_303_to_its_document(small: TestClient) -> None:
    answer = small.get("/id/boom/B1?lang=en")
    assert answer.status_code == 303
    location = answer.headers["location"]
    assert not urlsplit(location).scheme
    assert not location.startswith("/")
    target = urljoin("http://testserver/id/boom/B1", location)
    assert target == "http://testserver/doc/boom/B1?lang=en"
    assert small.get(target).status_code == 200


def test_every_own_iri_is_dereferenceable(client: TestClient, built: Workspace) -> None:
    with gzip.open(built.release / "data.nq.gz", "rt", encoding="utf-8") as file:
        iris = set(re.findall(f"<({re.escape(BASE)}[^>#]*)", file.read()))
    assert len(iris) > 1_000
    missing = {
        iri for iri in iris
        if client.get(iri.replace(BASE, "/")).status_code not in {200, 303}
    }  # fmt: skip
    assert missing == set()


@pytest.mark.parametrize("place", ["mount", "root_path", "stripped"])
def test_any_mount_path_keeps_links_inside_it(trees: Workspace, place: str) -> None:
    app = trees.app()
    outer = Starlette(routes=[Mount("/pad/diep", app=app)])

    def get(path: str) -> tuple[int, dict[str, str], bytes]:
        """Ask for a path as the client knows it."""
        assert path.startswith("/pad/diep/"), path
        if place == "mount":
            answer = raw_get(outer, path)
        elif place == "root_path":
            answer = raw_get(app, path, root="/pad/diep")
        else:
            # a proxy that takes the prefix off and tells nobody
            answer = raw_get(app, path.removeprefix("/pad/diep"))
        return answer.status, answer.headers, answer.body

    start = "/pad/diep/id/boom/B1"
    status, headers, _ = get(start)
    assert status == 303
    assert urljoin(start, headers["location"]) == "/pad/diep/doc/boom/B1"
    seen: set[str] = set()
    for path in ("doc/boom/B1", "doc/dataset/bomen", "bomen?park=P1", "", "dumps/", "ns/groen",
                 "zoeken?q=eik", "sparql", "datasets", "catalogus"):  # fmt: skip
        here = f"/pad/diep/{path}"
        _, headers, body = get(here)
        links = Page.of(body.decode()).links
        links += [part.partition(">")[0] for part in headers.get("link", "").split("<")[1:]]
        for link in links:
            if not urlsplit(link).scheme:
                target = urljoin(here, link).partition("#")[0]
                assert target.startswith("/pad/diep/"), (here, link)
                seen.add(target)
    assert len(seen) > 60
    # only the query forms need the engine, which a mounted app does not start
    broken = {path: status for path in seen if "/sparql?query" not in path
              and (status := get(path)[0]) not in {200, 303}}  # fmt: skip
    assert broken == {}


def test_iris_never_depend_on_the_request(trees: Workspace, small: TestClient) -> None:
    mounted = TestClient(Starlette(routes=[Mount("/evil.example", app=trees.app())]))
    for path in (f"{THING}.nt", f"{THING}.jsonld", "/bomen.ttl", "/catalog.ttl", "/sitemap.xml",
                 "/.well-known/void", "/robots.txt", "/bomen.csv"):  # fmt: skip
        usual = small.get(path).content
        for headers in PROXIES:
            assert small.get(path, headers=headers).content == usual, (path, headers)
        assert mounted.get(f"/evil.example{path}").content == usual, path
    for path in (
        "/id/boom/B1",
        THING,
        "/bomen",
        "/bomen/",
        "/dumps",
        "/",
        "/doc/niets",
        "/catalog",
    ):
        for headers in PROXIES:
            answer = small.get(path, headers={**headers, "accept": BROWSER})
            assert "evil" not in answer.text, path
            assert "evil" not in str(answer.headers), path


ODD = [
    "/doc/%2e%2e/%2e%2e/etc/passwd",
    "/doc/..%2f..%2fvijfster.toml",
    "/static/..%2f..%2fsite.py",
    "/static/%2e%2e/site.py",
    "/static/%00.css",
    "/dumps/..%2fmanifest.json",
    "/dumps/%2e%2e%2f%2e%2e%2fledger.sqlite",
    "/dumps/%00.ttl",
    "//",
    "//evil.example/",
    "//evil.example/bomen/",
    "///doc//boom//B1",
    "/doc/boom/B1/",
    "/doc/boom/",
    "/id/",
    "/id",
    "/doc",
    "/ns/",
    "/ns/groen%23Boom",
    "/doc/boom%2FB1",
    "/id/boom%2FB1",
    "/doc%2Fboom/B1",
    "/doc/boom/%C3%A9",
    "/doc/boom/é",
    "/doc/boom/%FF%FE",
    "/doc/%F0%9F%8C%B3",
    "/doc/%00",
    "/doc/boom/B1%00.ttl",
    "/doc/boom/B1%0A",
    "/id/boom/B1%0d%0aX-Evil:%201",
    "/id/boom/B1?a=%0d%0aX-Evil:%201",
    "/doc/%25%32%65%25%32%65/x",
    "/doc/boom/100%",
    "/doc/boom/%zz",
    "/doc/" + "a" * 5_000,
    "/doc/" + "%2F" * 1_500,
    "/doc/" + "../" * 1_500,
    "/" + "a" * 5_000,
    "/id/" + "%C3%A9" * 800,
    "/bomen%00",
    "/bomen.",
    "/bomen..ttl",
    "/.ttl",
    "/catalog.%00",
    "/context/%00.jsonld",
    "/context/..jsonld",
    "/zoeken?q=%00",
    "/zoeken?q=%ff%fe",
    "/zoeken?q=%22%27*()^:-OR%20NEAR",
    "/bomen?q=%00&page=1",
    "/bomen?park=%00",
    "/bomen?page=%00",
    "/bomen?lang=%00&lang=en",
    "/api/cell?subject=%00",
    "/api/cell?subject=" + "a" * 5_000,
    "/" + "?" + "a=1&" * 2_000,
]


@pytest.mark.parametrize("path", ODD, ids=lambda path: path[:40])
@pytest.mark.parametrize("accept", [BROWSER, "*/*"], ids=["browser", "client"])
def test_odd_paths_are_answered_without_an_error_of_ours(
    small: TestClient, path: str, accept: str
) -> None:
    answer = raw_get(small.app, path, {"accept": accept})
    assert answer.status < 500
    assert "x-evil" not in answer.headers
    assert "content-security-policy" in answer.headers
    assert urlsplit(answer.headers.get("location", "")).netloc == ""
    for secret in (b"root:x", b"[[inventory]]", b"SQLite format", b"from __future__"):
        assert secret not in answer.body
    for value in answer.headers.values():
        assert value.isascii()
        assert value.isprintable()


def test_reference_with_a_slash_is_reachable(foreign: Workspace) -> None:
    foreign.edit("data/bomen.csv", "De oude|De dikke", "Rood/wit 100%|a%20b|Ché?")
    assert foreign.build().status == "published"
    client = TestClient(foreign.app(), follow_redirects=False)
    page = client.get("/doc/boom/B1.json").json()
    iris = [item["iri"] for item in page["incoming"]["shown"]]
    assert len(iris) == 3
    for iri in iris:
        answer = client.get(iri.replace(BASE, "http://testserver/"))
        assert answer.status_code == 303, iri
        document = client.get(urljoin(iri, answer.headers["location"]).replace(BASE, "/"))
        assert document.status_code == 200, iri
        turtle = client.get(iri.replace(f"{BASE}id/", "/doc/"), headers={"accept": TURTLE})
        assert iri in {s[0] for s, _, _, _ in oxigraph_quads(turtle.content, "ttl")}
        assert turtle.headers["link"].isascii()


def test_behind_nginx_with_a_prefix(
    trees: Workspace, tmp_path: Path, free_port: Callable[[], int]
) -> None:
    nginx = shutil.which("nginx")
    if nginx is None:
        pytest.skip("nginx is not installed")
    port, inner = free_port(), free_port()
    user = "user root;" if os.geteuid() == 0 else ""
    folders = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = tmp_path / "nginx.conf"
    config.write_text(
        f"{user} daemon off; worker_processes 1; pid {tmp_path}/pid; error_log {tmp_path}/error;"
        f"events {{}} http {{ access_log off; {folders} server {{ listen 127.0.0.1:{port};"
        f"location /vijfster/ {{ proxy_pass http://127.0.0.1:{inner}/; }} }} }}"
    )
    command = [nginx, "-p", str(tmp_path), "-e", f"{tmp_path}/error", "-c", str(config)]
    with serving(trees, inner), subprocess.Popen(command) as proxy:
        try:
            start = f"http://127.0.0.1:{port}/vijfster/"
            until(start + "health", 200)
            # urllib follows the 303 as a browser would
            status, body = fetch(start + "id/boom/B1", {"Accept": TURTLE})
            assert status == 200
            direct = fetch(f"http://127.0.0.1:{inner}/doc/boom/B1.ttl")[1]
            assert body == direct
            for path in ("", "bomen", "doc/boom/B1", "dumps/"):
                page = Page.of(fetch(start + path, {"Accept": "text/html"})[1].decode())
                for link in page.links:
                    if not urlsplit(link).scheme:
                        target = urljoin(start + path, link)
                        assert target.startswith(start)
                        assert fetch(target)[0] == 200, target
            for path in ("bomen/", "dumps", "doc/boom%2FB1", "id/boom//B1"):
                status, body = fetch(start + path)
                assert status in {200, 404}
                assert str(inner).encode() not in body
        finally:
            proxy.terminate()
