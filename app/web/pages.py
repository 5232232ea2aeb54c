"""Pages: view models from descriptions, rendered by templates that see no triples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any
from urllib.parse import quote

import orjson
from markupsafe import Markup
from starlette.requests import Request

from app.project import Inventory
from app.rdf import media
from app.rdf.namespaces import PREFIXES, RDF_TYPE
from app.rdf.terms import literal_of
from app.rdf.turtle import Prefixes
from app.store.current import OpenRelease
from app.store.documents import Description
from app.store.index import INCOMING_SHOWN
from app.web import quality
from app.web.links import canonical
from app.web.markup import markup
from app.web.responses import VARY_PAGE, Answer, Asked, answer
from app.web.site import Site, View, view_of
from app.web.texts import DETAILS_NL, PROBLEMS_NL
from app.web.values import Values, incoming

_DERIVED = PREFIXES["prov"] + "wasDerivedFrom"
_DESCRIPTIONS = (PREFIXES["dct"] + "description", PREFIXES["skos"] + "definition")
_PART_OF = PREFIXES["dct"] + "isPartOf"
_QUESTIONS_SHOWN = 4

_SLOT = "\ue000"
_DEEPEST = len("../") * 8


def render(
    site: Site,
    view: View,
    name: str,
    *,
    path: str,
    title: str,
    query: str = "",
    in_head: str = "",
    **context: Any,
) -> bytes:
    """Return a page: a template in the frame of every page.

    `path` is the page's own, below the site; `query` what stands in the search box; `in_head` more
    of the head, as HTML of our own.
    """
    body = site.template(name, view.language).render(
        t=view.words, link=view.link, root=view.root, language=view.language, title=title,
        explicit=view.explicit, query=query, **context,
    )  # fmt: skip
    home = view.words.of(site.project.title)
    other = "en" if view.language == "nl" else "nl"
    slots = {
        "title": escape(title if title == home else f"{title} · {home}"),
        "query": escape(query),
        "other": escape(f"{view.root}{path}{'&' if '?' in path else '?'}lang={other}"),
        "main": body,
        "head": in_head,
    }
    # even parts are fixed text, odd ones name what goes there
    parts = _shell(site, view).copy()
    for index in range(1, len(parts), 2):
        parts[index] = slots[parts[index]]
    return "".join(parts).encode()


def page(
    site: Site,
    asked: Asked,
    view: View,
    path: str,
    make: Callable[[], bytes],
    *,
    others: Iterable[str] = (),
    mark: str = "",
) -> Answer:
    """Return the answer with a page that is HTML only.

    `path` is the page's own, below the site; `others` are links to other forms; `mark` is what
    changes with what the page shows, where that is more than the release.
    """
    tag = f"{site.release_tag}{mark and '-'}{mark}-{site.view_tag(view)}"
    links = [*others, canonical(site.site_url or site.release.base, path)]
    return answer(asked, media.HTML, tag=tag, modified="", make=make, vary=VARY_PAGE,
                  links=", ".join(links))  # fmt: skip


def _shell(site: Site, view: View) -> list[str]:
    """Return the frame of a view, split at its slots; it is the same for every page."""
    found = site.shells.get(view)
    if found is None:
        text = site.template("base.html", view.language).render(
            t=view.words, link=view.link, root=view.root, language=view.language,
            other="en" if view.language == "nl" else "nl",
            explicit=view.explicit, assets=site.assets,
            slot=lambda name: Markup(_SLOT + name + _SLOT),  # noqa: S704 - our own marks
            site_title=view.words.of(site.project.title),
            menu=[(i.route, view.words.of(i.menu)) for i in site.project.inventories],
            sparql=site.sparql_is_public,
            questions=bool(site.loaded.release and site.loaded.release.answers),
            publisher=view.words.of(site.project.publisher.name),
            note=view.words.of(site.project.publisher.note),
        )  # fmt: skip
        found = text.split(_SLOT)
        # addresses nobody made links to may be any number of levels deep
        if len(view.root) <= _DEEPEST:
            site.shells[view] = found
    return found


def resource_page(site: Site, release: OpenRelease, found: Description, view: View) -> bytes:
    """Return the page of a thing: facts, links both ways, where it was read."""
    values = Values(view, found.labels, release.base)
    own = found.own()
    skip = frozenset((_DERIVED, *_DESCRIPTIONS))
    main = [quad for quad in own if quad[0] == f"<{found.focus}>"]
    parts = sorted({quad[0] for quad in own if quad[0] != f"<{found.focus}>"})
    terms = [
        (
            part[1:-1].partition("#")[2],
            values.label(part[1:-1]),
            Markup(values.properties((q for q in own if q[0] == part), skip=skip)),  # noqa: S704
            _texts(found, part, view),
        )
        for part in parts
    ]
    title = view.words.of(found.title, found.focus)
    kinds = [q[2][1:-1] for q in main if q[1] == f"<{RDF_TYPE}>"]
    path = found.path if found.path.startswith("ns/") else "doc/" + found.path[3:]
    unstated = _unstated(release, found, {quad[1][1:-1] for quad in main})
    above = _above(release, found, unstated)
    in_head = markup(site, release, found, view)
    return render(
        site, view, "resource.html", path=path, title=title,
        in_head=in_head, views=in_head and view.link(f"{path}?_profile=alt"),
        iri=found.focus,
        kinds=[(values.href(kind), values.short(kind)) for kind in kinds],
        lead=_texts(found, f"<{found.focus}>", view),
        facts=Markup(values.properties(main, skip=skip)),  # noqa: S704 - Values escapes
        unstated=_names(values, unstated.difference(*(said for _, said in above))),
        above=[(values.href(whole.focus), view.words.of(whole.title, whole.focus),
                _names(values, said)) for whole, said in above],
        terms=terms,
        incoming=Markup(incoming(values, found)),  # noqa: S704 - Values escapes
        incoming_total=found.incoming,
        incoming_shown=min(found.incoming, INCOMING_SHOWN),
        sources=_sources(release, found, values),
        formats=[(f"{view.root}{path}.{m.suffix}", m.suffix)
                 for m in media.DOCUMENT if m is not media.HTML],
        modified=found.modified,
        quality=quality.part(site, release, found.focus, title, view),
    )  # fmt: skip


def _unstated(release: OpenRelease, found: Description, stated: set[str]) -> set[str]:
    """Return the properties of what a thing's row could have said, and does not."""
    mapped = {cell["property"] for cell in release.documents.cells(found.focus)}
    return {name for name in mapped - stated if name in found.labels}


def _above(
    release: OpenRelease, found: Description, unstated: set[str]
) -> list[tuple[Description, set[str]]]:
    """Return the wholes a thing is part of, nearest first, with what only they have links for."""
    out: list[tuple[Description, set[str]]] = []
    seen, ahead = {found.focus}, [found]
    while ahead and unstated:
        part = ahead.pop(0)
        links = [(quad[1][1:-1], quad[2][1:-1]) for quad in part.own()
                 if quad[0] == f"<{part.focus}>" and quad[2].startswith("<")]  # fmt: skip
        if said := unstated & {name for name, _ in links}:
            out.append((part, said))
            unstated = unstated - said
        for iri in (iri for name, iri in links if name == _PART_OF and iri not in seen):
            seen.add(iri)
            if whole := release.documents.get(iri.removeprefix(release.base)):
                ahead.append(whole)
    return out


def _names(values: Values, properties: Iterable[str]) -> list[str]:
    return sorted({values.short(name) for name in properties}, key=str.casefold)


def _texts(found: Description, subject: str, view: View) -> str:
    texts: dict[str, str] = {}
    for s, p, o, _ in found.quads:
        if s == subject and p[1:-1] in _DESCRIPTIONS and o.startswith('"'):
            text, _, language = literal_of(o)
            texts.setdefault(language, text)
    return view.words.of(texts)


def _sources(release: OpenRelease, found: Description, values: Values) -> list[dict[str, Any]]:
    """Return the rows a thing derives from: document, lines, remark, file and row."""
    rows = {q[2] for q in found.quads if q[0] == f"<{found.focus}>" and q[1] == f"<{_DERIVED}>"}
    out: list[dict[str, Any]] = []
    places = release.documents.rows(found.focus)
    for row in sorted(rows):
        out.append({
            "row": Markup(values.iri(row[1:-1])),  # noqa: S704 - Values escapes
            "facts": Markup(values.properties(  # noqa: S704
                (q for q in found.quads if q[0] == row and q[1] != f"<{RDF_TYPE}>"),
                skip=frozenset({_PART_OF, PREFIXES["rdfs"] + "label"}),
            )),
        })  # fmt: skip
    if out:
        out[0]["places"] = [f"{file}, {values.view.words('row').lower()} {row}"
                            for file, row in places]  # fmt: skip
    return out


def resource_json(
    site: Site, release: OpenRelease, found: Description, prefixes: Prefixes
) -> bytes:
    """Return the plain JSON of a thing; its form is documented in docs/api.md."""

    def name(iri: str) -> str:
        prefix, local = prefixes.shorten(iri)
        return f"{prefix}:{local}" if prefix else iri

    def value(term: str) -> Any:
        if term.startswith("<"):
            iri = term[1:-1]
            labels = found.labels.get(iri)
            return {"iri": iri, "label": labels} if labels else {"iri": iri}
        text, datatype, language = literal_of(term)
        if language:
            return {"text": text, "language": language}
        return {"text": text, "datatype": name(datatype)}

    subjects: dict[str, dict[str, list[Any]]] = {}
    for s, p, o, _ in found.own():
        subjects.setdefault(s[1:-1], {}).setdefault(name(p[1:-1]), []).append(value(o))
    out = {
        "iri": found.focus,
        "label": found.title,
        "modified": found.modified,
        "properties": subjects.pop(found.focus, {}),
        "terms": [{"iri": iri, "properties": facts} for iri, facts in subjects.items()],
        "incoming": {
            "total": found.incoming,
            "shown": [
                {"iri": s[1:-1], "property": name(p[1:-1]),
                 "label": found.labels.get(s[1:-1], {})}
                for s, p, _, _ in found.pointing()
            ],
        },
        "source": [
            {"file": file, "row": row} for file, row in release.documents.rows(found.focus)
        ],
    }  # fmt: skip
    scored = quality.scored(site, release, found.focus)
    if scored is not None:
        out["quality"] = scored
    return orjson.dumps(out, option=orjson.OPT_INDENT_2)


def home_page(site: Site, release: OpenRelease, view: View) -> bytes:
    """Return the home page: what is here, how much, and how good."""
    words = view.words
    cards = []
    counts = {i.ref: release.documents.count(i.ref) for i in site.project.inventories}
    for inventory in site.project.inventories:
        cards.append({
            "route": inventory.route,
            "title": words.of(inventory.title),
            "text": words.of(inventory.description),
            "count": counts[inventory.ref],
        })  # fmt: skip
    charts = []
    for inventory in site.project.inventories[:3]:
        if inventory.facets:
            charts.append(_chart(inventory, release, view))
    manifest = release.manifest
    return render(
        site, view, "home.html", path="", title=words.of(site.project.title),
        lead=words.of(site.project.description),
        cards=cards, charts=charts,
        questions=[(view.link(f"vragen/{item['ref']}"), words.of(item["title"]))
                   for item in release.answers[:_QUESTIONS_SHOWN]],
        more_questions=len(release.answers) > _QUESTIONS_SHOWN,
        results=manifest["results"], conforms=manifest["conforms"],
        profiles=manifest["profiles"], published=release.release.published,
        points=quality.mean_of(release, view),
        points_href=view.link(f"doc/catalogus/{site.project.catalog_ref}#kwaliteit"),
        example=f"{release.base}{_example(site, release)}",
        sparql_href=view.link("sparql") if site.sparql_is_public else "",
    )  # fmt: skip


def _example(site: Site, release: OpenRelease) -> str:
    first = site.project.inventories[0] if site.project.inventories else None
    items = release.documents.listing(first.ref, size=1).items if first else ()
    return str(items[0]["path"]) if items else "id/"


def _chart(inventory: Inventory, release: OpenRelease, view: View) -> dict[str, Any]:
    facet = inventory.facets[0]
    values = release.documents.listing(inventory.ref, size=1).facets.get(facet.name, ())
    most = max([1, *(value.count for value in values)])
    return {
        "title": f"{view.words.of(inventory.menu)}: {view.words.of(facet.title).lower()}",
        "bars": [
            {
                "label": view.words.of(value.label, value.value),
                "count": value.count,
                "width": max(1, round(100 * value.count / most)),
                "href": view.link(f"{inventory.route}?{facet.name}={quote(value.code, safe='')}"),
            }
            for value in values[:8]
        ],
    }


def problem_page(site: Site, request: Request, problem: Mapping[str, Any]) -> bytes:
    """Return a problem as a page."""
    view = view_of(request)
    code = str(problem["code"])
    title = PROBLEMS_NL.get(code, PROBLEMS_NL["error"]) if view.language == "nl" else str(
        problem["title"]
    )  # fmt: skip
    detail = str(problem["detail"])
    if view.language == "nl":
        said = problem.get("messages", {}).get("nl", detail)
        detail = said if said != detail else DETAILS_NL.get(code, detail)
    return render(site, view, "problem.html", path="", title=title, problem=problem, detail=detail)
