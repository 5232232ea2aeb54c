"""`vijfster doctor`: is the feed right, does the service answer as harvesters need, who came."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from app.catalog.advice import Finding, findings, portals
from app.cli.output import say
from app.errors import StoreUnavailableError, VijfsterError
from app.net.probe import probe
from app.rdf import media

if TYPE_CHECKING:
    from app.project import Project
    from app.settings import Settings
    from app.store.current import OpenRelease
    from app.store.fetches import Fetched

_MARKS = {"ok": "  ok  ", "warning": "  !   ", "error": "  X   "}
_HEADS = {"nl": ("Controle", "Aanmelden", "Opgehaald"),
          "en": ("Checks", "Registering", "Fetched")}  # fmt: skip
_SHOWN = 20


def asked(url: str) -> Iterator[Finding]:
    """Yield what the running service says when it is asked as a harvester would."""
    head = probe(f"{url}catalog.rdf", method="HEAD")
    if head.status == 0:
        yield Finding("error", "no-answer", {
            "nl": f"{url} antwoordt niet ({head.reason}). Start de dienst met vijfster serve, of "
            "geef met --url waar ze draait.",
            "en": f"{url} does not answer ({head.reason}). Start the service with vijfster serve, "
            "or say with --url where it runs.",
        })  # fmt: skip
        return
    kind = head.headers.get("content-type", "").partition(";")[0]
    yield _judge("head", head.status == 200 and kind == media.RDF_XML.name, {
        "nl": f"HEAD /catalog.rdf: {head.status} {kind}",
        "en": f"HEAD /catalog.rdf: {head.status} {kind}",
    })  # fmt: skip
    start = probe(f"{url}catalog.rdf", most=4096)
    yield _judge("root", start.status == 200 and b"<rdf:RDF" in start.body, {
        "nl": "het document heeft de wortel rdf:RDF, zonder omleiding",
        "en": "the document has the root rdf:RDF, without a redirect",
    })  # fmt: skip
    etag = start.headers.get("etag", "")
    again = probe(f"{url}catalog.rdf", headers={"If-None-Match": etag}) if etag else start
    yield _judge("unchanged", again.status == 304, {
        "nl": "wie al heeft wat er is, krijgt 304", "en": "who has what there is gets 304",
    })  # fmt: skip
    page = probe(f"{url}catalog.nt?page=1&page_size=1", most=1 << 20)
    yield _judge("pages", page.status == 200 and b"hydra/core#PagedCollection" in page.body, {
        "nl": "pagina's beschrijven zichzelf in Hydra", "en": "pages describe themselves in Hydra",
    })  # fmt: skip
    end = probe(f"{url}api/collections/main/items?startindex=1000000&limit=20&f=dcat_ap_vl")
    yield _judge("records", end.status == 200 and b"Dataset" not in end.body, {
        "nl": "OGC API Records eindigt met een lege pagina",
        "en": "OGC API Records ends with an empty page",
    })  # fmt: skip


def endpoint(settings: Settings) -> Iterator[Finding]:
    """Yield what to know of the SPARQL endpoint on this host."""
    from app.bootstrap import releases  # noqa: PLC0415
    from app.bootstrap_sparql import backend, is_public, isolation, services_of  # noqa: PLC0415
    from app.store.current import Current  # noqa: PLC0415

    if not is_public(settings):
        access = settings.sparql_access
        yield Finding("ok", "sparql-access", {
            "nl": f"/sparql staat niet voor iedereen open (VIJFSTER_SPARQL_ACCESS: {access})",
            "en": f"/sparql is not open to everybody (VIJFSTER_SPARQL_ACCESS: {access})",
        })  # fmt: skip
    if settings.sparql_access == "off":
        return
    release = Current(releases(settings), cache_bytes=0).refresh()
    if backend(settings) is not None:
        if release is not None:
            yield from _external(settings, release)
        return
    if services_of(settings):
        yield Finding("warning", "sparql-services", {
            "nl": "VIJFSTER_SPARQL_SERVICES doet niets: de ingebouwde engine belt niemand. Zet een "
            "externe engine achter /sparql (VIJFSTER_SPARQL_BACKEND), of laat de instelling weg.",
            "en": "VIJFSTER_SPARQL_SERVICES does nothing: the embedded engine dials nobody. Put an "
            "external engine behind /sparql (VIJFSTER_SPARQL_BACKEND), or leave the setting out.",
        })  # fmt: skip
    try:
        isolated = release is not None and asyncio.run(isolation(settings, release))
    except StoreUnavailableError as error:
        yield Finding("error", "sparql-index", {"nl": error.detail_nl, "en": error.detail})
        return
    if isolated:
        yield Finding("ok", "sparql-network", {
            "nl": "zoekvragen lopen in processen zonder netwerk",
            "en": "queries run in processes without a network",
        })  # fmt: skip
    else:
        yield Finding("warning", "sparql-network", {
            "nl": "deze machine geeft zoekprocessen geen eigen netwerk: alleen de controle van de "
            "zoekvraag houdt ze binnen. Sta naamruimten toe (user namespaces, of CAP_SYS_ADMIN in "
            "een container), of sluit uitgaand verkeer af.",
            "en": "this host gives query processes no network of their own: only the check of the "
            "query keeps them inside. Allow namespaces (user namespaces, or CAP_SYS_ADMIN in a "
            "container), or close outgoing traffic.",
        })  # fmt: skip


def _external(settings: Settings, release: OpenRelease) -> Iterator[Finding]:
    """Yield whether the external engine answers, and holds what the release does."""
    from app.bootstrap_sparql import held  # noqa: PLC0415

    wanted: dict[str, int] = release.manifest["quads"]
    try:
        found = asyncio.run(held(settings, release))
    except (VijfsterError, ValueError, KeyError) as error:
        nl, en = ((error.detail_nl, error.detail) if isinstance(error, VijfsterError)
                  else ("het antwoord is geen telling", "the answer is no count"))  # fmt: skip
        yield Finding("error", "sparql-backend", {
            "nl": f"de externe SPARQL-engine antwoordt niet zoals het hoort: {nl}",
            "en": f"the external SPARQL engine does not answer as it should: {en}",
        })  # fmt: skip
        return
    other = [f"{name} {found.get(name, 0)}/{count}" for name, count in sorted(wanted.items())
             if found.get(name, 0) != count]  # fmt: skip
    yield Finding("error" if other else "ok", "sparql-backend", {
        "nl": f"de externe SPARQL-engine bevat niet deze release ({', '.join(other)}); voer "
        "vijfster publish --to NAAM uit",
        "en": f"the external SPARQL engine does not hold this release ({', '.join(other)}); run "
        "vijfster publish --to NAME",
    } if other else {
        "nl": "de externe SPARQL-engine bevat deze release",
        "en": "the external SPARQL engine holds this release",
    })  # fmt: skip


def _judge(code: str, good: bool, message: dict[str, str]) -> Finding:
    return Finding("ok" if good else "error", code, message)


def examine(
    project: Project, base: str, url: str, *, conforms: bool, fetched: list[Fetched], lang: str,
    as_json: bool, settings: Settings,
) -> int:  # fmt: skip
    """Print everything; return 1 if something keeps the feed from being harvested."""
    found = [*findings(project, base, conforms=conforms), *asked(url), *endpoint(settings)]
    if as_json:
        say(json.dumps({
            "base": base, "url": url, "findings": [asdict(item) for item in found],
            "portals": [{**asdict(item), "address": base + item.address} for item in portals()],
            "fetched": [asdict(item) for item in fetched],
        }, ensure_ascii=False, indent=2))  # fmt: skip
        return int(any(item.level == "error" for item in found))
    checks, registering, came = _HEADS[lang]
    say(checks)
    for item in found:
        say(f"{_MARKS[item.level]}{item.message[lang]}")
    say(f"\n{registering}")
    for portal in portals():
        say(f"  {portal.name}: {base}{portal.address}\n      {portal.steps[lang]}")
    say(f"\n{came}")
    for row in fetched[:_SHOWN]:
        say(f"  {row.last}  {row.status}  {row.times:>5}x  {row.feed}  {row.agent or '?'}")
    if not fetched:
        say("  nog niemand" if lang == "nl" else "  nobody yet")
    return int(any(item.level == "error" for item in found))
