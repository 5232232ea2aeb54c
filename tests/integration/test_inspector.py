"""Files looked into in killable processes: what hangs or eats memory costs one file."""

from __future__ import annotations

import asyncio
import gzip

import pytest

from app.bootstrap import inspector
from app.quality.contents import inspect
from app.quality.contents.inspector import InspectionLimits, Inspector
from tests.unit import real_files as real

_FILES = (real.CSV, real.TURTLE, real.PDF, real.xlsx(), real.zipped(a__csv=real.CSV), b"", b"\0")
# takes longer than the deadline below in any machine
_LONG = b"\n".join(b'<http://a.test/%d> <http://a.test/p> "x" .' % n for n in range(600_000))


@pytest.mark.asyncio
async def test_a_process_says_what_this_one_would() -> None:
    url = "https://data.voorbeeld.test/bestand"
    async with inspector() as looking:
        found = await asyncio.gather(*(
            looking.inspect(data, url, "text/csv", "utf-8", truncated=False) for data in _FILES * 5
        ))  # fmt: skip
    wanted = [inspect(data, url=url, media_type="text/csv", charset="utf-8") for data in _FILES]
    assert found == wanted * 5


@pytest.mark.asyncio
async def test_what_takes_too_long_is_told_and_the_others_go_on() -> None:
    limits = InspectionLimits(workers=1, slow_seconds=0.2, deadline_seconds=0.2)
    async with Inspector(limits) as looking:
        late = await looking.inspect(_LONG, "https://x.test/a.nt")
        assert (late.file_type, late.valid) == ("", None)
        assert "too much time or memory" in late.problem["en"]
        assert (await looking.inspect(real.CSV, "https://x.test/a.csv")).file_type == "CSV"


@pytest.mark.asyncio
async def test_what_eats_memory_is_told_and_the_others_go_on() -> None:
    value = gzip.compress(b"[" + b"{}," * 30_000_000 + b"{}]")
    limits = InspectionLimits(workers=1, memory_bytes=1 << 30)
    async with Inspector(limits) as looking:
        fat = await looking.inspect(value, "https://x.test/a.json.gz")
        assert fat.valid is not True
        assert fat.problem
        assert (await looking.inspect(real.CSV, "https://x.test/a.csv")).file_type == "CSV"


@pytest.mark.asyncio
async def test_what_nobody_had_time_for_is_not_known() -> None:
    limits = InspectionLimits(workers=1, max_waiting=1)
    async with Inspector(limits) as looking:
        assert (await looking.inspect(real.CSV, "https://x.test/a.csv")).file_type == "CSV"
        found = await asyncio.gather(
            *(looking.inspect(real.TURTLE * 500, "https://x.test/a.ttl") for _ in range(3))
        )
    told = [one.problem.get("en", "") for one in found]
    assert [one.file_type for one in found].count("RDF_TURTLE") == 2
    assert sum("too many others" in one for one in told) == 1
