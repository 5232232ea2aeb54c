"""The values that the profiles in shapes/ show as examples: each is one that the profile takes.

Every constraint that a value mends shows one: its `skos:example`, or that of another rule on the
same property of the same thing. It is put on a copy of a conforming thing (conform.ttl), in the
place of the value there, and all that is said of that value then holds for the example.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

import pytest

from app.rdf import media
from app.rdf.io import parse
from app.rdf.namespaces import expand, term
from app.rdf.terms import Term, Triple, is_literal, literal_of
from app.validation.engines import Shifty, validate
from app.validation.explain import Explainer
from app.validation.report import Result
from app.validation.shapes import Shapes
from app.validation.wording import FILLED
from tests.conftest import BASE, LISTS, ROOT
from tests.data.shape_facts import PROFILES, facts_of, listed, profile_of, short, values
from tests.data.test_shapes import CONSTRAINTS

TYPE = term("rdf:type")
ILL_TYPED = '"x"^^<urn:geen-datatype>'


@cache
def explainer(name: str) -> Explainer:
    return Explainer(Shapes(profile_of(name)), lambda iri, _: iri)


@cache
def constraints(name: str) -> tuple[tuple[Term, str], ...]:
    """Every (property shape, constraint component) of a profile; the component without sh:."""
    return tuple(
        (shape, component.removesuffix("ConstraintComponent"))
        for shape in facts_of(name)
        # others only say what a value has to be, and give no results
        if any(focus_rules(name, shape))
        for parameter, component in CONSTRAINTS.items()
        if values(name, shape, f"sh:{parameter}")
    )


def focus_rules(name: str, shape: Term) -> Iterator[Term]:
    """What is said to have a property shape and has a target of its own."""
    targets = ("sh:targetClass", "sh:targetSubjectsOf", "sh:targetObjectsOf")
    for owner, facts in facts_of(name).items():
        if shape in facts.get(expand("sh:property"), ()):
            yield from (owner for target in targets if values(name, owner, target))


def filled(name: str) -> list[tuple[Term, Term]]:
    """Every (property shape, example) of the constraints that a value mends; none is made up."""
    shapes = [shape for shape, component in constraints(name) if component in FILLED]
    return [(shape, explainer(name).example(shape[1:-1], "")) for shape in shapes]


@cache
def conforming(name: str) -> tuple[Triple, ...]:
    data = (ROOT / "tests" / "data" / "shapes" / name / "conform.ttl").read_bytes()
    return tuple(quad[:3] for quad in parse(data, media.TURTLE, base=BASE, where=name))


@cache
def kinds_below(name: str, kind: Term) -> frozenset[Term]:
    below = {kind}
    while more := {
        each
        for each, facts in facts_of(name).items()
        if below & set(facts.get(expand("rdfs:subClassOf"), ())) and each not in below
    }:
        below |= more
    return frozenset(below)


def focuses(name: str, shape: Term) -> Iterator[Term]:
    """The things in the conforming graph that a property shape is about."""
    for owner, facts in facts_of(name).items():
        if shape not in facts.get(expand("sh:property"), ()):
            continue
        kinds = {below for kind in values(name, owner, "sh:targetClass")
                 for below in kinds_below(name, kind)}  # fmt: skip
        subjects = values(name, owner, "sh:targetSubjectsOf")
        objects = values(name, owner, "sh:targetObjectsOf")
        for s, p, o in conforming(name):
            if (p == TYPE and o in kinds) or p in subjects:
                yield s
            if p in objects:
                yield o


class Path:
    """The path of a shape: how it goes through the conforming graph, and how to write a value."""

    def __init__(self, name: str, shape: Term) -> None:
        (self.node,) = values(name, shape, "sh:path")
        self._name = name

    def _first(self, node: Term) -> Term:
        """The first of alternatives; the node itself if there are none."""
        heads = values(self._name, node, "sh:alternativePath")
        return next(listed(self._name, heads[0])) if heads else node

    def steps(self) -> list[tuple[Term, bool]]:
        """The predicates on the way, and whether each leads backwards."""
        found = []
        for node in list(listed(self._name, self.node)) or [self.node]:
            step = self._first(node)
            back = values(self._name, step, "sh:inversePath")
            step = self._first(back[0]) if back else step
            assert step.startswith("<"), step
            found.append((step, bool(back)))
        return found

    def predicates(self) -> set[Term]:
        """The predicates that the value may stand with: all alternatives of the last step."""
        last = (list(listed(self._name, self.node)) or [self.node])[-1]
        last = next(iter(values(self._name, last, "sh:inversePath")), last)
        heads = values(self._name, last, "sh:alternativePath")
        return set(listed(self._name, heads[0])) if heads else {last}


def copied(name: str, shape: Term, value: Term, mark: str) -> tuple[Term, list[Triple]]:
    """A copy of a conforming thing with one value in the place of its own; (copy, its triples).

    What was said of the replaced value is said of the new one; without one, it has its class.
    """
    path, triples = Path(name, shape), conforming(name)
    steps = path.steps()
    (*before, (last, back)) = steps
    replaceable = path.predicates()

    def ends(s: Term, o: Term) -> tuple[Term, Term]:
        return (o, s) if back else (s, o)

    def at(focus: Term) -> Term:
        """The thing that the last step starts from."""
        for predicate, backwards in before:
            focus = next((s if backwards else o for s, p, o in triples
                          if p == predicate and (o if backwards else s) == focus), "")  # fmt: skip
        return focus

    found = list(dict.fromkeys(focuses(name, shape)))
    assert found, f"{short(shape)}: nothing in conform.ttl is of this kind"
    having = [f for f in found for s, p, o in triples
              if p in replaceable and ends(s, o)[0] == at(f)]  # fmt: skip
    # what is of several kinds at once has the rules of each: the plainest thing serves best
    focus = min(having or found, key=lambda f: sum(s == f and p == TYPE for s, p, _ in triples))
    start = at(focus)
    assert start, short(shape)
    renamed = {thing: f"<urn:{number}:{mark}>" for number, thing in enumerate({focus, start})}
    gone = next((ends(s, o)[1] for s, p, o in triples
                 if p in replaceable and ends(s, o)[0] == start), "")  # fmt: skip
    written = []
    for s, p, o in triples:
        if p in replaceable and ends(s, o)[0] == start:
            continue
        if s in renamed or o in renamed:
            written.append((renamed.get(s, s), p, renamed.get(o, o)))
        if s == gone and not is_literal(value) and s not in renamed:
            written.append((value, p, o))
    if not gone and not is_literal(value):
        written += [(value, TYPE, kind) for kind in values(name, shape, "sh:class")]
    s, o = ends(renamed[start], value)
    return renamed[focus], [*written, (s, last, o)]


def refused(name: str, pairs: Iterable[tuple[Term, Term]]) -> list[str]:
    """The examples that break any rule about the same property of the same thing."""
    data, shapes = [*conforming(name)], {}
    for number, (shape, value) in enumerate(pairs):
        copy, triples = copied(name, shape, value, str(number))
        shapes[copy] = (shape, value)
        data += triples
    checked = validate(list(dict.fromkeys(data)), [profile_of(name)], Shifty(), LISTS)
    assert not checked.unchecked
    paths = profile_of(name).paths()
    return sorted(
        f"{short(shape)} {value}: {short(result.shape)}"
        for result in checked.results
        for shape, value in [shapes.get(result.focus, ("", ""))]
        if shape
        and paths[result.shape] == paths[shape[1:-1]]
        and (f"<{result.shape}>" == shape or result.value == value)
    )


@pytest.mark.parametrize("name", PROFILES)
def test_every_constraint_that_a_value_mends_shows_one(name: str) -> None:
    """Others take a value away, or compare values: that follows from their kind."""
    assert not sorted(short(shape) for shape, value in filled(name) if not value)
    others = {component for _, component in constraints(name)} - FILLED
    assert others <= {"MaxCount", "UniqueLang", "Disjoint"}


@pytest.mark.parametrize("name", PROFILES)
def test_every_example_is_a_value_that_the_profile_accepts(name: str) -> None:
    assert refused(name, filled(name)) == []


@pytest.mark.parametrize("name", PROFILES)
def test_a_bad_example_is_noticed(name: str) -> None:
    """Otherwise an example passes because nothing was looked at."""
    seeing = {"NodeKind", "Datatype", "Class", "In", "Pattern", "MinLength"}
    shapes = [
        shape
        for shape, component in constraints(name)
        # a subject is never of a bad kind
        if component in seeing and not Path(name, shape).steps()[-1][1]
    ]
    literal = {shape for shape in shapes
               if term("sh:Literal") in values(name, shape, "sh:nodeKind")}  # fmt: skip
    bad = [(shape, "<urn:geen-tekst>" if shape in literal else ILL_TYPED) for shape in shapes]
    noticed = {line.partition(" ")[0] for line in refused(name, bad)}
    assert noticed == {short(shape) for shape in shapes}


@pytest.mark.parametrize("name", PROFILES)
def test_no_example_is_a_placeholder(name: str) -> None:
    for shape in facts_of(name):
        for value in values(name, shape, "skos:example"):
            if is_literal(value):
                assert literal_of(value).text.strip(), shape
            else:
                assert re.match(r"<(https?://[^/>]+/|https?://[^>]+#|mailto:.+@)", value), value


@pytest.mark.parametrize("name", PROFILES)
def test_an_example_stands_with_a_rule(name: str) -> None:
    for shape in facts_of(name):
        if values(name, shape, "skos:example"):
            assert values(name, shape, "sh:path"), shape


@pytest.mark.parametrize("name", PROFILES)
def test_what_is_written_otherwise_names_the_right_property(name: str) -> None:
    """A rule that refuses a property altogether says which one the profile uses instead."""
    paths = {path for shape in facts_of(name) for path in values(name, shape, "sh:path")}
    known = paths | {o for head in paths for each in values(name, head, "sh:alternativePath")
                     for o in listed(name, each)}  # fmt: skip
    for shape in facts_of(name):
        never = [literal_of(each).text for each in values(name, shape, "sh:maxCount")] == ["0"]
        better = values(name, shape, "dct:isReplacedBy")
        assert len(better) == never, shape
        assert set(better) <= known - set(values(name, shape, "sh:path")), shape


@pytest.mark.parametrize(
    ("name", "shape", "shown"),
    [
        ("dcat-ap-vl-3.0", "DatasetToegang", "access-right/PUBLIC>"),
        # not its own: that of the shape about the same property of the same thing
        ("dcat-ap-vl-3.0", "DataserviceStatuutVerwijzing", "/VLOPENDATASERVICE>"),
        ("dcat-ap-vl-3.0", "DatasetTitelTaalcode", '"Wegenregister"@nl'),
        ("dcat-ap-3.0.1", "LicentieType", "licencetype/PublicDomain>"),
        # of this thing, not the type of an organisation
        ("dcat-ap-3.0.1", "DatasetTypeVerwijzing", "dataset-type/STATISTICAL>"),
        # of the property that the profile uses instead
        ("oslo-subsidie", "BedragGetalMetHttps", '"2500"^^xsd:double'),
    ],
)
def test_the_example_is_what_people_are_shown(name: str, shape: str, shown: str) -> None:
    (iri,) = (s[1:-1] for s in facts_of(name) if short(s) == shape)
    result = Result(
        focus="<urn:ding>", path=profile_of(name).paths()[iri], value="", shape=iri,
        component=expand("sh:MinCountConstraintComponent"), severity="Violation", messages={},
    )  # fmt: skip
    told = explainer(name).explain(result)
    assert told.example.endswith(shown)
    assert told.example in told.snippet
