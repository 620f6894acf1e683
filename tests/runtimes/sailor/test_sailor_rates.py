"""The windows of the rate limits, counted as the original counts them."""

import asyncio

import pytest
from sailor_flow import Flow, emitting

from sellerport.contract import Data, Error, Snapshot, SnapshotUpdate
from sellerport.runtimes.sailor.rates import Rate


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_so_many_turns_come_at_once_and_the_next_in_the_next_window() -> None:
    rate = Rate(2, 100, Clock())
    assert [round(rate.delay(), 3) for _ in range(5)] == [0, 0, 0.1, 0.1, 0.2]


def test_after_a_window_turns_come_at_once_again() -> None:
    clock = Clock()
    rate = Rate(1, 100, clock)
    rate.delay()
    clock.now += 0.101
    assert rate.delay() == 0


def test_in_the_middle_of_a_window_its_rest_is_waited_for() -> None:
    clock = Clock()
    rate = Rate(1, 100, clock)
    rate.delay()
    clock.now += 0.06
    assert round(rate.delay(), 3) == 0.04


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("emission", "variable"),
    [(Data(1), "DATA_RATE_LIMIT"), (Error("no"), "ERROR_RATE_LIMIT"), (Snapshot({}), "SNAPSHOT_RATE_LIMIT")],
)
async def test_each_kind_has_a_rate_and_the_process_ends_once_all_is_out(
    flow: Flow, emission: object, variable: str
) -> None:
    running = flow.started(emitting(*[emission] * 5), **{variable: "1", "RATE_INTERVAL": "100"})
    await running.ready()
    await flow.put()
    await flow.get()
    assert await running.end() == 0
    for _ in range(4):
        await flow.get()
    assert await flow.left() == 0


@pytest.mark.anyio
async def test_turns_are_as_far_apart_as_the_rate_says(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(round(seconds, 3))

    monkeypatch.setattr(asyncio, "sleep", sleep)
    rate = Rate(1, 100, Clock())
    for _ in range(3):
        await rate.turn()
    assert slept == [0.1, 0.2]


@pytest.mark.anyio
async def test_snapshot_updates_have_none(flow: Flow) -> None:
    env = {"SNAPSHOT_RATE_LIMIT": "1", "RATE_INTERVAL": "3600000"}
    async with flow.step(emitting(*[SnapshotUpdate({"a": 1})] * 3), **env):
        await flow.put()
        for _ in range(3):
            await flow.get("snapshot")
