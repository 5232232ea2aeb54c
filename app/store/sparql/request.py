"""A guarded query as the request an external engine gets (SPARQL 1.1 Protocol, section 2.1)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote_plus, urlencode

from app.errors import NotAcceptableError
from app.store.sparql import tokens
from app.store.sparql.endings import JsonPassage, LinesPassage, Passage, XmlPassage
from app.store.sparql.formats import SELECT_MEDIA_TYPES, QueryForm
from app.store.sparql.guard import QueryInfo
from app.store.sparql.profiles import Profile
from app.store.sparql.rendering import Rendered, Verdict
from app.store.sparql.tokens import refuse

_JSON_RESULTS: Final = "application/sparql-results+json"
_JSON, _LINES = ("application/json",), ("application/n-triples", "text/turtle", "text/plain")
# functions and predicates of these schemes run code beside the engine (Jena); the guard refuses
# those of Virtuoso itself
_VENDOR: Final = ("java:", "js:")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to ask for, what is taken for it, and what it goes through to become what was asked."""

    media_type: str
    taken: frozenset[str]
    passage: Passage


def wanted(profile: Profile, form: QueryForm, media_type: str) -> Wanted:
    """Return what to ask of an engine for an answer in a media type.

    Raises:
        NotAcceptableError: The engine cannot write it, and neither can we.
    """
    if form in ("SELECT", "ASK"):
        if media_type not in SELECT_MEDIA_TYPES:
            raise _not_offered(SELECT_MEDIA_TYPES)
        passage: Passage
        if form == "ASK":
            passage = Verdict(media_type)
        else:
            passage = JsonPassage() if media_type == _JSON_RESULTS else Rendered(media_type)
        return Wanted(_JSON_RESULTS, frozenset((_JSON_RESULTS, *_JSON)), passage)
    if media_type in ("text/turtle", "application/n-triples"):
        # a line of N-Triples is Turtle, and shows where it ends
        first = profile.graphs[0]
        if media_type == "text/turtle" or first == media_type:
            return Wanted(first, frozenset((first, *_LINES)), LinesPassage())
    elif media_type in profile.graphs:
        if media_type.endswith("json"):
            return Wanted(media_type, frozenset((media_type, *_JSON)), JsonPassage())
        taken = frozenset((media_type, "application/xml", "text/xml"))
        return Wanted(media_type, taken, XmlPassage())
    raise _not_offered(tuple(dict.fromkeys(("text/turtle", *profile.graphs))))


def _not_offered(offers: tuple[str, ...]) -> NotAcceptableError:
    return NotAcceptableError(
        "This endpoint cannot answer that query form in that media type.",
        nl="Dit endpoint kan zo'n zoekvraag niet in dat formaat beantwoorden.",
        offers=offers,
    )


class Requests:
    """Makes the parameters of requests to one engine about one release."""

    def __init__(
        self, profile: Profile, *, base: str, graphs: Sequence[str], deadline_seconds: float
    ) -> None:
        self._profile = profile
        # without a base an engine resolves against its own address, and shows it
        self._base = f"BASE <{base}>\n" if base else ""
        self._always = profile.parameters.format(
            ms=math.ceil(deadline_seconds * 1_000), s=math.ceil(deadline_seconds)
        )
        self._all = _dataset(graphs, graphs)

    def encode(
        self, info: QueryInfo, default_graphs: Sequence[str], named_graphs: Sequence[str]
    ) -> str:
        """Return the parameters, encoded.

        A query that names no graphs is given all of the release, both as default graph and as
        named graphs: an engine may hold more than what is published here.

        Raises:
            QueryRefusedError: It uses what only this engine knows, or cannot be told.
        """
        refuse_vendor_terms(info.text)
        if default_graphs or named_graphs:
            if not self._profile.names_dataset:
                refuse(
                    "This endpoint takes graphs by FROM and FROM NAMED in the query only.",
                    nl="Dit endpoint neemt grafen alleen met FROM en FROM NAMED in de zoekvraag.",
                )
            dataset = _dataset(default_graphs, named_graphs)
        elif info.from_iris or info.from_named_iris or not self._profile.names_dataset:
            dataset = ""
        else:
            dataset = self._all
        query = "query=" + quote_plus(self._base + info.text)
        return "&".join(filter(None, (query, dataset, self._always)))


def _dataset(default_graphs: Sequence[str], named_graphs: Sequence[str]) -> str:
    return urlencode(
        [("default-graph-uri", iri) for iri in default_graphs]
        + [("named-graph-uri", iri) for iri in named_graphs]
    )


def refuse_vendor_terms(text: str) -> None:
    """Refuse IRIs of the schemes by which engines offer functions of their own.

    Raises:
        QueryRefusedError: There is one.
    """
    lower = text.lower()
    if not any(scheme in lower for scheme in _VENDOR):
        return
    for match in tokens.TOKEN.finditer(text):
        iri = (match[tokens.IRI] or "").lower()[1:]
        if iri.startswith(_VENDOR):
            scheme = iri.partition(":")[0]
            refuse(f"Functions of {scheme}: are refused.", nl=f"Functies van {scheme}: worden "
                   "geweigerd.")  # fmt: skip
