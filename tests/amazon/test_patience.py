"""How long a run waits, and that it ends when it is told to."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from sellerport.amazon.patience import Patience
from sellerport.errors import Stopped, Throttled
from support import START, Time

pytestmark = pytest.mark.anyio


def made(**facts: Any) -> tuple[Patience, Time]:
    time = Time()
    return Patience(time, **facts), time


async def test_time_passes() -> None:
    patience, time = made()
    await patience.wait(60, "ListOrders")
    assert time.at == START + 60


@pytest.mark.parametrize("seconds", [0, -5])
async def test_nothing_to_wait_for_is_no_wait(seconds: float) -> None:
    patience, time = made(limit=0)
    await patience.wait(seconds, "ListOrders")
    assert time.slept == []


@pytest.mark.parametrize(
    ("limit", "seconds", "waits"), [(0, 0.1, False), (45, 45, True), (45, 45.1, False), (None, 1e6, True)]
)
async def test_a_wait_over_the_limit_is_a_throttle_that_tells_its_length(
    limit: float | None, seconds: float, waits: bool
) -> None:
    patience, time = made(limit=limit)
    if waits:
        await patience.wait(seconds, "ListOrders")
        return
    with pytest.raises(Throttled, match="ListOrders") as raised:
        await patience.wait(seconds, "ListOrders")
    assert (raised.value.wait, time.slept) == (seconds, [])


async def test_once_something_was_emitted_every_wait_is_waited_out_but_a_samples() -> None:
    patience, time = made(limit=5)
    patience.lasts()
    await patience.wait(600, "ListOrders")
    assert time.slept == [600]
    sample, _ = made(limit=0)
    sample.lasts()
    with pytest.raises(Throttled):
        await sample.wait(600, "ListOrders")


@pytest.mark.parametrize(("seconds", "told"), [(2.9, 0), (3, 1), (178.6, 1)])
async def test_a_wait_is_announced_when_it_is_longer_than_a_few_seconds(seconds: float, told: int) -> None:
    news: list[tuple[str, Mapping[str, Any]]] = []
    patience, _ = made(announce=lambda event, facts: news.append((event, facts)))
    await patience.wait(seconds, "ListOrders")
    assert news == [("wait", {"operation": "ListOrders", "seconds": seconds})] * told


class Forever(Time):
    """A clock by which nobody wakes."""

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.get_running_loop().create_future()


async def stopped(work: Any, stop: asyncio.Event) -> None:
    """Start, stop, and see it end."""
    task = asyncio.ensure_future(work)
    await asyncio.sleep(0)
    stop.set()
    with pytest.raises(Stopped):
        await task


async def test_every_kind_of_wait_ends_when_the_run_is_told_to() -> None:
    for kind in ("wait", "pause", "until", "unless_stopped"):
        stop = asyncio.Event()
        patience, never = Patience(Forever(), stop=stop), asyncio.get_running_loop().create_future()

        async def forever(never: Any = never) -> None:
            await never

        work = {
            "wait": lambda p=patience: p.wait(60, "x"),
            "pause": lambda p=patience: p.pause(60, "x"),
            "until": lambda p=patience, n=never: p.until(n, "x"),
            "unless_stopped": lambda p=patience, f=forever: p.unless_stopped(f(), "x"),
        }[kind]
        await stopped(work(), stop)


async def test_a_stopped_run_waits_for_nothing_more() -> None:
    stop = asyncio.Event()
    stop.set()
    patience, time = made(stop=stop)
    for work in (patience.wait(0, "x"), patience.wait(60, "x"), patience.pause(60, "x")):
        with pytest.raises(Stopped):
            await work
    assert time.slept == []


async def test_work_that_is_done_is_done_whatever_comes_after() -> None:
    patience, _ = made()

    async def work() -> int:
        return 7

    async def failing() -> int:
        raise ZeroDivisionError

    assert await patience.unless_stopped(work(), "x") == 7
    with pytest.raises(ZeroDivisionError):
        await patience.unless_stopped(failing(), "x")


async def test_something_of_our_own_that_fails_comes_out_as_it_is() -> None:
    patience, _ = made()
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    future.set_exception(Throttled("no", wait=5))
    with pytest.raises(Throttled):
        await patience.until(future, "x")
