"""The exception family: what all of it has in common."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest

import app.net.refusals
import app.store.history
import app.validation.syntaxerrors  # noqa: F401 - they have members of the family
from app.errors import ProjectError, VijfsterError


def family(kind: type[VijfsterError] = VijfsterError) -> Iterator[type[VijfsterError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from family(child)


@pytest.mark.parametrize("kind", dict.fromkeys(family()))
def test_each_passes_between_processes(kind: type[VijfsterError]) -> None:
    error = kind.__new__(kind, "why")
    error.detail, error.detail_nl = "why", "waarom"
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert (again.detail, again.detail_nl, str(again)) == ("why", "waarom", "why")


def test_with_all_that_it_says() -> None:
    again = pickle.loads(pickle.dumps(ProjectError("no", where="a.yml", nl="nee")))
    assert vars(again) == vars(ProjectError("no", where="a.yml", nl="nee"))
