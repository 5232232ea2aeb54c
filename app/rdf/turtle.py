"""Turtle and TriG writing of small graphs (RDF 1.1 Turtle; RDF 1.1 TriG)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import PurePath
from typing import Any, TypeVar

from app.rdf.namespaces import PREFIXES, RDF_TYPE
from app.rdf.terms import Quad, Term, Triple

# a safe part of PN_LOCAL: no escapes needed, no trailing dot
_PREFIX = re.compile(r"[A-Za-z]([A-Za-z0-9_-]*[A-Za-z0-9_])?")
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_INTEGER = re.compile(r'^"[+-]?[0-9]+"\^\^<http://www.w3.org/2001/XMLSchema#integer>$')
_TYPE = f"<{RDF_TYPE}>"
_CACHE_TERMS = 50_000
T = TypeVar("T")


def remember(known: dict[str, T], key: str, value: T) -> T:
    """Keep a value in a memory that starts anew when it is full; return the value."""
    if len(known) >= _CACHE_TERMS:
        known.clear()
    known[key] = value
    return value


class Prefixes:
    """Namespace table with a bounded memory of the terms it shortened."""

    def __init__(self, extra: Mapping[str, str] | None = None) -> None:
        self.by_name: dict[str, str] = {**PREFIXES, **(extra or {})}
        self._by_namespace = {namespace: name for name, namespace in self.by_name.items()}
        self._known: dict[Term, tuple[str, str]] = {}
        self._short: dict[str, tuple[str, str]] = {}
        # what another writer remembers of terms; bounded like the rest by `remember`
        self.memory: dict[Term, Any] = {}

    @classmethod
    def none(cls) -> Prefixes:
        """Return a table without any prefix."""
        empty = cls()
        empty.by_name, empty._by_namespace = {}, {}
        return empty

    def shorten(self, iri: str) -> tuple[str, str]:
        """Return (prefix, local name), or ("", "") where no prefix fits."""
        found = self._short.get(iri)
        if found is None:
            found = remember(self._short, iri, self._shorten(iri))
        return found

    def _shorten(self, iri: str) -> tuple[str, str]:
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        name = self._by_namespace.get(iri[:cut])
        if name is not None and _LOCAL.fullmatch(iri, cut):
            return name, iri[cut:]
        return "", ""

    def turtle(self, term: Term) -> tuple[str, str]:
        """Return (Turtle text of a term, prefix it needs or "")."""
        found = self._known.get(term)
        if found is None:
            found = remember(self._known, term, self._turtle(term))
        return found

    def _turtle(self, term: Term) -> tuple[str, str]:
        if term.startswith("<"):
            name, local = self.shorten(term[1:-1])
            return (f"{name}:{local}", name) if name else (term, "")
        if term.endswith(">") and term.startswith('"'):
            if _INTEGER.match(term):
                return term[1 : term.rindex('"')], ""
            start = term.rindex("^^<")
            name, local = self.shorten(term[start + 3 : -1])
            if name:
                return f"{term[:start]}^^{name}:{local}", name
        return term, ""


def _type_first(predicate: Term) -> tuple[bool, Term]:
    return predicate != _TYPE, predicate


def turtle_blocks(
    triples: Iterable[Triple], prefixes: Prefixes, used: set[str], indent: str = ""
) -> list[str]:
    """Return Turtle text per subject of triples that stand together by subject.

    The prefixes they need are added to `used`.
    """
    out: list[str] = []
    shorten = prefixes.turtle
    for subject, group in groupby(triples, key=itemgetter(0)):
        by_predicate: dict[Term, list[str]] = {}
        for _, predicate, object_ in group:
            text, prefix = shorten(object_)
            if prefix:
                used.add(prefix)
            by_predicate.setdefault(predicate, []).append(text)
        text, prefix = shorten(subject)
        if prefix:
            used.add(prefix)
        parts = []
        for predicate in sorted(by_predicate, key=_type_first):
            if predicate == _TYPE:
                verb = "a"
            else:
                verb, prefix = shorten(predicate)
                if prefix:
                    used.add(prefix)
            joiner = ",\n" + indent + "        "
            parts.append(f"{verb} {joiner.join(by_predicate[predicate])}")
        out.append(f"{indent}{text} " + f" ;\n{indent}    ".join(parts) + " .\n")
    return out


def prefix_lines(prefixes: Prefixes, used: set[str]) -> str:
    """Return the Turtle declarations of prefixes."""
    return "".join(f"@prefix {name}: <{prefixes.by_name[name]}> .\n" for name in sorted(used))


def write_turtle(triples: Iterable[Triple], prefixes: Prefixes) -> str:
    """Return Turtle of triples sorted by subject; terms without a fitting prefix stay whole."""
    used: set[str] = set()
    body = turtle_blocks(triples, prefixes, used, "")
    return prefix_lines(prefixes, used) + "\n" + "\n".join(body)


def write_trig(quads: Iterable[Quad], prefixes: Prefixes) -> str:
    """Return TriG of quads, each in its named graph ("" is the default graph)."""
    used: set[str] = set()
    blocks: list[str] = []
    ordered = sorted(quads, key=lambda quad: (quad[3], quad[0], quad[1], quad[2]))
    for graph, group in groupby(ordered, key=itemgetter(3)):
        triples = (quad[:3] for quad in group)
        if not graph:
            blocks.extend(turtle_blocks(triples, prefixes, used, ""))
            continue
        name, prefix = prefixes.turtle(graph)
        if prefix:
            used.add(prefix)
        body = "\n".join(turtle_blocks(triples, prefixes, used, "    "))
        blocks.append(f"{name} {{\n{body}}}\n")
    return prefix_lines(prefixes, used) + "\n" + "\n".join(blocks)


def own_prefixes(vocabularies: Iterable[str], base: str) -> Prefixes:
    """Return the prefixes for files: the standards', and one per vocabulary file of a project."""
    stems = [PurePath(name).stem for name in vocabularies]
    # not every file name can be a prefix
    stems = [stem for stem in stems if _PREFIX.fullmatch(stem)]
    return Prefixes({stem: f"{base}ns/{stem}#" for stem in stems})
