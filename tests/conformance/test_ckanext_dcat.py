"""A CKAN portal harvests the feed: ckanext-dcat reads every page and follows the links.

It stands in an environment of its own (`make peers`).
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Workspace, copy_project
from tests.http.support import serving

PEERS = os.environ.get("VIJFSTER_PEERS") or Path.home() / ".cache" / "vijfster"
PYTHON = Path(PEERS) / "ckan" / "bin" / "python"
SCRIPT = Path(__file__).with_name("ckan_client.py")
# it shows the name of a licence rather than its IRI, in either language
LICENCES = {"Creative Commons Zero verklaring", "Creative Commons Zero declaration"}
Pages = list[dict[str, Any]]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Our own project, served under its base IRI, so that links can be followed."""
    if not PYTHON.exists():
        pytest.skip(f"ckanext-dcat absent: {PYTHON} (`make peers` puts it there)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    copied = copy_project(ROOT, tmp_path_factory.mktemp("ckan") / "project")
    workspace = Workspace(copied.folder, f"http://127.0.0.1:{port}/")
    assert workspace.build().status == "published"
    with serving(workspace, port) as found:
        yield found


def harvest(address: str, form: str) -> Pages:
    done = subprocess.run([str(PYTHON), str(SCRIPT), address, form], capture_output=True, text=True,
                          timeout=120, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    pages: Pages = json.loads(done.stdout.splitlines()[-1])
    return pages


def datasets(pages: Pages) -> dict[str, dict[str, Any]]:
    found = [item for page in pages for item in page["datasets"]]
    assert len({item["uri"] for item in found}) == len(found), "a dataset comes twice"
    # what they hold in no order of their own
    for item in found:
        item["resources"].sort(key=lambda resource: str(resource["uri"]))
        item["tags"].sort()
    return {item["uri"]: item for item in found}


@pytest.fixture(scope="module")
def whole(address: str) -> dict[str, dict[str, Any]]:
    pages = harvest(f"{address}catalog.rdf", "xml")
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
    pages = harvest(f"{address}catalog.{suffix}?page=1&page_size=3", form)
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
    assert not datasets(harvest(f"{address}catalog.rdf?modified_since=2999-01-01", "xml"))
    pages = harvest(f"{address}catalog.rdf?modified_since=2000-01-01&page_size=4", "xml")
    assert len(datasets(pages)) == 8
    assert len(pages) == 3
