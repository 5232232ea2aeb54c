"""From one generation of graphs to the next: what differs, found by the engine itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from app.store.sparql.publishing.client import EngineClient
from app.store.sparql.publishing.verifying import count, require

NEXT, REMOVED, ADDED = "/volgende", "/weggehaald", "/toegevoegd"
OWN: Final = (NEXT, REMOVED, ADDED)


async def drop(client: EngineClient, graphs: Iterable[str]) -> None:
    """Drop graphs that may be there, in one update."""
    update = ";\n".join(f"DROP SILENT GRAPH <{graph}>" for graph in graphs)
    if update:
        await client.update(update)


async def differences(client: EngineClient, graph: str) -> tuple[int, int]:
    """Let the engine write what a switch of a graph takes away and adds; return both counts.

    Raises:
        MismatchError: They do not lead from what is read to what was loaded.
    """
    following = graph + NEXT
    away = _minus(graph, following, graph + REMOVED)
    await drop(client, (graph + REMOVED, graph + ADDED))
    await client.update(f"{away};\n{_minus(following, graph, graph + ADDED)}")
    removed, added = await count(client, graph + REMOVED), await count(client, graph + ADDED)
    now = await count(client, graph)
    await require(client, following, now - removed + added)
    return removed, added


def _minus(one: str, other: str, into: str) -> str:
    return (
        f"INSERT {{ GRAPH <{into}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{one}> {{ ?s ?p ?o }} "
        f"FILTER NOT EXISTS {{ GRAPH <{other}> {{ ?s ?p ?o }} }} }}"
    )


def update_of(graphs: Sequence[str], *, back: bool) -> str:
    """Return the one update that switches graphs, or switches them back; it may be repeated."""
    away, new = (ADDED, REMOVED) if back else (REMOVED, ADDED)
    return ";\n".join(
        f"{verb} {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{graph}{which}> "
        "{ ?s ?p ?o } }"
        for graph in graphs
        for verb, which in (("DELETE", away), ("INSERT", new))
    )
