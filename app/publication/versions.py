"""What each stream says of each thing in a release: the text of its version.

A thing's version holds its own triples and those of what it points at that is nobody's own: an
address elsewhere, and in the catalog also whatever DCAT-AP Feeds gives no change of its own (a
checksum, a period, the record of a dataset). All versions of a stream together say exactly what
the graph says, times of the ledger included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from app.publication.graphs import CATALOG
from app.rdf.namespaces import term
from app.rdf.terms import Quad, Term, Triple, is_literal, literal_of
from app.store.index import LABELS, entity_path
from app.store.versions import Version, text_of

_TYPE = term("rdf:type")
_RECORD, _TOPIC = term("dcat:record"), term("foaf:primaryTopic")
# entities with changes of their own (DCAT-AP Feeds); what refers to another comes after it
_RANKS = {
    term("dct:LicenseDocument"): 0, term("foaf:Agent"): 0, term("vcard:Kind"): 0,
    term("dcat:DataService"): 1, term("dcat:Distribution"): 2, term("dcat:Dataset"): 3,
    term("dcat:Catalog"): 4,
}  # fmt: skip
# a catalog changes with whatever it holds, a distribution with its dataset: no news of their own
_NO_NEWS = {term("dcat:Distribution"), term("dcat:Catalog")}


class _Graph:
    """The triples of one named graph, by the entity they are of."""

    def __init__(self, quads: Iterable[Quad], base: str, *, catalog: bool) -> None:
        self.base = base
        self.catalog = catalog
        self.entities: dict[str, list[Triple]] = {}
        self.others: dict[str, list[Triple]] = {}
        self.types: dict[str, set[Term]] = {}
        self.records: dict[str, list[str]] = {}
        self._around: dict[str, frozenset[Triple]] = {}
        for subject, group in groupby(quads, key=itemgetter(0)):
            triples = [quad[:3] for quad in group]
            key = self._key(subject)
            types = {o for _, p, o in triples if p == _TYPE}
            path = entity_path(base, subject)
            own = path is not None and not (catalog and types.isdisjoint(_RANKS))
            (self.entities if own else self.others).setdefault(key, []).extend(triples)
            self.types.setdefault(key, set()).update(types)
            for _, predicate, object_ in triples if catalog and not own else ():
                if predicate == _TOPIC:
                    self.records.setdefault(self._key(object_), []).append(key)

    def _key(self, name: Term) -> str:
        path = entity_path(self.base, name)
        return name if path is None else path

    def around(self, key: str) -> frozenset[Triple]:
        """Return the triples of all that a thing leads to and that is no thing of its own."""
        found = self._around.get(key)
        if found is None:
            found = self._around[key] = frozenset(self._reach(key))
        return found

    def _reach(self, key: str) -> Iterator[Triple]:
        seen, ahead = {key}, self._next(key)
        while ahead:
            other = ahead.pop()
            if other in seen:
                continue
            seen.add(other)
            yield from self.others[other]
            ahead.extend(self._next(other))

    def _next(self, key: str) -> list[str]:
        triples = self.entities.get(key) or self.others[key]
        found = [
            self._key(object_)
            for _, predicate, object_ in triples
            if object_.startswith("<") and not (self.catalog and predicate == _RECORD)
        ]
        return [k for k in (*found, *self.records.get(key, ())) if k in self.others]

    def version(self, key: str) -> list[Triple]:
        """Return all that the version of a thing says."""
        out = set(self.entities[key])
        for other in self._next(key):
            out.update(self.others[other])
            out |= self.around(other)
        return list(out)


def versions(
    inventories: Sequence[Quad], catalog: Sequence[Quad], types: dict[str, Term], base: str
) -> Iterator[Version]:
    """Yield the version of every thing of the inventories and the catalog, which has its times.

    `types` maps an inventory's name to the class of the things that people know it by; quads are
    sorted by subject within each graph.
    """
    by_graph: dict[str, list[Quad]] = {}
    for quad in inventories:
        by_graph.setdefault(quad[3].rsplit("/", 1)[-1][:-1], []).append(quad)
    by_graph[CATALOG] = list(catalog)
    for name, quads in by_graph.items():
        graph = _Graph(quads, base, catalog=name == CATALOG)
        for path in graph.entities:
            found = graph.types.get(path, set())
            if name == CATALOG:
                news = found.isdisjoint(_NO_NEWS)
                rank = max(_RANKS[kind] for kind in found if kind in _RANKS)
            else:
                news, rank = types.get(name) in found, 0
            triples = graph.version(path)
            title = _title(graph.entities[path]) if news else None
            yield Version(name, path, text_of(triples, base), rank, title)


def _title(triples: Iterable[Triple]) -> dict[str, str]:
    """Return a thing's name by language, from the first of the label properties that it has."""
    found: dict[str, dict[str, str]] = {}
    for _, predicate, object_ in sorted(triples):
        if predicate in LABELS and is_literal(object_):
            text, _, language = literal_of(object_)
            found.setdefault(predicate, {}).setdefault(language, text)
    return next((found[label] for label in LABELS if label in found), {})
