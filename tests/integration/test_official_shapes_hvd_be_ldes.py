"""Our shapes of three profiles against the official ones, on feeds and on our own examples.

Both are run on the same graphs and compared on (focus node, path): whether there is a result, and
whether one of them is a violation. Where they differ, every result on the side that says more has
to be in `DIFFERENCES`, with the reason; a difference that no graph shows any more fails too.

A path that is not one property (and a result of a whole shape) is written "". The event stream
has two official sources: the shape of DCAT-AP Feeds and the configuration shapes of the Flemish
LDES server. The latter's `eventsource` file is left out: it has no constraint on what is published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
import shifty
from rdflib import RDF, SH, Graph, URIRef

from tests.data import test_shapes as own
from tests.data.pitfalls import pitfalls
from tests.integration import official_dcat_ap
from tests.integration.official_places import (
    FEEDS,
    Difference,
    Found,
    demanded,
    differing,
    explained,
    feed,
    referee,
    results,
    words,
)
from tests.integration.official_rules import with_lists

HVD, BE, LDES = "dcat-ap-hvd", "dcat-ap-be", "ldes-dcat-ap-feeds"
DCAT = official_dcat_ap.PROFILE
OFFICIAL = {
    HVD: tuple(f"dcat-ap-hvd-3.0.0/hvd-SHACL-{n}.ttl" for n in ("base", "usagenotes", "ranges")),
    BE: ("dcat-ap-be-2/bedcatap2.shacl.ttl",),
    LDES: (
        "dcat-ap-feeds/shape.ttl",
        "ldes-tree/vsds-eventstreamShaclShape.ttl",
        "ldes-tree/vsds-viewShaclShape.ttl",
    ),
    DCAT: official_dcat_ap.FILES,
}
DIFFERENCES = [
    *official_dcat_ap.DIFFERENCES,
    Difference(
        HVD, "official", "Class",
        words("dcatap:applicableLegislation dcatap:hvdCategory dct:license dct:rights"
              " dct:conformsTo foaf:page"),
        "what a feed only names (legislation, concepts, licences, pages) need not be typed in it",
    ),
    Difference(
        HVD, "official", "Class",
        words("dcat:accessURL dcat:endpointURL dcat:endpointDescription vcard:hasEmail"
              " vcard:hasURL"),
        "asks the type rdfs:Resource, which holds of everything and which no feed writes",
    ),
    Difference(
        HVD, "official", "Class", ("foaf:primaryTopic",),
        "asks dcat:Resource, which needs inference; ours takes its subclasses by name",
    ),
    Difference(
        HVD, "official", "Class", ("dcat:contactPoint",),
        "a vcard:Organization is a vcard:Kind in the vCard ontology, which is not in the data",
    ),
    Difference(
        HVD, "official", "Node", ("dcatap:hvdCategory",),
        "wants skos:inScheme of the category in the feed; ours has the list of categories itself",
    ),
    Difference(
        HVD, "ours", "NodeKind", words("dcatap:applicableLegislation dcatap:hvdCategory"),
        "a blank node names no legislation and no category; DCAT-AP asks an IRI too",
    ),
    Difference(
        HVD, "ours", "In", ("dcatap:hvdCategory",),
        "the official test believes any concept that says to be in the scheme",
    ),
    Difference(
        BE, "official", "Class",
        words("dcat:theme dcat:themeTaxonomy dcat:mediaType dcat:compressFormat dct:language"
              " dct:spatial dct:subject dct:type dct:format dct:conformsTo dct:accessRights"
              " dct:license dct:accrualPeriodicity adms:status adms:representationTechnique"
              " sdmx:unitMeasure"),
        "what a feed only names (concepts, licences, standards, places) need not be typed in it",
    ),
    Difference(
        BE, "official", "Pattern", words("dcat:accessURL dcat:landingPage foaf:page"),
        r"'^https?://\w+\.\w+' refuses every site with a hyphen in the first part of its name",
    ),
    Difference(
        BE, "ours", "Node",
        words("dcat:theme dct:language dct:format dct:accessRights dct:accrualPeriodicity"
              " adms:status"),
        "ours looks up the value in the code list; the official shape only asks its type",
    ),
    Difference(
        LDES, "official", "Class", ("tree:shape",),
        "the server wants the shape itself in its configuration; a feed points to it",
    ),
    Difference(
        LDES, "official", "MinCount", ("ldes:amount",),
        "LDES gives ldes:amount the default 1; only the server's configuration demands it",
    ),
    Difference(
        LDES, "ours", "MinCount", words("as:published tree:view tree:node tree:path tree:value"),
        "demanded or recommended by LDES, TREE and DCAT-AP Feeds in text, by no official shape",
    ),
    Difference(
        LDES, "ours", "MinCount", ("",),
        "an activity hangs under no stream, or the retention policy is missing: only in text",
    ),
    Difference(
        LDES, "ours", "MinCount", (str(RDF.type),),
        "a relation without a type cannot be followed: only in the text of TREE",
    ),
    Difference(
        LDES, "ours", "MaxCount", ("",),
        "one retention policy per page: only in the text of LDES",
    ),
    Difference(
        LDES, "ours", "MaxCount",
        words("tree:node tree:path tree:value ldes:immutable ldes:pollingInterval"
              " ldes:sequencePath ldes:transactionPath ldes:transactionFinalizedPath"
              " ldes:transactionFinalizedObject ldes:versionCreatePath ldes:versionUpdatePath"
              " ldes:versionDeletePath ldes:versionCreateObject ldes:versionUpdateObject"
              " ldes:versionDeleteObject ldes:startingFrom ldes:fullLogDuration"
              " ldes:versionAmount ldes:versionDuration ldes:versionDeleteDuration"),
        "at most one in the text of LDES and TREE; no official shape has these terms",
    ),
    Difference(
        LDES, "ours", "NodeKind", words("tree:view tree:member tree:relation tree:node"),
        "pages, members and relations are things: only in the text of TREE and DCAT-AP Feeds",
    ),
    Difference(
        LDES, "ours", "Xone", ("tree:member",),
        "the official ActivityShape says the same, but has no target, so it is never applied",
    ),
    Difference(
        LDES, "ours", "In", words("ldes:timestampPath ldes:versionOfPath tree:shape tree:path"),
        "DCAT-AP Feeds fixes these values in its text; the server's shapes hold for any LDES",
    ),
    Difference(
        LDES, "ours", "Datatype",
        words("ldes:immutable ldes:pollingInterval ldes:startingFrom ldes:fullLogDuration"
              " ldes:versionAmount ldes:versionDuration ldes:versionDeleteDuration tree:value"),
        "the ranges of the LDES vocabulary; no official shape has these terms",
    ),
    Difference(
        LDES, "ours", "MinInclusive", words("ldes:pollingInterval ldes:versionAmount"),
        "zero versions or zero seconds mean nothing; no official shape has these terms",
    ),
    Difference(
        LDES, "ours", "Pattern", words("as:published ldes:startingFrom"),
        "LDES asks a time zone; the official shape only asks xsd:dateTime",
    ),
]  # fmt: skip

# Graphs for what no feed and no example of ours shows: profile, remove, add.
EXTRA = [
    *official_dcat_ap.EXTRA,
    (HVD, "", "<id/dataset/wegen> dcatap:applicableLegislation [ a eli:LegalResource ] ."),
    (HVD, "<id/contactpunt/voorbeeld> a vcard:Kind .",
     "<id/contactpunt/voorbeeld> a vcard:Organization ."),
    (HVD, "", "<id/dataset/wegen> dcatap:hvdCategory <id/concept/eigen> .\n<id/concept/eigen>"
     " a skos:Concept ; skos:inScheme <http://data.europa.eu/bna/asd487ae75> ."),
    (HVD, "", "<id/dataset/wegen> dcatap:hvdCategory <http://data.europa.eu/bna/c_ac64a52d> ."),
    (BE, "<id/distributie/wegen-csv> dcat:accessURL <https://voorbeeld.test/wegen> .",
     "<id/distributie/wegen-csv> dcat:accessURL <https://open-data.voorbeeld.test/wegen> ."),
    (LDES, "<id/stroom/oud-versies> ldes:amount 1 .", ""),
    (LDES, "<id/stroom/catalogus> ldes:timestampPath as:published ; ldes:versionOfPath as:object .",
     '<id/stroom/catalogus> ldes:timestampPath "published" ; ldes:versionOfPath "object" .'),
]  # fmt: skip


def mended(profile: str, folder: Path) -> Graph:
    """The official shapes of a profile as one graph an engine can load, its defects repaired."""
    shapes = Graph()
    for name in OFFICIAL[profile]:
        shapes.parse(folder / name)
    # HVD: the series refers to a property shape that the file does not contain
    for subject, shape in list(shapes.subject_objects(SH.property)):
        if (shape, None, None) not in shapes:
            shapes.remove((subject, SH.property, shape))
    # LDES server, views: what is called a property shape without a path is a node shape
    for shape in list(shapes.subjects(RDF.type, SH.PropertyShape)):
        if (shape, SH.path, None) not in shapes:
            shapes.remove((shape, RDF.type, SH.PropertyShape))
            shapes.remove((shape, SH.zeroOrOnePath, None))
            shapes.add((shape, RDF.type, SH.NodeShape))
    # LDES server, streams: closed shapes on SPARQL targets (SHACL-AF) guard its own requests,
    # and SHACL for SHACL is about the shapes in them
    for shape in list(shapes.subjects(SH.target)):
        shapes.remove((shape, None, None))
    for shape in set(shapes.subjects()):
        if isinstance(shape, URIRef) and "shacl-shacl#" in shape:
            shapes.remove((shape, None, None))
    shapes.remove((None, SH.sparql, None))
    official_dcat_ap.mend(shapes)
    return shapes


@cache
def validators(profile: str, folder: Path) -> dict[str, shifty.PreparedValidator]:
    official = shifty.PreparedValidator(mended(profile, folder).serialize(format="nt").encode())
    assert not official.diagnostics
    return {"official": official, "ours": own.prepared(profile)}


@cache
def on_feed(profile: str, path: Path, folder: Path) -> dict[str, Found]:
    data = Graph().parse(data=feed(path), format="nt")
    return {
        "official": referee(mended(profile, folder), data),
        "ours": referee(own.shapes_graph(profile), with_lists(data)),
    }


@cache
def on_examples(profile: str, folder: Path) -> list[dict[str, Found]]:
    both = validators(profile, folder)
    return [
        {
            "official": results(both["official"], data),
            "ours": results(both["ours"], listed(data)),
        }
        for data in graphs(profile)
    ]


def listed(data: bytes) -> bytes:
    """The data with our own code lists beside them, its own terms untouched."""
    known = Graph().parse(data=data, format="nt")
    return data + (with_lists(known) - known).serialize(format="nt").encode()


def compare(profile: str, found: Mapping[str, Found]) -> set[Difference]:
    """Assert that both sides agree but for listed differences; return those that were met."""
    used: set[Difference] = set()
    apart: set[tuple[str, str]] = set()
    for side, where, component in differing(found["official"], found["ours"]):
        difference = explained(DIFFERENCES, profile, side, where[1], component)
        assert difference, f"only {side}: {where} {component}"
        used.add(difference)
        apart.add(where)
    conforms = {
        side: not any(
            severity == "Violation"
            for where, rows in items.items()
            if where not in apart
            for _, severity in rows
        )
        for side, items in found.items()
    }
    assert conforms["official"] == conforms["ours"]
    return used


def graphs(profile: str) -> Iterator[bytes]:
    yield own.patched(profile, "", "")
    for example in own.examples(profile):
        yield own.patched(profile, example.remove, example.add)
    for name, remove, add in EXTRA:
        if name == profile:
            yield own.patched(profile, remove, add)


@pytest.mark.parametrize("profile", OFFICIAL)
@pytest.mark.parametrize("name", FEEDS)
def test_feeds(profile: str, name: str, shared: Path) -> None:
    standards = shared / "standards"
    found = on_feed(profile, standards / "examples" / name, standards / "shacl")
    compare(profile, found)
    # no feed has an event stream; for the others, agreement on nothing would prove nothing
    assert bool(found["official"].keys() & found["ours"].keys()) == (profile != LDES)


@cache
def on_pitfalls(profile: str, folder: Path) -> list[dict[str, Found]]:
    both = validators(profile, folder)
    return [{side: results(item, pitfall.data) for side, item in both.items()}
            for pitfall in pitfalls()]  # fmt: skip


@pytest.mark.parametrize("profile", OFFICIAL)
def test_pitfalls(profile: str, shared: Path) -> None:
    found = on_pitfalls(profile, shared / "standards" / "shacl")
    for both in found:
        compare(profile, both)
    agreed = [both for both in found if both["official"].keys() & both["ours"].keys()]
    assert bool(agreed) == (profile != LDES)


@pytest.mark.parametrize("profile", OFFICIAL)
def test_examples_and_every_difference_is_met(profile: str, shared: Path) -> None:
    standards = shared / "standards"
    met: set[Difference] = set()
    for found in on_examples(profile, standards / "shacl"):
        met |= compare(profile, found)
    for name in FEEDS:
        met |= compare(profile, on_feed(profile, standards / "examples" / name,
                                        standards / "shacl"))  # fmt: skip
    listed = {difference for difference in DIFFERENCES if difference.profile == profile}
    assert not listed - met, "listed differences that no graph shows"


@pytest.mark.parametrize("profile", OFFICIAL)
def test_no_official_constraint_is_forgotten(profile: str, shared: Path) -> None:
    """Each (path, component) of the official shapes is violated on both sides, or is listed."""
    folder = shared / "standards" / "shacl"
    both: set[tuple[str, str]] = set()
    for found in on_examples(profile, folder):
        for where in found["official"].keys() & found["ours"].keys():
            both |= {(where[1], component) for component, _ in found["official"][where]}
    forgotten = {
        (path, component)
        for path, component in demanded(mended(profile, folder))
        if not explained(DIFFERENCES, profile, "official", path, component)
    } - both
    assert {path for path, _ in forgotten} == (CONFIGURATION if profile == LDES else set())


# How the Flemish LDES server is to be set up, not what it publishes: no part of our profile.
CONFIGURATION = {
    f"{prefix}:{name}"
    for prefix, names in {
        "ldes": "createVersions eventSource skolemizationDomain versionDelimiter retentionPolicy",
        "tree": "fragmentationStrategy fragmentationPath fragmentationKey"
        " fragmentSubjectFilter maxGranularity maxZoom",
    }.items()
    for name in names.split()
}
