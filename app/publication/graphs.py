"""The named graphs of a release: inventories, vocabulary, catalog; and the entities in them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.catalog.dcat import CatalogGraph, Dump, add_times
from app.errors import InputError, ProjectError
from app.mapping.executor import Mapped, run
from app.mapping.functions.sources import ProjectLookups
from app.mapping.inventory import load_inventory_mapping
from app.project import Project
from app.rdf import media
from app.rdf.io import parse
from app.rdf.iris import mint
from app.rdf.namespaces import term
from app.rdf.terms import NOT_XML, Quad, Term, literal
from app.store.index import entity_path
from app.store.ledger import Entity
from app.tables.cells import CellProblem
from app.tables.reading import Reading, by_source
from app.validation.profiles import Profile
from app.validation.report import ValidationReport
from app.vocabularies.codelists import CodeList, skos
from app.vocabularies.lists import Lists
from app.vocabularies.references import Reference

VOCABULARY = "vocabulary"
CATALOG = "catalog"
QUALITY = "quality"
_NAMED_GRAPH = "<http://www.w3.org/ns/sparql-service-description#NamedGraph>"


def graph_term(base: str, name: str) -> Term:
    """Return the term of a named graph, `/id/graaf/{name}`."""
    return f"<{mint(base, 'id', 'graaf', name)}>"


@dataclass(slots=True)
class Inventories:
    """The mapped inventories: quads by inventory, and where each came from."""

    quads: dict[str, list[Quad]] = field(default_factory=dict)
    mapped: dict[str, Mapped] = field(default_factory=dict)
    problems: list[CellProblem] = field(default_factory=list)


def map_inventories(
    project: Project, readings: Mapping[str, Reading], base: str,
    code_lists: Mapping[str, CodeList], lists: Callable[[], Lists],
) -> Inventories:  # fmt: skip
    """Return every inventory's quads, sorted, in its own named graph.

    The code lists of the project, and those of others, are what functions of mappings look up.

    Raises:
        ProjectError: A mapping is wrong, or an inventory's table does not exist.
    """
    by_path = by_source((reading.table, reading) for reading in readings.values())
    out = Inventories()
    for inventory in project.inventories:
        if inventory.table not in readings:
            raise ProjectError(
                f"the table {inventory.table!r} is not in datapackage.json",
                where=f"vijfster.toml [[inventory]] {inventory.ref}",
            )
        mapping = load_inventory_mapping(project.folder / inventory.mapping, base=base)
        lookups = ProjectLookups(mapping.path.parent, project.folder, code_lists=code_lists,
                                 lists=lists, base=base)  # fmt: skip
        mapped = run(mapping, by_path, lookups)
        graph = graph_term(base, inventory.ref)
        out.quads[inventory.ref] = sorted((s, p, o, graph) for s, p, o in mapped.triples)
        out.mapped[inventory.ref] = mapped
        out.problems.extend(mapped.problems)
    return out


def vocabulary_graph(project: Project, code_lists: dict[str, CodeList], base: str) -> list[Quad]:
    """Return own terms, code lists and the descriptions of the named graphs, sorted."""
    graph = graph_term(base, VOCABULARY)
    out: set[Quad] = {(s, p, o, graph) for s, p, o in skos(code_lists, base=base)}
    for name in project.vocabularies:
        path: Path = project.folder / name
        if not path.is_file():
            raise ProjectError("the file does not exist", where=name)
        for s, p, o, _ in parse(path.read_bytes(), media.TURTLE, base=base, where=name):
            if "_:" in (s[:2], o[:2]):
                raise ProjectError(f"holds a blank node at {s} {p}", where=name)
            out.add((s, p, o, graph))
    titles = {i.ref: i.title for i in project.inventories}
    titles[VOCABULARY] = {"nl": "Vocabularium en codelijsten", "en": "Vocabulary and code lists"}
    titles[CATALOG] = project.title
    titles[QUALITY] = {"nl": "Kwaliteit van de release", "en": "Quality of the release"}
    for ref, texts in titles.items():
        node = graph_term(base, ref)
        out.add((node, term("rdf:type"), _NAMED_GRAPH, graph))
        for language, text in texts.items():
            out.add((node, term("dct:title"), literal(text, language=language), graph))
    return sorted(out)


def catalog_graph(
    project: Project, dumps: Iterable[Dump], references: Mapping[str, Reference], base: str
) -> list[Quad]:
    """Return the catalog without times, sorted."""
    graph = graph_term(base, CATALOG)
    triples = CatalogGraph(project, base, references).build(dumps)
    return sorted((s, p, o, graph) for s, p, o in triples)


def require_public(now: Project, then: Project) -> None:
    """Refuse to publish again what the project has withheld since.

    Raises:
        InputError: An inventory of then is not public now.
    """
    again = {item.ref for item in now.withheld} & {item.ref for item in then.inventories}
    if again:
        names = ", ".join(sorted(again))
        raise InputError(
            f"that release publishes {names}, which the project file now says is not public; "
            "build instead, or remove not_public there",
            nl=f"die release publiceert {names}, en volgens het projectbestand is dat nu niet "
            "openbaar; bouw in plaats daarvan, of haal not_public daar weg",
        )


def require_characters(quads: Iterable[Quad]) -> None:
    """Refuse literals with characters that XML, and so RDF/XML, cannot hold (XML 1.0, Char).

    Raises:
        ProjectError: A text of the project file, a code list or a vocabulary has one.
    """
    for subject, predicate, object_, _ in quads:
        if NOT_XML.search(object_):
            detail = f"the text of {subject} {predicate} has a control character"
            raise ProjectError(detail, where="vijfster.toml or vocab/")


def quality_graph(report: ValidationReport, profiles: Iterable[Profile], base: str) -> list[Quad]:
    """Return the report and the shapes it names, sorted; no entities: a check is no change."""
    graph = graph_term(base, QUALITY)
    triples = set(report.triples(mint(base, "id", "activiteit", "validatie")))
    shapes = {result.shape for result in report.results}
    for profile in profiles:
        triples.update(profile.describe(shapes))
    return sorted((s, p, o, graph) for s, p, o in triples)


def entity_hashes(quads: Iterable[Quad], base: str) -> dict[str, tuple[str, str]]:
    """Return path -> (graph name, SHA-256 of its sorted triples with own IRIs made relative)."""
    lines: dict[str, tuple[str, list[str]]] = {}
    start = f"<{base}"
    for s, p, o, g in quads:
        path = entity_path(base, s)
        if path is not None:
            line = f"{s} {p} {o}".replace(start, "<")
            lines.setdefault(path, (g.rsplit("/", 1)[-1][:-1], []))[1].append(line)
    return {
        path: (graph, hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest())
        for path, (graph, texts) in lines.items()
    }


def with_contents(
    hashes: Mapping[str, tuple[str, str]], project: Project
) -> dict[str, tuple[str, str]]:
    """Return the hashes, with those of datasets, records and catalog covering what they hold.

    A distribution changes when the checksum of its file does, a dataset when a row of its inventory
    or one of its files does, a record when its topic does, the catalog when any of them does.
    """
    out = dict(hashes)

    def cover(path: str, parts: Iterable[str]) -> None:
        graph, digest = out[path]
        text = "\n".join([digest, *parts])
        out[path] = (graph, hashlib.sha256(text.encode()).hexdigest())

    for path in hashes:
        checksum = hashes.get(path.replace("id/distributie/", "id/controlesom/", 1))
        if checksum and path.startswith("id/distributie/"):
            cover(path, [checksum[1]])
    inside: dict[str, list[str]] = {item.ref: [] for item in project.inventories}
    inside |= {item.ref: [] for item in project.withheld}
    for path, (graph, digest) in out.items():
        owner = graph if graph in inside else _owner(path)
        if owner in inside:
            inside[owner].append(f"{path} {digest}")
    for ref, parts in inside.items():
        cover(f"id/dataset/{ref}", sorted(parts))
        cover(f"id/catalogusrecord/{ref}", [out[f"id/dataset/{ref}"][1]])
    for service in project.services:
        ref = f"id/catalogusrecord/dataservice-{service.ref}"
        cover(ref, [out[f"id/dataservice/{service.ref}"][1]])
    everything = sorted(f"{p} {h}" for p, (g, h) in out.items() if g == CATALOG)
    cover(f"id/catalogus/{project.catalog_ref}", everything)
    return out


def _owner(path: str) -> str:
    """Return the reference of the dataset that a helper of the catalog belongs to, or ""."""
    _, _, rest = path.partition("/")
    concept, _, ref = rest.partition("/")
    if concept == "distributie":
        # a suffix has no hyphen, so this is no other inventory's file
        return ref.rpartition("-")[0]
    return ref if concept in {"periode", "rechtenverklaring"} else ""


def timed(quads: list[Quad], entities: Mapping[str, Entity], base: str) -> list[Quad]:
    """Return the catalog graph with the ledger's times added, sorted."""
    times = {
        f"<{base}{path}>": (entity.first_seen, entity.last_changed)
        for path, entity in entities.items()
    }
    graph = graph_term(base, CATALOG)
    extra = add_times((quad[:3] for quad in quads), times)
    return sorted({*quads, *((s, p, o, graph) for s, p, o in extra)})


def without_times(quads: Iterable[Quad], base: str) -> Iterator[Quad]:
    """Yield the quads of an older release without the times the ledger gave its catalog."""
    graph = graph_term(base, CATALOG)
    times = {term("dct:issued"), term("dct:modified")}
    for quad in quads:
        if quad[3] != graph or quad[1] not in times:
            yield quad
