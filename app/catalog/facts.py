"""Looking up what triples say of a thing, as plain values for JSON."""

from __future__ import annotations

from collections.abc import Iterable

from app.rdf import namespaces
from app.rdf.terms import Triple, is_literal, literal_of


class Facts:
    """Triples by subject; names of properties are prefixed names."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._values: dict[tuple[str, str], list[str]] = {}
        for subject, predicate, object_ in triples:
            self._values.setdefault((subject, predicate), []).append(object_)

    def _terms(self, subject: str, name: str) -> list[str]:
        return self._values.get((f"<{subject}>", namespaces.term(name)), [])

    def links(self, subject: str, name: str) -> list[str]:
        """Return the IRIs a thing points at."""
        return [term[1:-1] for term in self._terms(subject, name) if term.startswith("<")]

    def link(self, subject: str, name: str) -> str:
        """Return the first of them, or ""."""
        return next(iter(self.links(subject, name)), "")

    def value(self, subject: str, name: str) -> str:
        """Return the first literal's text, or ""."""
        found = [literal_of(term).text for term in self._terms(subject, name) if is_literal(term)]
        return next(iter(found), "")

    def texts(self, subject: str, name: str) -> dict[str, list[str]]:
        """Return texts by language, "" where none is said."""
        out: dict[str, list[str]] = {}
        for term in self._terms(subject, name):
            if is_literal(term):
                text, _, language = literal_of(term)
                out.setdefault(language, []).append(text)
        return out

    def text(self, subject: str, name: str, language: str) -> str:
        """Return the text in a language, or else in Dutch, or else any."""
        texts = self.texts(subject, name)
        found = texts.get(language) or texts.get("nl") or next(iter(texts.values()), [""])
        return found[0]

    def words(self, subject: str, name: str, language: str) -> list[str]:
        """Return all texts in a language, or else in any."""
        texts = self.texts(subject, name)
        return texts.get(language) or [text for found in texts.values() for text in found]
