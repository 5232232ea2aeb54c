"""Asking the SPARQL engine, and the first part of its answer as a table for a page."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from app.store.sparql.embedded import QueryResult
from app.store.sparql.guard import GuardLimits, QueryInfo, check
from app.web.site import Site
from app.web.sparql import Engines

# below what the csv module takes in one cell
_SHOWN_ROWS, _SHOWN_BYTES = 500, 130_000


@dataclass(frozen=True, slots=True)
class Query:
    """A query as the protocol gives it."""

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str


def graphs(site: Site) -> list[str]:
    """Return the IRIs of the named graphs."""
    release = site.release
    return [f"{release.base}id/graaf/{name}" for name in release.manifest["quads"]]


def checked(site: Site, limits: GuardLimits, asked: Query) -> QueryInfo:
    """Return what the guard says of a query that may run."""
    return check(
        asked.query, known_graphs=graphs(site), limits=limits,
        default_graphs=asked.default_graphs, named_graphs=asked.named_graphs,
    )  # fmt: skip


async def run(engines: Engines, info: QueryInfo, asked: Query, media_type: str) -> QueryResult:
    """Start a query in a worker; the result must be closed."""
    return await engines.engine.query(
        asked.query, info, media_type=media_type,
        default_graphs=asked.default_graphs, named_graphs=asked.named_graphs,
    )  # fmt: skip


async def first_part(result: QueryResult) -> tuple[str, bool]:
    """Return the first part of a result, and whether it is all of it."""
    parts, size, whole = [], 0, True
    try:
        async for chunk in result:
            parts.append(chunk)
            size += len(chunk)
            if size > _SHOWN_BYTES:
                whole = False
                break
    finally:
        await result.aclose()
    return b"".join(parts)[:_SHOWN_BYTES].decode(errors="ignore"), whole


@dataclass(frozen=True, slots=True)
class Table:
    """The head and the first rows of a result; `truncated` if there are more."""

    head: list[str]
    rows: list[list[str]]
    truncated: bool


def table_of(text: str, whole: bool) -> Table:
    """Return the table of a CSV result; one that was cut off loses its last row."""
    rows = list(csv.reader(io.StringIO(text, newline="")))
    head, body = (rows[0], rows[1:]) if rows else ([], [])
    if not whole and body:
        body = body[:-1]
    # a row of one empty cell is an empty line in CSV
    shown = [row or [""] for row in body[:_SHOWN_ROWS]]
    return Table(head, shown, not whole or len(body) > _SHOWN_ROWS)
