"""Looking at the addresses of a catalog: which are asked what, and what their answers tell.

Each address is asked once, however many datasets name it; addresses of one host one after the
other in the order of their names, so that the same answers give the same looks.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from http import HTTPStatus
from typing import Final, Protocol

from app.net.decoding import Inflation
from app.net.fetch import ACCEPT, Fetched, Limits, Validators
from app.net.guard import check_url
from app.net.polite import LOOKING, Polite
from app.net.refusals import FetchError
from app.net.soft import SoftPages
from app.quality.evidence import Content, Look
from app.quality.kept import Kept, kept_of, text_of
from app.quality.reach import UNREACHED, honest, silent
from app.quality.records import Record, web_address
from app.rdf.namespaces import term
from app.store.looks import LookJournal

_GOOD: Final = range(HTTPStatus.OK, HTTPStatus.MULTIPLE_CHOICES)
_ACCESS, _DOWNLOAD = term("dcat:accessURL"), term("dcat:downloadURL")
# we did not ask: that says nothing of the address
_UNASKED: Final = frozenset({"robots", "robots-failed", "left-alone", "spent", "port", "budget"})
# GET would meet the same
_ALIKE: Final = _UNASKED | {
    "url", "scheme", "userinfo", "host", "address", "connect", "tls", "redirect", "redirects",
    "loop",
}  # fmt: skip
_ANY: Final = "*/*"
_FAILED_SECONDS: Final = 3_600.0


class Inspector(Protocol):
    """Says what a file is."""

    async def inspect(
        self, data: bytes, url: str, media_type: str = "", charset: str = "",
        truncated: bool = False,
    ) -> Content:  # fmt: skip
        """Return what a file is, whatever its name or label says."""


class Want(IntEnum):
    """What is wanted of an address; what is more includes what is less."""

    LINK = 0  # whether it answers
    PAGE = 1  # whether it answers, with something
    PAGE_FILE = 2  # what it holds: a page or a file
    FILE = 3  # what the file is


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is looked at: bytes of a file, links of a file, and how old a look may be.

    A look that failed is taken for an hour at the most, so that who mends something sees it.
    """

    file_bytes: int = 5_000_000
    unpacked_bytes: int = 20_000_000
    sample: int = 5  # of its own addresses, and of others
    term_seconds: float = 86_400.0
    held: int = 8  # files in memory

    @property
    def limits(self) -> Limits:
        """The bounds of one file."""
        return replace(
            LOOKING, max_wire_bytes=self.file_bytes, inflation=Inflation(self.unpacked_bytes)
        )


# done, in all, host
Progress = Callable[[int, int, str], None]


def wanted(records: Iterable[Record]) -> dict[str, Want]:
    """Return what is wanted of each address of the distributions, by address."""
    found: dict[str, Want] = {}
    for record in records:
        for _, facts in record.distributions:
            downloads = [web_address(value) for value in facts.get(_DOWNLOAD, ())]
            pages = Want.PAGE if any(downloads) else Want.PAGE_FILE
            for url in filter(None, downloads):
                found[url] = Want.FILE
            for url in filter(None, map(web_address, facts.get(_ACCESS, ()))):
                found[url] = max(pages, found.get(url, pages))
    return found


def sample_of(addresses: Iterable[str], size: int) -> list[str]:
    """Return some of the addresses: the same ones whatever their order."""
    return sorted(set(addresses), key=lambda url: hashlib.sha256(url.encode()).digest())[:size]


async def gather(
    records: Sequence[Record],
    polite: Polite,
    inspector: Inspector,
    *,
    extent: Extent = Extent(),
    journal: LookJournal | None = None,
    progress: Progress = lambda *_: None,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ours: Callable[[str], bool] = lambda _: False,
) -> dict[str, Look]:
    """Return a look at each address of a catalog and at some that its files name, by address.

    `ours` tells which addresses are asked without a network.
    """
    gatherer = _Gatherer(polite, inspector, extent, journal, progress, now)
    await gatherer.round(wanted(records))
    named = {
        url: Want.LINK
        for look in tuple(gatherer.looks.values()) if look.content
        for url in (*sample_of(look.content.own, extent.sample),
                    *sample_of(look.content.other, extent.sample))
        if url not in gatherer.looks
    }  # fmt: skip
    await gatherer.round(named)
    looks = honest(gatherer.looks, ours)
    for url, (want, validators) in gatherer.silent.items():
        if looks[url].reason != UNREACHED:
            gatherer.note(looks[url], want, validators)
    return dict(sorted(looks.items()))


@dataclass(slots=True)
class _Gatherer:
    polite: Polite
    inspector: Inspector
    extent: Extent
    journal: LookJournal | None
    progress: Progress
    now: Callable[[], dt.datetime]
    looks: dict[str, Look] = field(default_factory=dict)
    # not noted until it shows that anything can be reached
    silent: dict[str, tuple[Want, Validators | None]] = field(default_factory=dict)
    total: int = 0
    soft: SoftPages = field(init=False)
    held: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self.soft = SoftPages(self.polite)
        self.held = asyncio.Semaphore(self.extent.held)

    async def round(self, wants: Mapping[str, Want]) -> None:
        """Look at addresses, hosts beside each other."""
        hosts: dict[str, list[str]] = defaultdict(list)
        for url in sorted(wants):
            hosts[self._host(url)].append(url)
        self.total += len(wants)
        async with asyncio.TaskGroup() as group:
            for host, urls in hosts.items():
                group.create_task(self._host_round(host, urls, wants))

    def _host(self, url: str) -> str:
        try:
            return check_url(url, self.polite.allowed).host
        except FetchError:
            return ""

    async def _host_round(self, host: str, urls: Iterable[str], wants: Mapping[str, Want]) -> None:
        for url in urls:
            self.looks[url] = await self._look(url, wants[url])
            self.progress(len(self.looks), self.total, host)

    async def _look(self, url: str, want: Want) -> Look:
        entry = self.journal.read(url) if self.journal else None
        kept = kept_of(entry.look) if entry else None
        if entry and kept and self._stands(kept, entry.at, want):
            return replace(kept.look, earlier=True)
        look, validators = await self._asked(url, want, kept)
        if silent(look):
            self.silent[url] = want, validators
        else:
            self.note(look, want, validators)
        return look

    def note(self, look: Look, want: Want, validators: Validators | None) -> None:
        """Keep a look, if it tells anything of the address."""
        if self.journal and look.reason not in _UNASKED:
            self.journal.note(look.url, text_of(Kept(look, int(want), validators)))

    def _stands(self, kept: Kept, at: float, want: Want) -> bool:
        """Whether an earlier look is recent enough, and tells all that is wanted now."""
        term = self.extent.term_seconds
        if not kept.look.answers:
            term = min(term, _FAILED_SECONDS)
        return kept.want >= want and 0 <= self.now().timestamp() - at < term

    async def _asked(
        self, url: str, want: Want, kept: Kept | None
    ) -> tuple[Look, Validators | None]:
        accept = ACCEPT if want is Want.LINK else _ANY
        head, reason, answer = await self._answer(url, "HEAD", LOOKING, accept=accept)
        look = Look(url, self._time(), head, reason=reason)
        if answer:
            size = answer.length if head in _GOOD else 0
            look = replace(look, final=answer.url, media_type=answer.media_type, size=size or 0)
        if reason in _ALIKE:
            return look, None
        if want >= Want.PAGE_FILE:
            return await self._file(look, want, kept)
        if head in _GOOD:
            return look, None
        limits = replace(LOOKING, max_wire_bytes=65_536)
        status, reason, answer = await self._answer(url, "GET", limits, accept=accept)
        look = replace(look, status=status, reason=reason)
        if answer:
            look = replace(look, final=answer.url, media_type=answer.media_type)
            soft = want is Want.PAGE and status in _GOOD
            if soft and await self.soft.is_soft(url, answer, page=True):
                look = replace(look, reason="soft-404")
        return look, None

    async def _file(
        self, look: Look, want: Want, kept: Kept | None
    ) -> tuple[Look, Validators | None]:
        """Fetch what an address holds, and look into it."""
        known = kept.validators if kept and kept.look.content else None
        # one host's pause should not keep the files of others waiting
        await self.polite.ready(look.url)
        async with self.held:
            status, reason, found = await self._answer(
                look.url, "GET", self.extent.limits, known=known
            )
            look = replace(look, time=self._time(), status=status, reason=reason)
            if found is None:
                return look, None
            if kept and found.not_modified:
                earlier = replace(kept.look, head=look.head, reason="", earlier=True)
                return earlier, kept.validators
            size = max(len(found.data), found.length or 0) if found.truncated else len(found.data)
            look = replace(look, final=found.url, media_type=found.media_type, size=size,
                           truncated=found.truncated)  # fmt: skip
            if status not in _GOOD:
                return look, None
            if await self.soft.is_soft(look.url, found, page=want is Want.PAGE_FILE):
                return replace(look, reason="soft-404"), None
            content = await self.inspector.inspect(
                found.data, look.url, found.media_type, found.charset, found.truncated
            )
            return replace(look, content=content), found.validators

    async def _answer(
        self, url: str, method: str, limits: Limits, *,
        known: Validators | None = None, accept: str = _ANY,
    ) -> tuple[int | None, str, Fetched | None]:  # fmt: skip
        """Return the status, the reason where there is none, and the answer."""
        try:
            found = await self.polite.ask(url, method, limits=limits, known=known, accept=accept)
        except FetchError as error:
            return (None if error.reason in _UNASKED else 0), error.reason, None
        return found.status, "", found

    def _time(self) -> str:
        return self.now().isoformat(timespec="seconds").replace("+00:00", "Z")
