"""The rules about CKAN and udata, held against what both really read from the same record."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from app.bootstrap import known_quality
from app.quality.portals import feed_previews, previews
from app.quality.portals.model import REJECTED, Preview
from app.quality.records import records
from app.quality.views import gather
from tests.conformance.harvesting import harvest, python_of
from tests.unit.portal_records import EU, GOOD, as_turtle, instead, triples_of

KNOWN = known_quality()
PEERS = ("ckan", "udata")
WKT = "^^<http://www.opengis.net/ont/geosparql#wktLiteral>"
REFUSED = ("Kunst & cultuur", "(diep) grondwater", "a", "x" * 101, "a, b")
TAKEN = ("één-twee_3.0", "Nederlands woord", "ab", "x" * 100, "ab, cd")
SLUGS = {"3D": False, "één": True, "a-b": True, "!!!": False, "IT & co": True}
FREQUENCIES = {
    f"<{EU}frequency/ANNUAL>": True,
    "<http://purl.org/cld/freq/annual>": True,
    "<https://voorbeeld.test/jaarlijks>": False,
}
AREAS = {
    f"<{EU}country/BEL>": False,
    f'[ a dct:Location ; dcat:bbox "POLYGON((3 50,4 50,4 51,3 51,3 50))"{WKT} ]': True,
    f'[ a dct:Location ; dcat:centroid "POINT(3 50)"{WKT} ]': False,
    '"3,50,4,51"': True,
}
UNLINKED = instead("dcat:accessURL", "").replace(
    "dcat:downloadURL <https://voorbeeld.test/bestand.csv> ;", ""
)
NAMED_THEME = instead("dcat:theme", f"<{EU}data-theme/ENER>") + (
    f'<{EU}data-theme/ENER> skos:prefLabel "Energie"@nl .'
)
CASES = {
    "good": GOOD,
    **{word: instead("dcat:keyword", f'"{word}"@nl') for word in (*REFUSED, *TAKEN, *SLUGS)},
    "untitled": instead("dct:title", ""),
    "unlinked": UNLINKED,
    "closed": instead("dct:accessRights", f"<{EU}access-right/NON_PUBLIC>"),
    "licence": instead("dct:license", "<http://www.opendefinition.org/licenses/cc-zero>"),
    "format": instead("dct:format", '"CSV"'),
    "publisher": GOOD.replace("foaf:name", "skos:prefLabel"),
    "theme": NAMED_THEME,
    **{value: instead("dct:accrualPeriodicity", value) for value in FREQUENCIES},
    **{f"area {value}": instead("dct:spatial", value) for value in AREAS},
    "languages": instead("dct:title", '"Proef"@nl, "Essai"@fr, "Test"@en'),
    "foreign": instead("dct:title", '"Essai"@fr, "Versuch"@de'),
}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, Any]]:
    """Return how a portal's software reads all cases, each below an address of its own."""
    path = tmp_path_factory.mktemp("portals") / "feed.ttl"
    path.write_text("".join(
        as_turtle(turtle, f"https://voorbeeld.test/{number}/")
        for number, turtle in enumerate(CASES.values())
    ), encoding="utf-8")  # fmt: skip

    @cache
    def pages(peer: str) -> dict[str, Any]:
        (page,) = harvest(peer, path.as_uri(), "ttl")
        found = {one["uri"]: one for one in page["datasets"]}
        return {
            name: found[f"https://voorbeeld.test/{number}/dataset"]
            for number, name in enumerate(CASES)
        }

    return pages


Both = Callable[[str, str], tuple[dict[str, Any], Preview]]


@pytest.fixture
def both(read: Callable[[str], dict[str, Any]]) -> Both:
    """Return how a portal's software reads a case, and our preview of it."""

    def found(peer: str, name: str) -> tuple[dict[str, Any], Preview]:
        python_of(peer)
        triples = triples_of(CASES[name])
        (ours,) = previews(gather(triples, records(triples)), KNOWN).values()
        return read(peer)[name], next(one for one in ours if one.portal == peer)

    return found


def rules(preview: Preview) -> set[str]:
    return {one.id for one in preview.findings}


def field(preview: Preview, key: str) -> list[str]:
    return [text for one in preview.shown if one.key == key for text in one.texts["nl"]]


@pytest.mark.parametrize("peer", PEERS)
def test_what_is_shown_is_what_they_read(peer: str, both: Both) -> None:
    theirs, ours = both(peer, "good")
    assert ours.status == "shown"
    assert field(ours, "title") == [theirs["title"]]
    assert field(ours, "description") == [theirs["notes"]]
    assert field(ours, "keywords") == sorted(theirs["tags"])
    (resource,) = theirs["resources"]
    assert field(ours, "format") == [resource["format"]]
    assert field(ours, "resources")[0].endswith(resource["url"])
    if peer == "ckan":
        assert field(ours, "publisher") == [theirs["publisher_name"]]
        assert field(ours, "contact") == [theirs["contact_email"]]
        assert field(ours, "access") == [theirs["access_rights"]]
        assert field(ours, "licence") == [resource["license"]]


@pytest.mark.parametrize("word", REFUSED)
def test_ckan_refuses_these_keywords(word: str, both: Both) -> None:
    theirs, ours = both("ckan", word)
    assert theirs["refused_tags"]
    assert "ckan-keyword" in rules(ours)
    assert ours.status == REJECTED


@pytest.mark.parametrize("word", TAKEN)
def test_ckan_takes_these_keywords(word: str, both: Both) -> None:
    theirs, ours = both("ckan", word)
    assert not theirs["refused_tags"]
    assert "ckan-keyword" not in rules(ours)
    assert field(ours, "keywords") == sorted(theirs["tags"])
    assert ("ckan-comma" in rules(ours)) == ("," in word)


@pytest.mark.parametrize("peer", PEERS)
def test_without_a_title(peer: str, both: Both) -> None:
    theirs, ours = both(peer, "untitled")
    assert f"{peer}-title" in rules(ours)
    if peer == "udata":
        assert theirs["skipped"]
    else:
        # its harvester asks for the title of each, and stops at the first that has none
        assert not theirs["has_title"]
        triples = triples_of(CASES["untitled"])
        feed = feed_previews(gather(triples, records(triples)), KNOWN)
        (mine,) = [one for one in feed if one.portal == "ckan"]
        assert (mine.status, rules(mine)) == (REJECTED, {"ckan-title-stops"})


@pytest.mark.parametrize("peer", PEERS)
def test_a_distribution_without_an_address(peer: str, both: Both) -> None:
    theirs, ours = both(peer, "unlinked")
    assert f"{peer}-link" in rules(ours)
    assert [one["url"] for one in theirs["resources"]] == ([] if peer == "udata" else [""])


@pytest.mark.parametrize("peer", PEERS)
def test_what_is_not_public_is_open_to_see(peer: str, both: Both) -> None:
    theirs, ours = both(peer, "closed")
    assert f"{peer}-access" in rules(ours)
    assert ours.status == "shown"
    if peer == "udata":
        assert theirs["access"].endswith("open")
    else:
        assert theirs["access_rights"].endswith("NON_PUBLIC")


def test_ckan_reads_formats_and_licences_as_they_stand(both: Both) -> None:
    theirs, ours = both("ckan", "good")
    assert {"ckan-format", "ckan-licence", "ckan-theme"} <= rules(ours)
    assert theirs["resources"][0]["format"].startswith(EU)
    assert not theirs["license_id"]
    assert f"{EU}data-theme/TRAN" in theirs["theme"]
    theirs, ours = both("ckan", "licence")
    assert theirs["license_id"]
    assert "ckan-licence" not in rules(ours)
    theirs, ours = both("ckan", "format")
    assert theirs["resources"][0]["format"] == "CSV"
    assert "ckan-format" not in rules(ours)


def test_ckan_names_a_publisher_only_by_foaf_name(both: Both) -> None:
    theirs, ours = both("ckan", "publisher")
    assert not theirs["publisher_name"]
    assert "ckan-publisher" in rules(ours)
    assert not field(ours, "publisher")


@pytest.mark.parametrize("word", SLUGS)
def test_udata_drops_short_keywords(word: str, both: Both) -> None:
    theirs, ours = both("udata", word)
    assert (len(theirs["tags"]) == 1) is SLUGS[word]
    assert ("udata-keyword" in rules(ours)) is not SLUGS[word]
    assert field(ours, "keywords") == sorted(theirs["tags"])


def test_udata_knows_themes_by_their_name_only(both: Both) -> None:
    theirs, ours = both("udata", "good")
    assert "udata-theme" in rules(ours)
    theirs, ours = both("udata", "theme")
    assert "energie" in theirs["tags"]
    assert "udata-theme" not in rules(ours)
    assert field(ours, "keywords") == sorted(theirs["tags"])


@pytest.mark.parametrize("value", FREQUENCIES)
def test_udata_knows_these_frequencies(value: str, both: Both) -> None:
    theirs, ours = both("udata", value)
    assert bool(theirs["frequency"]) is FREQUENCIES[value]
    assert ("udata-frequency" in rules(ours)) is not FREQUENCIES[value]
    assert bool(field(ours, "frequency")) is FREQUENCIES[value]


@pytest.mark.parametrize("value", AREAS)
def test_udata_shows_areas_only(value: str, both: Both) -> None:
    theirs, ours = both("udata", f"area {value}")
    assert theirs["spatial"] is AREAS[value]
    assert ("udata-spatial" in rules(ours)) is not AREAS[value]


@pytest.mark.parametrize("peer", PEERS)
def test_one_dutch_text_is_taken_whatever_else_there_is(peer: str, both: Both) -> None:
    theirs, ours = both(peer, "languages")
    assert f"{peer}-language" not in rules(ours)
    # the environment of CKAN is set to English; the rule is about one that is set to Dutch
    assert theirs["title"] == ("Proef" if peer == "udata" else "Test")
    _, ours = both(peer, "foreign")
    assert f"{peer}-language" in rules(ours)
