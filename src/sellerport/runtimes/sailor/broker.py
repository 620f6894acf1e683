"""The only module that speaks AMQP: one connection with one channel, over pika's asyncio connection.

A `Link` is used until it is lost and then thrown away; who needs the broker again opens another one. What to do about
a loss is decided elsewhere (intake.py for the reading side, outlet.py for the writing side). pika connects, negotiates,
beats and closes; the frames of messages go past it (frames.py), all that come of one turn of the loop in one write.
"""

import asyncio
import socket
import struct
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec
import pika
from pika.adapters.asyncio_connection import AsyncioConnection
from pika.channel import Channel
from pika.exceptions import ChannelClosedByBroker, ConnectionClosedByBroker

from sellerport.runtimes.sailor import frames
from sellerport.runtimes.sailor.outcome import Outgoing
from sellerport.runtimes.sailor.own import OwnError

_READ = 65536  # bytes read at once


class Closed(OwnError):
    """The broker is not there, or the connection to it was lost. `refused` where it closed the channel over a request."""

    refused = False


class Nacked(OwnError):
    """The broker did not take the message: the next step's queue is full."""


class Delivery(msgspec.Struct, frozen=True, eq=False):
    """One message as the broker handed it out. `tag` is valid on the link that it came by, and there only."""

    tag: int
    redelivered: bool
    headers: dict[str, Any] | None
    content: bytes
    properties: Any
    link: "Link"

    def __repr__(self) -> str:
        return f"Delivery({self.tag}, {len(self.content)} bytes)"


class _Connection(AsyncioConnection):
    """pika's connection, with messages read and written past its objects. What is written goes out once a turn."""

    link: "Link | None" = None
    bytes_received: int
    bytes_sent: int
    _frame_buffer: bytes
    _transport: Any
    _process_frame: Callable[[Any], None]
    _pending: list[Any] | None = None
    _parts: list[bytes]
    _written: list[bytes]

    def _output_marshaled_frames(self, marshaled_frames: Sequence[bytes]) -> None:
        self.write(b"".join(marshaled_frames))

    def write(self, data: bytes) -> None:
        """Sends the bytes at the end of this turn of the loop."""
        waiting = self.__dict__.setdefault("_written", [])
        if not waiting:
            asyncio.get_running_loop().call_soon(self._flush)
        waiting.append(data)

    def _flush(self) -> None:
        data, self._written = b"".join(self._written), []
        self.bytes_sent += len(data)
        transport = self._transport
        if transport is not None:
            transport.write(data)
            transport._on_socket_writable()  # at once, rather than in the next turn

    def _on_data_available(self, data: bytes) -> None:
        """Takes the hot frames out of the stream; every other one is pika's."""
        if self.link is None:
            super()._on_data_available(data)  # type: ignore[misc]  # private, not in the stubs
            return
        data = self._frame_buffer + data if self._frame_buffer else data
        at, length = 0, len(data)
        self._frame_buffer = b""
        while length - at >= 8:
            kind, _, size = frames.FRAME.unpack_from(data, at)
            end = at + 8 + size
            if end > length:
                break
            if not self._taken(kind, data, at + 7, end - 1):
                _, frame = self._decoded(data[at:end])
                self._process_frame(frame)
            at = end
        self._frame_buffer = data[at:]
        self.bytes_received += at

    def _taken(self, kind: int, data: bytes, start: int, end: int) -> bool:
        """Whether the frame was a hot one."""
        link = self.link
        assert link is not None
        if kind == frames.METHOD:
            method = frames.method_of(data, start)
            if method == frames.DELIVER:
                self._pending, self._parts = list(frames.delivered(data, start)), []
                return True
            if method in (frames.ACK, frames.NACK):
                tag, bits = frames.tag_of(data, start)
                link.confirmed(tag, multiple=bool(bits & 1), nack=method == frames.NACK)
                return True
            return False
        pending = self._pending
        if pending is None:
            return False
        if kind == frames.HEADER:
            left, flags, at = frames.content_of(data, start)
            pending += [(flags, data[at:end]), left]  # so that it is [tag, redelivered, properties, bytes to come]
        else:
            self._parts.append(data[start:end])
            pending[3] -= end - start
        if pending[3] <= 0:
            self._pending = None
            tag, redelivered, properties, _ = pending
            link.delivered(tag, properties, b"".join(self._parts), redelivered=redelivered)
        return True

    @staticmethod
    def _decoded(data: bytes) -> Any:
        return pika.frame.decode_frame(data)


class Link:
    """A connection and its channel. `lost` is called once, when either ends without having been asked to."""

    def __init__(self, lost: Callable[["Link", Exception], None]) -> None:
        self._lost: Callable[[Link, Exception], None] | None = lost
        self._connection: _Connection | None = None
        self._channel: Channel | None = None
        self._number = 0
        self._largest = 0
        self._waiting: list[asyncio.Future[None]] = []
        self._published = 0
        self._unconfirmed: dict[int, asyncio.Future[None]] = {}
        self.answers = 0  # confirmations so far, whether of one message or of many
        self._persistence = 1
        self._consumer = ""
        self._arrived: Callable[[Delivery], None] = lambda delivery: None
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
        parameters = _parameters(uri)
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
        connection = self._connection
        assert connection is not None
        done = self._asked()
        self._channel = connection.channel(on_open_callback=lambda _: _settle(done))
        self._channel.add_on_close_callback(lambda _, error: self._ended(error))
        await done
        self._number, self._largest = self._channel.channel_number, connection.params.frame_max
        connection.link = self
        connection._transport._MAX_RECV_BYTES = _READ

    def _disconnected(self, error: BaseException) -> None:
        self._gone.set()
        self._ended(error)

    def _ended(self, error: BaseException) -> None:
        """The channel or the connection is gone: everybody who waits for it is told, once."""
        was_open, self.open = self.open, False
        reason = Closed(_words(error))
        reason.refused = isinstance(error, ChannelClosedByBroker)
        for future in (*self._waiting, *self._unconfirmed.values()):
            _settle(future, reason)
        self._unconfirmed.clear()
        lost, self._lost = self._lost, None
        if lost is not None and was_open:
            lost(self, reason)

    async def confirm(self, *, persistent: bool, returned: Callable[[str], None]) -> None:
        """From now on the broker answers for every message. `returned` is told the key of one that reached no queue."""
        channel, done = self._usable(), self._asked()
        self._persistence = 2 if persistent else 1
        channel.add_on_return_callback(lambda _, method, *__: returned(str(method.routing_key)))
        channel.confirm_delivery(lambda frame: None, callback=lambda _: _settle(done))
        await done

    def publish(self, exchange: str, message: Outgoing) -> "asyncio.Future[None]":
        """Sends the message; the future ends when the broker has it, with Nacked or Closed where it has not.

        ValueError for headers or a key that AMQP cannot carry.
        """
        connection = self._writable()
        if message.original is None:
            properties = frames.json_properties(message.headers, self._persistence)
        else:
            properties = frames.changed_properties(
                message.original, headers=message.headers, mode=self._persistence, expiration=message.expiration
            )
        connection.write(
            frames.publishing(
                self._number,
                exchange,
                message.key,
                mandatory=message.original is None,
                properties=properties,
                body=message.content,
                largest=self._largest,
            )
        )
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._published += 1
        self._unconfirmed[self._published] = future
        return future

    def confirmed(self, tag: int, *, multiple: bool, nack: bool) -> None:
        """The broker has answered for the message of that number, or for all up to it."""
        self.answers += 1
        waiting = self._unconfirmed
        for number in [n for n in waiting if n <= tag] if multiple else (tag,):
            if future := waiting.pop(number, None):
                _settle(future, Nacked("message nacked") if nack else None)

    async def prefetch(self, count: int) -> None:
        """The broker hands out at most so many messages that are not settled."""
        channel, done = self._usable(), self._asked()
        channel.basic_qos(prefetch_count=count, callback=lambda _: _settle(done))
        await done

    async def consume(self, queue: str, arrived: Callable[[Delivery], None], cancelled: Callable[[], None]) -> None:
        """Messages of the queue go to `arrived` from now on; `cancelled` is called when the queue goes away."""
        channel, done = self._usable(), self._asked()

        def gone(_: Any) -> None:
            self._consumer = ""
            cancelled()

        self._arrived = arrived
        channel.add_on_cancel_callback(gone)
        self._consumer = channel.basic_consume(queue, lambda *_: None, callback=lambda _: _settle(done))
        try:
            await done
        except Closed as error:
            if error.refused:
                raise Closed(f"Operation failed: BasicConsume; {error}") from None
            raise

    def delivered(self, tag: int, properties: tuple[int, bytes], content: bytes, *, redelivered: bool) -> None:
        """The broker has handed out a message; one whose headers cannot be read comes without any."""
        try:
            headers = frames.headers_of(properties)
        except (ValueError, IndexError, ArithmeticError, struct.error, RecursionError):
            headers = None
        self._arrived(Delivery(tag, redelivered, headers, content, properties, self))

    def ack(self, tag: int) -> None:
        """The message is done with; Closed where the link is lost."""
        self._writable().write(frames.settlement(self._number, frames.ACK, tag))

    def reject(self, tag: int) -> None:
        """The message has failed and must not come back; Closed where the link is lost."""
        self._writable().write(frames.settlement(self._number, frames.REJECT, tag))

    @property
    def owes(self) -> bool:
        """Whether the broker has not answered for every message yet."""
        return bool(self._unconfirmed)

    async def cancel(self, patience: float) -> None:
        """No more messages; those that were handed out stay ours until they are settled or the link closes.

        Closed where the broker does not answer within so many seconds.
        """
        if self.open and self._consumer:
            channel, done = self._usable(), self._asked()
            channel.basic_cancel(self._consumer, callback=lambda _: _settle(done))
            try:
                async with asyncio.timeout(patience):
                    await done
            except TimeoutError:
                raise Closed("the broker does not answer") from None

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

    def _writable(self) -> _Connection:
        if not self.open or self._connection is None:
            raise Closed("the channel is closed")
        return self._connection


def _parameters(uri: str) -> pika.URLParameters:
    """The address as pika reads it; parameters that only the original's library knows are left out. Closed for none."""
    try:
        parts = urlsplit(uri)
        if parts.scheme not in ("amqp", "amqps"):
            raise ValueError(f"Expected amqp: or amqps: as the protocol; got {parts.scheme or 'none'}")
        known = [(name, value) for name, value in parse_qsl(parts.query) if name not in _FOREIGN]
        return pika.URLParameters(urlunsplit(parts._replace(query=urlencode(known))))
    except (ValueError, IndexError, KeyError, TypeError, SyntaxError) as error:
        raise Closed(f"AMQP_URI is no address that can be connected to ({type(error).__name__})") from None


#: amqplib's parameters of an address, for which pika has others or none.
_FOREIGN = {"frameMax", "channelMax", "locale"}


def _settle(future: "asyncio.Future[None]", error: Exception | None = None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
        future.exception()  # known: nobody has to ask for it


def _words(error: BaseException) -> str:
    """What pika says of the end of a connection, as the original's library says it where that has words for it."""
    if isinstance(error, ChannelClosedByBroker | ConnectionClosedByBroker):
        name = _REPLIES.get(error.reply_code, "")
        return f'{error.reply_code} ({name}) with message "{error.reply_text}"'
    inner = _innermost(error)
    return str(inner) or type(inner).__name__


def _innermost(error: BaseException) -> BaseException:
    """What pika has wrapped: the last attempt's own error."""
    attempts = reversed(getattr(error, "exceptions", ()))
    inside = (getattr(error, "exception", None), *attempts, *error.args)
    found = next((one for one in inside if isinstance(one, BaseException) and one is not error), None)
    return error if found is None else _innermost(found)


#: AMQP's reply codes that end a channel or a connection.
_REPLIES = {
    311: "CONTENT-TOO-LARGE", 313: "NO-CONSUMERS", 320: "CONNECTION-FORCED", 402: "INVALID-PATH", 403: "ACCESS-REFUSED",
    404: "NOT-FOUND", 405: "RESOURCE-LOCKED", 406: "PRECONDITION-FAILED", 501: "FRAME-ERROR", 502: "SYNTAX-ERROR",
    503: "COMMAND-INVALID", 504: "CHANNEL-ERROR", 505: "UNEXPECTED-FRAME", 506: "RESOURCE-ERROR", 530: "NOT-ALLOWED",
    540: "NOT-IMPLEMENTED", 541: "INTERNAL-ERROR",
}  # fmt: skip
