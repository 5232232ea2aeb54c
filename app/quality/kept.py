"""A look as the journal keeps it: JSON, with what to ask "has it changed?" with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app import __version__
from app.net.fetch import Validators
from app.quality.evidence import Look, content_of


@dataclass(frozen=True, slots=True)
class Kept:
    """A look, how much was wanted of it (`gathering.Want`), and the validators of its file."""

    look: Look
    want: int
    validators: Validators | None = None


def text_of(kept: Kept) -> str:
    """Return it as text."""
    return json.dumps({"version": __version__, **asdict(kept)}, ensure_ascii=False)


def kept_of(text: str) -> Kept | None:
    """Return it from its text; None for one of another version, that saw files otherwise."""
    try:
        values = json.loads(text)
        if values["version"] != __version__:
            return None
        validators = values["validators"]
        return Kept(
            look_of(values["look"]),
            values["want"],
            Validators(**validators) if validators else None,
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def look_of(values: Mapping[str, Any]) -> Look:
    """Return a look of its JSON values."""
    content = values["content"]
    return Look(**{**values, "content": content_of(content) if content else None})
