"""`python -m bench [PART …] [SIZE …]`: print the comparisons, all of them or some, in one run."""

from __future__ import annotations

import platform
import sys
import time

from bench import (
    building,
    canonical,
    catalog,
    checks,
    endpoint,
    links,
    mapping,
    publishing,
    quality,
    serving,
    sparql,
    streams,
    tables,
    validation,
)

_PARTS = (
    "build", "serve", "tables", "checks", "validate", "mapping", "canonical", "catalog",
    "streams", "quality", "sparql", "links", "publish", "endpoint",
)  # fmt: skip


def main() -> None:  # noqa: C901 - a line per part
    sizes = tuple(int(word) for word in sys.argv[1:] if word.isdecimal())
    wanted = set(sys.argv[1:]) or set(_PARTS)
    print(f"# Vijfster bench, {time.strftime('%Y-%m-%d %H:%M')}, {platform.processor() or 'cpu'}, "
          f"Python {platform.python_version()}")  # fmt: skip
    if "build" in wanted:
        building.report()
    if "serve" in wanted:
        serving.report()
    if "tables" in wanted:
        tables.report()
    if "canonical" in wanted:
        canonical.report()
    if "validate" in wanted:
        validation.report(*[sizes] if sizes else [])
    if "mapping" in wanted:
        mapping.report(*[sizes] if sizes else [])
    if "streams" in wanted:
        streams.report()
    if "catalog" in wanted:
        catalog.report(*sizes)
    if "checks" in wanted:
        checks.report(*[sizes] if sizes else [])
    if "sparql" in wanted:
        sparql.report()
    if "quality" in wanted:
        quality.report(*sizes)
    if "links" in wanted:
        links.report(*sizes)
    if "publish" in wanted:
        publishing.report(*sizes)
    if "endpoint" in wanted:
        endpoint.report()


if __name__ == "__main__":
    main()
