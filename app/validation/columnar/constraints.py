"""Constraints as work on columns; what has no maker here goes to the engine.

Each maker gets the values of a parameter of one shape and returns its constraints, or None. A
constraint yields (focus node, value or "") for each result (SHACL, section 4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from app.rdf.terms import Term
from app.validation.columnar import values
from app.validation.columnar.data import Column, Columns
from app.validation.columnar.values import Test
from app.validation.paths import Path, items
from app.validation.shapesgraph import SH, ShapesGraph

Found = Iterator[tuple[Term, Term]]
Check = Callable[[Columns, Column, set[Term]], Found]
Failing = Callable[[Columns, set[Term]], set[Term]]
_DEEP, _WIDE = 8, 10_000
# what describes a shape and constrains nothing; its targets say nothing where it is referred to
TOLD = frozenset(("severity", "message", "name", "description", "order", "group", "defaultValue",
        "path", "deactivated", "declare", "targetNode", "targetClass", "targetSubjectsOf",
        "targetObjectsOf"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint of a shape: the IRI of its component, and how it is checked."""

    component: str
    check: Check


def make(
    name: str, shape: Term, shapes: ShapesGraph, above: tuple[Term, ...] = ()
) -> list[Constraint] | None:
    """Return the constraints of a parameter (`sh:name`), or None to leave it to the engine.

    `above` are the shapes that led to this one; a shape that leads to itself goes to the engine.
    """
    found = shapes.of(shape, name)
    component = f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent"
    if name in _PER_VALUE:
        made = [_PER_VALUE[name](value) for value in found]
    elif name in _LOGIC:
        made = [_logic(name, value, shapes, (*above, shape)) for value in found]
    elif name in _ONCE and len(found) == 1 and (name not in _WITH_PATH or shapes.path(shape)):
        made = [_ONCE[name](found[0], shapes)]
    else:
        return None
    known = [Constraint(component, check) for check in made if check]
    return known if len(known) == len(made) else None


def columnar(path: Path | None) -> bool:
    """Tell whether columns can follow a path: no repetition."""
    return path is not None and path.steps is not None and "?" not in path.text()


def _logic(name: str, value: Term, shapes: ShapesGraph, above: tuple[Term, ...]) -> Check | None:
    """Return the check of `sh:and`, `or`, `xone`, `not` or `node` on the nodes that fail."""
    members = [value] if name in ("not", "node") else items(value, shapes.facts)
    found = [failing(member, shapes, above) for member in members or ()]
    tests = [test for test in found if test]
    if not tests or len(tests) != len(found):
        return None

    def check(columns: Columns, column: Column, focus: set[Term]) -> Found:
        nodes = column.value_set
        if column.heads is not column.values and len(focus) < len(column.head_set):
            nodes = {value for head, value in column.pairs() if head in focus}
        return _rows(column, _LOGIC[name](nodes, [test(columns, nodes) for test in tests]), focus)

    return check


def failing(shape: Term, shapes: ShapesGraph, above: tuple[Term, ...]) -> Failing | None:
    """Return what tells which of some nodes do not conform to a shape, or None for the engine."""
    facts = shapes.facts.get(shape, {})
    # deep or wide nesting is cheaper for the engine, and it has limits of its own
    shapes.visits += 1
    if len(above) > _DEEP or shapes.visits > _WIDE:
        return None
    if shape in above or SH + "deactivated" in facts or SH + "flags" in facts:
        return None
    path = shapes.path(shape)
    if SH + "path" in facts and not columnar(path):
        return None
    checks: list[Check] = []
    for name in facts:
        local = name.removeprefix(SH)
        if local == name or local in TOLD:
            continue
        made = (
            _properties(shape, shapes, above)
            if local == "property" and path is None
            else make(local, shape, shapes, above)
        )
        if made is None:
            return None
        checks += [constraint.check for constraint in made]

    def test(columns: Columns, nodes: set[Term]) -> set[Term]:
        column = columns.path(path) if path else columns.own(nodes)
        return {node for check in checks for node, _ in check(columns, column, nodes)}

    return test


def _properties(
    shape: Term, shapes: ShapesGraph, above: tuple[Term, ...]
) -> list[Constraint] | None:
    """Return the property shapes of a node shape as constraints that yield the nodes that fail."""
    found = [failing(child, shapes, (*above, shape)) for child in shapes.of(shape, "property")]
    made = [Constraint("", _as_check(test)) for test in found if test]
    return made if len(made) == len(found) else None


def _as_check(test: Failing) -> Check:
    def check(columns: Columns, _: Column, focus: set[Term]) -> Found:
        return ((node, "") for node in test(columns, focus))

    return check


def each(test: Test) -> Check:
    """Return the check that every value passes a test; it sees each distinct value once."""

    def check(_: Columns, column: Column, focus: set[Term]) -> Found:
        bad = {value for value in column.value_set if not test(value)}
        return _rows(column, bad, focus)

    return check


def _rows(column: Column, bad: set[Term], focus: set[Term]) -> Found:
    if not bad:
        return iter(())
    return (pair for pair in column.pairs() if pair[1] in bad and pair[0] in focus)


def _class(wanted: Term) -> Check | None:
    if not wanted.startswith("<"):
        return None

    def check(columns: Columns, column: Column, focus: set[Term]) -> Found:
        return _rows(column, column.value_set - columns.instances(wanted), focus)

    return check


def _has_value(wanted: Term) -> Check | None:
    def check(_: Columns, column: Column, focus: set[Term]) -> Found:
        have = {head for head, value in column.pairs() if value == wanted}
        return ((node, "") for node in focus - have)

    return check if not wanted.startswith("_:") else None


def _in(wanted: Term, shapes: ShapesGraph) -> Check | None:
    members = items(wanted, shapes.facts)
    # a blank node of the shapes is no node of the data
    if members is None or any(item.startswith("_:") for item in members):
        return None
    known = set(members)

    def check(_: Columns, column: Column, focus: set[Term]) -> Found:
        return _rows(column, column.value_set - known, focus)

    return check


def _least(wanted: Term, _: ShapesGraph) -> Check | None:
    number = values.count(wanted)
    if number is None:
        return None

    def check(_: Columns, column: Column, focus: set[Term]) -> Found:
        if number == 0:
            return
        short = focus - column.head_set
        if number > 1:
            # `counts` is empty where nobody has two
            short = {node for node in focus if column.counts[node] < number}
        for node in short:
            yield node, ""

    return check


def _most(wanted: Term, _: ShapesGraph) -> Check | None:
    number = values.count(wanted)
    if number is None:
        return None

    def check(_: Columns, column: Column, focus: set[Term]) -> Found:
        over: Iterable[Term] = column.head_set
        if number:
            over = (node for node, found in column.counts.items() if found > number)
        return ((node, "") for node in over if node in focus)

    return check


def _unique_lang(wanted: Term, _: ShapesGraph) -> Check | None:
    def check(_: Columns, column: Column, focus: set[Term]) -> Found:
        if not column.counts:
            return
        seen: set[tuple[Term, str]] = set()
        told: set[tuple[Term, str]] = set()
        for head, value in column.pairs():
            key = (head, values.language_of(value))
            if key in seen and key[1] and key not in told and head in focus:
                told.add(key)
                yield head, ""
            seen.add(key)

    # any other value, even "1"^^xsd:boolean, asks nothing (SHACL, section 4.4.3)
    if wanted == '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>':
        return check
    return lambda *_: iter(())


def _languages(wanted: Term, shapes: ShapesGraph) -> Check | None:
    members = items(wanted, shapes.facts)
    test = values.language_in(members) if members is not None else None
    return each(test) if test else None


def _tested(maker: Callable[[Term], Test | None]) -> Callable[[Term], Check | None]:
    def build(wanted: Term) -> Check | None:
        test = maker(wanted)
        return each(test) if test else None

    return build


def _once(maker: Callable[[Term], Test | None]) -> Callable[[Term, ShapesGraph], Check | None]:
    return lambda wanted, _: _tested(maker)(wanted)


_PER_VALUE: dict[str, Callable[[Term], Check | None]] = {
    "class": _class,
    "hasValue": _has_value,
}
_ONCE: dict[str, Callable[[Term, ShapesGraph], Check | None]] = {
    "minCount": _least,
    "maxCount": _most,
    "datatype": _once(values.datatype),
    "nodeKind": _once(values.node_kind),
    "in": _in,
    "languageIn": _languages,
    "uniqueLang": _unique_lang,
    "pattern": _once(values.pattern),
    "minLength": _once(lambda wanted: values.length(wanted, most=False)),
    "maxLength": _once(lambda wanted: values.length(wanted, most=True)),
    "minInclusive": _once(lambda wanted: values.bound(wanted, "minInclusive")),
    "maxInclusive": _once(lambda wanted: values.bound(wanted, "maxInclusive")),
    "minExclusive": _once(lambda wanted: values.bound(wanted, "minExclusive")),
    "maxExclusive": _once(lambda wanted: values.bound(wanted, "maxExclusive")),
}
_WITH_PATH = {"minCount", "maxCount", "uniqueLang"}
# of all nodes and those that fail each member, the nodes that fail together
_LOGIC: dict[str, Callable[[set[Term], list[set[Term]]], set[Term]]] = {
    "node": lambda _, failed: failed[0],
    "and": lambda _, failed: set.union(*failed),
    "or": lambda _, failed: set.intersection(*failed),
    "not": lambda nodes, failed: nodes - failed[0],
    "xone": lambda nodes, failed: {
        node for node in nodes if sum(node not in group for group in failed) != 1
    },
}
