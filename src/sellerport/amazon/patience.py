"""How long a run waits for Amazon: a sample never, a platform's message up to a limit, everybody until told to stop."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

from sellerport.amazon.clock import Clock
from sellerport.errors import Stopped, Throttled

ANNOUNCED = 3.0  # seconds: shorter waits are nobody's news

T = TypeVar("T")
Announce = Callable[[str, Mapping[str, Any]], None]


class Patience:
    """One run's patience. `limit` is the longest single wait in seconds (0: none at all, None: any).

    `stop` ends every wait at once with Stopped. `announce(event, facts)` is told of each wait that takes longer than a
    few seconds: the event `wait`, with the operation and the seconds.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        limit: float | None = None,
        stop: asyncio.Event | None = None,
        announce: Announce | None = None,
    ) -> None:
        self.clock = clock
        self.limit = limit
        self._stop = stop or asyncio.Event()
        self._announce = announce or (lambda event, facts: None)

    def lasts(self) -> None:
        """From now on every wait is waited out (something was emitted, so that coming back later would repeat it)."""
        if self.limit != 0:
            self.limit = None

    async def wait(self, seconds: float, operation: str) -> None:
        """Let the time pass; Throttled where it is longer than the limit, Stopped where the run is told to end."""
        if self._stop.is_set():
            raise Stopped(f"stopped while waiting for {operation}")
        if seconds <= 0:
            return
        if self.limit is not None and seconds > self.limit:
            raise Throttled(f"the quota of {operation} is used up, free again in {seconds:.0f} s", wait=seconds)
        if seconds >= ANNOUNCED:
            self._announce("wait", {"operation": operation, "seconds": round(seconds, 1)})
        await self._sleep(seconds, operation)

    async def pause(self, seconds: float, operation: str) -> None:
        """Let time pass that is nobody's quota, whatever the limit; Stopped where the run is told to end."""
        if self._stop.is_set():
            raise Stopped(f"stopped while waiting for {operation}")
        await self._sleep(seconds, operation)

    async def unless_stopped(self, work: Coroutine[Any, Any, T], operation: str) -> T:
        """What the work brings; it is cancelled, and Stopped raised, where the run is told to end before that."""
        if self._stop.is_set():
            work.close()
            raise Stopped(f"stopped while waiting for {operation}")
        task = asyncio.ensure_future(work)
        stopped = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            done = task.done()
            task.cancel()
            stopped.cancel()
            await asyncio.gather(task, stopped, return_exceptions=True)
        if not done:
            raise Stopped(f"stopped while waiting for {operation}")
        return task.result()

    async def until(self, future: asyncio.Future[None], operation: str) -> None:
        """Wait for something of our own that will come, or fail; Stopped where the run is told to end."""
        stopped = asyncio.ensure_future(self._stop.wait())
        try:
            waited: set[asyncio.Future[Any]] = {future, stopped}
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            await asyncio.gather(stopped, return_exceptions=True)
        if self._stop.is_set():
            raise Stopped(f"stopped while waiting for {operation}")
        await future

    async def _sleep(self, seconds: float, operation: str) -> None:
        pause = asyncio.ensure_future(self.clock.sleep(seconds))
        stopped = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({pause, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            pause.cancel()
            stopped.cancel()
            await asyncio.gather(pause, stopped, return_exceptions=True)
        if self._stop.is_set():
            raise Stopped(f"stopped while waiting for {operation}")
