"""A udata portal harvests the feed: its own parser reads every page and follows the links.

It stands in an environment of its own (`make peers`), with a database in memory.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conformance.harvesting import datasets, harvest, python_of, served


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    python_of("udata")
    with served(tmp_path_factory.mktemp("udata") / "project") as found:
        yield found


def test_the_document_and_its_pages_give_the_same(address: str) -> None:
    whole = harvest("udata", f"{address}catalog.jsonld", "json-ld")
    paged = harvest("udata", f"{address}catalog.rdf?page=1&page_size=3", "xml")
    assert (len(whole), len(paged)) == (1, 4)
    found, again = datasets(whole), datasets(paged)
    assert len(found) == 8
    assert found.keys() == again.keys()
    for uri, item in found.items():
        assert item["identifier"] == uri
        assert item["title"]
        assert item["notes"]
        assert item["access"].endswith("open")
        assert {"slimme-stad", "smart-city"} <= set(item["tags"])
        assert len(item["resources"]) == 5
        for resource in item["resources"]:
            assert resource["url"].startswith(f"{address}dumps/")
            assert resource["checksum"]
            assert resource["size"]
        for part in ("identifier", "modified", "tags", "resources"):
            assert again[uri][part] == item[part]
