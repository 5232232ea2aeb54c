"""pyshifty behind our protocol: shapes with names, exact terms, nothing silently skipped.

The version is pinned: the wrapper's rdflib report would rewrite literals ("01" to "1"), so the
engine's own N-Triples are read (`_report_ntriples`), which keep terms and labels of the data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from app.errors import InputError
from app.rdf import media
from app.rdf.io import parse
from app.rdf.terms import Term, is_literal, literal_of
from app.validation.profiles import Profile
from app.validation.report import Checked, Result, Unchecked
from app.validation.shapesgraph import SH, ShapesGraph

# an engine's words can be long; a person reads the start
_SHOWN = 300


class Prepared:
    """One shapes graph, read once by the engine; `names` maps shapes back to the ones reported."""

    def __init__(
        self, shapes: ShapesGraph, text: bytes, names: Mapping[Term, Term] | None = None
    ) -> None:
        from shifty import _shifty  # noqa: PLC0415 - 0.1 s of imports that only validation needs

        self._shapes = shapes
        self._names = names or {}
        self._engine: Any = guarded(
            lambda: _shifty.PreparedValidator(shapes=text, shapes_format="turtle"), shapes.profile
        )

    def run(self, data: bytes) -> Checked:
        """Return what the engine finds in N-Triples, unsorted.

        Raises:
            InputError: The engine gives no verdict.
        """
        found = guarded(
            lambda: self._engine.validate_w3c(
                data=data, data_format="nt", graph_mode="data", run_infer=False,
                sort_results=False, on_unsupported="ignore",
            ),
            self._shapes.profile,
        )  # fmt: skip
        told = dict.fromkeys([*self._engine.diagnostics, *found.diagnostics])
        return Checked(
            tuple(self._results(found._report_ntriples.encode())),
            tuple(unchecked(self._shapes.profile, text) for text in told),
        )

    def _results(self, report: bytes) -> Iterator[Result]:
        facts: dict[Term, dict[str, list[Term]]] = {}
        shown: list[Term] = []
        for s, p, o, _ in parse(report, media.N_TRIPLES, base="", where="report"):
            facts.setdefault(s, {}).setdefault(p[1:-1], []).append(o)
            # nested results (sh:detail) are part of the one they explain
            if p == f"<{SH}result>":
                shown.append(o)
        for node in shown:
            yield result_of(facts.get(node, {}), self._shapes, self._names)


class Shifty:
    """pyshifty on whole shapes graphs; prepared shapes are kept for the profiles last used."""

    name = "shifty"

    def __init__(self) -> None:
        self._prepared = Memory(lambda profile: _prepare(profile))

    def validate(self, data: bytes, profile: Profile) -> Checked:
        """Return the results; what the engine says it did not do is listed as unchecked."""
        found = self._prepared.of(profile).run(data)
        return Checked(tuple(sorted(found.results, key=lambda r: r.key)), found.unchecked)


def _prepare(profile: Profile) -> Prepared:
    shapes = ShapesGraph(profile)
    return Prepared(shapes, shapes.text())


class _Keyed(Protocol):
    def __call__(self, profile: Profile, /) -> Any: ...


class Memory:
    """What was made of the profiles last used; by identity, a profile never changes."""

    def __init__(self, make: _Keyed, size: int = 16) -> None:
        self._make = make
        self._size = size
        self._known: dict[int, tuple[Profile, Any]] = {}

    def of(self, profile: Profile) -> Any:
        """Return what was made of a profile, making it when needed."""
        found = self._known.get(id(profile))
        if found is None:
            found = (profile, self._make(profile))
            if len(self._known) >= self._size:
                self._known.pop(next(iter(self._known)), None)
            self._known[id(profile)] = found
        return found[1]


def guarded(work: Callable[[], Any], profile: str) -> Any:
    """Run an engine; whatever it raises instead of a verdict is an InputError."""
    try:
        return work()
    except InputError:
        raise
    except (RecursionError, MemoryError) as error:
        msg = f"the profile {profile} or the data are nested too deep or too large to check"
        nl = f"Het profiel {profile} of de data zijn te diep genest of te groot om te controleren."
        raise InputError(msg, nl=nl) from error
    except Exception as error:
        # engines raise many unrelated classes; all mean that there is no verdict
        why = str(error)[:_SHOWN]
        if "recursion" in why:
            msg = (f"the shapes of the profile {profile} refer to each other in a circle with a "
                   "negation in it: they have no meaning, so nothing was checked")  # fmt: skip
            nl = (
                f"De regels van het profiel {profile} verwijzen in een kring naar elkaar, met "
                "een ontkenning erin: dat heeft geen betekenis, dus er is niets gecontroleerd."
            )
            raise InputError(msg, nl=nl) from error
        msg = f"the profile {profile} or the data cannot be validated: {why}"
        nl = f"Het profiel {profile} of de data kunnen niet gecontroleerd worden: {why}"
        raise InputError(msg, nl=nl) from error


def unchecked(profile: str, told: str) -> Unchecked:
    """Return a diagnostic of an engine as a part that was not checked."""
    text = told[:_SHOWN]
    return Unchecked(
        profile, "", "engine-diagnostic",
        {"nl": f"De controle is niet volledig. De motor meldt: {text}",
         "en": f"The check is not complete. The engine says: {text}"},
    )  # fmt: skip


def result_of(
    facts: Mapping[str, list[Term]], shapes: ShapesGraph, names: Mapping[Term, Term]
) -> Result:
    """Return one result of an engine's report; the path comes from the shape where it has one."""

    def one(name: str) -> Term:
        return facts.get(SH + name, [""])[0]

    shape = names.get(one("sourceShape"), one("sourceShape"))
    component, path = one("sourceConstraintComponent")[1:-1], one("resultPath")
    told: dict[str, str] = {}
    for text in sorted(filter(is_literal, facts.get(SH + "resultMessage", ()))):
        parts = literal_of(text)
        told.setdefault(parts.language or "en", parts.text)
    return Result(
        focus=one("focusNode"),
        path=path[1:-1] if path.startswith("<") else shapes.path_text(shape),
        value=one("value"),
        shape=shape[1:-1],
        component=component,
        severity=one("resultSeverity")[1:-1].removeprefix(SH),
        messages=shapes.messages(shape, component, told),
    )
