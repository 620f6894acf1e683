"""The few AMQP 0-9-1 frames of which a working step sees thousands: deliveries, confirmations, publishings, settlements.

pika builds objects for each of them, which costs more than everything else that is done with a message; this reads and
writes their bytes. All other frames are pika's. Pure; checked against pika's own codec in the tests.
Source: AMQP 0-9-1 specification, 2.3.5 and 4.2, with RabbitMQ's table types.
"""

import struct
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

METHOD, HEADER, BODY, END = 1, 2, 3, 0xCE
DELIVER, ACK, NACK = 0x003C003C, 0x003C0050, 0x003C0078
FRAME = struct.Struct(">BHI")
_METHOD = struct.Struct(">I")
_TAG = struct.Struct(">QB")
_CONTENT = struct.Struct(">HHQH")
_LENGTH = struct.Struct(">I")
_INT, _LONG, _DOUBLE, _TIME = struct.Struct(">ci"), struct.Struct(">cq"), struct.Struct(">cd"), struct.Struct(">cQ")
_TEXT = struct.Struct(">cI")

# Bits of the properties in their order, with the length of those that are neither text nor table.
CONTENT_TYPE, CONTENT_ENCODING, HEADERS, DELIVERY_MODE, EXPIRATION = 1 << 15, 1 << 14, 1 << 13, 1 << 12, 1 << 8
_PRIORITY, _TIMESTAMP = 1 << 11, 1 << 6
_FIXED = {DELIVERY_MODE: 1, _PRIORITY: 1, _TIMESTAMP: 8}
_ORDER = [1 << bit for bit in range(15, 1, -1)]

Table = dict[str, Any]


# Reading


def tag_of(data: bytes, at: int) -> tuple[int, int]:
    """Delivery tag and bits of an acknowledgement whose payload starts there."""
    tag, bits = _TAG.unpack_from(data, at + 4)
    return int(tag), int(bits)


def delivered(data: bytes, at: int) -> tuple[int, bool]:
    """Delivery tag and redelivered of a delivery whose payload starts there."""
    tag, bits = _TAG.unpack_from(data, at + 5 + data[at + 4])
    return int(tag), bool(bits & 1)


def method_of(data: bytes, at: int) -> int:
    """Which method the payload that starts there calls."""
    return int(_METHOD.unpack_from(data, at)[0])


def content_of(data: bytes, at: int) -> tuple[int, int, int]:
    """Length of the body, flags of the properties, and where they start."""
    _, _, length, flags = _CONTENT.unpack_from(data, at)
    return int(length), int(flags), at + _CONTENT.size


def headers_of(properties: tuple[int, bytes]) -> Table | None:
    """The table of headers among the properties; None where there is none."""
    flags, data = properties
    if not flags & HEADERS:
        return None
    at = 0
    for bit in (CONTENT_TYPE, CONTENT_ENCODING):
        if flags & bit:
            at += 1 + data[at]
    return table(data, at)[0]


def table(data: bytes, at: int) -> tuple[Table, int]:
    """The table that starts there, and where it ends."""
    end = at + 4 + _LENGTH.unpack_from(data, at)[0]
    at += 4
    found: Table = {}
    while at < end:
        size = data[at]
        name = data[at + 1 : at + 1 + size].decode(errors="replace")
        at += 1 + size
        if data[at] == 83:  # S, nearly always
            start = at + 5
            at = start + _LENGTH.unpack_from(data, at + 1)[0]
            found[name] = data[start:at].decode(errors="replace")
        else:
            found[name], at = value(data, at)
    return found, at


def value(data: bytes, at: int) -> tuple[Any, int]:
    """The value that starts there with its kind, and where it ends."""
    kind, at = data[at : at + 1], at + 1
    if kind in _NUMBERS:
        number = _NUMBERS[kind]
        return number.unpack_from(data, at)[0], at + number.size
    if kind in b"Sx":
        end = at + 4 + _LENGTH.unpack_from(data, at)[0]
        return (data[at + 4 : end].decode(errors="replace") if kind == b"S" else data[at + 4 : end]), end
    if kind == b"F":
        return table(data, at)
    if kind == b"A":
        end = at + 4 + _LENGTH.unpack_from(data, at)[0]
        return list(_items(data, at + 4, end)), end
    if kind == b"T":
        return _moment(_METHOD_TIME.unpack_from(data, at)[0]), at + 8
    if kind == b"D":
        return Decimal(_LENGTH_SIGNED.unpack_from(data, at + 1)[0]).scaleb(-data[at]), at + 5
    if kind == b"V":
        return None, at
    raise ValueError(f"Expected a kind of value, got {kind!r}")


class Moment(int):
    """Epoch seconds beyond what a datetime can hold, such as milliseconds in their place."""


def _moment(seconds: int) -> datetime | Moment:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return Moment(seconds)


_NUMBERS = {
    kind: struct.Struct(">" + code)
    for kind, code in zip(
        (b"t", b"b", b"B", b"s", b"U", b"u", b"I", b"i", b"l", b"L", b"f", b"d"), "?bBhhHiIqqfd", strict=True
    )
}
_METHOD_TIME, _LENGTH_SIGNED = struct.Struct(">Q"), struct.Struct(">i")


def _items(data: bytes, at: int, end: int) -> Iterator[Any]:
    while at < end:
        item, at = value(data, at)
        yield item


# Writing


def settlement(channel: int, method: int, tag: int) -> bytes:
    """An acknowledgement (ACK) or a rejection (REJECT) that does not requeue."""
    return FRAME.pack(METHOD, channel, 13) + _METHOD.pack(method) + _TAG.pack(tag, 0) + b"\xce"


REJECT = 0x003C005A


def publishing(
    channel: int, exchange: str, key: str, *, mandatory: bool, properties: bytes, body: bytes, largest: int
) -> bytes:
    """All frames of one published message; `largest` is the connection's limit for a frame."""
    content = _METHOD.pack(0x003C0000) + _METHOD_TIME.pack(len(body)) + properties
    parts = [_publish(channel, exchange, key, mandatory), FRAME.pack(HEADER, channel, len(content)), content, b"\xce"]
    room = largest - 8
    for at in range(0, len(body), room):
        part = body if len(body) <= room else body[at : at + room]
        parts += (FRAME.pack(BODY, channel, len(part)), part, b"\xce")
    return b"".join(parts)


@lru_cache(maxsize=256)
def _publish(channel: int, exchange: str, key: str, mandatory: bool) -> bytes:
    call = b"\x00\x3c\x00\x28\x00\x00" + short(exchange) + short(key) + (b"\x01" if mandatory else b"\x00")
    return FRAME.pack(METHOD, channel, len(call)) + call + b"\xce"


_JSON = struct.pack(">H", CONTENT_TYPE | CONTENT_ENCODING | HEADERS | DELIVERY_MODE) + b"\x10application/json\x04utf8"


def json_properties(headers: Table, mode: int) -> bytes:
    """The properties of everything that the runtime makes itself."""
    return _JSON + encoded_table(headers) + bytes((mode,))


def changed_properties(properties: tuple[int, bytes], *, headers: Table, mode: int, expiration: str) -> bytes:
    """The properties of a message that is sent back: all that it had, with these three anew."""
    pieces = _pieces(*properties)
    pieces |= {HEADERS: encoded_table(headers), DELIVERY_MODE: bytes((mode,)), EXPIRATION: short(expiration)}
    return struct.pack(">H", sum(pieces)) + b"".join(pieces[bit] for bit in _ORDER if bit in pieces)


def _pieces(flags: int, data: bytes) -> dict[int, bytes]:
    found, at = {}, 0
    for bit in _ORDER:
        if flags & bit:
            size = _FIXED.get(bit) or (4 + _LENGTH.unpack_from(data, at)[0] if bit == HEADERS else 1 + data[at])
            found[bit] = data[at : at + size]
            at += size
    return found


@lru_cache(maxsize=1024)
def short(text: str) -> bytes:
    """A short text: at most 255 bytes of UTF-8; ValueError for a longer one."""
    written = text.encode(errors="replace")
    if len(written) > 255:
        raise ValueError(f"Expected at most 255 bytes, got {len(written)} in {text[:40]!r}")
    return bytes((len(written),)) + written


def encoded_table(entries: Table) -> bytes:
    """The table's bytes."""
    written = b"".join(
        [
            _text(name, item) if type(item) is str and name not in _UNIQUE else _own(name, item)
            for name, item in entries.items()
        ]
    )
    return _LENGTH.pack(len(written)) + written


_UNIQUE = {"messageId", "parentMessageId"}


@lru_cache(maxsize=1024)
def _text(name: str, item: str) -> bytes:
    """An entry that is text: most of a step's are the same in every message."""
    written = item.encode(errors="replace")
    return short(name) + _TEXT.pack(b"S", len(written)) + written


def _own(name: str, item: Any) -> bytes:
    return short(name) + (_integer(item) if type(item) is int else encoded_value(item))


def encoded_value(item: Any) -> bytes:
    """The value's bytes, with its kind first; ValueError for what a header cannot hold."""
    for kind, write in _WRITERS:
        if isinstance(item, kind):
            return write(item)
    raise ValueError(f"Expected a value that a header can hold, got {type(item).__name__}")


def _integer(item: int) -> bytes:
    return _INT.pack(b"I", item) if -(2**31) <= item < 2**31 else _LONG.pack(b"l", item)


def _long_text(kind: bytes, written: bytes) -> bytes:
    return _TEXT.pack(kind, len(written)) + written


def _decimal(item: Decimal) -> bytes:
    exponent = item.as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    return struct.pack(">cBi", b"D", places, int(item.scaleb(places)))


_WRITERS: list[tuple[Any, Callable[[Any], bytes]]] = [
    (bool, lambda item: b"t\x01" if item else b"t\x00"),
    (Moment, lambda item: _TIME.pack(b"T", item)),
    (int, _integer),
    (str, lambda item: _long_text(b"S", item.encode(errors="replace"))),
    (float, lambda item: _DOUBLE.pack(b"d", item)),
    (bytes, lambda item: _long_text(b"x", item)),
    (type(None), lambda item: b"V"),
    (dict, lambda item: b"F" + encoded_table(item)),
    (list, lambda item: _long_text(b"A", b"".join(map(encoded_value, item)))),
    (datetime, lambda item: _TIME.pack(b"T", int(item.timestamp()))),
    (Decimal, _decimal),
]
