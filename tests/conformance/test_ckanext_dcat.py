"""A CKAN portal harvests the feed: ckanext-dcat reads every page and follows the links.

It stands in an environment of its own (`make peers`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conformance.harvesting import datasets, harvest, python_of, served

# it shows the name of a licence rather than its IRI, in either language
LICENCES = {"Creative Commons Zero verklaring", "Creative Commons Zero declaration"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    python_of("ckan")
    with served(tmp_path_factory.mktemp("ckan") / "project") as found:
        yield found


@pytest.fixture(scope="module")
def whole(address: str) -> dict[str, dict[str, Any]]:
    pages = harvest("ckan", f"{address}catalog.rdf", "xml")
    assert len(pages) == 1
    return datasets(pages)


def test_the_document_gives_every_dataset_whole(
    whole: dict[str, dict[str, Any]], address: str
) -> None:
    assert len(whole) == 8
    for uri, item in whole.items():
        assert uri == item["identifier"]
        assert uri.startswith(f"{address}id/dataset/")
        assert item["title"]
        assert item["notes"]
        assert item["tags"]
        assert item["publisher_name"] == "Demonstratie-uitgever (voorbeeld)"
        assert item["contact_email"] == "opendata@example.org"
        assert item["access_rights"].endswith("/PUBLIC")
        assert len(item["resources"]) == 5
        for resource in item["resources"]:
            assert resource["license"] in LICENCES
            assert resource["download_url"].startswith(f"{address}dumps/")
            assert resource["access_url"] == uri.replace("/id/", "/doc/")
            assert resource["hash"]


@pytest.mark.parametrize(("suffix", "form"), [("rdf", "xml"), ("ttl", "ttl"), ("jsonld", "jsonld")])
def test_its_pages_give_the_same(
    whole: dict[str, dict[str, Any]], address: str, suffix: str, form: str
) -> None:
    pages = harvest("ckan", f"{address}catalog.{suffix}?page=1&page_size=3", form)
    assert len(pages) == 4
    assert sum(len(page["datasets"]) for page in pages) == len(whole)
    found = datasets(pages)
    assert found.keys() == whole.keys()
    for uri, item in found.items():
        # of two languages it takes either: its order is the hash of the day
        for part in ("identifier", "publisher_name", "contact_email", "modified", "tags"):
            assert item[part] == whole[uri][part]
        for mine, other in zip(item["resources"], whole[uri]["resources"], strict=True):
            assert {**mine, "name": "", "license": ""} == {**other, "name": "", "license": ""}


def test_a_slice_is_harvested_to_its_end(address: str) -> None:
    assert not datasets(harvest("ckan", f"{address}catalog.rdf?modified_since=2999-01-01", "xml"))
    pages = harvest("ckan", f"{address}catalog.rdf?modified_since=2000-01-01&page_size=4", "xml")
    assert len(datasets(pages)) == 8
    assert len(pages) == 3
