"""Which profile data are checked against when nobody says: the one they state, else the usual."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from app.errors import InputError
from app.rdf.namespaces import term
from app.rdf.terms import Triple
from app.validation.profiles import Profile

_CONFORMS_TO, _SOURCE = term("dct:conformsTo"), term("dct:source")
_TYPE = term("rdf:type")
_USUAL: Final = tuple(
    (term(kind), profile)
    for kind, profile in (
        ("dcat:Catalog", "dcat-ap-vl-3.0"),
        ("dcat:Dataset", "dcat-ap-vl-3.0"),
        ("dcat:DataService", "dcat-ap-vl-3.0"),
        ("subsidie:Subsidiemaatregel", "oslo-subsidie"),
        ("subsidie:SubsidiemaatregelAanbod", "oslo-subsidie"),
        ("cpsv:PublicService", "cpsv-ap"),
        ("org:Organization", "oslo-organisatie"),
    )
)


def chosen(triples: Iterable[Triple], profiles: Sequence[Profile]) -> list[Profile]:
    """Return the profiles that data say they follow, else the usual one for what they hold.

    Raises:
        InputError: The data say nothing of the kind.
    """
    stated, types = set(), set()
    for _, predicate, object_ in triples:
        if predicate == _TYPE:
            types.add(object_)
        elif predicate == _CONFORMS_TO and object_.startswith("<"):
            stated.add(object_[1:-1])
    said = [profile for profile in profiles if stated & _addresses(profile)]
    if said:
        return said
    usual = next((name for kind, name in _USUAL if kind in types), None)
    found = [profile for profile in profiles if profile.name == usual]
    if not found:
        choice = ", ".join(profile.name for profile in profiles)
        raise InputError(
            f"the data do not say which profile they follow; choose one: {choice}",
            nl=f"de data zeggen niet welk profiel ze volgen; kies er één: {choice}",
        )
    return found


def _addresses(profile: Profile) -> set[str]:
    """Return the IRIs by which data say that they follow a profile."""
    heads = {s for s, p, o, _ in profile.quads if p == _TYPE and o.endswith("/prof/Profile>")}
    named = {s[1:-1] for s in heads}
    return named | {o[1:-1] for s, p, o, _ in profile.quads if s in heads and p == _SOURCE}
