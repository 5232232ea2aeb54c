"""What a CKAN portal makes of a feed: run by the Python of an environment with ckanext-dcat.

Usage: ckan_client.py ADDRESS FORMAT. Follows the pages, prints per page what was read as JSON.
"""

import json
import sys
import urllib.request
import warnings
from typing import Any

warnings.simplefilter("ignore")
from ckanext.dcat.processors import RDFParser  # type: ignore[import-not-found]  # noqa: E402

RESOURCE = ("uri", "url", "access_url", "download_url", "license", "format", "mimetype", "size",
            "hash", "name")  # fmt: skip
PROFILES = ["euro_dcat_ap_3"]


def main() -> None:
    address, form = sys.argv[1:]
    pages: list[dict[str, Any]] = []
    while address:
        if any(page["address"] == address for page in pages):
            raise SystemExit(f"{address} comes round again")
        with urllib.request.urlopen(address) as answer:
            text = answer.read().decode()
        parser = RDFParser(profiles=PROFILES)
        parser.parse(text, _format=form)
        found = list(parser.datasets())
        pages.append({"address": address, "datasets": [facts(item) for item in found]})
        address = parser.next_page()
    print(json.dumps(pages))


def facts(dataset: dict[str, Any]) -> dict[str, Any]:
    extras = {item["key"]: item["value"] for item in dataset["extras"]}
    kept = ("uri", "identifier", "publisher_name", "contact_email", "modified", "access_rights")
    return {
        **{name: dataset.get(name) or extras.get(name) for name in kept},
        "title": dataset.get("title"),
        "notes": dataset.get("notes"),
        "tags": [tag["name"] for tag in dataset.get("tags", [])],
        "resources": [
            {name: item.get(name) for name in RESOURCE} for item in dataset["resources"]
        ],
    }  # fmt: skip


main()
