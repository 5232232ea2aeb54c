"""Errors as RFC 9457 problem details; a browser gets the same facts as a page."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app import errors
from app.rdf.media import MediaType
from app.web.responses import CORS, SECURITY
from app.web.site import route_path

logger = logging.getLogger("vijfster.web")

# looked up along the class hierarchy
STATUS: dict[type[errors.VijfsterError], int] = {
    errors.VijfsterError: 500,
    errors.InputError: 400,
    errors.UploadTimeoutError: 408,
    errors.LengthRequiredError: 411,
    errors.TooLargeError: 413,
    errors.ResourceNotFoundError: 404,
    errors.ResourceGoneError: 410,
    errors.NotAcceptableError: 406,
    errors.AccessRefusedError: 403,
    errors.QueryTooLargeError: 413,
    errors.StoreUnavailableError: 503,
    errors.ServiceBusyError: 503,
    errors.TooManyRequestsError: 429,
    errors.StorageFullError: 507,
    errors.QueryTimeoutError: 504,
    errors.QueryFailedError: 502,
    errors.ResultTooLargeError: 413,
}
_TITLES = {
    400: ("bad-input", "The request cannot be used"),
    404: ("not-found", "Not found"),
    405: ("method-not-allowed", "Method not allowed"),
    415: ("unsupported-media-type", "Unsupported media type"),
    500: ("error", "Something went wrong"),
}
OFFERS = (
    MediaType("application/problem+json", "json", "problem", False, aliases=("application/json",)),
)
Page = Callable[[Request, dict[str, object]], bytes | None]


def status_of(error: errors.VijfsterError) -> int:
    """Return the HTTP status of an error of ours; one that says how long to wait is 429."""
    if getattr(error, "seconds", None):
        return 429
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def install(app: FastAPI, page: Page) -> None:
    """Answer every error of the app with a problem; `page` renders HTML or returns None."""

    async def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, errors.VijfsterError)
        extra: dict[str, object] = {"messages": {"nl": error.detail_nl, "en": error.detail}}
        if isinstance(error, errors.NotAcceptableError):
            extra["offers"] = list(error.offers)
        if isinstance(error, errors.ResourceGoneError):
            extra |= {"iri": error.iri, "since": error.since}
        if isinstance(error, errors.QueryRefusedError) and error.position:
            extra["line"], extra["column"] = error.position
        status = status_of(error)
        response = render(request, status, error.code, error.title, error.detail, extra,
                          quotes=error.quotes)  # fmt: skip
        if status == 429:
            response.headers["Retry-After"] = str(getattr(error, "seconds", 60))
        return response

    async def theirs(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code, title = _TITLES.get(error.status_code, ("error", "The request failed"))
        details = {
            405: f"{request.method} is not offered here",
            415: error.detail,
        }
        detail = details.get(error.status_code, "there is nothing at this address")
        response = render(request, error.status_code, code, title, detail, {})
        for name, value in (error.headers or {}).items():
            response.headers[name] = value
        return response

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        places = "; ".join(
            f"{'.'.join(str(part) for part in item['loc'][1:])}: {item['msg']}"
            for item in error.errors()
        )
        return render(request, 400, "bad-input", _TITLES[400][1], places, {})

    async def unexpected(request: Request, error: Exception) -> Response:
        logger.error("unexpected error at %s", request.url.path, exc_info=error)
        return render(request, 500, "error", _TITLES[500][1],
                      "an error of ours; it has been logged", {})  # fmt: skip

    def render(
        request: Request, status: int, code: str, title: str, detail: str,
        extra: dict[str, object], *, quotes: bool = False,
    ) -> Response:  # fmt: skip
        request_id = uuid.uuid4().hex[:12]
        problem: dict[str, object] = {
            "type": "about:blank", "title": title, "status": status, "detail": detail,
            "instance": request.scope.get("root_path", "") + route_path(request),
            "code": code, "request_id": request_id, **extra,
        }  # fmt: skip
        headers = {**SECURITY, **CORS, "Cache-Control": "no-store",
                   "Vary": "Accept, Accept-Language"}  # fmt: skip
        if status == 503:
            headers["Retry-After"] = "5"
        if status in (408, 411, 413):
            # what of the body is still to come is not waited for (RFC 9110, 15.5.14)
            headers["Connection"] = "close"
        if status >= 500:
            logger.warning("%s %s %s %s", status, code, request_id, "" if quotes else detail)
        html = page(request, problem)
        if html is not None:
            media = "text/html; charset=utf-8"
            return Response(html, status, headers, media)
        return Response(orjson.dumps(problem), status, headers, "application/problem+json")

    app.add_exception_handler(errors.VijfsterError, ours)
    app.add_exception_handler(HTTPException, theirs)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Exception, unexpected)
