"""A project of somebody else, with its own words, tables and facets, works as ours does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.documents import Documents
from app.store.releases import read_json
from tests.conftest import BASE, ROOT, Workspace, copy_project
from tests.integration import facts


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    source = ROOT / "tests" / "projects" / "bomen"
    workspace = copy_project(source, tmp_path_factory.mktemp("foreign") / "bomen")
    assert workspace.build().status == "published"
    return workspace


@pytest.fixture(scope="module")
def documents(trees: Workspace) -> Iterator[Documents]:
    found = Documents(trees.release / "documents.sqlite", BASE)
    yield found
    found.close()


def test_its_graphs_and_files(trees: Workspace) -> None:
    manifest = read_json(trees.release / "manifest.json")
    graphs = {"parken", "bomen", "vocabulary", "catalog", "quality"}
    assert set(manifest["quads"]) == graphs
    assert manifest["conforms"] is True
    assert {path.stem for path in (trees.release / "dumps").glob("*.ttl")} == {"parken", "bomen"}
    found = trees.releases.current()
    assert found is not None
    facts.assert_whole(found[1], found[0])


def test_its_lists(documents: Documents) -> None:
    trees, parks = documents.listing("bomen"), documents.listing("parken")
    assert [item["label"]["nl"] for item in trees.items] == [
        "beuk B2", "beuk B6", "eik B1", "eik B4", "eik B5", "linde B3",
    ]  # fmt: skip
    assert [item["label"]["nl"] for item in parks.items] == ["Bospark", "Stadspark"]
    assert {item["path"] for item in documents.listing("datasets").items} == {
        "id/dataset/bomen", "id/dataset/parken",
    }  # fmt: skip
    second = documents.listing("bomen", page=2, size=4)
    assert (second.total, second.pages, len(second.items)) == (6, 2, 2)
    assert documents.listing("organisaties").total == 0


def test_its_facets(documents: Documents) -> None:
    facets = documents.listing("bomen").facets
    assert list(facets) == ["park"]
    values = {value.value: (value.label["nl"], value.count) for value in facets["park"]}
    assert values == {
        f"{BASE}id/park/P1": ("Stadspark", 2),
        f"{BASE}id/park/P2": ("Bospark", 3),
    }
    chosen = documents.listing("bomen", chosen={"park": f"{BASE}id/park/P1"})
    assert [item["path"] for item in chosen.items] == ["id/boom/B2", "id/boom/B1"]
    assert documents.listing("parken").facets == {}


def test_its_search(documents: Documents) -> None:
    found = documents.listing("bomen", text="eik", chosen={"park": f"{BASE}id/park/P2"})
    assert [item["path"] for item in found.items] == ["id/boom/B4"]
    total, hits = documents.search("stads", inventories=["bomen", "parken"], limit=5)
    assert total == 1
    assert [(hit["inventory"], hit["path"]) for hit in hits] == [("parken", "id/park/P1")]


def test_its_documents(trees: Workspace, documents: Documents) -> None:
    tree = documents.get("id/boom/B1")
    assert tree is not None
    assert tree.title == {"nl": "eik B1"}
    facts_of_it = {quad[1:3] for quad in tree.own()}
    groen = f"{BASE}ns/groen#"
    assert (
        f"<{groen}hoogte>",
        '"21.50"^^<http://www.w3.org/2001/XMLSchema#decimal>',
    ) in facts_of_it
    assert (f"<{groen}geplant>", '"1910"^^<http://www.w3.org/2001/XMLSchema#gYear>') in facts_of_it
    # its nicknames point at it, its row and park are named, the class has its label
    assert {quad[0] for quad in tree.pointing()} == {
        f"<{BASE}id/bijnaam/B1/De%20oude>", f"<{BASE}id/bijnaam/B1/De%20dikke>",
    }  # fmt: skip
    assert tree.labels[f"{BASE}id/park/P1"] == {"nl": "Stadspark"}
    assert tree.labels[groen + "Eik"] == {"nl": "eik", "en": "oak"}
    vocabulary = documents.get("ns/groen")
    assert vocabulary is not None
    assert f"<{groen}Eik>" in {quad[0] for quad in vocabulary.own()}
    for path in documents.states():
        assert documents.get(path) is not None, path


def test_its_cells(documents: Documents) -> None:
    cells = documents.cells(f"{BASE}id/boom/B4", [f"{BASE}ns/groen#hoogte"])
    assert [(cell["file"], cell["row"], cell["columns"]) for cell in cells] == [
        ("bomen.csv", 5, ["hoogte"])
    ]


def test_a_wrong_cell_is_named(foreign: Workspace) -> None:
    foreign.edit("data/bomen.csv", "B4,eik,7.5,1999,P2", "B4,eik,7.5,1999,P9")
    outcome = foreign.build()
    assert outcome.status == "refused"
    assert [str(problem.cell) for problem in outcome.problems] == ["bomen.csv#row=5&column=park"]
    assert foreign.releases.current() is None


def words_of_ours() -> set[str]:
    """Return refs, routes and own classes of our project that the other one does not have."""
    ours = (ROOT / "vijfster.toml").read_text()
    found = set(re.findall(r'^(?:ref|route|table) = "([^"]+)"', ours, re.MULTILINE))
    return found - {"sparql", "linked-data"}


def test_none_of_our_names_are_in_it(trees: Workspace) -> None:
    ours = words_of_ours()
    assert {"actoren", "organisaties", "actors"} <= ours
    texts = {
        "data": "\n".join(" ".join(quad) for quad in facts.quads(trees.release)),
        **{path.name: path.read_text() for path in (trees.release / "feed").glob("*.ttl")},
        **{path.name: path.read_text() for path in (trees.release / "dumps").glob("*.csv")},
    }
    for name, text in texts.items():
        for word in ours:
            assert not re.search(rf"/{re.escape(word)}[/>\"#.]", text), (word, name)
        assert "ns/vijfster#" not in text, name


def test_it_needs_nothing_of_our_folder(trees: Workspace, tmp_path: Path) -> None:
    """Its gate needs shapes that ship with the app; its folder has none of ours."""
    names = {path.relative_to(trees.folder).as_posix() for path in trees.folder.rglob("*")}
    assert not {name for name in names if name.startswith("shapes")}
    inputs = read_json(trees.release / "manifest.json")["inputs"]
    files = {name for name in inputs if name not in {"app", "extern", "shapes/dcat-ap-vl-3.0"}}
    assert files == {
        "vijfster.toml", "data/datapackage.json", "data/bomen.csv", "data/parken.csv",
        "data/vragen/bomen-per-park.rq", "mappings/bomen.yml", "mappings/parken.yml",
        "vocab/groen.ttl",
    }  # fmt: skip
