"""Official shapes and ours on the same graphs, compared on (focus node, path).

A path that is not one property (and a result of a whole shape) is written "".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox
import pyshacl
import shifty
from rdflib import SH, Graph, URIRef

from tests.data import test_shapes as own

PREFIXES = {
    "as": "https://www.w3.org/ns/activitystreams#",
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "ldes": "https://w3id.org/ldes#",
    "sdmx": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "tree": "https://w3id.org/tree#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
FEEDS = (
    "dataset-open-nongeo.xml",
    "dcat-feed-mow.rdf",
    "favv-dcat.rdf",
    "fietstelpaal-visserij-gent.dcat-ap3.xml",
    "statbel_opendata_subset.ttl",
)

# (focus, path) -> {(component, severity)}
Found: TypeAlias = Mapping[tuple[str, str], set[tuple[str, str]]]


@dataclass(frozen=True)
class Difference:
    """Results that only one side gives (or gives as a violation), and why."""

    profile: str
    side: str  # "official" or "ours"
    component: str
    paths: tuple[str, ...]
    reason: str


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def short(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def results(validator: shifty.PreparedValidator, data: bytes) -> Found:
    _, report, _ = validator.validate(data, graph_mode="data", infer=False, on_unsupported="error")
    return tabled(report)


def referee(shapes: Graph, data: Graph) -> Found:
    """The same by pySHACL, which keeps the blank nodes of the data: feeds have many."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    assert isinstance(report, Graph)
    return tabled(report)


def tabled(report: Graph) -> Found:
    found: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for result in report.objects(None, SH.result):  # not those in a sh:detail
        path = report.value(result, SH.resultPath)
        component = str(report.value(result, SH.sourceConstraintComponent)).removeprefix(str(SH))
        severity = str(report.value(result, SH.resultSeverity)).removeprefix(str(SH))
        where = (str(report.value(result, SH.focusNode)),
                 short(str(path)) if isinstance(path, URIRef) else "")  # fmt: skip
        found[where].add((component.removesuffix("ConstraintComponent"), severity))
    return found


def feed(path: Path) -> bytes:
    text = path.read_text(encoding="utf-8")
    if path.name == "favv-dcat.rdf":
        # several datasets (and distributions) in one property, which is no RDF/XML
        for name in ("Dataset", "Distribution"):
            link = f"dcat:{name.lower()}"
            text = re.sub(rf"</dcat:{name}>\s*<dcat:{name} ",
                          f"</dcat:{name}></{link}><{link}><dcat:{name} ", text)  # fmt: skip
    form = ox.RdfFormat.TURTLE if path.suffix == ".ttl" else ox.RdfFormat.RDF_XML
    quads = ox.parse(text.encode(), format=form, base_iri="https://feed.test/")
    return own.ntriples({ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads})


def differing(official: Found, ours: Found) -> Iterator[tuple[str, tuple[str, str], str]]:
    """Yield side, (focus, path) and component of each result the other side does not have.

    Where both have results but one side alone a violation, its violations are what differs.
    """
    sides = {"official": official, "ours": ours}
    for where in official.keys() | ours.keys():
        seen = {side: found.get(where, set()) for side, found in sides.items()}
        bad = {side: {row for row in rows if row[1] == "Violation"} for side, rows in seen.items()}
        for side, other in (("official", "ours"), ("ours", "official")):
            rows = seen[side] if not seen[other] else bad[side] if not bad[other] else set()
            for component, _ in rows:
                yield side, where, component


def explained(
    known: Sequence[Difference], profile: str, side: str, path: str, component: str
) -> Difference | None:
    for difference in known:
        names = (difference.profile, difference.side, difference.component)
        if names == (profile, side, component) and path in difference.paths:
            return difference
    return None


def demanded(shapes: Graph) -> Iterator[tuple[str, str]]:
    for node in shapes.subjects(SH.targetClass):
        for shape in shapes.objects(node, SH.property):
            path = shapes.value(shape, SH.path)
            for term, component in own.CONSTRAINTS.items():
                value = shapes.value(shape, SH[term])
                empty = value is None or (term == "minCount" and int(str(value)) == 0)
                if not empty and isinstance(path, URIRef):
                    yield short(str(path)), component.removesuffix("ConstraintComponent")
