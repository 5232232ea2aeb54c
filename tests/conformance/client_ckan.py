"""What a CKAN portal makes of a feed: run by the Python of an environment with ckanext-dcat.

Usage: client_ckan.py ADDRESS FORMAT. Follows the pages, prints per page what was read as JSON.
"""

import json
import sys
import urllib.request
import warnings
from typing import Any

warnings.simplefilter("ignore")
from ckan.lib.navl.dictization_functions import (  # type: ignore[import-not-found]  # noqa: E402
    Invalid,
)
from ckan.logic import validators  # type: ignore[import-not-found]  # noqa: E402
from ckanext.dcat.processors import RDFParser  # type: ignore[import-not-found]  # noqa: E402

# refusals are texts to translate, and there is no site here to say in which language
validators._ = str

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


def accepted(tag: str) -> bool:
    try:
        validators.tag_length_validator(tag, {})
        validators.tag_name_validator(tag, {})
    except Invalid:
        return False
    return True


def facts(dataset: dict[str, Any]) -> dict[str, Any]:
    extras = {item["key"]: item["value"] for item in dataset["extras"]}
    kept = ("uri", "identifier", "publisher_name", "contact_email", "modified", "access_rights",
            "license_id", "theme")  # fmt: skip
    return {
        **{name: dataset.get(name) or extras.get(name) for name in kept},
        "title": dataset.get("title"),
        "notes": dataset.get("notes"),
        "tags": [tag["name"] for tag in dataset.get("tags", [])],
        # what would keep it from being made
        "refused_tags": [t["name"] for t in dataset.get("tags", []) if not accepted(t["name"])],
        "has_title": "title" in dataset,
        "resources": [
            {name: item.get(name) for name in RESOURCE} for item in dataset["resources"]
        ],
    }  # fmt: skip


main()
