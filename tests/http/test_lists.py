"""Lists: pages, text and facets narrow them; every row of every inventory can be found."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from typing import Any
from urllib.parse import quote, urlencode, urljoin

import pytest
from starlette.testclient import TestClient

from app.project import Inventory
from tests.conftest import BASE, Workspace
from tests.http.support import (
    BROWSER,
    JSON_RESULTS,
    PROBLEM,
    Page,
    full,
    harmless,
    inventories,
    oxigraph_quads,
)

HYDRA = "http://www.w3.org/ns/hydra/core#"


def ask(client: TestClient, route: str, **query: str | int) -> dict[str, Any]:
    answer = client.get(f"/{route}.json?{urlencode(query)}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def everything(client: TestClient, route: str, size: int = 100, **query: str) -> list[str]:
    """Return the IRIs of a list, page by page."""
    out: list[str] = []
    for page in itertools.count(1):
        found = ask(client, route, size=size, page=page, **query)
        out += [item["iri"] for item in found["items"]]
        if page >= found["pages"]:
            assert len(out) == found["total"]
            return out
    raise AssertionError


def pairs(client: TestClient, workspace: Workspace) -> list[tuple[Inventory, str, dict[str, Any]]]:
    """Return each value of each facet of each inventory."""
    return [
        (inventory, name, value)
        for inventory in inventories(workspace)
        for name, values in ask(client, inventory.route)["facets"].items()
        for value in values
    ]


@pytest.fixture(scope="module")
def lists(client: TestClient, built: Workspace) -> dict[str, list[str]]:
    return {i.ref: everything(client, i.route) for i in inventories(built)}


def test_list_holds_the_rows_of_its_table(lists: dict[str, list[str]], built: Workspace) -> None:
    package = json.loads((built.folder / "data" / "datapackage.json").read_text())
    paths = {resource["name"]: resource["path"] for resource in package["resources"]}
    for inventory in inventories(built):
        with (built.folder / "data" / paths[inventory.table]).open(newline="") as file:
            rows = sum(1 for _ in csv.DictReader(file))
        assert len(lists[inventory.ref]) == len(set(lists[inventory.ref])) == rows, inventory.ref


def test_every_row_is_reached_by_its_iri(client: TestClient, lists: dict[str, list[str]]) -> None:
    for iri in itertools.chain.from_iterable(lists.values()):
        thing = client.get(iri.replace(BASE, "/"))
        assert thing.status_code == 303
        document = urljoin(iri.replace(BASE, "/"), thing.headers["location"])
        body = client.get(document, headers={"accept": "application/n-triples"})
        assert body.status_code == 200
        assert f"<{iri}> " in body.text


def test_every_row_is_reached_by_search(
    client: TestClient, built: Workspace, lists: dict[str, list[str]]
) -> None:
    for inventory in inventories(built):
        items = {
            item["iri"]: item["label"]
            for page in range(1, 9)
            for item in ask(client, inventory.route, size=100, page=page)["items"]
        }
        assert set(items) == set(lists[inventory.ref])
        for iri, label in items.items():
            text = (label.get("nl") or next(iter(label.values())))[:200]
            assert iri in everything(client, inventory.route, q=text), (iri, text)
            page = client.get("/zoeken", params={"q": text})
            assert page.status_code == 200
            # fifty things at most; a common word may have more
            links = [link for link in Page.of(page.text).links if link.startswith("./doc/")]
            path = iri.replace(f"{BASE}id/", "./doc/")
            assert path in links or len(links) >= 50, (iri, text)


def test_every_row_is_reached_by_sparql(
    client: TestClient, built: Workspace, lists: dict[str, list[str]]
) -> None:
    for inventory in inventories(built):
        query = (
            f"SELECT DISTINCT ?s {{ GRAPH <{BASE}id/graaf/{inventory.ref}> "
            f"{{ ?s a <{full(built, inventory.type)}> }} }}"
        )
        found = client.get("/sparql", params={"query": query}, headers={"accept": JSON_RESULTS})
        rows = found.json()["results"]["bindings"]
        assert {row["s"]["value"] for row in rows} == set(lists[inventory.ref])


def test_pages_of_any_size_hold_the_same_in_the_same_order(
    client: TestClient, built: Workspace, lists: dict[str, list[str]]
) -> None:
    for inventory in inventories(built):
        for size in (7, 20, 99):
            assert everything(client, inventory.route, size=size) == lists[inventory.ref]
        assert ask(client, inventory.route) == ask(client, inventory.route, page=1, size=20)


def test_list_is_in_alphabetical_order(client: TestClient, built: Workspace) -> None:
    for inventory in inventories(built):
        found = ask(client, inventory.route, size=100)["items"]
        names = [(item["label"].get("nl") or next(iter(item["label"].values()))).casefold()
                 for item in found]  # fmt: skip
        assert names == sorted(names)


def test_page_beyond_the_end_is_empty(small: TestClient) -> None:
    found = ask(small, "bomen", page=9)
    assert (found["total"], found["pages"], found["items"]) == (6, 1, [])
    page = small.get("/bomen?page=9", headers={"accept": BROWSER})
    assert page.status_code == 200


def test_search_narrows_by_every_word(small: TestClient) -> None:
    assert ask(small, "bomen", q="eik")["total"] == 3
    assert ask(small, "bomen", q="EIK b4")["total"] == 1
    assert ask(small, "bomen", q="ei")["total"] == 3
    assert ask(small, "bomen", q="eik linde")["total"] == 0
    assert ask(small, "bomen", q="   ")["total"] == 6
    for text in ('"', "*", "eik OR", "NEAR(", "a AND", "-eik", "^", "title:eik", "'", "%", "\\"):
        assert small.get("/bomen", params={"q": text}).status_code == 200
        assert small.get("/zoeken", params={"q": text}).status_code == 200


def test_facet_counts_are_what_choosing_gives(client: TestClient, built: Workspace) -> None:
    found = pairs(client, built)
    assert len(found) > 30
    for inventory, name, value in found:
        code = value["value"].rpartition("/")[2]
        narrowed = ask(client, inventory.route, **{name: code})
        assert narrowed["total"] == value["count"], (inventory.ref, name, code)
        assert narrowed == ask(client, inventory.route, **{name: value["value"]})
        chosen = {v["value"]: v["count"] for v in narrowed["facets"][name]}
        assert chosen[value["value"]] == value["count"]


def test_facet_counts_add_up(
    client: TestClient, built: Workspace, lists: dict[str, list[str]]
) -> None:
    """Each thing is counted once for each of its values, and things without one are the rest."""
    for inventory in inventories(built):
        for facet in inventory.facets:
            values = ask(client, inventory.route)["facets"].get(facet.name, [])
            found = [
                iri
                for value in values
                for iri in everything(
                    client, inventory.route, **{facet.name: value["value"].rpartition("/")[2]}
                )
            ]
            assert len(found) == sum(value["count"] for value in values)
            assert set(found) <= set(lists[inventory.ref])


def test_facets_and_text_combine(client: TestClient, built: Workspace) -> None:
    combined = 0
    for inventory in inventories(built):
        facets = ask(client, inventory.route)["facets"]
        for (one, values), (two, others) in itertools.combinations(facets.items(), 2):
            for value, other in itertools.product(values[:4], others[:4]):
                codes = {one: value["value"].rpartition("/")[2],
                         two: other["value"].rpartition("/")[2]}  # fmt: skip
                both = set(everything(client, inventory.route, **codes))
                first = everything(client, inventory.route, **{one: codes[one]})
                second = everything(client, inventory.route, **{two: codes[two]})
                assert both == set(first) & set(second)
                combined += bool(both)
        for name, values in facets.items():
            code = values[0]["value"].rpartition("/")[2]
            with_text = set(everything(client, inventory.route, q="de", **{name: code}))
            text = everything(client, inventory.route, q="de")
            chosen = everything(client, inventory.route, **{name: code})
            assert with_text == set(text) & set(chosen)
            counts = ask(client, inventory.route, q="de")["facets"].get(name, [])
            expected = {v["value"]: v["count"] for v in counts}.get(values[0]["value"], 0)
            assert len(with_text) == expected
    assert combined > 5


def test_unknown_facet_value_is_an_empty_list(client: TestClient, built: Workspace) -> None:
    for inventory in inventories(built):
        for facet in inventory.facets:
            for value in ("niets", "http://example.org/niets", "' OR 1=1 --", "<b>"):
                found = ask(client, inventory.route, **{facet.name: value})
                assert (found["total"], found["items"]) == (0, [])


def test_unknown_parameter_changes_nothing(small: TestClient) -> None:
    assert ask(small, "bomen", soort="eik", niets="x")["total"] == 6


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=x", "page=1.5", "page=1e3", "page=%D9%A1", "page=1000001",
     "page=" + "9" * 5_000, "page=0000000001" + "0" * 5_000, "size=0", "size=101", "size=-5",
     "size=all", "size=%B2", "q=" + "a" * 201],
    ids=lambda query: query[:20],
)  # fmt: skip
@pytest.mark.parametrize("suffix", ["", ".json", ".ttl", ".csv"])
def test_bad_number_or_text_is_refused(small: TestClient, query: str, suffix: str) -> None:
    answer = small.get(f"/bomen{suffix}?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["code"] == "bad-input"


def view_of(client: TestClient, path: str) -> tuple[dict[str, str], set[str], set[str]]:
    """Return the Hydra view of a page by property, its members, and the collections."""
    quads = oxigraph_quads(client.get(path, headers={"accept": "text/turtle"}).content, "ttl")
    views = {o[0] for _, p, o, _ in quads if p[0] == f"{HYDRA}view"}
    assert len(views) == 1
    view = views.pop()
    facts = {p[0].removeprefix(HYDRA): o[0] for s, p, o, _ in quads if s[0] == view}
    facts["self"] = view
    facts["total"] = next(o[0] for _, p, o, _ in quads if p[0] == f"{HYDRA}totalItems")
    members = {o[0] for _, p, o, _ in quads if p[0] == f"{HYDRA}member"}
    return facts, members, {s[0] for s, p, _, _ in quads if p[0] == f"{HYDRA}member"}


@pytest.mark.parametrize("narrow", ["", "q=de", "size=9"])
def test_hydra_links_lead_through_the_whole_list(
    client: TestClient, built: Workspace, narrow: str
) -> None:
    for inventory in inventories(built):
        path = f"/{inventory.route}?{narrow}"
        seen: list[set[str]] = []
        back: list[str] = []
        collections: set[str] = set()
        facts: dict[str, str] = {}
        first = last = ""
        while path:
            facts, members, named = view_of(client, path)
            seen.append(members)
            collections |= named
            back.append(facts["self"])
            if len(seen) > 1:
                assert facts["previous"] == back[-2]
            else:
                assert "previous" not in facts
                first, last = facts["first"], facts["last"]
            assert (facts["first"], facts["last"]) == (first, last)
            assert facts["self"].startswith(BASE)
            path = facts.get("next", "").replace(BASE, "/")
        assert back[0] == first
        assert back[-1] == last
        assert sum(map(len, seen)) == len(set().union(*seen)) == int(facts["total"])
        assert len(collections) <= 1


def test_csv_holds_the_page_of_the_list(client: TestClient, built: Workspace) -> None:
    for inventory in inventories(built):
        answer = client.get(f"/{inventory.route}.csv?size=100")
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
        items = ask(client, inventory.route, size=100)["items"]
        assert [row["iri"] for row in rows] == [item["iri"] for item in items]
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows
                       for cell in row.values())  # fmt: skip


def test_page_links_keep_text_facets_size_and_language(
    client: TestClient, built: Workspace
) -> None:
    inventory, name, value = max(pairs(client, built), key=lambda found: found[2]["count"])
    code = value["value"].rpartition("/")[2]
    path = f"/{inventory.route}?{name}={quote(code)}&q=de&size=5&page=2&lang=en"
    page = harmless(client.get(path, headers={"accept": BROWSER}).text)
    for relation, number in (("Previous", 1), ("Next", 3)):
        assert relation in page.text
        links = [link for link in page.links if "size=5" in link and f"{name}={code}" in link
                 and "q=de" in link and "lang=en" in link
                 and (f"page={number}" in link if number > 1 else "page=" not in link)]  # fmt: skip
        assert links, relation
        target = urljoin(path, links[0])
        assert client.get(target, headers={"accept": BROWSER}).status_code == 200
    switch = [link for link in page.links if link.endswith("lang=nl")]
    assert len(switch) == 1
    assert f"{name}={code}" in switch[0]
    assert "page=2" in switch[0]


@pytest.mark.parametrize("text", ["a&b", "50%", "a#b", "c+d", "é ü", "a;b=c", "<i>", '"x"', "/?"])
def test_language_switch_keeps_any_text(small: TestClient, text: str) -> None:
    for path in ("/zoeken", "/bomen", "/sparql"):
        name = "query" if path == "/sparql" else "q"
        answer = small.get(path, params={name: text}, headers={"accept": BROWSER})
        page = Page.of(answer.text)
        switch = [link for link in page.links if link.endswith("lang=en")]
        assert len(switch) == 1
        other = small.get(urljoin(path, switch[0]), headers={"accept": BROWSER})
        assert '<html lang="en">' in other.text
        values = re.findall(r'name="q" type="search" value="([^"]*)"', other.text)
        shown = Page.of("<p>" + " ".join(values) + "</p>" + other.text)
        assert text in shown.text, switch


@pytest.mark.parametrize(
    ("query", "accept", "language"),
    [
        ("", "", "nl"), ("", "nl-BE", "nl"), ("", "en-GB,en;q=0.9", "en"), ("", "fr", "nl"),
        ("", "fr, en;q=0.2", "en"), ("", "en;q=0.5, nl;q=0.4", "en"), ("", "nl, en", "nl"),
        ("lang=en", "nl", "en"), ("lang=nl", "en", "nl"), ("lang=fr", "en", "en"),
        ("lang=<b>", "nl", "nl"), ("", "*", "nl"), ("", "en;q=0", "nl"),
    ],
)  # fmt: skip
def test_language_of_pages(small: TestClient, query: str, accept: str, language: str) -> None:
    for path in ("/", "/bomen", "/doc/boom/B1", "/zoeken?q=eik", "/sparql", "/niets"):
        joiner = "&" if "?" in path else "?"
        headers = {"accept": BROWSER, "accept-language": accept}
        page = small.get(f"{path}{joiner}{query}", headers=headers)
        assert f'<html lang="{language}">' in page.text
        word = "Search all inventories" if language == "en" else "Zoek in alle inventarissen"
        assert word in page.text
        assert "set-cookie" not in page.headers
