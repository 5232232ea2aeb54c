"""The steps of a publication to an engine; after each, what was done is in the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from app.errors import InputError, MismatchError
from app.store.sparql.publishing.client import EngineClient
from app.store.sparql.publishing.journal import Generation, Graphs, Journal, Switch
from app.store.sparql.publishing.parts import Part
from app.store.sparql.publishing.switching import (
    ADDED,
    NEXT,
    OWN,
    REMOVED,
    differences,
    drop,
    update_of,
)
from app.store.sparql.publishing.verifying import count, require, verified

# stage, graph, triples or bytes done, of how many
Progress = Callable[[str, str, int, int], None]
Status = Literal["published", "unchanged", "rolled-back", "checked"]


@dataclass(frozen=True, slots=True)
class Published:
    """What an engine serves now, and what it took."""

    status: Status
    release: str
    triples: int
    loaded: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    back_to: str = ""


class Publication:
    """One release to one engine, with the journal held; `whole` takes no graph as unchanged."""

    def __init__(
        self, client: EngineClient, journal: Journal, parts: Sequence[Part], release: str,
        below: str, progress: Progress, *, whole: bool = False,
    ) -> None:  # fmt: skip
        """Prepare; graphs whose IRI starts with `below` are ours to add, change and drop."""
        self._client, self._journal, self._progress = client, journal, progress
        self._parts = {part.graph: part for part in parts}
        self._release, self._below, self._whole = release, below, whole
        self._loaded: list[str] = []

    async def publish(self) -> Published:
        """Load what differs beside what is read, verify, switch.

        Raises:
            MismatchError: The engine does not hold what it was given; nothing was switched.
            EngineError: It refuses, fails or is gone; given again, the command goes on.
        """
        journal = self._journal
        await self._finish()
        there = await self._there()
        if not there or (journal.first and journal.live is None):
            return await self._begin(there)
        graphs, changed = await self._unchanged(there)
        for graph in changed:
            graphs[graph] = (self._parts[graph].digest, await self._stage(graph, graph + NEXT))
        gone = sorted(there - self._parts.keys())
        # a publication that was ended may have left there what another release had
        await drop(self._client, [graph + NEXT for graph in gone])
        differing = await self._compare(changed, gone)
        if not differing and journal.live and journal.live.release == self._release:
            await self._clean()
            return self._told("unchanged", graphs)
        old = journal.live or Generation("", {})
        journal.switch = Switch(Generation(self._release, graphs), differing)
        if differing:
            journal.undo = Switch(old, differing, back=True) if old.release else None
        journal.save()
        await self._switch()
        return self._told("published", graphs, differing)

    async def check(self) -> Published:
        """Verify that an engine holds the release, and take it as published by us.

        Raises:
            MismatchError: It does not.
        """
        graphs: Graphs = {}
        for part in self._parts.values():
            self._progress("verify", part.graph, 0, part.count)
            graphs[part.graph] = (part.digest, await verified(self._client, part, part.graph))
        for graph in sorted(await self._there() - self._parts.keys()):
            await require(self._client, graph, 0)
        journal = self._journal
        if journal.live is None or journal.live.release != self._release:
            journal.live, journal.undo = Generation(self._release, graphs), None
        if journal.switch:
            # sent, and perhaps run in a store that this one replaced
            journal.switch = journal.undo = None
        journal.first = False
        journal.save()
        return self._told("checked", graphs)

    async def _there(self) -> set[str]:
        """Return our graphs that the engine has triples of, without those of our own work."""
        rows = await self._client.select(self._client.target.dialect.graphs)
        found = {row["g"]["value"] for row in rows if "g" in row}
        before = self._journal.live.graphs.keys() if self._journal.live else set[str]()
        ours = {
            graph for graph in found
            if (graph.startswith(self._below) or graph in before) and not self._is_own(graph)
        }  # fmt: skip
        # an engine may name graphs that are empty
        return {graph for graph in ours if graph in self._parts or await self._count(graph)}

    def _is_own(self, graph: str) -> bool:
        """Tell a graph of our work from one that is read; an inventory may be called as they."""
        return graph.removeprefix(self._below).endswith(OWN)

    async def _count(self, graph: str) -> int:
        return await count(self._client, graph)

    async def _begin(self, there: set[str]) -> Published:
        """Load into an engine that had nothing of ours: no release is read that could be halved."""
        journal = self._journal
        if not journal.first:
            journal.first, journal.live, journal.undo = True, None, None
            journal.save()
        await drop(self._client, sorted(there - self._parts.keys()))
        graphs: Graphs = {}
        for graph, part in self._parts.items():
            graphs[graph] = (part.digest, await self._stage(graph, graph))
        journal.live, journal.first = Generation(self._release, graphs), False
        journal.staged = {}
        journal.save()
        return self._told("published", graphs, sorted(graphs))

    async def _unchanged(self, there: set[str]) -> tuple[Graphs, list[str]]:
        """Return the graphs that the engine has as they should be, and those to be loaded."""
        known = self._journal.live.graphs if self._journal.live else {}
        graphs: Graphs = {}
        for graph, part in self._parts.items():
            if self._whole or graph not in there or known.get(graph, ("", 0))[0] != part.digest:
                continue
            with suppress(MismatchError):
                # somebody else may have written there
                graphs[graph] = (part.digest, await verified(self._client, part, graph))
        return graphs, [graph for graph in self._parts if graph not in graphs]

    async def _stage(self, graph: str, into: str) -> int:
        """Load and verify one graph, unless that was done; return the engine's count."""
        journal, part = self._journal, self._parts[graph]
        if journal.staged.get(into) == part.digest:
            with suppress(MismatchError):
                return await verified(self._client, part, into)
        # what is there of the same content may stay: a triple is there once
        add = journal.begun.get(into) == part.digest
        journal.staged.pop(into, None)
        journal.begun[into] = part.digest
        journal.save()
        self._progress("load", graph, 0, part.size)
        await self._client.load(
            part, into, add=add, loaded=lambda done: self._progress("load", graph, done, part.size)
        )
        self._progress("verify", graph, 0, part.count)
        try:
            found = await verified(self._client, part, into)
        except MismatchError:
            del journal.begun[into]
            journal.save()
            raise
        del journal.begun[into]
        journal.staged[into] = part.digest
        journal.save()
        self._loaded.append(graph)
        return found

    async def _compare(self, changed: list[str], gone: list[str]) -> list[str]:
        """Let the engine write the differences; return the graphs that have some."""
        journal = self._journal
        if not changed and not gone:
            return []
        if journal.undo:
            # from here on there is no way back to the generation before
            before, journal.undo = journal.undo, None
            journal.save()
            await drop(self._client, _of_switch(before.differing))
        out = []
        for graph in [*changed, *gone]:
            self._progress("compare", graph, 0, 0)
            if any(await differences(self._client, graph)):
                out.append(graph)
        return out

    async def _finish(self) -> None:
        """Send a switch again that perhaps was not run; where it was, that changes nothing."""
        if self._journal.switch:
            await self._switch()

    async def _switch(self) -> None:
        journal = self._journal
        switch = journal.switch
        assert switch is not None
        self._progress("switch", "", 0, 0)
        if switch.differing:
            await self._client.update(update_of(switch.differing, back=switch.back))
        try:
            for graph in switch.differing:
                await require(self._client, graph, switch.to.graphs.get(graph, ("", 0))[1])
        except MismatchError:
            # back to what was read; the next publication compares everything anew
            await self._client.update(update_of(switch.differing, back=not switch.back))
            journal.live = journal.switch = journal.undo = None
            journal.save()
            raise
        journal.live, journal.switch = switch.to, None
        journal.save()
        await self._clean()

    async def _clean(self) -> None:
        """Drop what was loaded beside what is read."""
        journal = self._journal
        beside = {graph for graph in (*journal.staged, *journal.begun) if self._is_own(graph)}
        await drop(self._client, sorted(beside))
        if journal.staged or journal.begun:
            journal.staged, journal.begun = {}, {}
            journal.save()

    def _told(self, status: Status, graphs: Graphs, changed: Sequence[str] = ()) -> Published:
        undo = self._journal.undo
        return Published(
            status, self._release, sum(number for _, number in graphs.values()),
            tuple(self._loaded), tuple(changed), undo.to.release if undo else "",
        )  # fmt: skip

    async def roll_back(self) -> Published:
        """Switch back to the generation before; given twice it comes forward again.

        Raises:
            InputError: There is none.
        """
        journal = self._journal
        await self._finish()
        undo, live = journal.undo, journal.live
        if undo is None or live is None:
            raise InputError(
                f"{self._client.target.name} holds no generation before this one; publish an older "
                "release: vijfster rollback NAME, then publish",
                nl=f"{self._client.target.name} heeft geen vorige generatie; publiceer een oudere "
                "release: vijfster rollback NAAM, en dan publish",
            )
        for graph in undo.differing:
            await require(self._client, graph, live.graphs.get(graph, ("", 0))[1])
        journal.switch = undo
        journal.undo = Switch(live, undo.differing, back=not undo.back)
        journal.save()
        await self._switch()
        self._release = undo.to.release
        return self._told("rolled-back", undo.to.graphs, undo.differing)


def _of_switch(graphs: Sequence[str]) -> list[str]:
    return [graph + suffix for graph in graphs for suffix in (REMOVED, ADDED)]
