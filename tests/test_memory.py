"""What the platform forgets: the snapshot emitted last, until the platform shows it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from sellerport.amazon.account import Credentials
from sellerport.amazon.connect import Surroundings
from sellerport.contract import Call
from sellerport.memory import SnapshotMemory
from support import APIS, TRIGGER, Bench, bench, ids, snapshots

pytestmark = pytest.mark.anyio
LOCK = "orders:flow-1:step-1"


class Step:
    """A step of a flow, with the memory between its runs."""

    def __init__(self, b: Bench, port: Any) -> None:
        self.b, self.port, self.memory = b, port, SnapshotMemory()

    async def recalled(self, shown: Any, lock: str | None = LOCK) -> Any:
        return await self.memory.recall(Call(lock=lock), self.port, shown)

    async def emits(self, *snapshots: Any, start: Any = None, lock: str | None = LOCK) -> None:
        for value in snapshots:
            await self.memory.remember(Call(lock=lock, snapshot=start), self.port, value)


@pytest.fixture
async def step() -> Any:
    async with bench(orders=1) as b:
        credentials = Credentials(api="MWS", seller_id="A1", marketplace_id="ATVPDKIKX0DER", quota_scale="none")
        async with b.connector.connect(credentials, Surroundings()) as port:
            yield Step(b, port)


async def test_the_first_run_starts_from_what_is_shown(step: Step) -> None:
    assert await step.recalled({"n": 0}) == {"n": 0}
    assert await step.recalled(None) is None


async def test_the_one_emitted_wins_over_its_predecessor_that_is_still_shown(step: Step) -> None:
    await step.emits({"n": 1}, start={"n": 0})
    assert await step.recalled({"n": 0}) == {"n": 1}


async def test_what_the_platform_has_stored_is_the_same_anyhow(step: Step) -> None:
    await step.emits({"n": 1}, start={"n": 0})
    assert await step.recalled({"n": 1}) == {"n": 1}


async def test_a_reset_and_any_other_step_data_win(step: Step) -> None:
    await step.emits({"n": 1}, {"n": 2}, start={"n": 0})
    assert await step.recalled({}) == {}
    assert await step.recalled({"n": 7}) == {"n": 7}


@pytest.mark.parametrize("nothing", [None, {}])
async def test_no_snapshot_and_an_empty_one_are_the_same(step: Step, nothing: Any) -> None:
    await step.emits({"n": 1}, start=None)
    assert await step.recalled(nothing) == {"n": 1}


async def test_after_five_minutes_the_step_data_win(step: Step) -> None:
    await step.emits({"n": 1}, start={"n": 0})
    step.b.time.at += 300
    assert await step.recalled({"n": 0}) == {"n": 1}
    step.b.time.at += 1
    assert await step.recalled({"n": 0}) == {"n": 0}


@pytest.mark.parametrize("pages", [1, 5, 60])
async def test_whichever_of_a_runs_snapshots_is_shown_the_last_one_wins(step: Step, pages: int) -> None:
    emitted = [{"page": number} for number in range(pages)]
    await step.emits(*emitted, start={"page": "start"})
    for shown in ({"page": "start"}, *emitted):
        assert await step.recalled(shown) == emitted[-1]


async def test_two_runs_in_a_row_before_the_platform_stores_anything(step: Step) -> None:
    await step.emits({"n": 1}, start={"n": 0})
    await step.emits({"n": 2}, start={"n": 1})
    assert await step.recalled({"n": 0}) == {"n": 2}
    assert await step.recalled({"n": 1}) == {"n": 2}


async def test_steps_do_not_know_one_anothers(step: Step) -> None:
    await step.emits({"n": 1}, start={"n": 0})
    assert await step.recalled({"n": 0}, lock="orders:flow-1:step-2") == {"n": 0}


async def test_without_a_lock_nothing_is_remembered(step: Step) -> None:
    await step.emits({"n": 1}, start={"n": 0}, lock=None)
    assert await step.recalled({"n": 0}) == {"n": 0}
    assert await step.recalled({"n": 0}, lock=None) == {"n": 0}


@pytest.mark.parametrize("api", APIS)
async def test_a_tick_before_the_platform_stored_the_last_snapshot_emits_nothing_twice(api: str) -> None:
    async with bench() as b:
        cfg = b.cfg(api, orderStatus="Shipped", maxOrdersPerPage=10, emitBehavior="emitPage")
        first = await b.run(TRIGGER, cfg, lock=LOCK, snapshot={})
        assert ids(first) == b.ids("Shipped")
        b.time.at += 60
        second = await b.run(TRIGGER, cfg, lock=LOCK, snapshot={})
        assert ids(second) == []
        b.time.at += 301
        later = await b.run(TRIGGER, cfg, lock=LOCK, snapshot=snapshots(second)[-1])
        assert ids(later) == []


async def test_the_snapshot_is_read_anew_once_the_lock_is_held() -> None:
    async with bench() as b:
        cfg = b.cfg("MWS", orderStatus="Shipped")
        (place,) = snapshots(await b.run(TRIGGER, cfg))
        b.time.at += 600

        async def refresh() -> Any:
            return json.loads(json.dumps(place))

        assert ids(await b.run(TRIGGER, cfg, lock=LOCK, snapshot=None, refresh=refresh)) == []


def test_a_call_shows_neither_body_nor_credentials_nor_snapshot() -> None:
    call = replace(Call(), body="HUSH", credentials="HUSH", snapshot="HUSH", fields="HUSH", variables={"a": "HUSH"})
    assert "HUSH" not in repr(call)
