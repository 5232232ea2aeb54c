"""Counts for Prometheus, on a listener of their own; no text of a query, and no address.

There is one registry per service, none for the process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
_NOW: Final = ("workers", "idle", "slow", "streaming", "waiting")
_SINCE: Final = ("jobs", "killed", "crashed", "refused")


class Metrics:
    """What happened, by kind, told at an address of its own; port 0 is any that is free."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self.registry = CollectorRegistry()
        self._queries = Counter(
            "vijfster_sparql_queries", "SPARQL queries by form and outcome",
            ["form", "outcome"], registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "vijfster_sparql_seconds", "Seconds from a query's turn to the end of its answer",
            ["form"], buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self._bytes = Counter(
            "vijfster_sparql_result_bytes", "Bytes of SPARQL results", registry=self.registry
        )
        self._requests = Counter(
            "vijfster_http_requests", "Answers by route and status",
            ["route", "status"], registry=self.registry,
        )  # fmt: skip
        self._runner: web.AppRunner | None = None

    def watch(self, status: Callable[[], Mapping[str, object]]) -> None:
        """Tell of the query processes as well; `status` counts them."""
        self.registry.register(_Workers(status))

    def query(self, form: str, outcome: str, seconds: float, size: int) -> None:
        """Count a query; it took so many seconds and bytes."""
        self._queries.labels(form, outcome).inc()
        if seconds:
            self._seconds.labels(form).observe(seconds)
            self._bytes.inc(size)

    def request(self, route: str, status: int) -> None:
        """Count an answer."""
        self._requests.labels(route, str(status)).inc()

    async def start(self) -> int:
        """Listen for GET /metrics; return the port.

        Raises:
            OSError: The address cannot be listened on.
        """
        app = web.Application()
        app.router.add_get("/metrics", self._answer)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, _: web.Request) -> web.Response:
        body = generate_latest(self.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


class _Workers:
    """Gives the counts of the workers when they are asked for."""

    def __init__(self, status: Callable[[], Mapping[str, object]]) -> None:
        self._status = status

    def collect(self) -> Iterable[Metric]:
        """Yield the metrics (called by the registry)."""
        found = self._status()
        now = GaugeMetricFamily(
            "vijfster_sparql_workers", "Query processes, and queries that wait", labels=["state"]
        )
        for name in _NOW:
            now.add_metric([name], float(str(found.get(name, 0))))
        since = CounterMetricFamily(
            "vijfster_sparql_workers_events", "What happened to query processes since the release",
            labels=["event"],
        )  # fmt: skip
        for name in _SINCE:
            since.add_metric([name], float(str(found.get(name, 0))))
        return now, since
