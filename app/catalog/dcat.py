"""The catalog graph: DCAT-AP Vlaanderen 3.0 and DCAT-AP 3.0.1 at once, own datasets only.

Times are not in here: the ledger gives them after the entities were hashed (`add_times`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.project import Agent, Inventory, Project, Service, Withheld
from app.rdf.iris import mint
from app.rdf.namespaces import expand, term
from app.rdf.terms import XSD, Term, Triple, iri, literal
from app.vocabularies.references import Reference, describe

PROFILE = "https://data.vlaanderen.be/doc/applicatieprofiel/DCAT-AP-VL/erkendestandaard/2026-02-12"
_EU = "http://publications.europa.eu/resource/authority/"
_STATUUT = "https://metadata.vlaanderen.be/id/GDI-Vlaanderen-Trefwoorden/"
_LICENCE_TYPE = "http://purl.org/adms/licencetype/PublicDomain"
_LANGUAGES = {"nl": _EU + "language/NLD", "en": _EU + "language/ENG"}
_FLEMISH = re.compile(r"https?://data\.vlaanderen\.be/(?:id|doc)/licentie/([^?#]+?)/?")
_EXACT = {
    "https://data.vlaanderen.be/id/licentie/creative-commons-zero-verklaring/v1.0":
    _EU + "licence/CC0",
}  # fmt: skip
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
        self.catalog = self._node("catalogus", project.catalog_ref)
        self.publisher = self._node("organisatie", project.publisher.ref)
        self.contact = self._node("contactpunt", project.contact.ref)
        self.licence = licence_iri(project.licence)

    def _node(self, concept: str, ref: str) -> Term:
        return f"<{mint(self.base, 'id', concept, ref)}>"

    def _add(self, subject: Term, curie: str, *objects: Term) -> None:
        predicate = term(curie)
        self.out.update((subject, predicate, object_) for object_ in objects)

    def _texts(self, subject: Term, curie: str, texts: Mapping[str, str]) -> None:
        self._add(subject, curie, *(literal(t, language=lang) for lang, t in texts.items() if t))

    def _words(self, subject: Term, words: Mapping[str, Iterable[str]]) -> None:
        for language, items in words.items():
            self._add(subject, "dcat:keyword", *(literal(w, language=language) for w in items))

    def build(self, dumps: Iterable[Dump]) -> set[Triple]:
        """Return the triples of catalog, records, datasets, distributions, services and agents."""
        by_inventory: dict[str, list[Dump]] = {}
        for dump in dumps:
            by_inventory.setdefault(dump.inventory, []).append(dump)
        self._agents()
        self._catalog()
        for inventory in self.project.inventories:
            self._dataset(inventory, by_inventory.get(inventory.ref, []))
        for withheld in self.project.withheld:
            self._withheld(withheld)
        for service in self.project.services:
            self._service(service)
        self._licence()
        pointed = {t[1:-1] for _, _, t in self.out if t.startswith("<")}
        self.out.update(describe(pointed, self.references))
        return self.out

    def _agents(self) -> None:
        agent, node = self.project.publisher, self.publisher
        self._add(node, "rdf:type", term("foaf:Agent"), term("dct:Agent"), term("org:Organization"))
        self._named(node, "foaf:name", agent)
        self._named(node, "skos:prefLabel", agent)
        self._texts(node, "dct:description", agent.note)
        if agent.homepage:
            self._page(node, "foaf:homepage", agent.homepage)
        if agent.kind:
            self._add(node, "dct:type", iri(agent.kind))
        contact, node = self.project.contact, self.contact
        self._add(node, "rdf:type", term("vcard:Kind"), term("vcard:Organization"))
        # vcard:fn holds one name; a second language would be a second card
        self._add(node, "vcard:fn", literal(contact.name["nl"], language="nl"))
        self._add(node, "vcard:organization-name", literal(contact.name["nl"], language="nl"))
        if contact.email:
            self._add(node, "vcard:hasEmail", iri(f"mailto:{contact.email}"))
        if contact.homepage:
            self._add(node, "vcard:hasURL", iri(contact.homepage))

    def _named(self, node: Term, curie: str, agent: Agent) -> None:
        self._texts(node, curie, agent.name)

    def _page(self, node: Term, curie: str, url: str) -> None:
        self._add(node, curie, iri(url))
        self._add(iri(url), "rdf:type", term("foaf:Document"))

    def _resource(self, node: Term, title: Mapping[str, str], text: Mapping[str, str]) -> None:
        self._add(node, "dct:identifier", literal(node[1:-1]))
        self._texts(node, "dct:title", title)
        self._texts(node, "dct:description", text)

    def _shared(self, node: Term) -> None:
        """Add what datasets and services have in common with the catalog."""
        self._add(node, "dct:publisher", self.publisher)
        self._add(node, "dcat:contactPoint", self.contact)

    def _languages(self, node: Term) -> None:
        self._add(node, "dct:language", *(iri(value) for value in _LANGUAGES.values()))

    def _catalog(self) -> None:
        node, project = self.catalog, self.project
        self._add(node, "rdf:type", term("dcat:Catalog"))
        self._resource(node, project.title, project.description)
        self._shared(node)
        self._languages(node)
        self._add(node, "dct:license", iri(self.licence))
        self._add(node, "dct:spatial", *(iri(value) for value in project.spatial))
        self._add(node, "dcat:themeTaxonomy", iri(_EU + "data-theme"))
        self._page(node, "foaf:homepage", self.base)

    def _record(self, ref: str, topic: Term, title: Mapping[str, str]) -> None:
        node = self._node("catalogusrecord", ref)
        self._add(self.catalog, "dcat:record", node)
        self._add(node, "rdf:type", term("dcat:CatalogRecord"))
        self._add(node, "dct:identifier", literal(node[1:-1]))
        self._add(node, "foaf:primaryTopic", topic)
        self._add(node, "dct:conformsTo", iri(PROFILE))
        self._texts(node, "dct:title", title)

    def _dataset(self, inventory: Inventory, dumps: Iterable[Dump]) -> None:
        node = self._described(inventory)
        self._open_data(node, inventory.themes or self.project.themes, "VLOPENDATA")
        if self.project.rights:
            self._rights(inventory.ref, self.project.rights)
        for dump in dumps:
            self._distribution(node, inventory, dump, self._dataset_page(inventory.ref))

    def _withheld(self, withheld: Withheld) -> None:
        """Add a dataset that others may know of and not have; the reason stands with it."""
        node = self._described(withheld)
        self._add(node, "dct:accessRights", iri(_EU + "access-right/NON_PUBLIC"))
        self._themes(node, withheld.themes or self.project.themes)
        self._add(node, "dct:rights", self._rights(withheld.ref, withheld.reason))

    def _rights(self, ref: str, texts: Mapping[str, str]) -> Term:
        node = self._node("rechtenverklaring", ref)
        self._add(node, "rdf:type", term("dct:RightsStatement"))
        self._texts(node, "rdfs:label", texts)
        return node

    def _described(self, item: Inventory | Withheld) -> Term:
        """Add what every dataset has; return its term."""
        node = self._node("dataset", item.ref)
        self._add(self.catalog, "dcat:dataset", node)
        self._add(node, "rdf:type", term("dcat:Dataset"))
        self._resource(node, item.title, item.description)
        self._shared(node)
        self._languages(node)
        self._words(node, item.keywords)
        self._add(node, "dct:spatial", *(iri(value) for value in self.project.spatial))
        if self.project.frequency:
            self._add(node, "dct:accrualPeriodicity", iri(self.project.frequency))
        if any(item.temporal):
            period = self._node("periode", item.ref)
            self._add(node, "dct:temporal", period)
            self._add(period, "rdf:type", term("dct:PeriodOfTime"))
            for curie, day in zip(("dcat:startDate", "dcat:endDate"), item.temporal, strict=True):
                if day:
                    self._add(period, curie, literal(day, datatype=XSD + "date"))
        self._page(node, "dcat:landingPage", self._dataset_page(item.ref))
        self._record(item.ref, node, item.title)
        return node

    def _dataset_page(self, ref: str) -> str:
        return f"{self.base}doc/dataset/{ref}"

    def _themes(self, node: Term, themes: Iterable[str]) -> None:
        self._add(node, "dcat:theme", *(iri(value) for value in themes))

    def _open_data(self, node: Term, themes: Iterable[str], statuut: str) -> None:
        self._add(node, "dct:accessRights", iri(_EU + "access-right/PUBLIC"))
        self._add(node, "mdcat:statuut", iri(_STATUUT + statuut))
        self._themes(node, themes)

    def _distribution(self, dataset: Term, inventory: Inventory, dump: Dump, page: str) -> None:
        ref = f"{inventory.ref}-{dump.suffix}"
        node = self._node("distributie", ref)
        self._add(dataset, "dcat:distribution", node)
        self._add(node, "rdf:type", term("dcat:Distribution"))
        kind = dump.suffix if dump.suffix != "csv" else "CSV"
        name = self.references.get(_EU + "file-type/" + dump.file_type)
        label = name.labels["nl"] if name else kind
        titles = {lang: f"{text} ({label})" for lang, text in inventory.title.items()}
        self._resource(node, titles, inventory.description)
        self._languages(node)
        self._add(node, "dcat:accessURL", iri(page))
        self._add(node, "dcat:downloadURL", iri(self.base + dump.path))
        self._add(node, "dct:license", iri(self.licence))
        if self.project.rights:
            self._add(node, "dct:rights", self._node("rechtenverklaring", inventory.ref))
        self._add(node, "dct:format", iri(f"{_EU}file-type/{dump.file_type}"))
        self._add(node, "dcat:mediaType",
                 iri("http://www.iana.org/assignments/media-types/" + dump.media_type))  # fmt: skip
        self._add(node, "dcat:byteSize",
                 literal(str(dump.bytes), datatype=XSD + "nonNegativeInteger"))  # fmt: skip
        self._add(node, "dcatap:availability", iri(_EU + "planned-availability/STABLE"))
        self._add(node, "adms:status", iri(_EU + "distribution-status/COMPLETED"))
        checksum = self._node("controlesom", ref)
        self._add(node, "spdx:checksum", checksum)
        self._add(checksum, "rdf:type", term("spdx:Checksum"))
        self._add(checksum, "spdx:algorithm",
                 iri("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"))  # fmt: skip
        self._add(checksum, "spdx:checksumValue", literal(dump.sha256, datatype=XSD + "hexBinary"))
        for service in self.project.services:
            self._add(node, "dcat:accessService", self._node("dataservice", service.ref))

    def _service(self, service: Service) -> None:
        node = self._node("dataservice", service.ref)
        self._add(self.catalog, "dcat:service", node)
        self._add(node, "rdf:type", term("dcat:DataService"))
        self._resource(node, service.title, service.description)
        self._shared(node)
        self._words(node, service.keywords)
        self._open_data(node, self.project.themes, "VLOPENDATASERVICE")
        self._add(node, "dcat:endpointURL", iri(self.base + service.endpoint))
        self._add(node, "dcat:endpointDescription", iri(self.base + service.endpoint_description))
        self._add(node, "dct:license", iri(self.licence))
        self._add(node, "dct:conformsTo", *(iri(value) for value in service.conforms_to))
        for inventory in self.project.inventories:
            self._add(node, "dcat:servesDataset", self._node("dataset", inventory.ref))
        self._page(node, "dcat:landingPage", f"{self.base}doc/dataservice/{service.ref}")
        self._record(f"dataservice-{service.ref}", node, service.title)

    def _licence(self) -> None:
        licence = iri(self.licence)
        self._add(licence, "rdf:type", term("dct:LicenseDocument"))
        self._add(licence, "dct:type", iri(_LICENCE_TYPE))
        match = self.project.licence_exact_match or _EXACT.get(self.licence, "")
        if match:
            self._add(licence, "skos:exactMatch", iri(match))


def licence_iri(stated: str) -> str:
    """Return a Flemish licence under the one IRI that portals recognise; any other as it is."""
    match = _FLEMISH.fullmatch(stated)
    return f"https://data.vlaanderen.be/id/licentie/{match[1]}" if match else stated


_TIMED = {
    expand(name)
    for name in ("dcat:Catalog", "dcat:CatalogRecord", "dcat:Dataset", "dcat:Distribution",
                 "dcat:DataService")
}  # fmt: skip


def add_times(triples: Iterable[Triple], times: Mapping[Term, tuple[str, str]]) -> Iterator[Triple]:
    """Yield `dct:issued` and `dct:modified` of catalog entities from (first seen, last changed)."""
    timed = {f"<{name}>" for name in _TIMED}
    for subject, predicate, object_ in triples:
        if predicate == _A and object_ in timed and subject in times:
            first, last = times[subject]
            yield subject, term("dct:issued"), literal(first, datatype=XSD + "dateTime")
            yield subject, term("dct:modified"), literal(last, datatype=XSD + "dateTime")
