"""What the pages of datasets and of the catalog say of their quality: view models and badges."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final
from urllib.parse import quote

from fastapi import Request
from markupsafe import Markup

from app.errors import InputError
from app.quality.badges import KINDS, badge, told
from app.quality.indicators import HIGHEST
from app.quality.overviewpage import anchor
from app.quality.pictures import day, trend
from app.quality.text import counted, number, span
from app.quality.words import BASIS, EFFORTS, HEADS, PLACES, RATINGS
from app.rdf.iris import mint
from app.store.current import OpenRelease
from app.store.releases import MEASUREMENTS
from app.store.scores import WHOLE
from app.web.site import Site, View

_NEXT, _ROWS = 3, 50
# what Markdown would take for its own
_MARKS: Final = re.compile(r"([\\\[\]<>*_`&!])")


def scored(site: Site, release: OpenRelease, iri: str) -> Mapping[str, Any] | None:
    """Return what the score card says of a dataset, or of the catalog; None where it says nothing.

    Of the catalog that is the mean, with its `next` tasks and the points of its `datasets`.
    """
    card = release.quality.get("card")
    if not card:
        return None
    if iri == mint(release.base, "id", "catalogus", site.project.catalog_ref):
        brief = [{key: one[key] for key in ("dataset", "title", "sure", "possible", "rating")}
                 for one in card["datasets"]]  # fmt: skip
        return {**card["mean"], "stars": card.get("stars"), "next": card["next"], "datasets": brief}
    return next((one for one in card["datasets"] if one["dataset"] == iri), None)


def svg(site: Site, release: OpenRelease, iri: str, title: str, kind: str, lang: str) -> str | None:
    """Return the badge of a dataset or the catalog, None if it has no score."""
    found = scored(site, release, iri)
    if found is None:
        return None
    return badge_of(found, title, kind, lang)


def part(
    site: Site, release: OpenRelease, iri: str, title: str, view: View
) -> dict[str, Any] | None:
    """Return the view model of the part of a page, None if the thing has no score."""
    found = scored(site, release, iri)
    if found is None:
        return None
    words, lang = view.words, view.language
    whole = "datasets" in found
    path = iri.removeprefix(release.base)
    points = [point for point in release.quality["trends"].get(WHOLE if whole else path, ())
              if point["datasets"]]  # fmt: skip
    alt, picture = words("badge_alt_points", title=title), f"badge/{path[3:]}.svg?lang={lang}"
    many = counted(len(found["datasets"])) if whole else ""
    tasks = found["next"] if whole else found["tasks"]
    return {
        "points": mean_of(release, view) if whole else words(
            "points_of", points=span(found, lang), highest=HIGHEST),
        "rating": rating(found, view),
        "stars": told("stars", found["stars"], lang) if found.get("stars") else "",
        "basis": BASIS["metadata"][lang],
        "bars": list(_bars(found["dimensions"], view)),
        "tasks": [_task(task, many, view) for task in tasks[:_NEXT]],
        "trend": Markup(trend(points, lang)) if len(points) > 1 else "",  # noqa: S704 - escapes
        "history": [(day(point), span(point, lang), point["datasets"])
                    for point in reversed(points)] if len(points) > 1 else [],
        "datasets": list(_rows(found["datasets"], view)) if whole else [],
        "total": len(found["datasets"]) if whole else 0,
        "files": [(f"{view.root}dumps/{MEASUREMENTS}.{suffix}", suffix)
                  for suffix in ("csv", "json")],
        "badge": view.root + picture,
        "badge_alt": alt,
        "snippets": _snippets(f"{site.address}doc/{path[3:]}", site.address + picture, alt),
    }  # fmt: skip


def mean_of(release: OpenRelease, view: View) -> str:
    """Return the points of the catalog in words, "" if it has no score."""
    card = release.quality.get("card")
    if not card:
        return ""
    points = span(card["mean"], view.language)
    return view.words("points_on_average", points=points, highest=HIGHEST)


def rating(found: Mapping[str, Any], view: View) -> str:
    """Return the class of points in words, or the two that it may be."""
    low, high = (RATINGS[found["rating"][side]][view.language] for side in ("sure", "possible"))
    return low if low == high else view.words("from_to", low=low, high=high)


def _bars(dimensions: Mapping[str, Mapping[str, float]], view: View) -> Iterator[dict[str, Any]]:
    for name in HEADS:
        if name in dimensions:
            found = dimensions[name]
            share = {side: round(100 * found[side] / found["highest"], 1)
                     for side in ("sure", "possible")}  # fmt: skip
            yield {
                "label": HEADS[name][view.language],
                **share,
                "text": view.words("of_highest", points=span(found, view.language),
                                   highest=found["highest"]),
            }  # fmt: skip


def _task(task: Mapping[str, Any], many: str, view: View) -> dict[str, Any]:
    words, lang = view.words, view.language
    said = [EFFORTS[task["effort"]["level"]][lang]]
    if task["doubtful"]:
        said.insert(0, words("task_doubt", points=number(task["doubtful"], lang)))
    if task["points"]:
        said.insert(0, words("task_gain", points=number(task["points"], lang)))
    if many:
        said.append(words("task_datasets", count=task["datasets"], total=many))
    return {
        "text": task["text"][lang],
        "said": " · ".join(said),
        "example": f"{task['property']} {task['example']}" if task["property"] else "",
        "at": PLACES.get(task.get("at", ""), {}).get(lang, ""),
        "wrong": [one[lang] for one in task.get("wrong", ())],
    }


def _rows(datasets: Iterable[Mapping[str, Any]], view: View) -> Iterator[tuple[str, str, str, str]]:
    for one in list(datasets)[:_ROWS]:
        path = "doc/dataset/" + one["dataset"].rpartition("/")[2]
        name = view.words.of(one["title"], one["dataset"])
        yield view.link(path), name, span(one, view.language), rating(one, view)


def chosen(request: Request, name: str, offers: tuple[str, ...]) -> str:
    """Return the value of a parameter; the first of what is offered is the default.

    Raises:
        InputError: It is another one.
    """
    found = request.query_params.get(name, offers[0])
    if found not in offers:
        raise InputError(f"{name} is one of {', '.join(offers)}",
                         nl=f"{name} is een van {', '.join(offers)}")  # fmt: skip
    return found


def badge_of(found: Mapping[str, Any], title: str, kind: str, lang: str) -> str:
    """Return a badge of what has points, and stars where they are known."""
    return badge(kind, found if kind == "points" else found.get("stars") or {}, lang, title=title)


def badges_of(address: str, view: View, page: str, name: str) -> dict[str, Any]:
    """Return the badges of a registered source, with the lines to copy; they lead to its row."""
    lang, file = view.language, f"badge/bron/{quote(name, safe='')}.svg"
    there = f"{address}{page}?lang={lang}#{anchor(name)}"
    kinds = []
    for kind in KINDS:
        picture = f"{file}?kind={kind}&lang={lang}"
        alt = view.words(f"badge_alt_{kind}", title=name)
        kinds.append({"picture": view.root + picture, "alt": alt,
                      "snippets": _snippets(there, address + picture, alt)})  # fmt: skip
    return {"name": name, "kinds": kinds}


def _snippets(page: str, picture: str, alt: str) -> Sequence[tuple[str, str]]:
    """Return the lines that show a picture elsewhere and lead to a page."""
    html = f'<a href="{escape(page)}"><img src="{escape(picture)}" alt="{escape(alt)}"></a>'
    marked = _MARKS.sub(r"\\\1", alt)
    return (("HTML", html), ("Markdown", f"[![{marked}]({picture})]({page})"))
