"""Asking our own addresses of a service on this machine: a release before anybody can reach it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from app.net.fetch import ACCEPT, Fetched, Limits, Validators, fetch
from app.net.guard import Allowance
from app.net.polite import LOOKING, Manners, Polite


class Ourselves(Polite):
    """Asks what begins as ours (`roots`: start of the address → root of the service) of a service.

    It needs no pauses; what redirects there from elsewhere is asked where it says to be.
    """

    def __init__(self, roots: Mapping[str, str], manners: Manners, **more: Any) -> None:
        super().__init__(manners, **more)
        self._roots = roots

    def root_of(self, url: str) -> tuple[str, str] | None:
        """Return the start and the root of an address that is ours."""
        return next(((start, root) for start, root in self._roots.items()
                     if url.startswith(start)), None)  # fmt: skip

    async def ready(self, url: str) -> None:
        """Wait for others; ours is ready."""
        if not self.root_of(url):
            await super().ready(url)

    async def ask(
        self,
        url: str,
        method: str = "GET",
        *,
        limits: Limits = LOOKING,
        known: Validators | None = None,
        accept: str = ACCEPT,
    ) -> Fetched:
        """Return what a server answers; raises as `Polite.ask`."""
        ours = self.root_of(url)
        if not ours:
            return await super().ask(url, method, limits=limits, known=known, accept=accept)
        start, root = ours
        port = urlsplit(root).port
        found = await fetch(
            root + url.removeprefix(start), limits=limits, accept=accept, method=method,
            any_status=True, agent=self.manners.agent,
            allowed=Allowance.parse(f"127.0.0.1, :{port}"),
        )  # fmt: skip
        back = [start + one.removeprefix(root) if one.startswith(root) else one
                for one in (*found.redirects, found.url)]  # fmt: skip
        return replace(found, url=back[-1], redirects=tuple(back[:-1]))
