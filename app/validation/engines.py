"""SHACL engines behind one protocol; both see bytes or a graph, never a name they could fetch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from app.errors import InputError
from app.rdf.namespaces import PREFIXES
from app.rdf.terms import Term, Triple, iri, literal, literal_of
from app.validation.profiles import Profile
from app.validation.report import Checked, Result, ValidationReport

if TYPE_CHECKING:
    import rdflib

_SH = PREFIXES["sh"]


class Engine(Protocol):
    """Validates triples against one profile."""

    name: str

    def validate(self, data: bytes, profile: Profile) -> Checked:
        """Return the results for a data graph in N-Triples, sorted by `Result.key`."""


class Shifty:
    """pyshifty, the default: on W3C's suite as exact as pySHACL and several times faster."""

    name = "shifty"

    def validate(self, data: bytes, profile: Profile) -> Checked:
        """Return the results; a diagnostic of the engine is an error, never a pass."""
        import shifty  # noqa: PLC0415 - 0.1 s of imports that only validation needs

        try:
            prepared = shifty.PreparedValidator(profile.turtle())
            _, report, _ = prepared.validate(
                data, graph_mode="data", infer=False, on_unsupported="error"
            )
        except (ValueError, RuntimeError, SyntaxError) as error:
            msg = f"the profile {profile.name} or the data cannot be validated: {error}"
            raise InputError(msg) from error
        return Checked(tuple(sorted(_results(report, profile), key=lambda result: result.key)))


class PySHACL:
    """pySHACL on an rdflib graph: the fall-back and the referee in tests."""

    name = "pyshacl"

    def validate(self, data: bytes, profile: Profile) -> Checked:
        """Return the results of pySHACL without inference."""
        import pyshacl  # noqa: PLC0415 - see Shifty
        import rdflib  # noqa: PLC0415

        graph = rdflib.Graph().parse(data=data, format="nt")
        shapes = rdflib.Graph().parse(data=profile.turtle(), format="nt")
        try:
            _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, inference="none")
        except Exception as error:
            # pySHACL raises many unrelated classes; all mean that it gave no verdict
            msg = f"the profile {profile.name} or the data cannot be validated: {error}"
            raise InputError(msg) from error
        if not isinstance(report, rdflib.Graph):
            msg = f"pySHACL gave no report for {profile.name}"
            raise InputError(msg)
        return Checked(tuple(sorted(_results(report, profile), key=lambda result: result.key)))


def validate(
    triples: Iterable[Triple], profiles: Sequence[Profile], engine: Engine
) -> ValidationReport:
    """Return one report over all profiles; equal results of two profiles stay apart."""
    data = "".join(f"{s} {p} {o} .\n" for s, p, o in triples).encode()
    found = [engine.validate(data, profile) for profile in profiles]
    return ValidationReport(
        tuple(profile.name for profile in profiles),
        tuple(result for item in found for result in item.results),
        tuple(gap for item in found for gap in item.unchecked),
    )


def _results(report: rdflib.Graph, profile: Profile) -> Iterator[Result]:
    import rdflib  # noqa: PLC0415

    sh = rdflib.Namespace(_SH)
    paths = profile.paths()
    messages = _messages(profile)
    # nested results (sh:detail) are part of the one they explain
    for node in report.objects(None, sh.result):
        shape = str(report.value(node, sh.sourceShape))
        severity = str(report.value(node, sh.resultSeverity))
        value = report.value(node, sh.value)
        texts = messages.get(shape) or {
            getattr(text, "language", None) or "en": str(text)
            for text in report.objects(node, sh.resultMessage)
        }
        yield Result(
            focus=_term(report.value(node, sh.focusNode)),
            path=paths.get(shape, ""),
            value=_term(value) if value is not None else "",
            shape=shape,
            component=str(report.value(node, sh.sourceConstraintComponent)),
            severity=severity.removeprefix(_SH),
            messages=texts,
        )


def _messages(profile: Profile) -> dict[str, dict[str, str]]:
    """Return shape IRI -> language -> message; engines differ in which language they report."""
    out: dict[str, dict[str, str]] = {}
    for subject, predicate, object_, _ in profile.quads:
        if predicate == f"<{_SH}message>" and object_.startswith('"'):
            text, _, language = literal_of(object_)
            out.setdefault(subject[1:-1], {})[language or "en"] = text
    return out


def _term(node: object) -> Term:
    import rdflib  # noqa: PLC0415

    if isinstance(node, rdflib.URIRef):
        return iri(str(node))
    if isinstance(node, rdflib.Literal):
        return literal(str(node), datatype=str(node.datatype or ""), language=node.language or "")
    return f"_:{node}"
