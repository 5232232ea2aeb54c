"""Functions of mappings, run on the values of a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import ProjectError
from app.mapping.functions.dates import belgian_date
from app.mapping.functions.evaluating import bind, evaluate
from app.mapping.functions.model import Function, FunctionError, Lookups, expand
from app.mapping.functions.numbers import number
from app.mapping.functions.registry import FUNCTIONS, NAMED
from app.mapping.functions.sources import ProjectLookups, files_of
from app.mapping.functions.texts import slug
from app.mapping.model import (
    Call,
    Condition,
    Join,
    Part,
    PredicateObject,
    TermMap,
    TriplesMap,
)
from app.mapping.model import Mapping as MappingFile
from app.rdf.lexical import is_valid
from app.rdf.terms import XSD
from app.vocabularies.codelists import CodeList
from app.vocabularies.lists import AuthorityList, Code, Lists

NOTHING: Sequence[str] = ()


def call(name: str, *arguments: str | Part | Call | tuple[Part, ...]) -> Call:
    """Return a call with arguments in the order of the parameters; a text is fixed."""
    function = NAMED[expand(name)]
    parameters = list(function.parameters)
    # what may be given several times takes what is left over
    while len(parameters) < len(arguments):
        parameters.append(next(item for item in parameters if item.takes == "several"))
    made = []
    for parameter, given_ in zip(parameters, arguments, strict=False):
        parts = given_ if isinstance(given_, tuple) else (_part(given_),)
        made.append((parameter.iri, parts))
    return Call(function.iri, tuple(made))


def _part(given_: str | Part | Call) -> Part:
    if isinstance(given_, Call):
        return Part("", call=given_)
    return Part(given_) if isinstance(given_, str) else given_


def col(name: str) -> Part:
    return Part(name, column=True)


def concept(label_nl: str, label_en: str = "") -> dict[str, str]:
    return {"label_nl": label_nl, "label_en": label_en}


@pytest.fixture
def lookups(tmp_path: Path) -> Lookups:
    (tmp_path / "gemeenten.csv").write_text(
        "postcode;naam\n9000;Gent\n9300;Aalst\n", encoding="utf-8-sig"
    )
    lists = {
        "soorten": CodeList("soorten", {}, {
            "brug": concept("Houten brug", "Wooden bridge"),
            "oproep": concept("Oproep", "Call"), "andere-a": concept("Andere", "Other"),
            "andere-b": concept("Andere", "Other"),
        }),
    }  # fmt: skip
    start = "http://list.test/language/"
    languages = AuthorityList(
        "language", ("http://list.test/language",), (start,), {}, True,
        [Code(f"{start}NLD", "", {"nl": "Nederlands", "en": "Dutch"})],
    )  # fmt: skip
    held = Lists({"http://list.test/language": languages})
    return ProjectLookups(tmp_path, tmp_path, code_lists=lists, lists=lambda: held,
                          base="https://stad.test/")  # fmt: skip


def run(name: str, *arguments: str | Part | Call, **values: Sequence[str]) -> list[str]:
    return evaluate(call(name, *arguments), values)


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda item: item.name)
def test_the_example_of_each_function_is_true(function: Function, lookups: Lookups) -> None:
    values: dict[str, Sequence[str]] = {}
    arguments = []
    for number_, (parameter, given_) in enumerate(
        zip(function.parameters, function.example.arguments, strict=False)
    ):
        values[str(number_)] = [given_] if isinstance(given_, str) else given_
        arguments.append((parameter.iri, (col(str(number_)),)))
    made = evaluate(Call(function.iri, tuple(arguments)), values, lookups)
    assert made == list(function.example.gives)


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda item: item.name)
def test_an_empty_row_never_breaks_a_function(function: Function, lookups: Lookups) -> None:
    arguments = tuple((item.iri, (col("a"),)) for item in function.parameters if item.required)
    made = evaluate(Call(function.iri, arguments), {"a": NOTHING}, lookups)
    says_of_empty = {"idlab-fn:isNull": ["true"], "grel:boolean_not": ["true"],
                     "vijfster-fn:isNotNull": ["false"], "grel:boolean_or": ["false"],
                     "grel:boolean_and": ["false"]}  # fmt: skip
    assert made == says_of_empty.get(function.name, [])


def test_names_are_of_one_function_each() -> None:
    names = [name for function in FUNCTIONS.values() for name in (function.name, *function.also)]
    assert len(names) == len(set(names))
    with pytest.raises(TypeError):
        NAMED["x"] = NAMED["equal"]  # type: ignore[index]


def test_a_function_over_an_empty_cell_gives_nothing() -> None:
    assert run("grel:toUpperCase", col("a"), a=[]) == []
    assert run("grel:string_trim", "  ") == []


def test_a_function_is_called_for_every_combination_of_items() -> None:
    found = run("grel:string_startsWith", col("a"), col("b"), a=["Gent", "Aalst"], b=["G", "A"])
    assert found == ["true", "false", "false", "true"]


def test_functions_nest_and_stand_within_templates() -> None:
    inner = call("grel:string_split", col("a"), ";")
    upper = call("grel:toUpperCase", (Part("x-"), Part("", call=inner)))
    assert upper.columns == ("a",)
    bound = bind(upper)
    assert bound({"a": ["een;twee"]}) == ["X-EEN", "X-TWEE"]
    assert bound({"a": []}) == []


def test_a_row_may_not_ask_for_endless_work() -> None:
    many = [str(item) for item in range(200)]
    with pytest.raises(FunctionError) as caught:
        run("grel:string_startsWith", col("a"), col("a"), a=many)
    assert "40000" in caught.value.nl[0]
    assert "40000" in caught.value.en[0]


def test_a_row_may_not_ask_for_endless_text() -> None:
    text = (col("a"),) * 20
    with pytest.raises(FunctionError, match="1000000"):
        evaluate(call("grel:toUpperCase", text), {"a": ["x" * 60_000]})
    with pytest.raises(FunctionError, match="too long"):
        run("grel:string_replace", "a" * 2_000, "a", "b" * 2_000)
    with pytest.raises(FunctionError, match="too long"):
        run("grel:string_replace", "a" * 2_000, "/a/", "$0" * 1_000)


@pytest.mark.parametrize(("text", "upper", "lower"), [
    ("ijs", "IJS", "ijs"), ("Istanbul", "ISTANBUL", "istanbul"), ("ß", "SS", "ß"),
    # no language: a dot is not lost, nor given
    ("İ", "İ", "i̇"), ("ı", "I", "ı"),
    # a combining sign stays with its letter; beyond the basic plane there is case too
    ("e\u0301", "E\u0301", "e\u0301"), ("𐐨", "𐐀", "𐐨"), ("日本", "日本", "日本"),
])  # fmt: skip
def test_case(text: str, upper: str, lower: str) -> None:
    assert run("grel:toUpperCase", text) == [upper]
    assert run("grel:toLowerCase", text) == [lower]


@pytest.mark.parametrize(("text", "title"), [
    ("de stad GENT", "De Stad Gent"), ("ijzer", "IJzer"), ("a  b", "A  B"), ("ﬁjn", "Fijn"),
    ("élan", "Élan"), ("𐐨𐐨", "𐐀𐐨"),
])  # fmt: skip
def test_title_case(text: str, title: str) -> None:
    assert run("grel:toTitleCase", text) == [title]


def test_spaces_of_all_kinds_are_trimmed() -> None:
    assert run("grel:trim", "\u00a0\t Gent\u202f\n") == ["Gent"]


@pytest.mark.parametrize(("text", "find", "put", "out"), [
    ("a.b.c", ".", "-", "a-b-c"), ("a.b", "/./", "-", "---"), ("abc", "", "x", "abc"),
    ("12-34", "/([0-9]+)-([0-9]+)/", "$2-$1$9", "34-12$9"), ("a/b", "/", "|", "a|b"),
    ("𝒳y", "/./", "*", "**"), ("a", "a", r"\1", r"\1"), ("ab", "/(a)|(b)/", "<$1>", "<a><>"),
])  # fmt: skip
def test_replacing(text: str, find: str, put: str, out: str) -> None:
    assert run("grel:replace", text, find, put) == [out]


def test_splitting() -> None:
    assert run("grel:split", "a, b,,c ", ",") == ["a", "b", "c"]
    assert run("grel:split", "a, b;c", "/[,;]/") == ["a", "b", "c"]
    assert run("grel:split", "a, b;c", "/(,|;)/") == ["a", "b", "c"]
    assert run("grel:split", "abc", "") == ["abc"]
    assert run("grel:split", ",,", ",") == []


def test_the_groups_of_a_pattern() -> None:
    assert run("grel:match", "9000 Gent", "/([0-9]+) (.*)/") == ["9000", "Gent"]
    assert run("grel:match", "Gent", "/([0-9]+)/") == []
    assert run("grel:match", "Gent", "(G)(x)?ent") == ["G"]


def test_parts_of_a_text() -> None:
    assert run("grel:substring", "Gent", "1") == ["ent"]
    assert run("grel:substring", "Gent", "-2") == ["nt"]
    assert run("grel:substring", "Gent", "0", "9") == ["Gent"]
    assert run("grel:substring", "𝒳yz", "1", "2") == ["y"]
    assert run("grel:length", "𝒳e\u0301") == ["3"]
    with pytest.raises(FunctionError, match="whole number"):
        run("grel:substring", "Gent", "een")


@pytest.mark.parametrize("pattern", [
    "/(?=a)b/", r"/(a)\1/", "/[/", "/a{2,1}/", "/(" + "a" * 30_000 + ")/", "/((a{1000}){1000})/",
])  # fmt: skip
def test_patterns_that_no_engine_runs_in_bounded_time_are_refused(pattern: str) -> None:
    with pytest.raises(FunctionError) as caught:
        run("grel:replace", "a" * 60 + "!", pattern, "")
    assert caught.value.code == "function-pattern"
    assert "patroon" in caught.value.nl[0]


@pytest.mark.parametrize("pattern", ["/(a+)+$/", "/(a|a)*b/", "/(.*)(.*)(.*)(.*)=x/",
                                     "/(a?){40}a{40}b/"])  # fmt: skip
def test_patterns_that_would_keep_another_engine_busy_are_run(pattern: str) -> None:
    assert run("grel:replace", "a" * 4_000 + "!", pattern, "") == ["a" * 4_000 + "!"]
    assert run("grel:match", "a" * 4_000 + "!", pattern) == []
    assert run("grel:split", "a" * 4_000 + "!", pattern) == ["a" * 4_000 + "!"]


def test_a_pattern_does_not_search_a_very_long_text() -> None:
    with pytest.raises(FunctionError, match="5001"):
        run("grel:replace", "a" * 5_001, "/b/", "")
    assert run("grel:replace", "a" * 5_001, "b", "") == ["a" * 5_001]


@pytest.mark.parametrize(("text", "out"), [
    ("Café de Æolus", "cafe-de-aeolus"), ("  a--b  ", "a-b"), ("Łódź", "lodz"), ("ĳs", "ijs"),
    ("İstanbul", "istanbul"), ("Straße_1", "strasse-1"), ("東京", "東京"), ("e\u0301", "e"),
    ("½ dag", "1-2-dag"), ("a\u200db", "a-b"),
])  # fmt: skip
def test_slugs(text: str, out: str) -> None:
    assert slug(text) == [out]


@given(st.text(max_size=30))
def test_a_slug_of_a_slug_is_itself(text: str) -> None:
    try:
        made = slug(text)
    except FunctionError:
        return
    assert slug(made[0]) == made


def test_a_slug_of_nothing_is_refused() -> None:
    with pytest.raises(FunctionError, match="left for an address"):
        slug("!!!")


@pytest.mark.parametrize(("mode", "out"), [
    ("html", "&lt;a&gt; &amp; &quot;é&quot;"), ("xml", "&lt;a&gt; &amp; &quot;é&quot;"),
    ("csv", '"<a> & ""é"""'), ("url", "%3Ca%3E%20%26%20%22%C3%A9%22"),
])  # fmt: skip
def test_escaping(mode: str, out: str) -> None:
    assert run("grel:escape", '<a> & "é"', mode) == [out]
    assert run("grel:escape", "Gent", mode) == ["Gent"]


def test_half_a_character_can_be_escaped_and_hashed() -> None:
    assert run("grel:escape", "\ud800", "url") == ["%3F"]
    assert len(run("grel:md5", "\ud800")[0]) == 32


@pytest.mark.parametrize("mode", ["javascript", "HTML", ""])
def test_other_ways_to_escape_are_refused(mode: str) -> None:
    with pytest.raises(FunctionError, match="way to write"):
        run("grel:escape", "a", mode)


@pytest.mark.parametrize(("text", "out"), [
    ("31/12/2020", "2020-12-31"), ("31-12-2020", "2020-12-31"), ("31.12.2020", "2020-12-31"),
    ("1/2/2020", "2020-02-01"), ("2020-12-31", "2020-12-31"), ("2020/1/5", "2020-01-05"),
    ("1 januari 2020", "2020-01-01"), ("1  mrt. 2020", "2020-03-01"),
    ("1er août 2020", "2020-08-01"), ("3. März 2021", "2021-03-03"), ("29/2/2020", "2020-02-29"),
    ("31/12/2020 00:00:00", "2020-12-31"), ("2020-12-31T00:00:00.000", "2020-12-31"),
    (" 2 DECEMBER 2020 ", "2020-12-02"),
])  # fmt: skip
def test_dates_as_belgians_write_them(text: str, out: str) -> None:
    assert run("grel:toDate", text) == [out]


@pytest.mark.parametrize(("text", "why"), [
    ("1/2/20", "two digits"), ("31.12.20", "two digits"), ("12/31/2020", "wrong way round"),
    ("31/02/2020", "no such day"), ("29/2/2021", "no such day"), ("0/1/2020", "no such day"),
    ("32/13/2020", "no such day"), ("1 foo 2020", "not a month"), ("44196", "Excel"),
    ("31/12-2020", "form"), ("2020", "a year only"), ("n.v.t.", "there is none"),
    ("12/2020", "form"), ("morgen", "form"),
    ("20201231", "form"), ("31/12/2020 10:30", "form"), ("１/２/２０２０", "form"),
    ("1/1/0000", "the year is 0000"), ("1/1/0202", "the year is 0202"),
])  # fmt: skip
def test_dates_that_are_none_or_not_certain(text: str, why: str) -> None:
    with pytest.raises(FunctionError) as caught:
        run("grel:toDate", text)
    assert why in caught.value.en[0]
    assert caught.value.nl[0] != caught.value.en[0]


@given(st.dates(min_value=dt.date(1000, 1, 1)), st.sampled_from("/.-"))
def test_every_day_is_read_in_either_order(day: dt.date, sign: str) -> None:
    year = f"{day.year:04}"
    assert belgian_date(f"{day.day}{sign}{day.month}{sign}{year}") == day.isoformat()
    assert belgian_date(f"{year}{sign}{day.month}{sign}{day.day}") == day.isoformat()


@given(st.text(alphabet="0123456789/-. ajnurimeT:", max_size=20))
def test_what_is_read_as_a_date_is_one(text: str) -> None:
    try:
        assert is_valid(belgian_date(text), XSD + "date")
    except FunctionError:
        return


@pytest.mark.parametrize(("text", "pattern", "out"), [
    ("31.12.2020", "dd.MM.yyyy", "2020-12-31"), ("12/31/2020", "MM/dd/yyyy", "2020-12-31"),
    ("20201231", "yyyyMMdd", "2020-12-31"), ("31/12/20", "d/M/yy", "2020-12-31"),
    ("de 3 mei 2020", "'de' d MMMM uuuu", "2020-05-03"), ("3 sept. 2020", "d MMM y" + "yyy",
                                                          "2020-09-03"),
])  # fmt: skip
def test_dates_in_a_given_form(text: str, pattern: str, out: str) -> None:
    assert run("idlab-fn:normalizeDate", text, pattern) == [out]
    assert run("grel:toDate", text, pattern) == [out]


def test_dates_in_another_form_than_given() -> None:
    with pytest.raises(FunctionError, match=r"dd\.MM\.yyyy"):
        run("grel:toDate", "31/12/2020", "dd.MM.yyyy")
    with pytest.raises(FunctionError, match="not a month"):
        run("idlab-fn:normalizeDateWithLang", "1 mai 2020", "d MMMM yyyy", "nl")
    with pytest.raises(FunctionError, match="no such time"):
        run("idlab-fn:normalizeDateTime", "1/1/2020 25:00", "d/M/yyyy H:mm")


@pytest.mark.parametrize("pattern", ["dd.MM", "dd.MM.yyyy yy", "QQ", "d/M/yyyyy", "hh d M yyyy"])
def test_forms_of_dates_that_are_none(pattern: str) -> None:
    with pytest.raises(FunctionError, match="not a form"):
        run("grel:toDate", "1/1/2020", pattern)


@pytest.mark.parametrize(("text", "out"), [
    ("1.234,56", "1234.56"), ("1234,50", "1234.50"), ("1 234 567", "1234567"), ("-0,5", "-0.5"),
    ("+3", "3"), ("1\u202f234,5", "1234.5"), ("−2", "-2"), ("007", "7"), ("1.234", "1234"),
    ("0,000", "0.000"), ("1'234", "1234"), ("€ 2.300,50", "2300.50"), ("1500 EUR", "1500"),
    ("€ -5", "-5"), ("12,-", "12"),
])  # fmt: skip
def test_numbers_as_belgians_write_them(text: str, out: str) -> None:
    assert run("vijfster-fn:number", text) == [out]


@pytest.mark.parametrize("text", [
    "12.34", "1.23.456", "1,2,3", "$ 5", "€ € 5", "5%", "1S234", "een", "1e5", "1.234 567", "NaN",
    "١٢", ",5", "5,", "1..234", "-",
])  # fmt: skip
def test_numbers_that_are_none(text: str) -> None:
    with pytest.raises(FunctionError) as caught:
        run("vijfster-fn:number", text)
    assert "1.234,56" in caught.value.nl[0]


@pytest.mark.parametrize("text", ["n.v.t.", "Onbekend", "-"])
def test_a_word_for_nothing_is_told_to_be_left_out(text: str) -> None:
    with pytest.raises(FunctionError) as caught:
        run("vijfster-fn:number", text)
    assert "maak de cel leeg" in caught.value.nl[1]


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-10**9,
                   max_value=10**9))  # fmt: skip
def test_numbers_read_what_was_written(value: object) -> None:
    english = f"{value:,}"
    belgian = english.translate(str.maketrans(",.", ".,"))
    (made,) = number(belgian, ",")
    assert made == english.replace(",", "") == number(english, ".")[0]
    assert is_valid(made, XSD + "decimal")


def test_english_numbers() -> None:
    assert run("vijfster-fn:number", "1,234.5", ".") == ["1234.5"]
    with pytest.raises(FunctionError, match="before decimals"):
        run("vijfster-fn:number", "1", ";")
    with pytest.raises(FunctionError, match=r"1234\.56"):
        run("grel:toNumber", "1.234,56")


def test_conditions_know_empty_cells() -> None:
    starts = call("grel:startsWith", col("a"), "G")
    assert run("grel:and", starts, "true", a=["Gent"]) == ["true"]
    assert run("grel:and", starts, "true", a=[]) == ["false"]
    assert run("grel:or", starts, "false", a=["Aalst", "Gent"]) == ["true"]
    assert run("grel:not", starts, a=[]) == ["true"]
    assert run("grel:if", starts, "ja", "nee", a=[]) == ["nee"]
    assert run("grel:if", starts, "ja", a=[]) == []
    assert run("grel:if", starts, col("b"), a=["Gent"], b=["x", "y"]) == ["x", "y"]
    assert run("idlab-fn:trueCondition", starts, col("a"), a=["Gent"]) == ["Gent"]
    assert run("idlab-fn:trueCondition", starts, col("a"), a=["Aalst"]) == []
    assert run("idlab-fn:isNull", call("grel:trim", col("a")), a=["  "]) == ["true"]
    assert run("idlab-fn:equal", col("a"), "", a=[]) == []


def test_the_first_that_is_filled_in() -> None:
    assert run("grel:coalesce", col("a"), col("b"), "-", a=[], b=["x", "y"]) == ["x", "y"]
    assert run("grel:coalesce", col("a"), "-", a=[]) == ["-"]


def test_joining_and_listing() -> None:
    join = Call(expand("grel:array_join"), (
        (expand("grel:p_array_a"), (col("a"),)), (expand("grel:p_array_a"), (col("b"),)),
        (expand("grel:p_string_sep"), (Part(", "),)),
    ))  # fmt: skip
    assert evaluate(join, {"a": ["x"], "b": ["y", "z"]}) == ["x, y, z"]
    assert evaluate(join, {"a": [], "b": ["y"]}) == ["y"]
    assert evaluate(join, {"a": [], "b": []}) == []
    assert run("idlab-fn:concat", col("a"), col("b"), a=["x"], b=[]) == []
    assert run("idlab-fn:stringContainsOtherString", "Gent", "en") == ["true"]
    assert run("idlab-fn:stringContainsOtherString", "Gent,Aalst", "en", ",") == ["false"]


def test_pairs() -> None:
    made = call("vijfster-fn:translate", col("a"), "J=ja", "N = nee=niet")
    assert evaluate(made, {"a": ["N"]}) == ["nee=niet"]
    with pytest.raises(FunctionError) as caught:
        evaluate(made, {"a": ["X"]})
    assert "J, N" in caught.value.nl[1]
    with pytest.raises(FunctionError, match="not a pair"):
        run("vijfster-fn:translate", "J", "ja")


@pytest.mark.parametrize(("text", "code"), [
    ("brug", "brug"), ("HOUTEN  brug", "brug"), ("Call", "oproep"),
    (" oproep ", "oproep"), ("https://stad.test/id/concept/soorten/oproep", "oproep"),
    ("andere-a", "andere-a"),
])  # fmt: skip
def test_a_code_by_any_of_its_names(text: str, code: str, lookups: Lookups) -> None:
    assert evaluate(call("vijfster-fn:code", col("a"), "soorten"), {"a": [text]}, lookups) == [code]
    made = call("vijfster-fn:concept", col("a"), "https://stad.test/id/conceptscheme/soorten")
    assert evaluate(made, {"a": [text]}, lookups) == [
        f"https://stad.test/id/concept/soorten/{code}"
    ]


def test_a_code_of_a_list_of_others(lookups: Lookups) -> None:
    for scheme in ("language", "http://list.test/language"):
        made = call("vijfster-fn:concept", col("a"), scheme)
        assert evaluate(made, {"a": ["dutch"]}, lookups) == ["http://list.test/language/NLD"]
        made = call("vijfster-fn:code", col("a"), scheme)
        assert evaluate(made, {"a": ["nederlands"]}, lookups) == ["NLD"]


@pytest.mark.parametrize(("text", "hint"), [
    ("Houten brog", 'Misschien is bedoeld: "Houten brug"'), ("Oproepp", '"Oproep"'),
    ("iets anders", "Kies uit: Houten brug, "), ("andere", "andere-a, andere-b"),
    ("", "Kies uit: "), ("houten", 'bedoeld: "Houten brug"'),
])  # fmt: skip
def test_a_name_that_no_code_has(text: str, hint: str, lookups: Lookups) -> None:
    made = call("vijfster-fn:code", text, "soorten")
    with pytest.raises(FunctionError) as caught:
        evaluate(made, {}, lookups)
    assert hint in " ".join(caught.value.nl)
    assert "http" not in " ".join(caught.value.nl)


def test_a_code_list_that_is_not_there(lookups: Lookups) -> None:
    with pytest.raises(ProjectError) as caught:
        evaluate(call("vijfster-fn:code", "x", "soorte"), {}, lookups)
    assert "soorten" in caught.value.detail_nl
    with pytest.raises(FunctionError, match="nothing to look up"):
        evaluate(call("vijfster-fn:code", "x", "soorten"), {})


def looked_up(lookups: Lookups, *arguments: str) -> list[str]:
    return evaluate(call("idlab-fn:lookup", *arguments), {}, lookups)


def test_a_value_of_a_csv_file(lookups: Lookups) -> None:
    assert looked_up(lookups, "9300", "gemeenten.csv", "postcode", "naam") == ["Aalst"]
    assert looked_up(lookups, "Gent", "gemeenten.csv", "1", "0") == ["9000"]
    with pytest.raises(FunctionError) as caught:
        looked_up(lookups, "9301", "gemeenten.csv", "postcode", "naam")
    assert '"9300"' in caught.value.nl[1]


@pytest.mark.parametrize(("file", "column", "says"), [
    ("../elders.csv", "a", "CSV-bestand van het project"),
    ("/etc/hostname", "a", "CSV-bestand van het project"), ("weg.csv", "a", "gelezen"),
    ("gemeenten.csv", "nam", "naam"), ("gemeenten.csv", "7", "geen kolom"), ("\0.csv", "a", "."),
    ("leeg.csv", "a", "geen kolom"), ("latijn.csv", "a", "gelezen"), ("dubbel.csv", "b", "twee"),
])  # fmt: skip
def test_a_file_that_is_not_right(
    file: str, column: str, says: str, lookups: Lookups, tmp_path: Path
) -> None:
    (tmp_path / "leeg.csv").write_bytes(b"")
    (tmp_path / "latijn.csv").write_bytes(b"a;b\n\xe9;\xe9\n")
    (tmp_path / "dubbel.csv").write_text("a,b\nx,1\nx,2\n", encoding="utf-8")
    key = {"gemeenten.csv": "postcode"}.get(file, "a")
    with pytest.raises(ProjectError) as caught:
        looked_up(lookups, "x", file, key, column)
    assert says in caught.value.detail_nl


def test_the_files_that_functions_look_things_up_in(tmp_path: Path) -> None:
    def lookup(file: str) -> Part:
        return _part(call("idlab-fn:lookup", col("a"), f"../data/{file}", "x", "y"))

    def term(file: str) -> TermMap:
        return TermMap((_part(call("grel:trim", (Part("x"), lookup(file)))),), iri=False)

    test = call("grel:startsWith", lookup("6.csv"), "x")
    there = Join(tmp_path, term("4.csv"), (("a", "b"),))
    rule = PredicateObject(("p",), (term("1.csv"), term("1.csv")), (test,), (there,),
                           (term("5.csv"),))  # fmt: skip
    triples_map = TriplesMap("x", tmp_path, term("2.csv"), (rule,), (Condition("a", "b"), test),
                             graphs=(term("3.csv"),))  # fmt: skip
    mapping = MappingFile(tmp_path / "mappings" / "m.yml", (triples_map,))
    assert files_of(mapping) == {tmp_path / "data" / f"{n}.csv" for n in range(1, 7)}


def test_a_name_is_not_sought_among_very_many(tmp_path: Path) -> None:
    rows = "".join(f"sleutel{n},{n}\n" for n in range(6_000))
    (tmp_path / "t.csv").write_text(f"a,b\n{rows}", encoding="utf-8")
    many = ProjectLookups(tmp_path, tmp_path)
    assert looked_up(many, "sleutel5999", "t.csv", "a", "b") == ["5999"]
    with pytest.raises(FunctionError) as caught:
        looked_up(many, "sleutel6000", "t.csv", "a", "b")
    assert "sleutel1" not in caught.value.nl[1]


def test_a_function_says_what_is_wrong_in_both_languages() -> None:
    bad: Mapping[str, tuple[str, ...]] = {
        "grel:toDate": ("x",), "vijfster-fn:number": ("x",), "idlab-fn:slugify": ("!",),
        "grel:substring": ("x", "y"), "vijfster-fn:translate": ("x", "y=z"),
    }  # fmt: skip
    for name, arguments in bad.items():
        with pytest.raises(FunctionError) as caught:
            run(name, *arguments)
        texts = [*caught.value.nl, *caught.value.en]
        assert all(text.endswith(".") for text in texts)
        assert len(set(texts)) == 4
