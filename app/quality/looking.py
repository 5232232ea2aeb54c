"""Looking at the links of catalogs: the parts of gathering put together for one deployment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Final

from app.net.guard import Allowance, Resolver, resolve
from app.net.polite import Manners
from app.quality.evidence import Looks
from app.quality.gathering import Extent, Inspector, Progress, gather, sample_of, wanted
from app.quality.ourselves import Ourselves
from app.quality.records import records, web_address
from app.rdf.namespaces import term
from app.rdf.terms import Triple
from app.store.looks import LookJournal

_TYPE, _DATASET = term("rdf:type"), term("dcat:Dataset")
_DISTRIBUTION = term("dcat:distribution")
_ADDRESSES: Final = (term("dcat:accessURL"), term("dcat:downloadURL"))


def linked(triples: Sequence[Triple], most: int) -> list[Triple]:
    """Return the statements that lead to at most so many addresses: the same ones in any order."""
    found = records(triples)
    chosen = set(sample_of(wanted(found), most))
    out: list[Triple] = []
    for record in found:
        for node, facts in record.distributions:
            said = [(node, name, value) for name in _ADDRESSES for value in facts.get(name, ())
                    if web_address(value) in chosen]  # fmt: skip
            if said:
                out += [(record.term, _TYPE, _DATASET), (record.term, _DISTRIBUTION, node), *said]
    return list(dict.fromkeys(out))


@dataclass(frozen=True, slots=True)
class LinkChecks:
    """Looks at what a catalog's distributions lead to, each time with fresh manners.

    Called, it runs an event loop of its own; within one, `looks` is awaited. Without a journal
    nothing is kept, and nothing of earlier runs is taken.
    """

    inspecting: Callable[[], AbstractAsyncContextManager[Inspector]]
    manners: Manners = field(default_factory=Manners)
    allowed: Allowance = field(default_factory=Allowance)
    extent: Extent = field(default_factory=Extent)
    journal: LookJournal | None = None
    resolver: Resolver = resolve
    progress: Progress = lambda *_: None
    # starts of addresses that are ours, and the root of the service to ask them of
    roots: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, triples: Iterable[Triple]) -> Looks:
        """Return the looks at a catalog's addresses."""
        return asyncio.run(self.looks(triples))

    async def looks(self, triples: Iterable[Triple]) -> Looks:
        """Return the looks at a catalog's addresses; what was broken off is kept all the same."""
        with self.journal.run() if self.journal else nullcontext():
            async with self.inspecting() as inspector:
                asker = Ourselves(
                    self.roots, self.manners, allowed=self.allowed, resolver=self.resolver
                )
                found = await gather(
                    records(triples), asker, inspector,
                    extent=self.extent, journal=self.journal, progress=self.progress,
                    ours=lambda url: asker.root_of(url) is not None,
                )  # fmt: skip
        return {
            url: replace(look, own=True) if asker.root_of(url) else look
            for url, look in found.items()
        }
