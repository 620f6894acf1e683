"""How fast emissions may leave: so many an interval, in windows counted as the original runtime counts them.

Source: p-throttle 2.1.0, as elasticio-sailor-nodejs 2.7.8 uses it.
"""

import asyncio
import time
from collections.abc import Callable


class Rate:
    """At most `limit` turns in each interval of so many milliseconds; shared by all messages of a process."""

    def __init__(self, limit: int, interval: int, now: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._interval, self._now = limit, interval / 1000, now
        self._window, self._used = float("-inf"), 0

    def delay(self) -> float:
        """Takes a turn: the seconds until it is due."""
        now = self._now()
        if now - self._window > self._interval:
            self._window, self._used = now, 1
        elif self._used < self._limit:
            self._used += 1
        else:
            self._window += self._interval
            self._used = 1
        return max(0.0, self._window - now)

    async def turn(self) -> None:
        """Waits for a turn, also while the process ends: work that runs is finished."""
        if (delay := self.delay()) > 0:
            await asyncio.sleep(delay)
