"""VoID description of what is published (W3C Interest Group Note, 2011)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from app.project import Project
from app.rdf.iris import mint
from app.rdf.namespaces import term
from app.rdf.terms import XSD, Quad, Term, Triple, literal


def void(
    project: Project, quads: Sequence[Quad], suffixes: Iterable[str], base: str
) -> set[Triple]:
    """Return a void:Dataset per inventory below one for the catalog; counts are of triples."""
    whole = f"<{mint(base, 'id', 'catalogus', project.catalog_ref)}>"
    counts = Counter(quad[3] for quad in quads)
    out: set[Triple] = {
        (f"<{base}.well-known/void>", term("rdf:type"), term("void:DatasetDescription")),
        (f"<{base}.well-known/void>", term("foaf:topic"), whole),
        (whole, term("void:dataDump"), f"<{base}dumps/data.nq.gz>"),
    }
    out |= _common(whole, len(quads), base)
    for language, text in project.title.items():
        out.add((whole, term("dct:title"), literal(text, language=language)))
    files = tuple(suffixes)
    for inventory in project.inventories:
        node = f"<{mint(base, 'id', 'dataset', inventory.ref)}>"
        graph = f"<{mint(base, 'id', 'graaf', inventory.ref)}>"
        out.add((whole, term("void:subset"), node))
        out |= _common(node, counts[graph], base)
        for suffix in files:
            out.add((node, term("void:dataDump"), f"<{base}dumps/{inventory.ref}.{suffix}>"))
        for language, text in inventory.title.items():
            out.add((node, term("dct:title"), literal(text, language=language)))
        inside = [quad for quad in quads if quad[3] == graph]
        namespaces = {quad[1][1:].rpartition("#" if "#" in quad[1] else "/")[0] for quad in inside}
        for namespace in namespaces:
            mark = "#" if any(q[1].startswith(f"<{namespace}#") for q in inside) else "/"
            out.add((node, term("void:vocabulary"), f"<{namespace}{mark}>"))
    return out


def _common(node: Term, triples: int, base: str) -> set[Triple]:
    return {
        (node, term("rdf:type"), term("void:Dataset")),
        (node, term("void:triples"), literal(str(triples), datatype=XSD + "integer")),
        (node, term("void:sparqlEndpoint"), f"<{base}sparql>"),
        (node, term("void:uriSpace"), literal(base + "id/")),
    }
