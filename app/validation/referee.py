"""pySHACL on an rdflib graph: the user's choice, and the referee in tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from app.rdf import media
from app.rdf.io import parse
from app.rdf.terms import Quad, Term, iri, literal, literal_of
from app.validation.profiles import Profile
from app.validation.report import Checked, Result
from app.validation.shapesgraph import SH, ShapesGraph
from app.validation.shifty import guarded, result_of

if TYPE_CHECKING:
    import rdflib


class PySHACL:
    """pySHACL without inference; it reads the same terms and reports under the same names."""

    name = "pyshacl"

    def validate(self, data: bytes, profile: Profile) -> Checked:
        """Return the results of pySHACL, sorted.

        Raises:
            InputError: pySHACL gives no verdict.
        """
        shapes = ShapesGraph(profile)
        quads = parse(data, media.N_TRIPLES, base="", where="data")
        found: list[Result] = guarded(lambda: list(_run(quads, shapes)), profile.name)
        return Checked(tuple(sorted(found, key=lambda result: result.key)))


def _run(data: Iterable[Quad], shapes: ShapesGraph) -> Iterator[Result]:
    import pyshacl  # noqa: PLC0415 - half a second of imports that only this engine needs
    import rdflib  # noqa: PLC0415 - as above

    sh = rdflib.Namespace(SH)
    _, report, _ = pyshacl.validate(
        _graph(data), shacl_graph=_graph(shapes.quads), inference="none", advanced=False
    )
    if not isinstance(report, rdflib.Graph):
        # a failure is returned instead of raised
        raise TypeError(str(report))
    for node in report.objects(None, sh.result):
        facts: dict[str, list[Term]] = {}
        for predicate, object_ in report.predicate_objects(node):
            facts.setdefault(str(predicate), []).append(_term(object_))
        yield result_of(facts, shapes, {})


def _graph(quads: Iterable[Quad]) -> rdflib.Graph:
    """Return an rdflib graph with the very terms: its parser would rename and rewrite them."""
    import rdflib  # noqa: PLC0415 - see _run

    known: dict[Term, Any] = {}

    def node(term: Term) -> Any:
        found = known.get(term)
        if found is None:
            found = known[term] = _node(term)
        return found

    graph = rdflib.Graph()
    for s, p, o, _ in quads:
        graph.add((node(s), node(p), node(o)))
    return graph


def _node(term: Term) -> Any:
    import rdflib  # noqa: PLC0415 - see _run

    if term.startswith("<"):
        return rdflib.URIRef(term[1:-1])
    if term.startswith("_:"):
        return rdflib.BNode(term[2:])
    text, datatype, language = literal_of(term)
    if language:
        return rdflib.Literal(text, lang=language)
    kind = rdflib.URIRef(datatype) if term.endswith(">") else None
    return rdflib.Literal(text, datatype=kind, normalize=False)


def _term(node: Any) -> Term:
    import rdflib  # noqa: PLC0415 - see _run

    if isinstance(node, rdflib.URIRef):
        return iri(str(node))
    if isinstance(node, rdflib.Literal):
        return literal(str(node), datatype=str(node.datatype or ""), language=node.language or "")
    return f"_:{node}"
