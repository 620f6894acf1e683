"""Those of this process who want a turn at one bucket, first come first served: only the first asks the store.

So a process has at most one turn reserved ahead in a bucket, however many tasks wait: when it is killed no more than
that one is lost, and processes take turns with one another.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sellerport.amazon.patience import Patience
from sellerport.errors import Throttled


@dataclass(eq=False, slots=True)
class _Place:
    limit: float | None
    operation: str
    turn: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Line:
    """The line before one bucket."""

    def __init__(self) -> None:
        self._busy = False
        self._behind: deque[_Place] = deque()
        self._until = 0.0
        self._interval = 0.0

    @asynccontextmanager
    async def place(self, patience: Patience, operation: str) -> AsyncIterator[None]:
        """Be first in the line; Throttled where that lasts longer than the patience, Stopped where it is told to end."""
        await self._enter(patience, operation)
        try:
            yield
        finally:
            self._next()

    def waits(self, now: float, *, seconds: float, interval: float) -> None:
        """The first in line waits so long, and those behind it an interval more each: too long for some of them."""
        self._until, self._interval = now + seconds, interval
        for index, place in enumerate(self._behind):
            self._turn_away(place, seconds + (index + 1) * interval)

    async def _enter(self, patience: Patience, operation: str) -> None:
        if not self._busy:
            self._busy = True
            return
        place = _Place(patience.limit, operation)
        self._behind.append(place)
        ahead = self._until - patience.clock.now()
        if ahead > 0:
            self._turn_away(place, ahead + len(self._behind) * self._interval)
        try:
            await patience.until(place.turn, operation)
        except BaseException:
            self._leave(place)
            raise

    def _turn_away(self, place: _Place, wait: float) -> None:
        if place.limit is not None and wait > place.limit and not place.turn.done():
            text = f"the quota of {place.operation} is used up, free again in {wait:.0f} s"
            place.turn.set_exception(Throttled(text, wait=wait))

    def _leave(self, place: _Place) -> None:
        if place in self._behind:
            self._behind.remove(place)
        elif place.turn.done() and not place.turn.cancelled() and place.turn.exception() is None:
            self._next()

    def _next(self) -> None:
        self._until = 0.0
        while self._behind:
            place = self._behind.popleft()
            if not place.turn.done():
                place.turn.set_result(None)
                return
        self._busy = False
