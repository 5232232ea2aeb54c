"""What a udata portal makes of a feed: run by the Python of an environment with udata.

Usage: client_udata.py ADDRESS FORMAT. Follows the pages by udata's own rules, prints per page what
was read as JSON. The database it asks for is one in memory.
"""

import json
import logging
import sys
import urllib.request
import warnings
from typing import Any

warnings.simplefilter("ignore")
logging.disable()
import mongoengine  # type: ignore[import-not-found]  # noqa: E402
import mongomock  # type: ignore[import-not-found]  # noqa: E402
from flask import Flask  # type: ignore[import-not-found]  # noqa: E402
from flask_babel import Babel  # type: ignore[import-not-found]  # noqa: E402
from rdflib import Graph  # noqa: E402
from rdflib.namespace import DCTERMS, RDF  # noqa: E402
from udata import settings  # type: ignore[import-not-found]  # noqa: E402

mongoengine.connect("udata", host="mongodb://localhost", uuidRepresentation="standard",
                    mongo_client_class=mongomock.MongoClient)  # fmt: skip
from udata.core.dataset.rdf import dataset_from_rdf  # type: ignore[import-not-found]  # noqa: E402
from udata.harvest.backends.dcat import (  # type: ignore[import-not-found]  # noqa: E402
    KNOWN_PAGINATION,
)
from udata.harvest.exceptions import (  # type: ignore[import-not-found]  # noqa: E402
    HarvestSkipException,
)
from udata.rdf import (  # type: ignore[import-not-found]  # noqa: E402
    DCAT,
    namespace_manager,
    url_from_rdf,
)


def main() -> None:
    address, form = sys.argv[1:]
    app = Flask(__name__)
    Babel(app)
    app.config.from_object(settings.Defaults)
    app.config.from_object(settings.Testing)
    app.config.update(HVD_SUPPORT=False, DEFAULT_LANGUAGE="nl")
    pages: list[dict[str, Any]] = []
    with app.test_request_context():
        while address:
            if any(page["address"] == address for page in pages):
                raise SystemExit(f"{address} comes round again")
            graph = Graph(namespace_manager=namespace_manager)
            with urllib.request.urlopen(address) as answer:
                graph.parse(data=answer.read().decode(), format=form)
            # as its harvester names things
            found = [
                read(graph, node, graph.value(node, DCTERMS.identifier))
                for node in graph.subjects(RDF.type, DCAT.Dataset)
            ]
            pages.append({"address": address, "datasets": found})
            address = following(graph)
    print(json.dumps(pages, default=str))


def following(graph: Graph) -> str:
    for kind, relation in KNOWN_PAGINATION:
        view = graph.value(predicate=RDF.type, object=kind)
        if view is not None:
            return url_from_rdf(graph.resource(view), relation) or ""
    return ""


def read(graph: Graph, node: Any, identifier: Any) -> dict[str, Any]:
    try:
        return facts(dataset_from_rdf(graph, node=node, dryrun=True), str(identifier))
    except HarvestSkipException as skipped:
        return {"uri": str(node), "skipped": str(skipped), "tags": [], "resources": []}


def facts(dataset: Any, identifier: str) -> dict[str, Any]:
    return {
        "uri": dataset.harvest.uri,
        "skipped": "",
        "frequency": str(dataset.frequency or ""),
        "spatial": dataset.spatial is not None,
        "identifier": identifier,
        "title": dataset.title,
        "notes": dataset.description,
        "tags": list(dataset.tags),
        "modified": str(dataset.harvest.modified_at),
        "access": str(dataset.access_type),
        "resources": [
            {"uri": item.harvest.uri, "url": item.url, "format": item.format, "mime": item.mime,
             "checksum": item.checksum.value if item.checksum else None, "size": item.filesize}
            for item in dataset.resources
        ],
    }  # fmt: skip


main()
