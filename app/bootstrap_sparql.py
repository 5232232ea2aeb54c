"""The wiring of `/sparql`: settings in, endpoint and metrics out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Final

from app.errors import ProjectError
from app.net.networks import Networks
from app.net.quota import Quota, QuotaLimits
from app.settings import Settings
from app.store.sparql.embedded import EmbeddedSparql, SparqlLimits
from app.store.sparql.guard import GuardLimits, check
from app.web.asking import Endpoint
from app.web.sparql import Engines

if TYPE_CHECKING:
    from app.store.current import OpenRelease
    from app.store.sparql.backend import Backend
    from app.store.sparql.engine import Engine
    from app.store.sparql.remote import RemoteSparql
    from app.web.metrics import Metrics

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"{}|^`\\]+")


def is_public(settings: Settings) -> bool:
    """Tell whether everybody may ask `/sparql`; otherwise nothing points at it."""
    return settings.sparql_access == "public"


def endpoint(settings: Settings) -> tuple[Endpoint | None, Metrics | None]:
    """Return what answers `/sparql`, or None where it is off, and what counts, if anything does.

    Raises:
        ProjectError: The setting of who may ask cannot be read.
    """
    metrics = None
    if settings.metrics_port:
        from app.web.metrics import Metrics  # noqa: PLC0415 - what it needs is not small

        metrics = Metrics(settings.metrics_host, settings.metrics_port)
    if settings.sparql_access == "off":
        return None, metrics
    external = backend(settings)
    engines = Engines(_engines(settings, external))
    open_to = None
    if not is_public(settings):
        open_to = Networks.parse(settings.sparql_access, where="VIJFSTER_SPARQL_ACCESS")
    if metrics:
        metrics.watch(engines.status)
    # the embedded engine runs where it can dial nobody
    services = services_of(settings) if external else frozenset[str]()
    longest = settings.sparql_timeout_seconds
    if external:
        longest = settings.sparql_backend_timeout_seconds
    found = Endpoint(
        engines,
        GuardLimits(max_query_bytes=settings.sparql_max_query_bytes, services=services),
        Quota(QuotaLimits(
            at_once=settings.sparql_client_queries,
            seconds_per_minute=settings.sparql_client_seconds,
        )), longest_seconds=longest + 1, open_to=open_to,
        told=metrics.query if metrics else lambda *_: None,
    )  # fmt: skip
    return found, metrics


def services_of(settings: Settings) -> frozenset[str]:
    """Return the addresses that SERVICE may name.

    Raises:
        ProjectError: One is no address.
    """
    found = frozenset(settings.sparql_services.split())
    for address in found:
        if not _ADDRESS.fullmatch(address):
            raise ProjectError(
                f"{address!r} is no address; write https://host/path, with spaces between them",
                nl=f"{address!r} is geen adres; schrijf https://host/pad, met spaties ertussen",
                where="VIJFSTER_SPARQL_SERVICES",
            )
    return found


async def isolation(settings: Settings, release: OpenRelease) -> bool:
    """Tell whether the query processes run in a network of their own, which has no way out.

    Raises:
        StoreUnavailableError: The index cannot be opened.
    """
    engine = _engines(settings, None)(release)
    await engine.start()
    try:
        return bool(engine.status()["network_isolated"])
    finally:
        await engine.stop()


async def held(settings: Settings, release: OpenRelease) -> dict[str, int]:
    """Return how many quads of each graph of a release the external engine holds, by graph's name.

    Raises:
        ProjectError: There is no external engine, or its setting is wrong.
        VijfsterError: It does not answer, or answers what is no result.
    """
    found = backend(settings)
    if found is None:
        raise ProjectError("there is no external engine", where="VIJFSTER_SPARQL_BACKEND")
    engine = remote_sparql(settings, found, release.base, release.graphs)
    query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    info = check(query, known_graphs=release.graphs, limits=GuardLimits())
    await engine.start()
    try:
        result = await engine.query(query, info, media_type="text/csv")
        body = b"".join([piece async for piece in result])
    finally:
        await engine.stop()
    rows = csv.DictReader(io.StringIO(body.decode()))
    return {row["g"].rpartition("/")[2]: int(row["n"]) for row in rows}


def _engines(settings: Settings, found: Backend | None) -> Callable[[OpenRelease], Engine]:
    """Return what makes the engine behind `/sparql` for a release; the embedded one by default."""
    if found is not None:
        return lambda release: remote_sparql(settings, found, release.base, release.graphs)
    limits = SparqlLimits(
        deadline_seconds=settings.sparql_timeout_seconds,
        workers=settings.sparql_workers,
        max_slow=settings.sparql_max_slow,
        max_waiting=settings.sparql_queue,
        max_result_bytes=settings.sparql_max_result_bytes,
        memory_bytes=settings.sparql_worker_memory_bytes,
    )
    return lambda release: EmbeddedSparql(
        release.folder / "sparql", limits=limits, base=release.base,
        merged=release.manifest["merged"],
    )  # fmt: skip


def backend(settings: Settings) -> Backend | None:
    """Return the external engine of the settings; None if queries are answered here.

    Raises:
        ProjectError: The address, the name or the profile cannot be used.
    """
    from app.project import load_project  # noqa: PLC0415
    from app.store.sparql.backend import EMBEDDED, backend_of  # noqa: PLC0415

    url, profile = settings.sparql_backend, settings.sparql_backend_profile
    if url == EMBEDDED:
        return None
    if "/" not in url:
        named = {engine.name: engine for engine in load_project(settings.project.resolve()).engines}
        if url in named:
            url, profile = named[url].query, named[url].profile
    try:
        return backend_of(
            url, profile, user=settings.sparql_backend_user,
            password=settings.sparql_backend_password.get_secret_value(),
        )  # fmt: skip
    except ValueError as error:
        raise ProjectError(str(error), where="VIJFSTER_SPARQL_BACKEND") from None


def remote_sparql(
    settings: Settings, found: Backend, base: str, graphs: Collection[str]
) -> RemoteSparql:
    """Return an external engine for the graphs of a release."""
    from app.store.sparql.remote import RemoteLimits, RemoteSparql  # noqa: PLC0415 - aiohttp

    limits = RemoteLimits(
        deadline_seconds=settings.sparql_backend_timeout_seconds,
        max_connections=settings.sparql_backend_connections,
        max_waiting=settings.sparql_queue,
        max_result_bytes=settings.sparql_max_result_bytes,
    )
    return RemoteSparql(found, limits=limits, base=base, graphs=sorted(graphs))
