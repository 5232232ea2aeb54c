"""What the profiles in shapes/ say, as facts by subject."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import TypeAlias

from app.rdf.namespaces import expand
from app.rdf.terms import Term
from app.validation.profiles import Profile, load
from tests.conftest import BASE, ROOT

FOLDER = ROOT / "shapes"
PROFILES = sorted(path.stem for path in FOLDER.glob("*.ttl"))

Facts: TypeAlias = dict[Term, dict[str, list[Term]]]


@cache
def profile_of(name: str) -> Profile:
    return load(name, [FOLDER], base=BASE)


@cache
def facts_of(name: str) -> Facts:
    facts: Facts = defaultdict(lambda: defaultdict(list))
    for subject, predicate, object_, _ in profile_of(name).quads:
        facts[subject][predicate[1:-1]].append(object_)
    return facts


def values(name: str, subject: Term, predicate: str) -> list[Term]:
    return facts_of(name).get(subject, {}).get(expand(predicate), [])


def listed(name: str, head: Term) -> Iterator[Term]:
    while values(name, head, "rdf:first"):
        yield values(name, head, "rdf:first")[0]
        head = values(name, head, "rdf:rest")[0]


def short(shape: Term) -> str:
    return shape.strip("<>").rpartition("/")[2]
