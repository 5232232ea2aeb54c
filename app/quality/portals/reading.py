"""How values are read, by every portal or by several: texts, licences, themes, dates, resources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from app.quality.known import Known
from app.quality.portals.model import Hit
from app.quality.views import LANGUAGES, View, called, chosen, plain
from app.rdf.namespaces import term
from app.rdf.terms import Term, is_literal

EU: Final = "http://publications.europa.eu/resource/authority/"
PUBLIC: Final = f"<{EU}access-right/PUBLIC>"
FLEMISH: Final = "https://data.vlaanderen.be/id/licentie/"
_STATUS: Final = "https://metadata.vlaanderen.be/id/GDI-Vlaanderen-Trefwoorden/"
OPEN_DATA: Final = frozenset({f"<{_STATUS}VLOPENDATA>", f"<{_STATUS}VLOPENDATASERVICE>"})
_THEMES: Final = (
    EU + "data-theme/",
    "http://vocab.belgif.be/auth/datatheme/",
    "https://vocab.belgif.be/auth/datatheme/",
)
DATES: Final = ("dct:issued", "dct:modified", "dct:created")
Texts = Mapping[str, Iterable[str]]


def both(texts: Iterable[str]) -> Texts:
    """Return texts that are the same whatever the reader's language."""
    found = list(texts)
    return dict.fromkeys(LANGUAGES, found)


def text(view: View, name: str, lang: str = "nl") -> Texts:
    """Return the text of a property as a portal in one language has it."""
    return both([chosen(view.get(name), lang)])


def codes(values: Iterable[Term], view: View, known: Known) -> Texts:
    """Return what values are called, in the language of the reader."""
    found = sorted(set(values))
    return {
        lang: sorted(filter(None, (called(value, view.things, known, lang) for value in found)))
        for lang in LANGUAGES
    }


def named(values: Iterable[Term], view: View, known: Known) -> str:
    """Return what values are called in Dutch, in order, as one text."""
    return ", ".join(codes(values, view, known)["nl"])


def dates(view: View) -> Texts:
    """Return the dates of a dataset, with the property that each is of."""
    return both(
        f"{name.partition(':')[2]}: {plain(value)}" for name in DATES for value in view.get(name)
    )


def addresses(facts: Mapping[Term, Iterable[Term]], *names: str) -> list[str]:
    """Return the addresses of the first of some properties that has any."""
    for name in names:
        found = sorted(filter(None, map(plain, facts.get(term(name), ()))))
        if found:
            return found
    return []


def resources(view: View, known: Known, *names: str) -> Texts:
    """Return a line per distribution: its title or format, and its address."""
    return {
        lang: sorted(
            " ".join(filter(None, (_head(facts, view, known, lang), *addresses(facts, *names)[:1])))
            for _, facts in view.distributions
        )
        for lang in LANGUAGES
    }


def _head(
    facts: Mapping[Term, Iterable[Term]], view: View, known: Known, lang: str
) -> str:  # fmt: skip
    title = chosen(facts.get(term("dct:title"), ()), "nl")
    found = sorted(facts.get(term("dct:format"), ()))
    return title or (called(found[0], view.things, known, lang) if found else "")


def licences(view: View) -> Iterator[tuple[Term, Term]]:
    """Yield the licences of a dataset and of its distributions, with what has them."""
    for node, facts in ((view.term, view.facts), *view.distributions):
        for value in sorted(facts.get(term("dct:license"), ())):
            yield node, value


def keywords(view: View) -> list[str]:
    """Return the keywords, in order."""
    return sorted(filter(None, map(plain, view.get("dcat:keyword"))))


def empty(view: View, name: str) -> bool:
    """Tell whether a property of a dataset holds no text or address."""
    # a thing without an address is a value too
    return not any(plain(value) or value.startswith("_:") for value in view.get(name))


def missing(name: str) -> Callable[[View, Known], Iterator[Hit]]:
    """Return the test of a dataset that lacks a property, or has it empty."""

    def test(view: View, _: Known) -> Iterator[Hit]:
        if empty(view, name):
            yield view.term, ""

    return test


def several(name: str) -> Callable[[View, Known], Iterator[Hit]]:
    """Return the test of a dataset with more than one value of a property."""

    def test(view: View, known: Known) -> Iterator[Hit]:
        found = sorted(set(view.get(name)))
        if len(found) > 1:
            yield from ((view.term, called(value, view.things, known, "nl")) for value in found)

    return test


def is_public(view: View) -> bool:
    """Tell whether the access right is exactly public: nothing else besides."""
    return set(view.get("dct:accessRights")) == {PUBLIC}


def is_theme(value: Term, known: Known) -> bool:
    """Tell whether a value is a theme that the European or a Belgian list holds."""
    return not is_literal(value) and value[1:-1].startswith(_THEMES) and value in known.lists.codes


def themes(view: View, known: Known) -> Texts:
    """Return the themes of those lists."""
    return codes((one for one in view.get("dcat:theme") if is_theme(one, known)), view, known)
