"""Fields of a Table Schema (Data Package v2) as typed values; what we cannot check is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.errors import ProjectError
from app.rdf.xpath_regex import review
from app.tables.forms import DATED, STRING_FORMATS, Options, check_pattern, form
from app.tables.rules import MaximumWhere, Rule, read_rules

TYPES: Final = frozenset(
    {"string", "integer", "number", "boolean", "date", "datetime", "time", "year", "yearmonth",
     "list", "any"}
)  # fmt: skip
_ITEM_TYPES: Final = TYPES - {"list", "any"}
_NUMERIC: Final = frozenset({"integer", "number", "year"})
_UNBOUNDED: Final = frozenset(
    {"pattern-catastrophic", "pattern-too-large", "pattern-look-around", "pattern-back-reference",
     "pattern-group"}
)  # fmt: skip
_LIMITS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_LENGTHS: Final = ("minLength", "maxLength")
_CONSTRAINTS: Final = {"required", "unique", "enum", "pattern", *_LIMITS, *_LENGTHS}
# what a field says of its values, and the types it is for
_OPTIONS: Final[Mapping[str, frozenset[str]]] = {
    "trueValues": frozenset({"boolean"}), "falseValues": frozenset({"boolean"}),
    "decimalChar": frozenset({"number"}), "groupChar": frozenset({"number", "integer"}),
    "bareNumber": frozenset({"number", "integer"}),
    # of the standard, and not supported for any type
    "categories": frozenset(), "categoriesOrdered": frozenset(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """Where to look for a column's identifiers: a list by its name, and the columns to compare."""

    list: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its type, its constraints and, of ours, its code list and its identifiers.

    Limits are numbers or, of dates and times, text in lexical form; `missing` are the texts that
    stand for no value, the empty one always among them.
    """

    name: str
    type: str = "string"
    title: Mapping[str, str] = field(default_factory=dict)
    # what the column is for, in nl and en; empty where the descriptor does not say
    description: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    required: bool = False
    unique: bool = False
    enum: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    minimum: float | str | None = None
    maximum: float | str | None = None
    exclusive_minimum: float | str | None = None
    exclusive_maximum: float | str | None = None
    min_length: int | None = None
    max_length: int | None = None
    delimiter: str = ""
    item_type: str = "string"
    options: Options = field(default_factory=Options)
    missing: frozenset[str] = frozenset({""})
    code_list: str = ""
    match: Match | None = None
    # whether an empty cell is a silence worth telling; not so for what a curator adds, or a limit
    stated: bool = True
    rules: tuple[Rule, ...] = ()

    @property
    def kind(self) -> str:
        """The type of one value: of a list that of its items."""
        return self.item_type if self.delimiter else self.type


def items(field: Field, cell: str) -> list[str]:
    """Return the values of a cell: none if empty, the trimmed items of a list, else itself."""
    if not cell:
        return []
    if not field.delimiter:
        return [cell]
    return [item.strip() for item in cell.split(field.delimiter)]


def read_missing(values: Any, where: str) -> frozenset[str]:
    """Return the texts of `missingValues`, trimmed as cells are.

    Raises:
        ProjectError: It is no list of texts, or of members with a text as `value`.
    """
    texts = [item.get("value") if isinstance(item, dict) else item for item in values]
    found = [text.strip() for text in texts if isinstance(text, str)]
    if isinstance(values, str) or len(found) < len(texts):
        raise ProjectError("missingValues is a list of texts", where=where,
                           nl="missingValues is een lijst van teksten")  # fmt: skip
    return frozenset({"", *found})


def read_field(item: Mapping[str, Any], missing: frozenset[str], where: str) -> Field:
    """Return a field from its descriptor; `missing` are the table's missing values.

    Raises:
        ProjectError: It says something that is wrong, or that we cannot check.
    """
    name, kind = str(item.get("name", "")), str(item.get("type", "string"))
    where = f"{where} field {name!r}"
    constraints = item.get("constraints", {})
    item_type = str(item.get("itemType", "string"))
    if not name or kind not in TYPES:
        raise ProjectError(f"needs a name and a type of {sorted(TYPES)}", where=where)
    if kind == "list" and item_type not in _ITEM_TYPES:
        raise ProjectError(f"itemType is one of {sorted(_ITEM_TYPES)}", where=where,
                           nl=f"itemType is een van {sorted(_ITEM_TYPES)}")  # fmt: skip
    unknown = set(constraints) - _CONSTRAINTS
    if unknown:
        raise ProjectError(f"constraints not supported: {sorted(unknown)}", where=where)
    rules = read_rules(item, where)
    of_values = item_type if kind == "list" else kind
    if of_values not in _NUMERIC and any(isinstance(rule, MaximumWhere) for rule in rules):
        raise ProjectError("maximumWhere is for numbers", where=where,
                           nl="maximumWhere is voor getallen")  # fmt: skip
    options = _options(item, kind, where)
    limits = {name: _limit(name, constraints.get(name), of_values, options, where)
              for name in _LIMITS}  # fmt: skip
    lengths = {name: _length(name, constraints.get(name), kind, where) for name in _LENGTHS}
    return Field(
        name=name,
        type=kind,
        title=in_both(item, "title", name),
        description=in_both(item, "description"),
        example=_text(item.get("example", "")),
        required=bool(constraints.get("required", False)),
        unique=bool(constraints.get("unique", False)),
        enum=tuple(_text(value) for value in constraints.get("enum", ())),
        pattern=_pattern(constraints["pattern"], where) if "pattern" in constraints else None,
        minimum=limits["minimum"],
        maximum=limits["maximum"],
        exclusive_minimum=limits["exclusiveMinimum"],
        exclusive_maximum=limits["exclusiveMaximum"],
        min_length=lengths["minLength"],
        max_length=lengths["maxLength"],
        delimiter=str(item.get("delimiter", ",")) if kind == "list" else "",
        item_type=item_type,
        options=options,
        missing=read_missing(item["missingValues"], where) if "missingValues" in item else missing,
        code_list=str(item.get("codeList", "")),
        match=_match(item["match"], where) if "match" in item else None,
        stated=item.get("stated", True) is not False,
        rules=rules,
    )


def in_both(item: Mapping[str, Any], key: str, default: str = "") -> dict[str, str]:
    """Return a text of a descriptor in nl and en; one that stands alone counts for both."""
    nl = str(item.get(key, default))
    return {"nl": nl, "en": str(item.get(f"{key}_en", default or nl))}


def _text(value: Any) -> str:
    # a boolean of JSON is written so, and not as Python does
    return str(value).lower() if isinstance(value, bool) else str(value)


def _options(item: Mapping[str, Any], kind: str, where: str) -> Options:
    wrong = [name for name, kinds in _OPTIONS.items() if name in item and kind not in kinds]
    if wrong:
        raise ProjectError(f"not supported on a {kind}: {wrong}", where=where,
                           nl=f"niet ondersteund bij {kind}: {wrong}")  # fmt: skip
    form = str(item.get("format", "default"))
    known = {"default"} | (STRING_FORMATS if kind == "string" else set())
    known |= {"any"} if kind in DATED else set()
    if kind in DATED and form.startswith("%"):
        try:
            check_pattern(kind, form)
        except ValueError as error:
            raise _no_format(form, "%Y %y %m %d %H %M %S %f %z", where) from error
    elif form not in known:
        raise _no_format(form, ", ".join(sorted(known)), where)
    options = Options(
        format=form,
        true_values=tuple(map(_text, item.get("trueValues", ["true"]))),
        false_values=tuple(map(_text, item.get("falseValues", ["false"]))),
        decimal_char=str(item.get("decimalChar", ".")),
        group_char=str(item.get("groupChar", "")),
        bare_number=item.get("bareNumber", True) is not False,
    )
    signs = (options.decimal_char, options.group_char)
    same = kind == "number" and signs[0] == signs[1]
    if same or len(signs[0]) != 1 or len(signs[1]) > 1 or any(
        sign.isalnum() or sign in "+-" for sign in "".join(signs)
    ):  # fmt: skip
        raise ProjectError("decimalChar and groupChar are two different signs", where=where,
                           nl="decimalChar en groupChar zijn twee andere tekens")  # fmt: skip
    if not (options.true_values and options.false_values) or (
        set(options.true_values) & set(options.false_values)
    ):
        raise ProjectError("trueValues and falseValues are filled and differ", where=where,
                           nl="trueValues en falseValues zijn gevuld en verschillen")  # fmt: skip
    return options


def _no_format(form: str, known: str, where: str) -> ProjectError:
    return ProjectError(f"the format {form!r} is not supported; there are {known}", where=where,
                        nl=f"de vorm {form!r} wordt niet ondersteund; wel {known}")  # fmt: skip


def _limit(name: str, value: Any, kind: str, options: Options, where: str) -> float | str | None:
    if value is None:
        return None
    if kind in _NUMERIC and isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    lexical = form(kind, Options()).read
    if kind in (*DATED, "yearmonth") and isinstance(value, str):
        found = lexical(value) or form(kind, options).read(value)
        if found:
            return found
    raise ProjectError(
        f"{name} is a number on numbers and years, a date or time on those; not {value!r}",
        where=where,
        nl=f"{name} is een getal bij getallen en jaren, een datum of uur bij die; niet {value!r}",
    )


def _length(name: str, value: Any, kind: str, where: str) -> int | None:
    if value is None:
        return None
    if kind != "string" or type(value) is not int or value < 0:
        raise ProjectError(f"{name} is a whole number, on texts", where=where,
                           nl=f"{name} is een geheel getal, bij teksten")  # fmt: skip
    return value


def _pattern(text: Any, where: str) -> re.Pattern[str]:
    try:
        pattern = re.compile(text)
    except (re.error, TypeError) as error:
        raise ProjectError(
            f"the pattern is not a regular expression: {error}", where=where
        ) from error
    # one that can search a value without end, or of which nobody can tell
    if _UNBOUNDED.intersection(review(text)):
        raise ProjectError(
            f"the pattern {text[:80]!r} can search some values without end or is too large; avoid "
            "what repeats within a repetition, looks ahead or refers back", where=where,
            nl=f"het patroon {text[:80]!r} kan op sommige waarden eindeloos zoeken of is te groot; "
            "vermijd herhaling binnen een herhaling, vooruitkijken en terugverwijzen",
        )  # fmt: skip
    return pattern


def _match(item: Any, where: str) -> Match:
    columns = item.get("columns") if isinstance(item, dict) else None
    if (
        not isinstance(item, dict)
        or not item.get("list")
        or not isinstance(columns, list)
        or not columns
    ):
        raise ProjectError("match needs a list and columns", where=where)
    return Match(str(item["list"]), tuple(str(name) for name in columns))
