"""The one place that wires: settings in, services out."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import InputError, ProjectError
from app.rdf.iris import check_base, is_local_base
from app.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from app.mapping.job import Job, Order
    from app.publication import Publisher
    from app.quality.contents.inspector import Inspector
    from app.quality.known import Known
    from app.quality.looking import LinkChecks
    from app.quality.scorer import Scorer
    from app.store.board import Board
    from app.store.fetches import Fetches
    from app.store.releases import Releases
    from app.validation.lab import Lab
    from app.validation.profiles import Places
    from app.validation.sources import Source
    from app.validation.terms import KnownTerms

# bytes of one source on the command line: it is in memory once, on the user's own machine
_MOST_TEXT = 500_000_000


def bundled() -> Path:
    """Return the folder with the shapes and vocabularies that ship with the app."""
    here = Path(__file__).resolve().parent
    inside = here / "_bundled"
    return inside if inside.is_dir() else here.parent


def state_dir(settings: Settings) -> Path:
    """Return the state directory; a relative one is below the project folder."""
    return (settings.project / settings.state_dir).resolve()


def base_iri(settings: Settings, port: int | None = None) -> str:
    """Return the base IRI: as set, else this machine's at the port, else that of the release.

    Raises:
        ProjectError: The setting is not usable as base IRI.
    """
    if not settings.base_iri and port is None:
        current = releases(settings).ledger.current()
        if current and is_local_base(current.base):
            return current.base
    try:
        return check_base(settings.base_iri or f"http://localhost:{port or 8000}")
    except ValueError as error:
        raise ProjectError(str(error), where="VIJFSTER_BASE_IRI") from error


def releases(settings: Settings) -> Releases:
    """Return the releases of the state directory."""
    from app.store.releases import Releases  # noqa: PLC0415 - keeps `--help` fast

    return Releases(state_dir(settings))


def fetches(settings: Settings) -> Fetches:
    """Return the journal of who fetched the feeds."""
    from app.store.fetches import Fetches  # noqa: PLC0415

    return Fetches(state_dir(settings) / "opgehaald.jsonl")


def board(settings: Settings) -> Board | None:
    """Return where the overview of the list that may be seen is; None if none may."""
    from app.store.board import Board  # noqa: PLC0415

    if not settings.scores_public:
        return None
    listed = (settings.project / settings.scores_public).resolve()
    return Board(state_dir(settings) / "scores" / "public.json", listed)


def publisher(
    settings: Settings,
    *,
    port: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> Publisher:
    """Return the publisher of the project folder."""
    from app.project import load_project  # noqa: PLC0415
    from app.publication import Publisher  # noqa: PLC0415
    from app.validation.engines import Default  # noqa: PLC0415

    return Publisher(
        load_project(settings.project.resolve()),
        releases(settings),
        base=base_iri(settings, port),
        bundled=bundled(),
        engine=Default(),
        max_withdraw_percent=settings.max_withdraw_percent,
        keep_releases=settings.keep_releases,
        now=now,
        progress=progress,
    )


def lab(
    settings: Settings,
    engine: str = "default",
    *,
    allow_sparql: bool = False,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Lab:
    """Return the validation lab; a folder that is no project has the profiles of the app."""
    from app.validation.engines import ENGINES  # noqa: PLC0415
    from app.validation.lab import open_lab  # noqa: PLC0415
    from app.validation.sources import ReadLimits  # noqa: PLC0415

    if engine not in ENGINES:
        msg = f"no engine {engine!r}; there are {', '.join(ENGINES)}"
        raise InputError(msg, nl=f"er is geen engine {engine!r}; wel {', '.join(ENGINES)}")
    opened = open_lab(
        places(settings), ENGINES[engine](), allow_sparql=allow_sparql,
        workers=os.cpu_count() or 1, progress=progress,
    )  # fmt: skip
    return replace(opened, limits=ReadLimits(max_bytes=_MOST_TEXT))


def known_terms() -> KnownTerms:
    """Return what is known of others' vocabularies; it ships with the app."""
    from app.validation.terms import load_terms  # noqa: PLC0415

    return load_terms(bundled() / "vocab" / "termen")


def inspector() -> Inspector:
    """Return what looks into strangers' files, in processes of its own."""
    from app.quality.contents.inspector import Inspector  # noqa: PLC0415

    return Inspector()


def known_quality() -> Known:
    """Return what is known of formats, licences and access rights; it ships with the app."""
    from app.quality.known import load_known  # noqa: PLC0415
    from app.vocabularies.lists import load_lists  # noqa: PLC0415

    folder = bundled() / "vocab"
    return load_known(folder / "kwaliteit", load_lists(folder / "lijsten"), known_terms())


def scorer(settings: Settings, *, penalty: int = 0, look: LinkChecks | None = None) -> Scorer:
    """Return what scores catalogs, from their metadata and from what `look` sees of their links."""
    from app.quality.scorer import Scorer  # noqa: PLC0415

    return Scorer(lab(settings), known_quality(), known_terms(), look=look, penalty=penalty)


def link_checks(
    settings: Settings,
    *,
    keep: bool = True,
    progress: Callable[[int, int, str], None] = lambda *_: None,
) -> LinkChecks:
    """Return what looks at the links of catalogs; `keep` is whether answers are kept and used.

    `progress` is told done, in all, host.

    Raises:
        InputError: A setting of what may be fetched, or the contact, cannot be read.
    """
    from app.net.guard import Allowance  # noqa: PLC0415
    from app.net.polite import Manners  # noqa: PLC0415
    from app.quality.gathering import Extent  # noqa: PLC0415
    from app.quality.looking import LinkChecks  # noqa: PLC0415
    from app.store.looks import LookJournal  # noqa: PLC0415

    return LinkChecks(
        inspector,
        Manners(
            contact=settings.contact, delay_seconds=settings.links_delay_seconds,
            run_seconds=settings.links_seconds, host_seconds=settings.links_seconds,
            run_bytes=settings.links_bytes, host_bytes=settings.links_bytes,
        ),
        Allowance.parse(settings.fetch_allow),
        Extent(
            file_bytes=settings.links_file_bytes, unpacked_bytes=4 * settings.links_file_bytes,
            term_seconds=3600 * settings.links_term_hours,
        ),
        LookJournal(state_dir(settings) / "links.sqlite") if keep else None,
        progress=progress,
    )  # fmt: skip


@contextmanager
def own_links(
    settings: Settings, progress: Callable[[int, int, str], None] = lambda *_: None
) -> Iterator[LinkChecks]:
    """Serve the current release in this process; give what asks our own addresses of it.

    Raises:
        InputError: Nothing has been published yet.
    """
    from app.web.inprocess import serving  # noqa: PLC0415

    base = own_catalog(settings).base
    # a service of its own: neither its port nor its metrics are those of one that runs already
    with serving(service(settings)) as root:
        yield replace(link_checks(settings, keep=False, progress=progress), roots={base: root})


def own_catalog(settings: Settings) -> Source:
    """Return the catalog of the current release.

    Raises:
        InputError: Nothing has been published yet.
    """
    from app.rdf import media  # noqa: PLC0415
    from app.validation.sources import Source  # noqa: PLC0415

    found = releases(settings).current()
    if found is None:
        raise InputError("nothing has been published yet; give a file, or run vijfster build",
                         nl="er is nog niets gepubliceerd; geef een bestand, of voer vijfster "
                         "build uit")  # fmt: skip
    release, folder = found
    path = folder / "feed" / f"catalog.{media.TURTLE.suffix}"
    return Source(path.read_bytes(), release.name, name=path.name, base=release.base)


def places(settings: Settings) -> Places:
    """Return where profiles are, the project's own before those of the app."""
    from app.validation.profiles import Places  # noqa: PLC0415

    shapes = (settings.project.resolve() / "shapes", bundled() / "shapes")
    return Places(shapes, bundled() / "vocab", base_iri(settings), settings.project.resolve())


def service(settings: Settings) -> FastAPI:
    """Return the web service over the state directory."""
    from app import bootstrap_desks as desks  # noqa: PLC0415
    from app import bootstrap_sparql as sparql  # noqa: PLC0415
    from app.net.networks import Networks  # noqa: PLC0415
    from app.project import PROJECT_FILE, load_project  # noqa: PLC0415
    from app.rdf.turtle import own_prefixes  # noqa: PLC0415
    from app.store.current import Current  # noqa: PLC0415
    from app.web.application import create_app  # noqa: PLC0415
    from app.web.jobs import JobLimits, Jobs  # noqa: PLC0415
    from app.web.shares import Shares  # noqa: PLC0415
    from app.web.shelf import Shelf  # noqa: PLC0415
    from app.web.site import Site  # noqa: PLC0415

    folder = settings.project.resolve()
    site = Site(
        current=Current(releases(settings), cache_bytes=settings.cache_bytes),
        load_project=lambda release: load_project(
            folder, file=release.folder / PROJECT_FILE if release else None
        ),
        make_prefixes=lambda project, base: own_prefixes(project.vocabularies, base),
        site_url=check_base(settings.site_url) if settings.site_url else "",
        sparql_is_public=sparql.is_public(settings),
    )
    endpoint, metrics = sparql.endpoint(settings)
    fetching = desks.Fetching.of(settings)
    desk, patient = desks.checking(settings, places(settings), fetching)
    score_desk, score_patient = desks.scoring(
        settings, places(settings), fetching, link_checks(settings, keep=False)
    )
    map_desk, map_patient = desks.mapping(settings, bundled() / "vocab", base_iri(settings))
    return create_app(
        site,
        endpoint=endpoint,
        metrics=metrics,
        trusted=Networks.parse(settings.trusted_proxies, where="VIJFSTER_TRUSTED_PROXIES"),
        desk=desk,
        jobs=Jobs(patient),
        map_desk=map_desk,
        map_jobs=Jobs(map_patient),
        score_desk=score_desk,
        score_jobs=Jobs(score_patient, JobLimits(at_once=2)),
        shelf=Shelf(places(settings)),
        shares=Shares(state_dir(settings) / "verslagen"),
        fetches=fetches(settings),
        board=board(settings),
        streams=releases(settings).streams,
    )


def mapping_job(settings: Settings, order: Order) -> Job:
    """Return an order to map, with the code lists of the project it is given in, if it is one."""
    from app.mapping.functions.sources import ProjectLookups  # noqa: PLC0415
    from app.mapping.job import Around, Job  # noqa: PLC0415
    from app.project import PROJECT_FILE  # noqa: PLC0415
    from app.vocabularies.codelists import load_code_lists  # noqa: PLC0415
    from app.vocabularies.lists import load_lists  # noqa: PLC0415
    from app.vocabularies.references import load_references  # noqa: PLC0415

    project, vocab = settings.project.resolve(), bundled() / "vocab"
    is_project = (project / PROJECT_FILE).is_file()
    codes = load_code_lists(project / "vocab" / "codelijsten") if is_project else {}
    base = order.base or base_iri(settings)
    order = replace(order, base=base)

    def lookups(mapping: Path) -> ProjectLookups:
        folder = mapping.resolve().parent
        root = project if is_project and folder.is_relative_to(project) else folder
        return ProjectLookups(folder, root, code_lists=codes,
                              lists=lambda: load_lists(vocab / "lijsten"), base=base)  # fmt: skip

    known = load_references(vocab / "extern") if is_project else {}
    codes_of = {name: found.concepts.keys() for name, found in codes.items()}
    return Job(order, Around(codes_of, known, lookups))
