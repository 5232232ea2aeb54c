"""The mapping of an inventory, in either language; its triples go into the inventory's graph."""

from __future__ import annotations

from pathlib import Path

from app.errors import MappingError
from app.mapping.files import load
from app.mapping.model import DEFAULT_GRAPH, Mapping, TermMap, TriplesMap


def load_inventory_mapping(path: Path, *, base: str) -> Mapping:
    """Return the triples maps of a file: RML if it ends in .ttl, else YARRRML.

    Raises:
        MappingError: As the readers say, or a map names a graph or makes blank nodes, which a
            release does not have.
    """
    mapping = load(path, base=base)
    for item in mapping.triples_maps:
        where = f"{path.name} {item.name}"
        if any(term.parts[0].text != DEFAULT_GRAPH for term in _graphs(item)):
            raise MappingError(
                "names a graph, but an inventory has a graph of its own; leave it out", where=where,
                nl="noemt een graaf, maar een inventaris heeft een eigen graaf; laat dit weg",
            )  # fmt: skip
        rules = item.predicate_objects
        objects = [term for rule in rules for term in rule.objects]
        objects += [join.subject for join in item.joins]
        if any(term.blank for term in (item.subject, *objects)):
            raise MappingError(
                "makes blank nodes, but all that is published has an address; give a template of "
                "an IRI", where=where,
                nl="maakt blanco knopen, maar al wat gepubliceerd wordt heeft een adres; geef een "
                "sjabloon van een IRI",
            )  # fmt: skip
    return mapping


def _graphs(item: TriplesMap) -> list[TermMap]:
    return [*item.graphs, *(term for rule in item.predicate_objects for term in rule.graphs)]
