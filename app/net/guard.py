"""Which addresses may be fetched: the URL's spelling, its port, and every address of its host.

Sources: IANA special-purpose address registries (IPv4, IPv6); RFC 6890, 6052, 4291, 6598; the
WHATWG URL standard for what browsers read as an IPv4 address. What is not known to be public is
refused.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import idna

from app.errors import InputError
from app.net.refusals import FetchError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# host and port in, addresses in text out; raises OSError where there is none
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

MAX_URL_CHARACTERS: Final = 2048
PORTS: Final = frozenset({80, 443, 8080, 8443})
_DEFAULT_PORT: Final = {"http": 80, "https": 443}
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
# what browsers (and inet_aton) read as a number: 2130706433, 0x7f.1, 0177.0.0.1
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\\\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")

_V4: Final = tuple(map(ipaddress.IPv4Network, (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
    "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4",
)))  # fmt: skip
_GLOBAL_V6: Final = ipaddress.IPv6Network("2000::/3")
# inside the global block: protocol assignments and Teredo, documentation, 6to4
_V6: Final = tuple(map(ipaddress.IPv6Network, (
    "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
)))  # fmt: skip
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
# where clouds keep credentials; the last is public on paper
_METADATA: Final = frozenset(map(ipaddress.ip_address, (
    "169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200", "192.0.0.192",
    "168.63.129.16",
)))  # fmt: skip
_ISATAP: Final = frozenset({0x5EFE, 0x0200_5EFE})


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the operator allows besides public addresses on the usual ports.

    A host in `hosts` may have any address; an address in `networks` may be reached under any name.
    Addresses of cloud metadata are never allowed by a network, only by a host's own name.
    """

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    ports: frozenset[int] = PORTS

    @classmethod
    def parse(cls, text: str) -> Allowance:
        """Return the allowance of a setting: networks, hosts and `:port`s, by comma or space.

        Raises:
            InputError: An entry is none of these; names the entry.
        """
        hosts, networks, ports = set[str](), list[Network](), set(PORTS)
        for entry in re.split(r"[,\s]+", text.strip()):
            if not entry:
                continue
            if re.fullmatch(r":[0-9]{1,5}", entry) and 0 < int(entry[1:]) < 65536:
                ports.add(int(entry[1:]))
                continue
            try:
                networks.append(ipaddress.ip_network(entry))
                continue
            except ValueError:
                name = entry.lower()
            if not all(map(_LABEL.fullmatch, name.split("."))) or _is_number(name):
                raise InputError(
                    f"{entry!r} is not a network, a host or a :port.",
                    nl=f"{entry!r} is geen netwerk, servernaam of :poort.",
                )
            hosts.add(name)
        return cls(frozenset(hosts), tuple(networks), frozenset(ports))


@dataclass(frozen=True, slots=True)
class Target:
    """An address whose spelling was checked; `host` is ASCII, an IPv6 address without brackets."""

    url: str
    scheme: str
    host: str
    port: int
    literal: bool  # the host is an address itself


def _is_number(host: str) -> bool:
    return _NUMBER.fullmatch(host.rpartition(".")[2]) is not None


def check_url(text: str, allowed: Allowance) -> Target:
    """Return the target of an address, its fragment left out.

    Raises:
        FetchError: `url`, `scheme`, `userinfo`, `host` or `port`.
    """
    if len(text) > MAX_URL_CHARACTERS or _FORBIDDEN.search(text):
        raise FetchError("url")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise FetchError("url") from error
    if parts.scheme not in _DEFAULT_PORT:
        raise FetchError("scheme" if parts.scheme else "url")
    if "@" in parts.netloc:
        raise FetchError("userinfo")
    if not parts.netloc or parts.netloc.endswith(":"):
        raise FetchError("url")
    host, literal = _host(parts.netloc, parts.hostname or "", allowed)
    port = _DEFAULT_PORT[parts.scheme] if port is None else port
    if port not in allowed.ports:
        raise FetchError("port")
    place = f"[{host}]" if ":" in host else host
    if port != _DEFAULT_PORT[parts.scheme]:
        place += f":{port}"
    url = parts._replace(netloc=place, path=parts.path or "/", fragment="").geturl()
    return Target(url, parts.scheme, host, port, literal)


def _host(netloc: str, host: str, allowed: Allowance) -> tuple[str, bool]:
    """Return a host in its one spelling, and whether it is an address."""
    if netloc.startswith("["):
        try:
            return str(ipaddress.IPv6Address(host if "%" not in host else "")), True
        except ValueError as error:
            raise FetchError("host") from error
    host = _ascii(host)
    if _is_number(host):
        # only the one canonical form; others are read differently by different libraries
        try:
            if str(ipaddress.IPv4Address(host)) == host:
                return host, True
        except ValueError:
            pass
        raise FetchError("host")
    labels = host.split(".")
    # a bare name is looked up in the search domains of this machine
    bare = len(labels) < 2 and host not in allowed.hosts
    if bare or len(host) > 253 or not all(map(_LABEL.fullmatch, labels)):
        raise FetchError("host")
    return host, False


def _ascii(host: str) -> str:
    """Return a host as it stands in the DNS (IDNA 2008, without mapping).

    Full-width digits, ideographic dots and symbols that look like letters do not pass.
    """
    # idna itself would take these for dots
    if re.search("[\u3002\uff0e\uff61]", host):
        raise FetchError("host")
    try:
        if not host.isascii():
            return idna.encode(host, uts46=False).decode()
        for label in host.split("."):
            if label.startswith("xn--"):
                idna.ulabel(label)
    except (idna.IDNAError, UnicodeError) as error:
        raise FetchError("host") from error
    return host


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the public internet, whatever form it is wrapped in."""
    if address in _METADATA:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not any(address in network for network in _V4)
    inner = _embedded(address)
    if inner is not None:
        return is_public(inner)
    if address not in _GLOBAL_V6 or not address.is_global:
        return False
    if any(address in network for network in _V6):
        return False
    tail = int(address) & 0xFFFF_FFFF_FFFF_FFFF
    # ISATAP carries an IPv4 address in its last half
    return tail >> 32 not in _ISATAP or is_public(ipaddress.IPv4Address(tail & 0xFFFF_FFFF))


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return what an IPv4-mapped or NAT64 address leads to; other wrappings are never public."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF) if address in _NAT64 else None


def check_address(text: str, host: str, allowed: Allowance) -> Address:
    """Return an address that may be connected to on behalf of `host`.

    Raises:
        FetchError: `address`: it is not public and not allowed.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError as error:
        raise FetchError("address") from error
    if host in allowed.hosts or is_public(address):
        return address
    inner = _embedded(address) if isinstance(address, ipaddress.IPv6Address) else None
    if address not in _METADATA and inner not in _METADATA and _within(address, allowed.networks):
        return address
    raise FetchError("address")


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == item.version and address in item for item in networks)


async def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host as the machine knows them.

    Raises:
        OSError: The host has none.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


async def addresses(target: Target, allowed: Allowance, resolver: Resolver) -> tuple[Address, ...]:
    """Return the addresses of a target, each checked; one that is refused refuses all.

    Raises:
        FetchError: `address`: there is none, or one is not public.
    """
    if target.literal:
        return (check_address(target.host, target.host, allowed),)
    try:
        found = await resolver(target.host, target.port)
    except (OSError, UnicodeError) as error:
        raise FetchError("address") from error
    if not found:
        raise FetchError("address")
    return tuple(check_address(text, target.host, allowed) for text in found)
