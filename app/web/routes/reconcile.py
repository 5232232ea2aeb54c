"""`/api/reconcile`: names matched with our things, for OpenRefine and its like."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any
from urllib.parse import parse_qsl, quote

import orjson
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.errors import InputError, ResourceNotFoundError, TooLargeError
from app.rdf.terms import literal_of
from app.store.documents import Description
from app.web.direct import Direct, parameter
from app.web.reconcile import Reconciler
from app.web.responses import CACHED, CORS, SECURITY
from app.web.routes.resources import normal
from app.web.site import Site, root_of, view_of

_MOST_BYTES = 200_000
_SUGGESTED = ("entity", "type", "property")


def router(site: Site) -> APIRouter:
    """Return the routes of the reconciliation service."""
    routes = APIRouter(route_class=Direct)
    reconciler = Reconciler(site)

    async def service(request: Request) -> Response:
        """Describe the service; a small batch may be asked for here as well."""
        language = view_of(request).language
        found = await batched(dict(request.query_params), language)
        return _answer(_manifest(site, reconciler, language)) if found is None else found

    async def batch(request: Request) -> Response:
        """Match a batch of names, or fetch properties of things."""
        fields = dict(parse_qsl(await _form(request), keep_blank_values=True))
        found = await batched(fields, view_of(request).language)
        if found is None:
            raise InputError("a form has the field queries or extend",
                             nl="een formulier heeft het veld queries of extend")  # fmt: skip
        return found

    async def batched(fields: dict[str, str], language: str) -> Response | None:
        for name, answer in (("queries", reconciler.queries), ("extend", reconciler.extend)):
            if name in fields:
                return _answer(await run_in_threadpool(answer, _json(fields[name]), language))
        return None

    async def suggest(request: Request) -> Response:
        """Suggest things, inventories or properties that begin like what was typed."""
        what = request.path_params["what"]
        if what not in _SUGGESTED:
            raise ResourceNotFoundError(f"suggested are {', '.join(_SUGGESTED)}")
        prefix, language = request.query_params.get("prefix", ""), view_of(request).language
        found = await run_in_threadpool(reconciler.suggest, what, prefix, language)
        return _answer({"result": found})

    async def properties(request: Request) -> Response:
        """Propose properties to fetch for the things of an inventory."""
        kind, language = request.query_params.get("type", ""), view_of(request).language
        if kind and kind not in {item["id"] for item in reconciler.types(language)}:
            raise ResourceNotFoundError("there is no such type")
        found = await run_in_threadpool(reconciler.properties, kind, language)
        return _answer({"type": kind, "properties": found})

    async def preview(request: Request) -> Response:
        """Show what a thing is, in a frame of the client."""
        thing = _thing(site, request)
        view = view_of(request)
        name = view.words.of(thing.title, thing.path)
        lines = [text for text in _about(thing, view.language) if text != name][:4]
        body = (
            f'<!doctype html><html lang="{view.language}"><meta charset="utf-8">'
            f"<title>{escape(name)}</title><h1>{escape(name)}</h1>"
            + "".join(f"<p>{escape(line)}</p>" for line in lines)
        )  # fmt: skip
        # a client shows it within its own page, which our other pages refuse
        policy = "default-src 'none'; frame-ancestors *"
        headers = {**SECURITY, **CORS, "Content-Security-Policy": policy, "Cache-Control": CACHED,
                   "Vary": "Accept-Language"}  # fmt: skip
        return Response(body, 200, headers, "text/html; charset=utf-8")

    async def view(request: Request) -> Response:
        """Lead from an identifier to the thing's page."""
        path = _thing(site, request).path.removeprefix("id/")
        target = root_of(request) + "doc/" + quote(path, safe="/%-._~")
        return Response(b"", 303, {**SECURITY, **CORS, "Location": target, "Cache-Control": CACHED})

    add = partial(routes.add_api_route, tags=["reconciliation"])
    texts = [parameter(name, "query") for name in ("queries", "extend")]
    add("/api/reconcile", service, methods=["GET", "HEAD"],
        openapi_extra={"parameters": texts})  # fmt: skip
    form = {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}
    add("/api/reconcile", batch, methods=["POST"],
        openapi_extra={"requestBody": {"content": form}})  # fmt: skip
    for path, endpoint, name in (
        ("/suggest/{what}", suggest, "prefix"), ("/properties", properties, "type"),
        ("/preview", preview, "id"), ("/view", view, "id"),
    ):  # fmt: skip
        add("/api/reconcile" + path, endpoint, methods=["GET", "HEAD"],
            openapi_extra={"parameters": [parameter(name, "query")]})  # fmt: skip
    return routes


def _manifest(site: Site, reconciler: Reconciler, language: str) -> dict[str, Any]:
    base = site.release.base
    service = (site.site_url or base) + "api/reconcile"
    title = site.project.title
    return {
        "versions": ["0.1", "0.2"],
        "name": title.get(language) or next(iter(title.values())),
        "identifierSpace": base + "id/",
        "schemaSpace": base + "ns/",
        "defaultTypes": reconciler.types(language),
        "view": {"url": service + "/view?id={{id}}"},
        "preview": {"url": service + "/preview?id={{id}}", "width": 400, "height": 200},
        "suggest": {
            what: {"service_url": service, "service_path": f"/suggest/{what}"}
            for what in _SUGGESTED
        },
        "extend": {"propose_properties": {"service_url": service, "service_path": "/properties"},
                   "property_settings": []},
    }  # fmt: skip


async def _form(request: Request) -> str:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            most = _MOST_BYTES
            raise TooLargeError(f"a form may have at most {most} bytes",
                                nl=f"een formulier heeft hoogstens {most} bytes")  # fmt: skip
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise InputError("the form is not UTF-8", nl="het formulier is geen UTF-8") from None


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InputError(f"this is not JSON: {error}", nl=f"dit is geen JSON: {error}") from None


def _thing(site: Site, request: Request) -> Description:
    name = request.query_params.get("id", "")
    found = site.release.documents.get(normal("id/" + name)) if name else None
    if found is None:
        raise ResourceNotFoundError("there is no thing with this id",
                                    nl="er is geen ding met deze id")  # fmt: skip
    return found


def _about(thing: Description, language: str) -> list[str]:
    """Return the texts that describe a thing, in a language or in none."""
    said = [literal_of(quad[2]) for quad in thing.own() if quad[2].startswith('"')]
    return [text[:300] for text, _, spoken in said if spoken in ("", language, "nl") and text]


def _answer(value: Any) -> Response:
    headers = {**SECURITY, **CORS, "Cache-Control": CACHED, "Vary": "Accept-Language"}
    return Response(orjson.dumps(value), 200, headers, "application/json")
