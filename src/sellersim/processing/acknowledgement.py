"""OrderAcknowledgement messages: the seller has the order (Success), or will not send it (Failure).

Success keeps the seller's own ids beside Amazon's. Failure cancels the listed items, in the listed quantities; an order
with nothing left is Canceled, and what was cancelled is in stock again, except where the reason says there is none. A
Failure that lists no item cancels the whole order on SP-API; on MWS it is reported to cancel nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sellersim.listings import STOCK
from sellersim.orders import Line, Order

from .issues import ERROR, Issue, issue
from .job import Job, Message
from .read import Element

Cancelled = Mapping[str, tuple[int, str]]

CLOSED: Final = {
    "Shipped": "it has been shipped",
    "PartiallyShipped": "a part of it has been shipped",
    "Canceled": "it has been cancelled",
    "Unfulfillable": "Amazon fulfills it",
}


def judge(job: Job, message: Message) -> list[Issue]:
    """Judge one OrderAcknowledgement message; without errors the order has its ids, or is cancelled."""
    body = message.body
    order_id = body.value("AmazonOrderID") or ""
    order = job.world.orders.get(order_id)
    about = {"order": order_id}
    if order is None:
        return [issue("unknown-order", seller=job.world.seller.id, order=order_id, about=about)]
    lines = {line.id: line for line in job.world.orders.contents(order).lines}
    strangers = [code for code in _codes(body) if code not in lines]
    if strangers:
        told = {**about, "item": strangers[0]}
        return [issue("unknown-item", item=strangers[0], order=order_id, about=told)]
    if order.channel == "AFN":
        return [issue("order-state", order=order_id, why="Amazon fulfills it", about=about)]
    if body.value("StatusCode") == "Success":
        return _confirm(job, order, body)
    return _cancel(job, order, body, lines)


def _codes(body: Element) -> list[str]:
    return [item.value("AmazonOrderItemCode") or "" for item in body.named("Item")]


def _confirm(job: Job, order: Order, body: Element) -> list[Issue]:
    own = {
        item.value("AmazonOrderItemCode") or "": item.value("MerchantOrderItemID") or ""
        for item in body.named("Item")
        if item.value("MerchantOrderItemID")
    }
    if order.status == "Canceled":
        why = CLOSED["Canceled"]
        return [issue("order-state", order=order.id, why=why, about={"order": order.id})]
    named = body.value("MerchantOrderID")
    job.world.change_order(
        order.id, seller_order_id=named or order.seller_order_id, merchant_items={**order.merchant_items, **own}
    )
    return []


def _cancel(job: Job, order: Order, body: Element, lines: Mapping[str, Line]) -> list[Issue]:
    about = {"order": order.id}
    if order.status in CLOSED:
        return [issue("order-state", order=order.id, why=CLOSED[order.status], about=about)]
    items = body.named("Item")
    if not items and job.feed.face == "mws":
        return [issue("nothing-cancelled", order=order.id, about=about)]
    asked = {line: (one.ordered, "") for line, one in lines.items()} if not items else _asked(items, lines)
    found = [one for line, (quantity, reason) in asked.items() for one in _item(order, lines[line], quantity, reason)]
    if any(one.severity == ERROR for one in found):
        return found
    cancelled = {**order.cancelled, **{line: _sum(order, line, more) for line, more in asked.items()}}
    left = sum(one.ordered - cancelled.get(line, (0, ""))[0] for line, one in lines.items())
    job.world.change_order(order.id, status="Canceled" if left <= 0 else order.status, cancelled=cancelled)
    _restock(job, asked, lines)
    return found


def _asked(items: list[Element], lines: Mapping[str, Line]) -> Cancelled:
    asked: dict[str, tuple[int, str]] = {}
    for item in items:
        code = item.value("AmazonOrderItemCode") or ""
        quantity = int(item.value("Quantity") or lines[code].ordered)
        asked[code] = (quantity, item.value("CancelReason") or "")
    return asked


def _sum(order: Order, line: str, more: tuple[int, str]) -> tuple[int, str]:
    return order.cancelled.get(line, (0, ""))[0] + more[0], more[1]


def _item(order: Order, line: Line, quantity: int, reason: str) -> list[Issue]:
    about = {"order": order.id, "item": line.id}
    if quantity > line.ordered - line.shipped - order.cancelled.get(line.id, (0, ""))[0]:
        return [issue("shipped-quantity", about=about)]
    return [] if reason else [issue("no-reason", item=line.id, about=about)]


def _restock(job: Job, asked: Cancelled, lines: Mapping[str, Line]) -> None:
    for code, (quantity, reason) in asked.items():
        listing = job.listing(lines[code].product.sku)
        if listing is None or reason == "NoInventory":
            continue
        stock = [
            {**one, "quantity": one["quantity"] + quantity} if "quantity" in one else one
            for one in listing.attributes.get(STOCK, ())
        ]
        job.world.listings[listing.sku] = replace(
            listing, attributes={**listing.attributes, STOCK: stock}, updated=job.now, said={}
        )
