"""`/validate/jobs/NAME`: how far a long check is, what came of it, and how to end it."""

from __future__ import annotations

from functools import partial
from typing import Any

import orjson
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.errors import VijfsterError
from app.rdf import media
from app.validation.worker import PAGE
from app.web.desk import Desk
from app.web.direct import Direct
from app.web.jobs import Job, Jobs
from app.web.labpage import LabPage
from app.web.report import FORMS, PRIVATE, Report, asked_form, attachment, part_of, private
from app.web.responses import CORS, SECURITY
from app.web.site import view_of, wants_page


def router(desk: Desk, jobs: Jobs, page: LabPage) -> APIRouter:
    """Return the routes of jobs; reports are told by the desk for quick answers."""
    routes = APIRouter(route_class=Direct)

    async def show(request: Request) -> Response:
        """Say how far a check is; the report in a form when it is done and a suffix says which."""
        name, _, suffix = request.path_params["name"].partition(".")
        job, view = jobs.get(name), view_of(request)
        paged = not suffix and wants_page(request.headers.get("accept", ""), (media.JSON,))
        if job.state != "done" or not (suffix or paged):
            # whoever asks for the report must not take this for it
            status = 200 if not suffix else 202 if job.unfinished else 409
            return private(page.job(view, job)) if paged else state_of(job, status)
        part = part_of(request)
        form = asked_form(suffix, request) if suffix else PAGE
        model = await run_in_threadpool(job.model)
        body = await (await desk.pool()).render(model, form, view.language, part)
        if form == PAGE:
            return private(page.kept(view, f"validate/jobs/{name}", Report.of(body), part))
        return private(attachment(body, f"validatie.{FORMS[form].suffix}", FORMS[form].header))

    async def cancel(request: Request) -> Response:
        """End a check and forget it."""
        await jobs.cancel(request.path_params["name"])
        return Response(b"", 204, {**SECURITY, **CORS, **PRIVATE})

    async def cancelled(request: Request) -> Response:
        """End a check by the button on its page."""
        view = view_of(request)
        try:
            await jobs.cancel(request.path_params["name"])
        except VijfsterError as error:
            return page.problem(view, error)
        return private(page.said(view, "job_cancelled"))

    one, add = "/validate/jobs/{name}", partial(routes.add_api_route, tags=["validation"])
    add(one, show, methods=["GET", "HEAD"])
    add(one, cancel, methods=["DELETE"], status_code=204)
    add(f"{one}/cancel", cancelled, methods=["POST"])
    return routes


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
