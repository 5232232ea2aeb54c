"""OGC API - Records, schema.org in pages, sitemap, VoID and dumps: what other machines read."""

from __future__ import annotations

import gzip
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.project import load_project
from app.rdf import media
from app.rdf.namespaces import expand
from app.rdf.turtle import own_prefixes
from app.store.current import Current
from app.web.routes import sitemap
from app.web.site import Site
from tests.conftest import BASE, Workspace
from tests.http.support import BROWSER, PROBLEM, Page, fetch, oxigraph_quads, serving, triples

ITEMS = "/api/collections/main/items"
Walk = Iterator[tuple[int, bytes]]


def like_data_gov_be(address: str) -> Walk:
    """Ask for pages of 20 until two in a row name no dataset or service, as that harvester does."""
    again = True
    for start in range(0, 2000, 2):
        status, body = fetch(f"{address}?startindex={start}&limit=2&f=dcat_ap_vl")
        assert status == 200
        if b"Dataset" not in body and b"DataService" not in body:
            if not again:
                return
            again = False
            continue
        again = True
        yield start, body
    raise AssertionError("the walk does not end")


def test_data_gov_be_comes_to_an_end_with_the_whole_catalog(
    trees: Workspace, free_port: Callable[[], int]
) -> None:
    with serving(trees, free_port()) as address:
        pages = list(like_data_gov_be(f"{address}api/collections/main/items"))
        _, whole = fetch(f"{address}catalog.nt")
    together = set()
    for _, body in pages:
        assert re.match(rb"<\?xml [^>]*\?>\s*<rdf:RDF ", body)
        together |= triples(oxigraph_quads(body, "rdf"))
    assert together == triples(oxigraph_quads(whole, "nt"))


def test_pages_lead_to_each_other(client: TestClient) -> None:
    address, seen, total = f"{ITEMS}?limit=3", [], 0
    while address:
        page = client.get(address).json()
        total = page["numberMatched"]
        assert page["numberReturned"] == len(page["features"]) <= 3
        seen += [feature["id"] for feature in page["features"]]
        found = [item["href"] for item in page["links"] if item["rel"] == "next"]
        address = found[0].replace(BASE, "/") if found else ""
    assert len(seen) == len(set(seen)) == total == 10
    for name in seen:
        one = client.get(f"{ITEMS}/{name}")
        assert one.headers["content-type"] == "application/geo+json"
        assert one.json()["id"] == name
        rdf = client.get(f"{ITEMS}/{name}?f=ttl")
        assert one.json()["properties"]["externalIds"][0]["value"] in rdf.text


def test_a_record_says_what_its_dataset_does(client: TestClient) -> None:
    nl = client.get(f"{ITEMS}/actoren?lang=nl").json()
    en = client.get(f"{ITEMS}/actoren", headers={"accept-language": "en"}).json()
    assert nl["properties"]["title"] == "Actoren van het smart-cityecosysteem"
    assert en["properties"]["title"] == "Actors of the smart city ecosystem"
    properties = nl["properties"]
    assert properties["type"] == "dataset"
    assert properties["license"].startswith("https://data.vlaanderen.be/id/licentie/")
    assert {"slimme stad", "actoren"} <= set(properties["keywords"])
    assert [theme["concepts"][0]["id"] for theme in properties["themes"]] == ["GOVE", "GOVE"]
    assert nl["time"] == {"interval": ["2019-01-28", "2020-07-31"]}
    roles = {role for contact in properties["contacts"] for role in contact["roles"]}
    assert roles == {"publisher", "pointOfContact"}
    files = [link for link in nl["links"] if link["rel"] == "item"]
    assert len(files) == 5
    for link in files:
        answer = client.head(link["href"].replace(BASE, "/"))
        assert answer.headers["content-type"].partition(";")[0] == link["type"]
    service = client.get(f"{ITEMS}/dataservice-sparql").json()
    assert service["properties"]["type"] == "service"
    assert any(link["rel"] == "service" for link in service["links"])


def test_words_and_names_narrow_the_records(client: TestClient) -> None:
    def ids(query: str) -> list[str]:
        page = client.get(f"{ITEMS}?{query}").json()
        assert page["numberMatched"] >= page["numberReturned"]
        return [feature["id"] for feature in page["features"]]

    assert ids("q=aanbevelingen")[0] == "aanbevelingen"
    assert "dataservice-sparql" in ids("q=sparql")
    assert ids("q=xyzzy") == []
    assert ids("ids=cijfers,actoren,cijfers,nergens") == ["cijfers", "actoren"]
    assert ids("ids=nergens") == []
    assert ids("startindex=9999") == []
    noted = client.get(f"{ITEMS}?bbox=2.5,50.7,5.9,51.5").json()
    assert noted["numberMatched"] == 10
    assert "bbox is not applied" in noted["notes"][0]
    assert "notes" not in client.get(ITEMS).json()


@pytest.mark.parametrize("query", ["q=xyzzy&f=rdf", "ids=x&f=dcat_ap_vl", "startindex=500&f=rdf"])
def test_an_empty_page_names_nothing(client: TestClient, query: str) -> None:
    text = client.get(f"{ITEMS}?{query}").text
    assert ET.fromstring(text).tag.endswith("}RDF")
    assert "Dataset" not in text
    assert "DataService" not in text


@pytest.mark.parametrize("form", media.RDF_DOCUMENT, ids=lambda form: form.suffix)
def test_every_form_of_a_page_and_of_an_empty_one_parses(
    client: TestClient, form: media.MediaType
) -> None:
    lines = triples(oxigraph_quads(client.get(f"{ITEMS}?f=nt&limit=2").content, "nt"))
    for address in (f"{ITEMS}?f={form.suffix}&limit=2", f"{ITEMS}?limit=2"):
        answer = client.get(address, headers={"accept": form.name})
        assert answer.headers["content-type"] == form.header
        assert triples(oxigraph_quads(answer.content, form.suffix)) == lines
    empty = client.get(f"{ITEMS}?f={form.suffix}&startindex=99")
    assert oxigraph_quads(empty.content, form.suffix) == set()


@pytest.mark.parametrize(
    "query",
    ["startindex=-1", "startindex=x", "limit=0", "limit=501", "f=gml", "q=" + "a" * 201,
     "ids=" + ",".join(str(n) for n in range(101))],
)  # fmt: skip
def test_wrong_values_are_problems(client: TestClient, query: str) -> None:
    answer = client.get(f"{ITEMS}?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["messages"]["nl"] != answer.json()["messages"]["en"]


@pytest.mark.parametrize("name", ["nergens", "%00", "..%2F..", "%F0%9F%8C%B3", "a'b"])
def test_a_record_that_is_not_there(client: TestClient, name: str) -> None:
    assert client.get(f"{ITEMS}/{name}").status_code == 404


def test_the_way_in_leads_to_the_records(client: TestClient) -> None:
    landing = client.get("/api").json()
    links = {link["rel"]: link["href"].replace(BASE, "/") for link in landing["links"]}
    assert "record-core" in client.get(links["conformance"]).text
    assert client.get(links["service-desc"]).json()["openapi"].startswith("3.")
    collections = client.get(links["data"]).json()["collections"]
    assert [item["id"] for item in collections] == ["main"]
    main = client.get("/api/collections/main").json()
    assert main == collections[0]
    for link in main["links"]:
        answer = client.get(link["href"].replace(BASE, "/"))
        assert answer.headers["content-type"].partition(";")[0] == link["type"]


def markup(page: Page) -> dict[str, Any]:
    assert page.dangers == []
    (text,) = page.data
    found: dict[str, Any] = json.loads(text)
    return found


def test_pages_of_datasets_speak_to_search_engines(client: TestClient) -> None:
    page = Page.of(client.get("/doc/dataset/actoren?lang=en", headers={"accept": BROWSER}).text)
    found = markup(page)
    assert (found["@type"], found["@id"]) == ("Dataset", f"{BASE}id/dataset/actoren")
    assert found["name"] == "Actors of the smart city ecosystem"
    assert found["isAccessibleForFree"] is True
    assert found["url"] == f"{BASE}doc/dataset/actoren"
    assert found["publisher"]["@type"] == "Organization"
    assert {item["encodingFormat"] for item in found["distribution"]} >= {"text/csv"}
    whole = Page.of(client.get("/doc/catalogus/vijfster", headers={"accept": BROWSER}).text)
    assert markup(whole)["@type"] == "DataCatalog"
    assert found["includedInDataCatalog"]["@id"] == markup(whole)["@id"]
    other = Page.of(client.get("/doc/graaf/catalog", headers={"accept": BROWSER}).text)
    assert other.data == []


def test_a_title_cannot_leave_the_markup(foreign: Workspace) -> None:
    hostile = '</script><script>alert(1)</script><!-- \\u2028 & "'
    foreign.edit(
        "vijfster.toml", 'title = { nl = "Bomen", en = "Trees" }',
        f"title = {{ nl = '{hostile}', en = 'Trees' }}",
    )  # fmt: skip
    assert foreign.build().status == "published"
    with TestClient(foreign.app()) as client:
        page = Page.of(client.get("/doc/dataset/bomen", headers={"accept": BROWSER}).text)
        assert markup(page)["name"] == hostile
        assert client.get(f"{ITEMS}/bomen").json()["properties"]["title"] == hostile


def test_a_long_sitemap_comes_in_parts(trees: Workspace) -> None:
    def app(most: int) -> FastAPI:
        site = Site(
            current=Current(trees.releases, cache_bytes=0),
            load_project=lambda _: load_project(trees.folder),
            make_prefixes=lambda project, base: own_prefixes(project.vocabularies, base),
        )
        made = FastAPI()
        made.include_router(sitemap.router(site, most))
        return made

    def read(text: str, entry: str) -> list[tuple[str, str]]:
        space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
        return [(item.findtext(space + "loc", ""), item.findtext(space + "lastmod", ""))
                for item in ET.fromstring(text).iter(space + entry)]  # fmt: skip

    with TestClient(app(50_000)) as client:
        whole = read(client.get("/sitemap.xml").text, "url")
    with TestClient(app(7), raise_server_exceptions=False) as client:
        parts = read(client.get("/sitemap.xml").text, "sitemap")
        assert len(parts) > 2
        texts = [client.get(address.replace(trees.base, "/")).text for address, _ in parts]
    listed = [page for text in texts for page in read(text, "url")]
    assert listed == whole
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", time) for _, time in whole + parts)


def test_there_is_no_part_that_the_sitemap_does_not_list(client: TestClient) -> None:
    assert client.get("/sitemap-1.xml").status_code == 200
    for name in ("0", "2", "01", "x", "-1", "99999999", "%D9%A1"):
        assert client.get(f"/sitemap-{name}.xml").status_code == 404


def test_void_names_dumps_that_are_there(client: TestClient) -> None:
    found = triples(oxigraph_quads(client.get("/.well-known/void").content, "ttl"))
    dumps = {o[0] for _, p, o in found if p[0] == expand("void:dataDump")}
    assert len(dumps) == 1 + 8 * 4
    counted = {s[0]: int(o[0]) for s, p, o in found if p[0] == expand("void:triples")}
    for dump in dumps:
        answer = client.get(dump.replace(BASE, "/"))
        assert answer.status_code == 200
        if dump.endswith(".nt"):
            name = dump.rpartition("/")[2].removesuffix(".nt")
            assert counted[f"{BASE}id/dataset/{name}"] == len(answer.text.splitlines())
        if dump.endswith(".nq.gz"):
            lines = gzip.decompress(answer.content).splitlines()
            assert max(counted.values()) == len(lines)
