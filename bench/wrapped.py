"""The usual way to put a SPARQL engine behind FastAPI: SPARQLWrapper in the thread pool."""

from __future__ import annotations

import os

from fastapi import FastAPI
from SPARQLWrapper import JSON, SPARQLWrapper
from starlette.responses import Response

app = FastAPI()


@app.get("/sparql")
def sparql(query: str) -> Response:
    client = SPARQLWrapper(os.environ["BENCH_UPSTREAM"])
    client.setQuery(query)
    client.setReturnFormat(JSON)
    body = client.query().response.read()
    return Response(body, media_type="application/sparql-results+json")


@app.get("/ready")
async def ready() -> Response:
    return Response(b"ok")
