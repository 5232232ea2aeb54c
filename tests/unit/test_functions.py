"""Functions of mappings, run on the values of a row."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.mapping.functions.evaluating import bind, evaluate
from app.mapping.functions.model import Function, FunctionError, expand
from app.mapping.functions.registry import FUNCTIONS
from app.mapping.model import Call, Part


def call(name: str, *arguments: str | Part | Call | tuple[Part, ...]) -> Call:
    """Return a call with arguments in the order of the parameters; a text is fixed."""
    function = FUNCTIONS[expand(name)]
    made = []
    for parameter, given in zip(function.parameters, arguments, strict=False):
        parts = given if isinstance(given, tuple) else (_part(given),)
        made.append((parameter.iri, parts))
    return Call(function.iri, tuple(made))


def _part(given: str | Part | Call) -> Part:
    if isinstance(given, Call):
        return Part("", call=given)
    return Part(given) if isinstance(given, str) else given


def col(name: str) -> Part:
    return Part(name, column=True)


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda item: item.name)
def test_the_example_of_each_function_is_true(function: Function) -> None:
    values: dict[str, Sequence[str]] = {}
    arguments = []
    for number, (parameter, given) in enumerate(
        zip(function.parameters, function.example.arguments, strict=False)
    ):
        values[str(number)] = [given] if isinstance(given, str) else given
        arguments.append((parameter.iri, (col(str(number)),)))
    made = evaluate(Call(function.iri, tuple(arguments)), values)
    assert made == list(function.example.gives)


def test_a_function_over_an_empty_cell_gives_nothing() -> None:
    assert evaluate(call("grel:toUpperCase", col("a")), {"a": []}) == []
    assert evaluate(call("grel:string_trim", "  "), {}) == []


def test_a_function_is_called_for_every_combination_of_items() -> None:
    made = call("grel:string_startsWith", col("a"), col("b"))
    found = evaluate(made, {"a": ["Gent", "Aalst"], "b": ["G", "A"]})
    assert found == ["true", "false", "false", "true"]


def test_functions_nest_and_stand_within_templates() -> None:
    inner = call("grel:string_split", col("a"), ";")
    upper = call("grel:toUpperCase", (Part("x-"), Part("", call=inner)))
    assert upper.columns == ("a",)
    run = bind(upper)
    assert run({"a": ["een;twee"]}) == ["X-EEN", "X-TWEE"]
    assert run({"a": []}) == []


def test_a_row_may_not_ask_for_endless_work() -> None:
    many = [str(number) for number in range(200)]
    with pytest.raises(FunctionError) as caught:
        evaluate(call("grel:string_startsWith", col("a"), col("a")), {"a": many})
    assert "40000" in caught.value.nl[0]
    assert "40000" in caught.value.en[0]


def test_a_row_may_not_ask_for_endless_text() -> None:
    text = (col("a"),) * 20
    with pytest.raises(FunctionError, match="1000000"):
        evaluate(call("grel:toUpperCase", text), {"a": ["x" * 60_000]})
