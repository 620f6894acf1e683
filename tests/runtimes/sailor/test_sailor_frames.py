"""The frames of messages against pika's own codec, in both directions."""

import struct
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pika.data
import pika.frame
import pika.spec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sellerport.runtimes.sailor import frames
from sellerport.runtimes.sailor.broker import Delivery, Link

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
moments = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)).map(lambda t: t.replace(microsecond=0, tzinfo=UTC))
leaves = st.one_of(texts, st.integers(-(2**63), 2**63 - 1), st.booleans(), st.none(), st.binary(max_size=20), moments)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=8
)
tables = st.dictionaries(names, values, max_size=6)


def pika_table(entries: dict[str, Any]) -> bytes:
    pieces: list[bytes] = []
    pika.data.encode_table(pieces, entries)
    return b"".join(pieces)


@given(tables)
def test_pika_reads_the_tables_that_are_written(entries: dict[str, Any]) -> None:
    assert pika.data.decode_table(frames.encoded_table(entries), 0)[0] == entries


@given(tables)
def test_the_tables_that_pika_writes_are_read(entries: dict[str, Any]) -> None:
    data = pika_table(entries)
    assert frames.table(data, 0) == (entries, len(data))


@given(st.floats(allow_nan=False))
def test_a_number_with_a_fraction_keeps_it(number: float) -> None:
    assert frames.table(frames.encoded_table({"n": number}), 0)[0] == {"n": number}


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"b\xff", -1),
        (b"B\xff", 255),
        (b"s\xff\xfe", -2),
        (b"u\xff\xfe", 65534),
        (b"i\xff\xff\xff\xff", 2**32 - 1),
        (b"L" + struct.pack(">q", -5), -5),
        (b"f" + struct.pack(">f", 1.5), 1.5),
        (b"D\x02" + struct.pack(">i", 314), Decimal("3.14")),
    ],
)
def test_every_kind_of_number_is_read(data: bytes, value: Any) -> None:
    assert frames.value(data, 0) == (value, len(data))


@pytest.mark.parametrize("seconds", [1795515208723, 2**62, 2**63, 2**64 - 1])
def test_a_time_that_no_datetime_holds_comes_and_goes_as_it_is(seconds: int) -> None:
    data = b"T" + struct.pack(">Q", seconds)
    value, end = frames.value(data, 0)
    assert (value, end) == (seconds, len(data))
    assert frames.encoded_table({"t": value}) == frames.encoded_table({"t": None})[:3] + b"\x0b\x01t" + data
    assert frames.encoded_value([value])[5:] == data


def test_a_decimal_is_written() -> None:
    assert frames.value(frames.encoded_value(Decimal("-3.14")), 0)[0] == Decimal("-3.14")


@pytest.mark.parametrize("item", [object(), {1, 2}])
def test_what_no_header_can_hold_is_refused(item: Any) -> None:
    with pytest.raises(ValueError, match="Expected a value that a header can hold"):
        frames.encoded_value(item)


def test_a_message_whose_headers_cannot_be_read_comes_without_any() -> None:
    link, found = Link(lambda link, error: None), list[Delivery]()
    link._arrived = found.append
    table = struct.pack(">I", 7) + b"\x01a?1234"
    link.delivered(1, (frames.HEADERS, table), b"content", redelivered=False)
    link.delivered(2, (frames.HEADERS, b"\x00\x00\x00\x09\x01aS"), b"content", redelivered=False)
    assert [(one.tag, one.headers, one.content) for one in found] == [(1, None, b"content"), (2, None, b"content")]


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected a kind of value"):
        frames.value(b"?", 0)


def test_a_name_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected at most 255 bytes, got 256"):
        frames.short("x" * 256)


def published(**more: Any) -> list[Any]:
    given_ = {
        "mandatory": True,
        "properties": frames.json_properties({"h": "v"}, 2),
        "body": b"content",
        "largest": 4096,
    }
    data = frames.publishing(1, "exchange", "a.key", **{**given_, **more})
    found = []
    while data:
        used, frame = pika.frame.decode_frame(data)
        found.append(frame)
        data = data[used:]
    return found


def test_a_published_message_is_what_pika_would_send() -> None:
    method, header, body = published()
    expected = pika.spec.Basic.Publish(exchange="exchange", routing_key="a.key", mandatory=True)
    assert method.marshal() == pika.frame.Method(1, expected).marshal()
    properties = pika.BasicProperties("application/json", "utf8", {"h": "v"}, 2)
    assert header.marshal() == pika.frame.Header(1, 7, properties).marshal()
    assert body.fragment == b"content"


def test_a_rebound_is_not_mandatory() -> None:
    assert published(mandatory=False)[0].method.mandatory is False


@given(st.integers(0, 40))
def test_a_body_is_split_at_the_connections_limit(size: int) -> None:
    _, header, *bodies = published(body=b"x" * size, largest=18)
    assert header.body_size == size
    assert [len(body.fragment) for body in bodies] == [10] * (size // 10) + ([size % 10] if size % 10 else [])


@given(st.integers(1, 2**63), st.booleans())
def test_a_settlement_is_what_pika_would_send(tag: int, ack: bool) -> None:
    expected: Any = pika.spec.Basic.Ack(tag) if ack else pika.spec.Basic.Reject(tag, requeue=False)
    data = frames.settlement(7, frames.ACK if ack else frames.REJECT, tag)
    assert data == pika.frame.Method(7, expected).marshal()


@given(st.integers(1, 2**63), st.booleans())
def test_a_delivery_is_read(tag: int, redelivered: bool) -> None:
    delivery = pika.spec.Basic.Deliver("consumer", tag, redelivered, "exchange", "key")
    data = pika.frame.Method(1, delivery).marshal()
    assert frames.method_of(data, 7) == frames.DELIVER
    assert frames.delivered(data, 7) == (tag, redelivered)


@given(st.integers(1, 2**63), st.booleans())
def test_a_confirmation_is_read(tag: int, multiple: bool) -> None:
    data = pika.frame.Method(1, pika.spec.Basic.Ack(tag, multiple)).marshal()
    assert (frames.method_of(data, 7), *frames.tag_of(data, 7)) == (frames.ACK, tag, multiple)


properties_strategy = st.fixed_dictionaries(
    {},
    optional={
        **{
            name: st.text("abcäöü/-", max_size=20)
            for name in (
                *("content_type", "content_encoding", "correlation_id", "reply_to", "expiration", "message_id"),
                *("type", "user_id", "app_id", "cluster_id"),
            )
        },
        "headers": tables,
        "delivery_mode": st.sampled_from([1, 2]),
        "priority": st.integers(0, 9),
        "timestamp": st.integers(0, 2**40),
    },
)


def raw(given_: dict[str, Any]) -> tuple[int, bytes]:
    data = pika.frame.Header(1, 5, pika.BasicProperties(**given_)).marshal()
    length, flags, at = frames.content_of(data, 7)
    assert length == 5
    return flags, data[at:-1]


@given(properties_strategy)
def test_headers_are_found_among_the_properties(given_: dict[str, Any]) -> None:
    assert frames.headers_of(raw(given_)) == given_.get("headers")


@given(properties_strategy)
def test_a_message_that_is_sent_back_keeps_its_other_properties(given_: dict[str, Any]) -> None:
    data = frames.changed_properties(raw(given_), headers={"new": 1}, mode=2, expiration="15000")
    found = pika.BasicProperties()
    found.decode(data)
    expected = pika.BasicProperties(**{**given_, "headers": {"new": 1}, "delivery_mode": 2, "expiration": "15000"})
    assert found == expected
