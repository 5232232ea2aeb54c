"""The commands of the validation lab; heavy imports wait until one runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli.command import Json, Lang, Project, command, settings_of
from app.errors import InputError


@command
def validate(
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="Files, addresses, or - for standard input; names with --feeds."),
    ] = None,
    profile: Annotated[
        list[str] | None, typer.Option("--profile", help="A name of `vijfster profiles`.")
    ] = None,
    shapes: Annotated[list[Path] | None, typer.Option(help="A file of your own shapes.")] = None,
    context: Annotated[
        list[str] | None, typer.Option(help="URL=FILE: a JSON-LD context; none is ever fetched.")
    ] = None,
    engine: Annotated[str, typer.Option(help="default, shifty or pyshacl.")] = "default",
    output_format: Annotated[
        str,
        typer.Option(
            "--format", help="text, json, turtle, jsonld, csv, html, sarif, junit or xlsx."
        ),
    ] = "text",
    output: Annotated[Path | None, typer.Option(help="Write to a file.")] = None,
    table: Annotated[
        list[str] | None,
        typer.Option(help="Which table of the project an inventory is; SHEET=TABLE for a sheet."),
    ] = None,
    fail_on: Annotated[
        Literal["violation", "warning", "info"], typer.Option(help="What gives exit code 1.")
    ] = "violation",
    baseline: Annotated[
        Path | None, typer.Option(help="An earlier JSON report: only what is new fails.")
    ] = None,
    allow_sparql: Annotated[bool, typer.Option(help="Run SPARQL in your own shapes.")] = False,
    feeds: Annotated[
        Path | None, typer.Option(help="A list of feeds (TOML): only what is new fails.")
    ] = None,
    history: Annotated[bool, typer.Option(help="With --feeds: show the runs before.")] = False,
    project: Project = None,
    lang: Lang = "nl",
) -> int:
    """Check RDF and inventories (CSV, Excel); without --profile against what the data follow."""
    from app.bootstrap import lab, state_dir  # noqa: PLC0415
    from app.cli import standing  # noqa: PLC0415
    from app.cli.validate import chunks_of, run  # noqa: PLC0415

    settings = settings_of(project)
    standing.refuse_mixed(feeds, sources, history=history,
                          alone=[profile, shapes, context, output, baseline])  # fmt: skip
    if feeds:
        checks = standing.Checks(
            feeds, sources or [], state_dir(settings) / "checks", output_format, lang
        )
        if history:
            return checks.show()
        return checks.run(lab(settings, engine, allow_sparql=allow_sparql), fail_on=fail_on,
                          allow=settings.fetch_allow)  # fmt: skip
    return run(
        lab(settings, engine, allow_sparql=allow_sparql, progress=chunks_of(lang)), sources or [],
        allow=settings.fetch_allow,
        profiles=profile or [], shapes=shapes or [], contexts=context or [], form=output_format,
        output=output, fail_on=fail_on, baseline=baseline, lang=lang, tables=table or [],
    )  # fmt: skip


@command
def watch(
    file: Annotated[str, typer.Argument(help="A file that is being edited.")],
    profile: Annotated[
        list[str] | None, typer.Option("--profile", help="A name of `vijfster profiles`.")
    ] = None,
    shapes: Annotated[list[Path] | None, typer.Option(help="A file of your own shapes.")] = None,
    engine: Annotated[str, typer.Option(help="default, shifty or pyshacl.")] = "default",
    allow_sparql: Annotated[bool, typer.Option(help="Run SPARQL in your own shapes.")] = False,
    project: Project = None,
    lang: Lang = "nl",
) -> int:
    """Check a file each time it is saved: what is new, what was fixed; Ctrl-C ends."""
    from app.bootstrap import lab  # noqa: PLC0415
    from app.cli.watch import run  # noqa: PLC0415

    return run(
        lab(settings_of(project), engine, allow_sparql=allow_sparql), file,
        profiles=profile or [], shapes=shapes or [], lang=lang,
    )  # fmt: skip


@command
def repair(
    source: Annotated[str, typer.Argument(help="A file, an address, or - for standard input.")],
    output: Annotated[
        Path | None, typer.Option(help="Write to a file; .ttl writes Turtle.")
    ] = None,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", help="Only this rule; may repeat.")
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Show the difference, write nothing.")] = False,
    project: Project = None,
    lang: Lang = "nl",
) -> int:
    """Mend what is certainly wrong in RDF and show the difference."""
    from app.bootstrap import known_terms  # noqa: PLC0415
    from app.cli.repair import run  # noqa: PLC0415

    return run(
        source, output=output, rules=rule or [], lang=lang, dry_run=dry_run, terms=known_terms(),
        allow=settings_of(project).fetch_allow,
    )  # fmt: skip


@command
def score(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files, addresses, or - for standard input; else our own release; "
            "with --feeds names of the list."
        ),
    ] = None,
    min_points: Annotated[
        int, typer.Option(min=0, max=405, help="A dataset that is not sure of so many: exit 1.")
    ] = 0,
    min_stars: Annotated[
        int, typer.Option(min=0, max=5, help="A dataset that is not sure of so many: exit 1.")
    ] = 0,
    check_links: Annotated[
        bool,
        typer.Option(
            "--check-links",
            help="Ask every address, politely, and look into the files; else only the metadata "
            "count.",
        ),
    ] = False,
    self_: Annotated[
        bool,
        typer.Option(
            "--self",
            help="Start our own release in this process and ask its addresses there, those of "
            "others where they are.",
        ),
    ] = False,
    penalty: Annotated[
        int,
        typer.Option(
            min=0,
            max=100,
            help="What the portal subtracts for each of format and media type that is not "
            "stated (by default nothing).",
        ),
    ] = 0,
    feeds: Annotated[
        Path | None, typer.Option(help="Score the catalogs of a list (TOML); tell what changed.")
    ] = None,
    history: Annotated[bool, typer.Option(help="With --feeds: show the runs before.")] = False,
    atom: Annotated[
        Path | None, typer.Option(help="With --feeds: write what changed as an Atom feed.")
    ] = None,
    overview: Annotated[
        Path | None,
        typer.Option(
            help="With --feeds: write the publishers beside each other (.html, .csv, .json; - for "
            "the terminal); with --history from what is kept.",
        ),
    ] = None,
    project: Project = None,
    lang: Lang = "nl",
    as_json: Json = False,
) -> int:
    """Score each dataset of a catalog as data.europa.eu does; tell how to win more points."""
    from app.bootstrap import (  # noqa: PLC0415
        board,
        link_checks,
        own_catalog,
        own_links,
        releases,
        scorer,
        state_dir,
    )
    from app.cli.output import links_of  # noqa: PLC0415
    from app.cli.overviews import Files, Kept  # noqa: PLC0415
    from app.cli.score import run  # noqa: PLC0415
    from app.cli.scores import Scores  # noqa: PLC0415

    settings = settings_of(project)
    if self_ and (sources or feeds):
        raise InputError("--self is about our own release; leave sources and --feeds out",
                         nl="--self gaat over onze eigen release; laat bronnen en --feeds "
                         "weg")  # fmt: skip
    if self_:
        with own_links(settings, links_of(lang)) as links:
            return run(
                scorer(settings, penalty=penalty, look=links), [own_catalog(settings)],
                min_points=min_points, min_stars=min_stars, lang=lang, as_json=as_json,
            )  # fmt: skip
    looking = link_checks(settings, progress=links_of(lang)) if check_links else None
    found = scorer(settings, penalty=penalty, look=looking)
    if feeds is None and (history or atom or overview):
        raise InputError("--history, --atom and --overview go with --feeds",
                         nl="--history, --atom en --overview horen bij --feeds")  # fmt: skip
    if feeds:
        scores = Scores(
            feeds, sources or [], Kept(state_dir(settings), releases(settings).scores),
            Files(atom, overview), lang, as_json=as_json,
        )  # fmt: skip
        if history:
            return scores.show()
        return scores.run(found, min_points=min_points, allow=settings.fetch_allow,
                          board=board(settings))  # fmt: skip
    return run(
        found, sources or [own_catalog(settings)],
        min_points=min_points, min_stars=min_stars, lang=lang, as_json=as_json,
        allow=settings.fetch_allow,
    )  # fmt: skip


@command
def profiles(project: Project = None, lang: Lang = "nl") -> int:
    """List the profiles: name, version, number of rules, title."""
    from app.bootstrap import lab  # noqa: PLC0415
    from app.cli.validate import listing  # noqa: PLC0415

    return listing(lab(settings_of(project)), lang)
