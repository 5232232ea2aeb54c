"""What is inside a release: exact, in agreement with itself, and the same for the same facts."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from app.rdf.namespaces import term
from app.rdf.terms import Quad, Triple, literal, literal_of
from app.store.documents import Documents
from app.store.releases import read_json
from app.validation.engines import Engine, PySHACL, Shifty, validate
from app.validation.profiles import Profile, load
from app.validation.report import Result
from tests.conftest import BASE, LISTS, ROOT, Workspace
from tests.integration import facts

# rdflib's own JSON-LD reader still uses its old class
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
OX = {
    "ttl": ox.RdfFormat.TURTLE, "rdf": ox.RdfFormat.RDF_XML, "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
}  # fmt: skip
RDFLIB = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}
EXACT = re.compile(r'^"\d+"\^\^<http://www\.w3\.org/2001/XMLSchema#nonNegativeInteger>$')


@pytest.fixture(scope="module")
def release(built: Workspace) -> Path:
    return built.release


@pytest.fixture(scope="module")
def catalog(release: Path) -> set[Triple]:
    return {quad[:3] for quad in facts.graph(release, "catalog")}


@pytest.fixture
def own(built: Workspace, tmp_path: Path) -> Workspace:
    """Our own project with its release, to change."""
    shutil.copytree(built.folder, tmp_path / "own")
    return Workspace(tmp_path / "own", built.base)


def refs(workspace: Workspace) -> list[str]:
    return [inventory.ref for inventory in workspace.publisher().project.inventories]


def with_oxigraph(path: Path) -> set[Triple]:
    """Read a file as a stream, which keeps lexical forms."""

    def term_of(node: object) -> str:
        if isinstance(node, ox.Literal):
            return literal(node.value, datatype=node.datatype.value, language=node.language or "")
        assert isinstance(node, ox.NamedNode), f"{node} in {path.name}"
        return f"<{node.value}>"

    found = ox.parse(path.read_bytes(), OX[path.suffix[1:]], base_iri="urn:none:")
    return {(term_of(q.subject), term_of(q.predicate), term_of(q.object)) for q in found}


def with_rdflib(path: Path) -> set[Triple]:
    def term_of(node: object) -> str:
        if isinstance(node, rdflib.Literal):
            return literal(str(node), datatype=node.datatype or "", language=node.language or "")
        assert isinstance(node, rdflib.URIRef), f"{node} in {path.name}"
        return f"<{node}>"

    graph = rdflib.Graph().parse(path, format=RDFLIB[path.suffix[1:]])
    return {(term_of(s), term_of(p), term_of(o)) for s, p, o in graph}


# --- the same for the same ------------------------------------------------------------------------


def test_release_agrees_with_itself(built: Workspace) -> None:
    found = built.releases.current()
    assert found is not None
    facts.assert_whole(found[1], found[0])
    assert facts.quads(found[1]) == sorted(set(facts.quads(found[1])))


def test_same_inputs_make_no_release(own: Workspace) -> None:
    before = facts.digests(own.folder / "var" / "releases")
    outcome = own.build()
    assert outcome.status == "unchanged"
    assert outcome.release == own.releases.ledger.releases()[-1]
    assert len(own.releases.ledger.releases()) == 1
    assert facts.digests(own.folder / "var" / "releases") == before


def test_other_inputs_with_the_same_content_give_the_same_bytes(own: Workspace) -> None:
    first, log = own.release, facts.events(own)
    for mapping in (own.folder / "mappings").glob("*.yml"):
        mapping.write_text(mapping.read_text() + "\n# a remark that changes nothing\n")
    outcome = own.build()
    assert (outcome.status, dict(outcome.counts)) == (
        "published", {"create": 0, "update": 0, "delete": 0},
    )  # fmt: skip
    second = own.release
    assert second != first
    assert facts.events(own) == log
    old, new = facts.digests(first), facts.digests(second)
    same = {name for name in old if re.match(r"feed/|dumps/|data\.nq\.gz|cells|report", name)}
    assert len(same) > 90
    assert {name: new[name] for name in same} == {name: old[name] for name in same}
    assert facts.times_in(second) == facts.times_in(first)
    before, after = read_json(first / "manifest.json"), read_json(second / "manifest.json")
    assert after["files"] == before["files"]
    assert after["inputs"] != before["inputs"]


def test_two_builds_of_one_project_give_the_same_bytes(foreign: Workspace, tmp_path: Path) -> None:
    """Nothing in a file depends on where or in which process it was made, only on its time."""
    foreign.build()
    at = foreign.releases.ledger.releases()[0].published
    shutil.copytree(foreign.folder, tmp_path / "other", ignore=shutil.ignore_patterns("var"))
    other = Workspace(tmp_path / "other")
    other.publisher(now=lambda: dt.datetime.fromisoformat(at)).build()
    old, new = facts.digests(foreign.release), facts.digests(other.release)
    differ = {name for name in old if old[name] != new.get(name) and "sparql/" not in name}
    assert differ <= {"manifest.json"}


# --- documents ------------------------------------------------------------------------------------


def test_every_document_is_what_the_data_says_of_its_subject(release: Path) -> None:
    by_subject: dict[str, set[Quad]] = {}
    for quad in facts.quads(release):
        by_subject.setdefault(quad[0].partition("#")[0].rstrip(">"), set()).add(quad)
    own = {s for s in by_subject if s.startswith((f"<{BASE}id/", f"<{BASE}ns/"))}
    everything = set(facts.quads(release))
    with closing(Documents(release / "documents.sqlite", BASE)) as documents:
        states = documents.states()
        assert {f"<{BASE}{path}" for path in states} == own
        for path in states:
            found = documents.get(path)
            assert found is not None
            assert set(found.own()) == by_subject[f"<{BASE}{path}"], path
            assert set(found.quads) <= everything, path
            assert list(found.quads) == sorted(found.quads), path


def test_no_blank_node_leaves_the_house(release: Path) -> None:
    for quad in facts.quads(release):
        assert not any(part.startswith("_:") for part in quad), quad
        assert quad[3].startswith(f"<{BASE}id/graaf/"), quad


# --- files ----------------------------------------------------------------------------------------


def test_distributions_state_size_and_checksum_of_their_files(
    built: Workspace, release: Path, catalog: set[Triple]
) -> None:
    value = {(s, p): o for s, p, o in catalog}
    nodes = [s for s, p, o in catalog if (p, o) == (term("rdf:type"), term("dcat:Distribution"))]
    assert len(nodes) == 5 * len(refs(built))
    seen = set()
    for node in nodes:
        url = value[node, term("dcat:downloadURL")][1:-1]
        assert url.startswith(f"{BASE}dumps/")
        content = (release / url.removeprefix(BASE)).read_bytes()
        size = value[node, term("dcat:byteSize")]
        assert EXACT.match(size)
        assert literal_of(size).text == str(len(content)), url
        checksum = value[node, term("spdx:checksum")]
        digest = literal_of(value[checksum, term("spdx:checksumValue")])
        assert digest.text == hashlib.sha256(content).hexdigest(), url
        assert digest.datatype.endswith("#hexBinary")
        seen.add(url.removeprefix(BASE))
    dumps = {f"dumps/{p.name}" for p in (release / "dumps").iterdir() if p.suffix != ".gz"}
    assert seen == dumps


def test_no_file_states_its_own_size(release: Path, catalog: set[Triple]) -> None:
    """Only dumps are described, and no dump describes anything of the catalog."""
    sizes = {s for s, p, _ in catalog if p == term("dcat:byteSize")}
    urls = {o for s, p, o in catalog if s in sizes and "URL" in p}
    assert not [url for url in urls if not re.search(r"/dumps/[^/]+>$|/doc/dataset/", url)]
    for path in (release / "dumps").iterdir():
        content = path.read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" else content
        assert b"byteSize" not in content, path.name


def test_sizes_are_exact_wherever_they_stand(release: Path, catalog: set[Triple]) -> None:
    wanted = {(s, o) for s, p, o in catalog if p == term("dcat:byteSize")}
    stored = {(q[0], q[2]) for q in facts.quads(release) if q[1] == term("dcat:byteSize")}
    assert stored == wanted
    for suffix in OX:
        file = release / "feed" / f"catalog.{suffix}"
        found = {(s, o) for s, p, o in with_oxigraph(file) if p == term("dcat:byteSize")}
        assert found == wanted, suffix
        assert file.read_text().count("nonNegativeInteger") >= 1


@pytest.mark.parametrize("suffix", OX)
def test_feed_is_the_catalog_graph(
    suffix: str, release: Path, catalog: set[Triple], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    file = release / "feed" / f"catalog.{suffix}"
    assert with_oxigraph(file) == catalog
    if suffix in RDFLIB:
        assert with_rdflib(file) == catalog


def test_dumps_read_back_as_their_graph(
    built: Workspace, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    for ref in refs(built):
        wanted = {quad[:3] for quad in facts.graph(release, ref)}
        assert wanted
        for suffix in ("nt", *RDFLIB):
            assert with_oxigraph(release / "dumps" / f"{ref}.{suffix}") == wanted, (ref, suffix)
        for suffix in RDFLIB:
            assert with_rdflib(release / "dumps" / f"{ref}.{suffix}") == wanted, (ref, suffix)


def test_csv_dump_is_the_table(built: Workspace, release: Path) -> None:
    for inventory in built.publisher().project.inventories:
        package = read_json(built.folder / "data" / "datapackage.json")
        (path,) = [r["path"] for r in package["resources"] if r["name"] == inventory.table]
        with (built.folder / "data" / path).open(newline="", encoding="utf-8") as file:
            table = list(csv.reader(file))
        with (release / "dumps" / f"{inventory.ref}.csv").open(
            newline="", encoding="utf-8"
        ) as file:
            dump = [[cell.removeprefix("'") for cell in row] for row in csv.reader(file)]
        assert dump == [[cell.removeprefix("'") for cell in row] for row in table]


def test_twins_are_the_same_file_compressed(release: Path) -> None:
    for path in [*release.glob("dumps/*.gz"), *release.glob("feed/*.gz")]:
        assert gzip.decompress(path.read_bytes()) == path.with_suffix("").read_bytes(), path.name
        # no name and no time: the same bytes for the same content
        assert path.read_bytes()[3:8] == b"\0\0\0\0\0", path.name


@pytest.mark.parametrize("suffix", OX)
def test_void_counts(suffix: str, built: Workspace, release: Path) -> None:
    found = with_oxigraph(release / "feed" / f"void.{suffix}")
    stated = {s: literal_of(o).text for s, p, o in found if p == term("void:triples")}
    counts = Counter(quad[3].rsplit("/", 1)[-1][:-1] for quad in facts.quads(release))
    (whole,) = {s for s, p, _ in found if p == term("void:subset")}
    names = refs(built)
    wanted = {f"<{BASE}id/dataset/{ref}>": str(counts[ref]) for ref in names}
    assert stated == {**wanted, whole: str(sum(counts.values()))}
    dumps = {o[1:-1].removeprefix(BASE) for _, p, o in found if p == term("void:dataDump")}
    assert dumps == {"dumps/data.nq.gz"} | {
        f"dumps/{ref}.{kind}" for ref in names for kind in ("ttl", "rdf", "jsonld", "nt")
    }
    # per dataset the namespaces of its properties, each to the letter
    for ref in names:
        inside = {quad[1][1:-1] for quad in facts.graph(release, ref)}
        node = f"<{BASE}id/dataset/{ref}>"
        stated_here = {o[1:-1] for s, p, o in found if (s, p) == (node, term("void:vocabulary"))}
        assert stated_here == {re.sub(r"[^#/]+$", "", iri) for iri in inside}


def test_store_answers_from_the_same_quads(release: Path) -> None:
    store = ox.Store.read_only(str(release / "sparql"))
    counts = Counter(quad[3] for quad in facts.quads(release))
    found = store.query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    assert isinstance(found, ox.QuerySolutions)
    assert {str(row["g"]): int(row["n"].value) for row in found} == counts


def test_dataset_is_modified_when_a_row_changes_and_only_then(foreign: Workspace) -> None:
    def modified() -> dict[str, str]:
        return {
            s.rsplit("/", 1)[-1][:-1]: o
            for s, p, o, _ in facts.graph(foreign.release, "catalog")
            if p == term("dct:modified") and "/id/dataset/" in s
        }

    foreign.build()
    first = modified()
    steps = [
        ("data/bomen.csv", "B6,beuk,12", "B6,beuk,13", {"bomen"}),
        ("vocab/groen.ttl", '"eik"@nl', '"de eik"@nl', set()),
        ("mappings/parken.yml", "Rij $(nummer)", "Rij  $(nummer)", {"parken"}),
        ("vijfster.toml", "groen@example.org", "bomen@example.org", set()),
        ("data/parken.csv", "P2,Bospark,", "P2,Bospark,1999-01-01", {"parken"}),
    ]
    for path, old, new, changed in steps:
        foreign.edit(path, old, new)
        assert foreign.build().status == "published"
        second = modified()
        assert {ref for ref in second if second[ref] != first[ref]} == changed, path
        first = second


def test_manifest_counts_what_was_checked(built: Workspace, release: Path) -> None:
    manifest, report = read_json(release / "manifest.json"), read_json(release / "report.json")
    assert manifest["conforms"] is True
    assert manifest["results"].get("Violation", 0) == 0
    assert set(manifest["profiles"]) == set(built.publisher().project.gate)
    assert report["conforms"] is True
    assert sum(manifest["results"].values()) == len(report["results"])
    assert manifest["events"] == {"create": len(facts.events(built)), "update": 0, "delete": 0}
    assert manifest["ledger_position"] == len(facts.events(built))


# --- the official shapes --------------------------------------------------------------------------


def official(shared: Path, name: str) -> Profile:
    return load(name, [shared / "standards" / "shacl" / "dcat-ap-3.0.1"], base="urn:none:")


def lines(triples: set[Triple]) -> bytes:
    return "".join(f"{s} {p} {o} .\n" for s, p, o in sorted(triples)).encode()


def short(results: Sequence[Result]) -> Counter[tuple[str, str, str]]:
    """Count results by severity, kind of focus node and path."""
    kinds = Counter[tuple[str, str, str]]()
    for result in results:
        focus = result.focus[1:-1].removeprefix(BASE)
        kind = "/".join(focus.split("/")[:2]) if focus.startswith("id/") else focus
        kinds[result.severity, kind, re.split(r"[/#]", result.path)[-1]] += 1
    return kinds


def test_pyshifty_finds_what_the_gate_found(release: Path) -> None:
    told = read_json(release / "report.json")
    data = {quad[:3] for quad in facts.quads(release) if not quad[3].endswith("/id/graaf/quality>")}
    profiles = [load(name, [ROOT / "shapes"], base=BASE) for name in told["profiles"]]
    found = validate(sorted(data), profiles, Shifty(), LISTS).json()
    assert len(told["results"]) > 100
    assert found == told


@pytest.mark.parametrize("engine", [Shifty(), PySHACL()], ids=["pyshifty", "pyshacl"])
@pytest.mark.parametrize("name", ["shapes", "range"])
def test_official_dcat_ap(name: str, engine: Engine, shared: Path, catalog: set[Triple]) -> None:
    assert short(engine.validate(lines(catalog), official(shared, name)).results) == {}


# what the recommendations of DCAT-AP would still like to see
RECOMMENDED = {
    # a box and a centre for Belgium and Flanders: their own publishers' facts, not ours
    ("Warning", "http://data.europa.eu/nuts/code/BE2", "bbox"): 1,
    ("Warning", "http://data.europa.eu/nuts/code/BE2", "centroid"): 1,
    ("Warning", "http://publications.europa.eu/resource/authority/country/BEL", "bbox"): 1,
    ("Warning", "http://publications.europa.eu/resource/authority/country/BEL", "centroid"): 1,
    # adms:status of a record (new, changed, gone) is only true of one moment: the event stream
    # says it, a state would be outdated at the next build
    ("Warning", "id/catalogusrecord", "status"): 10,
}


@pytest.mark.parametrize("engine", [Shifty(), PySHACL()], ids=["pyshifty", "pyshacl"])
def test_official_recommendations(engine: Engine, shared: Path, catalog: set[Triple]) -> None:
    found = engine.validate(lines(catalog), official(shared, "shapes_recommended")).results
    assert short(found) == RECOMMENDED


CODE_LISTS = {
    # the shape wants `^https://spdx.org/rdf/terms`, and in the same breath the class
    # http://spdx.org/rdf/terms#ChecksumAlgorithm. SPDX's own IRIs start with http: nothing can
    # satisfy both, and DCAT-AP's own text names the one we use
    ("Violation", "id/controlesom", "algorithm"): 40,
    # the publisher is no institution of the EU, and its type is Flemish or of ADMS
    ("Warning", "id/catalogus", "publisher"): 1,
    ("Warning", "id/dataservice", "publisher"): 2,
    ("Warning", "id/dataset", "publisher"): 8,
    # beside Belgium, which the shape knows, there is Flanders, for which it has no list
    ("Warning", "id/catalogus", "spatial"): 1,
    ("Warning", "id/dataset", "spatial"): 8,
    # beside each theme of the EU stands the same one of the Belgian list, as DCAT-AP VL asks
    ("Warning", "id/dataservice", "theme"): 2,
    ("Warning", "id/dataset", "theme"): 10,
}


def test_official_code_lists(shared: Path, catalog: set[Triple]) -> None:
    """Where the EU's own list is at hand it decides, not what our catalog says of its concepts."""
    scheme, kind = term("skos:inScheme"), term("rdf:type")
    lists: set[Triple] = set()
    for path in (shared / "standards" / "codelists" / "eu").glob("*.rdf"):
        for quad in ox.parse(path.read_bytes(), ox.RdfFormat.RDF_XML, base_iri="urn:none:"):
            found = (str(quad.subject), str(quad.predicate), str(quad.object))
            if found[1] in {scheme, kind}:
                lists.add(found)
    known = {s for s, p, _ in lists if p == scheme}
    claims = {triple for triple in catalog if triple[1] == scheme and triple[0] in known}
    assert len(claims) >= 10
    assert claims <= lists
    data = lines((catalog - claims) | lists)
    results = Shifty().validate(data, official(shared, "mdr-vocabularies.shape")).results
    assert short(results) == CODE_LISTS
    values = {r.value for r in results if r.path.endswith(("theme", "spatial", "algorithm"))}
    assert {value for value in values if "publications.europa.eu" in value} == set()
