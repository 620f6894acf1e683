"""What a judge finds wrong with a message, and the table of Amazon's codes and the words we give them.

Codes above the line were seen in public sources (reference 5.4 and 6.3); texts are ours except where the source has
them. Codes below the line are ours: no source tells what Amazon answers there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

ERROR: Final = "ERROR"
WARNING: Final = "WARNING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One finding. `message_id` 0 is the feed as a whole; `about` holds sku, order, item or center where known."""

    code: str
    message: str
    severity: str = ERROR
    message_id: int = 0
    about: Mapping[str, str] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """A code of Amazon's reports and the words that go with it."""

    code: str
    words: str
    severity: str = ERROR


SOURCED: Final[Mapping[str, Code]] = {
    "image-url": Code("15", "The image location '{url}' is not an address that Amazon can fetch."),
    "image-unreachable": Code("20000", "The image at '{url}' could not be accessed."),
    "invalid-xml": Code("5000", "XML Parsing Error at Line {line}, Column {column}: {why}"),
    "identical": Code(
        "5000",
        "The update for Sku '{sku}' was skipped because it is identical to the update in feed '{feed}'.",
        WARNING,
    ),
    "not-xml": Code("5001", "XML Parsing Fatal Error at Line {line}, Column {column}: {why}"),
    "not-processed": Code("5002", "The message could not be processed: {why}"),
    "missing": Code("5004", "Information is missing: {what}"),
    "unknown-parent": Code("8007", "The parent SKU '{parent}' does not exist."),
    "no-parent": Code("8008", "The SKU '{parent}' is not a variation parent."),
    "variation-data": Code("8016", "The variation data of SKU '{sku}' is insufficient: {why}"),
    "other-parent": Code("8032", "The SKU '{sku}' already has another parent, '{parent}'."),
    "cannot-create": Code("8560", "SKU {sku} matches no ASIN and lacks what is needed to create one: {what}"),
    "unknown-sku": Code("13013", "The SKU '{sku}' does not exist in the catalog. The message was not processed."),
    "shipped-quantity": Code("18021", "The quantity is larger than what is left to fulfill."),
    "unknown-order": Code(
        "18028",
        "Your order cannot be found using Merchant ID {seller} and Merchant Order {order}. "
        "Enter the correct order ID and then resubmit your feed.",
    ),
    "feed-failed": Code("90215", "The feed was not processed."),
    "too-long": Code("90205", "The value of '{attribute}' has too many characters: at most {most} are allowed."),
    "required": Code("90220", "'{attribute}' is required but missing."),
    "not-valid-here": Code("90000900", "The attribute '{attribute}' is not valid for product type '{type}'."),
    "invalid-value": Code("4000001", "The value of '{attribute}' is invalid: {why}"),
    "product-type": Code("4000004", "The product type '{type}' is not supported: {why}"),
    "image-rule": Code("18027", "The image location '{url}' is not an address that Amazon can fetch."),
    "price-rule": Code("18155", "The price is not allowed: {why}"),
    "too-few": Code("99022", "'{attribute}' has too few values: {why}"),
    "invalid-payload": Code("BAD_REQUEST", "The provided payload is invalid: {why}"),
    "invalid-parameters": Code("BAD_REQUEST", "Invalid parameters provided: {why}"),
}

# ------------------------------------------------------------------------------------------ no source tells these ----

OURS: Final[Mapping[str, Code]] = {
    "operation": Code("900001", "The operation type '{operation}' is not allowed for {what}."),
    "duplicate-id": Code("900002", "The message id {id} occurs more than once."),
    "message-type": Code("900003", "A message of type '{found}' cannot stand in a feed of type '{expected}'."),
    "wrong-merchant": Code("900004", "The merchant identifier '{merchant}' is not that of the submitting seller."),
    "currency": Code("900005", "The currency '{currency}' is not that of the marketplace, '{expected}'."),
    "price-order": Code("900006", "The prices contradict one another: {why}"),
    "handling-time": Code("900007", "A fulfillment latency of {days} days is not allowed: 1 to 30 are."),
    "amazon-stock": Code("900008", "The stock in '{center}' is counted by Amazon and cannot be set."),
    "order-state": Code("900009", "The order {order} cannot be changed: {why}"),
    "unknown-item": Code("900010", "The item {item} does not belong to order {order}."),
    "nothing-cancelled": Code("900011", "A failure without items does not cancel order {order}.", WARNING),
    "no-reason": Code("900012", "The cancelled item {item} has no cancel reason.", WARNING),
    "type-differs": Code("900013", "The SKU '{sku}' has product type '{has}', not '{type}'."),
    "feed-type": Code("900014", "Feeds of type '{type}' are no longer processed."),
    "no-image": Code("900015", "The SKU '{sku}' has no image of type '{type}'.", WARNING),
    "no-relation": Code("900016", "The SKU '{sku}' is not a child of '{parent}'.", WARNING),
    "too-many": Code("900017", "'{attribute}' has too many values: {why}"),
    "category": Code("900018", "The product data does not fit: {why}"),
}

_CODES: Final[Mapping[str, Code]] = {**SOURCED, **OURS}


def issue(
    name: str, /, *, about: Mapping[str, str] | None = None, attributes: Iterable[str] = (), **words: object
) -> Issue:
    """The issue that the tables call `name`, its words filled in."""
    code = _CODES[name]
    return Issue(
        code=code.code,
        message=code.words.format(**words),
        severity=code.severity,
        about=about or {},
        attributes=tuple(attributes),
    )


def at(message_id: int, found: Iterable[Issue]) -> list[Issue]:
    """`found` as issues of the message `message_id`."""
    return [replace(one, message_id=message_id) for one in found]


@dataclass(slots=True)
class Tally:
    """The account of one feed while it is processed: messages counted, issues in their order."""

    processed: int = 0
    successful: int = 0
    with_error: int = 0
    with_warning: int = 0
    issues: list[Issue] = field(default_factory=list)

    def count(self, found: list[Issue]) -> None:
        """One message with what was found on it. A warning alone does not make it unsuccessful."""
        severities = {one.severity for one in found}
        self.processed += 1
        self.with_error += ERROR in severities
        self.with_warning += WARNING in severities
        self.successful += ERROR not in severities
        self.issues.extend(found)

    def fail(self, found: Issue) -> None:
        """An error that concerns the feed as a whole."""
        self.with_error += 1
        self.issues.append(found)
