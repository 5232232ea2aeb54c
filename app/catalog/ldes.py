"""Event streams of a ledger as LDES: pages of changes below one root per stream (LDES, TREE).

The catalog's stream is written as DCAT-AP Feeds asks: a member is an activity, what the thing then
said stands in the named graph of that activity. An inventory's stream has version objects. A page
holds `PAGE` members and is closed when it is full, a block is `BLOCK` full pages: both depend on
the number of members only. The root leads to the closed blocks and to the pages after them, so it
stays small, and a closed page never changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from app.rdf.iris import mint
from app.rdf.namespaces import RDF_TYPE, term
from app.rdf.terms import XSD, Quad, Term, Triple, literal
from app.store.versions import Member, Streams

CATALOG = "catalog"
PAGE, BLOCK = 250, 100
# seconds; a build seldom comes more often
POLLING = 60
_SHAPE = "<https://semiceu.github.io/LDES-DCAT-AP-feeds/shape.ttl#ActivityShape>"
_A = f"<{RDF_TYPE}>"
_KINDS = {"create": term("as:Create"), "update": term("as:Update"), "delete": term("as:Delete")}


# name of a page or block, position of its first and last member, whether it is closed
Span = tuple[str, int, int, bool]


@dataclass(frozen=True, slots=True)
class Stream:
    """The addresses of one stream, and the properties that its members are told by."""

    name: str
    base: str

    @property
    def iri(self) -> str:
        """The stream itself: `ldes` for the catalog, `ldes/{inventory}` for others."""
        return f"{self.base}ldes" if self.name == CATALOG else mint(self.base, "ldes", self.name)

    @property
    def root(self) -> str:
        """The page that leads to all others."""
        return self.at("pages")

    def at(self, *parts: str) -> str:
        """Return an address of the stream: a page, a block of pages, or a part of one."""
        return mint(self.base, "ldes", self.name, *parts)

    @property
    def time(self) -> Term:
        """The property that gives a member's time."""
        if self.name == CATALOG:
            return term("as:published")
        return term("prov:generatedAtTime")

    @property
    def version_of(self) -> Term:
        """The property that leads from a member to the thing it is about."""
        return term("as:object") if self.name == CATALOG else term("dct:isVersionOf")


def version_iri(base: str, member: Member) -> str:
    """Return the IRI of a member: `id/versie/{stream}/{path}/{time}`."""
    path = member.path.removeprefix("id/")
    at = member.at.replace("-", "").replace(":", "").replace(".", "")
    return f"{mint(base, 'id', 'versie', member.stream)}/{path}/{at}"


def parse_version(path: str) -> tuple[str, str, str] | None:
    """Return (stream, path of the thing, xsd:dateTime) of what follows `id/versie/`, or None."""
    stream, _, rest = path.partition("/")
    thing, _, at = rest.rpartition("/")
    digits = at.removesuffix("Z").partition("T")
    if not thing or [len(part) for part in digits] != [8, 1, 9] or not at.endswith("Z"):
        return None
    day, _, time = digits
    when = (
        f"{day[:4]}-{day[4:6]}-{day[6:]}T{time[:2]}:{time[2:4]}:{time[4:6]}.{time[6:]}Z"
    )  # fmt: skip
    return unquote(stream), thing if thing.startswith("ns/") else "id/" + thing, when


def root(stream: Stream, streams: Streams, size: int, since: str) -> list[Quad]:
    """Return the quads of the root: the stream, its terms, and where its pages are.

    `size` is the number of members; `since` the time from which all of them are kept, an
    xsd:dateTime, if there is no member yet.
    """
    blocks = size // (PAGE * BLOCK)
    spans: list[Span] = [
        (f"{n * BLOCK + 1}-{(n + 1) * BLOCK}", n * BLOCK * PAGE, (n + 1) * BLOCK * PAGE - 1, True)
        for n in range(blocks)
    ]
    spans += [_span(n, size) for n in range(blocks * BLOCK + 1, -(-size // PAGE) + 1)]
    node, collection = f"<{stream.root}>", f"<{stream.iri}>"
    policy = f"<{stream.at('retention')}>"
    start = streams.times(stream.name, [0]).get(0, since)
    triples: set[Triple] = {
        (collection, _A, term("ldes:EventStream")),
        (collection, term("tree:view"), node),
        (collection, term("ldes:timestampPath"), stream.time),
        (collection, term("ldes:versionOfPath"), stream.version_of),
        (collection, term("ldes:versionDeleteObject"), _KINDS["delete"]),
        (collection, term("ldes:pollingInterval"), literal(str(POLLING), datatype=XSD + "integer")),
        (node, _A, term("tree:Node")),
        (node, _A, term("ldes:EventSource")),
        (node, term("ldes:retentionPolicy"), policy),
        (policy, _A, term("ldes:RetentionPolicy")),
        (policy, term("ldes:startingFrom"), _time(start)),
    }
    if stream.name == CATALOG:
        triples |= {
            (collection, term("tree:shape"), _SHAPE),
            (collection, term("ldes:versionCreateObject"), _KINDS["create"]),
            (collection, term("ldes:versionUpdateObject"), _KINDS["update"]),
        }
    triples.update(_led(stream, streams, stream.root, spans))
    return _quads(triples)


def block(stream: Stream, streams: Streams, first: int) -> list[Quad]:
    """Return the quads of a closed block: the way to its pages, from number `first`."""
    last = first + BLOCK - 1
    node = stream.at(f"{first}-{last}")
    triples = {(f"<{node}>", _A, term("tree:Node")), _immutable(node)}
    spans = [_span(n, last * PAGE) for n in range(first, last + 1)]
    triples.update(_led(stream, streams, node, spans))
    return _quads(triples)


def page(stream: Stream, number: int, members: Iterable[Member], *, closed: bool) -> list[Quad]:
    """Return the quads of a page with its members."""
    node = stream.at(str(number))
    triples = {(f"<{node}>", _A, term("tree:Node"))}
    if closed:
        triples.add(_immutable(node))
    out: list[Quad] = []
    for found in members:
        link = f"<{version_iri(stream.base, found)}>"
        triples.add((f"<{stream.iri}>", term("tree:member"), link))
        out.extend(member(stream, found))
    return sorted([*_quads(triples), *out])


def member(stream: Stream, found: Member) -> Iterator[Quad]:
    """Yield the quads of a member: what happened when, and in its graph what the thing said."""
    name, thing = f"<{version_iri(stream.base, found)}>", f"<{stream.base}{found.path}>"
    yield name, stream.version_of, thing, ""
    yield name, stream.time, _time(found.at), ""
    triples = found.triples(stream.base)
    if stream.name == CATALOG:
        yield name, _A, _KINDS[found.kind], ""
        yield from ((s, p, o, name) for s, p, o in triples)
        return
    if found.kind == "delete":
        yield name, _A, _KINDS["delete"], ""
    told = {stream.version_of, stream.time}
    for subject, predicate, object_ in triples:
        if subject != thing:
            yield subject, predicate, object_, name
        elif predicate not in told:
            # a version object has these once, of itself
            yield name, predicate, object_, name


def _led(stream: Stream, streams: Streams, node: str, spans: Iterable[Span]) -> Iterator[Triple]:
    """Yield the relations from a page to others, each with the times of what is found there."""
    wanted = list(spans)
    ends = {position for _, first, last, _ in wanted for position in (first, last)}
    times = streams.times(stream.name, sorted(ends))
    for name, first, last, closed in wanted:
        target = f"<{stream.at(name)}>"
        bounds = [("from", "GreaterThanOrEqualTo", times[first])]
        if closed:
            bounds.append(("until", "LessThanOrEqualTo", times[last]))
        for part, kind, value in bounds:
            relation = f"<{stream.at(name, part)}>"
            yield f"<{node}>", term("tree:relation"), relation
            yield relation, _A, term(f"tree:{kind}Relation")
            yield relation, term("tree:node"), target
            yield relation, term("tree:path"), stream.time
            yield relation, term("tree:value"), _time(value)


def _span(number: int, size: int) -> Span:
    return str(number), (number - 1) * PAGE, min(number * PAGE, size) - 1, number * PAGE <= size


def _immutable(node: str) -> Triple:
    return f"<{node}>", term("ldes:immutable"), literal("true", datatype=XSD + "boolean")


def _time(value: str) -> Term:
    return literal(value, datatype=XSD + "dateTime")


def _quads(triples: Iterable[Triple]) -> list[Quad]:
    return [(*triple, "") for triple in sorted(triples)]


def is_block(first: int, last: int, size: int) -> bool:
    """Tell whether a stream of `size` members has a closed block of pages `first` to `last`."""
    return first % BLOCK == 1 and last == first + BLOCK - 1 and last * PAGE <= size
