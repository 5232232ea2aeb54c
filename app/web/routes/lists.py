"""Lists of inventories and of datasets: page, text, facets; HTML, RDF (Hydra), JSON, CSV."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from fastapi import APIRouter, Request
from markupsafe import Markup

from app.errors import InputError, ResourceNotFoundError
from app.project import Facet
from app.rdf import media
from app.rdf.io import write
from app.rdf.media import MediaType
from app.rdf.namespaces import term
from app.rdf.terms import XSD, Quad, literal
from app.store.current import OpenRelease
from app.store.documents import Listing
from app.store.index import DATASETS
from app.tables.writing import safe_csv
from app.web import parameters
from app.web.direct import Direct, parameter, remembered
from app.web.links import alternates, canonical, link
from app.web.pages import render
from app.web.responses import VARY, VARY_LANGUAGE, Answer, Asked, answer
from app.web.site import Site, View, offer, view_of
from app.web.values import facet_values, list_items

_HYDRA = "<http://www.w3.org/ns/hydra/core#"
_SIZE, _MAX_SIZE, _MAX_TEXT = 20, 100, 200


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A list as asked for: which, its facets, and how it is narrowed."""

    route: str
    inventory: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    facets: tuple[Facet, ...]
    text: str
    chosen: tuple[tuple[str, str], ...]
    page: int
    size: int

    def query(self, *, page: int | None = None, without: str = "", **more: str) -> str:
        """Return a query string for the same list, changed as said; page 1 goes unsaid."""
        parts = [("q", self.text)] if self.text else []
        parts += [(n, v) for n, v in self.chosen if n != without and n not in more]
        parts += sorted(more.items())
        if self.size != _SIZE:
            parts.append(("size", str(self.size)))
        number = self.page if page is None else page
        if number > 1:
            parts.append(("page", str(number)))
        return "?" + urlencode(parts) if parts else ""


def router(site: Site) -> APIRouter:
    """Return the routes of lists; which there are is in the project file."""
    routes = APIRouter(route_class=Direct)

    def listing(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Return a list of the things of one inventory."""
        return _answer(site, release, asked, request, None)

    def suffixed(release: OpenRelease, asked: Asked, request: Request) -> Answer:
        """Return the same list in the representation of the suffix."""
        chosen = media.BY_SUFFIX.get(request.path_params["suffix"])
        if chosen not in media.LISTING:
            raise ResourceNotFoundError("there is no list of that form")
        return _answer(site, release, asked, request, chosen)

    # last in the app: any single word may be an inventory of a project
    for path, build in (("/{route}.{suffix}", suffixed), ("/{route}", listing)):
        asked_for = (("q", "string"), ("page", "integer"), ("size", "integer"))
        parameters = [parameter(name, "query", kind) for name, kind in asked_for]
        routes.add_api_route(
            path, remembered(site, build), methods=["GET", "HEAD"], tags=["lists"],
            openapi_extra={"parameters": parameters},
        )  # fmt: skip
    return routes


def _parse(request: Request, site: Site, release: OpenRelease, route: str) -> ListQuery:
    inventory = site.project.route(route)
    if inventory is None and route != DATASETS:
        raise ResourceNotFoundError("there is nothing at this address")
    facets = inventory.facets if inventory else ()
    chosen = []
    ref = inventory.ref if inventory else DATASETS
    for facet in facets:
        value = request.query_params.get(facet.name, "")
        if value:
            known = release.documents.values(ref, facet.name)
            code = next((code for code, iri in known.items() if value in {code, iri}), value)
            # an unknown value is an empty list, not all of it
            chosen.append((facet.name, code))
    text = request.query_params.get("q", "").strip()
    if len(text) > _MAX_TEXT:
        msg = f"q may have at most {_MAX_TEXT} characters"
        raise InputError(msg)
    return ListQuery(
        route=route,
        inventory=ref,
        title=inventory.title if inventory else {"nl": "Datasets", "en": "Datasets"},
        description=inventory.description if inventory else site.project.description,
        facets=facets,
        text=text,
        chosen=tuple(chosen),
        page=parameters.whole(request, "page", default=1, most=1_000_000),
        size=parameters.whole(request, "size", default=_SIZE, most=_MAX_SIZE),
    )


def _answer(
    site: Site, release: OpenRelease, wanted: Asked, request: Request, fixed: MediaType | None
) -> Answer:
    asked = _parse(request, site, release, request.path_params["route"])
    target = fixed or offer(wanted.accept, media.LISTING)
    view = view_of(request) if target is media.HTML else None

    found = release.documents.listing(
        asked.inventory, text=asked.text, chosen=_values(release, asked),
        page=asked.page, size=asked.size,
    )  # fmt: skip

    def make() -> bytes:
        if view is not None:
            return _page(site, asked, found, view)
        if target is media.JSON:
            return _json(release, asked, found)
        if target is media.CSV:
            return _csv(release, found)
        return write(_hydra(release, asked, found), target, site.prefixes)

    query = asked.query()
    links = alternates(asked.route, media.LISTING, query=query)
    name = f"{asked.route}.{fixed.suffix}" if fixed else asked.route
    for relation, number in (("prev", asked.page - 1), ("next", asked.page + 1)):
        if 1 <= number <= found.pages:
            links.append(link(f"./{name}{asked.query(page=number)}", relation))
    if not query:
        links.append(canonical(site.site_url or release.base, asked.route))
    tag = f"{site.release_tag}-{target.suffix}"
    modified, vary = release.release.published, VARY
    if view is not None:
        tag += f"-{site.view_tag(view)}"
        modified, vary = "", VARY_LANGUAGE
    return answer(
        wanted, target, tag=tag, modified=modified, make=make, links=", ".join(links), vary=vary
    )


def _values(release: OpenRelease, asked: ListQuery) -> dict[str, str]:
    """Return the chosen facet values as IRIs; a code nobody has stays itself and finds nothing."""
    documents, inventory = release.documents, asked.inventory
    return {name: documents.values(inventory, name).get(code, code) for name, code in asked.chosen}


def _page(site: Site, asked: ListQuery, found: Listing, view: View) -> bytes:
    words = view.words
    chosen = dict(asked.chosen)
    facets = []
    for facet in asked.facets:
        without = view.link(asked.route + asked.query(page=1, without=facet.name))
        start = f"{without}{'&' if '?' in without else '?'}{facet.name}="
        values = []
        for value in found.facets.get(facet.name, ()):
            code = value.code
            taken = chosen.get(facet.name) == code
            href = without if taken else start + quote(code, safe="")
            values.append((href, words.of(value.label, code), value.count, taken))
        html = Markup(facet_values(values))  # noqa: S704 - escapes
        facets.append((words.of(facet.title), html))
    items = [
        (
            view.link("doc/" + item["path"][3:]),
            words.of(item["label"], item["path"]),
            words.of(item["summary"]),
            [words.of(tag) for tag in item["tags"] if tag],
        )
        for item in found.items
    ]
    hidden = list(asked.chosen)
    if view.explicit:
        hidden.append(("lang", view.language))
    query = asked.query()
    return render(
        site, view, "list.html", path=asked.route + query, title=words.of(asked.title),
        lead=words.of(asked.description), route=asked.route, text=asked.text, hidden=hidden,
        facets=facets, narrowed=bool(chosen or asked.text), total=found.total,
        items=Markup(list_items(items)),  # noqa: S704 - escapes

        start=(found.page - 1) * found.size + 1, page=found.page, pages=found.pages,
        previous_href=view.link(asked.route + asked.query(page=found.page - 1))
        if found.page > 1 else "",
        next_href=view.link(asked.route + asked.query(page=found.page + 1))
        if found.page < found.pages else "",
        formats=[(f"{view.root}{asked.route}.{m.suffix}{query}", m.suffix)
                 for m in media.LISTING if m is not media.HTML],
    )  # fmt: skip


def _json(release: OpenRelease, asked: ListQuery, found: Listing) -> bytes:
    return orjson.dumps(
        {
            "total": found.total,
            "page": found.page,
            "size": found.size,
            "pages": found.pages,
            "items": [
                {"iri": release.base + item["path"], "label": item["label"],
                 "summary": item["summary"]}
                for item in found.items
            ],
            "facets": {
                name: [{"value": v.value, "label": v.label, "count": v.count} for v in values]
                for name, values in found.facets.items()
            },
            "query": {"q": asked.text, **dict(asked.chosen)},
        },
        option=orjson.OPT_INDENT_2,
    )  # fmt: skip


def _csv(release: OpenRelease, found: Listing) -> bytes:
    columns = ["iri", "label_nl", "label_en", "summary_nl", "summary_en"]
    rows = []
    for item in found.items:
        row: dict[str, Any] = {"iri": release.base + item["path"]}
        for part in ("label", "summary"):
            for language in ("nl", "en"):
                row[f"{part}_{language}"] = item[part].get(language, "")
        rows.append(row)
    return safe_csv(columns, rows)


def _hydra(release: OpenRelease, asked: ListQuery, found: Listing) -> list[Quad]:
    """Return the page as a hydra:Collection with its view (Hydra Core)."""
    narrowed = asked.query(page=1)
    collection = f"<{release.base}{asked.route}{narrowed}>"

    def page(number: int) -> str:
        query = asked.query(page=number)
        joiner = "&" if query else "?"
        last = "" if number > 1 else f"{joiner}page=1"
        return f"<{release.base}{asked.route}{query}{last}>"

    view, a = page(found.page), term("rdf:type")
    out: list[Quad] = [
        (collection, a, _HYDRA + "Collection>", ""),
        (collection, _HYDRA + "totalItems>",
         literal(str(found.total), datatype=XSD + "integer"), ""),
        (collection, _HYDRA + "view>", view, ""),
        (view, a, _HYDRA + "PartialCollectionView>", ""),
        (view, _HYDRA + "first>", page(1), ""),
        (view, _HYDRA + "last>", page(found.pages), ""),
    ]  # fmt: skip
    if found.page > 1:
        out.append((view, _HYDRA + "previous>", page(found.page - 1), ""))
    if found.page < found.pages:
        out.append((view, _HYDRA + "next>", page(found.page + 1), ""))
    for language, text in asked.title.items():
        out.append((collection, term("dct:title"), literal(text, language=language), ""))
    for item in found.items:
        thing = f"<{release.base}{item['path']}>"
        out.append((collection, _HYDRA + "member>", thing, ""))
        for language, text in item["label"].items():
            out.append((thing, term("rdfs:label"), literal(text, language=language), ""))
    return sorted(out)
