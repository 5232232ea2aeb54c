"""What was seen of addresses, and what their files turned out to be: evidence of points and stars.

Nothing here is fetched or judged: gathering fills it, indicators and stars read it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any, Final

from app.quality.indicators import Outcome

_GOOD: Final = range(HTTPStatus.OK, HTTPStatus.MULTIPLE_CHOICES)


@dataclass(frozen=True, slots=True)
class Content:
    """What a file is, whatever its name or label says.

    `file_type` is a code of the European list (CSV, RDF_TURTLE, ...; "" is not recognised), and
    `valid` whether it is well formed (None: only a part was read, and that part is). `problem` says
    in two languages what is wrong. `own` and `other` are samples of the http(s) addresses that name
    things in RDF: those below the host of the file, and those elsewhere that are no terms of a
    vocabulary; `own_count` and `other_count` say how many different ones were met. `entries` are
    the files of an archive. `error` says that it is an error page or message, no data.
    """

    file_type: str
    valid: Outcome
    problem: Mapping[str, str] = field(default_factory=dict)
    # rows, features, triples or pages: what `counted` names, 0 where nothing is counted
    count: int = 0
    counted: str = ""
    own: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    own_count: int = 0
    other_count: int = 0
    entries: tuple[tuple[str, Content], ...] = ()
    error: bool = False


def content_of(values: Mapping[str, Any]) -> Content:
    """Return a content from its JSON values, as `asdict` gave them."""
    lists = {"own": tuple(values["own"]), "other": tuple(values["other"])}
    entries = tuple((name, content_of(inner)) for name, inner in values["entries"])
    return Content(**{**values, **lists, "entries": entries})


@dataclass(frozen=True, slots=True)
class Look:
    """What one address answered: to HEAD, and to GET of (a first part of) its file.

    Statuses are HTTP's, 0 for no answer and None where it was not asked. `reason` is the code of
    what kept an answer away (those of `app.net.refusals`), "" for none. `time` is UTC, of the
    answer itself, so of an earlier run where `earlier` (the server said that nothing changed, or it
    was asked shortly before). `own`: it was asked of our own service, started for this. Sizes in
    bytes.
    """

    url: str
    time: str
    head: int | None = None
    status: int | None = None
    reason: str = ""
    final: str = ""
    media_type: str = ""
    size: int = 0
    truncated: bool = False
    earlier: bool = False
    own: bool = False
    content: Content | None = None

    @property
    def answers_head(self) -> Outcome:
        """Whether HEAD was answered with success: what the portal's points ask."""
        return None if self.head is None else self.head in _GOOD

    @property
    def answers(self) -> Outcome:
        """Whether it gives its file: to GET, or to HEAD where GET was not asked.

        A page that says with success that there is nothing is no file.
        """
        if self.status is None:
            return self.answers_head
        return self.status in _GOOD and not self.reason

    def values(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


# by address as it stands in the metadata
Looks = Mapping[str, Look]


def statuses(looks: Looks) -> dict[str, int]:
    """Return the answers to HEAD, of the addresses that were asked."""
    return {url: look.head for url, look in looks.items() if look.head is not None}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of a star: `passed`, None where it is not known; `said` in two languages."""

    key: str
    star: int
    passed: Outcome
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stars:
    """The stars of a distribution: those that are sure, and those that are possible (0 to 5).

    `missing` is the criterion to act on, None with five. `basis` is "fetched" where
    the file itself was read, else "metadata".
    """

    sure: int
    possible: int
    basis: str
    criteria: Sequence[Criterion]

    @property
    def missing(self) -> Criterion | None:
        """The first criterion that fails, else the first that is not sure: what to act on."""
        unsure = [one for one in self.criteria if one.passed is not True]
        return next((one for one in unsure if one.passed is False), next(iter(unsure), None))
