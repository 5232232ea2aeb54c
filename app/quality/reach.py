"""Whether this computer reached anything at all: else its silence says nothing of the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from app.quality.evidence import Look

UNREACHED: Final = "unreached"
_SILENT: Final = frozenset({"address", "connect", "timeout", "left-alone"})


def silent(look: Look) -> bool:
    """Whether no server said anything at all; whose fault that is, one address cannot tell."""
    return look.reason in _SILENT and not (look.head or look.status)


def honest(looks: Mapping[str, Look], ours: Callable[[str], bool]) -> dict[str, Look]:
    """Return looks, those at servers elsewhere as not known where not one of them answered.

    A computer without a network, or behind a wall, must not call somebody's links dead. `ours`
    tells which addresses needed no network; servers without a name need no DNS, and are judged.
    What a server said in an earlier run does not show that there is a network now.
    """
    elsewhere = {url: look for url, look in looks.items() if not ours(url) and _named(url)}
    unheard = {url for url, look in elsewhere.items() if silent(look)}
    if any(not look.earlier for url, look in elsewhere.items() if url not in unheard):
        return dict(looks)
    return {
        url: replace(look, head=None, status=None, reason=UNREACHED) if url in unheard else look
        for url, look in looks.items()
    }


def _named(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    try:
        ip_address(host)
    except ValueError:
        return bool(host)
    return False
