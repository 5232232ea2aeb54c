"""What the pages of work share: how an answer is sent, how far a job is, what is wrong."""

from __future__ import annotations

from starlette.responses import Response

from app.errors import VijfsterError
from app.rdf import media
from app.web.jobs import Job
from app.web.pages import render
from app.web.problems import status_of
from app.web.report import lang_query
from app.web.responses import CORS, SECURITY
from app.web.site import Site, View

# with an address: that of the form's answer has a fragment, and then nothing would be loaded
_REFRESH = '<noscript><meta http-equiv="refresh" content="2;url={}"></noscript>'


def job_page(site: Site, view: View, job: Job, place: str, minutes: int) -> Response:
    """Show how far a job below a place is; without a script the page asks again by itself."""
    words, path, kind = view.words, f"{place}/jobs/{job.name}", f"{place}_job"
    said = words(f"{kind}_waiting" if job.state == "waiting" else f"{kind}_reading")
    if job.total:
        said = words(f"{kind}_steps", done=job.done, total=job.total)
    problem = said_in(view, job.error) if job.error else ""
    body = render(
        site, view, "job.html", path=path, title=words(f"{kind}_title"), at=path, job=job,
        said=said, problem=problem, assets=site.assets, minutes=minutes, place=place, kind=kind,
        lang_query=lang_query(view), in_head="" if problem else _REFRESH.format(view.link(path)),
    )  # fmt: skip
    return lab_page(body, status_of(job.error) if job.error else 200)


def said_in(view: View, error: VijfsterError) -> str:
    """Return what is wrong in the language of a view."""
    return error.detail_nl if view.language == "nl" else error.detail


def lab_page(body: bytes, status: int = 200) -> Response:
    """Return a page made of what somebody handed over: nobody keeps it."""
    headers = {**SECURITY, **CORS, "Vary": "Accept, Accept-Language", "Cache-Control": "no-store"}
    return Response(body, status, headers, media.HTML.header)
