"""Strangers' files looked into in killable processes, within time and memory."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final, Self

from app.errors import (
    CheckFailedError,
    QueryFailedError,
    QueryTimeoutError,
    ResultTooLargeError,
    ServiceBusyError,
    StoreUnavailableError,
)
from app.quality.contents.words import problem
from app.quality.evidence import Content, content_of
from app.workers.orders import Endings, OrderLimits, Orders

_MODULE: Final = "app.quality.contents.worker"


@dataclass(frozen=True, slots=True)
class InspectionLimits(OrderLimits):
    """Bounds of looking into files; who gathers asks for many at once, and waits."""

    workers: int = 2
    # no lanes: each file is bounded by the deadline alone
    slow_seconds: float = 30.0
    deadline_seconds: float = 30.0
    max_waiting: int = 10_000
    max_wait_seconds: float = 600.0
    noun: str = "inspection"
    memory_bytes: int = 2 << 30
    max_result_bytes: int = 5_000_000


class Inspector:
    """Looks into files in the serving event loop; `stop` it, or use it as a context manager.

    The processes start with the first file.
    """

    def __init__(self, limits: InspectionLimits = InspectionLimits()) -> None:
        endings: Endings = {
            QueryTimeoutError: _failed, QueryFailedError: _failed, ResultTooLargeError: _failed,
            ServiceBusyError: lambda: ServiceBusyError("Too many files are looked into already."),
        }  # fmt: skip
        self._orders = Orders(_MODULE, (), limits=limits, endings=endings)

    async def stop(self) -> None:
        """Let what runs finish within its deadline, then end all processes."""
        await self._orders.stop()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def inspect(
        self, data: bytes, url: str, media_type: str = "", charset: str = "",
        truncated: bool = False,
    ) -> Content:  # fmt: skip
        """Return what a file is (`contents.inspect`).

        One that takes too long or too much memory is not known, and its `problem` says so; the
        other files go on.
        """
        facts = {"url": url, "media_type": media_type, "charset": charset, "truncated": truncated}
        try:
            return content_of(json.loads(await self._orders.ask(facts, data)))
        except (ServiceBusyError, StoreUnavailableError):
            return Content("", None, problem("busy"))
        except CheckFailedError:
            return Content("", None, problem("failed"))


def _failed() -> CheckFailedError:
    return CheckFailedError("The file could not be looked into.")
