"""`vijfster doctor`: is the feed right, does the service answer as harvesters need, who came."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from app.catalog.advice import Finding, findings, portals
from app.cli.output import say
from app.net.probe import probe
from app.rdf import media

if TYPE_CHECKING:
    from app.project import Project
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


def _judge(code: str, good: bool, message: dict[str, str]) -> Finding:
    return Finding("ok" if good else "error", code, message)


def examine(
    project: Project, base: str, url: str, *, conforms: bool, fetched: list[Fetched], lang: str,
    as_json: bool,
) -> int:  # fmt: skip
    """Print everything; return 1 if something keeps the feed from being harvested."""
    found = [*findings(project, base, conforms=conforms), *asked(url)]
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
