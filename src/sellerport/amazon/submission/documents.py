"""Messages become documents: framed, streamed, and cut where one more would make a feed too long or too large. Pure.

A document is never in memory beside another: `cut` yields one piece at a time, and the same messages give the same
pieces. Facts: at most 25,000 messages in a listings feed (its schema), 10 MiB a feed (best practices of both protocols).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, overload

import msgspec

from sellerport.amazon.feeds import Element, ListingMessage, Patch, Said, XmlMessage

MESSAGES, BYTES = 25_000, 10 * 1024 * 1024
XML, JSON = "text/xml; charset=UTF-8", "application/json; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the messages of a document, and how one of them is written."""

    content_type: str
    head: bytes
    tail: bytes
    separator: bytes
    message: Callable[[int, Any], bytes]


class Run(Sequence[tuple[int, ...]]):
    """The rows of messages that say one row each, one after the other."""

    def __init__(self, first: int, many: int) -> None:
        self.first, self._many = first, many

    def __len__(self) -> int:
        return self._many

    @overload
    def __getitem__(self, place: int) -> tuple[int, ...]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[tuple[int, ...]]: ...
    def __getitem__(self, place: int | slice) -> tuple[int, ...] | Sequence[tuple[int, ...]]:
        numbers = range(self.first, self.first + self._many)[place]
        return (numbers,) if isinstance(numbers, int) else tuple((number,) for number in numbers)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash((self.first, self._many))


Rows = Sequence[tuple[int, ...]]


def compact(rows: list[tuple[int, ...]]) -> Rows:
    """The rows of each message, as a run where they are one."""
    first = rows[0][0] if rows and len(rows[0]) == 1 else 0
    run = all(len(one) == 1 and one[0] == first + n for n, one in enumerate(rows))
    return Run(first, len(rows)) if run else tuple(rows)


@dataclass(frozen=True, slots=True)
class Piece:
    """One document: the number of its first message among all, and for each message the rows that it says."""

    first: int
    rows: Rows = field(repr=False)
    body: bytes = field(repr=False)


def cut(said: Iterable[Said], frame: Frame, *, messages: int | None = None, size: int | None = None) -> Iterator[Piece]:
    """The messages as documents of at most that many messages and bytes; a single message may be larger.

    The messages of one row stay together where a document can hold them: Amazon's counts are a document's.
    """
    messages, size = messages or MESSAGES, size or BYTES
    making = _Making(frame, 0)
    for together in _together(said):
        parted = len(together) > 1 and not making.takes(together, messages, size)
        for one in together:
            number = len(making.rows) + 1
            written = frame.message(number, one.message)
            full = number > messages or making.size + len(frame.separator) + len(written) > size
            if making.rows and (parted or full):
                after = making.first + len(making.rows)
                yield making.piece()
                making, written = _Making(frame, after), frame.message(1, one.message)
            making.add(one.rows, written)
            parted = False
    if making.rows:
        yield making.piece()


def _together(said: Iterable[Said]) -> Iterator[list[Said]]:
    """The messages, those together that say a row in common, if only by way of a third."""
    waiting: list[Said] = []
    rows = set[int]()
    for one in said:
        if waiting and rows.isdisjoint(one.rows):
            yield waiting
            waiting, rows = [], set()
        waiting.append(one)
        rows.update(one.rows)
    if waiting:
        yield waiting


def again(said: Iterable[Said], frame: Frame, lengths: Iterable[tuple[int, bool]]) -> Iterator[Piece | None]:
    """The messages as documents of exactly those lengths: a split that was decided before, made anew.

    A length comes with whether its document is wanted; one that is not is None.
    """
    messages, first = iter(said), 0
    for length, wanted in lengths:
        making = _Making(frame, first)
        for number, one in enumerate(islice(messages, length), 1):
            if wanted:
                making.add(one.rows, frame.message(number, one.message))
        if wanted and len(making.rows) != length:
            raise ValueError(f"{len(making.rows)} messages instead of the {length} that were decided")
        yield making.piece() if wanted else None
        first += length


class _Making:
    """A document that grows."""

    def __init__(self, frame: Frame, first: int) -> None:
        self.first = first
        self.rows: list[tuple[int, ...]] = []
        self._frame = frame
        self._body = bytearray(frame.head)

    @property
    def size(self) -> int:
        return len(self._body) + len(self._frame.tail)

    def takes(self, more: Sequence[Said], messages: int, size: int) -> bool:
        """Whether so many more messages find their place here."""
        numbers = range(len(self.rows) + 1, len(self.rows) + len(more) + 1)
        written = (self._frame.message(number, one.message) for number, one in zip(numbers, more, strict=True))
        length = sum(len(self._frame.separator) + len(text) for text in written)
        return len(self.rows) + len(more) <= messages and self.size + length <= size

    def add(self, rows: tuple[int, ...], written: bytes) -> None:
        if self.rows:
            self._body += self._frame.separator
        self._body += written
        self.rows.append(rows)

    def piece(self) -> Piece:
        self._body += self._frame.tail
        body, self._body = bytes(self._body), bytearray()
        rows, self.rows = compact(self.rows), []
        return Piece(self.first, rows, body)


def xml_frame(seller_id: str, message_type: str) -> Frame:
    """An AmazonEnvelope. Facts: amzn-envelope.xsd; DocumentVersion 1.01 by custom."""
    header = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<AmazonEnvelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:noNamespaceSchemaLocation="amzn-envelope.xsd">\n'
        f"<Header><DocumentVersion>1.01</DocumentVersion><MerchantIdentifier>{_escaped(seller_id)}</MerchantIdentifier>"
        f"</Header>\n<MessageType>{message_type}</MessageType>\n"
    )
    return Frame(XML, header.encode(), b"</AmazonEnvelope>\n", b"", xml_message)


def xml_message(number: int, message: XmlMessage) -> bytes:
    """One Message of an envelope."""
    operation = f"<OperationType>{message.operation}</OperationType>" if message.operation else ""
    body = xml_text(message.body)
    return f"<Message><MessageID>{number}</MessageID>{operation}{body}</Message>\n".encode()


def xml_text(element: Element) -> str:
    """The element as XML."""
    attributes = "".join(f' {name}="{_quoted(value)}"' for name, value in element.attributes)
    if element.text is None and not element.children:
        return f"<{element.name}{attributes}/>"
    inside = "".join(map(xml_text, element.children)) if element.text is None else _escaped(element.text)
    return f"<{element.name}{attributes}>{inside}</{element.name}>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;")


def listings_frame(seller_id: str, locale: str) -> Frame:
    """A JSON_LISTINGS_FEED. Facts: Amazon's listings-feed-schema-v2."""
    header = {"sellerId": seller_id, "version": "2.0", "issueLocale": locale}
    return Frame(
        JSON, b'{"header":' + msgspec.json.encode(header) + b',"messages":[\n', b"\n]}\n", b",\n", listing_message
    )


def listing_message(number: int, message: ListingMessage) -> bytes:
    """One message of a listings feed, with the members that its operation allows."""
    facts: dict[str, Any] = {"messageId": number, "sku": message.sku, "operationType": message.operation}
    if message.operation != "DELETE":
        facts["productType"] = message.product_type
    if message.operation == "UPDATE" and message.requirements:
        facts["requirements"] = message.requirements
    if message.operation == "PATCH":
        facts["patches"] = [patch_json(one) for one in message.patches]
    elif message.attributes is not None and message.operation != "DELETE":
        facts["attributes"] = message.attributes
    return msgspec.json.encode(facts)


def patch_json(patch: Patch) -> dict[str, Any]:
    """The patch as JSON: only whole attributes can be named."""
    return {"op": patch.op, "path": f"/attributes/{patch.attribute}", "value": list(patch.value)}
