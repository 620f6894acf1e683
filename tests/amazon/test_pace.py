import asyncio
from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pace_world import START, Bucket, OwnKeeper, Process, Shared, Time, pace, state_of

from amazon_wire.quotas import MWS, MWS_BUCKETS, SPAPI, Quota
from sellerport.amazon.http import Answer
from sellerport.amazon.pace import Pace, feed_windows
from sellerport.amazon.pace.bucket import limits_of
from sellerport.amazon.pace.line import Line
from sellerport.amazon.pace.turns import reserve
from sellerport.amazon.patience import Patience
from sellerport.errors import Stopped, Throttled

pytestmark = pytest.mark.anyio

SLOW = {"slow": Quota(0.01, 2)}
SCOPE = ("http://127.0.0.1", "application", "seller")


def answer(status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, headers or {}, b"")


async def times(run: Pace, time: Time, operation: str, count: int) -> list[float]:
    """When one after another gets its turn."""
    found = []
    for _ in range(count):
        await run.turn(operation)
        found.append(round(time.at - START))
    return found


# Turns


async def test_turns_come_at_once_and_then_at_the_rate() -> None:
    time = Time()
    run = pace(OwnKeeper(time), time, {"op": Quota(0.1, 3)})
    (found,) = await time.run(times(run, time, "op", 6))
    assert found == [0, 0, 1, 11, 21, 31]


async def test_an_operation_without_a_quota_never_waits() -> None:
    time = Time()
    run = pace(OwnKeeper(time), time, SLOW)
    (found,) = await time.run(times(run, time, "unknown", 50))
    assert found == [0] * 50


async def test_operations_that_share_a_bucket_share_their_turns() -> None:
    time = Time()
    run = pace(OwnKeeper(time), time, MWS, buckets=MWS_BUCKETS)
    await time.run(times(run, time, "ListOrders", 5))
    (found,) = await time.run(times(run, time, "ListOrdersByNextToken", 2))
    assert found == [1, 61]


async def test_operations_of_their_own_do_not_wait_for_one_another() -> None:
    time = Time()
    run = pace(OwnKeeper(time), time, SPAPI)
    await time.run(times(run, time, "searchOrders", 20))
    (found,) = await time.run(times(run, time, "getFeed", 1))
    assert found == [1]


async def test_tasks_of_one_run_get_their_turns_in_the_order_of_asking() -> None:
    time, order = Time(), []
    run = pace(OwnKeeper(time), time, SLOW)

    async def ask(number: int) -> None:
        await run.turn("slow")
        order.append(number)

    await time.run(*(ask(number) for number in range(8)))
    assert order == list(range(8))


async def test_processes_take_turns_with_one_another() -> None:
    time = Time()
    shared = Shared(time)
    order: list[str] = []

    async def ask(name: str) -> None:
        run = pace(shared.process(), time, SLOW)
        while True:
            await run.turn("slow")
            order.append(name)

    await time.run(*(ask(name) for name in "abcd"), seconds=4000)
    rounds = ["".join(order[start : start + 4]) for start in range(8, 36, 4)]
    assert set(rounds) == {rounds[0]}
    assert sorted(rounds[0]) == list("abcd")


async def test_a_process_reserves_one_turn_however_many_wait_in_it() -> None:
    time = Time()
    keeper = OwnKeeper(time)
    run = pace(keeper, time, SLOW)
    await time.run(*(run.turn("slow") for _ in range(3)), seconds=0)
    waiting = [asyncio.create_task(run.turn("slow")) for _ in range(20)]
    await asyncio.sleep(0)
    assert (await state_of(keeper, "slow")).used <= 4
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_dead_process_costs_the_others_the_one_turn_it_had_reserved() -> None:
    time = Time()
    shared = Shared(time)
    run = pace(shared.process(), time, SLOW)
    await time.run(times(run, time, "slow", 2))
    began = time.at
    rules = (limits_of(SLOW["slow"], 1),)
    await shared.states.change(("slow",), lambda states, now: reserve(rules, states, now, limit=None))
    (found,) = await time.run(times(run, time, "slow", 2))
    assert [at - (began - START) for at in found] == pytest.approx([200, 300], abs=1)


# Patience


async def test_a_sample_is_asked_at_once_whatever_is_left() -> None:
    time = Time()
    keeper = OwnKeeper(time)
    await time.run(times(pace(keeper, time, SLOW), time, "slow", 2))
    began = time.at
    await pace(keeper, time, SLOW, limit=0).turn("slow")
    assert time.at == began


async def test_a_sample_owes_the_request_that_it_makes() -> None:
    time = Time()
    keeper = OwnKeeper(time)
    for _ in range(3):
        await pace(keeper, time, SLOW, limit=0).turn("slow")
    (found,) = await time.run(times(pace(keeper, time, SLOW), time, "slow", 1))
    assert found == [pytest.approx(200, abs=2)]


async def test_a_wait_over_the_limit_is_throttled_and_reserves_nothing() -> None:
    time = Time()
    keeper = OwnKeeper(time)
    run = pace(keeper, time, SLOW)
    await time.run(times(run, time, "slow", 2))
    before = await state_of(keeper, "slow")
    with pytest.raises(Throttled, match="the quota of slow is used up, free again in 100 s") as raised:
        await pace(keeper, time, SLOW, limit=20).turn("slow")
    assert raised.value.wait == pytest.approx(100, abs=1)
    assert await state_of(keeper, "slow") == before


async def test_those_behind_in_line_are_turned_away_when_the_wait_is_too_long_for_them() -> None:
    time = Time()
    run = pace(Shared(time).process(), time, SLOW, limit=150)
    gone: list[float] = []

    async def ask() -> None:
        try:
            await run.turn("slow")
        except Throttled:
            gone.append(time.at - START)
            raise

    results = await time.run(*(ask() for _ in range(6)))
    assert [type(result) for result in results] == [type(None)] * 3 + [Throttled] * 3
    assert gone == [0.0] * 3


async def test_who_comes_when_the_line_is_too_long_is_turned_away_at_once() -> None:
    time = Time()
    keeper = OwnKeeper(time)
    run, hasty = pace(keeper, time, SLOW), pace(keeper, time, SLOW, limit=150)

    async def late() -> float:
        await time.sleep(50)
        with pytest.raises(Throttled) as raised:
            await hasty.turn("slow")
        return raised.value.wait

    results = await time.run(*(run.turn("slow") for _ in range(4)), late())
    assert results[-1] == pytest.approx(250, abs=2)


async def test_a_stop_ends_every_wait_and_gives_the_reserved_turn_back() -> None:
    time, stop = Time(), asyncio.Event()
    keeper = OwnKeeper(time)
    await time.run(times(pace(keeper, time, SLOW), time, "slow", 2))
    before = await state_of(keeper, "slow")
    run = pace(keeper, time, SLOW, stop=stop)

    async def end() -> None:
        stop.set()

    results = await time.run(*(run.turn("slow") for _ in range(5)), end())
    assert all(isinstance(result, Stopped) for result in results[:5])
    assert (await state_of(keeper, "slow")).used == pytest.approx(before.used, abs=0.02)


async def test_a_stop_ends_also_those_who_wait_behind_one_who_is_not_stopped() -> None:
    time, stop = Time(), asyncio.Event()
    keeper = OwnKeeper(time)
    run, stopped = pace(keeper, time, SLOW), pace(keeper, time, SLOW, stop=stop)

    async def end() -> None:
        await time.sleep(10)
        stop.set()

    results = await time.run(*(run.turn("slow") for _ in range(3)), stopped.turn("slow"), end(), seconds=20)
    assert isinstance(results[3], Stopped)


async def test_a_cancelled_wait_gives_the_turn_back_and_lets_the_next_in_line_go_on() -> None:
    time = Time()
    keeper = OwnKeeper(time)
    run = pace(keeper, time, SLOW)
    await time.run(times(run, time, "slow", 2))
    began = time.at
    first = asyncio.create_task(run.turn("slow"))
    await asyncio.sleep(0)

    async def second() -> float:
        await run.turn("slow")
        return time.at - began

    async def cancel() -> None:
        first.cancel()

    results = await time.run(second(), cancel())
    assert results[0] == pytest.approx(100, abs=1)


async def test_a_place_given_to_one_who_has_just_left_goes_to_the_next() -> None:
    time = Time()
    line, patience = Line(), Patience(time)
    came: list[str] = []

    async def stand(name: str) -> None:
        async with line.place(patience, name):
            came.append(name)

    async with line.place(patience, "first"):
        second, third = (asyncio.create_task(stand(name)) for name in ("second", "third"))
        await time.run()
        await asyncio.sleep(0)
    second.cancel()
    await time.run(asyncio.wait_for(third, 5))
    assert came == ["third"]


# What Amazon tells


async def test_the_rate_that_amazon_tells_counts_for_all_who_share() -> None:
    time = Time()
    shared = Shared(time)
    run, other = (pace(shared.process(), time, SLOW) for _ in range(2))
    await time.run(times(run, time, "slow", 2))
    await run.answered("slow", answer(headers={"x-amzn-ratelimit-limit": "0.1"}))
    began = time.at - START
    (found,) = await time.run(times(other, time, "slow", 2))
    assert [at - began for at in found] == pytest.approx([10, 20], abs=2)


@pytest.mark.parametrize("rate", ["", "fast", "0", "-1", "inf", "nan"])
async def test_a_rate_that_is_none_is_not_believed(rate: str) -> None:
    time = Time()
    keeper = OwnKeeper(time)
    await pace(keeper, time, SLOW).answered("slow", answer(headers={"x-amzn-ratelimit-limit": rate}))
    assert (await state_of(keeper, "slow")).rate is None


@pytest.mark.parametrize(
    ("most", "left", "resets"),
    [("0", "0", "2026-11-30T00:00:00Z"), ("inf", "1", "2026-11-20T10:30:00Z"), ("nan", "1", "2026-11-20T10:30:00Z"),
     ("30", "0", "9999-12-31T23:59:00Z")],
)  # fmt: skip
async def test_no_hour_that_amazon_tells_is_longer_than_one(most: str, left: str, resets: str) -> None:
    time = Time()
    run = pace(OwnKeeper(time), time, MWS)
    headers = {"x-mws-quota-max": most, "x-mws-quota-remaining": left, "x-mws-quota-resetson": resets}
    began = time.at
    await run.answered("SubmitFeed", answer(headers=headers))
    await time.run(times(run, time, "SubmitFeed", 1))
    assert time.at - began <= 3600


async def test_no_rate_that_amazon_tells_makes_anybody_wait_for_days() -> None:
    time = Time()
    run = pace(OwnKeeper(time), time, SLOW)
    await time.run(times(run, time, "slow", 2))
    await run.answered("slow", answer(headers={"x-amzn-ratelimit-limit": "0.0000001"}))
    began = time.at
    await time.run(times(run, time, "slow", 1))
    assert time.at - began <= 7200 * 1.1


async def test_what_is_known_is_not_written_again() -> None:
    time = Time()

    class Counting(OwnKeeper):
        changes = 0

        async def change(self, names, step):  # type: ignore[no-untyped-def]  # counts, no more
            self.changes += 1
            return await super().change(names, step)

    keeper = Counting(time)
    run = pace(keeper, time, SLOW)
    for _ in range(3):
        await run.answered("slow", answer(headers={"x-amzn-ratelimit-limit": "0.1"}))
    assert keeper.changes == 1


async def test_the_hour_that_mws_tells_is_kept_to() -> None:
    time = Time()
    run = pace(OwnKeeper(time), time, MWS)
    headers = {
        "x-mws-quota-max": "90.0",
        "x-mws-quota-remaining": "2.0",
        "x-mws-quota-resetson": "2020-06-25T13:12:00.000Z",
        "x-mws-timestamp": "2020-06-25T13:02:00.000Z",
    }
    await run.answered("SubmitFeed", answer(headers=headers))
    (found,) = await time.run(times(run, time, "SubmitFeed", 3))
    assert found == [0, 0, 600]


async def test_a_success_ends_a_row_of_refusals() -> None:
    time = Time()
    keeper = OwnKeeper(time)
    run = pace(keeper, time, SLOW)
    await run.refused("slow")
    assert (await state_of(keeper, "slow")).row == 1
    await run.answered("slow", answer(503))
    assert (await state_of(keeper, "slow")).row == 1
    await run.answered("slow", answer())
    assert (await state_of(keeper, "slow")).row == 0


# Refusals


async def test_a_refusal_tells_when_the_next_turn_comes() -> None:
    time = Time()
    run = pace(OwnKeeper(time), time, SLOW)
    assert await run.refused("slow") == pytest.approx(100)
    (found,) = await time.run(times(run, time, "slow", 2))
    assert found == [100, 200]


async def test_a_refusal_keeps_to_the_wait_that_came_with_it() -> None:
    time = Time()
    run = pace(OwnKeeper(time), time, SLOW)
    assert await run.refused("slow", 3000) == pytest.approx(3000)
    assert await run.refused("unknown", 7) == 7


async def test_those_who_sleep_when_another_process_is_refused_do_not_ask_in_vain() -> None:
    time = Time()
    shared = Shared(time)
    sleeper, other = (pace(shared.process(), time, SLOW) for _ in range(2))
    await time.run(times(sleeper, time, "slow", 2))

    async def refuse() -> None:
        await time.sleep(60)
        await other.refused("slow")

    found, _ = await time.run(times(sleeper, time, "slow", 1), refuse())
    assert found[0] == pytest.approx(161, abs=2)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 5),
    st.sampled_from([Quota(0.0167, 20), Quota(0.5, 30), Quota(2, 5), Quota(1 / 60, 6)]),
    st.lists(st.tuples(st.floats(0, 60), st.integers(1, 40)), max_size=30),
    st.integers(0, 30),
)
def test_another_program_that_eats_the_quota_costs_one_refusal_a_refill(
    processes: int, quota: Quota, eaten: list[tuple[float, int]], gone: int
) -> None:
    time = Time()
    amazon = Bucket(quota)
    shared = Shared(time)
    refusals: list[float] = []
    passed = 0

    async def ask() -> None:
        nonlocal passed
        run = pace(shared.process(), time, {"op": quota})
        while True:
            await run.turn("op")
            if amazon.spend(time.at):
                passed += 1
                await run.answered("op", answer())
                continue
            if not refusals or time.at > refusals[-1]:  # else it was under way when the other was refused
                refusals.append(time.at)
            await run.refused("op")

    async def eat() -> None:
        for gap, count in eaten:
            await time.sleep(gap / quota.rate / 10)
            for _ in range(count):
                amazon.spend(time.at)

    for _ in range(gone):
        amazon.spend(START)
    asyncio.run(time.run(*(ask() for _ in range(processes)), eat(), seconds=60 / quota.rate))
    assert all(later - earlier >= 1 / quota.rate - 1e-3 for earlier, later in pairwise(refusals))
    assert passed > 0


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 6), st.sampled_from([Quota(0.0056, 20), Quota(0.5, 30), Quota(5, 5)]), st.data())
def test_processes_that_share_a_store_use_the_quota_and_are_never_refused(
    processes: int, quota: Quota, data: st.DataObject
) -> None:
    time = Time()
    amazon = Bucket(quota)
    shared = Shared(time)
    passed = 0
    latest = min(1.0, quota.burst / 3 / quota.rate)
    lateness = data.draw(st.lists(st.floats(0, latest), min_size=1, max_size=20))

    async def ask(number: int) -> None:
        nonlocal passed
        run = pace(shared.process(), time, {"op": quota})
        while True:
            await run.turn("op")
            await time.sleep(lateness[(number + passed) % len(lateness)])
            assert amazon.spend(time.at), "refused"
            passed += 1

    lasted = 200 / quota.rate
    results = asyncio.run(time.run(*(ask(number) for number in range(processes * 4)), seconds=lasted))
    assert set(results) == {None}
    assert passed >= 0.97 * (quota.burst + quota.rate * lasted) - 4


# Windows, no pace, hints


async def test_a_narrow_feed_type_waits_for_its_window_and_others_do_not() -> None:
    time = Time()
    run = pace(OwnKeeper(time), time, {"createFeed": Quota(0.1, 15)}, windows=feed_windows())
    (found,) = await time.run(times(run, time, "createFeed:JSON_LISTINGS_FEED", 7))
    assert found == [0, 0, 0, 0, 0, 301, 301]
    (found,) = await time.run(times(run, time, "createFeed:POST_ORDER_ACKNOWLEDGEMENT_DATA", 2))
    assert found == [301, 301]


async def test_what_waits_for_its_window_holds_no_turn_of_the_others() -> None:
    time = Time()
    keeper = OwnKeeper(time)
    quotas = {"createFeed": Quota(0.0083, 15)}
    run = pace(keeper, time, quotas, windows=feed_windows())
    await time.run(times(run, time, "createFeed:JSON_LISTINGS_FEED", 5))
    narrow = run.turn("createFeed:JSON_LISTINGS_FEED")
    other = pace(Process(keeper), time, quotas)
    found = await time.run(narrow, times(other, time, "createFeed", 9), seconds=10)
    assert found[1] == [0] * 9
