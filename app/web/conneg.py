"""Which view and which form a request gets: Content Negotiation by Profile (W3C) over RFC 9110.

What the address says (`_profile`, `_mediatype`) beats what headers say (Accept-Profile, Accept).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from starlette.requests import Request

from app.catalog.dcat import PROFILE
from app.errors import NotAcceptableError
from app.rdf import media
from app.rdf.media import MediaType
from app.rdf.namespaces import PREFIXES
from app.web.direct import parameter
from app.web.responses import Asked
from app.web.site import offer

# <IRI>, or in an address also a short name; commas stand between
_WANTED = re.compile(r"\s*(?:<([^<>]*)>|([^\s<>,;]+))\s*((?:;[^,]*)?)(?:,|$)")
_QUALITY = re.compile(r";\s*q\s*=\s*([0-9.]+)\s*(?:;|$)", re.IGNORECASE)
# "+" in a query is a space to every form decoder
_LOST_PLUS = re.compile(r"(?<=\w) (?=\w)")
_PROFILE_TYPE = "http://www.w3.org/ns/dx/prof/Profile"
ARGUMENTS = {"parameters": [parameter("_profile", "query"), parameter("_mediatype", "query"),
                            parameter("Accept-Profile", "header")]}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Profile:
    """A way of describing: `token` names it in addresses; what fits it fits `broader` as well."""

    token: str
    iri: str
    title: str
    formats: tuple[MediaType, ...]
    broader: tuple[str, ...] = ()

    @property
    def header(self) -> str:
        """The value of Content-Profile."""
        return ", ".join(f"<{iri}>" for iri in (self.iri, *self.broader))


DCAT_AP_VL = Profile(
    "dcat-ap-vl", PROFILE.partition("/erkendestandaard")[0], "DCAT-AP Vlaanderen",
    media.RDF_DOCUMENT, (PROFILE, PREFIXES["dcatap"], PREFIXES["dcat"]),
)  # fmt: skip
HYDRA = Profile(
    "hydra", "http://www.w3.org/ns/hydra/core#", "DCAT-AP Vlaanderen, Hydra Core",
    media.RDF_DOCUMENT, (DCAT_AP_VL.iri, *DCAT_AP_VL.broader),
)  # fmt: skip
SCHEMA = Profile(
    "schema", PREFIXES["schema"], "schema.org", (media.JSON_LD,), ("http://schema.org/",)
)
ALTERNATES = Profile(
    "alt", "http://www.w3.org/ns/dx/connegp/altr#", "Alternates",
    (media.HTML, media.TURTLE, media.JSON_LD, media.RDF_XML, media.N_TRIPLES, media.JSON),
)  # fmt: skip
# the specification has `all`; programs before it had `alt`
_LISTS = {ALTERNATES.token, "all", ALTERNATES.iri}


@dataclass(frozen=True, slots=True)
class Views:
    """What a resource is offered as: forms that follow no profile first, then profiles."""

    plain: tuple[MediaType, ...]
    profiles: tuple[Profile, ...] = ()

    def find(self, name: str) -> Profile | None:
        """Return the profile with a token or IRI, or else the first that is one of that kind."""
        if name in _LISTS:
            return ALTERNATES
        exact = (one for one in self.profiles if name in {one.token, one.iri})
        return next(exact, None) or next((p for p in self.profiles if name in p.broader), None)


def choose(
    request: Request, asked: Asked, views: Views, suffix: MediaType | None = None
) -> tuple[Profile | None, MediaType]:
    """Return the profile, None for a plain form, and the media type to answer in.

    A suffix of the address beats what else was asked of the media type.

    Raises:
        NotAcceptableError: What was asked for is not offered; it says what is.
    """
    query = request.query_params if request.scope["query_string"] else {}
    accept = _LOST_PLUS.sub("+", query.get("_mediatype", "")) or asked.accept
    named = query.get("_profile", "")
    wanted = _wanted(named, tokens=True) if named.strip() else ()
    if not wanted and views.profiles:
        wanted = _wanted(asked.profile, tokens=False)
    if not wanted and not named.strip():
        return None, _form(accept, suffix, views.plain)
    refused: NotAcceptableError | None = None
    for name in wanted:
        if found := views.find(name):
            try:
                return found, _form(accept, suffix, found.formats)
            except NotAcceptableError as error:
                refused = refused or error
    raise refused or _not_offered(views)


@lru_cache(maxsize=512)
def _wanted(text: str, *, tokens: bool) -> tuple[str, ...]:
    """Return the IRIs and tokens of a list, the most wanted first; what cannot be read is left."""
    found: list[tuple[float, str]] = []
    for iri, token, rest in _WANTED.findall(text):
        name = iri or (token if tokens else "")
        quality = _QUALITY.search(rest)
        try:
            weight = float(quality[1]) if quality else 1.0
        except ValueError:
            weight = 0.0
        if name and weight > 0:
            found.append((weight, name))
    return tuple(name for _, name in sorted(found, key=lambda item: -item[0]))


def _form(accept: str, suffix: MediaType | None, offers: tuple[MediaType, ...]) -> MediaType:
    return offer(accept if suffix is None else suffix.name, offers)


def _not_offered(views: Views) -> NotAcceptableError:
    offers = [profile.iri for profile in (*views.profiles, ALTERNATES)]
    names = ", ".join(profile.token for profile in (*views.profiles, ALTERNATES))
    return NotAcceptableError(
        f"this profile is not offered here; _profile can be {names}", offers=offers,
        nl=f"dit profiel wordt hier niet aangeboden; _profile kan {names} zijn",
    )  # fmt: skip


def profile_links(address: str, views: Views, query: Mapping[str, str] | None = None) -> list[str]:
    """Return the Link headers of the views: one per profile and form, and what each token means.

    `address` is the way to the resource, without a suffix; `query` stands in every link.
    """
    out = []
    kept = "".join(f"{name}={value}&" for name, value in (query or {}).items())
    for profile in views.profiles:
        for form in profile.formats:
            target = f"{address}.{form.suffix}?{kept}_profile={profile.token}"
            out.append(f'<{target}>; rel="alternate"; type="{form.name}"; profile="{profile.iri}"')
        out.append(f'<{_PROFILE_TYPE}>; rel="type"; token="{profile.token}"; '
                   f'anchor="{profile.iri}"')  # fmt: skip
    return out


def said_links(profiles: Sequence[Profile]) -> list[str]:
    """Return the Link headers of what a representation conforms to (RFC 6906)."""
    return [f'<{profile.iri}>; rel="profile"' for profile in profiles]
