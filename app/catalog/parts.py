"""The catalog graph cut into parts: one per dataset or service, and one per thing they share.

A page of the feed is the head, some parts, and what those parts share with others: complete in
itself. What only one dataset leads to is in its part; what several lead to is a part of its own.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.rdf.lexical import is_valid
from app.rdf.namespaces import term
from app.rdf.terms import XSD, Quad, Term, Triple, literal_of

DATASET, SERVICE = "dataset", "service"
_TYPE = term("rdf:type")
_CATALOG, _RECORD = term("dcat:Catalog"), term("dcat:CatalogRecord")
_KINDS = {term("dcat:Dataset"): DATASET, term("dcat:DatasetSeries"): DATASET,
          term("dcat:DataService"): SERVICE}  # fmt: skip
_TOPIC, _SERVES = term("foaf:primaryTopic"), term("dcat:servesDataset")
_MODIFIED, _ISSUED = term("dct:modified"), term("dct:issued")
_PUBLISHER = term("dct:publisher")
Facts = Mapping[Term, Sequence[tuple[Term, Term]]]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the feed.

    `links` tie a dataset or service to the catalog: the catalog's links, the record, the services
    that serve it. `triples` describe it, itself first. `needs` are the terms of the parts that
    complete it. `modified` is that of the record, in microseconds since 1970, None if unknown.
    """

    term: Term
    triples: Sequence[Triple]
    needs: tuple[Term, ...] = ()
    kind: str = ""
    links: Sequence[Triple] = ()
    record: Term = ""
    publisher: Term = ""
    modified: int | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """All parts of a catalog: the head (the catalog itself), its members, what is shared.

    The two are gone through once.
    """

    head: Part
    members: Iterable[Part]
    shared: Iterable[Part]


def instant(text: str) -> int | None:
    """Return the microseconds since 1970 of an xsd:date or xsd:dateTime, UTC where it has no zone.

    None for anything else, and for years that no calendar here knows.
    """
    day = is_valid(text, XSD + "date")
    if not day and not is_valid(text, XSD + "dateTime"):
        return None
    try:
        time = dt.datetime.fromisoformat(text[:10] if day else text)
    except ValueError:
        return None
    if time.tzinfo is None:
        time = time.replace(tzinfo=dt.UTC)
    return (time - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)


def parts_of(quads: Iterable[Quad]) -> Parts:
    """Return the parts of a catalog graph; members in the order they were first published in.

    New members come last, so the borders of pages that were full before stay where they were.
    """
    facts: dict[Term, list[tuple[Term, Term]]] = {}
    for subject, predicate, object_, _ in quads:
        facts.setdefault(subject, []).append((predicate, object_))
    for pairs in facts.values():
        pairs.sort()
    return _Cutting(facts).parts()


class _Cutting:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.kinds: dict[Term, str] = {}
        self.catalogs: list[Term] = []
        self.records: dict[Term, list[Term]] = {}
        self.served: dict[Term, list[Term]] = {}
        topics = [found for subject in sorted(facts) for found in self._look(subject)]
        for record, topic in topics:
            if topic in self.kinds:
                self.records.setdefault(topic, []).append(record)
        self.known_records = {name for names in self.records.values() for name in names}
        for service in (name for name, kind in self.kinds.items() if kind == SERVICE):
            for predicate, object_ in facts[service]:
                if predicate == _SERVES and object_ in self.kinds:
                    self.served.setdefault(object_, []).append(service)

    def _look(self, subject: Term) -> list[tuple[Term, Term]]:
        """Note what a thing is; return it with its topics if it is a record."""
        pairs = self.facts[subject]
        types = {object_ for predicate, object_ in pairs if predicate == _TYPE}
        if kinds := types & _KINDS.keys():
            self.kinds[subject] = _KINDS[min(kinds)]
        if _CATALOG in types:
            self.catalogs.append(subject)
        return [(subject, o) for p, o in pairs if p == _TOPIC and _RECORD in types]

    def parts(self) -> Parts:
        members = sorted(self.kinds, key=self._order)
        reached = {name: self._reach([name, *self.records.get(name, ())]) for name in members}
        top = self._reach(self.catalogs)
        counts = Counter(node for nodes in (*reached.values(), top) for node in nodes)
        roots = {*self.kinds, *self.catalogs, *self.known_records}
        lost = [name for name in self.facts if name not in counts and name not in roots]
        common = {node for node, count in counts.items() if count > 1}
        links = self._links()
        head = Part(
            term=self.catalogs[0] if self.catalogs else "",
            triples=[
                *(t for name in self.catalogs for t in self._triples(name) if not self._tie(t)),
                *self._sorted([*(top - common), *lost]),
            ],
            needs=tuple(sorted(top & common)),
        )
        own = {name: tuple(sorted(nodes & common)) for name, nodes in reached.items()}
        return Parts(
            head,
            # made one by one, as they are gone through
            (self._member(name, reached[name] - common, own, links) for name in members),
            (Part(name, self._triples(name)) for name in sorted(common)),
        )

    def _order(self, name: Term) -> tuple[str, Term]:
        times = [self._text(node, _ISSUED) for node in (*self.records.get(name, ()), name)]
        return next((time for time in times if time), ""), name

    def _text(self, name: Term, predicate: Term) -> str:
        found = [o for p, o in self.facts[name] if p == predicate and o.startswith('"')]
        return literal_of(min(found)).text if found else ""

    def _reach(self, start: Iterable[Term]) -> set[Term]:
        """Return what one comes to from some things, without passing through a member."""
        seen: set[Term] = set()
        ahead = list(start)
        while ahead:
            for _, object_ in self.facts[ahead.pop()]:
                if object_ in self.facts and object_ not in seen and not self._root(object_):
                    seen.add(object_)
                    ahead.append(object_)
        return seen

    def _root(self, name: Term) -> bool:
        return name in self.kinds or name in self.known_records or name in self.catalogs

    def _tie(self, triple: Triple) -> bool:
        """Tell whether a triple is kept with the member it points at."""
        subject, predicate, object_ = triple
        if subject in self.catalogs:
            return object_ in self.kinds or object_ in self.known_records
        return predicate == _SERVES and object_ in self.kinds and subject in self.kinds

    def _links(self) -> dict[Term, list[Triple]]:
        """Return the ties by what they point at."""
        out: dict[Term, list[Triple]] = {}
        services = {service for names in self.served.values() for service in names}
        for subject in (*self.catalogs, *sorted(services)):
            for triple in self._triples(subject):
                if self._tie(triple):
                    out.setdefault(triple[2], []).append(triple)
        return out

    def _triples(self, name: Term) -> list[Triple]:
        return [(name, predicate, object_) for predicate, object_ in self.facts[name]]

    def _sorted(self, names: Iterable[Term]) -> Iterator[Triple]:
        for name in sorted(names):
            yield from self._triples(name)

    def _member(
        self,
        name: Term,
        nodes: Iterable[Term],
        own: Mapping[Term, tuple[Term, ...]],
        links: Mapping[Term, list[Triple]],
    ) -> Part:
        records = self.records.get(name, [])
        needs = {*own[name]}
        pointed = {o for node in (name, *nodes) for _, o in self.facts[node]}
        for service in (*self.served.get(name, ()), *pointed):
            if self.kinds.get(service) == SERVICE and service != name:
                needs.update({service, *own[service]})
        times = (self._text(node, _MODIFIED) for node in (*records, name))
        publishers = sorted(o for p, o in self.facts[name] if p == _PUBLISHER)
        return Part(
            term=name,
            triples=[*(t for t in self._triples(name) if not self._tie(t)), *self._sorted(nodes)],
            needs=tuple(sorted(needs)),
            kind=self.kinds[name],
            links=sorted([
                *links.get(name, ()),
                *(t for record in records for t in [*links.get(record, ()),
                                                    *self._triples(record)]),
            ]),
            record=min(records, default=""),
            publisher=publishers[0] if publishers else "",
            modified=instant(next((time for time in times if time), "")),
        )  # fmt: skip
