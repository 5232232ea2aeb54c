"""The ready feed of catalogs that nobody made with care: every page reads back to what it holds."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyoxigraph as ox
import pytest

from app.catalog.feed import write_catalog
from app.catalog.hydra import FeedPage
from app.catalog.pages import Feed, Slice, written_as
from app.catalog.parts import instant, parts_of
from app.errors import StoreUnavailableError
from app.rdf import media
from app.rdf.namespaces import term
from app.rdf.terms import XSD, Quad, Term, literal
from app.rdf.turtle import Prefixes
from tests.http.support import RDF, oxigraph_quads, triples

A, GRAPH = term("rdf:type"), "<https://x.test/graph>"


def thing(name: str) -> Term:
    return f"<https://x.test/{name}>"


def catalog(number: int) -> list[Quad]:
    """Return a catalog of some datasets; every second one is of another publisher."""
    out = {(thing("c"), A, term("dcat:Catalog")), (thing("c"), term("dct:title"), literal("C")),
           (thing("c"), term("dct:publisher"), thing("p0"))}  # fmt: skip
    for index in range(number):
        dataset, record, file = (thing(f"{kind}{index}") for kind in "drf")
        publisher = thing(f"p{index % 2}")
        time = literal(f"2024-01-{index % 28 + 1:02}T00:00:00Z", datatype=XSD + "dateTime")
        out |= {
            (thing("c"), term("dcat:dataset"), dataset), (thing("c"), term("dcat:record"), record),
            (record, A, term("dcat:CatalogRecord")), (record, term("foaf:primaryTopic"), dataset),
            (record, term("dct:modified"), time), (record, term("dct:issued"), time),
            (dataset, A, term("dcat:Dataset")), (dataset, term("dct:publisher"), publisher),
            (publisher, A, term("foaf:Agent")), (publisher, term("foaf:name"), literal("P")),
            (dataset, term("dcat:distribution"), file), (file, A, term("dcat:Distribution")),
            (file, term("dcat:accessURL"), f"<https://x.test/{index}/(a),b;c'd>"),
        }  # fmt: skip
    return sorted((*triple, GRAPH) for triple in out)


def written(folder: Path, quads: list[Quad]) -> Path:
    folder.mkdir(exist_ok=True)
    write_catalog(folder, lambda: parts_of(quads), Prefixes())
    return folder


HOSTILE = {
    "text that breaks out": literal('"""\n<&]]></rdf:RDF>\r\t" @prefix } { \\ \u2028 é'),
    "an address like a prefixed name": "<dct:title>",
    "an address with all it may hold": "<https://x.test/%3E%22(~!$&'*+,;=:@)/?q=1#f>",
    "a language tag": '"x"@nl-be',
    "a number that is none": f'"abc"^^<{XSD}integer>',
    "an address of letters from afar": "<https://x.test/ŝ/字>",
}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("form", media.RDF_DOCUMENT, ids=lambda form: form.suffix)
def test_what_is_written_reads_back(tmp_path: Path, form: media.MediaType, value: str) -> None:
    quads = catalog(3)
    odd = "<http://other.test/ns/odd-name>"
    quads += [(thing("d1"), odd, value, GRAPH), (thing("p1"), odd, value, GRAPH),
              (thing("c"), odd, value, GRAPH)]  # fmt: skip
    lines = "".join(f"{s} {p} {o} .\n" for s, p, o, _ in quads).encode()
    expected = triples(oxigraph_quads(lines, "nt"))
    folder = written(tmp_path / "feed", sorted(quads))
    name = f"catalog.{written_as(form).suffix}"
    body = (folder / name).read_bytes()
    assert gzip.decompress((folder / f"{name}.gz").read_bytes()) == body
    assert triples(oxigraph_quads(body, form.suffix)) == expected
    if form.quads:
        # a client that prefers quads finds the catalog without knowing the name of a graph
        graphs = {quad.graph_name for quad in ox.parse(body, RDF[form.suffix][0])}
        assert graphs == {ox.DefaultGraph()}
    with Feed(folder) as feed:
        pages = [triples(oxigraph_quads(feed.document(form, [n]), form.suffix)) for n in (1, 2, 3)]
    assert set().union(*pages) == expected
    assert {len(page) for page in pages} != {len(expected)}


def every(feed: Feed, of: Slice) -> list[int]:
    """Return the members of a slice, asked for in pages of every kind of size."""
    total, numbers = feed.some(of, 0, 10_000)
    assert total == len(numbers)
    for size in (1, 7, total + 1):
        pages = [feed.some(of, start, size) for start in range(0, total + 2 * size, size)]
        assert {page[0] for page in pages} == {total}
        assert [number for _, page in pages for number in page] == numbers
    return numbers


def test_slices_and_pages_keep_to_their_members(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for block in (1_024, 7):
        monkeypatch.setattr("app.catalog.feed.BLOCK", block)
        monkeypatch.setattr("app.catalog.pages.BLOCK", block)
        with Feed(written(tmp_path / f"feed{block}", catalog(50))) as feed:
            assert every(feed, Slice()) == list(range(1, 51))
            mine = every(feed, Slice(publisher="https://x.test/p1"))
            assert len(mine) == 25
            for day in range(1, 29):
                since = instant(f"2024-01-{day:02}")
                late = every(feed, Slice(since=since))
                # the days go round after 28
                assert len(late) == (29 - day) + max(0, 50 - 28 - day + 1)
                both = every(feed, Slice("https://x.test/p1", since))
                assert set(both) == {*mine} & {*late}
            assert every(feed, Slice(publisher="https://x.test/p1' OR 1=1 --")) == []
            assert every(feed, Slice(since=instant("2999-01-01"))) == []
            shown = feed.document(media.N_TRIPLES, mine[:1]).decode()
            assert shown.count(f"{A} {term('dcat:Dataset')}") == 1
            assert feed.triples(feed.about("https://x.test/d7"))
            assert feed.about("https://x.test/d7") == feed.named("r7")


def test_members_without_a_time_count_as_changed(tmp_path: Path) -> None:
    gone = {thing("r1"), thing("r2")}
    quads = [q for q in catalog(3) if q[0] not in gone and q[2] not in gone]
    with Feed(written(tmp_path / "feed", quads)) as feed:
        assert len(every(feed, Slice(since=instant("2999-01-01")))) == 2


def test_the_same_graph_gives_the_same_bytes(tmp_path: Path) -> None:
    quads = catalog(20)
    first = written(tmp_path / "a", quads)
    second = written(tmp_path / "b", list(reversed(quads)))
    for path in sorted(first.iterdir()):
        if path.suffix != ".sqlite":
            assert path.read_bytes() == (second / path.name).read_bytes(), path.name
    assert sorted(p.name for p in first.iterdir()) == sorted(p.name for p in second.iterdir())


def test_a_catalog_that_is_empty_is_a_document(tmp_path: Path) -> None:
    folder = written(tmp_path / "feed", catalog(0))
    for form in media.RDF_DOCUMENT:
        whole = triples(
            oxigraph_quads(
                (folder / f"catalog.{written_as(form).suffix}").read_bytes(), form.suffix
            )
        )
        assert len(whole) == 3
        with Feed(folder) as feed:
            said = FeedPage("https://x.test/catalog", 0, 1, 10).triples()
            page = feed.document(form, [], said)
        assert len(triples(oxigraph_quads(page, form.suffix))) == 3 + len(said)


def test_a_feed_that_is_not_there_or_damaged_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="vijfster build"):
        Feed(tmp_path)
    folder = written(tmp_path / "feed", catalog(2))
    (folder / "catalog.ttl").unlink()
    with Feed(folder) as feed, pytest.raises(StoreUnavailableError, match="vijfster build"):
        feed.document(media.TURTLE, [1])
    (folder / "catalog.sqlite").write_bytes(b"no database" * 100)
    with Feed(folder) as feed, pytest.raises(StoreUnavailableError, match="vijfster build"):
        feed.some(Slice(), 0, 1)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1970-01-01", 0), ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.5Z", 500_000),
        ("1970-01-01T02:00:00+02:00", 0), ("1970-01-01T00:00:00", 0),
        ("2024-02-30", None), ("-0044-03-15", None), ("1970", None), ("", None),
        ("1970-01-01T24:00:00Z", None),
    ],
)  # fmt: skip
def test_times(text: str, found: int | None) -> None:
    assert instant(text) == found
