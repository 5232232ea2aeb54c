"""Whether a graph of an engine holds what it was given: its count, and a sample of its triples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.errors import MismatchError
from app.rdf.terms import Term, Triple, escape, literal_of
from app.store.sparql.publishing.client import EngineClient
from app.store.sparql.publishing.parts import Part, value_of

_AT_ONCE = 12


async def count(client: EngineClient, graph: str) -> int:
    """Return how many triples a graph has."""
    rows = await client.select(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    try:
        return int(rows[0]["n"]["value"])
    except (IndexError, KeyError, ValueError):
        raise _differs(client, graph, "no count", "geen aantal") from None


async def verified(client: EngineClient, part: Part, graph: str) -> int:
    """Return how many triples a graph has that holds a part of a release, values for values.

    Raises:
        MismatchError: It does not.
    """
    found = await count(client, graph)
    # engines that keep values only hold fewer triples where one thing is said in two forms
    if found != part.count and not part.least() <= found < part.count:
        raise _differs(
            client, graph, f"{found} triples instead of {part.count}",
            f"{found} tripels in plaats van {part.count}",
        )  # fmt: skip
    missing = await absent(client, part.sample(), graph)
    if missing:
        shown = " ".join(missing[0])[:300]
        raise _differs(client, graph, f"not the triple {shown}", f"niet de tripel {shown}")
    return found


async def require(client: EngineClient, graph: str, wanted: int) -> None:
    """Check that a graph has so many triples.

    Raises:
        MismatchError: It has not.
    """
    found = await count(client, graph)
    if found != wanted:
        raise _differs(client, graph, f"{found} triples instead of {wanted}",
                       f"{found} tripels in plaats van {wanted}")  # fmt: skip


async def absent(client: EngineClient, triples: Sequence[Triple], graph: str) -> list[Triple]:
    """Return the triples that a graph does not hold, literal normalisation apart."""
    out = []
    for start in range(0, len(triples), _AT_ONCE):
        some = triples[start : start + _AT_ONCE]
        if not await _holds(client, some, graph):
            out += [one for one in some if not await _has(client, one, graph)]
    return out


async def _has(client: EngineClient, triple: Triple, graph: str) -> bool:
    if await _holds(client, [triple], graph):
        return True
    subject, predicate, object_ = triple
    rows = await client.select(f"SELECT ?o {{ GRAPH <{graph}> {{ {subject} {predicate} ?o }} }}")
    return value_of(object_) in {value_of(term) for row in rows for term in _terms(row)}


async def _holds(client: EngineClient, triples: Sequence[Triple], graph: str) -> bool:
    pattern = " ".join(f"{s} {p} {_sparql(o)} ." for s, p, o in triples)
    return await client.ask(f"ASK {{ GRAPH <{graph}> {{ {pattern} }} }}")


def _sparql(term: Term) -> str:
    """Return a term of N-Triples as SPARQL reads it; escapes of code points are other there."""
    if not term.startswith('"') or "\\" not in term:
        return term
    return f'"{escape(literal_of(term).text)}"{term[term.rindex(chr(34)) + 1 :]}'


def _terms(row: dict[str, dict[str, str]]) -> Iterator[Term]:
    for value in row.values():
        if value.get("type") == "uri":
            yield f"<{value['value']}>"
        elif language := value.get("xml:lang"):
            yield f'"{escape(value["value"])}"@{language}'
        else:
            datatype = value.get("datatype")
            yield f'"{escape(value["value"])}"' + (f"^^<{datatype}>" if datatype else "")


def _differs(client: EngineClient, graph: str, en: str, nl: str) -> MismatchError:
    name = client.target.name
    return MismatchError(
        f"{name}: <{graph}> has {en}. Nothing was switched. Give the same command again; if it "
        "says the same, look at the engine's log and limits",
        nl=f"{name}: <{graph}> heeft {nl}. Er is niets omgeschakeld. Geef hetzelfde commando "
        "opnieuw; zegt het hetzelfde, kijk dan naar het logboek en de grenzen van de engine",
    )
