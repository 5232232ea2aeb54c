"""The bare baseline: a FastAPI app that answers one constant."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.responses import Response

app = FastAPI()


@app.get("/noop")
async def noop() -> Response:
    return Response(b"ok", media_type="text/plain")
