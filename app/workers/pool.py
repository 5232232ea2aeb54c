"""A pool of killable worker processes with lanes, so that slow jobs never starve quick ones.

A worker runs one job at a time. A job that takes longer than `slow_seconds` is slow: its worker is
reniced and a fresh one takes its place among the quick; only so many may be slow. Jobs that stream
their answer by then have a lane of their own. At the deadline the worker is killed.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

from app.errors import (
    QueryFailedError,
    QueryTimeoutError,
    ServiceBusyError,
    StoreUnavailableError,
    VijfsterError,
)
from app.workers.child import KILL, RENICE
from app.workers.connection import Connection, Job, Zygote

_RETRY_SECONDS: Final = 1.0
_START_SECONDS: Final = 30.0
_STOPPING: Final = ("The service is stopping.", "De dienst stopt.")


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """Bounds of a pool; times in seconds, measured from the moment a worker takes the job."""

    workers: int = 2
    slow_seconds: float = 0.3
    max_slow: int = 2
    max_streaming: int = 8
    deadline_seconds: float = 10.0
    max_waiting: int = 64
    max_wait_seconds: float = 1.0
    noun: str = "job"
    noun_nl: str = "taak"


class Pool:
    """Run requests in worker processes; one event loop, `start` and `stop` inside it.

    `module` is run with a socket's number and `arguments`, and calls `child.run_zygote`.
    """

    def __init__(self, module: str, arguments: Sequence[str], *, limits: PoolLimits) -> None:
        self._module, self._arguments, self._limits = module, tuple(arguments), limits
        self._workers: dict[int, Connection] = {}
        self._idle: list[Connection] = []
        self._waiting: deque[asyncio.Future[Connection]] = deque()
        self._lanes: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._spawning: set[asyncio.Task[None]] = set()
        self._zygote: Zygote | None = None
        self._number = 0
        self._open = False
        self._quiet = asyncio.Event()
        self._failure: VijfsterError | None = None  # why the last worker could not start
        self._facts: dict[str, object] = {}

    async def start(self) -> None:
        """Start the processes and wait for the first worker.

        Raises:
            StoreUnavailableError: No worker could open what it works on.
        """
        self._open = True
        self._quiet.clear()
        try:
            await self._launch()
            self._release(await self._wait_for_worker(_START_SECONDS))
        except ServiceBusyError as error:
            await self.stop()
            detail = "No worker process became ready."
            raise StoreUnavailableError(detail) from error
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Take no more jobs, let running ones finish within their deadline, end all processes."""
        self._open = False
        self._fail_waiting(ServiceBusyError(_STOPPING[0], nl=_STOPPING[1]))
        self._settle()
        await self._quiet.wait()
        for task in tuple(self._spawning):
            task.cancel()
        workers, self._workers, self._idle = self._workers, {}, []
        for worker in workers.values():
            worker.close()
        zygote, self._zygote = self._zygote, None
        if zygote is not None:
            await zygote.end()

    async def run(self, request: bytes) -> Job:
        """Run a request and return its answer once the first bytes are there.

        Raises:
            ServiceBusyError: Nobody was free in time, or too many jobs were slow.
            QueryTimeoutError: The deadline passed before the first bytes.
            QueryFailedError: The worker died.
            StoreUnavailableError: Workers cannot open what they work on.
            VijfsterError: What the worker answered with.
        """
        if not self._open:
            self._refuse(*_STOPPING)
        limits = self._limits
        worker = self._idle.pop() if self._idle else None
        if worker is None:
            worker = await self._wait_for_worker(limits.max_wait_seconds)
        if worker.number not in self._workers:
            # it died between being free and being taken
            raise QueryFailedError(
                f"The worker of the {limits.noun} ended; try again.",
                nl=f"Het proces van de {limits.noun_nl} stopte; probeer het opnieuw.",
            )
        job = Job(worker, self._abandon)
        loop = asyncio.get_running_loop()
        if limits.slow_seconds < limits.deadline_seconds:
            job.timer = loop.call_later(limits.slow_seconds, self._slow, job)
        else:
            job.timer = loop.call_later(limits.deadline_seconds, self._late, job)
        self._counts["jobs"] += 1
        worker.send(request, job)
        try:
            await job.wait()
        except BaseException:
            await job.aclose()
            raise
        return job

    def status(self) -> dict[str, object]:
        """Return counts of now (workers, idle, slow, streaming, waiting) and since the start."""
        return {
            "workers": sum(worker.ready for worker in self._workers.values()),
            "idle": len(self._idle),
            "slow": self._lanes["slow"],
            "streaming": self._lanes["streaming"],
            "waiting": len(self._waiting),
            "pids": [worker.facts["pid"] for worker in self._workers.values() if worker.ready],
            **{name: self._counts[name] for name in ("jobs", "refused", "killed", "crashed")},
            "network_isolated": self._facts.get("network_isolated"),
        }

    # -- processes

    async def _launch(self) -> None:
        self._zygote = await Zygote.launch(self._module, self._arguments, self._zygote_gone)
        self._refill()

    def _zygote_gone(self) -> None:
        """Begin anew: the workers died with their zygote."""
        zygote, self._zygote = self._zygote, None
        self._failure = StoreUnavailableError("The worker processes ended and are started again.")
        if zygote is not None:
            self._later(self._relaunch(zygote))

    async def _relaunch(self, zygote: Zygote) -> None:
        await zygote.end()
        await asyncio.sleep(_RETRY_SECONDS)
        if self._open:
            await self._launch()

    def _later(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._spawning.add(task)
        task.add_done_callback(self._spawning.discard)

    def _refill(self) -> None:
        """Spawn until there are enough workers outside the lanes."""
        self._settle()
        quick = sum(not (worker.job and worker.job.lane) for worker in self._workers.values())
        for _ in range(self._limits.workers - quick):
            if self._open and self._zygote is not None:
                self._number += 1
                worker = Connection(self._number, on_idle=self._release, on_lost=self._lost)
                self._workers[worker.number] = worker
                self._later(self._zygote.spawn(worker))

    def _lost(self, worker: Connection) -> None:
        """Replace a worker that ended by itself."""
        if self._workers.pop(worker.number, None) is None:
            return
        if worker in self._idle:
            self._idle.remove(worker)
        self._counts["crashed"] += 1
        if worker.ready:
            self._leave_lane(worker)
            if worker.job is not None:
                worker.job.finish(QueryFailedError(
                    f"The {self._limits.noun} broke its worker, or needed too much memory.",
                    nl=f"De {self._limits.noun_nl} brak het proces af, of vroeg te veel geheugen.",
                ))  # fmt: skip
            self._refill()
            return
        detail = "A worker process could not start."
        self._failure = worker.failure or StoreUnavailableError(detail)
        self._fail_waiting(self._failure)
        asyncio.get_running_loop().call_later(_RETRY_SECONDS, self._refill)

    def _settle(self) -> None:
        """Tell `stop` when no job runs any more."""
        if not self._open and not any(worker.job for worker in self._workers.values()):
            self._quiet.set()

    # -- who runs where

    def _release(self, worker: Connection) -> None:
        """Give a free worker to the first who waits; retire it if it was slow and so reniced."""
        self._failure, self._facts = None, worker.facts
        retired = self._leave_lane(worker)
        worker.job = None
        if retired:
            del self._workers[worker.number]
            worker.close()
            self._refill()
            return
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(worker)
                return
        self._idle.append(worker)
        self._settle()

    async def _wait_for_worker(self, seconds: float) -> Connection:
        if self._failure is not None and not any(w.ready for w in self._workers.values()):
            raise self._failure
        if len(self._waiting) >= self._limits.max_waiting:
            self._refuse("The queue is full; try again in a moment.",
                         "De wachtrij is vol; probeer het zo meteen opnieuw.")  # fmt: skip
        waiter: asyncio.Future[Connection] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(seconds):
                return await waiter
        except TimeoutError:
            self._take_back(waiter)
            self._refuse("No worker became free in time; try again in a moment.",
                         "Er kwam niet op tijd een proces vrij; probeer het zo meteen opnieuw."
                         )  # fmt: skip
        except BaseException:
            self._take_back(waiter)
            raise

    def _take_back(self, waiter: asyncio.Future[Connection]) -> None:
        """Undo a wait; a worker handed over in the same instant is free again."""
        if waiter in self._waiting:
            self._waiting.remove(waiter)
        if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
            self._release(waiter.result())

    def _refuse(self, detail: str, nl: str) -> NoReturn:
        self._counts["refused"] += 1
        raise ServiceBusyError(detail, nl=nl)

    def _fail_waiting(self, error: VijfsterError) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_exception(error)

    def _slow(self, job: Job) -> None:
        """Move a job out of the way of quick ones, or end it when too many are slow."""
        lane = "streaming" if job.started else "slow"
        bound = self._limits.max_streaming if job.started else self._limits.max_slow
        if self._lanes[lane] >= bound:
            self._counts["refused"] += 1
            self._end_job(job, ServiceBusyError(
                "Too many slow requests run already; try again in a moment.",
                nl="Er lopen al te veel trage aanvragen; probeer het zo meteen opnieuw.",
            ))  # fmt: skip
            return
        job.lane = lane
        self._lanes[lane] += 1
        if self._zygote is not None:
            self._zygote.order(RENICE, job.worker.number)
        left = self._limits.deadline_seconds - self._limits.slow_seconds
        job.timer = asyncio.get_running_loop().call_later(left, self._late, job)
        self._refill()

    def _late(self, job: Job) -> None:
        seconds = f"{self._limits.deadline_seconds:g}"
        self._end_job(job, QueryTimeoutError(
            f"The {self._limits.noun} was ended after {seconds} s.",
            nl=f"De {self._limits.noun_nl} werd na {seconds} s beëindigd.",
        ))  # fmt: skip

    def _abandon(self, job: Job) -> None:
        self._end_job(job, QueryFailedError(f"The {self._limits.noun} was given up."))

    def _end_job(self, job: Job, error: VijfsterError) -> None:
        """Kill the worker of a job; the kernel can, where the engine has no way to stop."""
        worker = job.worker
        if job.done:
            return
        self._leave_lane(worker)
        if self._workers.pop(worker.number, None) is None:
            # lost already: nobody else will tell the job
            worker.job = None
            job.finish(error)
            return
        worker.job = None
        self._counts["killed"] += 1
        if self._zygote is not None:
            self._zygote.order(KILL, worker.number)
        worker.close()
        job.finish(error)
        self._refill()

    def _leave_lane(self, worker: Connection) -> bool:
        if worker.job is None or not worker.job.lane:
            return False
        self._lanes[worker.job.lane] -= 1
        worker.job.lane = ""
        return True
