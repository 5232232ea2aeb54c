"""RDF in any syntax: its statements, and samples of the addresses that name things.

A name is own below the host of the file, or, where no statement is about anything there, below
the host that most things are named at. Other names are links, unless they are what any RDF has:
terms of vocabularies (every predicate and class, whole hosts of them), media types, licences,
lists that only classify, and addresses of pages, pictures and files.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from app.quality.contents.file import File
from app.quality.contents.words import told
from app.quality.evidence import Content
from app.rdf import media
from app.rdf.media import MediaType
from app.rdf.namespaces import PREFIXES, term
from app.rdf.terms import Quad, Term
from app.validation.sources import NO_BASE, ReadLimits, Source, read
from app.validation.syntaxerrors import SourceError

SAMPLE: Final = 5
_KEPT: Final = 64
_LIMITS: Final = ReadLimits(allow_empty=True)
_WEB: Final = ("<http://", "<https://")
_AUTHORITY_PART: Final = re.compile(r"https?://[^/?#]*")
# of what is refused it is not known whether it is well formed
_REFUSED: Final = frozenset({
    "context", "bad-context", "deep", "entities", "external", "too-many", "too-large", "long-value",
})  # fmt: skip
_AUTHORITY: Final = "publications.europa.eu/resource/authority/"
# lists of the Publications Office that name things in the world rather than classify
_THINGS: Final = re.compile(
    re.escape(_AUTHORITY) + r"(?:atu|continent|corporate-body|country|place)/"
)
_VOCABULARIES: Final = (
    *(iri.partition("://")[2] for iri in PREFIXES.values()),
    "www.w3.org/", "w3.org/", "purl.org/", "www.purl.org/", "schema.org/", "www.schema.org/",
    "xmlns.com/", "rdfs.org/", "www.iana.org/assignments/", "creativecommons.org/",
    "www.creativecommons.org/", "opendatacommons.org/", "www.opendatacommons.org/",
    "spdx.org/licenses/", "data.vlaanderen.be/ns/", "data.vlaanderen.be/id/licentie/",
    "data.vlaanderen.be/doc/licentie/", "inspire.ec.europa.eu/", "www.opengis.net/", _AUTHORITY,
)  # fmt: skip
_PAGES: Final = frozenset(
    term(name) for name in (
        "rdf:type", "dct:license", "dct:conformsTo", "dct:format", "dcat:mediaType",
        "dcat:accessURL", "dcat:downloadURL", "dcat:endpointURL", "dcat:endpointDescription",
        "dcat:landingPage", "foaf:page", "foaf:homepage", "foaf:depiction", "foaf:logo",
        "rdfs:isDefinedBy", "owl:imports", "void:vocabulary", "void:dataDump", "schema:url",
        "schema:image", "schema:contentUrl", "vcard:hasURL", "vcard:hasLogo",
    )
)  # fmt: skip


@dataclass(slots=True)
class _Names:
    """The names at one host: how many, those that something is said of, and those kept."""

    all: set[bytes] = field(default_factory=set)
    subjects: set[bytes] = field(default_factory=set)
    kept: dict[bytes, str] = field(default_factory=dict)
    # the largest hash that can still be among the smallest
    bound: bytes = b"\xff" * 9

    def add(self, name: str, *, subject: bool) -> None:
        """Add a name; of very many those with the smallest hashes are kept, in whichever order."""
        key = hashlib.blake2b(name.encode(errors="replace"), digest_size=8).digest()
        if subject:
            self.subjects.add(key)
        if key in self.all:
            return
        self.all.add(key)
        if key < self.bound:
            self.kept[key] = name
            if len(self.kept) > 2 * _KEPT:
                self.kept = dict(self.smallest())
                self.bound = max(self.kept)

    def smallest(self) -> list[tuple[bytes, str]]:
        """Return the names with the smallest hashes."""
        return sorted(self.kept.items())[:_KEPT]


class _Gathered:
    """The names of a file by their host."""

    def __init__(self, url: str) -> None:
        self._url = url.partition("#")[0]
        self._home = _host(url)
        self._hosts: dict[str, _Names] = {}

    def add(self, quad: Quad) -> None:
        """Take the names of a statement."""
        subject, predicate, object_, _ = quad
        self._name(subject, subject=True)
        if predicate not in _PAGES:
            self._name(object_, subject=False)

    def _name(self, value: Term, *, subject: bool) -> None:
        if not value.startswith(_WEB):
            return
        iri = value[1:-1]
        host = _host(iri)
        # a file does not name itself by having an address
        if not host or iri == self._url or iri.startswith(NO_BASE):
            return
        if host != self._home and _is_vocabulary(iri):
            return
        self._hosts.setdefault(host, _Names()).add(iri, subject=subject)

    def told_in(self, content: Content) -> Content:
        """Return the content with samples of its names."""
        home = self._own()
        own = self._hosts.get(home, _Names())
        others = [names for host, names in self._hosts.items() if host != home]
        return replace(
            content, own=_sample(own.smallest()), own_count=len(own.all),
            other=_sample(item for names in others for item in names.smallest()),
            other_count=sum(len(names.all) for names in others),
        )  # fmt: skip

    def _own(self) -> str:
        at_home = self._hosts.get(self._home)
        if at_home and at_home.subjects:
            return self._home
        most = max((len(names.subjects) for names in self._hosts.values()), default=0)
        return min(host for host, names in self._hosts.items()
                   if len(names.subjects) == most) if most else self._home  # fmt: skip


def of_rdf(file: File, text: bytes, syntax: MediaType) -> Content:
    """Return what RDF holds; `valid` is False where it does not parse.

    Of a part, what stands before its end counts. Text of RDF/XML or JSON-LD is made whole before.
    """
    base = file.url if file.url.startswith(("http://", "https://")) else NO_BASE
    if file.cut and syntax in (media.N_TRIPLES, media.N_QUADS):
        text = text[: text.rfind(b"\n") + 1]
    source = Source(text, file.name or "RDF", name=file.name, base=base, fetched=True)
    gathered, count = _Gathered(file.url), 0
    content = Content(syntax.file_type, None if file.cut else True, {}, 0, "triples")
    try:
        for quad in read(source, limits=_LIMITS, syntax=syntax).quads():
            count += 1
            gathered.add(quad)
    except SourceError as error:
        if not (file.cut and _is_at_end(error, text)):
            refused = error.problem in _REFUSED
            return replace(content, valid=None if refused else False, problem=told(error))
    return gathered.told_in(replace(content, count=count))


def _is_at_end(error: SourceError, text: bytes) -> bool:
    """Tell whether a parser stumbled over the end of a text, or over nothing before it."""
    cause = error.__cause__.__cause__ if error.__cause__ else None
    end = getattr(cause, "end_lineno", None)
    return end is not None and end >= text.rstrip().count(b"\n") + 1


def _sample(kept: Iterable[tuple[bytes, str]]) -> tuple[str, ...]:
    """Return those with the smallest hashes, one of each document."""
    out: dict[str, str] = {}
    for _, name in sorted(kept):
        out.setdefault(name.partition("#")[0], name)
    return tuple(out.values())[:SAMPLE]


def _host(iri: str) -> str:
    """Return host and port, the same for www; "" for none."""
    match = _AUTHORITY_PART.match(iri)
    return _host_of(match[0]) if match else ""


@lru_cache(10_000)
def _host_of(start: str) -> str:
    try:
        parts = urlsplit(start)
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    usual = port in {None, 80, 443}
    return host if usual or not host else f"{host}:{port}"


def _is_vocabulary(iri: str) -> bool:
    place = iri.partition("://")[2]
    return place.startswith(_VOCABULARIES) and not _THINGS.match(place)
