"""The score card behind a pool of killable processes: one order each, within time and memory."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
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
from app.quality.evidence import Looks
from app.quality.forms import FIRST, Part
from app.rdf.terms import Triple
from app.validation.profiles import Places
from app.validation.service import facts_of
from app.validation.sources import Source
from app.workers.orders import Endings, OrderLimits, Orders, Progress


@dataclass(frozen=True, slots=True)
class ScoreLimits(OrderLimits):
    """Bounds on scoring."""

    deadline_seconds: float = 60.0
    noun: str = "scoring"


@dataclass(frozen=True, slots=True)
class ScoreOrder:
    """What to score; its bytes may wait in a file. Without looks no link is known."""

    source: Source
    file: Path | None = None
    looks: Looks = field(default_factory=dict)

    def facts(self, task: str) -> dict[str, Any]:
        """Return what the worker is told, besides the bytes."""
        return {**facts_of(self.source), "task": task, "file": str(self.file or "")}


class ScorePool(Orders):
    """Scores in worker processes; use it in the serving event loop."""

    def __init__(self, places: Places, limits: ScoreLimits) -> None:
        """Prepare the pool of labs over the profiles and vocabularies of some places."""
        self.limits = limits
        endings: Endings = {
            QueryTimeoutError: lambda: _late(limits.deadline_seconds), QueryFailedError: _failed,
            ResultTooLargeError: _too_large, ServiceBusyError: _busy,
        }  # fmt: skip
        super().__init__("app.quality.worker", (places.argument(),), limits=limits, endings=endings)

    async def run(
        self, order: ScoreOrder, form: str, lang: str, part: Part = FIRST,
        progress: Progress | None = None,
    ) -> bytes:  # fmt: skip
        """Return the card of a source in a form (`app.quality.forms`); progress is told in steps.

        Raises:
            InputError: It cannot be read, or describes no dataset.
            ServiceBusyError, CheckTimeoutError, CheckFailedError: As their names say.
        """
        looks = json.dumps([look.values() for look in order.looks.values()]).encode()
        facts = {
            **order.facts("score"), "form": form, "lang": lang, "part": asdict(part),
            "looks": len(looks),
        }  # fmt: skip
        return await self.ask(facts, looks + order.source.data, progress)

    async def linked(self, order: ScoreOrder, most: int) -> list[Triple]:
        """Return the statements of a source that lead to at most so many of its addresses.

        Raises:
            InputError: It cannot be read.
            ServiceBusyError, CheckTimeoutError, CheckFailedError: As their names say.
        """
        found = await self.ask({**order.facts("linked"), "most": most}, order.source.data)
        return [(s, p, o) for s, p, o in json.loads(found)]

    async def render(self, card: bytes, form: str, lang: str, part: Part) -> bytes:
        """Return a card that was kept in another form.

        Raises:
            ServiceBusyError, CheckTimeoutError, CheckFailedError: As their names say.
        """
        facts = {"task": "render", "form": form, "lang": lang, "part": asdict(part)}
        return await self.ask(facts, card)


def _late(seconds: float) -> CheckTimeoutError:
    return CheckTimeoutError(
        f"The scoring was ended after {seconds:g} s. Score a smaller part, or score it on your own "
        "machine with `vijfster score`.",
        nl=f"Het scoren is na {seconds:g} s gestopt. Scoor een kleiner deel, of scoor op uw eigen "
        "computer met `vijfster score`.",
    )


def _failed() -> CheckFailedError:
    return CheckFailedError(
        "The scoring could not be finished; it may need more memory than it may use. Score a "
        "smaller part, or score it on your own machine with `vijfster score`.",
        nl="Het scoren kon niet afgemaakt worden; misschien vraagt het meer geheugen dan mag. "
        "Scoor een kleiner deel, of scoor op uw eigen computer met `vijfster score`.",
    )


def _too_large() -> ResultTooLargeError:
    return ResultTooLargeError(
        "The score card would be too large; score a smaller part, or score it on your own machine "
        "with `vijfster score`.",
        nl="De scorekaart zou te groot worden; scoor een kleiner deel, of scoor op uw eigen "
        "computer met `vijfster score`.",
    )


def _busy() -> ServiceBusyError:
    return ServiceBusyError(
        "Too many catalogs are being scored already; try again in a moment.",
        nl="Er worden al te veel catalogi gescoord; probeer het over enkele ogenblikken opnieuw.",
    )
