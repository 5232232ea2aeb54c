"""What `/sparql` offers to ask: the project's questions, and queries that fit any project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from app.web.site import Site, View

_CLASSES = """SELECT ?class (COUNT(?thing) AS ?things)
WHERE { ?thing a ?class }
GROUP BY ?class
ORDER BY DESC(?things)"""
_GRAPHS = """SELECT ?graph (COUNT(*) AS ?triples)
WHERE { GRAPH ?graph { ?thing ?property ?value } }
GROUP BY ?graph
ORDER BY DESC(?triples)"""
_MOST_TO_WIN = """PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX dqv: <http://www.w3.org/ns/dqv#>
PREFIX pv: <https://piveau.eu/ns/voc#>
SELECT ?dataset ?title ?points (405 - ?points AS ?lost)
WHERE {
  ?dataset a dcat:Dataset ;
    dct:title ?title .
  ?measurement dqv:computedOn ?dataset ;
    dqv:isMeasurementOf pv:scoring ;
    dqv:value ?points .
  FILTER (lang(?title) = "nl")
}
ORDER BY DESC(?lost) ?title"""


@dataclass(frozen=True, slots=True)
class Example:
    """A query to ask.

    `href` opens the page with it, `page` is where its answer is explained, `heads` are the words
    for its variables.
    """

    title: str
    note: str
    query: str
    href: str
    page: str
    heads: Mapping[str, str]


def examples(site: Site, view: View) -> list[tuple[str, list[Example]]]:
    """Return the examples in groups with a heading."""
    words, release = view.words, site.release

    def example(title: str, query: str) -> Example:
        return Example(title, "", query, view.link("sparql?" + urlencode({"query": query})), "", {})

    asked = [
        replace(
            example(words.of(item["title"]), item["query"]),
            note=words.of(item["note"]), page=view.link(f"vragen/{item['ref']}"),
            heads={name: words.of(said) for name, said in item["heads"].items()},
        )
        for item in release.answers
    ]  # fmt: skip
    general = [example(words("how_many"), _CLASSES), example(words("how_many_graphs"), _GRAPHS)]
    if release.quality:
        general.append(example(words("most_points"), _MOST_TO_WIN))
    rows = []
    for inventory in site.project.inventories:
        prefix = inventory.type.partition(":")[0]
        query = (
            f"PREFIX {prefix}: <{site.prefixes.by_name.get(prefix, '')}>\n"
            "SELECT ?thing ?property ?value\n"
            f"WHERE {{\n  GRAPH <{release.base}id/graaf/{inventory.ref}> {{\n"
            f"    ?thing a {inventory.type} ;\n      ?property ?value .\n"
            "  }\n}\nORDER BY ?thing ?property\nLIMIT 100"
        )
        rows.append(example(words.of(inventory.title), query))
    groups = [
        (words("examples_asked"), asked),
        (words("examples_general"), general),
        (words("examples_rows"), rows),
    ]
    return [group for group in groups if group[1]]
