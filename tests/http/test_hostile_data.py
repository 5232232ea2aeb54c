"""Cells that would like to be markup, script, a formula or a link: shown as text, kept exact."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import rdflib
from starlette.testclient import TestClient

from tests.conftest import BASE, ROOT, Workspace, copy_project
from tests.http.support import (
    BROWSER,
    JSON_RESULTS,
    RDF,
    Page,
    harmless,
    oxigraph_quads,
    rdflib_quads,
)

NAMES = {
    "P1": "<script>alert(1)</script>",
    "P2": "javascript:alert(1)",
    "P3": "@SUM(1)*cmd|' /C calc'!A1",
    "P4": "\"><img src=x onerror=alert(1)> ' & &amp; </title></textarea>",
    "P5": "\u202eparkgeel\u202c \u200bonzichtbaar\u2066",
    "P6": "lang " * 4_000,
    "P7": "@SUM(1+1)",
    "P8": "back\\slash \\u003cb\\u003e tab\there ]]> {{ 12345*54321 }} {% raw %} \ue000main\ue000",
    "P9": "two\nlines \u2028 and \u0085 more",
    "P10": "-2+3",
}
LINKS = {
    "P1": "javascript:alert(1)", "P2": "data:text/html,<script>alert(1)</script>",
    "P3": "http://example.org/?a=1&b=%22%3E", "P4": "JaVaScRiPt:alert(1)", "P5": "vbscript:x",
    "P6": "https://example.org/pad", "P7": "file:///etc/passwd", "P8": "mailto:x@example.org",
    "P9": "javascript:alert%281%29//https://example.org/", "P10": "blob:https://example.org/x",
}  # fmt: skip
FOLLOWED = {"P3", "P6", "P8"}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    source = ROOT / "tests" / "projects" / "bomen"
    workspace = copy_project(source, tmp_path_factory.mktemp("hostile") / "bomen")
    with (workspace.folder / "data" / "parken.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["nummer", "naam", "geopend", "adres"])
        for number, name in NAMES.items():
            # what is no IRI is no link; mapping refuses it as IRI
            writer.writerow(
                [number, name, "", LINKS[number].replace("<", "%3C").replace(">", "%3E")]
            )
    package = workspace.folder / "data" / "datapackage.json"
    described = json.loads(package.read_text(encoding="utf-8"))
    described["resources"][0]["schema"]["fields"].append({"name": "adres", "type": "string"})
    package.write_text(json.dumps(described), encoding="utf-8")
    workspace.edit(
        "mappings/parken.yml",
        "      - [groen:geopend,",
        "      - [foaf:page, $(adres)~iri]\n"
        "      - [dct:description, $(naam), en~lang]\n"
        "      - [groen:geopend,",
    )
    workspace.edit("mappings/parken.yml", "prefixes:\n", "prefixes:\n  foaf: http://xmlns.com/foaf/0.1/\n"
                   "  dct: http://purl.org/dc/terms/\n")  # fmt: skip
    outcome = workspace.build()
    assert outcome.status == "published", outcome.problems[:3]
    return workspace


@pytest.fixture(scope="module")
def web(hostile: Workspace) -> Iterator[TestClient]:
    with TestClient(hostile.app(), follow_redirects=False) as client:
        yield client


def stated(number: str) -> str:
    """Return a name as the table reader takes it: without space around it."""
    return NAMES[number].strip()


@pytest.mark.parametrize("number", NAMES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_pages_show_text_and_run_nothing(web: TestClient, number: str, language: str) -> None:
    for path in (f"/doc/park/{number}", "/parken", f"/parken?q={quote(stated(number)[:100])}",
                 f"/zoeken?q={quote(stated(number)[:100])}", "/", "/bomen",
                 f"/doc/rij/parken/{number}", "/bomen?park=P1"):  # fmt: skip
        answer = web.get(path, headers={"accept": BROWSER, "accept-language": language})
        assert answer.status_code == 200, path
        page = harmless(answer.text)
        assert "670592745" not in page.text
        assert page.tags.count("html") == page.tags.count("main") == page.tags.count("title") == 1
        assert "img" not in page.tags[page.tags.index("main") :]
    page = Page.of(web.get(f"/doc/park/{number}.html").text)
    assert stated(number).replace("\r\n", "\n") in page.text


@pytest.mark.parametrize("number", NAMES)
def test_only_safe_addresses_become_links(web: TestClient, number: str) -> None:
    page = harmless(web.get(f"/doc/park/{number}.html").text)
    address = LINKS[number].replace("<", "%3C").replace(">", "%3E")
    assert (address in page.links) == (number in FOLLOWED)
    assert address.removeprefix("mailto:") in page.text


@pytest.mark.parametrize("number", NAMES)
def test_data_stay_exact_in_every_form(
    web: TestClient, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    focus = f"{BASE}id/park/{number}"
    for suffix in RDF:
        body = web.get(f"/doc/park/{number}.{suffix}").content
        for read in (oxigraph_quads, rdflib_quads):
            quads = read(body, suffix)
            labels = {
                o[0] for s, p, o, _ in quads if s[0] == focus and p[0] == str(rdflib.RDFS.label)
            }
            assert labels == {stated(number)}, suffix
            pages = {
                o[0] for s, p, o, _ in quads if s[0] == focus and p[0].endswith("foaf/0.1/page")
            }
            assert pages == {LINKS[number].replace("<", "%3C").replace(">", "%3E")}
    found = web.get(f"/doc/park/{number}.json").json()
    assert found["label"] == {"nl": stated(number)}
    listed = web.get("/parken.json").json()["items"]
    assert stated(number) in {item["label"]["nl"] for item in listed}
    query = f"SELECT ?l {{ <{focus}> <{rdflib.RDFS.label}> ?l }}"
    answer = web.get("/sparql", params={"query": query}, headers={"accept": JSON_RESULTS})
    assert answer.json()["results"]["bindings"][0]["l"]["value"] == stated(number)


def test_sparql_page_shows_data_as_text(web: TestClient) -> None:
    for query in ("SELECT * { ?s ?p ?o } LIMIT 500", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }",
                  "SELECT ?page { ?s <http://xmlns.com/foaf/0.1/page> ?page }"):  # fmt: skip
        answer = web.get("/sparql", params={"query": query}, headers={"accept": BROWSER})
        assert answer.status_code == 200
        harmless(answer.text)


@pytest.mark.parametrize("path", ["/parken.csv", "/dumps/parken.csv"])
def test_csv_holds_no_formula(web: TestClient, path: str) -> None:
    text = web.get(path).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == len(NAMES) + 1
    for row in rows:
        for cell in row:
            assert not cell.startswith(("=", "@", "+", "\t", "\r")), cell
    cells = {cell for row in rows for cell in row}
    # a sign before it keeps a spreadsheet from computing; the text itself is all there
    assert any(cell.endswith(NAMES["P3"]) and cell != NAMES["P3"] for cell in cells)
    assert any(cell.endswith(NAMES["P10"]) and cell != NAMES["P10"] for cell in cells)


def test_headers_and_feeds_hold_no_raw_text(web: TestClient) -> None:
    for path in ("/sitemap.xml", "/catalog.rdf", "/.well-known/void", "/parken.rdf", "/parken"):
        answer = web.get(path)
        assert answer.status_code == 200
        for name, value in answer.headers.items():
            assert "alert" not in value, name
        assert b"<script" not in answer.content
