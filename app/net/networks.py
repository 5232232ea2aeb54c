"""Networks of a setting, and which address a request came from where proxies stand before us."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.errors import ProjectError

_ELEMENT: Final = re.compile(r'(?:[^,"]|"(?:\\.|[^"\\])*"?)+')
_FOR: Final = re.compile(r'(?:^|;)\s*for\s*=\s*("(?:\\.|[^"\\])*"|[^;\s"]+)', re.IGNORECASE)
_WITH_PORT: Final = re.compile(r"\[([^\]]+)\](?::\S*)?|([0-9]+\.[0-9.]+):\S*")
_LONGEST: Final = 60
UNKNOWN: Final = "unknown"  # RFC 7239, 6.2; it is in no network

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Networks:
    """A set of addresses; an IPv4 address written as IPv6 is the IPv4 address."""

    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()

    @classmethod
    def parse(cls, text: str, *, where: str) -> Networks:
        """Return the networks and addresses of a setting, by comma or space.

        Raises:
            ProjectError: An entry is none; names it and the setting.
        """
        found = []
        for entry in filter(None, re.split(r"[,\s]+", text)):
            try:
                found.append(ipaddress.ip_network(entry))
            except ValueError:
                raise ProjectError(
                    f"{entry!r} is no network, as 10.0.0.0/8 or 2001:db8::/32",
                    nl=f"{entry!r} is geen netwerk, zoals 10.0.0.0/8 of 2001:db8::/32",
                    where=where,
                ) from None
        return cls(tuple(found))

    def __bool__(self) -> bool:
        return bool(self.networks)

    def __contains__(self, address: object) -> bool:
        found = address_of(address) if isinstance(address, str) else None
        return found is not None and any(found in network for network in self.networks)


@lru_cache(maxsize=2048)
def address_of(text: str) -> Address | None:
    """Return the address a text is, with or without quotes, brackets and port; None if it is none.

    `unknown` and `_hidden` (RFC 7239, 6) are none.
    """
    text = text.strip().strip('"')
    if len(text) > _LONGEST:
        return None
    match = _WITH_PORT.fullmatch(text)
    try:
        found = ipaddress.ip_address((match[1] or match[2]) if match else text)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        return found.ipv4_mapped or found
    return found


def origin(
    peer: str, trusted: Networks, forwarded_for: Sequence[str], forwarded: Sequence[str]
) -> str:
    """Return the address that asks: the last one that is not of a trusted proxy.

    `forwarded_for` and `forwarded` are the values of X-Forwarded-For and Forwarded (RFC 7239). A
    proxy writes one and may pass on what a stranger wrote in the other, so when both are there and
    do not agree, neither counts: `UNKNOWN` asks, never the proxy, which may stand inside a network
    that has more rights.
    """
    told = []
    if forwarded_for:
        told.append([part for value in forwarded_for for part in value.split(",")])
    if forwarded:
        elements = _ELEMENT.findall(",".join(forwarded))
        told.append([found[1] if (found := _FOR.search(item)) else "" for item in elements])
    seen = {_back(peer, trusted, hops) for hops in told}
    return seen.pop() if len(seen) == 1 else UNKNOWN


def _back(peer: str, trusted: Networks, hops: Sequence[str]) -> str:
    """Go back from hop to hop as long as who tells of the one before is trusted."""
    for hop in reversed(hops):
        if peer not in trusted:
            break
        found = address_of(hop)
        if found is None:
            return UNKNOWN
        peer = str(found)
    return peer
