"""One external engine over HTTP: SPARQL 1.1 Protocol and Graph Store HTTP Protocol."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn
from urllib.parse import quote, urlencode

import aiohttp
import yarl

from app import __version__
from app.errors import EngineError
from app.store.sparql.publishing.dialects import Dialect
from app.store.sparql.publishing.parts import Part

Loaded = Callable[[int], None]

_PIECE_BYTES: Final = 1 << 20
_CONNECT_SECONDS: Final = 10.0
# an engine may say nothing until all of a graph is loaded and indexed
_SILENCE_SECONDS: Final = 3_600.0
_MESSAGE_BYTES: Final = 4_096
_UNSAFE: Final = re.compile(r"[^\x20-\x7e\u00a0-\ufffd]+")
_FULL: Final = re.compile(
    r"no space left|disk (is )?full|quota|out of (disk )?(space|pages)|not enough space", re.I
)
_RESULTS: Final = "application/sparql-results+json"


@dataclass(frozen=True, slots=True)
class Target:
    """An engine as it is addressed; `user` is empty where it asks none."""

    name: str
    dialect: Dialect
    query: str
    update: str
    store: str
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def variables(self) -> str:
        """The environment variables that hold the credentials."""
        return f"{credentials_of(self.name)}_USER, …_PASSWORD"


def credentials_of(name: str) -> str:
    """Return how the names of an engine's environment variables begin."""
    return f"VIJFSTER_ENGINE_{name.upper().replace('-', '_')}"


class EngineClient:
    """Asks one engine; every error is an `EngineError` that names what, where and what to do."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> EngineClient:
        target = self.target
        headers = {"User-Agent": f"Vijfster/{__version__}"}
        middlewares: tuple[aiohttp.ClientMiddlewareType, ...] = ()
        if target.user and target.dialect.digest:
            middlewares = (aiohttp.DigestAuthMiddleware(target.user, target.password),)
        elif target.user:
            pair = f"{target.user}:{target.password}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(pair).decode()
        self._session = aiohttp.ClientSession(
            headers=headers,
            middlewares=middlewares,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=_CONNECT_SECONDS, sock_read=_SILENCE_SECONDS
            ),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def select(self, query: str) -> list[dict[str, Any]]:
        """Return the bindings of a SELECT (SPARQL 1.1 Query Results JSON Format)."""
        return list((await self._asked(query))["results"]["bindings"])

    async def ask(self, query: str) -> bool:
        """Return the answer to an ASK."""
        return bool((await self._asked(query))["boolean"])

    async def _asked(self, query: str) -> dict[str, Any]:
        address = self.target.query
        async with self._sent("POST", address, _form("query", query), accept=_RESULTS) as answer:
            try:
                found = json.loads(await answer.read())
                if not isinstance(found, dict) or not ({"boolean", "results"} & found.keys()):
                    raise ValueError("no results")  # noqa: TRY301 - the same end as no JSON
            except ValueError as error:
                raise EngineError(
                    f"{self.target.name}: {address} gives no SPARQL results; look at query in "
                    "vijfster.toml",
                    nl=f"{self.target.name}: {address} geeft geen SPARQL-resultaten; kijk query in "
                    "vijfster.toml na",
                ) from error
            return found

    async def update(self, update: str) -> None:
        """Run an update request; one that is cut off may have been run."""
        async with self._sent("POST", self.target.update, _form("update", update)):
            pass

    async def load(self, part: Part, graph: str, *, add: bool, loaded: Loaded) -> None:
        """Put a part in a graph, in bodies of bounded size; `add` leaves what is there."""
        dialect = self.target.dialect
        mark = "&" if "?" in self.target.store else "?"
        address = f"{self.target.store}{mark}graph={quote(graph, safe='')}"
        address += f"&{dialect.load}" if dialect.load else ""
        if not dialect.body_bytes:
            body = _stream(part, loaded)
            async with self._sent("POST" if add else "PUT", address, body, size=part.size):
                return
        done = 0
        for number, lines in enumerate(_bodies(part, dialect.body_bytes)):
            async with self._sent("POST" if add or number else "PUT", address, lines):
                done += len(lines)
                loaded(done)

    @asynccontextmanager
    async def _sent(
        self, method: str, address: str, body: bytes | AsyncIterator[bytes] | aiohttp.BytesPayload,
        *, size: int = 0, accept: str = "*/*",
    ) -> AsyncIterator[aiohttp.ClientResponse]:  # fmt: skip
        assert self._session is not None
        headers = {"Accept": accept, "Content-Type": "application/n-triples"}
        if isinstance(body, aiohttp.BytesPayload):
            headers["Content-Type"] = body.content_type
        if size:
            headers["Content-Length"] = str(size)
        try:
            async with self._session.request(
                method, yarl.URL(address, encoded=True), data=body, headers=headers,
                allow_redirects=False,
            ) as answer:  # fmt: skip
                if answer.status // 100 != 2:
                    self._refused(answer.status, address, await answer.content.read(_MESSAGE_BYTES))
                yield answer
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            why = _UNSAFE.sub(" ", str(error) or type(error).__name__)
            name, where = self.target.name, address.partition("?")[0]
            raise EngineError(
                f"{name}: {where} does not answer, or broke off ({why}); look whether the engine "
                "runs, then give the same command again: it goes on from here",
                nl=f"{name}: {where} antwoordt niet, of brak af ({why}); kijk of de engine draait "
                "en geef dan hetzelfde commando opnieuw: het gaat hier verder",
            ) from error

    def _refused(self, status: int, address: str, body: bytes) -> NoReturn:
        target, where = self.target, address.partition("?")[0]
        said = _UNSAFE.sub(" ", body.decode(errors="replace")).strip()
        if target.password:
            said = said.replace(target.password, "…")
        said = said[:300]
        head = f"{target.name}: {where} ({status})"
        if status in {401, 403}:
            raise EngineError(
                f"{head}: the engine refuses these credentials, or asks some; set "
                f"{target.variables}, of a user who may write",
                nl=f"{head}: de engine weigert deze aanmelding, of vraagt er een; zet "
                f"{target.variables}, van een gebruiker die mag schrijven",
            )
        if status == 507 or _FULL.search(said):
            raise EngineError(
                f"{head}: there is no room at the engine; make room there, then give the same "
                f"command again: it goes on from here. It said: {said}",
                nl=f"{head}: er is geen plaats meer bij de engine; maak daar plaats en geef dan "
                f"hetzelfde commando opnieuw: het gaat hier verder. Ze zei: {said}",
            )
        if status in {404, 405, 501} or status // 100 == 3:
            raise EngineError(
                f"{head}: nothing there takes this; look at query, update and store in "
                f"vijfster.toml. It said: {said}",
                nl=f"{head}: daar wordt dit niet aangenomen; kijk query, update en store in "
                f"vijfster.toml na. Ze zei: {said}",
            )
        raise EngineError(
            f"{head}: the engine refuses. It said: {said}",
            nl=f"{head}: de engine weigert. Ze zei: {said}",
        )


def _form(name: str, text: str) -> aiohttp.BytesPayload:
    return aiohttp.BytesPayload(
        urlencode({name: text}).encode(), content_type="application/x-www-form-urlencoded"
    )


async def _stream(part: Part, loaded: Loaded) -> AsyncIterator[bytes]:
    done = 0
    with part.file.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece
            done += len(piece)
            loaded(done)


def _bodies(part: Part, most: int) -> list[bytes] | Any:
    with part.file.open("rb") as file:
        while body := file.readlines(most):
            yield b"".join(body)
