"""Update Item: set how many of each SKU are in stock.

On MWS an Inventory message; on SP-API a patch of `fulfillment_availability`.
"""

from collections.abc import Iterator
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

from sellerport.actions._feed import feed_action
from sellerport.actions._rows import ProductType, Sku
from sellerport.amazon.feeds import (
    Context,
    Feed,
    ListingMessage,
    ListingsFeed,
    Marketplace,
    Rows,
    Wrong,
    XmlFeed,
    XmlMessage,
    each,
    el,
    patch,
)


class Item(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """How many of one SKU are in stock."""

    sku: Annotated[Sku, Meta(title="SKU")] = field(name="SKU")
    quantity: Annotated[int, Meta(title="Quantity", ge=0, le=2**31 - 1)] = field(name="Quantity")
    product_type: ProductType | UnsetType = field(name="productType", default=UNSET)


def inventory(item: Item, context: Context) -> XmlMessage:
    """The Inventory message. MWS's Update sets what is not given, the handling time say, back to its default."""
    return XmlMessage(el("Inventory", el("SKU", item.sku), el("Quantity", item.quantity)))


def availability(item: Item, context: Context) -> ListingMessage:
    """The patch of the seller's own stock; merge leaves the handling time alone."""
    stock = patch("fulfillment_availability", {"fulfillment_channel_code": "DEFAULT", "quantity": item.quantity})
    return ListingMessage(item.sku, "PATCH", context.type_of(item.sku, item.product_type, "PRODUCT"), (stock,))


def wrong(rows: Rows, place: Marketplace) -> Iterator[Wrong]:
    """One stock a SKU: of two, Amazon would keep whichever it reads last."""
    seen: dict[str, int] = {}
    for index, item in rows:
        first = seen.setdefault(item.sku, index)
        if first != index:
            yield Wrong(index, "SKU", f"Expected each SKU once, got {item.sku!r} of row {first} again")


ROW = Item
FEED = Feed(
    mws=XmlFeed("_POST_INVENTORY_AVAILABILITY_DATA_", "Inventory", each(inventory)),
    sp=ListingsFeed(each(availability)),
)

ACTION = feed_action(
    title="Update Item",
    order=65,
    help="Set the stock quantity of one or more SKUs and wait for Amazon's report. "
    "MWS sets a handling time that you do not give back to its default, SP-API keeps it.",
    row=ROW,
    feed=FEED,
    check=wrong,
    waits="yes",
    takes="messages",
    example={"messages": [{"SKU": "MUG-BLUE-11OZ", "Quantity": 12}]},
)
