"""Code lists beside the data: what a list says of the codes that the data mention.

The engines get these triples with the data, so that a code is known as one of its list (SKOS,
section 4.6.2) without the data saying so. They give no results of their own: what is found about
a code as such counts only if the data describe it, and then as the data alone would give it.

A value that may be of a list that is not held, or not in full, is neither right nor wrong. A result
that depends on such a list becomes a part that was not checked; results that do not, stay: a text,
or an address of a kind that the list never has. What conforms needs no list, so nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from app.rdf.namespaces import expand, term
from app.rdf.terms import Term, Triple
from app.validation.profiles import Profile
from app.validation.report import Checked, Result, Unchecked
from app.validation.shapes import Shapes
from app.vocabularies.lists import Lists

_IN_SCHEME = term("skos:inScheme")
_BY_VALUE = {expand(f"sh:{name}ConstraintComponent") for name in ("Node", "And", "Or", "Xone")}
_SHOWN = 60


class Beside:
    """The codes that one data graph mentions; `watch` has to be read to its end before `judge`."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._mentioned: set[Term] = set()
        self._stated: dict[Term, set[Triple]] = {}
        self._schemes: set[Term] = set()
        # what `watch` gave besides the data
        self.added: set[Triple] = set()

    def watch(self, triples: Iterable[Triple]) -> Iterator[Triple]:
        """Yield the data, then what the lists say of the codes in them and the data do not."""
        codes, mention = self._lists.codes, self._mentioned.add
        for triple in triples:
            subject, predicate, object_ = triple
            if object_ in codes:
                mention(object_)
            if subject in codes:
                self._stated.setdefault(subject, set()).add(triple)
            if predicate == _IN_SCHEME:
                self._schemes.add(object_)
            yield triple
        for node in self._mentioned:
            said = self._stated.get(node)
            if said is None:
                self.added.update(self._lists.names(node))
            self.added.update(self._lists.membership(node))
            self.added -= said or set()
        yield from sorted(self.added)

    def judge(self, found: Checked, profile: Profile, again: Callable[[], Checked]) -> Checked:
        """Return what counts of a check of what `watch` gave; `again` checks the data alone."""
        about = {result.focus for result in found.results} & self._mentioned
        results = [result for result in found.results if result.focus not in about]
        if about & self._stated.keys():
            results += [result for result in again().results if result.focus in about]
        gaps: dict[tuple[str, str], list[Result]] = {}
        shapes = Shapes(profile) if any(map(_by_value, results)) else None
        kept = []
        for result in results:
            missing = self._missing(result, shapes) if shapes and _by_value(result) else None
            if missing is None:
                kept.append(result)
            else:
                gaps.setdefault((result.shape, missing), []).append(result)
        kept.sort(key=lambda result: result.key)
        told = [
            self._gap(profile.name, shapes, scheme, cases)
            for (_, scheme), cases in gaps.items()
            if shapes
        ]
        return Checked(tuple(kept), (*found.unchecked, *told))

    def stays(self, result: Result) -> bool:
        """Tell whether `judge` keeps a result for certain."""
        return result.focus not in self._mentioned and not _by_value(result)

    def _missing(self, result: Result, shapes: Shapes) -> str | None:
        """Return the scheme that may have the value of a result but is not held, else None."""
        schemes = shapes.schemes(result.shape)
        known = [self._lists.by_scheme[iri] for iri in schemes if iri in self._lists.by_scheme]
        held = self._lists.codes.get(result.value)
        if held and held[1] in known:
            return None
        iri = result.value[1:-1]
        partly = (some.schemes[0] for some in known if not some.complete and some.covers(iri))
        strange = (
            scheme for scheme in schemes
            if scheme not in self._lists.by_scheme and f"<{scheme}>" not in self._schemes
        )  # fmt: skip
        return next(partly, None) or next(strange, None)

    def _gap(self, profile: str, shapes: Shapes, scheme: str, cases: list[Result]) -> Unchecked:
        known = self._lists.by_scheme.get(scheme)
        names = known.names if known else {"nl": "de gevraagde lijst", "en": "the list asked for"}
        about = {lang: f" ({text})" for lang, text in shapes[cases[0].shape].subject.items()}
        count, first = len(cases), re.split("[/#]", cases[0].value[1:-1])[-1][:_SHOWN]
        nl, en = ("1 waarde", "1 value") if count == 1 else (f"{count} waarden", f"{count} values")
        return Unchecked(
            profile, cases[0].shape, "list-not-held",
            {"nl": f"{nl} niet nagekeken{about.get('nl', '')}: {names['nl']} is hier niet "
                   f"volledig bekend. De eerste is {first}.",
             "en": f"{en} not checked{about.get('en', '')}: {names['en']} is not known here in "
                   f"full. The first is {first}."},
        )  # fmt: skip


def _by_value(result: Result) -> bool:
    """Tell whether a constraint judged an address by what it is, so by the list it is of."""
    return result.component in _BY_VALUE and result.value.startswith("<")
