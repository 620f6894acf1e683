"""The items of an order as Orders 2026-01-01 tells them; and the scene: an order, its contents, its currency."""

from collections.abc import Collection
from typing import Any

from sellersim import money
from sellersim.catalogue import CONDITIONS
from sellersim.orders import Contents, Line, Order
from sellersim.seed import NO_PRICES
from sellersim.world import World

Json = dict[str, Any]


class Scene:
    """An order with its contents and the words of its currency."""

    def __init__(self, world: World, order: Order) -> None:
        self.world = world
        self.order = order
        self.contents: Contents = world.orders.contents(order)
        self.currency = world.place.currency
        self.priced = order.status not in NO_PRICES and order.status != "Unfulfillable"

    def money(self, minor: int) -> Json:
        """An amount with its currency."""
        return {"amount": money.amount(minor, self.currency), "currencyCode": self.currency}


def _product(scene: Scene, line: Line) -> Json:
    kind, subtype, _, note = CONDITIONS[line.product.condition]
    condition = {"conditionType": kind.upper(), "conditionSubtype": subtype.upper().replace(" ", "_")}
    found: Json = {
        "asin": line.product.asin,
        "title": line.product.title,
        "sellerSku": line.product.sku,
        "condition": condition | ({"conditionNote": note} if note else {}),
    }
    if scene.priced:
        found["price"] = {"unitPrice": scene.money(line.product.price)}
        if scene.contents.business:
            found["price"]["priceDesignation"] = "BUSINESS_PRICE"
    if line.serial and line.shipped:
        found["serialNumbers"] = [line.serial]
    return found


def _part(scene: Scene, kind: str, subtotal: int, details: list[tuple[str, int]]) -> Json:
    rows = [{"subtype": name, "value": scene.money(value)} for name, value in details if value]
    return {"type": kind, "subtotal": scene.money(subtotal)} | ({"detailedBreakdowns": rows} if rows else {})


def _breakdowns(scene: Scene, line: Line) -> list[Json]:
    off = line.discount + line.shipping_discount
    simple = [("ITEM", line.price), ("SHIPPING", line.shipping), ("GIFT_WRAP", line.wrap), ("COD_FEE", line.cod_fee)]
    parts = [_part(scene, kind, value, []) for kind, value in simple if value or kind == "ITEM"]
    if off:
        parts.append(_part(scene, "DISCOUNT", off, [("ITEM", line.discount), ("SHIPPING", line.shipping_discount)]))
    tax = line.tax + line.shipping_tax + line.wrap_tax - line.discount_tax
    details = [
        ("ITEM", line.tax),
        ("SHIPPING", line.shipping_tax),
        ("GIFT_WRAP", line.wrap_tax),
        ("DISCOUNT", line.discount_tax),
    ]
    parts.append(_part(scene, "TAX", tax, details if len(parts) > 1 else []))
    return parts


def _item_proceeds(scene: Scene, line: Line) -> Json:
    tax = line.tax + line.shipping_tax + line.wrap_tax - line.discount_tax
    total = line.total + (tax if scene.contents.tax_on_top else 0)
    return {"proceedsTotal": scene.money(total), "breakdowns": _breakdowns(scene, line)}


def _item_fulfillment(scene: Scene, line: Line) -> Json:
    gone = line.ordered if scene.order.status == "Canceled" else scene.order.cancelled.get(line.id, (0, ""))[0]
    found: Json = {
        "quantityFulfilled": line.shipped,
        "quantityUnfulfilled": max(0, line.ordered - line.shipped - gone),
    }
    if line.wrap:
        gift = {"giftWrapLevel": line.wrap_level}
        gift |= {"giftMessage": line.gift_message} if scene.world.personal_data else {}
        found["packing"] = {"giftOption": gift}
    return found


def _cancellation(scene: Scene, line: Line) -> Json:
    by_seller = line.id in scene.order.cancelled
    reason = line.cancel_reason or "BUYER_CANCELED"
    found: Json = {
        "cancellationExecution": {"cancelledBy": "MERCHANT" if by_seller else "BUYER", "cancelReason": reason}
    }
    return found if by_seller else {"cancellationRequest": {"requester": "BUYER", "cancelReason": reason}} | found


def item_json(scene: Scene, line: Line, sets: Collection[str]) -> Json:
    """One item with the asked sets."""
    found: Json = {"orderItemId": line.id, "quantityOrdered": line.ordered, "product": _product(scene, line)}
    if "PROCEEDS" in sets and scene.priced:
        found["proceeds"] = _item_proceeds(scene, line)
    if "EXPENSE" in sets and line.points and scene.priced:
        points = {"pointsNumber": line.points, "pointsMonetaryValue": scene.money(line.points)}
        found["expense"] = {"pointsCost": {"pointsGranted": points}}
    if "PROMOTION" in sets and line.promotion and scene.priced:
        found["promotion"] = {"breakdowns": [{"promotionId": line.promotion}]}
    if "CANCELLATION" in sets and (scene.order.status == "Canceled" or line.id in scene.order.cancelled):
        found["cancellation"] = _cancellation(scene, line)
    if "FULFILLMENT" in sets:
        found["fulfillment"] = _item_fulfillment(scene, line)
    if "TAX" in sets and scene.contents.tax_on_top and scene.priced:
        party = {"model": "MARKETPLACE_FACILITATOR", "responsibleParty": "Amazon Services, Inc."}
        found["tax"] = {"taxCollections": [party]}
    return found
