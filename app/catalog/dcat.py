"""The catalog graph: DCAT-AP Vlaanderen 3.0 and DCAT-AP 3.0.1 at once, own datasets only.

Times are not in here: the ledger gives them after the entities were hashed (`add_times`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.project import Agent, Inventory, Project, Service
from app.rdf.iris import mint
from app.rdf.namespaces import expand, term
from app.rdf.terms import XSD, Term, Triple, iri, literal
from app.vocabularies.references import Reference, describe

PROFILE = (
    "https://data.vlaanderen.be/doc/applicatieprofiel/DCAT-AP-VL/erkendestandaard/2026-02-12"
)
_EU = "http://publications.europa.eu/resource/authority/"
_STATUUT = "https://metadata.vlaanderen.be/id/GDI-Vlaanderen-Trefwoorden/"
_LICENCE_TYPE = "http://purl.org/adms/licencetype/PublicDomain"
_LANGUAGES = {"nl": _EU + "language/NLD", "en": _EU + "language/ENG"}
_A = term("rdf:type")


@dataclass(frozen=True, slots=True)
class Dump:
    """A ready file of one inventory, as a distribution describes it."""

    inventory: str
    suffix: str
    path: str
    media_type: str
    file_type: str
    bytes: int
    sha256: str


class CatalogGraph:
    """Makes the triples of the catalog of one project below one base IRI."""

    def __init__(self, project: Project, base: str, references: Mapping[str, Reference]) -> None:
        self.project = project
        self.base = base
        self.references = dict(references)
        self.out: set[Triple] = set()
        self.catalog = self.node("catalogus", project.catalog_ref)
        self.publisher = self.node("organisatie", project.publisher.ref)
        self.contact = self.node("contactpunt", project.contact.ref)

    def node(self, concept: str, ref: str) -> Term:
        return f"<{mint(self.base, 'id', concept, ref)}>"

    def add(self, subject: Term, curie: str, *objects: Term) -> None:
        predicate = term(curie)
        self.out.update((subject, predicate, object_) for object_ in objects)

    def texts(self, subject: Term, curie: str, texts: Mapping[str, str]) -> None:
        self.add(subject, curie, *(literal(t, language=lang) for lang, t in texts.items() if t))

    def words(self, subject: Term, words: Mapping[str, Iterable[str]]) -> None:
        for language, items in words.items():
            self.add(subject, "dcat:keyword", *(literal(w, language=language) for w in items))

    def build(self, dumps: Iterable[Dump]) -> set[Triple]:
        """Return the triples of catalog, records, datasets, distributions, services and agents."""
        by_inventory: dict[str, list[Dump]] = {}
        for dump in dumps:
            by_inventory.setdefault(dump.inventory, []).append(dump)
        self._agents()
        self._catalog()
        for inventory in self.project.inventories:
            self._dataset(inventory, by_inventory.get(inventory.ref, []))
        for service in self.project.services:
            self._service(service)
        self._licence()
        pointed = {t[1:-1] for _, _, t in self.out if t.startswith("<")}
        self.out.update(describe(sorted(pointed), self.references))
        return self.out

    def _agents(self) -> None:
        agent, node = self.project.publisher, self.publisher
        self.add(node, "rdf:type", term("foaf:Agent"), term("dct:Agent"), term("org:Organization"))
        self._named(node, "foaf:name", agent)
        self._named(node, "skos:prefLabel", agent)
        self.texts(node, "dct:description", agent.note)
        if agent.homepage:
            self.page(node, "foaf:homepage", agent.homepage)
        if agent.kind:
            self.add(node, "dct:type", iri(agent.kind))
        contact, node = self.project.contact, self.contact
        self.add(node, "rdf:type", term("vcard:Kind"), term("vcard:Organization"))
        # vcard:fn holds one name; a second language would be a second card
        self.add(node, "vcard:fn", literal(contact.name["nl"], language="nl"))
        self.add(node, "vcard:organization-name", literal(contact.name["nl"], language="nl"))
        if contact.email:
            self.add(node, "vcard:hasEmail", iri(f"mailto:{contact.email}"))
        if contact.homepage:
            self.add(node, "vcard:hasURL", iri(contact.homepage))

    def _named(self, node: Term, curie: str, agent: Agent) -> None:
        self.texts(node, curie, agent.name)

    def page(self, node: Term, curie: str, url: str) -> None:
        self.add(node, curie, iri(url))
        self.add(iri(url), "rdf:type", term("foaf:Document"))

    def _resource(self, node: Term, title: Mapping[str, str], text: Mapping[str, str]) -> None:
        self.add(node, "dct:identifier", literal(node[1:-1]))
        self.texts(node, "dct:title", title)
        self.texts(node, "dct:description", text)

    def _shared(self, node: Term) -> None:
        """Add what datasets and services have in common with the catalog."""
        self.add(node, "dct:publisher", self.publisher)
        self.add(node, "dcat:contactPoint", self.contact)

    def _languages(self, node: Term) -> None:
        self.add(node, "dct:language", *(iri(value) for value in _LANGUAGES.values()))

    def _catalog(self) -> None:
        node, project = self.catalog, self.project
        self.add(node, "rdf:type", term("dcat:Catalog"))
        self._resource(node, project.title, project.description)
        self._shared(node)
        self._languages(node)
        self.add(node, "dct:license", iri(project.licence))
        self.add(node, "dct:spatial", *(iri(value) for value in project.spatial))
        self.add(node, "dcat:themeTaxonomy", iri(_EU + "data-theme"))
        # range.ttl wants the taxonomy to be a scheme with a title
        self.texts(iri(_EU + "data-theme"), "dct:title",
                   self.references[_EU + "data-theme"].labels
                   if _EU + "data-theme" in self.references else {})  # fmt: skip
        self.page(node, "foaf:homepage", self.base)

    def _record(self, ref: str, topic: Term, title: Mapping[str, str]) -> None:
        node = self.node("catalogusrecord", ref)
        self.add(self.catalog, "dcat:record", node)
        self.add(node, "rdf:type", term("dcat:CatalogRecord"))
        self.add(node, "dct:identifier", literal(node[1:-1]))
        self.add(node, "foaf:primaryTopic", topic)
        self.add(node, "dct:conformsTo", iri(PROFILE))
        self.texts(node, "dct:title", title)

    def _dataset(self, inventory: Inventory, dumps: Iterable[Dump]) -> None:
        node = self.node("dataset", inventory.ref)
        self.add(self.catalog, "dcat:dataset", node)
        self.add(node, "rdf:type", term("dcat:Dataset"))
        self._resource(node, inventory.title, inventory.description)
        self._shared(node)
        self._languages(node)
        self.words(node, inventory.keywords)
        self._open_data(node, inventory.themes or self.project.themes, "VLOPENDATA")
        self.add(node, "dct:spatial", *(iri(value) for value in self.project.spatial))
        if self.project.frequency:
            self.add(node, "dct:accrualPeriodicity", iri(self.project.frequency))
        if any(inventory.temporal):
            period = self.node("periode", inventory.ref)
            self.add(node, "dct:temporal", period)
            self.add(period, "rdf:type", term("dct:PeriodOfTime"))
            for curie, day in zip(("dcat:startDate", "dcat:endDate"), inventory.temporal,
                                  strict=True):  # fmt: skip
                if day:
                    self.add(period, curie, literal(day, datatype=XSD + "date"))
        page = f"{self.base}doc/dataset/{inventory.ref}"
        self.page(node, "dcat:landingPage", page)
        for dump in dumps:
            self._distribution(node, inventory, dump, page)
        self._record(inventory.ref, node, inventory.title)

    def _open_data(self, node: Term, themes: Iterable[str], statuut: str) -> None:
        self.add(node, "dct:accessRights", iri(_EU + "access-right/PUBLIC"))
        self.add(node, "mdcat:statuut", iri(_STATUUT + statuut))
        self.add(node, "dcat:theme", *(iri(value) for value in themes))

    def _distribution(self, dataset: Term, inventory: Inventory, dump: Dump, page: str) -> None:
        ref = f"{inventory.ref}-{dump.suffix}"
        node = self.node("distributie", ref)
        self.add(dataset, "dcat:distribution", node)
        self.add(node, "rdf:type", term("dcat:Distribution"))
        kind = dump.suffix if dump.suffix != "csv" else "CSV"
        name = self.references.get(_EU + "file-type/" + dump.file_type)
        label = (name.labels["nl"] if name else kind)
        titles = {lang: f"{text} ({label})" for lang, text in inventory.title.items()}
        self._resource(node, titles, inventory.description)
        self._languages(node)
        self.add(node, "dcat:accessURL", iri(page))
        self.add(node, "dcat:downloadURL", iri(self.base + dump.path))
        self.add(node, "dct:license", iri(self.project.licence))
        self.add(node, "dct:format", iri(f"{_EU}file-type/{dump.file_type}"))
        self.add(node, "dcat:mediaType",
                 iri("http://www.iana.org/assignments/media-types/" + dump.media_type))  # fmt: skip
        self.add(node, "dcat:byteSize",
                 literal(str(dump.bytes), datatype=XSD + "nonNegativeInteger"))  # fmt: skip
        self.add(node, "dcatap:availability", iri(_EU + "planned-availability/STABLE"))
        self.add(node, "adms:status", iri(_EU + "distribution-status/COMPLETED"))
        checksum = self.node("controlesom", ref)
        self.add(node, "spdx:checksum", checksum)
        self.add(checksum, "rdf:type", term("spdx:Checksum"))
        self.add(checksum, "spdx:algorithm",
                 iri("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"))  # fmt: skip
        self.add(checksum, "spdx:checksumValue", literal(dump.sha256, datatype=XSD + "hexBinary"))
        for service in self.project.services:
            self.add(node, "dcat:accessService", self.node("dataservice", service.ref))

    def _service(self, service: Service) -> None:
        node = self.node("dataservice", service.ref)
        self.add(self.catalog, "dcat:service", node)
        self.add(node, "rdf:type", term("dcat:DataService"))
        self._resource(node, service.title, service.description)
        self._shared(node)
        self.words(node, service.keywords)
        self._open_data(node, self.project.themes, "VLOPENDATASERVICE")
        self.add(node, "dcat:endpointURL", iri(self.base + service.endpoint))
        self.add(node, "dcat:endpointDescription", iri(self.base + service.endpoint_description))
        self.add(node, "dct:license", iri(self.project.licence))
        self.add(node, "dct:conformsTo", *(iri(value) for value in service.conforms_to))
        for inventory in self.project.inventories:
            self.add(node, "dcat:servesDataset", self.node("dataset", inventory.ref))
        self.page(node, "dcat:landingPage", f"{self.base}doc/dataservice/{service.ref}")
        self._record(f"dataservice-{service.ref}", node, service.title)

    def _licence(self) -> None:
        licence = iri(self.project.licence)
        self.add(licence, "rdf:type", term("dct:LicenseDocument"))
        self.add(licence, "dct:type", iri(_LICENCE_TYPE))
        if self.project.licence_exact_match:
            self.add(licence, "skos:exactMatch", iri(self.project.licence_exact_match))


_TIMED = {
    expand(name)
    for name in ("dcat:Catalog", "dcat:CatalogRecord", "dcat:Dataset", "dcat:Distribution",
                 "dcat:DataService")
}  # fmt: skip


def add_times(
    triples: Iterable[Triple], times: Mapping[Term, tuple[str, str]]
) -> Iterator[Triple]:
    """Yield `dct:issued` and `dct:modified` of catalog entities from (first seen, last changed)."""
    timed = {f"<{name}>" for name in _TIMED}
    for subject, predicate, object_ in triples:
        if predicate == _A and object_ in timed and subject in times:
            first, last = times[subject]
            yield subject, term("dct:issued"), literal(first, datatype=XSD + "dateTime")
            yield subject, term("dct:modified"), literal(last, datatype=XSD + "dateTime")
