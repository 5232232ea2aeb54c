"""Content Negotiation by Profile: by header and by address, the list of views, refusals."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from app.cli.main import app
from app.rdf import media
from app.rdf.namespaces import expand
from app.web.conneg import ALTERNATES, DCAT_AP_VL, HYDRA, SCHEMA
from tests.conftest import BASE, Workspace
from tests.http.support import BROWSER, PROBLEM, Term, harmless, oxigraph_quads, serving

DATASET = "/doc/dataset/bomen"
NTRIPLES = "application/n-triples"
ALTR = ALTERNATES.iri
# several suffixes of one resource, and the one without
ADDRESSES = [DATASET, f"{DATASET}.jsonld", "/id/dataset/bomen", "/catalog", "/doc/catalogus/groen"]


def links(answer: object) -> list[dict[str, str]]:
    """Return the Link headers: the target as `href`, and the attributes."""
    text = answer.headers["link"]  # type: ignore[attr-defined]
    found = re.findall(r'<([^>]*)>((?:;\s*\w+="[^"]*")*)', text)
    return [{"href": href, **dict(re.findall(r'(\w+)="([^"]*)"', rest))} for href, rest in found]


def asked(profile: str) -> dict[str, str]:
    return {"accept": "*/*", "accept-profile": f"<{profile}>"}


@pytest.mark.parametrize(
    ("path", "query", "header", "profile"),
    [
        (DATASET, "", "", None),
        (DATASET, "_profile=schema", "", SCHEMA),
        (DATASET, "_profile=%3Chttps://schema.org/%3E", "", SCHEMA),
        (DATASET, "_profile=<http://schema.org/>", "", SCHEMA),
        (DATASET, "_profile=nothing,schema", "", SCHEMA),
        (DATASET, "_profile=", "", None),
        (DATASET, "", f"<{SCHEMA.iri}>", SCHEMA),
        (DATASET, "", "<http://schema.org/>", SCHEMA),
        (DATASET, "", f"<{DCAT_AP_VL.iri}>", DCAT_AP_VL),
        (DATASET, "", "<http://www.w3.org/ns/dcat#>", DCAT_AP_VL),
        (DATASET, "", f"<{SCHEMA.iri}>;q=0.2, <{DCAT_AP_VL.iri}>; q=0.9", DCAT_AP_VL),
        (DATASET, "", f"<{SCHEMA.iri}>;q=0.9, <{DCAT_AP_VL.iri}>;q=0.2", SCHEMA),
        (DATASET, "", f"<https://example.org/p>, <{SCHEMA.iri}>;q=0.1", SCHEMA),
        (DATASET, "", f"<{SCHEMA.iri}>;q=0", None),
        # headers know no short names; what cannot be read counts as absent
        (DATASET, "", "schema", None),
        (DATASET, "", "<<>>;;,,", None),
        (DATASET, "_profile=schema", f"<{DCAT_AP_VL.iri}>", SCHEMA),
        (DATASET, "_profile=all", f"<{SCHEMA.iri}>", ALTERNATES),
        ("/doc/boom/B1", "", f"<{SCHEMA.iri}>", None),
        ("/doc/boom/B1", "_profile=alt", "", ALTERNATES),
        ("/catalog", "", "", DCAT_AP_VL),
        ("/catalog.rdf", "_profile=dcat-ap-vl", "", DCAT_AP_VL),
        ("/catalog", "_profile=hydra", "", HYDRA),
        ("/catalog", "page=2", "", HYDRA),
        ("/catalog", "page=1", f"<{DCAT_AP_VL.iri}>", HYDRA),
        ("/catalog", "", f"<{SCHEMA.iri}>", SCHEMA),
        ("/catalog.ttl", "_profile=alt", "", ALTERNATES),
        ("/doc/catalogus/groen", "_profile=schema", "", SCHEMA),
    ],
)  # fmt: skip
def test_what_is_asked_chooses_the_profile(
    small: TestClient, path: str, query: str, header: str, profile: object
) -> None:
    headers = {"accept": "*/*"} | ({"accept-profile": header} if header else {})
    answer = small.get(f"{path}?{query}", headers=headers)
    assert answer.status_code == 200
    said = answer.headers.get("content-profile")
    assert said == (profile.header if profile else None)  # type: ignore[attr-defined]
    if "boom" not in path:
        assert "Accept-Profile" in answer.headers["vary"]
    told = {link["href"] for link in links(answer) if link.get("rel") == "profile"}
    assert not profile or profile.iri in told  # type: ignore[attr-defined]
    head = small.head(f"{path}?{query}", headers=headers)
    assert head.content == b""
    same = {name: value for name, value in answer.headers.items() if name != "date"}
    assert {name: value for name, value in head.headers.items() if name != "date"} == same
    again = {**headers, "if-none-match": answer.headers["etag"]}
    unchanged = small.get(f"{path}?{query}", headers=again)
    assert unchanged.status_code == 304
    assert unchanged.headers.get("content-profile") == said


def test_every_view_has_its_own_tag(small: TestClient) -> None:
    for path in (DATASET, "/catalog"):
        tags: dict[str, bytes] = {}
        for query in ("", "?_profile=schema", "?_profile=dcat-ap-vl", "?_profile=alt",
                      "?_profile=schema&lang=en", "?_profile=hydra"):  # fmt: skip
            for kind in ("*/*", "application/ld+json", NTRIPLES):
                answer = small.get(path + query, headers={"accept": kind})
                if answer.status_code == 200:
                    body = tags.setdefault(answer.headers["etag"], answer.content)
                    assert body == answer.content, query
        assert len(tags) > 6


def test_the_view_by_dcat_ap_vl_is_complete_in_itself(small: TestClient, trees: Workspace) -> None:
    bodies = {form: small.get(f"{DATASET}.{form.suffix}?_profile=dcat-ap-vl").content
              for form in DCAT_AP_VL.formats}  # fmt: skip
    facts = {frozenset(quad[:3] for quad in oxigraph_quads(body, form.suffix))
             for form, body in bodies.items()}  # fmt: skip
    assert len(facts) == 1
    kinds = {(o[0], s[0]) for s, p, o in facts.pop() if p[0] == expand("rdf:type")}
    datasets = {name for kind, name in kinds if kind == expand("dcat:Dataset")}
    assert datasets == {f"{BASE}id/dataset/bomen"}
    for kind in ("dcat:Catalog", "dcat:CatalogRecord", "dcat:Distribution", "foaf:Agent"):
        assert any(name == expand(kind) for name, _ in kinds), kind
    path = trees.folder / "view.ttl"
    path.write_bytes(bodies[media.TURTLE])
    done = CliRunner().invoke(app, ["validate", str(path), "--profile", "dcat-ap-vl-3.0"])
    assert done.exit_code == 0, done.output


def test_schema_org_says_the_same_as_the_page(small: TestClient) -> None:
    for path in (DATASET, "/doc/catalogus/groen"):
        for language in ("nl", "en"):
            said = small.get(f"{path}?_profile=schema&lang={language}", headers={"accept": "*/*"})
            assert said.headers["content-type"] == "application/ld+json"
            page = small.get(f"{path}.html?lang={language}")
            in_page = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text)
            assert in_page
            assert json.loads(in_page[1]) == said.json()
    catalog = small.get("/catalog?_profile=schema").json()
    assert catalog["@type"] == "DataCatalog"
    assert catalog["@id"] == f"{BASE}id/catalogus/groen"
    assert catalog["publisher"]["name"]
    dataset = small.get(f"{DATASET}?_profile=schema").json()
    assert dataset["includedInDataCatalog"]["@id"] == catalog["@id"]
    dutch = small.get(f"{DATASET}?_profile=schema", headers={"accept-language": "nl"})
    english = small.get(f"{DATASET}?_profile=schema", headers={"accept-language": "en"})
    assert dutch.json()["name"] != english.json()["name"]
    assert "Accept-Language" in dutch.headers["vary"]


@pytest.mark.parametrize(
    ("path", "query", "headers", "offers"),
    [
        (DATASET, "", asked("https://example.org/p"), {SCHEMA.iri, DCAT_AP_VL.iri, ALTR}),
        (DATASET, "_profile=nothing", {}, {SCHEMA.iri, DCAT_AP_VL.iri, ALTR}),
        (DATASET, "_profile=%3C%3E%00%22", {}, {SCHEMA.iri, DCAT_AP_VL.iri, ALTR}),
        (DATASET, "_profile=" + "x," * 2_000, {}, {SCHEMA.iri, DCAT_AP_VL.iri, ALTR}),
        (DATASET, "_profile=schema", {"accept": "text/turtle"}, {"application/ld+json"}),
        (f"{DATASET}.ttl", "_profile=schema", {}, {"application/ld+json"}),
        (DATASET, "_mediatype=image/png", {}, {form.name for form in media.DOCUMENT}),
        ("/catalog", "_profile=schema&_mediatype=text/turtle", {}, {"application/ld+json"}),
        ("/catalog", "page=1&_profile=schema", {}, {HYDRA.iri, DCAT_AP_VL.iri, ALTR}),
        ("/doc/boom/B1", "_profile=schema", {}, {ALTR}),
        ("/id/dataset/bomen", "_profile=nothing", {}, {SCHEMA.iri, DCAT_AP_VL.iri, ALTR}),
    ],
)
def test_what_is_not_offered_is_406_with_what_is(
    small: TestClient, path: str, query: str, headers: dict[str, str], offers: set[str]
) -> None:
    answer = small.get(f"{path}?{query}", headers={"accept": "*/*", **headers})
    assert answer.status_code == 406
    assert answer.headers["content-type"] == PROBLEM
    assert set(answer.json()["offers"]) == offers
    assert {"nl", "en"} == set(answer.json()["messages"])


@pytest.mark.parametrize("path", ["/id/dataset/bomen", "/id/boom/B1"])
def test_a_thing_leads_to_the_view_that_was_asked_for(small: TestClient, path: str) -> None:
    answer = small.get(f"{path}?_profile=alt", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["content-profile"] == ALTERNATES.header
    target = urljoin(f"http://testserver{path}", answer.headers["location"])
    assert small.get(target).headers["content-profile"] == ALTERNATES.header
    plain = small.get(path, follow_redirects=False)
    assert "content-profile" not in plain.headers


@pytest.mark.parametrize("path", [DATASET, "/catalog", "/doc/catalogus/groen", "/doc/boom/B1",
                                  "/ns/groen"])  # fmt: skip
def test_the_list_of_views_leads_to_each_of_them(small: TestClient, path: str) -> None:
    found: set[frozenset[tuple[Term, Term, Term]]] = set()
    for form in ALTERNATES.formats[1:-1]:
        answer = small.get(f"{path}?_profile=alt", headers={"accept": form.name})
        assert answer.headers["content-type"] == form.header
        found.add(frozenset(quad[:3] for quad in oxigraph_quads(answer.content, form.suffix)))
    assert len(found) == 1
    facts = {(s[0], p[0], o[0]) for s, p, o in found.pop()}
    views = {o for s, p, o in facts if p == f"{ALTR}hasRepresentation"}
    assert {s for s, p, _ in facts if p == f"{ALTR}hasRepresentation"} == {BASE + path[1:]}
    (default,) = {o for _, p, o in facts if p == f"{ALTR}hasDefaultRepresentation"}
    assert default in views
    said = dict.fromkeys(views, "") | {s: o for s, p, o in facts if p == expand("dct:conformsTo")}
    for view, profile in said.items():
        (kind,) = {o.partition("media-types/")[2] for s, p, o in facts
                   if s == view and p == expand("dct:format")}  # fmt: skip
        answer = small.get(view.replace(BASE, "/"))
        assert answer.status_code == 200, view
        assert answer.headers["content-type"].partition(";")[0] == kind
        assert profile in answer.headers.get("content-profile", "")
    listed = small.get(f"{path}?_profile=alt&_mediatype=application/json").json()
    assert listed["resource"] == BASE + path[1:]
    assert {one["uri"] for one in listed["profiles"]} == set(said.values()) - {""}
    page = harmless(small.get(f"{path}?_profile=alt", headers={"accept": BROWSER}).text)
    targets = {urljoin(f"{BASE}{path[1:]}", link) for link in page.links}
    assert views <= targets
    for language, word in (("nl", "Andere weergaven"), ("en", "Other views")):
        text = small.get(f"{path}?_profile=alt&lang={language}", headers={"accept": BROWSER}).text
        assert f"<h1>{word}</h1>" in text


def test_links_name_every_view_and_its_token(small: TestClient) -> None:
    for path in (DATASET, f"{DATASET}?_profile=schema", "/catalog", "/catalog?_profile=alt"):
        found = links(small.get(path, headers={"accept": "*/*"}))
        tokens = {link["token"]: link["anchor"] for link in found if "token" in link}
        views = {(link["profile"], link["type"]): link["href"] for link in found
                 if "profile" in link}  # fmt: skip
        assert {profile for profile, _ in views} == set(tokens.values())
        assert tokens.keys() >= {"schema", "dcat-ap-vl"}
        for (profile, kind), href in views.items():
            answer = small.get(urljoin(path, href))
            assert answer.headers["content-type"].partition(";")[0] == kind
            assert f"<{profile}>" in answer.headers["content-profile"]


def test_a_page_of_a_dataset_leads_people_to_its_views(small: TestClient) -> None:
    page = harmless(small.get(f"{DATASET}?lang=en", headers={"accept": BROWSER}).text)
    here = [link for link in page.links if "_profile=alt" in link]
    assert len(here) == 1
    assert small.get(urljoin(DATASET, here[0]), headers={"accept": BROWSER}).status_code == 200
    tree = harmless(small.get("/doc/boom/B1", headers={"accept": BROWSER}).text)
    assert not [link for link in tree.links if "_profile" in link]


def test_streams_say_what_they_follow(small: TestClient) -> None:
    ldes = "https://w3id.org/ldes/specification"
    feeds = "https://semiceu.github.io/LDES-DCAT-AP-feeds/"
    for path, wanted in (("/ldes", {ldes, feeds}), ("/ldes/catalog/1", {ldes, feeds}),
                         ("/ldes/bomen", {ldes}), ("/ldes/bomen/1", {ldes})):  # fmt: skip
        answer = small.get(path)
        assert {link["href"] for link in links(answer) if link["rel"] == "profile"} == wanted
        assert answer.headers["content-profile"] == ", ".join(
            f"<{iri}>" for iri in sorted(wanted, reverse=True)
        )


def test_the_description_of_the_service_names_the_arguments(small: TestClient) -> None:
    paths = small.get("/openapi.json").json()["paths"]
    for path in ("/catalog", "/doc/{path}", "/id/{path}"):
        names = {(one["name"], one["in"]) for one in paths[path]["get"]["parameters"]}
        assert names >= {("_profile", "query"), ("_mediatype", "query"),
                         ("Accept-Profile", "header")}  # fmt: skip


def test_a_real_server_takes_several_headers(
    trees: Workspace, free_port: Callable[[], int]
) -> None:
    with serving(trees, free_port()) as address:
        connection = http.client.HTTPConnection(urlsplit(address).netloc)
        connection.putrequest("GET", DATASET)
        connection.putheader("Accept-Profile", "<https://example.org/p>")
        connection.putheader("Accept-Profile", f"<{SCHEMA.iri}>;q=0.5")
        connection.endheaders()
        answer = connection.getresponse()
        assert answer.status == 200
        assert answer.getheader("content-profile") == SCHEMA.header
        assert answer.getheader("content-type") == "application/ld+json"
        answer.read()
        connection.request("GET", "/catalog?_profile=nothing")
        assert connection.getresponse().status == 406
        connection.close()
