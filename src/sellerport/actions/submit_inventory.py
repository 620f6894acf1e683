"""Submit Inventory: stock, availability, handling time and fulfilment channel of SKUs.

On MWS an Inventory message; on SP-API patches of `fulfillment_availability`.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from sellerport.actions._feed import feed_action
from sellerport.actions._rows import Moment, ProductType, Sku, Text50, given, moment
from sellerport.amazon.feeds import (
    Context,
    Feed,
    ListingMessage,
    ListingsFeed,
    Marketplace,
    Patch,
    Rows,
    Wrong,
    XmlFeed,
    XmlMessage,
    each,
    el,
    patch,
)


class Stock(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What is known of one SKU's stock; exactly one of available, quantity and lookup."""

    sku: Sku
    fulfillment_center_id: Annotated[Text50 | UnsetType, Meta(title="Fulfillment Center ID")] = field(
        name="fulfillmentCenterID", default=UNSET
    )
    available: Annotated[bool | UnsetType, Meta(title="Available")] = UNSET
    quantity: Annotated[int, Meta(title="Quantity", ge=0, le=2**31 - 1)] | UnsetType = UNSET
    lookup: Annotated[Literal["FulfillmentNetwork"] | UnsetType, Meta(title="Lookup")] = UNSET
    restock_date: Annotated[Moment | UnsetType, Meta(title="Restock Date")] = field(name="restockDate", default=UNSET)
    fulfillment_latency: Annotated[int, Meta(title="Fulfillment Latency", ge=1, le=30)] | UnsetType = field(
        name="fulfillmentLatency", default=UNSET
    )
    switch_fulfillment_to: Annotated[Literal["MFN", "AFN"] | UnsetType, Meta(title="Switch Fulfillment To")] = field(
        name="switchFulfillmentTo", default=UNSET
    )
    product_type: ProductType | UnsetType = field(name="productType", default=UNSET)


_KINDS = ("available", "quantity", "lookup")


def wrong(rows: Rows, place: Marketplace) -> Iterator[Wrong]:
    """Exactly one of the three kinds of stock, a date that is one, and no SKU twice in one fulfilment centre."""
    seen: dict[tuple[str, str], int] = {}
    for index, row in rows:
        kinds = [kind for kind in _KINDS if given(getattr(row, kind))]
        if len(kinds) != 1:
            got = " and ".join(kinds) or "none"
            yield Wrong(index, kinds[-1] if kinds else "quantity", f"Expected one of {', '.join(_KINDS)}, got {got}")
        if given(row.restock_date) and moment(row.restock_date) is None:
            yield Wrong(index, "restockDate", f"Expected a date such as 2026-12-24, got {row.restock_date!r}")
        first = seen.setdefault((row.sku, _center(row)), index)
        if first != index:
            yield Wrong(
                index, "sku", f"Expected each SKU once in a fulfilment centre, got {row.sku!r} of row {first} again"
            )


def _center(row: Stock) -> str:
    named = (row.fulfillment_center_id if isinstance(row.fulfillment_center_id, str) else "").strip()
    return "DEFAULT" if named.upper() in ("", "DEFAULT") else named


def _date(row: Stock) -> str | None:
    found = moment(row.restock_date) if not isinstance(row.restock_date, UnsetType) else None
    return found.date().isoformat() if found else None


def inventory(row: Stock, context: Context) -> XmlMessage:
    """The Inventory message, in the order of Amazon's schema."""
    center = row.fulfillment_center_id if isinstance(row.fulfillment_center_id, str) else None
    return XmlMessage(
        el(
            "Inventory",
            el("SKU", row.sku),
            _optional("FulfillmentCenterID", center),
            *(_optional(kind.capitalize(), getattr(row, kind)) for kind in _KINDS),
            _optional("RestockDate", _date(row)),
            _optional("FulfillmentLatency", row.fulfillment_latency),
            _optional("SwitchFulfillmentTo", row.switch_fulfillment_to),
        )
    )


def _optional(name: str, value: Any) -> Any:
    return el(name, value) if given(value) else None


def refused(rows: Rows, place: Marketplace) -> Iterator[Wrong]:
    """What SP-API cannot do: count Amazon's own stock, or look it up in the seller's."""
    for index, row in rows:
        channel, own = _channel(row, place), amazon_channel(place)
        if channel not in ("DEFAULT", own):
            text = f"Expected DEFAULT or {own}, the fulfilment of this marketplace's region, got {channel!r}"
            yield Wrong(index, "fulfillmentCenterID", text)
            continue
        if channel != "DEFAULT" and not given(row.lookup):
            kind = "quantity" if given(row.quantity) else "available"
            yield Wrong(index, kind, f"Expected lookup for {channel}: Amazon counts its own stock")
        if given(row.lookup) and (channel == "DEFAULT" or row.switch_fulfillment_to == "MFN"):
            yield Wrong(index, "lookup", "Expected quantity or available for stock of the seller's own")


def _channel(row: Stock, place: Marketplace) -> str:
    """The channel of the row: the centre's name, or Amazon's of the region where the row hands the SKU over."""
    unnamed = not given(row.fulfillment_center_id) and given(row.lookup) and row.switch_fulfillment_to != "MFN"
    if _center(row) == "DEFAULT" and (row.switch_fulfillment_to == "AFN" or unnamed):
        return amazon_channel(place)
    return _center(row)


def amazon_channel(place: Marketplace) -> str:
    """The code of Amazon's own fulfilment in the marketplace's region."""
    own = {"JPY": "AMAZON_JP", "INR": "AMAZON_IN"}
    return own.get(place.currency) or {"NA": "AMAZON_NA", "EU": "AMAZON_EU"}.get(place.region, "AMAZON_NA")


def availability(row: Stock, context: Context) -> ListingMessage:
    """The patches of the channel; a switch deletes the other channel and adds the new one."""
    channel = _channel(row, context.marketplace)
    facts = {
        "quantity": row.quantity,
        "is_inventory_available": row.available,
        "restock_date": _date(row),
        "lead_time_to_ship_max_days": row.fulfillment_latency,
    }
    value = {"fulfillment_channel_code": channel, **{name: fact for name, fact in facts.items() if given(fact)}}
    product_type = context.type_of(row.sku, row.product_type, "PRODUCT")
    return ListingMessage(row.sku, "PATCH", product_type, _patches(row, value, context.marketplace))


def _patches(row: Stock, value: dict[str, Any], place: Marketplace) -> tuple[Patch, ...]:
    if not given(row.switch_fulfillment_to):
        return (patch("fulfillment_availability", value),)
    old = amazon_channel(place) if row.switch_fulfillment_to == "MFN" else "DEFAULT"
    return (
        patch("fulfillment_availability", {"fulfillment_channel_code": old}, op="delete"),
        patch("fulfillment_availability", value, op="add"),
    )


ROW = Stock
FEED = Feed(
    mws=XmlFeed("_POST_INVENTORY_AVAILABILITY_DATA_", "Inventory", each(inventory)),
    sp=ListingsFeed(each(availability), refuse=refused),
)
ACTION = feed_action(
    title="Submit Inventory",
    order=60,
    help="Submit stock, availability, handling time and fulfilment channel of a SKU. Give exactly one of available, "
    "quantity and lookup. MWS sets what you do not give back to its default, SP-API keeps it.",
    row=ROW,
    feed=FEED,
    check=wrong,
    example={"sku": "MUG-BLUE-11OZ", "fulfillmentCenterID": "DEFAULT", "quantity": 8, "fulfillmentLatency": 2},
)
