"""Advice for who runs the service: where to register the feed, and what keeps it from being read.

Facts of the portals: their harvesters' sources and documentation, state 2026.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.project import Project
from app.rdf.iris import is_local_base

Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `level` is ok, warning or error; what it is and what to do."""

    level: str
    code: str
    message: Text


@dataclass(frozen=True, slots=True)
class Portal:
    """How to register with one portal; `address` is the feed's below the base IRI."""

    name: str
    address: str
    steps: Text


def portals() -> tuple[Portal, ...]:
    """Return the portals, those of Flanders first."""
    return (
        Portal("Metadata Vlaanderen", "catalog.rdf", {
            "nl": "Vraag de beheerders van Metadata Vlaanderen om een harvester van het soort RDF "
            "op dit adres. Hij leest één document en volgt geen pagina's. Daarna staat alles ook "
            "in Datavindplaats.",
            "en": "Ask the administrators of Metadata Vlaanderen for a harvester of the kind RDF "
            "at this address. It reads one document and follows no pages. Afterwards everything "
            "is in Datavindplaats too.",
        }),
        Portal("data.gov.be", "api/collections/main/items", {
            "nl": "Wie in Metadata Vlaanderen staat, komt vanzelf in data.gov.be. Wie dat niet is, "
            "geeft de federale beheerders dit adres op (OGC API Records, f=dcat_ap_vl).",
            "en": "Whoever is in Metadata Vlaanderen comes into data.gov.be without doing more. "
            "Others give the federal administrators this address (OGC API Records, f=dcat_ap_vl).",
        }),
        Portal("data.europa.eu", "catalog.rdf", {
            "nl": "Komt vanzelf via data.gov.be. Wie rechtstreeks aanmeldt, geeft dit adres, de "
            "startpagina, titel, beschrijving, uitgever, e-mailadres, taal en frequentie op.",
            "en": "Comes by itself through data.gov.be. To register directly, give this address, "
            "the home page, title, description, publisher, e-mail address, language and frequency.",
        }),
        Portal("CKAN", "catalog.rdf?page=1", {
            "nl": "Maak een harvestbron van het soort Generic DCAT RDF Harvester (ckanext-dcat) "
            "met dit adres en het profiel euro_dcat_ap_3. Zet ckan.locale_default op nl, anders "
            "neemt CKAN de Engelse titels.",
            "en": "Make a harvest source of the kind Generic DCAT RDF Harvester (ckanext-dcat) "
            "with this address and the profile euro_dcat_ap_3. With ckan.locale_default at nl "
            "CKAN takes the Dutch titles.",
        }),
        Portal("udata", "catalog.rdf?page=1", {
            "nl": "Maak een harvester van het soort DCAT met dit adres; hij volgt de pagina's.",
            "en": "Make a harvester of the kind DCAT with this address; it follows the pages.",
        }),
    )  # fmt: skip


def findings(project: Project, base: str, *, conforms: bool) -> Iterator[Finding]:
    """Yield what can be said without asking the service: address, contact, licence, release."""
    if is_local_base(base):
        yield Finding("error", "base-local", {
            "nl": f"Elke IRI begint met {base}: niemand anders kan ze volgen. Zet "
            "VIJFSTER_BASE_IRI op het openbare adres vóór u de feed aanmeldt; daarna verandert "
            "het niet meer.",
            "en": f"Every IRI starts with {base}: nobody else can follow them. Set "
            "VIJFSTER_BASE_IRI to the public address before you register the feed; it does not "
            "change afterwards.",
        })  # fmt: skip
    elif urlsplit(base).scheme != "https":
        yield Finding("warning", "base-http", {
            "nl": f"Elke IRI begint met {base}, zonder https. Portalen en browsers verwachten "
            "https; het later veranderen verandert elke identificator.",
            "en": f"Every IRI starts with {base}, without https. Portals and browsers expect "
            "https; changing it later changes every identifier.",
        })  # fmt: skip
    else:
        yield Finding("ok", "base", {"nl": f"Elke IRI begint met {base}.",
                                     "en": f"Every IRI starts with {base}."})  # fmt: skip
    if not (project.contact.email or project.contact.homepage):
        yield Finding("error", "contact", {
            "nl": "Het contactpunt heeft geen e-mailadres en geen pagina; portalen weigeren dat. "
            "Vul email of homepage in onder [contact] in vijfster.toml.",
            "en": "The contact point has no e-mail address and no page; portals refuse that. Fill "
            "in email or homepage below [contact] in vijfster.toml.",
        })  # fmt: skip
    if project.contact.email.endswith(("@example.org", "@example.com")):
        yield Finding("warning", "contact-example", {
            "nl": f"Het e-mailadres {project.contact.email} is een voorbeeld. Vul het uwe in onder "
            "[contact] in vijfster.toml.",
            "en": f"The e-mail address {project.contact.email} is an example. Fill in yours below "
            "[contact] in vijfster.toml.",
        })  # fmt: skip
    described = {item.ref: item.keywords for item in project.inventories}
    described |= {item.ref: item.keywords for item in project.withheld}
    for ref, keywords in described.items():
        if not any(keywords.values()):
            yield Finding("warning", "keywords", {
                "nl": f"De dataset {ref} heeft geen trefwoorden; Metadata Vlaanderen vraagt "
                "ze.",
                "en": f"The dataset {ref} has no keywords; Metadata Vlaanderen asks for them.",
            })  # fmt: skip
    if not conforms:
        yield Finding("error", "release", {
            "nl": "De release voldoet niet aan de profielen; voer vijfster build uit.",
            "en": "The release does not conform to the profiles; run vijfster build.",
        })  # fmt: skip
