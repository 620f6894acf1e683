from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pace_world import START, Bucket

from amazon_wire.quotas import SPAPI, Quota
from sellerport.amazon.pace.bucket import (
    AGES,
    JITTER,
    Limits,
    State,
    closed,
    given_back,
    limits_of,
    rate,
    refused,
    room,
    settled,
    slot,
    succeeded,
    taken,
    told_hour,
    told_rate,
    window_limits,
)
from sellerport.amazon.pace.turns import Turn, arrive, reserve

UNHURRIED = settings(deadline=None)
QUOTAS = st.builds(Quota, rate=st.floats(0.001, 500), burst=st.integers(1, 60), hourly=st.none())
GAPS = st.lists(st.one_of(st.just(0.0), st.floats(0, 30)), min_size=1, max_size=80)
SLOW = limits_of(Quota(0.01, 10), 1)


def turns(limits: Limits, gaps: list[float], state: State | None = None) -> list[tuple[float, float]]:
    """When turns are asked for one after another at those distances, and when each comes."""
    state, found = state or State(), []
    for now in accumulate(gaps, initial=START):
        (state,), turn = reserve((limits,), (state,), now, limit=None)
        found.append((now, now + turn.wait))
    return found


def emptied(limits: Limits, now: float = START) -> State:
    """A bucket with nothing in it."""
    return State(at=now, used=room(State(), limits))


def next_turn(state: State, limits: Limits, now: float = START) -> float:
    return slot(settled(state, limits, now), limits, now)


@UNHURRIED
@given(QUOTAS, GAPS)
def test_no_time_sees_more_turns_than_burst_and_refill(quota: Quota, gaps: list[float]) -> None:
    limits = limits_of(quota, 1)
    slots = [comes for _, comes in turns(limits, gaps)]
    for first in range(len(slots)):
        for last in range(first, len(slots)):
            allowed = room(State(), limits) + quota.rate * (slots[last] - slots[first])
            assert last - first + 1 <= allowed * (1 + 1e-6) + 1e-3


@UNHURRIED
@given(QUOTAS, GAPS)
def test_turns_come_in_the_order_in_which_they_were_asked_for(quota: Quota, gaps: list[float]) -> None:
    slots = [comes for _, comes in turns(limits_of(quota, 1), gaps)]
    assert all(later >= earlier - 1e-6 for earlier, later in pairwise(slots))


@UNHURRIED
@given(QUOTAS, GAPS)
def test_nobody_waits_longer_than_a_refill_behind_the_one_before(quota: Quota, gaps: list[float]) -> None:
    for (_, before), (asked, comes) in pairwise(turns(limits_of(quota, 1), gaps)):
        assert comes <= max(asked, before) + 1 / quota.rate + 1e-3


@UNHURRIED
@given(QUOTAS, st.integers(1, 200))
def test_steady_demand_gets_the_whole_rate(quota: Quota, count: int) -> None:
    limits = limits_of(quota, 1)
    last = turns(limits, [0.0] * (count - 1))[-1][1] - START
    assert last == pytest.approx(max(0.0, (count - room(State(), limits)) / quota.rate), abs=1e-3)


@UNHURRIED
@given(QUOTAS, st.data())
def test_requests_late_by_less_than_the_margin_are_never_refused(quota: Quota, data: st.DataObject) -> None:
    limits = limits_of(quota, 1)
    slots = [comes for _, comes in turns(limits, data.draw(GAPS))]
    latest = (quota.burst - room(State(), limits)) / quota.rate
    lateness = data.draw(st.lists(st.floats(0, latest), min_size=len(slots), max_size=len(slots)))
    amazon = Bucket(quota)
    assert all(amazon.spend(at) for at in sorted(map(sum, zip(slots, lateness, strict=True))))


@pytest.mark.parametrize("operation", SPAPI)
def test_the_margin_is_a_second_and_no_more_than_a_third_of_the_burst(operation: str) -> None:
    quota = SPAPI[operation]
    margin = quota.burst - room(State(), limits_of(quota, 1))
    assert margin == pytest.approx(min(quota.rate * JITTER, quota.burst / 3))


def test_a_burst_of_one_is_one() -> None:
    assert turns(limits_of(Quota(100, 1), 1), [])[0] == (START, START)


def test_a_scaled_quota_refills_faster_and_holds_no_more() -> None:
    limits = limits_of(Quota(0.5, 30, 80), 60)
    assert (limits.rate, limits.burst, limits.hourly, limits.hour) == (30, 30, 80, 60)


# What Amazon tells


def test_a_told_rate_counts_for_what_is_owed_already() -> None:
    empty = emptied(SLOW)
    assert next_turn(empty, SLOW) == pytest.approx(100)
    told = told_rate(empty, SLOW, START, 0.1)
    assert rate(told, SLOW) == 0.1
    assert next_turn(told, SLOW) == pytest.approx(10, abs=1)


def test_a_told_rate_does_not_count_for_the_time_before() -> None:
    told = told_rate(emptied(SLOW), SLOW, START + 50, 100.0)
    assert told.used == pytest.approx(room(State(), SLOW) - 0.5)


# Hours and windows


@UNHURRIED
@given(st.integers(1, 20), GAPS)
def test_an_hour_sees_no_more_than_it_allows(hourly: int, gaps: list[float]) -> None:
    limits = limits_of(Quota(10, 50, hourly), 360)  # an hour of ten seconds
    state, seen = State(), []
    for now in accumulate(gaps, initial=START):
        (state,), turn = reserve((limits,), (state,), now, limit=None)
        if turn.reserved and turn.wait == 0:
            seen.append(int((now - START) // limits.hour))
    assert all(seen.count(hour) <= hourly for hour in set(seen))


def test_a_used_up_hour_opens_again() -> None:
    limits = limits_of(Quota(1, 50, 2), 1)
    (state,), _ = reserve((limits,), (State(),), START, limit=None)
    (state,), _ = reserve((limits,), (state,), START + 100, limit=None)
    assert reserve((limits,), (state,), START + 200, limit=None)[1] == Turn(3400, False, 0, 1)
    assert reserve((limits,), (state,), START + 3600, limit=None)[1].wait == 0


def test_a_told_hour_counts_instead_of_the_reckoned_one() -> None:
    limits = limits_of(Quota(1, 50, 30), 1)
    state = told_hour(State(), limits, START, most=90, spent=89, left=600)
    (state,), turn = reserve((limits,), (state,), START, limit=None)
    assert turn.wait == 0
    assert closed(settled(state, limits, START), limits, START) == 600


def test_within_a_known_hour_the_larger_count_is_right() -> None:
    limits = limits_of(Quota(1, 50, 30), 1)
    state = told_hour(State(), limits, START, most=30, spent=10, left=600)
    assert told_hour(state, limits, START + 1, most=30, spent=8, left=600).spent == 10
    assert told_hour(state, limits, START + 1, most=30, spent=12, left=598).spent == 12
    assert told_hour(state, limits, START + 600, most=30, spent=1, left=3600).spent == 1


@UNHURRIED
@given(st.integers(1, 6), GAPS)
def test_no_span_of_a_window_sees_more_than_it_allows(most: int, gaps: list[float]) -> None:
    limits = window_limits(most, 40, 1)
    state, seen = State(), []
    for now in accumulate(gaps, initial=START):
        now = max(now, seen[-1]) if seen else now
        now += closed(settled(state, limits, now), limits, now)
        state = taken(settled(state, limits, now), limits, now)
        seen.append(now)
    assert all(later - earlier >= 40 for earlier, later in zip(seen, seen[most:], strict=False))


def test_a_window_lets_all_go_at_once() -> None:
    limits, state = window_limits(5, 300, 1), State()
    for _ in range(5):
        assert closed(settled(state, limits, START), limits, START) == 0
        state = taken(settled(state, limits, START), limits, START)
    assert closed(settled(state, limits, START), limits, START) == pytest.approx(300, abs=JITTER)


# Refusals


def test_a_refusal_empties_the_bucket_until_a_token_must_have_come() -> None:
    state = refused(State(), SLOW, START, wait=0, chance=0)
    assert next_turn(state, SLOW) == pytest.approx(100)
    assert next_turn(taken(state, SLOW, START), SLOW) == pytest.approx(200)


def test_the_wait_after_a_refusal_is_up_to_a_fifth_longer() -> None:
    assert next_turn(refused(State(), SLOW, START, wait=0, chance=1), SLOW) == pytest.approx(120)


def test_the_wait_that_came_with_a_refusal_is_kept() -> None:
    assert next_turn(refused(State(), SLOW, START, wait=500, chance=0), SLOW) == pytest.approx(500)


def test_a_row_of_refusals_doubles_the_wait_up_to_four_times() -> None:
    state, now, waits = State(), START, []
    for _ in range(6):
        state = refused(state, SLOW, now, wait=0, chance=0)
        waits.append(round(state.at - now))
        now = state.at
    assert waits == [100, 100, 100, 200, 400, 400]
    assert round(refused(succeeded(state), SLOW, now, wait=0, chance=0).at - now) == 100


def test_a_refusal_of_what_was_under_way_teaches_nothing_new() -> None:
    once = refused(State(), SLOW, START, wait=0, chance=0)
    assert refused(once, SLOW, START + 1, wait=0, chance=0) == once


def test_a_higher_told_rate_that_is_refused_three_times_in_a_row_is_believed_no_longer() -> None:
    state, now = told_rate(State(), SLOW, START, 1.0), START
    for expected in (1.0, 1.0, 0.01):
        state = refused(state, SLOW, now, wait=0, chance=0)
        now = state.at
        assert rate(state, SLOW) == expected


def test_a_refusal_closes_a_window_for_as_long_as_one_of_it_takes() -> None:
    limits = window_limits(5, 300, 1)
    state = refused(State(), limits, START, wait=0, chance=0)
    assert closed(settled(state, limits, START), limits, START) == pytest.approx(60, abs=1)


def test_a_refusal_voids_what_was_reserved() -> None:
    (state,), turn = reserve((SLOW,), (emptied(SLOW),), START, limit=None)
    assert arrive((SLOW,), (state,), START + turn.wait, refusals=turn.refusals)[1]
    state = refused(state, SLOW, START + 1, wait=0, chance=0)
    assert not arrive((SLOW,), (state,), START + turn.wait, refusals=turn.refusals)[1]
    assert given_back(state, SLOW, turn.refusals) == state


def test_a_turn_given_back_is_the_next_ones() -> None:
    (state,), turn = reserve((SLOW,), (emptied(SLOW),), START, limit=None)
    state = given_back(state, SLOW, turn.refusals)
    assert reserve((SLOW,), (state,), START, limit=None)[1].wait == pytest.approx(turn.wait)


def test_a_turn_that_finds_its_window_shut_is_given_back() -> None:
    window = window_limits(1, 1000, 1)
    (own, free), turn = reserve((SLOW, window), (emptied(SLOW), State()), START, limit=None)
    now = START + turn.wait
    states, arrived = arrive((SLOW, window), (own, taken(free, window, now)), now, refusals=turn.refusals)
    assert not arrived
    assert states[0].used == pytest.approx(own.used - 1)


# Clocks


def test_a_clock_set_back_keeps_nobody_for_ages() -> None:
    later = START + 86400
    state = refused(State(), SLOW, later, wait=0, chance=0)
    assert next_turn(state, SLOW) <= AGES


def test_a_clock_set_back_a_little_gives_nothing_away() -> None:
    assert next_turn(emptied(SLOW), SLOW, START - 60) == pytest.approx(160)
