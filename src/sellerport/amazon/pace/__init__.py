"""Quotas become waiting: every request takes its turn, so that Amazon has no reason to refuse one.

Buckets are counted by endpoint, application, seller and operation, and shared by all who share the store. A turn is
reserved and then slept towards; after the sleep it is looked at once more, since a refusal in the meantime voids what
was reserved. A process that dies while it sleeps has wasted its one turn and holds up nobody.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from math import isfinite
from typing import TYPE_CHECKING, TypeVar

from amazon_wire.quotas import FEEDS_A_WINDOW, Quota
from sellerport.amazon.clock import Clock
from sellerport.amazon.pace import bucket, turns
from sellerport.amazon.pace.bucket import Limits, State
from sellerport.amazon.pace.keeper import Keeper, Scope, StoreKeeper
from sellerport.amazon.pace.line import Line
from sellerport.amazon.pace.turns import Rules, States
from sellerport.amazon.patience import Patience

if TYPE_CHECKING:
    from sellerport.amazon.http import Answer
    from sellerport.store import Store

T = TypeVar("T")
Names = tuple[str, ...]


def feed_windows() -> dict[str, tuple[int, float]]:
    """SP-API's feed types that are narrower than createFeed: `createFeed:JSON_LISTINGS_FEED` -> (feeds, seconds)."""
    return {f"createFeed:{feed_type}": window for feed_type, window in FEEDS_A_WINDOW.items()}


def pace_of(
    store: "Store",
    clock: Clock,
    *,
    scope: Scope,
    quotas: Mapping[str, Quota],
    patience: Patience,
    scale: float = 1.0,
    buckets: Mapping[str, str] | None = None,
    windows: Mapping[str, tuple[int, float]] | None = None,
) -> "Pace":
    """The pace of one run for an account, shared by all who share the store.

    `scope` is endpoint, application and seller. `scale` multiplies the published quotas, `buckets` names operations
    that draw on another's, `windows` what is narrower still: at most so many in any so many seconds.
    """
    limits = {name: bucket.limits_of(quota, scale) for name, quota in quotas.items()}
    limits |= {name: bucket.window_limits(most, span, scale) for name, (most, span) in (windows or {}).items()}
    return Pace(StoreKeeper(store, clock, scope), limits, buckets or {}, patience=patience)


class Pace:
    """The quotas of one account as one run sees them.

    An operation is named as Amazon names it; `createFeed:TYPE` is createFeed, and beside it the window of that feed
    type where there is one. An operation without a quota never waits.
    """

    def __init__(
        self, keeper: Keeper, limits: Mapping[str, Limits], buckets: Mapping[str, str], *, patience: Patience
    ) -> None:
        self._keeper = keeper
        self._limits = limits
        self._buckets = buckets
        self._patience = patience
        self._known: dict[str, State] = {}

    async def turn(self, operation: str) -> None:
        """Return when the operation may be asked, once; Throttled over the run's patience, Stopped where it ends.

        A run without patience (a sample) asks at once and lets Amazon judge: it owes the one request that it makes.
        """
        await self._patience.wait(0, operation)
        names, rules = self._rules(operation)
        if not names:
            return
        if self._patience.limit == 0:
            await self._change(names, lambda states, now: (turns.take(rules, states, now), None))
            return
        line = self._keeper.line(names[0])
        async with line.place(self._patience, operation):
            while not await self._came(operation, names, rules, line=line):
                pass

    async def answered(self, operation: str, answer: "Answer") -> None:
        """Learn from an answer's status and from the quota headers of either protocol."""
        name = self._name(operation)
        if name and answer.status < 300 and self._of(name).row:
            await self._learn(name, lambda state, limits, now: bucket.succeeded(state))
        limit = _number(answer.headers.get("x-amzn-ratelimit-limit"))
        if limit is not None:
            await self.told(operation, rate=limit)
        most, left = (_number(answer.headers.get(f"x-mws-quota-{word}")) for word in ("max", "remaining"))
        resets = _moment(answer.headers.get("x-mws-quota-resetson"))
        if most is not None and left is not None and resets is not None:
            date = _moment(answer.headers.get("x-mws-timestamp"))
            await self.told_quota(operation, maximum=most, remaining=left, resets_on=resets, date=date)

    async def told(self, operation: str, *, rate: float) -> None:
        """Amazon enforces this rate now (x-amzn-RateLimit-Limit, requests a second; never scaled)."""
        name = self._name(operation)
        own = max(rate, 1 / bucket.AGES)
        if name and 0 < rate < float("inf") and self._of(name).rate != own:
            await self._learn(name, lambda state, limits, now: bucket.told_rate(state, limits, now, own))

    async def told_quota(
        self, operation: str, *, maximum: float, remaining: float, resets_on: float, date: float | None = None
    ) -> None:
        """Amazon's hourly quota (x-mws-quota-max, -remaining, -resetsOn): epoch seconds by the clock that `date` shows."""
        name = self._name(operation)
        if not name or maximum < 1:
            return
        left = min(bucket.HOUR, max(0.0, resets_on - (self._patience.clock.now() if date is None else date)))
        most, spent = int(maximum), int(maximum - remaining)
        known = self._of(name)
        if known.hourly != most or known.spent < spent:
            await self._learn(
                name,
                lambda state, limits, now: bucket.told_hour(state, limits, now, most=most, spent=spent, left=left),
            )

    async def refused(self, operation: str, wait: float = 0.0) -> float:
        """Amazon refused for its quota: nothing is left of it for anybody. `wait`: seconds that must pass in any case.

        Returns the seconds after which the next turn comes.
        """
        names, rules = self._rules(operation)
        if not names:
            return wait
        chance = self._patience.clock.chance()
        return max(
            wait,
            await self._change(names, lambda states, now: turns.refuse(rules, states, now, wait=wait, chance=chance)),
        )

    async def _came(self, operation: str, names: Names, rules: Rules, *, line: Line) -> bool:
        """Whether the turn is there after one wait; if not, it is to be asked for again."""
        limit = self._patience.limit
        turn = await self._change(names, lambda states, now: turns.reserve(rules, states, now, limit=limit))
        if turn.wait <= 0:
            return True
        line.waits(self._patience.clock.now(), seconds=turn.wait, interval=turn.interval)
        try:
            await self._patience.wait(turn.wait, operation)
        except BaseException:  # a cancelled task too
            if turn.reserved:
                back = lambda states, now: (turns.give_back(rules, states, refusals=turn.refusals), None)  # noqa: E731
                await self._change(names, back)
            raise
        if not turn.reserved:
            return False
        return await self._change(names, lambda states, now: turns.arrive(rules, states, now, refusals=turn.refusals))

    def _rules(self, operation: str) -> tuple[Names, Rules]:
        own = operation.partition(":")[0]
        own = self._buckets.get(own, own)
        names = [own] if own in self._limits else []
        if operation != own and operation in self._limits:
            names.append(operation)
        return tuple(names), tuple(self._limits[name] for name in names)

    def _name(self, operation: str) -> str | None:
        names, _ = self._rules(operation)
        return names[0] if names else None

    def _of(self, name: str) -> State:
        return self._known.get(name, State())

    async def _learn(self, name: str, lesson: Callable[[State, Limits, float], State]) -> None:
        limits = self._limits[name]
        await self._change((name,), lambda states, now: ((lesson(states[0], limits, now),), None))

    async def _change(self, names: Names, step: Callable[[States, float], tuple[States, T]]) -> T:
        states, value = await self._keeper.change(names, step)
        self._known.update(zip(names, states, strict=True))
        return value


def _number(text: str | None) -> float | None:
    """A number that says something of a quota."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if isfinite(number) and number >= 0 else None


def _moment(text: str | None) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp() if text else None
    except ValueError:
        return None
