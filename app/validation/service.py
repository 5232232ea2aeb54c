"""The lab behind a pool of killable processes: one order each, within time and memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.errors import (
    CheckFailedError,
    CheckTimeoutError,
    QueryFailedError,
    QueryTimeoutError,
    ResultTooLargeError,
    ServiceBusyError,
)
from app.validation.narrow import Part
from app.validation.profiles import Places
from app.validation.sources import Source
from app.workers.orders import Endings, OrderLimits, Orders, Progress, unpacked


@dataclass(frozen=True, slots=True)
class ValidationLimits(OrderLimits):
    """Bounds on validations."""

    deadline_seconds: float = 60.0
    noun: str = "validation"


@dataclass(frozen=True, slots=True)
class Order:
    """What to validate against which profiles, and the form of the answer."""

    source: Source
    profiles: tuple[str, ...]
    form: str
    lang: str
    shapes: bytes = b""
    # which tables of the project an inventory is
    tables: tuple[str, ...] = ()
    # where the data are, if not in the source
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class Mended:
    """A source after repair: how many changes, in words per rule, line by line, and the file."""

    changes: int
    summary: Sequence[str]
    difference: Sequence[str]
    media_type: str
    suffix: str
    body: bytes


class ValidationPool(Orders):
    """Validates in worker processes; use it in the serving event loop."""

    def __init__(self, places: Places, limits: ValidationLimits) -> None:
        """Prepare the pool of labs over the profiles of some places."""
        self.limits, self.names = limits, places.names()
        endings: Endings = {
            QueryTimeoutError: lambda: _late(limits.deadline_seconds), QueryFailedError: _failed,
            ResultTooLargeError: _too_large, ServiceBusyError: _busy,
        }  # fmt: skip
        super().__init__(
            "app.validation.worker", (places.argument(),), limits=limits, endings=endings
        )

    async def run(self, order: Order, progress: Progress | None = None) -> bytes:
        """Return a validation in its form; `progress` is told of chunks done and in all.

        Raises:
            InputError: A profile or shapes cannot be used.
            ServiceBusyError, CheckTimeoutError, CheckFailedError: As their names say.
        """
        facts = {
            **facts_of(order.source), "task": "check", "profiles": order.profiles,
            "form": order.form, "lang": order.lang, "shapes": len(order.shapes),
            "tables": order.tables,
            "file": str(order.file) if order.file else "",
        }  # fmt: skip
        return await self.ask(facts, order.shapes + order.source.data, progress)

    async def render(self, model: bytes, form: str, lang: str, part: Part) -> bytes:
        """Return a validation that was kept, or a part of it, in a form.

        Raises:
            ServiceBusyError, CheckTimeoutError, CheckFailedError: As their names say.
        """
        facts = {"task": "render", "form": form, "lang": lang, "part": asdict(part)}
        return await self.ask(facts, model)

    async def repair(self, source: Source, lang: str) -> Mended:
        """Return a source with what is certainly wrong mended.

        Raises:
            InputError: It cannot be read.
            ServiceBusyError, CheckTimeoutError, CheckFailedError: As their names say.
        """
        facts = {**facts_of(source), "task": "repair", "lang": lang}
        mended, body = unpacked(await self.ask(facts, source.data))
        return Mended(body=body, **mended)


def _late(seconds: float) -> CheckTimeoutError:
    return CheckTimeoutError(
        f"The check was ended after {seconds:g} s. Check a smaller part, or check it on your own "
        "machine with `vijfster validate`.",
        nl=f"De controle is na {seconds:g} s gestopt. Controleer een kleiner deel, of controleer "
        "op uw eigen computer met `vijfster validate`.",
    )


def _failed() -> CheckFailedError:
    return CheckFailedError(
        "The check could not be finished; it may need more memory than one check may use. "
        "Check a smaller part.",
        nl="De controle kon niet afgemaakt worden; misschien vraagt ze meer geheugen dan één "
        "controle mag gebruiken. Controleer een kleiner deel.",
    )


def _too_large() -> ResultTooLargeError:
    return ResultTooLargeError(
        "The report would be too large; check a smaller part.",
        nl="Het verslag zou te groot worden; controleer een kleiner deel.",
    )


def _busy() -> ServiceBusyError:
    return ServiceBusyError(
        "Too many checks run already; try again in a moment.",
        nl="Er lopen al te veel controles; probeer het over enkele ogenblikken opnieuw.",
    )


def facts_of(source: Source) -> dict[str, Any]:
    """Return what an order says of a source besides its bytes."""
    return {
        "where": source.where, "media_type": source.media_type, "charset": source.charset,
        "name": source.name, "base": source.base, "fetched": source.fetched,
    }  # fmt: skip
