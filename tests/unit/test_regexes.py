"""Patterns of others: two engines that agree, and none that can be kept busy."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rdf.regexes import PatternError, compiled


@pytest.mark.parametrize(("pattern", "quick"), [
    ("[0-9]+", True), ("([0-9]{4}) .*", True), ("^a+$", True), (r"\s*,\s*", True),
    (r"([0-9]+)-([0-9]+)", True), ("(?:a|b)*c", True), ("(?P<jaar>[0-9]+)x", True), (r"\ba", True),
    # more than one way to go on, or to take nothing
    ("(Nr|No)", False), (".*a", False), ("a+a", False), ("(a|a)", False), ("(a+)+", False),
    ("(a?){3}", False), ("(|)(|)a", False), ("(a?|)(b?|)", False), ("(a?)?b", False),
    ("(a*)*", False), ("(ba?|ab){200}", False), ("(?i)a", False), (r"\p{L}", False),
    (r"a\d1", True),
], ids=str)  # fmt: skip
def test_which_engine_runs_a_pattern(pattern: str, quick: bool) -> None:
    assert (compiled(pattern).quick is not None) == quick


@pytest.mark.parametrize(("pattern", "code"), [
    ("(?=a)", "pattern-look-around"), (r"(a)\1", "pattern-back-reference"),
    ("[", "pattern-invalid"), ("(", "pattern-invalid"), (")", "pattern-invalid"),
    ("*", "pattern-invalid"), ("a{2,1}", "pattern-invalid"), ("a" * 30_000, "pattern-too-large"),
    (r"\i", "pattern-name-escape"),
])  # fmt: skip
def test_what_no_engine_runs_is_refused(pattern: str, code: str) -> None:
    with pytest.raises(PatternError) as caught:
        compiled(pattern)
    assert caught.value.code == code


def test_groups_that_took_no_part_are_empty() -> None:
    for pattern in ("(a)|(b)", "(a)|(b)|(ab)"):
        found = compiled(pattern)
        assert found.match("b") == ["", "b", ""][: found.groups]
        assert found.match("c") is None
        assert found.replace("ab", "<$1$2$9$$>") == "<a$9$$><b$9$$>"
    assert compiled("a+").match("aa") == []
    assert compiled("a+a").match("aa") == []
    assert compiled("a+a").fits("aa")
    assert not compiled("a+a").fits("a")


def test_marks_in_the_text_do_no_harm() -> None:
    text = "\ue000a\ue001b\ue000"
    assert compiled("(a|ab)").split(text) == ["\ue000", "\ue001b\ue000"]
    assert compiled("(.)(.*)").match(text) == ["\ue000", text[1:]]
    assert compiled("(.*)a(.*)").match(text) == ["\ue000", text[2:]]


@pytest.mark.parametrize("text", ["\ud800", "\x00", "a\"\\\n'", "𝒳", "{}?t"])
def test_any_text_can_be_searched(text: str) -> None:
    for pattern in ("(x|xy)", "x"):
        kept = text.encode(errors="replace").decode()
        assert compiled(pattern).replace(text, text) in {text, kept}


ATOMS = st.sampled_from(["a", "b", "[ab]", "[^a]", "ab", "(a)", "(?:b)", ".", "a|b", r"\d", "c"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"),
        st.tuples(inner, inner).map("".join), st.tuples(inner, inner).map("|".join),
        inner.map("({})".format),
    ), max_leaves=5,
)  # fmt: skip


@given(PATTERNS, st.text(alphabet="abc1 é𝒳", max_size=12))
@settings(max_examples=300, deadline=None)
def test_both_engines_say_the_same(pattern: str, text: str) -> None:
    found = compiled(pattern)
    slow = replace(found, quick=None)
    assert found.match(text) == slow.match(text)
    assert found.replace(text, "<$0$1>") == slow.replace(text, "<$0$1>")
    assert found.split(text) == slow.split(text)
