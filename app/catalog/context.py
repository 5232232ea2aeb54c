"""The JSON-LD context of DCAT-AP Vlaanderen: the standards' own short names for its terms.

The feed carries its prefixes with it, because harvesters load no context from elsewhere
(decision 0012); this one is for people who write or read catalogs by hand.
"""

from __future__ import annotations

from typing import Any

from app.rdf.namespaces import expand

NAME = "dcat-ap-vl"
# a list of words per prefix; a word that another prefix has as well is written word=name
_CLASSES = {
    "dcat": "Catalog CatalogRecord Dataset DatasetSeries Distribution DataService Relationship",
    "dct": "Agent LicenseDocument LinguisticSystem Location MediaType MediaTypeOrExtent "
           "PeriodOfTime RightsStatement Standard Frequency ProvenanceStatement",
    "foaf": "Agent=FoafAgent Document",
    "org": "Organization",
    "adms": "Identifier",
    "skos": "Concept ConceptScheme",
    "spdx": "Checksum ChecksumAlgorithm",
    "vcard": "Kind Organization=ContactOrganization",
}  # fmt: skip
_LINKS = {
    "adms": "status sample identifier=otherIdentifier",
    "dcat": "accessService accessURL contactPoint dataset distribution downloadURL "
            "endpointDescription endpointURL inSeries landingPage mediaType compressFormat "
            "packageFormat record servesDataset service theme themeTaxonomy",
    "dcatap": "availability applicableLegislation hvdCategory",
    "dct": "accessRights accrualPeriodicity conformsTo creator format language license "
           "provenance publisher relation rights rightsHolder source spatial temporal type=kind "
           "isPartOf hasPart isReferencedBy",
    "foaf": "homepage primaryTopic",
    "mdcat": "statuut",
    "prov": "wasDerivedFrom wasGeneratedBy",
    "skos": "exactMatch inScheme",
    "spdx": "algorithm checksum",
    "vcard": "hasEmail hasURL hasTelephone",
}  # fmt: skip
# read by language: {"nl": "…", "en": ["…", "…"]}
_TEXTS = {"dct": "title description", "dcat": "keyword", "foaf": "name",
          "rdfs": "label", "skos": "prefLabel altLabel",
          "vcard": "fn organization-name=organizationName"}  # fmt: skip
_PLAIN = {"dct": "identifier", "dcat": "version", "skos": "notation"}
_VALUES = {
    "xsd:dateTime": {"dct": "issued modified created"},
    "xsd:date": {"dcat": "startDate endDate"},
    "xsd:nonNegativeInteger": {"dcat": "byteSize"},
    "xsd:hexBinary": {"spdx": "checksumValue"},
}


def context() -> dict[str, Any]:
    """Return the context: each name with its whole IRI and how its values are read."""
    terms: dict[str, Any] = {"id": "@id", "type": "@type"}
    _add(terms, _CLASSES, {})
    _add(terms, _LINKS, {"@type": "@id"})
    _add(terms, _TEXTS, {"@container": "@language"})
    _add(terms, _PLAIN, {})
    for datatype, words in _VALUES.items():
        _add(terms, words, {"@type": expand(datatype)})
    return {"@context": terms}


def _add(terms: dict[str, Any], words: dict[str, str], more: dict[str, str]) -> None:
    for prefix, listed in words.items():
        for word in listed.split():
            term, _, name = word.partition("=")
            iri = expand(f"{prefix}:{term}")
            assert (name or term) not in terms, "a name stands for one term"
            terms[name or term] = {"@id": iri, **more} if more else iri
