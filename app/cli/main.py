"""Commands of `vijfster`; heavy imports wait until a command runs."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import lab, map, mapping
from app.cli.command import Json, Lang, Project, app, command, settings_of
from app.cli.output import failed, note, progress_of, report, say
from app.errors import BuildError, InputError

if TYPE_CHECKING:
    from app.settings import Settings

__all__ = ["app", "lab", "map", "mapping"]

_STALLED_MS = 30_000

Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")]
BasePort = Annotated[
    int | None,
    typer.Option("--port", min=1, max=65535, help="Port of the base IRI, where none is set."),
]


@command
def build(
    project: Project = None,
    allow_withdraw: Annotated[bool, typer.Option(help="Withdraw however much is gone.")] = False,
    migrate_base: Annotated[bool, typer.Option(help="Change every published IRI.")] = False,
    again: Annotated[bool, typer.Option(help="Publish what a rollback took back.")] = False,
    port: BasePort = None,
    lang: Lang = "nl",
    as_json: Json = False,
) -> int:
    """Build a release from the project folder; nothing is published unless all of it is right."""
    from app.bootstrap import publisher  # noqa: PLC0415

    job = publisher(settings_of(project), port=port, progress=progress_of(lang))
    outcome = job.build(allow_withdraw=allow_withdraw, migrate_base=migrate_base, again=again)
    return report(outcome, lang=lang, as_json=as_json)


@command
def serve(project: Project = None, host: Host = "127.0.0.1", port: Port = 8000) -> int:
    """Serve the current release, and each next one from the moment it is published."""
    return _serve(settings_of(project), host, port)


@command
def up(
    project: Project = None, host: Host = "127.0.0.1", port: Port = 8000, lang: Lang = "nl"
) -> int:
    """Build if needed, then serve; what cannot be built leaves the release before in place."""
    from app.bootstrap import publisher  # noqa: PLC0415
    from app.bootstrap import releases as open_releases  # noqa: PLC0415

    settings = settings_of(project)
    _require_port(host, port, lang)
    try:
        outcome = publisher(settings, port=port, progress=progress_of(lang)).build()
        code = report(outcome, lang=lang, as_json=False)
    except (BuildError, InputError) as error:
        failed(error, lang=lang)
        code = 2
    if code:
        # a project that cannot be built is no reason to take down what was published
        if open_releases(settings).current() is None:
            return code
        note("De vorige release wordt getoond." if lang == "nl"
             else "The release before is served.")  # fmt: skip
    return _serve(settings, host, port)


def _require_port(host: str, port: int, lang: str) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            nl = f"Poort {port} op {host} is niet vrij ({error.strerror}); kies een andere: "
            en = f"Port {port} on {host} is not free ({error.strerror}); choose another: "
            note((nl if lang == "nl" else en) + ("--port (make run PORT=…)."))
            raise typer.Exit(2) from None


def _serve(settings: Settings, host: str, port: int) -> int:
    import logging  # noqa: PLC0415

    import uvicorn  # noqa: PLC0415

    from app.bootstrap import service  # noqa: PLC0415

    _require_port(host, port, "nl")
    if settings.metrics_port:
        _require_port(settings.metrics_host, settings.metrics_port, "nl")
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    web = service(settings)
    note(f"Vijfster: http://{'localhost' if host == '127.0.0.1' else host}:{port}/")
    config = uvicorn.Config(
        web, host=host, port=port, log_level="warning", access_log=False,
        proxy_headers=False, server_header=False,
    )  # fmt: skip
    listener = config.bind_socket()
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # who takes nothing of what is there for him holds a connection no longer (tcp(7))
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _STALLED_MS)
    server = uvicorn.Server(config)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    return 0 if server.started else 2


@command
def releases(project: Project = None, as_json: Json = False) -> int:
    """List the releases, the current one marked."""
    from app.bootstrap import releases as open_releases  # noqa: PLC0415

    store = open_releases(settings_of(project))
    current = store.ledger.current()
    rows = [
        {"name": r.name, "published": r.published, "kind": r.kind,
         "current": current is not None and r.id == current.id,
         "kept": (store.path(r) / "manifest.json").is_file()}
        for r in store.ledger.releases()
    ]  # fmt: skip
    if as_json:
        say(json.dumps(rows, indent=2))
        return 0
    for row in rows:
        mark = "*" if row["current"] else " "
        say(f"{mark} {row['name']}  {row['kind']}{'' if row['kept'] else '  (folder removed)'}")
    return 0


@command
def rollback(
    name: Annotated[str, typer.Argument(help="A release of `vijfster releases`.")],
    project: Project = None,
    port: BasePort = None,
    lang: Lang = "nl",
) -> int:
    """Publish the content of an older release again, as a new release."""
    from app.bootstrap import publisher  # noqa: PLC0415

    job = publisher(settings_of(project), port=port, progress=progress_of(lang))
    return report(job.rollback(name), lang=lang, as_json=False)


@command
def cell(
    iri: Annotated[str, typer.Argument(help="IRI of a thing.")],
    property_: Annotated[
        str, typer.Argument(metavar="[PROPERTY]", help="IRI or prefix:name.")
    ] = "",
    project: Project = None,
    as_json: Json = False,
) -> int:
    """Tell which cells a thing's triples come from."""
    from contextlib import closing  # noqa: PLC0415

    from app.bootstrap import releases as open_releases  # noqa: PLC0415
    from app.project import load_project  # noqa: PLC0415
    from app.rdf.turtle import own_prefixes  # noqa: PLC0415
    from app.store.documents import Documents  # noqa: PLC0415
    from app.tables.cells import refs  # noqa: PLC0415

    settings = settings_of(project)
    found = open_releases(settings).current()
    if found is None:
        note("Nothing has been published yet; run `vijfster build`.")
        return 2
    release, folder = found
    vocabularies = load_project(settings.project.resolve()).vocabularies
    prefixes = own_prefixes(vocabularies, release.base).by_name
    prefix, _, local = property_.partition(":")
    name = prefixes[prefix] + local if prefix in prefixes else property_
    with closing(Documents(folder / "documents.sqlite", release.base)) as documents:
        cells = documents.cells(iri, [name] if name else [])
    rows = [
        {"property": item["property"], "cells": refs(item)} for item in cells if item["property"]
    ]
    if as_json:
        say(json.dumps(rows, indent=2))
    else:
        for row in rows:
            say(f"{row['property']}\t{' '.join(row['cells'])}")
    if not rows:
        note(f"No table gave {iri}{' ' + name if name else ''}.")
    return 0 if rows else 1


@command
def doctor(
    url: Annotated[str, typer.Option(help="Where the service runs; the base IRI if empty.")] = "",
    project: Project = None,
    lang: Lang = "nl",
    as_json: Json = False,
) -> int:
    """Check the feed as harvesters meet it, tell where to register it, list who fetched it."""
    from app.bootstrap import fetches  # noqa: PLC0415
    from app.bootstrap import releases as open_releases  # noqa: PLC0415
    from app.cli.doctor import examine  # noqa: PLC0415
    from app.project import load_project  # noqa: PLC0415
    from app.store.releases import read_json  # noqa: PLC0415

    settings = settings_of(project)
    found = open_releases(settings).current()
    if found is None:
        note("Er is nog niets gepubliceerd; voer vijfster build uit." if lang == "nl"
             else "Nothing has been published yet; run vijfster build.")  # fmt: skip
        return 2
    release, folder = found
    return examine(
        load_project(settings.project.resolve()), release.base,
        url.rstrip("/") + "/" if url else release.base,
        conforms=bool(read_json(folder / "manifest.json")["conforms"]),
        fetched=fetches(settings).read(), lang=lang, as_json=as_json, settings=settings,
    )  # fmt: skip


@command
def match(
    lists: Annotated[
        list[str] | None,
        typer.Argument(metavar="LIST=FILE...", help="A list of the project and a file (RDF, CSV)."),
    ] = None,
    project: Project = None,
    all_: Annotated[bool, typer.Option("--all", help="Also rows that hold a code.")] = False,
    alike: Annotated[
        float, typer.Option(min=50, max=100, help="How much alike names must be.")
    ] = 88,
    output: Annotated[Path | None, typer.Option(help="Write a CSV file.")] = None,
    lang: Lang = "nl",
    as_json: Json = False,
) -> int:
    """List candidates for identifiers (NIS, KBO, OVO ...); a person confirms them."""
    from app.cli.match import candidates  # noqa: PLC0415
    from app.project import load_project  # noqa: PLC0415

    return candidates(
        load_project(settings_of(project).project.resolve()), lists or [], everything=all_,
        alike=alike, output=output, lang=lang, as_json=as_json,
    )  # fmt: skip


@command
def query(
    text: Annotated[str, typer.Argument(help="A SPARQL query, a file with one, or - for stdin.")],
    endpoint: Annotated[
        str, typer.Option(help="Address of the SPARQL endpoint.")
    ] = "http://localhost:8000/sparql",
    output: Annotated[str, typer.Option("--format", help="table, csv, json or turtle.")] = "table",
    timeout: Annotated[int, typer.Option(min=1, help="Seconds without an answer.")] = 60,
    project: Project = None,
    lang: Lang = "nl",
) -> int:
    """Ask a SPARQL endpoint, through SPARQLWrapper; known prefixes need no declaration."""
    from app.bootstrap import base_iri  # noqa: PLC0415
    from app.cli.query import ask, for_terminal, with_prefixes  # noqa: PLC0415
    from app.project import PROJECT_FILE, load_project  # noqa: PLC0415
    from app.rdf.namespaces import PREFIXES  # noqa: PLC0415
    from app.rdf.turtle import own_prefixes  # noqa: PLC0415

    if text == "-":
        text = sys.stdin.read()
    elif len(text) < 4096 and "\n" not in text and Path(text).is_file():
        text = Path(text).read_text(encoding="utf-8")
    elif not any(mark in text for mark in " {\n"):
        note(f"Er is geen bestand {text}, en het is geen zoekvraag." if lang == "nl"
             else f"There is no file {text}, and it is no query.")  # fmt: skip
        return 2
    known, settings = PREFIXES, settings_of(project)
    folder = settings.project.resolve()
    if (folder / PROJECT_FILE).is_file():
        own = load_project(folder).vocabularies
        known = own_prefixes(own, base_iri(settings)).by_name
    found = ask(with_prefixes(text, known), endpoint, output, seconds=timeout)
    # a file gets the bytes, a terminal what it may show
    say(for_terminal(found) if sys.stdout.isatty() else found)
    return 0


@command
def publish(
    to: Annotated[str, typer.Option("--to", help="An [[engine]] of vijfster.toml.")],
    project: Project = None,
    rollback_: Annotated[
        bool, typer.Option("--rollback", help="Back to the release served before.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only look whether the engine holds the release.")
    ] = False,
    whole: Annotated[bool, typer.Option("--whole", help="Also load what did not change.")] = False,
    bulk: Annotated[
        Path | None, typer.Option(help="Write files and commands for a bulk loader there.")
    ] = None,
    lang: Lang = "nl",
    as_json: Json = False,
) -> int:
    """Load the release into an external SPARQL engine, verify it there, then switch to it."""
    from app.bootstrap import releases as open_releases  # noqa: PLC0415
    from app.bootstrap import state_dir  # noqa: PLC0415
    from app.cli.publish import run  # noqa: PLC0415
    from app.project import load_project  # noqa: PLC0415

    settings = settings_of(project)
    return run(
        load_project(settings.project.resolve()), state_dir(settings),
        open_releases(settings).current(), to, rollback=rollback_, check=check, whole=whole,
        bulk=bulk, lang=lang, as_json=as_json,
    )  # fmt: skip


@command
def template(
    inventories: Annotated[
        list[str] | None,
        typer.Argument(metavar="[INVENTORY...]", help="Tables or inventories; all if none."),
    ] = None,
    project: Project = None,
    output: Annotated[Path | None, typer.Option(help="The workbook to write (.xlsx).")] = None,
    with_rows: Annotated[bool, typer.Option("--with-rows", help="With the rows of today.")] = False,
    lang: Lang = "nl",
) -> int:
    """Write a workbook to fill in: a sheet per table, with help, drop-downs and lists of codes."""
    from app.cli.template import write_template  # noqa: PLC0415
    from app.project import load_project  # noqa: PLC0415

    return write_template(
        load_project(settings_of(project).project.resolve()), inventories or [],
        with_rows=with_rows, output=output, lang=lang,
    )  # fmt: skip
