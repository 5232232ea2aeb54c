"""How our DCAT-AP 3.0.1 differs from the official shapes, and the mending those need to be run."""

from __future__ import annotations

from rdflib import SH, Graph, URIRef

from tests.integration.official_places import Difference, words

# a slip in the files: no engine knows the term, so the dates would go unchecked
SHAPE = URIRef(f"{SH}shape")
PROFILE = "dcat-ap-3.0.1"
FILES = tuple(f"dcat-ap-3.0.1/{name}.ttl" for name in ("shapes", "shapes_recommended", "range"))


def mend(shapes: Graph) -> None:
    """Write sh:node where the files say sh:shape, which is no term of SHACL."""
    for shape, node in list(shapes.subject_objects(SHAPE)):
        shapes.remove((shape, SHAPE, node))
        shapes.add((shape, SH.node, node))


DIFFERENCES = [
    Difference(
        PROFILE,
        "official",
        "Class",
        words(
            "dcatap:applicableLegislation dcat:landingPage dcat:mediaType dcat:theme"
            " dct:accessRights dct:accrualPeriodicity dct:format dct:language dct:license"
            " dct:type foaf:homepage"
        ),
        "what a feed only names (pages, codes, licences, legislation) need not be typed in it",
    ),
    Difference(
        PROFILE,
        "official",
        "Class",
        words("dcat:contactPoint dct:publisher"),
        "a vcard:Organization is a vcard:Kind, a foaf:Organization a foaf:Agent: ours takes the"
        " subclasses by name, the official shape needs the ontologies in the data",
    ),
    Difference(
        PROFILE,
        "official",
        "Class",
        words("dcat:hadRole dct:isPartOf"),
        "another catalog, a role of a list: what is only named need not be described in the feed",
    ),
    Difference(
        PROFILE,
        "official",
        "Node",
        ("dct:relation",),
        "what a dataset is related to may be anything; only a resource described here is known",
    ),
    Difference(
        PROFILE,
        "ours",
        "MinCount",
        words("foaf:name dct:type"),
        "a publisher that is text, or only named, is told what a thing would need; the official"
        " range file says so at what has the publisher",
    ),
    Difference(
        PROFILE,
        "ours",
        "Node",
        words(
            "dcat:theme dct:accessRights dct:accrualPeriodicity dct:format dct:language"
            " dct:publisher dct:spatial dct:type dcatap:availability adms:status"
        ),
        "the code lists are in no official file but mdr-vocabularies, which asks for them too",
    ),
    Difference(
        PROFILE,
        "ours",
        "HasValue",
        ("dcat:themeTaxonomy",),
        "the European list of themes is asked in no official file but mdr-vocabularies",
    ),
]
# Graphs for what no feed and no example of ours shows: profile, remove, add.
EXTRA = [
    (PROFILE, "", "<id/dataset/reeks> dct:issued <id/jaar/2026> ; dct:modified <id/jaar/2026> ."),
    (PROFILE, "", "<id/catalogus/voorbeeld> dct:isPartOf <id/catalogus/ander> ."),
    (PROFILE, "", "<id/dataset/relatie> dct:relation <id/ding> ; dcat:hadRole <id/rol> ."),
]
