"""What a process of an `Inspector` does: look into one file of a stranger."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from app.workers.child import ChildLimits, Handler, Reply, run_zygote
from app.workers.orders import unpacked


def _open() -> Handler:
    from app.quality.contents import inspect  # noqa: PLC0415 - in the worker, not in the web

    def answer(request: bytes, reply: Reply) -> None:
        facts, data = unpacked(request)
        content = inspect(
            data, url=facts["url"], media_type=facts["media_type"], charset=facts["charset"],
            truncated=facts["truncated"],
        )  # fmt: skip
        reply.write(json.dumps(asdict(content)).encode())

    return answer


def main(arguments: list[str]) -> None:
    """Serve a pool: control socket, then `ChildLimits`."""
    control, memory_bytes, stack_bytes, result_bytes = map(int, arguments)
    # what every worker needs is imported once, before the fork
    import app.quality.contents.inspecting  # noqa: F401, PLC0415
    from app.tables.workbook import warm  # noqa: PLC0415

    warm()
    run_zygote(control, _open, ChildLimits(memory_bytes, stack_bytes, result_bytes))


if __name__ == "__main__":
    main(sys.argv[1:])
