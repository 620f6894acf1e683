"""Time that moves when everybody waits, Amazon's token bucket, and processes that share a store."""

import asyncio
import heapq
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from amazon_wire.quotas import Quota
from sellerport.amazon.clock import Clock
from sellerport.amazon.pace import Pace
from sellerport.amazon.pace.bucket import State, limits_of, window_limits
from sellerport.amazon.pace.keeper import Step
from sellerport.amazon.pace.line import Line
from sellerport.amazon.pace.turns import States
from sellerport.amazon.patience import Patience

T = TypeVar("T")
START = 1_790_000_000.0


class OwnKeeper:
    """Keeps them in memory, for whoever has this object."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._states: dict[str, State] = {}
        self._lines: dict[str, Line] = {}

    async def change(self, names: Sequence[str], step: Step[T]) -> tuple[States, T]:
        states, value = step(tuple(self._states.get(name, State()) for name in names), self._clock.now())
        self._states.update(zip(names, states, strict=True))
        return states, value

    def line(self, name: str) -> Line:
        return self._lines.setdefault(name, Line())


class Time:
    """A clock that is moved on to the next sleeper's end once nobody has anything else to do."""

    def __init__(self) -> None:
        self.at = START
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> float:
        return self.at

    def chance(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        end = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self.at + seconds, self._count, end))
        await end

    async def run(self, *work: Coroutine[Any, Any, Any], seconds: float = float("inf")) -> list[Any]:
        """Let them work so long, or until all is done; what came of each (None: cut off)."""
        tasks = [asyncio.create_task(part) for part in work]
        end = self.at + seconds
        while not all(task.done() for task in tasks):
            for _ in range(30):
                await asyncio.sleep(0)
            self._sleepers = [sleeper for sleeper in self._sleepers if not sleeper[2].done()]
            heapq.heapify(self._sleepers)
            if all(task.done() for task in tasks):
                break
            if not self._sleepers or self._sleepers[0][0] > end:
                break
            at, _, sleeper = heapq.heappop(self._sleepers)
            self.at = max(self.at, at)
            sleeper.set_result(None)
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        return [None if isinstance(result, asyncio.CancelledError) else result for result in results]


class Bucket:
    """Amazon's bucket, exactly as published."""

    def __init__(self, quota: Quota, at: float = START) -> None:
        self.quota, self.tokens, self.at = quota, float(quota.burst), at

    def spend(self, at: float) -> bool:
        """Whether a request that arrives then passes."""
        self.tokens = min(float(self.quota.burst), self.tokens + (at - self.at) * self.quota.rate)
        self.at = at
        if self.tokens < 1 - 1e-4:  # epoch seconds are exact to a quarter of a microsecond
            return False
        self.tokens -= 1
        return True


class Shared:
    """A store that several processes share: one set of states, a line in each process."""

    def __init__(self, time: Time) -> None:
        self.states = OwnKeeper(time)

    def process(self) -> "Process":
        return Process(self.states)


class Process:
    """One process's keeper."""

    def __init__(self, states: OwnKeeper) -> None:
        self._states = states
        self._lines: dict[str, Line] = {}

    async def change(self, names: Sequence[str], step: Step[T]) -> tuple[States, T]:
        await asyncio.sleep(0)  # a store takes its time, others go on meanwhile
        return await self._states.change(names, step)

    def line(self, name: str) -> Line:
        return self._lines.setdefault(name, Line())


def pace(
    keeper: OwnKeeper | Process,
    time: Time,
    quotas: Mapping[str, Quota],
    *,
    limit: float | None = None,
    stop: asyncio.Event | None = None,
    buckets: Mapping[str, str] | None = None,
    windows: Mapping[str, tuple[int, float]] | None = None,
) -> Pace:
    """A run's pace over that keeper."""
    limits = {name: limits_of(quota, 1) for name, quota in quotas.items()}
    limits |= {name: window_limits(most, span, 1) for name, (most, span) in (windows or {}).items()}
    return Pace(keeper, limits, buckets or {}, patience=Patience(time, limit=limit, stop=stop))


async def state_of(keeper: OwnKeeper, name: str) -> State:
    """What is kept of a bucket."""
    return (await keeper.change((name,), lambda states, now: (states, None)))[0][0]
