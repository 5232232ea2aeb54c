"""The lab behind a pool of killable processes: one validation each, within time and memory."""

from __future__ import annotations

import json
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.errors import (
    CheckFailedError,
    CheckTimeoutError,
    QueryFailedError,
    QueryTimeoutError,
    ServiceBusyError,
)
from app.validation.profiles import Places
from app.validation.sources import Source
from app.workers.child import ChildLimits, Handler, Reply, run_zygote
from app.workers.pool import Pool, PoolLimits

# the form of an answer that a page of the service is made of
PAGE: Final = "page"
_LENGTH: Final = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class ValidationLimits(PoolLimits):
    """Bounds on validations: those of the pool, and of one process in bytes."""

    slow_seconds: float = 1.0
    deadline_seconds: float = 60.0
    max_waiting: int = 16
    max_wait_seconds: float = 5.0
    noun: str = "validation"
    max_source_bytes: int = 20_000_000
    max_result_bytes: int = 50_000_000
    memory_bytes: int = 3 << 30
    stack_bytes: int = 64 << 20


@dataclass(frozen=True, slots=True)
class Order:
    """What to validate against which profiles, and the form of the answer."""

    source: Source
    profiles: tuple[str, ...]
    form: str
    lang: str
    shapes: bytes = b""


class ValidationPool:
    """Validates in worker processes; start and stop it in the serving event loop."""

    def __init__(self, places: Places, limits: ValidationLimits) -> None:
        """Prepare the pool of labs over the profiles of some places."""
        arguments = (
            json.dumps([*map(str, places.shapes)]), str(places.vocabularies), places.base,
            str(limits.memory_bytes), str(limits.stack_bytes), str(limits.max_result_bytes),
        )  # fmt: skip
        self.limits, self.names = limits, places.names()
        self._pool = Pool("app.validation.service", arguments, limits=limits)

    async def start(self) -> None:
        """Start the workers."""
        await self._pool.start()

    async def stop(self) -> None:
        """Let running validations finish within their deadline, then end all processes."""
        await self._pool.stop()

    async def run(self, order: Order) -> bytes:
        """Return the answer in its form.

        Raises:
            InputError: A profile or shapes cannot be used.
            ServiceBusyError, CheckTimeoutError, CheckFailedError: As their names say.
        """
        source = order.source
        facts = {
            "where": source.where, "media_type": source.media_type, "charset": source.charset,
            "name": source.name, "base": source.base, "fetched": source.fetched,
            "profiles": order.profiles, "form": order.form, "lang": order.lang,
            "shapes": len(order.shapes),
        }  # fmt: skip
        head = json.dumps(facts).encode()
        request = _LENGTH.pack(len(head)) + head + order.shapes + source.data
        try:
            job = await self._pool.run(request)
            try:
                return b"".join([piece async for piece in job])
            finally:
                await job.aclose()
        except QueryTimeoutError as error:
            seconds = f"{self.limits.deadline_seconds:g}"
            raise CheckTimeoutError(
                f"The check was ended after {seconds} s. Check a smaller part, or check it on "
                "your own machine with `vijfster validate`.",
                nl=f"De controle is na {seconds} s gestopt. Controleer een kleiner deel, of "
                   "controleer op uw eigen computer met `vijfster validate`.",
            ) from error  # fmt: skip
        except QueryFailedError as error:
            raise CheckFailedError(
                "The check could not be finished; it may need more memory than one check may use. "
                "Check a smaller part.",
                nl="De controle kon niet afgemaakt worden; misschien vraagt ze meer geheugen dan "
                   "één controle mag gebruiken. Controleer een kleiner deel.",
            ) from error  # fmt: skip
        except ServiceBusyError as error:
            raise ServiceBusyError(
                "Too many checks run already; try again in a moment.",
                nl="Er lopen al te veel controles; probeer het over enkele ogenblikken opnieuw.",
            ) from error


def _open(places: Places) -> Handler:
    """Return the handler of one worker; a profile is read once and kept."""
    from app.validation.forms import FORMS, as_page  # noqa: PLC0415 - in the worker, not in the web
    from app.validation.lab import open_lab  # noqa: PLC0415
    from app.validation.model import model  # noqa: PLC0415

    lab = open_lab(places)

    def answer(request: bytes, reply: Reply) -> None:
        (length,) = _LENGTH.unpack_from(request)
        at = _LENGTH.size + length
        facts = json.loads(request[_LENGTH.size : at])
        shapes, data = request[at : at + facts["shapes"]], request[at + facts["shapes"] :]
        against = [lab.profile(name) for name in facts["profiles"]]
        if shapes:
            against.append(lab.own_shapes(Source(shapes, "shapes")))
        source = Source(
            data, facts["where"], media_type=facts["media_type"], charset=facts["charset"],
            name=facts["name"], base=facts["base"], fetched=facts["fetched"],
        )  # fmt: skip
        told, used = lab.check(source, against)
        write = as_page if facts["form"] == PAGE else FORMS[facts["form"]][1]
        reply.write(write(model(used or against, [told]), facts["lang"]))

    return answer


def main(arguments: list[str]) -> None:
    """Serve a pool: control socket, the parts of `Places`, then `ChildLimits`."""
    control, shapes, vocabularies, base, memory_bytes, stack_bytes, result_bytes = arguments
    limits = ChildLimits(int(memory_bytes), int(stack_bytes), int(result_bytes))
    places = Places(tuple(map(Path, json.loads(shapes))), Path(vocabularies), base)
    # what every worker needs is imported once, before the fork
    import app.validation.forms  # noqa: PLC0415
    import app.validation.lab  # noqa: F401, PLC0415

    run_zygote(int(control), lambda: _open(places), limits)


if __name__ == "__main__":
    main(sys.argv[1:])
