"""A record that portals show whole, and the same with one property otherwise."""

from __future__ import annotations

import re

from app.rdf import media
from app.rdf.io import parse
from app.rdf.namespaces import PREFIXES
from app.rdf.terms import Triple

EU = "http://publications.europa.eu/resource/authority/"
FREE = "https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0"
OPEN_DATA = "https://metadata.vlaanderen.be/id/GDI-Vlaanderen-Trefwoorden/VLOPENDATA"
DATASET = "<https://voorbeeld.test/dataset>"
BASE = "https://voorbeeld.test/"
_HEAD = "".join(
    f"@prefix {name}: <{iri}> .\n"
    for name, iri in (PREFIXES | {"dpv": "https://w3id.org/dpv#"}).items()
)
GOOD = f"""
<catalogus> a dcat:Catalog ; dcat:dataset <dataset> .
<dataset> a dcat:Dataset ;
  dct:identifier "dataset-1" ;
  dct:title "Proef"@nl ;
  dct:description "Een proef."@nl ;
  dcat:keyword "mobiliteit"@nl ;
  dcat:theme <{EU}data-theme/TRAN> ;
  dct:publisher <uitgever> ;
  dcat:contactPoint <contact> ;
  dct:accessRights <{EU}access-right/PUBLIC> ;
  dct:modified "2024-02-01"^^xsd:date ;
  dct:accrualPeriodicity <{EU}frequency/ANNUAL> ;
  dct:spatial <{EU}country/BEL> ;
  mdcat:statuut <{OPEN_DATA}> ;
  dcat:distribution <bestand> .
<bestand> a dcat:Distribution ;
  dcat:accessURL <https://voorbeeld.test/pagina> ;
  dcat:downloadURL <https://voorbeeld.test/bestand.csv> ;
  dct:format <{EU}file-type/CSV> ;
  dct:license <{FREE}> .
<uitgever> a foaf:Agent ; foaf:name "Stad"@nl ; foaf:homepage <https://stad.test/> .
<contact> a vcard:Kind ; vcard:fn "Loket"@nl ; vcard:hasEmail <mailto:data@voorbeeld.test> .
"""


def instead(name: str, value: str, turtle: str = GOOD) -> str:
    """Return the record with another value of a property ("" takes the property away)."""
    replaced, count = re.subn(
        rf"(?m)^  {name} .*? ([;.])$", lambda match: f"  {name} {value} {match[1]}" if value else (
            "" if match[1] == ";" else "."), turtle)  # fmt: skip
    assert count == 1, name
    return replaced


def as_turtle(turtle: str, base: str = BASE) -> str:
    """Return a whole document; several make one together."""
    return f"@base <{base}> .\n{_HEAD}{turtle}\n"


def triples_of(turtle: str) -> list[Triple]:
    """Return the triples of a record."""
    quads = parse(as_turtle(turtle).encode(), media.TURTLE, base=BASE, where="proef")
    return [quad[:3] for quad in quads]
