"""The guard passes queries, and nothing that changes data, leaves the house or breaks engines."""

from __future__ import annotations

import string
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.errors import QueryRefusedError
from app.store.sparql.guard import GuardLimits, QueryInfo, check

GRAPHS = ("https://voorbeeld.test/id/graaf/een", "https://voorbeeld.test/id/graaf/twee")
LIMITS = GuardLimits()
Q = '"""'


def guard(query: str) -> QueryInfo:
    return check(query, known_graphs=GRAPHS, limits=LIMITS)


def test_serving_process_does_not_load_the_engine() -> None:
    program = "import sys, app.store.sparql.guard, app.store.sparql.embedded as e; "
    program += "sys.exit('pyoxigraph' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("SELECT * { ?s ?p ?o }", "SELECT"),
        ("select(1 as ?x){}", "SELECT"),
        ("ASK{}", "ASK"),
        ("DESCRIBE <urn:x>", "DESCRIBE"),
        ("BASE <http://x/> PREFIX a: <b> CONSTRUCT { ?s a a:C } WHERE { ?s ?p 1 }", "CONSTRUCT"),
        ("ASK { ?s ?p ?o { ?s ?p ?o } }", "ASK"),
        # words that look like refused ones
        ("PREFIX service: <urn:s> SELECT ?service { ?service service:insert service:x }", "SELECT"),
        ('ASK { ?s ?p \'SERVICE <urn:x> {}\', """DELETE " WHERE"""@service }', "ASK"),
        ("ASK { ?s <urn:SERVICE> _:load ; <http://x/DROP#CLEAR> ?with }", "ASK"),
        ("ASK { # SERVICE <urn:x> {}\n }", "ASK"),
        ("PREFIX service: <urn:s> ASK { GRAPH service:x { ?s ?p ?o } }", "ASK"),
        ("PREFIX service: <urn:s> DESCRIBE service:x { ?s ?p ?o }", "DESCRIBE"),
        # `<` as comparison and as start of an IRI
        ("ASK { FILTER(?a<?b&&?c>?d) }", "ASK"),
        ("ASK { FILTER(?a<=5 && ?b<<urn:x#y>) }", "ASK"),
        ("ASK { FILTER(?a IN(<urn:x#a>,<urn:x#b>)) ?s ?p (1 <urn:x#a> <urn:x#b>) }", "ASK"),
        ("ASK { VALUES (?a ?b) { (1 <urn:x#a>) (<urn:x#b> UNDEF) } }", "ASK"),
        ("ASK { ?s (<urn:a#>|^<urn:b#>)/!(<urn:c#>|a)* ?o }", "ASK"),
        ("ASK { << ?s ?p <urn:o#> >> ?p <<( ?s <urn:p#> 1 )>> {| ?p ?o |} }", "ASK"),
        # numbers, dots and words without spaces
        ("ASK { ?s ?p 1.5e3, .5, -2 . FILTER(true) ?s ?p true.OPTIONAL{} }", "ASK"),
        # escapes
        ("\\u0041SK { ?s <urn:\\U0000006f> 'caf\\u00e9' }", "ASK"),
        ("ASK { ?s ?p 'a\\\\b \\\"c\\' \\n', '''a'b''c''' }", "ASK"),
        ("PREFIX x: <urn:x> PREFIX : <urn:y> ASK { ?s x:a\\-b%20c x:a.b:c, : }", "ASK"),
        ("ASK { ?s ?p 'nl'@nl-BE, 'x'@en--ltr, '1'^^<urn:t> }", "ASK"),
    ],
)
def test_queries_pass(query: str, form: str) -> None:
    assert guard(query).form == form


def test_an_undeclared_prefix_is_named() -> None:
    with pytest.raises(QueryRefusedError, match="The prefix skos: is not declared"):
        guard("SELECT * { ?s skos:prefLabel ?o }")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT ?x {} }",
        "SELECT * { sErViCe<http://x/>{} }",
        "SELECT * { \\u0053ERVICE <http://x/> {} }",
        "SELECT * { \\U00000053\\u0045RVICE <http://x/> {} }",
        "SELECT * { SERVICE # comment\n <http://x/> {} }",
        "SELECT * { #\\u000A SERVICE <http://x/> {} }",
        "SELECT * { # \r SERVICE <http://x/> {} }",
        "SELECT * { FILTER EXISTS { SERVICE <http://x/> {} } }",
        "SELECT * { ?s ?p '\\u0027 . SERVICE <http://x/> { ?s ?p \\u0027' } }",
        "ASK { ?s ?p true.SERVICE <http://x/> {} }",
    ],
)
def test_service_is_refused(query: str) -> None:
    with pytest.raises(QueryRefusedError, match="SERVICE"):
        guard(query)


@pytest.mark.parametrize(
    "query",
    [  # each of these made pyoxigraph 0.5.13 dial, or parse, a SERVICE
        "PREFIX SERVICEx: <urn:a> PREFIX x: <http://x/> SELECT * { SERVICEx:y { ?s ?p ?o } }",
        "PREFIX service: <urn:a> PREFIX : <http://x/> SELECT * { service:y\n#\n{ ?s ?p ?o } }",
        "PREFIX SERVICESILENTx: <urn:a> SELECT * { SERVICESILENTx:y { ?s ?p ?o } }",
        "SELECT * { ?s ?p trueservice:y { ?s ?p ?o } }",
        "SELECT * { FILTER(?a<1)SERVICE#>\n<http://x/>{ ?s ?p ?o } }",
        f"SELECT * {{ FILTER(?a<1#> {Q}\n)SERVICE <http://x/> {{ ?s ?p ?o }} #{Q}\n}}",
        f"SELECT * {{ FILTERx:f(1<1#> {Q}\n)SERVICE <http://x/> {{ ?s ?p ?o }} #{Q}\n}}",
        "SELECT * { ?s ?p 'a'@en--ltrSERVICE <http://x/> { ?s ?p ?o } }",
        f'SELECT * {{ ?s ?p {Q}a{Q}" . SERVICE <http://x/> {{}} #"\n }}',
        "PREFIX filter: <urn:f> ASK { ?s filter:x (1 2) }",
    ],
)
def test_service_that_engines_read_otherwise_is_refused(query: str) -> None:
    with pytest.raises(QueryRefusedError):
        guard(query)


@pytest.mark.parametrize(
    "word",
    ["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH", "USING"],
)
def test_update_is_refused(word: str) -> None:
    for query in (
        f"{word} <urn:x>",
        f"ASK {{}} ; {word.lower()} ALL",
        f"\\u{ord(word[0]):04X}{word[1:]} x",
    ):
        with pytest.raises(QueryRefusedError, match="Update"):
            guard(query)


@pytest.mark.parametrize(
    ("clause", "default", "named"),
    [
        (f"FROM <{GRAPHS[0]}>", GRAPHS[:1], ()),
        (f"FROM<{GRAPHS[0]}>FROM NAMED#\n<{GRAPHS[1]}>", GRAPHS[:1], GRAPHS[1:]),
        ("FROM NAMED g:twee FROM :een", GRAPHS[:1], GRAPHS[1:]),
        ("FROM g:e\\u0065n", GRAPHS[:1], ()),
    ],
)
def test_known_graphs_pass(clause: str, default: tuple[str], named: tuple[str]) -> None:
    base = "https://voorbeeld.test/id/graaf/"
    info = guard(f"PREFIX g: <urn:old> PREFIX g: <{base}> PREFIX : <{base}> SELECT * {clause} {{}}")
    assert (info.from_iris, info.from_named_iris) == (default, named)


@pytest.mark.parametrize(
    "clause",
    [
        "<urn:other>",
        "NAMED <urn:other>",
        "<een>",
        "<>",
        "g:drie",
        "undeclared:x",
        "relative:een",
        ":een",
    ],
)
def test_unknown_graphs_are_refused(clause: str) -> None:
    prologue = (
        f"BASE <{GRAPHS[0]}> PREFIX relative: <./> PREFIX g: <https://voorbeeld.test/id/graaf/>"
    )
    with pytest.raises(QueryRefusedError, match="FROM"):
        guard(f"{prologue} SELECT * FROM {clause} {{}}")


def test_protocol_graphs_must_be_known() -> None:
    query = "ASK {}"
    check(query, known_graphs=GRAPHS, limits=LIMITS, default_graphs=GRAPHS, named_graphs=GRAPHS)
    for graphs in (("urn:other",), ("een",), (GRAPHS[0], "")):
        with pytest.raises(QueryRefusedError, match="graph-uri"):
            check(query, known_graphs=GRAPHS, limits=LIMITS, default_graphs=graphs)
        with pytest.raises(QueryRefusedError, match="graph-uri"):
            check(query, known_graphs=GRAPHS, limits=LIMITS, named_graphs=graphs)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "PREFIX a: <urn:a>",
        "ASK { ?s ?p 'open }",
        "ASK { ?s ?p 'a\n' }",
        "ASK { ?s ?p '''open' }",
        'ASK { ?s ?p """open"" }',
        "ASK { ?s ?p 'bad \\q' }",
        "ASK { ?s ?p <urn:a b> . ¬ }",
        "ASK { ?s ?p \x00 }",
        "ASK { ?s ?p '\\u0000' }",
        "ASK { ?s ?p '\ud800' }",
        "ASK { ?s ?p '\\ud83d\\ude00' }",
        "ASK { ?s ?p '\\UFFFFFFFF' }",
        "ASK { ?s ?p '\\\\u0041' }",
        "ASK { ?s ?p '\\u005Cu0041' }",
        "ASK { ?s ?p ?o",
        "ASK { ?s ?p ?o ) }",
        "ASK {}}",
        "ASK {\u00a0}",
        "\u017fELECT * {}",
        "DEFINE get:soft 'replace' SELECT * {}",
        "ASK { ?s ?p @ }",
        "ASK { ?s x:a%zz ?o }",
    ],
)
def test_text_that_is_no_query_is_refused(query: str) -> None:
    with pytest.raises(QueryRefusedError):
        guard(query)


def test_position_is_told() -> None:
    with pytest.raises(QueryRefusedError, match="line 2, column 3"):
        guard("ASK {\n  \u00ac }")


def test_text_is_decoded_and_free_of_comments() -> None:
    assert guard("ASK # a \\u000A{ # b\n?s ?p '#' }#").text == "ASK \n{ \n?s ?p '#' }"
    # an engine whose comments do not end at CR must not find SERVICE where we read a string
    assert guard(f"ASK {{ ?s ?p #\r{Q}\nSERVICE <urn:x> {{}} #{Q}\n }}").text.count("#") == 1


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("{", "}"), ("FILTER(" + "(", "))"), ("[?p ", "]"), ("(", ")"), ("<<", ">>"), ("STR(", ")")],
)
def test_nesting_is_bounded(opening: str, closing: str) -> None:
    with pytest.raises(QueryRefusedError, match="nested"):
        guard("ASK {" + opening * 64 + closing * 64 + "}")
    with pytest.raises(QueryRefusedError, match="nested"):
        guard("ASK {" + opening * 5_000)


def test_depth_is_told_and_brackets_in_terms_do_not_count() -> None:
    assert guard("ASK {" + "{" * 63 + "}" * 63 + "}").depth == 64
    assert guard("ASK { ?s ?p '{{{{', <urn:((((> }").depth == 1


@pytest.mark.parametrize(
    ("frame", "part"),
    [
        ("FILTER(%s?o)", "!"),
        ("FILTER(%s?o)", "?o||"),
        ("FILTER(%s?o)", "?o&&"),
        ("FILTER(%s?o)", "?o+"),
        ("FILTER(%s?o)", "?o/"),
        ("?s %s<urn:p> ?o", "<urn:p>/"),
        ("?s %s<urn:p> ?o", "^^"),
        ("?s (%s<urn:p>)* ?o", "<urn:p>|"),
        ("%s{}", "{}UNION"),
        ("%s", "OPTIONAL{}"),
        ("%s", "MINUS{}"),
        ("%s", "BIND(1 AS ?v)"),
        ("?s ?p %s1", "1,"),
        ("?s ?p (%s1)", "1 "),
        ("?s ?p ?o %s", "{|?p ?o|}"),
    ],
)
def test_chains_that_make_engines_recurse_are_bounded(frame: str, part: str) -> None:
    assert guard("ASK {" + frame % (part * 20) + "}").chain >= 20
    with pytest.raises(QueryRefusedError, match="chain"):
        guard("ASK {" + frame % (part * 1_001) + "}")


def test_chains_in_nested_brackets_add_up() -> None:
    part = "?o||" * 300
    query = "ASK { FILTER(" + f"({part}" * 4 + "?o" + ")" * 4 + ") }"
    with pytest.raises(QueryRefusedError, match="chain"):
        guard(query)
    query = "ASK { FILTER((" + part + "?o)" + "&& (" + part + "?o)) }"
    assert guard(query).chain < 1_000


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { VALUES ?x { " + "<urn:x#1> -1 " * 4_000 + "} }",
        "SELECT * { VALUES (?x ?y) { " + "(1 UNDEF)" * 6_000 + "} }",
        "SELECT * { ?s ?p ?o FILTER(?o IN (" + "1+1," * 9_000 + "1)) }",
        "ASK {" + "# comment\n" * 6_000 + "}",
    ],
    ids=["values", "rows", "in", "comments"],
)
def test_long_flat_queries_pass(query: str) -> None:
    assert guard(query).chain < 50


def test_size_is_counted_after_decoding() -> None:
    assert guard("ASK {" + "\\U00000020" * 60_000 + "}")
    for filler in (" " * 65_536, "\u00e9" * 33_000, "\\u0020" * 65_536, "\\U00000020" * 700_000):
        with pytest.raises(QueryRefusedError, match="65536 bytes"):
            guard("ASK {} # " + filler)


FRAGMENTS = st.sampled_from([
    "SELECT", "ASK", "{", "}", "(", ")", "[", "]", "<<", ">>", "{|", "|}", "<", ">", "<=",
    "<urn:a>", "<urn:a#b>", "?x", "$y", "x:y", ":z", "service:y", "SERVICE\n", "", "", "", "'a'",
    '"b"', '"""c"""', "'''", '"', "'", "\\", "\\u0041", "\\u0027", "\\U0001F600", "#", "\n", "\r",
    ".", ";", ",", "||", "&&", "!", "^", "^^", "*", "/", "+", "-", "|\n", "", "", "", "1", "1.5",
    "1e5", ".5", "@en", "@en--ltr", "_:b", "a", "true", "VALUES", "FILTER", "BIND", "FROM",
    "NAMED", "PREFIX", "x:", "BASE", "INSERT", "~", "?",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=200),
        st.text(alphabet=string.printable + "\u00e9\u017f\ud800\U0001f600", max_size=200),
        st.lists(FRAGMENTS, max_size=60).map(" ".join),
        st.lists(FRAGMENTS, max_size=60).map("".join),
    )
)
@example("\ufeffASK{}")
@example("ASK{?s?p<")
def test_any_text_is_a_query_or_refused(text: str) -> None:
    try:
        info = guard(text)
    except QueryRefusedError:
        return
    # what was let through is a fixed point: nothing new appears on a second reading
    again = guard(info.text)
    assert (again.text, again.form, again.chain) == (info.text, info.form, info.chain)


@pytest.mark.parametrize(
    "unit",
    [
        "a.",
        "<a",
        "<",
        "x:a.",
        "'",
        "'''",
        '"a"',
        "\\u0041",
        "?a<b#>\n",
        "(",
        "()",
        ":a..",
        "1.",
        "a-",
        "%41",
    ],
)
def test_hostile_repetition_is_read_in_one_pass(unit: str) -> None:
    """A reader that goes back would need minutes for one of these."""
    with pytest.raises(QueryRefusedError):
        guard("SELECT * {" + unit * (65_000 // len(unit)))
