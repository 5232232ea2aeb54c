"""Work that takes long: handed over, followed and fetched under a name nobody can guess.

A job is in this process's memory and one folder of its own; it is forgotten some time after it
ended, or when somebody who knows its name says so, which also ends the process that works on it.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import shutil
import tempfile
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from fastapi import Request

from app.errors import (
    CheckFailedError,
    ResourceNotFoundError,
    ServiceBusyError,
    TooManyRequestsError,
    VijfsterError,
)
from app.net.budget import client_key
from app.web.desk import Work
from app.web.uploads import client_of

_SECRET_BYTES = 24
_AGAIN_SECONDS = 30


@dataclass(frozen=True, slots=True)
class JobLimits:
    """How many jobs of one client and in all, what is kept of them, and for how long."""

    per_client: int = 2
    unfinished: int = 6
    at_once: int = 1
    kept_bytes: int = 100_000_000
    keep_seconds: float = 900.0
    # a form larger than this becomes a job
    form_bytes: int = 5_000_000


@dataclass(slots=True)
class Job:
    """A piece of work: `waiting`, `running` (steps done, in all; 0: unknown), `done`, `failed`."""

    name: str
    client: str
    state: str = "waiting"
    done: int = 0
    total: int = 0
    error: VijfsterError | None = None
    packed: bytes = b""
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def unfinished(self) -> bool:
        """Whether there is nothing to fetch yet."""
        return self.state in {"waiting", "running"}

    def model(self) -> bytes:
        """Return what came of a job that is done."""
        return zlib.decompress(self.packed)

    def told(self, done: int, total: int) -> None:
        """Take note of progress."""
        self.done, self.total = done, total


class Taking(Protocol):
    """A desk: it takes what a request hands over, of so many bytes, to work so many seconds."""

    max_bytes: int
    seconds: int

    async def work(self, request: Request, folder: Path, lang: str) -> Work:
        """Return the work on what a request hands over; it may wait in a folder."""

    async def close(self) -> None:
        """End the processes."""


class Jobs:
    """The jobs of one process; use it in the serving event loop."""

    def __init__(self, desk: Taking, limits: JobLimits = JobLimits()) -> None:
        """Prepare; `desk` takes larger things than the one for answers at once, for longer."""
        self.desk, self.limits = desk, limits
        self._jobs: dict[str, Job] = {}
        self._turn = asyncio.Semaphore(limits.at_once)

    async def start(self, request: Request, lang: str) -> Job:
        """Take what a request hands over and start on it.

        Raises:
            TooManyRequestsError, ServiceBusyError: There are enough jobs already.
            InputError: As the desk says.
        """
        job = self._admitted(client_key(client_of(request)))
        try:
            folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="vijfster-job-"))
            try:
                work = await self.desk.work(request, folder, lang)
            except BaseException:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
                raise
        except BaseException:
            del self._jobs[job.name]
            raise
        job.task = asyncio.create_task(self._run(job, work, folder))
        return job

    def get(self, name: str) -> Job:
        """Return a job.

        Raises:
            ResourceNotFoundError: There is none of that name, or no more.
        """
        if name not in self._jobs:
            raise ResourceNotFoundError("there is no such task, or no more",
                                        nl="er is geen zulke taak, of niet meer")  # fmt: skip
        return self._jobs[name]

    async def cancel(self, name: str) -> None:
        """Forget a job; the process that works on it is ended.

        Raises:
            ResourceNotFoundError: There is none of that name, or no more.
        """
        await self._end(self.get(name))

    async def close(self) -> None:
        """End all jobs and the processes."""
        for job in list(self._jobs.values()):
            await self._end(job)
        await self.desk.close()

    async def _end(self, job: Job) -> None:
        self._jobs.pop(job.name, None)
        if job.task is not None:
            job.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await job.task

    def _admitted(self, client: str) -> Job:
        unfinished = [job for job in self._jobs.values() if job.unfinished]
        if sum(job.client == client for job in unfinished) >= self.limits.per_client:
            raise TooManyRequestsError(_AGAIN_SECONDS)
        kept = sum(len(job.packed) for job in self._jobs.values())
        if len(unfinished) >= self.limits.unfinished or kept >= self.limits.kept_bytes:
            raise ServiceBusyError(
                "Too many large tasks run already; try again in a few minutes.",
                nl="Er lopen al te veel grote taken; probeer het over enkele minuten opnieuw.",
            )
        job = Job(secrets.token_urlsafe(_SECRET_BYTES), client)
        self._jobs[job.name] = job
        return job

    async def _run(self, job: Job, work: Work, folder: Path) -> None:
        async with self._forgotten_later(job):
            try:
                async with self._turn:
                    job.state = "running"
                    model = await work(job.told)
                job.packed = await asyncio.to_thread(zlib.compress, model, 6)
                job.state = "done"
            finally:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    @asynccontextmanager
    async def _forgotten_later(self, job: Job) -> AsyncIterator[None]:
        try:
            yield
        except VijfsterError as error:
            job.state, job.error = "failed", error
        except Exception:
            job.state = "failed"
            job.error = CheckFailedError("This could not be finished.",
                                         nl="Dit kon niet afgemaakt worden.")  # fmt: skip
            raise
        finally:
            loop = asyncio.get_running_loop()
            loop.call_later(self.limits.keep_seconds, self._jobs.pop, job.name, None)
