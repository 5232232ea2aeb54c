"""What one client may have run, on a clock of the test."""

from __future__ import annotations

import asyncio

import pytest

from app.errors import TooManyRequestsError
from app.net.quota import Quota, QuotaLimits, Turn


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


async def used(quota: Quota, clock: Clock, seconds: float, client: str = "192.0.2.1") -> None:
    turn = await quota.begin(client)
    clock.now += seconds
    turn.end()


async def test_seconds_are_there_again_with_time() -> None:
    clock = Clock()
    quota = Quota(QuotaLimits(), clock=clock)
    turns = [await quota.begin("192.0.2.1") for _ in range(2)]
    clock.now += 50  # two at once use twice the time: 100 of the 110 seconds
    for turn in turns:
        turn.end()
    await used(quota, clock, 15)
    await used(quota, clock, 0)
    turns = [await quota.begin("192.0.2.1") for _ in range(2)]
    clock.now += 30
    for turn in turns:
        turn.end()
    with pytest.raises(TooManyRequestsError, match="Try again in 10 seconds") as caught:
        await quota.begin("192.0.2.1")
    assert caught.value.seconds == 10
    assert "10 seconden" in caught.value.detail_nl
    await used(quota, clock, 0, "192.0.2.2")  # another client
    clock.now += 9
    with pytest.raises(TooManyRequestsError):
        await quota.begin("192.0.2.1")
    clock.now += 1
    await used(quota, clock, 0)


async def test_a_network_of_one_subscriber_is_one_client() -> None:
    clock = Clock()
    quota = Quota(QuotaLimits(seconds_per_minute=1), clock=clock)
    await used(quota, clock, 30, "2001:db8::1")
    for address in ("2001:db8::2", "2001:db8::ffff:ffff:ffff:ffff"):
        with pytest.raises(TooManyRequestsError):
            await quota.begin(address)
    await used(quota, clock, 1, "2001:db8:0:1::1")


async def test_beyond_so_many_at_once_waits_its_turn() -> None:
    quota = Quota(QuotaLimits(max_wait_seconds=30))
    first, second = [await quota.begin("a") for _ in range(2)]
    third, fourth = (asyncio.create_task(quota.begin("a")) for _ in range(2))
    other = await quota.begin("b")
    await asyncio.sleep(0)
    assert not any(task.done() for task in (third, fourth))
    second.end()
    second.end()  # once is enough
    turn = await third
    await asyncio.sleep(0)
    assert not fourth.done()
    first.end()
    (await fourth).end()
    turn.end()
    other.end()
    for _ in range(2):
        await quota.begin("a")


async def test_who_waits_too_long_or_leaves_takes_no_place() -> None:
    quota = Quota(QuotaLimits(at_once=1, max_wait_seconds=0.01, max_waiting=2))
    turn = await quota.begin("a")
    waiting = [asyncio.create_task(quota.begin("a")) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyRequestsError):  # at once: enough are waiting
        await quota.begin("a")
    waiting[0].cancel()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(error) for error in results] == [asyncio.CancelledError, TooManyRequestsError]
    turn.end()
    (await quota.begin("a")).end()


async def test_a_turn_given_to_who_leaves_goes_on_to_the_next() -> None:
    quota = Quota(QuotaLimits(at_once=1, max_wait_seconds=30))
    turn = await quota.begin("a")
    leaving, staying = (asyncio.create_task(quota.begin("a")) for _ in range(2))
    await asyncio.sleep(0)
    turn.end()  # gives the place to `leaving` ...
    leaving.cancel()  # ... which goes in the same instant
    assert isinstance(await staying, Turn)


async def test_memory_is_bounded_by_what_runs() -> None:
    clock = Clock()
    quota = Quota(QuotaLimits(), clock=clock)
    for number in range(20_000):
        await used(quota, clock, 0.001, f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
        clock.now += 0.001
    assert len(quota) <= 1_024
