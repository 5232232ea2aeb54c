"""Find out whether a project's own query is one that `/sparql` will answer."""

from __future__ import annotations

from collections.abc import Collection

import pyoxigraph as ox

from app.errors import QueryRefusedError
from app.store.sparql.guard import GuardLimits, check


def trial(query: str, *, known_graphs: Collection[str]) -> None:
    """Run a query on an empty store, after the guard.

    Only for queries of the project itself: strangers' queries meet an engine in a worker.

    Raises:
        QueryRefusedError: The guard refuses it, or it is not grammatical.
    """
    info = check(query, known_graphs=known_graphs, limits=GuardLimits())
    try:
        ox.Store().query(info.text)
    except (SyntaxError, ValueError) as error:
        raise QueryRefusedError(str(error)) from error
