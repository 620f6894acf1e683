"""The writing side: publishes until the broker has the message, whatever happens to the connection.

A refusal (the next step's queue is full) and a lost connection are waited out with growing pauses, while the input stays
unsettled: that is the platform's back-pressure. Source: elasticio-sailor-nodejs 2.7.8, lib/amqp.js publishMessage.
"""

import asyncio
from collections.abc import Awaitable, Callable

from sellerport.errors import Stopped
from sellerport.runtimes.sailor.broker import Closed, Link, Nacked
from sellerport.runtimes.sailor.connecting import connected, pause
from sellerport.runtimes.sailor.log import Log
from sellerport.runtimes.sailor.outcome import Failure, Outgoing
from sellerport.runtimes.sailor.settings import Settings

PATIENCE = 10.0  # seconds that a broker which says nothing may keep a process from ending

Open = Callable[[str, str, Callable[[Link, Exception], None]], Awaitable[Link]]


class Outlet:
    """Publishes to the step's exchange over a connection of its own, which is opened anew when it was lost."""

    def __init__(self, settings: Settings, log: Log, *, stop: asyncio.Event, open_link: Open = Link.opened) -> None:
        self._settings, self._log, self._stop, self._open_link = settings, log, stop, open_link
        self._link: Link | None = None
        self._opening = asyncio.Lock()
        self._watch: asyncio.TimerHandle | None = None

    async def open(self) -> Link:
        """The link, opened if need be."""
        async with self._opening:
            if self._link is None or not self._link.open:
                link = await connected(self._connect, self._settings, self._log, stop=self._stop)
                await link.confirm(persistent=self._settings.amqp_persistent_messages, returned=self._unroutable)
                self._link = link
            return self._link

    async def _connect(self) -> Link:
        return await self._open_link(self._settings.amqp_uri, "write", self._lost)

    def _lost(self, link: Link, reason: Exception) -> None:
        self._log.warn("The connection for publishing was lost", reason)

    def _unroutable(self, key: str) -> None:
        self._log.warn("A message reached no queue", routingKey=key)

    async def send(self, message: Outgoing) -> None:
        """Returns when the broker has the message; Failure after the last attempt, Stopped where the process ends."""
        settings, attempt = self._settings, 0
        while True:
            try:
                link = self._link
                if link is None or not link.open:
                    link = await self.open()
                return await link.publish(settings.publish_messages_to, message)
            except (Closed, Nacked) as error:
                attempt += 1
                if attempt >= settings.amqp_publish_retry_attempts:
                    name = message.headers.get("messageId")
                    raise Failure(f"Failed on publishing {name} message to MQ: Error: {error}") from None
                self._log.warn("Failed on publishing message to queue", error, attempt=attempt)
            await self._pause(attempt - 1)
            headers = {**message.headers, "retry": attempt}
            message = Outgoing(message.key, message.content, headers, message.original, message.expiration)

    async def _pause(self, tried: int) -> None:
        longest = self._settings.amqp_publish_max_retry_delay
        delay = min(self._settings.amqp_publish_retry_delay * 2 ** min(tried, 40), longest)
        if await pause(delay / 1000, self._stop):
            raise Stopped("stopped while the broker does not take a message")

    def hurry(self) -> None:
        """The process ends: a broker that has stopped answering is waited for a little longer, not for ever."""
        self._watched(None)

    def _watched(self, before: tuple[Link, int] | None) -> None:
        """Give up on a link that owed answers at two looks and gave none between them."""
        link = self._link
        now = (link, link.answers) if link is not None and link.owes else None
        if link is not None and now is not None and now == before:
            link.abandon()
        else:
            self._watch = asyncio.get_running_loop().call_later(PATIENCE, self._watched, now)

    async def close(self) -> None:
        """Ends the connection."""
        if self._watch is not None:
            self._watch.cancel()
        if self._link is not None:
            await self._link.close()
