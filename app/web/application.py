"""The app: routes in order, problems, and the watch on the ledger."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool

from app import __version__
from app.errors import StoreUnavailableError, VijfsterError
from app.net.networks import Networks
from app.store.board import Board
from app.store.fetches import Fetches
from app.store.versions import Streams
from app.web import problems
from app.web.ahead import Ahead
from app.web.asking import Endpoint
from app.web.counted import Counted
from app.web.desk import Desk
from app.web.fetched import NoteFetches
from app.web.jobs import Jobs
from app.web.labpage import LabPage
from app.web.limits import Limits
from app.web.mapdesk import MapDesk
from app.web.mappage import MapPage
from app.web.origin import Origin
from app.web.pages import problem_page
from app.web.routes import (
    badges,
    catalog,
    files,
    harvest,
    ldes,
    lists,
    mapping,
    openapi,
    overview,
    portal,
    profiles,
    provenance,
    questions,
    reconcile,
    records,
    repair,
    resources,
    score,
    sitemap,
    sparql,
    validation,
)
from app.web.routes import jobs as running
from app.web.routes import shares as kept
from app.web.scoredesk import ScoreDesk
from app.web.scorepage import ScorePage
from app.web.shares import Shares
from app.web.shelf import Shelf
from app.web.site import Site, wants_page
from app.web.sparql import Engines

if TYPE_CHECKING:
    from app.web.metrics import Metrics

logger = logging.getLogger("vijfster.web")
_WATCH_SECONDS = 0.5


def create_app(
    site: Site,
    *,
    endpoint: Endpoint | None,
    metrics: Metrics | None,
    trusted: Networks,
    desk: Desk,
    jobs: Jobs,
    map_desk: MapDesk,
    map_jobs: Jobs,
    score_desk: ScoreDesk,
    score_jobs: Jobs,
    board: Board | None,
    shelf: Shelf,
    shares: Shares,
    streams: Streams,
    fetches: Fetches,
) -> FastAPI:
    """Return the service; it follows the ledger while it runs.

    Without an endpoint there is no `/sparql`, without a board no overview of others' scores.
    """
    engines = endpoint.engines if endpoint else None

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with _running(site, engines, metrics):
            try:
                yield
            finally:
                for open_ in (jobs, desk, map_jobs, map_desk, score_jobs, score_desk):
                    await open_.close()

    app = FastAPI(
        title="Vijfster",
        version=__version__,
        description="Linked open data of one project: things, lists, a DCAT-AP catalog, SPARQL.",
        docs_url=None,
        redoc_url=None,
        # its own route would answer without our headers
        openapi_url=None,
        # and a redirect would repeat the Host header
        redirect_slashes=False,
        # it tells others whole addresses, queries in them; and asks at each request whether to
        telemetry={"tracing": False, "metrics": False, "logs": False},
        generate_unique_id_function=lambda route: re.sub(r"\W+", "-", route.name + route.path),
        lifespan=lifespan,
    )

    def page(request: Request, problem: dict[str, object]) -> bytes | None:
        if not wants_page(request.headers.get("accept", ""), problems.OFFERS):
            return None
        return problem_page(site, request, problem)

    asked = sparql.router(site, endpoint) if endpoint else None
    if asked:
        app.add_middleware(Ahead, routes=asked.routes, problems=app.exception_handlers)
    if metrics:
        # innermost, where the route is known
        app.add_middleware(Counted, count=metrics.request)
    app.add_middleware(NoteFetches, fetches=fetches)
    app.add_middleware(Origin, trusted=trusted)
    app.add_middleware(
        Limits, long_queries=("/sparql",),
        # each byte may be written as three
        long_query_bytes=3 * endpoint.guard.max_query_bytes if endpoint else 0,
    )  # fmt: skip
    app.state.endpoint = endpoint
    problems.install(app, page)
    openapi.install(app)
    app.include_router(ldes.router(site, streams))
    if board:
        # before the badges of our own things
        app.include_router(overview.router(site, board))
    # the most asked first: routes are tried in order
    app.include_router(resources.router(site))
    if asked:
        app.include_router(asked)
    for room in (catalog, files, portal, records, sitemap, badges, provenance,
                 questions, reconcile):  # fmt: skip
        app.include_router(room.router(site))
    lab = LabPage(site, desk, jobs, shelf, shares.limits.days)
    app.include_router(validation.router(desk, jobs, lab))
    app.include_router(running.router("validate", "validation", jobs, lab,
                                      cancelled="validate_job_cancelled"))  # fmt: skip
    maps = MapPage(site, map_desk, map_jobs)
    app.include_router(mapping.router(map_desk, map_jobs, maps))
    app.include_router(running.router("map", "mapping", map_jobs, maps,
                                      cancelled="map_job_cancelled"))  # fmt: skip
    cards = ScorePage(site, score_desk, score_jobs, overview=board is not None)
    app.include_router(score.router(site, score_desk, score_jobs, cards))
    app.include_router(running.router("score", "quality", score_jobs, cards,
                                      cancelled="score_job_cancelled"))  # fmt: skip
    app.include_router(repair.router(desk, lab))
    app.include_router(kept.router(site, desk, shares, lab))
    app.include_router(profiles.router(site, shelf))
    app.include_router(harvest.router(site, fetches))
    # lists come last: any single word may be the list of an inventory
    app.include_router(lists.router(site))
    return app


@asynccontextmanager
async def _running(
    site: Site, engines: Engines | None, metrics: Metrics | None
) -> AsyncIterator[None]:
    """Run the engines, the listener of the metrics, and the watch on the ledger."""
    if site.loaded.release and engines:
        try:
            await engines.use(site.loaded.release)
        except StoreUnavailableError as error:
            # pages and data need no engine; /sparql says what to do
            logger.warning("SPARQL is not served: %s Run `vijfster build`.", error.detail)
    if metrics:
        await metrics.start()
    watch = asyncio.create_task(_watch(site, engines))
    try:
        yield
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch
        if engines:
            await engines.close()
        if metrics:
            await metrics.stop()


async def _watch(site: Site, engines: Engines | None) -> None:
    """Swap to the release the ledger names; what is being answered ends on the old one."""
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        try:
            loaded = await run_in_threadpool(site.look)
            if loaded and loaded.release:
                if engines:
                    await engines.use(loaded.release)
                # no await between the two: no request sees one without the other
                site.swap(loaded)
                logger.info("serving release %s", loaded.release.release.name)
        except VijfsterError as error:
            logger.warning("the release was not swapped: %s", error.detail)
        except Exception:
            # a failing look must not end the watch
            logger.exception("the watch on the ledger failed once")
