"""What a result means to a person: what was found, what is expected, an example, how to mend it.

Our own profiles say it themselves; for any other shapes it follows from the constraint (SHACL,
section 4). No text names a constraint or holds an IRI: people read labels and plain words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.rdf.lexical import is_valid
from app.rdf.namespaces import expand
from app.rdf.terms import XSD, XSD_STRING, Term, is_literal, literal, literal_of
from app.rdf.turtle import Prefixes
from app.validation.report import Result
from app.validation.shapes import Shape, Shapes
from app.validation.snippet import Mended, snippet
from app.validation.wording import (
    ASKED,
    ASKED_OTHERWISE,
    FILLED,
    KINDS,
    LANG_STRING,
    REMEDIES,
    REMEDY_OTHERWISE,
    REMEDY_REPLACED,
    TYPES,
    TYPICAL,
)
from app.vocabularies.lists import Code, Lists

LANGUAGES = ("nl", "en")
_SH = expand("sh:")
_SHOWN, _CHOICES = 120, 5
# what looks like one of these and is plain text looks right and is not
_DATES = ("date", "dateTime")
# constraint component -> the parameter that says what it asks
_PARAMETERS = {"Equals": "equals", "Disjoint": "disjoint", "LessThan": "lessThan",
               "LessThanOrEquals": "lessThanOrEquals", "Class": "class"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Explanation:
    """One result for people, each text by language; `example` is one value in Turtle or "".

    `snippet` is how to write it in the source; "" where no value mends the result or none is
    known.
    """

    property: Mapping[str, str]
    found: Mapping[str, str]
    expected: Mapping[str, str]
    remedy: Mapping[str, str]
    example: str
    snippet: str
    clause: str


class Explainer:
    """Explains the results of one profile; `label` gives an IRI's name in a language.

    `source` is the media type of what was validated: snippets are in its syntax, and relative to
    its `base`.
    """

    def __init__(
        self,
        shapes: Shapes,
        label: Callable[[str, str], str],
        *,
        source: str = "",
        lists: Lists | None = None,
        base: str = "",
    ) -> None:
        self._shapes = shapes
        self._label = label
        self._source = source
        self._lists = lists or Lists()
        self._near: dict[tuple[str, Term], Code | None] = {}
        self._base = base
        self._prefixes = Prefixes(shapes.prefixes)

    def explain(self, result: Result) -> Explanation:
        """Return what a result means."""
        shape = self._shapes[result.shape]
        component = result.component.removeprefix(_SH).removesuffix("ConstraintComponent")
        if component == "MaxCount" and _number(shape, "maxCount") == "0":
            component = "MaxCountNone"
        asked = ASKED.get(component, ASKED_OTHERWISE)
        mend = REMEDIES.get(component, REMEDY_OTHERWISE)
        if component == "NodeKind" and is_literal(result.value):
            mend = REMEDIES["NodeKindText"]
        if shape.replaced_by:
            mend = REMEDY_REPLACED
        example = self.example(result.shape, result.component)
        nothing = {"nl": "niets", "en": "nothing"}
        return Explanation(
            property={lang: self._property(shape, result.path, lang) for lang in LANGUAGES},
            found=self.found(result) or nothing,
            expected={lang: text.format(**self._places(component, shape, lang))
                      for lang, text in zip(LANGUAGES, asked, strict=True)},
            remedy=dict(zip(LANGUAGES, mend, strict=True)),
            example=_turtle(example),
            snippet=self._snippet(result, shape, component, example),
            clause=shape.clause,
        )  # fmt: skip

    def example(self, shape: str, component: str) -> Term:
        """Return one value that a constraint of a shape takes, or "".

        The shape's own example or, for want of one, that of another about the same property.
        """
        asked = self._shapes[shape]
        # what is right for one kind of thing misleads about another: the type of a publisher, of a
        # licence; ours say in their names whose property it is
        about = [each for each in self._shapes.about(asked) if each.subject == asked.subject]
        said = next(filter(None, map(_named, about)), "")
        if said or component.removeprefix(_SH).removesuffix("ConstraintComponent") not in TYPICAL:
            return said
        return next(filter(None, map(_typical, about)), "")

    def _snippet(self, result: Result, shape: Shape, component: str, value: Term) -> str:
        predicate, inverse = self._shapes.predicate(shape)
        kind = next(iter(shape.of("class")), "") if component == "Class" else ""
        if kind and result.value.startswith("<"):
            value = result.value  # the right thing, most likely: what lacks is that it says so
        usable = value and predicate and not ((inverse or kind) and is_literal(value))
        if not usable or (component not in FILLED and not shape.replaced_by):
            return ""
        mended = Mended(predicate, value, inverse=inverse, kind=kind)
        prefixes = self._shapes.prefixes
        return snippet(result.focus, mended, self._source, prefixes, base=self._base)

    def message(self, result: Result, told: Explanation) -> dict[str, str]:
        """Return the profile's own words where it has them for a language, else what is asked."""
        shape = self._shapes[result.shape]
        queries = [self._shapes[node.strip("<>")] for node in shape.of("sparql")]
        own = result.messages if any(each.of("message") for each in (shape, *queries)) else {}
        component = result.component.removeprefix(_SH).removesuffix("ConstraintComponent")
        if own and component not in ASKED:
            # nothing of ours says more than words in another language
            own = dict.fromkeys(LANGUAGES, next(iter(own.values()))) | dict(own)
        leads = {"nl": ("Gevraagd", "bij"), "en": ("Asked", "of")}
        name = self._prefixes.turtle(f"<{result.path}>")
        said = {}
        for lang, (asked, of) in leads.items():
            known = told.property.get(lang, "")
            about = f"{known} ({name[0]})" if name[1] and name[0] != known else known
            lead = f"{asked} {of} {about}" if about else asked
            said[lang] = own.get(lang) or f"{lead}: {told.expected[lang]}."
        return said

    def found(self, result: Result, several: Sequence[Term] = ()) -> dict[str, str]:
        """Return the value of a result as people write it, with the code it resembles; or {}.

        A result without a value has `several`: too many of them.
        """
        if not result.value:
            # an address tells two values apart where their names are the same
            shown = [[each if each.startswith("<") else self.value(each, lang)
                      for each in several[:_CHOICES]] for lang in LANGUAGES]  # fmt: skip
            more = ["…"] if len(several) > _CHOICES else []
            return {lang: ", ".join([*texts, *more])
                    for lang, texts in zip(LANGUAGES, shown, strict=True) if texts}  # fmt: skip
        near = self._nearest(result)
        told = {lang: self._whole(result.value, lang) for lang in LANGUAGES}
        if near is None:
            return told
        maybe = {"nl": "misschien is bedoeld", "en": "perhaps meant is"}
        return {
            lang: f"{text}; {maybe[lang]} {near.label(lang)} ({near.notation})"
            if near.notation else f"{text}; {maybe[lang]} {near.label(lang)}"
            for lang, text in told.items()
        }  # fmt: skip

    def _whole(self, term: Term, lang: str) -> str:
        """Return a value; of an address without a name all of it, which tells its list."""
        text = self.value(term, lang)
        nameless = term.startswith("<") and term[1:-1].rstrip("/#").endswith(text)
        return _cut(term[1:-1]) if nameless else text

    def _nearest(self, result: Result) -> Code | None:
        key = (result.shape, result.value)
        if key not in self._near:
            schemes = self._shapes.schemes(result.shape)
            value = result.value
            text = literal_of(value).text if is_literal(value) else re.split("[/#]", value[:-1])[-1]
            known = schemes and not value.startswith("_:") and len(text) <= _SHOWN
            self._near[key] = self._lists.nearest(text, schemes) if known else None
        return self._near[key]

    def _property(self, shape: Shape, path: str, lang: str) -> str:
        if shape.names:
            found = shape.subject
            return found.get(lang) or next(iter(found.values()))
        return self._label(path, lang) if path else ""

    def value(self, term: Term, lang: str) -> str:
        """Return a value as people write it, shortened."""
        if term.startswith("_:"):
            return "een ding zonder adres" if lang == "nl" else "a thing without an address"
        if not is_literal(term):
            return self._label(term[1:-1], lang)
        text, datatype, language = literal_of(term)
        shown = f"“{_cut(text)}”"
        if language:
            return f"{shown} ({language})"
        if is_valid(text, datatype):
            if datatype == XSD_STRING and any(is_valid(text, XSD + kind) for kind in _DATES):
                return f"{shown} (gewone tekst)" if lang == "nl" else f"{shown} (plain text)"
            return shown
        name = TYPES.get(datatype, ("dit soort waarde", "this kind of value", ""))
        no = f"geen {name[0].removeprefix('een ')}" if lang == "nl" else f"not {name[1]}"
        return f"{shown} ({no})"

    def _places(self, component: str, shape: Shape, lang: str) -> dict[str, str]:
        """Return what fills the places of a text, as far as the shape tells."""
        index = LANGUAGES.index(lang)
        number = _number(shape, component[:1].lower() + component[1:])
        one, many = (("één waarde", "waarden"), ("one value", "values"))[index]
        datatype = _iri(shape, "datatype")
        kind = _iri(shape, "nodeKind").removeprefix(_SH)
        listed = shape.of({"In": "in", "LanguageIn": "languageIn"}.get(component, "hasValue"))
        named = _iri(shape, _PARAMETERS.get(component, ""))
        return {
            "number": number,
            "count": one if number == "1" else f"{number} {many}",
            "type": TYPES[datatype][index] if datatype in TYPES else self._label(datatype, lang),
            "kind": KINDS.get(kind, KINDS["IRIOrLiteral"])[index],
            "names": self._names(listed, lang),
            "label": self._label(named, lang) if named else "",
        }

    def _names(self, terms: tuple[Term, ...], lang: str) -> str:
        shown = [
            literal_of(term).text if is_literal(term) else self.value(term, lang)
            for term in terms[:_CHOICES]
        ]
        more = len(terms) - len(shown)
        if more:
            shown.append(f"nog {more} andere" if lang == "nl" else f"{more} others")
        return ", ".join(shown)


def _iri(shape: Shape, name: str) -> str:
    found = shape.of(name)
    return found[0][1:-1] if found and found[0].startswith("<") else ""


def _number(shape: Shape, name: str) -> str:
    found = shape.of(name)
    return literal_of(found[0]).text if found and is_literal(found[0]) else "?"


def _named(shape: Shape) -> Term:
    """Return one value that the shape names: its `skos:example`, or what it takes."""
    given = shape.facts.get(expand("skos:example"), ())
    return next(iter((*given, *shape.of("hasValue"), *shape.of("in"))), "")


def _typical(shape: Shape) -> Term:
    """Return a made-up value of the kind that the shape takes; else ""."""
    datatype, kind = _iri(shape, "datatype"), _iri(shape, "nodeKind")
    if datatype in TYPES:
        text = TYPES[datatype][2]
        return literal(text, language="nl") if datatype == LANG_STRING else literal(
            text, datatype=datatype)  # fmt: skip
    return "<https://www.example.org/>" if kind.endswith("IRI") else ""


def _turtle(value: Term) -> str:
    """Return a value in Turtle; addresses stay whole, the prefixes of a file are unknown here."""
    return Prefixes().turtle(value)[0] if is_literal(value) else value


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
