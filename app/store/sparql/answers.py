"""A project's own questions, answered once per release: an answer is a function of the release.

Strangers' queries meet an engine in a worker; these are the project's, and run in the build.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from app.errors import QueryRefusedError
from app.rdf.terms import Term
from app.store.sparql.guard import GuardLimits, check


@dataclass(frozen=True, slots=True)
class Answer:
    """The variables of a result and its rows: a term, or "" where a variable is unbound."""

    head: tuple[str, ...]
    rows: tuple[tuple[Term, ...], ...]


def trial(query: str, *, known_graphs: Collection[str]) -> tuple[str, ...]:
    """Return the variables of a query that `answer` and `/sparql` will take.

    Raises:
        QueryRefusedError: The guard refuses it, it is not grammatical, or it is no SELECT.
    """
    info = check(query, known_graphs=known_graphs, limits=GuardLimits())
    if info.form != "SELECT":
        raise QueryRefusedError(f"a question is a SELECT query, not {info.form}",
                                nl=f"een vraag is een SELECT, geen {info.form}")  # fmt: skip
    return _solutions(ox.Store(), info.text)[0]


def answer(store: Path, query: str, *, known_graphs: Collection[str]) -> Answer:
    """Return the answer of a query over a release's store."""
    info = check(query, known_graphs=known_graphs, limits=GuardLimits())
    head, rows = _solutions(ox.Store.read_only(str(store)), info.text)
    return Answer(head, rows)


def _solutions(store: ox.Store, query: str) -> tuple[tuple[str, ...], tuple[tuple[Term, ...], ...]]:
    try:
        # a store whose graphs share triples holds their merge itself (see embedded.py)
        merged = any(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
        found = store.query(query, use_default_graph_as_union=not merged)
        if not isinstance(found, ox.QuerySolutions):
            raise QueryRefusedError("a question is a SELECT query", nl="een vraag is een SELECT")
        head = tuple(variable.value for variable in found.variables)
        rows = tuple(
            tuple("" if value is None else str(value) for value in (row[name] for name in head))
            for row in found
        )
    except (SyntaxError, ValueError, OSError) as error:
        raise QueryRefusedError(str(error)) from error
    return head, rows
