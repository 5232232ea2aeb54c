"""Mapping behind a pool of killable processes: one order each, within time and memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from app.errors import (
    MapFailedError,
    MapTimeoutError,
    QueryFailedError,
    QueryTimeoutError,
    ResultTooLargeError,
    ServiceBusyError,
)
from app.mapping.work import SKIP_TRIPLE, OnError
from app.tables.batch import Dialect
from app.workers.orders import Endings, OrderLimits, Orders, Progress


@dataclass(frozen=True, slots=True)
class MappingLimits(OrderLimits):
    """Bounds on mapping."""

    noun: str = "mapping"
    memory_bytes: int = 1 << 30


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was handed over: its name, and its bytes or where they are."""

    name: str
    data: bytes = b""
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class MapOrder:
    """What to map and how, and the form of the answer; see `preview.Wish`."""

    tables: Sequence[Table]
    form: str
    lang: str
    base: str
    mapping: bytes = b""
    mapping_name: str = ""
    profile: str = ""
    dialect: Dialect = field(default_factory=Dialect)
    on_error: OnError = SKIP_TRIPLE
    only_proposal: bool = False


class MappingPool(Orders):
    """Maps in worker processes; use it in the serving event loop."""

    def __init__(self, vocab: Path, limits: MappingLimits) -> None:
        """Prepare the pool; `vocab` is the folder of vocabularies that ships with the app."""
        endings: Endings = {
            QueryTimeoutError: lambda: _late(limits.deadline_seconds), QueryFailedError: _failed,
            ResultTooLargeError: _too_large, ServiceBusyError: _busy,
        }  # fmt: skip
        self.limits = limits
        super().__init__("app.mapping.worker", (str(vocab),), limits=limits, endings=endings)

    async def run(self, order: MapOrder, progress: Progress | None = None) -> bytes:
        """Return what came of an order in its form; `progress` is told percents.

        Raises:
            InputError: A table or the mapping cannot be used.
            ServiceBusyError, MapTimeoutError, MapFailedError: As their names say.
        """
        facts = {
            "task": "map", "form": order.form, "lang": order.lang, "base": order.base,
            "files": [{"name": item.name, "size": len(item.data),
                       "path": str(item.path) if item.path else ""} for item in order.tables],
            "mapping": len(order.mapping), "mapping_name": order.mapping_name,
            "profile": order.profile, "dialect": asdict(order.dialect),
            "on_error": order.on_error, "only_proposal": order.only_proposal,
        }  # fmt: skip
        data = order.mapping + b"".join(item.data for item in order.tables)
        return await self.ask(facts, data, progress)

    async def render(self, whole: bytes, form: str) -> bytes:
        """Return what came of an order in the form `whole` in another form.

        Raises:
            InputError: A form of RDF cannot say it.
            ServiceBusyError, MapTimeoutError, MapFailedError: As their names say.
        """
        return await self.ask({"task": "render", "form": form}, whole)


def _late(seconds: float) -> MapTimeoutError:
    return MapTimeoutError(
        f"The mapping was ended after {seconds:g} s. Take fewer rows, or map it on your own "
        "machine with `vijfster map`.",
        nl=f"Het omzetten is na {seconds:g} s gestopt. Neem minder rijen, of zet het om op uw "
        "eigen computer met `vijfster map`.",
    )


def _failed() -> MapFailedError:
    return MapFailedError(
        "The mapping could not be finished; it may need more memory than one mapping may use. "
        "Take fewer rows, or map it on your own machine with `vijfster map`.",
        nl="Het omzetten kon niet afgemaakt worden; misschien vraagt het meer geheugen dan mag. "
        "Neem minder rijen, of zet het om op uw eigen computer met `vijfster map`.",
    )


def _too_large() -> ResultTooLargeError:
    return ResultTooLargeError(
        "The result would be too large; take fewer rows, or map it on your own machine with "
        "`vijfster map`.",
        nl="Het resultaat zou te groot worden; neem minder rijen, of zet het om op uw eigen "
        "computer met `vijfster map`.",
    )


def _busy() -> ServiceBusyError:
    return ServiceBusyError(
        "Too many tables are being mapped already; try again in a moment.",
        nl="Er worden al te veel tabellen omgezet; probeer het over enkele ogenblikken opnieuw.",
    )
