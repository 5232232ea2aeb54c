"""What the profiles in shapes/ say to people: plain sentences in two languages, and examples.

A message holds no web address and no word that only specialists of SHACL or RDF know. The exact
value to choose is a `skos:example` beside it, and has to be one that the profile itself accepts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TypeAlias

import pytest

from app.rdf.namespaces import expand, term
from app.rdf.terms import Term, is_literal, literal_of
from app.validation.engines import Shifty
from app.validation.explain import Explainer
from app.validation.profiles import Profile, load
from app.validation.report import Result
from app.validation.shapes import Shapes
from tests.conftest import BASE, ROOT

FOLDER = ROOT / "shapes"
PROFILES = sorted(path.stem for path in FOLDER.glob("*.ttl"))
SHORTEST, LONGEST = 20, 400

# an example of Turtle or RDF/XML may show where an address goes, not an address
HINT = re.compile(r"<https://…>|<mailto:…>|=\"(https://|mailto:)…\"")
ADDRESS = re.compile(r"\w+://|<[^>\s]*>|mailto:\w|\burn:|\bwww\.")
# names with a prefix, such as dct:title or "2026"^^xsd:date, are names of things in a file
PREFIXED = re.compile(r"\b[\w-]+:[^\W\d][\w.-]*")
JARGON = re.compile(
    r"\b(minCount|maxCount|nodeKind|nodes?|knoop|knopen|blank|shapes?|shacl|literals?|literalen"
    r"|datatypes?|constraints?|focus|langStrings?|class|classes|klassen?|IRI'?s?|URI'?s?"
    r"|predica(te|at|ten|tes)|triples?|tripels?|ontolog\w+|conform\w*|cardinal\w+"
    r"|regex\w*|lexical\w*|lexica\w+|instances?|instanties?|null|boolean)\b",
    re.IGNORECASE,
)

Facts: TypeAlias = dict[Term, dict[str, list[Term]]]


@cache
def profile_of(name: str) -> Profile:
    return load(name, [FOLDER], base=BASE)


@cache
def facts_of(name: str) -> Facts:
    facts: Facts = defaultdict(lambda: defaultdict(list))
    for subject, predicate, object_, _ in profile_of(name).quads:
        facts[subject][predicate[1:-1]].append(object_)
    return facts


def values(name: str, subject: Term, predicate: str) -> list[Term]:
    return facts_of(name).get(subject, {}).get(expand(predicate), [])


def listed(name: str, head: Term) -> Iterator[Term]:
    while values(name, head, "rdf:first"):
        yield values(name, head, "rdf:first")[0]
        head = values(name, head, "rdf:rest")[0]


def short(shape: Term) -> str:
    return shape.strip("<>").rpartition("/")[2]


def messages(name: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Every shape with a message, and its (language, text) pairs."""
    for shape in facts_of(name):
        texts = [literal_of(each) for each in values(name, shape, "sh:message")]
        if texts:
            yield short(shape), [(each.language, each.text) for each in texts]


def faults(text: str) -> Iterator[str]:
    """What is wrong with one message."""
    shown = HINT.sub("…", text)
    yield from (f"address {found[0]!r}" for found in ADDRESS.finditer(shown))
    words = JARGON.finditer(PREFIXED.sub("", shown))
    yield from (f"jargon {found[0]!r}" for found in words)
    if not text.endswith("."):
        yield "no full stop"
    if not SHORTEST <= len(text) <= LONGEST:
        yield f"{len(text)} characters"
    if "  " in text or text != text.strip() or "\n" in text:
        yield "spaces"
    if text.count('"') % 2:
        yield "quotes"
    if text.count("(") != text.count(")"):
        yield "brackets"
    if not text[0].isupper():
        yield "no capital"


@pytest.mark.parametrize("name", PROFILES)
def test_every_message_is_plain(name: str) -> None:
    found = [
        f"{shape}: {fault}: {text}"
        for shape, texts in messages(name)
        for _, text in texts
        for fault in faults(text)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", PROFILES)
def test_every_constraint_speaks_both_languages(name: str) -> None:
    told = dict(messages(name))
    assert told
    wrong = [
        shape
        for shape, texts in told.items()
        if sorted(language for language, _ in texts) != ["en", "nl"]
        or len({text for _, text in texts}) != len(texts)
    ]
    assert not wrong
    silent = {short(shape) for shape in facts_of(name) if values(name, shape, "sh:path")} - set(
        told
    )
    assert not silent


@pytest.mark.parametrize(
    "text",
    [
        "Kies http://publications.europa.eu/resource/authority/access-right/PUBLIC.",
        "Schrijf <mailto:info@voorbeeld.be> in het contactpunt.",
        "De licentie is tekst, maar moet een IRI zijn.",
        "The licence is a blank node, but must be a reference.",
        "Gebruik datatype xsd:decimal voor dit getal.",
        "Deze dataset heeft geen titel (dct:title)",
        "Deze dataset heeft  geen titel (dct:title).",
        'Voeg een naam toe, bijvoorbeeld "Wegen, met taalcode.',
        "Te kort.",
    ],
)
def test_a_bad_message_is_noticed(text: str) -> None:
    assert list(faults(text))


@pytest.mark.parametrize(
    "text",
    [
        "Verwijs naar de pagina (tree:node): <https://…> in Turtle, rdf:resource in RDF/XML.",
        'Schrijf de dag, bijvoorbeeld "2026-02-12"^^xsd:date (ook xsd:dateTime).',
    ],
)
def test_a_plain_message_passes(text: str) -> None:
    assert not list(faults(text))


# ---- examples


def examples(name: str) -> list[tuple[Term, Term]]:
    """Every (property shape, example value) of a profile."""
    return [(s, value) for s in facts_of(name) for value in values(name, s, "skos:example")]


def predicate_of(name: str, shape: Term) -> Term:
    """The predicate of a shape; of alternatives the first; "" for other paths."""
    (path,) = values(name, shape, "sh:path")
    for head in values(name, path, "sh:alternativePath"):
        return next((each for each in listed(name, head) if each.startswith("<")), "")
    return path if path.startswith("<") else ""


def typed(name: str, shape: Term, focus: Term) -> Iterator[str]:
    """Triples that make a node a focus of the property shape."""
    for owner, facts in facts_of(name).items():
        if shape not in facts.get(expand("sh:property"), ()) and owner != shape:
            continue
        for target in values(name, owner, "sh:targetClass")[:1]:
            yield f"{focus} {term('rdf:type')} {target} .\n"
        for target in values(name, owner, "sh:targetSubjectsOf")[:1]:
            if target != predicate_of(name, shape):
                yield f"{focus} {target} <urn:ding> .\n"
        for target in values(name, owner, "sh:targetObjectsOf")[:1]:
            yield f"<urn:ding> {target} {focus} .\n"


def asks_description(name: str, shape: Term) -> bool:
    """Tell whether a shape asks that the value is described too, which no example alone can be."""
    heads = values(name, shape, "sh:or") + values(name, shape, "sh:xone")
    shapes = [shape, *(each for head in heads for each in listed(name, head))]
    asked = ("sh:class", "sh:node", "sh:qualifiedValueShape")
    return any(values(name, each, parameter) for each in shapes for parameter in asked)


def refused(name: str, pairs: Iterable[tuple[Term, Term]]) -> list[str]:
    """The examples that break what the profile asks of the same property of the same thing."""
    pairs = list(pairs)
    data, focuses = [], {}
    for number, (shape, value) in enumerate(pairs):
        focus = f"<urn:voorbeeld:{number}>"
        focuses[focus] = (shape, value)
        data += [*typed(name, shape, focus), f"{focus} {predicate_of(name, shape)} {value} .\n"]
    checked = Shifty().validate("".join(data).encode(), profile_of(name))
    assert not checked.unchecked

    def breaks(result: Result) -> bool:
        if result.focus not in focuses or asks_description(name, f"<{result.shape}>"):
            return False
        shape, value = focuses[result.focus]
        same = predicate_of(name, f"<{result.shape}>") == predicate_of(name, shape)
        return same and (result.value == value or f"<{result.shape}>" == shape)

    broken = [
        f"{short(focuses[result.focus][0])} {focuses[result.focus][1]}: {short(result.shape)}"
        for result in checked.results
        if result.focus in focuses and result.path and breaks(result)
    ]
    return sorted(broken)


@pytest.mark.parametrize("name", PROFILES)
def test_every_example_is_a_value_that_the_profile_accepts(name: str) -> None:
    assert all(values(name, shape, "sh:path") for shape, _ in examples(name))
    assert refused(name, examples(name)) == []


@pytest.mark.parametrize("name", PROFILES)
def test_an_example_reaches_its_constraints(name: str) -> None:
    """Otherwise an example passes because nothing was looked at: a bad value has to be seen."""
    reached = {
        shape
        for shape, _ in examples(name)
        if values(name, shape, "sh:pattern") or values(name, shape, "sh:in")
    }
    bad = [(shape, '"\\u0001"') for shape in sorted(reached)]
    seen = {line.partition(" ")[0] for line in refused(name, bad)}
    assert seen == {short(shape) for shape in reached}


@pytest.mark.parametrize("name", PROFILES)
def test_no_example_is_a_placeholder(name: str) -> None:
    for shape, value in examples(name):
        if is_literal(value):
            assert literal_of(value).text.strip(), shape
        else:
            assert re.match(r"<(https?://[^/>]+/|https?://[^>]+#|mailto:.+@)", value), value


def test_every_mandatory_property_of_the_flemish_profile_has_an_example() -> None:
    name = "dcat-ap-vl-3.0"
    asked = {s for s in facts_of(name) if values(name, s, "sh:minCount")}
    assert len(asked) > 30
    assert {short(s) for s in asked} == {short(s) for s, _ in examples(name) if s in asked}


@pytest.mark.parametrize(
    ("name", "shape", "shown"),
    [
        ("dcat-ap-vl-3.0", "DatasetToegang", "access-right/PUBLIC>"),
        # not its own: that of the shape about the same property of the same thing
        ("dcat-ap-vl-3.0", "DataserviceStatuutVerwijzing", "/VLOPENDATASERVICE>"),
        ("dcat-ap-vl-3.0", "DatasetTitelTaalcode", '"Wegenregister"@nl'),
        ("dcat-ap-3.0.1", "LicentieType", "licencetype/PublicDomain>"),
        # no example of this thing: rather any address than the type of an organisation
        ("dcat-ap-3.0.1", "DatasetTypeVerwijzing", "<https://www.example.org/>"),
    ],
)
def test_the_example_is_what_people_are_shown(name: str, shape: str, shown: str) -> None:
    (iri,) = (s[1:-1] for s in facts_of(name) if short(s) == shape)
    result = Result(
        focus="<urn:ding>", path=predicate_of(name, f"<{iri}>")[1:-1], value="", shape=iri,
        component=expand("sh:MinCountConstraintComponent"), severity="Violation", messages={},
    )  # fmt: skip
    told = Explainer(Shapes(profile_of(name)), lambda iri, _: iri).explain(result)
    assert told.example.endswith(shown)
