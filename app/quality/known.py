"""What values of formats, media types, licences and access rights are worth.

A value from the list is sure. One that only means a code of it (a text, http for https, a licence
by another address) is "not known": some portals read it, others do not; `meant` says what to write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from app.quality.indicators import Outcome
from app.rdf.terms import Term, is_literal, literal_of
from app.validation.terms.known import KnownTerms, twin
from app.vocabularies.lists import AuthorityList, Lists
from app.vocabularies.tables import rows

_AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
_FILE_TYPES, _RIGHTS = _AUTHORITY + "file-type", _AUTHORITY + "access-right"
_LICENCES: Final = _AUTHORITY + "licence/"
_IANA: Final = "http://www.iana.org/assignments/media-types/"
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+_-]*")
# the access right of INSPIRE that means everybody
_NO_LIMITATIONS: Final = (
    "inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/noLimitations"
)
_YES: Final = "yes"
# as many values as differ in any catalog
_VALUES: Final = 10_000


def every(outcomes: Iterable[Outcome]) -> Outcome:
    """Return what holds of all: passed or failed where they agree, else not known."""
    found = set(outcomes)
    return found.pop() if len(found) == 1 else None if found else False


def one_of(outcomes: Iterable[Outcome]) -> Outcome:
    """Return whether one passed; not known where one may have."""
    found = set(outcomes)
    return True if True in found else None if None in found else False


class Known:
    """The lists behind the indicators; `machine` and `free` say of a file type if it is on one.

    `lists` are the code lists that values are looked up in.
    """

    def __init__(
        self,
        lists: Lists,
        terms: KnownTerms,
        machine: Mapping[str, bool],
        free: Mapping[str, bool],
        media_types: Mapping[str, tuple[bool, str]],
        open_licences: Mapping[str, bool],
    ) -> None:
        self.lists = lists
        self._licences = terms.licences
        self._near_licences = terms.near_licences
        # the longest start that fits decides
        self._open = sorted(open_licences.items(), key=lambda item: -len(item[0]))
        self._known_licences = {
            iri for iri in terms.near_licences.values() if iri.startswith(_LICENCES)
        }
        self._canonical = set(terms.near_licences.values())
        self._machine, self._free = machine, free
        self._media_types = media_types
        file_types = lists.by_scheme[_FILE_TYPES]
        self._start = file_types.starts[0]
        self._names = {
            name.casefold(): code.notation
            for code in file_types.codes
            for name in (*code.labels.values(), code.notation)
        }
        self._rights = {
            name.casefold(): code.notation == "PUBLIC"
            for code in lists.by_scheme[_RIGHTS].codes
            for name in (*code.labels.values(), code.notation)
        }
        self.format = lru_cache(_VALUES)(self._format)
        self.media_type = lru_cache(_VALUES)(self._media_type)
        self.licence = lru_cache(_VALUES)(self._licence)
        self.access_right = lru_cache(_VALUES)(self._access_right)
        self.machine_readable = lru_cache(_VALUES)(self._readable)
        self.non_proprietary = lru_cache(_VALUES)(self._unbound)
        self.open_licence = lru_cache(_VALUES)(self._is_open)
        self.public = lru_cache(_VALUES)(self._is_public)
        self.type_name = lru_cache(_VALUES)(self._type_name)

    # is a value from its list?

    def _format(self, value: Term) -> Outcome:
        found = _held(value, self.lists, self.lists.by_scheme[_FILE_TYPES])
        return None if found is False and self.file_type(value) else found

    def _media_type(self, value: Term) -> Outcome:
        name = _media_name(value)
        if name not in self._media_types:
            # the registry is larger than what is held of it
            return None if name else False
        registered = self._media_types[name][0]
        return None if registered and is_literal(value) else registered

    def _licence(self, value: Term) -> Outcome:
        if value[1:-1] in self._known_licences:
            return True
        return None if self.meant_licence(value) or value.startswith("<" + _LICENCES) else False

    def _access_right(self, value: Term) -> Outcome:
        rights = self.lists.by_scheme[_RIGHTS]
        found = _held(value, self.lists, rights)
        return None if found is False and rights.covers(twin(value[1:-1])) else found

    # how open is what it means?

    def _is_open(self, value: Term) -> Outcome:
        """Return whether a licence is open: not known for what the list does not have.

        A text that may mean a licence but need not is not known, whatever that licence is.
        """
        text = _text(value).strip()
        certain = self._licences.get(text) or ("" if text in self._near_licences else text)
        return self._open_at(certain)

    def _open_at(self, iri: str) -> Outcome:
        scheme, _, place = iri.partition("://")
        place = place.removeprefix("www.")
        found = (opened for start, opened in self._open if place.startswith(start))
        return next(found, None) if scheme in {"http", "https"} else None

    def _is_public(self, value: Term) -> Outcome:
        """Return whether an access right is that of everybody; not known for one of no list."""
        text = _text(value).strip()
        if text.endswith(_NO_LIMITATIONS):
            return True
        for start in (_RIGHTS + "/", twin(_RIGHTS) + "/"):
            if text.startswith(start):
                return text.removeprefix(start) == "PUBLIC"
        return self._rights.get(text.casefold())

    def holds(self, file_type: str) -> tuple[Outcome, Outcome]:
        """Return whether a file type is machine-readable, and non-proprietary, by its code."""
        return self._machine.get(file_type), self._free.get(file_type)

    def _type_name(self, file_type: str) -> Mapping[str, str]:
        """Return how a file type is called in the European list, in nl and en."""
        if not file_type:
            return {"nl": "een onbekend formaat", "en": "an unknown format"}
        iri = self._start + file_type
        return {lang: self.lists.label(iri, lang) or file_type for lang in ("nl", "en")}

    # what is a value?

    def file_type(self, value: Term) -> str:
        """Return the code of the file type that a format or media type means, or ""."""
        name = _media_name(value)
        if name:
            return self._media_types.get(name, (False, ""))[1]
        text = _text(value)
        for start in (self._start, twin(self._start)):
            if text.startswith(start):
                return text.removeprefix(start)
        return self._names.get(text.strip().lstrip(".").casefold(), "")

    def meant_format(self, values: Sequence[Term]) -> str:
        """Return the IRI of the file type that some values mean, or ""."""
        code = next(filter(None, map(self.file_type, sorted(values))), "")
        return self._start + code if code else ""

    def meant_media_type(self, values: Sequence[Term], formats: Sequence[Term]) -> str:
        """Return the IRI of the registered media type that is meant, by the format if need be."""
        for name in map(_media_name, sorted(values)):
            if self._media_types.get(name, (False, ""))[0]:
                return _IANA + name
        codes = set(filter(None, map(self.file_type, (*values, *formats))))
        for name, (registered, code) in self._media_types.items():
            if registered and code in codes:
                return _IANA + name
        return ""

    def meant_licence(self, value: Term) -> str:
        """Return the IRI of the European list that a licence certainly stands for, or ""."""
        found = self.licence_of(value)
        return found if found.startswith(_LICENCES) else ""

    def licence_of(self, value: Term) -> str:
        """Return the one IRI of a licence that another address or a text certainly means, or ""."""
        text = _text(value).strip()
        return text if text in self._canonical else self._licences.get(text, "")

    def _readable(self, value: Term) -> Outcome:
        return self._listed(value, self._machine)

    def _unbound(self, value: Term) -> Outcome:
        return self._listed(value, self._free)

    def _listed(self, value: Term, listed: Mapping[str, bool]) -> Outcome:
        code = self.file_type(value)
        # a media type stands for its file type
        held: Callable[[Term], Outcome] = self.media_type if _media_name(value) else self.format
        found = listed.get(code)
        if found and held(value) is not True:
            return None
        return found if code else held(value) and None


def _held(value: Term, lists: Lists, wanted: AuthorityList) -> Outcome:
    found = lists.codes.get(value)
    if found and found[1] is wanted:
        return True
    return None if wanted.covers(value[1:-1]) and not wanted.complete else False


def _text(value: Term) -> str:
    return literal_of(value).text if is_literal(value) else value[1:-1]


def _media_name(value: Term) -> str:
    """Return the media type that a term names, or "" for what is none."""
    text = _text(value)
    for start in (_IANA, twin(_IANA)):
        if text.startswith(start):
            return text.removeprefix(start).lower()
    text = text.partition(";")[0].strip().lower()
    return text if is_literal(value) and _MEDIA_TYPE.fullmatch(text) else ""


def load_known(folder: Path, lists: Lists, terms: KnownTerms) -> Known:
    """Return what is known, the lists of a folder with it.

    Raises:
        ProjectError: A file is missing or wrong.
    """
    machine, free = {}, {}
    for row in rows(
        folder / "bestandstypes.csv", ["file_type", "machine_readable", "non_proprietary"]
    ):
        machine[row["file_type"]] = row["machine_readable"] == _YES
        free[row["file_type"]] = row["non_proprietary"] == _YES
    media_types = {
        row["media_type"]: (row["registered"] == _YES, row["file_type"])
        for row in rows(folder / "mediatypes.csv", ["media_type", "registered", "file_type"])
    }
    licences = {
        row["start"]: row["open"] == _YES
        for row in rows(folder / "licenties.csv", ["start", "open"])
    }
    return Known(lists, terms, machine, free, media_types, licences)
