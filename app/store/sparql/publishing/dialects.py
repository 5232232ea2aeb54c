"""How engines differ as targets of a release; the names are those of the proxy's profiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Dialect:
    """What loading takes on one engine.

    `load` is added to the address of a graph. A body has at most `body_bytes`, whole lines; 0 says
    that the engine takes a graph as one stream. `digest` asks Digest authentication (RFC 7616)
    instead of Basic. `atomic` says that, as far as we know, readers never see half of an update.
    """

    name: str
    load: str = ""
    body_bytes: int = 32_000_000
    digest: bool = False
    atomic: bool = True
    graphs: str = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"


DIALECTS: Final[dict[str, Dialect]] = {
    dialect.name: dialect
    for dialect in (
        # without a transaction a load is eight times as fast; nobody reads what is being loaded
        Dialect(
            "oxigraph", load="no_transaction", body_bytes=0, graphs="SELECT ?g { GRAPH ?g {} }"
        ),
        Dialect("virtuoso", body_bytes=4_000_000, digest=True, atomic=False),
        Dialect("fuseki"),
        Dialect("graphdb", atomic=False),
        Dialect("neptune", atomic=False),
        Dialect("qlever", atomic=False),
        Dialect("generic", atomic=False),
    )
}  # fmt: skip
