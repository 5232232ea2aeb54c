"""The program of a SPARQL worker: a read-only Oxigraph store and one query at a time."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any, Final, Protocol, cast

import orjson
import pyoxigraph

from app.errors import QueryFailedError, QueryRefusedError, StoreUnavailableError, VijfsterError
from app.workers.child import ChildLimits, Handler, Reply, run_zygote

_MESSAGE_CHARACTERS: Final = 300
_PLACE: Final = re.compile(r"\bat ([0-9]{1,9}):([0-9]{1,9})\b")
_UNSAFE: Final = re.compile(r"[^\x20-\x7e\u00a0-\ufffd]+")


class _Serialisable(Protocol):
    """What a query returns: it writes itself to a file."""

    def serialize(self, output: object, format: object) -> object: ...


class Engine:
    """A store opened read-only; the handler of one worker."""

    def __init__(self, path: Path, *, base: str, merged: bool) -> None:
        """Open the store; `merged` says that its default graph is the merge of all graphs,
        `base` resolves the relative IRIs of queries.

        Raises:
            StoreUnavailableError: It is not there or not readable.
        """
        self._union = not merged
        self._base = base or None
        try:
            self._store = pyoxigraph.Store.read_only(str(path))
        except (OSError, ValueError) as error:
            detail = "The SPARQL index cannot be opened."
            raise StoreUnavailableError(detail) from error

    def answer(self, request: bytes, reply: Reply) -> None:
        """Run the query of a request (see `embedded.encode`) and write its result."""
        facts = orjson.loads(request)
        formats: object = (
            pyoxigraph.QueryResultsFormat
            if facts["form"] in ("SELECT", "ASK")
            else pyoxigraph.RdfFormat
        )
        try:
            self._run(facts, getattr(formats, facts["format"]), reply)
        except VijfsterError:
            raise
        except (SyntaxError, ValueError) as error:
            said = _safe(error)
            place = _PLACE.search(said)
            raise QueryRefusedError(
                f"The query is not valid SPARQL: {said}",
                nl=f"De zoekvraag is geen geldige SPARQL: {said}",
                position=(int(place[1]), int(place[2])) if place else None,
            ) from error
        except RuntimeError as error:
            said = _safe(error)
            if "not supported" in said:  # a function that does not exist
                raise QueryRefusedError(
                    f"The query asks what is not offered: {said}",
                    nl=f"De zoekvraag vraagt wat niet aangeboden wordt: {said}",
                ) from error
            raise QueryFailedError(
                f"The query cannot be evaluated: {said}",
                nl=f"De zoekvraag kan niet uitgevoerd worden: {said}",
            ) from error
        except OSError as error:
            raise QueryFailedError(
                "The engine could not read what the query asks for.",
                nl="De engine kon niet lezen wat de zoekvraag vraagt.",
            ) from error

    def _run(self, facts: dict[str, object], form: object, reply: Reply) -> None:
        query = cast("str", facts["query"])
        if facts["default_graphs"] is None:
            result = self._store.query(
                query, base_iri=self._base, use_default_graph_as_union=self._union
            )
        else:
            result = self._store.query(
                query,
                base_iri=self._base,
                default_graph=_nodes(facts["default_graphs"]),
                named_graphs=_nodes(facts["named_graphs"]),
            )
        cast("_Serialisable", result).serialize(output=reply, format=form)


def _nodes(iris: object) -> Any:  # pyoxigraph asks for an invariant list of a union
    return [pyoxigraph.NamedNode(iri) for iri in cast("list[str]", iris)]


def _safe(error: Exception) -> str:
    return _UNSAFE.sub(" ", str(error))[:_MESSAGE_CHARACTERS]


def main(arguments: list[str]) -> None:
    """Serve a pool: control socket, store, merged or union, base IRI, then `ChildLimits`."""
    control, path, default_graph, base, memory_bytes, stack_bytes, result_bytes = arguments

    def open_engine() -> Handler:
        return Engine(Path(path), base=base, merged=default_graph == "merged").answer

    limits = ChildLimits(int(memory_bytes), int(stack_bytes), int(result_bytes))
    run_zygote(int(control), open_engine, limits)


if __name__ == "__main__":
    main(sys.argv[1:])
