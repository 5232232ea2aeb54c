"""Our shapes for DCAT-AP VL 2.0 and GeoDCAT-AP VL 2.0 beside the published JSON-LD shapes.

What only one of them has is listed here with its reason. On the rules both have they must find the
same (focus node, path), on conform.ttl, on every patch of violations.toml and on the example feeds,
but for the differences listed here. The lists are exact: one that no longer holds fails as well.
How the two are read and compared is in `official_rules.py`.
"""

from __future__ import annotations

from pathlib import Path

import pyshacl
import pytest
import shifty
from rdflib import RDF, SH, XSD, Graph, Literal

from app.errors import RdfSyntaxError
from tests.data import test_shapes as shapes
from tests.integration.official_rules import (
    FEEDS,
    GEO,
    OURS,
    THEIRS,
    UNREADABLE,
    VL2,
    Rule,
    beside,
    broken,
    common,
    feed,
    found_by_pyshacl,
    official,
    read,
    rules,
    severities,
    short,
    stated_class,
    tally,
)

# ---- what only the published shapes have

# Described and typed elsewhere (organisation register, licence page, standards register, another
# catalogue): the profile does not say that a feed repeats them, so their absence is no mistake.
# What a catalogue itself consists of (datasets, services, records, distributions) is checked.
ELSEWHERE = {
    "adms:Identifier", "dct:Agent", "dct:LicenseDocument", "dct:Location",
    "dct:ProvenanceStatement", "dct:RightsStatement", "dct:Standard", "foaf:Agent",
    "generiek:GestructureerdeIdentificator", "skos:Concept", "vcard:Kind", "schema:ContactPoint",
}  # fmt: skip
SOURCE = "mdcat:RelatieQualificatie.catalogusResource.source"
TARGET = "mdcat:RelatieQualificatie.catalogusResource.target"
LEFT_OUT: dict[str, tuple[str, set[Rule]]] = {
    "a related, served or serving resource may stand in another catalogue (2.0)": (
        VL2,
        {
            ("dcat:Dataset", "dct:relation", "class"),
            ("dcat:DataService", "dct:relation", "class"),
            ("dcat:DataService", "dcat:servesDataset", "class"),
            ("dcat:Distribution", "dcat:accessService", "class"),
        },
    ),
    "a related, served or serving resource may stand in another catalogue (geo)": (
        GEO,
        {
            ("dcat:Dataset", "dct:relation", "class"),
            ("dcat:DataService", "dct:relation", "class"),
            ("dcat:DataService", "dcat:servesDataset", "class"),
            ("dcat:Distribution", "dcat:accessService", "class"),
            ("dcat:Relationship", SOURCE, "class"),
            ("dcat:Relationship", TARGET, "class"),
        },
    ),
    "one text in all would forbid a second language; one per language is meant and checked": (
        GEO,
        {
            ("dcat:Catalog", "dct:title", "one"),
            ("dcat:Catalog", "dct:description", "one"),
            ("dcat:CatalogRecord", "dct:title", "one"),
            ("dcat:Dataset", "dct:description", "one"),
            ("dcat:DataService", "dct:title", "one"),
            ("dcat:DataService", "dct:description", "one"),
            ("dct:Standard", "dct:title", "one"),
            ("dct:Standard", "dct:description", "one"),
        },
    ),
    "a thing may have several keywords in one language; the shapes of 2.0 dropped this": (
        GEO,
        {
            ("dcat:Dataset", "dcat:keyword", "one per language"),
            ("dcat:DataService", "dcat:keyword", "one per language"),
        },
    ),
    "the list named is that of spatial representation types, which are no roles": (
        GEO,
        {("dcat:Relationship", "dcat:hadRole", "list")},
    ),
}

# ---- what only ours have

ADDED: dict[Rule, str] = {
    ("vcard:Kind", "vcard:hasEmail", "list"): "an address as IRI is a mailto: IRI; a warning",
    ("dcat:Distribution", "dct:license", "list"): "Flemish licences, as in 3.0; a warning",
    ("dcat:DataService", "dct:license", "list"): "Flemish licences, as in 3.0; a warning",
}

# ---- rules both have: milder with us, and places that one side only finds

# Usage notes advise: warnings with us, violations there.
MILDER: dict[str, set[Rule]] = {
    VL2: {
        ("dcat:Catalog", "dct:license", "value"),
        ("dcat:Dataset", "dct:accessRights", "value"),
        ("dcat:Dataset", "mdcat:statuut", "value"),
    },
    GEO: {
        ("dcat:Catalog", "dcat:dataset|dcat:service", "present"),
        ("dcat:Catalog", "dct:license", "value"),
        ("dcat:CatalogRecord", "dct:conformsTo", "list"),
        ("dcat:Dataset", "dct:accessRights", "list"),
        ("dcat:DataService", "dct:accessRights", "list"),
        ("vcard:Kind", "foaf:page|vcard:hasEmail", "present"),
    },
}
EU_THEME = "we take the EU themes too, of which the Belgian list is a copy, as in 3.0"
TEXT = "what dct:publisher or dcat:contactPoint names is checked even when it has no type"
DIFFERENCES: dict[str, dict[tuple[str, Rule], str]] = {
    VL2: {
        (THEIRS, ("dcat:Dataset", "dcat:theme", "list")): EU_THEME,
        (OURS, ("dct:Agent", "foaf:name", "present")): TEXT,
    },
    GEO: {
        (THEIRS, ("dcat:Dataset", "dcat:theme", "list")): EU_THEME,
        (OURS, ("dct:Agent", "foaf:name", "present")): TEXT,
        (OURS, ("vcard:Kind", "foaf:page|vcard:hasEmail", "present")): TEXT,
        (THEIRS, ("dcat:CatalogRecord", "dct:conformsTo", "list")): (
            "we take a dated IRI of the three profiles too, which the record editor writes"
        ),
    },
}


# ---- the tests

both_profiles = pytest.mark.parametrize("profile", [VL2, GEO])


@pytest.fixture(autouse=True)
def exact_literals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rdflib.NORMALIZE_LITERALS", False)


@both_profiles
def test_published_shapes_load(shared: Path, profile: str) -> None:
    graph = official(shared, profile)
    for name in shapes.COUNTS:  # text in the file, integers by its context
        for count in graph.objects(None, SH[name]):
            assert isinstance(count, Literal)
            assert count.datatype == XSD.integer
    text = graph.serialize(format="nt").encode()
    assert not shifty.PreparedValidator(text).diagnostics
    pyshacl.validate(Graph(), shacl_graph=graph, inference="none", meta_shacl=True)


@both_profiles
def test_every_published_rule_is_ours_or_left_out_with_a_reason(shared: Path, profile: str) -> None:
    ours, theirs = rules(shared, profile, True).all, rules(shared, profile, False).all
    missing = theirs - ours
    listed = {rule for of, found in LEFT_OUT.values() if of == profile for rule in found}
    assert listed <= missing, "left out, but ours"
    elsewhere = missing - listed
    assert {stated_class(shared, profile, rule) for rule in elsewhere} <= ELSEWHERE
    assert {check for _, _, check in elsewhere} == {"class"}
    assert len(ours & theirs) == {VL2: 220, GEO: 248}[profile]


@both_profiles
def test_every_rule_of_ours_is_published_or_added_with_a_reason(shared: Path, profile: str) -> None:
    ours, theirs = rules(shared, profile, True).all, rules(shared, profile, False).all
    assert ours - theirs == set(ADDED)


@both_profiles
def test_only_usage_notes_are_milder(shared: Path, profile: str) -> None:
    ours, theirs = severities(shared, profile, True), severities(shared, profile, False)
    differ = {rule for rule in common(shared, profile) if ours[rule] != theirs[rule]}
    assert differ == MILDER[profile]
    assert {ours[rule] for rule in differ} == {SH.Warning}


@pytest.mark.slow
@both_profiles
def test_same_places_on_every_patch_and_feed(shared: Path, profile: str) -> None:
    total = tally(shared, profile)
    unlisted = {
        key: focus for key, focus in total.differ.items() if key not in DIFFERENCES[profile]
    }
    assert not unlisted
    assert set(total.differ) == set(DIFFERENCES[profile]), "a listed difference is gone"
    assert total.agreed > 500
    # conform.ttl, and the patches that break only what is ours
    assert total.conforming == 1 + len(ADDED)


@both_profiles
def test_conforming_graph_conforms_there_too(shared: Path, profile: str) -> None:
    """With what stands elsewhere described, only rules that we left out are broken."""
    data = read(shapes.patched(profile, "", ""))
    graph = beside(shared, data)
    published = official(shared, profile)
    for shape, kind in published.subject_objects(SH["class"]):
        if short(kind) in ELSEWHERE:
            path = published.value(shape, SH.path)
            for value in set(data.objects(None, path)):
                graph.add((value, RDF.type, kind))
    places = broken(found_by_pyshacl(graph, published), rules(shared, profile, False))
    described = {place: found for place, found in places.items() if (place[0], None, None) in data}
    left_out = {rule for of, found in LEFT_OUT.values() if of == profile for rule in found}
    assert set().union(*described.values()) <= left_out


def test_feeds_are_all_looked_at(shared: Path) -> None:
    folder = shared / "standards/examples"
    assert sorted(path.name for path in folder.iterdir()) == sorted((*FEEDS, *UNREADABLE))
    for name in UNREADABLE:
        with pytest.raises(RdfSyntaxError):
            feed(shared, name)
