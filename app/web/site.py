"""What every route needs: the open release, the project, the templates; made once per app."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from starlette.requests import Request

from app.errors import NotAcceptableError, StoreUnavailableError
from app.project import Project
from app.rdf.media import MediaType, negotiate, offers_text
from app.rdf.turtle import Prefixes
from app.store.current import Current, OpenRelease
from app.web.texts import LANGUAGES, Words

_HERE = Path(__file__).parent
WORDS = {language: Words(language) for language in LANGUAGES}
_WORD = re.compile(r'\{\{ t\("(\w+)"\) \}\}')


@lru_cache(maxsize=2048)
def choose(header: str, offers: tuple[MediaType, ...]) -> MediaType | None:
    """Return the negotiated media type; a pure function, remembered."""
    return negotiate(header, offers)


@lru_cache(maxsize=2048)
def preferred_language(header: str) -> str:
    """Return the best of our languages for an Accept-Language header, Dutch by default."""
    best, best_quality = LANGUAGES[0], 0.0
    for part in header.split(","):
        tag, _, parameter = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        quality = 1.0
        if parameter.strip().startswith("q="):
            try:
                quality = float(parameter.strip()[2:])
            except ValueError:
                quality = 0.0
        if language in LANGUAGES and quality > best_quality:
            best, best_quality = language, quality
    return best


@dataclass(frozen=True, slots=True)
class View:
    """How one request wants its page: language, and links relative to where it stands."""

    language: str
    explicit: bool
    root: str
    words: Words

    def link(self, path: str) -> str:
        """Return a link to a path below the site, keeping a chosen language."""
        if not self.explicit:
            return self.root + path
        path, mark, fragment = path.partition("#")
        joiner = "&" if "?" in path else "?"
        return f"{self.root}{path}{joiner}lang={self.language}{mark}{fragment}"


@dataclass(slots=True)
class Site:
    """The service's view of one state directory and one project."""

    current: Current
    load_project: Callable[[], Project]
    make_prefixes: Callable[[Project, str], Prefixes]
    site_url: str = ""
    project: Project = field(init=False)
    prefixes: Prefixes = field(init=False)
    templates: dict[str, Environment] = field(init=False)
    shells: dict[View, list[str]] = field(default_factory=dict)
    assets: str = field(init=False)
    page_tag: str = field(init=False)
    release_tag: str = ""

    def __post_init__(self) -> None:
        self.templates = {
            language: Environment(
                loader=_Translating(words), autoescape=True, undefined=StrictUndefined,
                trim_blocks=True, lstrip_blocks=True, auto_reload=False,
            )
            for language, words in WORDS.items()
        }  # fmt: skip
        self.assets = _digest(*sorted((_HERE / "static").iterdir()))
        self.refresh()

    def refresh(self) -> OpenRelease | None:
        """Follow the ledger; a new release brings the project file it was built with."""
        opened = self.current.refresh()
        if opened or not hasattr(self, "project"):
            self.project = self.load_project()
            base = self.current.open.base if self.current.open else "http://localhost/"
            self.prefixes = self.make_prefixes(self.project, base)
            code = _digest(*sorted(_HERE.rglob("*.py")), *sorted(_HERE.rglob("*.html")))
            facts = self.current.open.manifest["checksum"] if self.current.open else ""
            # pages show the project's titles as well as the thing's own description
            toml = self.project.folder / "vijfster.toml"
            text = code + self.assets + _digest(toml)
            self.page_tag = hashlib.sha256(text.encode()).hexdigest()[:8]
            self.release_tag = facts[:12]
            self.shells.clear()
        return opened

    @property
    def release(self) -> OpenRelease:
        """The release being served.

        Raises:
            StoreUnavailableError: There is none.
        """
        opened = self.current.open
        if opened is None:
            msg = "nothing has been published yet; run `vijfster build`"
            raise StoreUnavailableError(msg)
        return opened

    def template(self, name: str, language: str) -> Template:
        """Return a page template in a language."""
        return self.templates[language].get_template(name)


class _Translating(FileSystemLoader):
    """Puts fixed words into a template when it is loaded, so that no page looks them up."""

    def __init__(self, words: Words) -> None:
        super().__init__(_HERE / "templates")
        self._words = words

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        source, path, uptodate = super().get_source(environment, template)
        return _WORD.sub(lambda m: escape(self._words(m[1])), source), path, uptodate


def _digest(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def route_path(request: Request) -> str:
    """Return the request's path below the place the app is mounted at."""
    path: str = request.scope["path"]
    mounted: str = request.scope.get("root_path", "")
    return path[len(mounted) :] if mounted and path.startswith(mounted) else path


def root_of(request: Request) -> str:
    """Return the relative way from a request's address to the site's root."""
    return "../" * (route_path(request).count("/") - 1) or "./"


def view_of(request: Request) -> View:
    """Return the view of a request: `?lang=` beats Accept-Language, Dutch is the default."""
    asked = request.query_params.get("lang", "") if request.scope["query_string"] else ""
    explicit = asked in LANGUAGES
    language = asked
    if not explicit:
        language = preferred_language(request.headers.get("accept-language", ""))
    return View(language, explicit, root_of(request), WORDS[language])


def offer(accept: str, offers: tuple[MediaType, ...]) -> MediaType:
    """Return the media type to answer in.

    Raises:
        NotAcceptableError: The Accept header excludes every offer.
    """
    chosen = choose(accept, offers)
    if chosen is None:
        names = offers_text(offers)
        msg = f"offered are {', '.join(names)}"
        raise NotAcceptableError(msg, offers=names)
    return chosen
