"""The lint of shapes made to be slow: deep, cyclic, shared, many; all end in findings, in time."""

from __future__ import annotations

import time

import pytest

from app.rdf.terms import Quad
from app.validation.lint import lint
from tests.unit.lint_shapes import PREFIXES, quads_of


def timed(text: str | list[Quad]) -> tuple[set[str], float]:
    quads = quads_of(text) if isinstance(text, str) else text
    start = time.process_time()
    found = lint(quads, allow_sparql=True)
    return {finding.id for finding in found}, time.process_time() - start


SH = "http://www.w3.org/ns/shacl#"


def chain(length: int, predicate: str, last: str) -> list[Quad]:
    quads = [(f"<http://e/{i}>", f"<{SH}{predicate}>", f"<http://e/{i + 1}>", "")
             for i in range(length)]  # fmt: skip
    target = (f"<http://e/{length}>", f"<{SH}class>", last, "")
    return [*quads, ("<http://e/0>", f"<{SH}targetClass>", "<http://e/C>", ""), target]


def test_three_thousand_nested_shapes_end_in_a_finding() -> None:
    found, seconds = timed(chain(3_000, "not", "<http://e/A>"))
    assert found == {"nested-too-deep"}
    assert seconds < 1


def test_a_cycle_of_many_shapes_ends_in_findings() -> None:
    quads = [*chain(3_000, "node", "<http://e/A>"),
             ("<http://e/3000>", f"<{SH}node>", "<http://e/0>", "")]  # fmt: skip
    found, seconds = timed(quads)
    assert found == {"shape-recursive"}
    assert seconds < 1


def test_deep_and_cyclic_paths_end_in_findings() -> None:
    quads = [(f"_:b{i}", f"<{SH}inversePath>", f"_:b{i + 1}", "") for i in range(3_000)]
    head = [("<http://e/S>", f"<{SH}path>", "_:b0", ""),
            ("<http://e/S>", f"<{SH}targetClass>", "<http://e/C>", "")]  # fmt: skip
    deep = [*head, *quads, ("_:b3000", f"<{SH}inversePath>", "<http://e/p>", "")]
    assert timed(deep)[0] == {"nested-too-deep"}
    found, seconds = timed([*head, *quads, ("_:b3000", f"<{SH}inversePath>", "_:b0", "")])
    assert found == {"path-cyclic"}
    assert seconds < 1


def test_many_triples_take_linear_time() -> None:
    def quads(shapes: int) -> list[Quad]:
        out = []
        for i in range(shapes):
            s = f"<http://e/{i}>"
            out += [(s, f"<{SH}path>", "<http://e/p>", ""), (s, f"<{SH}minCount>", '"n"', ""),
                    (s, f"<{SH}targetClass>", "<http://e/C>", ""),
                    (s, f"<{SH}minCountt>", '"1"', "")]  # fmt: skip
        return out

    _, small = timed(quads(2_500))
    found, large = timed(quads(25_000))
    assert found == {"count-not-integer", "unknown-term"}
    assert large < 6
    assert large < 30 * max(small, 0.05)


def test_lists_that_share_their_cells_are_refused() -> None:
    rest, first = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>", (
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#first>")  # fmt: skip
    nil = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"
    quads: list[Quad] = []
    for i in range(20_000):
        quads += [(f"_:c{i}", first, '"x"', ""),
                  (f"_:c{i}", rest, f"_:c{i + 1}" if i < 19_999 else nil, ""),
                  (f"<http://e/{i}>", f"<{SH}in>", f"_:c{i}", ""),
                  (f"<http://e/{i}>", f"<{SH}targetClass>", "<http://e/C>", "")]  # fmt: skip
    found, seconds = timed(quads)
    assert "shapes-too-large" in found
    assert seconds < 5


def test_a_long_list_that_many_shapes_share_is_refused() -> None:
    items = " ".join(f"<http://e/i{i}>" for i in range(3_000))
    text = PREFIXES + f"ex:S sh:in _:l ; sh:targetClass ex:C . ex:T sh:in ({items}) ."
    quads = quads_of(text)
    head = next(o for s, p, o, _ in quads if p == f"<{SH}in>" and s.endswith("T>"))
    quads += [(f"<http://e/{i}>", f"<{SH}or>", head, "") for i in range(3_000)]
    found, seconds = timed(quads)
    assert "shapes-too-large" in found
    assert seconds < 5


@pytest.mark.parametrize(
    "text",
    ["(" * 3_000 + "a" + ")" * 3_000, "[" * 5_000, "(a|" * 150 + "a" + ")*" * 150, "(a*)*" * 500,
     "(?:" * 2_000, "\\" * 9_999, "a" * 100_000, "(a{0,50}){0,50}", "(" + ".?" * 290 + ")*",
     "a{999999999999999999999}", "(a?){200}a{200}", "[" + "a-" * 9_000, "x*" * 5_000],
    ids=range(13),
)  # fmt: skip
def test_hostile_patterns_end_fast(text: str) -> None:
    quads = [("<http://e/S>", f"<{SH}pattern>", '"' + text.replace("\\", "\\\\") + '"', ""),
             ("<http://e/S>", f"<{SH}targetClass>", "<http://e/C>", "")]  # fmt: skip
    _, seconds = timed(quads)
    assert seconds < 2
