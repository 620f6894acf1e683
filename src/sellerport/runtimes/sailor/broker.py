"""The only module that speaks AMQP: one connection with one channel, over pika's asyncio connection.

A `Link` is used until it is lost and then thrown away; who needs the broker again opens another one. What to do about
a loss is decided elsewhere (intake.py for the reading side, outlet.py for the writing side).
"""

import asyncio
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pika
from pika.adapters.asyncio_connection import AsyncioConnection
from pika.channel import Channel
from pika.exceptions import AMQPChannelError, AMQPConnectionError
from pika.spec import Basic, BasicProperties

from sellerport.runtimes.sailor.outcome import Outgoing

_GONE = (AMQPChannelError, AMQPConnectionError)


class Closed(Exception):
    """The broker is not there, or the connection to it was lost."""


class Nacked(Exception):
    """The broker did not take the message: the next step's queue is full."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as the broker handed it out. `tag` is valid on the link that it came by, and there only."""

    tag: int
    redelivered: bool
    headers: dict[str, Any] | None = field(repr=False)
    content: bytes = field(repr=False)
    properties: Any = field(repr=False)
    link: "Link" = field(repr=False)


class _Connection(AsyncioConnection):
    """pika's connection, with the frames of a message written at once instead of one by one."""

    def _output_marshaled_frames(self, marshaled_frames: Sequence[bytes]) -> None:
        joined = [b"".join(marshaled_frames)]
        super()._output_marshaled_frames(joined)  # type: ignore[misc]  # private, not in the stubs


class Link:
    """A connection and its channel. `lost` is called once, when either ends without having been asked to."""

    def __init__(self, lost: Callable[["Link", Exception], None]) -> None:
        self._lost: Callable[[Link, Exception], None] | None = lost
        self._connection: AsyncioConnection | None = None
        self._channel: Channel | None = None
        self._waiting: list[asyncio.Future[None]] = []
        self._published = 0
        self._unconfirmed: dict[int, asyncio.Future[None]] = {}
        self._returned: Callable[[str], None] = lambda key: None
        self._persistence: Any = 1
        self._consumer = ""
        self._gone = asyncio.Event()
        self.open = False

    @classmethod
    async def opened(cls, uri: str, name: str, lost: Callable[["Link", Exception], None]) -> "Link":
        """A link that is open; Closed where the broker does not answer or refuses."""
        link = cls(lost)
        try:
            await link._connect(uri, name)
            await link._open_channel()
        except BaseException:
            await link.close()
            raise
        link.open = True
        return link

    async def _connect(self, uri: str, name: str) -> None:
        parameters = pika.URLParameters(uri)
        parameters.client_properties = {"connection_name": f"{socket.gethostname()}-{name}"}
        done = self._asked()
        self._connection = _Connection(
            parameters,
            on_open_callback=lambda _: _settle(done),
            on_open_error_callback=lambda _, error: self._disconnected(error),
            on_close_callback=lambda _, error: self._disconnected(error),
            custom_ioloop=asyncio.get_running_loop(),
        )
        await done

    async def _open_channel(self) -> None:
        assert self._connection is not None
        done = self._asked()
        self._channel = self._connection.channel(on_open_callback=lambda _: _settle(done))
        self._channel.add_on_close_callback(lambda _, error: self._ended(error))
        await done

    def _disconnected(self, error: BaseException) -> None:
        self._gone.set()
        self._ended(error)

    def _ended(self, error: BaseException) -> None:
        """The channel or the connection is gone: everybody who waits for it is told, once."""
        self.open = False
        reason = Closed(_words(error))
        for future in (*self._waiting, *self._unconfirmed.values()):
            _settle(future, reason)
        self._unconfirmed.clear()
        lost, self._lost = self._lost, None
        if lost is not None:
            lost(self, reason)

    async def confirm(self, *, persistent: bool, returned: Callable[[str], None]) -> None:
        """From now on the broker answers for every message. `returned` is told the key of one that reached no queue."""
        channel = self._usable()
        done = self._asked()
        self._returned, self._persistence = returned, 2 if persistent else 1
        channel.add_on_return_callback(lambda _, method, *__: self._returned(str(method.routing_key)))
        channel.confirm_delivery(self._confirmed, callback=lambda _: _settle(done))
        await done

    def publish(self, exchange: str, message: Outgoing) -> "asyncio.Future[None]":
        """Sends the message; the future ends when the broker has it, with Nacked or Closed where it has not."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            mandatory = message.original is None
            properties = self._properties(message)
            self._usable().basic_publish(exchange, message.key, message.content, properties, mandatory)
        except _GONE as error:
            future.set_exception(Closed(_words(error)))
            return future
        self._published += 1
        self._unconfirmed[self._published] = future
        return future

    def _properties(self, message: Outgoing) -> BasicProperties:
        if message.original is None:
            return BasicProperties("application/json", "utf8", message.headers, self._persistence)
        sent_back = BasicProperties()
        sent_back.__dict__.update(message.original.__dict__)
        sent_back.headers, sent_back.expiration = message.headers, message.expiration
        sent_back.delivery_mode = self._persistence
        return sent_back

    def _confirmed(self, frame: Any) -> None:
        tag, waiting = frame.method.delivery_tag, self._unconfirmed
        nack = isinstance(frame.method, Basic.Nack)
        for confirmed in [t for t in waiting if t <= tag] if frame.method.multiple else (tag,):
            if future := waiting.pop(confirmed, None):
                _settle(future, Nacked("message nacked") if nack else None)

    async def prefetch(self, count: int) -> None:
        """The broker hands out at most so many messages that are not settled."""
        done = self._asked()
        self._usable().basic_qos(prefetch_count=count, callback=lambda _: _settle(done))
        await done

    async def consume(self, queue: str, arrived: Callable[[Delivery], None], cancelled: Callable[[], None]) -> None:
        """Messages of the queue go to `arrived` from now on; `cancelled` is called when the queue goes away."""
        channel, done = self._usable(), self._asked()

        def deliver(_: Channel, method: Basic.Deliver, properties: BasicProperties, content: bytes) -> None:
            headers = _plain(properties.headers) if properties.headers is not None else None
            redelivered = bool(method.redelivered)
            arrived(Delivery(int(method.delivery_tag or 0), redelivered, headers, content, properties, self))

        def gone(_: Any) -> None:
            self._consumer = ""
            cancelled()

        channel.add_on_cancel_callback(gone)
        self._consumer = channel.basic_consume(queue, deliver, callback=lambda _: _settle(done))
        await done

    def ack(self, tag: int) -> None:
        """The message is done with; Closed where the link is lost."""
        try:
            self._usable().basic_ack(tag)
        except _GONE as error:
            raise Closed(_words(error)) from None

    def reject(self, tag: int) -> None:
        """The message has failed and must not come back; Closed where the link is lost."""
        try:
            self._usable().basic_reject(tag, requeue=False)
        except _GONE as error:
            raise Closed(_words(error)) from None

    async def cancel(self) -> None:
        """No more messages; those that were handed out stay ours until they are settled or the link closes."""
        if self.open and self._consumer:
            done = self._asked()
            self._usable().basic_cancel(self._consumer, callback=lambda _: _settle(done))
            await done

    def abandon(self) -> None:
        """Whoever still waits for the broker's answer is told that there is none."""
        self._ended(Closed("the broker does not answer"))

    async def close(self) -> None:
        """Ends the connection; the broker takes back what is not settled."""
        self._lost = None
        connection = self._connection
        if connection is None or connection.is_closed:
            return
        if not connection.is_closing:
            connection.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                await self._gone.wait()

    def _asked(self) -> "asyncio.Future[None]":
        self._waiting = [asyncio.get_running_loop().create_future()]
        return self._waiting[0]

    def _usable(self) -> Channel:
        if self._channel is None or not self._channel.is_open:
            raise Closed("the channel is closed")
        return self._channel


def _settle(future: "asyncio.Future[None]", error: Exception | None = None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
        future.exception()  # known: nobody has to ask for it


def _words(error: BaseException) -> str:
    """What pika says, or the name of the error where it says nothing."""
    return str(error) or type(error).__name__


def _plain(value: Any) -> Any:
    """A header's value in Python's own types."""
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
