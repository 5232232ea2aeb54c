"""What the profiles in shapes/ say to people: plain sentences in two languages.

A message holds no web address and no word that only specialists of SHACL or RDF know. The exact
value to choose is a `skos:example` beside it (test_shape_examples.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from app.rdf.namespaces import expand
from app.rdf.terms import literal_of
from tests.data.shape_facts import PROFILES, facts_of, short, values

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

AIMS = [expand(f"sh:target{name}") for name in ("Class", "Node", "SubjectsOf", "ObjectsOf")]


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
    asking = {o for facts in facts_of(name).values() if any(map(facts.get, AIMS))
              for o in facts[expand("sh:property")]}  # fmt: skip
    silent = {short(shape) for shape in asking} - set(told)
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
