"""The rules on values: texts, dates, addresses, codes, and what looks like personal data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from app.rdf.lexical import is_valid
from app.rdf.namespaces import RDF_TYPE, expand
from app.rdf.terms import LANG_STRING, XSD, XSD_STRING, Literal, Term, Triple, is_iri, is_literal
from app.rdf.terms import literal_of as parts_of
from app.validation.terms.dates import is_iso, looks_dated
from app.validation.terms.findings import Collector
from app.validation.terms.known import KnownTerms, twin
from app.validation.terms.privacy import (
    has_numbers,
    is_personal,
    personal_addresses,
    phone_numbers,
    register_numbers,
)
from app.vocabularies.lists import LANGUAGES, Lists

_TEXT_TYPES: Final = frozenset({XSD_STRING, LANG_STRING})
_DATE_TYPES: Final = frozenset(
    XSD + name for name in ("date", "dateTime", "gYear", "gYearMonth", "dateTimeStamp")
)
_HTML: Final = re.compile(
    r"</?(p|br|div|span|a|b|i|u|em|strong|ul|ol|li|h[1-6]|table|tr|td|img|font)(\s[^<>]*)?/?>"
    r"|&(nbsp|amp|lt|gt|quot|eacute|euml|rsquo|#\d{2,5});",
    re.IGNORECASE,
)
_MARKDOWN: Final = re.compile(
    r"\[[^\]\n]+\]\([^)\s]+\)|\*\*[^*\s][^*\n]*\*\*|(?m:^#{1,6} \S)|(?m:^```)"
)
_PLACEHOLDERS: Final = frozenset((
    "n/a", "na", "n.a.", "nvt", "n.v.t.", "n.v.t", "null", "none", "nan", "undefined", "onbekend",
    "unknown", "tbd", "todo", "-", "--", "---", ".", "?", "??", "x", "xx", "xxx", "xxxx", "test",
    "leeg", "niet_beschikbaar", "geen",
))  # fmt: skip
# as many names as any catalogue has
_NAMES: Final = 10_000
_ADDRESS: Final = re.compile(r"https?://", re.IGNORECASE)
_ACCESS, _DOWNLOAD = expand("dcat:accessURL"), expand("dcat:downloadURL")
_LANGUAGE, _LICENCE = expand("dct:language"), expand("dct:license")


class Values:
    """Looks at triples one by one; `finish` tells what only shows when all have passed."""

    def __init__(self, terms: KnownTerms, lists: Lists, found: Collector) -> None:
        self._terms = terms
        self._found = found
        self._codes = lists.codes
        # a thing stands in many triples, mostly near each other
        self._is_personal = lru_cache(_NAMES)(is_personal)
        self._kind_of = lru_cache(_NAMES)(lambda name: terms.entry(name[1:-1]).values)
        self._starts = [start for codes in terms.lists.values() for start in codes.starts]
        # texts by thing, property and language: the first; where there are more, all, folded
        self._single: dict[tuple[Term, str, str], Term] = {}
        self._texts: dict[tuple[Term, str, str], dict[str, Term]] = {}
        self._urls: dict[Term, tuple[int, set[Term], set[Term]]] = {}
        # values of a list's property that are of no list, until one that is comes along
        self._own: dict[tuple[Term, str], tuple[int, Term] | None] = {}

    def check(self, triple: Triple) -> None:
        """Look at one triple."""
        subject, predicate, object_ = triple
        name = predicate[1:-1]
        kind = self._kind_of(predicate)
        if self._is_personal(subject):
            self._found.add("personal-number", subject, name, subject)
        if is_literal(object_):
            self._literal(subject, name, object_, kind)
            return
        if self._is_personal(object_):
            self._found.add("personal-number", subject, name, object_)
        if name != RDF_TYPE:
            self._link(subject, name, object_, kind)
            if object_ in self._codes:
                self._retired(subject, name, object_)

    def finish(self) -> None:
        """Tell what only shows when all triples of some things have passed, and forget them."""
        found = self._found
        for (subject, name), own in self._own.items():
            if own is not None:
                found.place, value = own
                names = self._terms.lists[name].names
                found.add("code-own-list", subject, name, value, list=names)
        for subject, (place, access, download) in self._urls.items():
            found.place = place
            for url in sorted(access & download):
                found.add("access-is-download", subject, _ACCESS, url)
        self._single.clear()
        self._texts.clear()
        self._urls.clear()
        self._own.clear()

    # links

    def _link(self, subject: Term, name: str, value: Term, kind: str) -> None:
        add = self._found.add
        if name in (_ACCESS, _DOWNLOAD):
            new = (self._found.place, set[Term](), set[Term]())
            _, access, download = self._urls.setdefault(subject, new)
            (download if name == _DOWNLOAD else access).add(value)
        if kind in ("text", "plain", "date"):
            add("link-for-text", subject, name, value)
        elif not value.startswith("<"):
            return
        elif kind == "email" and _ADDRESS.match(value[1:]) and "@" in value:
            # an address without mailto: was read as a relative one
            add("email-mailto", subject, name, value)
        elif name == _LICENCE and value[1:-1] in self._terms.near_licences:
            meant = self._terms.near_licences[value[1:-1]]
            add("licence-alias", subject, name, value, cause=value, suggestion=meant)
        elif name in self._terms.lists:
            self._code(subject, name, value)

    def _retired(self, subject: Term, name: str, value: Term) -> None:
        code, known = self._codes[value]
        if code.retired:
            said = {lang: code.label(lang) for lang in LANGUAGES}
            self._found.add("code-retired", subject, name, value, cause=value, since=code.retired,
                            code=said, list=known.names)  # fmt: skip

    def _code(self, subject: Term, name: str, value: Term) -> None:
        codes, iri = self._terms.lists[name], value[1:-1]
        key = (subject, name)
        meant = language_of(iri, self._terms.languages) if name == _LANGUAGE else ""
        if codes.holds(iri):
            self._own[key] = None
        elif meant:
            self._found.add("language-as-text", subject, name, value, cause=value, suggestion=meant)
        elif codes.holds(twin(iri)):
            self._found.add("code-twin", subject, name, value, cause=value, suggestion=twin(iri))
        elif iri.startswith(tuple(self._starts)):
            self._found.add("code-wrong-list", subject, name, value, cause=value, list=codes.names)
        else:
            self._own.setdefault(key, (self._found.place, value))

    # texts

    def _literal(self, subject: Term, name: str, value: Term, kind: str) -> None:
        parts = parts_of(value)
        if parts.datatype in _TEXT_TYPES:
            self._privacy(subject, name, parts.text, kind)
            if self._nothing(subject, name, value, parts.text, kind):
                return
            self._twice(subject, name, value, parts)
        if kind == "text":
            self._prose(subject, name, value, parts)
        elif kind == "date":
            self._date(subject, name, value, parts)
        elif kind == "email":
            self._found.add("email-mailto", subject, name, value)
        elif kind == "telephone":
            self._found.add("telephone-tel", subject, name, value)
        elif kind == "iri":
            self._for_link(subject, name, value, parts.text)

    def _privacy(self, subject: Term, name: str, text: str, kind: str) -> None:
        free = kind not in ("email", "telephone", "iri", "date", "plain")
        if "@" in text and free:
            for match in personal_addresses(text):
                self._found.add("personal-email", subject, name, f'"{match[0]}"')
        if not has_numbers(text):
            return
        numbers = register_numbers(text)
        for match in numbers:
            self._found.add("personal-number", subject, name, f'"{match[0]}"')
        for match in phone_numbers(text) if free and not numbers else ():
            self._found.add("personal-phone", subject, name, f'"{match[0]}"')

    def _nothing(self, subject: Term, name: str, value: Term, text: str, kind: str) -> bool:
        bare = text.strip()
        if not bare:
            self._found.add("text-empty", subject, name, value)
            return True
        if kind and bare.casefold().replace(" ", "_") in _PLACEHOLDERS and kind != "plain":
            self._found.add("text-placeholder", subject, name, value, cause=bare.casefold())
            return True
        if kind and bare != text:
            self._found.add("text-spaces", subject, name, value)
        return False

    def _twice(self, subject: Term, name: str, value: Term, parts: Literal) -> None:
        key = (subject, name, parts.language)
        if key not in self._single:
            self._single[key] = value
            return
        # most have one text per language, with nothing to compare it to
        first = self._single[key]
        others = self._texts.setdefault(key, {_folded(parts_of(first).text): first})
        if others.setdefault(_folded(parts.text), value) != value:
            self._found.add("text-twice", subject, name, value)

    def _prose(self, subject: Term, name: str, value: Term, parts: Literal) -> None:
        if not parts.language and parts.datatype == XSD_STRING:
            self._found.add("language-missing", subject, name, value)
        if _HTML.search(parts.text):
            self._found.add("html-in-text", subject, name, value)
        elif _MARKDOWN.search(parts.text):
            self._found.add("markdown-in-text", subject, name, value)

    def _date(self, subject: Term, name: str, value: Term, parts: Literal) -> None:
        text = parts.text.strip()
        if parts.datatype in _DATE_TYPES:
            if not is_valid(parts.text, parts.datatype):
                self._found.add("date-order", subject, name, value)
        elif is_iso(text):
            self._found.add("date-as-text", subject, name, value)
        elif looks_dated(text) or parts.datatype in _TEXT_TYPES:
            self._found.add("date-order", subject, name, value)

    def _for_link(self, subject: Term, name: str, value: Term, text: str) -> None:
        bare = text.strip()
        language = language_of(bare, self._terms.languages) if name == _LANGUAGE else ""
        licence = self._terms.near_licences.get(bare, "") if name == _LICENCE else ""
        if language:
            self._found.add(
                "language-as-text", subject, name, value, cause=bare, suggestion=language
            )
        elif licence:
            self._found.add("licence-alias", subject, name, value, cause=bare, suggestion=licence)
        elif _ADDRESS.match(bare) and not is_iri(bare):
            self._found.add("address-invalid", subject, name, value)
        else:
            self._found.add("text-for-link", subject, name, value)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


_CODE: Final = re.compile(
    r"(?:https?://(?:www\.)?(?:lexvo\.org/id/iso639-[123]|id\.loc\.gov/vocabulary/iso639-[12])/"
    r"|https://publications\.europa\.eu/resource/authority/language/)?([A-Za-z]{2,3})/?"
)


def language_of(text: str, languages: Mapping[str, str]) -> str:
    """Return the IRI of the European list that a code, or an IRI of another list, stands for."""
    match = _CODE.fullmatch(text)
    return languages.get(match[1].lower(), "") if match else ""
