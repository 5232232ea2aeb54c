"""`vijfster score`: the points of every dataset, and what to do to win more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from app.cli.output import note, say
from app.cli.validate import read_source
from app.errors import InputError, ProjectError
from app.quality.scorer import Scorer
from app.quality.text import text
from app.validation.sources import Source


def run(
    scorer: Scorer,
    sources: Sequence[Source | str],
    *,
    min_points: int,
    lang: str,
    as_json: bool,
    allow: str = "",
) -> int:
    """Print the score cards of sources: files, addresses, - or sources that were read already.

    Return 0; 1 if a dataset is not sure of `min_points` (of links that were not looked at no point
    is sure); 2 if a source cannot be read or describes no dataset.
    """
    found: list[dict[str, Any]] = []
    unread: list[dict[str, Any]] = []
    below = 0
    for item in sources:
        try:
            card = scorer.card(read_source(item, allow) if isinstance(item, str) else item)
        except ProjectError:
            raise
        except InputError as error:
            # the others go on
            unread.append({"source": item if isinstance(item, str) else item.where,
                           "message": {"nl": error.detail_nl, "en": error.detail}})  # fmt: skip
            note(unread[-1]["message"][lang])
            continue
        below += sum(one["sure"] < min_points for one in card["datasets"])
        found.append(card)
        if not as_json:
            say(text(card, lang))
    if as_json:
        body = {"cards": found, "unread": unread, "below": below}
        say(json.dumps(body, ensure_ascii=False, indent=2))
    if below:
        counted = "1 dataset" if below == 1 else f"{below} datasets"
        note(f"Niet zeker van {min_points} punten: {counted}." if lang == "nl"
             else f"Not sure of {min_points} points: {counted}.")  # fmt: skip
    return 2 if unread else 1 if below else 0
