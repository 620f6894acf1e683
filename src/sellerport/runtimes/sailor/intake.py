"""The reading side: consumes the step's queue, has each message worked on, and tells the broker what became of it.

A lost connection is opened anew for as long as the process lives; messages that are worked on meanwhile are settled by
the delivery with which the broker hands them out again (inflight.py). Source: elasticio-sailor-nodejs 2.7.8,
lib/amqp.js; where that gives up on the broker and idles, this goes on trying.
"""

import asyncio
from collections.abc import Awaitable, Callable

from sellerport.errors import Stopped
from sellerport.runtimes.sailor.broker import Closed, Delivery, Link
from sellerport.runtimes.sailor.connecting import connected, pause
from sellerport.runtimes.sailor.inflight import InFlight, Verdict, Work
from sellerport.runtimes.sailor.log import Log
from sellerport.runtimes.sailor.outlet import PATIENCE, Open
from sellerport.runtimes.sailor.settings import Settings

COMES_BACK = 10.0  # seconds after which a lost delivery is no longer waited for
_LONGEST_PAUSE = 5.0

Handle = Callable[[Delivery], Awaitable[Verdict]]


class Intake:
    """Consumes over a connection of its own."""

    def __init__(
        self,
        settings: Settings,
        log: Log,
        *,
        stop: asyncio.Event,
        open_link: Open = Link.opened,
        comes_back: float = COMES_BACK,
    ) -> None:
        self._settings, self._log, self._stop = settings, log, stop
        self._open_link, self._comes_back = open_link, comes_back
        self._handle: Handle | None = None
        self._flight = InFlight()
        self._tasks: dict[Work, asyncio.Task[None]] = {}
        self._recovery: asyncio.Task[None] | None = None
        self._link: Link | None = None
        self._consuming = asyncio.Event()

    def __len__(self) -> int:
        return len(self._flight)

    async def open(self) -> None:
        """Connects; nothing is consumed yet."""
        link = await connected(self._connect, self._settings, self._log, stop=self._stop)
        await link.prefetch(self._settings.rabbitmq_prefetch_sailor)
        self._link = link

    async def _connect(self) -> Link:
        return await self._open_link(self._settings.amqp_uri, "read", self._lost)

    async def consume(self, handle: Handle) -> None:
        """Starts to consume: `handle` works on one message and says how to settle it. Closed where there is no queue."""
        if self._link is None or not self._link.open:
            await self.open()
        assert self._link is not None
        await self._link.consume(self._settings.listen_messages_on, self._arrived, self._cancelled)
        self._handle = handle
        self._flight.consuming()
        self._consuming.set()

    def _cancelled(self) -> None:
        self._log.warn("Consumer cancelled by rabbitmq")

    def _arrived(self, delivery: Delivery) -> None:
        if self._stop.is_set():
            return  # it goes back with the connection
        work = self._flight.arrived(delivery)
        if isinstance(work, Work):
            self._tasks[work] = asyncio.create_task(self._work(work))
        else:
            self._log.info("A redelivered message is known", messageId=(delivery.headers or {}).get("messageId"))
            if work:
                self._told(delivery, work)

    def _told(self, delivery: Delivery, verdict: Verdict) -> bool:
        """Tells the broker; False where the delivery is not valid any more."""
        try:
            if verdict == "ack":
                delivery.link.ack(delivery.tag)
            else:
                delivery.link.reject(delivery.tag)
        except Closed:
            return False
        return True

    async def _work(self, work: Work) -> None:
        try:
            await self._settled(work, await self._verdict(work))
        finally:
            del self._tasks[work]

    async def _verdict(self, work: Work) -> Verdict:
        assert self._handle is not None
        try:
            return await self._handle(work.delivery)
        except Exception as error:
            self._log.error("Failed to process message, reject", error)
            return "reject"

    async def _settled(self, work: Work, verdict: Verdict) -> None:
        if verdict == "back":
            self._flight.returned(work)
        elif self._told(work.delivery, verdict):
            self._flight.settled(work, verdict)
        else:
            await self._settled_later(work, verdict)

    async def _settled_later(self, work: Work, verdict: Verdict) -> None:
        """Waits for the broker to hand the message out again, and settles that delivery."""
        while await self._came_back(work):
            if self._told(work.delivery, verdict):
                self._flight.settled(work, verdict)
                return
        self._log.warn("A lost delivery did not come back")
        self._flight.given_up(work, verdict)

    async def _came_back(self, work: Work) -> bool:
        """Whether the message came back within the time; the time runs while the queue is consumed."""
        work.again = asyncio.Event()
        while not work.delivery.link.open and not self._stop.is_set():
            consuming = self._consuming.is_set()
            news = work.again.wait() if consuming else self._consuming.wait()
            waits = {asyncio.ensure_future(news), asyncio.ensure_future(self._stop.wait())}
            done, open_ = await asyncio.wait(
                waits, timeout=self._comes_back if consuming else None, return_when=asyncio.FIRST_COMPLETED
            )
            for wait in open_:
                wait.cancel()
            if consuming and not done and self._consuming.is_set():
                return False
        return bool(work.delivery.link.open)

    def _lost(self, link: Link, reason: Exception) -> None:
        self._flight.lost(link)
        self._consuming.clear()
        if self._handle is None or self._stop.is_set():
            return
        self._log.warn(
            "Channel unexpectedly closed, but we were listening. Reconnecting and re-listening queue", reason
        )
        if self._recovery is None or self._recovery.done():
            self._recovery = asyncio.create_task(self._recovered(link, self._handle))

    async def _recovered(self, lost: Link, handle: Handle) -> None:
        await lost.close()
        tried = 0
        while not self._stop.is_set():
            try:
                await self.consume(handle)
            except Stopped:
                return
            except Closed as error:
                self._log.error("The queue cannot be consumed", error)
            if self._link is not None and self._link.open:
                return
            delay = self._settings.amqp_reconnect_timeout / 1000 * 2 ** min(tried, 10)
            tried += 1
            await pause(min(delay, _LONGEST_PAUSE), self._stop)

    async def stop(self) -> None:
        """No more messages; returns when the running work has ended and the broker knows of it."""
        await self._end_recovery()
        if self._link is not None:
            try:
                await self._link.cancel(PATIENCE)
            except Closed as error:
                self._log.debug("The consumer is gone already", reason=str(error))
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def close(self) -> None:
        """Ends the connection; the broker takes back what is not settled."""
        self._handle = None
        await self._end_recovery()
        if self._link is not None:
            await self._link.close()

    async def _end_recovery(self) -> None:
        if self._recovery is not None:
            self._recovery.cancel()
            await asyncio.wait({self._recovery})
