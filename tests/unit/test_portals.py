"""What portals do with a record: each rule met, not met, and at its edge."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.bootstrap import known_quality
from app.quality.charter import charter
from app.quality.compliance import Compliance
from app.quality.governance import governance
from app.quality.portals import PORTALS, feed_previews, previews
from app.quality.portals.model import SEVERITIES, Preview, Rule
from app.quality.records import records
from app.quality.views import Gathered, View, chosen, gather, plain
from app.rdf import media
from app.rdf.io import parse
from app.rdf.sniff import of_content
from app.rdf.terms import Triple
from tests.conftest import ROOT, SHARED
from tests.unit.portal_records import BASE, DATASET, EU, FREE, GOOD, instead, triples_of

KNOWN = known_quality()
FLEMISH = "https://data.vlaanderen.be/id/licentie/"
FEE = f"<{FLEMISH}modellicentie-hergebruik-tegen-vergoeding/v1.0>"
CC0 = "<https://creativecommons.org/publicdomain/zero/1.0/>"
BLANK = GOOD.replace("<dataset>", "_:dataset")
NOT_LINKED = GOOD.replace("<catalogus> a dcat:Catalog ; dcat:dataset <dataset> .", "")
TWINS = GOOD + '<ander> a dcat:Dataset ; dct:identifier "dataset-1" ; dct:title "Ander"@nl .'
NO_FILES = instead("dcat:distribution", "")
UNLINKED = instead("dcat:accessURL", "").replace(
    "dcat:downloadURL <https://voorbeeld.test/bestand.csv> ;", ""
)
CLOSED = instead("dct:accessRights", f"<{EU}access-right/NON_PUBLIC>")
# rule: records that meet it, and records at its edge that do not
CASES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mv-not-found": (
        (NOT_LINKED, instead("dct:identifier", "", BLANK)),
        (NOT_LINKED + "<record> foaf:primaryTopic <dataset> .", BLANK),
    ),
    "mv-no-address": ((BLANK,), (instead("dct:identifier", '"https://voorbeeld.test/1"', BLANK),)),
    "mv-access-rights": (
        (instead("dct:accessRights", ""), CLOSED, instead("dct:accessRights", '"PUBLIC"'),
         instead("dct:accessRights", f"<{EU}access-right/PUBLIC>, <{EU}access-right/RESTRICTED>"),
         instead("dct:accessRights", f"<{EU.replace('http:', 'https:')}access-right/PUBLIC>")),
        (GOOD,),
    ),
    "mv-open-data": (
        (instead("mdcat:statuut", ""), instead("mdcat:statuut", '"VLOPENDATA"')),
        (GOOD.replace("mdcat:statuut", "dct:subject"),
         GOOD.replace("VLOPENDATA", "VLOPENDATASERVICE")),
    ),
    "mv-no-licence": (
        (GOOD.replace(f"\n  dct:license <{FREE}> .", " ."), NO_FILES),
        (NO_FILES.replace("dct:identifier", f"dct:license <{FREE}> ; dct:identifier"),),
    ),
    "mv-licence": (
        (instead("dct:license", '"CC0"'), instead("dct:license", "<https://voorbeeld.test/eigen>"),
         instead("dct:license", f"<{EU}licence/CC_BY_4_0>"),
         instead("dct:license", '[ dct:title "Eigen licentie"@nl ]')),
        (instead("dct:license", CC0), instead("dct:license", FEE)),
    ),
    "mv-licence-address": (
        (instead("dct:license", CC0), instead("dct:license", f"<{FREE.replace('/id/', '/doc/')}>"),
         instead("dct:license", f"<{FREE.replace('https:', 'http:')}>")),
        (instead("dct:license", "<https://voorbeeld.test/eigen>"),),
    ),
    "mv-licence-not-open": ((instead("dct:license", FEE),), (instead("dct:license", CC0),)),
    "mv-distribution": ((NO_FILES,), (UNLINKED,)),
    "mv-theme": (
        (instead("dcat:theme", ""), instead("dcat:theme", "<https://voorbeeld.test/thema>"),
         instead("dcat:theme", f"<{EU}data-theme/TRANSPORT>"), instead("dcat:theme", '"TRAN"')),
        (instead("dcat:theme", "<http://vocab.belgif.be/auth/datatheme/TRAN>"),
         instead("dcat:theme", f"<{EU}data-theme/TRAN>, <https://voorbeeld.test/thema>")),
    ),
    "mv-format": ((instead("dct:format", ""),), (NO_FILES, instead("dct:format", '"CSV"'))),
    "mv-date": (
        (instead("dct:modified", ""), instead("dct:modified", '""')),
        (instead("dct:modified", '"2024"').replace("dct:modified", "dct:created"),),
    ),
    "mv-publisher": (
        (instead("dct:publisher", ""), GOOD.replace("; foaf:homepage <https://stad.test/>", ""),
         instead("dct:publisher", "<https://voorbeeld.test/elders>")),
        (GOOD.replace("foaf:homepage <https://stad.test/>", "foaf:mbox <mailto:stad@stad.test>"),),
    ),
    "mv-identifier-twice": ((TWINS,), (TWINS.replace('"dataset-1" ; dct', '"2" ; dct'),)),
    "mv-identifier": ((instead("dct:identifier", ""), instead("dct:identifier", '" "')), (BLANK,)),
    "mv-keyword-language": (
        (instead("dcat:keyword", '"een", "twee"@nl'),), (instead("dcat:keyword", '"x"@en'),),
    ),
    "be-chain": ((NOT_LINKED,), (BLANK,)),
    "be-identifier": ((instead("dct:identifier", ""),), (BLANK,)),
    "be-one-value": (
        (instead("dct:publisher", "<uitgever>, <contact>"),
         GOOD.replace("  mdcat:", "  dct:temporal [], [] ;\n  mdcat:")),
        (instead("dct:spatial", "<x>, <y>"), instead("dct:publisher", "<uitgever>, <uitgever>")),
    ),
    "be-agent": (
        (instead("dct:publisher", '[ foaf:name "Stad" ]'), instead("dct:publisher", '"Stad"')),
        (instead("dct:publisher", ""),),
    ),
    "be-same-language": (
        (instead("dct:title", '"Een"@nl, "Twee"'),
         instead("dct:description", '"Een"@nl, "Twee"@nl-be')),
        (instead("dct:title", '"Een"@nl, "Un"@fr'),),
    ),
    "be-licence": (
        (instead("dct:license", "<https://voorbeeld.test/eigen>"),), (instead("dct:license", CC0),),
    ),
    "be-theme": ((instead("dcat:theme", '"Vervoer"'),), (instead("dcat:theme", ""),)),
    "be-format": ((instead("dct:format", '"Rapport"'),), (instead("dct:format", '".csv"'),)),
    "be-public": ((CLOSED,), (CLOSED.replace("mdcat:statuut", "dct:subject"),)),
    "be-contact": ((instead("dcat:contactPoint", ""),), (instead("dcat:contactPoint", "[]"),)),
    "be-language": ((instead("dct:description", '"Een proef."'),), (CLOSED,)),
    "be-open-data": ((instead("mdcat:statuut", ""),), (CLOSED,)),
    "be-translation": (
        (GOOD, instead("dct:title", '"Proef"')),
        (instead("dct:title", '"A"@nl, "B"@fr'), instead("dct:title", "")),
    ),
    "eu-chain": ((NOT_LINKED,), (BLANK,)),
    "eu-title": ((instead("dct:title", ""),), (instead("dct:title", '"x"'),)),
    "eu-theme": (
        (instead("dcat:theme", "<https://voorbeeld.test/thema>"),),
        (instead("dcat:theme", ""),
         instead("dcat:theme", "<http://vocab.belgif.be/auth/datatheme/CULT>")),
    ),
    "eu-dcat-3": ((instead("dct:spatial", "<x> ; dcat:inSeries <reeks>"),), (CLOSED,)),
    "ckan-title": ((instead("dct:title", '""'),), (instead("dct:title", '"x"@de'),)),
    "ckan-keyword": (
        (instead("dcat:keyword", '"Kunst & cultuur"@nl'), instead("dcat:keyword", '"komma,"@nl')),
        (instead("dcat:keyword", ""), instead("dcat:keyword", '"één twee-3"')),
    ),
    "ckan-identifier": ((instead("dct:identifier", "", BLANK),), (BLANK,)),
    "ckan-language": (
        (instead("dct:title", '"Eins"@de, "Un"@fr'), instead("dct:title", '"Een"@nl-be, "Un"@fr')),
        (instead("dct:title", '"Een"@nl, "Un"@fr'), instead("dct:title", '"Eins"@de')),
    ),
    "ckan-publisher": (
        (instead("dct:publisher", "<https://voorbeeld.test/elders>"),),
        (instead("dct:publisher", '[ foaf:name "Stad" ]'), instead("dct:publisher", "")),
    ),
    "ckan-access": ((CLOSED,), (instead("dct:accessRights", ""),)),
    "ckan-link": ((UNLINKED,), (instead("dcat:accessURL", ""),)),
    "ckan-licence": (
        (GOOD,),
        (instead("dct:license", "<http://www.opendefinition.org/licenses/cc-by>"), NO_FILES),
    ),
    "ckan-format": ((GOOD,), (instead("dct:format", '"CSV"'),)),
    "ckan-theme": ((GOOD,), (instead("dcat:theme", ""),)),
    "ckan-comma": ((instead("dcat:keyword", '"een, twee"@nl'),), (CLOSED,)),
    "udata-identifier": ((instead("dct:identifier", ""),), (BLANK,)),
    "udata-title": ((instead("dct:title", ""),), (instead("dct:title", '"x"@de'),)),
    "udata-identifier-twice": ((TWINS,), (GOOD,)),
    "udata-access": ((CLOSED,), (instead("dct:accessRights", ""),)),
    "udata-language": (
        (instead("dct:title", '"Eins"@de, "Un"@fr'),), (instead("dct:title", '"Een"@nl, "Un"@fr'),),
    ),
    "udata-link": ((UNLINKED,), (instead("dcat:accessURL", ""),)),
    "udata-keyword": (
        (instead("dcat:keyword", '"3D"@nl'), instead("dcat:keyword", "<https://voorbeeld.test/woord>")),
        (instead("dcat:keyword", '"één"@nl'), instead("dcat:keyword", '"вода"')),
    ),
    "udata-theme": (
        (GOOD,), (GOOD + f'<{EU}data-theme/TRAN> skos:prefLabel "Vervoer"@nl .',
                  instead("dcat:theme", "<http://data.europa.eu/bna/c_04bf94a3>"),
                  instead("dcat:theme", '"Vervoer"')),
    ),
    "udata-licence-missing": (
        (GOOD.replace(f"\n  dct:license <{FREE}> .", " ."),),
        (GOOD.replace("dct:license", "dct:rights").replace("dct:spatial", "dct:rights"),),
    ),
    "udata-spatial": (
        (GOOD, instead("dct:spatial", '"België"')),
        (instead("dct:spatial", ""), instead("dct:spatial", '"3,50,4,51"')),
    ),
    "udata-frequency": (
        (instead("dct:accrualPeriodicity", "<https://voorbeeld.test/jaarlijks>"),),
        (instead("dct:accrualPeriodicity", '"annual"'), instead("dct:accrualPeriodicity", "")),
    ),
    "udata-contact": (
        (instead("dcat:contactPoint", "<https://voorbeeld.test/loket>"),),
        (instead("dcat:contactPoint", ""), instead("dcat:contactPoint", '"Loket"')),
    ),
    "udata-licence": ((GOOD,), (GOOD.replace(f"\n  dct:license <{FREE}> .", " ."),)),
}  # fmt: skip
FEEDS = {
    "mv-paging": (
        (GOOD + "<p> <http://www.w3.org/ns/hydra/core#nextPage> <p2> .",
         GOOD + "<p> <http://www.w3.org/ns/hydra/core#next> <p2> ."),
        (GOOD + "<p> <http://www.w3.org/ns/hydra/core#previous> <p0> .",),
    ),
    "eu-service": (
        (GOOD + "<dienst> a dcat:DataService .",),
        (GOOD + "<dienst> a dcat:DataService . <catalogus> dcat:service <dienst> .",),
    ),
    "ckan-title-stops": ((instead("dct:title", ""),), (instead("dct:title", '"x"'),)),
}  # fmt: skip


def of(turtle: str) -> dict[str, Preview]:
    triples = triples_of(turtle)
    found = previews(gather(triples, records(triples)), KNOWN)
    return {one.portal: one for one in found[DATASET if DATASET in found else next(iter(found))]}


def rules(turtle: str) -> set[str]:
    return {one.id for preview in of(turtle).values() for one in preview.findings}


@pytest.mark.parametrize(
    ("rule", "turtle"), [(rule, one) for rule, (met, _) in CASES.items() for one in met]
)
def test_a_rule_is_met(rule: str, turtle: str) -> None:
    assert rule in rules(turtle)


@pytest.mark.parametrize(
    ("rule", "turtle"), [(rule, one) for rule, (_, edge) in CASES.items() for one in edge]
)
def test_a_rule_is_not_met_at_its_edge(rule: str, turtle: str) -> None:
    assert rule not in rules(turtle)


def feed_rules(turtle: str, media_type: str = "") -> set[str]:
    triples = triples_of(turtle)
    gathered = gather(triples, records(triples), media_type=media_type)
    return {one.id for preview in feed_previews(gathered, KNOWN) for one in preview.findings}


@pytest.mark.parametrize("rule", FEEDS)
def test_a_rule_of_a_feed_is_met_or_not(rule: str) -> None:
    met, edge = FEEDS[rule]
    assert all(rule in feed_rules(one) for one in met)
    assert not any(rule in feed_rules(one) for one in (GOOD, *edge))


def test_a_feed_has_to_be_in_a_form_that_is_read() -> None:
    assert "mv-syntax" in feed_rules(GOOD, media.JSON_LD.name)
    for form in ("", media.RDF_XML.name, media.TURTLE.name):
        assert "mv-syntax" not in feed_rules(GOOD, form)


def test_validation_is_told_of_and_not_repeated() -> None:
    triples = triples_of(GOOD)
    found = records(triples)
    for counts, told in (((2, 1), 3), ((0, 0), 0)):
        checked = {DATASET: [Compliance("dcat-ap-vl-3.0", not told, *counts)]}
        (first, *_) = previews(gather(triples, found, checked), KNOWN)[DATASET]
        mine = [one for one in first.findings if one.id == "mv-validation"]
        assert [one.count for one in mine] == ([told] if told else [])
        assert first.status == "shown"


def every_rule() -> list[Rule[View] | Rule[Gathered]]:
    records_and_feeds: list[Rule[View] | Rule[Gathered]] = []
    for portal in PORTALS:
        records_and_feeds += [*portal.rules, *portal.feed]
    return records_and_feeds


def test_every_rule_has_its_cases_its_source_and_two_texts() -> None:
    found = every_rule()
    assert len({rule.id for rule in found}) == len(found)
    assert {rule.id for rule in found} == {*CASES, *FEEDS, "mv-validation", "mv-syntax"}
    for rule in found:
        assert rule.severity in SEVERITIES
        assert rule.source
        assert set(rule.text) == {"nl", "en"}
        assert all(("{values}" in rule.text["nl"]) == ("{values}" in text)
                   for text in rule.text.values())  # fmt: skip


def test_the_documentation_names_every_rule() -> None:
    told = (ROOT / "docs" / "quality.md").read_text(encoding="utf-8")
    for rule in every_rule():
        assert f"`{rule.id}`" + ("" if rule.certain else "?") in told


def test_a_good_record_is_shown_everywhere_with_its_fields() -> None:
    found = of(GOOD)
    assert {one.status for one in found.values()} == {"shown"}
    assert not any(item.severity == "rejected" for one in found.values() for item in one.findings)
    shown = {one.key: one.texts for one in found["metadata-vlaanderen"].shown}
    assert shown["title"]["nl"] == ("Proef",)
    assert shown["publisher"]["en"] == ("Stad",)
    assert (shown["access"]["nl"], shown["access"]["en"]) == (("publiek",), ("public",))
    assert shown["themes"]["nl"] == ("Vervoer",)
    assert shown["format"]["nl"] == ("CSV",)
    assert shown["dates"]["nl"] == ("modified: 2024-02-01",)
    assert shown["resources"]["nl"] == ("CSV https://voorbeeld.test/bestand.csv",)


def test_the_status_says_what_becomes_of_a_record() -> None:
    assert of(CLOSED)["metadata-vlaanderen"].status == "shown-not-public"
    gone = of(NOT_LINKED)
    assert {name for name, one in gone.items() if one.status == "rejected"} == {
        "metadata-vlaanderen", "data.gov.be", "data.europa.eu"}  # fmt: skip
    assert not gone["data.gov.be"].shown
    assert of(instead("dct:title", ""))["data.europa.eu"].status == "unknown"
    assert of(instead("dct:title", ""))["udata"].status == "rejected"


def test_the_worst_comes_first_and_everything_is_json() -> None:
    for turtle in (CLOSED, UNLINKED, instead("dct:title", ""), BLANK):
        for one in of(turtle).values():
            levels = [SEVERITIES.index(item.severity) for item in one.findings]
            assert levels == sorted(levels)
            assert json.loads(json.dumps(one.values())) == one.values()


def values(triples: list[Triple]) -> object:
    gathered = gather(triples, records(triples))
    found = [[one.values() for one in each] for each in previews(gathered, KNOWN).values()]
    return sorted(json.dumps(one) for one in found), [
        one.values() for one in feed_previews(gathered, KNOWN)
    ]


def test_order_and_names_of_nodes_do_not_matter() -> None:
    turtle = TWINS + (
        '<bestand2> a dcat:Distribution ; dct:license [ dct:title "Eigen"@nl ] .'
        '<dataset> dcat:distribution <bestand2>, [ dct:format "B" ], [ dct:format "A" ] ;'
        ' dct:publisher [ foaf:name "Z" ], [ foaf:name "Y" ] ; dct:title "Un"@fr, "Eins"@de .'
    )
    triples = triples_of(turtle)
    expected = values(triples)
    names = sorted({node for one in triples for node in one if node.startswith("_:")})
    for seed in range(20):
        chance = random.Random(seed)
        renamed = dict(zip(names, chance.sample([f"_:n{n}" for n in range(99)], len(names)),
                           strict=True))  # fmt: skip
        other = [(renamed.get(s, s), p, renamed.get(o, o)) for s, p, o in triples]
        chance.shuffle(other)
        assert values(other) == expected


def test_texts_are_safe_and_chosen_by_language() -> None:
    assert plain('"een\\ntwee\\u001B[0m  drie"') == "een twee [0m drie"
    assert plain("_:b0") == ""
    texts = ['"Un"@fr', '"Geen"', '"Een"@nl-be', '"One"@en']
    assert [chosen(texts, lang) for lang in ("nl", "en", "de")] == ["Een", "One", "Geen"]
    assert chosen([], "nl") == ""
    long = of(instead("dct:description", f'"{"a" * 400}"@nl'))["udata"].shown
    assert max(len(text) for one in long for text in one.texts["nl"]) == 300


HOSTILE = (
    "<dataset> a dcat:Dataset .",
    '<dataset> a dcat:Dataset ; dcat:distribution "tekst", <dataset>, [] ; dct:publisher "x", [] .',
    instead("dcat:keyword", r'"{0}{values}{", "a\u0007b,\u001B[2J", "", ","'),
    GOOD + "<dataset> dct:publisher <dataset> ; dcat:theme <dataset>, _:a, 1, true ; "
    'dct:spatial "", "1,2,3", <dataset> ; dct:license "", 3 ; dct:format _:a ; '
    "dct:accessRights _:a ; dcat:contactPoint 5, <dataset> ; dct:identifier <dataset>, 7 .",
    GOOD + "<catalogus> a dcat:Dataset . <twee> a dcat:Dataset ; dcat:distribution <bestand> .",
)


@pytest.mark.parametrize("turtle", HOSTILE)
def test_nothing_in_data_breaks_a_preview(turtle: str) -> None:
    triples = triples_of(turtle)
    gathered = gather(triples, records(triples))
    now = datetime(2024, 3, 1, tzinfo=UTC)
    told = json.dumps([
        [[one.values() for one in each] for each in previews(gathered, KNOWN).values()],
        [one.values() for one in feed_previews(gathered, KNOWN)],
        [[one.values() for one in governance(view, KNOWN, now)]
         + [one.values() for one in charter(view, KNOWN, now)]
         for view in gathered.views.values()],
    ], ensure_ascii=False)  # fmt: skip
    assert "_:" not in told
    assert told.isprintable()
    assert "\\u00" not in told


FEED_FILES = {
    "dcat-feed-mow.rdf": (22, "shown-not-public"),
    "fietstelpaal-visserij-gent.dcat-ap3.xml": (1, "shown-not-public"),
    "dataset-open-nongeo.xml": (1, "shown"),
    "statbel_opendata_subset.ttl": (10, "shown"),
}


@pytest.mark.parametrize("name", FEED_FILES)
def test_real_feeds_as_a_steward_would_read_them(name: str) -> None:
    path = Path(SHARED) / "standards" / "examples" / name
    if not path.exists():
        pytest.skip(f"{path} absent")
    data = path.read_bytes()
    syntax = of_content(data)
    assert syntax
    triples = [quad[:3] for quad in parse(data, syntax, base=BASE, where=name)]
    found = previews(gather(triples, records(triples)), KNOWN)
    count, status = FEED_FILES[name]
    assert len(found) == count
    assert {each[0].status for each in found.values()} == {status}
    for each in found.values():
        for one in each:
            assert one.status == "rejected" or {"title", "resources"} <= {s.key for s in one.shown}
            texts = [text for item in one.findings for text in item.text.values()]
            assert not any("{" in text or "  " in text for text in texts)
