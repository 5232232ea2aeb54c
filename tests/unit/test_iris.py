"""Minting: any text gives one IRI of its own below the base, and none escapes from it."""

from __future__ import annotations

from urllib.parse import unquote, urljoin

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.rdf.iris import check_base, encode_segment, is_local_base, mint, reference, relative
from app.rdf.terms import is_iri

BASE = "https://voorbeeld.test/"
SEGMENTS = st.text(min_size=1)
TRICKS = ["..", ".", "../..", "/", "%2F", "%2e%2e", "..%2f", "?q", "#f", "a/b", "\\", "//e.test"]


@given(SEGMENTS)
@example("\U000e0001")  # a tag of plane 14: no ucschar
@example("\ufffd")
@example("\ue000")
@example("\u202e")  # right-to-left override
@example("\x85")
def test_any_text_gives_an_iri_that_oxigraph_accepts(text: str) -> None:
    minted = mint(BASE, "id", "ding", text)
    assert ox.NamedNode(minted).value == minted
    assert is_iri(minted)


@given(SEGMENTS, SEGMENTS)
@example("a", "%61")
@example("%2F", "/")
@example(".", "%2E")
@example("é", "e\u0301")
def test_distinct_texts_give_distinct_iris(one: str, other: str) -> None:
    assert (mint(BASE, one) == mint(BASE, other)) == (one == other)


@given(st.lists(SEGMENTS, min_size=1, max_size=4))
def test_no_text_moves_a_boundary_between_segments(segments: list[str]) -> None:
    path = mint(BASE, *segments).removeprefix(BASE)
    assert [unquote(part) for part in path.split("/")] == segments


@given(SEGMENTS | st.sampled_from(TRICKS))
def test_no_text_escapes_from_the_base(text: str) -> None:
    minted = mint(BASE, "id", "ding", text)
    # resolving removes dot segments (RFC 3986, 5.2.4): there are none
    assert urljoin(BASE, minted) == minted
    assert minted.startswith(BASE + "id/ding/")
    assert minted.count("/") == BASE.count("/") + 2
    assert "?" not in minted
    assert "#" not in minted


def test_dutch_names_stay_readable() -> None:
    assert mint(BASE, "id", "stad", "Coöperatie België") == BASE + "id/stad/Coöperatie%20België"


def test_marks_that_make_look_alikes_are_encoded() -> None:
    assert encode_segment("a\u202eb\u00a0c\u3000d") == "a%E2%80%AEb%C2%A0c%E3%80%80d"


@pytest.mark.parametrize("segments", [(), ("",), ("id", ""), ("", "x")])
def test_an_empty_segment_is_refused(segments: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="non-empty"):
        mint(BASE, *segments)


@pytest.mark.parametrize(
    ("base", "checked"),
    [
        ("https://voorbeeld.test", BASE),
        ("https://voorbeeld.test/", BASE),
        (" https://voorbeeld.test/ ", BASE),
        ("http://localhost:8000", "http://localhost:8000/"),
        ("http://[::1]:8000/", "http://[::1]:8000/"),
        ("https://voorbeeld.test/stad/data", "https://voorbeeld.test/stad/data/"),
        ("https://voorbeeld.test/café", "https://voorbeeld.test/café/"),
    ],
)
def test_base_ends_in_one_slash(base: str, checked: str) -> None:
    assert check_base(base) == checked
    assert check_base(checked) == checked


@pytest.mark.parametrize(
    "base",
    [
        "",
        "voorbeeld.test",
        "//voorbeeld.test/",
        "ftp://voorbeeld.test/",
        "urn:voorbeeld:test",
        "https://",
        "https:///pad",
        "https://:80/",
        "https://gebruiker@voorbeeld.test/",
        "https://voorbeeld.test/?q=1",
        "https://voorbeeld.test/?",
        "https://voorbeeld.test/#deel",
        "https://voorbeeld.test/#",
        "https://voorbeeld.test/a b",
        "https://voorbeeld.test/<a>",
        "https://voorbeeld.test//",
        "https://voorbeeld.test/a//b",
        "https://voorbeeld.test/a/../b",
        "https://voorbeeld.test/.",
        "https://voorbeeld.test/%zz",
        "https://voorbeeld.test:poort/",
        "https://[::1/",
    ],
)
def test_unusable_base_is_refused(base: str) -> None:
    with pytest.raises(ValueError):
        check_base(base)


@pytest.mark.parametrize(
    ("base", "local"),
    [
        ("http://localhost:8000/", True),
        ("http://127.0.0.1/", True),
        ("http://[::1]:8000/", True),
        ("https://voorbeeld.test/", False),
        ("https://localhost.voorbeeld.test/", False),
    ],
)
def test_only_this_machine_is_local(base: str, local: bool) -> None:
    assert is_local_base(base) is local


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        (BASE + "id/ding/a", "id/ding/a"),
        (BASE + "doc/ding/a", "doc/ding/a"),
        (BASE + "ns/woord", "ns/woord"),
        (BASE + "id/", None),
        (BASE + "id/a?x", None),
        (BASE + "ns/woord#term", None),
        (BASE + "elders/a", None),
        ("https://anders.test/id/ding/a", None),
    ],
)
def test_only_own_things_have_a_path_below_the_base(iri: str, path: str | None) -> None:
    assert relative(BASE, iri) == path


HERE = "file:///home/an/stad/feed.ttl"


@pytest.mark.parametrize(
    ("iri", "written"),
    [
        (HERE, ""),
        (HERE + "#d", "#d"),
        ("file:///home/an/stad/wegen?q=1#x", "wegen?q=1#x"),
        ("file:///home/an/stad/", "./"),
        ("file:///home/an/stad/a:b", "./a:b"),
        ("file:///home/an/bron", "../bron"),
        ("file:///etc/wegen", "/etc/wegen"),
        ("file:///home/an/stad/../x", "file:///home/an/stad/../x"),
        ("file:///home/an/stad//x", "file:///home/an/stad//x"),
        ("https://stad.test/d", "https://stad.test/d"),
        ("urn:x:y", "urn:x:y"),
    ],
)
def test_a_reference_is_as_short_as_people_write_it(iri: str, written: str) -> None:
    assert reference(iri, HERE) == written


@given(
    st.sampled_from([HERE, "http://file.invalid/", "file:///f.ttl", "file:///a%20b/c/d.rdf"]),
    st.lists(st.sampled_from(["a", "b:c", "..", ".", "", "home", "an", "?", "é"]), max_size=6),
    st.sampled_from(["", "#", "#a/b:c?d"]),
)
def test_every_reference_leads_back(base: str, parts: list[str], fragment: str) -> None:
    iri = urljoin(base, "/".join([".", *parts])) + fragment
    text = f"<{reference(iri, base)}> <http://p/> 1 ."
    (quad,) = ox.parse(text, ox.RdfFormat.TURTLE, base_iri=base)
    assert quad.subject == ox.NamedNode(iri)
