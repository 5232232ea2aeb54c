"""The ways in which we tell of changes, each read as the client it is for would read it."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass, field

import orjson
from starlette.testclient import TestClient

from app.rdf.namespaces import expand
from tests.conftest import Workspace
from tests.http.support import Term, oxigraph_quads, triples
from tests.integration.stream_client import Follower, published

News = Counter[tuple[str, str]]
Triples = set[tuple[Term, Term, Term]]
HYDRA = "http://www.w3.org/ns/hydra/core#"
_CONCEPTS = {"dataset", "dataservice"}
_TIMES = {expand("dct:modified"), expand("dct:issued")}


class Channel:
    """`read` gives what is told anew of datasets and services, as (kind, name) pairs.

    A channel that does not tell kinds apart says "" for each, and leaves out what went.
    """

    kinds = True

    def read(self, client: TestClient, workspace: Workspace) -> News:
        """Return what is told anew since it was read before."""
        raise NotImplementedError


class Ldes(Channel):
    """The event stream, by a client that follows it."""

    def __init__(self) -> None:
        self.follower = Follower(lambda *_: None, "")

    def read(self, client: TestClient, workspace: Workspace) -> News:
        """Follow; one release at a time: what is held then tells which kind a member was."""
        base, old = workspace.base, self.follower
        old.address = base + "ldes"
        old.get = lambda address, headers: client.get(
            "/" + address.removeprefix(base), headers=headers
        )
        before, news = set(old.held), News()
        for _, _, thing in old.follow():
            concept, _, ref = thing.removeprefix(base + "id/").partition("/")
            if concept in _CONCEPTS:
                kind = "update" if thing in old.held else "delete"
                news[kind if thing in before else "create", ref] += 1
        assert old.all() == published(workspace, "catalog")
        return news


@dataclass
class Atom(Channel):
    """The Atom feed, by a reader that keeps what it has shown."""

    seen: set[str] = field(default_factory=set)

    def read(self, client: TestClient, workspace: Workspace) -> News:
        """Return the entries it has not shown."""
        name, news = "{http://www.w3.org/2005/Atom}", News()
        for entry in ET.fromstring(client.get("/atom").content).findall(name + "entry"):
            key, category = entry.findtext(name + "id") or "", entry.find(name + "category")
            assert category is not None
            found = re.search("/versie/catalog/(?:dataset|dataservice)/([^/]+)/", key)
            if found and key not in self.seen:
                news[category.attrib["term"], found[1]] += 1
            self.seen.add(key)
        return news


class Compared(Channel):
    """A harvester that holds what it read: by name, when it changed and what was said."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[str, object]] = {}

    def fetch(self, client: TestClient) -> dict[str, tuple[str, object]]:
        """Return (time of change, what is said but times) by name."""
        raise NotImplementedError

    def read(self, client: TestClient, workspace: Workspace) -> News:
        """Compare times of change; whatever says something else has another time."""
        before, now = self.held, self.fetch(client)
        self.held, news = now, News()
        for ref in before.keys() | now.keys():
            if ref not in now or ref not in before:
                news["create" if ref in now else "delete", ref] += 1
            elif before[ref][0] != now[ref][0]:
                assert before[ref][0] < now[ref][0]
                news["update", ref] += 1
            else:
                assert before[ref][1] == now[ref][1], "changed in silence"
        return news


class Feed(Compared):
    """The whole document."""

    def fetch(self, client: TestClient) -> dict[str, tuple[str, object]]:
        """Return what it says of every member."""
        return members(get(client, "/catalog.nt"))


class Hydra(Compared):
    """The pages, one member on each, from link to link."""

    def fetch(self, client: TestClient) -> dict[str, tuple[str, object]]:
        """Return what the pages say together; each member stands on one of them."""
        found: dict[str, tuple[str, object]] = {}
        for page in walk(client, "/catalog.nt?page=1&page_size=1"):
            new = members(page)
            assert not new.keys() & found.keys()
            found |= new
        assert found.keys() == members(get(client, "/catalog.nt")).keys()
        return found


class Records(Compared):
    """OGC API Records as JSON, a record at a time."""

    def fetch(self, client: TestClient) -> dict[str, tuple[str, object]]:
        """Return the properties of each record."""
        found: dict[str, tuple[str, object]] = {}
        address = "/api/collections/main/items?f=json&limit=1"
        while address:
            page = client.get(address).json()
            for feature in page["features"]:
                properties = feature["properties"]
                name = feature["id"].removeprefix("dataservice-")
                assert name not in found
                said = {key: value for key, value in properties.items()
                        if key not in {"updated", "created"}}  # fmt: skip
                found[name] = properties["updated"], orjson.dumps(said)
            following = [link["href"] for link in page["links"] if link["rel"] == "next"]
            address = "/api" + following[0].partition("/api")[2] if following else ""
        return found


@dataclass
class Since(Channel):
    """`modified_since` the last visit; whoever asks so is not told what went."""

    kinds = False
    visited: str = ""

    def read(self, client: TestClient, workspace: Workspace) -> News:
        """Return the members of the slice, the same ones whole and in pages."""
        query = f"modified_since={self.visited}" if self.visited else "page=1"
        self.visited = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        whole = members(get(client, f"/catalog.nt?{query}"))
        paged = [ref for page in walk(client, f"/catalog.nt?{query}&page=1&page_size=1")
                 for ref in members(page)]  # fmt: skip
        assert sorted(paged) == sorted(whole)
        return News(dict.fromkeys((("", ref) for ref in whole), 1))


CHANNELS: list[type[Channel]] = [Feed, Hydra, Since, Records, Ldes, Atom]


def get(client: TestClient, address: str) -> Triples:
    """Return the triples at an address."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:300]
    return triples(oxigraph_quads(answer.content, "nt"))


def walk(client: TestClient, address: str) -> list[Triples]:
    """Return the pages from one on, by hydra:next."""
    pages = []
    while address:
        pages.append(get(client, address))
        following = [o[0] for _, p, o in pages[-1] if p[0] == HYDRA + "next"]
        address = "/catalog" + following[0].partition("/catalog")[2] if following else ""
    return pages


def members(found: Triples) -> dict[str, tuple[str, object]]:
    """Return by name when a dataset or service changed, and what is said of it and its parts."""
    ties = {expand("dcat:dataset"), expand("dcat:service")}
    refs = {o[0]: o[0].rpartition("/")[2] for _, p, o in found if p[0] in ties}
    times = {s[0]: o[0] for s, p, o in found if p[0] == expand("dct:modified")}
    out: dict[str, tuple[str, object]] = {}
    for iri, ref in refs.items():
        said = {
            triple for triple in found if triple[1][0] not in _TIMES
            and re.fullmatch(f"(dataservice-)?{ref}(-.*)?", triple[0][0].rpartition("/")[2])
        }  # fmt: skip
        out[ref] = times[iri], said
    return out
