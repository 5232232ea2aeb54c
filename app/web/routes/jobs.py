"""`/validate/jobs/NAME`, `/map/jobs/NAME`: how far long work is, what came of it, how to end it."""

from __future__ import annotations

from functools import partial
from typing import Any, Protocol

import orjson
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.errors import VijfsterError
from app.rdf import media
from app.web.direct import Direct
from app.web.jobs import Job, Jobs
from app.web.report import PRIVATE, private
from app.web.responses import CORS, SECURITY
from app.web.site import View, view_of, wants_page


class Telling(Protocol):
    """How one kind of work is told: its pages, and the forms of what came of it."""

    def job(self, view: View, job: Job) -> Response:
        """Show how far a job is."""

    def said(self, view: View, key: str) -> Response:
        """Say something short."""

    def problem(self, view: View, error: VijfsterError) -> Response:
        """Show what is wrong."""

    async def done_page(self, request: Request, name: str, model: bytes) -> Response:
        """Show what came of a job."""

    async def done_form(self, request: Request, suffix: str, model: bytes) -> Response:
        """Return what came of a job in a form."""


def router(place: str, tag: str, jobs: Jobs, telling: Telling, *, cancelled: str) -> APIRouter:
    """Return the routes of jobs below a place; `cancelled` are the words for one that was ended."""
    routes = APIRouter(route_class=Direct)

    async def show(request: Request) -> Response:
        """Say how far a job is; what came of it when it is done and a suffix says in which form."""
        name, _, suffix = request.path_params["name"].partition(".")
        job = jobs.get(name)
        paged = not suffix and wants_page(request.headers.get("accept", ""), (media.JSON,))
        if job.state != "done" or not (suffix or paged):
            # whoever asks for the result must not take this for it
            status = 200 if not suffix else 202 if job.unfinished else 409
            return private(telling.job(view_of(request), job)) if paged else state_of(job, status)
        model = await run_in_threadpool(job.model)
        if paged:
            return private(await telling.done_page(request, name, model))
        return private(await telling.done_form(request, suffix, model))

    async def cancel(request: Request) -> Response:
        """End a job and forget it."""
        await jobs.cancel(request.path_params["name"])
        return Response(b"", 204, {**SECURITY, **CORS, **PRIVATE})

    async def ended(request: Request) -> Response:
        """End a job by the button on its page."""
        view = view_of(request)
        try:
            await jobs.cancel(request.path_params["name"])
        except VijfsterError as error:
            return telling.problem(view, error)
        return private(telling.said(view, cancelled))

    one, add = f"/{place}/jobs/{{name}}", partial(routes.add_api_route, tags=[tag])
    add(one, show, methods=["GET", "HEAD"])
    add(one, cancel, methods=["DELETE"], status_code=204)
    add(f"{one}/cancel", ended, methods=["POST"])
    return routes


def started(job: Job, place: str) -> Response:
    """Return the answer to a request that is worked on later (RFC 7240, 4.1)."""
    headers = {"Location": f"../{place}/jobs/{job.name}", "Preference-Applied": "respond-async"}
    return state_of(job, 202, **headers)


def wants_job(request: Request) -> bool:
    """Tell whether who asks does not wait for the result."""
    return "respond-async" in request.headers.get("prefer", "").lower()


def length_of(request: Request) -> int:
    """Return how long a body says to be, or 0."""
    length = request.headers.get("content-length", "")
    return int(length[:20]) if length.isdecimal() else 0


def state_of(job: Job, status: int = 200, **headers: str) -> Response:
    """Return how far a job is, as JSON."""
    body: dict[str, Any] = {"state": job.state}
    if job.state == "running":
        body |= {"done": job.done, "total": job.total or None}
    if job.state == "done":
        body["result"] = f"./{job.name}.json"
    if job.error is not None:
        error = job.error
        body |= {"code": error.code, "messages": {"nl": error.detail_nl, "en": error.detail}}
    told = {**SECURITY, **CORS, **PRIVATE, **headers}
    if job.unfinished:
        told["Retry-After"] = "2"
    return Response(orjson.dumps(body), status, told, media.JSON.header)
