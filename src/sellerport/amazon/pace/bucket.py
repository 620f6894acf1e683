"""One quota as values: what is left of it, when the next turn comes, and what a refusal teaches. Pure.

A token bucket by the generic cell rate algorithm, in tokens instead of times, so that a rate that Amazon changes
rescales what is owed. A turn may be reserved ahead: whoever comes later gets a later one. What is counted here is when
requests are sent; Amazon counts when they arrive. A request that takes its time arrives when the bucket has already
filled up again behind its back, and the burst after it is one too many: hence a bucket is never reckoned full, but as
many tokens short of it as flow in during JITTER seconds. Below the brim, lateness loses and gains nothing, so that
this margin costs that much once and the rate is used whole.
"""

import math

import msgspec

from amazon_wire.quotas import Quota

JITTER = 1.0  # seconds by which one request may reach Amazon later than another that was sent with it
WIDEST_MARGIN = 1 / 3  # of the burst
HOUR = 3600.0
AGES = 2 * HOUR  # nobody is told to wait longer: a bucket that says so was written by a clock that has been set back
PATIENT = 3  # refusals in a row before waits double
DOUBLINGS = 2


class Limits(msgspec.Struct, frozen=True):
    """What may be asked: a bucket of `burst` that refills at `rate`, `hourly` in each `hour`, `most` in any `span`.

    `hour` and `span` are seconds. A window (`most` is not None) has no bucket.
    """

    rate: float = 1.0
    burst: int = 1
    hourly: int | None = None
    hour: float = HOUR
    most: int | None = None
    span: float = 0.0


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of a bucket: `used` tokens are gone at the epoch second `at`; where that is to come, nobody may before.

    `rate` and `hourly` are what Amazon told. `refusals` counts all, `row` those since the last success. `spent` is what
    the hour that ends at `ends` has seen, `recent` the times of a window's last turns.
    """

    at: float = 0.0
    used: float = 0.0
    rate: float | None = None
    refusals: int = 0
    row: int = 0
    hourly: int | None = None
    spent: int = 0
    ends: float = 0.0
    recent: tuple[float, ...] = ()


def limits_of(quota: Quota, scale: float) -> Limits:
    """A published quota, sped up."""
    return Limits(rate=quota.rate * scale, burst=quota.burst, hourly=quota.hourly, hour=HOUR / scale)


def window_limits(most: int, seconds: float, scale: float) -> Limits:
    """At most so many in any so many seconds, sped up."""
    return Limits(most=most, span=seconds / scale)


def rate(state: State, limits: Limits) -> float:
    """Tokens a second: what Amazon told, else what is published."""
    return state.rate or limits.rate


def hourly(state: State, limits: Limits) -> int | None:
    """How many an hour may see: what Amazon told, else what is published."""
    return limits.hourly if state.hourly is None else state.hourly


def room(state: State, limits: Limits) -> float:
    """The tokens of a bucket that is as full as it is ever reckoned."""
    margin = min(rate(state, limits) * JITTER, limits.burst * WIDEST_MARGIN, limits.burst - 1)
    return limits.burst - margin


def settled(state: State, limits: Limits, now: float) -> State:
    """The bucket now: refilled, past hours closed, past turns of a window forgotten."""
    if state.at > now + AGES:
        state = msgspec.structs.replace(state, at=now)
    if limits.most is not None:
        recent = tuple(time for time in state.recent if now - _span(limits) < time <= now + AGES)
        return msgspec.structs.replace(state, recent=recent)
    if hourly(state, limits) is not None and now >= state.ends:
        hours = math.floor((now - state.ends) / limits.hour) + 1
        ends = state.ends + hours * limits.hour if state.ends else now + limits.hour
        state = msgspec.structs.replace(state, spent=0, ends=ends)
    if state.at >= now:
        return state
    used = max(0.0, state.used - (now - state.at) * rate(state, limits))
    return msgspec.structs.replace(state, used=used, at=now)


def closed(state: State, limits: Limits, now: float) -> float:
    """Seconds for which no turn can be reserved, since the hour or the window is used up (a settled state)."""
    if limits.most is not None:
        full = len(state.recent) >= limits.most
        return max(0.0, state.at - now, state.recent[-limits.most] + _span(limits) - now if full else 0.0)
    most = hourly(state, limits)
    return state.ends - now if most is not None and state.spent >= most else 0.0


def slot(state: State, limits: Limits, now: float) -> float:
    """Seconds until the next turn of the bucket (a settled state)."""
    if limits.most is not None:
        return closed(state, limits, now)
    return max(0.0, state.at - now) + max(0.0, state.used + 1 - room(state, limits)) / rate(state, limits)


def taken(state: State, limits: Limits, now: float) -> State:
    """One turn less (a settled state)."""
    if limits.most is not None:
        return msgspec.structs.replace(state, recent=(*state.recent, now)[-limits.most :])
    return msgspec.structs.replace(state, used=state.used + 1, spent=state.spent + (state.ends > 0))


def given_back(state: State, limits: Limits, refusals: int) -> State:
    """One turn more, reserved and not used; a refusal since then has voided it already."""
    if limits.most is not None or state.refusals != refusals:
        return state
    return msgspec.structs.replace(state, used=max(0.0, state.used - 1), spent=max(0, state.spent - 1))


def refused(state: State, limits: Limits, now: float, *, wait: float, chance: float) -> State:
    """Amazon refused: the bucket is empty, whatever was reckoned, and turns reserved until now are void.

    The next turn comes when a token must have come in (a fifth more at most, by `chance`), after three refusals in a
    row twice and four times as late, and never before `wait`. A refusal within that time is of a request that was
    already under way and teaches nothing new.
    """
    state = settled(state, limits, now)
    if state.at > now:
        return msgspec.structs.replace(state, at=max(state.at, now + wait))
    row = state.row + 1
    told = state.rate if row < PATIENT or (state.rate or 0) < limits.rate else None
    state = msgspec.structs.replace(state, refusals=state.refusals + 1, row=row, rate=told)
    refill = _span(limits) / limits.most if limits.most is not None else 1 / rate(state, limits)
    pause = refill * (1 + chance / 5) * 2 ** min(max(0, row - PATIENT), DOUBLINGS)
    return msgspec.structs.replace(state, at=now + max(pause, wait), used=room(state, limits) - 1)


def succeeded(state: State) -> State:
    """Amazon did it: the row of refusals is over."""
    return msgspec.structs.replace(state, row=0)


def told_rate(state: State, limits: Limits, now: float, told: float) -> State:
    """Amazon enforces that many a second now."""
    if state.rate == told:
        return state
    return msgspec.structs.replace(settled(state, limits, now), rate=told)


def told_hour(state: State, limits: Limits, now: float, *, most: int, spent: int, left: float) -> State:
    """Amazon allows `most` in its hour, which ends in `left` seconds (told to the minute), and has seen `spent`.

    In the hour that is known already, the larger count is the right one: requests under way are not in Amazon's.
    """
    state = settled(state, limits, now)
    same = abs(now + left - state.ends) < limits.hour / 30
    ends = state.ends if same else now + left
    return msgspec.structs.replace(state, hourly=most, spent=max(spent, state.spent) if same else spent, ends=ends)


def _span(limits: Limits) -> float:
    return limits.span + min(JITTER, limits.span / 100)
