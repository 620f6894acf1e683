"""Update Order: acknowledge orders, or cancel them, and store your own ids beside Amazon's.

An OrderAcknowledgement message an order, on both protocols: this feed is XML on SP-API too.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from sellerport.actions._feed import feed_action
from sellerport.actions._rows import END, ORDER_ID, PRINTABLE, Count, given
from sellerport.amazon.feeds import Context, Element, Feed, Marketplace, Rows, Said, Wrong, XmlFeed, XmlMessage, el

CancelReason = Literal[
    "NoInventory", "ShippingAddressUndeliverable", "CustomerExchange", "BuyerCanceled", "GeneralAdjustment",
    "CarrierCreditDecision", "RiskAssessmentInformationNotValid", "CarrierCoverageFailure", "CustomerReturn",
    "MerchandiseNotReceived", "CannotVerifyInformation", "PricingError", "RejectOrder", "WeatherDelay",
]  # fmt: skip
OwnId = Annotated[int, Meta(ge=0)] | Annotated[str, Meta(min_length=1, max_length=50, pattern=PRINTABLE)]


class Item(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One item of one order."""

    amazon_order_id: Annotated[
        str, Meta(title="Amazon Order ID", pattern=ORDER_ID)
    ] = field(name="amazonOrderID")  # fmt: skip
    merchant_order_id: Annotated[OwnId, Meta(title="Merchant Order ID")] = field(name="merchantOrderID")
    status_code: Annotated[
        Literal["Success", "Failure"],
        Meta(title="Status Code", description="Success acknowledges the order, Failure cancels it."),
    ] = field(name="statusCode")
    amazon_order_item_code: Annotated[str, Meta(title="Amazon Order Item Code", pattern=r"^[0-9]{14}" + END)] = field(
        name="amazonOrderItemCode"
    )
    merchant_order_item_id: Annotated[OwnId, Meta(title="Merchant Order Item ID")] = field(name="merchantOrderItemID")
    cancel_reason: Annotated[CancelReason | UnsetType, Meta(title="Cancel Reason")] = field(
        name="cancelReason", default=UNSET
    )
    quantity: Annotated[Count | UnsetType, Meta(title="Quantity")] = UNSET


_SAME = {"merchant_order_id": "merchantOrderID", "status_code": "statusCode"}


def wrong(rows: Rows, place: Marketplace) -> Iterator[Wrong]:
    """Items of one order agree on what is one for the order; an item comes once; only a Failure has a reason."""
    orders: dict[str, tuple[int, Item]] = {}
    seen: dict[tuple[str, str], int] = {}
    for index, row in rows:
        first, leader = orders.setdefault(row.amazon_order_id, (index, row))
        for attribute, name in _SAME.items():
            here, there = getattr(row, attribute), getattr(leader, attribute)
            if str(here) != str(there):
                text = f"Expected {there!r}, as row {first} has it for order {row.amazon_order_id}, got {here!r}"
                yield Wrong(index, name, text)
        earlier = seen.setdefault((row.amazon_order_id, row.amazon_order_item_code), index)
        if earlier != index:
            text = f"Expected each item of an order once, got {row.amazon_order_item_code!r} of row {earlier} again"
            yield Wrong(index, "amazonOrderItemCode", text)
        if row.status_code == "Success":
            yield from _only_failure(index, row)


def _only_failure(index: int, row: Item) -> Iterator[Wrong]:
    for name, value in (("cancelReason", row.cancel_reason), ("quantity", row.quantity)):
        if given(value):
            yield Wrong(index, name, f"Expected no {name} with a Success: it belongs to a Failure")


def acknowledgements(rows: Rows, context: Context) -> Iterator[Said]:
    """One message an order with all its items, in the order in which the orders come first."""
    orders: dict[str, list[tuple[int, Item]]] = {}
    for index, row in rows:
        orders.setdefault(row.amazon_order_id, []).append((index, row))
    for order_id, items in orders.items():
        first = items[0][1]
        body = el(
            "OrderAcknowledgement",
            el("AmazonOrderID", order_id),
            el("MerchantOrderID", first.merchant_order_id),
            el("StatusCode", first.status_code),
            *(_item(row) for _, row in items),
        )
        yield Said(XmlMessage(body, operation=None), tuple(index for index, _ in items))


def _item(row: Item) -> Element:
    return el(
        "Item",
        el("AmazonOrderItemCode", row.amazon_order_item_code),
        el("MerchantOrderItemID", row.merchant_order_item_id),
        el("CancelReason", row.cancel_reason) if given(row.cancel_reason) else None,
        el("Quantity", row.quantity) if given(row.quantity) else None,
    )


ACKNOWLEDGEMENT = XmlFeed("_POST_ORDER_ACKNOWLEDGEMENT_DATA_", "OrderAcknowledgement", acknowledgements)

ROW = Item
FEED = Feed(mws=ACKNOWLEDGEMENT, sp=ACKNOWLEDGEMENT)

ACTION = feed_action(
    title="Update Order",
    order=70,
    help="Acknowledge orders, or cancel them with a Failure, and wait for Amazon's report. Your own ids are stored beside "
    "Amazon's. Items of one order that come in one message become one acknowledgement.",
    row=ROW,
    feed=FEED,
    waits="yes",
    listings=False,
    takes="messages",
    check=wrong,
    example={
        "messages": [
            {
                "amazonOrderID": "114-3808039-1650643",
                "merchantOrderID": 1001,
                "statusCode": "Success",
                "amazonOrderItemCode": "68828574383266",
                "merchantOrderItemID": 1,
            }
        ]
    },
)
