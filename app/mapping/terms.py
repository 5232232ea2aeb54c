"""Term maps over columns: RDF terms as N-Triples text, and a report of each value that is none.

A column is judged as a whole first, by one pattern over all of it; only where that fails is each
value looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from app.mapping.columns import Cells, Report, Values, Vector, templated
from app.mapping.functions.model import Lookups
from app.mapping.model import Part, TermMap
from app.rdf.iris import are_segments, encode_segment, encode_segments
from app.rdf.lexical import is_checked, is_valid, usual
from app.rdf.terms import escape, is_iri, literal

_KNOWN_AT_MOST: Final = 50_000
_DOTS = re.compile(r"/(%2E){1,2}(/|$)")
# IRIs that need no closer look; one for each line
_USUAL = re.compile(r"(?:(?:https?://[A-Za-z0-9.-]++(?:/[A-Za-z0-9._~/?&=!$'()*+,;:@-]*+)?)?\n)*+")
# behind such a text a segment cannot make an IRI wrong
_OPEN = re.compile(r"https?://[A-Za-z0-9.-]+/[A-Za-z0-9._~/?&=#!$'()*+,;:@-]*")


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of rows, as `before + body + after`; where a body is "" (or []) there is none.

    Without `bodies` the term is `before`, the same for every row.
    """

    before: str
    bodies: Vector | None = None
    after: str = ""

    def whole(self, count: int) -> Vector:
        """Return the terms themselves, for so many rows."""
        if self.bodies is None:
            return Vector([self.before] * count)
        before, after, texts = self.before, self.after, self.bodies.texts
        if not before and not after:
            return self.bodies
        if self.bodies.many:
            return Vector([[f"{before}{x}{after}" for x in row] for row in texts], many=True)
        return Vector([f"{before}{x}{after}" if x else "" for x in texts])


class TermMaker:
    """Makes the terms of one term map for the rows of batches; the constant parts only once."""

    def __init__(self, term: TermMap, lookups: Lookups | None) -> None:
        self._term = term
        self._parts = _merged(term.parts)
        self._values = [Values(part, lookups) for part in self._parts if _varies(part)]
        # what terms were checked to
        self._known: dict[str, str] = {}
        self._fixed = "" if self._values else self._constant()
        self._open = term.iri and self._is_open()

    def _is_open(self) -> bool:
        """Tell whether any segments in the template's places make an IRI; makes it absolute."""
        first, *rest = self._parts
        start = self._absolute(first.text)
        # a colon further on may make what stands before it a scheme, which has no base before it
        if _varies(first) or (start != first.text and any(":" in part.text for part in rest)):
            return False
        sample = start + "".join("x" if _varies(part) else part.text for part in rest)
        if not _OPEN.fullmatch(start) or not is_iri(sample):
            return False
        self._parts = [Part(start), *rest]
        return True

    def __call__(self, cells: Cells, report: Report) -> Terms:
        """Return the terms of each row; a value that makes none is reported and left out."""
        if self._fixed:
            return Terms(self._fixed)
        made = [values(cells, report) for values in self._values]
        if self._term.blank:
            # any text may be a blank node's name, few are its label
            return Terms("_:b", _each(self._filled(made, len(cells)), lambda x: x.encode().hex()))
        if self._term.iri:
            return self._iris(made, len(cells), report)
        return self._literals(self._filled(made, len(cells)), report)

    def _constant(self) -> str:
        """Return the term that is the same for every row; the readers saw that it is one."""
        term = self._term
        text = "".join(part.text for part in self._parts)
        if term.blank:
            return f"_:b{text.encode().hex()}"
        if term.iri:
            return f"<{self._absolute(text)}>"
        return literal(text, datatype=term.datatype, language=term.language)

    def _absolute(self, text: str) -> str:
        return self._term.absolute(text)

    def _filled(self, made: Sequence[Vector], count: int) -> Vector:
        """Return the texts of the template, with what stands for its variable parts."""
        rest = iter(made)
        return templated(
            [next(rest) if _varies(part) else part.text for part in self._parts], count
        )

    def _iris(self, made: Sequence[Vector], count: int, report: Report) -> Terms:
        if self._term.is_reference:
            if _all_match(_USUAL, made[0]):
                return Terms("<", made[0], ">")
            return Terms("<", self._checked(made[0], self._iri, report), ">")
        made = [_segments(vector) for vector in made]
        # an encoded dot may stand alone between slashes
        if not self._open or any("%2E" in _lines(vector) for vector in made):
            return Terms("<", self._checked(self._filled(made, count), self._iri, report), ">")
        if len(made) > 1:
            return Terms("<", self._filled(made, count), ">")
        return Terms(f"<{self._parts[0].text}", made[0],
                     f"{''.join(part.text for part in self._parts[2:])}>")  # fmt: skip

    def _iri(self, text: str) -> str:
        # an address without its beginning, and never one below the base
        if text[:4].lower() == "www.":
            return ""
        value = self._absolute(text)
        # browsers read an encoded dot as a dot, and would resolve the segment away
        return value if is_iri(value) and not _DOTS.search(value) else ""

    def _literals(self, texts: Vector, report: Report) -> Terms:
        term = self._term
        pattern = usual(term.datatype)
        if pattern is None or not _all_match(pattern, texts):
            if is_checked(term.datatype):
                check = partial(_if_valid, datatype=term.datatype)
                texts = self._checked(texts, check, report)
            texts = _escaped(texts)
        sample = literal("", datatype=term.datatype, language=term.language)
        return Terms(sample[:1], texts, sample[1:])

    def _checked(self, texts: Vector, check: Callable[[str], str], report: Report) -> Vector:
        """Return what `check` makes of each text; one that it makes "" of is reported."""
        known, kind = self._known, "IRI" if self._term.iri else self._term.datatype
        if len(known) >= _KNOWN_AT_MOST:
            known.clear()
        rows = texts.lists() if texts.many else ([text] if text else () for text in texts.texts)
        out: list[Any] = []
        for position, row in enumerate(rows):
            good = []
            for text in row:
                if text not in known:
                    known[text] = check(text)
                if known[text]:
                    good.append(known[text])
                else:
                    report(position, self._term.columns, text, kind)
            out.append(good if texts.many else good[0] if good else "")
        return Vector(out, texts.many)


def _varies(part: Part) -> bool:
    return part.column or part.call is not None


def _merged(parts: Sequence[Part]) -> list[Part]:
    """Return the parts with constants that stand side by side as one, and none empty."""
    out: list[Part] = []
    for part in parts:
        if out and not _varies(part) and not _varies(out[-1]):
            out[-1] = Part(out[-1].text + part.text)
        elif part.text or _varies(part):
            out.append(part)
    return out


def _if_valid(text: str, datatype: str) -> str:
    return text if is_valid(text, datatype) else ""


def _each(texts: Vector, change: Callable[[str], str]) -> Vector:
    if texts.many:
        return Vector([[change(text) for text in row] for row in texts.texts], many=True)
    return Vector([text and change(text) for text in texts.texts])


def _lines(texts: Vector) -> str:
    """Return all texts, each ended by a newline."""
    rows = texts.texts
    return "\n".join([*(text for row in rows for text in row), ""] if texts.many else [*rows, ""])


def _has_newlines(texts: Vector, lines: str) -> bool:
    """Tell whether a newline stands in a text, and not only between them."""
    return lines.count("\n") != (sum(map(len, texts.texts)) if texts.many else len(texts.texts))


def _all_match(pattern: re.Pattern[str], texts: Vector) -> bool:
    """Tell whether a pattern for lines is met by all texts."""
    lines = _lines(texts)
    return pattern.fullmatch(lines) is not None and not _has_newlines(texts, lines)


def _segments(texts: Vector) -> Vector:
    """Return texts as segments of an IRI (RML templates)."""
    lines = _lines(texts)
    if are_segments(lines) and not _has_newlines(texts, lines):
        return texts
    return _changed(texts, encode_segments, encode_segment)


def _escaped(texts: Vector) -> Vector:
    """Return texts as they stand between the quotes of N-Triples."""
    lines = _lines(texts)
    odd = '"' in lines or "\\" in lines or "\t" in lines or "\r" in lines
    return _changed(texts, escape, escape) if odd or _has_newlines(texts, lines) else texts


def _changed(texts: Vector, together: Callable[[str], str], change: Callable[[str], str]) -> Vector:
    """Return texts changed: all together with NUL between them, which few texts have themselves."""
    if not texts.many:
        whole = "\0".join(texts.texts)
        if whole.count("\0") == len(texts.texts) - 1:
            return Vector(together(whole).split("\0"))
    return _each(texts, change)
