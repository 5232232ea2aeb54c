"""`/validate` and `/api/validate`: check a file, an address or pasted text against profiles."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.errors import VijfsterError
from app.validation.worker import PAGE
from app.web.desk import Desk
from app.web.direct import Direct
from app.web.jobs import Jobs
from app.web.labpage import LabPage
from app.web.report import FORMS, PRIVATE, Report, attachment, lang_query, wanted
from app.web.responses import SECURITY
from app.web.routes.jobs import length_of, started, wants_job
from app.web.site import view_of


def router(desk: Desk, jobs: Jobs, page: LabPage) -> APIRouter:
    """Return the routes of checks."""
    routes = APIRouter(route_class=Direct)

    @routes.api_route("/validate", methods=["GET", "HEAD"], tags=["validation"])
    async def form(request: Request) -> Response:
        """Show the form."""
        return page.form(view_of(request), tuple(request.query_params.getlist("profile")))

    @routes.post("/validate", tags=["validation"])
    async def checked(request: Request) -> Response:
        """Check what the form hands over and show the result as a page."""
        view = view_of(request)
        try:
            if length_of(request) > jobs.limits.form_bytes:
                job = await jobs.start(request, view.language)
                where = f"{view.root}validate/jobs/{job.name}{lang_query(view)}"
                return Response(b"", 303, {**SECURITY, **PRIVATE, "Location": where})
            handed = await desk.take(request)
            order = handed.order(PAGE, view.language)
            report = Report.of(await desk.pool.run(order))
        except VijfsterError as error:
            return page.problem(view, error)
        return page.report(view, handed, report)

    @routes.post("/api/validate", tags=["validation"])
    async def api(request: Request) -> Response:
        """Check a body, a form or an address; the report in the form asked for.

        With `Prefer: respond-async` (RFC 7240, 4.1): where to ask how far it is.
        """
        if wants_job(request):
            return started(await jobs.start(request, view_of(request).language), "validate")
        handed = await desk.take(request)
        form = wanted(handed.form, request)
        order = handed.order(form, view_of(request).language)
        body = await desk.pool.run(order)
        return attachment(body, f"validatie.{FORMS[form].suffix}", FORMS[form].header)

    return routes
