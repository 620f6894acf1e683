"""Reads an old feed message by message: an AmazonEnvelope of any size in little memory.

A document with a DOCTYPE is refused, no entity is resolved, and libxml2's own limits bound depth and texts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from sellerport.amazon.products.from_xml import children, local, text
from sellerport.errors import InputError

LARGEST = 2**31  # bytes; MWS took no larger feed
_MESSAGE = ("MessageID", "OperationType")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands before the messages."""

    message_type: str
    seller_id: str
    purges: bool = False


@dataclass(frozen=True, slots=True)
class OldMessage:
    """One message: its number among all, its operation, and the elements that say it, of which there should be one."""

    number: int
    operation: str
    bodies: list[etree._Element] = field(repr=False)

    @property
    def body(self) -> etree._Element:
        return self.bodies[0]


def envelope(feed: Path) -> tuple[Envelope, int]:
    """The feed's head and its number of messages, the whole document read once; InputError where it is none."""
    facts: dict[str, str] = {}
    count = 0
    for element in _elements(feed, ("MessageType", "MerchantIdentifier", "PurgeAndReplace", "Message")):
        if local(element) == "Message":
            count += 1
        else:
            facts[local(element)] = text(element)
    if "MessageType" not in facts:
        raise InputError(f"{feed}: Expected an AmazonEnvelope with a MessageType")
    purges = facts.get("PurgeAndReplace", "").lower() in ("true", "1")
    return Envelope(facts["MessageType"], facts.get("MerchantIdentifier", ""), purges), count


def messages(feed: Path) -> Iterator[OldMessage]:
    """The messages in their order, each gone from memory when the next is asked for."""
    for number, element in enumerate(_elements(feed, ("Message",)), 1):
        facts = {local(child): text(child) for child in children(element) if local(child) in _MESSAGE}
        bodies = [child for child in children(element) if local(child) not in _MESSAGE]
        yield OldMessage(number, facts.get("OperationType") or "Update", bodies)


def _elements(feed: Path, names: tuple[str, ...]) -> Iterator[etree._Element]:
    if feed.stat().st_size > LARGEST:
        raise InputError(f"{feed}: Expected a feed of at most {LARGEST} bytes")
    with feed.open("rb") as source:
        found = etree.iterparse(
            source,
            events=("start", "end"),
            tag=[f"{{*}}{name}" for name in ("AmazonEnvelope", *names)],
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            yield from _ended(found, feed)
        except etree.XMLSyntaxError as error:
            raise InputError(f"{feed}: Expected well-formed XML: {error}") from None


def _ended(found: "etree.iterparse[tuple[str, etree._Element]]", feed: Path) -> Iterator[etree._Element]:
    root: etree._Element | None = None
    for event, element in found:
        if root is None:
            root = element.getroottree().getroot()
            if root.getroottree().docinfo.doctype:
                raise InputError(f"{feed}: Expected no DOCTYPE, which no feed of Amazon's has")
            if local(root) != "AmazonEnvelope":
                raise InputError(f"{feed}: Expected an AmazonEnvelope, got {local(root)}")
        if event == "end" and element is not root:
            yield element
            element.clear()
            while element.getprevious() is not None and local(element) == "Message":
                del root[0]
    if root is None:
        raise InputError(f"{feed}: Expected an AmazonEnvelope")
