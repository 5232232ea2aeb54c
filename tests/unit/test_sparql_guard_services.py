"""SERVICE by a list of addresses, syntax of vendors, and what gives another answer each time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import QueryRefusedError
from app.store.sparql.guard import GuardLimits, QueryInfo, check


def guard(query: str) -> QueryInfo:
    return check(query, known_graphs=(), limits=GuardLimits())


PLACE = "https://engine.example/sparql"
DIALLING = GuardLimits(services=frozenset({PLACE}))


@pytest.mark.parametrize(
    "text",
    [
        f"SERVICE <{PLACE}> {{ ?s ?p ?o }}",
        f"service silent<{PLACE}>{{ ?s ?p ?o }}",
        f"SERV\\u0049CE\n <{PLACE}>\n{{ ?s ?p ?o }}",
        f"{{ SELECT * {{ SERVICE SILENT\t<{PLACE}> {{ ?s ?p ?o }} }} }}",
        f"?a ?b true.SERVICE <{PLACE}> {{ ?s ?p ?o }}",
    ],
)
def test_service_may_name_an_address_of_the_list(text: str) -> None:
    info = check(f"ASK {{ {text} }}", known_graphs=(), limits=DIALLING)
    assert info.volatile
    with pytest.raises(QueryRefusedError, match="SERVICE is refused"):
        guard(f"ASK {{ {text} }}")


@pytest.mark.parametrize(
    "service",
    [
        "?x", "$x", "SILENT ?x", "x:y", "SILENT x:", ":", "<>", "<sparql>", "_:b", "[]", '"x"', "",
        f"<{PLACE}/>", f"<{PLACE}?x>", f"<{PLACE}#>", f"<{PLACE.upper()}>", f"<{PLACE}> .",
        "<https://engine.example/%73parql>", "<https://engine.example:443/sparql>",
        "<https://engine.example@evil.example/sparql>", f"SILENT SILENT <{PLACE}>",
        f"# x\n<{PLACE}>", f"<{PLACE}> # x\n", f"SILENT # <{PLACE}> {{\n ?x", f"(<{PLACE}>)",
        f"<{PLACE}> <{PLACE}>",
    ],
)  # fmt: skip
def test_any_other_service_is_refused(service: str) -> None:
    prologue = f"BASE <{PLACE}> PREFIX : <{PLACE}> PREFIX x: <https://engine.example/> "
    with pytest.raises(QueryRefusedError, match=r"SERVICE is refused.*engine\.example") as caught:
        check(f"{prologue} ASK {{ SERVICE {service} {{ ?s ?p ?o }} }}",
              known_graphs=(), limits=DIALLING)  # fmt: skip
    assert "geweigerd" in caught.value.detail_nl


SERVICES = st.sampled_from([
    "SERVICE", "service", "SILENT", f"<{PLACE}>", "<urn:other>", "?x", "x:y", "{", "}", "(", ")",
    "#\n", "# {\n", " ", "\n", "'", "\"", "''", ".", "SERVICE.", "x:service", "\\u0053ERVICE", "<",
    "ASK", "SELECT *", "FILTER", "EXISTS", "GRAPH", "BIND", "?s ?p ?o",
])  # fmt: skip


@settings(max_examples=500)
@given(st.lists(SERVICES, max_size=40).map("".join))
def test_no_engine_finds_a_service_that_is_not_on_the_list(text: str) -> None:
    """After each SERVICE that an engine could see in what was let through stands the address."""
    query = "PREFIX x: <urn:x> ASK {" + text + "}"
    try:
        info = check(query, known_graphs=(), limits=DIALLING)
    except QueryRefusedError:
        return
    found = re.sub(r"'''.*?'''|\"[^\"\n]*\"|'[^'\n]*'|[?$]\w+|x:[\w.:]*", "", info.text)
    for rest in re.split(r"(?i)service", found)[1:]:
        assert re.match(rf"(?i)\s*(silent\s*)?<{re.escape(PLACE)}>\s*\{{", rest), query


@pytest.mark.parametrize(
    "query",
    [
        "DEFINE get:soft 'replace' SELECT * {}",
        "SELECT * { ?s bif:contains 'x' }",
        "PREFIX bif: <bif:> SELECT * { ?s bif:contains 'x' }",
        "PREFIX b: <bi> SELECT * { ?s b:f:contains 'x' }",
        "PREFIX : <> SELECT * { ?s :sql:f 'x' }",
        "SELECT * { ?s <bif:contains> 'x' }",
        "SELECT (<BIF:concat>('a') AS ?x) {}",
        "SELECT (<\\u0062if:concat>('a') AS ?x) {}",
        "BASE <bif:> SELECT * { ?s <contains> 'x' }",
        "SELECT (<sql:f>(1) AS ?x) {}",
        "SELECT * { ?s ?p ?o OPTION (TRANSITIVE) }",
        "SELECT * FROM <urn:x> OPTION (x) { ?s ?p ?o }",
        "SELECT * { `x` }",
    ],
)
def test_syntax_of_one_vendor_is_refused(query: str) -> None:
    with pytest.raises(QueryRefusedError):
        guard(query)


@pytest.mark.parametrize(
    ("query", "volatile"),
    [
        ("SELECT (RAND() AS ?x) {}", True), ("SELECT (now() AS ?x) {}", True),
        ("CONSTRUCT { ?s ?p _:x } {}", True), ("CONSTRUCT { [] ?p ?o } {}", True),
        ("CONSTRUCT { ?s ?p (1) } {}", True), ("CONSTRUCT { ?s ?p ?o {| ?a ?b |} } {}", True),
        ("ASK { [] ?p _:x }", False), ("ASK { ?s ?p 'NOW()' } # RAND()", False),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(?o > (1)) VALUES (?s) { (1) } }", False),
        ("DESCRIBE ?now { ?now ?p ?o }", False),
    ],
)  # fmt: skip
def test_what_may_be_another_answer_each_time_is_known(query: str, volatile: bool) -> None:
    assert guard(query).volatile is volatile


def test_messages_are_in_both_languages() -> None:
    for query in ("CLEAR ALL", "ASK { SERVICE ?x {} }", "ASK {", "niets", "ASK { x:y ?p ?o }"):
        with pytest.raises(QueryRefusedError) as caught:
            guard(query)
        assert caught.value.detail != caught.value.detail_nl
        assert caught.value.position is not None
