"""What every route needs: the open release, the project, the templates; made once per app."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from starlette.requests import Request

from app.errors import NotAcceptableError, StoreUnavailableError
from app.project import Project
from app.rdf.media import HTML, MediaType, negotiate, offers_text
from app.rdf.turtle import Prefixes
from app.store.current import Current, OpenRelease
from app.web.texts import LANGUAGES, Words

_HERE = Path(__file__).parent
# of the page /sparql; fetched by `make`, perhaps not there
EDITOR = ("yasqe.css", "yasqe.js")
WORDS = {language: Words(language) for language in LANGUAGES}
# what may stand in a path as it is, "%" because it is encoded already
_PATH_SAFE = "/%:@!$&'()*+,;=-._~"
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


@dataclass(frozen=True, slots=True)
class Loaded:
    """A release with what was read for it, ready to be served."""

    release: OpenRelease | None
    project: Project
    prefixes: Prefixes
    page_tag: str
    release_tag: str
    code_tag: str


@dataclass(slots=True)
class Site:
    """The service's view of one state directory and one project."""

    current: Current
    load_project: Callable[[OpenRelease | None], Project]
    make_prefixes: Callable[[Project, str], Prefixes]
    site_url: str = ""
    sparql_is_public: bool = True
    loaded: Loaded = field(init=False)
    templates: dict[str, Environment] = field(init=False)
    shells: dict[View, list[str]] = field(default_factory=dict)
    assets: str = field(init=False)
    has_editor: bool = field(init=False)
    code: str = field(init=False)

    def __post_init__(self) -> None:
        self.templates = {
            language: Environment(
                loader=_Translating(words), autoescape=True, undefined=StrictUndefined,
                trim_blocks=True, lstrip_blocks=True, auto_reload=False,
            )
            for language, words in WORDS.items()
        }  # fmt: skip
        self.assets = _digest(*sorted((_HERE / "static").iterdir()))
        self.has_editor = all((_HERE / "static" / name).is_file() for name in EDITOR)
        # once: files changed under a running process are not what makes its answers
        self.code = _digest(*sorted(_HERE.parent.rglob("*.py")), *sorted(_HERE.rglob("*.html")))
        self.swap(self._load())

    def look(self) -> Loaded | None:
        """Return what the ledger names now if it is not what is served; changes no answer yet."""
        self.current.refresh()
        return None if self.current.open is self.loaded.release else self._load()

    def _load(self) -> Loaded:
        """Read what a release needs; it brings the project file it was built with."""
        self.current.refresh()
        opened = self.current.open
        project = self.load_project(opened)
        # pages show the project's titles as well as the thing's own description
        text = self.code + self.assets + hashlib.sha256(project.source).hexdigest()
        name = opened.release.name if opened else ""
        return Loaded(
            opened,
            project,
            self.make_prefixes(project, opened.base if opened else "http://localhost/"),
            hashlib.sha256(text.encode()).hexdigest()[:8],
            # not of the inputs: a release made again from the same inputs shows other times
            hashlib.sha256((name + self.code).encode()).hexdigest()[:12],
            self.code[:6],
        )

    def swap(self, loaded: Loaded) -> None:
        """Serve another release; call where no answer is being made (the event loop)."""
        self.loaded = loaded
        self.shells.clear()

    @property
    def project(self) -> Project:
        """The project, as it was when the release was opened."""
        return self.loaded.project

    @property
    def withheld(self) -> frozenset[str]:
        """The names of the inventories that are not public."""
        return frozenset(item.ref for item in self.loaded.project.withheld)

    @property
    def prefixes(self) -> Prefixes:
        """The prefixes of the project."""
        return self.loaded.prefixes

    @property
    def code_tag(self) -> str:
        """What changes when the same facts may be written otherwise."""
        return self.loaded.code_tag

    @property
    def page_tag(self) -> str:
        """What changes when any page may look different."""
        return self.loaded.page_tag

    @property
    def release_tag(self) -> str:
        """What changes with each release."""
        return self.loaded.release_tag

    def view_tag(self, view: View) -> str:
        """What changes when a page looks different in a view."""
        return f"{view.language}{'x' if view.explicit else ''}-{self.page_tag}"

    @property
    def address(self) -> str:
        """Where people find this site; "/" while it is not known."""
        release = self.loaded.release
        return self.site_url or (release.base if release else "/")

    @property
    def release(self) -> OpenRelease:
        """The release being served.

        Raises:
            StoreUnavailableError: There is none.
        """
        opened = self.loaded.release
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


def wants_page(accept: str, others: tuple[MediaType, ...]) -> bool:
    """Tell whether a client names HTML, and would not rather have one of the others."""
    return "text/html" in accept and choose(accept, (HTML, *others)) is HTML


def _digest(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def route_path(request: Request) -> str:
    """Return the path below the place the app is mounted at, encoded as the client wrote it."""
    scope = request.scope
    path: str = scope["path"]
    raw: bytes = scope.get("raw_path") or path.encode()
    text = quote(raw.partition(b"?")[0], safe=_PATH_SAFE)
    mounted: str = scope.get("root_path", "").rstrip("/")
    if mounted and path.startswith(mounted + "/"):
        text = "/" + "/".join(text.split("/")[mounted.count("/") + 1 :])
    return text


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
