"""What is known of others' vocabularies: terms, namespaces, code lists, languages, licences.

The facts are CSV files of a folder that is handed over; nothing about a vocabulary is in the code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.errors import ProjectError
from app.rdf.namespaces import PREFIXES
from app.vocabularies.tables import rows

_ELEMENTS: Final = "http://purl.org/dc/elements/1.1/"
# a short name resembles too many others
_LONG: Final = 6
_SHORTEST: Final = 3
_YES: Final = "yes"


@dataclass(frozen=True, slots=True)
class Entry:
    """A term: `kind` is class, property, datatype or individual.

    `values` says what a property usually holds: text, plain, date, iri, email, telephone or "".
    """

    kind: str
    values: str = ""
    replaced_by: str = ""
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A namespace with the terms known of it, by local name.

    Of a `complete` one every other name is wrong. `twin_is_wrong` says that the same namespace
    with http for https (or the reverse) is never meant; of some vocabularies both are in use.
    """

    prefix: str
    namespace: str
    complete: bool
    twin_is_wrong: bool
    terms: Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class CodeList:
    """The list that a property takes its values from: how their IRIs start, its name."""

    starts: tuple[str, ...]
    names: Mapping[str, str]

    def holds(self, iri: str) -> bool:
        """Tell whether an IRI looks like one of the list."""
        return iri.startswith(self.starts)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an IRI belongs; `how` is "" for the right namespace, else what is wrong.

    That is twin (http for https), misspelt, or elements (the old Dublin Core).
    """

    vocabulary: Vocabulary
    local: str
    how: str = ""

    @property
    def iri(self) -> str:
        """The IRI in the right namespace."""
        return self.vocabulary.namespace + self.local

    @property
    def entry(self) -> Entry | None:
        """What is known of the term."""
        return self.vocabulary.terms.get(self.local)


@dataclass(frozen=True, slots=True)
class KnownTerms:
    """The facts; `licences` and `languages` map what is met in feeds to the IRI that is meant.

    `licences` holds only what is certain, `near_licences` also what somebody should look at.
    """

    vocabularies: Mapping[str, Vocabulary]
    variants: Mapping[str, tuple[str, str]]
    lists: Mapping[str, CodeList]
    languages: Mapping[str, str]
    licences: Mapping[str, str]
    near_licences: Mapping[str, str]

    def place(self, iri: str) -> Place | None:
        """Return where an IRI belongs, or None outside of the known vocabularies."""
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        namespace, local = iri[:cut], iri[cut:]
        found = self.vocabularies.get(namespace)
        if found:
            return Place(found, local)
        variant = self.variants.get(namespace)
        return Place(self.vocabularies[variant[0]], local, variant[1]) if variant else None

    def entry(self, iri: str) -> Entry:
        """Return what is known of a term, in whichever form its namespace is written."""
        place = self.place(iri)
        return (place.entry if place else None) or Entry("")

    def short(self, iri: str) -> str:
        """Return `prefix:name` where the prefix is known, else the IRI."""
        place = self.place(iri)
        if place and not place.how and place.local:
            return f"{place.vocabulary.prefix}:{place.local}"
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        for prefix, namespace in PREFIXES.items():
            if namespace == iri[:cut] and iri[cut:]:
                return f"{prefix}:{iri[cut:]}"
        return iri


def alike(place: Place, kind: str, *, most: int = 2) -> tuple[str, ...]:
    """Return the names that a misspelt name could be: those that differ in case, else nearby.

    Nearby is `most` letters added, lost, changed or swapped; one where the name is short.
    """
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - a compiled module, only for what is wrong

    name = place.local.casefold()
    if len(name) < _SHORTEST:
        return ()
    # "has" says nothing: hasPhone is no hasPhoto
    far = most if len(name.removeprefix("has")) >= _LONG else 1
    found: list[tuple[int, str]] = []
    for other, entry in place.vocabulary.terms.items():
        if entry.kind != kind or entry.deprecated:
            continue
        distance = OSA.distance(name, other.casefold(), score_cutoff=far)
        if distance <= far:
            found.append((distance, other))
    if any(distance == 0 for distance, _ in found):
        found = [item for item in found if item[0] == 0]
    return tuple(other for _, other in sorted(found))


def load_terms(folder: Path) -> KnownTerms:
    """Return the facts of a folder.

    Raises:
        ProjectError: A file is missing or is not the table it should be.
    """
    vocabularies: dict[str, Vocabulary] = {}
    misspelt: list[tuple[str, str]] = []
    columns = ["prefix", "namespace", "complete", "twin_is_wrong", "misspelt"]
    for row in rows(folder / "naamruimten.csv", columns):
        terms = folder / "termen" / f"{row['prefix']}.csv"
        namespace = row["namespace"]
        vocabularies[namespace] = Vocabulary(
            row["prefix"], namespace, row["complete"] == _YES, row["twin_is_wrong"] == _YES,
            dict(_terms(terms, namespace)) if terms.exists() else {},
        )  # fmt: skip
        misspelt += [(other, namespace) for other in row["misspelt"].split("|") if other]
    lists = {
        row["property"]: CodeList(
            tuple(row["starts"].split("|")), {"nl": row["name_nl"], "en": row["name_en"]}
        )
        for row in rows(folder / "codelijsten.csv", ["property", "starts", "name_nl", "name_en"])
    }
    languages = {row["code"]: row["iri"] for row in rows(folder / "talen.csv", ["code", "iri"])}
    licences = list(rows(folder / "licenties.csv", ["alias", "iri", "certain"]))
    return KnownTerms(
        vocabularies,
        _variants(vocabularies, misspelt),
        lists,
        languages,
        {row["alias"]: row["iri"] for row in licences if row["certain"] == _YES},
        {row["alias"]: row["iri"] for row in licences},
    )


def twin(iri: str) -> str:
    """Return an IRI with http for https, or the reverse."""
    if iri.startswith("https://"):
        return "http://" + iri.removeprefix("https://")
    return "https://" + iri.removeprefix("http://")


def _variants(
    vocabularies: Mapping[str, Vocabulary], misspelt: list[tuple[str, str]]
) -> dict[str, tuple[str, str]]:
    """Return the wrong forms of namespaces: the right one, and what is wrong."""
    out: dict[str, tuple[str, str]] = {}
    for namespace in vocabularies:
        other = namespace[:-1] + ("/" if namespace.endswith("#") else "#")
        misspelt += [(other, namespace), (namespace.replace("://www.", "://"), namespace)]
    for wrong, namespace in misspelt:
        out[wrong] = out[twin(wrong)] = (namespace, "misspelt")
    out |= {twin(namespace): (namespace, "twin") for namespace in vocabularies}
    terms = PREFIXES["dct"]
    if terms in vocabularies:
        out |= {_ELEMENTS: (terms, "elements"), twin(_ELEMENTS): (terms, "elements")}
    return {wrong: how for wrong, how in out.items() if wrong not in vocabularies}


def _terms(path: Path, namespace: str) -> Iterator[tuple[str, Entry]]:
    for row in rows(path, ["iri", "kind", "values", "replaced_by", "deprecated"]):
        if not row["iri"].startswith(namespace):
            raise ProjectError(f"{row['iri']!r} is not of {namespace}", where=path.name)
        yield (
            row["iri"].removeprefix(namespace),
            Entry(row["kind"], row["values"], row["replaced_by"], row["deprecated"] == _YES),
        )
