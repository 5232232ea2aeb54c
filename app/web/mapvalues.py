"""Things that are not published yet, as pages show things; with the cells behind each value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import unquote

from app.rdf.iris import relative
from app.rdf.namespaces import PREFIXES
from app.rdf.terms import Quad, Term, literal
from app.web.site import View
from app.web.values import Values

_NAMES = [PREFIXES[prefix] + name for prefix, name in (
    ("skos", "prefLabel"), ("dct", "title"), ("foaf", "name"), ("schema", "name"),
    ("rdfs", "label"),
)] + ["http://schema.org/name"]  # fmt: skip
Thing = Mapping[str, Any]


class Preview(Values):
    """The values of the things that are shown; what is not published has no page to link to."""

    def __init__(
        self, view: View, labels: Mapping[str, Any], things: Sequence[Thing], base: str
    ) -> None:
        own = {thing["iri"]: name for thing in things if (name := _names(thing))}
        super().__init__(view, {**labels, **own}, base)
        self._anchors = {thing["iri"]: f"#ding-{number}"
                         for number, thing in enumerate(things, start=1)}  # fmt: skip
        self._cells: dict[tuple[str, Term], Sequence[str]] = {}

    def href(self, iri: str) -> str:
        """Return the thing on this page, an address elsewhere, or "" for what is not there yet."""
        if iri in self._anchors:
            return self._anchors[iri]
        if self.base and relative(self.base, iri) is not None:
            return ""
        return iri if iri.startswith(("http://", "https://")) else ""

    def title(self, thing: Thing) -> str:
        """Return what a thing is called."""
        kinds = " ".join(self.short(kind) for kind in thing["types"][:1])
        return self.view.words.of(_names(thing), kinds or thing["iri"])

    def facts(self, thing: Thing) -> str:
        """Return the properties of a thing as HTML."""
        subject, quads = _term(thing), list[Quad]()
        self._cells = {}
        for property_ in thing["properties"]:
            for value in property_["values"]:
                term = _term(value)
                self._cells[property_["iri"], term] = value["cells"]
                quads.append((subject, f"<{property_['iri']}>", term, ""))
        return self.properties(quads)

    def term(self, term: Term) -> str:
        """Return a term as HTML; a thing without an address by its name here."""
        return f"<code>{escape(term)}</code>" if term.startswith("_:") else super().term(term)

    def beside(self, name: str, term: Term) -> str:
        """Return the cells behind a value."""
        places = "; ".join(place_words(self.view, cell) for cell in self._cells[name, term])
        return f' <span class="cell">{escape(places)}</span>' if places else ""


def place_words(view: View, ref: str) -> str:
    """Return a cell reference as people say it: `B7, blad Actoren`; `rij 4, kolom Website`."""
    file, _, rest = ref.partition("#")
    found = dict(part.partition("=")[::2] for part in rest.split("&"))
    said = [unquote(found["cell"])] if "cell" in found else []
    said += [f"{view.words(f'map_{name}')} {unquote(found[name])}"
             for name in ("row", "item", "column", "member", "sheet") if name in found]  # fmt: skip
    return ", ".join(said) or unquote(file)


def _names(thing: Thing) -> dict[str, str]:
    """Return the names of a thing by language, "" for none."""
    by_property = {item["iri"]: item["values"] for item in thing["properties"]}
    for name in _NAMES:
        found = [value for value in by_property.get(name, ()) if value.get("text")]
        if found:
            return {value.get("language", ""): value["text"] for value in reversed(found)}
    return {}


def _term(value: Mapping[str, Any]) -> Term:
    """Return the term that a value of the JSON stands for."""
    if "iri" in value:
        iri = str(value["iri"])
        return iri if iri.startswith("_:") else f"<{iri}>"
    return literal(value["text"], datatype=value.get("datatype", ""),
                   language=value.get("language", ""))  # fmt: skip
