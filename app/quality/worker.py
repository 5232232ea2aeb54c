"""What a process of the score service does: score what was handed over, or tell a card in a form.

How orders and answers are written is in `app.workers.orders`.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.quality.forms import Part, written
from app.quality.kept import look_of
from app.validation.profiles import Places
from app.validation.worker import source_of
from app.workers.child import ChildLimits, Handler, Reply, run_zygote
from app.workers.orders import tell, told, unpacked

if TYPE_CHECKING:
    from app.quality.scorer import Scorer
    from app.validation.sources import Source


def _open(places: Places) -> Handler:
    from app.quality.compliance import PROFILE  # noqa: PLC0415
    from app.quality.known import load_known  # noqa: PLC0415 - in the worker, not in the web
    from app.quality.looking import linked  # noqa: PLC0415
    from app.quality.scorer import Scorer  # noqa: PLC0415
    from app.validation.lab import open_lab  # noqa: PLC0415

    lab = open_lab(places)
    assert lab.terms is not None
    known = load_known(places.vocabularies / "kwaliteit", lab.lists, lab.terms)
    scorer = Scorer(lab, known, lab.terms)
    lab.profile(PROFILE)

    def answer(request: bytes, reply: Reply) -> None:
        facts, data = unpacked(request)
        if facts["task"] == "linked":
            triples = linked(lab.triples(_source(facts, data)), facts["most"])
            reply.write(json.dumps(triples).encode())
            return
        card = json.loads(data) if facts["task"] == "render" else _card(scorer, facts, data, reply)
        reply.write(written(card, facts["form"], facts["lang"], Part(**facts["part"])))

    return answer


def _card(scorer: Scorer, facts: dict[str, Any], data: bytes, reply: Reply) -> dict[str, Any]:
    looks = {one["url"]: look_of(one) for one in json.loads(data[: facts["looks"]])}
    if looks:
        scorer = replace(scorer, look=lambda _: looks)
    if facts["progress"]:
        scorer = replace(scorer, progress=lambda *at: tell(reply, *at))
    card = scorer.card(_source(facts, data[facts["looks"] :]))
    if facts["progress"]:
        told(reply)
    return card


def _source(facts: dict[str, Any], data: bytes) -> Source:
    return source_of(facts, Path(facts["file"]).read_bytes() if facts["file"] else data)


def main(arguments: list[str]) -> None:
    """Serve a pool: control socket, `Places.argument()`, then `ChildLimits`."""
    control, places, memory_bytes, stack_bytes, result_bytes = arguments
    limits = ChildLimits(int(memory_bytes), int(stack_bytes), int(result_bytes))
    # what every worker needs is imported once, before the fork
    import app.quality.scorer  # noqa: F401, PLC0415

    run_zygote(int(control), lambda: _open(Places.of_argument(places)), limits)


if __name__ == "__main__":
    main(sys.argv[1:])
