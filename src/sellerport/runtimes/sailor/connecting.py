"""Getting a connection: a few attempts, a little apart, as many as the settings say. And pauses that end with the process."""

import asyncio
from collections.abc import Awaitable, Callable

from sellerport.errors import Stopped
from sellerport.runtimes.sailor.broker import Closed, Link
from sellerport.runtimes.sailor.log import Log
from sellerport.runtimes.sailor.settings import Settings


async def connected(
    attempt: Callable[[], Awaitable[Link]], settings: Settings, log: Log, *, stop: asyncio.Event
) -> Link:
    """A link; Closed after the last attempt, Stopped where the process is told to end between two."""
    for tried in range(settings.amqp_reconnect_attempts + 1):
        try:
            return await attempt()
        except Closed as error:
            log.error("AMQP Connection error", error, attempt=tried + 1)
            reason = error
        if tried < settings.amqp_reconnect_attempts and await pause(settings.amqp_reconnect_timeout / 1000, stop):
            raise Stopped("stopped while connecting to the broker")
    raise reason


async def pause(seconds: float, stop: asyncio.Event) -> bool:
    """Lets so much time pass; ends early, with True, when the process is told to end."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return False
    return True
