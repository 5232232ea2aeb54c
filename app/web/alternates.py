"""The list of views of a resource (`_profile=alt`): a page, JSON, or RDF in W3C's words (altr)."""

from __future__ import annotations

import hashlib
from urllib.parse import quote, urlencode

import orjson
from starlette.requests import Request

from app.rdf import media
from app.rdf.io import write
from app.rdf.media import MediaType
from app.rdf.namespaces import term
from app.rdf.terms import Triple, literal
from app.store.current import OpenRelease
from app.web.conneg import ALTERNATES, Profile, Views, profile_links, said_links
from app.web.pages import render
from app.web.responses import VARY_PROFILE_LANGUAGE, Answer, Asked, answer
from app.web.site import Site, view_of

_ALTR = f"<{ALTERNATES.iri}"
_FORMATS = "http://www.iana.org/assignments/media-types/"
Row = tuple[str, Profile | None, MediaType]


def alternates_answer(
    site: Site, release: OpenRelease, asked: Asked, request: Request, target: MediaType,
    path: str, views: Views,
) -> Answer:  # fmt: skip
    """Return the list of views of the resource at a path below the site, in a form."""
    rows = _rows(path, views)
    if target is media.HTML:
        view = view_of(request)
        body = render(
            site, view, "alternates.html", path=f"{path}?_profile=alt",
            title=view.words("alternates"), address=release.base + path,
            rows=[(view.root + address, profile and profile.title, profile and profile.iri,
                   form.name) for address, profile, form in rows],
        )  # fmt: skip
    elif target is media.JSON:
        body = orjson.dumps(_listed(release.base + path, views), option=orjson.OPT_INDENT_2)
    else:
        triples = _triples(release.base, path, rows)
        body = write([(*triple, "") for triple in triples], target, site.prefixes)
    tag = f"alt-{hashlib.sha256(body).hexdigest()[:24]}"
    # of the site, since the links of a request stand at its own level
    stem = "./" + path.rpartition("/")[2]
    links = [*profile_links(stem, views), *said_links([ALTERNATES])]
    return answer(asked, target, tag=tag, modified="", make=lambda: body, links=", ".join(links),
                  vary=VARY_PROFILE_LANGUAGE, profile=ALTERNATES.header)  # fmt: skip


def _rows(path: str, views: Views) -> list[Row]:
    """Return (address below the site, profile, form) of every view; the default comes first."""
    path = quote(path, safe="/%-._~")
    forms: list[tuple[Profile | None, MediaType]] = [(None, form) for form in views.plain]
    forms += [(profile, form) for profile in views.profiles for form in profile.formats]
    out: list[Row] = []
    for profile, form in forms:
        asked = {"_profile": profile.token} if profile else {}
        query = urlencode(asked | {"_mediatype": form.name}, safe="/")
        out.append((f"{path}?{query}", profile, form))
    return out


def _listed(address: str, views: Views) -> dict[str, object]:
    return {
        "resource": address,
        "media_types": [form.name for form in views.plain],
        "profiles": [
            {"token": profile.token, "uri": profile.iri,
             "media_types": [form.name for form in profile.formats]}
            for profile in views.profiles
        ],
    }  # fmt: skip


def _triples(base: str, path: str, rows: list[Row]) -> list[Triple]:
    resource = f"<{base}{quote(path, safe='/%-._~')}>"
    out: set[Triple] = set()
    for number, (address, profile, form) in enumerate(rows):
        one = f"<{base}{address}>"
        if not number:
            out.add((resource, f"{_ALTR}hasDefaultRepresentation>", one))
        out |= {
            (resource, f"{_ALTR}hasRepresentation>", one),
            (one, term("rdf:type"), f"{_ALTR}Representation>"),
            (one, term("dct:format"), f"<{_FORMATS}{form.name}>"),
        }
        if profile:
            out |= {
                (one, term("dct:conformsTo"), f"<{profile.iri}>"),
                (f"<{profile.iri}>", term("rdf:type"), term("dct:Standard")),
                (f"<{profile.iri}>", term("rdfs:label"), literal(profile.title)),
            }
    return sorted(out)
