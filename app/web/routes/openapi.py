"""`/openapi.json`: the routes in OpenAPI, with the same headers as every answer."""

from __future__ import annotations

import hashlib
import warnings
from functools import cache

import orjson
from fastapi import FastAPI, Request
from starlette.responses import Response

from app.rdf import media
from app.web.responses import VARY_CODING, Asked, answer


def install(app: FastAPI) -> None:
    """Add the route to an app."""

    @cache
    def body() -> bytes:
        with warnings.catch_warnings():
            # FastAPI gives GET and HEAD of one route one id, and warns
            warnings.simplefilter("ignore", UserWarning)
            schema = app.openapi()
        for operations in schema["paths"].values():
            operations.pop("head", None)
        return orjson.dumps(schema)

    async def openapi(request: Request) -> Response:
        tag = hashlib.sha256(body()).hexdigest()[:16]
        return answer(
            Asked.of(request), media.JSON, tag=tag, modified="", make=body, vary=VARY_CODING
        ).respond(request)

    app.add_route("/openapi.json", openapi, methods=["GET", "HEAD"], include_in_schema=False)
