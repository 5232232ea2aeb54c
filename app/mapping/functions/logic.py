"""Functions that test and choose. What is not "true" is not true: an empty cell is neither."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.mapping.functions.model import Example, Function, Parameter
from app.mapping.functions.texts import (
    BOOL,
    IDLAB_BOOL,
    IDLAB_TEXT,
    STR,
    TEXT,
    VALUE,
    truth,
)

_VALUE2: Final = Parameter("grel:valueParameter2", "grel:valueParam2", also=("str2",))
_VALUE1: Final = Parameter(VALUE.name, VALUE.resource, also=("str1", "value"))
_ALL: Final = Parameter(STR.name, STR.resource, "all")
_TESTS: Final = Parameter("grel:param_rep_b", "grel:bool_array_b", "several")
_ANY: Final = "grel:output_any"


def _hold(groups: Sequence[Sequence[str]]) -> list[bool]:
    return ["true" in group for group in groups]


FUNCTIONS: Final = (
    Function(
        "idlab-fn:equal", (_VALUE1, _VALUE2), lambda a, b: truth(a == b), TEXT,
        nl="Of twee teksten gelijk zijn.", en="Whether two texts are equal.",
        example=Example(("Gent", "gent"), ["false"]), also=("equal",),
    ),
    Function(
        "idlab-fn:notEqual", (_VALUE1, _VALUE2), lambda a, b: truth(a != b), TEXT,
        nl="Of twee teksten verschillen.", en="Whether two texts differ.",
        example=Example(("Gent", "gent"), ["true"]), also=("notEqual",),
    ),
    Function(
        "idlab-fn:isNull", (_ALL,), lambda values: truth(not values), IDLAB_BOOL,
        nl="Of een cel leeg is.", en="Whether a cell is empty.",
        example=Example(([],), ["true"]),
    ),
    Function(
        "vijfster-fn:isNotNull", (_ALL,), lambda values: truth(bool(values)), IDLAB_BOOL,
        nl="Of een cel ingevuld is.", en="Whether a cell is filled in.",
        example=Example(("Gent",), ["true"]), also=("idlab-fn:isNotNull", "idlab-fn:notNull"),
    ),
    Function(
        "idlab-fn:listContainsElement",
        (Parameter("idlab-fn:list", "idlab-fn:_list", "several"), STR),
        lambda groups, text: truth(any(text in group for group in groups)), IDLAB_TEXT,
        nl="Of een tekst een van de waarden van een cel is.",
        en="Whether a text is one of the values of a cell.",
        example=Example((["Gent", "Aalst"], "Aalst"), ["true"]),
    ),
    Function(
        "grel:boolean_and", (_TESTS,), lambda groups: truth(all(_hold(groups))), BOOL,
        nl="Of alle voorwaarden waar zijn.", en="Whether all conditions are true.",
        example=Example(("true",), ["true"]), also=("grel:and",),
    ),
    Function(
        "grel:boolean_or", (_TESTS,), lambda groups: truth(any(_hold(groups))), BOOL,
        nl="Of een van de voorwaarden waar is.", en="Whether one of the conditions is true.",
        example=Example((["false", "true"],), ["true"]), also=("grel:or",),
    ),
    Function(
        "grel:boolean_not", (Parameter("grel:bool_b", "grel:param_b", "all"),),
        lambda values: truth("true" not in values), BOOL,
        nl="Of een voorwaarde niet waar is; van een lege cel is ze niet waar.",
        en="Whether a condition is not true; of an empty cell it is not true.",
        example=Example(("true",), ["false"]), also=("grel:not",),
    ),
    Function(
        "grel:controls_if",
        (Parameter("grel:bool_b", "grel:param_b", "all"),
         Parameter("grel:any_true", "grel:param_true", "all"),
         Parameter("grel:any_false", "grel:param_false", "all", default="")),
        lambda test, then, other: list(then if "true" in test else other), _ANY,
        nl="Geeft de ene waarde als een voorwaarde waar is, anders de andere of niets.",
        en="Gives one value if a condition is true, else the other one or nothing.",
        example=Example(("false", "ja", "nee"), ["nee"]), also=("grel:if",),
    ),
    Function(
        "grel:other_coalesce", (Parameter("grel:p_any_rep_e", "grel:param_any_rep_e", "several"),),
        lambda groups: list(next(filter(None, groups), [])), _ANY,
        nl="Geeft de eerste cel die niet leeg is.", en="Gives the first cell that is not empty.",
        example=Example(("Gent",), ["Gent"]), also=("grel:coalesce",),
    ),
    Function(
        "idlab-fn:trueCondition",
        (Parameter("idlab-fn:strBoolean", "idlab-fn:_strBoolean", "all"), _ALL),
        lambda test, values: list(values) if "true" in test else [], IDLAB_TEXT,
        nl="Geeft een waarde als een voorwaarde waar is, anders niets.",
        en="Gives a value if a condition is true, else nothing.",
        example=Example(("true", "Gent"), ["Gent"]),
    ),
    Function(
        "idlab-fn:decide",
        (STR, Parameter("idlab-fn:expectedStr", "idlab-fn:_expectedStr"),
         Parameter("idlab-fn:result", "idlab-fn:_result")),
        lambda text, expected, result: [result] if text == expected else [], IDLAB_TEXT,
        nl="Geeft een waarde als een tekst gelijk is aan een andere, anders niets.",
        en="Gives a value if a text equals another, else nothing.",
        example=Example(("J", "J", "ja"), ["ja"]),
    ),
)  # fmt: skip
