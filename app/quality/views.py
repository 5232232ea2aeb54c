"""Everything said of a dataset and of what it leads to, as portals and stewards look at it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.quality.compliance import Compliance
from app.quality.known import Known
from app.quality.oneline import one_line
from app.quality.records import Facts, Record
from app.rdf.namespaces import term
from app.rdf.terms import Term, Triple, is_literal, literal_of

TYPE, CATALOG, SERVICE = term("rdf:type"), term("dcat:Catalog"), term("dcat:DataService")
IDENTIFIER: Final = term("dct:identifier")
LANGUAGES: Final = ("nl", "en")
_LINKS: Final = frozenset({term("dcat:dataset"), term("dcat:service")})
_TOPIC: Final = term("foaf:primaryTopic")
# in this order: what a thing is called
_NAMES: Final = tuple(map(term, (
    "dct:title", "foaf:name", "vcard:fn", "vcard:organization-name", "skos:prefLabel",
    "rdfs:label",
)))  # fmt: skip
_NONE: Final[Facts] = {}
_LONG: Final = 300


@dataclass(frozen=True, slots=True)
class View:
    """A dataset with all that is said of it and its distributions; `things` has the rest.

    `linked`: a catalog names it; `recorded`: it is the topic of a catalogue record; `alike`: how
    many datasets have one of its identifiers, itself included. `compliance` is by profile.
    """

    term: Term
    facts: Facts
    distributions: Sequence[tuple[Term, Facts]]
    things: Mapping[Term, Facts] = field(repr=False)
    linked: bool = False
    recorded: bool = False
    alike: int = 1
    compliance: Mapping[str, Compliance] = field(default_factory=dict)

    @property
    def named(self) -> bool:
        """Whether it has an address of its own."""
        return self.term.startswith("<")

    def get(self, name: str) -> Sequence[Term]:
        """Return the values of a property of the dataset, in order."""
        return sorted(self.facts.get(term(name), ()))

    def of(self, node: Term) -> Facts:
        """Return what is said of another thing."""
        return self.things.get(node, _NONE)

    def parts(self, name: str) -> Iterator[Term]:
        """Yield the values of a property of its distributions."""
        for _, facts in self.distributions:
            yield from sorted(facts.get(term(name), ()))


@dataclass(frozen=True, slots=True)
class Gathered:
    """A catalog: its datasets by name, in order, and all that is said of anything.

    `media_type` is that of the file it came in, "" where that is not known.
    """

    views: Mapping[Term, View]
    things: Mapping[Term, Facts]
    media_type: str = ""

    def typed(self, kind: Term) -> list[Term]:
        """Return the things of a type, in order."""
        return sorted(node for node, facts in self.things.items() if kind in facts.get(TYPE, ()))


def gather(
    triples: Iterable[Triple],
    found: Sequence[Record],
    compliance: Mapping[Term, Sequence[Compliance]] | None = None,
    *,
    media_type: str = "",
) -> Gathered:
    """Return the datasets of a catalog with all that is said; nothing depends on their order."""
    things: dict[Term, dict[Term, list[Term]]] = {}
    linked, recorded = set(), set()
    for subject, predicate, object_ in triples:
        things.setdefault(subject, {}).setdefault(predicate, []).append(object_)
        if predicate in _LINKS:
            linked.add(object_)
        elif predicate == _TOPIC:
            recorded.add(object_)
    keys = Counter(key for one in found for key in _keys(things.get(one.term, _NONE)))
    checked = compliance or {}
    views = {
        one.term: View(
            one.term,
            things.get(one.term, _NONE),
            [(node, things.get(node, _NONE)) for node, _ in one.distributions],
            things,
            linked=one.term in linked,
            recorded=one.term in recorded,
            alike=max((keys[key] for key in _keys(things.get(one.term, _NONE))), default=1),
            compliance={each.profile: each for each in checked.get(one.term, ())},
        )
        for one in found
    }
    return Gathered(views, things, media_type)


def _keys(facts: Facts) -> set[str]:
    return {plain(value) for value in facts.get(IDENTIFIER, ())} - {""}


def plain(value: Term) -> str:
    """Return a literal's text or an address as it may be shown; "" for what has neither."""
    if value.startswith("_:"):
        return ""
    return one_line(literal_of(value).text if is_literal(value) else value[1:-1])


def short(text: str) -> str:
    """Return a text that fits on a card."""
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"


def language(value: Term) -> str:
    """Return the main language of a text ("" for none)."""
    return literal_of(value).language.partition("-")[0] if is_literal(value) else ""


def chosen(values: Iterable[Term], lang: str) -> str:
    """Return the text in a language, else that without a language, else the first by language."""
    texts = sorted((language(value), plain(value)) for value in values if plain(value))
    order = {lang: 0, "": 1}
    return min(texts, key=lambda item: (order.get(item[0], 2), item), default=("", ""))[1]


def called(node: Term, things: Mapping[Term, Facts], known: Known, lang: str) -> str:
    """Return what a value is called: its text, its label from a list, its name, else address."""
    if is_literal(node):
        return plain(node)
    label = known.lists.label(node[1:-1], lang)
    facts = things.get(node, _NONE)
    return label or next(
        filter(None, (chosen(facts.get(name, ()), lang) for name in _NAMES)), plain(node)
    )
