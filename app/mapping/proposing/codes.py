"""Codes by what people write for them: a label, a notation, an alias of a licence, a media type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

from app.tables.kinds import Values
from app.tables.matching import fold
from app.vocabularies.lists import AuthorityList, load_lists
from app.vocabularies.tables import rows

LICENCES, MEDIA_TYPES = "licenties", "mediatypes"
# the form of the IRI that DCAT-AP asks for (mdr-vocabularies shape)
_IANA: Final = "http://www.iana.org/assignments/media-types/"


class Codes:
    """The lists of `vocab/lijsten`, and the licences of `vocab/termen`."""

    def __init__(self, vocab: Path) -> None:
        """Hold a folder `vocab`; its lists are read once a column asks for one."""
        self._vocab = vocab
        self._known: dict[str, Mapping[str, str]] = {}

    @cached_property
    def _lists(self) -> Mapping[str, AuthorityList]:
        lists = load_lists(self._vocab / "lijsten")
        return {item.name: item for item in lists.by_scheme.values()}

    def found(self, name: str, texts: Iterable[str]) -> dict[str, str]:
        """Return the IRI of each text that is a code of a list, by the text."""
        if name == MEDIA_TYPES:
            return {
                text: _IANA + text for text in texts if Values([text], [1], 1).share("media-type")
            }
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._by_text(name)
        return {text: known[fold(text)] for text in texts if fold(text) in known}

    def _by_text(self, name: str) -> dict[str, str]:
        if name == LICENCES:
            path = self._vocab / "termen" / "licenties.csv"
            return {fold(row["alias"]): row["iri"]
                    for row in rows(path, ["alias", "iri", "certain"])
                    if row["certain"] == "yes"}  # fmt: skip
        out: dict[str, str] = {}
        for code in self._lists[name].codes:
            if not code.retired:
                for text in (code.iri, code.notation, *code.labels.values(), *code.also):
                    out.setdefault(fold(text), code.iri)
        return out
