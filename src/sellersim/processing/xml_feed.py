"""An XML feed from the first message to the last: envelope, order, ids, operations; each message goes to its judge.

Messages are applied as they are read, so a document that turns out invalid half-way has its first messages applied
and the rest not, with the count of those reached in the report (reference 5.4).
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from . import acknowledgement, feed_types, image, price, product, product_grammar, relationship, stock
from .grammar import Complex, check
from .issues import ERROR, Issue, Tally, at, issue
from .job import Job, Judge, Message
from .read import Element, Invalid, parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A feed type: what its messages are called, may hold and may ask, and who judges them.

    `key` names the record that a message sets, where an identical update of it is skipped with a warning.
    """

    name: str
    message: Complex
    judge: Judge
    operations: tuple[str, ...] = ("Update",)
    subject: tuple[str, str] = ("sku", "SKU")  # what a message is about, and the element that names it
    key: Callable[[Element], str] | None = None
    purge: Callable[[Job, set[str]], None] | None = None


FAMILIES: Final[Mapping[str, Family]] = {
    "POST_INVENTORY_AVAILABILITY_DATA": Family(
        name="Inventory",
        message=feed_types.message("Inventory", feed_types.INVENTORY),
        judge=stock.judge,
        key=lambda body: "Inventory",
        purge=stock.purge,
    ),
    "POST_PRODUCT_DATA": Family(
        name="Product",
        message=feed_types.message("Product", product_grammar.product),
        judge=product.judge,
        operations=("Update", "PartialUpdate", "Delete"),
        key=lambda body: "Product",
        purge=product.purge,
    ),
    "POST_PRODUCT_PRICING_DATA": Family(
        name="Price",
        message=feed_types.message("Price", feed_types.PRICE),
        judge=price.judge,
        key=lambda body: "Price",
        purge=price.purge,
    ),
    "POST_PRODUCT_IMAGE_DATA": Family(
        name="ProductImage",
        message=feed_types.message("ProductImage", feed_types.IMAGE),
        judge=image.judge,
        operations=("Update", "Delete"),
        key=lambda body: f"ProductImage/{body.value('ImageType')}",
        purge=image.purge,
    ),
    "POST_PRODUCT_RELATIONSHIP_DATA": Family(
        name="Relationship",
        message=feed_types.message("Relationship", feed_types.RELATIONSHIP),
        judge=relationship.judge,
        operations=("Update", "Delete"),
        subject=("sku", "ParentSKU"),
        purge=relationship.purge,
    ),
    "POST_ORDER_ACKNOWLEDGEMENT_DATA": Family(
        name="OrderAcknowledgement",
        message=feed_types.message("OrderAcknowledgement", feed_types.ACKNOWLEDGEMENT),
        judge=acknowledgement.judge,
        operations=("Update", "Delete", "PartialUpdate"),
        subject=("order", "AmazonOrderID"),
    ),
}


class Failed(Exception):
    """The feed as a whole is refused."""

    def __init__(self, found: Issue) -> None:
        super().__init__(found.message)
        self.issue = found


def process(job: Job, family: Family) -> Tally:
    """Judge and apply the messages of the job's feed; the account of it."""
    walk = _Walk(job, family)
    try:
        root = parts(job.feed.content, walk.part)
        walk.close(root)
    except Failed as failed:
        walk.tally.fail(failed.issue)
    except Invalid as invalid:
        name = "not-xml" if invalid.fatal else "invalid-xml"
        walk.tally.fail(issue(name, line=invalid.line, column=invalid.column, why=invalid.why))
    return walk.tally


class _Walk:
    """The state of one document while it is read."""

    def __init__(self, job: Job, family: Family) -> None:
        self.job = job
        self.family = family
        self.tally = Tally()
        self.head: list[Element] = []
        self.begun = False
        self.ids: set[int] = set()
        self.names: set[str] = set()

    def part(self, found: Element) -> None:
        """One child of the envelope, complete."""
        if found.name == "Message":
            if not self.begun:
                self._begin(found)
            self._message(found)
        elif self.begun:
            why = (
                f"cvc-complex-type.2.4.a: Invalid content was found starting with element '{found.name}'. "
                "One of '{Message}' is expected."
            )
            raise Invalid(why, found.line, found.column)
        else:
            self.head.append(found)

    def _begin(self, first: Element | None, root: Element | None = None) -> None:
        envelope = root or Element("AmazonEnvelope", {}, 1, 1)
        envelope.children = [*self.head, first] if first else self.head
        check(envelope, feed_types.ENVELOPE)
        self.begun = True
        merchant = envelope.value("Header", "MerchantIdentifier") or ""
        if merchant not in (self.job.world.seller.id, f"M_{self.job.world.seller.id}"):
            raise Failed(issue("wrong-merchant", merchant=merchant))
        kind = envelope.value("MessageType") or ""
        if kind != self.family.name:
            raise Failed(issue("message-type", found=kind, expected=self.family.name))
        self.purge = envelope.value("PurgeAndReplace") in ("true", "1")

    def close(self, root: Element) -> None:
        """The end of the document: it had the right root and a message; what it purges goes away."""
        if root.name != "AmazonEnvelope":
            why = f"cvc-elt.1: Cannot find the declaration of element '{root.name}'."
            raise Invalid(why, root.line, root.column)
        if not self.begun:
            self._begin(None, root)
        if self.purge and self.family.purge:
            self.family.purge(self.job, self.names)

    def _message(self, found: Element) -> None:
        check(found, self.family.message)
        id_, operation = int(found.value("MessageID") or 0), found.value("OperationType") or "Update"
        message = Message(id_, operation, found.children[-1])
        self.tally.count(at(id_, self._judged(message)))

    def _judged(self, message: Message) -> list[Issue]:
        """What is wrong with a message, first as part of this feed, then in itself."""
        what, element = self.family.subject
        name = message.body.sku(element) or message.body.sku()
        about = {what: name} if name else {}
        if message.body.name != self.family.name:
            return [issue("message-type", found=message.body.name, expected=self.family.name, about=about)]
        if message.id in self.ids:
            return [issue("duplicate-id", id=message.id, about=about)]
        self.ids.add(message.id)
        if message.operation not in self.family.operations:
            kind = f"{self.family.name} messages"
            return [issue("operation", operation=message.operation, what=kind, about=about)]
        self.names.add(name)
        if self.family.key is None or message.operation == "Delete":
            return self.family.judge(self.job, message)
        return self._unless_said(message, name, self.family.key(message.body))

    def _unless_said(self, message: Message, sku: str, key: str) -> list[Issue]:
        """The judge's findings, or a warning where an earlier feed said the same of a record unchanged since."""
        digest = hashlib.blake2b(repr(_plain(message)).encode(), digest_size=12).hexdigest()
        before = self.job.listing(sku)
        said, feed = before.said.get(key, ("", "")) if before else ("", "")
        if said == digest and feed != self.job.feed.id:
            return [issue("identical", sku=sku, feed=feed, about={"sku": sku})]
        found = self.family.judge(self.job, message)
        after = self.job.listing(sku)
        if after and all(one.severity != ERROR for one in found):
            marked = {**after.said, key: (digest, self.job.feed.id)}
            self.job.world.listings[sku] = replace(after, said=marked)
        return found


def _plain(message: Message) -> object:
    return message.operation, _tree(message.body)


def _tree(found: Element) -> object:
    children = [_tree(child) for child in found.children]
    return found.name, sorted(found.attributes.items()), children or found.text.strip()
