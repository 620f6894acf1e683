"""The vocabulary in which an action says its sentence: elements for MWS, patches and attributes for SP-API. Values only.

An action states what a row means (`el("Quantity", 7)`, `patch("fulfillment_availability", …)`); the adapters turn that
into documents and know nothing of the action. Reports come back in one vocabulary, whatever the protocol.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, NamedTuple

Operation = Literal["Update", "PartialUpdate", "Delete"]


@dataclass(frozen=True, slots=True)
class Element:
    """An XML element: a name, either text or children, and attributes."""

    name: str
    text: str | None = None
    children: tuple["Element", ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


def el(name: str, *content: Any, **attributes: Any) -> Element:
    """An element from values: children where they are Elements, else text; absent (None) children are left out."""
    given = [item for item in content if item is not None]
    kept = tuple((key, text_of(value)) for key, value in attributes.items() if value is not None)
    if all(isinstance(item, Element) for item in given):
        return Element(name, children=tuple(given), attributes=kept)
    if len(given) != 1:
        raise ValueError(f"{name}: text and elements do not mix")
    return Element(name, text=text_of(given[0]), attributes=kept)


def text_of(value: Any) -> str:
    """A value as XML Schema spells it: `true`, `19.99`, `7`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return format(value, "f") if isinstance(value, Decimal) else str(value)


@dataclass(frozen=True, slots=True)
class Patch:
    """One operation on one attribute of a listing: `value` is a list of instances with their selectors."""

    op: Literal["add", "replace", "merge", "delete"]
    attribute: str
    value: tuple[Mapping[str, Any], ...]


def patch(
    attribute: str, *value: Mapping[str, Any], op: Literal["add", "replace", "merge", "delete"] = "merge"
) -> Patch:
    """A patch of `/attributes/{attribute}`; merge unless said otherwise, so that a sister field is not wiped."""
    return Patch(op, attribute, value)


@dataclass(frozen=True, slots=True)
class ListingMessage:
    """One message of a listings feed, or one Listings Items call: what happens to a SKU.

    `patches` go with PATCH, `attributes` with UPDATE and PARTIAL_UPDATE; DELETE has neither.
    """

    sku: str
    operation: Literal["UPDATE", "PARTIAL_UPDATE", "PATCH", "DELETE"]
    product_type: str | None = None
    patches: tuple[Patch, ...] = ()
    attributes: Mapping[str, Any] | None = None
    requirements: str | None = None


@dataclass(frozen=True, slots=True)
class XmlMessage:
    """One message of an XML feed: the body element, and what to do with it (order feeds have no operation)."""

    body: Element
    operation: Operation | None = "Update"


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a feed with the input rows that it says (several rows can be one message, one row several)."""

    message: XmlMessage | ListingMessage
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Marketplace:
    """What a sentence may need to know of the place: `id`, `currency`, language `locale`, SP-API `region`."""

    id: str
    currency: str
    locale: str
    region: str


@dataclass(frozen=True, slots=True)
class Context:
    """What a sentence may know beside its row: the marketplace, and what a look-up found out about the SKUs.

    `product_type` is the step's own choice for all rows; `product_types` and `themes` are by SKU. `definitions` are the
    schemas of product types that the feed's `prepare` asked for.
    """

    marketplace: Marketplace
    product_type: str | None = None
    product_types: Mapping[str, str] = field(default_factory=dict)
    themes: Mapping[str, str] = field(default_factory=dict)
    definitions: Mapping[Any, Any] = field(default_factory=dict, repr=False)

    def type_of(self, sku: str, own: object, default: str | None = None) -> str | None:
        """The SKU's product type: the row's `own` if it is a text, else the step's, else the looked up, else `default`."""
        if isinstance(own, str) and own:
            return own
        return self.product_type or self.product_types.get(sku) or default


class Wrong(NamedTuple):
    """What is wrong with an input row: its index, the path inside it (`standardPrice.value`), what was expected."""

    row: int
    path: str
    text: str


Rows = Iterable[tuple[int, Any]]
Say = Callable[[Rows, Context], Iterator[Said]]
Check = Callable[[Rows, Marketplace], Iterator[Wrong]]
Prepare = Callable[[Rows, Context, Any], Awaitable[tuple[Context, list[Wrong]]]]


def each(message: Callable[[Any, Context], XmlMessage | ListingMessage]) -> Say:
    """A sentence in which one row is one message."""

    def say(rows: Rows, context: Context) -> Iterator[Said]:
        return (Said(message(row, context), (index,)) for index, row in rows)

    return say


@dataclass(frozen=True, slots=True)
class XmlFeed:
    """How rows are said in XML: `say(rows, context)` yields messages; `message_type` is the envelope's.

    `feed_type` is in MWS's spelling, with underscores. `refuse(rows, marketplace)` lists what the protocol cannot do.
    """

    feed_type: str
    message_type: str
    say: Say
    refuse: Check | None = None


@dataclass(frozen=True, slots=True)
class ListingsFeed:
    """How rows are said to SP-API's listings: `say(rows, context)` yields messages.

    `look_up(rows, context)` names the SKUs whose product type (and theme) has to be known first, with the row that wants
    each: (row, sku); `themes` says that the variation theme is wanted too. A row whose SKU is not found is left out.
    `refuse(rows, marketplace)` lists what SP-API cannot do.
    `prepare(rows, context, port)` comes after the look-up, when schemas have to be fetched before anything can be said:
    it returns the context that holds them, and what is wrong with the rows by them. `preview` says that validateOnly asks
    Amazon for a preview of whole and partial updates.
    """

    say: Say
    look_up: Callable[[Rows, Context], Iterator[tuple[int, str]]] | None = None
    refuse: Check | None = None
    prepare: Prepare | None = None
    themes: bool = False
    preview: bool = False
    feed_type: str = "JSON_LISTINGS_FEED"


@dataclass(frozen=True, slots=True)
class Feed:
    """One action's sentence in both protocols."""

    mws: XmlFeed
    sp: XmlFeed | ListingsFeed

    def by(self, api: str) -> XmlFeed | ListingsFeed:
        """The sentence of the API that the credentials name."""
        return {"MWS": self.mws, "SP-API": self.sp}[api]


@dataclass(frozen=True, slots=True)
class Issue:
    """What Amazon says of one message, or (without message id) of the whole feed."""

    code: str
    severity: Literal["ERROR", "WARNING", "INFO"]
    message: str
    message_id: str | None = None
    sku: str | None = None
    amazon_order_id: str | None = None


Status = Literal["IN_QUEUE", "IN_PROGRESS", "DONE", "CANCELLED", "FATAL"]
ENDED = ("DONE", "CANCELLED", "FATAL")


@dataclass(frozen=True, slots=True)
class FeedState:
    """What Amazon says of one feed; `document` names its report on SP-API, `amazon_status` is its own word.

    `marketplaces` is empty where Amazon does not say. `submitted` is a time as Amazon wrote it.
    """

    id: str
    feed_type: str
    status: Status
    amazon_status: str
    submitted: str | None = None
    document: str | None = None
    marketplaces: tuple[str, ...] = ()
