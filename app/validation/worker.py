"""What a process of the lab does: check, mend, or tell a report in another form.

How orders and answers are written is in `app.workers.orders`.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.errors import InputError
from app.tables.recognising import WORKBOOK, form_of
from app.validation.narrow import Part, narrowed
from app.validation.profiles import Places
from app.validation.sources import Source
from app.workers.child import ChildLimits, Handler, Reply, run_zygote
from app.workers.orders import packed, tell, told, unpacked

if TYPE_CHECKING:
    from app.validation.lab import Lab

# the form of an answer that a page of the service is made of
PAGE: Final = "page"


def _open(places: Places) -> Handler:
    """Return the handler of one worker; a profile is read once and kept."""
    from app.validation.lab import open_lab  # noqa: PLC0415 - in the worker, not in the web

    lab = open_lab(places)
    tasks = {"check": _check, "render": _render, "repair": _repair}

    def answer(request: bytes, reply: Reply) -> None:
        facts, data = unpacked(request)
        tasks[facts["task"]](lab, facts, data, reply)

    return answer


def _check(lab: Lab, facts: dict[str, Any], data: bytes, reply: Reply) -> None:
    from app.validation.model import model  # noqa: PLC0415

    shapes, data = data[: facts["shapes"]], data[facts["shapes"] :]
    against = [lab.profile(name) for name in facts["profiles"]]
    if shapes:
        try:
            against.append(lab.own_shapes(Source(shapes, "shapes")))
        except InputError as error:
            # who hands over two files must read which one it is
            error.detail = f"own rules: {error.detail}"
            error.detail_nl = f"eigen regels: {error.detail_nl}"
            raise
    if facts["file"]:
        data = Path(facts["file"]).read_bytes()
    lab = replace(lab, folder=Path(facts["folder"]))
    if facts["progress"]:
        lab = replace(lab, progress=lambda *at: tell(reply, *at))
    source = source_of(facts, data)
    found, used = lab.check(source, against, tables=facts["tables"])
    if facts["progress"]:
        told(reply)
    reply.write(_written(lab, model(used or against, [found]), facts, source))


def _render(lab: Lab, facts: dict[str, Any], data: bytes, reply: Reply) -> None:
    reply.write(_written(lab, narrowed(json.loads(data), Part(**facts["part"])), facts))


def _written(lab: Lab, model: Any, facts: dict[str, Any], source: Source | None = None) -> bytes:
    from app.validation.forms import FORMS, as_page  # noqa: PLC0415

    if facts["form"] == WORKBOOK:
        return lab.workbook(model, facts["lang"], source)
    write = as_page if facts["form"] == PAGE else FORMS[facts["form"]][1]
    return write(model, facts["lang"])


def _repair(lab: Lab, facts: dict[str, Any], data: bytes, reply: Reply) -> None:
    from app.validation.repair.document import difference, mend, summary  # noqa: PLC0415
    from app.validation.sources import read  # noqa: PLC0415

    assert lab.terms is not None
    source = source_of(facts, data)
    if form_of(source.data, source.media_type, source.name or source.where):
        raise InputError(
            "Only RDF is mended. Of an inventory take the workbook with its wrong cells marked, "
            "and mend those.",
            nl="Enkel RDF wordt hersteld. Vraag van een inventaris het werkboek met de foute "
            "cellen gemarkeerd, en verbeter die.",
        )
    document = read(source, limits=lab.limits)
    found = mend(document, terms=lab.terms)
    lang = facts["lang"]
    lines = difference(facts["where"], found.changes, found.prefixes, lang, base=found.base)
    head = {
        "changes": len(found.changes), "summary": list(summary(found.changes, lang)),
        "difference": list(lines), "media_type": found.syntax.header,
        "suffix": found.syntax.suffix,
    }  # fmt: skip
    reply.write(packed(head, found.body()))


def source_of(facts: dict[str, Any], data: bytes) -> Source:
    """Return the source of an order, by what `app.validation.service.facts_of` said of it."""
    return Source(
        data, facts["where"], media_type=facts["media_type"], charset=facts["charset"],
        name=facts["name"], base=facts["base"], fetched=facts["fetched"],
    )  # fmt: skip


def main(arguments: list[str]) -> None:
    """Serve a pool: control socket, `Places.argument()`, then `ChildLimits`."""
    control, places, memory_bytes, stack_bytes, result_bytes = arguments
    limits = ChildLimits(int(memory_bytes), int(stack_bytes), int(result_bytes))
    # what every worker needs is imported once, before the fork
    import app.validation.forms  # noqa: PLC0415
    import app.validation.lab  # noqa: PLC0415
    import app.validation.repair.document  # noqa: F401, PLC0415
    from app.tables.workbook import warm  # noqa: PLC0415

    warm()

    run_zygote(int(control), lambda: _open(Places.of_argument(places)), limits)


if __name__ == "__main__":
    main(sys.argv[1:])
