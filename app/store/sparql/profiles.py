"""How external SPARQL engines differ, one profile each.

`tested` says that our tests run against the real server; the others follow their documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_ALL: Final = ("application/n-triples", "application/rdf+xml", "application/ld+json")


@dataclass(frozen=True, slots=True)
class Profile:
    """The dialect of one engine.

    `parameters` are sent with every query; in them {ms} and {s} are the deadline. Results of SELECT
    and ASK are always asked as JSON; `graphs` are the formats it writes graphs in, the first of
    them line by line. An answer with a header of `late` or `cut` is a part that looks whole.
    """

    name: str
    title: str
    tested: bool
    parameters: str = ""
    names_dataset: bool = True  # it obeys default-graph-uri and named-graph-uri
    graphs: tuple[str, ...] = _ALL
    late: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    max_get_bytes: int = 2_000  # a longer request is sent as a form


PROFILES: Final[dict[str, Profile]] = {
    profile.name: profile
    for profile in (
        Profile("oxigraph", "Oxigraph server", tested=True),
        Profile(
            "virtuoso", "Virtuoso Open Source", tested=True,
            # without it a query goes on when we have left; with it a part may come as 200
            parameters="timeout={ms}", late=("X-SQL-State",), cut=("X-SPARQL-MaxRows",),
        ),
        Profile(
            "comunica", "Comunica", tested=True,
            names_dataset=False, graphs=("application/n-triples", "application/ld+json"),
        ),
        Profile(
            "qlever", "QLever", tested=False,
            parameters="timeout={s}s", graphs=("text/turtle",),
        ),
        Profile("graphdb", "GraphDB, RDF4J", tested=False, parameters="timeout={s}&infer=false"),
        Profile("fuseki", "Apache Jena Fuseki", tested=False, parameters="timeout={s}"),
        Profile("neptune", "Amazon Neptune", tested=False),
        Profile("generic", "SPARQL 1.1 Protocol", tested=False),
    )
}  # fmt: skip
