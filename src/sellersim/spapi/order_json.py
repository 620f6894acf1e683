"""One order as Orders 2026-01-01 tells it; `sets` are the values of includedData, and what nobody asked for is absent.

Personal data comes only with its set, its role and, for buyers, for seller-fulfilled orders that can be shipped. Prices,
buyer and address are missing while an order is pending.
"""

from collections.abc import Callable, Collection
from typing import Any, Final

from sellersim import money
from sellersim.catalogue import CONDITIONS
from sellersim.clock import iso_ms
from sellersim.orders import Contents, Line, Order
from sellersim.seed import NO_PRICES
from sellersim.world import World

#: MWS's word -> SP-API's. InvoiceUnconfirmed has none.
STATUS: Final = {
    "PendingAvailability": "PENDING_AVAILABILITY",
    "Pending": "PENDING",
    "Unshipped": "UNSHIPPED",
    "PartiallyShipped": "PARTIALLY_SHIPPED",
    "Shipped": "SHIPPED",
    "Canceled": "CANCELLED",
    "Unfulfillable": "UNFULFILLABLE",
}
CHANNEL: Final = {"MFN": "MERCHANT", "AFN": "AMAZON"}
LEVEL: Final = {
    "Standard": "STANDARD",
    "Expedited": "EXPEDITED",
    "SecondDay": "SECOND_DAY",
    "NextDay": "NEXT_DAY",
    "Scheduled": "SCHEDULED",
}
WITH_BUYER: Final = frozenset({"Unshipped", "PartiallyShipped", "Shipped"})
NO_DELIVERY: Final = frozenset({"PendingAvailability", "Pending", "Canceled"})
CARRIERS: Final = ("UPS", "DHL", "FedEx", "DPD")

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


def _window(span: tuple[int, int]) -> Json:
    return {"earliestDateTime": iso_ms(span[0]), "latestDateTime": iso_ms(span[1])}


def _programs(scene: Scene) -> list[str]:
    contents = scene.contents
    marks = (
        ("PREORDER", scene.order.status == "PendingAvailability"),
        ("AMAZON_BUSINESS", contents.business),
        ("PRIME", contents.prime),
        ("PREMIUM", contents.premium),
    )
    return [name for name, there in marks if there]


def _channel(scene: Scene) -> Json:
    outside = scene.order.status == "Unfulfillable"
    return {
        "channelName": "NON_AMAZON" if outside else "AMAZON",
        "marketplaceId": scene.world.place.id,
        "marketplaceName": f"Non-{scene.world.site}" if outside else scene.world.site,
    }


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


def _item(scene: Scene, line: Line, sets: Collection[str]) -> Json:
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


def _buyer(scene: Scene) -> Json | None:
    order, contents = scene.order, scene.contents
    if order.status in NO_PRICES or order.status == "Canceled":
        return None
    found: Json = {}
    if order.channel == "MFN" and order.status in WITH_BUYER and scene.world.personal_data:
        found |= {"buyerName": contents.buyer, "buyerEmail": contents.email}
    if contents.address.company:
        found["buyerCompanyName"] = contents.address.company
    if contents.purchase_order:
        found["buyerPurchaseOrderNumber"] = contents.purchase_order
    return found or None


def _address(scene: Scene) -> Json:
    address = scene.contents.address
    found = {
        "city": address.city,
        "districtOrCounty": address.district,
        "stateOrRegion": address.region,
        "postalCode": address.postal,
        "countryCode": address.country,
    }
    if scene.order.channel == "MFN" and scene.world.personal_data:
        found = {
            "name": address.name,
            "companyName": address.company,
            "addressLine1": address.line1,
            "addressLine2": address.line2,
            **found,
            "phone": address.phone,
            "addressType": address.kind.upper(),
        }
    return {name: value for name, value in found.items() if value}


def _recipient(scene: Scene) -> Json | None:
    if scene.order.status in NO_PRICES or scene.order.status == "Canceled":
        return None
    found = _address(scene)
    address = scene.contents.address
    if address.country == "BR" and "name" in found:
        found["extendedFields"] = {
            "streetName": address.street,
            "streetNumber": address.number,
            "neighborhood": address.district,
        }
    return {"deliveryAddress": found}


def _proceeds(scene: Scene) -> Json | None:
    if not scene.priced or scene.order.status == "Canceled":
        return None
    items = sum(line.price for line in scene.contents.lines)
    return {
        "grandTotal": scene.money(scene.contents.total),
        "breakdowns": [{"type": "ITEM", "subtotal": scene.money(items)}],
    }


def _payment(scene: Scene) -> Json | None:
    if not scene.priced or scene.order.status == "Canceled":
        return None
    method = "COD" if scene.contents.payment == "COD" else "CreditCard"
    return {"paymentExecutions": [{"paymentMethod": method, "paymentAmount": scene.money(scene.contents.total)}]}


def _tax(scene: Scene) -> Json | None:
    if scene.order.status in NO_PRICES:
        return None
    rows: list[Json] = [
        {"entityType": "MARKETPLACE", "taxRegistrationType": "VAT", "taxRegistrationNumber": "000000000"},
        {"entityType": "MERCHANT", "legalName": scene.world.seller.name},
    ]
    if scene.contents.business and scene.world.personal_data:
        company = scene.contents.address.company
        number = f"{scene.order.number:09d}"
        rows.insert(0, {
            "entityType": "BUYER", "legalName": company, "taxRegistrationType": "VAT", "taxRegistrationNumber": number,
        })  # fmt: skip
    return {"taxRegistrations": rows}


def _fulfillment(scene: Scene) -> Json:
    order, contents = scene.order, scene.contents
    found: Json = {
        "fulfillmentStatus": STATUS[order.status],
        "fulfilledBy": CHANNEL[order.channel],
        "fulfillmentServiceLevel": LEVEL[contents.level],
        "shipByWindow": _window(contents.ship_by),
    }
    if order.channel == "MFN" and order.status not in NO_DELIVERY:
        found["deliverByWindow"] = _window(contents.deliver_by)
    return found


def _packages(scene: Scene) -> list[Json] | None:
    order = scene.order
    shipped = [line for line in scene.contents.lines if line.shipped]
    if order.channel != "MFN" or not shipped:
        return None
    return [
        {
            "packageReferenceId": "1",
            "createdTime": iso_ms(order.updated),
            "packageStatus": {"status": "SHIPPED"},
            "carrier": CARRIERS[order.number % len(CARRIERS)],
            "shipTime": iso_ms(order.updated),
            "trackingNumber": f"1Z{order.number:016d}",
            "packageItems": [{"orderItemId": line.id, "quantity": line.shipped} for line in shipped],
        }
    ]


def _fulfillment_orders(scene: Scene) -> list[Json] | None:
    return None if scene.order.status in NO_PRICES else [{"fulfillmentOrderId": f"FO-{scene.order.number:08d}"}]


#: includedData -> member of the order, and what fills it.
MEMBERS: Final[dict[str, tuple[str, Callable[[Scene], Any]]]] = {
    "BUYER": ("buyer", _buyer),
    "RECIPIENT": ("recipient", _recipient),
    "PROCEEDS": ("proceeds", _proceeds),
    "PAYMENT": ("payment", _payment),
    "TAX": ("tax", _tax),
    "FULFILLMENT": ("fulfillment", _fulfillment),
    "PACKAGES": ("packages", _packages),
    "FULFILLMENT_ORDERS": ("fulfillmentOrders", _fulfillment_orders),
}
#: Every value of includedData; those without a member of the order fill members of the items.
SETS: Final = (*MEMBERS, "EXPENSE", "PROMOTION", "CANCELLATION")


def order_json(world: World, order: Order, sets: Collection[str]) -> Json:
    """The order with the asked sets."""
    scene = Scene(world, order)
    found: Json = {
        "orderId": order.id,
        "createdTime": iso_ms(order.created),
        "lastUpdatedTime": iso_ms(order.updated),
        "programs": _programs(scene),
        "salesChannel": _channel(scene),
    }
    if order.seller_order_id:
        found["orderAliases"] = [{"aliasId": order.seller_order_id, "aliasType": "SELLER_ORDER_ID"}]
    if scene.contents.replaces:
        link = {"orderId": scene.contents.replaces, "associationType": "REPLACEMENT_ORIGINAL_ID"}
        found["associatedOrders"] = [link]
    for name, (member, fill) in MEMBERS.items():
        value = fill(scene) if name in sets else None
        if value is not None:
            found[member] = value
    found["orderItems"] = [_item(scene, line, sets) for line in scene.contents.lines]
    return found
