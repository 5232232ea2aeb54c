"""`vijfster score`: the points of every dataset, and what to do to win more."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from typing import Any

from app.cli.output import note, say
from app.cli.validate import read_source
from app.errors import InputError, ProjectError
from app.quality.scorer import Scorer
from app.quality.text import counted, text
from app.quality.words import BASIS, HEADS
from app.validation.sources import Source


def run(
    scorer: Scorer,
    sources: Sequence[Source | str],
    *,
    min_points: int,
    min_stars: int,
    lang: str,
    as_json: bool,
    allow: str = "",
) -> int:
    """Print the score cards of sources: files, addresses, - or sources that were read already.

    Return 0; 1 if a dataset is not sure of `min_points` or `min_stars` (without looking at links
    few points and no star are sure); 2 if a source cannot be read or describes no dataset.
    """
    found: list[dict[str, Any]] = []
    unread: list[dict[str, Any]] = []
    below = {"points": 0, "stars": 0}
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
        below["points"] += sum(one["sure"] < min_points for one in card["datasets"])
        below["stars"] += sum(one["stars"]["sure"] < min_stars for one in card["datasets"])
        found.append(card)
        if not as_json:
            say(text(card, lang, shutil.get_terminal_size((0, 0)).columns))
            if card["evidence"]["basis"] == "metadata":
                note(BASIS["ask"][lang])
    if as_json:
        body = {"cards": found, "unread": unread, "below": below}
        say(json.dumps(body, ensure_ascii=False, indent=2))
    for key, least in (("points", min_points), ("stars", min_stars)):
        if below[key]:
            note(f"{HEADS['unsure'][lang]} {least} {HEADS[key][lang]}: {counted(below[key])}.")
    return 2 if unread else 1 if any(below.values()) else 0
