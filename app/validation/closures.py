"""Large input in chunks: about 1,000 things at a time, each with all that its checks look at.

A chunk owns its focus nodes; its data are their triples, what leads to them where a shape walks
backwards, and what they lead to as far as the shapes look. Each focus node is checked once, with
the same triples as in one run, so the results are the same. Shapes with SPARQL can look at
everything and are run once over all data: that part takes memory as usual.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import resource_tracker
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from app.errors import InputError
from app.rdf.terms import Triple
from app.validation.columnar.data import TYPE
from app.validation.columnar.engine import Compiled, Default, check
from app.validation.columnar.plan import Needs, needs
from app.validation.columnar.spool import Spool, Writer, parts
from app.validation.profiles import Profile
from app.validation.report import Checked, Result, Unchecked

ENTITIES = 1_000
Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
T = TypeVar("T")
LookOver = Callable[[Spool, Callable[[], None]], None]
LookBack = Callable[[Spool, list[Result]], None]


class CancelledError(InputError):
    """The check was ended on request."""

    code = "cancelled"
    title = "The check was ended"
    title_nl = "De controle is gestopt"


def validate_chunked(
    triples: Iterable[Triple],
    profile: Profile,
    engine: Default,
    *,
    folder: Path | None = None,
    entities: int = ENTITIES,
    workers: int = 1,
    progress: Progress = lambda *_: None,
    cancelled: Cancelled = lambda: False,
    look_over: LookOver | None = None,
    look_back: LookBack | None = None,
) -> Checked:
    """Return what `engine.validate` returns, in memory that does not grow with the data.

    Triples are read once and spooled in a new folder under `folder` (None: the system's), which is
    removed. `progress` is called with chunks done and chunks in all; `cancelled` is asked between.
    `look_over` is given the spool first, for what else there is to see in the data, and what to
    call now and then, so that it can be ended too; workers check meanwhile. `look_back` is given
    it last, with the sorted results.

    Raises:
        CancelledError: `cancelled` said so.
        InputError: The engine gives no verdict.
    """
    compiled = engine.compiled(profile)
    look = needs(compiled.plan, compiled.plan.roots)

    def pause() -> None:
        _stop_if(cancelled)

    with TemporaryDirectory(dir=folder, prefix="validate-") as name:
        place = Path(name)
        writer = Writer(place, compiled.plan.roots, look.backwards)
        writer.write(triples)
        chunks = writer.close(entities)

        def meanwhile() -> None:
            if look_over is not None:
                _look(_opened(place, compiled), lambda spool: look_over(spool, pause))

        if workers > 1 and chunks > 1:
            found = _spread(place, profile, chunks, min(workers, chunks), cancelled, meanwhile)
        else:
            meanwhile()
            found = _in_turn(place, compiled, look, chunks)
        results: list[Result] = []
        gaps: list[Unchecked] = []
        for done, part in enumerate(found, 1):
            results += part.results
            gaps += part.unchecked
            progress(done, chunks)
            _stop_if(cancelled)
        if compiled.open is not None:
            rest = compiled.open
            more = _look(_opened(place, compiled), lambda spool: rest.run(spool.data))
            results += more.results
            gaps += more.unchecked
        results.sort(key=lambda result: result.key)
        if look_back is not None:
            _look(_opened(place, compiled), lambda spool: look_back(spool, results))
    # an engine repeats what it cannot do for every chunk
    known = {(gap.shape, gap.code, gap.reason["en"]): gap for gap in gaps}
    return Checked(tuple(results), tuple(known.values()))


def _look(spool: Spool, work: Callable[[Spool], T]) -> T:
    """Do work with a spool and let go of it: what is mapped is freed with its last name."""
    try:
        return work(spool)
    finally:
        spool.close()


def _stop_if(cancelled: Cancelled) -> None:
    if cancelled():
        msg = "the check was ended before it was complete"
        raise CancelledError(msg, nl="De controle is gestopt voor ze volledig was.")


def _opened(place: Path, compiled: Compiled) -> Spool:
    return Spool(place, {node for root in compiled.plan.roots for node in root.nodes})


def _in_turn(place: Path, compiled: Compiled, look: Needs, chunks: int) -> Iterator[Checked]:
    spool = _opened(place, compiled)
    try:
        for number in range(chunks):
            yield _chunk(spool, compiled, look, number)
    finally:
        spool.close()


def _chunk(spool: Spool, compiled: Compiled, look: Needs, number: int) -> Checked:
    owned: set[bytes] = set()
    lines: dict[bytes, None] = dict.fromkeys(spool.hierarchy)
    for node, line in spool.targets(number):
        owned.add(node)
        if line:
            lines[line] = None
    _gather(spool, look, owned, lines)
    return check(compiled, b"".join(lines), {node.decode() for node in owned})


def _gather(spool: Spool, look: Needs, owned: set[bytes], lines: dict[bytes, None]) -> None:
    """Add the lines that checking the owned nodes can look at."""
    wanted = None if look.predicates is None else {name.encode() for name in look.predicates}
    typed = {name.encode() for name in look.typed}
    followed = {name.encode() for name in look.followed}
    seen, edge, asked = set(owned), set(owned), set[bytes]()
    # the triples of a focus node are always looked at, those of the furthest values are not
    left = None if look.steps is None else max(1, look.steps)
    while edge and left != 0:
        following: set[bytes] = set()
        for node in edge:
            for line in spool.lines(node):
                _, predicate, object_ = parts(line)
                if wanted is None or predicate in wanted:
                    lines[line] = None
                    if predicate in followed:
                        following.add(object_)
                    if predicate in typed:
                        asked.add(object_)
            for line in spool.lines_into(node):
                lines[line] = None
                subject, predicate, _ = parts(line)
                if predicate in followed:
                    following.add(subject)
                asked.add(subject)
        edge = following - seen
        seen |= edge
        left = None if left is None else left - 1
    kind = TYPE.encode()
    for node in asked:
        lines.update((line, None) for line in spool.lines(node) if parts(line)[1] == kind)


# workers

_own: dict[str, tuple[Spool, Compiled, Needs]] = {}


def _start(place: Path, profile: Profile) -> None:
    compiled = Compiled(profile)
    look = needs(compiled.plan, compiled.plan.roots)
    _own["job"] = (_opened(place, compiled), compiled, look)


def _work(number: int) -> Checked:
    return _chunk(*_own["job"], number)


def _spread(
    place: Path, profile: Profile, chunks: int, workers: int, cancelled: Cancelled,
    meanwhile: Callable[[], None],
) -> Iterator[Checked]:  # fmt: skip
    """Yield the chunks as they are done by fresh processes; a stop does not wait for the rest.

    `meanwhile` is work for this process while the others are at it.
    """
    context = multiprocessing.get_context("spawn")
    # starting this helper unblocks SIGINT, so it comes first
    resource_tracker.ensure_running()
    # Ctrl-C reaches every process of a terminal: workers inherit the mask and leave it to us, and
    # here it waits for a place where no lock of the pool is held
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    pool = ProcessPoolExecutor(workers, context, _start, (place, profile))
    try:
        waiting: set[Future[Checked]] = {pool.submit(_work, number) for number in range(chunks)}
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        meanwhile()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        while waiting:
            done, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            _stop_if(cancelled)
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        pool.shutdown(wait=True, cancel_futures=True)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
