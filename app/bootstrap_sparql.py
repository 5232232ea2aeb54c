"""The wiring of `/sparql`: settings in, endpoint and metrics out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.net.networks import Networks
from app.net.quota import Quota, QuotaLimits
from app.settings import Settings
from app.store.sparql.embedded import EmbeddedSparql, SparqlLimits
from app.store.sparql.guard import GuardLimits
from app.web.asking import Endpoint
from app.web.sparql import Engines

if TYPE_CHECKING:
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
    limits = SparqlLimits(
        deadline_seconds=settings.sparql_timeout_seconds,
        workers=settings.sparql_workers,
        max_slow=settings.sparql_max_slow,
        max_waiting=settings.sparql_queue,
        max_result_bytes=settings.sparql_max_result_bytes,
        memory_bytes=settings.sparql_worker_memory_bytes,
    )
    engines = Engines(
        lambda release: EmbeddedSparql(
            release.folder / "sparql", limits=limits, base=release.base,
            merged=release.manifest["merged"],
        )
    )  # fmt: skip
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
