"""`/api/cell`: the cell a triple comes from."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Query
from starlette.responses import Response

from app.errors import InputError, ResourceNotFoundError
from app.rdf.terms import is_iri
from app.tables.cells import refs
from app.web.responses import CORS, SECURITY
from app.web.site import Site


def router(site: Site) -> APIRouter:
    """Return the route of cells."""
    routes = APIRouter()

    @routes.api_route("/api/cell", methods=["GET", "HEAD"], tags=["provenance"])
    async def cell(
        subject: Annotated[str, Query(description="IRI of the thing")],
        property_: Annotated[
            str,
            Query(alias="property", description="IRI or prefixed name of a property; all if empty"),
        ] = "",
    ) -> Response:
        """Return the cells of a thing's triples, as cell references."""
        prefix, _, local = property_.partition(":")
        if prefix in site.prefixes.by_name and not local.startswith("//"):
            property_ = site.prefixes.by_name[prefix] + local
        for name, value in (("subject", subject), ("property", property_)):
            if value and not is_iri(value):
                msg = f"{name} must be an absolute IRI"
                raise InputError(msg)
        release = site.release
        found = release.documents.cells(subject, [property_] if property_ else [])
        if not found:
            msg = "no table gave this; things of the catalog and the vocabulary come from files"
            raise ResourceNotFoundError(msg)
        body = [
            {
                "subject": subject,
                "property": item["property"],
                "cells": refs(item),
            }
            for item in found
            if item["property"]
        ]
        headers = {**SECURITY, **CORS, "Cache-Control": "no-cache"}
        return Response(orjson.dumps({"cells": body}), 200, headers, "application/json")

    return routes
