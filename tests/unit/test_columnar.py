"""The columnar engine: its own reading of data, patterns, numbers; and checking in chunks."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import RdfSyntaxError
from app.validation.closures import CancelledError, validate_chunked
from app.validation.columnar.data import Columns
from app.validation.columnar.patterns import translate
from app.validation.columnar.plan import Plan, needs
from app.validation.columnar.spool import Spool, Writer
from app.validation.columnar.values import bound, is_well_typed
from app.validation.engines import Default
from app.validation.profiles import Profile
from app.validation.shapesgraph import ShapesGraph
from tests.unit.test_engines_differential import differ, nt, shapes, triples

XSD = "http://www.w3.org/2001/XMLSchema#"


def test_other_spellings_of_ntriples_are_one_triple() -> None:
    data = b"""<https://e/a> <https://e/p> "\\u0078"@NL .
<https://e/a>  <https://e/p>   "x"@nl . # the same
"""
    assert list(Columns(data).column("<https://e/p>").pairs()) == [("<https://e/a>", '"x"@nl')]


def test_a_triple_counts_once() -> None:
    line = b"<https://e/a> <https://e/p> <https://e/b> .\n"
    assert len(Columns(line * 3).column("<https://e/p>").heads) == 1


@pytest.mark.parametrize("data", [b"<https://e/a> <https://e/p> .\n", b"\xff\xfe", b"x\n"])
def test_malformed_data_are_refused(data: bytes) -> None:
    with pytest.raises(RdfSyntaxError):
        Columns(data)


@pytest.mark.parametrize(
    "pattern",
    ["^(a+)+$", "(a|a)*b", "(?=x)", "\\w+", "\\bx", "a{,2}", "a++", "(a)\\1", "[a-z-[x]]", "[",
     "(", ")", "*a", "\\p{L}", ".*.*.*.*x", "[[:alpha:]]", "a**"],
)  # fmt: skip
def test_patterns_for_the_engine(pattern: str) -> None:
    assert translate(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [("^a$", "a\n", False), ("^mailto:[^@]+@[^@]+$", "mailto:a@b", True), ("a.b", "a\nb", False),
     ("^([0-9]{2})+$", "1234", True), ("(ab)?c", "c", True), ("^[a-z-]+$", "a-b", True),
     ("a|b", "xb", True), ("\\.", "x", False)],
)  # fmt: skip
def test_patterns_for_columns(pattern: str, text: str, matches: bool) -> None:
    compiled = translate(pattern)
    assert compiled is not None
    assert (compiled.search(text) is not None) is matches


@pytest.mark.parametrize(
    ("text", "kind", "valid"),
    [("300", "byte", False), ("127", "byte", True), ("-1", "unsignedInt", False),
     ("2026-02-30", "date", False), ("2026-02-12T24:00:00", "dateTime", True),
     ("2026-02-12T24:00:00.000Z", "dateTime", True), ("2026-02-12T24:00:01", "dateTime", False),
     ("2026-02-12T24:00:00.5", "dateTime", False), ("x", "time", False),
     ("x", "base64Binary", None)],
)  # fmt: skip
def test_lexical_forms(text: str, kind: str, valid: bool | None) -> None:
    assert is_well_typed(text, XSD + kind) is valid


def test_numbers_compare_exactly() -> None:
    test = bound(f'"9007199254740993"^^<{XSD}integer>', "minInclusive")
    assert test is not None
    assert not test(f'"9007199254740992"^^<{XSD}integer>')
    assert test(f'"9007199254740993.0"^^<{XSD}decimal>')
    assert not test(f'"NaN"^^<{XSD}double>')


PROFILE = """
:S a sh:NodeShape ; sh:targetClass :C ;
   sh:property [ sh:path :p ; sh:minCount 1 ; sh:class :D ] ;
   sh:property [ sh:path [ sh:inversePath :p ] ; sh:maxCount 1 ] ;
   sh:property [ sh:path :p ; sh:node [ sh:property [ sh:path :q ; sh:minCount 1 ] ] ] ;
   sh:property [ sh:path [ sh:zeroOrMorePath :r ] ; sh:class :C ] .
"""


def example() -> tuple[list[tuple[str, str, str]], Profile]:
    text = ":E rdfs:subClassOf :D . :D rdfs:subClassOf :C .\n"
    for number in range(60):
        text += f":c{number} a :C ; :p :d{number // 2} ; :r :c{(number + 7) % 60} .\n"
        text += f":d{number} a {':E' if number % 3 else ':F'} .\n"
        text += f":d{number} :q 1 .\n" if number % 4 else ""
    return triples(text), shapes(PROFILE)


@pytest.mark.parametrize("workers", [1, 2])
def test_chunks_with_global_constraints(workers: int) -> None:
    found, profile = example()
    whole = Default().validate(nt(found), profile)
    seen: list[tuple[int, int]] = []
    chunked = validate_chunked(
        found, profile, Default(), entities=9, workers=workers,
        progress=lambda done, total: seen.append((done, total)),
    )  # fmt: skip
    assert len(whole.results) > 60
    assert differ(whole, chunked) == ""
    assert len(seen) > 3
    assert seen[-1] == (len(seen), len(seen))


def test_of_what_a_thing_leads_to_only_what_is_looked_at_is_in_its_chunk() -> None:
    profile = shapes(""":S a sh:NodeShape ; sh:targetClass :Catalog, :Thing ;
        sh:property [ sh:path :dataset ; sh:class :Thing ] ;
        sh:property [ sh:path :publisher ; sh:node [ sh:property [ sh:path :name ;
            sh:minCount 1 ] ] ] ;
        sh:property [ sh:path ( :desk :mail ) ; sh:maxCount 1 ] .""")
    plan = Plan(ShapesGraph(profile))
    look = needs(plan, plan.roots)
    base = "https://voorbeeld.test/"
    assert look.followed == {f"<{base}{name}>" for name in ("publisher", "desk", "mail")}
    assert look.typed == {f"<{base}dataset>"}


def test_things_near_each_other_are_in_one_chunk(tmp_path: Path) -> None:
    text = ":catalog a :C .\n"
    for number in range(40):
        # what is a focus node for many reasons is one
        text += f":catalog :p :d{number} .\n:d{number} a :C ; :q :d{number}f .\n"
    profile = shapes(":S a sh:NodeShape ; sh:targetClass :C ; sh:targetSubjectsOf :p, :q .")
    plan = Plan(ShapesGraph(profile))
    writer = Writer(tmp_path, plan.roots, ())
    writer.write(triples(text))
    assert writer.close(10) == 5
    spool = Spool(tmp_path, ())
    parts = [{node for node, _ in spool.targets(chunk)} for chunk in range(5)]
    spool.close()
    assert [len(part) for part in parts] == [10, 10, 10, 10, 1]
    assert len(set().union(*parts)) == 41


def test_a_check_can_be_stopped() -> None:
    found, profile = example()
    with pytest.raises(CancelledError):
        validate_chunked(found, profile, Default(), entities=9, cancelled=lambda: True)


def test_no_data_at_all() -> None:
    assert not validate_chunked([], shapes(PROFILE), Default()).results
