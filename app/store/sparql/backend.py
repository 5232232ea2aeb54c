"""Where an external SPARQL engine is; the operator's word, so it may be on a private network."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from app.store.sparql.profiles import PROFILES, Profile

EMBEDDED: Final = "embedded"


@dataclass(frozen=True, slots=True)
class Backend:
    """An endpoint of SPARQL 1.1 Protocol; `user` is empty where it asks none (Basic, RFC 7617)."""

    url: str
    profile: Profile
    user: str = ""
    password: str = field(default="", repr=False)


def backend_of(url: str, profile: str, *, user: str = "", password: str = "") -> Backend:
    """Return the backend of an address and the name of a profile.

    Raises:
        ValueError: The address or the name cannot be used; does not repeat the address.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        named = parts.port is None or parts.port > 0
    except ValueError:
        usable = named = False
        parts = urlsplit("")
    if not (usable and named) or parts.fragment or not url.isprintable() or " " in url:
        raise ValueError(f"{EMBEDDED!r}, an http(s) address or the name of an engine is expected")
    if parts.username is not None or parts.password is not None:
        raise ValueError("give user and password as VIJFSTER_SPARQL_BACKEND_USER and _PASSWORD")
    if profile not in PROFILES:
        raise ValueError(f"there is no profile {profile!r}; there are {', '.join(PROFILES)}")
    return Backend(url, PROFILES[profile], user, password)
