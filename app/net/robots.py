"""What a server asks of programs: robots.txt (RFC 9309), read by Protego."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from protego import Protego

PRODUCT: Final = "vijfster"
# RFC 9309, 2.5: at least 500 kibibytes are read
MOST_BYTES: Final = 512_000
_AGENT: Final = frozenset({"user-agent", "useragent", "user agent"})
_NAMED = re.compile(r"\*|[A-Za-z_-]*")


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one origin, for us; `delay` in seconds between requests, 0 for none."""

    delay: float = 0.0
    _parsed: Protego | None = None

    @classmethod
    def parse(cls, data: bytes) -> Rules:
        """Return the rules of a file."""
        text = data[:MOST_BYTES].decode("utf-8-sig", errors="replace")
        parsed = Protego.parse("\n".join(map(_line, text.splitlines())))
        return cls(parsed.crawl_delay(PRODUCT) or 0.0, parsed)

    def allow(self, url: str) -> bool:
        """Whether we may ask for an address."""
        return self._parsed is None or bool(self._parsed.can_fetch(url, PRODUCT))


def _line(line: str) -> str:
    """Name all other programs alike: work is then linear, however many a file names."""
    field, sign, value = line.partition(":")
    if not sign:
        return ""
    if field.strip().lower() not in _AGENT:
        return line
    found = _NAMED.match(value.strip())
    product = found[0].lower() if found else ""
    return f"User-agent: {product if product in {'*', PRODUCT} else 'other'}"
