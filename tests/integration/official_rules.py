"""The published JSON-LD shapes for DCAT-AP VL 2.0 and GeoDCAT-AP VL 2.0, and ours, as rules.

A rule is (thing, path, check). The published files are used as they are but for `repair`. Textual
counts need nothing: the files' JSON-LD context types them as integers. They presume vocabularies
and code lists beside the data; `beside` adds those, for them only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox
import pyshacl
import shifty
from rdflib import RDF, RDFS, SH, XSD, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCAT, DCTERMS, FOAF, SKOS, Namespace
from rdflib.term import Node

from app.rdf import media
from app.rdf.io import parse
from app.rdf.terms import Quad
from tests.conftest import LISTS as OWN
from tests.data import test_shapes as shapes
from tests.data.pitfalls import pitfalls

ADMS = Namespace("http://www.w3.org/ns/adms#")
DQV = Namespace("http://www.w3.org/ns/dqv#")
MDCAT = Namespace("https://data.vlaanderen.be/ns/metadata-dcat#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
INSPIRE = "inspire.ec.europa.eu"
PREFIXES = {
    "adms": ADMS, "dcat": DCAT, "dct": DCTERMS, "dqv": DQV, "foaf": FOAF, "mdcat": MDCAT,
    "rdf": RDF, "rdfs": RDFS, "skos": SKOS, "vcard": VCARD, "xsd": XSD,
    "locn": "http://www.w3.org/ns/locn#", "owl": "http://www.w3.org/2002/07/owl#",
    "geodcatap": "http://data.europa.eu/930/", "schema": "http://schema.org/",
    "generiek": "https://data.vlaanderen.be/ns/generiek#",
}  # fmt: skip

VL2, GEO = "dcat-ap-vl-2.0", "geodcat-ap-vl"
FILES = {
    VL2: ("dcatapvl", "dcatapvl-usagenotes"),
    GEO: ("geodcatapvl", "geodcatapvl-usagenotes"),
}
FEEDS = (
    "dataset-open-nongeo.xml",
    "dcat-feed-mow.rdf",
    "fietstelpaal-visserij-gent.dcat-ap3.xml",
    "statbel_opendata_subset.ttl",
)
UNREADABLE = ("favv-dcat.rdf",)  # a property with both text and a node element: no RDF/XML

OURS, THEIRS = "ours only", "official only"

# A rule: the class it is about, the path, and the check.
Rule: TypeAlias = tuple[str, str, str]
Place: TypeAlias = tuple[Node, str]
Broken: TypeAlias = dict[Place, set[Rule]]

CHECKS = {
    "minCount": "present", "maxCount": "one", "uniqueLang": "one per language",
    "datatype": "datatype", "nodeKind": "kind", "class": "class", "or": "class",
    "node": "list", "pattern": "list", "in": "list", "hasValue": "value",
}  # fmt: skip


def short(iri: object) -> str:
    """The prefixed name of an IRI, or the IRI itself."""
    for prefix, namespace in PREFIXES.items():
        if str(iri).startswith(str(namespace)):
            return f"{prefix}:{str(iri).removeprefix(str(namespace))}"
    return str(iri)


# ---- the published shapes

RENAMED = {
    URIRef(f"{DCAT}servesdataset"): DCAT.servesDataset,
    URIRef(f"{DCAT}mediatype"): DCAT.mediaType,
    ADMS.representionTechnique: ADMS.representationTechnique,
}


def repair(graph: Graph, profile: str) -> None:
    """Mend what no conforming engine can run, or is plainly a slip, in the published shapes."""
    for wrong, right in RENAMED.items():  # misspelt terms (README, P1)
        for shape in set(graph.subjects(SH.path, wrong)):
            graph.set((shape, SH.path, right))
    # rdfs:Literal is the datatype of no literal, rdfs:Resource the stated class of no node
    graph.remove((None, SH.datatype, RDFS.Literal))
    graph.remove((None, SH["class"], RDFS.Resource))
    for shape in set(graph.subjects(SH.datatype, URIRef(f"{XSD}Decimal"))):
        graph.set((shape, SH.datatype, XSD.decimal))
    for name in ("in", "or"):  # several values where SHACL asks one list
        for shape in set(graph.subjects(SH[name])):
            members = sorted(graph.objects(shape, SH[name]), key=str)
            graph.remove((shape, SH[name], None))
            graph.add((shape, SH[name], Collection(graph, BNode(), members).uri))
    if profile == GEO:
        # the sample shape is aimed at every distribution; 2.0 aims it at samples
        sample = URIRef("https://data.vlaanderen.be/shacl/GEODCAT-AP-VL#VoorbeeldWeergaveShape")
        graph.remove((sample, SH.targetClass, None))
        graph.add((sample, SH.targetObjectsOf, ADMS.sample))
        # contacts are vcard:Kind in every other shape
        for shape in set(graph.subjects(SH["class"], URIRef("http://schema.org/ContactPoint"))):
            graph.set((shape, SH["class"], VCARD.Kind))
        # the life cycle got the list of development states
        phase = URIRef("https://data.vlaanderen.be/id/conceptscheme/levensfase")
        for shape in set(graph.subjects(SH.path, MDCAT.levensfase)):
            for node in graph.objects(shape, SH.node):
                inner = graph.value(node, SH.property)
                assert inner is not None
                graph.set((inner, SH.hasValue, phase))


@cache
def official(shared: Path, profile: str) -> Graph:
    graph = Graph()
    for name in FILES[profile]:
        data = (shared / "standards/shacl/dcat-ap-vl-2.0" / f"{name}.jsonld").read_bytes()
        # a label of its own per file: the two files must not share blank nodes
        quads = ox.parse(data, ox.RdfFormat.JSON_LD, base_iri=shapes.BASE, rename_blank_nodes=True)
        triples = [ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads]
        text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
        graph.parse(data=text, format="nt")
    repair(graph, profile)
    return graph


# ---- both as rules


@dataclass(frozen=True)
class Rules:
    """The rules of a shapes graph, and which rules a result of it is about."""

    by_result: dict[tuple[Node, Node], set[Rule]]  # source shape, component

    @property
    def all(self) -> frozenset[Rule]:
        return frozenset(rule for told in self.by_result.values() for rule in told)


THINGS = {"adms:sample": "adms:sample", "dct:publisher": "", "dcat:contactPoint": ""}


def things(graph: Graph, shape: Node) -> set[str]:
    """What a node shape is about; dcat:Resource stands for its two kinds, foaf for dct agents."""
    found = {short(target) for target in graph.objects(shape, SH.targetClass)}
    found |= {THINGS[short(path)] for path in graph.objects(shape, SH.targetObjectsOf)} - {""}
    if "dcat:Resource" in found:
        found = {"dcat:Dataset", "dcat:DataService"}
    return found - {"foaf:Agent"}


def listed(graph: Graph, shape: Node, name: str) -> list[Node]:
    head = graph.value(shape, SH[name])
    assert head is not None
    return list(Collection(graph, head))


def path_of(graph: Graph, shape: Node) -> str:
    """A predicate, or the alternatives sorted: a node's sh:or of paths comes to the same."""
    path = graph.value(shape, SH.path)
    if path is None:
        return "|".join(sorted(path_of(graph, one) for one in listed(graph, shape, "or")))
    alternatives = graph.value(path, SH.alternativePath)
    if alternatives is None:
        return short(path)
    return "|".join(sorted(short(member) for member in Collection(graph, alternatives)))


def check_of(graph: Graph, shape: Node, name: str) -> str:
    if graph.value(shape, SH.path) is None:
        return "present"  # one of the paths of a node's sh:or
    if name == "in" and len(listed(graph, shape, name)) == 1:
        return "value"
    return CHECKS[name]


@cache
def rules(shared: Path, profile: str, ours: bool) -> Rules:
    graph = shapes.shapes_graph(profile) if ours else official(shared, profile)
    found: defaultdict[tuple[Node, Node], set[Rule]] = defaultdict(set)
    typed: set[tuple[str, str]] = set()  # where a datatype says more than "a literal"
    holders = [
        (thing, shape)
        for node in set(graph.subjects(SH.targetClass)) | set(graph.subjects(SH.targetObjectsOf))
        for thing in things(graph, node)
        for shape in (
            [node] if (node, SH["or"], None) in graph else graph.objects(node, SH.property)
        )
    ]
    for thing, shape in holders:
        if (shape, SH.datatype, None) in graph:
            typed.add((thing, path_of(graph, shape)))
    for thing, shape in holders:
        for name in CHECKS:
            if (shape, SH[name], None) not in graph:
                continue
            path, check = path_of(graph, shape), check_of(graph, shape, name)
            if name == "nodeKind" and (shape, SH.node, None) in graph:
                check = "list"  # the published lists ask an IRI beside the scheme
            elif name == "nodeKind" and (thing, path) in typed:
                check = "datatype"  # a datatype says "a literal" too
            component: Node = SH[name[0].upper() + name[1:] + "ConstraintComponent"]
            found[shape, component].add((thing, path, check))
    return Rules(dict(found))


def severities(shared: Path, profile: str, ours: bool) -> dict[Rule, Node]:
    """The severity of each rule, the worst where it stands twice."""
    graph = shapes.shapes_graph(profile) if ours else official(shared, profile)
    found: dict[Rule, Node] = {}
    for (shape, _), told in rules(shared, profile, ours).by_result.items():
        severity = graph.value(shape, SH.severity) or SH.Violation
        for rule in told:
            if found.get(rule) != SH.Violation:
                found[rule] = severity
    return found


def stated_class(shared: Path, profile: str, rule: Rule) -> str:
    graph = official(shared, profile)
    for (shape, component), told in rules(shared, profile, False).by_result.items():
        if rule in told and component == SH.ClassConstraintComponent:
            return short(graph.value(shape, SH["class"]))
    return ""


@cache
def common(shared: Path, profile: str) -> frozenset[Rule]:
    return rules(shared, profile, True).all & rules(shared, profile, False).all


# ---- the data

# Lists that are not in the shared folder: values of conform.ttl, and where they belong.
SCHEMES = {
    f"http://{INSPIRE}/theme/tn": f"https://{INSPIRE}/themery",
    "http://www.eionet.europa.eu/gemet/concept/7241": "http://www.eionet.europa.eu/gemet",
}
for code, scheme in (
    ("SpatialRepresentationType/vector", "SpatialRepresentationType"),
    ("SpatialRepresentationType/grid", "SpatialRepresentationType"),
    # the shapes have these two the other way round
    ("SpatialDataServiceType/view", "SpatialDataServiceCategory"),
    ("SpatialDataServiceCategory/infoMapAccessService", "SpatialDataServiceType"),
):
    base = f"{INSPIRE}/metadata-codelist"
    SCHEMES[f"http://{base}/{code}"] = f"https://{base}/{scheme}"
for code in ("completed", "onGoing"):
    scheme = "https://standards.iso.org/iso/19139/resources/gmxCodelists.xml#MD_ProgressCode"
    SCHEMES[f"{scheme}_{code}"] = scheme
IANA = "https://www.iana.org/assignments/media-types"
# How the shapes name a scheme that names itself otherwise.
NAMED = {
    "http://vocab.belgif.be/auth/datatheme": "https://vocab.belgif.be/auth/datatheme",
    f"http://{INSPIRE}/metadata-codelist/TopicCategory": (
        f"https://{INSPIRE}/metadata-codelist/TopicCategory"
    ),
    IANA: f"{IANA}/media-types.xhtml",
    # the phase "design" names the list's former name
    "https://data.vlaanderen.be/id/conceptscheme/gebruiksstatus": (
        "https://data.vlaanderen.be/id/conceptscheme/levensfase"
    ),
}
LISTS = (
    "vlaanderen/levensfase.ttl", "vlaanderen/ontwikkelingstoestand.ttl", "vlaanderen/protocol.ttl",
    "vlaanderen/GDI-Vlaanderen-trefwoorden.rdf", "vlaanderen/TopicCategory.rdf",
    "belgif/datatheme.nt", "eu/access-right.rdf", "eu/file-type.rdf", "eu/media-types.rdf",
)  # fmt: skip
KINDS = {".ttl": media.TURTLE, ".nt": media.N_TRIPLES, ".rdf": media.RDF_XML, ".xml": media.RDF_XML}


def quads_of(path: Path) -> Iterator[Quad]:
    return parse(path.read_bytes(), KINDS[path.suffix], base=shapes.BASE, where=path.name)


@cache
def code_lists(shared: Path) -> dict[str, str]:
    """The scheme of each code, under the name the published shapes give it."""
    found = dict(SCHEMES)
    for name in LISTS:
        path = shared / "standards/codelists" / name
        for s, p, o, _ in quads_of(path):
            # two of the files write skos:inscheme
            if p.lower() == f"<{SKOS.inScheme}>".lower():
                found[s[1:-1]] = NAMED.get(o[1:-1], o[1:-1])
    # not in the stored list, but in IANA's
    found[f"{IANA}/image/jpeg"] = NAMED[IANA]
    return found


def beside(shared: Path, data: Graph) -> Graph:
    """The data with what the published shapes presume: class hierarchy and code lists."""
    graph = Graph()
    for triple in data:
        graph.add(triple)
    for narrow, broad in (
        (DCAT.Dataset, DCAT.Resource),
        (DCAT.DataService, DCAT.Resource),
        (VCARD.Organization, VCARD.Kind),
        (VCARD.Individual, VCARD.Kind),
        (FOAF.Agent, DCTERMS.Agent),
    ):
        graph.add((narrow, RDFS.subClassOf, broad))
    schemes = code_lists(shared)
    for code in set(data.objects()):
        if str(code) in schemes and isinstance(code, URIRef):
            graph.add((code, SKOS.inScheme, URIRef(schemes[str(code)])))
    for scheme in set(graph.objects(None, SKOS.inScheme)):
        graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    return graph


def with_lists(data: Graph) -> Graph:
    """The data with our own code lists beside them, as the lab has them."""
    graph = Graph()
    graph += data
    for code in set(data.objects()):
        for s, p, o in OWN.membership(f"<{code}>") if f"<{code}>" in OWN.codes else ():
            if p != RDF.type.n3():
                graph.add((URIRef(s[1:-1]), URIRef(p[1:-1]), URIRef(o[1:-1])))
    return graph


def read(data: bytes) -> Graph:
    return Graph().parse(data=data, format="nt")


def feed(shared: Path, name: str) -> Graph:
    path = shared / "standards/examples" / name
    return read("".join(f"{s} {p} {o} .\n" for s, p, o, _ in quads_of(path)).encode())


# ---- both on the same data


def found_by_pyshacl(data: Graph, graph: Graph) -> Graph:
    _, report, _ = pyshacl.validate(data, shacl_graph=graph, inference="none")
    assert isinstance(report, Graph)
    return report


def found_by_shifty(data: Graph, validator: shifty.PreparedValidator) -> Graph:
    text = data.serialize(format="nt").encode()
    _, report, _ = validator.validate(text, graph_mode="data", infer=False, on_unsupported="error")
    assert isinstance(report, Graph)
    return report


def broken(report: Graph, known: Rules) -> Broken:
    """The rules broken at each (focus node, path)."""
    places: dict[Place, set[Rule]] = {}
    for result in report.objects(None, SH.result):  # not those in a sh:detail
        shape = report.value(result, SH.sourceShape)
        component = report.value(result, SH.sourceConstraintComponent)
        focus = report.value(result, SH.focusNode)
        assert shape is not None
        assert component is not None
        assert focus is not None
        for rule in known.by_result[shape, component]:
            places.setdefault((focus, rule[1]), set()).add(rule)
    return places


@dataclass
class Tally:
    """What the two sides found on all data: agreed places, and rules where one found nothing."""

    both: frozenset[Rule]
    agreed: int = 0
    conforming: int = 0
    differ: dict[tuple[str, Rule], list[Node]] = field(default_factory=dict)

    def add(self, ours: Broken, theirs: Broken) -> None:
        mine = {place: hit for place, found in ours.items() if (hit := found & self.both)}
        other = {place: hit for place, found in theirs.items() if (hit := found & self.both)}
        self.conforming += not mine and not other
        self.agreed += len(mine.keys() & other.keys())
        for side, here, there in ((OURS, mine, other), (THEIRS, other, mine)):
            for place in here.keys() - there.keys():
                for rule in here[place]:
                    self.differ.setdefault((side, rule), []).append(place[0])


@cache
def tally(shared: Path, profile: str) -> Tally:
    total = Tally(common(shared, profile))
    ours, theirs = rules(shared, profile, True), rules(shared, profile, False)
    mine = shifty.PreparedValidator(shapes.shapes_nt(profile))
    other = shifty.PreparedValidator(official(shared, profile).serialize(format="nt").encode())
    assert not other.diagnostics
    patches = [("", ""), *((row.remove, row.add) for row in shapes.examples(profile))]
    examples = [shapes.patched(profile, remove, add) for remove, add in patches]
    for text in (*examples, *(pitfall.data for pitfall in pitfalls())):
        data = read(text)
        total.add(
            broken(found_by_shifty(with_lists(data), mine), ours),
            broken(found_by_shifty(beside(shared, data), other), theirs),
        )
    for name in FEEDS:  # with blank nodes, so on one rdflib graph
        data = feed(shared, name)
        total.add(
            broken(found_by_pyshacl(with_lists(data), shapes.shapes_graph(profile)), ours),
            broken(found_by_pyshacl(beside(shared, data), official(shared, profile)), theirs),
        )
    return total
