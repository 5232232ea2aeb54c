"""A small LDES client that knows the specification and nothing of ours: it follows links in RDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from tests.conftest import Workspace
from tests.integration import facts

LDES, TREE, AS = (
    "https://w3id.org/ldes#", "https://w3id.org/tree#", "https://www.w3.org/ns/activitystreams#",
)  # fmt: skip
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
FORMATS = {
    "application/trig": ox.RdfFormat.TRIG,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
}
Triple = tuple[str, str, str]
Get = Callable[[str, dict[str, str]], Any]


def values(store: ox.Dataset, subject: str, predicate: str) -> list[Any]:
    name = ox.NamedNode(predicate)
    return [
        quad.object
        for quad in store.quads_for_subject(ox.NamedNode(subject))
        if quad.predicate == name and quad.graph_name == ox.DefaultGraph()
    ]


def value(store: ox.Dataset, subject: str, predicate: str) -> str:
    (found,) = values(store, subject, predicate)
    return str(found.value)


@dataclass
class Follower:
    """Follows one stream; `held` is what it believes of every thing, `seen` the members it read."""

    get: Get
    address: str
    accept: str = "application/trig"
    held: dict[str, set[Triple]] = field(default_factory=dict)
    seen: list[tuple[str, str, str]] = field(default_factory=list)  # time, member, thing
    deleted: list[str] = field(default_factory=list)
    closed: dict[str, bytes] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    fetched: int = 0

    def page(self, address: str) -> ox.Dataset | None:
        """Return what a page says; nothing if it was closed, or has not changed since."""
        if address in self.closed:
            return None
        asked = {"Accept": self.accept, "Accept-Encoding": "identity"}
        if address in self.tags:
            asked["If-None-Match"] = self.tags[address]
        answer = self.get(address, asked)
        self.fetched += 1
        if answer.status_code == 304:
            return None
        assert answer.status_code == 200, (address, answer.status_code, answer.text)
        assert answer.headers["content-type"].partition(";")[0] == self.accept
        self.tags[address] = answer.headers["etag"]
        # a store would write numbers in its own way
        store = ox.Dataset(ox.parse(answer.content, FORMATS[self.accept], base_iri=address))
        said = {str(v.value) for v in values(store, address, LDES + "immutable")}
        assert (said == {"true"}) == ("immutable" in answer.headers["cache-control"])
        if said:
            self.closed[address] = answer.content
        return store

    def follow(self) -> list[tuple[str, str, str]]:
        """Read what is new, apply it in the order of its time; return it."""
        root = self.page(self.address)
        if root is None:
            return []
        view = value(root, self.address, TREE + "view")
        self.terms = (
            value(root, self.address, LDES + "timestampPath"),
            value(root, self.address, LDES + "versionOfPath"),
            value(root, self.address, LDES + "versionDeleteObject"),
        )
        (policy,) = values(root, view, LDES + "retentionPolicy")
        since = value(root, policy.value, LDES + "startingFrom")
        found: dict[str, tuple[str, str, ox.Dataset]] = {}
        ahead, done, store = [(view, "", "")], {view}, root
        first = True
        while ahead:
            address, low, high = ahead.pop()
            if not first:
                fresh = self.page(address)
                if fresh is None:
                    continue
                store = fresh
            first = False
            for member in values(store, self.address, TREE + "member"):
                time = value(store, member.value, self.terms[0])
                assert since <= time
                assert low <= time <= (high or time)
                found[member.value] = time, value(store, member.value, self.terms[1]), store
            for target, bounds in self.relations(store, address).items():
                if target not in done:
                    done.add(target)
                    ahead.append((target, *bounds))
        known = {member for _, member, _ in self.seen}
        new = sorted((t, m, thing) for m, (t, thing, _) in found.items() if m not in known)
        if self.seen and new:
            assert new[0][0] > self.seen[-1][0], "something was slipped in before what was read"
        for _, member, thing in new:
            self.apply(member, thing, found[member][2])
        self.seen += new
        return new

    def relations(self, store: ox.Dataset, address: str) -> dict[str, tuple[str, str]]:
        out: dict[str, list[str]] = {}
        for relation in values(store, address, TREE + "relation"):
            assert isinstance(relation, ox.NamedNode)
            (kind,) = values(store, relation.value, TYPE)
            assert value(store, relation.value, TREE + "path") == self.terms[0]
            bounds = out.setdefault(value(store, relation.value, TREE + "node"), ["", ""])
            which = kind.value.removeprefix(TREE)
            index = ["GreaterThanOrEqualToRelation", "LessThanOrEqualToRelation"].index(which)
            bounds[index] = value(store, relation.value, TREE + "value")
        return {target: (low, high) for target, (low, high) in out.items()}

    def apply(self, member: str, thing: str, store: ox.Dataset) -> None:
        name = ox.NamedNode(member)
        if self.terms[2] in {v.value for v in values(store, member, TYPE)}:
            assert not list(store.quads_for_graph_name(name))
            del self.held[thing]
            self.deleted.append(thing)
            return
        if FORMATS[self.accept].supports_datasets:
            quads = list(store.quads_for_graph_name(name))
        else:
            quads = list(store.quads_for_subject(name))
        told = {self.terms[0], self.terms[1]}
        triples = set()
        for quad in quads:
            subject = thing if quad.subject == name else str(quad.subject)[1:-1]
            if quad.subject != name or quad.predicate.value not in told:
                triples.add((f"<{subject}>", str(quad.predicate), str(quad.object)))
        self.held[thing] = triples

    def all(self) -> set[Triple]:
        """Return everything it holds."""
        return {triple for triples in self.held.values() for triple in triples}


def published(workspace: Workspace, name: str) -> set[Triple]:
    """Return what the current release says in a named graph, as Oxigraph writes terms."""
    text = "".join(f"{s} {p} {o} .\n" for s, p, o, _ in facts.graph(workspace.release, name))
    return {
        (str(q.subject), str(q.predicate), str(q.object))
        for q in ox.parse(text.encode(), ox.RdfFormat.N_TRIPLES)
    }


def replayed(workspace: Workspace, name: str) -> set[Triple]:
    """Return what the rows of the ledger come to, in the order they were added."""
    held: dict[str, set[Triple]] = {}
    last = ""
    for position, member in enumerate(workspace.releases.streams.members(name, 0, 10**9)):
        assert member.position == position
        assert last <= member.at
        last = member.at
        assert (member.kind == "create") == (member.path not in held), member
        if member.kind == "delete":
            del held[member.path]
        else:
            held[member.path] = set(member.triples(workspace.base))
    return {triple for triples in held.values() for triple in triples}


def assert_streams_are_whole(workspace: Workspace) -> None:
    """Check that each stream, replayed, is what the current release says."""
    found = workspace.releases.current()
    assert found is not None
    names = [item.ref for item in workspace.publisher().project.inventories]
    for name in ("catalog", *names):
        want = {quad[:3] for quad in facts.graph(found[1], name)}
        assert replayed(workspace, name) == want, name
