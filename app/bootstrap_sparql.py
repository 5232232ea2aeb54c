"""The wiring of `/sparql`: settings in, endpoint and metrics out."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from app.errors import ProjectError
from app.net.networks import Networks
from app.net.quota import Quota, QuotaLimits
from app.settings import Settings
from app.store.sparql.embedded import EmbeddedSparql, SparqlLimits
from app.store.sparql.guard import GuardLimits
from app.web.asking import Endpoint
from app.web.sparql import Engines

if TYPE_CHECKING:
    from app.store.current import OpenRelease
    from app.store.sparql.backend import Backend
    from app.store.sparql.engine import Engine
    from app.store.sparql.remote import RemoteSparql
    from app.web.metrics import Metrics


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
    engines = Engines(_engines(settings))
    open_to = None
    if not is_public(settings):
        open_to = Networks.parse(settings.sparql_access, where="VIJFSTER_SPARQL_ACCESS")
    if metrics:
        metrics.watch(engines.status)
    found = Endpoint(
        engines, GuardLimits(max_query_bytes=settings.sparql_max_query_bytes),
        Quota(QuotaLimits(
            at_once=settings.sparql_client_queries,
            seconds_per_minute=settings.sparql_client_seconds,
        )), open_to=open_to, told=metrics.query if metrics else lambda *_: None,
    )  # fmt: skip
    return found, metrics


def _engines(settings: Settings) -> Callable[[OpenRelease], Engine]:
    """Return what makes the engine behind `/sparql` for a release."""
    found = backend(settings)
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
