"""Code lists of others: `vocab/lijsten/*.csv`, codes and labels written from facts.

`index.csv` says of each list which schemes it is (an http and an https form may both be in use),
how the IRIs of its codes start, whether every code is held, as of which version, and the source.
A list may be in the index without a file of codes: then none is held. `aliassen.csv` has what else
people write for a code: abbreviations, other words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import ProjectError
from app.rdf.namespaces import term
from app.rdf.terms import Term, Triple, literal
from app.vocabularies.tables import rows

_INDEX = ["list", "schemes", "starts", "title_nl", "title_en", "complete", "as_of", "source"]
_ALIASES = ["list", "notation", "also"]
_CODES = ["iri", "notation", "label_nl", "label_en", "retired"]
LANGUAGES = ("nl", "en")
# a short name resembles too many others
_LONG, _SHORT = 6, 4


@dataclass(frozen=True, slots=True)
class Code:
    """One code; `retired` is the date since when it is not to be used, or ""."""

    iri: str
    notation: str
    labels: Mapping[str, str]
    retired: str = ""
    also: tuple[str, ...] = ()

    def label(self, lang: str) -> str:
        """Return the label in a language, else in another one, else the notation."""
        return self.labels.get(lang) or next(iter(self.labels.values()), self.notation)


@dataclass(frozen=True, slots=True)
class AuthorityList:
    """One list: the IRIs of its scheme, how its codes start, names to say, and the codes held."""

    name: str
    schemes: tuple[str, ...]
    starts: tuple[str, ...]
    names: Mapping[str, str]
    complete: bool
    codes: Sequence[Code]

    def covers(self, iri: str) -> bool:
        """Tell whether an IRI looks like a code of this list, held or not."""
        return iri.startswith(self.starts)


@dataclass(frozen=True, slots=True)
class Lists:
    """All lists, by scheme IRI, and the codes by the term that data write."""

    by_scheme: Mapping[str, AuthorityList] = field(default_factory=dict)
    codes: Mapping[Term, tuple[Code, AuthorityList]] = field(default_factory=dict)

    def label(self, iri: str, lang: str) -> str:
        """Return the label of a code, or "" for what is no code that is held."""
        found = self.codes.get(f"<{iri}>")
        return found[0].label(lang) if found else ""

    def nearest(self, text: str, schemes: Iterable[str]) -> Code | None:
        """Return the code of some lists that a text resembles by its notation or label."""
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - a compiled module, rarely needed

        wanted = text.casefold()
        far = 2 if len(wanted) >= _LONG else 1 if len(wanted) >= _SHORT else 0
        best: tuple[int, Code] | None = None
        for known in {scheme: self.by_scheme.get(scheme) for scheme in schemes}.values():
            for code in known.codes if known else ():
                for name in filter(None, (code.notation, *code.labels.values())):
                    distance = OSA.distance(wanted, name.casefold(), score_cutoff=far)
                    if distance <= far and (best is None or distance < best[0]):
                        best = (distance, code)
        return best[1] if best and not best[1].retired else None

    def membership(self, node: Term) -> Iterator[Triple]:
        """Yield the triples that make a code one of its list."""
        yield node, term("rdf:type"), term("skos:Concept")
        for scheme in self.codes[node][1].schemes:
            yield node, term("skos:inScheme"), f"<{scheme}>"

    def names(self, node: Term) -> Iterator[Triple]:
        """Yield the labels and the notation of a code."""
        code = self.codes[node][0]
        for language, text in code.labels.items():
            yield node, term("skos:prefLabel"), literal(text, language=language)
        if code.notation:
            yield node, term("skos:notation"), literal(code.notation)


def load_lists(folder: Path) -> Lists:
    """Return the lists of a folder.

    Raises:
        ProjectError: A file is missing or wrong, or two lists claim one scheme or code.
    """
    by_scheme: dict[str, AuthorityList] = {}
    codes: dict[Term, tuple[Code, AuthorityList]] = {}
    aliases = _aliases(folder / "aliassen.csv")
    for row in rows(folder / "index.csv", _INDEX):
        path = folder / f"{row['list']}.csv"
        held = tuple(_codes(path, aliases)) if path.exists() else ()
        known = AuthorityList(
            row["list"], tuple(row["schemes"].split("|")), tuple(row["starts"].split("|")),
            {"nl": row["title_nl"], "en": row["title_en"]}, row["complete"] == "yes", held,
        )  # fmt: skip
        for scheme in known.schemes:
            if by_scheme.setdefault(scheme, known) is not known:
                raise ProjectError(f"two lists have the scheme {scheme}", where="index.csv")
        for code in held:
            for node in _forms(code.iri, known):
                if codes.setdefault(node, (code, known)) != (code, known):
                    raise ProjectError(f"two lists have the code {code.iri}", where=path.name)
    if aliases:
        raise ProjectError(f"there is no code {next(iter(aliases))}", where="aliassen.csv")
    return Lists(by_scheme, codes)


def _aliases(path: Path) -> dict[tuple[str, str], list[str]]:
    out: dict[tuple[str, str], list[str]] = {}
    for row in rows(path, _ALIASES) if path.exists() else ():
        out.setdefault((row["list"], row["notation"]), []).append(row["also"])
    return out


def _forms(iri: str, known: AuthorityList) -> Iterator[Term]:
    """Yield a code as data may write it: under each start of its list."""
    first = known.starts[0]
    if not iri.startswith(first):
        raise ProjectError(f"{iri} does not start with {first}", where=f"{known.name}.csv")
    for start in known.starts:
        yield f"<{start}{iri.removeprefix(first)}>"


def _codes(path: Path, aliases: dict[tuple[str, str], list[str]]) -> Iterator[Code]:
    seen = set[str]()
    for row in rows(path, _CODES):
        if row["iri"] in seen:
            raise ProjectError(f"{row['iri']} stands in two rows", where=path.name)
        seen.add(row["iri"])
        labels = {lang: row[f"label_{lang}"] for lang in LANGUAGES if row[f"label_{lang}"]}
        also = tuple(aliases.pop((path.stem, row["notation"]), ()))
        yield Code(row["iri"], row["notation"], labels, row["retired"], also)
